"""Draws what page handlers return: the layout with navigation and sign-in state around it, and refusals as pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from govstack.host import sending
from govstack.kernel import i18n
from govstack.kernel.crypto import from_base64url, to_base64url
from govstack.kernel.errors import Problem
from govstack.kernel.manifest import Manifest
from govstack.kernel.routing import Answer, Call, Table
from govstack.kernel.sessions import parse_cookies
from govstack.web.answers import Page, Redirect
from govstack.web.templating import Shell, render

HTML = "text/html; charset=utf-8"
NOTICE_COOKIE = "govstack_notice"
NOTICE_CHARACTERS_MAX = 300
# Their words stand on every package's pages.
SHARED_WORDS = (Path(__file__).parent, Path(i18n.__file__).parent)
YEAR_SECONDS = 31_536_000
# What an address may hold (RFC 3986), with the sign of what is written as %41 already. Parts of the address that was
# asked for stand in moves to other pages: an end of line among them would begin another header.
ADDRESS_SIGNS = "/:?#[]@!$&'()*+,;=~%"
# Refusals of what was typed, which would be the same again. Others depend on what has happened meanwhile: a change of
# language must not do what was refused a moment ago.
REPEATABLE = frozenset({400, 422})


class Renderer:
    """The page renderer of one package (kernel.routing.PageRenderer)."""

    def __init__(self, manifest: Manifest, *, profile: str, live_view: Callable[[Call], str] | None = None) -> None:
        self._manifest = manifest
        self._profile = profile
        self._live_view = live_view
        # A package without a front page, such as one that only signs people in, has nothing to sign in to.
        shown = manifest.pages.operations if manifest.pages is not None else []
        self._has_front = any(one.path == "/" for one in shown)
        self._pages = Table([one for one in shown if one.kind == "page"])
        for folder in (manifest.root, *SHARED_WORDS):
            i18n.register(folder)

    def page(self, page: Page | Redirect, call: Call) -> Answer:
        """Return a page, or a move to another page, as an answer."""
        cookies = self._cookies(call)
        if isinstance(page, Redirect):
            return Answer(
                body=b"",
                status=page.status,
                media_type=HTML,
                headers={"Location": quote(_within(page.location, call.mount), safe=ADDRESS_SIGNS)},
                cookies=(*cookies, *_notice_cookie(page.notice), *page.cookies),
            )
        notice = _notice(call)
        if notice:
            cookies = (*cookies, f"{NOTICE_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")
        asks_on = page.status < 400 and sending.asks_on(page, call)
        body = render(page, self._shell(call, notice, again=asks_on or page.status in REPEATABLE))
        return Answer(
            body=body, status=page.status, media_type=HTML, headers=page.headers, cookies=cookies, asks_on=asks_on
        )

    def problem(self, problem: Problem, call: Call) -> Answer:
        """Return a refusal as a page; somebody not signed in is sent to sign in."""
        if problem.status == 401 and call.method == "GET":
            back = quote(call.url_path + (f"?{call.raw_query}" if call.raw_query else ""), safe="/")
            return Answer(
                body=b"", status=303, media_type=HTML, headers={"Location": f"{call.mount}/session/start?to={back}"}
            )
        values = {"problem": problem, "status": problem.status, "correlation_id": call.correlation_id}
        page = Page("problem.html", values, status=problem.status, title=problem.title)
        body = render(page, self._shell(call, "", again=problem.status in REPEATABLE))
        return Answer(
            body=body, status=problem.status, media_type=HTML, headers=problem.headers, cookies=self._cookies(call)
        )

    def _shell(self, call: Call, notice: str, *, again: bool) -> Shell:
        base = f"{call.mount}"
        navigation = [
            (label, base + path, _active(call.url_path, base + path))
            for label, path, scope in self._manifest.navigation
            if not scope or call.actor.may(scope)
        ]
        here = call.url_path + (f"?{call.raw_query}" if call.raw_query else "")
        looks = call.method in {"GET", "HEAD"}
        sent = () if looks or not again else sending.fields(call)
        return Shell(
            package_root=self._manifest.root,
            language=call.language,
            package_title=self._manifest.title,
            package_href=f"{base}/",
            front_href=f"{base}/" if self._has_front else f"{base}/docs",
            home_href="/",
            profile=self._profile,
            path=here if looks else "",
            language_path="" if looks else here if sent else sending.page_before(call, self._pages),
            sent=sent,
            actor=call.actor if call.actor.signed_in else None,
            csrf_token=str(call.session.get("csrf_token", "")),
            correlation_id=call.correlation_id,
            navigation=navigation,
            notice=notice,
            sign_in_href=f"{base}/session/start?to={quote(here, safe='/')}" if self._has_front else "",
            sign_out_href=f"{base}/session/end",
        )

    @staticmethod
    def _cookies(call: Call) -> tuple[str, ...]:
        cookies = []
        if call.session.get("visit_cookie"):
            cookies.append(str(call.session["visit_cookie"]))
        if "lang=" in call.raw_query:
            cookies.append(f"{i18n.COOKIE}={call.language}; Path=/; Max-Age={YEAR_SECONDS}; HttpOnly; SameSite=Lax")
        return tuple(cookies)


def _active(path: str, href: str) -> bool:
    return path == href or (path.startswith(href.rstrip("/") + "/") and not href.endswith("/"))


def _within(location: str, mount: str) -> str:
    """Put a package's own path below its mount; other addresses stay as they are."""
    if location.startswith("~/"):
        return location[1:]
    if location.startswith("/") and mount and not location.startswith(f"{mount}/"):
        return mount + location
    return location


def _notice_cookie(notice: str) -> tuple[str, ...]:
    if not notice:
        return ()
    value = to_base64url(notice[:NOTICE_CHARACTERS_MAX].encode())
    return (f"{NOTICE_COOKIE}={value}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax",)


def _notice(call: Call) -> str:
    if NOTICE_COOKIE not in call.headers.get("cookie", ""):
        return ""
    try:
        return from_base64url(parse_cookies(call.headers["cookie"]).get(NOTICE_COOKIE, "")).decode()[
            :NOTICE_CHARACTERS_MAX
        ]
    except ValueError:
        return ""

"""The start page at the root: what runs here, its documents and its health; and the shared assets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from govstack.host.compose import Running
from govstack.kernel import health, i18n
from govstack.kernel.errors import Problem
from govstack.kernel.i18n import _
from govstack.kernel.sessions import parse_cookies
from govstack.kernel.wire import PAGE_HEADERS, query_pairs
from govstack.web import assets, patterns
from govstack.web.answers import Page
from govstack.web.templating import Shell, render

ROOT = Path(__file__).parent
HTML = b"text/html; charset=utf-8"
JSON = b"application/json; charset=utf-8"
# What a part does, for its card on the start page.
JOBS: Mapping[str, str] = {
    "consent": _("Keeps what people agreed to, lets them withdraw it, and proves that nobody altered it."),
    "identity": _("Knows who people are: enrols them, signs them in, and gives them cards and credentials."),
    "mediator": _("Carries every call between organisations: rights, signature, log."),
    "messaging": _("Sends messages to people for every service, and keeps neither contacts nor contents."),
    "registries": _("Keeps registers without programming, and writes down who read what."),
    "sandbox": _("An invented country where a whole service can be tried."),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One package on the start page."""

    title: str
    job: str
    href: str
    has_pages: bool
    version: str


class Home:
    """Answers what no package is mounted for."""

    def __init__(self, running: Sequence[Running], *, profile: str) -> None:
        self._running = running
        self._profile = profile

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        """Answer the start page, the index for machines, health, the page of patterns, or an asset."""
        path = scope["path"]
        if path.startswith(f"{assets.BASE_HREF}/"):
            await assets.application({**scope, "root_path": assets.BASE_HREF}, receive, send)
        elif path == "/" and b"application/json" in _header(scope, b"accept"):
            await _answer(send, 200, JSON, msgspec.json.encode(self._index()))
        elif path == "/":
            await self._page(scope, send, Page("home.html", {"entries": self._entries()}))
        elif path == "/patterns":
            await self._page(scope, send, None)
        elif path == "/health/live":
            # Alive is not ready: a process must not be ended because its database is away.
            await _answer(send, 200, JSON, msgspec.json.encode({"process": "ok"}))
        elif path in {"/healthcheck", "/health/ready"}:
            await self._health(send)
        else:
            await self._page(scope, send, Page("nothing.html", {}, status=404))

    def _entries(self) -> list[Entry]:
        return [
            Entry(
                running.manifest.title,
                JOBS.get(running.manifest.name, ""),
                f"/{running.manifest.name}/",
                bool(running.manifest.navigation),
                running.manifest.spec_version,
            )
            for running in self._running
        ]

    def _index(self) -> dict[str, Any]:
        """Return every package with its documents, so that services can be discovered (X045)."""
        return {
            "packages": [
                {
                    "name": running.manifest.name,
                    "title": running.manifest.title,
                    "specificationVersion": running.manifest.spec_version,
                    "openapi": f"/{running.manifest.name}/openapi.json",
                    "documentation": f"/{running.manifest.name}/docs",
                    "health": f"/{running.manifest.name}/healthcheck",
                }
                for running in self._running
            ]
        }

    async def _health(self, send: Any) -> None:
        states = {running.manifest.name: await health.ready(running.context) for running in self._running}
        sound = all(value == "ok" for state in states.values() for value in state.values())
        await _answer(send, 200 if sound else 503, JSON, msgspec.json.encode(states))

    async def _page(self, scope: Mapping[str, Any], send: Any, page: Page | None) -> None:
        """Draw a page; the page of patterns, whose samples are in the reader's language, when none is given."""
        query = scope["query_string"].decode("latin-1")
        try:
            asked = dict(query_pairs(query)).get("lang", "") if query else ""
        except Problem:
            # The page is the same without what cannot be read.
            asked = query = ""
        cookies = parse_cookies(_header(scope, b"cookie").decode("latin-1"))
        language = i18n.choose_language(
            query=asked,
            cookie=cookies.get(i18n.COOKIE, ""),
            accept=_header(scope, b"accept-language").decode("latin-1"),
        )
        if page is None:
            page = patterns.patterns_page(language)
        shell = Shell(
            package_root=ROOT,
            language=language,
            profile=self._profile,
            path=scope["path"] + (f"?{query}" if query else ""),
        )
        body = render(page, shell)
        extra = []
        if asked:
            cookie = f"{i18n.COOKIE}={language}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"
            extra.append((b"set-cookie", cookie.encode()))
        await _answer(send, page.status, HTML, body, extra)


def _header(scope: Mapping[str, Any], name: bytes) -> bytes:
    return next((value for key, value in scope["headers"] if key == name), b"")


async def _answer(
    send: Any, status: int, media_type: bytes, body: bytes, extra: Sequence[tuple[bytes, bytes]] = ()
) -> None:
    headers = [(b"content-type", media_type), (b"content-length", str(len(body)).encode()), *PAGE_HEADERS, *extra]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

"""Pages of packages: sending one, what it holds, and the player with its content from a place of its own."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from functools import partial
from urllib.parse import quote, urlsplit

from govstack.kernel.errors import Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, Upload, by_policy, needs, signed_in
from govstack.kernel.wire import CONTENT_POLICY
from govstack.pillars.learn.frame.model import TEACH
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.learning.packages import presenters, schemas, service
from govstack.pillars.learn.learning.packages.errors import UnknownPackage
from govstack.pillars.learn.learning.packages.model import PAGE_BYTES_MAX, Package, State
from govstack.pillars.learn.learning.players import service as players
from govstack.pillars.learn.learning.players.model import PAGE_PATH
from govstack.pillars.learn.learning.unpacking.model import PART_BYTES, Kind
from govstack.pillars.learn.people import service as people
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of packages",))
ONE = "/packages/{packageId}"
PAGE_PACKAGES = 50
REFRESH_SECONDS = 3
HTML_BYTES_MAX = 8 * PART_BYTES
_HEAD = re.compile(rb"<head(\s[^>]*)?>|<html(\s[^>]*)?>|<!doctype[^>]*>", re.IGNORECASE)


@routes.page("/packages", access=needs(TEACH), query=schemas.PackagesQuery, operation_id="packagesPage")
async def listed(call: Call) -> Page:
    """List packages."""
    found = await service.listed(call.context, before=call.query.before, limit=PAGE_PACKAGES)
    values = {
        "rows": presenters.rows(Words(call.language), found),
        "first": "/packages" if call.query.before else "",
        "next": f"/packages?before={found[-1].id}" if len(found) == PAGE_PACKAGES else "",
    }
    return framed(call, "courses", "packages.html", values)


@routes.page("/packages/new", access=needs(TEACH), operation_id="newPackagePage")
async def ask(call: Call) -> Page:
    """Ask for a package."""
    return framed(call, "courses", "package_new.html", {})


@routes.form("/packages/new", access=needs(TEACH), body_bytes_max=PAGE_BYTES_MAX, operation_id="newPackageForm")
async def send(call: Call) -> Page | Redirect:
    """Receive a package."""
    words, upload = Words(call.language), call.files.get("file")
    if upload is None or not upload.content:
        wrong = {"file": words(_("Choose a file"))}
        return framed(call, "courses", "package_new.html", {"errors": wrong}, status=400)
    try:
        made = await service.receive(call.context, by=call.actor, name=upload.name, content=_content(upload))
    except Problem as problem:
        return framed(call, "courses", "package_new.html", {"errors": {"file": words(problem.detail)}}, status=400)
    return Redirect(f"/packages/{made.id}")


async def _content(upload: Upload) -> AsyncIterator[bytes]:
    yield upload.content


@routes.page(ONE, access=signed_in(), operation_id="packagePage")
async def show(call: Call) -> Page:
    """Show what a package holds, or how far it is unpacked."""
    words = Words(call.language)
    one = await service.read(call.context, by=call.actor, package_id=call.path["packageId"])
    me = await people.me(call.context, by=call.actor)
    attempts = await service.attempts(call.context, package_id=one.id, learner_id=me.id)
    plays = one.state is State.READY and players.plays(call.context, one.kind)
    values = {
        "one": one,
        "kind": presenters.kind_name(words, one),
        "standing": presenters.state_of(words, one),
        "fault": words(one.fault) if one.fault else "",
        "works": one.state in {State.RECEIVING, State.READING},
        "rows": presenters.items(words, one, attempts, plays=plays),
        "played": plays,
        "launched": one.kind == Kind.CMI5 and one.state is State.READY,
        "seconds": REFRESH_SECONDS,
        "teaches": call.actor.may(TEACH),
    }
    return framed(call, "courses", "package.html", values)


@routes.page(ONE + "/progress", access=signed_in(), operation_id="packageProgressPart")
async def progress(call: Call) -> Page:
    """Show how far a package is unpacked, as a part of its page."""
    one = await service.read(call.context, by=call.actor, package_id=call.path["packageId"])
    values = {"one": one, "standing": presenters.state_of(Words(call.language), one)}
    return Page("package_progress.html", values)


@routes.page(ONE + "/file", access=signed_in(), operation_id="packageFile")
async def file(call: Call) -> Answer:
    """Hand a package out as it was sent."""
    one = await service.original(call.context, by=call.actor, package_id=call.path["packageId"])
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(one.name)}"}
    return schemas.stretch_answer(
        call, partial(service.original_bytes, call.context, one), size=one.byte_count,
        media_type="application/octet-stream", tag=one.digest, headers=headers,
    )  # fmt: skip


@routes.page(ONE + "/play/{place}", access=signed_in(), operation_id="playPackagePage")
async def play(call: Call) -> Page:
    """Show a part of a package in a frame of its own."""
    one = await service.read(call.context, by=call.actor, package_id=call.path["packageId"])
    item_id = _item(one, call.path["place"])
    opened = await service.open_item(call.context, by=call.actor, package_id=one.id, item_id=item_id)
    origin = call.context.settings.text(service.CONTENT_URL).rstrip("/")
    inside = PAGE_PATH if one.kind == Kind.H5P else f"{quote(opened.item.path)}{opened.item.parameters}"
    path = f"{origin or call.mount}/content/{opened.ticket}/{inside}"
    rights = "allow-scripts allow-forms allow-popups" + (" allow-same-origin" if origin else "")
    host = urlsplit(origin)
    frames = f"; frame-src {host.scheme}://{host.netloc}" if origin else ""
    values = {
        "one": one, "item": opened.item, "address": path, "rights": rights,
        "tracked": Kind(one.kind).tracked, "scripted": Kind(one.kind).tracked or one.kind == Kind.H5P,
        "here": f"/packages/{one.id}/play/{call.path['place']}",
        "done": opened.attempt.status.done, "video": Kind(one.kind) is Kind.VIDEO,
    }  # fmt: skip
    page = framed(call, "courses", "package_play.html", values)
    return Page(page.template, page.values, headers={"Content-Security-Policy": CONTENT_POLICY + frames})


@routes.form(ONE + "/play/{place}", access=signed_in(), operation_id="packageDoneForm")
async def done(call: Call) -> Redirect:
    """Take a learner's word that they went through a part that does not say so itself."""
    one = await service.read(call.context, by=call.actor, package_id=call.path["packageId"])
    await service.mark_done(call.context, by=call.actor, package_id=one.id, item_id=_item(one, call.path["place"]))
    return Redirect(f"/packages/{one.id}", notice=_("This part is marked as done."))


def _item(one: Package, place: str) -> str:
    if not (place.isascii() and place.isdecimal() and len(place) < 5 and int(place) < len(one.items)):
        raise UnknownPackage
    return one.items[int(place)].id


@routes.page("/content/{ticket}/{path*}", access=by_policy("ticket of an opened part"), operation_id="packageContent")
async def content(call: Call) -> Answer:
    """Hand out a file of a package that was opened; its scripts run apart from everything else."""
    ticket, path = service.ticket_of(call.context, call.path["ticket"]), call.path["path"]
    base = f"{call.mount}/content/{call.path['ticket']}/"
    if path == service.SCRIPT_PATH:
        target = f"{call.mount}/api/v1/package-values/{call.path['ticket']}"
        text = await service.script(call.context, ticket, target=target)
        return Answer(body=text.encode(), media_type="text/javascript; charset=utf-8", headers=_apart(call))
    if path == PAGE_PATH:
        return Answer(body=await service.player(call.context, ticket), media_type="text/html", headers=_apart(call))
    asset = await players.asset(call.context, path)
    if asset is not None:
        return Answer(body=asset[0], media_type=asset[1], headers=_apart(call))
    media_type, size = await service.file(call.context, ticket, path)
    stretch = partial(service.file_bytes, call.context, ticket, path)
    if media_type == "text/html" and 0 < size <= HTML_BYTES_MAX:
        whole = b"".join([part async for part in stretch(0, size - 1)])
        shown = _with_api(whole, f"{base}{service.SCRIPT_PATH}")
        return Answer(body=shown, media_type="text/html", headers=_apart(call))
    tag = f"{ticket.package_id}-{size}"
    return schemas.stretch_answer(call, stretch, size=size, media_type=media_type, tag=tag, headers=_apart(call))


def _with_api(page: bytes, address: str) -> bytes:
    """Return a page of a package with the script first that content looks for; the window itself has the API."""
    script = f'<script src="{address}"></script>'.encode()
    found = next(
        (
            one
            for pattern in (b"<head", b"<html", b"<!")
            for one in _HEAD.finditer(page)
            if one[0].lower().startswith(pattern)
        ),
        None,
    )
    at = found.end() if found else 0
    return page[:at] + script + page[at:]


def _apart(call: Call) -> dict[str, str]:
    """Return headers under which content can reach neither the pages around it nor other hosts."""
    origin = call.context.settings.text(service.CONTENT_URL).rstrip("/")
    public = urlsplit(call.context.public_url)
    above = f"{public.scheme}://{public.netloc}" if public.netloc else "'self'"
    rights = "allow-scripts allow-forms allow-popups" + (" allow-same-origin" if origin else "")
    place = urlsplit(origin or call.context.public_url)
    own = f"'self' {place.scheme}://{place.netloc}" if place.netloc else "'self'"
    policy = (
        f"sandbox {rights}; default-src {own} data: blob: 'unsafe-inline' 'unsafe-eval'; object-src {own}; "
        f"connect-src {own} {above} data: blob:; base-uri {own}; form-action {own}; frame-ancestors 'self' {above}"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Frame-Options": "SAMEORIGIN",
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Referrer-Policy": "no-referrer",
    }

"""Pages of sharing: make a link, see one's links and who opened them, and what a link shows (DRS-27).

The token stands in the path alone, for a link must open by itself; no log names addresses, and pages behind a link
tell them to no other site and ask not to be indexed. A link is opened by a button, not by following it, so that
programs that look ahead at links in letters open nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from govstack.blocks.registries.browsing import service as browsing
from govstack.blocks.registries.browsing.model import View
from govstack.blocks.registries.contents.model import text_of
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import LATEST, Registry, pointer
from govstack.blocks.registries.frame.presenters import Words, framed, in_registry, service_off
from govstack.blocks.registries.sharing import presenters, service
from govstack.blocks.registries.sharing.errors import BadShare, NoShare
from govstack.blocks.registries.sharing.model import ANYONE, Mode, Wish
from govstack.blocks.registries.sharing.service import Made, Shown
from govstack.blocks.registries.statistics.schemas import file
from govstack.kernel import clock
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, by_policy, signed_in
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("sharing pages",))
SHARING = by_policy("the right to share records of the registry")
HOLDERS = by_policy("whoever holds the link and is meant by it")
ASK = "/registry/{code}/share"
OPEN = "/shared/{token}"
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


class WhatQuery(msgspec.Struct, frozen=True):
    """What is to be shared: one record, or the records of a view of the grid, which is sealed."""

    record: str = ""
    view: str = ""
    lang: str = ""


@routes.page(ASK, access=SHARING, query=WhatQuery, operation_id="sharePage")
async def ask(call: Call) -> Page:
    """Ask what to share, with whom and how long."""
    if off := _switched_off(call, await _registry(call)):
        return off
    form = presenters.blank(call.context.settings.number(service.DAYS_MAX))
    record = call.query.record
    form["which"] = "some" if record else "all"
    return await _form_page(call, {**form, "view": call.query.view, "record": record}, {"records": [record]}, {})


@routes.form(ASK, access=SHARING, operation_id="shareForm")
async def answer(call: Call) -> Page:
    """Check the answers, then make the link and show it once."""
    words, registry = Words(call.language), await _registry(call)
    if off := _switched_off(call, registry):
        return off
    form, lists = call.form, call.form_lists
    view = browsing.unseal(call.context, by=call.actor, code=registry.code, token=form.get("view", ""))
    days_max = call.context.settings.number(service.DAYS_MAX)
    wish = presenters.read(form, lists, view)
    errors = presenters.wrong(words, form, wish, registry, days_max)
    if errors or form.get("step") == "edit":
        return await _form_page(call, form, lists, errors)
    sends = form.get("step") == "send"
    if sends and wish.audience == ANYONE and not wish.open_data:
        wrong = {"open": words(_("Confirm that anyone may see it"))}
        return await _check_page(call, registry, wish, wrong)
    try:
        if not sends:
            await service.check(call.context, by=call.actor, registry=registry, wish=wish)
            return await _check_page(call, registry, wish, {})
        made = await service.make(call.context, by=call.actor, registry=registry, wish=wish)
    except BadShare as problem:
        return await _form_page(call, form, lists, presenters.refused(words, problem))
    return _made_page(call, registry, made)


@routes.page("/shares", access=signed_in(), operation_id="sharesPage")
async def mine(call: Call) -> Page:
    """List the links somebody made."""
    words = Words(call.language)
    found = [share for share, _opened in await service.mine(call.context, by=call.actor)]
    codes = await service.codes(call.context, shares=found)
    return framed(call, "registries", "shares.html", {"rows": presenters.rows(words, found, codes, clock.timestamp())})


@routes.page("/shares/{share}", access=signed_in(), operation_id="oneSharePage")
async def one(call: Call) -> Page:
    """Show one link: how it stands and who opened it."""
    words, moment = Words(call.language), clock.timestamp()
    share, opened = await service.of_id(call.context, by=call.actor, share_id=call.path["share"])
    registry = await design.by_id(call.context, registry_id=share.registry_id)
    wish = Wish(share.title, share.scope, share.audience, share.mode, 1, share.openings_max, share.consent_reference)
    values = {
        "share": share,
        "state": presenters.state(words, share, moment),
        "told": [row for row in presenters.told(words, registry, wish) if row[0] != words(_("Works for"))],
        "opened": presenters.openings(words, opened),
        "works": share.opens(moment),
    }
    return framed(call, "registries", "share_one.html", values)


@routes.form("/shares/{share}", access=signed_in(), operation_id="revokeShareForm")
async def revoke(call: Call) -> Redirect:
    """Withdraw a link at once."""
    await service.revoke(call.context, by=call.actor, share_id=call.path["share"])
    return Redirect("/shares", notice=Words(call.language)(_("The link was withdrawn. It opens nothing any more.")))


@routes.page(OPEN, access=HOLDERS, operation_id="sharedCoverPage")
async def cover(call: Call) -> Page:
    """Say what a link is about before it is opened; nothing of the records is shown yet."""
    try:
        share, _registry_of = await service.look(
            call.context, by=call.actor, token=call.path["token"], address=call.client_address
        )
    except NoShare:
        return _closed(call)
    words = Words(call.language)
    values = {
        "share": share,
        "who": share.creator.name or share.creator.id,
        "audience": presenters.who(words, share.audience),
        "downloads": share.mode is Mode.DOWNLOAD,
        "signed_in": call.actor.signed_in,
        "action": f"/shared/{call.path['token']}",
    }
    return _private(framed(call, "", "shared_cover.html", values))


@routes.form(OPEN, access=HOLDERS, operation_id="openSharedForm")
async def open_link(call: Call) -> Page | Answer:
    """Open a link: show the records, or hand them out as a file."""
    copy = call.form.get("step") == "copy"
    try:
        found = await service.open_share(
            call.context, by=call.actor, token=call.path["token"], address=call.client_address, copy=copy
        )
    except NoShare:
        return _closed(call)
    words = Words(call.language)
    text = presenters.mark(words, found)
    if copy:
        return _copy(found, text)
    values = {
        "share": found.share,
        "mark": text,
        "watermark": presenters.watermark(text),
        "headers": presenters.headers(found, call.language),
        "rows": presenters.values(words, found),
        "more": found.more,
        "open_data": found.share.audience == ANYONE,
        "action": f"/shared/{call.path['token']}" if found.share.mode is Mode.DOWNLOAD else "",
    }
    return _private(framed(call, "", "shared.html", values))


def _copy(found: Shown, mark: str) -> Answer:
    """Return shared records as a file; each row carries the watermark."""
    head = [*(pointer(path).lstrip("/") for path in found.fields), "shared"]
    rows = [[*map(_text, row), _text(mark)] for row in found.rows]
    made = file(f"shared-{found.share.number}", head, rows)
    return Answer(body=made.body, media_type=made.media_type, headers={**made.headers, **PRIVATE})


def _text(value: object) -> object:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
    return text_of(value) if isinstance(value, dict | list) else value


def _closed(call: Call) -> Page:
    """Return the one page for every link that does not open, whatever the reason."""
    return _private(framed(call, "", "shared_closed.html", {"signed_in": call.actor.signed_in}, status=404))


def _private(page: Page) -> Page:
    return Page(page.template, page.values, status=page.status, headers=PRIVATE)


def _switched_off(call: Call, registry: Registry) -> Page | None:
    """Return what stands in the place of the form where the version does not offer what it needs."""
    off = next((kind for kind in service.KINDS if not registry.works(kind)), None)
    return service_off(call, registry, "records", off, _("Share records")) if off else None


async def _registry(call: Call) -> Registry:
    return await design.published(call.context, code=call.path["code"], version=LATEST)


async def _form_page(
    call: Call, form: Mapping[str, str], lists: Mapping[str, Sequence[str]], errors: Mapping[str, str]
) -> Page:
    words, registry = Words(call.language), await _registry(call)
    paths = await service.offered(call.context, by=call.actor, registry=registry)
    record, token = form.get("record", ""), form.get("view", "")
    view = browsing.unseal(call.context, by=call.actor, code=registry.code, token=token)
    found = []
    if not record:
        plain = View(filters=view.filters, words=view.words)
        grid = await browsing.grid(call.context, by=call.actor, registry=registry, view=plain, sort="", page=1)
        found = list(grid.records)
    days_max = call.context.settings.number(service.DAYS_MAX)
    values = {
        "form": {**presenters.blank(days_max), **form},
        "errors": dict(errors),
        "record": record,
        "token": token,
        "records": presenters.records(words, registry, found),
        "chosen": list(lists.get("records", [])),
        "fields": presenters.fields(registry, paths, call.language),
        "chosen_fields": list(lists.get("fields", [])),
        "audiences": presenters.audiences(words),
        "modes": presenters.modes(words),
        "days_max": days_max,
        "above": [(words(_("Records")), f"/registry/{registry.code}/records")],
    }
    return in_registry(call, registry, "records", "share_ask.html", values, status=400 if errors else 200)


async def _check_page(call: Call, registry: Registry, wish: Wish, errors: Mapping[str, str]) -> Page:
    words = Words(call.language)
    names = ("title", "which", "audience", "role", "mode", "days", "openings", "consent", "view", "record")
    carried = [(name, call.form.get(name, "")) for name in names]
    carried += [(name, value) for name in ("records", "fields") for value in call.form_lists.get(name, [])]
    values = {
        "told": presenters.told(words, registry, wish),
        "open_data": wish.audience == ANYONE,
        "carried": carried,
        "errors": dict(errors),
        "above": [(words(_("Records")), f"/registry/{registry.code}/records")],
    }
    return in_registry(call, registry, "records", "share_check.html", values, status=400 if errors else 200)


def _made_page(call: Call, registry: Registry, made: Made) -> Page:
    words = Words(call.language)
    address = f"{call.context.public_url}/shared/{made.token}"
    values = {
        "share": made.share,
        "address": address,
        "qr": presenters.qr(address, words(_("QR code of the link"))),
        "letter": presenters.letter(words, made.share, address),
        "above": [(words(_("Records")), f"/registry/{registry.code}/records")],
    }
    return _private(in_registry(call, registry, "records", "share_made.html", values))

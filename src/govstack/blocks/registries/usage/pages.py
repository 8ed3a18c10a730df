"""Who read my data: each person for themselves, and auditors for anybody (DRS-8, DRS-37)."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from govstack.blocks.registries.access import service as access
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.errors import UnknownRegistry
from govstack.blocks.registries.design.model import Registry
from govstack.blocks.registries.frame.presenters import Words, framed
from govstack.blocks.registries.usage import presenters, service
from govstack.blocks.registries.usage.errors import InvalidIdentifier, NotYours
from govstack.blocks.registries.usage.model import Usage
from govstack.blocks.registries.usage.service import Page as Readings
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, by_policy, signed_in
from govstack.web.answers import Page

routes = Routes(tags=("personal data pages",))
AUDITORS = by_policy("auditors and analysts")
PAGE_ENTRIES = 50


class AfterQuery(msgspec.Struct, frozen=True):
    """Where the page starts."""

    after: str = ""
    lang: str = ""


@routes.page("/my-data", access=signed_in(), query=AfterQuery, operation_id="myDataPage")
async def my_data(call: Call) -> Page:
    """Show the person who is signed in who read their data, in all registers of this platform."""
    words, by = Words(call.language), presenters.proven(call.actor)
    try:
        found = await service.who_read_my_data(call.context, by=by, after=call.query.after, size=PAGE_ENTRIES)
    except InvalidIdentifier:
        found = Readings((), "")
    values = {
        "rows": presenters.rows(words, found.entries, await _registries(call, found.entries), await _names(call)),
        "first": "/my-data" if call.query.after else "",
        "next": f"/my-data?after={found.next_cursor}" if found.next_cursor else "",
    }
    return framed(call, "my-data", "my_data.html", values)


@routes.page("/usage", access=AUDITORS, operation_id="usagePage")
async def ask_person(call: Call) -> Page:
    """Ask an auditor whose readings to look up."""
    if not service.may_audit(call.actor):
        raise NotYours
    return framed(call, "usage", "usage.html", {"person": "", "rows": [], "asked": False, "next": ""})


@routes.form("/usage", access=AUDITORS, operation_id="usageForm")
async def of_person(call: Call) -> Page:
    """Show who read a person's data; the identifier stays out of the address, and the look-up is logged."""
    words, person = Words(call.language), call.form.get("person", "").strip()
    if not service.may_audit(call.actor):
        raise NotYours
    shown: dict[str, object] = {"person": person, "rows": [], "asked": False, "next": ""}
    try:
        found = await service.who_read_my_data(
            call.context, by=call.actor, person_identifier=person, after=call.form.get("after", ""), size=PAGE_ENTRIES
        )
    except InvalidIdentifier:
        found = None
    if found is None or not person:
        errors = {"person": words(_("Enter the identifier of the person, such as the personal id code"))}
        return framed(call, "usage", "usage.html", {**shown, "errors": errors}, status=400)
    rows = presenters.rows(words, found.entries, await _registries(call, found.entries), await _names(call))
    return framed(call, "usage", "usage.html", {**shown, "rows": rows, "asked": True, "next": found.next_cursor})


async def _names(call: Call) -> dict[str, str]:
    return await access.system_names(call.context, language=call.language)


async def _registries(call: Call, found: Iterable[Usage]) -> dict[int, Registry]:
    """Return the registers that readings happened in; those that were deleted are left out."""
    known: dict[int, Registry] = {}
    for registry_id in {one.registry_id for one in found}:
        try:
            known[registry_id] = await design.by_id(call.context, registry_id=registry_id)
        except UnknownRegistry:
            continue
    return known

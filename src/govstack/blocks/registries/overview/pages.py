"""The list of registries, the first page of each, and the log of what was done to it (DRS-1, DRS-7)."""

from __future__ import annotations

from typing import Literal

import msgspec

from govstack.blocks.registries.access import service as access
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import LATEST, may_see_definition
from govstack.blocks.registries.discovery import service as discovery
from govstack.blocks.registries.frame.presenters import (
    CLASSIFICATIONS,
    LIFECYCLES,
    Words,
    creates,
    framed,
    in_registry,
    manages,
)
from govstack.blocks.registries.overview import presenters, service
from govstack.blocks.registries.overview.model import (
    CLASSIFICATIONS_SHOWN,
    LIFECYCLES_SHOWN,
    SEARCH_CHARACTERS_MAX,
    Subject,
    Wanted,
)
from govstack.blocks.registries.overview.service import ACTS_SHOWN
from govstack.kernel.errors import Forbidden
from govstack.kernel.routing import Call, Routes, by_policy, public, signed_in
from govstack.web.answers import Page

routes = Routes(tags=("registry pages",))
KNOWN = by_policy("may know of the registry")


class ListQuery(msgspec.Struct, frozen=True):
    """Which registries to list."""

    q: str = ""
    state: Literal["", "draft", "published", "archived"] = ""
    classification: Literal["", "open", "restricted", "confidential"] = ""
    page: int = 1
    lang: str = ""

    def wanted(self) -> Wanted:
        """Return how the list is narrowed."""
        return Wanted(self.q[:SEARCH_CHARACTERS_MAX].strip(), self.state, self.classification, self.page)


class LogQuery(msgspec.Struct, frozen=True):
    """Which acts to show: of what kind, and before which number."""

    what: Subject = Subject.DEFINITION
    before: int = 0
    lang: str = ""


@routes.page("/", access=public(), query=ListQuery, operation_id="registriesPage")
async def start(call: Call) -> Page:
    """List the registries somebody works with; everybody else is shown what they can use."""
    words, wanted = Words(call.language), call.query.wanted()
    staff = may_see_definition(call.actor) or (call.actor.signed_in and bool(await _managed(call)))
    if not staff:
        offered = await discovery.offered(call.context, by=call.actor)
        shown = {"rows": presenters.usable(words, offered), "signed_in": call.actor.signed_in}
        return framed(call, "registries", "welcome.html", shown)
    found = await service.registries(call.context, by=call.actor, wanted=wanted)
    values = {
        "listing": found,
        "rows": presenters.lines(words, found.lines),
        "wanted": wanted,
        "states": [(one.value, words(LIFECYCLES[one][0])) for one in LIFECYCLES_SHOWN],
        "classifications": [(one.value, words(CLASSIFICATIONS[one][0])) for one in CLASSIFICATIONS_SHOWN],
        "chosen": presenters.chosen(words, wanted),
        "creates": creates(call.actor),
    }
    return framed(call, "registries", "registries.html", values)


async def _managed(call: Call) -> bool:
    return bool(await design.definitions(call.context, by=call.actor))


@routes.page("/registry/{code}", access=KNOWN, operation_id="registryPage")
async def one_registry(call: Call) -> Page:
    """Show a registry: to those who manage or watch it in figures, to others what they may do with it."""
    words = Words(call.language)
    try:
        parts = await design.definition(call.context, by=call.actor, key=call.path["code"])
    except Forbidden:
        return await _usable(call, words)
    now = parts[0]
    records = (await service.records_in_use(call.context, [now]))[now.id]
    values = {
        "now": now,
        "figures": presenters.figures(words, parts, records),
        "steps": presenters.steps(words, parts, records),
        "details": presenters.details(words, now),
        "people": presenters.person_rows(words, now if now.version else parts[-1]),
        "has_draft": not parts[-1].version,
        "manages": manages(call.actor, now),
        "secret": bool(now.secret_fields),
    }
    return in_registry(call, now, "overview", "registry.html", values)


async def _usable(call: Call, words: Words) -> Page:
    """Show a registry to somebody who may use it but not see its whole definition."""
    known = await discovery.known(call.context, by=call.actor, code=call.path["code"], version=LATEST)
    decision = await access.decision(call.context, by=call.actor, registry=known.registry)
    values = {"now": known.registry, "rows": presenters.may_do(words, decision, known.registry)}
    return in_registry(call, known.registry, "overview", "registry_usable.html", values)


@routes.page("/registry/{code}/log", access=signed_in(), query=LogQuery, operation_id="registryLogPage")
async def log(call: Call) -> Page:
    """Show who did what to a registry: its definition, its rights, checks, and refused calls."""
    return await _log_page(call, call.query.what, before=max(call.query.before, 0))


@routes.form("/registry/{code}/log", access=signed_in(), operation_id="registryLogForm")
async def log_of_somebody(call: Call) -> Page:
    """Show what one person or application did; who that is stays out of the address."""
    asked = call.form.get("what", "")
    what = Subject(asked) if asked in tuple(Subject) else Subject.DEFINITION
    return await _log_page(call, what, who=call.form.get("who", "").strip())


async def _log_page(call: Call, what: Subject, *, who: str = "", before: int = 0) -> Page:
    words = Words(call.language)
    registry, entries = await service.acts(
        call.context, by=call.actor, code=call.path["code"], subject=what, actor=who, before=before
    )
    base = f"/registry/{registry.code}/log"
    more = len(entries) > ACTS_SHOWN and not who
    values = {
        "rows": presenters.acts(words, entries[:ACTS_SHOWN]),
        "what": what.value,
        "who": who,
        "kinds": [(one.value, words(label)) for one, label in presenters.SUBJECTS.items()],
        "first": f"{base}?what={what.value}" if before else "",
        "next": f"{base}?what={what.value}&before={entries[ACTS_SHOWN - 1].number}" if more else "",
    }
    return in_registry(call, registry, "log", "registry_log.html", values)

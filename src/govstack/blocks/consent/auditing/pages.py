"""An auditor's pages: the history of everything, one thing's versions, and whether they were altered (C15 to C18)."""

from __future__ import annotations

from typing import Literal

import msgspec

from govstack.blocks.consent.auditing import presenters, service
from govstack.blocks.consent.auditing.model import Verdict
from govstack.blocks.consent.auditing.schemas import moment
from govstack.blocks.consent.evidence.errors import Unknown
from govstack.blocks.consent.evidence.model import Revision
from govstack.blocks.consent.evidence.service import Part, Search
from govstack.blocks.consent.frame.presenters import Words, framed
from govstack.kernel.errors import BadRequest, NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs
from govstack.web.answers import Page

routes = Routes(tags=("audit pages",))
AUDITOR = needs("consent:audit")
VERSIONS_SHOWN = 50
CHAIN_SHOWN_MAX = 1_000


class HistoryQuery(msgspec.Struct, frozen=True):
    """Which versions to show, in which order."""

    kind: Literal["", "Policy", "DataAgreement", "ConsentRecord", "Individual"] = ""
    since: str = ""
    until: str = ""
    sort: Literal["timestamp", "-timestamp", "object", "-object"] = "-timestamp"
    start: int = 0
    lang: str = ""


@routes.page("/history", access=AUDITOR, query=HistoryQuery, operation_id="consentHistoryPage")
async def history(call: Call) -> Page:
    """Show the versions of all things, narrowed and sorted."""
    words, query = Words(call.language), call.query
    start, errors, found = max(query.start, 0), {}, []
    try:
        since, until = moment("since", _day(query.since)), moment("until", _day(query.until, end=True))
        wanted = Search(query.kind, "", since, until, query.sort)
        part = Part(start, VERSIONS_SHOWN + 1)
        found = await service.revisions(call.context, by=call.actor, wanted=wanted, part=part)
    except BadRequest as problem:
        errors = dict.fromkeys(problem.fields, words(_("Enter a day such as 2026-11-21")))
    values = {
        "rows": presenters.rows(words, found[:VERSIONS_SHOWN]),
        "query": query,
        "kinds": [(name, words(label)) for name, label in presenters.KINDS.items()],
        "errors": errors,
        "start": start,
        "step": VERSIONS_SHOWN,
        "more": len(found) > VERSIONS_SHOWN,
    }
    return framed(call, "history", "history.html", values, status=400 if errors else 200)


@routes.page("/history/{kind}/{objectId}", access=AUDITOR, operation_id="consentVersionsPage")
async def versions(call: Call) -> Page:
    """Show the versions of one thing."""
    return await _versions(call, None)


@routes.form("/history/{kind}/{objectId}", access=AUDITOR, operation_id="checkVersionsForm")
async def check(call: Call) -> Page:
    """Check the versions of one thing and say what was altered."""
    kind, object_id = call.path["kind"], call.path["objectId"]
    try:
        verdict = await service.check(call.context, by=call.actor, schema_name=kind, object_id=object_id)
    except Unknown as error:
        raise NotFound from error
    return await _versions(call, verdict)


async def _versions(call: Call, verdict: Verdict | None) -> Page:
    words, kind, object_id = Words(call.language), call.path["kind"], call.path["objectId"]
    chain: list[Revision] = []
    if kind in presenters.KINDS:
        wanted = Search(kind, object_id, sort="object")
        chain = await service.revisions(call.context, by=call.actor, wanted=wanted, part=Part(0, CHAIN_SHOWN_MAX))
    if not chain:
        raise NotFound
    values = {
        "here": f"/history/{kind}/{object_id}",
        "kind": words(presenters.KINDS[kind]),
        "object_id": object_id,
        "rows": presenters.versions(words, chain),
        "newest": chain[-1].snapshot or "",
        "verdict": presenters.verdict(words, verdict) if verdict else None,
    }
    return framed(call, "history", "versions.html", values)


def _day(text: str, *, end: bool = False) -> str:
    """Return a day as a moment; anything else as it is."""
    plain = text.strip()
    if len(plain) != len("2026-11-21"):
        return plain
    return f"{plain}T23:59:59.999999Z" if end else f"{plain}T00:00:00Z"

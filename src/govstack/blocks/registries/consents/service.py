"""Use cases of rights that rest on consent: ask for each person at the moment of reading, and show what was agreed to.

Nothing of an answer is kept: whoever withdraws is not shown any more from the next question on (DRS-6, DRS-8).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from govstack.blocks.registries.access.model import holds
from govstack.blocks.registries.admission.service import Sight
from govstack.blocks.registries.consents import gateways
from govstack.blocks.registries.consents.errors import ConsentMissing, ConsentUnknown
from govstack.blocks.registries.consents.gateways import Place, Unanswered
from govstack.blocks.registries.consents.model import Terms, consent
from govstack.blocks.registries.design.model import Path
from govstack.blocks.registries.usage import service as usage
from govstack.blocks.registries.usage.model import Reason
from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Row
from govstack.kernel.log import security
from govstack.kernel.rules import matching
from govstack.kernel.settings import Setting

SERVICE, CALLER = "REGISTRIES_CONSENT_SERVICE", "REGISTRIES_CONSENT_CALLER"
SETTINGS = (
    Setting(
        SERVICE,
        "",
        "The consent block's service at the mediator, asked where a right rests on consent; empty lets nobody read so",
        matching(r"([^/\s]+/[^/\s]+/[^/\s]+/[^/\s]+)?", "be CLASS/MEMBER/APPLICATION/SERVICE"),
    ),
    Setting(
        CALLER,
        "",
        "The application that registries ask the consent block as",
        matching(r"([^/\s]+/[^/\s]+/[^/\s]+)?", "be CLASS/MEMBER/APPLICATION"),
    ),
)
RECORDS_MAX = 50
QUESTIONS_AT_ONCE_MAX = 8


@dataclass(frozen=True, slots=True)
class Covered:
    """A record that a caller may see, the sight that this rests on, and the consents that it cites."""

    row: Row
    sight: Sight
    citation: str = ""


async def refuse(context: Context, sight: Sight, person: str) -> None:
    """Refuse to look for a person who does not agree, before the data is looked at: the answer tells nothing of it.

    Where some right rests on no consent, it is looked for. Raises ConsentMissing and ConsentUnknown.
    """
    if sight.decision.rests_wholly(sight.kind):
        wanted = sight.decision.agreements(sight.kind)
        cited = await _citations(context, sight, [(person, one) for one in wanted])
        if not sight.decision.resting_on(frozenset(one for _, one in cited)).may(sight.kind):
            raise ConsentMissing


async def covered(context: Context, sight: Sight, rows: Sequence[Row], used: Sequence[Path]) -> list[Covered]:
    """Return those of some records that rest on no consent or on consent that holds now; raises ConsentUnknown.

    `used` are the fields that the search looked at: a record counts only where all of them may be seen.
    """
    contents = {str(row["uuid"]): msgspec.json.decode(row["content"]) for row in rows}
    needed = {str(row["uuid"]): sight.decision.agreements_for(sight.kind, contents[str(row["uuid"])]) for row in rows}
    pairs = {(str(row["person"]), one) for row in rows if row["person"] for one in needed[str(row["uuid"])]}
    cited = await _citations(context, sight, sorted(pairs))
    found: list[Covered] = []
    for row in rows:
        uuid, person = str(row["uuid"]), str(row["person"] or "")
        agreed = {one: cited[person, one] for one in sorted(needed[uuid]) if (person, one) in cited}
        through = sight.resting_on(frozenset(agreed))
        if holds(through.decision.record_condition(sight.kind, used), contents[uuid], sight.decision.kinds):
            found.append(Covered(row, through, " ".join(agreed.values())))
    return found


async def person_of(context: Context, *, by: Actor, reference: str) -> str:
    """Return who gave the consent of a reference, nothing unless it is consent at this moment; raises ConsentUnknown.

    A reference is the id of a record, or a record with its revision as the log of reads cites it. One that the person
    has replaced by a later answer, or that waits for signatures, is no consent, as it would be none for a reading.
    """
    place = _place(context, by)
    try:
        given = await gateways.answer(context, place, reference.partition("@")[0])
        about = given.record.data_agreement.id if given and given.record.data_agreement else ""
        person = given.record.individual.external_id if given and given.record.individual else ""
        terms = await gateways.terms(context, place, about) if about and person else None
        answers = await gateways.answers(context, place, person=person, agreement_id=about) if terms else []
    except Unanswered as fault:
        raise _unknown(context, by, fault) from fault
    last = consent(answers, terms, clock.now()) if terms is not None else None
    return person if last is not None and given is not None and last.record.id == given.record.id else ""


async def log(
    context: Context, shown: Sequence[Covered], reason: Reason, *, fields: Sequence[Path] | None = None
) -> None:
    """Log whom an answer is about, with the consents it rests on; one entry for those that rest on the same."""
    together: dict[tuple[str, str], list[Covered]] = {}
    for one in shown:
        together.setdefault((one.citation, one.sight.personal), []).append(one)
    for (citation, _), some in together.items():
        cited = replace(reason, consent_reference=citation) if citation else reason
        await usage.log(context, some[0].sight, [one.row for one in some], cited, shown=fields)


async def _citations(context: Context, sight: Sight, pairs: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
    """Return what is cited for those pairs of a person and an agreement that are consent at this moment."""
    if not pairs:
        return {}
    place = _place(context, sight.by)
    try:
        terms = await _terms(context, place, {agreement for _, agreement in pairs})
        return await _asked(context, place, [pair for pair in pairs if pair[1] in terms], terms)
    except Unanswered as fault:
        raise _unknown(context, sight.by, fault) from fault


def _place(context: Context, by: Actor) -> Place:
    place = Place(context.settings.text(SERVICE), context.settings.text(CALLER))
    if not place.service or not place.application:
        security(context.package, "consent.not-connected", actor=by.id, outcome="refused")
        raise ConsentUnknown
    return place


def _unknown(context: Context, by: Actor, fault: Unanswered) -> ConsentUnknown:
    security(context.package, "consent.not-answered", actor=by.id, outcome="refused", reason=str(fault))
    return ConsentUnknown()


async def _terms(context: Context, place: Place, agreements: Iterable[str]) -> dict[str, Terms]:
    found = {one: await gateways.terms(context, place, one) for one in sorted(agreements)}
    return {name: one for name, one in found.items() if one is not None}


async def _asked(
    context: Context, place: Place, pairs: Sequence[tuple[str, str]], terms: Mapping[str, Terms]
) -> dict[tuple[str, str], str]:
    turns = asyncio.Semaphore(QUESTIONS_AT_ONCE_MAX)

    async def ask(person: str, agreement: str) -> str:
        async with turns:
            answers = await gateways.answers(context, place, person=person, agreement_id=agreement)
        given = consent(answers, terms[agreement], clock.now())
        return given.citation if given is not None else ""

    try:
        async with asyncio.TaskGroup() as group:
            tasks = {pair: group.create_task(ask(*pair)) for pair in pairs}
    except ExceptionGroup as faults:
        raise faults.exceptions[0] from faults
    return {pair: task.result() for pair, task in tasks.items() if task.result()}

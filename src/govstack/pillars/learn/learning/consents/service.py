"""Use cases of consent that another block keeps: what a learner is asked, what they say, and who agrees at this moment.

Nothing of an answer is kept here: whoever withdraws, wherever they do, is not shown any more from the next look on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.log import security
from govstack.kernel.rules import matching
from govstack.kernel.settings import Setting
from govstack.pillars.learn.learning.consents import gateways
from govstack.pillars.learn.learning.consents.errors import AgreementChanged, ConsentUnknown, NotNumbered
from govstack.pillars.learn.learning.consents.gateways import Place, Refused, Unanswered
from govstack.pillars.learn.learning.consents.model import Asked, Terms, consent
from govstack.pillars.learn.people.model import Person

SERVICE, APPLICATION, AGREEMENT = "LEARN_CONSENT_SERVICE", "LEARN_CONSENT_APPLICATION", "LEARN_CONSENT_AGREEMENT"
SETTINGS = (
    Setting(
        SERVICE,
        "",
        "The consent service that keeps who shares with their manager, as CLASS/MEMBER/APPLICATION/SERVICE;"
        " empty keeps it here",
        matching(r"([^/\s,]+(/[^/\s,]+){3})?", "be CLASS/MEMBER/APPLICATION/SERVICE, or empty"),
    ),
    Setting(
        APPLICATION,
        "",
        "The application as which this pillar calls the consent service, as CLASS/MEMBER/APPLICATION",
        matching(r"([^/\s,]+(/[^/\s,]+){2})?", "be CLASS/MEMBER/APPLICATION, or empty"),
    ),
    Setting(
        AGREEMENT,
        "",
        "The id of the data agreement that learners answer to there",
        matching(r"[^/\s,]*", "be one id, or empty"),
    ),
)
QUESTIONS_AT_ONCE_MAX = 8
PEOPLE_ASKED_MAX = 200


def connected(context: Context) -> bool:
    """Tell whether a consent block keeps who shares what; with it nothing that is kept here counts."""
    return bool(context.settings.text(SERVICE))


async def asked(context: Context, *, by: Actor, person: Person) -> Asked:
    """Return what somebody is asked to agree to and whether they do; no terms where that could not be found out."""
    try:
        terms = await _terms(context, by)
        if terms is None or not person.number:
            return Asked(terms)
        agreed = await _agrees(context, person.number, terms)
    except Unanswered as fault:
        _note(context, by, fault)
        return Asked()
    return Asked(terms, agreed)


async def agree(context: Context, *, by: Actor, person: Person, revision_id: str = "") -> None:
    """Write down that somebody agrees to the version that they read; raises NotNumbered, AgreementChanged and
    ConsentUnknown."""
    try:
        await gateways.agree(
            context, _place(context), number=_number(person), agreement_id=context.settings.text(AGREEMENT),
            revision_id=revision_id,
        )  # fmt: skip
    except Refused as fault:
        raise AgreementChanged from fault
    except Unanswered as fault:
        _note(context, by, fault)
        raise ConsentUnknown from fault


async def withdraw(context: Context, *, by: Actor, person: Person) -> bool:
    """Write down that somebody does not agree any more; false when they did not before. Raises NotNumbered and
    ConsentUnknown."""
    number, agreement_id = _number(person), context.settings.text(AGREEMENT)
    try:
        place = _place(context)
        said = await gateways.answers(context, place, number=number, agreement_id=agreement_id)
        # What is no consent today, for want of a signature or by its version, could be tomorrow.
        standing = [one for one in said if one.record.opt_in is True]
        for one in standing:
            await gateways.withdraw(context, place, number=number, given=one)
    except Unanswered as fault:
        _note(context, by, fault)
        raise ConsentUnknown from fault
    return bool(standing)


async def agreeing(context: Context, *, by: Actor, people: Sequence[Person]) -> frozenset[str] | None:
    """Return the ids of those of some people who agree at this moment, None where that could not be found out.

    Whoever has no number is nobody there, and beyond PEOPLE_ASKED_MAX people nobody is asked about.
    """
    wanted = [(one.id, one.number) for one in people if one.number][:PEOPLE_ASKED_MAX]
    try:
        terms = await _terms(context, by)
        if terms is None:
            return None
        turns = asyncio.Semaphore(QUESTIONS_AT_ONCE_MAX)

        async def ask(number: str) -> bool:
            async with turns:
                return await _agrees(context, number, terms)

        try:
            async with asyncio.TaskGroup() as group:
                tasks = {person_id: group.create_task(ask(number)) for person_id, number in wanted}
        except ExceptionGroup as faults:
            raise faults.exceptions[0] from faults
    except Unanswered as fault:
        _note(context, by, fault)
        return None
    return frozenset(person_id for person_id, task in tasks.items() if task.result())


async def _terms(context: Context, by: Actor) -> Terms | None:
    found = await gateways.terms(context, _place(context), context.settings.text(AGREEMENT))
    if found is None or not found.agreement.active:
        security(context.package, "consent.no-agreement", actor=by.id, outcome="refused")
        return None
    return found


async def _agrees(context: Context, number: str, terms: Terms) -> bool:
    said = await gateways.answers(context, _place(context), number=number, agreement_id=terms.agreement.id)
    return consent(said, terms, clock.now()) is not None


def _place(context: Context) -> Place:
    place = Place(context.settings.text(SERVICE), context.settings.text(APPLICATION))
    if not place.application or not context.settings.text(AGREEMENT):
        raise Unanswered("not set up")
    return place


def _number(person: Person) -> str:
    if not person.number:
        raise NotNumbered
    return person.number


def _note(context: Context, by: Actor, fault: Unanswered) -> None:
    security(context.package, "consent.not-answered", actor=by.id, outcome="refused", reason=str(fault))

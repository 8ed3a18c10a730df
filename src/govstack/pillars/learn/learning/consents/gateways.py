"""What is asked of the consent block, through the mediator: its published operations, for a person by their number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

import msgspec

from govstack.kernel.context import Context
from govstack.kernel.errors import Problem
from govstack.kernel.mediation import Reply
from govstack.pillars.learn.learning.consents.model import Agreement, Given, Record, Revision, Terms

SECONDS_MAX = 5.0
ANSWERS_MAX = 20
# What the published document says of an id that nobody gave, and of an agreement that is not the newest or not open.
REFUSED = 400
PURPOSE = "Consent to show a manager how far a learner is"
PERSON_HEADER = "X-ConsentBB-ExternalId"
RECORDS = "/service/individual/record"
Shape = TypeVar("Shape")


class Unanswered(Exception):
    """The consent block was not reached, or did not answer what was asked."""


class Refused(Exception):
    """The consent block did not take an answer to this version of an agreement."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the consent block is: its service at the mediator, and the application that calls it."""

    service: str
    application: str


class _Agreement(msgspec.Struct, rename="camel"):
    data_agreement: Agreement
    revision: Revision


class _Record(msgspec.Struct, rename="camel"):
    consent_record: Record
    revision: Revision


class _Listed(Record, frozen=True, rename="camel"):
    consent_record_revision: Revision | None = None


class _Records(msgspec.Struct, rename="camel"):
    consent_records: list[_Listed]


async def terms(context: Context, place: Place, agreement_id: str) -> Terms | None:
    """Return a data agreement as it stands, nothing when there is none; raises Unanswered."""
    reply = await _call(context, place, "GET", f"/service/data-agreement/{quote(agreement_id, safe='')}/")
    if reply.status == REFUSED:
        return None
    found = _read(reply, _Agreement)
    return Terms(found.data_agreement, found.revision)


async def answers(context: Context, place: Place, *, number: str, agreement_id: str) -> list[Given]:
    """Return what a person answered to an agreement, as it stands; raises Unanswered.

    Their number travels in a header: addresses are logged.
    """
    reply = await _call(
        context, place, "GET", "/service/verification/consent-records/",
        query={"dataAgreementId": agreement_id, "limit": str(ANSWERS_MAX)}, headers={PERSON_HEADER: number},
    )  # fmt: skip
    found = _read(reply, _Records).consent_records[:ANSWERS_MAX]
    return [one for record in found if (one := await _whole(context, place, record)) is not None]


async def agree(context: Context, place: Place, *, number: str, agreement_id: str, revision_id: str) -> None:
    """Write down that a person agrees to a version of an agreement; raises Refused and Unanswered.

    Who agrees is stated to the mediator, as for every call that is made for somebody.
    """
    path = f"{RECORDS}/data-agreement/{quote(agreement_id, safe='')}/"
    query = {"revisionId": revision_id} if revision_id else None
    reply = await _call(context, place, "POST", path, query=query, user=number)
    if reply.status == REFUSED:
        raise Refused
    _read(reply, _Record)


async def withdraw(context: Context, place: Place, *, number: str, given: Given) -> None:
    """Write down that a person does not agree any more; raises Unanswered."""
    individual = given.record.individual
    reply = await _call(
        context, place, "PUT", f"{RECORDS}/consent-record/{quote(given.record.id, safe='')}/",
        query={"individualId": individual.id} if individual is not None and individual.id else None, user=number,
        body={"consentRecord": {"optIn": False}},
    )  # fmt: skip
    _read(reply, _Record)


async def _whole(context: Context, place: Place, listed: _Listed) -> Given | None:
    """Return a listed record with its newest revision: the published list has none, so it is read where it lacks."""
    if listed.consent_record_revision is not None:
        return Given(listed, listed.consent_record_revision)
    path = f"/service/verification/consent-record/{quote(listed.id, safe='')}/"
    reply = await _call(context, place, "GET", path)
    if reply.status == REFUSED:
        return None
    read = _read(reply, _Record)
    return Given(read.consent_record, read.revision)


async def _call(
    context: Context,
    place: Place,
    method: str,
    path: str,
    *,
    query: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    user: str = "",
    body: object = None,
) -> Reply:
    try:
        return await context.mediation.call(
            method, place.service, path, application=place.application, purpose=PURPOSE, query=query, headers=headers,
            user=user, body=body, seconds=SECONDS_MAX,
        )  # fmt: skip
    except Problem as fault:
        raise Unanswered(fault.code) from fault


def _read(reply: Reply, shape: type[Shape]) -> Shape:
    if reply.status != 200:
        raise Unanswered(str(reply.status))
    try:
        return msgspec.json.decode(reply.body, type=shape)
    except msgspec.MsgspecError as fault:
        raise Unanswered("shape") from fault

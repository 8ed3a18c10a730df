"""What registries ask of the consent block, through the mediator: the published operations of data users."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

import msgspec

from govstack.blocks.registries.consents.model import Agreement, Answer, Record, Revision, Terms
from govstack.kernel.context import Context
from govstack.kernel.errors import Problem
from govstack.kernel.mediation import Reply

SECONDS_MAX = 5.0
ANSWERS_MAX = 20
# What the published document says of an id that nobody gave.
UNKNOWN = 400
PURPOSE = "Check consent before a register shows data"
PERSON_HEADER = "X-ConsentBB-ExternalId"
Shape = TypeVar("Shape")


class Unanswered(Exception):
    """The consent block was not reached, or did not answer what was asked."""


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
    reply = await _ask(context, place, f"/service/data-agreement/{quote(agreement_id, safe='')}/")
    if reply.status == UNKNOWN:
        return None
    found = _read(reply, _Agreement)
    return Terms(found.data_agreement, found.revision)


async def answers(context: Context, place: Place, *, person: str, agreement_id: str) -> list[Answer]:
    """Return what a person answered to an agreement, as it stands; raises Unanswered.

    The person's identifier travels in a header: addresses are logged.
    """
    reply = await _ask(
        context, place, "/service/verification/consent-records/",
        query={"dataAgreementId": agreement_id, "limit": str(ANSWERS_MAX)}, headers={PERSON_HEADER: person},
    )  # fmt: skip
    found = _read(reply, _Records).consent_records[:ANSWERS_MAX]
    return [one for record in found if (one := await _whole(context, place, record)) is not None]


async def answer(context: Context, place: Place, record_id: str) -> Answer | None:
    """Return a record with its newest revision, nothing when there is none; raises Unanswered."""
    reply = await _ask(context, place, f"/service/verification/consent-record/{quote(record_id, safe='')}/")
    if reply.status == UNKNOWN:
        return None
    read = _read(reply, _Record)
    return Answer(read.consent_record, read.revision)


async def _whole(context: Context, place: Place, listed: _Listed) -> Answer | None:
    """Return a listed record with its newest revision: the published list has none, so it is read where it lacks."""
    if listed.consent_record_revision is not None:
        return Answer(listed, listed.consent_record_revision)
    return await answer(context, place, listed.id)


async def _ask(
    context: Context,
    place: Place,
    path: str,
    *,
    query: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> Reply:
    try:
        return await context.mediation.call(
            "GET", place.service, path, application=place.application, purpose=PURPOSE, query=query, headers=headers,
            seconds=SECONDS_MAX,
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

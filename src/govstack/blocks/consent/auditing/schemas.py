"""Wire shapes of auditing."""

from __future__ import annotations

from typing import Literal

import msgspec

from govstack.blocks.consent.agreements.model import DataAgreement
from govstack.blocks.consent.auditing.model import Verdict
from govstack.blocks.consent.evidence.schemas import Limit, Offset, Revision
from govstack.kernel import clock
from govstack.kernel.errors import BadRequest

Kind = Literal["Policy", "DataAgreement", "ConsentRecord", "Individual"]
Order = Literal["timestamp", "-timestamp", "object", "-object"]


class AgreementAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """An agreement."""

    data_agreement: DataAgreement


class RevisionList(msgspec.Struct, frozen=True):
    """Revisions."""

    revisions: list[Revision]


class RevisionsQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Which revisions, in which order."""

    schema_name: Kind | None = None
    object_id: str = ""
    since: str = ""
    until: str = ""
    sort: Order = "-timestamp"
    offset: Offset | None = None
    limit: Limit | None = None


class CheckQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Which object to check."""

    schema_name: Kind
    object_id: str


class VerdictAnswer(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """Whether an object is as it was written; the first revision that is not, and what is wrong with it."""

    sound: bool
    revisions: int
    first_broken_revision: str | None = None
    first_broken_number: int | None = None
    fault: str | None = None


def moment(name: str, text: str) -> str:
    """Return a moment of a query as it is stored; raises BadRequest."""
    try:
        return clock.timestamp(clock.parse(text)) if text else ""
    except (ValueError, OverflowError) as error:
        raise BadRequest(
            f"Write {name} as a moment such as 2026-11-21T21:30:00Z.", fields={name: "is not a moment"}
        ) from error


def verdict(found: Verdict) -> VerdictAnswer:
    """Return a verdict."""
    if found.finding is None:
        return VerdictAnswer(sound=True, revisions=found.revisions)
    return VerdictAnswer(
        sound=False,
        revisions=found.revisions,
        first_broken_revision=found.finding.revision_id,
        first_broken_number=found.finding.number,
        fault=found.finding.fault.value,
    )

"""Wire shapes of records."""

from __future__ import annotations

import msgspec

from govstack.blocks.consent.agreements.model import DataAgreement
from govstack.blocks.consent.evidence.schemas import Revision, revision
from govstack.blocks.consent.individuals.model import Individual
from govstack.blocks.consent.records.model import State
from govstack.blocks.consent.records.service import Shown
from govstack.blocks.consent.signing.model import Signature


class RevisionReference(msgspec.Struct, frozen=True):
    """A revision, by its id and its moment."""

    id: str
    timestamp: str


class ConsentRecord(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """Who answered which version of which agreement, and how.

    Additions to the published shape: `signatureVerified`, whether this block checked the signature itself; `valid`,
    whether there is consent by this record now, also where the agreement asks for several signatures; how many it asks
    for and how many there are; `shownLanguage`, the language in which the person was shown the agreement; and
    `consentRecordRevision`, the newest revision of the record, so that who reads a list need not read each of it again.
    """

    id: str
    data_agreement_revision_hash: str
    state: State
    data_agreement: DataAgreement | None = None
    data_agreement_revision: Revision | None = None
    individual: Individual | None = None
    opt_in: bool | None = None
    signature: Signature | None = None
    signature_verified: bool | None = None
    valid: bool | None = None
    signatures_required: int | None = None
    signatures_made: int | None = None
    shown_language: str | None = None
    consent_record_revision: RevisionReference | None = None


class RecordAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """A record."""

    consent_record: ConsentRecord


class RevisedRecordAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """A record and the revision that says so."""

    consent_record: ConsentRecord
    revision: Revision


class RecordList(msgspec.Struct, frozen=True, rename="camel"):
    """Records."""

    consent_records: list[ConsentRecord]


def record(shown: Shown) -> ConsentRecord:
    """Return a record in its published shape."""
    return ConsentRecord(
        id=shown.data.id,
        data_agreement=shown.agreement,
        data_agreement_revision=revision(shown.agreement_revision),
        data_agreement_revision_hash=shown.data.data_agreement_revision_hash,
        individual=shown.individual,
        opt_in=shown.data.opt_in,
        state=shown.data.state,
        signature=shown.signature.signature if shown.signature else None,
        signature_verified=shown.signature.verified if shown.signature else None,
        valid=shown.data.counts,
        signatures_required=shown.data.signatures_required or None,
        signatures_made=len(shown.data.signatures) if shown.data.signatures_required else None,
        shown_language=shown.data.shown_language,
        consent_record_revision=RevisionReference(shown.revision.id, shown.revision.at),
    )


def revised(shown: Shown) -> RevisedRecordAnswer:
    """Return a record with its newest revision."""
    return RevisedRecordAnswer(record(shown), revision(shown.revision))


def records(found: list[Shown]) -> RecordList:
    """Return a list of records."""
    return RecordList([record(one) for one in found])

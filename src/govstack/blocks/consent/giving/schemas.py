"""Wire shapes of giving consent."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.blocks.consent.agreements.schemas import Reference, identifier
from govstack.blocks.consent.attesting.service import Draft
from govstack.blocks.consent.evidence.schemas import Limit, Offset, Revision, revision
from govstack.blocks.consent.individuals.model import Individual
from govstack.blocks.consent.individuals.schemas import Whom
from govstack.blocks.consent.records.schemas import ConsentRecord, record
from govstack.blocks.consent.records.service import Shown
from govstack.blocks.consent.signing.model import Signature
from govstack.blocks.consent.signing.schemas import SignatureGiven
from govstack.kernel.errors import BadRequest

ShownLanguage = Annotated[str, Meta(description="The language in which the person was shown the agreement")]


class WhomListQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Whose records, and which part of them."""

    individual_id: Whom = ""
    offset: Offset | None = None
    limit: Limit | None = None


class AgreeQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Who agrees, and to which revision as they believe."""

    individual_id: Whom = ""
    revision_id: str = ""
    language: ShownLanguage = ""


class DraftQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Who would agree to what."""

    individual_id: Whom = ""
    data_agreement_id: str = ""
    revision_id: str = ""
    language: ShownLanguage = ""


class ForgetQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Whose records to forget; or one that was never signed."""

    individual_id: Whom = ""
    consent_record_id: str = ""


class RecordGiven(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A record as it is sent: other things in it as objects or by ids; `id`, `state` and `signature` are not read."""

    id: str | int = ""
    data_agreement: str | int | Reference | None = None
    data_agreement_revision: str | int | Reference | None = None
    data_agreement_revision_hash: str = ""
    individual: str | int | Reference | None = None
    opt_in: bool | None = None
    shown_language: str = ""

    def references(self) -> dict[str, str]:
        """Return what the record refers to, as far as that was sent."""
        named = {
            "dataAgreement": identifier(self.data_agreement),
            "dataAgreementRevision": identifier(self.data_agreement_revision),
            "individual": identifier(self.individual),
        }
        return {name: value for name, value in named.items() if value}


class RecordRequest(msgspec.Struct, frozen=True, rename="camel"):
    """A record to change."""

    consent_record: RecordGiven


class SignedRecordRequest(msgspec.Struct, frozen=True, rename="camel"):
    """A record and the signature over its draft."""

    consent_record: RecordGiven
    signature: SignatureGiven


class DraftAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """A record and a signature that are not stored; their ids are blank."""

    consent_record: ConsentRecord
    signature: Signature


class SignedRecordAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """A record, its newest revision, and the signature."""

    consent_record: ConsentRecord
    revision: Revision
    signature: Signature


class Nothing(msgspec.Struct, frozen=True):
    """An empty object."""


def draft(made: Draft) -> DraftAnswer:
    """Return a draft in its published shape."""
    shown = ConsentRecord(
        id="",
        data_agreement=made.agreement.agreement,
        data_agreement_revision=revision(made.agreement.revision),
        data_agreement_revision_hash=made.data.data_agreement_revision_hash,
        individual=Individual(id=made.individual_id),
        opt_in=made.data.opt_in,
        state=made.data.state,
        shown_language=made.data.shown_language,
    )
    return DraftAnswer(shown, made.signature)


def signed(shown: Shown) -> SignedRecordAnswer:
    """Return a signed record in its published shape; raises BadRequest for one without a signature."""
    if shown.signature is None:
        raise BadRequest("This record has no signature.")
    return SignedRecordAnswer(record(shown), revision(shown.revision), shown.signature.signature)

"""The published operations of people: their records, by themselves or through an application that acts for them."""

from __future__ import annotations

from govstack.blocks.consent.agreements.errors import NotActive
from govstack.blocks.consent.attesting import service as attesting
from govstack.blocks.consent.evidence.errors import OutdatedRevision, Unknown
from govstack.blocks.consent.evidence.service import part
from govstack.blocks.consent.giving import schemas, service
from govstack.blocks.consent.individuals.errors import NobodyNamed, NotIdentified, NotYours
from govstack.blocks.consent.individuals.schemas import CONCERNED, WHOM_HEADERS, WhomQuery, whom
from govstack.blocks.consent.records.errors import NoRecord, NotChangeable, NotRemovable, OtherDraft
from govstack.blocks.consent.records.schemas import (
    RecordAnswer,
    RecordList,
    RevisedRecordAnswer,
    record,
    records,
    revised,
)
from govstack.blocks.consent.signing.errors import BadSignature, NotVerifiable, SignedAlready
from govstack.blocks.consent.signing.schemas import SignatureAnswer, SignatureRequest
from govstack.kernel.routing import Call, Routes

routes = Routes(tags=("Consent records",))
WHO = (NobodyNamed, NotIdentified, NotYours, Unknown)
RECORDS = "/service/individual/record"


@routes.post(
    f"{RECORDS}/data-agreement/{{dataAgreementId}}/", access=CONCERNED, query=schemas.AgreeQuery,
    answer=RevisedRecordAnswer, operation_id="serviceIndividualConsentRecordCreate", headers=WHOM_HEADERS,
    errors=(*WHO, NotActive, OutdatedRevision),
)  # fmt: skip
async def agree(call: Call) -> RevisedRecordAnswer:
    """Agree to the present version of an agreement; whoever agreed already gets their record."""
    shown = await service.agree(
        call.context, by=call.actor, agreement_id=call.path["dataAgreementId"], stated=_whom(call),
        revision_id=call.query.revision_id, language=call.query.language,
    )  # fmt: skip
    return revised(shown)


@routes.post(
    f"{RECORDS}/data-agreement/{{dataAgreementId}}/refusal/", access=CONCERNED, query=schemas.AgreeQuery,
    answer=RevisedRecordAnswer, operation_id="serviceIndividualConsentRecordRefuse", headers=WHOM_HEADERS,
    errors=(*WHO, NotActive, OutdatedRevision),
)  # fmt: skip
async def refuse(call: Call) -> RevisedRecordAnswer:
    """Refuse the present version of an agreement, so that the refusal is on record."""
    shown = await service.refuse(
        call.context, by=call.actor, agreement_id=call.path["dataAgreementId"], stated=_whom(call),
        revision_id=call.query.revision_id, language=call.query.language,
    )  # fmt: skip
    return revised(shown)


@routes.get(
    f"{RECORDS}/data-agreement/{{dataAgreementId}}/", access=CONCERNED, query=WhomQuery, answer=RecordAnswer,
    operation_id="serviceIndividualConsentRecordRead", headers=WHOM_HEADERS, errors=(*WHO, NoRecord),
)  # fmt: skip
async def read_current(call: Call) -> RecordAnswer:
    """Read the record for an agreement that holds now."""
    agreement_id = call.path["dataAgreementId"]
    shown = await service.current(call.context, by=call.actor, agreement_id=agreement_id, stated=_whom(call))
    return RecordAnswer(record(shown))


@routes.get(
    f"{RECORDS}/data-agreement/{{dataAgreementId}}/all/", access=CONCERNED, query=schemas.WhomListQuery,
    answer=RecordList, operation_id="serviceIndividualDataAgreementConsentRecordList", headers=WHOM_HEADERS, errors=WHO,
)  # fmt: skip
async def list_of_agreement(call: Call) -> RecordList:
    """List all records for an agreement, those for its earlier versions too."""
    found = await service.listed(
        call.context, by=call.actor, stated=_whom(call), agreement_id=call.path["dataAgreementId"], every=True,
        part=part(call.query.offset, call.query.limit),
    )  # fmt: skip
    return records(found)


@routes.post(
    f"{RECORDS}/consent-record/draft/", access=CONCERNED, query=schemas.DraftQuery, answer=schemas.DraftAnswer,
    operation_id="serviceIndividualConsentRecordDraftCreate", headers=WHOM_HEADERS,
    errors=(*WHO, NotActive, OutdatedRevision),
)  # fmt: skip
async def draft(call: Call) -> schemas.DraftAnswer:
    """Get a record and a signature to be signed; nothing is stored."""
    made = await attesting.draft(
        call.context, by=call.actor, agreement_id=call.query.data_agreement_id, stated=_whom(call),
        revision_id=call.query.revision_id, language=call.query.language,
    )  # fmt: skip
    return schemas.draft(made)


@routes.post(
    f"{RECORDS}/consent-record/", access=CONCERNED, query=WhomQuery, body=schemas.SignedRecordRequest,
    answer=schemas.SignedRecordAnswer, operation_id="serviceIndividualConsentRecordSignatureCreate",
    headers=WHOM_HEADERS, errors=(*WHO, NotActive, OutdatedRevision, OtherDraft, BadSignature, NotVerifiable),
)  # fmt: skip
async def submit(call: Call, body: schemas.SignedRecordRequest) -> schemas.SignedRecordAnswer:
    """Store a record with the signature over its draft: both, or neither."""
    given = body.consent_record.references()
    shown = await attesting.submit(
        call.context, by=call.actor, agreement_id=given.get("dataAgreement", ""),
        given=body.signature.known(), stated=_whom(call) or _stated_in(call, given),
        language=body.consent_record.shown_language,
    )  # fmt: skip
    return schemas.signed(shown)


@routes.get(
    f"{RECORDS}/consent-record/", access=CONCERNED, query=schemas.WhomListQuery, answer=RecordList,
    operation_id="serviceIndividualConsentRecordList", headers=WHOM_HEADERS, errors=WHO,
)  # fmt: skip
async def list_current(call: Call) -> RecordList:
    """List the records that hold now, one for each agreement."""
    wanted = part(call.query.offset, call.query.limit)
    return records(await service.listed(call.context, by=call.actor, stated=_whom(call), part=wanted))


@routes.put(
    f"{RECORDS}/consent-record/{{consentRecordId}}/", access=CONCERNED, query=WhomQuery,
    body=schemas.RecordRequest, answer=RevisedRecordAnswer, operation_id="serviceIndividualConsentRecordUpdate",
    headers=WHOM_HEADERS, errors=(*WHO, NotActive, OutdatedRevision, NotChangeable),
)  # fmt: skip
async def change(call: Call, body: schemas.RecordRequest) -> RevisedRecordAnswer:
    """Change the answer of a record, to withdraw for instance; a signature over the earlier answer falls away."""
    shown = await service.change(
        call.context, by=call.actor, record_id=call.path["consentRecordId"], opt_in=body.consent_record.opt_in,
        same=body.consent_record.references(), stated=_whom(call),
    )  # fmt: skip
    return revised(shown)


@routes.post(
    f"{RECORDS}/consent-record/{{consentRecordId}}/signature/", access=CONCERNED, query=WhomQuery,
    body=SignatureRequest, answer=SignatureAnswer, operation_id="serviceIndividualSignatureCreate",
    headers=WHOM_HEADERS, errors=WHO,
)  # fmt: skip
async def prepare_signature(call: Call, body: SignatureRequest) -> SignatureAnswer:
    """Get a signature with a payload that is ready to be signed; nothing is stored."""
    prepared = await attesting.signature_draft(
        call.context, by=call.actor, record_id=call.path["consentRecordId"], given=body.signature.known(),
        stated=_whom(call),
    )  # fmt: skip
    return SignatureAnswer(prepared)


@routes.put(
    f"{RECORDS}/consent-record/{{consentRecordId}}/signature/", access=CONCERNED, query=WhomQuery,
    body=SignatureRequest, answer=SignatureAnswer, operation_id="serviceIndividualSignatureUpdate",
    headers=WHOM_HEADERS, errors=(*WHO, BadSignature, NotVerifiable, SignedAlready, OutdatedRevision),
)  # fmt: skip
async def sign(call: Call, body: SignatureRequest) -> SignatureAnswer:
    """Add a signature to a record."""
    shown = await attesting.sign(
        call.context, by=call.actor, record_id=call.path["consentRecordId"], given=body.signature.known(),
        stated=_whom(call),
    )  # fmt: skip
    return SignatureAnswer(schemas.signed(shown).signature)


@routes.delete(
    f"{RECORDS}/", access=CONCERNED, query=schemas.ForgetQuery, answer=schemas.Nothing,
    operation_id="serviceIndividualConsentRecordDeleteAll", headers=WHOM_HEADERS, errors=(*WHO, NotRemovable),
)  # fmt: skip
async def forget(call: Call) -> schemas.Nothing:
    """Forget what a person agreed to where the agreement allows it, or one record that was never signed."""
    await service.forget(call.context, by=call.actor, stated=_whom(call), record_id=call.query.consent_record_id)
    return schemas.Nothing()


def _whom(call: Call) -> str:
    return whom(call.headers, call.query.individual_id)


def _stated_in(call: Call, given: dict[str, str]) -> str:
    """Return whom the record itself names, where an application acts."""
    return "" if call.actor.kind == "person" else given.get("individual", "")

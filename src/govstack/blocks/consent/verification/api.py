"""The published operations of data users, who must know whether there is consent."""

from __future__ import annotations

from govstack.blocks.consent.evidence.errors import Unknown
from govstack.blocks.consent.evidence.schemas import PartQuery
from govstack.blocks.consent.evidence.service import part
from govstack.blocks.consent.records.schemas import RecordList, RevisedRecordAnswer, records, revised
from govstack.blocks.consent.records.service import Narrowed
from govstack.blocks.consent.verification import service
from govstack.blocks.consent.verification.schemas import AgreementList, VerificationQuery
from govstack.kernel.routing import Call, Routes, by_policy

routes = Routes(tags=("Verification",))
POLICY = by_policy("data users with consent:verify")
HEADER = "x-consentbb-externalid"
HEADERS = {"X-ConsentBB-ExternalId": "The identifier that the person signs in with; it stays out of addresses"}


@routes.get(
    "/service/verification/data-agreements/", access=POLICY, query=PartQuery, answer=AgreementList,
    operation_id="serviceVerificationDataAgreementList",
)  # fmt: skip
async def list_agreements(call: Call) -> AgreementList:
    """List the agreements that a data user may rely on."""
    wanted = part(call.query.offset, call.query.limit)
    return AgreementList(await service.agreements_in_force(call.context, by=call.actor, part=wanted))


@routes.get(
    "/service/verification/consent-records/", access=POLICY, query=VerificationQuery, answer=RecordList,
    operation_id="serviceVerificationConsentRecordList", headers=HEADERS,
)  # fmt: skip
async def list_records(call: Call) -> RecordList:
    """List the records that hold now, of everybody or of one person, for all agreements or one."""
    query: VerificationQuery = call.query
    question = service.Question(
        query.individual_id, call.headers.get(HEADER, ""), Narrowed(query.data_agreement_id, query.revision_id)
    )
    found = await service.ask(call.context, by=call.actor, question=question, part=part(query.offset, query.limit))
    return records(found)


@routes.get(
    "/service/verification/consent-record/{consentRecordId}/", access=POLICY, answer=RevisedRecordAnswer,
    operation_id="serviceVerificationConsentRecordRead", errors=(Unknown,),
)  # fmt: skip
async def read_record(call: Call) -> RevisedRecordAnswer:
    """Read a record with its newest revision."""
    return revised(await service.read(call.context, by=call.actor, record_id=call.path["consentRecordId"]))

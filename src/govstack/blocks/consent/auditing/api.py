"""The published operations of auditors, and those that the specification demands and forgot: histories and checks."""

from __future__ import annotations

from govstack.blocks.consent.auditing import schemas, service
from govstack.blocks.consent.evidence.errors import Unknown
from govstack.blocks.consent.evidence.schemas import PartQuery, revision
from govstack.blocks.consent.evidence.service import Search, part
from govstack.blocks.consent.records.schemas import RecordAnswer, RecordList, record, records
from govstack.blocks.consent.verification.schemas import AgreementList
from govstack.kernel.routing import Call, Routes, by_policy

routes = Routes(tags=("Audit",))
POLICY = by_policy("auditors with consent:audit")


@routes.get(
    "/audit/consent-records/", access=POLICY, query=PartQuery, answer=RecordList, operation_id="auditConsentRecordList"
)
async def list_records(call: Call) -> RecordList:
    """List all records of everybody."""
    wanted = part(call.query.offset, call.query.limit)
    return records(await service.list_records(call.context, by=call.actor, part=wanted))


@routes.get(
    "/audit/consent-record/{consentRecordId}/", access=POLICY, answer=RecordAnswer,
    operation_id="auditConsentRecordRead", errors=(Unknown,),
)  # fmt: skip
async def read_record(call: Call) -> RecordAnswer:
    """Read a record."""
    found = await service.read_record(call.context, by=call.actor, record_id=call.path["consentRecordId"])
    return RecordAnswer(record(found))


@routes.get(
    "/audit/data-agreements/", access=POLICY, query=PartQuery, answer=AgreementList,
    operation_id="auditDataAgreementList",
)  # fmt: skip
async def list_agreements(call: Call) -> AgreementList:
    """List all agreements, the terminated ones too."""
    wanted = part(call.query.offset, call.query.limit)
    return AgreementList(await service.list_agreements(call.context, by=call.actor, part=wanted))


@routes.get(
    "/audit/data-agreement/{dataAgreementId}/", access=POLICY, answer=schemas.AgreementAnswer,
    operation_id="auditDataAgreementRead", errors=(Unknown,),
)  # fmt: skip
async def read_agreement(call: Call) -> schemas.AgreementAnswer:
    """Read an agreement."""
    found = await service.read_agreement(call.context, by=call.actor, agreement_id=call.path["dataAgreementId"])
    return schemas.AgreementAnswer(found)


@routes.get(
    "/audit/revisions/", access=POLICY, query=schemas.RevisionsQuery, answer=schemas.RevisionList,
    operation_id="auditRevisionList",
)  # fmt: skip
async def list_revisions(call: Call) -> schemas.RevisionList:
    """List the revisions of all objects, narrowed and sorted."""
    query: schemas.RevisionsQuery = call.query
    wanted = Search(
        query.schema_name or "", query.object_id, schemas.moment("since", query.since),
        schemas.moment("until", query.until), query.sort,
    )  # fmt: skip
    found = await service.revisions(call.context, by=call.actor, wanted=wanted, part=part(query.offset, query.limit))
    return schemas.RevisionList([revision(one) for one in found])


@routes.get(
    "/audit/check/", access=POLICY, query=schemas.CheckQuery, answer=schemas.VerdictAnswer,
    operation_id="auditCheck", errors=(Unknown,),
)  # fmt: skip
async def check(call: Call) -> schemas.VerdictAnswer:
    """Check that an object and its history are as they were written."""
    query: schemas.CheckQuery = call.query
    found = await service.check(call.context, by=call.actor, schema_name=query.schema_name, object_id=query.object_id)
    return schemas.verdict(found)

"""What every act on a record shares in its transaction: whose it is, its next version, what is told of it."""

from __future__ import annotations

import msgspec

from govstack.blocks.consent.agreements import service as agreements
from govstack.blocks.consent.asking import service as asking
from govstack.blocks.consent.evidence import service as evidence
from govstack.blocks.consent.evidence.errors import Unknown
from govstack.blocks.consent.evidence.model import Revision, SchemaName
from govstack.blocks.consent.individuals import service as individuals
from govstack.blocks.consent.individuals.errors import NotYours
from govstack.blocks.consent.records import service as records
from govstack.blocks.consent.records.model import RecordData, answered
from govstack.blocks.consent.records.service import Row, Shown
from govstack.kernel import audit, clock, events
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Contention, Transaction

CHANGED = "consent.record.changed"


async def own(context: Context, tx: Transaction, by: Actor, record_id: str, stated: str) -> Row:
    """Return a record of the person that a call is about; raises Unknown and NotYours."""
    row = await records.row_by_id(tx, record_id)
    whose = stated
    if by.kind != "person" and not stated and row is not None:
        whose = row.individual_id or ""
    concerned = await individuals.concerned(context, tx, by=by, stated=whose)
    if row is None or row.forgotten:
        raise Unknown
    if row.individual_id not in concerned:
        raise NotYours
    return row


async def answer(
    context: Context, tx: Transaction, by: Actor, row: Row, *, opt_in: bool | None, language: str | None = None
) -> Shown:
    """Return a record with an answer: as it is when it says so already, else with a new revision."""
    present = (await records.shown(context, tx, [row]))[0]
    if present.data.opt_in == opt_in:
        return present
    data = msgspec.structs.replace(answered(present.data, opt_in, language), id=row.id)
    revision = await evidence.append(
        context, tx, by=by, schema_name=SchemaName.RECORD, object_id=row.id, data=msgspec.to_builtins(data),
        previous=present.revision, individual_id=data.individual,
        predecessor_signature=present.signature.signature.signature if present.signature else "",
    )  # fmt: skip
    changed = row_of(data, revision, created_at=row.created_at)
    if not await records.revise(tx, changed, previous_id=row.revision_id):
        raise Contention
    await tell(context, tx, by, "agreed" if opt_in else "withdrawn", data=data, revision=revision)
    return (await records.shown(context, tx, [changed]))[0]


def new_data(
    terms: agreements.Known, individual_id: str, *, record_id: str, opt_in: bool = True, language: str | None = None
) -> RecordData:
    """Return the record of an answer to an agreement as it is now."""
    return RecordData(
        id=record_id,
        data_agreement=terms.agreement.id,
        data_agreement_revision=terms.revision.id,
        data_agreement_revision_hash=terms.revision.serialized_hash,
        individual=individual_id,
        opt_in=opt_in,
        shown_language=language,
        signatures_required=terms.agreement.signatures_required or 0,
    )


def row_of(data: RecordData, revision: Revision, *, created_at: str = "") -> Row:
    """Return the row of a record as one of its revisions has it."""
    return Row(
        id=data.id,
        revision_id=revision.id,
        agreement_id=data.data_agreement,
        agreement_revision_id=data.data_agreement_revision,
        individual_id=data.individual,
        opt_in=data.opt_in,
        state=data.state.value,
        signature_id=data.signature,
        forgotten=False,
        created_at=created_at or clock.timestamp(),
        signatures_required=data.signatures_required,
    )


async def tell(context: Context, tx: Transaction, by: Actor, act: str, *, data: RecordData, revision: Revision) -> None:
    """Log what happened to a record without saying whose it is, tell it as an event, and settle who asked for it."""
    told = {
        "consentRecordId": data.id, "dataAgreementId": data.data_agreement, "individualId": data.individual,
        "revisionId": revision.id, "act": act,
    }  # fmt: skip
    subject = f"consent-record/{data.id}"
    unnamed = individuals.unnamed(context, by)
    logged = {name: value for name, value in told.items() if name != "individualId"}
    await audit.record(tx, by=unnamed, action=f"consent.record.{act}", subject=subject, detail=logged)
    await events.publish(tx, type=CHANGED, subject=subject, data=told)
    await asking.settle(context, tx, by=by, data=data)

"""Use cases of giving consent: agree, sign, change and withdraw it, and be forgotten (C9 to C12)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from govstack.blocks.consent.agreements import service as agreements
from govstack.blocks.consent.evidence import model as evidence_model
from govstack.blocks.consent.evidence import service as evidence
from govstack.blocks.consent.evidence.errors import OutdatedRevision, Unknown
from govstack.blocks.consent.evidence.model import Revision, SchemaName
from govstack.blocks.consent.evidence.service import Part, Written
from govstack.blocks.consent.individuals import service as individuals
from govstack.blocks.consent.individuals.errors import NotIdentified, NotYours
from govstack.blocks.consent.reading import service as reading
from govstack.blocks.consent.reading.model import Read
from govstack.blocks.consent.records import service as records
from govstack.blocks.consent.records.errors import NoRecord, NotChangeable, NotRemovable, OtherDraft
from govstack.blocks.consent.records.model import RecordData, State, answered, signed
from govstack.blocks.consent.records.service import Narrowed, Row, Shown
from govstack.blocks.consent.signing import model as signing_model
from govstack.blocks.consent.signing import service as signing
from govstack.blocks.consent.signing.model import Signature
from govstack.kernel import audit, clock, events, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Contention, Transaction, UniqueViolation

CHANGED = "consent.record.changed"
ATTEMPTS_MAX = 3
EVERYTHING = Part(0, 1_000)
RECORDS_FORGOTTEN_MAX = 1_000
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Draft:
    """A record and a signature that are not stored: what somebody would sign."""

    data: RecordData
    agreement: agreements.Known
    individual_id: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said at one moment to one version of an agreement; whether they signed it."""

    at: str
    opt_in: bool | None
    signed: bool
    version: str


async def agree(context: Context, *, by: Actor, agreement_id: str, stated: str = "", revision_id: str = "") -> Shown:
    """Record that a person agrees to the present version of an agreement; one who agreed already has their record.

    To ask for the record is to agree: the published operation takes no answer. Raises NotActive, OutdatedRevision,
    Unknown and what `individuals.concerned` raises.
    """

    async def act(tx: Transaction) -> Shown:
        terms = await agreements.open_for_consent(context, tx, agreement_id, revision_id)
        individual_id = await individuals.concerned_or_new(context, tx, by=by, stated=stated)
        row = await records.row_of_pair(tx, agreement_revision_id=terms.revision.id, individuals=(individual_id,))
        if row is not None:
            return await _answer(context, tx, by, row, opt_in=True)
        data = _data(terms, individual_id, record_id=ids.new_id())
        revision = await evidence.append(
            context, tx, by=by, schema_name=SchemaName.RECORD, object_id=data.id, data=msgspec.to_builtins(data),
            individual_id=individual_id,
        )  # fmt: skip
        row = _row(data, revision)
        await records.enter(tx, row)
        await _tell(context, tx, by, "agreed", data=data, revision=revision)
        return (await records.shown(context, tx, [row]))[0]

    return await _repeated(context, act)


async def change(
    context: Context, *, by: Actor, record_id: str, opt_in: bool | None, same: dict[str, str], stated: str = ""
) -> Shown:
    """Change the answer of a record, withdrawing for instance; a signature over the earlier answer falls away.

    `same` holds what was sent of the rest, which cannot be changed. Raises NotChangeable, NotActive, OutdatedRevision,
    Unknown and NotYours.
    """

    async def act(tx: Transaction) -> Shown:
        row = await _own(context, tx, by, record_id, stated)
        stored = {"dataAgreement": row.agreement_id, "dataAgreementRevision": row.agreement_revision_id}
        stored["individual"] = row.individual_id or ""
        wrong = {name: "cannot be changed" for name, value in same.items() if stored.get(name, value) != value}
        if wrong:
            raise NotChangeable(fields=wrong)
        if opt_in and not row.opt_in:
            await agreements.open_for_consent(context, tx, row.agreement_id, row.agreement_revision_id)
        return await _answer(context, tx, by, row, opt_in=opt_in)

    return await _repeated(context, act)


async def draft(context: Context, *, by: Actor, agreement_id: str, stated: str = "", revision_id: str = "") -> Draft:
    """Return what a person would sign to agree, without storing anything; raises what `agree` raises."""
    async with context.database.transaction() as tx:
        terms = await agreements.open_for_consent(context, tx, agreement_id, revision_id)
        individual_id = await individuals.concerned_or_new(context, tx, by=by, stated=stated)
    data = _data(terms, individual_id, record_id="")
    at = clock.timestamp()
    text = _draft_text(by, data, at)
    signature = _unsigned(text, at, without_reference=True, reference="", signed_by=individual_id)
    return Draft(data, terms, individual_id, signature)


async def submit(context: Context, *, by: Actor, agreement_id: str, given: Signature, stated: str = "") -> Shown:
    """Store a record with the signature over its draft, both or neither; an equal pair that is there is returned.

    Raises OtherDraft, BadSignature and what `agree` raises.
    """

    async def act(tx: Transaction) -> Shown:
        terms = await agreements.open_for_consent(context, tx, agreement_id)
        individual_id = await individuals.concerned_or_new(context, tx, by=by, stated=stated)
        data = _data(terms, individual_id, record_id="")
        row = await records.row_of_pair(tx, agreement_revision_id=terms.revision.id, individuals=(individual_id,))
        if row is not None and row.state == State.SIGNED and row.opt_in:
            return (await records.shown(context, tx, [row]))[0]
        text, at = given.verification_payload, _moment_of(given.verification_payload)
        if text != _draft_text(by, data, at):
            raise OtherDraft
        verified = signing_model.checked(
            given, snapshot=text, snapshot_hash=evidence_model.published_hash(text), revision_id="", now=clock.now()
        )
        record_id = row.id if row else ids.new_id()
        previous = await evidence.by_id(context, tx, row.revision_id) if row else None
        revision = await evidence.append(
            context, tx, by=by, schema_name=SchemaName.RECORD, object_id=record_id, data={}, previous=previous,
            individual_id=individual_id, written=Written(text, at),
        )  # fmt: skip
        data = msgspec.structs.replace(data, id=record_id)
        now = _row(data, revision, created_at=row.created_at if row else "")
        if row is None:
            await records.enter(tx, now)
        elif not await records.revise(tx, now, previous_id=row.revision_id):
            raise Contention
        return await _attach(context, tx, by, now, data, revision=revision, given=given, verified=verified)

    return await _repeated(context, act)


async def signature_draft(
    context: Context, *, by: Actor, record_id: str, given: Signature, stated: str = ""
) -> Signature:
    """Return a signature over the present revision of a record, ready to be made; raises Unknown and NotYours."""
    async with context.database.reading() as tx:
        row = await _own(context, tx, by, record_id, stated)
        revision = await evidence.by_id(context, tx, row.revision_id)
    prepared = _unsigned(
        revision.snapshot or "", clock.timestamp(), without_reference=False, reference=revision.id,
        signed_by=given.verification_signed_by or row.individual_id or "",
    )  # fmt: skip
    prepared = msgspec.structs.replace(
        prepared,
        verification_method=given.verification_method or signing_model.JWS,
        verification_artifact=given.verification_artifact,
        verification_signed_as=given.verification_signed_as,
        verification_jws_header=given.verification_jws_header,
    )
    return msgspec.structs.replace(prepared, payload=signing_model.payload_of(prepared))


async def sign(context: Context, *, by: Actor, record_id: str, given: Signature, stated: str = "") -> Shown:
    """Add a signature over the present revision of a record; raises BadSignature, Unknown and NotYours."""

    async def act(tx: Transaction) -> Shown:
        row = await _own(context, tx, by, record_id, stated)
        present = (await records.shown(context, tx, [row]))[0]
        if present.signature is not None:
            if present.signature.signature.signature == given.signature:
                return present
            raise OutdatedRevision
        revision = present.revision
        verified = signing_model.checked(
            given, snapshot=revision.snapshot or "", snapshot_hash=revision.serialized_hash, revision_id=revision.id,
            now=clock.now(),
        )  # fmt: skip
        return await _attach(context, tx, by, row, present.data, revision=revision, given=given, verified=verified)

    return await _repeated(context, act)


async def current(context: Context, *, by: Actor, agreement_id: str, stated: str = "") -> Shown:
    """Return the record of a person for an agreement that holds now; raises NoRecord and NotYours."""
    found = await listed(context, by=by, stated=stated, agreement_id=agreement_id, part=Part(0, 1))
    if not found:
        raise NoRecord
    return found[0]


async def listed(
    context: Context, *, by: Actor, part: Part, stated: str = "", agreement_id: str = "", every: bool = False
) -> list[Shown]:
    """Return records of a person, the newest first: those that hold now, or all; who reads is on record."""
    async with context.database.reading() as tx:
        own = await individuals.concerned(context, tx, by=by, stated=stated)
        found = await records.of_individuals(
            context, tx, individual_ids=own, part=part, narrowed=Narrowed(agreement_id), current=not every
        )
    if by.kind != "person":
        await reading.note(context, by=by, operation="record.read", individual_ids=own)
    return found


async def answers(context: Context, *, by: Actor, agreement_id: str) -> list[Answer]:
    """Return what a person answered to an agreement and its earlier versions, the newest answer first."""
    async with context.database.reading() as tx:
        own = await individuals.concerned(context, tx, by=by)
        found = await records.of_individuals(
            context, tx, individual_ids=own, part=EVERYTHING, narrowed=Narrowed(agreement_id), current=False
        )
        said = []
        for one in found:
            for revision in await evidence.chain(context, tx, SchemaName.RECORD, one.revision.object_id):
                data = records.of(evidence.readable(revision))
                said.append(Answer(revision.at, data.opt_in, data.state == State.SIGNED, one.agreement.version))
    return sorted(said, key=lambda answer: answer.at, reverse=True)


async def readers(context: Context, *, by: Actor, limit: int, offset: int) -> list[Read]:
    """Return who was shown a person's consent, the newest reading first; nobody, for somebody who is not known."""
    async with context.database.reading() as tx:
        try:
            own = await individuals.concerned(context, tx, by=by)
        except (NotIdentified, NotYours):
            own = ()
    return await reading.about(context, individual_ids=own, limit=limit, offset=offset)


async def forget(context: Context, *, by: Actor, stated: str = "", record_id: str = "") -> int:
    """Forget what a person agreed to where the agreement allows it, or one record that was never signed.

    Texts and signatures go, hashes stay, so that the chains can still be checked. Returns how many were forgotten;
    raises NotRemovable, Unknown and NotYours.
    """
    async with context.database.transaction() as tx:
        if record_id:
            row = await _own(context, tx, by, record_id, stated)
            if await signing.of_record(context, tx, record_id):
                raise NotRemovable
            rows = [row]
        else:
            own = await individuals.concerned(context, tx, by=by, stated=stated)
            found = await records.rows_of(tx, own, records.EVERYTHING, current=False, limit=RECORDS_FORGOTTEN_MAX)
            rows = [row for row in found if (await agreements.known(context, tx, row.agreement_id)).forgettable]
        for row in rows:
            newest = await evidence.by_id(context, tx, row.revision_id)
            last = await evidence.forget(
                context, tx, by=by, schema_name=SchemaName.RECORD, object_id=row.id, newest=newest
            )
            await signing.forget(tx, record_id=row.id)
            await records.forget_row(tx, row.id, last.id)
            detail = {"consentRecordId": row.id, "dataAgreementId": row.agreement_id, "revisionId": last.id}
            await audit.record(
                tx, by=individuals.unnamed(context, by), action="consent.record.forgotten", subject=f"record/{row.id}",
                detail=detail,
            )  # fmt: skip
            await events.publish(
                tx, type=CHANGED, subject=f"consent-record/{row.id}", data={**detail, "act": "forgotten"}
            )
    return len(rows)


async def _repeated(context: Context, act: Callable[[Transaction], Awaitable[Result]]) -> Result:
    """Do an act in one transaction, again when another did the same at the same time: then it finds that one's."""
    for attempt in range(1, ATTEMPTS_MAX + 1):
        try:
            async with context.database.transaction() as tx:
                return await act(tx)
        except (UniqueViolation, Contention):
            if attempt == ATTEMPTS_MAX:
                raise
    raise Contention


async def _own(context: Context, tx: Transaction, by: Actor, record_id: str, stated: str) -> Row:
    """Return a record of the person that a call is about; raises Unknown and NotYours."""
    row = await records.row_by_id(tx, record_id)
    whose = stated
    if by.kind != "person" and not stated and row is not None:
        whose = row.individual_id or ""
    own = await individuals.concerned(context, tx, by=by, stated=whose)
    if row is None or row.forgotten:
        raise Unknown
    if row.individual_id not in own:
        raise NotYours
    return row


async def _answer(context: Context, tx: Transaction, by: Actor, row: Row, *, opt_in: bool | None) -> Shown:
    """Return a record with an answer: as it is when it says so already, else with a new revision."""
    present = (await records.shown(context, tx, [row]))[0]
    if present.data.opt_in == opt_in:
        return present
    data = msgspec.structs.replace(answered(present.data, opt_in), id=row.id)
    revision = await evidence.append(
        context, tx, by=by, schema_name=SchemaName.RECORD, object_id=row.id, data=msgspec.to_builtins(data),
        previous=present.revision, individual_id=data.individual,
        predecessor_signature=present.signature.signature.signature if present.signature else "",
    )  # fmt: skip
    changed = _row(data, revision, created_at=row.created_at)
    if not await records.revise(tx, changed, previous_id=row.revision_id):
        raise Contention
    await _tell(context, tx, by, "agreed" if opt_in else "withdrawn", data=data, revision=revision)
    return (await records.shown(context, tx, [changed]))[0]


async def _attach(
    context: Context,
    tx: Transaction,
    by: Actor,
    row: Row,
    data: RecordData,
    *,
    revision: Revision,
    given: Signature,
    verified: bool,
) -> Shown:
    """Keep a signature over a revision, and say so in the next one."""
    kept = await signing.keep(
        context, tx, signature=given, verified=verified, record_id=row.id, revision_id=revision.id
    )
    content = signed(data, record_id=row.id, signature_id=kept.signature.id, digest=kept.digest)
    following = await evidence.append(
        context, tx, by=by, schema_name=SchemaName.RECORD, object_id=row.id, data=msgspec.to_builtins(content),
        previous=revision, individual_id=content.individual, predecessor_signature=given.signature,
    )  # fmt: skip
    after = _row(content, following, created_at=row.created_at)
    if not await records.revise(tx, after, previous_id=revision.id):
        raise Contention
    await _tell(context, tx, by, "signed", data=content, revision=following)
    return (await records.shown(context, tx, [after]))[0]


def _data(terms: agreements.Known, individual_id: str, *, record_id: str) -> RecordData:
    return RecordData(
        id=record_id,
        data_agreement=terms.agreement.id,
        data_agreement_revision=terms.revision.id,
        data_agreement_revision_hash=terms.revision.serialized_hash,
        individual=individual_id,
        opt_in=True,
    )


def _row(data: RecordData, revision: Revision, *, created_at: str = "") -> Row:
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
    )


def _draft_text(by: Actor, data: RecordData, at: str) -> str:
    return evidence_model.snapshot_of(
        schema_name=SchemaName.RECORD, object_id="", data=msgspec.to_builtins(data), at=at,
        individual_id=data.individual, other="" if by.kind == "person" else by.id, without_object_id=True,
    )  # fmt: skip


def _moment_of(text: str) -> str:
    """Return the moment that a signed draft carries; raises OtherDraft."""
    try:
        content = msgspec.json.decode(text, type=dict[str, object])
    except (msgspec.DecodeError, RecursionError) as error:
        raise OtherDraft from error
    return str(content.get("timestamp", ""))


def _unsigned(text: str, at: str, *, without_reference: bool, reference: str, signed_by: str) -> Signature:
    prepared = Signature(
        id="",
        payload="",
        signature="",
        verification_method=signing_model.JWS,
        verification_payload=text,
        verification_payload_hash=evidence_model.published_hash(text),
        verification_signed_by=signed_by,
        timestamp=at,
        signed_without_object_reference=without_reference,
        object_type=signing_model.REVISION,
        object_reference=reference or None,
    )
    return msgspec.structs.replace(prepared, payload=signing_model.payload_of(prepared))


async def _tell(
    context: Context, tx: Transaction, by: Actor, act: str, *, data: RecordData, revision: Revision
) -> None:
    told = {
        "consentRecordId": data.id, "dataAgreementId": data.data_agreement, "individualId": data.individual,
        "revisionId": revision.id, "act": act,
    }  # fmt: skip
    subject = f"consent-record/{data.id}"
    unnamed = individuals.unnamed(context, by)
    logged = {name: value for name, value in told.items() if name != "individualId"}
    await audit.record(tx, by=unnamed, action=f"consent.record.{act}", subject=subject, detail=logged)
    await events.publish(tx, type=CHANGED, subject=subject, data=told)

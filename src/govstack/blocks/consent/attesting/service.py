"""Use cases of signing consent: draft, submit, prepare, sign (C10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from govstack.blocks.consent.agreements import service as agreements
from govstack.blocks.consent.asking import service as asking
from govstack.blocks.consent.evidence import model as evidence_model
from govstack.blocks.consent.evidence import service as evidence
from govstack.blocks.consent.evidence.errors import OutdatedRevision, Unknown
from govstack.blocks.consent.evidence.model import Revision, SchemaName
from govstack.blocks.consent.evidence.service import Part, Written
from govstack.blocks.consent.individuals import service as individuals
from govstack.blocks.consent.records import service as records
from govstack.blocks.consent.records.errors import OtherDraft
from govstack.blocks.consent.records.model import RecordData, State, signed
from govstack.blocks.consent.records.service import Narrowed, Row, Shown
from govstack.blocks.consent.signing import model as signing_model
from govstack.blocks.consent.signing import service as signing
from govstack.blocks.consent.signing.errors import NotVerifiable, SignedAlready
from govstack.blocks.consent.signing.model import Signature
from govstack.blocks.consent.writing import service as writing
from govstack.kernel import clock, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Contention, Transaction


@dataclass(frozen=True, slots=True)
class Draft:
    """A record and a signature that are not stored: what somebody would sign."""

    data: RecordData
    agreement: agreements.Known
    individual_id: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class _Made:
    """A signature that was made, by whom, and whether this block checked it."""

    signature: Signature
    signer: str
    verified: bool


async def draft(
    context: Context, *, by: Actor, agreement_id: str, stated: str = "", revision_id: str = "", language: str = ""
) -> Draft:
    """Return what a person would sign to agree; nothing is stored but the person, once. Raises what agreeing raises."""

    async def act(tx: Transaction) -> tuple[agreements.Known, str]:
        terms = await agreements.open_for_consent(context, tx, agreement_id, revision_id)
        return terms, await individuals.concerned_or_new(context, tx, by=by, stated=stated)

    terms, individual_id = await evidence.repeated(context, act)
    data = writing.new_data(terms, individual_id, record_id="", language=agreements.shown_in(terms.agreement, language))
    at = clock.timestamp()
    text = _draft_text(by, data, at)
    signature = _unsigned(text, at, without_reference=True, reference="", signed_by=individual_id)
    return Draft(data, terms, individual_id, signature)


async def submit(
    context: Context, *, by: Actor, agreement_id: str, given: Signature, stated: str = "", language: str = ""
) -> Shown:
    """Store a record with the signature over its draft, both or neither; an equal pair that is there is returned.

    Raises OtherDraft, BadSignature and what agreeing raises.
    """

    async def act(tx: Transaction) -> Shown:
        terms = await agreements.open_for_consent(context, tx, agreement_id)
        individual_id = await individuals.concerned_or_new(context, tx, by=by, stated=stated)
        data = writing.new_data(
            terms, individual_id, record_id="", language=agreements.shown_in(terms.agreement, language)
        )
        row = await records.row_of_pair(tx, agreement_revision_id=terms.revision.id, individuals=(individual_id,))
        if row is not None and row.state == State.SIGNED and row.opt_in:
            return (await records.shown(context, tx, [row]))[0]
        text, at = given.verification_payload, _moment_of(given.verification_payload, clock.now())
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
        now = writing.row_of(data, revision, created_at=row.created_at if row else "")
        if row is None:
            await records.enter(tx, now)
        elif not await records.revise(tx, now, previous_id=row.revision_id):
            raise Contention
        signer = _signer(by, data, given)
        return await _attach(context, tx, by, now, data, revision=revision, made=_Made(given, signer, verified))

    return await evidence.repeated(context, act)


async def signature_draft(
    context: Context, *, by: Actor, record_id: str, given: Signature, stated: str = ""
) -> Signature:
    """Return a signature over the present revision of a record, ready to be made; raises Unknown and NotYours."""
    async with context.database.reading() as tx:
        row = await writing.own(context, tx, by, record_id, stated)
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
    """Add a signature over the present revision of a record, until it has as many as its agreement asks for.

    Raises BadSignature, SignedAlready, OutdatedRevision, Unknown and NotYours.
    """

    async def act(tx: Transaction) -> Shown:
        row = await writing.own(context, tx, by, record_id, stated)
        present = (await records.shown(context, tx, [row]))[0]
        before = await signing.by_ids(context, tx, present.data.signatures)
        if any(one.signature.signature == given.signature for one in before.values()):
            return present
        if present.data.state is State.SIGNED:
            raise OutdatedRevision
        revision = present.revision
        verified = signing_model.checked(
            given, snapshot=revision.snapshot or "", snapshot_hash=revision.serialized_hash, revision_id=revision.id,
            now=clock.now(),
        )  # fmt: skip
        signer = _signer(by, present.data, given)
        if signer in present.data.signers or any(
            signing_model.same_key(given, one.signature) for one in before.values()
        ):
            raise SignedAlready
        made = _Made(given, signer, verified)
        return await _attach(context, tx, by, row, present.data, revision=revision, made=made)

    return await evidence.repeated(context, act)


async def confirm(context: Context, *, by: Actor, record_id: str) -> Shown:
    """Let a person who signed in sign their own record without a key of theirs: this block signs that they did.

    Who did so already gets the record as it is. Raises Unknown and NotYours.
    """

    async def act(tx: Transaction) -> Shown:
        row = await writing.own(context, tx, by, record_id, "")
        return await _confirmed(context, tx, by, row, row.individual_id or "")

    return await evidence.repeated(context, act)


async def waiting(context: Context, *, by: Actor, agreement_id: str) -> Shown:
    """Return a person's own record for an agreement that waits for signatures; raises Unknown and NotIdentified."""
    async with context.database.reading() as tx:
        own = await individuals.concerned(context, tx, by=by)
        found = await records.of_individuals(
            context, tx, individual_ids=own, part=Part(0, 1), narrowed=Narrowed(agreement_id)
        )
    if not found or not found[0].data.waits:
        raise Unknown
    return found[0]


async def sign_too(context: Context, *, by: Actor, request_id: str) -> Shown:
    """Let a person sign somebody else's record, as they were asked to; raises Unknown and AnsweredAlready."""

    async def act(tx: Transaction) -> Shown:
        request = await asking.to_sign(context, tx, by=by, request_id=request_id)
        row = await records.row_by_id(tx, request.signs)
        if row is None or row.forgotten or not request.individual_id:
            raise Unknown
        # The last signature ends what others were asked for: this request has its answer before that.
        await asking.signed(context, tx, by=by, request=request)
        return await _confirmed(context, tx, by, row, request.individual_id)

    return await evidence.repeated(context, act)


async def _confirmed(context: Context, tx: Transaction, by: Actor, row: Row, signer: str) -> Shown:
    present = (await records.shown(context, tx, [row]))[0]
    if not present.data.waits or signer in present.data.signers:
        return present
    prepared = _unsigned(
        present.revision.snapshot or "", clock.timestamp(), without_reference=False, reference=present.revision.id,
        signed_by=signer,
    )  # fmt: skip
    given = signing_model.confirmed(prepared, context.keys.signing_key(evidence.SIGNING))
    made = _Made(given, signer, verified=True)
    return await _attach(context, tx, by, row, present.data, revision=present.revision, made=made)


async def _attach(
    context: Context,
    tx: Transaction,
    by: Actor,
    row: Row,
    data: RecordData,
    *,
    revision: Revision,
    made: _Made,
) -> Shown:
    """Keep a signature over a revision, and say so in the next one; raises NotVerifiable where several have to sign."""
    if data.signatures_required and not made.verified:
        raise NotVerifiable
    kept = await signing.keep(
        context, tx, signature=made.signature, verified=made.verified, record_id=row.id, revision_id=revision.id
    )
    content = signed(data, record_id=row.id, signature_id=kept.signature.id, digest=kept.digest, signer=made.signer)
    following = await evidence.append(
        context, tx, by=by, schema_name=SchemaName.RECORD, object_id=row.id, data=msgspec.to_builtins(content),
        previous=revision, individual_id=made.signer if by.kind == "person" else content.individual,
        predecessor_signature=made.signature.signature,
    )  # fmt: skip
    after = writing.row_of(content, following, created_at=row.created_at)
    if not await records.revise(tx, after, previous_id=revision.id):
        raise Contention
    await writing.tell(context, tx, by, "signed", data=content, revision=following)
    return (await records.shown(context, tx, [after]))[0]


def _draft_text(by: Actor, data: RecordData, at: str) -> str:
    return evidence_model.snapshot_of(
        schema_name=SchemaName.RECORD, object_id="", data=msgspec.to_builtins(data), at=at,
        individual_id=data.individual, other="" if by.kind == "person" else by.id, without_object_id=True,
    )  # fmt: skip


def _moment_of(text: str, now: datetime) -> str:
    """Return the moment that a signed draft carries; raises OtherDraft for one that no draft of late can carry.

    It becomes the moment of the record's first revision, which nobody may choose.
    """
    try:
        said = str(msgspec.json.decode(text, type=dict[str, object]).get("timestamp", ""))
        moment = clock.parse(said)
    except (msgspec.DecodeError, RecursionError, ValueError, OverflowError) as error:
        raise OtherDraft from error
    if said != clock.timestamp(moment) or not signing_model.is_recent(moment, now):
        raise OtherDraft
    return said


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


def _signer(by: Actor, data: RecordData, given: Signature) -> str:
    """Return who signs: a person is who they are, whatever name they sign with; an application says for whom."""
    return data.individual if by.kind == "person" else given.verification_signed_by.strip().casefold()

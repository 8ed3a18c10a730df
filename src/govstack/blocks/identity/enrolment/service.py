"""Use cases of enrolments: take packets in, find, read and change them until they are submitted, abandon them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import msgspec

from govstack.blocks.identity.enrolment import store
from govstack.blocks.identity.enrolment.errors import (
    EnrolmentClosed,
    Incomplete,
    NotTheirs,
    ProcessDiffers,
    TooManyPackets,
    UnknownEnrolment,
    UnknownField,
    UnknownIndividual,
)
from govstack.blocks.identity.enrolment.model import (
    CHANGEABLE,
    ENDED,
    PACKETS_MAX,
    Enrolment,
    State,
    Trace,
    attributes_of,
    content_of,
    identifier_of,
    missing,
    unknown_fields,
)
from govstack.blocks.identity.packets import service as packets
from govstack.blocks.identity.packets.model import Content, Kind, Packet, Part, Piece, Process, as_part
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import CLAIMS, Attribute, check_attributes, likeness
from govstack.blocks.identity.resemblance.model import tokens
from govstack.kernel import audit, clock, crypto, events, ids, jobs
from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import BadRequest
from govstack.kernel.log import CORRELATION
from govstack.kernel.rules import json_of, listed, matching, whole
from govstack.kernel.settings import Setting

ADJUDICATE = "identity:adjudicate"
FIELDS = "IDENTITY_ENROLMENT_FIELDS"
NEEDED = "IDENTITY_ENROLMENT_NEEDED"
DAYS = "IDENTITY_ENROLMENT_DAYS"
CHANGED = "identity.enrolment.changed"
COMMIT = "identity.enrolment.commit"
PAGES = "pages"
PACKET_PURPOSE = "enrolment-packet"
PIECE_PURPOSE = "enrolment-piece"
SEARCH_PURPOSE = "enrolment-search"
PROVIDER = ("GovStack", "1.0")
ABANDONED_AT_ONCE_MAX = 500
SETTINGS = (
    Setting(DAYS, "30", "Days after which an enrolment that nobody goes on with is given up", whole(1, 3_650)),
    Setting(
        FIELDS,
        "",
        "What fields of packets are: JSON of field to attribute, or to address.locality and so on",
        json_of(dict[str, str], "be JSON: an object of fields, each with the name of an attribute"),
    ),
    Setting(
        NEEDED,
        "name,birthdate",
        "Attributes that nobody is registered without, with commas between",
        listed(matching(r"[a-z][a-z0-9_]{0,39}", ""), "be names of attributes with commas between"),
    ),
)


class Receipt(msgspec.Struct, frozen=True, rename="camel"):
    """What was taken in of a packet, as the published answer has it."""

    id: str
    packet_name: str
    source: str
    process: str
    ref_id: str
    schema_version: str
    signature: str
    encrypted_hash: str
    provider_name: str
    provider_version: str
    creation_date: str


@dataclass(frozen=True, slots=True)
class Received:
    """What came of a packet: where its enrolment stands, what was taken in, whether it began the enrolment."""

    enrolment: Enrolment
    receipts: list[Receipt]
    created: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """An enrolment with all it says so far and what it lacks; content is empty once it has ended."""

    enrolment: Enrolment
    content: Content
    attributes: list[Attribute]
    pieces: list[Piece]
    missing: list[str]


@dataclass(frozen=True, slots=True)
class Search:
    """Which enrolments are looked for, also by what they say of the person."""

    state: str = ""
    process: str = ""
    ref_id: str = ""
    since: str = ""
    attributes: tuple[Attribute, ...] = ()


async def begin(context: Context, *, by: Actor, process: Process) -> Enrolment:
    """Begin an enrolment on this block's own pages."""
    one = _new(by, enrolment_id=ids.new_id(), ref_id=PAGES, process=process, source=PAGES)
    async with context.database.transaction() as tx:
        await store.add(tx, one)
        await _tell(tx, by, one, "begun")
    return one


async def receive(context: Context, *, by: Actor, packet: Packet) -> Received:
    """Take a packet in whose signature holds; the same packet again is taken in once and answered alike.

    Raises NotTheirs, EnrolmentClosed, ProcessDiffers, TooManyPackets, Incomplete, UnknownField, UnknownIndividual.
    """
    own, extra = _kept_fields(context)
    if unknown := unknown_fields(packet.content.fields, own, extra):
        raise UnknownField(fields={f"fields.{name}"[:100]: "is not kept here" for name in unknown})
    person_id = await _meant(context, packet, own)
    fresh = _new(
        by, enrolment_id=packet.reference, ref_id=packet.ref_id, process=packet.process, source=packet.source,
        person_id=person_id,
    )  # fmt: skip
    async with context.database.transaction() as tx:
        created = await store.add(tx, fresh)
        one = await _locked(tx, packet.reference)
        if one.ref_id != packet.ref_id:
            raise NotTheirs
        rows = await store.packets(tx, one.id)
        repeated = next((row for row in rows if row.digest == packet.digest), None)
        if repeated is not None and one.state is not State.ABANDONED:
            return Received(one, msgspec.json.decode(repeated.receipts, type=list[Receipt]), repeated.first)
        _check_open(one, packet, len(rows))
        parts = [*_parts(context, one.id, rows), as_part(packet)]
        changed = _advanced(one, packet, person_id, len(parts))
        reading = await _reading(context, changed, parts)
        check_attributes([item for item in reading.attributes if item.value], known=(*CLAIMS, *extra))
        if changed.finalised and len(parts) >= changed.parts and reading.missing and packet.finalise:
            raise Incomplete(fields=dict.fromkeys(reading.missing, "is missing"))
        receipts = await _keep(context, tx, by, one.id, packet, first=created)
        await _index(context, tx, one.id, reading.attributes)
        if changed.finalised and len(parts) >= changed.parts and not reading.missing:
            changed = replace(changed, state=State.SUBMITTED)
            await _ask_to_commit(context, tx, changed, reading.attributes)
        await store.change(tx, changed)
        await _tell(tx, by, changed, "begun" if created else "changed", packet=packet.digest)
    return Received(changed, receipts, created)


async def capture(
    context: Context,
    *,
    by: Actor,
    enrolment_id: str,
    content: Content,
    contents: Mapping[str, bytes] | None = None,
    source: str = PAGES,
) -> Received:
    """Take in what an officer entered, or another server holds, as a packet that this block signs itself."""
    one = await enrolment(context, by=by, enrolment_id=enrolment_id)
    made_at = clock.timestamp()
    digest = crypto.digest(crypto.canonical([made_at, content]))
    signed = {"hash": digest, "id": one.id, "refId": one.ref_id, "creationDate": made_at, "officerId": by.id}
    packet = Packet(
        reference=one.id, ref_id=one.ref_id, digest=digest, signature=packets.receipt(context, signed),
        made_at=made_at, process=one.process, source=source, officer=by.id, content=content, contents=contents or {},
    )  # fmt: skip
    return await receive(context, by=by, packet=packet)


async def submit(context: Context, *, by: Actor, enrolment_id: str) -> Enrolment:
    """Say that an enrolment is whole, so that it is committed; again changes nothing. Raises Incomplete."""
    await enrolment(context, by=by, enrolment_id=enrolment_id)
    async with context.database.transaction() as tx:
        one = await _locked(tx, enrolment_id)
        if one.state in {State.SUBMITTED, State.COMMITTED}:
            return one
        if one.state not in CHANGEABLE:
            raise EnrolmentClosed
        reading = await _reading(context, one, _parts(context, one.id, await store.packets(tx, one.id)))
        if reading.missing:
            raise Incomplete(fields=dict.fromkeys(reading.missing, "is missing"))
        changed = replace(one, state=State.SUBMITTED, finalised=True, problem="", changed_at=clock.timestamp())
        await store.change(tx, changed)
        await _ask_to_commit(context, tx, changed, reading.attributes)
        await _tell(tx, by, changed, "submitted")
    return changed


async def withdraw(context: Context, *, by: Actor, enrolment_id: str) -> Enrolment:
    """Give an enrolment up; what it said of the person is deleted. Raises EnrolmentClosed once it is submitted."""
    await enrolment(context, by=by, enrolment_id=enrolment_id)
    async with context.database.transaction() as tx:
        one = await _locked(tx, enrolment_id)
        if one.state is State.ABANDONED:
            return one
        if one.state not in CHANGEABLE:
            raise EnrolmentClosed
        return await end(tx, by=by, one=one, state=State.ABANDONED, problem="withdrawn")


async def abandon(context: Context) -> int:
    """Give up enrolments that nobody has touched for as long as the setting says; returns how many."""
    before = clock.timestamp(clock.now() - timedelta(days=context.settings.number(DAYS)))
    async with context.database.transaction() as tx:
        found = await store.abandoned(tx, before=before, limit=ABANDONED_AT_ONCE_MAX)
        for one in found:
            await end(tx, by=SYSTEM, one=one, state=State.ABANDONED, problem="untouched")
    return len(found)


async def enrolment(context: Context, *, by: Actor, enrolment_id: str) -> Enrolment:
    """Return an enrolment that somebody may see: their own, or any for whoever decides; raises UnknownEnrolment."""
    async with context.database.reading(one_statement=True) as tx:
        one = await store.by_id(tx, enrolment_id)
    if one is None or not (by.may(ADJUDICATE) or one.owner == owner_of(by)):
        raise UnknownEnrolment
    return one


async def read(context: Context, *, by: Actor, enrolment_id: str) -> Reading:
    """Return an enrolment with what it says; that somebody looked is on record."""
    one = await enrolment(context, by=by, enrolment_id=enrolment_id)
    found = await reading_of(context, one)
    async with context.database.transaction() as tx:
        await audit.record(tx, by=by, action="identity.enrolment.read", subject=f"enrolment/{one.id}")
    return found


async def reading_of(context: Context, one: Enrolment) -> Reading:
    """Return what an enrolment says, for another act of this block."""
    present = await people.person(context, person_id=one.person_id) if one.person_id else None
    async with context.database.reading() as tx:
        rows, pieces = await store.packets(tx, one.id), await store.pieces(tx, one.id)
    found = await _reading(
        context, one, _parts(context, one.id, rows), present=present.attributes if present else ()
    )  # fmt: skip
    return replace(found, pieces=pieces if one.state in ENDED else list(found.content.pieces))


async def search(context: Context, *, by: Actor, wanted: Search, limit: int, offset: int = 0) -> list[Enrolment]:
    """Return enrolments that somebody may see, the last changed first; a search for a person is on record.

    Raises BadRequest for a moment that is none.
    """
    found = None
    if wanted.attributes:
        made = tokens(likeness(wanted.attributes))
        found = tuple(one for token in made for one in context.keys.fingerprints(SEARCH_PURPOSE, token))
    asked = store.Wanted(
        "" if by.may(ADJUDICATE) else owner_of(by), wanted.state, wanted.process, wanted.ref_id,
        _moment(wanted.since), found,
    )  # fmt: skip
    if found is not None:
        async with context.database.transaction() as tx:
            await audit.record(tx, by=people.recorded(by), action="identity.enrolment.searched", subject="enrolments")
    async with context.database.reading(one_statement=True) as tx:
        return await store.search(tx, asked, limit=limit, offset=offset)


async def traces(context: Context, *, by: Actor, enrolment_id: str) -> list[Trace]:
    """Return the packets of an enrolment as they came, also of one that has ended (IDN-22)."""
    await enrolment(context, by=by, enrolment_id=enrolment_id)
    async with context.database.reading(one_statement=True) as tx:
        rows = await store.packets(tx, enrolment_id)
    return [
        Trace(
            row.digest, row.made_at, row.received_at, row.source, row.officer, row.sender, row.correlation_id,
            row.signature,
        )
        for row in rows
    ]  # fmt: skip


async def document(context: Context, *, by: Actor, enrolment_id: str, digest: str) -> tuple[Piece, bytes]:
    """Return a document that was sent by value; who looks is on record. Biometric records never leave the block."""
    await enrolment(context, by=by, enrolment_id=enrolment_id)
    async with context.database.transaction() as tx:
        found = await store.document(tx, enrolment_id, digest=digest)
        if found is None:
            raise UnknownEnrolment
        await audit.record(
            tx, by=by, action="identity.enrolment.document-read", subject=f"enrolment/{enrolment_id}",
            detail={"digest": digest},
        )  # fmt: skip
    return found[0], context.keys.open(PIECE_PURPOSE, found[1], bound_to=f"{enrolment_id}/{digest}")


async def locked(tx: Transaction, *, enrolment_id: str) -> Enrolment:
    """Return an enrolment that stays as it is until the transaction of another act ends."""
    return await _locked(tx, enrolment_id)


async def put(tx: Transaction, *, by: Actor, one: Enrolment, act: str) -> Enrolment:
    """Write where an enrolment stands, in the transaction of another act."""
    changed = replace(one, changed_at=clock.timestamp())
    await store.change(tx, changed)
    await _tell(tx, by, changed, act)
    return changed


async def end(
    tx: Transaction, *, by: Actor, one: Enrolment, state: State, problem: str = "", person_id: str | None = None
) -> Enrolment:
    """End an enrolment: what it said is taken away; documents and records stay with one that was committed."""
    changed = replace(one, state=state, problem=problem, person_id=person_id or one.person_id)
    await store.empty_packets(tx, one.id)
    await store.replace_tokens(tx, one.id, ())
    if state is not State.COMMITTED:
        await store.forget_pieces(tx, one.id)
    return await put(tx, by=by, one=changed, act=state.value)


async def keep_outcome(tx: Transaction, *, enrolment_id: str, outcome: bytes) -> None:
    """Keep what came of an enrolment, sealed by whoever made it."""
    await store.keep_outcome(tx, enrolment_id, outcome)


async def outcome(context: Context, *, enrolment_id: str) -> bytes | None:
    """Return what came of an enrolment, sealed."""
    async with context.database.reading(one_statement=True) as tx:
        return await kept_outcome(tx, enrolment_id=enrolment_id)


async def kept_outcome(tx: Transaction, *, enrolment_id: str) -> bytes | None:
    """Do as `outcome` does, as a transaction sees it."""
    return await store.outcome(tx, enrolment_id)


async def ask_to_commit(context: Context, tx: Transaction, *, one: Enrolment, attributes: Sequence[Attribute]) -> None:
    """Ask for an enrolment to be committed, in the transaction of another act."""
    await _ask_to_commit(context, tx, one, attributes)


def is_own(one: Enrolment, *, by: Actor) -> bool:
    """Tell whether somebody sends this enrolment themselves."""
    return one.owner == owner_of(by)


def owner_of(by: Actor) -> str:
    """Return whose an enrolment is: the application's that sends it, else the officer's."""
    return by.application or by.id


def _moment(text: str) -> str:
    try:
        return clock.timestamp(clock.parse(text)) if text else ""
    except (ValueError, OverflowError) as error:
        raise BadRequest(
            "since is a moment with a time zone, such as 2026-11-22T10:00:00Z.", fields={"since": "is no moment"}
        ) from error


def _new(
    by: Actor, *, enrolment_id: str, ref_id: str, process: Process, source: str, person_id: str | None = None
) -> Enrolment:
    now = clock.timestamp()
    return Enrolment(
        enrolment_id, ref_id, owner_of(by), process, source, State.OPEN, "", ids.new_id(), person_id, 0, False, now, now
    )


def _kept_fields(context: Context) -> tuple[dict[str, str], tuple[str, ...]]:
    text = context.settings.text(FIELDS)
    own = msgspec.json.decode(text, type=dict[str, str]) if text else {}
    names = (name.strip() for name in context.settings.text(people.ATTRIBUTES).split(","))
    return own, tuple(name for name in names if name)


async def _meant(context: Context, packet: Packet, own: Mapping[str, str]) -> str | None:
    identifier = "" if packet.process is Process.NEW else identifier_of(packet.content.fields, own)
    if not identifier:
        return None
    found = await people.find(context, identifier=identifier)
    if found is None:
        raise UnknownIndividual
    return found.person.id


async def _locked(tx: Transaction, enrolment_id: str) -> Enrolment:
    found = await store.by_id(tx, enrolment_id, locked=True)
    if found is None:
        raise UnknownEnrolment
    return found


def _check_open(one: Enrolment, packet: Packet, kept: int) -> None:
    if one.state not in CHANGEABLE:
        raise EnrolmentClosed
    if one.process is not packet.process:
        raise ProcessDiffers
    if kept >= PACKETS_MAX:
        raise TooManyPackets


def _advanced(one: Enrolment, packet: Packet, person_id: str | None, count: int) -> Enrolment:
    return replace(
        one, state=State.OPEN, problem="", person_id=person_id or one.person_id,
        parts=max(one.parts, packet.parts), finalised=one.finalised or packet.finalise, changed_at=clock.timestamp(),
    )  # fmt: skip


def _parts(context: Context, enrolment_id: str, rows: Sequence[store.PacketRow]) -> list[Part]:
    found = []
    for row in rows:
        if row.content is not None:
            opened = context.keys.open(PACKET_PURPOSE, bytes(row.content), bound_to=f"{enrolment_id}/{row.digest}")
            found.append(Part(row.digest, row.made_at, msgspec.json.decode(opened, type=Content)))
    return found


async def _reading(
    context: Context, one: Enrolment, parts: Sequence[Part], *, present: Sequence[Attribute] = ()
) -> Reading:
    own, extra = _kept_fields(context)
    content = content_of(parts, own, extra)
    attributes = attributes_of(content, present=present)
    needed = [name.strip() for name in context.settings.text(NEEDED).split(",") if name.strip()]
    lacks = missing(
        one.process, attributes, content.pieces, needed=needed, identified=one.person_id is not None
    )  # fmt: skip
    return Reading(one, content, attributes, list(content.pieces), [] if one.state in ENDED else lacks)


async def _keep(
    context: Context, tx: Transaction, by: Actor, enrolment_id: str, packet: Packet, *, first: bool
) -> list[Receipt]:
    """Keep a packet with its pieces, each sealed; returns what this block says it took in."""
    now, kept = clock.timestamp(), list[tuple[str, bytes]]()
    sealed = context.keys.seal(
        PACKET_PURPOSE, crypto.canonical(packet.content), bound_to=f"{enrolment_id}/{packet.digest}"
    )
    for piece in packet.content.pieces:
        plain = packet.contents.get(piece.digest)
        content = context.keys.seal(PIECE_PURPOSE, plain, bound_to=f"{enrolment_id}/{piece.digest}") if plain else None
        await store.add_piece(tx, enrolment_id, piece, content=content, at=now)
        kept.append(("evidence" if piece.kind is Kind.DOCUMENT else "optional", content or piece.digest.encode()))
    names = ["id"] if packet.content.fields or not kept else []
    receipts = [
        _receipt(context, packet, name, sealed if name == "id" else b"".join(one for kind, one in kept if kind == name))
        for name in (*names, *dict.fromkeys(kind for kind, _ in kept))
    ]
    row = store.PacketRow(
        packet.digest, packet.made_at, now, packet.source, packet.officer, owner_of(by), CORRELATION.get(),
        packet.signature, first, msgspec.json.encode(receipts).decode(), sealed,
    )  # fmt: skip
    await store.add_packet(tx, enrolment_id, row)
    return receipts


def _receipt(context: Context, packet: Packet, name: str, sealed: bytes) -> Receipt:
    told = {"id": packet.reference, "packetName": name, "hash": crypto.digest(sealed), "packet": packet.digest}
    return Receipt(
        packet.reference, name, packet.source, packet.process.value, packet.ref_id, "1.0",
        packets.receipt(context, told), told["hash"], *PROVIDER, packet.made_at,
    )  # fmt: skip


async def _index(context: Context, tx: Transaction, enrolment_id: str, attributes: Sequence[Attribute]) -> None:
    made = tokens(likeness([one for one in attributes if one.value]))
    prints = {context.keys.fingerprint(SEARCH_PURPOSE, token) for token in made}
    await store.replace_tokens(tx, enrolment_id, prints)


async def _ask_to_commit(context: Context, tx: Transaction, one: Enrolment, attributes: Sequence[Attribute]) -> None:
    """Ask for the commit; those of one date of birth follow each other, so that two cannot pass beside each other."""
    birth = next((item.value for item in attributes if item.name == "birthdate"), "")
    lane = f"{COMMIT}:{context.keys.fingerprint(SEARCH_PURPOSE, birth)}"
    await jobs.enqueue(tx, COMMIT, {"enrolment": one.id}, lane=lane)


async def _tell(tx: Transaction, by: Actor, one: Enrolment, act: str, **more: str) -> None:
    subject = f"enrolment/{one.id}"
    told = {"enrolmentId": one.id, "state": one.state.value, "process": one.process.value, **more}
    await audit.record(tx, by=people.recorded(by), action=f"identity.enrolment.{act}", subject=subject, detail=told)
    await events.publish(tx, type=CHANGED, subject=subject, data=told)

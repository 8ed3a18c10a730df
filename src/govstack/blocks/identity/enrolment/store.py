"""Rows of enrolments, their packets and pieces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from govstack.blocks.identity.enrolment.model import Enrolment
from govstack.blocks.identity.packets.model import Piece
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


@dataclass(frozen=True, slots=True)
class PacketRow:
    """A packet as it is kept; its content is sealed, and gone once the enrolment has ended."""

    digest: str
    made_at: str
    received_at: str
    source: str
    officer: str
    sender: str
    correlation_id: str
    signature: str
    first: bool
    receipts: str
    content: bytes | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which enrolments are looked for; an empty text means any."""

    owner: str = ""
    state: str = ""
    process: str = ""
    ref_id: str = ""
    since: str = ""
    tokens: tuple[str, ...] | None = None


async def add(tx: Transaction, one: Enrolment) -> bool:
    """Add an enrolment; false when its id is taken."""
    return bool(
        await SQL.add_enrolment(
            tx, id=one.id, ref_id=one.ref_id, owner=one.owner, process=one.process.value, source=one.source,
            subject=one.subject, person_id=one.person_id, at=one.started_at,
        )
    )  # fmt: skip


async def by_id(tx: Transaction, enrolment_id: str, *, locked: bool = False) -> Enrolment | None:
    """Return an enrolment; a locked one stays as it is until the transaction ends."""
    found = await (SQL.locked_enrolment if locked else SQL.enrolment_by_id)(tx, id=enrolment_id)
    return None if found is None else msgspec.convert(found, Enrolment, strict=False)


async def change(tx: Transaction, one: Enrolment) -> None:
    """Write where an enrolment stands."""
    await SQL.change_enrolment(
        tx, id=one.id, state=one.state.value, problem=one.problem, person_id=one.person_id, parts=one.parts,
        finalised=one.finalised, at=one.changed_at,
    )  # fmt: skip


async def keep_outcome(tx: Transaction, enrolment_id: str, outcome: bytes) -> None:
    """Keep what came of an enrolment, sealed."""
    await SQL.keep_outcome(tx, id=enrolment_id, outcome=outcome)


async def outcome(tx: Transaction, enrolment_id: str) -> bytes | None:
    """Return what came of an enrolment, sealed."""
    found = await SQL.outcome(tx, id=enrolment_id)
    return None if found is None or found["outcome"] is None else bytes(found["outcome"])


async def search(tx: Transaction, wanted: Wanted, *, limit: int, offset: int) -> list[Enrolment]:
    """Return enrolments, the last changed first."""
    rows = await SQL.search(
        tx, owner=wanted.owner, state=wanted.state, process=wanted.process, ref_id=wanted.ref_id, since=wanted.since,
        named=wanted.tokens is not None, tokens=list(wanted.tokens or ()), limit=limit, offset=offset,
    )  # fmt: skip
    return msgspec.convert(rows, list[Enrolment], strict=False)


async def abandoned(tx: Transaction, *, before: str, limit: int) -> list[Enrolment]:
    """Return open enrolments that nobody has touched since a moment; they stay so until the transaction ends."""
    return msgspec.convert(await SQL.abandoned(tx, before=before, limit=limit), list[Enrolment], strict=False)


async def add_packet(tx: Transaction, enrolment_id: str, row: PacketRow) -> None:
    """Add a packet."""
    await SQL.add_packet(
        tx, enrolment_id=enrolment_id, digest=row.digest, made_at=row.made_at, received_at=row.received_at,
        source=row.source, officer=row.officer, sender=row.sender, correlation_id=row.correlation_id,
        signature=row.signature, first=row.first, receipts=row.receipts, content=row.content,
    )  # fmt: skip


async def packets(tx: Transaction, enrolment_id: str) -> list[PacketRow]:
    """Return the packets of an enrolment as they came."""
    return msgspec.convert(await SQL.packets(tx, enrolment_id=enrolment_id), list[PacketRow], strict=False)


async def empty_packets(tx: Transaction, enrolment_id: str) -> None:
    """Take the contents of packets away; what they are traced by stays."""
    await SQL.empty_packets(tx, enrolment_id=enrolment_id)


async def add_piece(tx: Transaction, enrolment_id: str, piece: Piece, *, content: bytes | None, at: str) -> None:
    """Add a document or a biometric record, unless it came before."""
    await SQL.add_piece(
        tx, enrolment_id=enrolment_id, place=piece.place, digest=piece.digest,
        about=msgspec.json.encode(piece).decode(), content=content, received_at=at,
    )  # fmt: skip


async def pieces(tx: Transaction, enrolment_id: str) -> list[Piece]:
    """Return what pieces an enrolment has, as they came."""
    return [msgspec.json.decode(row["about"], type=Piece) for row in await SQL.pieces(tx, enrolment_id=enrolment_id)]


async def document(tx: Transaction, enrolment_id: str, *, digest: str) -> tuple[Piece, bytes] | None:
    """Return a document that came by value, with its content, sealed."""
    row = await SQL.document(tx, enrolment_id=enrolment_id, digest=digest)
    return None if row is None else (msgspec.json.decode(row["about"], type=Piece), bytes(row["content"]))


async def forget_pieces(tx: Transaction, enrolment_id: str) -> None:
    """Delete documents and biometric records."""
    await SQL.forget_pieces(tx, enrolment_id=enrolment_id)


async def replace_tokens(tx: Transaction, enrolment_id: str, tokens: Iterable[str]) -> None:
    """Put these tokens in the place of those an enrolment was found by."""
    await SQL.forget_tokens(tx, enrolment_id=enrolment_id)
    rows = [{"token": token, "enrolment_id": enrolment_id} for token in sorted(tokens)]
    if rows:
        await SQL.add_tokens(tx, rows)

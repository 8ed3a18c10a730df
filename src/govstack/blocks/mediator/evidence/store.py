"""Rows of the message log as model objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from govstack.blocks.mediator.evidence.model import Certificate, Direction, Entry, Message, Seal
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)

_MESSAGE_COLUMNS = Message.__struct_fields__
_PLACE_COLUMNS = ("chain", "number", "kid", "signature", "previous_hash", "hash")
_COLUMNS = (*_PLACE_COLUMNS, *_MESSAGE_COLUMNS)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain."""

    chain: str
    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries to find: those of an application on either side ("" for all), cut down by what else is given.

    `low` and `high` bound message ids, `since` the time of the entry itself; `before` (message id, direction) is where
    a page of newest first goes on.
    """

    application: str = ""
    client: str = ""
    provider: str = ""
    service_code: str = ""
    direction: str = ""
    correlation_id: str = ""
    verdict: str = ""
    status: int = 0
    low: str = ""
    high: str = ""
    since: str = ""
    before: tuple[str, str] | None = None


async def claim(tx: Transaction, *, holder: str, now: str, until: str, fresh: str) -> Head:
    """Take over a chain that nobody holds, or begin one named `fresh`."""
    row = await SQL.free_chain(tx, holder=holder, now=now)
    if row is None:
        await SQL.begin_chain(tx, chain=fresh, holder=holder, until=until)
        return Head(fresh, 0, "")
    await SQL.hold_chain(tx, chain=row["chain"], holder=holder, until=until)
    return msgspec.convert(row, Head, strict=False)


async def advance(tx: Transaction, head: Head, *, expected: int, holder: str, until: str) -> bool:
    """Move the end of a chain; False when it is not this process's to move."""
    changed = await SQL.advance_chain(
        tx, chain=head.chain, number=head.number, hash=head.hash, expected=expected, holder=holder, until=until
    )
    return bool(changed == 1)


async def release(tx: Transaction, *, chain: str, holder: str) -> None:
    """Let another process continue a chain at once."""
    await SQL.release_chain(tx, chain=chain, holder=holder)


async def append(tx: Transaction, entries: Sequence[Entry]) -> None:
    """Append entries."""
    await tx.copy("message_entry", _COLUMNS, [_values(entry) for entry in entries])


async def add_seal(tx: Transaction, seal: Seal) -> None:
    """Store a time stamp."""
    await SQL.add_seal(
        tx, chain=seal.chain, number=seal.number, hash=seal.hash, at=seal.at, kid=seal.kid, signature=seal.signature
    )


async def chains(tx: Transaction) -> dict[str, int]:
    """Return the last number of each chain."""
    return {str(row["chain"]): int(row["number"]) for row in await SQL.chains(tx)}


async def spans(tx: Transaction, *, low: str, high: str) -> list[tuple[str, int, int]]:
    """Return the first and last number, per chain, of the entries whose message ids lie between two bounds."""
    return [(str(row["chain"]), int(row["first"]), int(row["last"])) for row in await SQL.spans(tx, low=low, high=high)]


async def entries_of_chain(tx: Transaction, chain: str, *, first: int, last: int, limit: int) -> list[Entry]:
    """Return entries of a chain in order."""
    return [_entry(row) for row in await SQL.entries_of_chain(tx, chain=chain, first=first, last=last, limit=limit)]


async def entries_of_message(tx: Transaction, message_id: str) -> list[Entry]:
    """Return the request and the answer of a message."""
    return [_entry(row) for row in await SQL.entries_of_message(tx, message_id=message_id)]


async def answers_after(tx: Transaction, chain: str, *, number: int, last: int) -> list[Message]:
    """Return the answers in a stretch of a chain."""
    return [_entry(row).message for row in await SQL.answers_after(tx, chain=chain, number=number, last=last)]


async def find(tx: Transaction, wanted: Wanted, *, limit: int) -> list[Entry]:
    """Return entries, newest message first, a request after its answer."""
    sides = [{"client": wanted.application}, {"provider": wanted.application}] if wanted.application else [{}]
    found: dict[tuple[str, str], Entry] = {}
    # Two reads along an index each are quick however little of the whole log is the application's; one with OR is not.
    for side in sides:
        for entry in await _find(tx, wanted, side, limit):
            found[(entry.message.message_id, entry.message.direction)] = entry
    return [found[place] for place in sorted(found, reverse=True)[:limit]]


async def _find(tx: Transaction, wanted: Wanted, side: dict[str, str], limit: int) -> list[Entry]:
    given: dict[str, object] = {
        name: getattr(wanted, name)
        for name in ("client", "provider", "service_code", "direction", "correlation_id", "verdict", "status")
        if getattr(wanted, name)
    }
    conditions = [f"{name} = :{name}" for name in given]
    conditions += [f"{name} = :own_{name}" for name in side]
    given |= {f"own_{name}": value for name, value in side.items()}
    if wanted.low:
        conditions.append("message_id >= :low")
        given["low"] = wanted.low
    if wanted.high:
        conditions.append("message_id < :high")
        given["high"] = wanted.high
    if wanted.since:
        conditions.append("at >= :since")
        given["since"] = wanted.since
    if wanted.before:
        conditions.append("(message_id, direction) < (:before_id, :before_direction)")
        given["before_id"], given["before_direction"] = wanted.before
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    rows = await tx.fetch(
        f"SELECT * FROM message_entry {where} ORDER BY message_id DESC, direction DESC LIMIT :limit",
        **given,
        limit=limit,
    )
    return [_entry(row) for row in rows]


async def seals(tx: Transaction, chain: str, *, first: int, last: int) -> list[Seal]:
    """Return the time stamps over a stretch of a chain."""
    rows = await SQL.seals(tx, chain=chain, first=first, last=last)
    return msgspec.convert(rows, list[Seal], strict=False)


async def seal_from(tx: Transaction, chain: str, number: int) -> Seal | None:
    """Return the first time stamp that covers an entry."""
    row = await SQL.seal_from(tx, chain=chain, number=number)
    return None if row is None else msgspec.convert(row, Seal, strict=False)


async def add_certificate(tx: Transaction, certificate: Certificate) -> None:
    """Store a certificate unless its key has one."""
    await SQL.add_certificate(
        tx,
        kid=certificate.kid,
        kind=certificate.kind,
        subject=certificate.subject,
        pem=certificate.pem,
        issued_at=certificate.issued_at,
    )


async def certificates(tx: Transaction) -> list[Certificate]:
    """Return every certificate, in order of issue."""
    return msgspec.convert(await SQL.certificates(tx), list[Certificate])


async def add_payload(tx: Transaction, message: Message, sealed: bytes, *, kept_until: str) -> None:
    """Keep an encrypted payload until a moment."""
    await SQL.add_payload(
        tx, message_id=message.message_id, direction=message.direction, sealed=sealed, kept_until=kept_until
    )


async def payload(tx: Transaction, message_id: str, direction: Direction, *, now: str) -> bytes | None:
    """Return an encrypted payload that is still kept."""
    found: bytes | None = await SQL.payload(tx, message_id=message_id, direction=direction, now=now)
    return found


async def forget_payloads(tx: Transaction, *, now: str) -> int:
    """Delete payloads whose time is over."""
    return int(await SQL.forget_payloads(tx, now=now))


def _values(entry: Entry) -> tuple[object, ...]:
    return (
        entry.chain,
        entry.number,
        entry.kid,
        entry.signature,
        entry.previous_hash,
        entry.hash,
        *msgspec.structs.astuple(entry.message),
    )


def _entry(row: Row) -> Entry:
    message = Message(**{name: row[name] for name in _MESSAGE_COLUMNS})
    return Entry(row["chain"], row["number"], message, row["kid"], row["signature"], row["previous_hash"], row["hash"])

"""The message log at work: an entry is durable before what it records goes on, and whoever is entitled can check it."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from msgspec import structs

from govstack.blocks.mediator.directory import service as directory
from govstack.blocks.mediator.directory.model import Power, may
from govstack.blocks.mediator.evidence import model, store
from govstack.blocks.mediator.evidence.errors import NothingKept, NotRecorded, UnknownMessage
from govstack.blocks.mediator.evidence.model import (
    Certificate,
    Direction,
    Entry,
    Kind,
    Message,
    Proven,
    Seal,
    Verification,
)
from govstack.blocks.mediator.evidence.store import Head
from govstack.kernel import audit, clock, crypto, ids, log
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.crypto import SigningKey
from govstack.kernel.errors import Forbidden, Problem, Unauthenticated
from govstack.kernel.rules import DAYS
from govstack.kernel.settings import Setting

WAITING_ENTRIES_MAX = 20_000
BATCH_ENTRIES_MAX = 500
SEAL_SECONDS = 1.0
SEAL_ENTRIES_MAX = 1_000
CHAIN_HELD_SECONDS = 30
CLAIMS_MAX = 3
STOP_SECONDS_MAX = 10.0
EXPORT_PAGE_ENTRIES = 500
PAYLOAD_KEPT_BYTES_MAX = 1_048_576
ID_BEYOND_ALL = "g"
MEMORY = "evidence"
AUTHORITY, TIMESTAMP = "authority", "timestamp"

Wanted = store.Wanted

SETTINGS = (
    Setting("MEDIATOR_PAYLOAD_DAYS", "30", "Days for which a payload is kept, where the service asks for it", DAYS),
)


@dataclass(slots=True)
class _Waiting:
    message: Message
    kid: str
    signature: str
    digest: str
    payload: bytes | None
    written: asyncio.Future[None]


class MessageLog:
    """The open end of this process's chain: entries that wait together become durable together.

    Each is signed at once. It gets its place in the chain when it is written, so a write that fails leaves no gap.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._holder = ids.new_id()
        self._waiting: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None
        self._next_seal: asyncio.TimerHandle | None = None
        self._stopping = False
        self._head: Head | None = None
        self._unsealed = 0
        self._unsealed_since = 0.0
        self._certified: set[str] = set()

    @property
    def depth(self) -> int:
        """Return how many entries wait to be written."""
        return len(self._waiting)

    async def record(self, message: Message, payload: bytes | None = None) -> None:
        """Return once a message is durable in the log; raises NotRecorded when it is not."""
        if self._stopping or len(self._waiting) >= WAITING_ENTRIES_MAX:
            raise NotRecorded
        speaker = message.speaker
        key = self._context.keys.signing_key(f"member/{speaker}")
        if key.kid not in self._certified:
            await self.certify(key, "member", speaker)
        said = model.signed_bytes(message)
        signature = crypto.to_base64url(key.sign(said))
        sealed = self._sealed(message, payload)
        written = asyncio.get_running_loop().create_future()
        digest = model.content_digest(said, key.kid, signature)
        self._waiting.append(_Waiting(message, key.kid, signature, digest, sealed, written))
        self._write_soon()
        await written

    async def certify(self, key: SigningKey, kind: Kind, subject: str) -> None:
        """Make sure that the certificate of a key is stored before anything signed with it."""
        if key.kid in self._certified:
            return
        instance, moment = self._context.settings.text("INSTANCE"), clock.now()
        authority = self._context.keys.signing_key(AUTHORITY)
        wanted: list[tuple[SigningKey, Kind, str]] = [(authority, "authority", instance)]
        if kind != "authority":
            wanted.append((key, kind, subject))
        try:
            async with self._context.database.transaction() as tx:
                for one, its_kind, name in wanted:
                    serial = int(ids.new_id().replace("-", ""), 16)
                    made = model.issue(
                        one,
                        authority=authority,
                        kind=its_kind,
                        instance=instance,
                        subject=name,
                        serial=serial,
                        moment=moment,
                    )
                    await store.add_certificate(tx, made)
        except Problem as problem:
            raise NotRecorded from problem
        self._certified.add(key.kid)

    async def stop(self) -> None:
        """Write and seal what waits, then let another process continue the chain."""
        self._stopping = True
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS_MAX):
                if self._writer is not None:
                    await self._writer
                await self._write_all()
        if self._next_seal is not None:
            self._next_seal.cancel()
        for waiting in self._waiting:
            _refuse(waiting)
        if self._head is not None:
            with suppress(Problem):
                async with self._context.database.transaction() as tx:
                    await store.release(tx, chain=self._head.chain, holder=self._holder)

    def _write_soon(self) -> None:
        if self._writer is None or self._writer.done():
            # Its own context: the writer must not carry the correlation id of whoever came first.
            loop = asyncio.get_running_loop()
            self._writer = loop.create_task(self._write_all(), context=contextvars.Context())

    async def _write_all(self) -> None:
        """Write what waits, and what comes meanwhile; then see to it that the end of the chain is sealed in time."""
        if not self._waiting and self._unsealed:
            await self._write([])
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH_ENTRIES_MAX], self._waiting[BATCH_ENTRIES_MAX:]
            await self._write(batch)
        if self._next_seal is not None:
            self._next_seal.cancel()
            self._next_seal = None
        if self._unsealed:
            pause = SEAL_SECONDS - (clock.monotonic() - self._unsealed_since)
            self._next_seal = asyncio.get_running_loop().call_later(max(pause, 0.0), self._write_soon)

    async def _write(self, batch: list[_Waiting]) -> None:
        try:
            await self._append(batch)
        except Exception as error:  # noqa: BLE001 - whatever it was, those who wait must hear of it
            # What was committed is not certain now, so the end of the chain is read anew.
            self._head = None
            if len(batch) > 1 and not isinstance(error, Problem):
                # The database refused one of them; the others must not fail with it.
                for waiting in batch:
                    await self._write([waiting])
                return
            if not batch:
                self._unsealed_since = clock.monotonic()  # try again in a while
            log.logger(self._context.package).error(
                "message_log.failed", error=type(error).__name__, entries=len(batch)
            )
            for waiting in batch:
                _refuse(waiting)
        else:
            for waiting in batch:
                if not waiting.written.done():
                    waiting.written.set_result(None)

    async def _append(self, batch: list[_Waiting]) -> None:
        now, unsealed = clock.monotonic(), self._unsealed + len(batch)
        late = self._unsealed > 0 and now - self._unsealed_since >= SEAL_SECONDS
        due = late or not batch or self._stopping or unsealed >= SEAL_ENTRIES_MAX
        if due:
            key = self._context.keys.signing_key(TIMESTAMP)
            await self.certify(key, "timestamp", self._context.settings.text("INSTANCE"))
        for _ in range(CLAIMS_MAX):
            before = self._head or await self._claim()
            entries, after = _chained(before, batch)
            until = clock.timestamp(clock.now() + timedelta(seconds=CHAIN_HELD_SECONDS))
            async with self._context.database.transaction() as tx:
                ours = await store.advance(tx, after, expected=before.number, holder=self._holder, until=until)
                if ours:
                    await store.append(tx, entries)
                    for waiting in batch:
                        if waiting.payload is not None:
                            await store.add_payload(tx, waiting.message, waiting.payload, kept_until=self._kept_until())
                    if due and after.number:
                        await store.add_seal(tx, self._seal(after))
            if ours:
                if not self._unsealed:
                    self._unsealed_since = now
                self._head, self._unsealed = after, 0 if due else unsealed
                return
            self._head = None  # another process has taken the chain over
        raise NotRecorded

    async def _claim(self) -> Head:
        now = clock.now()
        until = clock.timestamp(now + timedelta(seconds=CHAIN_HELD_SECONDS))
        async with self._context.database.transaction() as tx:
            return await store.claim(tx, holder=self._holder, now=clock.timestamp(now), until=until, fresh=ids.new_id())

    def _seal(self, head: Head) -> Seal:
        key, at = self._context.keys.signing_key(TIMESTAMP), clock.timestamp()
        signature = key.sign(model.sealed_bytes(head.chain, head.number, head.hash, at))
        return Seal(head.chain, head.number, head.hash, at, key.kid, crypto.to_base64url(signature))

    def _sealed(self, message: Message, payload: bytes | None) -> bytes | None:
        if payload is None:
            return None
        return self._context.keys.seal("payload", payload, bound_to=f"{message.message_id}/{message.direction}")

    def _kept_until(self) -> str:
        days = self._context.settings.number("MEDIATOR_PAYLOAD_DAYS")
        return clock.timestamp(clock.now() + timedelta(days=days))


def _chained(head: Head, batch: list[_Waiting]) -> tuple[list[Entry], Head]:
    entries, number, latest = [], head.number, head.hash
    for waiting in batch:
        number, previous = number + 1, latest
        latest = model.chained(head.chain, number, previous, waiting.digest)
        entries.append(Entry(head.chain, number, waiting.message, waiting.kid, waiting.signature, previous, latest))
    return entries, Head(head.chain, number, latest)


def _refuse(waiting: _Waiting) -> None:
    if not waiting.written.done():
        waiting.written.set_exception(NotRecorded())


def message_log(context: Context) -> MessageLog:
    """Return the open log of this process."""
    opened: MessageLog | None = context.memory.get(MEMORY)
    if opened is None:
        opened = context.memory[MEMORY] = MessageLog(context)
    return opened


async def start(context: Context) -> None:
    """Open the log, with the certificates of the authority and of the time stamps in place."""
    await message_log(context).certify(
        context.keys.signing_key(TIMESTAMP), "timestamp", context.settings.text("INSTANCE")
    )


async def stop(context: Context) -> None:
    """Close the log of this process."""
    opened: MessageLog | None = context.memory.pop(MEMORY, None)
    if opened is not None:
        await opened.stop()


async def record(context: Context, message: Message, payload: bytes | None = None) -> None:
    """Return once a message is durable in the log; raises NotRecorded, and then what it records must not happen."""
    await message_log(context).record(message, payload)


async def visible_to(context: Context, by: Actor, *, application: str = "") -> str:
    """Return the application whose messages a caller may see, or "" for those of all.

    Owners and the centre see all, an application its own, an application's administrators that one's (I32).
    """
    if may(by, Power.READ):
        return application
    own = await directory.proven_application(context, by)
    if own and application in {"", own}:
        return own
    if application and may(by, Power.READ, application=application.partition("/")[2]):
        return application
    raise Forbidden if by.signed_in else Unauthenticated


async def messages(context: Context, *, by: Actor, wanted: Wanted, limit: int) -> list[Entry]:
    """Return the log entries that fit and that the caller may see, newest message first."""
    application = await visible_to(context, by, application=wanted.application)
    return await find(context, replace(wanted, application=application), limit=limit)


async def message(context: Context, *, by: Actor, message_id: str) -> list[Proven]:
    """Return the request and the answer of a message, each checked as a third party would check its proof."""
    found = []
    for entry in await _entries_of(context, by, message_id):
        span, seal = await _sealed_span(context, entry)
        lines = b"".join([part async for part in _file(context, [span], _only(entry))]).splitlines()
        found.append(Proven(entry, model.verify(lines), seal.at if seal else ""))
    return found


async def proof(context: Context, *, by: Actor, message_id: str, direction: Direction) -> AsyncIterator[bytes]:
    """Return a file that proves one request or answer and shows no other message."""
    for entry in await _entries_of(context, by, message_id):
        if entry.message.direction == direction:
            span, _ = await _sealed_span(context, entry)
            return _file(context, [span], _only(entry))
    raise UnknownMessage


async def export(
    context: Context, *, by: Actor, application: str = "", since: datetime | None = None, until: datetime | None = None
) -> AsyncIterator[bytes]:
    """Return the log between two moments as lines for `model.verify`; of messages one may not see, only the digests."""
    own = await visible_to(context, by, application=application)
    low, high = first_id(since) if since else "", first_id(until) if until else ID_BEYOND_ALL
    async with context.database.reading() as tx:
        spans = await store.spans(tx, low=low, high=high)
    return _file(context, spans, lambda entry: not own or own in {entry.message.client, entry.message.provider})


async def payload(context: Context, *, by: Actor, message_id: str, direction: Direction) -> bytes:
    """Return a payload that is kept; only the two parties may read it, and that they did is on record."""
    own = await directory.proven_application(context, by)
    entries = await _entries_of(context, by, message_id)
    outsider = not own or own not in {entries[0].message.client, entries[0].message.provider}
    async with context.database.transaction() as tx:
        sealed = None if outsider else await store.payload(tx, message_id, direction, now=clock.timestamp())
        outcome = "refused" if outsider else "ok" if sealed is not None else "failed"
        detail = {"direction": direction}
        await audit.record(
            tx, by=by, action="mediator.payload.read", subject=message_id, outcome=outcome, detail=detail
        )
    if outsider:
        raise Forbidden("Only the two applications that exchanged a message may read what it said.")
    if sealed is None:
        raise NothingKept
    return context.keys.open("payload", sealed, bound_to=f"{message_id}/{direction}")


async def forget_payloads(context: Context) -> int:
    """Delete the payloads whose time is over."""
    async with context.database.transaction() as tx:
        return await store.forget_payloads(tx, now=clock.timestamp())


async def authorities(context: Context) -> list[Certificate]:
    """Return the certificates of this instance's authority, the latest last; their fingerprints are for publication."""
    await start(context)
    async with context.database.reading() as tx:
        return [one for one in await store.certificates(tx) if one.kind == "authority"]


def verify_file(path: Path, *, authorities: Collection[str] = ()) -> Verification:
    """Check an exported log in a file, without a database; see model.verify."""
    with path.open("rb") as lines:
        return model.verify(lines, authorities=authorities)


async def find(context: Context, wanted: Wanted, *, limit: int) -> list[Entry]:
    """Return entries that fit, whoever asks: for rooms that have asked `visible_to` themselves."""
    async with context.database.reading() as tx:
        return await store.find(tx, wanted, limit=limit)


def answers_of(wanted: Wanted, application: str) -> Wanted:
    """Return a wish cut down to answers, of one application or of all."""
    return replace(wanted, application=application, direction="answer")


async def chains(context: Context) -> dict[str, int]:
    """Return the last number of each chain."""
    async with context.database.reading() as tx:
        return await store.chains(tx)


async def answers_after(context: Context, chain: str, *, number: int, last: int) -> list[Message]:
    """Return the answers in a stretch of a chain, for counting."""
    async with context.database.reading() as tx:
        return await store.answers_after(tx, chain, number=number, last=last)


def first_id(moment: datetime) -> str:
    """Return a text that sorts before every message id of a moment and after all earlier ones (RFC 9562, version 7)."""
    number = f"{int(moment.timestamp() * 1000):012x}"
    return f"{number[:8]}-{number[8:]}"


async def _entries_of(context: Context, by: Actor, message_id: str) -> list[Entry]:
    async with context.database.reading() as tx:
        entries = await store.entries_of_message(tx, message_id)
    parties = {application for entry in entries for application in (entry.message.client, entry.message.provider)}
    for application in ("", *sorted(parties)):
        with suppress(Forbidden):
            seen = await visible_to(context, by, application=application)
            if entries and (not seen or seen in parties):
                return entries
    raise UnknownMessage


def _only(entry: Entry) -> Callable[[Entry], bool]:
    return lambda other: other.number == entry.number


async def _sealed_span(context: Context, entry: Entry) -> tuple[tuple[str, int, int], Seal | None]:
    async with context.database.reading() as tx:
        seal = await store.seal_from(tx, entry.chain, entry.number)
    return (entry.chain, entry.number, seal.number if seal else entry.number), seal


async def _file(
    context: Context, spans: list[tuple[str, int, int]], shown: Callable[[Entry], bool]
) -> AsyncIterator[bytes]:
    """Yield a file page by page; between pages no transaction is open, which an append-only log allows."""
    timestamp = context.keys.signing_key(TIMESTAMP)
    instance = context.settings.text("INSTANCE")
    await message_log(context).certify(timestamp, "timestamp", instance)
    yield await _header(context, spans)
    count, ends = 0, []
    for chain, first, last in spans:
        latest, number = "", first
        while number <= last:
            page, latest_number, latest, seen = await _page(context, chain, number, last, shown)
            if not latest_number:
                break
            yield page
            count, number = count + seen, latest_number + 1
        ends.append(model.Span(chain, first, last, latest))
    at = clock.timestamp()
    signature = crypto.to_base64url(timestamp.sign(model.end_bytes(count, ends, at)))
    yield _line(model.EndLine(count, ends, at, timestamp.kid, signature))


async def _header(context: Context, spans: Sequence[tuple[str, int, int]]) -> bytes:
    starts = []
    async with context.database.reading() as tx:
        certificates = await store.certificates(tx)
        for chain, first, _ in spans:
            around = await store.entries_of_chain(tx, chain, first=first - 1, last=first, limit=2)
            before = around[0].hash if around[0].number < first else around[0].previous_hash
            starts.append(model.Start(chain, first, before))
    header = model.Header(
        model.FORMAT,
        context.settings.text("INSTANCE"),
        clock.timestamp(),
        [one.pem for one in certificates if one.kind == "authority"],
        [one.pem for one in certificates if one.kind != "authority"],
        starts,
    )
    return _line(header)


async def _page(
    context: Context, chain: str, first: int, last: int, shown: Callable[[Entry], bool]
) -> tuple[bytes, int, str, int]:
    """Return lines, the last number and hash among them, and how many entries are shown in full."""
    async with context.database.reading() as tx:
        entries = await store.entries_of_chain(tx, chain, first=first, last=last, limit=EXPORT_PAGE_ENTRIES)
        if not entries:
            return b"", 0, "", 0
        seals = {seal.number: seal for seal in await store.seals(tx, chain, first=first, last=entries[-1].number)}
    lines: list[bytes] = []
    seen = 0
    for entry in entries:
        if shown(entry):
            seen += 1
            lines.append(_line(model.EntryLine(**structs.asdict(entry))))
        else:
            lines.append(_line(model.HiddenLine(chain, entry.number, entry.digest)))
        seal = seals.get(entry.number)
        if seal is not None:
            lines.append(_line(model.SealLine(**structs.asdict(seal))))
    return b"".join(lines), entries[-1].number, entries[-1].hash, seen


def _line(line: model.Line) -> bytes:
    return msgspec.json.encode(line) + b"\n"

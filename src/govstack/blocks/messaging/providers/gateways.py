"""The ways out to phones: a centre of short messages over SMPP 3.4, and a gateway over HTTP."""

from __future__ import annotations

import asyncio
import ssl
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog

from govstack.blocks.messaging.providers.model import (
    JSON,
    Brought,
    Centre,
    Gateway,
    Outcome,
    Result,
    Text,
    header,
    outcome_of,
    read,
    receipt_of,
    source_kind,
    without_header,
    written,
)
from govstack.kernel import ids
from govstack.kernel.errors import Forbidden, Problem, Unavailable
from govstack.kernel.mediation import Network
from govstack.kernel.streams import Stream, open_stream

PDU_BYTES_MIN, PDU_BYTES_MAX = 16, 70_000
CONNECT_SECONDS_MAX = 10.0
IDLE_SECONDS = 30.0
REBIND_SECONDS_FIRST, REBIND_SECONDS_MAX = 1.0, 60.0
URGENT_WINDOW = 2
SEQUENCE_MAX = 0x7FFFFFFF
ANSWER_BYTES_MAX = 100_000
OK, INVALID_COMMAND, TRY_LATER = 0x00, 0x03, 0x64
# Types of a number that is written with its country code: unknown, as many centres say, and international.
ANYWHERE = frozenset({0, 1})
RESPONSE_FLAG = 0x80
HEADER_FLAG, KIND_MASK, RECEIPT_KIND = 0x40, 0x3C, 0x04
_log = structlog.get_logger(__name__)
Take = Callable[[Brought], Awaitable[None]]


class Numbers:
    """Numbers PDUs, as the library asks for it."""

    def __init__(self) -> None:
        self.sequence = 0

    def next_sequence(self) -> int:
        """Return the next number."""
        self.sequence = self.sequence % SEQUENCE_MAX + 1
        return self.sequence


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side answered: its status, and the text its answer begins with, such as the id of a message."""

    status: int
    text: str

    @classmethod
    def of(cls, octets: bytes) -> Answer:
        """Read an answer; further parameters, whatever they are, change nothing."""
        return cls(int.from_bytes(octets[8:12], "big"), _text(octets[16:].partition(b"\x00")[0]))


class Gone(Exception):
    """The session has ended before an answer came."""


class Session:
    """One bound connection: what it is asked is answered by number, what the centre brings is taken as it comes."""

    def __init__(self, stream: Stream, take: Take, *, seconds: float) -> None:
        self._reader, self._writer = stream
        self._take = take
        self._seconds = seconds
        self._numbers = Numbers()
        self._waiting: dict[int, asyncio.Future[Answer]] = {}
        self._loop = asyncio.create_task(self._listen())

    @property
    def is_open(self) -> bool:
        """Tell whether something can be asked."""
        return not self._loop.done()

    async def ask(self, command: str, **fields: object) -> Answer:
        """Send a request and return its answer; raises Gone when none comes."""
        from smpplib.smpp import make_pdu

        if not self.is_open:
            raise Gone
        request = make_pdu(command, client=self._numbers, **fields)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[request.sequence] = answer
        try:
            self._writer.write(request.generate())
            async with asyncio.timeout(self._seconds):
                await self._writer.drain()
                return await answer
        except (OSError, TimeoutError) as error:
            self.cut()
            raise Gone from error
        finally:
            self._waiting.pop(request.sequence, None)

    async def ended(self) -> None:
        """Wait until the session has ended, and ask now and then whether the centre is still there."""
        while self.is_open:
            done, _ = await asyncio.wait({self._loop}, timeout=IDLE_SECONDS)
            if not done:
                with suppress(Gone):
                    await self.ask("enquire_link")

    def cut(self) -> None:
        """End the session at once."""
        self._loop.cancel()
        self._writer.close()

    async def _listen(self) -> None:
        try:
            while True:
                await self._answer(await self._next())
        except (OSError, EOFError, ValueError):
            pass
        finally:
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(Gone())
            self._writer.close()

    async def _next(self) -> bytes:
        head = await self._reader.readexactly(4)
        size = int.from_bytes(head, "big")
        if not PDU_BYTES_MIN <= size <= PDU_BYTES_MAX:
            raise ValueError("no PDU has that size")
        return head + await self._reader.readexactly(size - 4)

    async def _answer(self, octets: bytes) -> None:
        """Hand an answer to whoever waits for it, and answer what the centre asks."""
        sequence = int.from_bytes(octets[12:16], "big")
        if octets[4] & RESPONSE_FLAG:
            waiting = self._waiting.get(sequence)
            if waiting is not None and not waiting.done():
                waiting.set_result(Answer.of(octets))
            return
        found = parsed(octets)
        if found is None:
            self._say("generic_nack", sequence, INVALID_COMMAND)
        elif found.command == "deliver_sm":
            self._say("deliver_sm_resp", sequence, await self._taken(found))
        elif found.command == "enquire_link":
            self._say("enquire_link_resp", sequence, OK)
        elif found.command == "unbind":
            self._say("unbind_resp", sequence, OK)
            raise EOFError
        else:
            self._say("generic_nack", sequence, INVALID_COMMAND)

    async def _taken(self, found: Any) -> int:
        """Keep what the centre brings before it is told so; whatever goes wrong, it brings it again."""
        try:
            await self._take(brought(found))
        except Exception as error:  # noqa: BLE001 - the centre keeps it until we can
            _log.warning("messaging.brought.kept_back", error=type(error).__name__)
            return TRY_LATER
        return OK

    def _say(self, command: str, sequence: int, status: int) -> None:
        from smpplib.smpp import make_pdu

        answer = make_pdu(command, client=Numbers(), status=status)
        answer.sequence, answer.status = sequence, status
        self._writer.write(answer.generate())


class SmppProvider:
    """Hands texts to one centre over one bound session, which is built anew when it breaks."""

    def __init__(
        self,
        name: str,
        centre: Centre,
        take: Take,
        *,
        source: str,
        window: int,
        seconds: float,
        tls: Callable[[], ssl.SSLContext],
    ) -> None:
        self.name = name
        self._centre, self._take, self._source = centre, take, source
        self._seconds, self._tls = seconds, tls
        self._places = {False: asyncio.Semaphore(window), True: asyncio.Semaphore(URGENT_WINDOW)}
        self._binding = asyncio.Lock()
        self._session: Session | None = None
        self._keeper: asyncio.Task[None] | None = None

    def keep(self) -> None:
        """Stay bound from now on, so that what the centre brings is taken even when nothing is sent."""
        if self._keeper is None:
            self._keeper = asyncio.create_task(self._stay_bound())

    async def deliver(self, what: Text, *, urgent: bool) -> Outcome:
        """Send the parts of a text that were not taken before; the first that is not taken now ends the attempt."""
        coded, taken = written(what.text), what.taken.get(self.name, ())
        count, outcome = len(coded.parts), outcome_of(OK, receipts=self._centre.receipts)
        handed: list[tuple[int, int, str]] = []
        async with self._places[urgent]:
            session = await self._bound()
            if session is None:
                return Outcome(Result.UNREACHABLE)
            for number in range(1, count + 1):
                if number in taken:
                    continue
                octets = (header(what.umid, number, count) if count > 1 else b"") + coded.parts[number - 1]
                try:
                    answer = await session.ask(
                        "submit_sm", **self._fields(what, octets, wide=coded.wide, long=count > 1, urgent=urgent)
                    )
                except Gone:
                    return Outcome(Result.UNREACHABLE, unknown=True, parts=tuple(handed))
                outcome = outcome_of(answer.status, receipts=self._centre.receipts)
                if answer.status != OK:
                    break
                handed.append((number, count, answer.text))
        return Outcome(outcome.result, outcome.code, parts=tuple(handed))

    async def close(self) -> None:
        """Say goodbye."""
        if self._keeper is not None:
            self._keeper.cancel()
        if self._session is not None and self._session.is_open:
            with suppress(Gone, TimeoutError):
                async with asyncio.timeout(1.0):
                    await self._session.ask("unbind")
            self._session.cut()

    async def _stay_bound(self) -> None:
        failures = 0
        while True:
            session = await self._bound()
            if session is None:
                failures += 1
                pause = min(REBIND_SECONDS_FIRST * 2 ** min(failures - 1, 16), REBIND_SECONDS_MAX)
                await asyncio.sleep(ids.jitter(pause))
                continue
            failures = 0
            await session.ended()

    async def _bound(self) -> Session | None:
        """Return the session, built anew where it has gone; none when the centre does not take us."""
        async with self._binding:
            if self._session is not None and self._session.is_open:
                return self._session
            self._session = None
            centre = self._centre
            try:
                stream = await open_stream(
                    centre.host,
                    centre.port,
                    seconds=min(self._seconds, CONNECT_SECONDS_MAX),
                    tls=self._tls() if centre.tls else None,
                )
            except OSError:
                return None
            made = Session(stream, self._take, seconds=self._seconds)
            try:
                answer = await made.ask("bind_transceiver", system_id=centre.system_id, password=centre.password)
            except Gone:
                return None
            if answer.status != OK:
                made.cut()
                return None
            self._session = made
            return made

    def _fields(self, what: Text, octets: bytes, *, wide: bool, long: bool, urgent: bool) -> dict[str, object]:
        ton, npi = source_kind(self._source)
        return {
            "source_addr_ton": ton,
            "source_addr_npi": npi,
            "source_addr": self._source.removeprefix("+"),
            "dest_addr_ton": 1,
            "dest_addr_npi": 1,
            "destination_addr": what.number.removeprefix("+"),
            "esm_class": HEADER_FLAG if long else 0,
            "data_coding": 0x08 if wide else 0x00,
            "short_message": octets,
            "registered_delivery": 1 if self._centre.receipts else 0,
            "validity_period": lasting(what.seconds_left),
            "priority_flag": 1 if urgent else 0,
        }


class HttpProvider:
    """Hands texts to a gateway over HTTP, as the operator describes it; a redirect is not followed."""

    name = "http"

    def __init__(
        self, gateway: Gateway, network: Network, *, seconds: float, avoid: Callable[[str], bool] | None
    ) -> None:
        self._gateway, self._network = gateway, network
        self._seconds, self._avoid = seconds, avoid

    async def deliver(self, what: Text, *, urgent: bool) -> Outcome:
        """Send one text; a repeat carries the same idempotency key."""
        gateway = self._gateway
        try:
            answer = await self._network.send(
                gateway.method,
                gateway.url,
                headers={"content-type": JSON, "idempotency-key": what.umid}
                | {name.lower(): value for name, value in gateway.headers.items()},
                body=gateway.filled(what),
                seconds=self._seconds,
                bytes_max=ANSWER_BYTES_MAX,
                avoid=self._avoid,
            )
        except (Unavailable, Forbidden):
            return Outcome(Result.UNREACHABLE)
        except Problem:
            return Outcome(Result.UNREACHABLE, unknown=True)
        return gateway.outcome_of(answer.status)

    async def close(self) -> None:
        """Nothing is kept open here: the way out belongs to the process."""


def lasting(seconds: float) -> str:
    """Return for how long a centre may try, as SMPP writes it (3.4, 7.1.1): its day and not ours is counted."""
    minutes, second = divmod(max(int(seconds), 60), 60)
    hours, minute = divmod(minutes, 60)
    day, hour = divmod(hours, 24)
    return f"0000{day:02}{hour:02}{minute:02}{second:02}000R"


def parsed(octets: bytes) -> Any:
    """Return a PDU as the library reads it; none for one that it cannot read.

    The library stops at a parameter that it knows and does not expect here, so it is told to expect all it knows.
    """
    from smpplib.command import DataSM, SubmitSM
    from smpplib.exceptions import PDUError, UnknownCommandError
    from smpplib.pdu import extract_command
    from smpplib.smpp import make_pdu

    try:
        made = make_pdu(extract_command(octets), client=Numbers(), allow_unknown_opt_params=True)
        made.params = {**SubmitSM.params, **DataSM.params, **made.params}
        made.parse(octets)
        return made
    except (PDUError, UnknownCommandError, struct.error, KeyError, ValueError, TypeError, IndexError):
        return None


def brought(found: Any) -> Brought:
    """Return what a centre brings: a receipt by its parameters or its text, or else what somebody wrote."""
    octets = found.short_message or found.message_payload or b""
    part = ""
    if (found.esm_class or 0) & HEADER_FLAG:
        octets, part = without_header(octets)
    if (found.esm_class or 0) & KIND_MASK == RECEIPT_KIND:
        told = octets.decode("latin-1")
        known = _text(found.receipted_message_id)
        return Brought(receipt_of(told, provider_id=known, state=found.message_state or 0))
    number = _text(found.source_addr)
    international = found.source_addr_ton in ANYWHERE and number.isdigit()
    return Brought(
        number=f"+{number}" if international else number,
        to=_text(found.destination_addr),
        text=read(octets, found.data_coding or 0),
        part=part,
    )


def _text(octets: object) -> str:
    return octets.decode("latin-1")[:64] if isinstance(octets, bytes) else ""

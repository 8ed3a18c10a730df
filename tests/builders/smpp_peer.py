"""A centre of short messages on this machine that speaks SMPP 3.4 and answers as a test wants it to."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from smpplib.smpp import make_pdu, parse_pdu

SYSTEM, PASSWORD = "clinic", "secret"
OK, THROTTLED, WRONG_PASSWORD, NO_SUCH_NUMBER = 0x00, 0x58, 0x0E, 0x0B
ANSWER_SECONDS_MAX = 5.0


class _Numbers:
    """The library asks for numbers even where it copies one."""

    sequence = 0

    def next_sequence(self) -> int:
        """Return the next number."""
        self.sequence += 1
        return self.sequence


@dataclass
class Submitted:
    """A part of a text as it came over the wire, and the id that the centre gave it."""

    id: str
    number: str
    source: str
    octets: bytes
    coding: int
    long: bool
    receipt: bool
    validity: str
    urgent: bool

    @property
    def text(self) -> str:
        """Return what it says, without the header of a part: read by the test itself, not by what it tests."""
        octets = self.octets[6:] if self.long else self.octets
        return octets.decode("utf-16-be" if self.coding == 8 else "latin-1")


@dataclass
class SmppPeer:
    """What it received, and how it answers: `on_submit` returns a status, or "die" or "hang" in place of one."""

    port: int = 0
    parts: list[Submitted] = field(default_factory=list)
    binds: int = 0
    unbinds: int = 0
    links: int = 0
    attempts: int = 0
    is_silent: bool = False
    further: bytes = b""  # parameters that follow in each answer to a text
    on_bind: Callable[[], int] = lambda: OK
    on_submit: Callable[[Submitted], int | str] = lambda _: OK
    _sessions: list[asyncio.StreamWriter] = field(default_factory=list)
    _waiting: dict[int, asyncio.Future[int]] = field(default_factory=dict)
    _ids: Any = field(default_factory=lambda: count(1))
    _sequences: Any = field(default_factory=lambda: count(1_000))

    @property
    def url(self) -> str:
        """Return the address as GOVSTACK_SMPP_URL has it."""
        return f"smpp://{SYSTEM}:{PASSWORD}@127.0.0.1:{self.port}"

    @property
    def is_connected(self) -> bool:
        """Tell whether a client is here."""
        return bool(self._sessions)

    @property
    def numbers(self) -> list[str]:
        """Return to whom each part went."""
        return [part.number for part in self.parts]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak with one client until it goes."""
        self._sessions.append(writer)
        with suppress(OSError, EOFError):
            while True:
                head = await reader.readexactly(4)
                octets = head + await reader.readexactly(int.from_bytes(head, "big") - 4)
                await self._answer(writer, parse_pdu(octets, client=_Numbers(), allow_unknown_opt_params=True))
        if writer in self._sessions:
            self._sessions.remove(writer)
        writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, found: Any) -> None:
        if found.command == "bind_transceiver":
            self.binds += 1
            known = (found.system_id, found.password) == (SYSTEM.encode(), PASSWORD.encode())
            status = self.on_bind() if known else WRONG_PASSWORD
            self._say(writer, "bind_transceiver_resp", found.sequence, status, system_id="peer")
        elif found.command == "submit_sm":
            self._submitted(writer, found)
        elif found.command == "enquire_link":
            self.links += 1
            if self.is_silent:
                return
            self._say(writer, "enquire_link_resp", found.sequence, OK)
        elif found.command == "unbind":
            self.unbinds += 1
            self._say(writer, "unbind_resp", found.sequence, OK)
        elif found.sequence in self._waiting:
            self._waiting.pop(found.sequence).set_result(-1 if found.command == "generic_nack" else found.status)

    def _submitted(self, writer: asyncio.StreamWriter, found: Any) -> None:
        self.attempts += 1
        part = Submitted(
            id=f"c{next(self._ids)}",
            number=found.destination_addr.decode(),
            source=found.source_addr.decode(),
            octets=found.short_message or b"",
            coding=found.data_coding,
            long=bool(found.esm_class & 0x40),
            receipt=bool(found.registered_delivery & 1),
            validity=found.validity_period.decode(),
            urgent=found.priority_flag > 0,
        )
        answer = self.on_submit(part)
        if answer == "die":
            writer.transport.abort()
        if isinstance(answer, str):
            return
        if answer == OK:
            self.parts.append(part)
        self._say(
            writer, "submit_sm_resp", found.sequence, answer, self.further, message_id=part.id if answer == OK else ""
        )

    async def bring(self, further: bytes = b"", **fields: Any) -> int:
        """Send a PDU that the client did not ask for; return how it answers, -1 for a refusal to read it."""
        return await self._ask(make_pdu("deliver_sm", client=_Numbers(), **fields), further)

    async def receipt(self, part_id: str, state: str) -> int:
        """Tell what became of a part, as centres write it."""
        told = f"id:{part_id} sub:001 dlvrd:001 submit date:2611221200 done date:2611221201 stat:{state} err:000"
        return await self.bring(
            source_addr="447700900123", source_addr_ton=1, esm_class=0x04, short_message=told.encode()
        )

    async def written(self, number: str, text: bytes, coding: int = 0) -> int:
        """Bring a text that somebody wrote."""
        return await self.bring(
            source_addr=number, source_addr_ton=1, destination_addr="4711", short_message=text, data_coding=coding
        )

    async def ask_link(self) -> int:
        """Ask whether the client is there."""
        return await self._ask(make_pdu("enquire_link", client=_Numbers()))

    async def raw(self, octets: bytes) -> None:
        """Send bytes as they are."""
        self._sessions[-1].write(octets)
        await self._sessions[-1].drain()

    def drop(self) -> None:
        """Break all connections."""
        for writer in self._sessions:
            writer.transport.abort()
        self._sessions.clear()

    async def _ask(self, pdu: Any, further: bytes = b"") -> int:
        pdu.sequence = next(self._sequences)
        answer = self._waiting[pdu.sequence] = asyncio.get_running_loop().create_future()
        await self.raw(_longer(pdu.generate(), further))
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            return await answer

    def _say(
        self,
        writer: asyncio.StreamWriter,
        command: str,
        sequence: int,
        status: int,
        further: bytes = b"",
        **fields: Any,
    ) -> None:
        answer = make_pdu(command, client=_Numbers(), status=status, **fields)
        answer.sequence, answer.status = sequence, status
        writer.write(_longer(answer.generate(), further))


def _longer(octets: bytes, further: bytes) -> bytes:
    """Return a PDU with bytes behind it, and their number in its length."""
    return (len(octets) + len(further)).to_bytes(4, "big") + octets[4:] + further


@asynccontextmanager
async def smpp_peer(*, port: int = 0, tls: ssl.SSLContext | None = None) -> AsyncIterator[SmppPeer]:
    """Run a centre on a port of its own, or on a given one."""
    made = SmppPeer()
    server = await asyncio.start_server(made.serve, "127.0.0.1", port, ssl=tls)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        made.drop()
        await server.wait_closed()

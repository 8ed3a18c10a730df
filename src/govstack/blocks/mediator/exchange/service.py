"""Access to services: the caller is proven, the request recorded, its right checked, the answer recorded and given."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakSet

from msgspec import Struct
from msgspec.structs import replace

from govstack.blocks.mediator.directory import service as directory
from govstack.blocks.mediator.directory.model import Reason, Target, is_address, verdict
from govstack.blocks.mediator.evidence import service as evidence
from govstack.blocks.mediator.evidence.errors import NotRecorded
from govstack.blocks.mediator.evidence.model import Message, target_digest
from govstack.blocks.mediator.exchange import model
from govstack.blocks.mediator.exchange.errors import (
    AnswerTooLarge,
    AnswerWithheld,
    CallerNotApplication,
    CallerNotProven,
    Crowded,
    LoopDetected,
    NoRight,
    UnknownEndpoint,
    UnknownTarget,
)
from govstack.blocks.mediator.exchange.gateways import DELIVERY_KEY, Place, Provider, place
from govstack.blocks.mediator.exchange.model import Address, Statements
from govstack.blocks.mediator.exchange.store import EMPTY, Body, read_body
from govstack.kernel import clock, ids, log
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.destinations import is_never_called
from govstack.kernel.errors import Problem
from govstack.kernel.outgoing import Outgoing, Patience, Reply
from govstack.kernel.rules import PEM, whole
from govstack.kernel.settings import Setting

WHOLE_ANSWER_BYTES_MAX = 65_536
SPOOL_FOLDER = "spool"
MEMORY = "exchange"
VIA = "1.1 govstack-mediator"
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})

SETTINGS = (
    Setting(
        "MEDIATOR_EXCHANGES_MAX",
        "2000",
        "Exchanges under way at once per process; more are refused with 503",
        whole(1, 100_000),
    ),
    Setting("MEDIATOR_CONNECT_SECONDS", "5", "How long to wait for a connection to a provider", whole(1, 300)),
    Setting("MEDIATOR_PROVIDER_CA", "", "File with the authorities that issue providers' certificates (PEM)", PEM),
    Setting("MEDIATOR_CLIENT_CERTIFICATE", "", "File with the mediator's own certificate towards providers (PEM)", PEM),
    Setting("MEDIATOR_CLIENT_KEY", "", "File with the key of that certificate (PEM)", PEM),
)


class Incoming(Struct, frozen=True):
    """A request as it came: its parts undecoded, its body not yet read. `mount` is the mediator's own path."""

    address: Address
    method: str
    query: str
    headers: Mapping[str, str]
    correlation_id: str
    mount: str
    announced_bytes: int | None
    chunks: AsyncIterator[bytes] | None


class Outcome(Struct, frozen=True):
    """The provider's answer as it is passed on: whole when it is small, else part by part."""

    status: int
    headers: Mapping[str, str]
    content: bytes | AsyncIterator[bytes]


@dataclass
class Desk:
    """What this process needs to forward: the way to providers, and what is under way."""

    provider: Provider
    exchanges_max: int
    folder: Path
    calls: int = 0
    calls_max: int = 0
    streams: WeakSet[_Stream] = field(default_factory=WeakSet)

    @property
    def under_way(self) -> int:
        """Return how many exchanges have begun and not ended."""
        return self.calls + len(self.streams)


@dataclass
class _Exchange:
    """One exchange from its request to its answer."""

    context: Context
    target: Target
    incoming: Incoming
    place: Place
    client: str
    statements: Statements
    body: Body
    started: float
    message_id: str = field(default_factory=ids.new_id)
    delivered: float = 0.0
    endpoint: str = ""
    request: Message = field(init=False)

    def __post_init__(self) -> None:
        incoming, user = self.incoming, self.statements.user
        asked = f"{incoming.address.rest}{'?' if incoming.query else ''}{incoming.query}"
        self.request = Message(
            message_id=self.message_id,
            direction="request",
            correlation_id=incoming.correlation_id,
            client=self.client,
            provider=self.target.application,
            service_code=incoming.address.service_code,
            method=incoming.method,
            at=clock.timestamp(),
            verdict="received",
            target_digest=target_digest(self.message_id, incoming.method, asked.encode("ascii")),
            request_digest=self.body.digest,
            request_bytes=self.body.size,
            # Keyed, because the ids of people are few enough to be tried out one by one.
            user_statement=self.context.keys.fingerprint("user-statement", user) if user else "",
            purpose=self.statements.purpose,
        )

    @property
    def path(self) -> str:
        """Return path and query as the provider gets them."""
        query = f"?{self.incoming.query}" if self.incoming.query else ""
        return (f"{self.place.path}{self.incoming.address.rest}" or "/") + query

    def answer(self, *, status: int, reason: str, digest: str = "", size: int = 0) -> Message:
        """Return what is recorded before an answer is passed on; `digest` is of the body that the caller gets."""
        now = clock.monotonic()
        return replace(
            self.request,
            direction="answer",
            at=clock.timestamp(),
            verdict="allowed" if self.delivered else "refused",
            endpoint=self.endpoint,
            status=status,
            reason=reason,
            answer_digest=digest,
            answer_bytes=size,
            duration_us=int((now - self.started) * 1e6),
            provider_us=int((now - self.delivered) * 1e6) if self.delivered else 0,
        )


def desk(context: Context) -> Desk:
    """Return what this process forwards with."""
    opened: Desk | None = context.memory.get(MEMORY)
    if opened is None:
        limit = context.settings.number("MEDIATOR_EXCHANGES_MAX")
        opened = context.memory[MEMORY] = Desk(Provider.open(context), limit, context.settings.data_dir / SPOOL_FOLDER)
    return opened


async def stop(context: Context) -> None:
    """Close the connections to providers."""
    opened: Desk | None = context.memory.pop(MEMORY, None)
    if opened is not None:
        await opened.provider.close()


def public_keys(context: Context) -> list[dict[str, str]]:
    """Return the keys with which providers check who calls."""
    return context.keys.public_keys(DELIVERY_KEY)


async def forward(context: Context, *, by: Actor, incoming: Incoming) -> Outcome:
    """Carry a request to its provider and the answer back (I10); nothing goes either way before it is recorded.

    Raises a refusal of this room, NotRecorded, or what the way to the provider failed with.
    """
    started = clock.monotonic()
    try:
        client = await _proven(context, by)
        model.check_claims(incoming.headers, client=client)
        target = await _target(context, incoming.address)
        hops = model.next_hops(incoming.headers, instance=context.settings.text("INSTANCE"))
    except Problem as problem:
        # These come before there is anything to put on record between two members.
        facts = {"reason": problem.code, "service": incoming.address.mediated}
        log.security(context.package, "exchange.refused", actor=by.id, outcome="refused", **facts)
        problem.logged = True
        raise
    statements = model.statements(incoming.headers)
    here = desk(context)
    if here.under_way >= here.exchanges_max:
        raise Crowded(headers={"Retry-After": "1"})
    here.calls += 1
    here.calls_max = max(here.calls_max, here.under_way)
    body = EMPTY
    try:
        if incoming.chunks is not None:
            most = target.request_bytes_max
            body = await read_body(incoming.chunks, announced=incoming.announced_bytes, most=most, folder=here.folder)
        exchange = _Exchange(context, target, incoming, place(target.service_url), client, statements, body, started)
        return await _carry(exchange, here, hops)
    finally:
        body.close()
        here.calls -= 1


async def _proven(context: Context, by: Actor) -> str:
    """Return the calling application; what a caller merely types proves nothing (X060, ADR 0007)."""
    client = await directory.proven_application(context, by)
    if not client:
        raise CallerNotApplication if by.kind == "person" else CallerNotProven(headers={"WWW-Authenticate": "Bearer"})
    if by.attributes.get("mediated"):
        # A token that a mediator made for a provider comes back only when the provider's address is a mediator's.
        raise LoopDetected
    return client


async def _target(context: Context, address: Address) -> Target:
    parts = (address.instance, address.member_class, address.member_code, address.application_code)
    if not is_address(*parts, address.service_code):
        raise UnknownTarget
    target = await directory.target(
        context,
        instance=address.instance,
        member_class=address.member_class,
        member_code=address.member_code,
        application_code=address.application_code,
        service_code=address.service_code,
    )
    if target is None or not target.enabled:
        raise UnknownTarget
    return target


async def _carry(exchange: _Exchange, here: Desk, hops: str) -> Outcome:
    kept = exchange.target.payload_kept and exchange.body.size <= evidence.PAYLOAD_KEPT_BYTES_MAX
    await evidence.record(exchange.context, exchange.request, exchange.body.content if kept else None)
    try:
        _decide(exchange)
        reply = await _deliver(exchange, here.provider, hops)
        return await _pass_on(exchange, here, reply)
    except (NotRecorded, AnswerWithheld):
        raise
    except Problem as problem:
        reason = problem.reason if isinstance(problem, UnknownEndpoint | NoRight) else problem.code
        await _record(exchange, exchange.answer(status=problem.status, reason=reason))
        problem.headers.setdefault(model.MESSAGE_ID, exchange.message_id)
        raise


async def _record(exchange: _Exchange, message: Message, payload: bytes | None = None) -> None:
    try:
        await evidence.record(exchange.context, message, payload)
    except NotRecorded as problem:
        raise (AnswerWithheld if exchange.delivered else NotRecorded) from problem


def _decide(exchange: _Exchange) -> None:
    """Refuse what the directory does not allow; only now, so that the attempt is on record."""
    incoming = exchange.incoming
    found = verdict(exchange.target, client=exchange.client, method=incoming.method, path=incoming.address.rest)
    exchange.endpoint = found.endpoint
    if not found.allowed:
        raise NoRight(found.reason) if found.reason is Reason.NO_RIGHT else UnknownEndpoint(found.reason)


async def _deliver(exchange: _Exchange, provider: Provider, hops: str) -> Reply:
    incoming, body, settings = exchange.incoming, exchange.body, exchange.context.settings
    own = (
        (model.CLIENT, exchange.client),
        (model.USER, exchange.statements.user),
        (model.PURPOSE, exchange.statements.purpose),
        (model.HOPS, hops),
        (model.MESSAGE_ID, exchange.message_id),
        (model.ADDRESS, exchange.context.public_url + incoming.address.mediated + incoming.address.rest),
        (model.CORRELATION, incoming.correlation_id),
        ("via", VIA),
        ("authorization", f"Bearer {provider.token(client=exchange.client, audience=exchange.place.base)}"),
    )
    has_body = incoming.chunks is not None or incoming.method in _WITH_BODY
    outgoing = Outgoing(
        incoming.method,
        exchange.place.origin,
        exchange.path.encode("ascii"),
        model.request_headers(incoming.headers, own),
        body.content if body.file is None else body.chunks(),
        body.size if has_body else None,
        is_never_called,
    )
    seconds = float(exchange.target.timeout_seconds)
    patience = Patience(min(seconds, settings.number("MEDIATOR_CONNECT_SECONDS")), seconds, seconds)
    exchange.delivered = clock.monotonic()
    return await provider.ask(outgoing, patience)


async def _pass_on(exchange: _Exchange, here: Desk, reply: Reply) -> Outcome:
    incoming = exchange.incoming
    headers = model.answer_headers(
        reply.headers,
        base=exchange.place.base,
        target=exchange.place.origin + exchange.path,
        mediated=incoming.mount + incoming.address.mediated,
    )
    headers[model.MESSAGE_ID] = exchange.message_id
    stream = _Stream(exchange, reply)
    try:
        announced = headers.get("content-length", "")
        if announced.isdigit() and int(announced) > stream.most and incoming.method != "HEAD":
            raise AnswerTooLarge
        await stream.fill()
    except BaseException:
        reply.close()
        raise
    if not reply.finished:
        here.streams.add(stream)
        return Outcome(reply.status, headers, stream.parts())
    await stream.record()
    if incoming.method == "HEAD" or reply.status in {204, 304}:
        return Outcome(reply.status, headers, reply)  # it has no body, and states a length for itself or none
    headers.pop("content-length", None)
    return Outcome(reply.status, headers, stream.whole())


class _Stream:
    """The body of an answer on its way through: whole when it is small, else part by part."""

    def __init__(self, exchange: _Exchange, reply: Reply) -> None:
        self.size = 0
        self.most = exchange.target.answer_bytes_max
        self._exchange, self._reply = exchange, reply
        self._digest = hashlib.sha256()
        self._held: list[bytes] = []
        self._kept: list[bytes] | None = [] if exchange.target.payload_kept else None

    async def fill(self) -> None:
        """Take in the answer until it has ended or is too large to be passed on whole."""
        while self.size <= WHOLE_ANSWER_BYTES_MAX and await self._take():
            pass

    def whole(self) -> bytes:
        """Return an answer that was recorded already."""
        return b"".join(self._held)

    async def parts(self) -> AsyncIterator[bytes]:
        """Yield the answer as it comes, but its last part only once it is recorded; else the connection is cut."""
        try:
            while True:
                while len(self._held) > 1:
                    yield self._held.pop(0)
                if not await self._take():
                    break
            await self.record()
            for chunk in self._held:
                yield chunk
        except Problem as problem:
            if not isinstance(problem, AnswerWithheld):
                with suppress(Problem):
                    await self.record(reason=problem.code)
            raise ConnectionAbortedError(problem.code) from problem
        except (GeneratorExit, asyncio.CancelledError):
            with suppress(Problem):
                await self.record(reason="caller-gone")
            raise
        finally:
            self._reply.close()

    async def record(self, reason: str = "") -> None:
        """Record the answer as far as it has come; without a reason it has come whole."""
        kept = b"".join(self._kept) if self._kept is not None and not reason else None
        digest = self._digest.hexdigest()
        message = self._exchange.answer(status=self._reply.status, reason=reason, digest=digest, size=self.size)
        await _record(self._exchange, message, kept)

    async def _take(self) -> bool:
        chunk = await anext(self._reply, None)
        if chunk is None:
            return False
        self.size += len(chunk)
        if self.size > self.most:
            raise AnswerTooLarge
        self._digest.update(chunk)
        self._held.append(chunk)
        if self._kept is not None:
            self._kept = [*self._kept, chunk] if self.size <= evidence.PAYLOAD_KEPT_BYTES_MAX else None
        return True

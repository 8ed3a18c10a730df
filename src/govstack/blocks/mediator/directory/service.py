"""Use cases of the directory: what clients and developers ask, what the forwarder needs, and how a change is made."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from govstack.blocks.mediator.directory import store
from govstack.blocks.mediator.directory.errors import UnknownApplication, UnknownMember, UnknownService
from govstack.blocks.mediator.directory.model import (
    CODE_PATTERN,
    FINGERPRINT_PATTERN,
    WHOLE_SERVICE,
    Application,
    Document,
    Member,
    Power,
    Service,
    Target,
    is_address,
    may,
)
from govstack.kernel import audit, clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import Forbidden, Problem, Unauthenticated

LISTED_MAX = 50_000
REMEMBERED_SECONDS = 2.0
REMEMBERED_MAX = 10_000
SUBJECT_CHARACTERS_MAX = 500
MEMORY = "directory"

Value = TypeVar("Value")
State = store.State
Clients = tuple[list[Member], list[Application]]


class _Remembered(Generic[Value]):
    """Answers kept for a moment, in bounded memory."""

    def __init__(self) -> None:
        self._kept: OrderedDict[object, tuple[float, Value]] = OrderedDict()

    def get(self, key: object) -> tuple[Value] | None:
        found = self._kept.get(key)
        return None if found is None or found[0] < clock.monotonic() else (found[1],)

    def keep(self, key: object, value: Value) -> None:
        self._kept[key] = (clock.monotonic() + REMEMBERED_SECONDS, value)
        self._kept.move_to_end(key)
        if len(self._kept) > REMEMBERED_MAX:
            self._kept.popitem(last=False)


@dataclass
class _Memory:
    """What this process remembers of the directory. Other processes learn of a change when their memory ends,
    so a right that is taken away ends everywhere within REMEMBERED_SECONDS."""

    targets: _Remembered[Target | None] = field(default_factory=_Remembered)
    certificates: _Remembered[str | None] = field(default_factory=_Remembered)
    clients: _Remembered[Clients] = field(default_factory=_Remembered)


def _memory(context: Context) -> _Memory:
    memory: _Memory | None = context.memory.get(MEMORY)
    if memory is None:
        memory = context.memory[MEMORY] = _Memory()
    return memory


async def target(
    context: Context, *, instance: str, member_class: str, member_code: str, application_code: str, service_code: str
) -> Target | None:
    """Return a service for forwarding, or None when no connected application offers it."""
    memory = _memory(context)
    key = (instance, member_class, member_code, application_code, service_code)
    known = memory.targets.get(key)
    if known is not None:
        return known[0]
    async with context.database.reading() as tx:
        found = await store.target(tx, application=key[:4], service_code=service_code)
    # A change that was committed meanwhile has put another memory in place: then this one is not looked at any more.
    memory.targets.keep(key, found)
    return found


async def application_of_certificate(context: Context, fingerprint: str) -> str | None:
    """Return the connected application that a client certificate proves (SHA-256, hexadecimal, colons allowed)."""
    plain = fingerprint.replace(":", "").lower()
    if not FINGERPRINT_PATTERN.fullmatch(plain):
        return None
    memory = _memory(context)
    known = memory.certificates.get(plain)
    if known is not None:
        return known[0]
    async with context.database.reading(one_statement=True) as tx:
        found = await store.application_of_certificate(tx, plain)
    memory.certificates.keep(plain, found)
    return found


async def proven_application(context: Context, by: Actor) -> str:
    """Return the application that a caller's token or client certificate proves, or ""."""
    if by.application or "certificate" not in by.attributes:
        return by.application
    return await application_of_certificate(context, by.attributes["certificate"]) or ""


async def clients(context: Context, *, instance: str = "") -> Clients:
    """Return the connected members and applications, of one instance or of all that are registered here."""
    memory = _memory(context)
    known = memory.clients.get(instance)
    if known is not None:
        return known[0]
    async with context.database.reading() as tx:
        members = await store.connected_members(tx, instance=instance, limit=LISTED_MAX)
        applications = await store.connected_applications(tx, instance=instance, limit=LISTED_MAX)
    memory.clients.keep(instance, (members, applications))
    return members, applications


async def offered(
    context: Context,
    *,
    instance: str,
    member_class: str,
    member_code: str,
    application_code: str,
    service_code: str = "",
) -> list[Service] | None:
    """Return the services a connected application offers now, without what is switched off; None when there is no
    such application."""
    async with context.database.reading() as tx:
        provider = await store.application(
            tx, instance=instance, member_class=member_class, member_code=member_code, code=application_code
        )
        if provider is None or not provider.connected:
            return None
        found = await store.services(tx, application_id=provider.id, code=service_code)
    return [service.shown() for service in found if service.enabled]


async def allowed(
    context: Context,
    *,
    client: str,
    instance: str,
    member_class: str,
    member_code: str,
    application_code: str,
    service_code: str = "",
) -> list[Service] | None:
    """Return what `offered` returns, cut down to the endpoints that a client may call."""
    services = await offered(
        context,
        instance=instance,
        member_class=member_class,
        member_code=member_code,
        application_code=application_code,
        service_code=service_code,
    )
    if services is None:
        return None
    async with context.database.reading(one_statement=True) as tx:
        rights = await store.live_rights(tx, [service.id for service in services])
    held = ((service, rights.get(service.id, {}).get(client, frozenset())) for service in services)
    return [service if WHOLE_SERVICE in keys else service.shown(only=keys) for service, keys in held if keys]


async def document(
    context: Context, *, instance: str, member_class: str, member_code: str, application_code: str, service_code: str
) -> Document | None:
    """Return the OpenAPI document of a service that is offered now."""
    services = await offered(
        context,
        instance=instance,
        member_class=member_class,
        member_code=member_code,
        application_code=application_code,
        service_code=service_code,
    )
    if not services:
        return None
    async with context.database.reading(one_statement=True) as tx:
        return await store.document(tx, services[0].id)


async def member(context: Context, tx: Transaction, *, member_class: str, code: str) -> Member:
    """Return a member of this instance in any state; raises UnknownMember."""
    instance = context.settings.text("INSTANCE")
    known = is_address(instance, member_class, code)
    found = await store.member(tx, instance=instance, member_class=member_class, code=code) if known else None
    if found is None:
        raise UnknownMember
    return found


async def application(
    context: Context, tx: Transaction, *, member_class: str, member_code: str, code: str
) -> Application:
    """Return an application of this instance in any state; raises UnknownMember or UnknownApplication."""
    owner = await member(context, tx, member_class=member_class, code=member_code)
    if not CODE_PATTERN.fullmatch(code):
        raise UnknownApplication
    found = await store.application(
        tx, instance=owner.instance, member_class=member_class, member_code=member_code, code=code
    )
    if found is None:
        raise UnknownApplication
    return found


async def service(
    context: Context, tx: Transaction, *, member_class: str, member_code: str, application_code: str, code: str
) -> Service:
    """Return a service of this instance, switched on or off; raises a NotFound that says which part is unknown."""
    provider = await application(context, tx, member_class=member_class, member_code=member_code, code=application_code)
    found = await store.services(tx, application_id=provider.id, code=code) if CODE_PATTERN.fullmatch(code) else []
    if not found:
        raise UnknownService
    return found[0]


async def provider_of(context: Context, tx: Transaction, service: Service) -> Application:
    """Return the application that offers a service."""
    return await application(
        context,
        tx,
        member_class=service.member_class,
        member_code=service.member_code,
        code=service.application_code,
    )


async def services(tx: Transaction, *, application_id: str) -> list[Service]:
    """Return all services of an application, switched on or off."""
    return await store.services(tx, application_id=application_id)


async def certificates(tx: Transaction, *, application_id: str) -> list[str]:
    """Return the fingerprints of an application's client certificates."""
    return await store.certificates(tx, application_id)


async def state_in(tx: Transaction) -> State:
    """Return the number of changes so far, and the configured domain."""
    return await store.state(tx)


async def set_domain(tx: Transaction, domain: str) -> None:
    """Remember the domain that a configuration names."""
    await store.set_domain(tx, domain)


@asynccontextmanager
async def on_record(context: Context, *, by: Actor, action: str, subject: str) -> AsyncIterator[None]:
    """Put an act on record also when it is refused (I31); nobody acts unproven."""
    if not by.signed_in:
        raise Unauthenticated(headers={"WWW-Authenticate": "Bearer"})
    try:
        yield
    except Problem as problem:
        async with context.database.transaction() as tx:
            refusal = {"code": problem.code, "status": problem.status, "detail": problem.detail}
            # What was asked for may be anything a caller can type.
            plain = "".join(character for character in subject if character.isprintable())[:SUBJECT_CHARACTERS_MAX]
            await audit.record(tx, by=by, action=action, subject=plain, outcome="refused", detail=refusal)
        raise


@asynccontextmanager
async def acting(context: Context, *, by: Actor, action: str, subject: str) -> AsyncIterator[Transaction]:
    """Open the transaction of an act on the directory: acts happen one after the other, and a refused one is put on
    record too. The act itself says with `changed` that it happened."""
    async with on_record(context, by=by, action=action, subject=subject), writing(context) as tx:
        yield tx


@asynccontextmanager
async def writing(context: Context) -> AsyncIterator[Transaction]:
    """Open a transaction that changes the directory, while no other does."""
    async with context.database.transaction() as tx:
        await store.lock(tx)
        yield tx


async def changed(
    context: Context,
    tx: Transaction,
    *,
    by: Actor,
    action: str,
    subject: str,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Put a change on record, count it, and forget what this process remembers once it is durable."""
    await audit.record(tx, by=by, action=action, subject=subject, detail=detail)
    await store.count_change(tx)
    tx.after_commit(lambda: forget(context))


def forget(context: Context) -> None:
    """Let the next look-up read the directory anew."""
    context.memory[MEMORY] = _Memory()


def require(by: Actor, power: Power, *, member: str = "", application: str = "") -> None:
    """Refuse whoever does not administer this; see `model.may`."""
    if not may(by, power, member=member, application=application):
        raise Forbidden("You do not administer this. Ask its administrator, or the administrator of this instance.")

"""Use cases of rights: list, allow, deny, and the way from a consumer's request to its provider's approval."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from govstack.blocks.mediator.directory import service as directory
from govstack.blocks.mediator.directory.errors import UnknownApplication, UnknownMember, UnknownService
from govstack.blocks.mediator.directory.model import EndpointKey, Power, is_id, may
from govstack.blocks.mediator.rights import store
from govstack.blocks.mediator.rights.errors import AlreadyDecided, RightsNotYours, UnknownParty, UnknownRequest
from govstack.blocks.mediator.rights.model import (
    AccessRequest,
    Grant,
    Pair,
    RequestState,
    chosen,
    narrowed,
    widened,
)
from govstack.kernel import events, pagination
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction

READ_RIGHTS = "mediator:read-rights"
Filter = store.Filter


@dataclass(frozen=True, slots=True)
class Wish:
    """A right to give or take: service and client as CLASS/MEMBER/APPLICATION[/SERVICE]. Endpoints are named by method
    and path or by operation id; none means the whole service."""

    service: str
    client: str
    endpoints: tuple[EndpointKey, ...] = ()
    operations: tuple[str, ...] = ()
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class GrantPage:
    """Grants, and the token of the next page ("" at the end)."""

    grants: list[Grant]
    next_page_token: str


@dataclass(frozen=True, slots=True)
class RequestPage:
    """Requests for access, and the token of the next page ("" at the end)."""

    requests: list[AccessRequest]
    next_page_token: str


async def allow_list(
    context: Context, *, by: Actor, wanted: Filter, page_size: int | None = None, page_token: str = ""
) -> GrantPage:
    """Return who may use what, counted by pairs of service and application; raises RightsNotYours."""
    if not by.may(READ_RIGHTS) and not _may_see(by, wanted):
        raise RightsNotYours
    limit = pagination.page_size(page_size)
    purpose = f"rights/{wanted.member_class}/{wanted.member_code}/{wanted.application_code}/{wanted.service_code}"
    start = ("",) * store.POSITION_PARTS
    after = tuple(pagination.position(context.keys, purpose, page_token)) if page_token else start
    async with context.database.reading() as tx:
        found = await store.grants(
            tx, instance=context.settings.text("INSTANCE"), wanted=wanted, after=after, limit=limit + 1
        )
    token = pagination.token(context.keys, purpose, found[limit - 1][1]) if len(found) > limit else ""
    return GrantPage([grant for grant, _ in found[:limit]], token)


async def allow(context: Context, *, by: Actor, wishes: list[Wish]) -> None:
    """Give rights, all or none of them; giving one twice changes nothing."""
    async with directory.acting(context, by=by, action="mediator.rights.allow", subject=_subject(wishes)) as tx:
        _require_granting(by, wishes)
        for pair in await _pairs(context, tx, wishes):
            await grant_right(context, tx, by=by, pair=pair)


async def deny(context: Context, *, by: Actor, wishes: list[Wish]) -> None:
    """Take rights away, all or none of them; taking one twice changes nothing."""
    async with directory.acting(context, by=by, action="mediator.rights.deny", subject=_subject(wishes)) as tx:
        _require_granting(by, wishes)
        for pair in await _pairs(context, tx, wishes):
            held = await store.held(tx, pair)
            await set_right(context, tx, by=by, pair=pair, keys=narrowed(pair.service, held, pair.endpoints))


async def grant_right(context: Context, tx: Transaction, *, by: Actor, pair: Pair) -> None:
    """Give a right inside the caller's transaction, beside what is held."""
    held = await store.held(tx, pair)
    await set_right(context, tx, by=by, pair=pair, keys=widened(held, pair.endpoints))


async def set_right(context: Context, tx: Transaction, *, by: Actor, pair: Pair, keys: frozenset[EndpointKey]) -> None:
    """Let an application use exactly this of a service, inside the caller's transaction."""
    held = await store.held(tx, pair)
    if keys == held:
        return
    await store.remove(tx, pair, held - keys)
    await store.add(tx, pair, keys - held, granted_by=by.id)
    action = "mediator.rights.allow" if keys - held else "mediator.rights.deny"
    now_held = [f"{method} {path}".strip() or "all" for method, path in sorted(keys)]
    await directory.changed(context, tx, by=by, action=action, subject=pair.subject, detail={"endpoints": now_held})
    data = {"service": pair.service.identifier, "client": pair.application.identifier, "endpoints": now_held}
    await events.publish(tx, type="mediator.rights.changed", subject=pair.service.subject, data=data)


async def find_pair(context: Context, tx: Transaction, wish: Wish) -> Pair:
    """Return the service and the application that a wish names; raises NotFound or NoEndpoint."""
    parts, client = wish.service.split("/"), wish.client.split("/")
    if len(parts) != 4 or len(client) != 3:
        raise UnknownParty
    service = await directory.service(
        context, tx, member_class=parts[0], member_code=parts[1], application_code=parts[2], code=parts[3]
    )
    application = await directory.application(
        context, tx, member_class=client[0], member_code=client[1], code=client[2]
    )
    keys = chosen(service, wish.endpoints, wish.operations)
    return Pair(service, application, keys, wish.purpose)


async def request_access(context: Context, *, by: Actor, wish: Wish, agreement: str = "") -> AccessRequest:
    """Ask a provider for access, as the consuming application or its administrator (I9); asking twice asks once."""
    subject = f"{wish.service} {wish.client}"
    async with directory.on_record(context, by=by, action="mediator.access.request", subject=subject):
        if not await _speaks_for(context, by, wish.client):
            directory.require(by, Power.GRANT, application=wish.client)
        async with directory.writing(context) as tx:
            pair = await find_pair(context, tx, wish)
            provider = await directory.provider_of(context, tx, pair.service)
            if not pair.service.enabled or not provider.connected:
                raise UnknownService
            if not pair.application.connected:
                raise UnknownApplication
            known = await store.open_request(tx, pair)
            if known:
                return await _request(tx, known)
            made = await store.add_request(tx, pair, agreement=agreement, requested_by=by.id)
            found = await _request(tx, made)
            action = "mediator.access.request"
            await directory.changed(context, tx, by=by, action=action, subject=pair.subject, detail={"request": made})
            data = {"request": made, "service": found.service, "client": found.client}
            await events.publish(tx, type="mediator.access.requested", subject=pair.service.subject, data=data)
            return found


async def decide_request(
    context: Context, *, by: Actor, request_id: str, state: RequestState, reason: str = ""
) -> AccessRequest:
    """Approve or reject a request as the provider, or withdraw it as the consumer; approval grants the right."""
    action = f"mediator.access.{state}"
    async with directory.on_record(context, by=by, action=action, subject=request_id):
        async with context.database.reading(one_statement=True) as reading:
            known = await _request(reading, request_id)
        if state is RequestState.WITHDRAWN:
            if not await _speaks_for(context, by, known.consumer):
                directory.require(by, Power.GRANT, application=known.consumer)
        else:
            directory.require(by, Power.GRANT, application=known.provider)
        async with directory.writing(context) as tx:
            known = await _request(tx, request_id)
            if known.state is state:
                return known
            if known.state is not RequestState.REQUESTED:
                raise AlreadyDecided
            await store.decide_request(tx, request_id, state=state, decided_by=by.id, reason=reason)
            subject = f"{known.provider}/{known.service.rpartition('/')[2]}"
            if state is RequestState.APPROVED:
                wish = Wish(subject, known.consumer, tuple(known.endpoints), purpose=known.purpose)
                await grant_right(context, tx, by=by, pair=await find_pair(context, tx, wish))
            detail = {"request": request_id, "client": known.client, "reason": reason}
            await directory.changed(context, tx, by=by, action=action, subject=subject, detail=detail)
            data = {"request": request_id, "service": known.service, "client": known.client, "state": str(state)}
            await events.publish(tx, type="mediator.access.decided", subject=subject, data=data)
            return await _request(tx, request_id)


async def requests(
    context: Context,
    *,
    by: Actor,
    state: str = "",
    provider: str = "",
    consumer: str = "",
    page_size: int | None = None,
    page_token: str = "",
) -> RequestPage:
    """Return requests for access, newest first: all for the ecosystem's administrators; others name a provider or
    consumer application (CLASS/MEMBER/APPLICATION) that they administer or are."""
    seen = [name for name in (provider, consumer) if name]
    allowed = [may(by, power, application=name) for name in seen or [""] for power in (Power.READ, Power.GRANT)]
    if not any(allowed) and not any([await _speaks_for(context, by, name) for name in seen]):
        raise RightsNotYours
    limit = pagination.page_size(page_size)
    purpose = f"requests/{state}/{provider}/{consumer}"
    before = str(pagination.position(context.keys, purpose, page_token)) if page_token else ""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.requests(
            tx, state=state, provider=provider, consumer=consumer, before=before, limit=limit + 1
        )
    token = pagination.token(context.keys, purpose, found[limit - 1].id) if len(found) > limit else ""
    return RequestPage(found[:limit], token)


async def request(context: Context, *, by: Actor, request_id: str) -> AccessRequest:
    """Return a request that one side of it may see; raises UnknownRequest for everybody else."""
    async with context.database.reading(one_statement=True) as tx:
        found = await _request(tx, request_id)
    sides = (found.provider, found.consumer)
    administers = any(may(by, power, application=side) for side in sides for power in (Power.READ, Power.GRANT))
    if not administers and not any([await _speaks_for(context, by, side) for side in sides]):
        raise UnknownRequest
    return found


async def _request(tx: Transaction, request_id: str) -> AccessRequest:
    found = await store.requests(tx, request_id=request_id) if is_id(request_id) else []
    if not found:
        raise UnknownRequest
    return found[0]


async def _pairs(context: Context, tx: Transaction, wishes: Iterable[Wish]) -> list[Pair]:
    try:
        return [await find_pair(context, tx, wish) for wish in wishes]
    except (UnknownMember, UnknownApplication, UnknownService) as problem:
        raise UnknownParty from problem


async def _speaks_for(context: Context, by: Actor, application: str) -> bool:
    """Tell whether the caller is an application (CLASS/MEMBER/APPLICATION) of this instance itself."""
    proven = await directory.proven_application(context, by)
    return bool(proven) and proven == f"{context.settings.text('INSTANCE')}/{application}"


def _require_granting(by: Actor, wishes: Iterable[Wish]) -> None:
    for wish in wishes:
        if not may(by, Power.GRANT, application=wish.service.rpartition("/")[0]):
            raise RightsNotYours


def _may_see(by: Actor, wanted: Filter) -> bool:
    member = f"{wanted.member_class}/{wanted.member_code}" if wanted.member_class and wanted.member_code else ""
    application = f"{member}/{wanted.application_code}" if member and wanted.application_code else ""
    return any(may(by, power, member=member, application=application) for power in (Power.READ, Power.GRANT))


def _subject(wishes: list[Wish]) -> str:
    """Name what a list of rights is about: its services, as far as a line holds them."""
    return ", ".join(sorted({wish.service for wish in wishes}))[:500]

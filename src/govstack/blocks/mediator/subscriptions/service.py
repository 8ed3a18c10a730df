"""Use cases of subscriptions: subscribe, look, change and leave, as the subscriber itself or as the room's manager."""

from __future__ import annotations

from dataclasses import dataclass

from govstack.blocks.mediator.directory import service as directory
from govstack.blocks.mediator.directory.model import CLIENT_PARTS, Power, is_client
from govstack.blocks.mediator.rooms import service as rooms
from govstack.blocks.mediator.rooms.errors import UnknownEventType, UnknownParty
from govstack.blocks.mediator.rooms.model import Act, Room
from govstack.blocks.mediator.rooms.service import Address
from govstack.blocks.mediator.subscriptions import model, store
from govstack.blocks.mediator.subscriptions.errors import SubscriptionExists, UnknownSubscription
from govstack.blocks.mediator.subscriptions.model import (
    SERVICE_DEFAULT,
    TTL_SECONDS_DEFAULT,
    Mode,
    Obstacle,
    Subscription,
    Wish,
    changed,
)
from govstack.blocks.mediator.subscriptions.store import Receiver, Wanted
from govstack.kernel import audit, clock, ids, pagination
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import ForeignKeyViolation, Transaction, UniqueViolation
from govstack.kernel.errors import NotFound

OWN_LISTED_MAX = 1_000
ENDED = "The subscription has ended."


@dataclass(frozen=True, slots=True)
class Page:
    """A page of subscriptions, and the token of the next ("" at the end)."""

    subscriptions: list[Subscription]
    next_page_token: str


async def subscribe(
    context: Context,
    *,
    by: Actor,
    address: Address,
    event_type: str,
    wish: Wish,
    claimed: str = "",
    subscriber: str = "",
) -> Subscription:
    """Subscribe the caller to an event type (I24), or `subscriber` when the room's manager asks for it.

    Raises SubscriptionExists for a second subscription to the same type.
    """
    subject, action = f"{'/'.join(address[1:])}/{event_type}", "mediator.subscription.add"
    client = subscriber or await rooms.calling_application(context, by=by, claimed=claimed)
    async with directory.on_record(context, by=by, action=action, subject=subject):
        if subscriber:
            await rooms.require_manager(context, by, await rooms.room(context, address=address))
        if not is_client(client):
            raise UnknownParty
        ground = await rooms.ground(context, client=client, address=address, event_type=event_type, act=Act.SUBSCRIBE)
        now = clock.timestamp()
        usual = Subscription(
            id=ids.new_id(),
            event_type_id=ground.event_type_id,
            application_id=ground.application_id,
            room=ground.room.identifier,
            event_type=event_type,
            subscriber=client,
            mode=Mode.PUSH,
            ttl_seconds=TTL_SECONDS_DEFAULT,
            fifo=False,
            service_code=SERVICE_DEFAULT,
            path=f"/{event_type}",
            retry_attempts=None,
            retry_first_seconds=None,
            retry_factor=None,
            retry_longest_seconds=None,
            created_by=by.id,
            created_at=now,
            changed_at=now,
        )
        made = changed(usual, wish, at=now)
        async with context.database.transaction() as tx:
            try:
                async with tx.savepoint():
                    await store.add(tx, made)
            except UniqueViolation as error:
                raise SubscriptionExists from error
            except ForeignKeyViolation as error:
                raise UnknownEventType from error
            await audit.record(tx, by=by, action=action, subject=subject, detail={"subscriber": client})
    return made


async def own(
    context: Context, *, by: Actor, address: Address, claimed: str = "", event_type: str = ""
) -> list[Subscription]:
    """Return the caller's subscriptions in a room, or the one to an event type; raises UnknownSubscription for none."""
    client = await rooms.calling_application(context, by=by, claimed=claimed)
    async with context.database.reading() as tx:
        found = await _own(context, tx, client=client, address=address, event_type=event_type)
    if not found:
        raise UnknownSubscription
    return found


async def change_own(
    context: Context, *, by: Actor, address: Address, event_type: str, wish: Wish, claimed: str = ""
) -> Subscription:
    """Change the caller's subscription to an event type; raises UnknownSubscription."""
    known = await own(context, by=by, address=address, claimed=claimed, event_type=event_type)
    return await _change(context, by=by, subject=f"{'/'.join(address[1:])}/{event_type}", known=known[0], wish=wish)


async def end_own(context: Context, *, by: Actor, address: Address, event_type: str, claimed: str = "") -> None:
    """End the caller's subscription to an event type, with its queue; raises UnknownSubscription."""
    known = await own(context, by=by, address=address, claimed=claimed, event_type=event_type)
    await _end(context, by=by, subject=f"{'/'.join(address[1:])}/{event_type}", known=known[0])


async def subscriptions(
    context: Context,
    *,
    by: Actor,
    address: Address,
    event_type: str = "",
    subscriber: str = "",
    mode: str = "",
    page_size: int | None = None,
    page_token: str = "",
) -> Page:
    """Return the active subscriptions in a room, for those who manage it (I23)."""
    limit = pagination.page_size(page_size)
    async with context.database.reading() as tx:
        room = await _managed(context, tx, by, address, Power.OFFER, Power.READ)
        purpose = f"subscriptions/{room.id}/{event_type}/{subscriber}/{mode}"
        after = str(pagination.position(context.keys, purpose, page_token)) if page_token else ""
        application_id = await _application_id(context, tx, subscriber) if subscriber else ""
        wanted = Wanted("", event_type, application_id, mode)
        found = await store.find(tx, room.id, wanted, after=after, limit=limit + 1)
    token = pagination.token(context.keys, purpose, found[limit - 1].id) if len(found) > limit else ""
    return Page(found[:limit], token)


async def subscription(context: Context, *, by: Actor, address: Address, subscription_id: str) -> Subscription:
    """Return one subscription in a room, for those who manage it."""
    return await _one_managed(context, by, address, subscription_id, Power.OFFER, Power.READ)


async def obstacle(context: Context, subscription: Subscription) -> Obstacle | None:
    """Return what stands in the way of pushing, as things stand; None for one that is pulled."""
    if subscription.mode is Mode.PULL:
        return None
    instance, member_class, member_code, application_code = subscription.subscriber.split("/")
    target = await directory.target(
        context,
        instance=instance,
        member_class=member_class,
        member_code=member_code,
        application_code=application_code,
        service_code=subscription.service_code,
    )
    return model.obstacle(subscription, target)


async def change(context: Context, *, by: Actor, address: Address, subscription_id: str, wish: Wish) -> Subscription:
    """Change somebody's subscription as the room's manager (I22)."""
    known = await _one_managed(context, by, address, subscription_id, Power.OFFER)
    return await _change(context, by=by, subject=f"{'/'.join(address[1:])}/{known.event_type}", known=known, wish=wish)


async def end(context: Context, *, by: Actor, address: Address, subscription_id: str) -> None:
    """End somebody's subscription as the room's manager (I22)."""
    known = await _one_managed(context, by, address, subscription_id, Power.OFFER)
    await _end(context, by=by, subject=f"{'/'.join(address[1:])}/{known.event_type}", known=known)


async def receivers(tx: Transaction, event_type_id: str) -> list[Receiver]:
    """Return who receives events of a type, inside the caller's transaction."""
    return await store.receivers(tx, event_type_id)


async def by_id(tx: Transaction, ids: list[str]) -> list[Subscription]:
    """Return the subscriptions of these ids that there are, inside the caller's transaction."""
    return await store.by_id(tx, ids)


async def own_in(
    context: Context, tx: Transaction, *, client: str, address: Address, event_type: str
) -> Subscription | None:
    """Return an application's subscription to an event type, inside the caller's transaction."""
    found = await _own(context, tx, client=client, address=address, event_type=event_type)
    return found[0] if found else None


async def _own(
    context: Context, tx: Transaction, *, client: str, address: Address, event_type: str
) -> list[Subscription]:
    room = await rooms.find(context, tx, address)
    application_id = await _application_id(context, tx, client)
    return await store.find(tx, room.id, Wanted("", event_type, application_id), limit=OWN_LISTED_MAX)


async def _application_id(context: Context, tx: Transaction, client: str) -> str:
    """Return the id of INSTANCE/CLASS/MEMBER/APPLICATION; an id that nobody has for one that is not registered."""
    parts = client.split("/")
    try:
        if len(parts) == CLIENT_PARTS and parts[0] == context.settings.text("INSTANCE"):
            found = await directory.application(context, tx, member_class=parts[1], member_code=parts[2], code=parts[3])
            return found.id
    except NotFound:
        return "-"
    return "-"


async def _managed(context: Context, tx: Transaction, by: Actor, address: Address, *powers: Power) -> Room:
    room = await rooms.find(context, tx, address)
    await rooms.require_manager(context, by, room, *powers)
    return room


async def _one_managed(
    context: Context, by: Actor, address: Address, subscription_id: str, *powers: Power
) -> Subscription:
    async with context.database.reading() as tx:
        room = await _managed(context, tx, by, address, *powers)
        found = await store.find(tx, room.id, Wanted(subscription_id)) if subscription_id else []
    if not found:
        raise UnknownSubscription
    return found[0]


async def _change(context: Context, *, by: Actor, subject: str, known: Subscription, wish: Wish) -> Subscription:
    action = "mediator.subscription.change"
    on_record = directory.on_record(context, by=by, action=action, subject=subject)
    async with on_record, context.database.transaction() as tx:
        latest = await store.by_id(tx, [known.id])
        if not latest:
            raise UnknownSubscription
        made = changed(latest[0], wish, at=clock.timestamp())
        if made != latest[0]:
            await store.update(tx, made)
            detail = {"subscriber": made.subscriber, "delivery": str(made.mode)}
            await audit.record(tx, by=by, action=action, subject=subject, detail=detail)
    return made


async def _end(context: Context, *, by: Actor, subject: str, known: Subscription) -> None:
    action = "mediator.subscription.end"
    on_record = directory.on_record(context, by=by, action=action, subject=subject)
    async with on_record, context.database.transaction() as tx:
        await rooms.end_subscriptions(tx, [known.id], reason=ENDED)
        await audit.record(tx, by=by, action=action, subject=subject, detail={"subscriber": known.subscriber})

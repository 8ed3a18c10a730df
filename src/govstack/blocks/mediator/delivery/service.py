"""Use cases of delivery: queue an event for its subscribers, push what is due, hand out what is pulled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from govstack.blocks.mediator.delivery import store
from govstack.blocks.mediator.delivery.errors import NothingToPull, PullNotPossible
from govstack.blocks.mediator.delivery.model import (
    REASON_CHARACTERS_MAX,
    Attempt,
    Claim,
    Letter,
    Parcel,
    Reply,
    Result,
    Settlement,
    State,
    item,
    settle,
)
from govstack.blocks.mediator.exchange import model as exchange_model
from govstack.blocks.mediator.exchange import service as exchange
from govstack.blocks.mediator.exchange.errors import NoRight, UnknownEndpoint, UnknownTarget
from govstack.blocks.mediator.rooms import service as rooms
from govstack.blocks.mediator.rooms.service import Address
from govstack.blocks.mediator.subscriptions import service as subscriptions
from govstack.blocks.mediator.subscriptions.model import (
    ATTEMPTS_MAX,
    FACTOR_MAX,
    FIRST_SECONDS_MAX,
    LONGEST_SECONDS_MAX,
    OBSTACLES,
    Mode,
    Obstacle,
    Subscription,
)
from govstack.kernel import clock, log
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import Problem
from govstack.kernel.i18n import _
from govstack.kernel.jobs import RetryPolicy
from govstack.kernel.log import CORRELATION
from govstack.kernel.rules import whole
from govstack.kernel.settings import Setting

LISTENER = "delivery-listener"
LEASE_PUSHES = 3.0
PULLS_LOGGED_MAX = 1_000
ANSWER_BYTES_READ_MAX = 65_536
RETRY_AFTER_SECONDS_MAX = 3_600.0
EXPIRED_AT_ONCE_MAX = 1_000
STOPPED = _("The event was stopped.")
NO_ANSWER = _("The subscriber did not answer in time.")
BROKEN_OFF = _("The subscriber's answer broke off.")
FAILED_INSIDE = _("The push failed on our side.")
NOT_KEPT = _("The payload is not kept any more.")
ENDED_EACH_TIME = _("The process ended during each attempt.")

SETTINGS = (
    Setting(
        "MEDIATOR_PUSH_ATTEMPTS",
        "10",
        "How often an event is pushed before it becomes a dead letter",
        whole(1, ATTEMPTS_MAX),
    ),
    Setting(
        "MEDIATOR_PUSH_FIRST_SECONDS", "1", "Pause before the second push of an event", whole(1, int(FIRST_SECONDS_MAX))
    ),
    Setting(
        "MEDIATOR_PUSH_FACTOR",
        "2",
        "By how much each further pause is longer than the one before",
        whole(1, int(FACTOR_MAX)),
    ),
    Setting(
        "MEDIATOR_PUSH_LONGEST_SECONDS",
        "3600",
        "The longest pause between two pushes of an event",
        whole(1, int(LONGEST_SECONDS_MAX)),
    ),
    Setting("MEDIATOR_PUSH_SECONDS", "20", "How long a subscriber may take to answer a push", whole(1, 300)),
)

Listener = Callable[[Iterable[str]], None]
# The mediator's own words are for whoever calls; these are for whoever reads why an event did not arrive.
_OBSTACLES: Mapping[type[Problem], Obstacle] = {
    UnknownTarget: Obstacle.NO_SERVICE,
    UnknownEndpoint: Obstacle.NO_ENDPOINT,
    NoRight: Obstacle.NO_RIGHT,
}


@dataclass(frozen=True, slots=True)
class Order:
    """A parcel that was taken for pushing, with the subscription it is for."""

    parcel: Parcel
    subscription: Subscription


def listen(context: Context, listener: Listener | None) -> None:
    """Let a listener of this process hear which subscriptions have something to push, as soon as it is committed."""
    context.memory[LISTENER] = listener


def wake(context: Context, subscription_ids: Iterable[str]) -> None:
    """Tell this process's listener, if there is one; other processes look for themselves."""
    listener: Listener | None = context.memory.get(LISTENER)
    if listener is not None:
        listener(subscription_ids)


async def queue(
    context: Context,
    tx: Transaction,
    *,
    event_number: int,
    event_type_id: str,
    room: str,
    event_type: str,
    key: str,
    now: datetime,
) -> int:
    """Queue an event for whoever subscribes to its type (I18), inside the caller's transaction; return how many."""
    receivers = await subscriptions.receivers(tx, event_type_id)
    letters = [
        Letter(one.id, one.subscriber, clock.timestamp(now + timedelta(seconds=one.ttl_seconds))) for one in receivers
    ]
    await store.add(
        tx,
        event_number=event_number,
        room=room,
        event_type=event_type,
        key=key,
        now=clock.timestamp(now),
        letters=letters,
    )
    pushed = [one.id for one in receivers if one.mode is Mode.PUSH]
    if pushed:
        tx.after_commit(lambda: wake(context, pushed))
    return len(letters)


def policy(context: Context, subscription: Subscription) -> RetryPolicy:
    """Return how pushes are tried again: as the subscriber says, else as the settings do (I19, I20)."""
    number, own = context.settings.number, subscription
    return RetryPolicy(
        own.retry_attempts or number("MEDIATOR_PUSH_ATTEMPTS"),
        own.retry_first_seconds or number("MEDIATOR_PUSH_FIRST_SECONDS"),
        own.retry_factor or number("MEDIATOR_PUSH_FACTOR"),
        own.retry_longest_seconds or number("MEDIATOR_PUSH_LONGEST_SECONDS"),
    )


def lease_seconds(context: Context) -> float:
    """Return for how long a worker holds what it took: longer than any push lasts, with time to write its outcome.

    For as long as that, the key of what a dead worker was pushing stands still.
    """
    return context.settings.number("MEDIATOR_PUSH_SECONDS") * LEASE_PUSHES


async def due(context: Context) -> dict[str, datetime]:
    """Return when each queue of pushes has something to do next, by subscription."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.due(tx, now=clock.timestamp())
    return {subscription_id: clock.parse(at) for subscription_id, at in found.items()}


async def turn(
    context: Context, *, worker: str, settlements: Sequence[Settlement], claims: Mapping[str, Claim], lease: float
) -> list[Order]:
    """Write what became of earlier orders and take new ones, at most as many as claimed, in one transaction.

    Where a subscription keeps order, only the oldest waiting event of each key is taken.
    """
    now = clock.now()
    async with context.database.transaction() as tx:
        await store.settle(tx, settlements, worker=worker, now=clock.timestamp(now))
        if not claims:
            return []
        await store.expire(tx, now=clock.timestamp(now), limit=EXPIRED_AT_ONCE_MAX)
        found = {one.id: one for one in await subscriptions.by_id(tx, list(claims)) if one.mode is Mode.PUSH}
        numbers: list[int] = []
        for one in found.values():
            numbers += await _candidates(tx, one, claims[one.id], now=clock.timestamp(now))
        until = clock.timestamp(now + timedelta(seconds=lease))
        taken = await store.take(tx, numbers, worker=worker, now=clock.timestamp(now), until=until)
    return [Order(parcel, found[parcel.subscription_id]) for parcel in taken]


async def push(context: Context, order: Order) -> Settlement:
    """Make one attempt to push an event, and decide what follows; nothing is written yet."""
    parcel = order.parcel
    CORRELATION.set(parcel.correlation_id)
    patience = policy(context, order.subscription)
    if parcel.tries > patience.attempts_max:
        return Settlement(parcel.number, State.DEAD, reason=ENDED_EACH_TIME)
    at, started = clock.timestamp(), clock.monotonic()
    try:
        reply = await _ask(context, order) if parcel.content is not None else Reply(0, NOT_KEPT)
    except Exception as error:  # noqa: BLE001 - whatever it was, the event was not delivered and is tried again
        log.logger(context.package).error("delivery.push_failed", error=type(error).__name__, at=log.place(error))
        reply = Reply(0, FAILED_INSIDE)
    attempt = Attempt(
        parcel,
        at,
        int((clock.monotonic() - started) * 1e6),
        reply.status,
        Result.DELIVERED if reply.acknowledged else Result.FAILED,
        reply.reason[:REASON_CHARACTERS_MAX],
        reply.message_id,
        reply.retry_after_seconds,
    )
    pause = patience.pause_seconds(parcel.tries)
    return settle(attempt, attempts_max=patience.attempts_max, pause_seconds=pause, now=clock.now())


async def pull(context: Context, *, by: Actor, address: Address, event_type: str, claimed: str = "") -> Parcel:
    """Hand out the oldest event that waits for the caller: the same one until it is acknowledged.

    Raises NothingToPull, or PullNotPossible when the caller's events are pushed.
    """
    client = await rooms.calling_application(context, by=by, claimed=claimed)
    async with context.database.transaction() as tx:
        subscription = await _own(context, tx, client=client, address=address, event_type=event_type)
        if subscription.mode is not Mode.PULL:
            raise PullNotPossible("Your subscription is delivered by push. Change its delivery to PULL first.")
        at = clock.timestamp()
        found = await store.next_to_pull(tx, subscription.id, now=at)
        if found is None:
            raise NothingToPull
        if found.attempt <= PULLS_LOGGED_MAX:
            await store.log(tx, [Attempt(found, at, 0, 200, Result.HANDED_OUT)])
    return found


async def acknowledge(
    context: Context, *, by: Actor, address: Address, event_type: str, event_id: str, claimed: str = ""
) -> None:
    """Take a pulled event as arrived; acknowledging it twice is a success.

    Raises NothingToPull for an event that does not wait here, PullNotPossible for one that was not handed out.
    """
    client = await rooms.calling_application(context, by=by, claimed=claimed)
    async with context.database.transaction() as tx:
        subscription = await _own(context, tx, client=client, address=address, event_type=event_type)
        found = await store.standing(tx, subscription.id, event_id)
        if found is None or found.state not in {State.WAITING, State.DELIVERED}:
            raise NothingToPull
        if found.state is State.DELIVERED:
            return
        if subscription.mode is not Mode.PULL or not found.attempts:
            raise PullNotPossible
        await store.acknowledge(tx, found.number, now=clock.timestamp())


async def stop_event(tx: Transaction, event_number: int) -> int:
    """End every delivery of an event that still waits, inside the caller's transaction; return how many."""
    return await store.stop_event(tx, event_number, now=clock.timestamp(), reason=STOPPED)


async def expire(tx: Transaction) -> int:
    """End some of what has waited too long, inside the caller's transaction; return how many."""
    return await store.expire(tx, now=clock.timestamp(), limit=EXPIRED_AT_ONCE_MAX)


async def tallies(tx: Transaction, event_numbers: list[int]) -> dict[int, dict[State, int]]:
    """Return how many deliveries of each event stand where, inside the caller's transaction."""
    return await store.tallies(tx, event_numbers)


async def _candidates(tx: Transaction, subscription: Subscription, claim: Claim, *, now: str) -> list[int]:
    if not subscription.fifo:
        return await store.candidates(tx, subscription.id, now=now, limit=claim.room)
    found = await store.heads(tx, subscription.id, after=claim.after_key, now=now, limit=claim.room)
    if claim.after_key and len(found) < claim.room:
        # Round and round the keys, so that busy ones early in the alphabet do not starve the rest.
        again = await store.heads(tx, subscription.id, after="", now=now, limit=claim.room)
        found += [number for number in again if number not in found][: claim.room - len(found)]
    return found


async def _own(context: Context, tx: Transaction, *, client: str, address: Address, event_type: str) -> Subscription:
    found = await subscriptions.own_in(context, tx, client=client, address=address, event_type=event_type)
    if found is None:
        raise NothingToPull
    return found


async def _ask(context: Context, order: Order) -> Reply:
    """Call the subscriber's service as the room, through the mediator: its rights and its message log apply."""
    parcel, subscription = order.parcel, order.subscription
    body = item(parcel)
    instance, member_class, member_code, application_code = subscription.subscriber.split("/")
    incoming = exchange.Incoming(
        address=exchange_model.Address(
            instance, member_class, member_code, application_code, subscription.service_code, subscription.path
        ),
        method="POST",
        query="",
        # Whoever gets an event twice knows it by its id.
        headers={
            "content-type": "application/json",
            "accept": "application/json",
            "idempotency-key": parcel.event_id,
        },
        correlation_id=parcel.correlation_id,
        mount="",
        announced_bytes=len(body),
        chunks=_once(body),
    )
    room = Actor(kind="application", id=parcel.room, name=parcel.room, application=parcel.room)
    try:
        async with asyncio.timeout(context.settings.number("MEDIATOR_PUSH_SECONDS")):
            outcome = await exchange.forward(context, by=room, incoming=incoming)
            if not isinstance(outcome.content, bytes):
                await _read(outcome.content)
    except TimeoutError:
        return Reply(0, NO_ANSWER)
    except ConnectionError:
        return Reply(0, BROKEN_OFF)
    except Problem as problem:
        obstacle = _OBSTACLES.get(type(problem))
        reason = OBSTACLES[obstacle] if obstacle else problem.detail
        return Reply(problem.status, reason, problem.headers.get(exchange_model.MESSAGE_ID, ""))
    message_id = outcome.headers.get(exchange_model.MESSAGE_ID, "")
    if 200 <= outcome.status < 300:
        return Reply(outcome.status, "", message_id)
    pause = outcome.headers.get("retry-after", "")
    seconds = min(float(pause), RETRY_AFTER_SECONDS_MAX) if pause.isascii() and pause.isdigit() else 0.0
    return Reply(outcome.status, f"The subscriber answered {outcome.status}.", message_id, seconds)


async def _once(body: bytes) -> AsyncIterator[bytes]:
    yield body


async def _read(content: AsyncIterator[bytes]) -> None:
    """Take in the answer, so that it is recorded; of a long one no more than its beginning is wanted."""
    size = 0
    async for chunk in content:
        size += len(chunk)
        if size > ANSWER_BYTES_READ_MAX:
            break
    if isinstance(content, AsyncGenerator):
        await content.aclose()

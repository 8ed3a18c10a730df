"""What happened, told to whoever subscribed: stored with the data it tells of, delivered at least once.

`publish` writes the event as a job of the publisher's database (the outbox); that job hands it to the bus; the bus puts
it into the database of each subscriber as a job of the kind `on:<type>`, once for each event id. From there the
subscriber's own runner takes it, so that one process and many behave alike. Events about the same subject keep their
order as long as one process of the subscriber takes them in; a handler that keeps failing holds up later events about
that subject until its job is dead.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from typing import Any, Protocol

import msgspec
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, StreamConfig
from nats.js.errors import NotFoundError

from govstack.kernel import clock, ids, jobs
from govstack.kernel.db import Database, Transaction, queries
from govstack.kernel.errors import Unavailable
from govstack.kernel.jobs import Handler, Job, RetryPolicy
from govstack.kernel.log import CORRELATION, place

SQL = queries(__file__, "events.sql")

OUTBOX = "event"
STREAM = "govstack"
# An event must not be lost because the bus was away for a day.
RELAY_POLICY = RetryPolicy(attempts_max=1_000_000, first_seconds=0.5, longest_seconds=30.0)
PUBLISH_SECONDS_MAX = 5.0
CONNECT_SECONDS_MAX = 5.0
BATCH_EVENTS_MAX = 100
REDELIVER_SECONDS = 30.0
TROUBLE_SECONDS = 1.0
RECONNECT_SECONDS = 1
KEPT_SECONDS_MAX = 7 * 24 * 3_600
DUPLICATE_WINDOW_SECONDS = 120
UNACKNOWLEDGED_MAX = 1_000
_FILTERS_SINCE = (2, 10)

_TYPE = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, with the attributes of CloudEvents 1.0; `time` is a timestamp."""

    id: str
    type: str
    subject: str
    time: str
    source: str
    data: dict[str, Any]


_ATTRIBUTES = tuple(attribute.name for attribute in fields(Event))


class Bus(Protocol):
    """Carries events from outboxes to the subscribers' databases."""

    async def send(self, event: Event) -> None:
        """Return once the event is safe on its way; raise Unavailable when it is not."""

    async def subscribe(self, database: Database, types: Iterable[str]) -> None:
        """Put events of these types into a package's database from now on."""

    async def close(self) -> None:
        """Stop delivering."""


async def publish(tx: Transaction, *, type: str, subject: str, data: Mapping[str, object]) -> str:  # noqa: A002
    """Tell that something happened, in the transaction in which it does; return the event's id.

    `type` reads like `registries.record.created`; `data` holds references rather than personal data.
    """
    if not _TYPE.fullmatch(type):
        raise ValueError(f"{type!r} cannot name an event: write it like registries.record.created.")
    event = Event(ids.new_id(), type, subject, clock.timestamp(), f"/{tx.database.package}", dict(data))
    await jobs.enqueue(tx, OUTBOX, _payload(event), lane=_lane(OUTBOX, event))
    return event.id


def relay(bus: Bus) -> Handler:
    """Return the handler for jobs of the kind OUTBOX; give them RELAY_POLICY."""

    async def send(job: Job) -> None:
        await bus.send(received(job))

    return send


def subscription(event_type: str) -> str:
    """Return the kind of job that an event of a type becomes in a subscriber's database."""
    return f"on:{event_type}"


def received(job: Job) -> Event:
    """Return the event that an `on:<type>` job carries."""
    return Event(**job.payload)


async def receive(tx: Transaction, event: Event) -> bool:
    """Take an event in as a job of the subscriber; false, and nothing done, for one that was taken in before."""
    if not await SQL.remember(tx, event_id=event.id, now=clock.timestamp()):
        return False
    await jobs.enqueue(tx, subscription(event.type), _payload(event), lane=_lane(subscription(event.type), event))
    return True


def _payload(event: Event) -> dict[str, Any]:
    """Return the fields of an event; nobody changes its data, so it need not be copied as `asdict` would."""
    return {name: getattr(event, name) for name in _ATTRIBUTES}


def _lane(kind: str, event: Event) -> str | None:
    return f"{kind}:{event.source}:{event.subject}" if event.subject else None


class InProcessBus:
    """Delivers to the packages of this process."""

    def __init__(self) -> None:
        self._subscribers: dict[str, list[Database]] = {}

    async def send(self, event: Event) -> None:
        """Put the event into each subscriber's database; a repetition reaches only those it has not reached."""
        for database in self._subscribers.get(event.type, ()):
            async with database.transaction() as tx:
                await receive(tx, event)

    async def subscribe(self, database: Database, types: Iterable[str]) -> None:
        """Deliver events of these types to a package from now on."""
        for event_type in set(types):
            self._subscribers.setdefault(event_type, []).append(database)

    async def close(self) -> None:
        """Deliver nothing more."""
        self._subscribers.clear()


class _CloudEvent(msgspec.Struct, kw_only=True, omit_defaults=True):
    """An event on the wire: the structured JSON format of CloudEvents 1.0."""

    specversion: str
    id: str
    source: str
    type: str
    time: str
    data: dict[str, Any]
    subject: str = ""
    datacontenttype: str = "application/json"
    correlationid: str = ""


_decoder = msgspec.json.Decoder(_CloudEvent)


class NatsBus:
    """Delivers between processes through a NATS JetStream stream, with a durable consumer for each package."""

    def __init__(self, client: Client, stream: str) -> None:
        self._client = client
        self.stream = stream
        self._jetstream: JetStreamContext = client.jetstream(timeout=PUBLISH_SECONDS_MAX)
        self._consumers: list[asyncio.Task[None]] = []

    @classmethod
    async def connect(
        cls,
        url: str,
        *,
        stream: str = STREAM,
        replicas: int = 1,
        within_seconds: float = CONNECT_SECONDS_MAX,
        provide: bool = True,
    ) -> NatsBus:
        """Connect and provide the stream, or only see that JetStream is there; raises Unavailable when it is not.

        A connection that is lost later is sought again for as long as it takes.
        """
        client = Client()
        bus = cls(client, stream)
        try:
            async with asyncio.timeout(within_seconds):
                await client.connect(
                    url,
                    name=stream,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=RECONNECT_SECONDS,
                    error_cb=_log_trouble,
                )
                await (bus.provide_stream(replicas) if provide else bus._jetstream.account_info())
        except (NatsError, OSError) as error:
            await client.close()
            raise Unavailable from error
        return bus

    async def provide_stream(self, replicas: int) -> None:
        """Create the stream, unless it is there already."""
        try:
            await self._jetstream.stream_info(self.stream)
        except NotFoundError:
            await self._jetstream.add_stream(
                StreamConfig(
                    name=self.stream,
                    subjects=[f"{self.stream}.>"],
                    max_age=KEPT_SECONDS_MAX,
                    duplicate_window=DUPLICATE_WINDOW_SECONDS,
                    num_replicas=replicas,
                )
            )

    async def send(self, event: Event) -> None:
        """Hand the event to the stream and wait for its acknowledgement; a repetition is dropped there."""
        body = msgspec.json.encode(_CloudEvent(specversion="1.0", **_payload(event), correlationid=CORRELATION.get()))
        headers = {"Nats-Msg-Id": event.id, "content-type": "application/cloudevents+json; charset=utf-8"}
        try:
            await self._jetstream.publish(
                f"{self.stream}.{event.type}", body, timeout=PUBLISH_SECONDS_MAX, stream=self.stream, headers=headers
            )
        except (NatsError, OSError) as error:
            raise Unavailable from error

    async def subscribe(self, database: Database, types: Iterable[str]) -> None:
        """Start delivering to a package; several processes of one package share its events."""
        wanted = frozenset(types)
        if not wanted:
            return
        arrived: asyncio.Queue[Msg] = asyncio.Queue()  # holds UNACKNOWLEDGED_MAX at most: the server sends no more
        consumer = self._consumer(database.package, wanted)
        try:
            await self._client.subscribe(str(consumer.deliver_subject), queue=database.package, cb=arrived.put)
            await self._jetstream.add_consumer(self.stream, consumer)
        except (NatsError, OSError) as error:
            raise Unavailable from error
        task = asyncio.create_task(self._deliver(database, wanted, arrived), name=f"events for {database.package}")
        self._consumers.append(task)

    async def remove_stream(self) -> None:
        """Remove the stream, if there is one, with all that is kept in it and who has read how far."""
        try:
            await self._jetstream.delete_stream(self.stream)
        except NotFoundError:
            return
        except (NatsError, OSError) as error:
            raise Unavailable from error

    async def close(self) -> None:
        """Stop delivering and close the connection; what is not acknowledged is delivered again."""
        for task in self._consumers:
            task.cancel()
        await asyncio.gather(*self._consumers, return_exceptions=True)
        await self._client.close()

    def _consumer(self, package: str, types: frozenset[str]) -> ConsumerConfig:
        config = ConsumerConfig(
            durable_name=package,
            deliver_subject=f"deliver.{self.stream}.{package}",
            deliver_group=package,
            deliver_policy=DeliverPolicy.ALL,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=REDELIVER_SECONDS,
            max_ack_pending=UNACKNOWLEDGED_MAX,
        )
        subjects = sorted(f"{self.stream}.{event_type}" for event_type in types)
        version = self._client.connected_server_version
        if len(subjects) == 1:
            config.filter_subject = subjects[0]
        elif (version.major, version.minor) >= _FILTERS_SINCE:
            config.filter_subjects = subjects
        # Older servers take one filter only: there everything is delivered, and what is not wanted is dropped here.
        return config

    async def _deliver(self, database: Database, wanted: frozenset[str], arrived: asyncio.Queue[Msg]) -> None:
        while True:
            messages = [await arrived.get()]
            while len(messages) < BATCH_EVENTS_MAX and not arrived.empty():
                messages.append(arrived.get_nowait())
            while not await self._take_in_or_wait(database, wanted, messages):
                # Kept and tried again before any later event, for these must not overtake them.
                await _answer(message.in_progress() for message in messages)

    async def _take_in_or_wait(self, database: Database, wanted: frozenset[str], messages: list[Msg]) -> bool:
        """Take events in, and hand back what is refused; false, after a moment, while the database is away."""
        try:
            await self._take_in(database, wanted, messages)
        except Exception as error:  # noqa: BLE001 - what is not acknowledged comes again
            facts = {"error": type(error).__name__, "at": place(error)}
            _log.error("events.not_taken_in", package=database.package, events=len(messages), **facts)
            await asyncio.sleep(TROUBLE_SECONDS)
            if isinstance(error, Unavailable):
                return False
            await _answer(message.nak() for message in messages)
        return True

    async def _take_in(self, database: Database, wanted: frozenset[str], messages: list[Msg]) -> None:
        async with database.transaction() as tx:
            for message in messages:
                if message.subject.removeprefix(f"{self.stream}.") in wanted:
                    await _receive(tx, message)
        # Only now do the events stand in the subscriber's own database.
        await _answer(message.ack() for message in messages)


async def _receive(tx: Transaction, message: Msg) -> None:
    try:
        found = _decoder.decode(message.data)
    except msgspec.MsgspecError as error:
        # It will never be readable, so it is not asked for again.
        _log.error("events.unreadable", subject=message.subject, reason=str(error))
        return
    token = CORRELATION.set(found.correlationid)
    try:
        await receive(tx, Event(found.id, found.type, found.subject, found.time, found.source, found.data))
    finally:
        CORRELATION.reset(token)


async def _answer(answers: Iterable[Awaitable[None]]) -> None:
    # An answer that is lost only means that the event comes again, and the inbox knows it.
    with suppress(NatsError, OSError):
        for answer in answers:
            await answer


async def _log_trouble(error: Exception) -> None:
    _log.warning("events.bus_trouble", reason=type(error).__name__)

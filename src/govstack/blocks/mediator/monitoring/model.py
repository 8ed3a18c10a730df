"""Figures of the exchange, how they add up and group, and what a machine says about itself; no payload, no person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

import msgspec

from govstack.blocks.mediator.evidence.model import Message

# Answers are counted by these durations; the last count is of those slower still.
BOUNDS_MILLISECONDS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
MINUTE_CHARACTERS = len("2026-11-21T21:30")
PARTS = ("system", "cpu", "memory", "disk", "network", "processes", "packages")


class By(StrEnum):
    """What statistics are given by (I31)."""

    ORGANISATION = "organisation"
    APPLICATION = "application"
    SERVICE = "service"
    ENDPOINT = "endpoint"
    CONSUMER = "consumer"
    STATUS = "status"
    MINUTE = "minute"


class Key(NamedTuple):
    """Whose and which answers are counted together."""

    minute: str
    client: str
    provider: str
    service_code: str
    method: str
    endpoint: str
    verdict: str
    status: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts and sums of some answers; durations in microseconds, `slots` by BOUNDS_MILLISECONDS."""

    answers: int = 0
    request_bytes: int = 0
    answer_bytes: int = 0
    duration_us: int = 0
    provider_us: int = 0
    duration_us_max: int = 0
    slots: tuple[int, ...] = (0,) * (len(BOUNDS_MILLISECONDS) + 1)

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.answers + other.answers,
            self.request_bytes + other.request_bytes,
            self.answer_bytes + other.answer_bytes,
            self.duration_us + other.duration_us,
            self.provider_us + other.provider_us,
            max(self.duration_us_max, other.duration_us_max),
            tuple(one + more for one, more in zip(self.slots, other.slots, strict=True)),
        )

    def milliseconds_at(self, share: float) -> float:
        """Return the duration that a share of the answers stays within, estimated inside its slot."""
        wanted, passed, lower = share * self.answers, 0, 0.0
        longest = self.duration_us_max / 1000
        for count, bound in zip(self.slots, (*BOUNDS_MILLISECONDS, longest), strict=True):
            upper = min(float(bound), longest)
            if count and passed + count >= wanted:
                return round(lower + max(upper - lower, 0.0) * (wanted - passed) / count, 3)
            passed, lower = passed + count, float(bound)
        return longest


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of one organisation, application, service, endpoint, consumer, status or minute."""

    name: str
    total: Figures
    succeeded: int
    refused: int
    failed: int


def key_of(message: Message) -> Key:
    """Return what an answer is counted under."""
    return Key(
        message.at[:MINUTE_CHARACTERS],
        message.client,
        message.provider,
        message.service_code,
        message.method,
        message.endpoint,
        message.verdict,
        message.status,
    )


def figures_of(message: Message) -> Figures:
    """Return the figures of one answer."""
    slots = [0] * (len(BOUNDS_MILLISECONDS) + 1)
    milliseconds = message.duration_us / 1000
    slots[next((i for i, bound in enumerate(BOUNDS_MILLISECONDS) if milliseconds <= bound), -1)] = 1
    return Figures(
        1,
        message.request_bytes,
        message.answer_bytes,
        message.duration_us,
        message.provider_us,
        message.duration_us,
        tuple(slots),
    )


def counted(messages: Iterable[Message]) -> dict[Key, Figures]:
    """Return answers added up by what they are counted under."""
    found: dict[Key, Figures] = {}
    for message in messages:
        key = key_of(message)
        found[key] = found.get(key, Figures()) + figures_of(message)
    return found


def grouped(rows: Iterable[tuple[Key, Figures]], by: By) -> list[Group]:
    """Return figures by one aspect, the busiest first (minutes in order); failures are statuses from 500 on."""
    found: dict[str, Group] = {}
    for key, figures in rows:
        name = _name(key, by)
        known = found.get(name, Group(name, Figures(), 0, 0, 0))
        refused = key.verdict == "refused"
        failed = not refused and key.status >= 500
        found[name] = Group(
            name,
            known.total + figures,
            known.succeeded + (0 if refused or failed else figures.answers),
            known.refused + (figures.answers if refused else 0),
            known.failed + (figures.answers if failed else 0),
        )
    if by is By.MINUTE:
        return [found[name] for name in sorted(found)]
    return sorted(found.values(), key=lambda group: (-group.total.answers, group.name))


def _name(key: Key, by: By) -> str:
    service = f"{key.provider}/{key.service_code}"
    return {
        By.ORGANISATION: key.provider.rpartition("/")[0],
        By.APPLICATION: key.provider,
        By.SERVICE: service,
        By.ENDPOINT: f"{service} {key.method} {key.endpoint}".rstrip(),
        By.CONSUMER: key.client,
        By.STATUS: str(key.status),
        By.MINUTE: f"{key.minute}:00Z",
    }[by]


# The machine, as it describes itself (I33). Structs, because they are stored and answered as they are.


class System(msgspec.Struct, frozen=True, rename="camel"):
    """The operating system and the runtime."""

    name: str
    release: str
    machine: str
    python: str
    booted_at: str


class Processor(msgspec.Struct, frozen=True, rename="camel"):
    """How busy the processors are; loads are averages over 1, 5 and 15 minutes."""

    count: int
    percent: float
    load: list[float]


class Memory(msgspec.Struct, frozen=True, rename="camel"):
    """Working memory and swap."""

    total_bytes: int
    available_bytes: int
    swap_total_bytes: int
    swap_used_bytes: int


class Disk(msgspec.Struct, frozen=True, rename="camel"):
    """The disk that holds the data."""

    total_bytes: int
    used_bytes: int
    free_bytes: int


class Traffic(msgspec.Struct, frozen=True, rename="camel"):
    """Traffic of all interfaces since the machine started."""

    sent_bytes: int
    received_bytes: int
    sent_packets: int
    received_packets: int
    errors: int


class Process(msgspec.Struct, frozen=True, rename="camel"):
    """A process by its name; its arguments may hold secrets and are not looked at."""

    name: str
    memory_bytes: int
    processor_seconds: float


class Sample(msgspec.Struct, frozen=True, omit_defaults=True):
    """One look at a machine; parts that are not shared are absent."""

    system: System | None = None
    cpu: Processor | None = None
    memory: Memory | None = None
    disk: Disk | None = None
    network: Traffic | None = None
    processes: list[Process] | None = None

    def only(self, parts: frozenset[str]) -> Sample:
        """Return the parts that somebody may see."""
        return Sample(**{name: getattr(self, name) for name in self.__struct_fields__ if name in parts})


@dataclass(frozen=True, slots=True)
class Sampled:
    """A sample with its machine and time."""

    node: str
    at: str
    sample: Sample = field(default_factory=Sample)


@dataclass(frozen=True, slots=True)
class Package:
    """Installed software, and when it was seen first and last."""

    node: str
    name: str
    version: str
    first_seen: str
    last_seen: str


@dataclass(frozen=True, slots=True)
class Load:
    """What this process does now; `recent` covers the last whole minutes."""

    exchanges_under_way: int
    exchanges_under_way_max: int
    exchanges_limit: int
    entries_waiting: int
    jobs_waiting: int
    jobs_dead: int
    processor_seconds: float
    memory_bytes: int
    recent_minutes: int
    recent: Figures

"""What monitoring answers on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from govstack.blocks.mediator.evidence.model import Entry
from govstack.blocks.mediator.monitoring.model import By, Figures, Group, Load, Package, Sample, Sampled

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=1_000)]


class StatisticsQuery(msgspec.Struct, frozen=True):
    """By what to group, for which application, and for which period."""

    by: By = By.SERVICE
    application: str = ""
    since: Moment | None = msgspec.field(default=None, name="from")
    until: Moment | None = msgspec.field(default=None, name="to")


class OperationsQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Which answered exchanges to list."""

    application: str = ""
    client: str = ""
    provider: str = ""
    service_code: str = ""
    correlation_id: str = ""
    verdict: str = ""
    status: Annotated[int, msgspec.Meta(ge=0, le=999)] = 0
    since: Moment | None = msgspec.field(default=None, name="from")
    until: Moment | None = msgspec.field(default=None, name="to")
    limit: Limit = 100


class ExchangesQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Which exchanges to show: answered since a moment, of one correlation id."""

    correlation_id: str = ""
    correlation_id_plain: str = msgspec.field(default="", name="correlation_id")
    since: Moment | None = None
    application: str = ""
    limit: Limit = 100


class EnvironmentQuery(msgspec.Struct, frozen=True):
    """Of which machine and period to show the environment."""

    node: str = ""
    since: Moment | None = msgspec.field(default=None, name="from")
    until: Moment | None = msgspec.field(default=None, name="to")
    limit: Limit = 100


class Durations(msgspec.Struct, frozen=True):
    """How long answers took, in milliseconds; shares are estimated from counts by duration."""

    mean: float
    half: float = msgspec.field(name="p50")
    most: float = msgspec.field(name="p95")
    nearly_all: float = msgspec.field(name="p99")
    longest: float

    @classmethod
    def of(cls, figures: Figures) -> Durations:
        """Return the durations of some answers."""
        mean = round(figures.duration_us / figures.answers / 1000, 3) if figures.answers else 0.0
        half, most, nearly_all = (figures.milliseconds_at(share) for share in (0.5, 0.95, 0.99))
        return cls(mean, half, most, nearly_all, figures.duration_us_max / 1000)


class Statistic(msgspec.Struct, frozen=True, rename="camel"):
    """The figures of one organisation, application, service, endpoint, consumer, status or minute."""

    name: str
    answers: int
    succeeded: int
    refused: int
    failed: int
    request_bytes: int
    answer_bytes: int
    milliseconds: Durations

    @classmethod
    def of(cls, group: Group) -> Statistic:
        """Return a group as it is answered."""
        total = group.total
        return cls(
            group.name,
            total.answers,
            group.succeeded,
            group.refused,
            group.failed,
            total.request_bytes,
            total.answer_bytes,
            Durations.of(total),
        )


class StatisticList(msgspec.Struct, frozen=True):
    """Statistics, the busiest first."""

    by: str
    statistics: list[Statistic]


class Exchange(msgspec.Struct, frozen=True, rename="camel"):
    """One answered exchange without anything said in it; `operation` is the method and the path template."""

    message_id: str
    correlation_id: str
    client: str
    service: str
    operation: str
    verdict: str
    reason: str
    status: int
    milliseconds: float
    at: str

    @classmethod
    def of(cls, entry: Entry) -> Exchange:
        """Return an exchange as it is shown."""
        said = entry.message
        return cls(
            said.message_id,
            said.correlation_id,
            said.client,
            f"{said.provider}/{said.service_code}",
            f"{said.method} {said.endpoint}".rstrip(),
            said.verdict,
            said.reason,
            said.status,
            said.duration_us / 1000,
            said.at,
        )


class ExchangeList(msgspec.Struct, frozen=True):
    """Exchanges, oldest first."""

    exchanges: list[Exchange]


class OperationRecord(msgspec.Struct, frozen=True, rename="camel"):
    """Operational data of one exchange: who, what, when, how large, how long; no payload and no user."""

    message_id: str
    correlation_id: str
    client: str
    service: str
    method: str
    endpoint: str
    succeeded: bool
    verdict: str
    reason: str
    status: int
    at: str
    request_bytes: int
    answer_bytes: int
    milliseconds: float
    provider_milliseconds: float
    purpose: str
    user_stated: bool

    @classmethod
    def of(cls, entry: Entry) -> OperationRecord:
        """Return an exchange as it is recorded for operations."""
        said = entry.message
        return cls(
            said.message_id,
            said.correlation_id,
            said.client,
            f"{said.provider}/{said.service_code}",
            said.method,
            said.endpoint,
            said.verdict == "allowed" and not said.reason and said.status < 500,
            said.verdict,
            said.reason,
            said.status,
            said.at,
            said.request_bytes,
            said.answer_bytes,
            said.duration_us / 1000,
            said.provider_us / 1000,
            said.purpose,
            bool(said.user_statement),
        )


class OperationList(msgspec.Struct, frozen=True):
    """Operational data, newest first."""

    operations: list[OperationRecord]


class LoadAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """What this process does now."""

    exchanges_under_way: int
    exchanges_under_way_max: int
    exchanges_limit: int
    entries_waiting: int
    jobs_waiting: int
    jobs_dead: int
    processor_seconds: float
    memory_bytes: int
    recent_minutes: int
    recent_answers: int
    recent_answers_per_second: float
    recent_milliseconds: Durations

    @classmethod
    def of(cls, load: Load) -> LoadAnswer:
        """Return a load as it is answered."""
        return cls(
            load.exchanges_under_way,
            load.exchanges_under_way_max,
            load.exchanges_limit,
            load.entries_waiting,
            load.jobs_waiting,
            load.jobs_dead,
            load.processor_seconds,
            load.memory_bytes,
            load.recent_minutes,
            load.recent.answers,
            round(load.recent.answers / (load.recent_minutes * 60), 3),
            Durations.of(load.recent),
        )


class EnvironmentSample(msgspec.Struct, frozen=True):
    """One look at a machine; parts that are not shared with the caller are absent."""

    node: str
    at: str
    sample: Sample

    @classmethod
    def of(cls, sampled: Sampled) -> EnvironmentSample:
        """Return a sample as it is answered."""
        return cls(sampled.node, sampled.at, sampled.sample)


class EnvironmentSampleList(msgspec.Struct, frozen=True):
    """Samples, newest first."""

    samples: list[EnvironmentSample]


class InstalledPackage(msgspec.Struct, frozen=True, rename="camel"):
    """Installed software."""

    node: str
    name: str
    version: str
    first_seen: str
    last_seen: str

    @classmethod
    def of(cls, package: Package) -> InstalledPackage:
        """Return software as it is answered."""
        return cls(package.node, package.name, package.version, package.first_seen, package.last_seen)


class InstalledPackageList(msgspec.Struct, frozen=True):
    """Installed software by machine and name."""

    packages: list[InstalledPackage]

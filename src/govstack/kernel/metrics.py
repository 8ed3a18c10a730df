"""Counters and timings in the Prometheus text format, a registry per process."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class RequestFigures(Collector):
    """Answered requests and their durations: plain numbers while counting, since every request passes here."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, int], int] = {}
        self._times: dict[tuple[str, str], list[float]] = {}

    def count(self, package: str, operation: str, status: int, seconds: float) -> None:
        """Note one answered request."""
        key = (package, operation, status)
        self._counts[key] = self._counts.get(key, 0) + 1
        times = self._times.get((package, operation))
        if times is None:
            times = self._times[(package, operation)] = [0.0] * (len(_SECONDS) + 2)
        times[bisect_left(_SECONDS, seconds)] += 1
        times[-1] += seconds

    def collect(self) -> Iterator[Metric]:
        """Yield the figures in the shape of the Prometheus client."""
        requests = CounterMetricFamily(
            "govstack_requests", "Requests answered", labels=["package", "operation", "status"]
        )
        for (package, operation, status), count in self._counts.items():
            requests.add_metric([package, operation, str(status)], count)
        yield requests
        durations = HistogramMetricFamily("govstack_request_seconds", "Time to answer", labels=["package", "operation"])
        for (package, operation), times in self._times.items():
            reached, buckets = 0.0, []
            for bound, within in zip((*map(str, _SECONDS), "+Inf"), times, strict=False):
                reached += within
                buckets.append((bound, reached))
            durations.add_metric([package, operation], buckets, times[-1])
        yield durations


REGISTRY = CollectorRegistry()
REQUESTS = RequestFigures()
REGISTRY.register(REQUESTS)
JOBS = Counter("govstack_jobs", "Jobs finished", ["package", "kind", "outcome"], registry=REGISTRY)
QUEUE = Gauge("govstack_queue_depth", "Jobs waiting", ["package"], registry=REGISTRY)
SECURITY = Counter("govstack_refusals", "Calls refused", ["package", "reason"], registry=REGISTRY)


def render() -> bytes:
    """Return all figures as Prometheus text."""
    return generate_latest(REGISTRY)

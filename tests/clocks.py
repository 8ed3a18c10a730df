"""The clocks of another country, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from govstack.kernel import clock


@contextmanager
def living_in(zone: str) -> Iterator[None]:
    """Take another time zone for that of the country; it holds for the whole process."""
    before = clock.zone()
    clock.live_in(zone)
    try:
        yield
    finally:
        clock.live_in(before)

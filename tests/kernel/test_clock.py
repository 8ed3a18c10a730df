"""The clock speaks UTC and writes moments that sort as text."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govstack.kernel import clock
from tests.clocks import living_in

MOMENT = datetime(2026, 11, 21, 21, 30, 0, 123456, tzinfo=UTC)


def test_now_is_aware_and_in_utc() -> None:
    assert clock.now().tzinfo is UTC


def test_a_timestamp_has_microseconds_and_ends_in_z() -> None:
    assert clock.timestamp(MOMENT) == "2026-11-21T21:30:00.123456Z"


def test_a_timestamp_keeps_its_width_on_the_full_second() -> None:
    assert clock.timestamp(MOMENT.replace(microsecond=0)) == "2026-11-21T21:30:00.000000Z"


def test_a_timestamp_of_another_zone_is_written_in_utc() -> None:
    there = MOMENT.astimezone(timezone(timedelta(hours=5, minutes=30)))

    assert clock.timestamp(there) == "2026-11-21T21:30:00.123456Z"


def test_a_naive_moment_has_no_timestamp() -> None:
    with pytest.raises(ValueError, match="time zone"):
        clock.timestamp(datetime(2026, 1, 1))  # noqa: DTZ001


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_timestamps_sort_as_their_moments_do(one: datetime, other: datetime) -> None:
    assert (clock.timestamp(one) < clock.timestamp(other)) == (one < other)


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_timestamp_reads_back_as_the_same_moment(moment: datetime) -> None:
    assert clock.parse(clock.timestamp(moment)) == moment


def test_reading_a_moment_with_an_offset_gives_utc() -> None:
    assert clock.parse("2026-11-21T23:30:00+02:00") == MOMENT.replace(microsecond=0)


def test_reading_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        clock.parse("2026-11-21T23:30:00")


def test_a_fixed_clock_stands_still_and_then_runs_again() -> None:
    with clock.fixed(MOMENT):
        inside = clock.now()

    assert inside == MOMENT
    assert clock.now() != MOMENT


async def test_a_task_started_under_a_fixed_clock_sees_the_fixed_moment() -> None:
    async def read() -> datetime:
        return clock.now()

    with clock.fixed(MOMENT):
        seen = await asyncio.create_task(read())

    assert seen == MOMENT


def test_the_clock_cannot_be_fixed_at_a_naive_moment() -> None:
    with pytest.raises(ValueError, match="time zone"), clock.fixed(datetime(2026, 1, 1)):  # noqa: DTZ001
        pass


def test_monotonic_seconds_never_step_back() -> None:
    readings = [clock.monotonic() for _ in range(100)]

    assert readings == sorted(readings)


def test_days_and_times_of_people_are_those_of_the_country() -> None:
    with clock.fixed(MOMENT), living_in("Asia/Kathmandu"):
        assert clock.zone() == "Asia/Kathmandu"
        assert clock.today().isoformat() == "2026-11-22"
        assert clock.day("2026-11-21T18:14:59Z").isoformat() == "2026-11-21"
        assert clock.day(MOMENT).isoformat() == "2026-11-22"
    assert clock.zone() == "UTC"

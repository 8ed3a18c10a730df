"""Days and times as the clocks of the country show them, kept in universal time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest

from govstack.kernel import clock
from govstack.pillars.learn.response.attendance import service as attendance
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.response.offerings import service as offerings
from tests.builders.courses import course, session, signed_in
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn, page, send
from tests.clocks import living_in
from tests.databases import Databases

HERE = "/desk/sessions/s-1/change"


@pytest.fixture
def kathmandu() -> Iterator[None]:
    with living_in("Asia/Kathmandu"):
        yield


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


async def moved(pillar: Learn, starts: str, ends: str) -> int:
    """Move the session by its form; return how that went."""
    times = {
        "registration_starts": "2026-01-01 08:00", "registration_ends": starts, "starts": starts, "ends": ends,
    }  # fmt: skip
    async with pillar.browser("learn:plan") as client:
        sent = await send(client, await page(client, HERE), HERE, **times, place="Hall 2", seats="9", link="")
        return sent.status_code


@pytest.mark.requirement("F8.2", "F12.1")
@pytest.mark.usefixtures("kathmandu")
async def test_a_session_is_entered_and_shown_on_the_clocks_of_the_country_and_kept_in_utc(pillar: Learn) -> None:
    await course(pillar.context)
    await session(pillar.context)
    sent = await moved(pillar, "2030-03-01 05:00", "2030-03-01 17:00")
    kept = await offerings.session(pillar.context, session_id="s-1")
    async with pillar.browser("learn:plan") as client:
        form = await page(client, HERE)
        shown = await page(client, "/desk/sessions/s-1")
    async with pillar.officer("learn:plan") as client:
        told = (await client.get(f"{API}/sessions/s-1")).json()

    assert sent == 303
    assert kept.starts.isoformat() == "2030-02-28T23:15:00+00:00"
    assert told["starts"].startswith("2030-02-28T23:15:00")
    assert 'value="2030-03-01 05:00"' in form
    assert "as the clocks of Asia/Kathmandu show them" in form
    assert re.search(r"1 Mar 2030, 5:00.AM \(Asia/Kathmandu\)", shown) or "1 Mar 2030, 05:00 (Asia/Kathmandu)" in shown


@pytest.mark.requirement("F12.1")
@pytest.mark.usefixtures("kathmandu")
async def test_days_of_attendance_are_the_days_of_the_country(pillar: Learn) -> None:
    await course(pillar.context)
    await session(pillar.context)
    await moved(pillar, "2030-03-01 05:00", "2030-03-02 04:00")
    kept = await offerings.session(pillar.context, session_id="s-1")
    person = await civil_servant(pillar.context, "p-1", number="N-1")
    one = await enrolment.enrol(pillar.context, by=signed_in(person), session_id="s-1")
    with clock.fixed(clock.parse("2030-02-28T23:30:00Z")):
        found = await attendance.sheet(pillar.context, by=OFFICER, session_id="s-1", day=None)

    assert kept.held_on == (date(2030, 3, 1), date(2030, 3, 2))
    assert found.day == date(2030, 3, 1)
    assert one.id

"""Seats of events: who gets one, who waits, for whom some are kept, and who moves up."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from govstack.kernel import clock
from govstack.kernel.context import Context
from govstack.pillars.learn.knowing.gatherings import service
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.model import Gender
from tests.builders.learning import OFFICER, Learn, civil_servant, learn, ministry, page, send
from tests.builders.mediator import trail
from tests.builders.posted_learning import Posted, posted_on, work
from tests.databases import Databases
from tests.pillars.learn.test_communities import FACILITATOR, community
from tests.pillars.learn.test_gatherings import WHERE, planned

PAGE = "/gatherings/demo"
HERE = f"{PAGE}/attendance"


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


async def event(pillar: Learn, seats: int | None, *quotas: dict[str, Any], people_known: int = 6) -> None:
    """Plan an event of tomorrow with seats; the last two of those who are known are men of the tax office."""
    await community(pillar)
    await ministry(pillar.context, "health")
    await ministry(pillar.context, "tax")
    for number in range(1, people_known + 1):
        man = number > people_known - 2
        await civil_servant(
            pillar.context, f"p-{number}", number=f"CS-{number}", contact=f"p{number}@people.example.org",
            gender=Gender.MALE if man else Gender.FEMALE, organisation_id="tax" if man else "health",
        )  # fmt: skip
    await planned(pillar, days=1)
    assert (await seated(pillar, seats, *quotas)).status_code == 200


async def seated(pillar: Learn, seats: int | None, *quotas: dict[str, Any]) -> httpx.Response:
    """Set the seats of the event."""
    async with pillar.officer(*FACILITATOR) as client:
        return await client.put(f"{WHERE}/seats", json={"seats": seats, "quotas": list(quotas)})


async def come(pillar: Learn, number: int, *, comes: bool = True) -> dict[str, Any]:
    """Say that somebody comes, or does not; return where the event stands for them."""
    async with pillar.person(f"s-{number}", person_id=f"CS-{number}") as client:
        await (client.put if comes else client.delete)(f"{WHERE}/attendance")
        told: dict[str, Any] = (await client.get(f"{WHERE}/standing")).json()
        return told


async def standing(pillar: Learn, number: int) -> dict[str, Any]:
    """Return where the event stands for somebody."""
    async with pillar.person(f"s-{number}", person_id=f"CS-{number}") as client:
        told: dict[str, Any] = (await client.get(f"{WHERE}/standing")).json()
        return told


@pytest.mark.requirement("F32.3", "F18.1")
async def test_who_comes_to_a_full_event_waits_in_order_and_gets_the_seat_that_somebody_leaves(pillar: Learn) -> None:
    await event(pillar, 2)
    first, second, third, fourth = [await come(pillar, number) for number in (1, 2, 3, 4)]
    again = await come(pillar, 1)
    await come(pillar, 2, comes=False)

    assert [(one["comes"], one["left"], one["place"]) for one in (first, second, third, fourth)] == [
        (True, 1, 0), (True, 0, 0), (False, 0, 1), (False, 0, 2),
    ]  # fmt: skip
    assert (again["comes"], again["registered"], again["waiting"]) == (True, 2, 2)
    assert [(one["comes"], one["place"]) for one in [await standing(pillar, 3), await standing(pillar, 4)]] == [
        (True, 0), (False, 1),
    ]  # fmt: skip


@pytest.mark.requirement("F32.3")
async def test_seats_are_never_given_twice_however_many_come_at_the_same_moment(pillar: Learn) -> None:
    await event(pillar, 2, people_known=8)
    told = await asyncio.gather(*(come(pillar, number) for number in range(1, 9)))
    after = await standing(pillar, 1)

    assert (after["registered"], after["waiting"], after["left"]) == (2, 6, 0)
    assert len(told) == 8


@pytest.mark.requirement("F32.3")
async def test_seats_are_kept_for_a_group_and_no_more_than_so_many_given_to_another(pillar: Learn) -> None:
    await event(
        pillar, 4, {"kind": "gender", "id": "male", "least": 1}, {"kind": "ministry", "id": "health", "most": 2}
    )
    told = {number: (await come(pillar, number))["comes"] for number in (1, 2, 3, 5, 6)}
    raised = await seated(pillar, 5, {"kind": "gender", "id": "male", "least": 1})

    # Two of the health ministry have a seat, the third waits though there is one; both of the tax office come.
    assert told == {1: True, 2: True, 3: False, 5: True, 6: True}
    assert raised.json() == {"seats": 5, "quotas": [{"kind": "gender", "id": "male", "least": 1}]}
    assert (await standing(pillar, 3))["comes"]


@pytest.mark.requirement("F32.3")
async def test_a_quota_counts_those_who_came_before_it_was_set_and_without_one_nothing_is_kept_of_them(
    pillar: Learn,
) -> None:
    await event(pillar, 4)
    await come(pillar, 1)
    async with pillar.context.database.reading() as tx:
        before = (await tx.fetch("SELECT ministry_id, gender FROM gathering_attendant"))[0]
    await seated(pillar, 4, {"kind": "gender", "id": "female", "most": 1})

    full, free = await come(pillar, 2), await come(pillar, 5)
    await seated(pillar, 4)
    async with pillar.context.database.reading() as tx:
        after = await tx.fetch("SELECT DISTINCT ministry_id, gender FROM gathering_attendant")

    assert (before["ministry_id"], before["gender"]) == ("", "unstated")
    assert (full["comes"], free["comes"]) == (False, True)
    assert [(row["ministry_id"], row["gender"]) for row in after] == [("", "unstated")]


@pytest.mark.requirement("F32.3")
async def test_quotas_hold_for_whoever_comes_while_they_are_set_and_taken_away(pillar: Learn) -> None:
    await event(pillar, 9, people_known=9)
    kept = {"kind": "gender", "id": "female", "most": 9}
    await asyncio.gather(*(come(pillar, number) for number in range(1, 5)), seated(pillar, 9, kept))
    async with pillar.context.database.reading() as tx:
        known = await tx.fetch("SELECT ministry_id, gender FROM gathering_attendant")
    await asyncio.gather(*(come(pillar, number) for number in range(5, 8)), seated(pillar, 9))
    async with pillar.context.database.reading() as tx:
        after = await tx.fetch("SELECT ministry_id, gender FROM gathering_attendant")

    assert [(row["ministry_id"], row["gender"]) for row in known] == [("health", "female")] * 4
    assert [(row["ministry_id"], row["gender"]) for row in after] == [("", "unstated")] * 7


@pytest.mark.requirement("F32.3")
async def test_a_seat_that_somebody_left_who_was_erased_is_told_as_free(pillar: Learn) -> None:
    await event(pillar, 1)
    await come(pillar, 1)
    await people.erase(pillar.context, by=OFFICER, person_id="p-1")
    await work(pillar.context)
    told = await standing(pillar, 2)
    async with pillar.browser(*FACILITATOR) as office:
        listed = await page(office, "/coming-events")

    assert told["left"] == 1
    assert "1 seat left" in listed
    assert (await come(pillar, 2))["comes"]


@pytest.mark.requirement("F32.3")
async def test_seats_that_contradict_each_other_or_were_given_already_are_refused(pillar: Learn) -> None:
    await event(pillar, 3)
    await ministry(pillar.context, "tax-unit", parent_id="tax", kind="unit")
    for number in (1, 2):
        await come(pillar, number)
    crossed = await seated(pillar, 2, {"kind": "gender", "id": "female", "least": 3})
    endless = await seated(pillar, None, {"kind": "gender", "id": "female", "least": 1})
    ministries = [{"kind": "ministry", "id": one, "least": 2} for one in ("health", "tax")]
    much = await seated(pillar, 3, *ministries)
    nobody = [
        await seated(pillar, 3, {"kind": kind, "id": one, "least": 1})
        for kind, one in (("gender", "womn"), ("ministry", "tax-unit"), ("ministry", "nowhere"))
    ]
    fewer = await seated(pillar, 1)
    none = await seated(pillar, 0)
    async with pillar.person("s-1", person_id="CS-1") as client:
        theirs = [await client.put(f"{WHERE}/seats", json={"seats": 9}), await client.get(f"{WHERE}/seats")]

    assert [one.json()["code"] for one in (crossed, endless, much, *nobody, fewer)] == [
        *["gathering-seats"] * 6, "gathering-seats-taken",
    ]  # fmt: skip
    assert none.status_code == 400
    assert [one.status_code for one in theirs] == [403, 403]


@pytest.mark.requirement("F32.3")
async def test_without_a_number_of_seats_everybody_comes_who_waited(pillar: Learn) -> None:
    await event(pillar, 1)
    for number in (1, 2, 3):
        await come(pillar, number)
    await seated(pillar, None)
    after = await standing(pillar, 3)

    assert (after["comes"], after["registered"], after["waiting"], after["seats"], after["left"]) == (
        True, 3, 0, None, None,
    )  # fmt: skip


@pytest.mark.requirement("F32.3")
async def test_pages_tell_of_seats_and_those_who_lead_set_them_and_quotas(pillar: Learn) -> None:
    await event(pillar, None)
    async with pillar.browser(*FACILITATOR, subject="office") as office:
        form = await page(office, HERE)
        wrong = await send(office, form, f"{PAGE}/seats", seats="many")
        await send(office, form, f"{PAGE}/seats", seats="1")
        limited = await page(office, HERE)
        unknown = await send(office, limited, f"{PAGE}/quotas", quota="gender:robots", least="1", most="")
        await send(office, limited, f"{PAGE}/quotas", quota="gender:female", least="1", most="")
        much = await send(office, limited, f"{PAGE}/quotas", quota="gender:female", least="4", most="")
    async with pillar.browser(subject="s-5", person_id="CS-5") as man:
        waits = await send(man, await page(man, HERE), HERE, comes="yes")
        shown = await page(man, HERE)
    async with pillar.browser(*FACILITATOR, subject="office") as office:
        queue = await page(office, HERE)
        await send(office, queue, f"{PAGE}/quotas/remove", gone="gender:female")
        after = await page(office, HERE)
        coming = await page(office, "/coming-events")
    async with pillar.browser(subject="s-5", person_id="CS-5") as man:
        seated_now = await page(man, HERE)

    assert "Enter a whole number from 1 to 5,000" in wrong.text
    assert "Choose whom the seats are for" in unknown.text
    assert "Quotas cannot keep more seats than there are" in much.text
    assert waits.status_code == 303
    assert "Your place in the queue: 1" in shown
    assert "I do not wait any more" in shown
    assert ("You have a seat." in shown, "You have a seat." in seated_now) == (False, True)
    assert "I do not come after all" in seated_now
    assert "Waits for a seat" in queue
    assert "Waits for a seat" not in after
    assert "Full" in coming


@pytest.fixture
async def posted(databases: Databases) -> AsyncIterator[Posted]:
    async with posted_on(databases) as made:
        yield made


@pytest.mark.requirement("F32.3", "F12.4")
async def test_whoever_moves_up_is_told_once_also_when_somebody_was_erased(posted: Posted) -> None:
    pillar = posted.pillar
    await event(pillar, 1)
    for number in (1, 2, 3):
        await come(pillar, number)
    before = await posted.mails()
    await come(pillar, 1, comes=False)
    moved = await posted.mails()
    await people.erase(pillar.context, by=OFFICER, person_id="p-2")
    await work(pillar.context)
    erased = await posted.mails()

    assert before == []
    lines = await trail(pillar.context, "learn.gathering.moved-up")
    assert sorted(json.loads(one.detail)["person"] for one in lines) == ["p-2", "p-3"]
    assert len(moved) == 1
    assert "p2@people.example.org" in str(moved[0])
    assert "Demo day" in str(moved[0])
    assert len(erased) == 2
    assert "p3@people.example.org" in str(erased)
    assert (await standing(pillar, 3))["comes"]


@pytest.mark.requirement("F32.3")
async def test_seats_of_an_event_that_is_over_stay_as_they_were(pillar: Learn) -> None:
    await event(pillar, 1)
    for number in (1, 2):
        await come(pillar, number)
    async with pillar.officer(*FACILITATOR) as client:
        await client.post(f"{WHERE}/cancellation")
    await people.erase(pillar.context, by=OFFICER, person_id="p-1")
    await work(pillar.context)
    late = await seated(pillar, 5)

    assert late.json()["code"] == "gathering-over"
    assert not (await standing(pillar, 2))["comes"]


@pytest.mark.requirement("F32.3")
async def test_nobody_moves_up_at_an_event_that_has_begun(pillar: Learn) -> None:
    await event(pillar, 1)
    for number in (1, 2):
        await come(pillar, number)
    with clock.fixed(clock.now() + timedelta(days=2)):
        await come(pillar, 1, comes=False)
        await seated(pillar, 5)
        after = await standing(pillar, 2)

    assert (after["comes"], after["waiting"]) == (False, 1)


@pytest.mark.requirement("F32.3")
async def test_whoever_was_erased_meanwhile_gets_no_seat(pillar: Learn, monkeypatch: pytest.MonkeyPatch) -> None:
    await event(pillar, 1)
    known = people.tree

    async def slow(context: Context) -> Any:
        await people.erase(context, by=OFFICER, person_id="p-1")
        await work(context)
        return await known(context)

    async with pillar.person("s-1", person_id="CS-1") as client:
        with monkeypatch.context() as patch:
            patch.setattr(service.people, "tree", slow)
            refused = await client.put(f"{WHERE}/attendance")

    assert refused.status_code == 404
    assert (await come(pillar, 2))["comes"]


@pytest.mark.requirement("F32.3")
async def test_a_full_list_refuses_whoever_is_new_and_nobody_else(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    await event(pillar, 1)
    for number in (1, 2):
        await come(pillar, number)
    monkeypatch.setattr(service, "ATTENDANTS_MAX", 2)
    async with pillar.person("s-1", person_id="CS-1") as client:
        again = await client.put(f"{WHERE}/attendance")
    async with pillar.person("s-3", person_id="CS-3") as client:
        new = await client.put(f"{WHERE}/attendance")
    with clock.fixed(clock.now() + timedelta(days=2)):
        async with pillar.officer(*FACILITATOR) as client:
            there = await client.put(f"{WHERE}/people/p-1", json={"came": True})
        async with pillar.browser(*FACILITATOR, subject="office") as office:
            told = await send(office, await page(office, HERE), f"{PAGE}/people", number="CS-3")

    assert (again.status_code, new.json()["code"], there.status_code) == (200, "gathering-full", 204)
    assert told.status_code == 400


@pytest.mark.requirement("F32.3")
async def test_what_quotas_needed_to_know_goes_when_the_event_is_over(pillar: Learn) -> None:
    await event(pillar, 4, {"kind": "gender", "id": "female", "least": 1})
    await come(pillar, 1)
    async with pillar.officer(*FACILITATOR) as client:
        await client.post(f"{WHERE}/cancellation")
    async with pillar.context.database.reading() as tx:
        kept = await tx.fetch("SELECT ministry_id, gender FROM gathering_attendant")

    assert [(row["ministry_id"], row["gender"]) for row in kept] == [("", "unstated")]

"""Events in time: lists in the order of time, one's own events, and word to those who come when one changes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from govstack.kernel import clock
from govstack.pillars.learn.knowing.agenda.model import News, news
from govstack.pillars.learn.records.model import Audience, Record
from tests.builders.learning import API, Learn, learn, page, send
from tests.builders.posted_learning import Posted, posted_on
from tests.databases import Databases
from tests.pillars.learn.test_communities import FACILITATOR
from tests.pillars.learn.test_gathering_seats import HERE, PAGE, come, event, seated
from tests.pillars.learn.test_gatherings import WHERE, planned


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


@pytest.fixture
async def posted(databases: Databases) -> AsyncIterator[Posted]:
    async with posted_on(databases) as made:
        yield made


async def acted(pillar: Learn, method: str, path: str) -> httpx.Response:
    """Do something to the event as somebody who leads it."""
    async with pillar.officer(*FACILITATOR) as client:
        return await client.request(method, path)


def of_day(day: str, *, archived: bool = False, number: int = 1, **more: str) -> Record:
    """Return an event as it is written down."""
    content: dict[str, Any] = {"name": "Demo day", "day": day, "time": "09:00", "zone": "UTC", "minutes": 60, **more}
    return Record(
        id="demo", kind="gathering", number=number, content=content, audience=Audience.PARTNER, archived=archived,
        changed_at="2026-01-01T00:00:00Z", changed_by="office", written_in="",
    )  # fmt: skip


@pytest.mark.requirement("F18.1")
@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        (of_day("2026-06-01"), of_day("2026-06-01", state="cancelled"), News.OFF),
        (of_day("2026-06-01"), of_day("2026-06-01", archived=True), News.OFF),
        (of_day("2026-06-01", state="cancelled"), of_day("2026-06-01", archived=True), None),
        (of_day("2026-06-01", archived=True), of_day("2026-06-01"), News.ON),
        (of_day("2026-06-01"), of_day("2026-06-02"), News.MOVED),
        (of_day("2026-06-01"), of_day("2026-06-01", place="Hall 2"), News.MOVED),
        (of_day("2026-06-01"), of_day("2026-06-01", link="https://meet.example.org/2"), News.MOVED),
        (of_day("2026-06-01"), of_day("2026-06-01", name="Demo day of data"), None),
        (of_day("2026-06-01"), of_day("2026-06-01", state="closed"), None),
        (of_day("2026-04-01"), of_day("2026-04-01", place="Hall 2"), None),
        (of_day("2026-04-01"), of_day("2026-04-01", state="cancelled"), None),
        (of_day("2026-04-01"), of_day("2026-06-01"), News.MOVED),
        (of_day("2026-06-01"), of_day("2026-04-01"), News.MOVED),
    ],
)
def test_only_what_changes_where_somebody_goes_and_when_is_news(before: Record, now: Record, told: News | None) -> None:
    assert news(before, now, clock.parse("2026-05-01T00:00:00Z")) is told


@pytest.mark.requirement("F18.1", "F12.4")
async def test_whoever_comes_or_waits_is_told_once_of_each_change_and_of_the_end(posted: Posted) -> None:
    pillar = posted.pillar
    await event(pillar, 1)
    await come(pillar, 1)
    await come(pillar, 2)
    quiet = await posted.mails()
    await planned(pillar, days=1, name="Demo day of data")
    renamed = await posted.mails()
    await planned(pillar, days=2, place="Hall 2")
    moved = await posted.mails()
    again = await posted.mails()
    cancelled = await acted(pillar, "POST", f"{WHERE}/cancellation")
    off = await posted.mails()

    assert (quiet, renamed) == ([], [])
    assert len(moved) == len(again) == 2
    assert all(f"p{number}@people.example.org" in str(moved) for number in (1, 2))
    assert "Hall 2" in str(moved[0])
    assert "Before, it was to begin on" in str(moved[0])
    assert (cancelled.status_code, len(off)) == (200, 4)
    assert "Demo day does not take place" in str(off)


@pytest.mark.requirement("F18.1", "F12.4")
async def test_whoever_has_a_seat_at_what_is_taken_out_of_use_is_told_and_reads_it(posted: Posted) -> None:
    pillar = posted.pillar
    await event(pillar, 1)
    await come(pillar, 1)
    archived = await acted(pillar, "DELETE", WHERE)
    told = await posted.mails()
    async with pillar.browser(subject="s-1", person_id="CS-1") as mine:
        shown = await page(mine, HERE)
        listed = await page(mine, "/my/events")
    async with pillar.browser(subject="s-3", person_id="CS-3") as other:
        unseen = await other.get(HERE)
    await planned(pillar, days=1)
    on_again = await posted.mails()

    assert archived.status_code == 204
    assert "Demo day does not take place" in str(told)
    assert "This event does not take place." in shown
    assert "Cancelled" in listed
    assert unseen.status_code == 404
    assert "Demo day takes place after all" in str(on_again)


@pytest.mark.requirement("F18.1")
async def test_ones_own_events_stand_in_a_list_a_calendar_and_the_pages_of_learning(pillar: Learn) -> None:
    await event(pillar, 1)
    await come(pillar, 1)
    await come(pillar, 2)
    async with pillar.browser(subject="s-1", person_id="CS-1") as seat:
        found = await page(seat, "/my/events")
        calendar = await seat.get("/my/events/calendar")
        linked = await page(seat, "/my/learning")
    async with pillar.browser(subject="s-2", person_id="CS-2") as waits:
        queue = await page(waits, "/my/events")
        nothing = await waits.get("/my/events/calendar")
    async with pillar.person("s-2", person_id="CS-2") as client:
        told = (await client.get(f"{API}/me/events")).json()
        refused = await client.get(f"{API}/me/event-calendar")
    async with pillar.nobody() as nobody:
        closed = await nobody.get(f"{API}/me/events")

    assert "You come" in found
    assert "SUMMARY:Demo day" in calendar.text
    assert "/my/events" in linked
    assert "You wait for a seat" in queue
    assert "SUMMARY" not in nothing.text + refused.text
    assert [(one["id"], one["waits"], one["came"], one["off"]) for one in told] == [("demo", True, False, False)]
    assert closed.status_code == 401


@pytest.mark.requirement("F32.3", "F18.1")
async def test_what_one_needs_is_seen_changed_and_taken_back(pillar: Learn) -> None:
    await event(pillar, None)
    async with pillar.browser(subject="s-1", person_id="CS-1") as client:
        await send(client, await page(client, HERE), HERE, comes="yes", needs="Sign language")
        async with pillar.officer(*FACILITATOR) as office:
            await office.put(f"{WHERE}/people/p-1/needs-met", json={"met": True})
        met = await page(client, HERE)
        same = await send(client, met, HERE, comes="yes", needs="Sign language")
        kept = await page(client, HERE)
        await send(client, kept, HERE, comes="yes", needs="Child care")
        changed = await page(client, HERE)
        await come(pillar, 1)
        unsaid = await page(client, HERE)
        await send(client, unsaid, HERE, comes="yes", needs="")
        taken = await page(client, HERE)

    assert same.status_code == 303
    assert "What you need is arranged." in met
    assert "What you need is arranged." in kept
    assert "What you need is not arranged yet." in changed
    assert "Child care" in unsaid
    assert "Child care" not in taken


@pytest.mark.requirement("F32.3")
async def test_whoever_would_wait_reads_so_before_and_for_whom_seats_are_kept(pillar: Learn) -> None:
    await event(pillar, 2, {"kind": "gender", "id": "female", "least": 2})
    async with pillar.browser(subject="s-5", person_id="CS-5") as man:
        shut = await page(man, HERE)
    async with pillar.browser(subject="s-1", person_id="CS-1") as woman:
        free = await page(woman, HERE)
        await send(woman, free, HERE, comes="yes")
        leaving = await page(woman, HERE)
    await come(pillar, 5)
    async with pillar.browser(subject="s-1", person_id="CS-1") as woman:
        others = await page(woman, HERE)

    assert "2, some can be kept" in shut
    assert "Seats are kept for: Women." in shut
    assert "There is no seat for you now. You can wait for one." in shut
    assert "Wait for a seat" in shut
    assert "Wait for a seat" not in free
    assert "waits for a seat and gets yours at once" not in leaving
    assert "1 person waits for a seat and gets yours at once" in others


@pytest.mark.requirement("F32.3")
async def test_quotas_shut_nobody_out_and_stay_where_the_number_of_seats_is_emptied(pillar: Learn) -> None:
    await event(pillar, 4, {"kind": "ministry", "id": "health", "least": 2})
    await come(pillar, 1)
    shut_out = await seated(pillar, 4, {"kind": "gender", "id": "male", "most": 0})
    async with pillar.browser(*FACILITATOR, subject="office") as office:
        form = await page(office, HERE)
        emptied = await send(office, form, f"{PAGE}/seats", seats="")
        none = await send(office, form, f"{PAGE}/quotas", quota="gender:male", least="", most="0")
        many = await send(office, form, f"{PAGE}/quotas", quota="ministry:tax", least="2", most="")
        kept = await page(office, HERE)
        await send(office, form, f"{PAGE}/quotas/remove", gone="ministry:tax")
        for number in (2, 3, 5):
            await come(pillar, number)
        late = await send(office, form, f"{PAGE}/quotas", quota="ministry:tax", least="2", most="", follow="yes")
        told = await page(office, HERE)

    assert shut_out.status_code == 400
    assert "remove the quotas first" in emptied.text
    assert "a quota shuts nobody out" in none.text
    assert many.status_code == late.status_code == 303
    assert "3, of these 3 kept for some" in kept
    assert "Fewer seats are left than you keep" in told
    assert "Taken" in told


@pytest.mark.requirement("F18.1")
async def test_who_came_is_ticked_by_name_and_taken_back(pillar: Learn) -> None:
    await event(pillar, None)
    for number in (1, 2):
        await come(pillar, number)
    async with pillar.browser(*FACILITATOR, subject="office") as office:
        early = await page(office, HERE)
        shut = await office.get(f"{PAGE}/closing")
    with clock.fixed(clock.now() + timedelta(days=1, minutes=30)):
        async with pillar.browser(*FACILITATOR, subject="office") as office:
            form = await page(office, HERE)
            nobody = await send(office, form, f"{PAGE}/came", there=[])
            unknown = await send(office, form, f"{PAGE}/came", there=["p-6"])
            await send(office, form, f"{PAGE}/came", there=["p-1", "p-2"])
            both = await page(office, HERE)
            await send(office, both, f"{PAGE}/came", came="no", away=["p-2"])
            empty = await send(office, await page(office, HERE), f"{PAGE}/people", number=" ")
    async with pillar.officer(*FACILITATOR) as client:
        listed = (await client.get(f"{WHERE}/people")).json()["people"]
    async with pillar.context.database.reading() as tx:
        acts = await tx.fetch("SELECT person_id FROM community_act WHERE act = 'attended'")

    assert "Write down who came" not in early
    assert shut.status_code == 409
    assert "Choose at least one person." in nobody.text
    assert "Choose at least one person." in unknown.text
    assert "Who came?" not in both
    assert [(one["personId"], one["came"]) for one in listed] == [("p-1", True), ("p-2", False)]
    assert [row["person_id"] for row in acts] == ["p-1"]
    assert "Enter a number." in empty.text


@pytest.mark.requirement("F20.5")
async def test_health_counts_events_by_their_day_and_also_those_to_which_nobody_came(pillar: Learn) -> None:
    await event(pillar, None)
    end = {"summary": "It went well", "noKnowledge": "Only news"}
    with clock.fixed(clock.now() + timedelta(days=4)):
        async with pillar.officer(*FACILITATOR) as client:
            await client.put(f"{WHERE}/people/p-1", json={"came": True})
            await client.post(f"{WHERE}/closing", json=end)
            told = (await client.get(f"{WHERE}")).json()["content"]
            more = {**told, "name": "Second", "day": (clock.now() - timedelta(days=1)).date().isoformat()}
            del more["state"]
            made = (await client.post(f"{API}/gatherings", json={"content": more, "audience": "partner"})).json()
            await client.post(f"{API}/gatherings/{made['id']}/closing", json=end)
            health = (await client.get(f"{API}/communities/open-data/health")).json()

    assert [(one["day"], one["came"]) for one in health["attendance"]] == [(told["day"], 1), (more["day"], 0)]


@pytest.mark.requirement("F18.1")
async def test_nobody_comes_to_what_is_over_and_no_event_is_planned_for_another_age(pillar: Learn) -> None:
    await event(pillar, None)
    far = await planned(pillar, days=3_000)
    with clock.fixed(clock.now() + timedelta(days=3)):
        async with pillar.person("s-1", person_id="CS-1") as client:
            late = await client.put(f"{WHERE}/attendance")
        async with pillar.browser(*FACILITATOR, subject="office") as office:
            led = await page(office, HERE)
            register = await page(office, "/gatherings")

    assert set(far.json()["fields"]) == {"day"}
    assert (late.status_code, late.json()["code"]) == (409, "gathering-over")
    assert "The time of this event has passed." in led
    assert "Planned" in register


@pytest.mark.requirement("F18.1")
async def test_lists_tell_what_is_to_come_and_what_is_past_in_the_order_of_time(pillar: Learn) -> None:
    await event(pillar, None)
    async with pillar.officer(*FACILITATOR) as client:
        told = (await client.get(WHERE)).json()["content"]
        del told["state"]
        for days, name in ((9, "Late"), (3, "Soon"), (-9, "Long ago"), (-2, "Just now"), (5, "Called off")):
            content = {**told, "name": name, "day": (clock.now() + timedelta(days=days)).date().isoformat()}
            made = await client.post(f"{API}/gatherings", json={"content": content, "audience": "public"})
            if name == "Called off":
                await client.post(f"{API}/gatherings/{made.json()['id']}/cancellation")
    async with pillar.browser() as reader:
        coming = await page(reader, "/coming-events")
        past = await page(reader, "/past-events")
        nowhere = await page(reader, "/past-events?skip=50")

    assert coming.index("Soon") < coming.index("Late")
    assert "Called off" not in coming
    assert past.index("Called off") < past.index("Just now") < past.index("Long ago")
    assert "Soon" not in past
    assert "There are none." in nowhere

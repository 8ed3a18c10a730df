"""Events: who may come, who came, what came of them, and what they do for their community."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from icalendar import Calendar

from govstack.kernel import clock, events
from govstack.kernel.jobs import Job
from govstack.pillars.learn.knowing.agenda import service as agenda
from govstack.pillars.learn.knowing.agenda import tasks as agenda_tasks
from govstack.pillars.learn.manifest import FORGETTING
from tests.builders.learning import API, Learn, civil_servant, learn, page, send
from tests.databases import Databases
from tests.pillars.learn.test_communities import FACILITATOR, community, joined, payloads, put

WHERE = f"{API}/gatherings/demo"


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


async def planned(pillar: Learn, days: int = 0, audience: str = "partner", **more: Any) -> httpx.Response:
    """Plan an event, which has just begun or is some days away, and let its community hear of it."""
    starts = clock.now() + timedelta(days=days) if days else clock.now() - timedelta(minutes=1)
    content = {
        "name": "Demo day", "type": "demo-day", "day": starts.date().isoformat(),
        "time": "00:00" if days else starts.strftime("%H:%M"), "zone": "UTC", "minutes": 90,
        "agenda": ["Welcome", "Demo"], "invitation": "Come and see.", "community": "open-data", **more,
    }  # fmt: skip
    async with pillar.officer(*FACILITATOR) as client:
        answer = await client.put(WHERE, json={"content": content, "audience": audience})
    for told in await payloads(pillar, events.OUTBOX):
        if told["type"] in agenda_tasks.SUBSCRIPTIONS:
            await agenda_tasks.changed(pillar.context, Job("1", "", told, 1, clock.timestamp()))
    return answer


@pytest.mark.requirement("F18.1")
async def test_an_event_has_an_agenda_an_invitation_and_a_time_that_exists(pillar: Learn) -> None:
    await community(pillar)

    wrong = await planned(pillar, time="25:00", zone="Nowhere/At_All")
    empty = await planned(pillar, agenda=[], invitation="")
    taken = await planned(pillar)

    assert set(wrong.json()["fields"]) == {"time", "zone"}
    assert set(empty.json()["fields"]) == {"agenda", "invitation"}
    assert taken.status_code == 200


@pytest.mark.requirement("F18.1")
async def test_an_event_is_closed_with_a_summary_and_an_item_of_knowledge_or_a_reason_for_none(
    pillar: Learn,
) -> None:
    await community(pillar)
    await planned(pillar)
    async with pillar.officer(*FACILITATOR) as client:
        empty = await client.post(f"{WHERE}/closing", json={})
        unknown = await client.post(f"{WHERE}/closing", json={"summary": "It went well", "knowledge": ["none"]})
        ended = {"summary": "It went well", "actions": ["Amina publishes"], "noKnowledge": "Only news"}
        closed = await client.post(f"{WHERE}/closing", json={**ended, "recording": "https://video.example/1"})
        again = await client.post(f"{WHERE}/closing", json=ended)
        kept = (await client.get(WHERE)).json()["content"]

    assert set(empty.json()["fields"]) == {"summary", "noKnowledge"}
    assert list(unknown.json()["fields"]) == ["knowledge"]
    assert (closed.json()["state"], again.status_code) == ("closed", 409)
    assert (kept["actions"], kept["recording"]) == (["Amina publishes"], "https://video.example/1")


@pytest.mark.requirement("F18.1")
async def test_attendance_is_written_by_those_who_lead_once_the_event_has_begun(pillar: Learn) -> None:
    await community(pillar)
    await civil_servant(pillar.context, "p-9", number="N-9")
    await planned(pillar, days=2)
    async with pillar.person("amina", person_id="N-9") as amina, pillar.officer(*FACILITATOR) as client:
        came = await amina.put(f"{WHERE}/attendance")
        early = await client.put(f"{WHERE}/people/p-9", json={"came": True})
        with clock.fixed(clock.now() + timedelta(days=3)):
            own = await amina.put(f"{WHERE}/people/p-9", json={"came": True})
            noted = await client.put(f"{WHERE}/people/p-9", json={"came": True})
        listed = (await client.get(f"{WHERE}/people")).json()["people"]
        hidden = await amina.get(f"{WHERE}/people")
        async with pillar.context.database.transaction() as tx:
            for room in FORGETTING:
                await room(tx, "p-9")
        after = (await client.get(f"{WHERE}/standing")).json()
        people = (await client.get(f"{WHERE}/people")).json()["people"]

    assert (came.json()["comes"], came.json()["registered"]) == (True, 1)
    assert [early.status_code, own.status_code, noted.status_code, hidden.status_code] == [409, 403, 204, 403]
    assert [(one["personId"], one["came"]) for one in listed] == [("p-9", True)]
    assert ((after["registered"], after["came"]), people) == ((1, 1), [])


@pytest.mark.requirement("F18.2")
async def test_a_private_event_is_for_members_of_its_community_alone(pillar: Learn) -> None:
    await community(pillar)
    await planned(pillar, audience="private")
    async with await joined(pillar) as member, pillar.person("eve") as stranger, pillar.nobody() as nobody:
        answers = [await one.get(f"{WHERE}/standing") for one in (member, stranger, nobody)]

    assert [one.status_code for one in answers] == [200, 404, 401]


async def test_an_event_that_was_taken_out_of_use_is_left_to_those_who_lead(pillar: Learn) -> None:
    await community(pillar)
    await planned(pillar)
    async with pillar.officer(*FACILITATOR) as client, pillar.person("eve") as partner:
        before = await partner.get(f"{WHERE}/standing")
        await client.delete(WHERE)
        answers = [await one.get(f"{WHERE}/{part}") for one in (partner, client) for part in ("standing", "calendar")]

    assert before.status_code == 200
    assert [one.status_code for one in answers] == [404, 404, 200, 200]


@pytest.mark.requirement("F20.1")
async def test_a_community_with_a_next_event_can_be_public_until_that_event_has_passed(pillar: Learn) -> None:
    await community(pillar)
    await planned(pillar, days=2)
    async with pillar.officer(*FACILITATOR) as client:
        opened = await put(client, audience="public")
        with clock.fixed(clock.now() + timedelta(days=4)):
            await agenda_tasks.sweep(pillar.context, Job("1", "", {}, 1, clock.timestamp()))
        passed = (await client.get(f"{API}/communities/open-data")).json()

    assert opened.status_code == 200, opened.text
    assert passed["audience"] == "partner"
    assert "nextEvent" not in passed["content"]


@pytest.mark.requirement("F18.1")
async def test_an_event_goes_into_calendars_with_its_time_zone_and_says_when_it_is_cancelled(pillar: Learn) -> None:
    await community(pillar)
    await planned(pillar, days=2, zone="Africa/Nairobi", time="14:30")
    async with await joined(pillar) as client, pillar.officer(*FACILITATOR) as office:
        file = await client.get(f"{WHERE}/calendar")
        await office.post(f"{WHERE}/cancellation")
        later = await client.get(f"{WHERE}/calendar")
        refused = await client.put(f"{WHERE}/attendance")

    first, second = (Calendar.from_ical(one.content).walk("VEVENT")[0] for one in (file, later))
    assert file.headers["content-type"].startswith("text/calendar")
    assert (str(first["summary"]), str(first["status"]), str(second["status"])) == (
        "Demo day",
        "CONFIRMED",
        "CANCELLED",
    )
    assert first.decoded("dtstart").utcoffset() == timedelta(hours=3)
    assert first.decoded("dtend") - first.decoded("dtstart") == timedelta(minutes=90)
    assert refused.status_code == 409


@pytest.mark.requirement("F18.1")
async def test_pages_lead_from_an_invitation_to_what_came_of_the_event(pillar: Learn) -> None:
    await community(pillar)
    await planned(pillar)
    await civil_servant(pillar.context, "p-9", number="N-9")
    async with pillar.browser() as amina, pillar.browser(*FACILITATOR, subject="lead") as lead:
        shown = await page(amina, "/gatherings/demo/attendance")
        assert "Welcome" in shown
        assert (await send(amina, shown, "/attendance", comes="yes")).status_code == 303
        assert "I do not come after all" in await page(amina, "/gatherings/demo/attendance")
        led = await page(lead, "/gatherings/demo/attendance")
        assert (await send(lead, led, "/people", number="nobody")).status_code == 400
        assert (await send(lead, led, "/people", number="N-9")).status_code == 303
        closing = await page(lead, "/gatherings/demo/closing")
        assert (await send(lead, closing, "/closing", summary="")).status_code == 400
        done = await send(lead, closing, "/closing", summary="It went well", noKnowledge="Only news")
        assert done.status_code == 303
        assert "It went well" in await page(amina, "/gatherings/demo/attendance")
        assert (await amina.get("/gatherings/demo/calendar")).status_code == 200
        assert (await amina.get("/gatherings/demo/closing")).status_code == 403


@pytest.mark.requirement("F20.6")
async def test_an_answer_becomes_an_item_of_knowledge_in_two_clicks_and_names_who_gave_it(pillar: Learn) -> None:
    await community(pillar)
    async with await joined(pillar) as omar:
        asked = await omar.post(
            f"{API}/communities/open-data/discussions", json={"title": "Which licence?", "body": "For budgets"}
        )
        told = await omar.post(f"{API}/discussions/{asked.json()['id']}/answers", json={"body": "CC BY 4.0"})
    answer = told.json()["answers"][0]["id"]
    thread = f"/discussions/{asked.json()['id']}"
    async with pillar.browser(*FACILITATOR, subject="lead") as lead, pillar.browser(subject="eve") as eve:
        first = await page(lead, f"{thread}/knowledge?answer={answer}")
        second = await send(lead, first, "/knowledge", facets="process")
        once_more = await page(lead, f"{thread}/knowledge?answer={answer}")
        again = await send(lead, once_more, "/knowledge", facets="process")
        item = await page(lead, second.headers["location"].partition("?")[0])
        hidden = await eve.get(f"{thread}/knowledge?answer={answer}")

    assert (second.status_code, again.status_code, hidden.status_code) == (303, 400, 404)
    assert "CC BY 4.0" in item
    assert "Amina" in item
    assert thread in item


async def test_events_of_an_archived_community_change_nothing(pillar: Learn) -> None:
    await community(pillar)
    await planned(pillar, days=2)
    async with pillar.officer(*FACILITATOR) as client:
        await client.delete(f"{API}/communities/open-data")

    await agenda.next_event(pillar.context, community_id="open-data")

    async with pillar.officer(*FACILITATOR) as client:
        assert (await client.get(f"{API}/communities/open-data")).json()["archived"] is True


@pytest.mark.requirement("F18.1", "F16.4")
async def test_whoever_closes_an_event_sees_titles_of_internal_knowledge_only_where_they_may(pillar: Learn) -> None:
    await community(pillar)
    await civil_servant(pillar.context, "p-9", number="N-9")
    item = {
        "name": "Secret lessons", "type": "lesson", "summary": "s", "facets": ["process"], "stage": "identify",
        "owner": "p-9", "review": "2027-01-01", "audience": "public", "language": "en",
    }  # fmt: skip
    async with pillar.officer(*FACILITATOR) as client:
        kept = await client.put(f"{API}/knowledge-items/lesson-1", json={"content": item})
    assert kept.status_code == 200, kept.text
    assert (await planned(pillar, knowledge=["lesson-1"])).status_code == 200
    async with pillar.officer(*FACILITATOR) as client:
        role = await client.put(f"{API}/communities/open-data/members/p-9", json={"role": "facilitator"})
    async with pillar.browser(*FACILITATOR, subject="keeper") as keeper, pillar.browser(person_id="N-9") as leader:
        whole = await page(keeper, "/gatherings/demo/closing")
        shown = await page(leader, "/gatherings/demo/closing")
        closed = await send(leader, shown, "/closing", summary="It went well", noKnowledge="Only news")
    async with pillar.officer(*FACILITATOR) as client:
        said = (await client.get(WHERE)).json()["content"]

    assert (role.status_code, closed.status_code) == (204, 303)
    assert "Secret lessons" in whole
    assert "Secret lessons" not in shown
    assert said["knowledge"] == ["lesson-1"]

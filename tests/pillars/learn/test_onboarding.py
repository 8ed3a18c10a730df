"""Onboarding of a group: form, call, invitation to its channels; and what countries take part in."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from govstack.kernel import clock
from govstack.pillars.learn.knowing.communities.model import Seat, TakingPart, taking_part
from govstack.pillars.learn.people import service as people
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn, page, send
from tests.builders.posted_learning import work
from tests.databases import Databases
from tests.pillars.learn.test_communities import FACILITATOR, community

LETTER = {"why": "We build payments", "brings": "Two engineers", "contact": "amina@example.org", "country": "KE"}
GROUP = "/communities/open-data"


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    made = await learn(databases)
    await community(made, kind="working-group", name="Payments")
    return made


async def applied(pillar: Learn, subject: str = "amina", **more: str) -> str:
    """Return the application of somebody who wants to join."""
    async with pillar.person(subject) as client:
        answer = await client.post(f"{API}{GROUP}/applications", json={**LETTER, **more})
    assert answer.status_code == 201, answer.text
    application_id: str = answer.json()["id"]
    return application_id


def at(days: float) -> str:
    """Return a moment some days from now as a form sends it."""
    return (clock.now() + timedelta(days=days)).strftime("%Y-%m-%d %H:%M")


@pytest.mark.requirement("F23.2")
async def test_whoever_joins_a_group_goes_from_a_form_over_a_call_to_its_channels(pillar: Learn) -> None:
    async with pillar.browser() as amina, pillar.browser(*FACILITATOR, subject="office") as office:
        room = await page(amina, f"{GROUP}/room")
        form = await page(amina, f"{GROUP}/apply")
        wrong = await send(amina, form, "/apply", why="", brings="", contact="", country="Kenya")
        sent = await send(amina, form, "/apply", **LETTER)
        here = sent.headers["location"]
        await send(office, await page(office, f"{GROUP}/channels"), "/channels", channels="Chat https://chat.example/x")
        waits = await page(office, f"{GROUP}/applications")
        shown = await page(office, here)
        soon = await send(office, shown, "/decision", invited="yes")
        past = await send(office, shown, "/call", at=at(-1), link="https://call.example/1")
        bad = await send(office, shown, "/call", at="tomorrow", link="call.example")
        await send(office, shown, "/call", at=at(0.005), link="https://call.example/1")
        mine = await page(amina, here)
        closed = await amina.get(f"{GROUP}/channels")
        why = await send(office, await page(office, here), "/decision", invited="no")
        before = await send(office, await page(office, here), "/decision", invited="yes")
        with clock.fixed(clock.now() + timedelta(days=0.006)):
            invited = await send(office, await page(office, here), "/decision", invited="yes")
        told = await page(amina, here)
        channels = await page(amina, f"{GROUP}/channels")
        listed = await page(amina, "/my-applications")
        after = await page(office, f"{GROUP}/applications")
        members = await page(office, f"{GROUP}/members")
        again = await amina.get(f"{GROUP}/apply")

    assert "Ask to join" in room
    for text in ("Write something, in at most 2,000", "Say how you are reached", "two capital letters"):
        assert text in wrong.text
    assert "Amina" in waits
    assert "Two engineers" in shown
    assert "Plan a call first." in soon.text
    assert "The call lies in the future." in past.text
    assert "Enter a day and time" in bad.text
    assert "begins with https://" in bad.text
    assert 'href="https://call.example/1"' in mine
    assert "Say why." in why.text
    assert "The call has not taken place yet." in before.text
    assert (closed.status_code, invited.status_code, again.status_code) == (403, 303, 409)
    assert "You are a member of the group." in told
    assert 'href="https://chat.example/x"' in channels
    assert "Invited" in listed
    assert "Nobody waits." in after
    assert "KE" in members


@pytest.mark.requirement("F23.2")
async def test_a_group_is_not_joined_past_its_facilitators(pillar: Learn) -> None:
    application_id = await applied(pillar)
    one = f"{API}/group-applications/{application_id}"
    call = {"at": (clock.now() + timedelta(days=1)).isoformat(), "link": "https://call.example"}
    async with pillar.person() as amina, pillar.person("eve") as eve:
        direct = await amina.put(f"{API}{GROUP}/membership", json={})
        own = [await amina.put(f"{one}/call", json=call), await amina.put(f"{one}/decision", json={"invited": True})]
        strange = [await eve.get(one), await eve.delete(one), await eve.put(f"{one}/call", json=call)]
        peeked = [await eve.get(f"{API}{GROUP}/applications"), await eve.get(f"{API}{GROUP}/channels")]
        written = await eve.put(f"{API}{GROUP}/channels", json={"channels": "Mine"})

    assert (direct.status_code, direct.json()["code"]) == (409, "group-by-application")
    assert [answer.status_code for answer in own] == [403, 403]
    assert [answer.status_code for answer in strange] == [404, 404, 404]
    assert [answer.status_code for answer in (*peeked, written)] == [403, 403, 403]


async def test_nobody_decides_on_themselves(pillar: Learn) -> None:
    async with pillar.bench.person("boss", *FACILITATOR, name="Boss") as boss:
        made = (await boss.post(f"{API}{GROUP}/applications", json=LETTER)).json()["id"]
        decided = await boss.put(f"{API}/group-applications/{made}/decision", json={"invited": True})

    assert (decided.status_code, decided.json()["code"]) == (403, "own-application")


async def test_whoever_waits_changes_the_letter_and_stands_there_once(pillar: Learn) -> None:
    first = await applied(pillar)
    second = await applied(pillar, why="We build payments and registers")
    async with pillar.officer(*FACILITATOR) as office, pillar.person() as amina:
        found = (await office.get(f"{API}{GROUP}/applications")).json()["applications"]
        gone = await amina.delete(f"{API}/group-applications/{first}")
        again = await amina.delete(f"{API}/group-applications/{first}")
        late = await office.put(f"{API}/group-applications/{first}/decision", json={"invited": False, "answer": "No"})
        mine = (await amina.get(f"{API}/group-applications")).json()["applications"]
    third = await applied(pillar)

    assert first == second != third
    assert [one["why"] for one in found] == ["We build payments and registers"]
    assert (gone.json()["state"], again.status_code, late.status_code) == ("withdrawn", 200, 409)
    assert [one["state"] for one in mine] == ["withdrawn"]


async def test_a_declined_person_reads_why_and_what_was_written_is_sealed(pillar: Learn) -> None:
    application_id = await applied(pillar)
    decision = {"invited": False, "answer": "The group is full this year"}
    async with pillar.officer(*FACILITATOR) as office, pillar.browser() as amina:
        declined = await office.put(f"{API}/group-applications/{application_id}/decision", json=decision)
        again = await office.put(f"{API}/group-applications/{application_id}/decision", json=decision)
        shown = await page(amina, f"/group-applications/{application_id}")
    async with pillar.context.database.reading() as tx:
        kept = await tx.fetch("SELECT letter_sealed, answer_sealed FROM group_application")

    assert (declined.json()["state"], again.status_code) == ("declined", 200)
    assert "The group is full this year" in shown
    assert b"engineers" not in kept[0]["letter_sealed"]
    assert b"full" not in kept[0]["answer_sealed"]


async def test_a_topic_is_joined_without_an_application(pillar: Learn) -> None:
    await community(pillar, "topic", kind="topic")
    async with pillar.person() as amina:
        asked = await amina.post(f"{API}/communities/topic/applications", json=LETTER)
        joined = await amina.put(f"{API}/communities/topic/membership", json={})
    async with pillar.browser(subject="sam") as sam:
        led = await sam.get("/communities/topic/apply")

    assert (asked.status_code, asked.json()["code"], joined.status_code) == (409, "no-group", 200)
    assert (led.status_code, led.headers["location"]) == (303, "/communities/topic/room")


async def test_an_application_goes_with_the_person(pillar: Learn) -> None:
    application_id = await applied(pillar)
    async with pillar.person() as amina:
        me = (await amina.get(f"{API}/me")).json()["id"]

    await people.erase(pillar.context, by=OFFICER, person_id=me)
    await work(pillar.context)
    async with pillar.officer(*FACILITATOR) as office:
        gone = await office.get(f"{API}/group-applications/{application_id}")
        waits = (await office.get(f"{API}{GROUP}/applications")).json()["applications"]

    assert (gone.status_code, waits) == (404, [])


async def reviewed(pillar: Learn, group: str, reviewer: str, round_id: str) -> None:
    """Let somebody have a voice in a round of review of a group's deliverable."""
    today = clock.now().date()
    deliverable: dict[str, Any] = {
        "name": round_id, "version": "1", "group": group, "authors": ["author"], "milestone": "M"
    }  # fmt: skip
    held = {
        "deliverable": f"d-{round_id}", "name": round_id, "opens": today.isoformat(),
        "closes": (today + timedelta(days=7)).isoformat(),
    }  # fmt: skip
    async with pillar.bench.person(reviewer, "learn:advise", name=reviewer) as client:
        for path, content in ((f"deliverables/d-{round_id}", deliverable), (f"review-rounds/{round_id}", held)):
            answer = await client.put(f"{API}/{path}", json={"content": content})
            assert answer.status_code in {200, 201}, answer.text
        voice = await client.put(f"{API}/review-rounds/{round_id}/voices/interest", json={})
    assert voice.status_code < 300, voice.text


@pytest.mark.requirement("F23.3")
async def test_groups_and_rounds_of_review_that_a_country_takes_part_in_are_counted(pillar: Learn) -> None:
    await civil_servant(pillar.context, "author")
    await community(pillar, "committee", kind="technical-committee", name="Committee")
    async with pillar.officer(*FACILITATOR) as office:
        for subject, country, group in (("amina", "KE", "open-data"), ("amina", "KE", "committee"),
                                        ("eve", "RW", "committee")):  # fmt: skip
            async with pillar.person(subject) as client:
                me = (await client.get(f"{API}/me")).json()["id"]
            given = {"role": "member", "country": country}
            await office.put(f"{API}/communities/{group}/members/{me}", json=given)
        await reviewed(pillar, "payments", "amina", "one")
        await reviewed(pillar, "Payments", "amina", "two")
        await reviewed(pillar, "Committee", "eve", "three")
        await reviewed(pillar, "Payments", "stranger", "four")
        in_group = (await office.get(f"{API}{GROUP}/participation")).json()
        everywhere = (await office.get(f"{API}/country-participation")).json()["countries"]
    async with pillar.browser(*FACILITATOR) as client:
        table = await page(client, "/country-participation")
        shown = await page(client, f"{GROUP}/participation")
    async with pillar.browser(subject="stranger") as client:
        refused = await client.get("/country-participation")
    async with pillar.bench.person("minister", "learn:lead") as minister, pillar.browser("learn:plan") as unit:
        led = (await minister.get(f"{API}/country-participation")).json()["countries"]
        planned = await page(unit, "/country-participation")
    async with pillar.browser("learn:lead", subject="minister") as minister_there:
        board = await page(minister_there, "/dashboard")
        hidden = await page(minister_there, "/country-participation")

    assert in_group == {"countries": {"KE": 1}, "reviews": {"": 1, "KE": 2}}
    assert everywhere == [
        {"country": "", "groups": 0, "members": 0, "reviews": 1},
        {"country": "KE", "groups": 2, "members": 1, "reviews": 2},
        {"country": "RW", "groups": 1, "members": 1, "reviews": 1},
    ]
    assert [(one["country"], one["groups"], one["members"]) for one in led] == [
        ("", 0, 0), ("KE", 2, None), ("RW", 1, None)
    ]  # fmt: skip
    assert "RW" in planned
    assert "Hidden" in hidden
    assert 'href="/country-participation"' in board
    assert "RW" in table
    assert "Rounds of review" in shown
    assert refused.status_code == 403


def test_a_round_counts_once_for_a_country_and_for_each_country_somebody_gave() -> None:
    seats = [Seat("a", "x", "KE"), Seat("b", "x", "RW"), Seat("b", "y", "KE"), Seat("a", "z", "")]

    found = taking_part(seats, [("r", "x"), ("r", "y"), ("s", "z")], seats)

    assert found == [TakingPart("", 1, 1, 1), TakingPart("KE", 2, 2, 1), TakingPart("RW", 1, 1, 1)]


async def test_channels_are_read_by_those_who_belong_to_the_group(pillar: Learn) -> None:
    office = pillar.officer(*FACILITATOR)
    async with office:
        await office.put(f"{API}{GROUP}/channels", json={"channels": "List\nChat https://chat.example"})
        read = (await office.get(f"{API}{GROUP}/channels")).json()

    assert read == {"channels": "List\nChat https://chat.example"}


@pytest.mark.requirement("F23.2")
async def test_who_sends_the_form_from_several_windows_at_once_waits_once(pillar: Learn) -> None:
    async with pillar.person("amina") as client:
        await client.get(f"{API}/my-record")
    numbers = await asyncio.gather(*(applied(pillar) for _ in range(6)))

    assert len(set(numbers)) == 1


@pytest.mark.requirement("F23.2")
@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59Z"])
async def test_a_call_is_not_planned_for_the_end_of_all_days(pillar: Learn, moment: str) -> None:
    one = f"{API}/group-applications/{await applied(pillar)}"
    async with pillar.officer(*FACILITATOR) as office:
        planned = await office.put(f"{one}/call", json={"at": moment, "link": "https://call.example"})

    assert (planned.status_code, planned.json()["code"]) == (400, "call-too-far")

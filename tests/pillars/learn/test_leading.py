"""Facilitators write for their own community: events, charters and items of knowledge; its members read the charter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from govstack.kernel import clock
from tests.builders.learning import API, Learn, learn, page, send
from tests.databases import Databases
from tests.pillars.learn.test_communities import FACILITATOR, community, joined

CHARTER: dict[str, Any] = {
    "period": "2027", "mission": "More data", "scope": "All ministries", "leads": ["Amina"], "facilitators": "Two",
    "milestones": "Ten sets", "meetings": "Monthly call", "communication": "List", "participantTime": "Two hours",
}  # fmt: skip
EVENT: dict[str, Any] = {
    "name": "Monthly call", "type": "webinar", "time": "14:30", "zone": "Africa/Nairobi", "minutes": 60,
    "agenda": ["Welcome"], "invitation": "Join us",
}  # fmt: skip
ITEM: dict[str, Any] = {
    "name": "How to publish", "type": "lesson", "summary": "Start small", "facets": ["process"], "stage": "create",
    "review": "2030-01-01", "audience": "internal", "language": "en",
}  # fmt: skip


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    """Two communities; Fatou facilitates one of them, Amina is a member of it."""
    pillar = await learn(databases)
    await community(pillar)
    await community(pillar, "other", name="Other")
    await joined(pillar, "fatou")
    await joined(pillar, "amina")
    await promoted(pillar, "fatou")
    return pillar


async def promoted(pillar: Learn, subject: str, *scopes: str) -> None:
    """Make somebody a facilitator of the first community."""
    async with pillar.person(subject) as client:
        person_id = (await client.get(f"{API}/me")).json()["id"]
    async with pillar.officer(*FACILITATOR) as client:
        given = {"role": "facilitator", "country": ""}
        made = await client.put(f"{API}/communities/open-data/members/{person_id}", json=given)
    assert made.status_code == 204, made.text


def event(days: int = 7) -> dict[str, Any]:
    """Return an event some days from now."""
    return {**EVENT, "day": (clock.now().date() + timedelta(days=days)).isoformat()}


async def post(client: httpx.AsyncClient, kind: str, content: dict[str, Any], to: str = "open-data") -> httpx.Response:
    """Write something down for a community."""
    return await client.post(f"{API}/communities/{to}/{kind}", json={"content": content})


async def test_members_see_the_events_of_their_community_and_no_others(pillar: Learn) -> None:
    async with pillar.person("fatou") as fatou:
        for days, name in ((3, "Soon"), (9, "Later")):
            await post(fatou, "gatherings", {**event(days), "name": name})
    async with pillar.browser(subject="amina") as amina, pillar.browser(subject="eve") as stranger:
        room = await page(amina, "/communities/open-data/room")
        listed = await page(amina, "/communities/open-data/gatherings")
        refused = await stranger.get("/communities/open-data/gatherings")

    assert 'href="/communities/open-data/gatherings"' in room
    assert listed.index("Soon") < listed.index("Later")
    assert refused.status_code in {403, 404}


async def test_a_form_of_a_community_makes_one_thing_and_touches_nothing_of_another(pillar: Learn) -> None:
    where = "/communities/open-data/community-charters/new"
    sent = {
        **CHARTER, "period-day": "", "leads": "Amina", "milestones": "Ten sets", "meetings": "Monthly call",
    }  # fmt: skip
    async with pillar.officer(*FACILITATOR) as officer, pillar.browser(subject="fatou") as client:
        foreign = await officer.post(f"{API}/community-charters", json={"content": {**CHARTER, "community": "other"}})
        form = await page(client, where)
        first = await send(client, form, where, **sent)
        again = await send(client, form, where, **{**sent, "mission": "Better data"})
        reached = await send(client, form, where, **sent, made=foreign.json()["id"])
        kept = await officer.get(f"{API}/community-charters/{foreign.json()['id']}")

    assert "Add: " in form
    assert "Open data" in form
    assert (first.status_code, again.status_code, reached.status_code) == (303, 303, 404)
    assert first.headers["location"] == again.headers["location"]
    assert kept.json()["content"]["community"] == "other"


@pytest.mark.requirement("F20.1")
async def test_a_facilitator_plans_and_changes_events_of_their_community_and_of_no_other(pillar: Learn) -> None:
    async with pillar.person("fatou") as fatou, pillar.person("amina") as amina, pillar.nobody() as nobody:
        made = await post(fatou, "gatherings", event())
        path = f"{API}/communities/open-data/gatherings/{made.json()['id']}"
        changed = await fatou.put(path, json={"content": {**event(9), "name": "Demo day", "community": "other"}})
        refused = [
            (await post(amina, "gatherings", event())).status_code,
            (await post(fatou, "gatherings", event(), "other")).status_code,
            (await fatou.put(path.replace("open-data", "other"), json={"content": event()})).status_code,
            (await post(nobody, "gatherings", event())).status_code,
            (await fatou.post(f"{API}/gatherings", json={"content": event()})).status_code,
        ]
        seen = (await amina.get(f"{API}/communities/open-data/gatherings")).json()["records"]
        standing = (await fatou.get(f"{API}/gatherings/{made.json()['id']}/standing")).json()

    assert (made.status_code, made.json()["content"]["community"]) == (201, "open-data")
    assert (changed.json()["content"]["community"], changed.json()["content"]["name"]) == ("open-data", "Demo day")
    assert refused == [403, 403, 403, 401, 403]
    assert [one["content"]["name"] for one in seen] == ["Demo day"]
    assert standing["leads"]


@pytest.mark.requirement("F20.1")
async def test_an_event_of_another_community_is_not_changed_through_ones_own(pillar: Learn) -> None:
    async with pillar.officer(*FACILITATOR) as office:
        theirs = await office.post(f"{API}/gatherings", json={"content": {**event(), "community": "other"}})
    async with pillar.person("fatou") as fatou:
        path = f"{API}/communities/open-data/gatherings/{theirs.json()['id']}"
        answers = [await fatou.get(path), await fatou.put(path, json={"content": event()})]

    assert [one.status_code for one in answers] == [404, 404]


@pytest.mark.requirement("F23.1")
async def test_a_facilitator_puts_a_charter_forward_and_somebody_else_decides(pillar: Learn) -> None:
    async with pillar.person("fatou") as fatou, pillar.person("amina") as amina:
        made = await post(fatou, "community-charters", CHARTER)
        path = f"{API}/community-charters/{made.json()['id']}"
        refused = [
            (await amina.post(f"{path}/submission")).status_code,
            (await amina.post(f"{API}/community-charters/none/submission")).status_code,
        ]
        forward = await fatou.post(f"{path}/submission")
        refused.append((await fatou.put(f"{path}/decision", json={"approved": True})).status_code)
        read = await amina.get(f"{API}/communities/open-data/community-charters/{made.json()['id']}")
    async with pillar.bench.person("fatou", *FACILITATOR) as both, pillar.officer(*FACILITATOR) as office:
        own = await both.put(f"{path}/decision", json={"approved": True})
        decided = await office.put(f"{path}/decision", json={"approved": True})

    assert refused == [403, 403, 403]
    assert (forward.status_code, forward.json()["state"]) == (200, "under-review")
    assert read.json()["content"]["mission"] == "More data"
    assert (own.status_code, own.json()["code"]) == (403, "own-charter")
    assert decided.json()["state"] == "approved"


@pytest.mark.requirement("F23.1")
async def test_whoever_does_not_belong_to_a_community_reads_no_charter_of_it(pillar: Learn) -> None:
    async with pillar.person("fatou") as fatou:
        made = await post(fatou, "community-charters", CHARTER)
    async with pillar.person("eve") as eve, pillar.browser(subject="eve") as browser:
        path = f"/communities/open-data/community-charters/{made.json()['id']}"
        refused = await eve.get(f"{API}{path}")
        await page(browser, path, status=403)

    assert refused.status_code == 403


@pytest.mark.requirement("F20.6")
async def test_a_facilitator_begins_an_item_of_knowledge_that_an_event_then_names(pillar: Learn) -> None:
    async with pillar.person("fatou") as fatou, pillar.person("amina") as amina:
        made = await post(fatou, "knowledge-items", ITEM)
        item = made.json()
        path = f"{API}/communities/open-data/knowledge-items"
        hidden = [(await amina.get(path)).status_code, (await amina.get(f"{path}/{item['id']}")).status_code]
        changed = await fatou.put(f"{path}/{item['id']}", json={"content": {**ITEM, "name": "Publish", "owner": "x"}})
        me = (await fatou.get(f"{API}/me")).json()
        gate = await fatou.post(f"{API}/knowledge-items/{item['id']}/publishing/edition")
        held = await post(fatou, "gatherings", event(-1))
    async with pillar.browser(subject="fatou") as browser:
        shown = await page(browser, f"/gatherings/{held.json()['id']}/closing")
        closed = await send(browser, shown, "/closing", summary="We met", knowledge=item["id"])

    assert (made.status_code, item["content"]["community"]) == (201, "open-data")
    assert item["content"]["owner"] == me["id"]
    assert changed.json()["content"]["owner"] == item["content"]["owner"]
    assert hidden == [403, 403]
    assert gate.status_code == 403
    assert "Publish" in shown
    assert closed.status_code == 303


@pytest.mark.requirement("F20.1")
async def test_pages_lead_a_facilitator_from_the_community_to_what_they_write(pillar: Learn) -> None:
    day = clock.now().date() + timedelta(days=7)
    async with pillar.browser(subject="fatou") as fatou, pillar.browser(subject="amina") as amina:
        room = await page(fatou, "/communities/open-data/room")
        assert "/communities/open-data/gatherings/new" in room
        assert "/gatherings/new" not in await page(amina, "/communities/open-data/room")
        await page(amina, "/communities/open-data/gatherings/new", status=403)

        form = await page(fatou, "/communities/open-data/gatherings/new")
        assert 'name="community"' not in form
        poor = await send(fatou, form, "/gatherings/new", name="Call")
        dates = {"day-day": str(day.day), "day-month": str(day.month), "day-year": str(day.year)}
        given = {**EVENT, "agenda": "Welcome", "minutes": "60", **dates}
        made = await send(fatou, form, "/gatherings/new", **given)
        event_page = await page(fatou, made.headers["location"])
        change = made.headers["location"].replace("/gatherings", "/communities/open-data/gatherings")
        changing = await page(fatou, change.replace("/attendance", "/change"))

        form = await page(fatou, "/communities/open-data/community-charters/new")
        made_charter = await send(fatou, form, "/new", **{**CHARTER, "leads": "Amina"})
        charter = await page(fatou, made_charter.headers["location"])
        put = await send(fatou, charter, "/submission")
        read = await page(amina, made_charter.headers["location"])
        shown = await page(amina, "/communities/open-data/room")

    assert "govuk-error-summary" in poor.text
    assert "Monthly call" in event_page
    assert "Join us" in changing
    assert put.status_code == 303
    assert "More data" in read
    assert "/submission" not in read
    assert made_charter.headers["location"] in shown

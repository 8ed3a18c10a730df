"""Communities: membership, charters, quiet ones, contributions, discussions, and what comes with the product."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from govstack.kernel import clock, events
from govstack.kernel.jobs import Job
from govstack.pillars.learn.knowing.communities import service
from govstack.pillars.learn.knowing.communities import tasks as community_tasks
from govstack.pillars.learn.knowing.communities.model import COMMUNITY, months_later, year_later
from govstack.pillars.learn.knowing.opportunities import service as opportunities
from govstack.pillars.learn.manifest import FORGETTING
from govstack.pillars.learn.records import service as records
from tests.builders.learning import API, Learn, civil_servant, learn, page, send
from tests.databases import Databases

FACILITATOR = ("learn:facilitate",)
CONTENT: dict[str, Any] = {
    "name": "Open data",
    "aim": "Publish more data",
    "opportunities": ["Review a data set", "Speak at a meeting"],
    "kind": "topic",
    "owner": "Ministry of Finance",
    "cadence": "monthly",
}


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


async def put(client: httpx.AsyncClient, record_id: str = "open-data", audience: str = "partner", **more: Any) -> Any:
    """Write a community down."""
    given = {"content": {**CONTENT, **more}, "audience": audience}
    return await client.put(f"{API}/communities/{record_id}", json=given)


async def community(pillar: Learn, record_id: str = "open-data", **more: Any) -> None:
    """Write a community down, which succeeds."""
    async with pillar.officer(*FACILITATOR) as client:
        answer = await put(client, record_id, **more)
    assert answer.status_code in {200, 201}, answer.text


async def joined(pillar: Learn, subject: str = "amina", country: str = "") -> httpx.AsyncClient:
    """Return the client of somebody who joined."""
    async with pillar.person(subject) as client:
        answer = await client.put(f"{API}/communities/open-data/membership", json={"country": country})
    assert answer.status_code == 200, answer.text
    return pillar.person(subject)


async def charter(pillar: Learn, **more: Any) -> str:
    """Write a charter down as a draft, and put it forward."""
    given = {
        "community": "open-data", "period": "2027", "mission": "More data", "scope": "All ministries",
        "leads": ["Amina"], "facilitators": "Two, a day a month", "milestones": "Ten sets", "meetings": "Monthly call",
        "communication": "Mailing list", "participantTime": "Two hours a month", **more,
    }  # fmt: skip
    async with pillar.officer(*FACILITATOR) as client:
        made = await client.post(f"{API}/community-charters", json={"content": given})
        assert made.status_code == 201, made.text
        charter_id: str = made.json()["id"]
        await client.post(f"{API}/community-charters/{charter_id}/submission")
    return charter_id


async def decided(pillar: Learn, charter_id: str, approved: bool = True) -> httpx.Response:
    """Decide on a charter."""
    async with pillar.officer(*FACILITATOR) as client:
        return await client.put(f"{API}/community-charters/{charter_id}/decision", json={"approved": approved})


async def payloads(pillar: Learn, kind: str) -> list[dict[str, Any]]:
    """Return what jobs of a kind carry."""
    async with pillar.context.database.reading() as tx:
        rows = await tx.fetch("SELECT payload FROM job WHERE kind = :kind ORDER BY number", kind=kind)
    return [json.loads(row["payload"]) for row in rows]


async def swept(pillar: Learn) -> None:
    """Let the daily task run."""
    await community_tasks.sweep(pillar.context, Job("1", "", {}, 1, clock.timestamp()))


@pytest.mark.requirement("F20.1")
@pytest.mark.parametrize("missing", ["aim", "opportunities", "kind", "owner", "cadence"])
async def test_a_community_needs_aim_opportunities_kind_owner_and_cadence(pillar: Learn, missing: str) -> None:
    async with pillar.officer(*FACILITATOR) as client:
        lacking: dict[str, Any] = {missing: None}
        answer = await put(client, **lacking)

    assert answer.status_code == 400
    assert missing in answer.text


@pytest.mark.requirement("F20.1")
async def test_a_community_without_a_next_event_cannot_be_public(pillar: Learn) -> None:
    async with pillar.officer(*FACILITATOR) as client:
        refused = await put(client, audience="public")
        taken = await put(client, audience="partner")

    assert (refused.status_code, taken.status_code) == (400, 200)
    assert "name" in refused.json()["fields"]


@pytest.mark.requirement("F20.2")
async def test_three_communities_and_the_british_templates_come_with_their_words_and_source(pillar: Learn) -> None:
    async with pillar.officer(*FACILITATOR) as client:
        found = {one["id"]: one["content"] for one in (await client.get(f"{API}/communities")).json()["records"]}
        templates = (await client.get(f"{API}/community-templates")).json()["records"]

    counted = {key: len(one["opportunities"]) for key, one in found.items()}
    assert counted == {"cop-technical-review-committee": 4, "cop-cio-digital-leaders-forum": 2, "cop-dpga": 6}
    assert found["cop-dpga"]["cadence"] == "two-months"
    assert found["cop-technical-review-committee"]["aim"].startswith("Provide an impartial opinion on results")
    assert all("Mission text" in one["source"] for one in found.values())
    assert len([one for one in templates if one["content"]["country"] == "United Kingdom"]) == 19


@pytest.mark.requirement("F20.2")
async def test_what_a_country_changed_of_a_community_that_came_along_stays(pillar: Learn) -> None:
    await community(pillar, "cop-dpga", name="Our goods")

    await service.install(pillar.context)

    record = await records.read(pillar.context, by=service.SYSTEM, kind=COMMUNITY, record_id="cop-dpga")
    assert record.content["name"] == "Our goods"


@pytest.mark.requirement("F20.2")
async def test_a_community_begins_from_a_template_and_names_it(pillar: Learn) -> None:
    async with pillar.browser(*FACILITATOR) as browser:
        shown = await page(browser, "/community-templates/uk-content/begin")
        given: dict[str, Any] = {**CONTENT, "opportunities": "Edit a page", "name": "Content", "aim": "Write well"}
        refused = await send(browser, shown, "/begin", **{**given, "owner": ""})
        made = await send(browser, shown, "/begin", **given)
        room = await page(browser, made.headers["location"].partition("?")[0])

    assert (refused.status_code, made.status_code) == (400, 303)
    assert "Content community, United Kingdom" in room


@pytest.mark.requirement("F20.3")
async def test_an_opportunity_becomes_a_task_with_role_effort_and_due_date_on_the_members_record(
    pillar: Learn,
) -> None:
    await community(pillar)
    due = (clock.now() + timedelta(days=30)).date().isoformat()
    given = {"number": 2, "role": "Speaker", "effortHours": 6, "dueOn": due}
    async with pillar.person("omar") as stranger:
        refused = await stranger.post(f"{API}/communities/open-data/contributions", json=given)
    async with await joined(pillar) as client:
        made = await client.post(f"{API}/communities/open-data/contributions", json=given)
        late = await client.post(f"{API}/communities/open-data/contributions", json={**given, "dueOn": "2020-01-01"})
        unknown = await client.post(f"{API}/communities/open-data/contributions", json={**given, "number": 3})
        mine = (await client.get(f"{API}/me/contributions")).json()["contributions"]
        file = await client.get(f"{API}/me/contributions/file?format=csv")

    assert [refused.status_code, made.status_code, late.status_code, unknown.status_code] == [403, 201, 400, 404]
    assert [(one["opportunity"], one["role"], one["effortHours"], one["dueOn"]) for one in mine] == [
        ("Speak at a meeting", "Speaker", 6, due)
    ]
    assert "Speak at a meeting,Speaker,6" in file.text


@pytest.mark.requirement("F20.3")
async def test_a_contribution_counts_when_somebody_else_confirms_it_and_tells_so_for_badges(pillar: Learn) -> None:
    await community(pillar)
    due = clock.now().date().isoformat()
    async with await joined(pillar) as client:
        given = {"number": 1, "role": "Reviewer", "effortHours": 2, "dueOn": due}
        made = (await client.post(f"{API}/communities/open-data/contributions", json=given)).json()
        where = f"{API}/contributions/{made['id']}/state"
        early = await client.put(where, json={"state": "confirmed"})
        await client.put(where, json={"state": "done", "note": "Reviewed the budget"})
        own = await client.put(where, json={"state": "confirmed"})
    async with pillar.person("omar") as stranger:
        hidden = await stranger.put(where, json={"state": "confirmed"})
    async with pillar.officer(*FACILITATOR) as client:
        confirmed = await client.put(where, json={"state": "confirmed"})
        again = await client.put(where, json={"state": "confirmed"})

    assert [early.status_code, own.status_code, hidden.status_code] == [409, 403, 404]
    assert (confirmed.json()["state"], confirmed.json()["note"]) == ("confirmed", "Reviewed the budget")
    assert again.status_code == 200
    told = [one["data"] for one in await payloads(pillar, events.OUTBOX) if one["type"] == opportunities.DONE]
    assert [sorted(one) for one in told] == [["communityId", "contributionId", "personId"]]


@pytest.mark.requirement("F20.4")
async def test_a_charter_lasts_a_year_and_a_group_can_comment_on_it_for_two_weeks(pillar: Learn) -> None:
    await community(pillar, kind="working-group")
    charter_id = await charter(pillar)

    early = await decided(pillar, charter_id)
    with clock.fixed(clock.now() + timedelta(days=15)):
        today = clock.now().date()
        approved = await decided(pillar, charter_id)
        again = await decided(pillar, charter_id)

    assert (early.status_code, approved.status_code, again.status_code) == (409, 200, 409)
    assert approved.json()["expiresOn"] == year_later(today).isoformat()


@pytest.mark.requirement("F20.4", "F23.1")
async def test_a_charter_that_is_rewritten_is_approved_no_more(pillar: Learn) -> None:
    await community(pillar, kind="working-group")
    charter_id = await charter(pillar)
    with clock.fixed(clock.now() + timedelta(days=15)):
        await decided(pillar, charter_id)
        async with pillar.officer(*FACILITATOR) as client:
            content = (await client.get(f"{API}/community-charters/{charter_id}")).json()["content"]
            await client.put(f"{API}/community-charters/{charter_id}", json={"content": content})
            same = (await client.get(f"{API}/community-charters/{charter_id}")).json()["content"]
            changed = {**content, "mission": "Something else"}
            await client.put(f"{API}/community-charters/{charter_id}", json={"content": changed})
            after = (await client.get(f"{API}/community-charters/{charter_id}")).json()["content"]

    assert same["state"] == "approved"
    assert {"state", "submittedOn", "approvedOn", "expiresOn"} & set(after) == set()


@pytest.mark.requirement("F20.4", "F23.1")
async def test_a_charter_needs_all_its_contents_and_two_leads_at_most(pillar: Learn) -> None:
    await community(pillar)
    async with pillar.officer(*FACILITATOR) as client:
        answer = await client.post(
            f"{API}/community-charters", json={"content": {"community": "open-data", "period": "2027"}}
        )
        given = dict.fromkeys(answer.json()["fields"], "x") | {"community": "open-data", "period": "2027"}
        many = await client.post(f"{API}/community-charters", json={"content": {**given, "leads": ["a", "b", "c"]}})

    assert set(answer.json()["fields"]) == {
        "mission", "scope", "leads", "facilitators", "milestones", "meetings", "communication", "participantTime",
    }  # fmt: skip
    assert list(many.json()["fields"]) == ["leads"]


@pytest.mark.requirement("F20.4")
async def test_a_quiet_community_is_reviewed_half_a_year_after_its_charter_and_its_archive_stays(
    pillar: Learn,
) -> None:
    await community(pillar)
    async with await joined(pillar) as client:
        asked = await client.post(
            f"{API}/communities/open-data/discussions", json={"title": "Which licence?", "body": "For budgets"}
        )
        await decided(pillar, await charter(pillar))
        ends = year_later(clock.now().date())
        states = []
        for days in (300, 365 + 150, 365 + 190):
            with clock.fixed(clock.now() + timedelta(days=days)):
                await swept(pillar)
            states.append((await client.get(f"{API}/communities/open-data/standing")).json()["state"])
        async with pillar.officer(*FACILITATOR) as office:
            where = f"{API}/communities/open-data/review"
            dissolved = await office.put(where, json={"revive": False, "reason": "Nobody came to the open call"})
            again = await office.put(where, json={"revive": True, "reason": "Late"})
        kept = await client.get(f"{API}/discussions/{asked.json()['id']}")
        refused = await client.post(f"{API}/discussions/{asked.json()['id']}/answers", json={"body": "CC BY"})

    assert ends > clock.now().date()
    assert states == ["active", "active", "review"]
    assert (dissolved.json()["state"], again.status_code) == ("dissolved", 409)
    assert (kept.status_code, refused.status_code) == (200, 409)


@pytest.mark.requirement("F20.4")
async def test_what_happens_in_a_community_puts_its_review_off(pillar: Learn) -> None:
    await community(pillar)
    await decided(pillar, await charter(pillar))
    with clock.fixed(clock.now() + timedelta(days=365 + 100)):
        async with await joined(pillar):
            pass
    with clock.fixed(clock.now() + timedelta(days=365 + 200)):
        await swept(pillar)

    record = await records.read(pillar.context, by=service.SYSTEM, kind=COMMUNITY, record_id="open-data")
    assert record.content.get("state", "active") == "active"


@pytest.mark.requirement("F18.2")
async def test_a_region_admits_its_countries_and_tells_members_nothing_of_each_other_but_names(
    pillar: Learn,
) -> None:
    async with pillar.officer(*FACILITATOR) as client:
        given = {"content": {"name": "East", "countries": ["KE", "RW"]}}
        assert (await client.put(f"{API}/regions/east", json=given)).status_code == 200
    await community(pillar, kind="region", region="east", audience="partner")
    await civil_servant(pillar.context, "p-9", number="N-9", contact="amina@example.org")
    async with pillar.person("amina", person_id="N-9") as kenyan, pillar.person("omar") as other:
        where = f"{API}/communities/open-data"
        await kenyan.put(f"{where}/membership", json={"country": "KE"})
        outside = await other.put(f"{where}/membership", json={"country": "FR"})
        before = await other.get(f"{where}/members")
        await other.put(f"{where}/membership", json={"country": "RW"})
        members = await other.get(f"{where}/members")
        private = await other.get(f"{API}/stakeholders")

    assert (outside.status_code, before.status_code, private.status_code) == (400, 403, 403)
    assert sorted(one["country"] for one in members.json()["members"]) == ["KE", "RW"]
    assert {key for one in members.json()["members"] for key in one} == {
        "personId", "name", "role", "country", "joinedAt",
    }  # fmt: skip
    assert "example.org" not in members.text
    assert "N-9" not in members.text


@pytest.mark.requirement("F23.1")
async def test_a_group_has_representatives_of_countries_who_are_counted_and_its_record_is_never_deleted(
    pillar: Learn,
) -> None:
    await community(pillar, kind="working-group")
    await civil_servant(pillar.context, "p-9", number="N-9")
    async with pillar.person() as amina, pillar.officer(*FACILITATOR) as office:
        me = (await amina.get(f"{API}/me")).json()["id"]
        for person_id, role in (("p-9", "representative"), (me, "member")):
            given = {"role": role, "country": "KE"}
            await office.put(f"{API}/communities/open-data/members/{person_id}", json=given)
        counted = await amina.get(f"{API}/communities/open-data/participation")
        roles = (await amina.get(f"{API}/communities/open-data/members")).json()["members"]
        gone = await office.delete(f"{API}/communities/open-data")
        kept = await office.get(f"{API}/communities/open-data")
    async with pillar.person("eve") as stranger:
        hidden = await stranger.get(f"{API}/communities/open-data/participation")

    assert counted.json() == {"countries": {"KE": 2}, "reviews": {}}
    assert sorted(one["role"] for one in roles) == ["member", "representative"]
    assert gone.status_code < 300
    assert (kept.json()["archived"], kept.json()["content"]["kind"]) == (True, "working-group")
    assert hidden.status_code == 403


@pytest.mark.requirement("F18.2")
async def test_a_private_community_is_unknown_to_whoever_does_not_belong_to_it(pillar: Learn) -> None:
    await community(pillar, audience="private")
    await civil_servant(pillar.context, "p-9", number="N-9")
    where = f"{API}/communities/open-data/standing"
    async with pillar.person("amina", person_id="N-9") as insider, pillar.person("omar") as other:
        before = await insider.get(where)
        async with pillar.officer(*FACILITATOR) as client:
            await client.put(f"{API}/communities/open-data/members/p-9", json={"role": "facilitator"})
        inside, outside = await insider.get(where), await other.get(where)
        await insider.delete(f"{API}/communities/open-data/membership")
        after = await insider.get(where)
    async with pillar.nobody() as nobody:
        unknown = await nobody.get(where)

    assert (before.status_code, outside.status_code, after.status_code) == (404, 404, 404)
    assert unknown.status_code == 401
    assert (inside.json()["role"], inside.json()["leads"]) == ("facilitator", True)


async def test_discussions_are_read_and_written_by_members_and_moderated_by_those_who_lead(pillar: Learn) -> None:
    await community(pillar)
    async with await joined(pillar) as amina, await joined(pillar, "omar") as omar, pillar.person("eve") as eve:
        asked = (
            await amina.post(
                f"{API}/communities/open-data/discussions", json={"title": "Which licence?", "body": "For budgets"}
            )
        ).json()
        where = f"{API}/discussions/{asked['id']}"
        await omar.post(f"{where}/answers", json={"body": "Ask the lawyers"})
        told = (await omar.post(f"{where}/answers", json={"body": "CC BY 4.0"})).json()
        second = told["answers"][1]["id"]
        not_hers = await amina.put(f"{where}/answers/{second}/promoted", json={"promoted": True})
        for _again in range(2):
            await amina.put(f"{where}/answers/{second}/use")
        async with pillar.officer(*FACILITATOR) as office:
            await office.put(f"{where}/answers/{second}/promoted", json={"promoted": True})
            first = told["answers"][0]["id"]
            await office.put(f"{where}/moderation", json={"answerId": first, "reason": "Not helpful"})
            await office.put(f"{where}/closed", json={"closed": True})
            led = (await office.get(where)).json()
        seen = (await amina.get(where)).json()
        closed = await omar.post(f"{where}/answers", json={"body": "More"})
        stranger = await eve.get(where)

    assert [(one["body"], one["promoted"], one["used"]) for one in seen["answers"]] == [("CC BY 4.0", True, 1)]
    assert [one["hiddenReason"] for one in led["answers"]] == ["", "Not helpful"]
    assert (not_hers.status_code, closed.status_code, stranger.status_code) == (403, 409, 404)


async def test_an_erased_person_leaves_no_name_behind_in_communities(pillar: Learn) -> None:
    await community(pillar)
    await civil_servant(pillar.context, "p-9", number="N-9", name="Amina Diallo")
    async with pillar.person("amina", person_id="N-9") as amina, await joined(pillar, "omar") as omar:
        await amina.put(f"{API}/communities/open-data/membership", json={})
        asked = (
            await amina.post(f"{API}/communities/open-data/discussions", json={"title": "Which?", "body": "For all"})
        ).json()
        due = clock.now().date().isoformat()
        task = {"number": 1, "role": "Reviewer", "effortHours": 2, "dueOn": due}
        await amina.post(f"{API}/communities/open-data/contributions", json=task)
        async with pillar.context.database.transaction() as tx:
            for room in FORGETTING:
                await room(tx, "p-9")
        seen = (await omar.get(f"{API}/discussions/{asked['id']}")).json()
        members = (await omar.get(f"{API}/communities/open-data/members")).json()["members"]
    async with pillar.officer(*FACILITATOR) as office:
        tasks = (await office.get(f"{API}/communities/open-data/contributions")).json()["contributions"]

    assert (seen["author"], tasks) == ("", [])
    assert "p-9" not in [one["personId"] for one in members]


@pytest.mark.requirement("F20.1", "F20.3")
async def test_pages_lead_from_a_community_to_a_task_a_question_and_an_answer(pillar: Learn) -> None:
    await community(pillar)
    async with pillar.browser() as amina, pillar.browser(*FACILITATOR, subject="lead") as lead:
        room = await page(amina, "/communities/open-data/room")
        assert (await send(amina, room, "/join", country="kenya")).status_code == 400
        assert (await send(amina, room, "/join", country="ke")).status_code == 303
        room = await page(amina, "/communities/open-data/room")
        assert "1 member" in room
        assert "Open data" in await page(amina, "/my-communities")
        asking = await page(amina, "/communities/open-data/volunteer?number=1")
        bad = await send(amina, asking, "/volunteer", role="", hours="x")
        assert bad.status_code == 400
        day = clock.now().date() + timedelta(days=3)
        due: dict[str, Any] = {"due-day": str(day.day), "due-month": str(day.month), "due-year": str(day.year)}
        made = await send(amina, asking, "/volunteer", role="Reviewer", hours="3", **due)
        task = made.headers["location"].partition("?")[0]
        shown = await page(amina, task)
        assert (await send(amina, shown, task, state="done", note="")).status_code == 400
        assert (await send(amina, shown, task, state="done", note="Reviewed it")).status_code == 303
        assert "Done, to be confirmed" in await page(amina, "/my-contributions")
        await page(lead, "/communities/open-data/contributions")
        shown = await page(lead, task)
        assert (await send(lead, shown, task, state="confirmed")).status_code == 303
        new = await page(amina, "/communities/open-data/discussions/new")
        assert (await send(amina, new, "/new", title="", body="")).status_code == 400
        asked = await send(amina, new, "/new", title="Which licence?", body="For <b>budgets</b>")
        thread = asked.headers["location"].partition("?")[0]
        shown = await page(amina, thread)
        assert "<b>budgets</b>" in shown
        assert (await send(amina, shown, "/answers", body="CC BY")).status_code == 303
        led = await page(lead, thread)
        assert (await send(lead, led, "/promoted")).status_code == 303
        assert "Worth keeping" in await page(amina, thread)
        answer = re.search(r"moderation\?answer=([^\"]+)", led)
        assert answer is not None
        loose = await lead.get(f"{thread}/knowledge")
        assert (loose.status_code, loose.headers["location"]) == (303, thread)
        assert (await amina.get(f"{thread}/knowledge")).status_code in {403, 404}
        hide = await page(lead, f"{thread}/moderation?answer={answer[1]}")
        assert (await send(lead, hide, "/moderation", reason="")).status_code == 400
        long = await send(lead, hide, "/moderation", reason="r" * 301)
        assert (long.status_code, "r" * 301 in long.text) == (400, True)
        assert (await send(lead, hide, "/moderation", reason="Twice")).status_code == 303
        assert "CC BY" not in await page(amina, thread)
        assert "Which licence?" in await page(amina, "/communities/open-data/discussions")
        people = await page(lead, "/communities/open-data/members")
        assert (await send(lead, people, "/members", number="nobody", role="member")).status_code == 400
        gone = await send(amina, await page(amina, "/communities/open-data/room"), "/leave")
        assert gone.status_code == 303
    async with pillar.browser(subject="eve") as eve:
        await page(eve, "/community")


@pytest.mark.requirement("F20.4")
async def test_pages_decide_on_charters_and_on_quiet_communities(pillar: Learn) -> None:
    await community(pillar)
    charter_id = await charter(pillar)
    async with pillar.browser(*FACILITATOR) as lead:
        shown = await page(lead, f"/community-charters/{charter_id}/decision")
        assert (await send(lead, shown, "/decision", act="")).status_code == 400
        assert (await send(lead, shown, "/decision", act="approve")).status_code == 303
        assert "2027" in await page(lead, "/communities/open-data/room")
        with clock.fixed(clock.now() + timedelta(days=365 + 190)):
            await swept(pillar)
        room = await page(lead, "/communities/open-data/room")
        assert (await send(lead, room, "/review", reason="")).status_code == 400
        assert (await send(lead, room, "/review", revive="yes", reason="Many came")).status_code == 303
        assert "Does this community go on?" not in await page(lead, "/communities/open-data/room")


def test_months_end_on_the_last_day_when_they_are_shorter() -> None:
    day = clock.parse("2026-08-31T00:00:00Z").date()

    assert months_later(day, 6).isoformat() == "2027-02-28"
    assert year_later(clock.parse("2028-02-29T00:00:00Z").date()).isoformat() == "2029-02-28"


@pytest.mark.requirement("F20.4", "F12.4")
async def test_a_charter_is_declined_with_a_reason_that_those_who_lead_the_community_hear(pillar: Learn) -> None:
    await community(pillar)
    charter_id = await charter(pillar)
    async with await joined(pillar, "fatou") as fatou:
        person_id = (await fatou.get(f"{API}/me")).json()["id"]
    async with pillar.officer(*FACILITATOR) as office:
        put = await office.put(
            f"{API}/communities/open-data/members/{person_id}", json={"role": "facilitator", "country": "KE"}
        )
    async with pillar.browser(*FACILITATOR) as lead:
        start = await page(lead, "/")
        listed = await page(lead, "/waiting-charters")
        shown = await page(lead, f"/community-charters/{charter_id}/decision")
        silent = await send(lead, shown, "/decision", act="decline", reason="")
        declined = await send(lead, shown, "/decision", act="decline", reason="The milestones have no days.")
        after = await page(lead, f"/community-charters/{charter_id}/decision")
        empty = await page(lead, "/waiting-charters")
    async with pillar.browser() as amina:
        refused = await amina.get("/waiting-charters")
    async with pillar.context.database.reading() as tx:
        told = await tx.fetch("SELECT payload FROM job WHERE kind = 'tell-charter'")

    assert put.status_code in {200, 204}, put.text
    assert "1 charter waits for a decision" in start
    assert f"/community-charters/{charter_id}/decision" in listed
    assert "Milestones" in shown
    assert (silent.status_code, declined.status_code) == (400, 303)
    assert "The milestones have no days." in after
    assert "Nothing waits." in empty
    assert refused.status_code == 403
    assert [person_id in str(row["payload"]) for row in told] == [True]


@pytest.mark.requirement("F20.4")
async def test_a_community_that_was_taken_out_of_use_is_not_brought_back_by_its_review(pillar: Learn) -> None:
    await community(pillar)
    await decided(pillar, await charter(pillar))
    with clock.fixed(clock.now() + timedelta(days=365 + 190)):
        await swept(pillar)
    async with pillar.officer(*FACILITATOR) as office:
        await office.delete(f"{API}/communities/open-data")
        decision = {"revive": False, "reason": "Nobody came"}
        told = await office.put(f"{API}/communities/open-data/review", json=decision)
    record = await records.read(pillar.context, by=service.SYSTEM, kind=COMMUNITY, record_id="open-data")

    assert (told.status_code, record.archived) == (409, True)

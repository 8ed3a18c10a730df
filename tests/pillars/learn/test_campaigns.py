"""Campaigns: what is frozen, who may rate whom, and that nothing is taken twice or overwritten."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from govstack.kernel import audit, clock
from govstack.kernel.actor import Actor
from govstack.pillars.learn.manifest import FORGETTING
from govstack.pillars.learn.needs.answers import service as answers
from govstack.pillars.learn.needs.answers.model import Answer, Attendee, Taking
from govstack.pillars.learn.needs.campaigns import service
from govstack.pillars.learn.needs.campaigns.errors import CampaignStarted, NobodyMeant, NotOpen
from govstack.pillars.learn.needs.campaigns.model import Population, Rater, State
from govstack.pillars.learn.needs.scoring.model import result
from govstack.pillars.learn.people import service as people
from tests.builders.campaigns import answered, campaign, document, response, today, written
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn, ministry
from tests.databases import Databases

EVALUATOR = Actor("person", "evaluator", "Evaluator", scopes=frozenset({"learn:evaluate"}))


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


async def member_of(pillar: Learn, person_id: str = "p-1", campaign_id: str = "spring") -> str:
    async with pillar.context.database.reading() as tx:
        rows = await tx.fetch(
            "SELECT id FROM member WHERE campaign_id = :campaign AND person_id = :person",
            campaign=campaign_id, person=person_id,
        )  # fmt: skip
    return str(rows[0]["id"])


async def forgotten(pillar: Learn, person_id: str) -> None:
    await people.erase(pillar.context, by=OFFICER, person_id=person_id)
    async with pillar.context.database.transaction() as tx:
        await answers.forget(tx, person_id)


@pytest.mark.requirement("F1.1")
async def test_a_later_version_of_an_instrument_changes_neither_a_campaign_nor_its_scores(pillar: Learn) -> None:
    await civil_servant(pillar.context)
    before = await campaign(pillar.context)
    await answered(pillar.context, response(response_id="response-1"))
    changed = document()
    changed["scales"][0]["choices"] = changed["scales"][0]["choices"][::-1]
    changed["items"] = changed["items"][1:]

    await written(pillar.context, **changed)
    after = await service.campaign(pillar.context, campaign_id="spring")
    _campaign, _member, spoken = await answers.about(pillar.context, by=EVALUATOR, member_id=await member_of(pillar))

    assert after == before
    assert after.instrument_version == 1
    assert {name: one.choice for name, one in spoken[0].kept.marks.items()} == {
        "plan": "basic", "talk": "high", "rules": "moderate"
    }  # fmt: skip
    assert result(after.frozen, spoken[0].kept.marks) == result(before.frozen, spoken[0].kept.marks)


@pytest.mark.requirement("F1.1")
async def test_a_campaign_that_has_started_is_not_planned_anew(pillar: Learn) -> None:
    await civil_servant(pillar.context)
    one = await campaign(pillar.context)

    with pytest.raises(CampaignStarted):
        await service.plan(pillar.context, by=OFFICER, campaign_id="spring", given=one.given)
    again = await service.start(pillar.context, by=OFFICER, campaign_id="spring")

    assert again == one


@pytest.mark.requirement("F1.2")
async def test_ratings_by_oneself_the_manager_and_a_test_stand_beside_each_other(pillar: Learn) -> None:
    await civil_servant(pillar.context, "p-2")
    await civil_servant(pillar.context, "p-1", manager_id="p-2")
    await campaign(pillar.context, raters=(Rater.SELF, Rater.MANAGER, Rater.TEST))
    sent = [response(rater=rater, confidence="high") for rater in (Rater.SELF, Rater.MANAGER, Rater.TEST)]
    sent.append(response(rater=Rater.SELF, given={"plan": "high"}))

    taken = await answered(pillar.context, *sent)
    _campaign, _member, spoken = await answers.about(pillar.context, by=EVALUATOR, member_id=await member_of(pillar))

    assert [one.taking for one in taken] == [Taking.ADDED] * 4
    assert sorted(one.kept.rater for one in spoken) == ["manager", "self", "self", "test"]
    assert all(one.kept.answered_at[:10] == today() for one in spoken)
    assert sum(one.kept.confidence == "high" for one in spoken) == 3


@pytest.mark.requirement("F1.5")
async def test_the_same_response_sent_again_or_at_the_same_time_is_one_response(pillar: Learn) -> None:
    await civil_servant(pillar.context)
    await campaign(pillar.context)
    one = response(response_id="response-1")

    at_once = await asyncio.gather(*(answered(pillar.context, one) for _ in range(4)))
    again = await answered(pillar.context, one, one)
    other = await answered(pillar.context, response(response_id="response-1", given={"plan": "high"}))

    assert {taken[0].taking for taken in at_once} <= {Taking.ADDED, Taking.KNOWN}
    assert [taken.taking for taken in again] == [Taking.KNOWN, Taking.KNOWN]
    assert (other[0].taking, list(other[0].fields)) == (Taking.REFUSED, ["id"])
    async with pillar.context.database.reading() as tx:
        assert (await tx.fetch("SELECT COUNT(*) AS n FROM response"))[0]["n"] == 1


async def test_the_newest_answers_count_in_whatever_order_they_come_in(pillar: Learn) -> None:
    await civil_servant(pillar.context)
    await campaign(pillar.context)
    await answered(pillar.context, response(response_id="response-new", answered_at=f"{today(-1)}T09:00:00Z"))

    await answered(pillar.context, response(response_id="response-old", answered_at=f"{today(-2)}T09:00:00Z"))

    async with pillar.context.database.reading() as tx:
        standing = await tx.fetch("SELECT response_id FROM standing")
    assert [row["response_id"] for row in standing] == ["response-new"]


async def test_answers_with_faults_are_refused_one_by_one_and_the_others_are_taken(pillar: Learn) -> None:
    await civil_servant(pillar.context)
    await campaign(pillar.context)
    wrong = [
        response(given={"plan": "superb"}),
        response(given={"nothing": "basic"}),
        response(about="p-9"),
        response(rater=Rater.MANAGER),
        response(answered_at=f"{today(-30)}T09:00:00Z"),
        response(answered_at=f"{today(5)}T09:00:00Z"),
        response(answers=()),
    ]

    taken = await answered(pillar.context, *wrong, response())

    assert [sorted(one.fields) for one in taken] == [
        ["plan"], ["nothing"], ["about"], ["rater"], ["answeredAt"], ["answeredAt"], ["answers"], [],
    ]  # fmt: skip
    assert taken[-1].taking is Taking.ADDED


async def test_people_rate_themselves_and_managers_those_who_report_to_them(pillar: Learn) -> None:
    await civil_servant(pillar.context, "p-2", number="boss")
    await civil_servant(pillar.context, "p-1", number="amina", manager_id="p-2")
    await campaign(pillar.context, raters=(Rater.SELF, Rater.MANAGER))
    amina = Actor("person", "amina", attributes={"person_id": "amina"})
    boss = Actor("person", "boss", attributes={"person_id": "boss"})

    own = await answers.add(
        pillar.context, by=amina, campaign_id="spring", responses=[response(about=""), response("p-2")]
    )
    theirs = await answers.add(
        pillar.context, by=boss, campaign_id="spring",
        responses=[response("p-1", rater=Rater.MANAGER), response("p-2", rater=Rater.MANAGER), response("p-1")],
    )  # fmt: skip
    asks = [(one.member.person_id, one.rater, one.state) for one in await answers.mine(pillar.context, by=boss)]

    assert [one.taking for one in own] == [Taking.ADDED, Taking.REFUSED]
    assert [one.taking for one in theirs] == [Taking.ADDED, Taking.REFUSED, Taking.REFUSED]
    assert sorted(asks) == [("p-1", Rater.MANAGER, "answered"), ("p-2", Rater.SELF, "open")]


async def test_somebody_sees_all_that_was_said_about_them_and_a_manager_only_what_they_said(pillar: Learn) -> None:
    await civil_servant(pillar.context, "p-2", number="boss")
    await civil_servant(pillar.context, "p-1", number="amina", manager_id="p-2")
    await campaign(pillar.context, raters=(Rater.SELF, Rater.MANAGER))
    boss = Actor("person", "boss", attributes={"person_id": "boss"})
    await answered(pillar.context, response(notes="my own words"))
    await answers.add(
        pillar.context, by=boss, campaign_id="spring", responses=[response(rater=Rater.MANAGER, notes="good")]
    )
    member = await member_of(pillar)

    async with pillar.person("amina", person_id="amina") as client:
        own = await client.get(f"{API}/members/{member}/responses")
    async with pillar.person("boss", person_id="boss") as client:
        theirs = await client.get(f"{API}/members/{member}/responses")
    async with pillar.person("kofi") as client:
        refused = await client.get(f"{API}/members/{member}/responses")

    assert sorted(one["notes"] for one in own.json()["responses"]) == ["good", "my own words"]
    assert [one["notes"] for one in theirs.json()["responses"]] == ["good"]
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown-campaign")


@pytest.mark.requirement("F1.4")
async def test_a_focus_group_gives_one_rating_a_section_with_notes_and_who_was_there(pillar: Learn) -> None:
    await ministry(pillar.context, "finance")
    await civil_servant(pillar.context, "p-1", organisation_id="finance")
    one = await campaign(pillar.context, raters=(Rater.GROUP,), unit="organisation")
    there = (Attendee(person="p-1", name="Amina Kone"), Attendee(name="Kofi Mensah", organisation="Treasury"))
    first = response("finance", rater=Rater.GROUP, notes="The tax office plans best.", attendance=there)
    second = response("finance", rater=Rater.GROUP, given={"plan": "high"})

    taken = await answered(pillar.context, first, second)
    async with pillar.context.database.reading() as tx:
        found = await tx.fetch("SELECT member_id FROM response")
        standing = await tx.fetch("SELECT meeting FROM standing")
    _campaign, _member, spoken = await answers.about(pillar.context, by=EVALUATOR, member_id=found[0]["member_id"])
    meeting = next(said for said in spoken if said.kept.id == first.id)

    assert [said.taking for said in taken] == [Taking.ADDED] * 2
    assert len(standing) == 2
    assert meeting.said.notes == "The tax office plans best."
    assert meeting.attendance == there
    assert len(result(one.frozen, meeting.kept.marks).sections) == len(one.frozen.sections)


async def test_an_erased_person_is_gone_and_their_response_stays_counted(pillar: Learn) -> None:
    await civil_servant(pillar.context, place="Kumasi")
    await civil_servant(pillar.context, "p-2")
    await campaign(pillar.context)
    await answered(pillar.context, response(notes="I am Amina"), response("p-2"))

    await forgotten(pillar, "p-1")
    await forgotten(pillar, "p-1")

    async with pillar.context.database.reading() as tx:
        rows = await tx.fetch(
            "SELECT member.person_id, member.place, member.gender, response.rater_id, response.words_sealed"
            " FROM response JOIN member ON member.id = response.member_id ORDER BY member.person_id"
        )
        entries = [one.action for one in await audit.entries(tx, limit=50)]
    gone = next(row for row in rows if row["person_id"] is None)
    assert len(rows) == 2
    assert (gone["place"], gone["gender"], gone["rater_id"], gone["words_sealed"]) == ("", "unstated", None, None)
    assert entries.count("learn.response.forgotten") == 1


def test_erasing_reaches_this_room() -> None:
    assert answers.forget in FORGETTING


async def test_a_campaign_takes_in_those_of_organisations_with_a_profile_and_those_who_are_named(
    pillar: Learn,
) -> None:
    await ministry(pillar.context, "finance")
    await ministry(pillar.context, "tax", parent_id="finance")
    await civil_servant(pillar.context, "p-1", organisation_id="tax", roles=("analyst", "project-manager"))
    await civil_servant(pillar.context, "p-2", organisation_id="finance", roles=("analyst",))
    await civil_servant(pillar.context, "p-3", roles=("project-manager",))
    await civil_servant(pillar.context, "p-4")
    meant = Population(organisations=("finance",), profiles=("project-manager",), people=("p-4",))

    await campaign(pillar.context, population=meant)

    async with pillar.context.database.reading() as tx:
        rows = await tx.fetch("SELECT person_id, profile FROM member ORDER BY person_id")
    assert [(row["person_id"], row["profile"]) for row in rows] == [("p-1", "project-manager"), ("p-4", "")]


async def test_a_campaign_that_means_nobody_does_not_start(pillar: Learn) -> None:
    with pytest.raises(NobodyMeant):
        await campaign(pillar.context, population=Population(profiles=("government-minister",)))

    assert (await service.campaign(pillar.context, campaign_id="spring")).state is State.DRAFT


async def test_answers_given_in_time_may_come_in_late_but_none_given_afterwards(pillar: Learn) -> None:
    await civil_servant(pillar.context)
    one = await campaign(pillar.context)
    with clock.fixed(clock.parse(f"{today(25)}T12:00:00Z")):
        closed = await service.close_overdue(pillar.context)
        late = await answered(pillar.context, response(answered_at=f"{today(-5)}T09:00:00Z"), response())
    with clock.fixed(clock.parse(f"{today(60)}T12:00:00Z")):
        too_late = await answered(pillar.context, response(answered_at=f"{one.given.closes_on}T09:00:00Z"))

    assert closed == 1
    assert [taken.taking for taken in (*late, *too_late)] == [Taking.ADDED, Taking.REFUSED, Taking.REFUSED]


@pytest.mark.parametrize(("days", "taking"), [("3", Taking.REFUSED), ("4", Taking.ADDED)])
async def test_how_late_answers_may_come_in_is_what_the_country_sets(
    sqlite_databases: Databases, days: str, taking: Taking
) -> None:
    pillar = await learn(sqlite_databases, LEARN_LATE_ANSWER_DAYS=days)
    await civil_servant(pillar.context)
    await campaign(pillar.context)
    with clock.fixed(clock.parse(f"{today(25)}T12:00:00Z")):
        (late,) = await answered(pillar.context, response(answered_at=f"{today(-5)}T09:00:00Z"))

    assert late.taking is taking


async def test_a_plan_takes_no_answers(pillar: Learn) -> None:
    await civil_servant(pillar.context)
    await campaign(pillar.context, start=False)

    with pytest.raises(NotOpen):
        await answered(pillar.context, response())


async def test_the_api_plans_starts_answers_and_closes(pillar: Learn) -> None:
    await civil_servant(pillar.context)
    given = {
        "titles": {"en": "Spring"}, "instrumentId": "skills", "opensOn": today(), "closesOn": today(5),
    }  # fmt: skip

    async with pillar.officer() as client:
        written_ = await client.post(f"{API}/instruments/skills/versions", json=document())
        planned = await client.put(f"{API}/campaigns/spring", json=given)
        wrong = await client.put(f"{API}/campaigns/late", json=given | {"closesOn": today(-5)})
        started = await client.post(f"{API}/campaigns/spring/start")
        sent = await client.post(
            f"{API}/campaigns/spring/responses", json={"responses": [msgspec.to_builtins(response())]}
        )
        closed = await client.post(f"{API}/campaigns/spring/close")
        listed = await client.get(f"{API}/campaigns")

    assert (written_.status_code, planned.json()["state"]) == (201, "draft")
    assert (wrong.status_code, list(wrong.json()["fields"])) == (400, ["closesOn"])
    assert started.json()["state"] == "open"
    assert sent.json()["responses"][0]["outcome"] == "added"
    assert closed.json()["state"] == "closed"
    assert [one["id"] for one in listed.json()["campaigns"]] == ["spring"]


async def test_only_a_training_unit_plans(pillar: Learn) -> None:
    async with pillar.person() as client:
        answers_ = [
            await client.get(f"{API}/campaigns"),
            await client.post(f"{API}/campaigns/spring/start"),
            await client.get(f"{API}/campaigns/spring/findings"),
        ]

    assert [one.status_code for one in answers_] == [403, 403, 403]


def test_evidence_is_asked_for_where_an_instrument_says_so() -> None:
    from govstack.pillars.learn.needs.answers.model import NO_EVIDENCE, Checker
    from tests.builders.campaigns import instrument

    changed = document()
    changed["items"][0]["evidence"] = True
    checker = Checker(instrument(**changed), (Rater.SELF,))

    without = checker.faults(response())
    within = checker.faults(response(answers=(Answer(item="plan", choice="basic", evidence="Plan of 2026"),)))

    assert (without, within) == ({"plan": NO_EVIDENCE}, {})

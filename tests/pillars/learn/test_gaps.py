"""Ratings beside each other, the one that counts, gaps, and roll-ups."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from time import monotonic

import pytest

from govstack.kernel import clock, events
from govstack.kernel.db import CheckViolation
from govstack.kernel.events import Event
from govstack.kernel.jobs import Job
from govstack.pillars.learn.manifest import MANIFEST
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.frameworks.model import Relation, RelationKind
from govstack.pillars.learn.needs.gaps import service
from govstack.pillars.learn.needs.gaps.model import Division, RollUp, Scope, Share, suppressed
from govstack.pillars.learn.needs.ratings import service as ratings
from govstack.pillars.learn.needs.ratings.model import RaterType, RatingGiven
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.model import Person
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn, ministry
from tests.builders.skills import competency, enter, framework, profile, rate, scale
from tests.databases import Databases

NOVEMBER = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    found = await learn(databases)
    await ministry(found.context, "finance")
    await ministry(found.context, "tax", parent_id="finance", kind="agency")
    await ministry(found.context, "health")
    await enter(found.context, competency("a"), competency("b"))
    await profile(found.context, "clerk", a=3, b=2)
    return found


@pytest.mark.requirement("F1.2")
async def test_ratings_of_one_person_stand_beside_each_other(pillar: Learn) -> None:
    await civil_servant(pillar.context, roles=("clerk",))
    for level, kind, sure in ((5, "self", "low"), (3, "manager", "high"), (2, "test", "medium")):
        await rate(pillar.context, "p-1", "a", level, kind, confidence=sure, rated_on="2026-11-20")

    async with pillar.officer() as client:
        kept = (await client.get(f"{API}/people/p-1/ratings")).json()["ratings"]

    assert {(one["level"], one["raterType"], one["confidence"], one["ratedOn"]) for one in kept} == {
        (5, "self", "low", "2026-11-20"), (3, "manager", "high", "2026-11-20"), (2, "test", "medium", "2026-11-20"),
    }  # fmt: skip


async def test_the_database_refuses_to_change_what_was_said(pillar: Learn) -> None:
    await civil_servant(pillar.context)
    await rate(pillar.context, "p-1", "a", 3)

    with pytest.raises(CheckViolation):
        async with pillar.context.database.transaction() as tx:
            await tx.execute("UPDATE competency_rating SET level = 5 WHERE level = :level", level=3)


async def test_what_was_proven_counts_before_what_was_said_and_fresh_before_stale(pillar: Learn) -> None:
    await civil_servant(pillar.context, roles=("clerk",))
    with clock.fixed(NOVEMBER):
        await rate(pillar.context, "p-1", "a", 5, "self", rated_on="2026-11-20")
        await rate(pillar.context, "p-1", "a", 2, "test", rated_on="2026-06-01")
        await rate(pillar.context, "p-1", "b", 1, "test", rated_on="2026-01-01")
        await rate(pillar.context, "p-1", "b", 2, "self", rated_on="2026-11-01")

        found = {
            one.competency_id: one for one in (await service.required_of(pillar.context, person_ids=["p-1"]))["p-1"]
        }

    assert (found["a"].existing, found["a"].rater_type, found["a"].stale) == (2, "test", False)
    assert (found["b"].existing, found["b"].rater_type, found["b"].met) == (2, "self", True)


async def test_a_country_sets_the_order_of_raters(databases: Databases) -> None:
    pillar = await learn(databases, LEARN_RATING_ORDER="manager,self", LEARN_RATING_STALE_MONTHS="24")
    await enter(pillar.context, competency("a"))
    await profile(pillar.context, "clerk", a=3)
    await civil_servant(pillar.context, roles=("clerk",))
    await rate(pillar.context, "p-1", "a", 4, "credential")
    await rate(pillar.context, "p-1", "a", 1, "manager")

    found = await service.gaps_of(pillar.context, person_ids=["p-1"])

    assert [(one.existing, one.rater_type, one.size) for one in found["p-1"]] == [(1, "manager", 2)]


@pytest.mark.requirement("F5.1")
async def test_unrated_is_not_zero_and_a_gap_is_never_below_zero(pillar: Learn) -> None:
    await civil_servant(pillar.context, "p-1", roles=("clerk",))
    await civil_servant(pillar.context, "p-2", roles=("clerk",))
    await rate(pillar.context, "p-1", "a", 0)
    await rate(pillar.context, "p-1", "b", 5)

    required = await service.required_of(pillar.context, person_ids=["p-1", "p-2", "p-9"])
    lacking = await service.gaps_of(pillar.context, person_ids=["p-1", "p-2"])

    assert [(one.competency_id, one.existing, one.size) for one in required["p-1"]] == [("a", 0, 3), ("b", 5, 0)]
    assert [(one.existing, one.size, one.met) for one in required["p-2"]] == [(None, None, False)] * 2
    assert required["p-9"] == []
    assert [one.competency_id for one in lacking["p-1"]] == ["a"]
    assert len(lacking["p-2"]) == 2


@pytest.mark.requirement("F4.2")
async def test_nothing_is_subtracted_across_scales(pillar: Learn) -> None:
    await frameworks.put_scale(pillar.context, by=OFFICER, scale=scale("three", 3))
    related = (Relation(from_id="c", to_id="a", kind=RelationKind.EXACT),)
    await frameworks.put(
        pillar.context, by=OFFICER,
        framework=framework(competency("c", "three"), framework_id="other", relations=related),
    )  # fmt: skip
    await civil_servant(pillar.context, roles=("clerk",))
    await rate(pillar.context, "p-1", "c", 3)
    await rate(pillar.context, "p-1", "b", 1)
    # The competency moves to another scale: what was required and rated before stays on the old one.
    await frameworks.put(pillar.context, by=OFFICER, framework=framework(competency("a"), competency("b", "three")))
    await rate(pillar.context, "p-1", "b", 3)

    found = {one.competency_id: one for one in (await service.required_of(pillar.context, person_ids=["p-1"]))["p-1"]}

    assert found["a"].existing is None
    assert (found["b"].scale_id, found["b"].existing, found["b"].size) == ("five", 1, 1)


async def test_two_posts_ask_once_and_for_the_higher_level(pillar: Learn) -> None:
    await profile(pillar.context, "head", criticality=5, a=4)
    await civil_servant(pillar.context, roles=("clerk", "head", "unknown-role"))
    await rate(pillar.context, "p-1", "a", 3)

    found = (await service.gaps_of(pillar.context, person_ids=["p-1"]))["p-1"]

    assert [(one.competency_id, one.desired, one.criticality, one.role_id) for one in found] == [
        ("a", 4, 5, "head"), ("b", 2, 3, "clerk"),
    ]  # fmt: skip


async def test_the_same_rating_sent_again_changes_nothing_and_another_under_its_id_is_refused(pillar: Learn) -> None:
    await civil_servant(pillar.context)
    body = {"personId": "p-1", "competencyId": "a", "level": 2, "raterType": "test", "id": "r-1"}

    async with pillar.officer() as client:
        first = await client.post(f"{API}/ratings", json={"ratings": [body]})
        again = await client.post(f"{API}/ratings", json={"ratings": [body]})
        other = await client.post(f"{API}/ratings", json={"ratings": [{**body, "level": 3}]})

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert first.json() == again.json()


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"personId": "nobody"}, "nobody"), ({"competencyId": "zzz"}, "no competency"), ({"level": 9}, "level"),
        ({"ratedOn": "2999-01-01"}, "day"), ({"ratedOn": "yesterday"}, "day"),
    ],
)  # fmt: skip
async def test_a_rating_that_does_not_fit_is_refused_and_no_other_is_kept(
    pillar: Learn, change: dict[str, object], word: str
) -> None:
    await civil_servant(pillar.context)
    body = {"personId": "p-1", "competencyId": "a", "level": 2, "raterType": "test"}

    async with pillar.officer() as client:
        answer = await client.post(f"{API}/ratings", json={"ratings": [body, {**body, **change}]})
        kept = (await client.get(f"{API}/people/p-1/ratings")).json()["ratings"]

    assert answer.status_code == 400
    assert word in answer.json()["fields"]["1"]
    assert kept == []


async def test_people_rate_themselves_and_managers_their_reports_and_nobody_else(pillar: Learn) -> None:
    await civil_servant(pillar.context, "boss", number="N-boss")
    await civil_servant(pillar.context, "p-1", manager_id="boss")
    body = {"competencyId": "a", "level": 2}

    async with pillar.person("boss", person_id="N-boss") as boss, pillar.person("p-1", person_id="N-p-1") as person:
        answers = [
            await person.post(f"{API}/ratings", json={"ratings": [{**body, "personId": "p-1", "raterType": "self"}]}),
            await person.post(
                f"{API}/ratings", json={"ratings": [{**body, "personId": "p-1", "raterType": "manager"}]}
            ),
            await person.post(f"{API}/ratings", json={"ratings": [{**body, "personId": "boss", "raterType": "self"}]}),
            await boss.post(f"{API}/ratings", json={"ratings": [{**body, "personId": "p-1", "raterType": "manager"}]}),
            await boss.post(f"{API}/ratings", json={"ratings": [{**body, "personId": "p-1", "raterType": "test"}]}),
        ]
        seen = [await one.get(f"{API}/people/p-1/gaps") for one in (boss, person)]
        hidden = await person.get(f"{API}/people/boss/ratings")

    assert [answer.status_code for answer in answers] == [201, 403, 403, 201, 403]
    assert [answer.status_code for answer in seen] == [200, 200]
    assert hidden.status_code == 403


async def test_an_erased_person_takes_their_ratings_along(pillar: Learn) -> None:
    await civil_servant(pillar.context)
    await rate(pillar.context, "p-1", "a", 2)

    await people.erase(pillar.context, by=OFFICER, person_id="p-1")
    told = Event("e-1", people.ERASED, "person/p-1", clock.timestamp(), "/learn", {"personId": "p-1"})
    job = Job("j-1", events.subscription(told.type), asdict(told), 1, clock.timestamp())
    await MANIFEST.subscriptions[people.ERASED](pillar.context, job)

    assert await ratings.counting(pillar.context, person_ids=["p-1"]) == []


@pytest.mark.requirement("F5.2", "F5.4")
async def test_a_roll_up_shows_who_is_where_who_is_there_and_who_alone_holds_it(pillar: Learn) -> None:
    for number, level in enumerate((0, 1, 1, 3, None)):
        await civil_servant(pillar.context, f"p-{number}", organisation_id="tax", roles=("clerk",))
        if level is not None:
            await rate(pillar.context, f"p-{number}", "a", level)
    await civil_servant(pillar.context, "other", organisation_id="health", roles=("clerk",))

    finance = Scope(frozenset({"finance", "tax"}))
    found = {one.competency_id: one for one in await service.roll_ups(pillar.context, by=OFFICER, scope=finance)}
    country = await service.roll_ups(pillar.context, by=OFFICER, scope=Scope())
    one = found["a"]

    assert (one.required, one.unrated, one.met, dict(one.levels)) == (5, 1, 1, {0: 1, 1: 2, 3: 1})
    assert (one.coverage, one.holders, one.fragile) == (0.2, 1, True)
    assert one.shares == (Share(3, 3, 1), Share(2, 3, 2))
    assert one.priority == 3 * 3 * 1 + 2 * 3 * 2
    assert (found["b"].unrated, found["b"].priority) == (5, 0)
    assert country[0].required == 6


@pytest.mark.requirement("F5.2")
async def test_roll_ups_are_divided_by_organisation_team_and_category(pillar: Learn) -> None:
    await profile(pillar.context, "designer", category="service-design", a=4)
    await civil_servant(pillar.context, "boss", organisation_id="finance")
    await civil_servant(pillar.context, "p-1", organisation_id="tax", roles=("clerk",), manager_id="boss")
    await civil_servant(pillar.context, "p-2", organisation_id="health", roles=("designer",), manager_id="boss")
    await rate(pillar.context, "p-1", "a", 3)

    async def parts(part: Division) -> dict[str, int | None]:
        found = await service.roll_ups(pillar.context, by=OFFICER, scope=Scope(), part=part)
        return {one.part: one.holders for one in found if one.competency_id == "a"}

    assert await parts(Division.ORGANISATION) == {"finance": 1, "health": 0}
    assert await parts(Division.TEAM) == {"boss": 1}
    assert await parts(Division.CATEGORY) == {"it": 1, "service-design": 0}


async def test_whoever_only_leads_sees_no_small_groups_and_a_manager_sees_their_team(pillar: Learn) -> None:
    await civil_servant(pillar.context, "boss", number="N-boss")
    for number in range(4):
        await civil_servant(pillar.context, f"p-{number}", roles=("clerk",), manager_id="boss")

    async with pillar.officer("learn:lead") as leader, pillar.person("boss", person_id="N-boss") as boss:
        led = (await leader.get(f"{API}/gaps/roll-ups")).json()["rollups"]
        team = (await boss.get(f"{API}/gaps/roll-ups", params={"team": "boss"})).json()["rollups"]
        refused = await boss.get(f"{API}/gaps/roll-ups")

    assert {one["required"] for one in led} == {None}
    assert {one["required"] for one in team} == {4}
    assert refused.status_code == 403


def test_one_hidden_group_hides_another_so_that_it_cannot_be_worked_out() -> None:
    def group(part: str, people: int) -> RollUp:
        return RollUp(part, "a", "five", people, 0, people, {3: people}, people)

    told = suppressed([group("big", 90), group("small", 3), group("middle", 20)], 5)
    alone = suppressed([group("big", 90), group("middle", 20)], 5)

    assert {one.part: one.required for one in told} == {"big": 90, "small": None, "middle": None}
    assert {one.part: one.required for one in alone} == {"big": 90, "middle": 20}


async def test_ten_thousand_people_take_seconds(pillar: Learn) -> None:
    count = 10_000
    ids = [f"x-{number:05}" for number in range(count)]
    for start in range(0, count, 2_500):
        await people.put(
            pillar.context, by=OFFICER,
            people=[Person(id=one, organisation_id="tax", roles=("clerk",)) for one in ids[start : start + 2_500]],
        )  # fmt: skip
    await ratings.rate(
        pillar.context, by=OFFICER,
        ratings=[
            RatingGiven(person_id=one, competency_id=skill, level=number % 4, rater_type=kind)
            for number, one in enumerate(ids) for skill in "ab" for kind in (RaterType.SELF, RaterType.MANAGER)
        ],
    )  # fmt: skip

    began = monotonic()
    found = await service.gaps_of(pillar.context, person_ids=ids)
    gaps_seconds = monotonic() - began
    rolled = await service.roll_ups(pillar.context, by=OFFICER, scope=Scope(), part=Division.ORGANISATION)
    seconds = monotonic() - began
    print(f"{pillar.context.database.dialect}: gaps {gaps_seconds:.2f} s, roll-up {seconds - gaps_seconds:.2f} s")

    assert sum(len(one) for one in found.values()) == 7_500 + 5_000
    assert {one.required for one in rolled} == {count}
    assert seconds < 20

"""Digital teams: the usual units, who is wanted and who is missing, and what that means for skills and programmes."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from govstack.pillars.learn.needs.profiles import service as profiles
from govstack.pillars.learn.needs.teams import service
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.response.programmes import service as programmes
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn, ministry, page, send
from tests.databases import Databases

PLAN = {"name": "Benefits", "organisation": "finance"}


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    made = await learn(databases)
    await ministry(made.context)
    return made


async def put(pillar: Learn, kind: str, record_id: str, content: dict[str, Any]) -> dict[str, Any]:
    async with pillar.officer() as client:
        answer = await client.put(f"{API}/{kind}/{record_id}", json={"content": content})
    assert answer.status_code in {200, 201}, answer.text
    return dict(answer.json())


async def post(pillar: Learn, record_id: str, role: str, headcount: int, **more: Any) -> None:
    content = {"plan": "team", "unit": "team-operations", "role": role, "headcount": headcount, **more}
    await put(pillar, "team-posts", record_id, content)


@pytest.mark.requirement("F4.6")
async def test_the_fourteen_units_come_along_with_roles_of_the_model_and_others(pillar: Learn) -> None:
    shipped = yaml.safe_load(service.SEEDS.read_text(encoding="utf-8"))
    known = {one.id for one in await profiles.profiles(pillar.context)}
    roles = {unit: one["roles"] for unit, one in shipped.items()}
    outside = {role for one in roles.values() for role in one if role not in known}
    async with pillar.officer() as client:
        listed = (await client.get(f"{API}/team-units")).json()["records"]
        told = (await client.get(f"{API}/translations/team-legal")).json()["translations"]

    assert len(listed) == len(roles) == 14
    assert (len(roles["team-operations"]), len(roles["team-technology"])) == (8, 19)
    assert {one for one in outside if one == one.lower()} == set()
    assert {"Data migration specialist", "Programme leader"} <= outside
    assert {one["language"] for one in told} == {"fr", "es", "ar", "sw"}


@pytest.mark.requirement("F4.6", "F5.5")
async def test_a_plan_says_who_is_there_who_is_missing_and_what_they_are_to_have(pillar: Learn) -> None:
    await put(pillar, "team-plans", "team", PLAN)
    await civil_servant(pillar.context, "amina", roles=("project-manager",), organisation_id="finance")
    await post(pillar, "leaders", "project-manager", 3)
    await post(pillar, "legal", "Data protection officer", 2, staffed=2)
    await post(pillar, "own", "Keeper of forms", 2, staffed=1)

    async with pillar.officer() as client:
        found = (await client.get(f"{API}/team-plans/team/team")).json()
        table = (await client.get(f"{API}/team-plans/team/team/export?format=csv")).text

    seats = {one["id"]: one for one in found["seats"]}
    assert (found["wanted"], found["staffed"], found["vacant"]) == (7, 4, 3)
    assert (seats["leaders"]["staffed"], seats["leaders"]["counted"], seats["leaders"]["vacant"]) == (1, True, 2)
    assert (seats["legal"]["profileId"], seats["legal"]["vacant"]) == ("data-protection-officer", 0)
    assert (seats["own"]["profileId"], seats["own"]["vacant"]) == ("", 1)
    manager = await profiles.profile(pillar.context, profile_id="project-manager")
    assert {(one["competencyId"], one["level"], one["people"]) for one in found["required"]} == {
        (one.competency_id, one.level, 2) for one in manager.requirements
    }
    assert "team-operations,project-manager,project-manager,3,1,true,2," in table


async def test_people_of_other_organisations_do_not_count_and_nobody_counts_twice(pillar: Learn) -> None:
    await ministry(pillar.context, "health")
    await put(pillar, "team-plans", "team", PLAN)
    await civil_servant(pillar.context, "amina", roles=("project-manager",), organisation_id="finance")
    await civil_servant(pillar.context, "badru", roles=("project-manager",), organisation_id="health")
    await post(pillar, "a", "project-manager", 1)
    await post(pillar, "b", "Project manager", 1)

    found = await service.team(pillar.context, by=OFFICER, plan_id="team")

    assert [(one.record.id, one.staffed, one.vacant) for one in found.seats] == [("a", 1, 0), ("b", 0, 1)]


@pytest.mark.requirement("F4.6")
async def test_the_usual_roles_come_once_and_leave_what_is_there(pillar: Learn) -> None:
    await put(pillar, "team-plans", "team", PLAN)
    await post(pillar, "mine", "project-manager", 5)
    async with pillar.officer() as client:
        first = (await client.post(f"{API}/team-plans/team/team")).json()
        again = (await client.post(f"{API}/team-plans/team/team", headers={"accept-language": "fr"})).json()

    usual = sum(len(one["roles"]) for one in yaml.safe_load(service.SEEDS.read_text(encoding="utf-8")).values())
    assert len(first["seats"]) == len(again["seats"]) == usual
    assert {one["id"]: one["wanted"] for one in again["seats"]}["mine"] == 5
    assert {"Procurement manager", "Data migration specialist"} <= {one["role"] for one in again["seats"]}


async def test_who_does_not_plan_reads_or_begins_nothing(pillar: Learn) -> None:
    await put(pillar, "team-plans", "team", PLAN)
    async with pillar.person("stranger") as client:
        told = [await client.get(f"{API}/team-plans/team/team"), await client.post(f"{API}/team-plans/team/team")]
    async with pillar.officer() as client:
        unknown = await client.get(f"{API}/team-plans/nothing/team")

    assert [one.status_code for one in told] == [403, 403]
    assert unknown.status_code == 404


@pytest.mark.requirement("F7.5")
async def test_a_vacancy_that_no_measure_fills_warns_before_approval(pillar: Learn) -> None:
    await put(pillar, "team-plans", "team", PLAN)
    await post(pillar, "leaders", "project-manager", 1)
    await post(pillar, "own", "Keeper of forms", 1)
    programme = {"name": "Paid", "challenge": "Slow", "currency": "usd", "team": "team"}
    await put(pillar, "programmes", "paid", programme)
    measure = {
        "programme": "paid", "description": "Hire", "responsibility": "Us", "timeline": "Now", "funding": 1,
        "source": "taxes", "posts": ["own"],
    }  # fmt: skip
    await put(pillar, "measures", "hire", measure)

    plan = await programmes.plan(pillar.context, by=OFFICER, programme_id="paid")
    async with pillar.browser("learn:plan", "learn:lead") as browser:
        shown = await page(browser, "/programmes/paid/journey?lang=fr")

    assert [one.post for one in plan.points if one.post] == ["leaders"]
    assert not any(one.text.startswith("A measure closes no gap") for one in plan.points)
    assert "Aucune mesure ne pourvoit le poste vacant Chef de projet" in shown


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_an_officer_begins_a_team_on_its_page(pillar: Learn, language: str) -> None:
    await put(pillar, "team-plans", "team", PLAN)
    async with pillar.browser("learn:plan", "learn:lead") as browser:
        empty = await page(browser, f"/team-plans/team/team?lang={language}")
        begun = await send(browser, empty, "/team/begin")
        shown = await page(browser, f"/team-plans/team/team?lang={language}")
        file = await browser.get("/team-plans/team/team-file?format=json")

    assert begun.status_code == 303
    assert ("Procurement manager" if language == "en" else "مدير المشتريات") in shown
    assert len(file.json()) > 30


async def test_an_erased_person_is_not_there(pillar: Learn) -> None:
    await put(pillar, "team-plans", "team", PLAN)
    person = await civil_servant(pillar.context, "amina", roles=("project-manager",), organisation_id="finance")
    await post(pillar, "leaders", "project-manager", 1)
    await people.erase(pillar.context, by=OFFICER, person_id=person.id)

    assert (await service.team(pillar.context, by=OFFICER, plan_id="team")).seats[0].staffed == 0
    assert await records.history(pillar.context, by=OFFICER, kind=service.TEAM, record_id="team")

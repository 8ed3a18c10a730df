"""Tools read who takes a course by Names and Role Provisioning Services 2.0, with the library of another maker."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pylti1p3.names_roles import NamesRolesProvisioningService

from govstack.kernel.db import Transaction
from govstack.pillars.learn.people.service import erase
from tests.builders.learning import API, OFFICER, Learn, civil_servant
from tests.builders.tools import LINK, TOOL, Tool, back, entered
from tests.databases import Databases
from tests.pillars.learn.test_courses import published
from tests.pillars.learn.test_grades import asked, asserted, calling, opened, prepared, score

READ = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
CLAIM = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
RIGHTS = {"members": True, "keysUrl": f"{TOOL}/keys"}


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await prepared(databases)


async def offered(pillar: Learn, **rights: Any) -> tuple[Tool, str]:
    """Enter a tool with a link in a course, which the learner and another one have begun, and a third has not."""
    course_id = await published(pillar)
    tool = await entered(pillar, {**LINK, "courseId": course_id}, **{**RIGHTS, **rights})
    await civil_servant(pillar.context, "p-2", number="1985-02", name="Brahim Sow", contact="brahim@example.org")
    await civil_servant(pillar.context, "p-3", number="1985-03", name="Chidi Obi")
    for subject, number in (("amina", "1985-01"), ("brahim", "1985-02")):
        async with pillar.person(subject, person_id=number) as client:
            begun = await client.post(f"{API}/courses/{course_id}/start")
        assert begun.status_code == 200, begun.text
    return tool, course_id


async def test_a_tool_of_another_maker_reads_who_takes_its_course_and_no_names(pillar: Learn) -> None:
    tool, course_id = await offered(pillar)
    launch = await opened(pillar, tool)
    told = launch.get_launch_data()

    members = await asyncio.to_thread(launch.get_nrps().get_members)
    context = await asyncio.to_thread(launch.get_nrps().get_context)
    mine = await asyncio.to_thread(launch.get_nrps().get_members, "quiz-1")

    assert (launch.has_nrps(), context["id"]) == (True, course_id)
    assert told[CLAIM]["service_versions"] == ["2.0"]
    assert len(members) == 2
    assert told["sub"] in {one["user_id"] for one in members}
    assert not {"p-1", "p-2", "1985-01", "1985-02"} & {one["user_id"] for one in members}
    assert all(set(one) == {"status", "user_id", "roles"} for one in members)
    assert all((one["status"], one["roles"]) == ("Active", [LEARNER]) for one in members)
    assert mine == members


async def test_names_go_to_a_tool_that_may_have_them_and_addresses_never(pillar: Learn) -> None:
    tool, _course_id = await offered(pillar, shareNames=True)

    members = await asyncio.to_thread((await opened(pillar, tool)).get_nrps().get_members)

    assert {one.get("name") for one in members} == {"Amina Kone", "Brahim Sow"}
    assert "brahim@example.org" not in str(members)


async def test_members_come_in_pages_that_name_nobody(pillar: Learn) -> None:
    tool, course_id = await offered(pillar)
    service = (await opened(pillar, tool)).get_nrps()
    address = service._service_data["context_memberships_url"]
    service = NamesRolesProvisioningService(
        service._service_connector, {"context_memberships_url": f"{address}?limit=1"}
    )  # fmt: skip

    first, following = await asyncio.to_thread(service.get_members_page)
    every = await asyncio.to_thread(service.get_members)
    async with await calling(pillar, tool, READ) as client:
        where = f"{API}/lti/courses/{course_id}/members"
        raw = await client.get(where, params={"limit": 1})
        last = await client.get(back(pillar, raw.links["next"]["url"]))
        wrong = [
            (await client.get(where, params={"after": text})).status_code for text in ("p-1", "AAAA", "x" * 40, "é")
        ]
        nobody = await client.get(where, params={"role": "Instructor"})
        learners = await client.get(where, params={"role": LEARNER})

    assert (len(first), len({one["user_id"] for one in every})) == (1, 2)
    assert following is not None
    assert "p-1" not in following
    assert raw.headers["content-type"] == "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
    assert "next" not in last.links
    assert wrong == [400, 400, 400, 400]
    assert (nobody.json()["members"], len(learners.json()["members"])) == ([], 2)


async def test_a_tool_reads_only_courses_of_its_links(pillar: Learn) -> None:
    tool, course_id = await offered(pillar)
    async with pillar.officer("learn:administer", "learn:teach") as officer:
        card = {"titles": {"en": "Other"}, "loginUrl": f"{TOOL}/o", "redirectUris": [f"{TOOL}/o"], **RIGHTS}
        shown = (await officer.put(f"{API}/lti/tools/other", json=card)).json()
        await officer.put(f"{API}/lti/links/other-1", json={**LINK, "toolId": "other"})
    other = Tool(pillar, shown, {"keys": []})
    where = f"{API}/lti/courses/{course_id}/members"
    async with await calling(pillar, tool, READ) as mine, await calling(pillar, other, READ) as theirs:
        statuses = [
            (await theirs.get(where)).status_code,
            (await theirs.get(where, params={"rlid": "quiz-1"})).status_code,
            (await mine.get(where, params={"rlid": "other-1"})).status_code,
            (await mine.get(f"{API}/lti/courses/nowhere/members")).status_code,
            (await mine.get(where, params={"rlid": "quiz-1"})).status_code,
        ]
        async with pillar.officer("learn:teach") as officer:
            await officer.put(f"{API}/lti/links/quiz-1", json=LINK)
        statuses.append((await mine.get(where)).status_code)

    assert statuses == [404, 404, 404, 404, 200, 404]


async def test_only_a_token_for_it_reads_members_and_only_while_the_tool_may(pillar: Learn) -> None:
    tool, course_id = await offered(pillar, grades=True)
    where = f"{API}/lti/courses/{course_id}/members"
    async with await calling(pillar, tool, SCORE) as scores, await calling(pillar, tool, READ) as reads:
        wrong = await scores.get(where)
        grade = await reads.post(f"{API}/lti/lineitems/quiz-1/scores", json=score("x"))
        right = await reads.get(where)
        await entered(pillar, {**LINK, "courseId": course_id}, **{**RIGHTS, "members": False}, grades=True)
        late = await reads.get(where)
    refused = await asked(pillar, asserted(pillar, tool), scope=READ)
    launch = await opened(pillar, tool)
    async with pillar.officer() as officer, pillar.nobody() as nobody:
        staff = await officer.get(where)
        none = await nobody.get(where)

    assert [one.status_code for one in (wrong, grade, right, late)] == [403, 403, 200, 401]
    assert (refused.json()["error"], launch.has_nrps()) == ("invalid_scope", False)
    assert (staff.status_code, none.status_code) == (401, 401)


async def _subjects(tx: Transaction) -> list[Any]:
    return list(await tx.fetch("SELECT learner_id FROM lti_subject"))


async def test_whoever_is_erased_is_no_member_and_gets_no_name_at_a_tool(pillar: Learn) -> None:
    tool, course_id = await offered(pillar)
    await erase(pillar.context, by=OFFICER, person_id="p-2")

    async with await calling(pillar, tool, READ) as client:
        told = (await client.get(f"{API}/lti/courses/{course_id}/members")).json()
    async with pillar.context.database.reading() as tx:
        known = {row["learner_id"] for row in await _subjects(tx)}

    assert len(told["members"]) == 1
    assert known == {"p-1"}


async def test_a_link_in_no_course_tells_of_no_members(pillar: Learn) -> None:
    tool = await entered(pillar, **RIGHTS)

    launch = await opened(pillar, tool)

    assert not launch.has_nrps()

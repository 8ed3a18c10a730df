"""State and profiles: documents that courses keep beside statements."""

from __future__ import annotations

import json

import httpx
import pytest

from govstack.kernel.actor import SYSTEM
from govstack.pillars.learn.learning.documents import service
from tests.builders.learning import Learn, learn
from tests.databases import Databases
from tests.pillars.learn.test_statements import REGISTRATION, XAPI, agent, granted, system

ACTIVITY = "https://courses.example/course-1"
STATE = {"activityId": ACTIVITY, "agent": agent("amina"), "stateId": "bookmark"}


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


async def put(client: httpx.AsyncClient, path: str, where: dict[str, str], text: str, **headers: str) -> httpx.Response:
    """Keep a document."""
    sent = {"content-type": "text/plain", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return await client.put(f"{XAPI}/{path}", params=where, content=text.encode(), headers=sent)


@pytest.mark.requirement("F31.1")
async def test_a_state_is_given_back_as_it_was_kept_with_its_tag(pillar: Learn) -> None:
    async with system(pillar) as client:
        kept = await put(client, "activities/state", STATE, "page é 7")
        got = await client.get(f"{XAPI}/activities/state", params=STATE)
        other = await client.get(f"{XAPI}/activities/state", params={**STATE, "registration": REGISTRATION})
        names = await client.get(f"{XAPI}/activities/state", params={**STATE, "stateId": ""} | {"stateId": "x"})

    assert (kept.status_code, got.content, got.headers["content-type"]) == (204, "page é 7".encode(), "text/plain")
    assert got.headers["etag"] == kept.headers["etag"]
    assert "last-modified" in got.headers
    assert (other.status_code, names.status_code) == (404, 404)


async def test_names_are_listed_and_all_states_go_at_once(pillar: Learn) -> None:
    where = {name: STATE[name] for name in ("activityId", "agent")}
    async with system(pillar) as client:
        for name in ("a", "b"):
            await put(client, "activities/state", {**STATE, "stateId": name}, name)
        await put(client, "activities/state", {**STATE, "stateId": "c", "registration": REGISTRATION}, "c")
        everything = await client.get(f"{XAPI}/activities/state", params=where)
        registered = await client.get(f"{XAPI}/activities/state", params={**where, "registration": REGISTRATION})
        later = await client.get(f"{XAPI}/activities/state", params={**where, "since": "2999-01-01T00:00:00Z"})
        gone = await client.delete(f"{XAPI}/activities/state", params=where)
        left = await client.get(f"{XAPI}/activities/state", params=where)

    assert (everything.json(), registered.json(), later.json()) == (["a", "b", "c"], ["c"], [])
    assert (gone.status_code, left.json()) == (204, [])


@pytest.mark.parametrize(("path", "where"), [
    ("activities/profile", {"activityId": ACTIVITY, "profileId": "x"}),
    ("agents/profile", {"agent": agent("amina"), "profileId": "x"}),
])  # fmt: skip
async def test_a_profile_is_replaced_only_by_whoever_saw_it(
    sqlite_databases: Databases, path: str, where: dict[str, str]
) -> None:
    pillar = await learn(sqlite_databases)
    async with system(pillar) as client:
        first = await put(client, path, where, "1", if_none_match="*")
        blind = await put(client, path, where, "2")
        late = await put(client, path, where, "2", if_match='"0000"')
        again = await put(client, path, where, "2", if_none_match="*")
        seen = await put(client, path, where, "2", if_match=first.headers["etag"])
        got = await client.get(f"{XAPI}/{path}", params=where)
        gone = await client.delete(f"{XAPI}/{path}", params=where, headers={"if-match": got.headers["etag"]})
        unnamed = await client.delete(f"{XAPI}/{path}", params={k: v for k, v in where.items() if k != "profileId"})

    codes = [answer.status_code for answer in (first, blind, late, again, seen, got, gone, unnamed)]
    assert codes == [204, 409, 412, 412, 204, 200, 204, 400]
    assert got.text == "2"


async def test_objects_are_added_to_objects_and_to_nothing_else(pillar: Learn) -> None:
    async with system(pillar) as client:
        first = await client.post(f"{XAPI}/activities/state", params=STATE, json={"a": 1, "b": 1})
        second = await client.post(f"{XAPI}/activities/state", params=STATE, json={"b": 2})
        got = await client.get(f"{XAPI}/activities/state", params=STATE)
        listed = await client.post(f"{XAPI}/activities/state", params=STATE, json=[1])
        await put(client, "activities/state", STATE, "text")
        text = await client.post(f"{XAPI}/activities/state", params=STATE, json={"b": 2})

    assert [answer.status_code for answer in (first, second, listed, text)] == [204, 204, 400, 400]
    assert got.json() == {"a": 1, "b": 2}


async def test_what_is_added_to_nothing_is_kept_as_it_is_and_adding_heeds_tags(pillar: Learn) -> None:
    profile = {"agent": agent("amina"), "profileId": "x"}
    text = {"content-type": "text/plain"}
    async with system(pillar) as client:
        kept = await client.post(f"{XAPI}/agents/profile", params=profile, content=b"text", headers=text)
        got = await client.get(f"{XAPI}/agents/profile", params=profile)
        broken = await client.post(
            f"{XAPI}/agents/profile", params={**profile, "profileId": "y"}, content=b"{",
            headers={"content-type": "application/json"},
        )  # fmt: skip
        late = await client.post(
            f"{XAPI}/agents/profile", params=profile, content=b"more", headers={**text, "if-match": '"0"'}
        )  # fmt: skip
        bare = await put(client, "agents/profile", profile, "2", if_match=got.headers["etag"].strip('"'))

    assert (kept.status_code, got.text, got.headers["content-type"]) == (204, "text", "text/plain")
    assert [answer.status_code for answer in (broken, late, bare)] == [400, 412, 204]


async def test_a_launched_course_keeps_documents_of_its_own_learner_alone(pillar: Learn) -> None:
    own = json.dumps({"account": {"homePage": pillar.context.public_url, "name": "p-1"}})
    mine = {"activityId": ACTIVITY, "agent": own, "stateId": "bookmark", "registration": REGISTRATION}
    async with await granted(pillar) as course:
        answers = [
            await put(course, "activities/state", where, "x")
            for where in (
                mine,
                {**mine, "agent": agent("amina")},
                {**mine, "activityId": "https://courses.example/other"},
                {**mine, "stateId": "LMS.LaunchData"},
            )
        ]
        preferences = await put(course, "agents/profile", {"agent": own, "profileId": "cmi5LearnerPreferences"}, "x")
        profile = await put(course, "activities/profile", {"activityId": ACTIVITY, "profileId": "x"}, "x")

    assert [answer.status_code for answer in answers] == [204, 403, 403, 403]
    assert (preferences.status_code, profile.status_code) == (204, 403)


async def test_whoever_is_erased_has_no_documents(pillar: Learn) -> None:
    own = json.dumps({"account": {"homePage": pillar.context.public_url, "name": "p-1"}})
    async with system(pillar) as client:
        await put(client, "activities/state", {**STATE, "agent": own}, "x")
        await put(client, "activities/state", STATE, "y")

        assert await service.forget(pillar.context, by=SYSTEM, learner_id="p-1") == 1

        gone = await client.get(f"{XAPI}/activities/state", params={**STATE, "agent": own})
        left = await client.get(f"{XAPI}/activities/state", params=STATE)
    assert (gone.status_code, left.status_code) == (404, 200)

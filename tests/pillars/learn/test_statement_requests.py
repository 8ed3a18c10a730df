"""How the record store is asked and answers: versions, headers, forms in place of methods (xAPI 1.0.3, part three)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest

from govstack.kernel import clock, ids
from govstack.kernel.actor import SYSTEM
from govstack.pillars.learn.learning.callers.api import FORM, UNPROVEN_BYTES_MAX
from govstack.pillars.learn.learning.callers.model import Caller
from govstack.pillars.learn.learning.statements import service
from govstack.pillars.learn.learning.statements.model import read_many
from tests.builders.learning import Learn, learn
from tests.databases import Databases
from tests.pillars.learn.test_statements import (
    COMPLETED,
    REGISTRATION,
    XAPI,
    agent,
    found,
    granted,
    statement,
    stored,
    system,
)

ACTIVITY = "https://courses.example/course-1"
STATE = {"activityId": ACTIVITY, "agent": agent("amina"), "stateId": "bookmark"}
PROFILE = {"agent": agent("amina"), "profileId": "x"}
VERSION = "x-experience-api-version"
pytestmark = pytest.mark.requirement("F31.1")


@pytest.fixture
async def pillar(sqlite_databases: Databases) -> Learn:
    return await learn(sqlite_databases)


async def by_form(
    client: httpx.AsyncClient, path: str, method: str, *, body: object = None, **fields: str
) -> httpx.Response:
    """Ask for a resource by a form that names the method."""
    told = {name.replace("_", "-") if name.startswith(("If_", "Content_", "X_")) else name: one
            for name, one in fields.items()}  # fmt: skip
    content = {} if body is None else {"content": body if isinstance(body, str) else json.dumps(body)}
    return await client.post(f"{XAPI}/{path}", params={"method": method}, data={**told, **content})


@pytest.mark.parametrize(
    ("method", "path", "more", "status"),
    [
        ("GET", "statements", {}, 200),
        ("GET", "statements", {"params": {"limit": "many"}}, 400),
        ("GET", "statements", {"params": {"Limit": "1"}}, 400),
        ("GET", "statements", {"headers": {VERSION: "0.95"}}, 400),
        ("GET", "statements", {"headers": {"authorization": "Basic bm9ib2R5", VERSION: "1.0.3"}}, 401),
        ("GET", "statements", {"params": {"statementId": REGISTRATION}}, 404),
        ("PUT", "statements", {"params": {"statementId": REGISTRATION}, "content": b"{"}, 400),
        ("DELETE", "statements", {}, 405),
        ("PATCH", "agents", {}, 405),
        ("GET", "nothing", {}, 404),
        ("GET", "activities/state", {"params": STATE}, 404),
        ("PUT", "activities/state", {"content": b"x"}, 400),
        ("GET", "about", {}, 200),
    ],
)
async def test_every_answer_names_the_version_that_is_spoken(
    pillar: Learn, method: str, path: str, more: dict[str, Any], status: int
) -> None:
    client = pillar.nobody() if "authorization" in more.get("headers", {}) else system(pillar)
    async with client:
        answer = await client.request(method, f"{XAPI}/{path}", **{"headers": {}, **more})

    assert (answer.status_code, answer.headers[VERSION]) == (status, "1.0.3"), answer.text


@pytest.mark.parametrize(
    ("version", "status"),
    [
        ("1.0", 200), ("1.0.0", 200), ("1.0.2", 200), ("1.0.9", 200),
        ("", 400), ("1.1.0", 400), ("1", 400), ("2.0.0", 400),
    ],
)  # fmt: skip
async def test_versions_that_begin_with_1_0_are_spoken(pillar: Learn, version: str, status: int) -> None:
    async with system(pillar) as client:
        answers = [
            await client.get(f"{XAPI}/{path}", params=query, headers={VERSION: version})
            for path, query in (
                ("statements", {}), ("agents", {"agent": agent("amina")}), ("activities", {"activityId": ACTIVITY}),
                ("activities/state", {"activityId": ACTIVITY, "agent": agent("amina")}),
            )
        ]  # fmt: skip

    assert {answer.status_code for answer in answers} == {status}


async def test_a_head_is_answered_as_a_get_without_its_body(pillar: Learn) -> None:
    async with system(pillar) as client:
        (id_,) = await stored(client, statement())
        await client.put(f"{XAPI}/activities/state", params=STATE, content=b"7", headers={"content-type": "text/plain"})
        for path, query in (
            ("statements", {"statementId": id_}), ("agents", {"agent": agent("amina")}),
            ("activities", {"activityId": ACTIVITY}), ("activities/state", STATE), ("about", {}),
        ):  # fmt: skip
            got = await client.get(f"{XAPI}/{path}", params=query)
            head = await client.head(f"{XAPI}/{path}", params=query)

            assert (head.status_code, head.content) == (200, b"")
            for name in ("content-type", "content-length", "etag", "last-modified", VERSION):
                assert head.headers.get(name) == got.headers.get(name), (path, name)


async def test_answers_about_statements_say_how_far_they_are_consistent_and_when_one_was_stored(pillar: Learn) -> None:
    async with system(pillar) as client:
        posted = await client.post(f"{XAPI}/statements", json=statement())
        (id_,) = posted.json()
        one = await client.get(f"{XAPI}/statements", params={"statementId": id_})
        several = await client.get(f"{XAPI}/statements")
        missing = await client.get(f"{XAPI}/statements", params={"statementId": ids.new_id()})

    at = clock.parse(one.json()["stored"])
    assert one.headers["last-modified"] == at.strftime("%a, %d %b %Y %H:%M:%S GMT")
    for answer in (posted, one, several, missing):
        assert clock.parse(answer.headers["x-experience-api-consistent-through"]) >= at.replace(microsecond=0)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("about", {"x": "1"}),
        ("agents", {"Agent": agent("amina")}),
        ("agents", {}),
        ("activities", {}),
        ("activities", {"activityId": "course"}),
        ("activities", {"activityId": ACTIVITY, "since": "2026-01-01T00:00:00Z"}),
        ("activities/state", {**STATE, "StateId": "x"}),
        ("activities/state", {**STATE, "registration": "one"}),
        ("agents/profile", {**PROFILE, "registration": REGISTRATION}),
        ("statements", {"statementId": REGISTRATION, "voidedStatementId": REGISTRATION}),
        ("statements", {"voidedStatementId": REGISTRATION, "limit": "1"}),
        ("statements", {"voidedStatementId": "one"}),
        ("statements", {"format": "short"}),
        ("statements", {"ascending": "perhaps"}),
        ("statements", {"registration": "one"}),
        ("statements", {"activity": "course"}),
        ("statements", {"agent": "amina"}),
        ("statements", {"until": "2026-01-01T00:00:00-00:00"}),
    ],
)
async def test_parameters_that_a_resource_does_not_know_or_that_do_not_fit_are_refused(
    pillar: Learn, path: str, query: dict[str, str]
) -> None:
    async with system(pillar) as client:
        answer = await client.get(f"{XAPI}/{path}", params=query)

    assert answer.status_code == 400, answer.text


async def test_what_is_for_reading_alone_is_refused_where_a_document_is_written(pillar: Learn) -> None:
    where = {**STATE, "since": "2026-01-01T00:00:00Z"}
    async with system(pillar) as client:
        answers = [await client.put(f"{XAPI}/activities/state", params=where, content=b"x"),
                   await client.delete(f"{XAPI}/activities/state", params=where)]  # fmt: skip

    assert [answer.status_code for answer in answers] == [400, 400]


async def test_a_form_stands_for_every_method_of_every_resource(pillar: Learn) -> None:
    id_ = ids.new_id()
    async with system(pillar) as client:
        put = await by_form(
            client, "statements", "PUT", body=statement(), statementId=id_, Content_Type="application/json"
        )
        (second,) = (await by_form(client, "statements", "POST", body=[statement("bo")])).json()
        got = await by_form(client, "statements", "GET", agent=agent("amina"), verb=COMPLETED)
        everything = await found(client)
        person = await by_form(client, "agents", "GET", agent=agent("amina"))
        activity = await by_form(client, "activities", "GET", activityId=ACTIVITY)
        about = await by_form(client, "about", "GET", X_Experience_API_Version="1.0.3")
        kept = await by_form(client, "activities/state", "PUT", body="sëven", Content_Type="text/plain", **STATE)
        read = await by_form(client, "activities/state", "GET", **STATE)
        late = await by_form(
            client, "agents/profile", "PUT", body="x", If_Match='"0"', Content_Type="text/plain", **PROFILE
        )  # fmt: skip
        added = await by_form(
            client, "agents/profile", "POST", body={"a": 1}, Content_Type="application/json", **PROFILE
        )  # fmt: skip
        gone = await by_form(client, "activities/state", "DELETE", **STATE)
        left = await client.get(f"{XAPI}/activities/state", params=STATE)

    assert (put.status_code, put.content, everything) == (204, b"", [second, id_])
    assert (got.status_code, [one["id"] for one in got.json()["statements"]]) == (200, [id_])
    assert (person.json()["mbox"], activity.json()["id"]) == (["mailto:amina@example.org"], ACTIVITY)
    assert (about.status_code, "1.0.3" in about.json()["version"]) == (200, True)
    assert (kept.status_code, read.status_code, read.text) == (204, 200, "sëven")
    assert read.headers["content-type"] == "text/plain"
    assert (late.status_code, added.status_code) == (412, 204)
    assert (gone.status_code, left.status_code) == (204, 404)


async def test_a_form_may_hold_version_and_credential_of_a_launched_course(pillar: Learn) -> None:
    async with await granted(pillar) as course, pillar.nobody() as client:
        secret = str(course.headers["authorization"])
        told = {"Authorization": secret, "X_Experience_API_Version": "1.0.3"}
        read = await by_form(client, "statements", "GET", **told)
        unversioned = await by_form(client, "statements", "GET", Authorization=secret)
        nobody = await by_form(client, "statements", "GET", X_Experience_API_Version="1.0.3")

    assert (read.status_code, unversioned.status_code, nobody.status_code) == (200, 400, 401)


class Poured:
    """A body that is sent in pieces without an end in sight, and how much of it was taken."""

    def __init__(self) -> None:
        self.taken_bytes = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self.taken_bytes < 10_000_000:
            self.taken_bytes += 50_000
            yield b"content=" + b"a" * 49_992


@pytest.mark.parametrize(
    ("method", "path", "query", "sent", "status", "most"),
    [
        ("POST", "statements", {}, {}, 401, 0),
        ("POST", "statements", {}, {"authorization": "Basic bm9ib2R5"}, 401, 0),
        ("POST", "statements", {"method": "POST"}, {"content-type": "application/json"}, 401, 0),
        ("PUT", "statements", {"statementId": REGISTRATION}, {"content-type": FORM}, 401, 0),
        ("PUT", "activities/state", STATE, {}, 401, 0),
        ("DELETE", "activities/state", STATE, {}, 401, 0),
        ("POST", "statements", {"method": "POST"}, {"content-type": FORM}, 413, UNPROVEN_BYTES_MAX),
        ("POST", "about", {"method": "GET"}, {"content-type": FORM}, 413, UNPROVEN_BYTES_MAX),
    ],
)
async def test_nothing_is_read_of_who_may_not_speak_and_little_of_a_form_that_is_yet_to_say_who(
    pillar: Learn, method: str, path: str, query: dict[str, str], sent: dict[str, str], status: int, most: int
) -> None:
    body = Poured()
    async with pillar.nobody() as client:
        answer = await client.request(
            method, f"{XAPI}/{path}", params=query, headers={VERSION: "1.0.3", **sent}, content=body
        )  # fmt: skip

    assert (answer.status_code, body.taken_bytes <= most + 50_000 * bool(most)) == (status, True)
    assert answer.headers[VERSION] == "1.0.3"


async def test_a_form_of_a_proven_sender_may_be_as_large_as_other_bodies(pillar: Learn) -> None:
    told = statement()
    told["object"]["definition"]["description"] = {"en": "a" * 20_000, "fr": "é" * 20_000}
    many = [{**told, "id": ids.new_id()} for _ in range(20)]
    assert len(json.dumps(many)) > UNPROVEN_BYTES_MAX
    async with system(pillar) as client:
        answer = await by_form(client, "statements", "POST", body=many)

    assert (answer.status_code, len(answer.json())) == (200, 20)


@pytest.mark.parametrize(
    "twice",
    [
        '{"mbox": "mailto:bo@example.org", "mbox": "mailto:amina@example.org"}',
        '{"account": {"homePage": "https://a.example", "name": "bo", "name": "amina"}}',
    ],
)
async def test_an_agent_that_names_one_thing_twice_is_refused_as_in_statements(pillar: Learn, twice: str) -> None:
    async with system(pillar) as client:
        answers = [
            await client.get(f"{XAPI}/statements", params={"agent": twice}),
            await client.get(f"{XAPI}/agents", params={"agent": twice}),
            await client.get(f"{XAPI}/activities/state", params={**STATE, "agent": twice}),
            await client.put(f"{XAPI}/agents/profile", params={**PROFILE, "agent": twice}, content="x"),
            await by_form(client, "statements", "GET", agent=twice),
        ]

    assert [answer.status_code for answer in answers] == [400] * 5


@pytest.mark.parametrize(
    ("path", "query", "sent", "status"),
    [
        ("statements", {"method": "PUT", "statementId": REGISTRATION}, {"data": {"content": "{}"}}, 400),
        ("statements", {"method": "GET", "limit": "1"}, {"data": {"verb": COMPLETED}}, 400),
        ("statements", {"method": "PUT"}, {"data": {"statementId": REGISTRATION}}, 400),
        ("statements", {"method": "POST"}, {"json": {}}, 400),
        ("statements", {"method": "GET"}, {"data": {"verbs": COMPLETED}}, 400),
        ("statements", {"method": "GET"}, {"data": {"verb": [COMPLETED, COMPLETED]}}, 400),
        ("statements", {"method": "GET"}, {"data": {"If-Match": "a", "if-match": "b"}}, 400),
        ("statements", {"method": "DELETE"}, {"data": {"statementId": REGISTRATION}}, 400),
        ("statements", {"method": "get"}, {"data": {}}, 400),
        ("statements", {}, {"data": {"content": "{}"}}, 400),
        ("agents", {}, {"json": {}}, 405),
        ("agents", {"method": "PUT"}, {"data": {"content": "{}"}}, 400),
        ("agents", {"method": "GET"}, {"data": {"x": "1"}}, 400),
    ],
)
async def test_a_form_that_stands_for_no_request_is_refused(
    pillar: Learn, path: str, query: dict[str, str], sent: dict[str, Any], status: int
) -> None:
    async with system(pillar) as client:
        answer = await client.post(f"{XAPI}/{path}", params=query, **sent)
        everything = await found(client)

    assert (answer.status_code, answer.headers[VERSION], everything) == (status, "1.0.3", []), answer.text


async def test_other_resources_know_no_forms_in_place_of_methods(pillar: Learn) -> None:
    async with pillar.officer("learn:teach") as client:
        answer = await client.post("/api/v1/cmi5/courses", params={"method": "GET"}, data={"limit": "1"})

    assert answer.status_code == 405


async def test_statements_are_promised_only_as_far_as_none_is_still_to_come(pillar: Learn) -> None:
    async with system(pillar) as client:
        await client.post(f"{XAPI}/statements", json=statement())
        before = (await client.get(f"{XAPI}/statements")).headers["x-experience-api-consistent-through"]
        async with pillar.context.database.transaction() as tx:
            given = read_many(msgspec.json.encode(statement()))
            [late] = await service.keep_given(pillar.context, tx, by=Caller(SYSTEM), given=given)
            meanwhile = (await client.get(f"{XAPI}/statements")).headers["x-experience-api-consistent-through"]
        told = await client.get(f"{XAPI}/statements")
    stored = next(one["stored"] for one in told.json()["statements"] if one["id"] == late)

    assert meanwhile == before < stored
    assert told.headers["x-experience-api-consistent-through"] >= stored

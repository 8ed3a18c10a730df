"""Grades that tools send by Assignment and Grade Services 2.0, with the library of another maker on the tool's side."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from pylti1p3.exception import LtiServiceException
from pylti1p3.grade import Grade
from pylti1p3.lineitem import LineItem

from govstack.kernel import clock, ids
from govstack.pillars.learn.learning.grades import service
from govstack.pillars.learn.learning.platforms import service as platforms
from govstack.pillars.learn.learning.studying import tasks
from tests.builders.learning import API, Learn, civil_servant, heard, learn, page, send
from tests.builders.tools import (
    LINK,
    PAIR,
    STRANGER,
    TOOL,
    Keys,
    Launch,
    Tool,
    amina,
    back,
    begun,
    entered,
    message,
)
from tests.databases import Databases
from tests.pillars.learn.test_courses import published

LINE = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
RESULT = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
ASSERTED = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
GRADED = {**LINK, "graded": {"maximum": 20, "passPercent": 50, "tag": "quiz", "resourceId": "q-1"}}
RIGHTS = {"grades": True, "keysUrl": f"{TOOL}/keys"}


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await prepared(databases)


async def prepared(databases: Databases) -> Learn:
    """Run the pillar with a learner, and the tool's keys where it publishes them."""
    pillar = await learn(databases)
    await civil_servant(pillar.context, "p-1", number="1985-01", name="Amina Kone")
    pillar.bench.network.serve_locally(TOOL, Keys(PAIR))
    return pillar


async def opened(pillar: Learn, tool: Tool) -> Launch:
    """Let the learner open the tool, and return the launch as the tool holds it."""
    tool.session.clear()
    async with amina(pillar) as client:
        launch = tool.launch(await message(client, back(pillar, tool.login(await begun(client)))))
    launch.get_launch_data()
    return launch


def graded(
    given: float | None, *, seconds: int = 0, activity: str = "Completed", grading: str = "FullyGraded"
) -> Grade:
    """Return a grade as the tool's library writes it."""
    at = clock.timestamp(clock.now() - timedelta(hours=1) + timedelta(seconds=seconds))
    grade = Grade().set_timestamp(at).set_activity_progress(activity).set_grading_progress(grading)
    return grade if given is None else grade.set_score_given(given).set_score_maximum(10)


def asserted(pillar: Learn, tool: Tool, key: RSAKey = PAIR, **changed: Any) -> str:
    """Return an assertion by which a tool proves itself."""
    now = int(clock.now().timestamp())
    said = {
        "iss": tool.client_id, "sub": tool.client_id, "aud": f"{pillar.context.public_url}{API}/lti/token", "iat": now,
        "exp": now + 60, "jti": ids.new_id(), **changed,
    }  # fmt: skip
    kept = {name: value for name, value in said.items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": PAIR.thumbprint()}, kept, key)


async def asked(pillar: Learn, assertion: str, **changed: str) -> httpx.Response:
    """Ask for a token."""
    form = {
        "grant_type": "client_credentials", "client_assertion_type": ASSERTED, "client_assertion": assertion,
        "scope": f"{LINE} {SCORE} {RESULT} openid", **changed,
    }  # fmt: skip
    async with pillar.nobody() as client:
        return await client.post(f"{API}/lti/token", data=form)


async def calling(pillar: Learn, tool: Tool, *scopes: str) -> httpx.AsyncClient:
    """Return a client of the services that holds a token for scopes."""
    token = (await asked(pillar, asserted(pillar, tool), scope=" ".join(scopes or (LINE, SCORE, RESULT)))).json()
    return pillar.bench.client(token["access_token"])


def score(subject: str, **changed: Any) -> dict[str, Any]:
    """Return a score as it is sent."""
    return {
        "userId": subject, "timestamp": clock.timestamp(clock.now() - timedelta(hours=1)), "scoreGiven": 5,
        "scoreMaximum": 10, "activityProgress": "Completed", "gradingProgress": "FullyGraded", **changed,
    }  # fmt: skip


async def test_a_tool_of_another_maker_sends_a_grade_and_reads_it_again(pillar: Learn) -> None:
    tool = await entered(pillar, GRADED, **RIGHTS)
    launch = await opened(pillar, tool)
    grades, subject = launch.get_ags(), launch.get_launch_data()["sub"]

    line = await asyncio.to_thread(grades.get_lineitem)
    await asyncio.to_thread(grades.put_grade, graded(7).set_user_id(subject).set_comment("Well done"))
    told = await asyncio.to_thread(lambda: list(grades.get_grades()))
    async with amina(pillar) as client:
        shown = await page(client, "/tools/quiz-1")

    assert (line.get_label(), line.get_score_maximum(), line.get_tag()) == ("First quiz", 20, "quiz")
    assert told == [
        {"id": told[0]["id"], "scoreOf": line.get_id(), "userId": subject, "resultScore": 14.0,
         "resultMaximum": 20.0, "comment": "Well done"}
    ]  # fmt: skip
    assert "14 of 20" in shown
    assert "Well done" in shown


async def test_a_tool_adds_finds_pages_and_takes_away_lines_of_its_own(pillar: Learn) -> None:
    tool = await entered(pillar, GRADED, **RIGHTS)
    grades = (await opened(pillar, tool)).get_ags()
    wanted = LineItem().set_label("Forum").set_score_maximum(5).set_tag("forum").set_resource_link_id("quiz-1")

    added = await asyncio.to_thread(grades.find_or_create_lineitem, wanted)
    again = await asyncio.to_thread(grades.find_or_create_lineitem, wanted)
    every = await asyncio.to_thread(lambda: list(grades.get_lineitems()))
    async with await calling(pillar, tool) as client:
        where = back(pillar, str(added.get_id()))
        first = await client.get(f"{API}/lti/lineitems", params={"limit": 1})
        rest = await client.get(back(pillar, first.links["next"]["url"]))
        changed = await client.put(where, json={"label": "Forum 2", "scoreMaximum": 8})
        kept = await client.put(f"{API}/lti/lineitems/quiz-1", json={"label": "Mine", "scoreMaximum": 1})
        stays = await client.delete(f"{API}/lti/lineitems/quiz-1")
        gone = [(await client.delete(where)).status_code, (await client.get(where)).status_code]

    assert added.get_id() == again.get_id()
    assert {line["label"] for line in every} == {"First quiz", "Forum"}
    assert {first.json()[0]["label"], rest.json()[0]["label"]} == {"First quiz", "Forum"}
    assert "next" not in rest.links
    assert first.headers["content-type"] == "application/vnd.ims.lis.v2.lineitemcontainer+json"
    assert (changed.json()["label"], changed.json()["resourceLinkId"]) == ("Forum 2", "quiz-1")
    assert (kept.status_code, stays.status_code, gone) == (403, 403, [204, 404])


async def test_an_older_score_changes_nothing_and_the_same_again_is_taken(pillar: Learn) -> None:
    tool = await entered(pillar, GRADED, **RIGHTS)
    launch = await opened(pillar, tool)
    grades, subject = launch.get_ags(), launch.get_launch_data()["sub"]

    async def sent(grade: Grade) -> int:
        try:
            await asyncio.to_thread(grades.put_grade, grade.set_user_id(subject))
        except LtiServiceException as refusal:
            return int(refusal.response.status_code)
        return 204

    now = graded(6, seconds=10)
    other = graded(9).set_timestamp(str(now.get_timestamp()))
    statuses = [await sent(one) for one in (now, now, other, graded(1), graded(8, seconds=20))]
    told = await asyncio.to_thread(lambda: list(grades.get_grades()))

    assert statuses == [204, 204, 409, 409, 204]
    assert told[0]["resultScore"] == 16.0


@pytest.mark.parametrize(
    ("given", "activity", "grading", "result"),
    [
        (7.0, "Submitted", "PendingManual", None),
        (7.0, "Submitted", "FullyGraded", 14.0),
        (7.0, "Completed", "Failed", None),
        (None, "Completed", "FullyGraded", None),
        (0.0, "Completed", "FullyGraded", 0.0),
    ],
)
async def test_only_what_a_tool_has_graded_to_the_end_is_a_result(
    sqlite_databases: Databases, given: float | None, activity: str, grading: str, result: float | None
) -> None:
    pillar = await prepared(sqlite_databases)
    tool = await entered(pillar, GRADED, **RIGHTS)
    launch = await opened(pillar, tool)
    subject = launch.get_launch_data()["sub"]
    grade = graded(given, activity=activity, grading=grading).set_user_id(subject)

    await asyncio.to_thread(launch.get_ags().put_grade, grade)
    told = await asyncio.to_thread(lambda: list(launch.get_ags().get_grades()))

    assert told[0].get("resultScore") == result


async def test_a_tool_knows_nobody_by_the_id_of_a_person_and_learns_nothing_of_others(pillar: Learn) -> None:
    tool = await entered(pillar, GRADED, **RIGHTS)
    subject = (await opened(pillar, tool)).get_launch_data()["sub"]
    async with pillar.officer("learn:administer", "learn:teach") as officer:
        card = {"titles": {"en": "Other"}, "loginUrl": f"{TOOL}/o", "redirectUris": [f"{TOOL}/o"], **RIGHTS}
        shown = (await officer.put(f"{API}/lti/tools/other", json=card)).json()
        await officer.put(f"{API}/lti/links/other-1", json={**GRADED, "toolId": "other"})
    other = Tool(pillar, shown, {"keys": []})

    async with await calling(pillar, tool) as mine, await calling(pillar, other) as theirs:
        raw = await mine.post(f"{API}/lti/lineitems/quiz-1/scores", json=score("p-1"))
        line = await theirs.get(f"{API}/lti/lineitems/quiz-1")
        sent = await theirs.post(f"{API}/lti/lineitems/quiz-1/scores", json=score(subject))
        known = await theirs.post(f"{API}/lti/lineitems/other-1/scores", json=score(subject))
        listed = await theirs.get(f"{API}/lti/lineitems")

    assert (raw.status_code, raw.json()["code"]) == (404, "unknown-tool-subject")
    assert [one.status_code for one in (line, sent, known)] == [404, 404, 404]
    assert [one["id"].rpartition("/")[2] for one in listed.json()] == ["other-1"]


@pytest.mark.parametrize(
    "changed",
    [
        {"scoreMaximum": None}, {"scoreMaximum": 0}, {"scoreGiven": -1}, {"timestamp": "2026-11-20T10:00:00"},
        {"timestamp": "9999-01-01T00:00:00Z"}, {"timestamp": "soon"}, {"activityProgress": "Done"},
        {"gradingProgress": "Maybe"}, {"userId": ""}, {"comment": "x" * 4_001},
    ],
)  # fmt: skip
async def test_a_score_that_breaks_the_standard_is_refused(
    sqlite_databases: Databases, changed: Mapping[str, Any]
) -> None:
    pillar = await prepared(sqlite_databases)
    tool = await entered(pillar, GRADED, **RIGHTS)
    subject = (await opened(pillar, tool)).get_launch_data()["sub"]

    async with await calling(pillar, tool) as client:
        refused = await client.post(f"{API}/lti/lineitems/quiz-1/scores", json=score(subject, **changed))
        results = await client.get(f"{API}/lti/lineitems/quiz-1/results")

    assert (refused.status_code, results.json()) == (400, [])


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        (LINE, {"lines", "add"}), (f"{LINE}.readonly", {"lines"}), (SCORE, {"score"}), (RESULT, {"results"}),
    ],
)  # fmt: skip
async def test_a_token_is_good_for_what_it_was_given_for(
    sqlite_databases: Databases, scope: str, allowed: set[str]
) -> None:
    pillar = await prepared(sqlite_databases)
    tool = await entered(pillar, GRADED, **RIGHTS)
    subject = (await opened(pillar, tool)).get_launch_data()["sub"]

    async with await calling(pillar, tool, scope) as client:
        statuses = {
            "lines": (await client.get(f"{API}/lti/lineitems")).status_code,
            "add": (await client.post(f"{API}/lti/lineitems", json={"label": "x", "scoreMaximum": 1})).status_code,
            "score": (await client.post(f"{API}/lti/lineitems/quiz-1/scores", json=score(subject))).status_code,
            "results": (await client.get(f"{API}/lti/lineitems/quiz-1/results")).status_code,
        }

    assert {name for name, status in statuses.items() if status < 300} == allowed
    assert {status for status in statuses.values() if status >= 300} == {403}


async def test_a_token_ends_and_counts_for_these_services_alone(pillar: Learn) -> None:
    tool = await entered(pillar, GRADED, **RIGHTS)
    later = clock.now() + timedelta(seconds=1_801)

    async with await calling(pillar, tool) as client, pillar.officer() as officer, pillar.nobody() as nobody:
        first = await client.get(f"{API}/lti/lineitems")
        elsewhere = await client.get(f"{API}/lti/tools")
        staff = await officer.get(f"{API}/lti/lineitems")
        none = await nobody.get(f"{API}/lti/lineitems")
        with clock.fixed(later):
            ended = await client.get(f"{API}/lti/lineitems")
        await officer.delete(f"{API}/lti/tools/quiz")
        retired = await client.get(f"{API}/lti/lineitems")

    assert [one.status_code for one in (first, elsewhere, staff, none, ended, retired)] == [
        200,
        401,
        401,
        401,
        401,
        401,
    ]
    assert none.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "https://elsewhere.example/token"}, {"iss": "another"}, {"sub": "another"}, {"exp": 1_000},
        {"exp": None}, {"iat": None}, {"exp": 2**40}, {"iat": 2**40},
    ],
)  # fmt: skip
async def test_an_assertion_for_another_time_or_party_proves_nobody(
    sqlite_databases: Databases, changed: dict[str, Any]
) -> None:
    pillar = await prepared(sqlite_databases)
    tool = await entered(pillar, GRADED, **RIGHTS)

    refused = await asked(pillar, asserted(pillar, tool, **changed))

    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")


async def test_an_assertion_counts_once_and_is_signed_by_the_tool(pillar: Learn) -> None:
    tool = await entered(pillar, GRADED, **RIGHTS)
    once = asserted(pillar, tool)

    given, again = await asked(pillar, once), await asked(pillar, once)
    forged = await asked(pillar, asserted(pillar, tool, STRANGER))
    garbled = [await asked(pillar, text) for text in ("", "a.b.c", once.rpartition(".")[0] + ".", "x" * 90_000)]

    assert given.json()["scope"] == f"{LINE} {SCORE} {RESULT}"
    assert (given.json()["token_type"], given.headers["cache-control"]) == ("Bearer", "no-store")
    assert (again.status_code, forged.status_code) == (401, 401)
    assert [one.json()["error"] for one in garbled] == ["invalid_request", *["invalid_client"] * 3]


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"), ({"scope": "openid"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"), ({"client_assertion_type": "x"}, "invalid_request"),
    ],
)  # fmt: skip
async def test_another_request_for_a_token_is_refused_as_the_standard_says(
    sqlite_databases: Databases, changed: dict[str, str], error: str
) -> None:
    pillar = await prepared(sqlite_databases)
    tool = await entered(pillar, GRADED, **RIGHTS)

    refused = await asked(pillar, asserted(pillar, tool), **changed)

    assert (refused.status_code, refused.json()["error"]) == (400, error)


async def test_keys_are_kept_and_asked_for_again_when_a_tool_signs_with_a_new_one(sqlite_databases: Databases) -> None:
    pillar = await prepared(sqlite_databases)
    tool = await entered(pillar, GRADED, **RIGHTS)
    keys = Keys(STRANGER)
    pillar.bench.network.serve_locally(TOOL, keys)
    at = clock.monotonic()

    refused = await asked(pillar, asserted(pillar, tool))
    flooded = [(await asked(pillar, asserted(pillar, tool))).status_code for _turn in range(3)]
    once = keys.asked
    keys.keys.append(PAIR)
    pillar.context.memory["platforms.keys"][f"{TOOL}/keys"] = (at - 11, None)
    given = await asked(pillar, asserted(pillar, tool))

    assert (refused.status_code, flooded, once) == (401, [401] * 3, 1)
    assert (given.status_code, keys.asked) == (200, 2)


async def test_a_tool_that_may_send_no_grades_gets_no_token_and_is_told_of_no_services(pillar: Learn) -> None:
    tool = await entered(pillar, GRADED, keysUrl=f"{TOOL}/keys")

    launch = await opened(pillar, tool)
    refused = await asked(pillar, asserted(pillar, tool))
    async with pillar.officer() as officer:
        keyless = await officer.put(
            f"{API}/lti/tools/quiz",
            json={"titles": {"en": "Q"}, "loginUrl": TOOL, "redirectUris": [TOOL], "grades": True},
        )

    assert not launch.has_ags()
    assert refused.json()["error"] == "invalid_scope"
    assert keyless.json()["code"] == "tool-keys-missing"


async def test_a_part_of_a_course_is_done_when_the_tool_sends_a_grade_that_passes(pillar: Learn) -> None:
    tool = await entered(pillar, GRADED, **RIGHTS)
    subject = (await opened(pillar, tool)).get_launch_data()["sub"]
    parts = [{"id": "quiz", "title": "Quiz", "kind": "tool", "reference": "quiz-1"}]
    course_id = await published(pillar, pages=parts)
    where = f"/courses/{course_id}/pages/quiz"

    async with amina(pillar) as client, await calling(pillar, tool) as caller:
        await send(client, await page(client, f"/courses/{course_id}"), f"/courses/{course_id}")
        first = await page(client, where)
        low, high = (score(subject, scoreGiven=given) for given in (4, 5))
        await caller.post(f"{API}/lti/lineitems/quiz-1/scores", json={**low, "timestamp": "2026-01-01T00:00:00Z"})
        await heard(pillar.context, service.SCORED, tasks.tool_scored)
        failed = await page(client, where)
        await caller.post(f"{API}/lti/lineitems/quiz-1/scores", json=high)
        await heard(pillar.context, service.SCORED, tasks.tool_scored)
        passed = await page(client, where)
        tool_page = await page(client, f"/tools/quiz-1?return={where}")
    async with pillar.person("amina", person_id="1985-01") as client:
        said = await client.post(f"{API}/courses/{course_id}/pages/quiz/done")
        progress = (await client.get(f"{API}/courses/{course_id}/progress")).json()

    assert "Open the tool" in first
    assert "I have read this" not in first
    assert ("Not passed yet" in failed, "8 of 20" in failed) == (True, True)
    assert ("Passed" in passed, "10 of 20" in passed) == (True, True)
    assert where in tool_page
    assert (said.json()["code"], progress["percent"]) == ("page-not-done-so", 100)


async def test_a_part_that_no_tool_grades_is_done_by_saying_so(sqlite_databases: Databases) -> None:
    pillar = await prepared(sqlite_databases)
    await entered(pillar)
    parts = [{"id": "quiz", "title": "Quiz", "kind": "tool", "reference": "quiz-1"}]
    course_id = await published(pillar, pages=parts)

    async with pillar.person("amina", person_id="1985-01") as client:
        await client.post(f"{API}/courses/{course_id}/start")
        done = await client.post(f"{API}/courses/{course_id}/pages/quiz/done")

    assert done.json()["percent"] == 100


async def test_whoever_is_erased_has_no_grades_and_is_nobody_to_the_tool(pillar: Learn) -> None:
    tool = await entered(pillar, GRADED, **RIGHTS)
    subject = (await opened(pillar, tool)).get_launch_data()["sub"]
    async with await calling(pillar, tool) as client:
        await client.post(f"{API}/lti/lineitems/quiz-1/scores", json=score(subject))
        before = (await client.get(f"{API}/lti/lineitems/quiz-1/results")).json()
        async with pillar.context.database.transaction() as tx:
            await service.forget(tx, "p-1")
        await platforms.forget(pillar.context, learner_id="p-1")
        after = (await client.get(f"{API}/lti/lineitems/quiz-1/results")).json()
        again = await client.post(f"{API}/lti/lineitems/quiz-1/scores", json=score(subject))
    async with pillar.context.database.reading() as tx:
        left = await tx.fetch("SELECT line_id FROM lti_score")

    assert (len(before), after, again.status_code, list(left)) == (1, [], 404, [])

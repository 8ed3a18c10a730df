"""What a launched unit may say in a session, and when (cmi5, section 9)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from govstack.kernel import ids
from govstack.pillars.learn.learning.launches import model, service
from govstack.pillars.learn.learning.xapi.model import VOIDED
from tests.builders.learning import API, Learn, civil_servant, learn
from tests.databases import Databases
from tests.pillars.learn.test_launches import Opened, course, opened, parts
from tests.pillars.learn.test_statements import XAPI, found, statement, stored, system

pytestmark = pytest.mark.requirement("F31.1")


async def ready(databases: Databases) -> Learn:
    """Return the pillar with a learner and a course that can be launched."""
    pillar = await learn(databases)
    await civil_servant(pillar.context, "p-1", number="1985-01")
    async with pillar.officer("learn:teach") as client:
        await client.put(f"{API}/cmi5/courses/c-1", json=course())
    return pillar


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await ready(databases)


def words(unit: Opened, verb: str, *, ours: bool = True, **changed: Any) -> dict[str, Any]:
    """Return a statement of a unit, of cmi5's own unless it is not `ours`."""
    template = unit.data["contextTemplate"]
    category = {"category": [{"id": model.CATEGORY}]} if ours else {}
    context = {
        **template, "registration": unit.told["registration"],
        "contextActivities": {**template["contextActivities"], **category},
    }  # fmt: skip
    return statement(
        **{
            "actor": {"account": {"homePage": unit.pillar.context.public_url, "name": "p-1"}},
            "verb": {"id": model.VERBS[verb]}, "object": {"id": unit.told["activityId"]}, "context": context, **changed,
        }
    )  # fmt: skip


async def says(unit: Opened, *told: dict[str, Any]) -> httpx.Response:
    """Store statements as a unit."""
    return await unit.client.post(f"{XAPI}/statements", json=list(told))


async def codes(unit: Opened, *verbs: str) -> list[int]:
    """Say words one after another, and return how each was answered."""
    return [(await unit.say(verb, follow=False)).status_code for verb in verbs]


@pytest.mark.parametrize(
    ("verbs", "answers"),
    [
        (("initialized", "completed", "passed", "terminated"), (200, 200, 200, 200)),
        (("initialized", "failed", "passed", "completed"), (200, 200, 200, 200)),
        (("completed", "initialized", "terminated"), (403, 200, 200)),
        (("terminated",), (403,)),
        (("initialized", "initialized"), (200, 403)),
        (("initialized", "completed", "completed"), (200, 200, 403)),
        (("initialized", "passed", "failed"), (200, 200, 403)),
        (("initialized", "terminated", "completed", "terminated"), (200, 200, 403, 403)),
        (("initialized", "satisfied", "abandoned", "launched", "waived"), (200, 403, 403, 403, 403)),
    ],
)
async def test_what_comes_out_of_order_is_refused_and_the_session_goes_on(
    sqlite_databases: Databases, verbs: tuple[str, ...], answers: tuple[int, ...]
) -> None:
    unit = await opened(await ready(sqlite_databases))

    assert tuple(await codes(unit, *verbs)) == answers


async def test_a_refusal_says_why_and_keeps_nothing_of_what_came_with_it(pillar: Learn) -> None:
    unit = await opened(pillar)

    refused = await says(unit, words(unit, "initialized"), words(unit, "terminated"), words(unit, "completed"))
    taken = await says(unit, words(unit, "initialized"), words(unit, "completed"), words(unit, "terminated"))

    assert (refused.status_code, refused.json()["code"]) == (403, "out-of-order")
    assert refused.json()["detail"] == "The session has ended: nothing comes after terminated."
    assert taken.status_code == 200
    async with system(pillar) as client:
        assert len(await found(client, verb=model.VERBS["initialized"])) == 1


async def test_other_statements_of_a_unit_come_between_initialized_and_terminated(pillar: Learn) -> None:
    unit = await opened(pillar)

    early = await says(unit, words(unit, "completed", ours=False))
    await unit.say("initialized", follow=False)
    between = await says(unit, *[words(unit, "completed", ours=False)] * 2)
    await unit.say("terminated", follow=False)
    late = await says(unit, words(unit, "completed", ours=False))

    assert [answer.status_code for answer in (early, between, late)] == [403, 200, 403]


async def test_the_same_statement_sent_again_is_no_second_one(pillar: Learn) -> None:
    unit = await opened(pillar)
    begun = words(unit, "initialized", id=ids.new_id())

    answers = [await says(unit, begun), await says(unit, begun), await says(unit, begun, words(unit, "completed"))]

    assert [answer.status_code for answer in answers] == [200, 200, 200]


async def test_a_registration_completes_and_passes_a_unit_once_unless_that_was_voided(pillar: Learn) -> None:
    first = await opened(pillar)
    await codes(first, "initialized", "completed")
    (completed,) = (await says(first, words(first, "passed"))).json()
    await first.say("terminated")

    second = await opened(pillar)
    again = await codes(second, "initialized", "completed", "passed", "failed")
    async with system(pillar) as client:
        void = statement("boss", verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": completed})
        await stored(client, void)
    anew = await codes(second, "passed")

    assert (again, anew) == ([200, 403, 403, 200], [200])
    await service.follow(pillar.context, registration_id=second.told["registration"])
    assert (await parts(pillar, second.told["registration"]))["unit-1"] >= {"completed", "passed", "failed"}


@pytest.mark.parametrize(
    ("verb", "changed", "answer"),
    [
        ("passed", {"result": {"success": True, "score": {"scaled": 0.8}}}, 200),
        ("passed", {"result": {"success": True, "score": {"scaled": 0.79}}}, 403),
        ("failed", {"result": {"success": False, "score": {"scaled": 0.79}}}, 200),
        ("failed", {"result": {"success": False, "score": {"scaled": 0.8}}}, 403),
        ("passed", {"result": {"success": False}}, 403),
        ("failed", {"result": {"success": True}}, 403),
        ("completed", {"result": {"completion": False}}, 403),
        ("completed", {"object": {"id": "https://a.example/other"}}, 403),
    ],
)
async def test_a_verdict_fits_its_score_its_result_and_its_unit(
    sqlite_databases: Databases, verb: str, changed: dict[str, Any], answer: int
) -> None:
    unit = await opened(await ready(sqlite_databases))
    await unit.say("initialized", follow=False)

    assert (await says(unit, words(unit, verb, **changed))).status_code == answer


@pytest.mark.parametrize("mode", ["Browse", "Review"])
async def test_whoever_only_looks_reaches_nothing(pillar: Learn, mode: str) -> None:
    unit = await opened(pillar, mode=mode)

    assert await codes(unit, "initialized", "completed", "passed", "failed", "terminated") == [200, 403, 403, 403, 200]


async def test_a_statement_names_the_session_that_it_belongs_to(pillar: Learn) -> None:
    unit = await opened(pillar)
    other = words(unit, "initialized")
    other["context"] = {**other["context"], "extensions": {model.SESSION: "another"}}

    refused = await says(unit, other)

    assert (refused.status_code, refused.json()["code"]) == (403, "out-of-order")

"""Launching units by cmi5: what a unit is told, what it may store, and when a learner moves on."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import msgspec
import pytest

from govstack.kernel import clock, events
from govstack.pillars.learn.learning.launches import model, service
from govstack.pillars.learn.learning.launches.model import MoveOn, Progress
from tests.builders.learning import API, Learn, civil_servant, learn, page, send
from tests.databases import Databases
from tests.pillars.learn.test_statements import XAPI, found, system

UNIT: dict[str, Any] = {
    "id": "unit-1", "publisherId": "https://author.example/unit-1", "titles": {"en": "Basics"},
    "url": "https://courses.example/unit-1/index.html?theme=plain", "moveOn": "CompletedAndPassed", "masteryScore": 0.8,
    "launchParameters": "fast",
}  # fmt: skip
SECOND = {**UNIT, "id": "unit-2", "publisherId": "https://author.example/unit-2", "moveOn": "NotApplicable"}


def course(*units: dict[str, Any]) -> dict[str, Any]:
    """Return a course with a block of units."""
    block = {"id": "block-1", "publisherId": "https://author.example/block-1", "titles": {"en": "Block"}}
    whole = {"id": "course-1", "publisherId": "https://author.example/course-1", "titles": {"en": "Identity"}}
    return {"structure": {**whole, "blocks": [{**block, "units": list(units or (UNIT, SECOND))}]}}


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    pillar = await learn(databases)
    await civil_servant(pillar.context, "p-1", number="1985-01")
    async with pillar.officer("learn:teach") as client:
        answer = await client.put(f"{API}/cmi5/courses/c-1", json=course())
        assert answer.status_code == 200, answer.text
    return pillar


def amina(pillar: Learn) -> httpx.AsyncClient:
    """Return the learner."""
    return pillar.person("amina", person_id="1985-01")


class Opened:
    """A unit that was launched, as it sees the platform."""

    def __init__(self, pillar: Learn, url: str, client: httpx.AsyncClient) -> None:
        self.pillar, self.url, self.client = pillar, url, client
        self.told = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        self.data: dict[str, Any] = {}

    @property
    def fetch(self) -> str:
        """Return where the credential is fetched, as the bench mounts the pillar."""
        return self.told["fetch"].removeprefix(self.pillar.context.public_url)

    async def begin(self) -> None:
        """Fetch the credential and the launch data."""
        token = (await self.client.post(self.fetch)).json()["auth-token"]
        self.client.headers.update({"authorization": f"Basic {token}", "x-experience-api-version": "1.0.3"})
        where = {name: self.told[name] for name in ("activityId", "agent", "registration") if name in self.told}
        where |= {"agent": self.told["actor"], "stateId": "LMS.LaunchData"}
        answer = await self.client.get(f"{XAPI}/activities/state", params=where)
        assert answer.status_code == 200, answer.text
        self.data = answer.json()

    async def say(self, verb: str, *, follow: bool = True, **result: Any) -> httpx.Response:
        """Store a statement as cmi5 wants it."""
        context = dict(self.data["contextTemplate"])
        context["contextActivities"] = {**context["contextActivities"], "category": [{"id": model.CATEGORY}]}
        statement = {
            "actor": json.loads(self.told["actor"]),
            "verb": {"id": model.VERBS[verb]},
            "object": {"id": self.told["activityId"]},
            "context": {**context, "registration": self.told["registration"]},
            **({"result": result} if result else {}),
        }
        answer = await self.client.post(f"{XAPI}/statements", json=statement)
        if follow:
            await service.follow(self.pillar.context, registration_id=self.told["registration"])
        return answer


async def opened(pillar: Learn, unit: str = "unit-1", **asked: str) -> Opened:
    """Launch a unit and let it begin."""
    async with amina(pillar) as client:
        answer = await client.post(f"{API}/cmi5/courses/c-1/units/{unit}/launch", json=asked)
    assert answer.status_code == 200, answer.text
    one = Opened(pillar, answer.json()["url"], pillar.nobody())
    await one.begin()
    return one


async def parts(pillar: Learn, registration: str) -> dict[str, set[str]]:
    """Return what came of each part."""
    async with pillar.officer() as client:
        answer = await client.get(f"{API}/cmi5/registrations/{registration}")
    return {
        one["partId"]: {name.removesuffix("At") for name, at in one.items() if name.endswith("At") and at}
        for one in answer.json()["parts"]
    }


async def test_a_launch_tells_the_unit_all_that_cmi5_names(pillar: Learn) -> None:
    unit = await opened(pillar, returnUrl="https://learn.example/back")

    assert unit.url.startswith("https://courses.example/unit-1/index.html?theme=plain&endpoint=")
    assert set(unit.told) == {"theme", "endpoint", "fetch", "actor", "registration", "activityId"}
    assert unit.told["actor"] == (
        f'{{"account":{{"homePage":"{pillar.context.public_url}","name":"p-1"}},"objectType":"Agent"}}'
    )
    assert unit.told["activityId"] != UNIT["publisherId"]
    data = unit.data
    assert data["contextTemplate"]["contextActivities"]["grouping"][0]["id"] == UNIT["publisherId"]
    assert (data["launchMode"], data["moveOn"], data["masteryScore"]) == ("Normal", "CompletedAndPassed", 0.8)
    assert (data["launchParameters"], data["returnURL"]) == ("fast", "https://learn.example/back")
    async with system(pillar) as client:
        launched = await found(client, verb=model.VERBS["launched"], registration=unit.told["registration"])
    assert len(launched) == 1


async def test_a_credential_is_handed_out_once(pillar: Learn) -> None:
    unit = await opened(pillar)

    again = await unit.client.post(unit.fetch)
    unknown = await unit.client.post(f"{API}/cmi5/fetch/nothing")

    assert (again.status_code, again.json()["error-code"]) == (200, "1")
    assert "auth-token" not in unknown.json()


@pytest.mark.requirement("F31.1")
async def test_a_learner_moves_on_when_all_that_is_asked_was_reached(pillar: Learn) -> None:
    unit = await opened(pillar)
    registration = unit.told["registration"]

    await unit.say("initialized")
    await unit.say("completed", completion=True)
    between = await parts(pillar, registration)
    await unit.say("passed", success=True, score={"scaled": 0.79})
    below = await parts(pillar, registration)
    await unit.say("passed", success=True, score={"scaled": 0.8})
    after = await parts(pillar, registration)
    await unit.say("terminated")
    late = await unit.say("completed", follow=False)

    assert between == {"unit-1": {"completed"}, "unit-2": {"satisfied"}}
    assert below == between
    assert after["unit-1"] == {"completed", "passed", "satisfied"}
    assert (after["block-1"], after["course-1"]) == ({"satisfied"}, {"satisfied"})
    assert late.status_code == 401
    async with system(pillar) as client:
        assert len(await found(client, verb=model.VERBS["satisfied"])) == 2


async def test_a_score_that_the_platform_sets_counts_instead_of_the_author_s(pillar: Learn) -> None:
    async with pillar.officer("learn:teach") as client:
        await client.put(f"{API}/cmi5/courses/c-1", json=course({**UNIT, "masteryScoreHere": 0.5}))
    unit = await opened(pillar)

    await unit.say("initialized")
    await unit.say("passed", score={"scaled": 0.6})

    assert unit.data["masteryScore"] == 0.5
    assert (await parts(pillar, unit.told["registration"]))["unit-1"] == {"passed"}


async def test_looking_at_a_unit_moves_nobody_on(pillar: Learn) -> None:
    unit = await opened(pillar, mode="Review")

    await unit.say("initialized")
    await unit.say("completed")

    assert "unit-1" not in await parts(pillar, unit.told["registration"])


async def test_a_unit_that_was_left_open_is_abandoned_when_it_is_opened_again(pillar: Learn) -> None:
    first = await opened(pillar)
    await first.say("initialized")

    second = await opened(pillar)

    assert second.told["registration"] == first.told["registration"]
    assert (await first.say("completed", follow=False)).status_code == 401
    async with system(pillar) as client:
        assert len(await found(client, verb=model.VERBS["abandoned"])) == 1


async def test_a_session_whose_time_is_over_is_given_up(pillar: Learn) -> None:
    unit = await opened(pillar)
    await unit.say("initialized")

    with clock.fixed(clock.now() + timedelta(hours=9)):
        assert await service.give_up_expired(pillar.context) == 1
        assert await service.give_up_expired(pillar.context) == 0


async def test_a_unit_that_is_waived_counts_as_satisfied(pillar: Learn) -> None:
    async with pillar.officer() as client:
        registered = await client.post(f"{API}/cmi5/courses/c-1/registrations", json={"learnerId": "p-1"})
        path = f"{API}/cmi5/registrations/{registered.json()['id']}/units/unit-1/waive"
        answers = [await client.post(path, json={"reason": "Tested Out"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert (await parts(pillar, registered.json()["id"]))["course-1"] == {"satisfied"}
    async with system(pillar) as client:
        assert len(await found(client, verb=model.VERBS["waived"])) == 1


async def test_that_a_course_is_satisfied_is_told_once_and_by_ids_alone(pillar: Learn) -> None:
    told: list[dict[str, Any]] = []
    unit = await opened(pillar)
    await unit.say("initialized")
    await unit.say("completed")
    await unit.say("passed", score={"scaled": 1})
    await unit.say("passed", score={"scaled": 1})
    async with pillar.context.database.reading() as tx:
        rows = await tx.fetch("SELECT payload FROM job WHERE kind = :kind", kind=events.OUTBOX)

        for row in rows:
            payload = row["payload"]
            read = msgspec.json.decode(payload) if isinstance(payload, str | bytes) else payload
            told += [read["data"]] if read["type"] == service.SATISFIED else []

    assert told == [{"courseId": "c-1", "registrationId": unit.told["registration"], "learnerId": "p-1"}]


async def test_a_course_that_is_not_open_is_for_registered_learners(pillar: Learn) -> None:
    async with pillar.officer("learn:teach") as client:
        await client.put(f"{API}/cmi5/courses/c-1", json={**course(), "open": False})
    async with amina(pillar) as client:
        refused = await client.post(f"{API}/cmi5/courses/c-1/units/unit-1/launch", json={})
        unknown = await client.post(f"{API}/cmi5/courses/c-2/units/unit-1/launch", json={})
    async with pillar.browser(subject="amina") as browser:
        listed = await browser.get("/launches?limit=1")
        pages = [await browser.get(f"/launches/{one}") for one in ("c-1", "c-2")]
    async with pillar.officer() as client:
        await client.post(f"{API}/cmi5/courses/c-1/registrations", json={"learnerId": "p-1"})

    assert (refused.status_code, refused.json()["code"]) == (404, "unknown-launch-course")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-launch-course")
    assert [one.status_code for one in pages] == [404, 404]
    assert "c-1" not in listed.text
    assert await opened(pillar)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (course(UNIT, UNIT), "not-a-course"),
        (course({**UNIT, "url": "javascript:alert(1)"}), "not-a-course"),
        # The host stands in a header of the page that leads there.
        (course({**UNIT, "url": "https://a.example;script-src 'unsafe-inline'/x"}), "not-a-course"),
        (course({**UNIT, "url": "https://c\u00f4urs.example/x\u4f8b"}), "not-a-course"),
        (course({**UNIT, "url": "https://["}), "not-a-course"),
        (course({**UNIT, "id": "other"}), "units-kept"),
    ],
)
async def test_a_course_that_does_not_hold_together_is_refused(
    pillar: Learn, changed: dict[str, Any], code: str
) -> None:
    await opened(pillar)

    async with pillar.officer("learn:teach") as client:
        answer = await client.put(f"{API}/cmi5/courses/c-1", json=changed)

    assert answer.json()["code"] == code


@pytest.mark.parametrize(
    ("move_on", "reached", "satisfied"),
    [
        (MoveOn.PASSED, {"passed_at"}, True),
        (MoveOn.PASSED, {"completed_at"}, False),
        (MoveOn.COMPLETED, {"completed_at"}, True),
        (MoveOn.COMPLETED, {"passed_at"}, False),
        (MoveOn.BOTH, {"passed_at"}, False),
        (MoveOn.BOTH, {"passed_at", "completed_at"}, True),
        (MoveOn.EITHER, {"passed_at"}, True),
        (MoveOn.EITHER, {"failed_at"}, False),
        (MoveOn.NOTHING, set(), True),
        (MoveOn.PASSED, {"waived_at"}, True),
    ],
)
def test_what_satisfies_a_unit(move_on: MoveOn, reached: set[str], satisfied: bool) -> None:
    progress = Progress("unit-1", **dict.fromkeys(reached, "2026-01-01T00:00:00.000000Z"))

    assert model.satisfies(move_on, progress) is satisfied


async def test_a_learner_opens_units_from_a_page(pillar: Learn) -> None:
    async with pillar.browser(subject="amina", person_id="1985-01") as browser:
        listed = await page(browser, "/launches")
        shown = await page(browser, "/launches/c-1")
        answer = await send(browser, shown, "/launches/c-1/unit-1/open")
        again = await page(browser, "/launches/c-1")

    assert "Identity" in listed
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(UNIT["url"])
    assert "Done" in again


async def test_whoever_launches_twice_at_once_has_one_open_session(pillar: Learn) -> None:
    async with amina(pillar) as client:
        sent = await asyncio.gather(
            *(client.post(f"{API}/cmi5/courses/c-1/units/unit-1/launch", json={}) for _click in range(3))
        )
    async with pillar.context.database.reading() as tx:
        left = await tx.fetch("SELECT id FROM launch_session WHERE ended_at IS NULL")

    assert [one.status_code for one in sent] == [200] * 3, [one.text for one in sent]
    assert len(left) == 1


@pytest.mark.parametrize("titles", [{"not a tongue": "Unit"}, {"": "Unit"}, {"e": "Unit"}])
async def test_titles_are_in_languages_that_there_are(pillar: Learn, titles: dict[str, str]) -> None:
    async with pillar.officer("learn:teach") as officer:
        answer = await officer.put(f"{API}/cmi5/courses/c-9", json=course({**UNIT, "titles": titles}))

    assert (answer.status_code, answer.json()["code"]) == (400, "not-a-course")

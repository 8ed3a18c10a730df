"""What somebody may not see answers as if it were not there: by status, code and words, over the API and on pages."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from govstack.pillars.learn.needs.tests import service as tests
from govstack.pillars.learn.needs.tests.model import State as Stage
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.response.offerings.errors import UnknownSession
from govstack.pillars.learn.response.offerings.model import State
from tests.builders.courses import course, session, signed_in
from tests.builders.learning import API, Learn, civil_servant, learn
from tests.builders.testing import TEACHER, bank, open_test
from tests.databases import Databases
from tests.pillars.learn.test_tests import many


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


def told(answer: httpx.Response) -> tuple[int, Any]:
    """Return what an answer tells, without what differs with every request and with what was asked for."""
    if answer.headers["content-type"].startswith("text/html"):
        main = re.search(r"<h1.*?</h1>.*?</main>", answer.text, re.DOTALL)
        plain = re.sub(r"<[^>]+>", " ", main[0]) if main else ""
        return answer.status_code, re.sub(r"[0-9a-f-]{30,}", "", plain).split()
    return answer.status_code, {name: text for name, text in answer.json().items() if name != "correlationId"}


async def closed_test(pillar: Learn) -> None:
    await bank(pillar.context, *many(2))
    await open_test(pillar.context)
    await tests.set_state(pillar.context, by=TEACHER, test_id="t-1", state=Stage.CLOSED)


@pytest.mark.requirement("F3.3")
async def test_a_closed_test_answers_a_stranger_as_one_that_is_not_there(pillar: Learn) -> None:
    await closed_test(pillar)
    async with pillar.person("amina") as client, pillar.browser() as browser:
        await browser.get("/tests")
        asked = [await client.post(f"{API}/tests/{one}/attempts") for one in ("t-1", "t-2")]
        read = [await browser.get(f"/tests/{one}") for one in ("t-1", "t-2")]
        begun = [await browser.post(f"/tests/{one}/start", data={}) for one in ("t-1", "t-2")]

    assert [one.status_code for one in (*asked, *read, *begun)][:4] == [404] * 4
    for pair in (asked, read, begun):
        assert told(pair[0]) == told(pair[1])


@pytest.mark.requirement("F8.2")
async def test_a_session_of_a_course_that_is_a_draft_answers_a_stranger_as_one_that_is_not_there(pillar: Learn) -> None:
    await course(pillar.context, state=State.DRAFT)
    await session(pillar.context)
    await civil_servant(pillar.context, "boss", number="N-boss")
    await civil_servant(pillar.context, "p-1", manager_id="boss")
    async with (
        pillar.person("amina") as client, pillar.browser() as browser,
        pillar.person("boss", person_id="N-boss") as boss,
    ):  # fmt: skip
        await boss.get(f"{API}/me/enrolments")
        asked = [await client.post(f"{API}/sessions/{one}/enrolments", json={}) for one in ("s-1", "s-2")]
        named = [
            await boss.post(f"{API}/sessions/{one}/nominations", json={"learnerId": "p-1"}) for one in ("s-1", "s-2")
        ]
        shown = [await browser.get(f"/sessions/{one}/enrol") for one in ("s-1", "s-2")]
        kept = [await browser.get(f"/teach/{one}{part}") for part in ("", "/code", "/list") for one in ("s-1", "s-2")]
        people = [await client.get(f"{API}/sessions/{one}/enrolments") for one in ("s-1", "s-2")]

    pairs = [asked, named, shown, kept[:2], kept[2:4], kept[4:], people]
    assert [one.status_code for pair in pairs for one in pair] == [404] * 14
    for one, other in pairs:
        assert told(one) == told(other)
    with pytest.raises(UnknownSession):
        await enrolment.enrol(
            pillar.context, by=signed_in(await civil_servant(pillar.context, "p-3")), session_id="s-1"
        )

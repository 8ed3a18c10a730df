"""Who took part in a single session, told apart: places beside people who were there, without few people."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from govstack.kernel import clock
from govstack.pillars.learn.people.model import Gender
from govstack.pillars.learn.response.attendance import service as attendance
from govstack.pillars.learn.response.attendance.model import Mark
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.splits import service as splits
from govstack.pillars.learn.splits.model import Dimension
from tests.builders.courses import course, session, signed_in
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn, page
from tests.databases import Databases

OVER = timedelta(days=2)


async def held(pillar: Learn, *, women: tuple[int, int], men: tuple[int, int], **more: Any) -> None:
    """Hold a session of one day: how many women and men had a place, and how many of them were there."""
    begin = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    await course(pillar.context, track="citizens")
    await session(pillar.context, starts=begin, ends=begin + timedelta(hours=23), **{"seats": 60, **more})
    for gender, (places, there) in ((Gender.FEMALE, women), (Gender.MALE, men)):
        for number in range(places):
            person = await civil_servant(pillar.context, f"{gender}-{number:02}", gender=gender)
            if splits.asked(pillar.context):
                said = {person.id: {Dimension.DISABILITY: "without" if number % 2 else "with"}}
                await splits.tell(pillar.context, by=OFFICER, said=said)
            one = await enrolment.enrol(pillar.context, by=signed_in(person), session_id="s-1")
            mark = (Mark.LATE if number % 2 else Mark.PRESENT) if number < there else Mark.ABSENT
            await attendance.note(pillar.context, by=OFFICER, enrolment_id=one.id, day=begin.date(), mark=mark)


async def told(pillar: Learn) -> dict[tuple[str, str], tuple[int | None, int | None]]:
    """Return what the API tells the training unit once the session is over."""
    with clock.fixed(clock.now() + OVER):
        async with pillar.officer("learn:plan") as client:
            answer = await client.get(f"{API}/sessions/s-1/groups")
    return {(one["by"], one["value"]): (one["places"], one["present"]) for one in answer.json()["groups"]}


@pytest.mark.requirement("F32.3")
async def test_attendance_of_a_session_is_split_on_its_page_in_files_and_by_the_api(databases: Databases) -> None:
    pillar = await learn(databases, LEARN_SPLITS="disability")
    await held(pillar, women=(16, 11), men=(17, 12))

    with clock.fixed(clock.now() + OVER):
        async with pillar.browser("learn:plan") as client:
            shown = await page(client, "/desk/sessions/s-1")
            file = (await client.get("/desk/sessions/s-1/groups?format=csv")).text.lstrip("\ufeff")
            same = (await client.get("/desk/sessions/s-1/groups?format=json")).json()
            sheet = await client.get("/desk/sessions/s-1/groups?format=xlsx")

    found = await told(pillar)
    assert found == {
        ("gender", "female"): (16, 11), ("gender", "male"): (17, 12), ("disability", "with"): (15, 10),
        ("disability", "without"): (15, 10),
    }  # fmt: skip
    rows = [(row["by"], row["value"], row["places"], row["present"]) for row in csv.DictReader(io.StringIO(file))]
    assert rows == [(by, value, str(places), str(there)) for (by, value), (places, there) in found.items()]
    assert [(one["by"], one["value"], one["places"], one["present"]) for one in same] == [
        (by, value, places, there) for (by, value), (places, there) in found.items()
    ]
    assert sheet.content.startswith(b"PK")
    for words in ("Who took part", "By gender", "By disability", "With a disability", "Were there on any day"):
        assert words in shown


@pytest.mark.requirement("F32.3")
async def test_few_of_a_session_are_hidden_and_so_is_what_would_tell_of_them(databases: Databases) -> None:
    pillar = await learn(databases)
    await held(pillar, women=(10, 8), men=(20, 9))

    with clock.fixed(clock.now() + OVER):
        async with pillar.browser("learn:plan") as client:
            shown = await page(client, "/desk/sessions/s-1")

    # Two women had a place and were not there: the difference of two numbers would tell that.
    assert set((await told(pillar)).values()) == {(None, None)}
    assert "Hidden: few people" in shown


@pytest.mark.requirement("F32.3")
async def test_a_session_is_told_apart_only_when_it_is_over_and_was_held(databases: Databases) -> None:
    pillar = await learn(databases)

    # At noon, whatever hour the tests run at, the session of today is not over.
    with clock.fixed(clock.now().replace(hour=12)):
        await held(pillar, women=(10, 10), men=(12, 12))
        async with pillar.officer("learn:plan") as client:
            early = (await client.get(f"{API}/sessions/s-1/groups")).json()
        async with pillar.browser("learn:plan") as client:
            before = await page(client, "/desk/sessions/s-1")
    after = await told(pillar)
    now = clock.now()
    await session(pillar.context, seats=60, starts=now - timedelta(hours=2), ends=now, cancelled=True)

    assert early == {"groups": []}
    assert "Who took part" not in before
    assert after == {("gender", "female"): (10, 10), ("gender", "male"): (12, 12)}
    assert await told(pillar) == {}


@pytest.mark.requirement("F32.3")
async def test_how_a_session_splits_is_for_the_training_unit_alone(databases: Databases) -> None:
    pillar = await learn(databases)
    await held(pillar, women=(1, 1), men=(0, 0))

    answers = []
    async with pillar.officer("learn:teach") as client:
        answers.append(await client.get(f"{API}/sessions/s-1/groups"))
    async with pillar.browser("learn:teach") as client:
        answers.append(await client.get("/desk/sessions/s-1/groups?format=csv"))
    async with pillar.nobody() as client:
        answers.append(await client.get(f"{API}/sessions/s-1/groups"))
    async with pillar.officer("learn:plan") as client:
        answers.append(await client.get(f"{API}/sessions/nothing/groups"))
    async with pillar.browser("learn:plan") as client:
        answers.append(await client.get("/desk/sessions/nothing/groups?format=csv"))
        answers.append(await client.get("/desk/sessions/s-1/groups?format=exe"))

    assert [one.status_code for one in answers] == [403, 403, 401, 404, 404, 400]

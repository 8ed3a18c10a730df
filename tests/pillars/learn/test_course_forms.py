"""Courses on offer are changed by form: everything that they are, what comes before them and what they raise."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.response.materials import service as library
from govstack.pillars.learn.response.materials.model import Choice, Content, Decision, Licence
from govstack.pillars.learn.response.offerings import service
from govstack.pillars.learn.response.offerings.model import Offering, Price, Raise
from tests.builders.courses import course, session, signed_in, staff
from tests.builders.learning import API, OFFICER, Learn, learn, page, send
from tests.databases import Databases

HERE = "/desk/offerings/law/change"
SENT: dict[str, Any] = {
    "title": "Law", "state": "open", "types": "metp-2", "track": "civil-servants", "languages": "en",
    "delivery": "ilt", "title_1": "All of it", "delivery_1": "ilt", "hours_1": "4", "required_1": "yes",
    "completion": "required", "attendance": "80", "assessment": "60", "currency": "USD",
}  # fmt: skip


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    running = await learn(databases)
    await course(running.context, "law")
    await course(running.context, "basics")
    return running


async def now(pillar: Learn) -> Offering:
    return await service.offering(pillar.context, by=OFFICER, offering_id="law")


@pytest.mark.requirement("F12.1")
async def test_prerequisites_competencies_and_every_field_of_a_course_are_changed_by_form(pillar: Learn) -> None:
    known = (await frameworks.competencies(pillar.context))[0]
    scale = (await frameworks.scales(pillar.context))[known.scale_id]
    since, until = scale.levels[0].ordinal, scale.levels[1].ordinal
    async with pillar.browser("learn:plan") as client:
        shown = await page(client, HERE)
        sent = {
            **SENT, "summary": "What binds a ministry", "prerequisites": "basics", "offline": "yes",
            "raises": f"{known.id}, {since}, {until}", "accessibility": "captions, sign-language", "amount": "10",
            "delivery": "blended", "title_2": "Reading", "delivery_2": "e-learning", "hours_2": "1.5",
            "completion": "count", "count": "1", "attendance": "50", "rows": "2",
        }  # fmt: skip
        saved = await send(client, shown, HERE, **sent)
        again = await page(client, HERE)
    one = await now(pillar)

    assert saved.status_code == 303, saved.text
    assert one.raises == (Raise(competency_id=known.id, from_level=since, to_level=until),)
    assert (one.prerequisites, one.accessibility, one.offline) == (("basics",), ("captions", "sign-language"), True)
    assert ([part.title for part in one.parts], one.completion_count) == (["All of it", "Reading"], 1)
    assert (one.titles["fr"], one.summaries, one.changed) == ("Law (fr)", {"en": "What binds a ministry"}, 1)
    assert (one.certificate.attendance_percent, one.certificate.assessment_percent) == (50, 60)
    assert f"{known.id}, {since}, {until}" in again
    assert re.search(r'value="basics" checked', again)


@pytest.mark.requirement("F12.1")
async def test_what_is_wrong_is_told_at_its_field_and_what_was_typed_stays(pillar: Learn) -> None:
    async with pillar.browser("learn:plan") as client:
        shown = await page(client, HERE)
        bad = {**SENT, "title": "", "attendance": "200", "raises": "law of nature", "hours_1": "many", "languages": "!"}
        wrong = await send(client, shown, HERE, **bad)
        unknown = await send(client, shown, HERE, **{**SENT, "raises": "no-such-thing, 1, 2"})
        ring = await send(client, shown, HERE, **{**SENT, "prerequisites": "law"})
        blended = await send(client, shown, HERE, **{**SENT, "delivery": "blended"})
        more = await send(client, shown, HERE, **{**SENT, "title": "Typed", "act": "more"})

    for text in (
        "Enter a title",
        "from 0 to 100",
        "Write one a line",
        "Enter a number of hours",
        "Choose at least one language.",
    ):
        assert text in wrong.text, text
    assert "law of nature" in wrong.text
    assert {wrong.status_code, unknown.status_code, ring.status_code, blended.status_code} == {400}
    assert "No competency has the id or code no-such-thing." in unknown.text
    assert "cannot be taken before itself" in ring.text
    assert "parts of at least two other forms" in blended.text
    assert (more.status_code, "Typed" in more.text, 'name="title_2"' in more.text) == (200, True, True)
    assert (await now(pillar)).changed == 0


async def test_whoever_changes_an_old_page_of_a_course_is_told_and_overwrites_nothing(pillar: Learn) -> None:
    async with pillar.browser("learn:plan") as client, pillar.browser("learn:plan", subject="otto") as other:
        old = await page(client, HERE)
        first = await send(other, await page(other, HERE), HERE, **{**SENT, "title": "Law of today"})
        late = await send(client, old, HERE, **{**SENT, "title": "Law of yesterday"})
        still = await send(other, await page(other, HERE), HERE, **{**SENT, "title": "Law of today"})

    assert (first.status_code, late.status_code, still.status_code) == (303, 409, 303)
    assert "Somebody else changed this meanwhile." in late.text
    assert "Law of yesterday" in late.text
    assert ((await now(pillar)).titles["en"], (await now(pillar)).changed) == ("Law of today", 1)


async def test_a_course_opens_by_its_form_only_when_its_evaluation_is_planned(pillar: Learn) -> None:
    bare = {"titles": {"en": "Bare"}, "types": ["metp-2"], "track": "civil-servants", "delivery": "ilt",
            "parts": [{"title": "All", "delivery": "ilt"}], "languages": ["en"]}  # fmt: skip
    here = "/desk/offerings/bare/change"
    async with pillar.officer() as client:
        await client.put(f"{API}/offerings/bare", json=bare)
    async with pillar.browser("learn:plan") as client:
        refused = await send(client, await page(client, here), here, **SENT)

    assert (refused.status_code, "Plan the evaluation" in refused.text) == (409, True)


async def test_people_who_are_enrolled_keep_their_places_when_the_course_is_changed(pillar: Learn) -> None:
    [person] = await staff(pillar.context, 1)
    await session(pillar.context)
    placed = await enrolment.enrol(pillar.context, by=signed_in(person), session_id="s-1")
    async with pillar.browser("learn:plan") as client:
        await send(client, await page(client, HERE), HERE, **{**SENT, "prerequisites": "basics", "state": "closed"})
    kept = await enrolment.of_session(pillar.context, by=OFFICER, session_id="s-1")

    assert (await now(pillar)).prerequisites == ("basics",)
    assert [one.enrolment.state for one in kept] == [placed.state]


@pytest.mark.parametrize("scopes", [(), ("learn:teach",)])
async def test_only_a_training_unit_changes_a_course(pillar: Learn, scopes: tuple[str, ...]) -> None:
    async with pillar.browser("learn:plan") as unit, pillar.browser(*scopes, subject="otto") as client:
        shown = await page(unit, HERE)
        looked, sent = await client.get(HERE), await send(client, shown, HERE, **{**SENT, "title": "Mine"})
        missing = await unit.get("/desk/offerings/nothing/change")

    assert (looked.status_code, sent.status_code, missing.status_code) == (403, 403, 404)
    assert (await now(pillar)).titles["en"] == "Law"


@pytest.mark.requirement("F12.1")
async def test_a_licence_that_comes_to_forbid_selling_is_seen_at_the_desk_at_once(pillar: Learn) -> None:
    licence = Licence(id="OWN-1", name="Own", adapting=True, selling=True)
    await library.put_licence(pillar.context, by=OFFICER, licence=licence)
    decision = Decision(choice=Choice.CREATE, reason="Nothing fits")
    content = Content(title="Kit", licence_id="OWN-1", version="1")
    kit = await library.create(pillar.context, by=OFFICER, content=content, decision=decision)
    await course(pillar.context, "law", price=Price(amount="10", currency="USD"), materials=(kit.id,))
    await course(pillar.context, "basics", materials=(kit.id,))
    async with pillar.browser("learn:plan") as client:
        before = await page(client, "/desk")
        await library.put_licence(pillar.context, by=OFFICER, licence=msgspec.structs.replace(licence, selling=False))
        desk, price = await page(client, "/desk"), await page(client, "/desk/offerings/law/price")
        await send(client, price, "/desk/offerings/law/price", materials="", amount="10", currency="USD")
        after = await page(client, "/desk")

    assert "forbids selling by now" not in before + after
    assert "People pay for these courses" in desk
    assert "/desk/offerings/law/price" in desk
    assert "/desk/offerings/basics/price" not in desk
    assert "People pay for this course" in price

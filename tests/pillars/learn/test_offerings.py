"""Words of a country, courses, sessions, and what everybody sees of them."""

from __future__ import annotations

import json
import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest
from icalendar import Calendar

from govstack.kernel import clock
from govstack.kernel.migrations import migrate
from govstack.pillars.learn.response.materials import service as library
from govstack.pillars.learn.response.materials.model import Choice, Content, Decision
from govstack.pillars.learn.response.offerings import service
from govstack.pillars.learn.response.offerings.errors import (
    BadParts,
    BadSession,
    BeforeItself,
    FewerThanTaken,
    NotOfTypology,
    TooFewChannels,
)
from govstack.pillars.learn.response.offerings.model import (
    CoursePart,
    Item,
    Need,
    Price,
    Rule,
    State,
    per_head,
    shortened,
)
from govstack.pillars.learn.response.typologies import service as typologies
from govstack.pillars.learn.response.typologies import store as words
from govstack.pillars.learn.response.typologies.model import WordKind
from govstack.pillars.learn.seating.model import Quota, QuotaKind
from govstack.pillars.learn.vocabularies import store as vocabularies
from tests.builders.courses import HELP, course, held, planned, session
from tests.builders.learning import API, MIGRATIONS, OFFICER, Learn, learn, ministry, page, send
from tests.databases import Databases

PRICE = {"amount": "20", "currency": "USD"}
SUB_TOPICS = {
    "life-cycle", "process-re-engineering", "business-models", "public-private-partnership", "regulatory-frameworks",
    "it-law", "contract-management", "detailed-project-report", "request-for-proposal", "change-management",
}  # fmt: skip


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


@pytest.mark.requirement("F9.2")
async def test_the_second_type_of_the_indian_plan_has_its_ten_topics(pillar: Learn) -> None:
    known = await typologies.vocabulary(pillar.context)

    assert {one.id for one in known.listed(WordKind.TOPIC, parent="metp-2")} == SUB_TOPICS
    assert [one.id for one in typologies.active_types(pillar.context, known)] == [f"metp-{n}" for n in range(1, 6)]


@pytest.mark.requirement("F8.1")
@pytest.mark.requirement("F9.1")
async def test_a_country_adds_types_of_its_own_and_retires_shipped_ones(pillar: Learn) -> None:
    async with pillar.officer() as client:
        added = await client.put(
            f"{API}/offering-words/type/archives", json={"titles": {"en": "Archives"}, "parent": "metp"}
        )
        retired = await client.put(
            f"{API}/offering-words/type/metp-4", json={"titles": {"en": "Soft"}, "parent": "metp", "retired": True}
        )
        lost = await client.put(f"{API}/offering-words/type/x", json={"titles": {"en": "X"}, "parent": "nowhere"})
    known = await typologies.vocabulary(pillar.context)

    assert (added.status_code, retired.status_code, lost.json()["code"]) == (200, 200, "term-points-nowhere")
    assert {one.id for one in typologies.active_types(pillar.context, known)} == {
        "metp-1", "metp-2", "metp-3", "metp-5", "archives"
    }  # fmt: skip


@pytest.mark.requirement("F9.1")
async def test_a_course_without_a_type_in_use_is_refused_and_the_catalogue_is_narrowed_by_type(pillar: Learn) -> None:
    await course(pillar.context, "law", types=("metp-2",))
    await course(pillar.context, "excel", types=("metp-1",), track="citizens")

    with pytest.raises(NotOfTypology):
        await course(pillar.context, "bad", types=("unknown",))
    async with pillar.nobody() as client:
        by_type = await client.get(f"{API}/offerings", params={"type": "metp-1"})
        by_track = await client.get(f"{API}/offerings", params={"track": "civil-servants"})

    assert [one["offering"]["id"] for one in by_type.json()["offerings"]] == ["excel"]
    assert [one["offering"]["id"] for one in by_track.json()["offerings"]] == ["law"]


@pytest.mark.requirement("F9.4")
async def test_goals_of_the_indian_plan_are_attached_to_a_programme_with_their_indicators(pillar: Learn) -> None:
    goals = ["equip", "priorities", "managers", "reengineer"]
    body = {
        "titles": {"en": "Digital leaders"}, "parent": "leaders",
        "goals": [{"goalId": goal, "indicator": "People", "target": "10"} for goal in goals],
    }  # fmt: skip

    async with pillar.officer() as client:
        kept = await client.put(f"{API}/offering-words/programme/digital-leaders", json=body)
        lost = await client.put(
            f"{API}/offering-words/programme/lost",
            json={**body, "goals": [{"goalId": "fame", "indicator": "Fans"}]},
        )
        listed = await client.get(f"{API}/vocabularies/programme-goal")

    assert [goal["goalId"] for goal in kept.json()["goals"]] == goals
    assert lost.status_code == 400
    assert [one["code"] for one in listed.json()["terms"]] == goals


@pytest.mark.requirement("F9.4")
async def test_goals_that_were_two_lists_become_one_and_none_of_a_country_is_lost(
    databases: Databases, tmp_path: Path
) -> None:
    (goals,) = MIGRATIONS.glob("*_goals.sql")
    for one in MIGRATIONS.glob("*.sql"):
        if one.name < goals.name and not one.name.startswith(goals.stem):
            shutil.copy(one, tmp_path)
    database = databases.open("learn")
    await migrate(database, tmp_path)
    aims = [{"goalId": one, "indicator": "People"} for one in ("re-engineer", "set-priorities", "fame")]
    rows = [
        ("goal", "fame", {"titles": {"en": "Fame", "fr": "Renommée"}}),
        ("goal", "Old:aim", {"titles": {"en": "Old aim"}, "retired": True}),
        ("goal", "re-engineer", {"titles": {"en": "Redesign"}}),
        ("programme", "ours", {"titles": {"en": "Ours"}, "goals": aims}),
    ]
    async with database.transaction() as tx:
        for kind, word_id, told in rows:
            document = msgspec.json.encode({**told, "kind": kind, "id": word_id}).decode()
            await words.SQL.put(tx, kind=kind, id=word_id, document=document, created_at="2026-01-01T00:00:00Z")
    await migrate(database, MIGRATIONS)
    async with database.transaction() as tx:
        terms = await vocabularies.terms(tx, ["programme-goal"])
        kept = await words.terms(tx)

    assert [(one.code, one.labels, one.retired) for one in terms] == [
        ("fame", {"en": "Fame", "fr": "Renommée"}, False), ("old-aim", {"en": "Old aim"}, True)
    ]  # fmt: skip
    assert [[aim.goal_id for aim in one.goals] for one in kept] == [["reengineer", "priorities", "fame"]]


@pytest.mark.requirement("F10.3")
async def test_programme_families_of_leaders_are_there_and_can_be_changed(pillar: Learn) -> None:
    async with pillar.officer() as client:
        await client.put(
            f"{API}/offering-words/programme/graduate", json={"titles": {"en": "Young leaders"}, "parent": "leaders"}
        )
    async with pillar.nobody() as client:
        shown = await page(client, "/catalogue?track=leaders")

    assert "Executive programme" in shown
    assert "E-government leadership" in shown
    assert "Young leaders" in shown
    assert "Graduate programme" not in shown


@pytest.mark.requirement("F8.1")
async def test_a_blended_course_has_parts_of_other_forms(pillar: Learn) -> None:
    parts = (CoursePart(title="Read", delivery="e-learning"), CoursePart(title="Meet", delivery="ilt"))

    kept = await course(pillar.context, "blend", delivery="blended", parts=parts, completion=Rule.ALL)

    assert [part.title for part in kept.parts] == ["Read", "Meet"]
    for wrong in (
        {"delivery": "blended", "parts": parts[:1]},
        {"delivery": "ilt", "parts": parts},
        {"delivery": "blended", "parts": parts, "completion": Rule.COUNT, "completion_count": 3},
    ):
        with pytest.raises(BadParts):
            await course(pillar.context, "bad", **wrong)


async def test_no_course_comes_before_itself(pillar: Learn) -> None:
    await course(pillar.context, "one")
    await course(pillar.context, "two", prerequisites=("one",))

    with pytest.raises(BeforeItself):
        await course(pillar.context, "one", prerequisites=("two",))
    with pytest.raises(BeforeItself):
        await course(pillar.context, "three", prerequisites=("nothing",))


async def test_a_session_that_contradicts_itself_is_refused(pillar: Learn) -> None:
    await course(pillar.context)
    now = clock.now()

    for wrong in (
        {"ends": now - timedelta(days=1)},
        {"registration_ends": now - timedelta(days=9)},
        {"days": (now.date() - timedelta(days=9),)},
        {"quotas": (Quota(kind=QuotaKind.GENDER, id="female", least=9),)},
        {"quotas": (Quota(kind=QuotaKind.MINISTRY, id="x", least=2, most=1),)},
    ):
        with pytest.raises(BadSession):
            await service.put_session(pillar.context, by=OFFICER, session=held(**wrong))


async def test_a_draft_is_for_the_training_unit_only(pillar: Learn) -> None:
    await course(pillar.context, "secret", state="draft")

    async with pillar.nobody() as client:
        hidden = await client.get(f"{API}/offerings/secret")
        catalogue = await client.get(f"{API}/offerings")
    async with pillar.officer() as client:
        shown = await client.get(f"{API}/offerings/secret")

    assert (hidden.status_code, catalogue.json()["offerings"], shown.status_code) == (404, [], 200)


async def test_a_course_that_follows_a_draft_is_shown_without_it(pillar: Learn) -> None:
    await course(pillar.context, "secret", state="draft")
    await course(pillar.context, "law", prerequisites=("secret",))

    async with pillar.nobody() as client, pillar.browser("learn:plan") as planner:
        shown = await page(client, "/catalogue/law")
        whole = await page(planner, "/catalogue/law")

    assert ("Secret" in shown, "Secret" in whole) == (False, True)


@pytest.mark.parametrize("name", ["a%20b", "x" * 101, "a%2Fb", "%C3%A9", "%22"])
async def test_an_id_that_no_list_could_hold_is_refused(pillar: Learn, name: str) -> None:
    words = {"titles": {"en": "Words"}}
    async with pillar.officer() as client, pillar.nobody() as nobody:
        answers = [
            await client.put(f"{API}/offering-words/track/{name}", json=words),
            await client.put(f"{API}/profiles/{name}", json={"names": {"en": "Clerk"}}),
            await client.put(f"{API}/people/{name}", json={"name": "Amina"}),
            await client.put(f"{API}/organisations/{name}", json={"names": {"en": "Finance"}, "kind": "ministry"}),
        ]
        # These are read whole: one id outside of their shape took the list away, and the catalogue with it.
        lists = [await client.get(f"{API}/profiles"), await nobody.get(f"{API}/offering-words")]
        await page(nobody, "/catalogue")

    assert [answer.json()["code"] for answer in answers] == ["bad-id"] * 4
    assert [answer.status_code for answer in lists] == [200, 200]


@pytest.mark.requirement("F12.2")
async def test_the_checklist_of_an_event_tells_its_cost_and_that_of_one_participant(pillar: Learn) -> None:
    await course(pillar.context)
    await session(pillar.context, logistics=(Item(need=Need.VENUE, cost="900.50", done=True),))
    async with pillar.context.database.transaction() as tx:
        await service.set_taken(tx, session_id="s-1", taken=2)

    async with pillar.browser("learn:plan") as client:
        shown = await page(client, "/desk/sessions/s-1")
        sent = await send(client, shown, "/checklist", need="per-diem", note="Two days", cost="99.50", done="yes")
        wrong = await send(client, shown, "/checklist", need="nothing", cost="a lot")
        again = await page(client, "/desk/sessions/s-1")

    assert (sent.status_code, wrong.status_code) == (303, 400)
    assert "Choose what is needed." in wrong.text
    assert {need.value for need in Need} >= {
        "venue", "travel", "interpretation", "accessibility", "materials", "per-diem"
    }  # fmt: skip
    assert "US$1,000.00" in again
    assert "US$500.00" in again
    assert "Daily allowance" in again


async def test_fewer_seats_than_are_taken_are_refused(pillar: Learn) -> None:
    await course(pillar.context)
    await session(pillar.context, seats=3)
    async with pillar.context.database.transaction() as tx:
        await service.set_taken(tx, session_id="s-1", taken=2)

    with pytest.raises(FewerThanTaken):
        await session(pillar.context, seats=1)


def test_nobody_has_no_cost_of_one() -> None:
    assert per_head(held().cost, 0) is None


@pytest.mark.requirement("F10.1")
async def test_citizens_look_at_small_pages_without_an_account_and_get_summaries_of_one_text(pillar: Learn) -> None:
    parts = (CoursePart(title="Stay safe", delivery="e-learning", hours=0.25, link="https://learn.example/safe"),)
    summary = "How to keep a phone safe. " * 12
    await course(
        pillar.context, "safe", track="citizens", delivery="e-learning", parts=parts, summaries={"en": summary},
        types=("metp-1",), topics=("basic-digital-skills", "media-literacy"),
    )  # fmt: skip
    for number in range(24):
        await course(pillar.context, f"more-{number}", track="citizens", types=("metp-1",))

    async with pillar.nobody() as client:
        shown = await page(client, "/catalogue/safe")
        listed = await page(client, "/catalogue?track=citizens")
        texts = [
            (await client.get(f"{API}/offerings/safe/summary", params={"channel": channel})).json()["text"]
            for channel in ("sms", "ussd")
        ]

    assert "https://learn.example/safe" in shown
    assert "15 min" in shown
    assert "0.25" not in shown
    assert "Media literacy" in shown
    assert "You need no account to look around." in listed
    assert max(len(shown.encode()), len(listed.encode())) < 200_000
    assert [len(text) <= most for text, most in zip(texts, (160, 182), strict=True)] == [True, True]
    assert all(text.startswith("Safe. How to keep") and text.endswith("…") for text in texts)


def test_a_short_text_is_cut_at_a_word() -> None:
    assert shortened("one two three", 9) == "one two…"
    assert shortened("abcdefghijkl", 5) == "abcd…"


@pytest.mark.requirement("F12.3")
async def test_the_page_of_a_course_has_the_fields_of_the_card_and_is_told_as_linked_data(pillar: Learn) -> None:
    await course(
        pillar.context, titles={"en": "Law & <order>"}, topics=("it-law",), price=Price(amount="120", currency="EUR")
    )
    await session(pillar.context)

    async with pillar.nobody() as client:
        shown = await client.get("/catalogue/law")
        text = await page(client, "/catalogue/law")

    for field in (
        "Registration starts", "Registration ends", "Starts", "Ends", "Location", "Price", "Training topics",
        "Training type", "Languages",
    ):  # fmt: skip
        assert field in text
    assert "€120.00" in text
    assert "IT law" in text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', shown.text, re.DOTALL)
    assert found is not None
    told = json.loads(found[1])
    assert (told["@type"], told["name"], told["offers"]["price"]) == ("Course", "Law & <order>", "120")
    assert [one["@type"] for one in told["hasCourseInstance"]] == ["CourseInstance"]


@pytest.mark.requirement("F12.3")
async def test_courses_are_given_out_as_atom_and_icalendar(pillar: Learn) -> None:
    await course(pillar.context)
    kept = await session(pillar.context)
    await session(pillar.context, "s-2", cancelled=True)
    later = clock.now() + timedelta(hours=5)

    async with pillar.nobody() as client:
        before = await client.get("/catalogue/news")
        with clock.fixed(later):
            await course(pillar.context, "second")
            await session(pillar.context, "s-3")
        news = await client.get("/catalogue/news")
        days = await client.get("/catalogue/law/calendar")
        every = await client.get("/catalogue/calendar")

    atom = "{http://www.w3.org/2005/Atom}"
    moments = [
        {
            one.findtext(f"{atom}id"): str(one.findtext(f"{atom}updated"))
            for one in ET.fromstring(text).iter(f"{atom}entry")
        }
        for text in (before.text, news.text)
    ]
    entries = ET.fromstring(before.text).findall("{http://www.w3.org/2005/Atom}entry")
    events = {str(one["uid"]): one for one in Calendar.from_ical(days.text).walk("VEVENT")}
    assert [one.findtext("{http://www.w3.org/2005/Atom}title") for one in entries] == ["Law"]
    # The course changed when it got another session, not when that session begins.
    assert [set(one.values()) for one in moments[1:]] == [{clock.timestamp(later)}]
    assert next(iter(moments[0].values())) < clock.timestamp(later)
    assert events["s-1@govlearn"].decoded("dtstart") == kept.starts
    assert str(events["s-2@govlearn"]["status"]) == "CANCELLED"
    assert len(Calendar.from_ical(every.text).walk("VEVENT")) == 3


async def test_a_course_and_its_session_are_added_by_forms(pillar: Learn) -> None:
    async with pillar.browser("learn:plan", "learn:evaluate") as client:
        form = await page(client, "/desk/offerings/new")
        wrong = await send(client, form, "/desk/offerings/new", title="")
        right = await send(
            client, form, "/desk/offerings/new", title="Contracts", types="metp-2", track="civil-servants",
            delivery="ilt", hours="6", languages=["en", "fr"], amount="", currency="USD",
        )  # fmt: skip
        dates = await page(client, right.headers["location"])
        early = await page(client, (await send(client, dates, "/open")).headers["location"])
        begun = await send(client, dates, "/evaluation")
        await planned(pillar.context, begun.headers["location"].split("/")[2])
        await send(client, dates, "/open")
        late = await send(client, dates, "/sessions", starts="tomorrow", seats="0")
        added = await send(
            client, dates, "/sessions", registration_starts="2026-01-01 00:00", registration_ends="2030-01-01 00:00",
            starts="2030-02-01 09:00", ends="2030-02-02 16:00", place="Hall", seats="20",
        )  # fmt: skip
        desk = await page(client, "/desk")

    assert "Enter a title of at most 200 characters." in wrong.text
    assert "This course is a draft." in early
    assert "Enter how many seats there are." in late.text
    assert added.status_code == 303
    assert "Contracts" in desk
    assert "0 of 20" in desk


async def test_costs_and_prices_are_in_the_currency_of_the_country(databases: Databases) -> None:
    pillar = await learn(databases, LEARN_CURRENCY="KES")
    await course(pillar.context)
    moments = {
        "registration_starts": "2026-01-01 00:00", "registration_ends": "2030-01-01 00:00",
        "starts": "2030-02-01 09:00", "ends": "2030-02-02 16:00",
    }  # fmt: skip
    async with pillar.browser("learn:plan") as client, pillar.officer() as officer:
        form = await page(client, "/desk/offerings/new")
        added = await send(
            client, await page(client, "/desk/offerings/law/sessions"), "/sessions", **moments, seats="20"
        )
        where = f"{API}/sessions/{added.headers['location'].rpartition('/')[2]}"
        desk = await page(client, added.headers["location"])
        made = (await officer.get(where)).json()
        sent = {name: made[name] for name in ("offeringId", "registrationStarts", "registrationEnds", "starts", "ends")}
        told = [
            (await officer.put(f"{API}/sessions/{name}", json={**sent, "seats": 5, **more})).json()["currency"]
            for name, more in (("own", {}), ("foreign", {"currency": "EUR"}))
        ]

    assert re.search(r'name="currency"[^>]*value="KES"', form)
    assert "KES" in desk
    assert (made["currency"], told) == ("KES", ["KES", "EUR"])


@pytest.mark.requirement("F8.1", "F12.3")
@pytest.mark.parametrize("kind", ["new", "blended"])
async def test_topics_competencies_and_what_comes_before_are_asked_for_when_a_course_is_added(
    pillar: Learn, kind: str
) -> None:
    await course(pillar.context)
    here = f"/desk/offerings/{kind}"
    given: dict[str, Any] = {
        "title": "Contracts", "types": "metp-2", "track": "civil-servants", "delivery": "ilt", "hours": "6",
        "languages": "en", "amount": "", "currency": "USD", "topics": ["contract-management", "it-law"],
        "prerequisites": "law", "raises": "e-cf:D.8, 1, 2", "completion": "all", "title_1": "Read",
        "delivery_1": "e-learning", "hours_1": "1", "title_2": "Meet", "delivery_2": "ilt", "hours_2": "2",
    }  # fmt: skip
    async with pillar.browser("learn:plan") as client:
        form = await page(client, here)
        wrong = await send(client, form, here, **{**given, "raises": "e-cf:Z.9, 1, 2"})
        ring = await send(client, form, here, **{**given, "prerequisites": "no-such-course"})
        right = await send(client, form, here, **given)
    made_id = right.headers["location"].split("/")[3]
    made = await service.offering(pillar.context, by=OFFICER, offering_id=made_id)

    assert (wrong.status_code, "No competency has the id or code e-cf:Z.9" in wrong.text) == (400, True)
    assert 'value="it-law" checked' in re.sub(r"\s+", " ", wrong.text)
    assert ring.status_code >= 400
    assert right.status_code == 303
    assert made.topics == ("contract-management", "it-law")
    assert made.prerequisites == ("law",)
    assert [(one.competency_id, one.from_level, one.to_level) for one in made.raises] == [("e-cf:D.8", 1, 2)]


async def material(pillar: Learn, licence: str) -> str:
    """Enter material under a licence; return its id."""
    content = Content(title=f"Under {licence}", licence_id=licence)
    decision = Decision(choice=Choice.CREATE, reason="Nothing fits", seen=tuple(
        one.id for one in await library.similar(pillar.context, by=OFFICER, wanted=content)
    ))  # fmt: skip
    return (await library.create(pillar.context, by=OFFICER, content=content, decision=decision)).id


@pytest.mark.requirement("F13.2")
@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ({"price": PRICE}, {"price": PRICE, "materials": "NC"}, "licence-forbids-selling"),
        ({"materials": "NC"}, {"price": PRICE, "materials": "NC"}, "licence-forbids-selling"),
        ({"materials": "NC"}, {"price": {**PRICE, "amount": "0.00"}, "materials": "NC"}, ""),
        ({"price": PRICE}, {"price": PRICE, "materials": "BY"}, ""),
        ({}, {"materials": "none"}, "unknown-material"),
    ],
)
async def test_where_people_pay_no_material_comes_in_that_must_not_be_sold(
    pillar: Learn, before: dict[str, Any], after: dict[str, Any], code: str
) -> None:
    ids = {"NC": await material(pillar, "CC-BY-NC-4.0"), "BY": await material(pillar, "CC-BY-4.0"), "none": "none"}
    plain = {
        "titles": {"en": "Law"}, "types": ["metp-2"], "track": "civil-servants", "delivery": "ilt",
        "parts": [{"title": "All", "delivery": "ilt"}], "languages": ["en"],
    }  # fmt: skip
    async with pillar.officer("learn:plan") as client:
        answers = []
        for given in (before, after):
            named = {"materials": [ids[given["materials"]]]} if "materials" in given else {}
            answers.append(await client.put(f"{API}/offerings/law", json={**plain, **given, **named}))
        kept = (await client.get(f"{API}/offerings/law")).json()["offering"]

    assert answers[0].status_code == 200
    assert answers[1].json().get("code", "") == code
    assert ("price" in kept and "materials" in kept) is (code == "")


@pytest.mark.requirement("F13.2")
async def test_a_page_sets_price_and_material_and_says_what_a_licence_forbids(pillar: Learn) -> None:
    await course(pillar.context)
    sold, free = await material(pillar, "CC-BY-4.0"), await material(pillar, "CC-BY-NC-4.0")
    here = "/desk/offerings/law/price"
    async with pillar.browser("learn:plan") as client:
        desk = await page(client, "/desk/offerings/law/sessions")
        form = await page(client, here)
        bad = await send(client, form, here, materials=f"{sold}, {free}", amount="20", currency="USD")
        wrong = await send(client, form, here, materials=sold, amount="much", currency="USD")
        right = await send(client, form, here, materials=sold, amount="20", currency="USD")
        after = await page(client, here)

    assert here in desk
    assert (bad.status_code, wrong.status_code, right.status_code) == (409, 400, 303)
    assert "The licence does not allow this material where people pay for it." in bad.text
    assert "It may not be used where people pay." in bad.text
    assert f"/materials/{sold}" in after


async def test_offerings_and_sessions_are_taken_out_as_files(pillar: Learn) -> None:
    await course(pillar.context, titles={"en": "=1+1"})
    await session(pillar.context)

    async with pillar.officer() as client:
        csv = await client.get(f"{API}/offering-list", params={"format": "csv"})
        told = await client.get(f"{API}/session-list", params={"format": "json"})
        book = await client.get(f"{API}/session-list", params={"format": "xlsx"})
    async with pillar.person() as client:
        refused = await client.get(f"{API}/offering-list")

    assert "'=1+1" in csv.text
    assert told.json()[0]["offeringId"] == "law"
    assert book.content[:2] == b"PK"
    assert refused.status_code == 403


@pytest.mark.requirement("F8.1")
async def test_a_blended_course_is_put_together_by_a_form(pillar: Learn) -> None:
    new = "/desk/offerings/blended"
    whole = {
        "title": "Contracts", "types": "metp-2", "track": "civil-servants", "languages": "en", "currency": "USD",
        "title_1": "Read", "delivery_1": "e-learning", "hours_1": "2", "required_1": "yes",
        "title_2": "Meet", "delivery_2": "ilt", "hours_2": "4.5", "tested_2": "yes",
    }  # fmt: skip
    async with pillar.browser("learn:plan") as client:
        form = await page(client, new)
        more = await send(client, form, new, **whole, act="more")
        nothing = await send(client, form, new, title="")
        same = await send(client, form, new, **{**whole, "delivery_2": "e-learning"}, completion="all")
        many = await send(client, form, new, **{**whole, "hours_2": "²"}, completion="count", count="3")
        idle = await send(client, form, new, **{**whole, "required_1": ""}, completion="required")
        added = await send(client, form, new, **whole, completion="count", count="1")
        one = await service.offering(pillar.context, by=OFFICER, offering_id=added.headers["location"].split("/")[3])

    assert more.status_code == 200
    assert 'name="title_4"' in more.text
    assert 'value="Meet"' in more.text
    assert "Enter at least two parts." in nothing.text
    assert "Choose another form for at least one part" in same.text
    assert "Enter a number of hours." in many.text
    assert "Enter how many of the parts have to be done." in many.text
    assert "Say of at least one part that it has to be done." in idle.text
    assert {one.status_code for one in (nothing, same, many, idle)} == {400}
    assert (one.delivery, one.completion, one.completion_count, one.hours) == ("blended", Rule.COUNT, 1, 6.5)
    assert [(part.title, part.delivery, part.required, part.tested) for part in one.parts] == [
        ("Read", "e-learning", True, False), ("Meet", "ilt", False, True)
    ]  # fmt: skip


@pytest.mark.requirement("F12.1")
async def test_quotas_of_a_session_are_kept_by_a_form(pillar: Learn) -> None:
    await course(pillar.context)
    await session(pillar.context, seats=10)
    await ministry(pillar.context, "finance")
    await ministry(pillar.context, "customs", parent_id="finance")
    here = "/desk/sessions/s-1"
    async with pillar.browser("learn:plan") as client:
        shown = await page(client, here)
        nobody = await send(client, shown, "/quotas", quota="ministry:customs", least="many", most="few")
        empty = await send(client, shown, "/quotas", quota="gender:female")
        much = await send(client, shown, "/quotas", quota="gender:female", least="11")
        await send(client, shown, "/quotas", quota="gender:female", least="5")
        await send(client, shown, "/quotas", quota="ministry:finance", least="1", most="3")
        await send(client, shown, "/quotas", quota="gender:female", least="4")
        both = await quotas_of(pillar)
        kept = await page(client, here)
        wrong = await send(client, kept, "/quotas/remove", gone="gender:male")
        await send(client, kept, "/quotas/remove", gone="gender:female")
        left = await quotas_of(pillar)

    assert "Choose whom the seats are for." in nobody.text
    assert nobody.text.count("Enter a whole number, or leave it empty.") == 4
    assert "Enter how many seats are kept or given." in empty.text
    assert "Quotas cannot keep more seats than there are" in much.text
    assert "Choose a quota." in wrong.text
    assert both == {
        Quota(kind=QuotaKind.MINISTRY, id="finance", least=1, most=3),
        Quota(kind=QuotaKind.GENDER, id="female", least=4),
    }
    assert "Finance" in kept
    assert left == {Quota(kind=QuotaKind.MINISTRY, id="finance", least=1, most=3)}


async def quotas_of(pillar: Learn) -> set[Quota]:
    """Return the quotas of the session."""
    return set((await service.session(pillar.context, session_id="s-1")).quotas)


@pytest.mark.requirement("F33.3")
async def test_a_course_opens_when_two_channels_of_support_are_named_and_its_page_names_them(
    databases: Databases,
) -> None:
    common = await learn(databases, LEARN_SUPPORT_CHANNELS="Phone: 555 0199")
    alone = await learn(databases)
    with pytest.raises(TooFewChannels):
        await course(alone.context, "few", channels=HELP[:1])
    with pytest.raises(TooFewChannels):
        await course(alone.context, "same", channels=(HELP[0], HELP[0]))
    draft = await course(alone.context, "later", channels=(), state=State.DRAFT)
    await course(common.context, "law", channels=HELP[:1])
    async with common.nobody() as client:
        shown = await page(client, "/catalogue/law")

    assert draft.state is State.DRAFT
    assert all(each in shown for each in ("555 0199", "555 0100", "Help with this course"))


async def test_the_form_keeps_parts_that_lead_to_pages_of_this_site(pillar: Learn) -> None:
    part = CoursePart(title="Read", delivery="e-learning", hours=1, link="/read/first-steps")
    one = await course(pillar.context, "online", delivery="e-learning", parts=(part,))
    here = f"/desk/offerings/{one.id}/change"
    async with pillar.browser("learn:plan") as client:
        shown = await page(client, here)
        fields = dict(re.findall(r'name="([^"]+)"[^>]*value="([^"]*)"', shown))
        given = {
            name: fields[name] for name in ("title", "languages", "attendance", "assessment", "title_1", "hours_1")
        }
        chosen = {"state": "open", "types": "metp-2", "track": "civil-servants", "delivery": "e-learning",
                  "delivery_1": "e-learning", "completion": "all", "channels": "Phone: 1\nDesk: Room 2"}  # fmt: skip
        saved = await send(client, shown, here, **given, **chosen, link_1=fields["link_1"])
        odd = await send(client, await page(client, here), here, **given, **chosen, link_1="//elsewhere.example")

    after = await service.offering(pillar.context, by=OFFICER, offering_id=one.id)
    assert saved.status_code == 303, saved.text
    assert (after.parts[0].link, [each.address for each in after.channels]) == ("/read/first-steps", ["1", "Room 2"])
    assert odd.status_code == 400

"""Pages of assessments: planning, answering on a telephone, groups, and what was found."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from govstack.kernel import clock
from govstack.kernel.i18n import LANGUAGES
from govstack.pillars.learn.needs.answers import service as answers
from govstack.pillars.learn.needs.campaigns import service as campaigns
from govstack.pillars.learn.needs.campaigns.model import Rater
from govstack.pillars.learn.needs.instruments import service as instruments
from tests.builders.campaigns import answered, campaign, document, response, today
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn, ministry, page, send
from tests.databases import Databases


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


async def member_id(pillar: Learn) -> str:
    async with pillar.context.database.reading() as tx:
        return str((await tx.fetch("SELECT id FROM member"))[0]["id"])


async def closed(pillar: Learn) -> None:
    await campaigns.close(pillar.context, by=OFFICER, campaign_id="spring")


async def test_a_training_unit_plans_starts_and_closes_a_campaign(pillar: Learn) -> None:
    await civil_servant(pillar.context)
    day, last = today().split("-"), today(9).split("-")
    given = {
        "title": "Spring", "instrument": "capacity-frame", "raters": "self",
        "opens-year": day[0], "opens-month": day[1], "opens-day": day[2],
        "closes-year": last[0], "closes-month": last[1], "closes-day": last[2],
    }  # fmt: skip

    async with pillar.browser("learn:plan") as client:
        asked = await page(client, "/new-campaign")
        wrong = await send(client, asked, "/new-campaign", **{**given, "closes-year": "2001", "title": ""})
        early = await send(client, asked, "/new-campaign", **{**given, "closes-year": "2001"})
        over = await send(client, asked, "/new-campaign", **{**given, "opens-year": "2000", "closes-year": "2001"})
        unsaid = await send(
            client,
            asked,
            "/new-campaign",
            **{**given, "title": "x" * 201, "instrument": "", "closes-year": "", "people": "N-x"},
        )
        planned = await send(client, asked, "/new-campaign", **given)
        one = planned.headers["location"]
        shown = await page(client, one)
        started = await send(client, shown, f"{one}/start")
        open_ = await page(client, one)
        ended = await send(client, open_, f"{one}/close")
        listed = await page(client, "/campaigns")

    assert "Enter a name" in wrong.text
    assert "Last day: must not lie before the day the campaign opens" in early.text
    assert (over.status_code, "The last day has passed." in over.text) == (400, True)
    assert re.findall(r'<a href="#([a-z]+)">', unsaid.text) == [
        "title", "instrument", "closes", "people",
    ]  # fmt: skip
    assert "Last day: Give a date, such as 27 3 2027." in unsaid.text
    assert "Start the campaign" in shown
    assert (started.status_code, ended.status_code) == (303, 303)
    assert "Forms to take along" in open_
    assert "How many are assessed" not in shown
    assert "1 person" in open_
    assert "Closed" in listed


@pytest.mark.requirement("F1.1")
async def test_a_plan_names_languages_version_and_several_organisations_and_is_changed_or_discarded(
    pillar: Learn,
) -> None:
    for name in ("finance", "health", "justice"):
        await ministry(pillar.context, name)
    await civil_servant(pillar.context)
    day, last = today().split("-"), today(9).split("-")
    given = {
        "title": "Spring", "instrument": "capacity-frame", "raters": "self", "version": "1", "languages": ["en", "fr"],
        "organisations": ["finance", "health"], "people": "N-p-1",
        "opens-year": day[0], "opens-month": day[1], "opens-day": day[2],
        "closes-year": last[0], "closes-month": last[1], "closes-day": last[2],
    }  # fmt: skip

    async with pillar.browser("learn:plan") as client, pillar.officer() as program:
        asked = await page(client, "/new-campaign")
        unknown = await send(client, asked, "/new-campaign", **{**given, "people": "N-p-1 N-none", "version": "x"})
        profile = await send(client, asked, "/new-campaign", **{**given, "profiles": "astronaut"})
        one = (await send(client, asked, "/new-campaign", **given)).headers["location"]
        kept = (await program.get(f"{API}{one}")).json()["given"]
        changing = await page(client, f"{one}/change?lang=fr")
        await send(client, changing, "/new-campaign", **{**given, "title": "Printemps", "organisations": ["justice"]})
        changed = (await program.get(f"{API}{one}")).json()["given"]
        discarded = await send(client, await page(client, one), f"{one}/discard")
        gone = await program.get(f"{API}{one}")

    assert "Nobody is known here by: N-none" in unknown.text
    assert "Enter the number of a version" in unknown.text
    assert (profile.status_code, "Profiles: names something that is not known here" in profile.text) == (400, True)
    assert (kept["instrumentVersion"], kept["languages"]) == (1, ["en", "fr"])
    assert kept["population"] == {"organisations": ["finance", "health"], "people": ["p-1"]}
    assert changing.count("checked") == 5
    assert (changed["titles"], changed["population"]["organisations"]) == (
        {"en": "Spring", "fr": "Printemps"}, ["justice"]
    )  # fmt: skip
    assert (discarded.status_code, gone.status_code) == (303, 404)


async def test_a_campaign_that_started_is_not_discarded(pillar: Learn) -> None:
    await civil_servant(pillar.context)
    await campaign(pillar.context)
    async with pillar.officer() as client, pillar.browser("learn:plan") as browser:
        refused = await client.delete(f"{API}/campaigns/spring")
        changing = await browser.get("/campaigns/spring/change")

    assert (refused.status_code, refused.json()["code"]) == (409, "campaign-started")
    assert changing.headers["location"].endswith("/campaigns/spring")


@pytest.mark.requirement("F1.5")
async def test_somebody_answers_section_by_section_checks_and_sends_without_scripts(pillar: Learn) -> None:
    await civil_servant(pillar.context, "p-1", number="amina")
    await campaign(pillar.context)

    async with pillar.browser(person_id="amina") as client:
        asks = await page(client, "/assessments")
        one = f"/assessments/{await member_id(pillar)}/self"
        begun = await page(client, one)
        first = await page(client, f"{one}/1")
        kept = await send(client, first, f"{one}/1", plan="basic", talk="high")
        second = await page(client, kept.headers["location"])
        words = await send(client, second, f"{one}/2", rules="not-in-place")
        third = await page(client, words.headers["location"])
        told = await send(client, third, f"{one}/words", notes="Our plan is new.", confidence="high")
        much = await send(client, third, f"{one}/words", notes="n" * 4_001, confidence="high")
        check = await page(client, told.headers["location"])
        sent = await send(client, check, f"{one}/check")
        result = await page(client, sent.headers["location"])
        again = await page(client, "/assessments")

    assert "Spring" in asks
    assert "Section 1 of 2" in first
    assert all(size < 200_000 for size in map(len, (begun, first, check)))
    assert "Our plan is new." in check
    # Nothing is cut without a word.
    assert (much.status_code, "Write at most 4,000 characters." in much.text) == (400, True)
    assert "n" * 4_001 in much.text
    assert "Not in place" in result
    assert "Answered" in again
    assert len(first) < 60_000


@pytest.mark.requirement("F1.6")
async def test_each_answer_about_an_organisation_says_its_evidence_and_how_sure_the_rater_is(pillar: Learn) -> None:
    await ministry(pillar.context, "finance")
    aimed = {"family": "ordinal", "target": 3}
    await campaign(pillar.context, raters=(Rater.GROUP,), unit="organisation", scoring=aimed)
    one = f"/assessments/{await member_id(pillar)}/group"
    weighed = {"plan-evidence": "Plan of 2026", "plan-confidence": "high", "talk-confidence": "superb"}

    async with pillar.browser("learn:facilitate") as client:
        first = await page(client, f"{one}/1")
        await send(client, first, f"{one}/1", plan="basic", talk="high", **weighed)
        again = await page(client, f"{one}/1")
        long = {"plan-evidence": "e" * 4_001, "talk-confidence": "low"}
        refused = await send(client, first, f"{one}/1", plan="basic", talk="high", **long)
        await send(client, await page(client, f"{one}/2"), f"{one}/2", rules="not-applicable")
        many = "\n".join(f"Person {place}" for place in range(201))
        crowd = await send(client, await page(client, f"{one}/words"), f"{one}/words", attendance=many)
        await send(client, await page(client, f"{one}/words"), f"{one}/words", attendance="Amina Kone")
        await send(client, await page(client, f"{one}/check"), f"{one}/check")
    async with pillar.browser("learn:evaluate", subject="eva") as client:
        shown = await page(client, f"/assessments/{await member_id(pillar)}")

    answers_shown = shown[shown.index("Answers with their evidence") :]
    assert (crowd.status_code, "Name at most 200 here." in crowd.text, "Person 200" in crowd.text) == (400, True, True)
    assert (refused.status_code, f'value="{"e" * 4_001}"' in refused.text) == (400, True)
    assert re.search(r'name="talk-confidence"[^>]*value="low" checked', refused.text)
    assert 'value="Plan of 2026"' in again
    assert re.search(r'name="plan-confidence"[^>]*value="high" checked', again)
    assert "Plan of 2026" in answers_shown
    assert (answers_shown.count("Very sure"), "superb" in shown) == (1, False)
    assert "Does not apply" in answers_shown


@pytest.mark.requirement("F1.4")
async def test_the_page_of_a_campaign_says_which_groups_met_and_when(pillar: Learn) -> None:
    await ministry(pillar.context, "finance")
    await ministry(pillar.context, "health")
    await campaign(pillar.context, raters=(Rater.GROUP,), unit="organisation")
    async with pillar.browser("learn:plan") as client:
        before = await page(client, "/campaigns/spring")
        await answered(pillar.context, response("finance", rater=Rater.GROUP, meeting="m-1"))
        after = await page(client, "/campaigns/spring")

    assert (before.count("nothing entered yet"), before.count("last entered:")) == (2, 0)
    assert (after.count("nothing entered yet"), after.count("last entered:")) == (1, 1)


@pytest.mark.requirement("F1.1")
async def test_an_assessment_that_has_not_opened_says_from_when_it_can_be_answered(pillar: Learn) -> None:
    await civil_servant(pillar.context, "p-1", number="amina")
    await campaign(pillar.context)
    with clock.fixed(clock.now() - timedelta(days=8)):
        async with pillar.browser(person_id="amina") as client:
            listed = await page(client, "/assessments")
            shown = await page(client, f"/assessments/{await member_id(pillar)}/self")

    assert "Not open yet" in listed
    assert "You can answer from" in shown
    assert "/self/1" not in shown


@pytest.mark.requirement("F1.2")
async def test_the_training_unit_finds_where_evidence_and_tests_of_people_and_organisations_are_entered(
    pillar: Learn,
) -> None:
    await ministry(pillar.context, "finance")
    await civil_servant(pillar.context, "p-1", number="CS-1", organisation_id="finance")
    await campaign(pillar.context, raters=(Rater.SELF, Rater.EVIDENCE, Rater.TEST))
    async with pillar.browser("learn:plan") as client:
        shown = await page(client, "/campaigns/spring")
        nobody = await send(client, shown, "/campaigns/spring/rate", rater="evidence", **{"number-evidence": "CS-9"})
        unasked = await send(client, shown, "/campaigns/spring/rate", rater="manager", **{"number-manager": "CS-1"})
        sent = await send(client, shown, "/campaigns/spring/rate", rater="evidence", **{"number-evidence": "CS-1"})
        form = await client.get(sent.headers["location"])

    assert [one.status_code for one in (nobody, unasked, sent, form)] == [400, 400, 303, 200]
    assert "Nobody with this number" in nobody.text
    assert sent.headers["location"].endswith("/evidence")


@pytest.mark.requirement("F1.2")
async def test_organisations_are_rated_by_evidence_from_the_page_of_their_campaign(pillar: Learn) -> None:
    await ministry(pillar.context, "finance")
    await campaign(pillar.context, raters=(Rater.EVIDENCE,), unit="organisation")
    async with pillar.browser("learn:plan") as client:
        shown = await page(client, "/campaigns/spring")
        form = await page(client, f"/assessments/{await member_id(pillar)}/evidence")

    assert f"/assessments/{await member_id(pillar)}/evidence" in shown
    assert "Start" in form


@pytest.mark.requirement("F1.6")
async def test_an_organisation_is_assessed_by_each_of_its_people_alone_and_then_by_all_together(pillar: Learn) -> None:
    await ministry(pillar.context, "finance")
    for number, name in enumerate(("amina", "kofi")):
        await civil_servant(pillar.context, f"p-{number}", number=name, organisation_id="finance")
    await campaign(pillar.context, raters=(Rater.SELF, Rater.GROUP), unit="organisation")
    member = await member_id(pillar)
    people = [("self", "amina", "basic", ()), ("self", "kofi", "high", ())]

    for rater, name, level, scopes in [*people, ("group", "fay", "moderate", ("learn:facilitate",))]:
        async with pillar.browser(*scopes, subject=name, person_id=name) as client:
            one = f"/assessments/{member}/{rater}"
            await send(client, await page(client, f"{one}/1"), f"{one}/1", plan=level, talk=level)
            sent = await send(client, await page(client, f"{one}/check"), f"{one}/check")
            assert sent.status_code == 303
    async with pillar.browser("learn:evaluate", subject="eva") as client:
        shown = await page(client, f"/assessments/{member}")

    assert (shown.count("Rated by: Yourself"), shown.count("Rated by: A group")) == (2, 1)


async def test_people_are_not_asked_for_the_evidence_of_each_answer(pillar: Learn) -> None:
    await civil_servant(pillar.context, "p-1", number="amina")
    await campaign(pillar.context)

    async with pillar.browser(person_id="amina") as client:
        shown = await page(client, f"/assessments/{await member_id(pillar)}/self/1")

    assert "What is the evidence" not in shown


@pytest.mark.requirement("F1.6")
async def test_the_result_of_all_sections_is_told_with_what_lacks_to_the_aim(pillar: Learn) -> None:
    await ministry(pillar.context, "finance")
    values = {"basic": 0, "moderate": 1, "high": 2}
    changed = document(scoring={"family": "weighted-mean", "target": 0.9}, unit="organisation")
    for choice in changed["scales"][0]["choices"]:
        choice.update({"value": values[choice["id"]]} if choice["id"] in values else {})
    await campaign(pillar.context, raters=(Rater.GROUP,), **changed)
    await answered(pillar.context, response("finance", rater=Rater.GROUP, meeting="m-1"))

    async with pillar.browser("learn:evaluate", subject="eva") as client:
        shown = await page(client, f"/assessments/{await member_id(pillar)}")

    # work: basic 0 and high 1, so a half; law: moderate, a half
    assert "All sections together: 50%" in shown
    assert "Gap to what is aimed at: 0.4" in shown


async def test_answers_that_are_no_answers_are_told_beside_their_question(pillar: Learn) -> None:
    changed = document(scoring={"family": "ordinal"})
    changed["items"][1] = {
        "id": "staff", "section": "work", "kind": "number", "lowest": 0, "highest": 500, "texts": {"en": "How many?"},
    }  # fmt: skip
    changed["items"][0]["evidence"] = True
    await civil_servant(pillar.context, "p-1", number="amina")
    await campaign(pillar.context, **changed)

    async with pillar.browser(person_id="amina") as client:
        one = f"/assessments/{await member_id(pillar)}/self"
        asked = await page(client, f"{one}/1")
        many = await send(client, asked, f"{one}/1", plan="basic", staff="many")
        large = await send(client, asked, f"{one}/1", staff="900")
        fine = await send(client, asked, f"{one}/1", plan="basic", staff="40", **{"plan-evidence": "Plan of 2026"})

    assert "Enter a number" in many.text
    assert "Say what the evidence is" in many.text
    assert "below the lowest or above the highest" in large.text
    assert fine.status_code == 303


async def test_nobody_else_sees_or_answers_somebodys_assessment(pillar: Learn) -> None:
    await civil_servant(pillar.context, "p-1", number="amina")
    await campaign(pillar.context)
    member = await member_id(pillar)

    async with pillar.browser(subject="kofi") as client:
        statuses = [
            (await client.get(path)).status_code
            for path in (
                f"/assessments/{member}", f"/assessments/{member}/self", f"/assessments/{member}/self/1",
                f"/assessments/{member}/manager", f"/assessments/{member}/self/offline",
                f"/assessments/{member}/self/file", "/campaigns/spring/findings", "/campaigns/spring",
            )
        ]  # fmt: skip

    assert statuses == [404] * 6 + [403] * 2


@pytest.mark.requirement("F1.4")
async def test_a_facilitator_enters_what_a_group_said(pillar: Learn) -> None:
    await ministry(pillar.context, "finance")
    await campaign(pillar.context, raters=(Rater.GROUP,), unit="organisation")
    one = f"/assessments/{await member_id(pillar)}/group"

    async with pillar.browser("learn:facilitate") as client:
        for number, given in ((1, {"plan": "basic", "talk": "high"}), (2, {"rules": "high"})):
            await send(client, await page(client, f"{one}/{number}"), f"{one}/{number}", **given)
        words = await page(client, f"{one}/words")
        await send(client, words, f"{one}/words", notes="All agreed.", attendance="Amina Kone, Treasury\nKofi Mensah")
        check = await page(client, f"{one}/check")
        sent = await send(client, check, f"{one}/check")
    async with pillar.browser("learn:evaluate", subject="eva") as client:
        shown = await page(client, f"/assessments/{await member_id(pillar)}")
    async with pillar.browser("learn:plan") as client:
        found = await page(client, "/campaigns/spring/findings")

    # Organisations have no gender and no post.
    assert [f"/findings/{name}?" in found for name in ("organisation", "place", "gender", "profile")] == [
        True, True, False, False,
    ]  # fmt: skip
    assert sent.status_code == 303
    assert "Amina Kone, Treasury; Kofi Mensah" in shown
    assert "All agreed." in shown
    assert "Basic: 1" in found


@pytest.mark.requirement("F1.3")
async def test_findings_wait_for_the_end_and_hide_small_cells(pillar: Learn) -> None:
    for number in range(14):
        place = "north" if number < 7 else "south" if number < 12 else "west"
        await civil_servant(pillar.context, f"p-{number}", place=place)
    await campaign(pillar.context)
    await answered(pillar.context, *(response(f"p-{number}") for number in range(14)))

    async with pillar.browser("learn:lead") as client:
        early = await page(client, "/campaigns/spring/findings")
        await closed(pillar)
        late = await page(client, "/campaigns/spring/findings")
        place = await page(client, "/campaigns/spring/findings/place?section=law")
        others = [await page(client, f"/campaigns/spring/findings/{name}") for name in ("organisation", "gender")]
        files = [await client.get(f"/campaigns/spring/findings/file?format={kind}") for kind in ("csv", "json", "xlsx")]
        names = await client.get("/campaigns/spring/findings/responses")
    table = re.sub(r"<[^>]+>|\s+", " ", place)

    # Levels have no mean, so that there is no middle of means to show.
    assert ("Results by section" in late, "Middle result" in late) == (True, False)
    assert "Results are shown when the campaign has closed" in early
    assert "Basic: 14" in late
    assert "Figures of fewer than 5 people are hidden" in late
    assert re.search(r"north.*7.*Moderate: 7", table)
    assert re.search(r"west\s+Assessed\s+2\s+Answered\s+Hidden", table)
    assert re.search(r"south\s+Assessed\s+5\s+Answered\s+Hidden", table)
    assert "Moderate: 5" not in table
    assert ("Organisation" in others[0], "Women" in others[1]) == (True, True)
    assert [one.status_code for one in (*files, names)] == [200, 200, 200, 403]
    assert "response rate by place,west,,,,,2,hidden" in files[0].text
    assert files[1].json()["cells"]["place"][2] == {
        "cell": "west",
        "sections": [
            {"section": name, "categories": ["absent", "basic", "moderate", "high"], "counts": None, "middle": None}
            for name in ("work", "law")
        ],
    }


@pytest.mark.requirement("F1.3")
async def test_a_country_sets_its_own_smallest_number(databases: Databases) -> None:
    pillar = await learn(databases, LEARN_SMALL_CELL_MIN="8")
    for number in range(6):
        await civil_servant(pillar.context, f"p-{number}")
    await campaign(pillar.context)
    await answered(pillar.context, *(response(f"p-{number}") for number in range(6)))
    await closed(pillar)

    async with pillar.officer("learn:lead") as client:
        found = (await client.get(f"{API}/campaigns/spring/findings")).json()

    assert (found["fewest"], found["answered"]) == (8, 6)
    assert [one["counts"] for one in found["sections"]] == [None, None]


async def test_an_erased_person_stays_counted_in_findings(pillar: Learn) -> None:
    for number in range(6):
        await civil_servant(pillar.context, f"p-{number}")
    await campaign(pillar.context)
    await answered(pillar.context, *(response(f"p-{number}") for number in range(6)))
    await closed(pillar)
    async with pillar.context.database.transaction() as tx:
        await answers.forget(tx, "p-0")

    async with pillar.officer("learn:lead") as client:
        found = (await client.get(f"{API}/campaigns/spring/findings")).json()

    assert (found["asked"], found["answered"]) == (6, 6)
    assert found["sections"][0]["counts"] == [0, 6, 0, 0]


@pytest.mark.requirement("F1.5")
async def test_the_form_without_connection_carries_the_questions_and_its_file_is_taken_once(pillar: Learn) -> None:
    await civil_servant(pillar.context, "p-1", number="amina")
    await campaign(pillar.context)
    one = f"/assessments/{await member_id(pillar)}/self"
    row = {"id": "0123456789abcdef", "about": "p-1", "rater": "self", "plan": "basic", "language": "en", "notes": "Hi"}
    files: dict[str, Any] = {"file": ("answers.json", json.dumps([row]).encode(), "application/json")}
    other: dict[str, Any] = {"file": ("answers.json", json.dumps([{"id": "x", "plan": "superb"}]).encode(), "")}

    async with pillar.browser(person_id="amina") as client:
        form = await client.get(f"{one}/offline")
        asked = await page(client, f"{one}/file")
        sent = [await send(client, await page(client, f"{one}/file"), f"{one}/file", files=files) for _ in range(2)]
        wrong = await send(client, asked, f"{one}/file", files=other)
    async with pillar.context.database.reading() as tx:
        kept = await tx.fetch("SELECT id FROM response")

    assert form.headers["content-disposition"] == 'attachment; filename="form-spring-en.html"'
    assert 'data-about="p-1"' in form.text
    assert form.text.count('type="radio"') == 18
    assert "http" not in re.sub(r"\s", "", form.text)
    assert [answer.status_code for answer in sent] == [303, 303]
    assert [one["id"] for one in kept] == ["0123456789abcdef"]
    assert "must be an id of 8 to 100" in wrong.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_forms_to_take_along_come_in_the_languages_of_the_instrument(pillar: Learn, language: str) -> None:
    await ministry(pillar.context, "finance")
    found = next(one for one in instruments.seeds() if one.id == "rapid-skills")
    shape = json.loads(json.dumps(instruments.msgspec.to_builtins(found)))
    await campaign(pillar.context, raters=(Rater.GROUP,), **{**shape, "id": "rapid-country"})
    title = found.sections[0].titles[language]

    async with pillar.browser("learn:plan") as client:
        forms = await page(client, f"/campaigns/spring/forms?lang={language}")
        paper = await page(client, f"/campaigns/spring/forms/paper?language={language}")
        offline = await client.get(f"/campaigns/spring/forms/offline?language={language}")

    assert f"language={language}" in forms
    assert title in paper
    assert title in offline.text
    assert f'lang="{language}"' in offline.text


async def test_an_administrator_writes_the_next_version_on_a_page(pillar: Learn) -> None:
    given = json.dumps(document())
    faulty = json.dumps(document(items=[{**document()["items"][0], "scale": "nothing"}]))

    async with pillar.browser("learn:plan", "learn:administer") as client:
        asked = await page(client, "/new-instrument")
        nothing = await send(client, asked, "/new-instrument", document=" ")
        broken = await send(client, asked, "/new-instrument", document="[}")
        wrong = await send(client, asked, "/new-instrument", document=faulty)
        kept = await send(client, asked, "/new-instrument", document=given)
        shown = await page(client, "/instruments/skills")
        next_ = await page(client, "/instruments/skills/next")
        sent = await send(client, next_, "/instruments/skills/next", document=given.replace("Skills", "Our skills"))
        first = await page(client, "/instruments/skills?version=1")
        listed = await page(client, "/instruments")
        file = await client.get("/instruments/skills/file?version=2")
    async with pillar.browser("learn:plan", subject="kofi") as client:
        refused = await client.get("/instruments/skills/next")

    assert "Enter the document or choose a file" in nothing.text
    assert "cannot be read as YAML" in broken.text
    assert "items.plan" in wrong.text
    assert (kept.status_code, sent.status_code, refused.status_code) == (303, 303, 403)
    assert "How well do you plan?" in shown
    assert "Our skills" not in first
    assert "Our skills" in listed
    assert file.json()["titles"] == {"en": "Our skills"}

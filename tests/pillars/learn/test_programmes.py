"""Programmes: the journey in steps, the plan with its costs, approval with open points, and papers."""

from __future__ import annotations

import io
from typing import Any

import docx
import openpyxl
import pytest

from govstack.kernel import i18n
from govstack.pillars.learn.response.programmes.model import ACTION_PLAN, COURSE_SHEET, IMPLEMENTATION
from tests.builders.learning import API, Learn, learn, page, send
from tests.databases import Databases

PROGRAMME = {
    "name": "Payments in a day",
    "challenge": "Payments take three weeks",
    "goals": ["managers"],
    "priorityGaps": ["E.2", "E.7"],
    "currency": "usd",
    "starts": "2026-01-01",
    "ends": "2026-12-31",
}
MEASURE = {
    "programme": "payments",
    "description": "Train 40 project managers",
    "responsibility": "Civil service college",
    "timeline": "March to May",
    "funding": 12_000,
    "source": "grant",
    "assistance": "Two trainers",
    "gaps": ["E.2"],
}
INDICATOR = {
    "programme": "payments",
    "name": "Days until payment",
    "definition": "Median of a month",
    "source": "Treasury",
    "unit": "days",
    "baseline": 21,
    "target": 1,
    "due": "2026-12-31",
}
BEFORE_APPROVAL = [f"s{number:02}" for number in range(1, 10)]


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    made = await learn(databases)
    async with made.officer() as client:
        for path, content in (
            ("programmes/payments", PROGRAMME), ("measures/train", MEASURE), ("indicators/days", INDICATOR)
        ):  # fmt: skip
            answer = await client.put(f"{API}/{path}", json={"content": content})
            assert answer.status_code == 200, answer.text
    return made


async def finished(pillar: Learn) -> None:
    """Do the nine steps before approval."""
    async with pillar.officer() as client:
        terms = (await client.get(f"{API}/vocabularies/journey-step")).json()["terms"]
        for term in terms[:9]:
            content = {"programme": "payments", "step": term["code"], "state": "done", "outputs": "A list"}
            made = await client.put(f"{API}/programme-steps/payments.{term['code']}", json={"content": content})
            assert made.status_code == 200, made.text


@pytest.mark.requirement("F7.1")
async def test_a_step_has_state_owner_inputs_and_outputs_and_can_be_opened_again(pillar: Learn) -> None:
    step = {"programme": "payments", "step": "s01-profiles", "state": "done", "owner": "Amina", "inputs": "Posts"}
    async with pillar.officer() as client:
        empty = await client.put(f"{API}/programme-steps/payments.s01-profiles", json={"content": step})
        for state in ("done", "again"):
            content = {**step, "state": state, "outputs": "Nine profiles"}
            await client.put(f"{API}/programme-steps/payments.s01-profiles", json={"content": content})
        history = await client.get(f"{API}/programme-steps/payments.s01-profiles/history")
        review = await client.get(f"{API}/programmes/payments/review")

    assert (empty.status_code, list(empty.json()["fields"])) == (400, ["outputs"])
    assert [one["content"]["state"] for one in history.json()["revisions"]] == ["again", "done"]
    assert review.json()["stepsDone"] == 0


@pytest.mark.requirement("F7.1")
async def test_the_journey_leads_from_step_to_step(pillar: Learn) -> None:
    async with pillar.browser("learn:plan") as client:
        start = await page(client, "/programmes/payments/journey")
        begun = await send(client, start, "/journey/s01-profiles")
        form = await page(client, begun.headers["location"])
        await send(
            client, form, "/change", programme="payments", step="s01-profiles", state="done", outputs="Nine profiles"
        )
        after = await page(client, "/programmes/payments/journey")
        unknown = await client.post("/programmes/payments/journey/s99")

    assert "Begin: 1. Define profiles" in start
    assert "Begin: 2. Assess needs" in after
    assert unknown.status_code in {403, 404}


async def test_an_indicator_says_what_its_figures_count(pillar: Learn) -> None:
    async with pillar.officer() as api, pillar.browser("learn:plan") as client:
        await api.put(f"{API}/indicators/days", json={"content": INDICATOR})
        shown = await page(client, "/programmes/payments/journey")

    assert "Days until payment (days)" in shown


async def word(pillar: Learn, code: str, **more: object) -> None:
    """Change a step of the country, or add one."""
    async with pillar.officer("learn:administer") as client:
        known = (await client.get(f"{API}/vocabularies/journey-step")).json()["terms"]
        told = next((one for one in known if one["code"] == code), {})
        kept = {name: told[name] for name in ("labels", "position", "retired", "notes", "role") if name in told}
        answer = await client.put(f"{API}/vocabularies/journey-step/{code}", json={**kept, **more})
        assert answer.status_code == 200, answer.text


async def retire(pillar: Learn, vocabulary: str, term: dict[str, Any]) -> None:
    """Retire a word."""
    told = {name: term[name] for name in ("labels", "position", "notes")}
    async with pillar.officer("learn:administer") as client:
        await client.put(f"{API}/vocabularies/{vocabulary}/{term['code']}", json={**told, "retired": True})


async def steps_done(pillar: Learn) -> tuple[int, int]:
    """Return how many steps the dashboard counts as done, and of how many."""
    async with pillar.officer("learn:plan") as client:
        figures = (await client.get(f"{API}/dashboard")).json()["figures"]
    (found,) = [(one["value"], one["of"]) for one in figures if one["name"] == "steps-done"]
    return found


async def lacking(pillar: Learn) -> list[str]:
    """Return the steps that a plan still lacks."""
    async with pillar.officer() as client:
        points = (await client.get(f"{API}/programmes/payments/review")).json()["openPoints"]
    return [one.partition(": ")[2] for one in points if one.startswith("A step before the plan")]


@pytest.mark.requirement("F7.1")
async def test_a_thirteenth_step_of_a_country_reaches_a_programme_that_began_before(pillar: Learn) -> None:
    await finished(pillar)
    await word(pillar, "s13-share", labels={"en": "13. Share what was learnt"}, position=13)
    after_the_plan = await lacking(pillar)
    await word(pillar, "s13-share", position=2)
    before_the_plan = await lacking(pillar)
    async with pillar.browser("learn:plan") as client:
        shown = await page(client, "/programmes/payments/journey")
        begun = await send(client, shown, "/journey/s13-share")
    done = await steps_done(pillar)

    assert (after_the_plan, before_the_plan) == ([], ["13. Share what was learnt"])
    assert shown.index("2. Assess needs") < shown.index("13. Share what was learnt") < shown.index("3. Find gaps")
    assert begun.headers["location"].endswith("/programme-steps/payments.s13-share/change")
    assert done == (9, 13)


@pytest.mark.requirement("F7.1")
async def test_a_retired_step_is_asked_of_nobody_and_stays_where_it_was_done(pillar: Learn) -> None:
    async with pillar.officer() as client:
        content = {"programme": "payments", "step": "s01-profiles", "state": "done", "outputs": "Nine profiles"}
        await client.put(f"{API}/programme-steps/payments.s01-profiles", json={"content": content})
        begun = {"programme": "payments", "step": "s02-needs", "state": "open"}
        await client.put(f"{API}/programme-steps/payments.s02-needs", json={"content": begun})
        await client.put(f"{API}/programmes/young", json={"content": {**PROGRAMME, "name": "Young"}})
    for code in ("s01-profiles", "s02-needs", "s03-gaps"):
        await word(pillar, code, retired=True)
    async with pillar.browser("learn:plan") as client:
        old, young = [await page(client, f"/programmes/{one}/journey") for one in ("payments", "young")]
    async with pillar.officer() as client:
        history = await client.get(f"{API}/programme-steps/payments.s01-profiles/history")
    done = await steps_done(pillar)

    assert ["1. Define profiles" in text for text in (old, young)] == [True, False]
    assert ["2. Assess needs" in text for text in (old, young)] == [True, False]
    assert ["3. Find gaps" in text for text in (old, young)] == [False, False]
    assert "Begin: 4. Review what there is" in old
    assert [one[0] for one in await lacking(pillar)] == ["4", "5", "6", "7", "8", "9"]
    assert history.json()["revisions"][0]["content"]["outputs"] == "Nine profiles"
    assert done == (1, 19)


@pytest.mark.requirement("F7.1")
async def test_a_country_says_at_which_step_a_plan_is_complete(pillar: Learn) -> None:
    await word(pillar, "s03-gaps", role="plan")
    await word(pillar, "s09-cost", retired=True)
    moved = await lacking(pillar)
    await word(pillar, "s03-gaps", role="")
    place_kept = await lacking(pillar)
    await word(pillar, "s09-cost", role="")
    none = await lacking(pillar)
    async with pillar.officer("learn:administer") as client:
        unknown = await client.put(
            f"{API}/vocabularies/journey-step/s01-profiles", json={"labels": {"en": "Who"}, "role": "end"}
        )

    assert [one[0] for one in moved] == ["1", "2", "3"]
    assert [one[0] for one in place_kept] == ["1", "2", "3", "4", "5", "6", "7", "8"]
    assert none == []
    assert unknown.status_code == 400


@pytest.mark.requirement("F7.2", "F7.3", "F7.4")
async def test_the_plan_has_the_six_columns_and_the_sheets_their_parts() -> None:
    assert [one.name for one in ACTION_PLAN] == [
        "description", "responsibility", "timeline", "funding", "source", "assistance"
    ]  # fmt: skip
    assert [one.name for one in COURSE_SHEET.fields if one.name not in {"programme", "name"}] == [
        "background", "persona", "objectives", "focus", "methodology", "design", "evaluation", "agenda"
    ]  # fmt: skip
    assert [one.name for one in IMPLEMENTATION.fields if one.name not in {"programme", "name"}] == [
        "what", "timeline", "accountability", "assumptions", "budget", "mel", "risks"
    ]  # fmt: skip


@pytest.mark.requirement("F7.2")
@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_whoever_names_a_source_of_funding_reads_what_each_is_for(pillar: Learn, language: str) -> None:
    async with pillar.officer() as client:
        terms = (await client.get(f"{API}/vocabularies/funding-source")).json()["terms"]
        paths = (await client.get(f"{API}/vocabularies/funding-pathway")).json()["terms"]
        way = await client.put(f"{API}/programmes/way", json={"content": {**PROGRAMME, "pathway": "donor-government"}})
    async with pillar.browser("learn:plan", "learn:administer") as client:
        client.cookies.set("language", language)
        shown = await page(client, f"/measures/new?lang={language}")
    await retire(pillar, "funding-source", terms[0])
    async with pillar.browser("learn:plan") as client:
        later = await page(client, "/measures/new")

    assert [len(one["notes"]) for one in terms] == [5] * 5
    assert (len(paths), way.status_code) == (6, 200)
    assert all(one["notes"][language] in shown for one in terms)
    assert [one["notes"]["en"] in later for one in terms] == [False, True, True, True, True]


@pytest.mark.requirement("F7.3", "F7.4")
@pytest.mark.parametrize(
    ("kind", "plural"), [(COURSE_SHEET, "course-sheets"), (IMPLEMENTATION, "implementation-plans")]
)
async def test_a_sheet_without_one_of_its_parts_is_refused(pillar: Learn, kind: object, plural: str) -> None:
    whole = {one.name: "Text" for one in kind.fields} | {"programme": "payments"}  # type: ignore[attr-defined]
    async with pillar.officer() as client:
        for missing in whole:
            content = {name: text for name, text in whole.items() if name != missing}
            answer = await client.post(f"{API}/{kind.plural}", json={"content": content})
            assert (answer.status_code, list(answer.json()["fields"])) == (400, [missing])
        taken = await client.post(f"{API}/{kind.plural}", json={"content": whole})

    assert taken.status_code == 201


@pytest.mark.requirement("F7.5")
async def test_approval_warns_of_measures_without_a_gap_and_gaps_without_a_measure(pillar: Learn) -> None:
    await finished(pillar)
    loose = {**{name: value for name, value in MEASURE.items() if name != "gaps"}, "description": "Buy chairs"}
    async with pillar.officer("learn:plan", "learn:lead") as client:
        before = await client.get(f"{API}/programmes/payments/review")
        await client.put(f"{API}/measures/chairs", json={"content": loose})
        review = await client.get(f"{API}/programmes/payments/review")
        unread, approved, again = [
            await client.post(f"{API}/programmes/payments/approve", json={"fingerprint": one.json()["fingerprint"]})
            for one in (before, review, review)
        ]
        kept = await client.get(f"{API}/programmes/payments")

    assert before.json()["openPoints"] == ["No measure closes the priority gap E.7 Business change management"]
    assert review.json()["openPoints"] == [
        "A measure closes no gap: Buy chairs", "No measure closes the priority gap E.7 Business change management"
    ]  # fmt: skip
    assert review.json()["funding"] == {"grant": 24_000}
    assert [one.status_code for one in (unread, approved, again)] == [409, 200, 409]
    assert kept.json()["content"]["openPoints"] == review.json()["openPoints"]


@pytest.mark.requirement("F7.5")
async def test_a_plan_whose_costs_changed_since_it_was_read_is_not_approved(pillar: Learn) -> None:
    await finished(pillar)
    async with pillar.officer("learn:plan", "learn:lead") as client, pillar.browser("learn:lead") as leader:
        before = (await client.get(f"{API}/programmes/payments/review")).json()
        shown = await page(leader, "/programmes/payments/journey")
        measure = (await client.get(f"{API}/measures")).json()["records"][0]
        dearer = {**measure["content"], "funding": 10_000_000}
        await client.put(f"{API}/measures/{measure['id']}", json={"content": dearer})
        after = (await client.get(f"{API}/programmes/payments/review")).json()
        unread = await client.post(f"{API}/programmes/payments/approve", json={"fingerprint": before["fingerprint"]})
        await send(leader, shown, "/approve")
        told = await page(leader, "/programmes/payments/journey")
        state = (await client.get(f"{API}/programmes/payments/review")).json()["state"]

    assert before["openPoints"] == after["openPoints"]
    assert (unread.status_code, unread.json()["code"], state) == (409, "plan-unread", "draft")
    assert "The plan changed since you read it." in told


@pytest.mark.requirement("F7.5")
async def test_nobody_approves_but_those_who_lead_nor_by_writing_the_state(pillar: Learn) -> None:
    async with pillar.officer() as client, pillar.browser("learn:plan", "learn:lead") as leader:
        refused = await client.post(f"{API}/programmes/payments/approve", json={"fingerprint": ""})
        await client.put(f"{API}/programmes/payments", json={"content": {**PROGRAMME, "state": "approved"}})
        state = await client.get(f"{API}/programmes/payments/review")
        shown = await page(leader, "/programmes/payments/journey")
        told = await send(leader, shown, "/approve")
        after = await page(leader, "/programmes/payments/journey")
        await send(leader, after, "/reopen")
        reopened = await client.get(f"{API}/programmes/payments/review")

    assert refused.status_code == 403
    assert state.json()["state"] == "draft"
    assert told.status_code == 303
    assert "This plan is approved." in after
    assert reopened.json()["state"] == "draft"


@pytest.mark.requirement("F7.5")
async def test_what_is_changed_after_an_approval_is_told_and_the_programme_itself_loses_it(pillar: Learn) -> None:
    await finished(pillar)
    async with pillar.officer("learn:plan", "learn:lead") as client, pillar.browser("learn:plan") as planner:
        seen = (await client.get(f"{API}/programmes/payments/review")).json()["fingerprint"]
        await client.post(f"{API}/programmes/payments/approve", json={"fingerprint": seen})
        quiet = await page(planner, "/programmes/payments/journey")
        await client.put(f"{API}/measures/chairs", json={"content": {**MEASURE, "description": "Buy chairs"}})
        told = await page(planner, "/programmes/payments/journey")
        review = (await client.get(f"{API}/programmes/payments/review")).json()
        content = (await client.get(f"{API}/programmes/payments")).json()["content"]
        await client.put(f"{API}/programmes/payments", json={"content": content})
        same = (await client.get(f"{API}/programmes/payments/review")).json()
        await client.put(f"{API}/programmes/payments", json={"content": {**PROGRAMME, "name": "Payments in an hour"}})
        after = (await client.get(f"{API}/programmes/payments")).json()["content"]

    assert "changed after the approval" not in quiet
    assert "changed after the approval" in told
    assert "Buy chairs" in told
    assert (review["state"], review["changedSinceApproval"]) == ("approved", ["chairs"])
    assert same["state"] == "approved"
    assert {"state", "approvedBy", "approvedOn", "openPoints"} & set(after) == set()


@pytest.mark.requirement("F7.6")
@pytest.mark.parametrize(
    ("language", "heading", "due", "funding"),
    [
        ("en", "Action plan", "31 December 2026", "Total funding (USD)"),
        ("fr", "Plan d’action", "31 décembre 2026", "Financement total (USD)"),
    ],
)
async def test_a_plan_is_taken_out_as_document_spreadsheet_and_pdf(
    pillar: Learn, language: str, heading: str, due: str, funding: str
) -> None:
    async with pillar.officer() as client:
        files = {
            form: (await client.get(f"{API}/programmes/payments/paper?format={form}&language={language}")).content
            for form in ("docx", "xlsx", "pdf")
        }
    document = docx.Document(io.BytesIO(files["docx"]))
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"])).worksheets[0]
    cells = [cell.value for row in sheet.iter_rows() for cell in row]

    assert heading in [one.text for one in document.paragraphs]
    assert document.tables[0].rows[1].cells[0].text == "Train 40 project managers"
    assert {heading, "Train 40 project managers", 12_000, due, funding} <= set(cells)
    assert files["pdf"].startswith(b"%PDF")


@pytest.mark.requirement("F7.6")
async def test_a_plan_in_arabic_is_drawn(pillar: Learn) -> None:
    async with pillar.officer() as client:
        files = [
            await client.get(f"{API}/programmes/payments/paper?format={form}&language=ar") for form in ("docx", "pdf")
        ]

    assert [one.status_code for one in files] == [200, 200]
    assert b"/Lang (ar)" in files[1].content


async def test_whoever_only_leads_is_not_led_to_steps_that_nobody_began(pillar: Learn) -> None:
    async with pillar.browser("learn:lead") as leader, pillar.browser("learn:plan") as officer:
        shown = [await page(one, "/programmes/payments/journey") for one in (officer, leader)]

    assert ["/programmes/payments/journey/s01" in text for text in shown] == [True, False]
    assert all("1. Define profiles, roles and qualifications" in text for text in shown)


@pytest.mark.requirement("F7.1")
@pytest.mark.parametrize("act", ["approve", "reopen"])
async def test_a_programme_that_was_taken_out_of_use_is_not_brought_back_by_deciding_on_it(
    pillar: Learn, act: str
) -> None:
    async with pillar.officer("learn:lead", "learn:plan") as client:
        seen = (await client.get(f"{API}/programmes/payments/review")).json()["fingerprint"]
        await client.delete(f"{API}/programmes/payments")
        told = await client.post(f"{API}/programmes/payments/{act}", json={"fingerprint": seen})
        listed = (await client.get(f"{API}/programmes")).json()["records"]

    assert (told.status_code, listed) == (404, [])


@pytest.mark.requirement("F7.5")
async def test_a_measure_that_is_dropped_after_an_approval_is_told(pillar: Learn) -> None:
    await finished(pillar)
    async with pillar.officer("learn:plan", "learn:lead") as client, pillar.browser("learn:plan") as planner:
        await client.put(f"{API}/measures/chairs", json={"content": {**MEASURE, "description": "Buy chairs"}})
        await client.put(f"{API}/measures/tables", json={"content": {**MEASURE, "description": "Buy tables"}})
        await client.delete(f"{API}/measures/tables")
        seen = (await client.get(f"{API}/programmes/payments/review")).json()["fingerprint"]
        await client.post(f"{API}/programmes/payments/approve", json={"fingerprint": seen})
        quiet = (await client.get(f"{API}/programmes/payments/review")).json()
        await client.delete(f"{API}/measures/chairs")
        review = (await client.get(f"{API}/programmes/payments/review")).json()
        told = await page(planner, "/programmes/payments/journey")

    assert (quiet["changedSinceApproval"], review["changedSinceApproval"]) == ([], ["chairs"])
    assert "Buy chairs" in told

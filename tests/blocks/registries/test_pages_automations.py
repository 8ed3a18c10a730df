"""Automations on pages: made question by question, tried out, watched, paused, changed and deleted (DRS-19)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape
from typing import Any

import pytest

from govstack.blocks.registries.automations import service as automations
from govstack.blocks.registries.automations.model import Repeat, TriggerKind
from govstack.blocks.registries.design.model import Registry
from govstack.blocks.registries.mappings.model import read as rules_of
from govstack.blocks.registries.steering import schemas
from govstack.kernel.errors import NotFound
from tests.builders.automations import BY_HOOK, EVERY_HOUR, OWNER, definition, into, put, start, states, where, work
from tests.builders.records import content_of, plain
from tests.builders.registries import published
from tests.builders.registry_pages import ADMINISTER, ANALYSE, Visitor, desk, peopled, visitor
from tests.builders.running import Bench
from tests.databases import Databases
from tests.page_lint import lint

pytestmark = pytest.mark.requirement("DRS-19")
A = "/registry/people/automations"
NEW = "/registry/people/new-automation"
WHAT = {"name": "Tell the north", "code": "tell-north"}
WHEN = {"trigger": "daily", "time": "06:30", "zone": "Africa/Nairobi"}
WHICH = {
    "records": "some", "field-0": "/Region", "operator-0": "eq", "value-0": "north", "join": "all", "repeat": "once",
}  # fmt: skip
INTO = {"target": "registry", "registry": "north", "operation": "upsert", "match": "Code"}
MAPPING = {
    "from-line-0": "/ID", "to-line-0": "Code",
    "from-line-1": "/FirstName", "also-line-1": "/LastName", "convert-line-1": "join", "with-line-1": " ",
    "to-line-1": "Name",
}  # fmt: skip
LIMITS = {"records_max": "100", "calls_max": "10", "attempts_max": "3"}


@pytest.fixture
async def running(sqlite_databases: Databases) -> AsyncIterator[Bench]:
    async with desk(sqlite_databases) as bench:
        yield bench


@pytest.fixture
async def people(running: Bench) -> Registry:
    return (await peopled(running.context))[0]


@pytest.fixture
async def north(running: Bench) -> Registry:
    return await published(running.context, plain("north"))


@pytest.fixture
def steward(running: Bench, people: Registry, north: Registry) -> Visitor:
    return visitor(running, "olga", ADMINISTER, ANALYSE)


def carried(page: str) -> dict[str, Any]:
    """Return the answers that a page of questions sends along."""
    found: dict[str, Any] = {}
    main = page.partition("</main>")[0]
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', main):
        if name != "csrf_token":
            found.setdefault(name, []).append(unescape(value))
    return found


async def answered(steward: Visitor, *answers: dict[str, Any]) -> Any:
    """Answer question after question, each on its own page."""
    await steward.open(NEW)
    answer = None
    for one in answers:
        assert lint(steward.page) == []
        assert "There is a problem" not in steward.page
        answer = await steward.send(NEW, {**carried(steward.page), **one})
    return answer


async def test_an_automation_is_made_question_by_question_and_does_its_work(
    running: Bench, steward: Visitor, people: Registry, north: Registry
) -> None:
    await answered(steward, WHAT, WHEN, WHICH, INTO, MAPPING, LIMITS)
    checked = steward.page
    answer = await steward.send(NEW, {**carried(checked), "step": "send"})
    saved = steward.page
    await start(running.context, people, "tell-north")
    await work(running.context)

    made = (await automations.one(running.context, by=OWNER, code="people", name="tell-north")).definition
    assert (answer.status_code, lint(checked), lint(saved)) == (200, [], [])
    assert "Daily at 06:30, Africa/Nairobi" in checked
    assert (made.trigger.kind, made.repeat, made.attempts_max) == (TriggerKind.DAILY, Repeat.ONCE, 3)
    assert [one["Name"] for one in await content_of(running.context, north)] == ["አስቴር ከተማ", "ليلى حداد"]


async def test_a_registry_and_its_fields_are_chosen_and_nobody_is_asked_for_an_answer_that_does_not_come(
    steward: Visitor,
) -> None:
    await answered(steward, WHAT, WHEN, WHICH)
    where_to = steward.page
    await steward.send(NEW, {**carried(where_to), **INTO})
    mapping = steward.page
    await steward.send(NEW, {**carried(mapping), **MAPPING, "to-line-0": "/Code", "to-line-1": "/Name"})
    limits = steward.page
    await steward.send(NEW, {**carried(limits), **LIMITS})

    assert '<option value="north"' in where_to
    assert '<option value="/Code"' in mapping.partition('id="to-line-0"')[2].partition("</select>")[0]
    assert ("Question 6 of 6" in limits, "How much at a time?" in limits) == (True, True)
    assert ("Check the automation" in steward.page, "What is kept of the answer" in steward.page) == (True, False)


async def test_what_is_wrong_is_said_at_its_question(steward: Visitor) -> None:
    await answered(steward, {"name": "", "code": "No Code"})
    first = steward.page
    await answered(steward, WHAT, {"trigger": "timer", "every": "0", "unit": "hours"})
    second = steward.page
    answer = await answered(steward, WHAT, WHEN, WHICH, {**INTO, "registry": "nowhere"})

    assert "Enter what it does" in first
    assert "small letters" in first
    assert "Enter a whole number above 0" in second
    assert answer.status_code == 400
    assert "This registry is not published. Choose another one" in steward.page
    assert "Where do results go?" in steward.page
    assert [lint(page) for page in (first, second, steward.page)] == [[], [], []]


@pytest.mark.requirement("X050")
@pytest.mark.parametrize(
    ("answers", "place", "said"),
    [
        ([{"name": "x" * 201, "code": "x"}], "name", "Enter a name of at most 200 characters"),
        ([WHAT, {"trigger": "daily", "time": "25:00"}], "time", "Enter a time such as 06:30"),
        ([WHAT, {**WHEN, "zone": "Nowhere"}], "zone", "Enter a time zone such as Africa/Nairobi"),
        (
            [WHAT, {"trigger": "timer", "every": "600000", "unit": "minutes"}],
            "every",
            "Enter a number from 1 to 525600",
        ),
        ([WHAT, WHEN, WHICH, {**INTO, "match": ""}], "match", "Enter the fields by which the record is found"),
        ([WHAT, WHEN, WHICH, {**INTO, "match": "Shoe"}], "match", "The registry north has no field Shoe."),
        (
            [WHAT, WHEN, WHICH, {"target": "webhook", "address": "http://x.org"}],
            "address",
            "Enter an address that starts",
        ),
        (
            [WHAT, WHEN, WHICH, {"target": "service", "service": "A/B/C/D"}],
            "target",
            "Automations may not call as this",
        ),
        (
            [WHAT, WHEN, WHICH, INTO, {**MAPPING, "to-line-1": "Shoe"}],
            "to-line-1",
            "The registry north has no field Shoe.",
        ),
        (
            [WHAT, WHEN, WHICH, INTO, {**MAPPING, "to-line-0": "Name"}],
            "from-line-0",
            "The record is found by Code. Add a",
        ),
        ([WHAT, WHEN, WHICH, INTO, {**MAPPING, "to-line-0": ""}], "to-line-0", "Line 1: say where its value goes"),
        (
            [WHAT, WHEN, WHICH, INTO, {**MAPPING, "from-line-0": "", "convert-line-0": "text"}],
            "from-line-0",
            "Line 1: choose",
        ),
        (
            [WHAT, WHEN, WHICH, INTO, {**MAPPING, "convert-line-0": "lookup"}],
            "with-line-0",
            "Line 1: enter a table such as",
        ),
        (
            [WHAT, WHEN, WHICH, INTO, MAPPING, {**LIMITS, "attempts_max": "99"}],
            "attempts_max",
            "Enter a number from 1",
        ),
    ],
)
async def test_each_page_checks_its_own_answers_and_leads_to_them(
    steward: Visitor, answers: list[dict[str, Any]], place: str, said: str
) -> None:
    answer = await answered(steward, *answers)

    assert (answer.status_code, lint(steward.page)) == (400, [])
    assert f'<a href="#{place}">{said}' in steward.page
    assert f'id="{place}"' in steward.page


async def test_a_right_that_is_missing_is_told_where_it_is_needed(running: Bench, steward: Visitor) -> None:
    without = visitor(running, "ada", ADMINISTER)
    await answered(without, WHAT, WHEN, {"records": "all", "repeat": "once"}, INTO)

    assert '<a href="#registry">You do not have the right that this needs' in without.page


async def test_a_code_is_taken_once(running: Bench, steward: Visitor, people: Registry, north: Registry) -> None:
    await put(running.context, people, definition(EVERY_HOUR, into(north), {"from": "ID", "to": "Code"}), name="taken")
    await answered(steward, {"name": "x", "code": "taken"})

    assert "Another automation has this code" in steward.page


async def test_one_answer_is_changed_and_the_rest_stays(
    running: Bench, steward: Visitor, people: Registry, north: Registry
) -> None:
    given = definition(EVERY_HOUR, into(north), {"from": "ID", "to": "Code"}, condition=where(Region="north"))
    await put(running.context, people, given)
    await steward.open(f"{A}/pass-on/change")
    await steward.send(f"{A}/pass-on/change", {**carried(steward.page), "step": "when"})
    when = {"trigger": "timer", "every": "15", "unit": "minutes"}
    await steward.send(f"{A}/pass-on/change", {**carried(steward.page), **when})
    await steward.send(f"{A}/pass-on/change", {**carried(steward.page), "step": "send"})

    made = (await automations.one(running.context, by=OWNER, code="people", name="pass-on")).definition
    assert (made.trigger.minutes, made.condition, made.mapping) == (15, given.condition, given.mapping)


async def test_it_is_paused_run_and_deleted_and_its_secret_is_shown_once(
    running: Bench, steward: Visitor, people: Registry, north: Registry
) -> None:
    given = definition(BY_HOOK, into(north), {"from": "ID", "to": "Code"})
    await put(running.context, people, given)
    await steward.open(f"{A}/pass-on")
    await steward.send(f"{A}/pass-on", act="pause")
    await steward.open(f"{A}/pass-on")
    paused = steward.page
    await steward.send(f"{A}/pass-on", act="resume")
    await steward.send(f"{A}/pass-on", act="run")
    await work(running.context)
    await steward.open(f"{A}/pass-on")
    await steward.send(f"{A}/pass-on", act="secret")
    shown = steward.page
    await steward.open(f"{A}/pass-on")
    later = steward.page
    secret = re.search(r">([A-Za-z0-9_-]{43})<", shown)
    await steward.open(f"{A}/pass-on/delete")
    await steward.send(f"{A}/pass-on/delete")

    assert "Paused" in paused
    assert len(await content_of(running.context, north)) == 3
    assert secret
    assert secret[1] not in later
    assert [lint(page) for page in (paused, shown, later)] == [[], [], []]
    with pytest.raises(NotFound):
        await automations.one(running.context, by=OWNER, code="people", name="pass-on")


async def test_results_are_filtered_and_what_failed_is_tried_again(
    running: Bench, steward: Visitor, people: Registry, north: Registry
) -> None:
    mapping = {"from": "Income", "to": "Code", "convert": ["text"]}, {"from": "BirthDate", "to": "Name"}
    await put(running.context, people, definition(EVERY_HOUR, into(north), *mapping))
    await start(running.context, people)
    await work(running.context)
    await steward.open(f"{A}/pass-on/results")
    whole = steward.page
    await steward.open(f"{A}/pass-on/results?state=failed")
    failed = steward.page
    await steward.send(f"{A}/pass-on/results", result=re.findall(r'name="result" value="([^"]+)"', failed)[0])

    assert re.findall(r"<bdi>(Record \d)</bdi>", whole) == ["Record 3", "Record 2", "Record 1"]
    assert re.search(r">[0-9a-f]{8}-[0-9a-f-]{27}<", whole.partition("<footer")[0]) is None
    assert (whole.count('role="rowheader"'), failed.count('role="rowheader"')) == (3, 2)
    assert "Code has no value, so that no record can be found." in failed
    assert sorted(await states(running.context, people)) == ["done", "failed", "waiting"]
    assert [lint(page) for page in (whole, failed)] == [[], []]


async def test_a_page_tells_what_would_happen_to_a_record(
    running: Bench, steward: Visitor, people: Registry, north: Registry
) -> None:
    mapping = {"from": "ID", "to": "Code"}
    await put(running.context, people, definition(EVERY_HOUR, into(north), mapping, condition=where(Region="north")))
    uuids = re.findall(r"/records/([0-9a-f-]{36})", (await steward.open("/registry/people/records")).text)
    told = []
    for record in dict.fromkeys(uuids):
        await steward.open(f"{A}/pass-on/try")
        await steward.send(f"{A}/pass-on/try", record=record)
        assert lint(steward.page) == []
        told.append("A record would be entered" in steward.page)
    await steward.send(f"{A}/pass-on/try", record="unknown")

    assert sorted(told) == [False, True, True]
    assert "There is no such record" in steward.page
    assert await content_of(running.context, north) == []


async def test_whoever_may_not_manage_sees_no_buttons_and_no_values(
    running: Bench, people: Registry, north: Registry
) -> None:
    await put(running.context, people, definition(EVERY_HOUR, into(north), {"from": "ID", "to": "Code"}))
    watcher = visitor(running, "ann", ANALYSE)
    stranger = visitor(running, "sam")
    pages = [f"{A}/pass-on", f"{A}/pass-on/results", A, f"{A}/pass-on/try"]
    seen = [(await watcher.open(path)).status_code for path in pages]
    await watcher.open(f"{A}/pass-on")

    assert seen == [200] * 4
    assert "Run now" not in watcher.page
    assert (await watcher.open(NEW)).status_code == 403
    assert (await watcher.send(f"{A}/pass-on", act="pause")).status_code in {400, 403}
    assert [(await stranger.open(path)).status_code for path in [*pages, NEW]] == [403] * 5


def test_every_mapping_comes_back_from_its_form() -> None:
    given = rules_of(
        [
            {"from": ["/A", "/B"], "to": "C", "convert": [{"as": "join", "text": ", "}]},
            {"from": "/A", "to": ["B", "C"], "convert": [{"as": "split", "text": ";"}]},
            {"from": "/A", "to": "B", "convert": [{"as": "date", "text": "DD.MM.YYYY", "into": "YYYY"}]},
            {"from": "/A", "to": "B", "convert": [{"as": "lookup", "text": "o", "table": {"m": "x", "f": "y"}}]},
            {"from": [], "to": "B", "convert": [{"as": "constant", "text": "x"}]},
            {"from": "/A", "to": "B"},
        ]
    )
    long = rules_of([{"from": "/A", "to": "B", "convert": ["trim", "upper"]}])
    for rules in (given, long):
        form = schemas._lines(rules, "mapping", "line")

        assert schemas._rules(form, "mapping", "line") == rules

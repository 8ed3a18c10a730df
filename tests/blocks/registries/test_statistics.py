"""Statistics: figures over what a caller may see, with nobody recognisable in them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from govstack.blocks.registries.access.model import Comparison, Operator
from govstack.blocks.registries.admission.errors import FieldHidden, RightMissing
from govstack.blocks.registries.browsing.model import Comparing, Filter
from govstack.blocks.registries.design.model import FieldType, Registry, ServiceKind
from govstack.blocks.registries.records import service as records
from govstack.blocks.registries.statistics import service
from govstack.blocks.registries.statistics.errors import BadQuestion, PartlyVisible, TooManyGroups, UnknownReport
from govstack.blocks.registries.statistics.model import (
    Figures,
    Labels,
    Measure,
    Period,
    Question,
    Sums,
    figures,
    withheld,
)
from govstack.kernel import audit, clock
from govstack.kernel.actor import ANONYMOUS, Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import Forbidden
from tests.builders.records import analyst, desk
from tests.builders.registries import (
    ADMINISTRATOR,
    ANALYST,
    CLERK,
    bare_context,
    field,
    granted,
    people_fields,
    published,
)
from tests.databases import Databases

pytestmark = pytest.mark.requirement("DRS-26")
STATISTICS = ServiceKind.STATISTICS
SHOPS = (
    {"Town": "Hill", "Open": True, "Sales": 10.5, "Since": "2025-01-03"},
    {"Town": "Hill", "Open": False, "Sales": 4, "Since": "2025-01-05"},
    {"Town": "Lake", "Open": True, "Sales": 2.5, "Since": "2025-03-30"},
    {"Town": "Lake", "Since": "2026-03-30"},
    {"Open": True, "Sales": 1},
)


@pytest.fixture
async def context(databases: Databases) -> Context:
    return await bare_context(databases)


async def shops(context: Context) -> Registry:
    """A register of shops, in which nothing is personal."""
    fields = (
        field("Town"), field("Open", FieldType.BOOLEAN), field("Sales", FieldType.NUMBER),
        field("Since", FieldType.DATE), field("Pin", secret=True), field("Words", multiple=True),
    )  # fmt: skip
    registry = await published(context, fields=fields, default_grant=False)
    for one in SHOPS:
        await records.create(context, by=ANALYST, registry=registry, content=one)
    return registry


async def people(context: Context, *regions: str, **rest: Any) -> Registry:
    """A register of people, one for each region that is named."""
    registry = await published(context, fields=people_fields(), default_grant=False)
    for number, region in enumerate(regions):
        content = {"ID": f"EE{number}", "FirstName": f"N{number}", "Region": region, "Income": 100 + number, **rest}
        await records.create(context, by=ANALYST, registry=registry, content=content)
    return registry


async def asked(context: Context, registry: Registry, by: Actor = ANALYST, **question: Any) -> Figures:
    """The answer to a question."""
    return await service.ask(context, by=by, registry=registry, question=Question(**question))


def told(found: Figures) -> dict[Any, Any]:
    """The figures by their labels."""
    return {one.labels: one.value for one in found.cells}


@pytest.mark.parametrize(
    ("measure", "figures_"),
    [
        (Measure.SUM, {("Hill",): 14.5, ("Lake",): 2.5, (None,): 1}),
        (Measure.AVERAGE, {("Hill",): 7.25, ("Lake",): 2.5, (None,): 1}),
        (Measure.MINIMUM, {("Hill",): 4, ("Lake",): 2.5, (None,): 1}),
        (Measure.MAXIMUM, {("Hill",): 10.5, ("Lake",): 2.5, (None,): 1}),
    ],
)
async def test_a_number_is_worked_out_by_group(
    context: Context, measure: Measure, figures_: dict[tuple[str | None, ...], float]
) -> None:
    found = await asked(context, await shops(context), measure=measure, field="/Sales", groups=("/Town",))

    assert told(found) == figures_


async def test_records_are_counted_by_two_fields_of_any_type(context: Context) -> None:
    found = await asked(context, await shops(context), groups=("/Town", "/Open"))

    assert told(found) == {
        ("Hill", False): 1, ("Hill", True): 1, ("Lake", True): 1, ("Lake", None): 1, (None, True): 1,
    }  # fmt: skip
    assert found.total.value == 5


@pytest.mark.parametrize(
    ("period", "counts"),
    [
        (Period.DAY, {"2025-01-03": 1, "2025-01-05": 1, "2025-03-30": 1, "2026-03-30": 1, None: 1}),
        (Period.WEEK, {"2025-W01": 2, "2025-W13": 1, "2026-W14": 1, None: 1}),
        (Period.MONTH, {"2025-01": 2, "2025-03": 1, "2026-03": 1, None: 1}),
        (Period.YEAR, {"2025": 3, "2026": 1, None: 1}),
    ],
)
async def test_records_are_counted_over_time(context: Context, period: Period, counts: dict[str | None, int]) -> None:
    found = await asked(context, await shops(context), period=period, moment="/Since")

    assert {labels[0]: number for labels, number in told(found).items()} == counts


@pytest.mark.requirement("DRS-36")
async def test_dates_and_filters_narrow_what_is_counted(context: Context) -> None:
    registry = await shops(context)
    lake = (Filter("/Town", Comparing.IS, "Lake"),)

    found = await asked(context, registry, moment="/Since", since="2025-01-05", until="2025-03-30")
    narrowed = await asked(context, registry, moment="/Since", since="2025-01-05", until="2025-03-30", filters=lake)
    entered = await asked(context, registry, since="2020-01-01", until="2020-12-31")

    assert (found.total.value, narrowed.total.value, entered.total.value) == (2, 1, 0)


async def test_time_of_entry_is_counted_without_a_field(context: Context) -> None:
    with clock.fixed(datetime(2026, 2, 3, tzinfo=UTC)):
        registry = await shops(context)

    found = await asked(context, registry, period=Period.MONTH)

    assert told(found) == {("2026-02",): 5}


@pytest.mark.requirement("DRS-6")
async def test_nobody_counts_without_the_right(context: Context) -> None:
    registry = await shops(context)
    await granted(context, registry, "role:clerk", ServiceKind.LIST, ServiceKind.READ)

    with pytest.raises(RightMissing):
        await asked(context, registry, by=CLERK)


@pytest.mark.requirement("DRS-6")
async def test_only_records_that_the_caller_may_see_are_counted(context: Context) -> None:
    registry = await shops(context)
    await granted(context, registry, "role:clerk", STATISTICS, condition=Comparison(("Town",), Operator.EQ, "Hill"))

    found = await asked(context, registry, by=CLERK, measure=Measure.SUM, field="/Sales", groups=("/Town",))

    assert (told(found), found.total.value) == ({("Hill",): 14.5}, 14.5)


@pytest.mark.requirement("DRS-6")
async def test_a_field_counts_only_in_the_records_where_it_may_be_seen(context: Context) -> None:
    registry = await shops(context)
    everywhere, hill = frozenset({"Town"}), Comparison(("Town",), Operator.EQ, "Hill")
    await granted(context, registry, "role:clerk", STATISTICS, fields=everywhere)
    await granted(context, registry, "role:clerk", STATISTICS, condition=hill)

    towns = await asked(context, registry, by=CLERK)
    sales = await asked(context, registry, by=CLERK, measure=Measure.SUM, field="/Sales")

    assert (towns.total.value, sales.total.value) == (5, 14.5)


@pytest.mark.requirement("DRS-6")
@pytest.mark.parametrize(
    "question",
    [
        {"measure": Measure.SUM, "field": "/Sales"},
        {"groups": ("/Open",)},
        {"period": Period.DAY, "moment": "/Since"},
        {"moment": "/Since", "until": "2026-01-01"},
        {"filters": (Filter("/Sales", Comparing.FROM, "3"),)},
        {"filters": (Filter("/Open", Comparing.EMPTY),)},
    ],
)
async def test_no_question_touches_a_hidden_field(context: Context, question: dict[str, Any]) -> None:
    registry = await shops(context)
    await granted(context, registry, "role:clerk", STATISTICS, fields=frozenset({"Town"}))

    with pytest.raises(FieldHidden):
        await asked(context, registry, by=CLERK, **question)


@pytest.mark.requirement("DRS-15")
@pytest.mark.parametrize(
    "question",
    [
        {"groups": ("/Pin",)},
        {"groups": ("/Words",)},
        {"groups": ("/Town", "/Town")},
        {"groups": ("/Nothing",)},
        {"measure": Measure.SUM, "field": "/Town"},
        {"measure": Measure.SUM},
        {"field": "/Sales"},
        {"moment": "/Town", "period": Period.DAY},
        {"since": "tomorrow"},
        {"filters": (Filter("/Open", Comparing.STARTS, "t"),)},
    ],
)
async def test_a_question_that_does_not_fit_is_refused(context: Context, question: dict[str, Any]) -> None:
    registry = await shops(context)

    with pytest.raises(BadQuestion):
        await asked(context, registry, **question)


async def test_too_many_groups_are_refused(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    registry = await shops(context)
    monkeypatch.setattr(service, "CELLS_MAX", 2)

    with pytest.raises(TooManyGroups):
        await asked(context, registry, groups=("/Town",))


async def test_a_small_cell_and_the_one_that_would_reveal_it_are_withheld(context: Context) -> None:
    registry = await people(context, *["north"] * 7, *["south"] * 6, "east", "east")

    found = await asked(context, registry, groups=("/Region",))

    assert told(found) == {("east",): None, ("north",): 7, ("south",): None}
    assert found.total.value == 15
    assert all(one.records is None for one in found.cells if one.withheld)


async def test_a_sum_counts_the_records_that_have_the_number(context: Context) -> None:
    registry = await people(context, *["north"] * 4)
    for number in range(6):
        content = {"ID": f"X{number}", "Region": "north"}
        await records.create(context, by=ANALYST, registry=registry, content=content)

    counted = await asked(context, registry)
    earned = await asked(context, registry, measure=Measure.SUM, field="/Income")

    assert (counted.total.value, earned.total.value, earned.total.withheld) == (10, None, True)


@pytest.mark.parametrize("person", ["EE1", "nobody"])
async def test_whether_a_person_is_there_and_in_which_group_is_not_told(context: Context, person: str) -> None:
    registry = await people(context, *["north"] * 7)

    found = await asked(context, registry, groups=("/Region",), filters=(Filter("/ID", Comparing.IS, person),))

    assert (found.cells, found.total.value, found.total.records, found.total.withheld) == ((), None, None, True)


async def test_small_groups_of_a_personal_field_are_not_even_named(context: Context) -> None:
    registry = await people(context, *["north"] * 7)

    found = await asked(context, registry, groups=("/FirstName",))

    assert (found.cells, found.unlisted, found.total.value) == ((), True, 7)


async def test_the_largest_value_of_a_personal_field_is_one_persons(context: Context) -> None:
    fields = (*people_fields(), field("Age", FieldType.INTEGER, personal=True))
    registry = await published(context, fields=fields)

    with pytest.raises(BadQuestion):
        await asked(context, registry, measure=Measure.MAXIMUM, field="/Age")


async def test_an_analyst_sets_from_how_many_records_on_figures_are_given(context: Context) -> None:
    registry = await people(context, "north", "north", "north", "south", "south", "south")
    before = await asked(context, registry, groups=("/Region",))

    await service.set_smallest(context, by=ANALYST, code=registry.code, number=3)
    after = await asked(context, registry, groups=("/Region",))

    assert (told(before), told(after)) == (
        {("north",): None, ("south",): None}, {("north",): 3, ("south",): 3},
    )  # fmt: skip


@pytest.mark.parametrize("number", [0, 1, 2, 1_001])
async def test_a_limit_that_protects_nobody_is_refused(context: Context, number: int) -> None:
    registry = await people(context)

    with pytest.raises(BadQuestion):
        await service.set_smallest(context, by=ANALYST, code=registry.code, number=number)


async def test_a_stranger_sets_no_limit(context: Context) -> None:
    registry = await people(context)

    with pytest.raises(Forbidden):
        await service.set_smallest(context, by=CLERK, code=registry.code, number=3)


def test_cells_are_withheld_so_that_no_margin_reveals_them() -> None:
    numbers: dict[Labels, int] = {("n", "f"): 10, ("n", "m"): 2, ("s", "f"): 8, ("s", "m"): 9}

    hidden = withheld(numbers, 5)

    for place in (0, 1):
        for value in {labels[place] for labels in numbers}:
            line = [labels for labels in hidden if labels[place] == value]
            assert not line or (len(line) > 1 and sum(numbers[labels] for labels in line) >= 5)


def test_nothing_is_withheld_where_nothing_is_small() -> None:
    found = figures(
        Question(groups=("/A",)),
        {("x",): Sums(5), ("y",): Sums(9)},
        smallest=5,
        personal_labels=True,
        version="1",
        at="",
    )

    assert [(one.labels, one.value) for one in found.cells] == [(("x",), 5), (("y",), 9)]


async def test_a_question_about_people_is_audited_without_the_values_it_looks_for(context: Context) -> None:
    registry = await people(context, *["north"] * 7)

    await asked(context, registry, filters=(Filter("/ID", Comparing.IS, "EE1"),))

    async with context.database.reading() as tx:
        entries = await audit.entries(tx, action="registries.statistics.asked")
    assert "/ID" in entries[0].detail
    assert "EE1" not in entries[0].detail


async def test_a_report_is_kept_and_asked_again(context: Context) -> None:
    registry = await shops(context)
    question = Question(groups=("/Town",))
    kept = await service.keep(context, by=ANALYST, code=registry.code, name="Towns", question=question)
    again = await service.keep(context, by=ANALYST, code=registry.code, name="Towns", question=question)

    found = await service.report(context, by=ANALYST, code=registry.code, report_id=kept.id)

    assert (again.id, found.question, found.owner) == (kept.id, question, "analyst")


async def test_a_report_belongs_to_who_kept_it(context: Context) -> None:
    registry = await shops(context)
    await granted(context, registry, "role:clerk", STATISTICS)
    kept = await service.keep(context, by=ANALYST, code=registry.code, name="Towns", question=Question())

    await service.forget(context, by=CLERK, code=registry.code, report_id=kept.id)
    with pytest.raises(UnknownReport):
        await service.report(context, by=CLERK, code=registry.code, report_id=kept.id)

    assert len(await service.reports(context, by=ANALYST, code=registry.code)) == 1
    await service.forget(context, by=ANALYST, code=registry.code, report_id=kept.id)
    assert await service.reports(context, by=ANALYST, code=registry.code) == ()


async def test_nobody_known_keeps_no_report_that_the_next_one_would_find(context: Context) -> None:
    registry = await shops(context)
    await granted(context, registry, "anyone", STATISTICS)

    with pytest.raises(Forbidden):
        await service.keep(context, by=ANONYMOUS, code=registry.code, name="Towns", question=Question())

    assert (await asked(context, registry, by=ANONYMOUS)).total.value == 5


async def test_registrations_and_changes_are_counted_over_time(context: Context) -> None:
    with clock.fixed(datetime(2026, 2, 3, tzinfo=UTC)):
        registry = await shops(context)
        made = await records.create(context, by=ANALYST, registry=registry, content={"Town": "Sea"})
        await records.delete(context, by=ANALYST, registry=registry, address=made.uuid)

    found = await service.changes(
        context, by=ANALYST, registry=registry, period=Period.WEEK, since="2026-01-01", until="2026-12-31"
    )

    assert found.rows == (("2026-W06", "created", 6), ("2026-W06", "deleted", 1))


async def test_whoever_sees_a_part_sees_no_figures_of_the_whole_log(context: Context) -> None:
    registry = await shops(context)
    await granted(context, registry, "role:clerk", STATISTICS, fields=frozenset({"Town"}))

    with pytest.raises(PartlyVisible):
        await service.changes(context, by=CLERK, registry=registry, period=Period.DAY)


@pytest.mark.requirement("DRS-8")
async def test_auditors_see_which_offices_were_shown_personal_data(context: Context) -> None:
    from govstack.blocks.registries.reading import service as reading
    from govstack.blocks.registries.reading.model import Search

    registry = await people(context, "north")
    with clock.fixed(datetime(2026, 2, 3, tzinfo=UTC)):
        await reading.search(context, by=ANALYST, registry=registry, search=Search())
    auditor = Actor("person", "auditor", scopes=frozenset({"registries:audit"}))
    span = {"since": "2026-02-01", "until": "2026-02-28"}

    found = await service.readings(context, by=auditor, registry=registry, period=Period.MONTH, **span)

    assert found.rows == (("2026-02", "", 1),)
    with pytest.raises(Forbidden):
        await service.readings(context, by=ADMINISTRATOR, registry=registry, period=Period.MONTH)


@pytest.mark.requirement("DRS-36", "DRS-12")
async def test_a_script_reads_figures_as_json_and_csv(sqlite_databases: Databases) -> None:
    running = await desk(sqlite_databases)
    registry = await shops(running.context)
    base = f"http://govstack.test/api/v1/registries/{registry.code}"
    question = {"measure": "sum", "field": "Sales", "groupBy": ["Town"]}

    async with analyst(running) as client:
        found = (await client.post(f"{base}/statistics", json=question)).json()
        kept = await client.post(f"{base}/reports", json={"name": "Sales", "question": question})
        figures_ = await client.get(f"{base}/reports/{kept.json()['id']}/figures?format=csv")
        changes = (await client.get(f"{base}/statistics/changes?period=year")).json()
        uses = (await client.get(f"{base}/statistics/services")).json()
        listed = (await client.get(f"{base}/reports")).json()
        wrong = await client.post(f"{base}/statistics", json={**question, "groupBy": ["Pin"]})

    assert found["cells"][0] == {"group": {"/Town": "Hill"}, "value": 14.5, "records": 2}
    assert figures_.text.splitlines() == [
        "Town,sum,records,withheld", "Hill,14.5,2,", "Lake,2.5,1,", ",1,1,", ",18,4,",
    ]  # fmt: skip
    assert figures_.headers["content-type"] == "text/csv; charset=utf-8"
    assert (changes["rows"][0]["what"], changes["rows"][0]["number"]) == ("created", 5)
    assert {one["service"] for one in uses["services"]} >= {"data-list", "data-statistics"}
    assert [one["name"] for one in listed["reports"]] == ["Sales"]
    assert wrong.status_code == 400


async def test_text_that_would_run_in_a_spreadsheet_is_made_plain(sqlite_databases: Databases) -> None:
    running = await desk(sqlite_databases)
    registry = await shops(running.context)
    await records.create(running.context, by=ANALYST, registry=registry, content={"Town": "=1+1"})

    async with analyst(running) as client:
        path = f"http://govstack.test/api/v1/registries/{registry.code}/statistics?format=csv"
        answer = await client.post(path, json={"groupBy": ["Town"]})

    assert "'=1+1,1,1," in answer.text

"""Loading records by the million: batches, refusals, numbers and rights."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import AsyncIterator, Iterator

import msgspec
import pytest

from govstack.blocks.registries.admission.errors import RightMissing
from govstack.blocks.registries.contents.errors import InvalidContent
from govstack.blocks.registries.design.model import FieldType, ServiceKind
from govstack.blocks.registries.fields.model import Trigger, TriggerAction, TriggerCondition
from govstack.blocks.registries.loading import service as loading
from govstack.blocks.registries.records import service as records
from govstack.blocks.registries.writing.errors import Duplicate
from govstack.kernel.context import Context
from govstack.kernel.errors import Problem
from tests.builders.records import content_of, plain, stocked
from tests.builders.registries import ANALYST, CLERK, bare_context, field, granted, published
from tests.databases import Databases


@pytest.fixture
async def context(databases: Databases) -> Context:
    return await bare_context(databases)


def coded(count: int) -> Iterator[dict[str, object]]:
    """Records with numbers as codes."""
    return ({"Code": str(number)} for number in range(count))


@pytest.mark.requirement("DRS-24")
async def test_records_are_loaded_in_order_from_any_source(context: Context) -> None:
    registry = await published(context, plain())

    async def later() -> AsyncIterator[dict[str, object]]:
        for one in ({"Code": "x"}, {"Code": "y"}, {"Code": "z"}):
            yield one

    told: list[int] = []
    stored = await loading.load(
        context, by=ANALYST, registry=registry, rows=coded(5), batch=2, progress=told.append
    ) + await loading.load(context, by=ANALYST, registry=registry, rows=later(), batch=2)

    assert (stored, told) == (8, [2, 4, 5])
    assert [one["Code"] for one in await content_of(context, registry)] == [*"01234", "x", "y", "z"]
    assert (await records.verify(context, by=ANALYST, registry=registry)).sound


@pytest.mark.requirement("DRS-24")
async def test_a_row_that_does_not_fit_stops_the_load_with_its_place(context: Context) -> None:
    registry = await published(context, plain(further=[field("Age", FieldType.INTEGER)]))

    with pytest.raises(InvalidContent) as refused:
        await loading.load(context, by=ANALYST, registry=registry, rows=[*coded(3), {"Age": "old"}, *coded(3)], batch=2)

    assert refused.value.extra["row"] == 4
    assert len(await content_of(context, registry)) == 2


@pytest.mark.requirement("DRS-24")
async def test_rows_that_do_not_fit_are_reported_and_the_rest_is_stored(context: Context) -> None:
    given = plain(further=[field("Age", FieldType.INTEGER), field("Key", unique=True, length_max=20)])
    registry = await stocked(context, {"Key": "K0"}, given=given)
    rows = [{"Key": "K1"}, {"Age": "old"}, {"Key": "K0"}, {"Key": "K1"}, {"Key": "K2"}]
    refused: dict[int, Problem] = {}

    stored = await loading.load(
        context, by=ANALYST, registry=registry, rows=rows, refused=lambda row, why: refused.update({row.place: why})
    )

    assert (stored, {place: why.status for place, why in refused.items()}) == (2, {2: 400, 3: 409, 4: 409})
    assert [one["Key"] for one in await content_of(context, registry)] == ["K0", "K1", "K2"]
    assert (await records.verify(context, by=ANALYST, registry=registry)).sound


@pytest.mark.requirement("DRS-24")
@pytest.mark.parametrize("whole_key", [True, False])
async def test_each_row_that_another_record_keeps_out_is_reported_once(context: Context, whole_key: bool) -> None:
    further = [field("Year", FieldType.INTEGER), field("Key", unique=whole_key, length_max=20)]
    uniques = () if whole_key else (("Key", "Year"),)
    registry = await stocked(context, {"Key": "K3", "Year": 1}, given=plain(further=further, uniques=uniques))
    keys = ["K1", "K2", "K3", "K4", "K4", "K5", "K1", "K6"]
    told: list[int] = []

    stored = await loading.load(
        context, by=ANALYST, registry=registry, rows=[{"Key": key, "Year": 1} for key in keys] + [{"Year": "old"}],
        batch=3, refused=lambda row, _: told.append(row.place),
    )  # fmt: skip

    assert (stored, sorted(told)) == (5, [3, 5, 7, 9])
    assert [one["Key"] for one in await content_of(context, registry)] == ["K3", "K1", "K2", "K4", "K5", "K6"]
    assert (await records.verify(context, by=ANALYST, registry=registry)).sound


@pytest.mark.requirement("DRS-24")
async def test_a_load_that_fails_leaves_nothing_at_work(context: Context) -> None:
    registry = await stocked(context, {"Key": "K0"}, given=plain(further=[field("Key", unique=True, length_max=20)]))
    before, given = asyncio.all_tasks(), iter([{"Key": "K0"}, *coded(5_000)])

    with pytest.raises(Duplicate):
        await loading.load(context, by=ANALYST, registry=registry, rows=given, batch=1)

    assert asyncio.all_tasks() == before
    assert len(list(given)) > 4_900


@pytest.mark.requirement("DRS-24", "X017")
@pytest.mark.parametrize("value", ["a\x00b", "\ud800", ["\x00"], {"\x00": 1}, {"a": "\udfff"}])
async def test_text_that_no_database_can_hold_is_refused(context: Context, value: object) -> None:
    registry = await published(context, plain(further=[field("Box", FieldType.JSON)]))
    content = {"Name" if isinstance(value, str) else "Box": value}

    with pytest.raises(InvalidContent):
        await loading.load(context, by=ANALYST, registry=registry, rows=[content])


@pytest.mark.requirement("DRS-24")
async def test_a_batch_with_a_taken_value_is_refused_whole(context: Context) -> None:
    registry = await stocked(context, {"Key": "K0"}, given=plain(further=[field("Key", unique=True, length_max=20)]))

    with pytest.raises(Duplicate) as refused:
        await loading.load(context, by=ANALYST, registry=registry, rows=[{"Key": "K1"}, {"Key": "K0"}])

    assert (refused.value.extra["rows"], len(await content_of(context, registry))) == ("1 to 2", 1)


@pytest.mark.requirement("DRS-17", "DRS-24")
async def test_loaded_records_take_consecutive_numbers(context: Context) -> None:
    number = Trigger((TriggerCondition("==", ""),), (TriggerAction("set-value", "N{indexNoByCode:4}"),))
    registry = await published(
        context, plain(further=[field("No", read_only=True, triggers=(number,)), field("Status", default="new")])
    )

    await loading.load(context, by=ANALYST, registry=registry, rows=coded(3), batch=2)

    assert [(one["No"], one["Status"]) for one in await content_of(context, registry)] == [
        ("N0001", "new"), ("N0002", "new"), ("N0003", "new"),
    ]  # fmt: skip


@pytest.mark.requirement("DRS-6", "DRS-24")
async def test_loading_needs_the_right_to_create_many(context: Context) -> None:
    registry = await published(context, plain())
    with pytest.raises(RightMissing):
        await loading.load(context, by=CLERK, registry=registry, rows=coded(1))
    await granted(context, registry, "role:clerk", ServiceKind.BULK, fields=frozenset({"Code"}))

    stored = await loading.load(
        context, by=CLERK, registry=registry, rows=[{"Code": "A"}, {"Name": "B"}], refused=lambda *_: None
    )

    assert (stored, await content_of(context, registry)) == (1, [{"Code": "A"}])


@pytest.mark.requirement("DRS-24", "X050")
async def test_each_batch_is_told_once(context: Context) -> None:
    registry = await published(context, plain())
    await loading.load(context, by=ANALYST, registry=registry, rows=coded(3), batch=2)

    async with context.database.reading() as tx:
        rows = await tx.fetch("SELECT payload FROM job WHERE kind = 'event' ORDER BY number")
    told = [msgspec.json.decode(row["payload"]) for row in rows]
    assert [one["data"]["records"] for one in told if one["type"] == loading.LOADED] == [2, 1]


@pytest.mark.requirement("DRS-24", "X017")
@pytest.mark.parametrize(
    "value", [{"$documentId": "a\x00"}, {"url": "/a\x00b", "originalName": "a", "type": "image/png"}]
)
async def test_a_file_whose_name_no_database_can_hold_is_refused(context: Context, value: object) -> None:
    registry = await published(context, plain(further=[field("Scan", FieldType.FILE)]))

    with pytest.raises(InvalidContent):
        await loading.load(context, by=ANALYST, registry=registry, rows=[{"Scan": value}])


@pytest.mark.requirement("DRS-24")
async def test_a_long_load_keeps_no_more_than_a_batch_in_memory(sqlite_databases: Databases) -> None:
    context = await bare_context(sqlite_databases)
    registry = await published(context, plain())
    await loading.load(context, by=ANALYST, registry=registry, rows=coded(500), batch=500)
    tracemalloc.start()
    try:
        await loading.load(context, by=ANALYST, registry=registry, rows=coded(6_000), batch=500)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 8_000_000

"""Importing records: formats, previews, all or some of the rows, going on after a kill, and files that are not."""

from __future__ import annotations

import asyncio
import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import openpyxl
import pytest

from govstack.blocks.registries.admission.errors import RightMissing
from govstack.blocks.registries.contents.errors import InvalidContent
from govstack.blocks.registries.design.model import FieldType, Registry, ServiceKind
from govstack.blocks.registries.exporting import service as exporting
from govstack.blocks.registries.fields.model import Trigger, TriggerAction, TriggerCondition
from govstack.blocks.registries.importing import service as importing
from govstack.blocks.registries.importing.errors import BadMatching, ImportNotReady, TooManyImports, UnknownImport
from govstack.blocks.registries.importing.model import OPEN_IMPORTS_MAX, READ_AT_ONCE_BYTES_MAX, Mode, State
from govstack.blocks.registries.intake import service as intake
from govstack.blocks.registries.loading import service as loading
from govstack.blocks.registries.reading.model import Search
from govstack.blocks.registries.records import service as records
from govstack.kernel import clock
from govstack.kernel.actor import ANONYMOUS
from govstack.kernel.context import Context
from govstack.kernel.errors import BadRequest, Unauthenticated
from govstack.kernel.sheets import FileUnreadable, Format, opened
from tests.builders.imports import CONTENTS, every_field, refused, sent, taken, work
from tests.builders.records import content_of, plain, stocked
from tests.builders.registries import ANALYST, CLERK, bare_context, definition, field, granted, published
from tests.databases import Databases


@pytest.fixture
async def context(databases: Databases) -> Context:
    return await bare_context(databases)


@pytest.fixture
async def lone(sqlite_databases: Databases) -> Context:
    return await bare_context(sqlite_databases)


def keyed() -> Any:
    """A definition with a key that no two records share, and a number."""
    return plain(further=[field("Key", unique=True, length_max=20), field("Age", FieldType.INTEGER, minimum=0)])


def sheet(*rows: list[Any]) -> bytes:
    """A spreadsheet as other programs write it."""
    book, target = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(target)
    return target.getvalue()


async def exported(context: Context, registry: Registry, kind: Format, **rest: Any) -> bytes:
    """The file of an export."""
    stream = await exporting.export(
        context, by=rest.pop("by", ANALYST), registry=registry, search=rest.pop("search", Search()), kind=kind, **rest
    )
    return b"".join([part async for part in stream])


@pytest.mark.requirement("DRS-24", "DRS-25")
@pytest.mark.parametrize("kind", Format)
async def test_what_is_exported_is_imported_again_as_it_was(context: Context, kind: Format) -> None:
    first = await published(context, definition(fields=every_field()))
    await loading.load(context, by=ANALYST, registry=first, rows=CONTENTS)
    second = await published(context, definition(fields=every_field()))

    made = await taken(context, second, await exported(context, first, kind), kind, mode=Mode.ALL)

    assert (made.state, made.accepted, made.refused) == (State.DONE, len(CONTENTS), 0)
    assert await content_of(context, second) == await content_of(context, first)
    assert (await records.verify(context, by=ANALYST, registry=second)).sound


@pytest.mark.requirement("DRS-24")
async def test_good_rows_are_taken_and_the_others_told_with_their_numbers(context: Context) -> None:
    registry = await stocked(context, {"Key": "K0"}, given=keyed())
    lines = [
        "Key;Age;Name",
        "K1;7;Ann",
        "K2;old;Bo",
        "K0;1;Cy",
        "K1;2;Di",
        "K3;-1;Ed",
        "K4;1;",
        "K5;1",
        ";;",
        "K6;9;Fi",
    ]

    made = await taken(context, registry, "\r\n".join(lines).encode())

    wrong = {one.number: one.faults for one in await refused(context, registry, made)}
    assert (made.state, made.row_count, made.accepted, made.refused) == (State.DONE, 8, 3, 5)
    assert wrong == {
        3: {"Age": "must be a number"},
        4: {"Key": "is taken by another record"},
        5: {"Key": "is taken by another record"},
        6: {"Age": "must be at least 0"},
        8: {"": "has fewer values than there are columns"},
    }
    assert [one["Key"] for one in await content_of(context, registry)] == ["K0", "K1", "K4", "K6"]


@pytest.mark.requirement("DRS-24")
@pytest.mark.parametrize("wrong", ["K9;old", "K0;1", "K1;2"])
async def test_all_or_none_takes_none_when_one_row_does_not_fit(context: Context, wrong: str) -> None:
    registry = await stocked(context, {"Key": "K0"}, given=keyed())

    made = await taken(context, registry, f"Key;Age\nK1;7\n{wrong}\nK3;3".encode(), mode=Mode.ALL)

    assert (made.state, made.accepted, made.refused) == (State.REFUSED, 0, 1)
    assert [one.number for one in await refused(context, registry, made)] == [3]
    assert [one["Key"] for one in await content_of(context, registry)] == ["K0"]


@pytest.mark.requirement("DRS-24")
async def test_records_that_share_several_values_are_refused_one_by_one(context: Context) -> None:
    given = plain(further=[field("Year", FieldType.INTEGER)], uniques=(("Code", "Year"),))
    registry = await published(context, given)

    made = await taken(context, registry, b"Code,Year\nA,1\nA,2\nA,1\nB,1")

    assert (made.accepted, [one.number for one in await refused(context, registry, made)]) == (3, [4])


def in_groups_of(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    """Let imports take so many rows in a transaction."""
    monkeypatch.setattr(importing, "PART_ROWS", rows)
    monkeypatch.setattr(intake, "GROUP_PARTS", 1)


@pytest.mark.requirement("DRS-24", "X050")
async def test_an_import_that_was_killed_goes_on_and_takes_nothing_twice(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_groups_of(monkeypatch, 10)
    registry = await published(context, keyed())
    lines = ["Code,Age", *(f"C{number},{'x' if number % 7 == 0 else number}" for number in range(1, 101))]
    made = await sent(context, registry, "\n".join(lines).encode())
    await importing.confirm(context, by=ANALYST, registry=registry, import_id=made.id, mode=Mode.GOOD)
    calls = 0

    async def dying(*given: Any, **named: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise asyncio.CancelledError  # as when the process ends in the middle of its work
        await original(*given, **named)

    original = importing.settle
    monkeypatch.setattr(importing, "settle", dying)
    with pytest.raises(asyncio.CancelledError):
        await intake.take(context, import_id=made.id)
    stopped = await importing.found(context, by=ANALYST, registry=registry, import_id=made.id)

    await work(context)

    done = await importing.found(context, by=ANALYST, registry=registry, import_id=made.id)
    assert (stopped.state, stopped.reached) == (State.LOADING, 30)
    assert (done.state, done.accepted, done.refused) == (State.DONE, 86, 14)
    assert len(await refused(context, registry, done)) == 14
    codes = [one["Code"] for one in await content_of(context, registry)]
    assert codes == [f"C{number}" for number in range(1, 101) if number % 7]


@pytest.mark.requirement("DRS-24", "X050")
async def test_an_import_that_was_killed_between_two_rows_of_a_group_goes_on_behind_the_first(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = plain(further=[field("Year", FieldType.INTEGER)], uniques=(("Code", "Year"),))
    registry = await stocked(context, {"Code": "C9", "Year": 1}, given=given)
    made = await sent(context, registry, "\n".join(["Code,Year", *(f"C{n},1" for n in range(1, 21))]).encode())
    await importing.confirm(context, by=ANALYST, registry=registry, import_id=made.id, mode=Mode.GOOD)

    async def dying(*given: Any, **named: Any) -> None:
        if named["reached"] == 4:
            raise asyncio.CancelledError
        await original(*given, **named)

    original = importing.settle
    with monkeypatch.context() as patched:
        patched.setattr(importing, "settle", dying)
        with pytest.raises(asyncio.CancelledError):
            await intake.take(context, import_id=made.id)
    stopped = await importing.found(context, by=ANALYST, registry=registry, import_id=made.id)

    await work(context)

    done = await importing.found(context, by=ANALYST, registry=registry, import_id=made.id)
    assert (stopped.reached, stopped.accepted) == (3, 3)
    assert (done.state, done.accepted, done.refused) == (State.DONE, 19, 1)
    assert [one.number for one in await refused(context, registry, done)] == [10]
    assert len(await content_of(context, registry)) == 20


@pytest.mark.requirement("DRS-24")
async def test_a_group_without_a_good_row_is_dealt_with_too(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    in_groups_of(monkeypatch, 3)
    registry = await published(context, keyed())
    lines = ["Code,Age", *(f"C{n},{'x' if n < 9 else n}" for n in range(12))]

    made = await taken(context, registry, "\n".join(lines).encode())

    assert (made.state, made.reached, made.accepted, made.refused) == (State.DONE, 12, 3, 9)
    assert [one.number for one in await refused(context, registry, made)] == list(range(2, 11))


@pytest.mark.requirement("DRS-24", "X050")
async def test_of_two_processes_with_the_same_import_one_stops(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_groups_of(monkeypatch, 5)
    registry = await published(context, keyed())
    lines = ["Code", *(f"C{number}" for number in range(40))]
    made = await sent(context, registry, "\n".join(lines).encode())
    await importing.confirm(context, by=ANALYST, registry=registry, import_id=made.id, mode=Mode.GOOD)

    await asyncio.gather(intake.take(context, import_id=made.id), intake.take(context, import_id=made.id))

    done = await importing.found(context, by=ANALYST, registry=registry, import_id=made.id)
    assert (done.state, done.accepted, len(await content_of(context, registry))) == (State.DONE, 40, 40)


@pytest.mark.requirement("DRS-24")
async def test_a_cancelled_import_takes_no_more_and_leaves_nothing_behind(context: Context) -> None:
    registry = await published(context, keyed())
    made = await sent(context, registry, b"Code\nA\nB")
    await importing.confirm(context, by=ANALYST, registry=registry, import_id=made.id, mode=Mode.GOOD)

    await importing.cancel(context, by=ANALYST, registry=registry, import_id=made.id)
    await work(context)

    ended = await importing.found(context, by=ANALYST, registry=registry, import_id=made.id)
    assert (ended.state, await content_of(context, registry)) == (State.CANCELLED, [])
    assert await staged(context) == [0, 0]


async def staged(context: Context) -> list[int]:
    """How many pieces and parts of files are stored."""
    async with context.database.reading() as tx:
        return [
            (await tx.fetch(f"SELECT COUNT(*) AS n FROM {table}"))[0]["n"]
            for table in ("record_import_piece", "record_import_part")
        ]


@pytest.mark.requirement("DRS-24")
async def test_what_was_sent_is_gone_when_it_is_taken_and_the_rest_after_a_day(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = await published(context, keyed())
    made = await taken(context, registry, b"Code,Age\nA,1\nB,x")
    await sent(context, registry, b"Code\nA")
    assert await staged(context) == [0, 1]
    later = clock.now() + timedelta(hours=25)
    monkeypatch.setattr(clock, "now", lambda: later)

    await importing.sweep(context)

    assert await staged(context) == [0, 0]
    with pytest.raises(UnknownImport):
        await importing.found(context, by=ANALYST, registry=registry, import_id=made.id)


@pytest.mark.requirement("DRS-24")
async def test_a_large_file_is_read_by_a_job_in_parts(context: Context) -> None:
    registry = await published(context, keyed())
    lines = ["Code,Name", *(f"C{number},{'x' * 1_000}" for number in range(1_500))]
    content = "\n".join(lines).encode()
    assert len(content) > READ_AT_ONCE_BYTES_MAX

    made = await sent(context, registry, content)
    done = await importing.found(context, by=ANALYST, registry=registry, import_id=made.id)
    await work(context)
    ready = await importing.found(context, by=ANALYST, registry=registry, import_id=made.id)

    assert (done.state, ready.state, ready.row_count) == (State.READING, State.READY, 1_500)
    assert (await staged(context))[0] == 0


@pytest.mark.requirement("DRS-24")
async def test_columns_match_fields_by_name_or_label_and_can_be_matched_otherwise(lone: Context) -> None:
    registry = await published(lone, definition(fields=every_field()))
    made = await sent(lone, registry, b"nom complet\tCOUNT\tHeight\nAnn\t5\t9\n")
    fields = {"by": ANALYST, "registry": registry, "import_id": made.id}

    again = await importing.match(lone, matching=["Name", "", "Count"], **fields)
    shown = await importing.preview(lone, **fields)

    assert made.matching == ("Name", "Count", "")
    assert (again.matching, shown.rows[0].content) == (("Name", "", "Count"), {"Name": "Ann", "Count": 9})
    for wrong in (["Name", "Name", ""], ["Nothing", "", ""], ["", "", ""], ["Name"]):
        with pytest.raises(BadMatching):
            await importing.match(lone, matching=wrong, **fields)


@pytest.mark.requirement("DRS-17", "DRS-24")
async def test_the_preview_shows_records_as_they_would_be_stored_and_what_is_wrong(lone: Context) -> None:
    upper = Trigger((), (TriggerAction("upper-case", ""),))
    registry = await published(
        lone,
        plain(further=[field("Town", triggers=(upper,)), field("State", default="new"), field("Day", FieldType.DATE)]),
    )
    made = await sent(lone, registry, b"Town,Day\nriga,2026-11-22\ntartu,22.11.2026")

    shown = await importing.preview(lone, by=ANALYST, registry=registry, import_id=made.id)

    assert shown.rows[0].content == {"Town": "RIGA", "Day": "2026-11-22", "State": "new"}
    assert (shown.checked, shown.refused) == (2, 1)
    assert {one.number: one.faults for one in shown.faulty} == {3: {"Day": "must be a date such as 2026-11-21"}}
    assert await content_of(lone, registry) == []


@pytest.mark.requirement("DRS-17", "DRS-24")
async def test_imported_records_take_numbers_once(lone: Context) -> None:
    number = Trigger((TriggerCondition("==", ""),), (TriggerAction("set-value", "N{indexNoByCode:4}"),))
    registry = await published(lone, plain(further=[field("No", read_only=True, triggers=(number,))]))

    await taken(lone, registry, b"Code,No\nA,N0077\nB,\n")

    assert [(one["Code"], one["No"]) for one in await content_of(lone, registry)] == [("A", "N0001"), ("B", "N0002")]


@pytest.mark.requirement("DRS-24")
@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("Code\nÅsa".encode("latin-1"), "not text in UTF-8"),
        ("Code\nÅsa".encode("utf-16"), "not text in UTF-8"),
        (b"Code,Name,Code\nA,B,C", "Two columns are called Code"),
        (b'Code\n"A', "stray quotation mark"),
        (b"Code\n", "holds no rows"),
        (b"\n\n", "is empty"),
        (b",".join(b"c%d" % number for number in range(1_200)) + b"\n1", "more than 1000 columns"),
        (b"PK\x03\x04 what is this", "not text in UTF-8"),
    ],
)  # fmt: skip
async def test_a_table_that_cannot_be_read_is_refused_in_plain_words(lone: Context, content: bytes, said: str) -> None:
    registry = await published(lone, keyed())

    made = await sent(lone, registry, content)

    assert (made.state, said in made.fault) == (State.FAILED, True), made.fault
    assert await staged(lone) == [0, 0]


@pytest.mark.requirement("DRS-24", "X017")
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'[{"Code":"A"},', "breaks off after record 1"),
        (b'{"Code":"A"}\n{"Code":', "not JSON after record 1"),
        (b'[{"Code":NaN}]', "not JSON after record 0"),
        (b'[{"Code":' + b"[" * 200_000, "nested too deeply"),
        (b'[{"Code":"' + b"x" * 3_000_000 + b'"}]', "a record is too long"),
        (b"[]", "holds no rows"),
        (b'[{"Code":1' + b"0" * 5_000 + b"}]", "not JSON after record 0"),
    ],
)
async def test_json_that_cannot_be_read_is_refused_in_plain_words(lone: Context, content: bytes, said: str) -> None:
    registry = await published(lone, keyed())

    made = await sent(lone, registry, content, Format.JSON)
    await work(lone)

    made = await importing.found(lone, by=ANALYST, registry=registry, import_id=made.id)
    assert (made.state, said in made.fault) == (State.FAILED, True), made.fault


@pytest.mark.requirement("DRS-24")
@pytest.mark.parametrize(
    "content",
    [b'[{"Code":"A"},{"Code":"B"}]', b'{"records": [{"Code":"A"},\n{"Code":"B"}]}', b'{"Code":"A"}\n{"Code":"B"}\n'],
)
async def test_json_comes_as_an_array_in_an_envelope_or_line_by_line(lone: Context, content: bytes) -> None:
    registry = await published(lone, keyed())

    made = await taken(lone, registry, content, Format.JSON)

    assert (made.accepted, [one["Code"] for one in await content_of(lone, registry)]) == (2, ["A", "B"])


@pytest.mark.requirement("DRS-24", "X017")
async def test_rows_of_json_that_do_not_fit_are_told(lone: Context) -> None:
    registry = await published(lone, plain(further=[field("Box", FieldType.JSON)]))
    deep: Any = 1
    for _ in range(40):
        deep = [deep]
    content = f'[{{"Code":"A\\u0000"}},5,{{"Box":{deep}}},{{"Code":7}},{{"Code":"B","Unknown":1}}]'.encode()

    made = await taken(lone, registry, content, Format.JSON)

    wrong = {one.number: one.faults for one in await refused(lone, registry, made)}
    assert wrong == {
        1: {"Code": "holds a NUL character"},
        2: {"": "must be an object"},
        3: {"Box": "is nested deeper than 16 levels"},
        4: {"Code": "must be text"},
    }


@pytest.mark.requirement("DRS-24")
async def test_ten_megabytes_of_json_are_taken(lone: Context) -> None:
    registry = await published(lone, keyed())
    content = "\n".join(f'{{"Code":"C{number}","Name":"{"n" * 5_000}"}}' for number in range(2_000)).encode()

    made = await taken(lone, registry, content, Format.JSON)

    assert (len(content) > 10_000_000, made.state, made.accepted) == (True, State.DONE, 2_000)


@pytest.mark.requirement("DRS-24", "X017")
async def test_text_that_no_database_holds_is_refused_by_row(lone: Context) -> None:
    registry = await published(lone, keyed())

    made = await taken(lone, registry, b"Code\nA\x00B\nC")

    assert [one.faults for one in await refused(lone, registry, made)] == [{"Code": "holds a NUL character"}]


@pytest.mark.requirement("DRS-24")
async def test_spreadsheets_of_other_programs_are_read(lone: Context) -> None:
    registry = await published(lone, definition(fields=every_field()))
    content = sheet(
        ["Name", "Count", "Born", "Fit", None],
        [7, 3.0, clock.parse("2026-01-30T00:00:00Z").replace(tzinfo=None), 1, None],
        [None, None, None, None, None],
        ["B", "4", "2026-01-31", "yes", None],
        ["C", "=1+1", None, None, None],
        ["D", 2.5, None, None, None],
    )

    made = await taken(lone, registry, content, Format.XLSX)

    assert await content_of(lone, registry) == [
        {"Name": "7", "Count": 3, "Born": "2026-01-30", "Fit": True},
        {"Name": "B", "Count": 4, "Born": "2026-01-31", "Fit": True},
    ]
    assert {one.number: one.faults for one in await refused(lone, registry, made)} == {
        5: {"": "holds a formula; put its result in its place"}, 6: {"Count": "must be a whole number"},
    }  # fmt: skip


def changed(content: bytes, **parts: bytes) -> bytes:
    """A spreadsheet with parts of its archive replaced or added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            short = name.rpartition("/")[2].partition(".")[0]
            new.writestr(name, parts.pop(short) if short in parts else old.read(name))
        for name, part in parts.items():
            new.writestr(f"xl/{name}.xml", part)
    return target.getvalue()


@pytest.mark.requirement("DRS-24", "X017")
@pytest.mark.parametrize("trick", ["bomb", "entity", "broken", "text", "lying"])
async def test_a_spreadsheet_that_is_a_trap_is_refused(lone: Context, trick: str) -> None:
    registry = await published(lone, keyed())
    good = sheet(["Code"], ["A"])
    content = {
        "bomb": lambda: changed(good, sheet1=b"<worksheet>" + b" " * 60_000_000 + b"</worksheet>"),
        "entity": lambda: changed(good, sheet1=b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'),
        "broken": lambda: good[: len(good) // 2],
        "text": lambda: b"Code,Name\nA,B",
        "lying": lambda: changed(good, sheet1=b"<worksheet><sheetData><row><c r='A1' t='s'><v>999</v></c></row>"),
    }[trick]()

    made = await sent(lone, registry, content, Format.XLSX)
    await work(lone)

    made = await importing.found(lone, by=ANALYST, registry=registry, import_id=made.id)
    assert (made.state, "spreadsheet" in made.fault) == (State.FAILED, True), made.fault


SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = f"<worksheet xmlns='{SPREADSHEET}'><sheetData>%s</sheetData></worksheet>".encode()
NAMED = b"<row r='1'><c r='A1' t='inlineStr'><is><t>Code</t></is></c></row>"


@pytest.mark.requirement("DRS-24", "X017")
@pytest.mark.parametrize(
    ("rows", "numbers"),
    [
        (NAMED + b"<row r='1048576'><c r='A1048576'><v>7</v></c></row>", [1_048_576]),
        (b"<row r='900000'><c r='A900000'><v>1</v></c></row><row><c r='A900001'><v>7</v></c></row>", [900_001]),
        (NAMED + b"<row/>" * 40_000 + b"<row r='50000'><c r='A50000'><v>7</v></c></row>", [50_000]),
        (NAMED + b"<row/>" * 60_000, None),
        (NAMED + b"<row r='99999999999'><c r='A99999999999'><v>7</v></c></row>", None),
    ],
)
def test_rows_that_a_sheet_leaves_out_cost_nothing_and_empty_ones_have_an_end(
    rows: bytes, numbers: list[int] | None
) -> None:
    file = io.BytesIO(changed(sheet(["Code"], ["A"]), sheet1=SHEET % rows))
    table = opened(Format.XLSX, cast(io.RawIOBase, file))

    if numbers is None:
        with pytest.raises(FileUnreadable, match="too many rows"):
            table.take(10, 1_000)
    else:
        assert [one.number for one in table.take(10, 1_000)] == numbers


@pytest.mark.requirement("DRS-6", "DRS-24")
async def test_an_import_needs_the_right_to_create_many_and_belongs_to_whoever_sent_it(lone: Context) -> None:
    registry = await published(lone, keyed())
    made = await sent(lone, registry, b"Code\nA")
    with pytest.raises(RightMissing):
        await sent(lone, registry, b"Code\nA", by=CLERK)
    with pytest.raises(Unauthenticated):
        await sent(lone, registry, b"Code\nA", by=ANONYMOUS)
    await granted(lone, registry, "role:clerk", ServiceKind.BULK)

    with pytest.raises(UnknownImport):
        await importing.found(lone, by=CLERK, registry=registry, import_id=made.id)

    assert await importing.listed(lone, by=CLERK, registry=registry) == []


@pytest.mark.requirement("DRS-6", "DRS-24")
async def test_somebody_imports_only_the_fields_they_may_write(lone: Context) -> None:
    registry = await published(lone, keyed())
    await granted(lone, registry, "role:clerk", ServiceKind.BULK, fields=frozenset({"Code"}))

    made = await taken(lone, registry, b"Code,Name\nA,Ann", by=CLERK)

    assert (made.matching, await content_of(lone, registry)) == (("Code", ""), [{"Code": "A"}])


@pytest.mark.requirement("DRS-6", "DRS-24")
async def test_a_right_that_was_taken_back_stops_an_import(lone: Context) -> None:
    from govstack.blocks.registries.access import service as access
    from tests.builders.registries import ADMINISTRATOR

    registry = await published(lone, keyed())
    grant = await granted(lone, registry, "role:clerk", ServiceKind.BULK)
    made = await sent(lone, registry, b"Code\nA", by=CLERK)
    await importing.confirm(lone, by=CLERK, registry=registry, import_id=made.id, mode=Mode.GOOD)

    await access.revoke(lone, by=ADMINISTRATOR, code=registry.code, grant_id=grant.id)
    await work(lone)

    async with lone.database.reading() as tx:
        rows = await tx.fetch("SELECT state, fault FROM record_import")
    assert (rows[0]["state"], "right" in rows[0]["fault"], await content_of(lone, registry)) == ("failed", True, [])


@pytest.mark.requirement("DRS-24")
async def test_an_import_is_confirmed_once_and_only_when_it_is_ready(lone: Context) -> None:
    registry = await published(lone, keyed())
    made = await taken(lone, registry, b"Code\nA")
    asked = {"by": ANALYST, "registry": registry, "import_id": made.id}

    again = await importing.confirm(lone, mode=Mode.GOOD, **asked)
    await work(lone)

    assert (again.state, len(await content_of(lone, registry))) == (State.DONE, 1)
    with pytest.raises(ImportNotReady):
        await importing.confirm(lone, mode=Mode.ALL, **asked)


@pytest.mark.requirement("DRS-24")
async def test_nobody_keeps_more_than_a_few_imports_open(lone: Context) -> None:
    registry = await published(lone, keyed())
    for _ in range(OPEN_IMPORTS_MAX):
        await sent(lone, registry, b"Code\nA")

    with pytest.raises(TooManyImports):
        await sent(lone, registry, b"Code\nA")


@pytest.mark.requirement("DRS-24")
async def test_an_empty_file_is_refused_and_leaves_nothing(lone: Context) -> None:
    registry = await published(lone, keyed())

    with pytest.raises(BadRequest):
        await sent(lone, registry, b"")

    assert await importing.listed(lone, by=ANALYST, registry=registry) == []


@pytest.mark.requirement("DRS-15", "DRS-24")
async def test_what_is_staged_is_sealed(lone: Context) -> None:
    registry = await published(lone, keyed())
    await sent(lone, registry, b"Code,Name\nA,Saffron")
    await taken(lone, registry, b"Code,Age,Name\nA,x,Saffron")

    async with lone.database.reading() as tx:
        rows = [
            *await tx.fetch("SELECT content FROM record_import_part"),
            *await tx.fetch("SELECT content FROM record_import_refusal"),
        ]

    assert rows
    assert not any(b"Saffron" in bytes(row["content"]) for row in rows)


async def test_a_group_of_rows_with_a_fault_in_the_load_keeps_the_others(lone: Context) -> None:
    registry = await published(lone, replace(keyed(), fields=(*keyed().fields, field("Must", required=True))))

    made = await taken(lone, registry, b"Code,Must\nA,1\nB,\nC,3")

    assert (made.accepted, made.refused) == (2, 1)
    with pytest.raises(InvalidContent):
        await loading.load(lone, by=ANALYST, registry=registry, rows=[{"Code": "x"}])

"""Exporting records: formats, formulas, rights, secrets, the log of reads, and what is chosen or found."""

from __future__ import annotations

import csv
import io
from contextlib import closing
from typing import Any

import msgspec
import openpyxl
import pytest

from govstack.blocks.registries.admission.errors import FieldHidden, RightMissing
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import Registry, ServiceKind
from govstack.blocks.registries.exporting import service as exporting
from govstack.blocks.registries.lifecycle import service as lifecycle
from govstack.blocks.registries.loading import service as loading
from govstack.blocks.registries.reading.model import Search, field_term, pattern_of
from govstack.blocks.registries.records import service as records
from govstack.kernel import audit
from govstack.kernel.books import Book, TextTooLong, defused, plain
from govstack.kernel.context import Context
from govstack.kernel.sheets import Format
from tests.builders import records as bench
from tests.builders.imports import CONTENTS, every_field
from tests.builders.records import plain as plainly
from tests.builders.records import stocked
from tests.builders.registries import (
    ADMINISTRATOR,
    ANALYST,
    CLERK,
    bare_context,
    closed,
    definition,
    field,
    granted,
    published,
)
from tests.databases import Databases

KEY = "correct horse battery staple 42"
PEOPLE = (
    {"ID": "EE1", "FirstName": "Ada", "LastName": "Lovelace", "Region": "north", "Note": "quiet"},
    {"ID": "EE2", "FirstName": "Alan", "LastName": "Turing", "Region": "south", "Note": "loud"},
    {"ID": "EE3", "FirstName": "Grace", "LastName": "Hopper", "Region": "north"},
)


@pytest.fixture
async def context(databases: Databases) -> Context:
    return await bare_context(databases)


@pytest.fixture
async def lone(sqlite_databases: Databases) -> Context:
    return await bare_context(sqlite_databases)


async def exported(context: Context, registry: Registry, kind: Format = Format.JSON, **rest: Any) -> bytes:
    """The file of an export."""
    stream = await exporting.export(
        context, by=rest.pop("by", ANALYST), registry=registry, search=rest.pop("search", Search()), kind=kind, **rest
    )
    return b"".join([part async for part in stream])


def rows_of(content: bytes) -> list[list[str]]:
    """The rows of a CSV file."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def ids_of(content: bytes) -> list[str]:
    """The ids in an export as JSON."""
    return [one["ID"] for one in msgspec.json.decode(content)]


@pytest.mark.requirement("DRS-23", "DRS-25")
async def test_what_is_found_or_chosen_is_exported_and_nothing_else(context: Context) -> None:
    registry = await published(context)
    made = [await records.create(context, by=ANALYST, registry=registry, content=one) for one in PEOPLE]
    north = Search((field_term(registry, "Region", "north"),))
    two = Search(uuids=(made[0].uuid, made[1].uuid))
    both = Search(north.terms, uuids=two.uuids)
    pattern = Search(pattern=pattern_of(registry, "^A[dl]a", field_name="FirstName"))

    found = [ids_of(await exported(context, registry, search=one)) for one in (Search(), north, two, both, pattern)]

    assert found == [["EE1", "EE2", "EE3"], ["EE1", "EE3"], ["EE1", "EE2"], ["EE1"], ["EE1", "EE2"]]


@pytest.mark.requirement("DRS-25")
async def test_a_long_export_by_pattern_has_each_record_once(lone: Context) -> None:
    registry = await published(lone, plainly())
    await loading.load(lone, by=ANALYST, registry=registry, rows=({"Code": f"C{n}"} for n in range(1_203)))

    found = await exported(lone, registry, search=Search(pattern=pattern_of(registry, "^C", field_name="Code")))

    assert [one["Code"] for one in msgspec.json.decode(found)] == [f"C{n}" for n in range(1_203)]


@pytest.mark.requirement("DRS-25", "X017")
async def test_no_cell_of_a_table_runs_as_a_formula(lone: Context) -> None:
    given = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "＝1", "\u200b=1", "'=1", "plain", "'plain", "a=1"]
    registry = await published(lone, plainly())
    await loading.load(lone, by=ANALYST, registry=registry, rows=[{"Name": one} for one in given])

    table = [row[1] for row in rows_of(await exported(lone, registry, Format.CSV))[1:]]
    book = openpyxl.load_workbook(io.BytesIO(await exported(lone, registry, Format.XLSX)))
    cells = [row[1] for row in book.worksheets[0].iter_rows(min_row=2)]

    assert [one for one in table if one.lstrip().lstrip("\u200b")[:1] in set("=+-@＝")] == []
    assert [cell.data_type for cell in cells] == ["s"] * len(given)
    assert [plain(one) for one in table] == given
    assert table[-3:] == given[-3:]


@pytest.mark.parametrize("text", ["", "'", "''=1", "'-", "-", "=", "' =", "x", "'x", "''", "\u202e=1"])
def test_every_text_comes_back_from_being_defused(text: str) -> None:
    assert plain(defused(text)) == text


@pytest.mark.requirement("DRS-25")
async def test_an_empty_registry_gives_an_empty_file_with_its_columns(lone: Context) -> None:
    registry = await published(lone, plainly())

    assert await exported(lone, registry, Format.JSON) == b"[]"
    assert rows_of(await exported(lone, registry, Format.CSV)) == [["Code", "Name"]]
    book = openpyxl.load_workbook(io.BytesIO(await exported(lone, registry, Format.XLSX)))
    assert [cell.value for cell in next(book.worksheets[0].iter_rows())] == ["Code", "Name"]


def test_a_text_no_spreadsheet_can_hold_is_refused_and_never_cut() -> None:
    with closing(Book(["a"])) as book, pytest.raises(TextTooLong):
        book.add(["x" * 40_000])


@pytest.mark.requirement("DRS-25")
@pytest.mark.parametrize("kind", Format)
async def test_an_export_has_a_column_for_every_field(lone: Context, kind: Format) -> None:
    registry = await published(lone, definition(fields=every_field()))
    await loading.load(lone, by=ANALYST, registry=registry, rows=CONTENTS)

    content = await exported(lone, registry, kind)

    if kind is Format.JSON:
        assert msgspec.json.decode(content) == [dict(one) for one in CONTENTS]
    elif kind is Format.CSV:
        assert {len(row) for row in rows_of(content)} == {13}
    else:
        assert content[:2] == b"PK"


@pytest.mark.requirement("DRS-6", "DRS-25")
async def test_an_export_needs_its_own_right_and_shows_only_what_that_shows(context: Context) -> None:
    registry = await stocked(context, *PEOPLE)
    await closed(context, registry)
    await granted(context, registry, "role:clerk", ServiceKind.LIST, ServiceKind.READ)
    with pytest.raises(RightMissing):
        await exported(context, registry, by=CLERK)
    await granted(context, registry, "role:clerk", ServiceKind.EXPORT, fields=frozenset({"ID", "Region"}))

    table = rows_of(await exported(context, registry, Format.CSV, by=CLERK))

    assert table == [["ID", "Region"], ["EE1", "north"], ["EE2", "south"], ["EE3", "north"]]
    with pytest.raises(FieldHidden):
        await exported(context, registry, by=CLERK, search=Search((field_term(registry, "LastName", "Turing"),)))


@pytest.mark.requirement("DRS-15", "DRS-18", "DRS-25")
async def test_secret_fields_leave_only_with_the_key(context: Context) -> None:
    registry = await stocked(context, *PEOPLE)
    await closed(context, registry)
    await granted(context, registry, "role:clerk", ServiceKind.EXPORT)
    await lifecycle.set_key(context, by=ADMINISTRATOR, code=registry.code, key=KEY)
    registry = await design.published(context, code=registry.code, version="latest")

    without = rows_of(await exported(context, registry, Format.CSV, by=CLERK))
    wrong = rows_of(await exported(context, registry, Format.CSV, by=CLERK, key="another-key-0123456789"))
    keyed = rows_of(await exported(context, registry, Format.CSV, by=CLERK, key=KEY))

    assert "Note" not in without[0]
    assert not any("quiet" in cell or "$sealed" in cell for row in without for cell in row)
    assert wrong == without
    assert [row[-1] for row in keyed] == ["Note", "quiet", "loud", ""]


@pytest.mark.requirement("DRS-8", "DRS-25", "DRS-37")
async def test_each_person_in_an_export_can_see_that_it_was_read(context: Context) -> None:
    registry = await stocked(context, *PEOPLE)

    await exported(context, registry, Format.XLSX, search=Search((field_term(registry, "Region", "north"),)))

    async with context.database.reading() as tx:
        rows = await tx.fetch(
            "SELECT a.operation, COUNT(*) AS people FROM personal_data_access a"
            " JOIN personal_data_read r ON r.access_id = a.id GROUP BY a.operation"
        )
        trail = await audit.entries(tx, action="registries.export", limit=10)
    assert [(row["operation"], row["people"]) for row in rows] == [("data-export", 2)]
    assert [entry.actor for entry in trail] == [ANALYST.id]


@pytest.mark.requirement("DRS-24", "DRS-25")
async def test_developers_import_and_export_by_the_api(sqlite_databases: Databases) -> None:
    from tests.builders.imports import work

    running = await bench.desk(sqlite_databases)
    registry = await published(running.context, plainly(further=[field("Key", unique=True, length_max=20)]))
    async with bench.analyst(running) as client:
        sent = await client.post(
            bench.path(registry, "/imports"), content=b"Code;Key\nA;1\nB;1\n=C;3", headers={"content-type": "text/csv"}
        )
        one = bench.path(registry, f"/imports/{sent.json()['id']}")
        matched = await client.put(
            f"{one}/matching",
            json={"columns": [{"column": "Key", "field": "Key"}, {"column": "Code", "field": "Name"}]},
        )
        confirmed = await client.post(f"{one}/confirm", json={"mode": "good"})
        await work(running.context)
        state = (await client.get(one)).json()
        errors = (await client.get(f"{one}/errors")).json()
        table = await client.get(f"{one}/errors?format=csv")
        mine = (await client.get(bench.path(registry, "/imports"))).json()["imports"]
        file = await client.get(bench.path(registry, "/export?format=csv&query.Key=3"))
        wrong = await client.post(bench.path(registry, "/imports"), content=b"x", headers={"content-type": "image/png"})
        cancelled = await client.post(f"{one}/cancel")

    assert (sent.status_code, sent.json()["state"], sent.json()["preview"]["checked"]) == (201, "ready", 3)
    assert [one["field"] for one in matched.json()["columns"]] == ["Name", "Key"]
    assert (confirmed.status_code, state["state"], state["accepted"], state["refused"]) == (202, "done", 2, 1)
    assert errors == {"errors": [{"row": 3, "faults": {"Key": "is taken by another record"}}]}
    assert rows_of(table.content) == [
        ["row", "what is wrong", "Code", "Key"], ["3", "Key is taken by another record", "B", "1"],
    ]  # fmt: skip
    assert (len(mine), wrong.status_code, cancelled.status_code) == (1, 415, 204)
    assert file.headers["content-disposition"].startswith("attachment")
    assert rows_of(file.content) == [["Code", "Name", "Key"], ["", "'=C", "3"]]


@pytest.mark.requirement("DRS-6", "DRS-25")
async def test_strangers_neither_import_nor_export(sqlite_databases: Databases) -> None:
    running = await bench.desk(sqlite_databases)
    registry = await published(running.context, plainly())
    async with running.client() as nobody, running.person("somebody") as somebody:
        table = {"content": b"Code\nA", "headers": {"content-type": "text/csv"}}
        answers = [
            await nobody.post(bench.path(registry, "/imports"), **table),
            await somebody.post(bench.path(registry, "/imports"), **table),
            await nobody.get(bench.path(registry, "/export")),
            await somebody.get(bench.path(registry, "/export")),
        ]

    assert [answer.status_code for answer in answers] == [401, 403, 401, 403]

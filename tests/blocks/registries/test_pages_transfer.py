"""The pages that bring records in from a file and take them out as one, walked without scripts."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator

import msgspec
import pytest

from govstack.blocks.registries.importing import presenters
from govstack.blocks.registries.importing.model import State
from govstack.kernel.context import Context
from tests.builders.imports import work
from tests.builders.records import content_of, plain
from tests.builders.registries import published, uses
from tests.builders.registry_pages import ADMINISTER, ANALYSE, PERSON, Visitor, desk, housed, peopled, visitor
from tests.builders.running import ORIGIN, Bench
from tests.databases import Databases
from tests.page_lint import lint

B = "/registry/people"
GOOD = "ID;First name;LastName;BirthDate;Region;Shoe\n1;Zoë;Adams;1990-01-02;north;42\n2;李;王;;south;40\n"


@pytest.fixture
async def running(sqlite_databases: Databases) -> AsyncIterator[Bench]:
    async with desk(sqlite_databases, PROFILE="sandbox") as running:
        people, _uuids = await peopled(running.context)
        await housed(running.context, people)
        yield running


def analyst(running: Bench) -> Visitor:
    return visitor(running, "ann-analyst", ADMINISTER, ANALYSE)


async def upload(someone: Visitor, content: bytes, name: str = "people.csv") -> str:
    """Send a file and return where the import is."""
    await someone.open(f"{B}/import-records")
    token = re.search(r'name="csrf_token" value="([^"]+)"', someone.page)
    assert token
    answer = await someone.client.post(
        f"{ORIGIN}{B}/import-records", data={"csrf_token": token[1]}, files={"file": (name, content, "text/csv")}
    )
    if answer.status_code != 303:
        someone.page = answer.text
        return ""
    return answer.headers["location"].removeprefix(ORIGIN).removeprefix("/registries")


async def rows(context: Context) -> list[dict[str, object]]:
    """The records of people, as an analyst sees them."""
    from govstack.blocks.registries.design import service as design

    return await content_of(context, await design.published(context, code="people", version="latest"))


@pytest.mark.requirement("DRS-24")
@pytest.mark.parametrize("language", ["en", "ar"])
async def test_an_analyst_sees_the_first_rows_then_takes_them_in(running: Bench, language: str) -> None:
    someone = analyst(running)
    place = await upload(someone, (GOOD + f"{PERSON};Double;Key;;;\n3;Bad;Date;2.1.1990;north;\n").encode())
    await someone.open(f"{place}?lang={language}")
    preview = someone.page

    answer = await someone.send(f"{place}/confirm", mode="good")
    going = await someone.open(f"{place}?lang={language}")
    await work(running.context)
    done = await someone.open(f"{place}?lang={language}")

    assert [lint(page) for page in (preview, going.text, done.text)] == [[], [], []]
    assert (answer.status_code, going.headers.get("refresh"), done.headers.get("refresh")) == (303, "3", None)
    assert ("Zoë" in preview, "Shoe" in preview, "<progress" in going.text) == (True, True, True)
    assert [one["ID"] for one in await rows(running.context)][3:] == ["1", "2"]
    table = await someone.open(f"{place}/refused")
    told = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [(row[0], row[1]) for row in told[1:]] == [
        ("4", "ID is taken by another record"), ("5", "BirthDate must be a date such as 2026-11-21"),
    ]  # fmt: skip


@pytest.mark.requirement("DRS-12", "DRS-24")
async def test_an_import_is_one_use_however_many_records_it_brings(running: Bench) -> None:
    someone = analyst(running)
    place = await upload(someone, GOOD.encode())
    await someone.open(place)
    await someone.send(f"{place}/confirm", mode="good")
    await work(running.context)
    await someone.open(place)

    used = await uses(running.context, "people")

    assert (len(await rows(running.context)), used["data-create-entries"]) == (5, 1)


def cells_of(page: str, row: int) -> list[str]:
    """The cells of the first rows on an import's page, without their column's name, each as one line of text."""
    shown = re.findall(r"<tr.*?</tr>", page, re.DOTALL)[row]
    found = re.findall(
        r"<t[hd] [^>]*>(?:<span class=\"gs-table__label\"[^>]*>[^<]*</span>)?(.*?)</t[hd]>", shown, re.DOTALL
    )
    return [" ".join(re.sub(r"<[^>]+>", "", text).split()) for text in found]


@pytest.mark.requirement("DRS-24")
@pytest.mark.parametrize("language", ["en", "ar"])
async def test_a_row_that_does_not_fit_shows_what_fits_and_marks_the_rest(running: Bench, language: str) -> None:
    someone = analyst(running)
    place = await upload(someone, b"ID;LastName;BirthDate;Income\n7;Adams;2.1.1990;12\n8;<b>Hill;1990-01-02;-5\n")

    await someone.open(f"{place}?lang={language}")

    first, second = cells_of(someone.page, 1), cells_of(someone.page, 2)
    assert lint(someone.page) == []
    assert (first[1:3], first[4]) == (["7", "Adams"], "12")
    assert second[1:4] == ["8", "&lt;b&gt;Hill", "1990-01-02"]
    assert [first[3].split(" ")[0], second[4].split(" ")[0]] == ["2.1.1990", "-5"]
    if language == "en":
        assert first[3] == "2.1.1990 Error: must be a date such as 2026-11-21"
        assert second[4] == "-5 Error: must be at least 0"


@pytest.mark.requirement("DRS-24")
@pytest.mark.parametrize("language", ["en", "ar"])
async def test_a_column_that_every_record_needs_is_missed_once(running: Bench, language: str) -> None:
    someone = analyst(running)
    place = await upload(someone, b"Number;LastName;BirthDate\n7;Adams;1990-01-02\n8;Hill;2.1.1990\n")

    await someone.open(f"{place}?lang={language}")
    missed = someone.page
    await someone.send(f"{place}/matching", {"column-0": "ID", "column-1": "LastName", "column-2": "BirthDate"})
    matched = await someone.open(f"{place}?lang=en")

    told = "are missing from the file: ID." if language == "en" else "تنقص الملف أعمدة يحتاج إليها كل قيد: ID."
    assert (missed.count(told), missed.count("is required"), lint(missed)) == (1, 0, [])
    assert cells_of(missed, 1)[1:] == ["Adams", "1990-01-02"]
    assert "/confirm" not in missed
    assert ("missing from the file" in matched.text, "/confirm" in matched.text) == (False, True)


@pytest.mark.requirement("DRS-24")
async def test_a_row_without_a_value_that_is_required_is_marked_there(running: Bench) -> None:
    someone = analyst(running)
    place = await upload(someone, b"ID;LastName\n;Adams\n8;Hill\n9;Hill;more\n")

    await someone.open(place)

    assert cells_of(someone.page, 1)[1:] == ["Error: is required", "Adams"]
    assert cells_of(someone.page, 2)[1:] == ["8", "Hill"]
    assert cells_of(someone.page, 3)[0].startswith("Row 4 Error: ")
    assert lint(someone.page) == []


@pytest.mark.requirement("DRS-24")
async def test_rows_behind_the_first_ones_are_listed_with_what_is_wrong(running: Bench) -> None:
    someone = analyst(running)
    rows = [f"{number};1990-01-{number}" for number in range(10, 31)]
    place = await upload(someone, "\n".join(["ID;BirthDate", "9;never", *rows, "99;soon"]).encode())

    await someone.open(place)

    told = someone.page.partition("What else does not fit")[2]
    assert (told.count("Row 2<"), told.count("Row 24<"), told.count("must be a date")) == (0, 1, 1)


@pytest.mark.requirement("DRS-24")
async def test_an_analyst_matches_columns_otherwise(running: Bench) -> None:
    someone = analyst(running)
    place = await upload(someone, b"Number,Town\n77,north\n")
    await someone.open(place)

    double = await someone.send(f"{place}/matching", {"column-0": "ID", "column-1": "ID"})
    answer = await someone.send(f"{place}/matching", {"column-0": "ID", "column-1": "Region"})
    await someone.open(place)
    await someone.send(f"{place}/confirm", mode="all")
    await work(running.context)

    assert (double.status_code, "Two columns are matched to ID" in double.text, lint(double.text)) == (400, True, [])
    assert answer.status_code == 303
    assert (await rows(running.context))[-1] == {"ID": "77", "Region": "north"}


@pytest.mark.requirement("DRS-24", "SD-1")
async def test_a_file_that_is_sent_twice_is_one_import(running: Bench) -> None:
    someone = analyst(running)
    await someone.open(f"{B}/import-records")
    form = {"csrf_token": someone.hidden("csrf_token"), "form_mark": someone.hidden("form_mark")}

    answers = [
        await someone.client.post(
            f"{ORIGIN}{B}/import-records", data=form, files={"file": ("people.csv", GOOD.encode(), "text/csv")}
        )
        for _ in range(2)
    ]

    listed = await someone.open(f"{B}/import-records")
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert listed.text.count("CSV file</a>") == 1


@pytest.mark.requirement("DRS-24")
async def test_all_or_none_says_that_nothing_was_taken(running: Bench) -> None:
    someone = analyst(running)
    place = await upload(someone, f"ID\n1\n{PERSON}\n".encode())
    await someone.open(place)
    await someone.send(f"{place}/confirm", mode="all")
    await work(running.context)

    await someone.open(place)

    assert "Nothing was taken in" in someone.page
    assert (lint(someone.page), len(await rows(running.context))) == ([], 3)


@pytest.mark.requirement("DRS-24")
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("people.csv", b"", "The file is empty"),
        ("people.pdf", b"%PDF", "Send a CSV file"),
        ("", b"", "Choose a file"),
    ],
)
async def test_what_is_no_file_of_records_is_asked_for_again(
    running: Bench, name: str, content: bytes, said: str
) -> None:
    someone = analyst(running)

    place = await upload(someone, content, name)

    assert (place, said in someone.page, lint(someone.page)) == ("", True, [])


@pytest.mark.requirement("DRS-24")
async def test_a_file_that_cannot_be_read_says_why_on_its_page(running: Bench) -> None:
    someone = analyst(running)
    place = await upload(someone, "ID\nÅsa".encode("latin-1"))

    await someone.open(place)

    assert ("not text in UTF-8" in someone.page, lint(someone.page)) == (True, [])


@pytest.mark.requirement("DRS-24")
async def test_whoever_chose_nothing_is_asked_and_may_cancel(running: Bench) -> None:
    someone = analyst(running)
    place = await upload(someone, GOOD.encode())
    await someone.open(place)

    asked = await someone.send(f"{place}/confirm")
    await someone.send(f"{place}/cancel")
    await someone.open(place)

    assert (asked.status_code, lint(asked.text), "The import was cancelled" in someone.page) == (400, [], True)
    assert len(await rows(running.context)) == 3


@pytest.mark.requirement("DRS-25", "X008")
async def test_the_grid_hands_out_what_is_checked_or_what_is_found(running: Bench) -> None:
    someone = analyst(running)
    await someone.open(f"{B}/records")
    found = await someone.send(f"{B}/records/find", words="Anderson")
    where = found.headers["location"].removeprefix(ORIGIN).removeprefix("/registries")
    await someone.open(where)
    only = await someone.send(f"{B}/records/export", view=someone.hidden("view"), format="json")
    await someone.open(f"{B}/records")
    chosen = re.findall(r'name="chosen" value="([^"]+)"', someone.page)
    two = await someone.send(f"{B}/records/export", {"chosen": chosen[:2]}, view="", format="csv")
    await someone.open(f"{B}/records")
    book = await someone.send(f"{B}/records/export", view="", format="xlsx")

    assert [one["LastName"] for one in msgspec.json.decode(only.content)] == ["Anderson"]
    assert (len(chosen), len(two.text.strip().splitlines())) == (3, 3)
    assert (book.content[:2], "people-1.0.xlsx" in book.headers["content-disposition"]) == (b"PK", True)


@pytest.mark.requirement("DRS-6", "DRS-24", "DRS-25")
async def test_whoever_may_only_read_is_offered_neither_and_refused_both(running: Bench) -> None:
    reader = visitor(running, "somebody")
    await reader.open(f"{B}/records")
    page = reader.page

    export = await reader.send(f"{B}/records/export", view="", format="csv")
    importing = await reader.open(f"{B}/import-records")

    assert ("Import records" in page, 'name="chosen"' in page) == (False, False)
    assert (export.status_code, importing.status_code) == (403, 403)


@pytest.mark.requirement("DRS-6", "DRS-24")
async def test_nobody_opens_the_import_of_another(running: Bench) -> None:
    place = await upload(analyst(running), GOOD.encode())
    other = visitor(running, "other-analyst", ADMINISTER, ANALYSE)

    answer = await other.open(place)

    assert (answer.status_code, "Zoë" in answer.text) == (404, False)


async def test_an_import_lives_in_its_own_registry(running: Bench) -> None:
    await published(running.context, plain("others"))
    someone = analyst(running)
    place = await upload(someone, GOOD.encode())

    answer = await someone.open(place.replace("/people/", "/others/"))

    assert answer.status_code == 404


def test_every_state_of_an_import_has_words() -> None:
    assert set(presenters.STATES) == set(State)

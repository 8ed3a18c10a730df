"""Every kind of file that is taken in as a spreadsheet refuses the same things in the same words.

The kinds are read from what the pillar declares: one that is new stands here with its columns, or a test fails.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest

from govstack.kernel import clock
from govstack.kernel.sheets import MEDIA_TYPES, Format
from govstack.pillars.learn.directory.model import ORGANISATIONS, PEOPLE
from govstack.pillars.learn.frame.model import SCOPES
from govstack.pillars.learn.intake.model import MERGED
from govstack.pillars.learn.manifest import KINDS, MANIFEST
from govstack.pillars.learn.needs.entering.model import COLUMNS as RATINGS
from govstack.pillars.learn.needs.frameworks.model import Framework
from govstack.pillars.learn.needs.items.schemas import COLUMNS as ITEMS
from govstack.pillars.learn.needs.listing.model import columns_of as columns_of_framework
from govstack.pillars.learn.records.model import Kind
from govstack.pillars.learn.response.attendance.model import COLUMNS as ATTENDANCE
from govstack.pillars.learn.response.materials.schemas import COLUMNS as MATERIALS
from govstack.pillars.learn.transfer.model import columns_of
from tests.builders import courses
from tests.builders.campaigns import campaign
from tests.builders.learning import API, Learn, civil_servant, learn, page, send
from tests.builders.testing import bank, item, open_test
from tests.databases import Databases

XLSX = MEDIA_TYPES[Format.XLSX]
TAKING = {one.operation_id: one for one in MANIFEST.api.operations if XLSX in one.body_types}
COLUMNS: dict[str, Sequence[str]] = {
    "importPeople": PEOPLE,
    "importOrganisations": (*ORGANISATIONS, "names.en"),
    "importRatings": RATINGS,
    "takeFrameworkTable": columns_of_framework(Framework(id="own", titles={"en": "Own"})),
    "importItems": ITEMS,
    "importResults": ("person", "part", "taken"),
    "uploadAnswers": ("about", "plan", "talk"),
    "importMaterials": MATERIALS,
    "takeAttendanceList": ATTENDANCE,
    "takeOfferings": (
        "id",
        "titles.en",
        "types",
        "track",
        "delivery",
        "languages",
        "parts.1.title",
        "parts.1.delivery",
    ),
    "takeSessions": ("id", "offeringId", "registrationStarts", "registrationEnds", "starts", "ends", "seats"),
    **{f"import{one.name.title().replace('-', '')}Records": columns_of(one) for one in KINDS},
}
PLACES = {"frameworkId": "own", "testId": "t-1", "campaignId": "spring", "runId": "s-1"}
Faulty = Callable[[Sequence[str]], bytes]


@pytest.fixture
async def pillar(sqlite_databases: Databases) -> Learn:
    """Return the pillar with what files are about: a campaign, a test, and a session."""
    made = await learn(sqlite_databases)
    await civil_servant(made.context)
    await campaign(made.context)
    await bank(made.context, item("i-1"), item("i-2"))
    await open_test(made.context)
    await courses.course(made.context)
    now = clock.now()
    await courses.session(made.context, starts=now, ends=now)
    return made


def sheet(columns: Sequence[str], *rows: Sequence[object], merge: str = "") -> bytes:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row in (columns, *rows):
        page.append(list(row))
    if merge:
        page.merge_cells(merge)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


async def answers(pillar: Learn, faulty: Faulty) -> dict[str, tuple[int, str]]:
    """Send a faulty file of every kind; return the status of each answer, and all that it says."""
    found: dict[str, tuple[int, str]] = {}
    async with pillar.officer(*SCOPES) as client:
        for name, one in TAKING.items():
            answer = await client.request(
                one.method,
                API + one.path.format(**PLACES),
                content=faulty(COLUMNS[name]),
                headers={"content-type": XLSX},
            )
            said, status = answer.text, answer.status_code
            if name == "uploadAnswers":
                # Files of answers are always kept, and what became of one stands beside it.
                refusals = f"{API}/campaigns/spring/uploads/{answer.json()['id']}/refusals"
                status = 400 if answer.json()["fault"] else status
                said = (answer.json()["fault"] or "") + (await client.get(refusals)).text
            found[name] = (status, said)
    return found


def test_every_kind_of_file_that_is_declared_is_tried_here() -> None:
    assert set(TAKING) == set(COLUMNS)
    assert len(TAKING) > 50


async def test_merged_cells_are_named_in_every_kind_of_file(pillar: Learn) -> None:
    told = await answers(
        pillar, lambda columns: sheet(columns, ["x"] * len(columns), ["y"] * len(columns), merge="A2:A3")
    )

    wrong = {name: one for name, one in told.items() if one[0] != 400 or MERGED.format(cells="A2:A3") not in one[1]}
    assert wrong == {}


async def test_formulas_are_refused_row_by_row_in_every_kind_of_file(pillar: Learn) -> None:
    told = await answers(pillar, lambda columns: sheet(columns, ["=1+1", *["x"] * (len(columns) - 1)]))

    wrong = {
        name: one for name, one in told.items()
        if one[0] >= 500 or "holds a formula; put its result in its place" not in one[1] or "2" not in one[1]
    }  # fmt: skip
    assert wrong == {}


async def test_two_columns_of_one_name_are_told_in_every_kind_of_file(pillar: Learn) -> None:
    told = await answers(pillar, lambda columns: sheet([*columns, columns[0]], ["x"] * (len(columns) + 1)))

    assert {name: one for name, one in told.items() if one[0] != 400 or "Two columns are called" not in one[1]} == {}


async def test_columns_that_are_missing_or_unknown_are_told_in_every_kind_of_file(pillar: Learn) -> None:
    told = await answers(pillar, lambda _columns: sheet(["colour of hair"], ["brown"]))

    assert {name: one for name, one in told.items() if one[0] != 400 or "column" not in one[1]} == {}


async def test_the_same_row_twice_is_answered_in_every_kind_of_file(pillar: Learn) -> None:
    told = await answers(pillar, lambda columns: sheet(columns, ["x"] * len(columns), ["x"] * len(columns)))

    assert {name: one for name, one in told.items() if one[0] not in {200, 201, 400}} == {}


async def test_a_page_names_merged_cells_in_the_language_of_the_reader(pillar: Learn) -> None:
    content = sheet(ATTENDANCE, ["N-p-1", "", "yes"], ["N-p-1", "", "yes"], merge="A2:A3")
    async with pillar.browser("learn:plan") as client:
        shown = await page(client, "/teach/s-1/list?lang=fr")
        answer = await send(client, shown, "/teach/s-1/list", files={"file": ("list.xlsx", content, XLSX)})

    assert "cellules fusionnées" in answer.text
    assert "A2:A3" in answer.text


def test_files_are_opened_in_one_room_alone() -> None:
    root = Path(MANIFEST.root)
    opening = [
        path.relative_to(root).parts[0]
        for path in root.rglob("*.py")
        if re.search(r"kernel\.sheets import [^\n]*\bopened\b", path.read_text(encoding="utf-8"))
    ]

    assert opening == ["intake"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.plural)
def test_no_two_columns_of_a_file_that_is_handed_out_have_one_name(kind: Kind) -> None:
    columns = columns_of(kind)

    assert len(set(columns)) == len(columns)

"""Wire shapes of learning material, and its list as a file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from govstack.kernel import crypto
from govstack.kernel.books import plain as undefused
from govstack.kernel.documents import misfit
from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer
from govstack.kernel.sheets import FileUnreadable, Format, Line
from govstack.pillars.learn.downloads import schemas as downloads
from govstack.pillars.learn.downloads.schemas import table_answer
from govstack.pillars.learn.intake import service as intake
from govstack.pillars.learn.response.materials.model import (
    TEXT_CHARACTERS_MAX,
    Content,
    Decided,
    Decision,
    Gap,
    Licence,
    Material,
    Notice,
    Similar,
    Title,
    Word,
)

PAGE_MAX = 500
IMPORT_BYTES_MAX = 10_000_000
IMPORT_ROWS_MAX = 5_000
COLUMNS = (
    "id", "title", "summary", "address", "licenceId", "holder", "source", "language", "format", "version", "ownerId",
    "topics", "competencies", "reviewedOn", "reviewDue", "paid",
)  # fmt: skip
LISTS = frozenset({"topics", "competencies"})
ROWS_MISFIT = _("Some rows do not fit. Nothing was taken in. Correct them and send the file again.")
BYTE_ORDER_MARK = "\ufeff"


class LicenceList(msgspec.Struct, frozen=True):
    """Licences."""

    licences: list[Licence]


class LicenceGiven(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A licence as it is sent; its id stands in the address."""

    name: Title
    url: Word = ""
    adapting: bool = False
    selling: bool = False
    share_alike: bool = False
    credit: bool = True


class SimilarList(msgspec.Struct, frozen=True):
    """What resembles the material that is wanted."""

    similar: list[Similar]


class MaterialGiven(msgspec.Struct, frozen=True):
    """Material that somebody wants to enter, and what they decided after the search."""

    content: Content
    decision: Decision


class MaterialList(msgspec.Struct, frozen=True):
    """Material, and after which id the next comes ("" at the end)."""

    materials: list[Material]
    next: str = ""


class MaterialsQuery(msgspec.Struct, frozen=True):
    """Which material."""

    language: Word = ""
    subject: Word = ""
    broken: bool = False
    after: Word = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_MAX)] = 100


class History(msgspec.Struct, frozen=True):
    """Where material comes from and what became of it."""

    decisions: list[Decided]
    derived: list[Material]
    notices: list[Notice]


class NoticeGiven(msgspec.Struct, frozen=True):
    """What an adapter tells the one who looks after the original."""

    words: Annotated[str, Meta(min_length=1, max_length=TEXT_CHARACTERS_MAX)]
    kind: Literal["notice", "patch"] = "notice"


class NoticeAnswer(msgspec.Struct, frozen=True):
    """Whether what was told is taken."""

    accepted: bool


class GapQuery(msgspec.Struct, frozen=True):
    """Languages of the report, separated by commas."""

    languages: Word = "en"


class GapList(msgspec.Struct, frozen=True):
    """How much material there is for each subject and language."""

    gaps: list[Gap]


class Wish(msgspec.Struct, frozen=True):
    """A subject that material is wanted on, or not any more."""

    kind: Literal["topic", "competency"]
    subject: Title
    wanted: bool = True


class Taken(msgspec.Struct, frozen=True):
    """What became of a file: how many rows changed something, how many were there already."""

    changed: int
    unchanged: int


def read_rows(content: bytes, kind: Format) -> list[tuple[str, Content]]:
    """Return the material of a file; raises BadRequest that names every row that does not fit."""
    table = intake.table_of(kind, content)
    unknown = [name for name in table.columns if name not in COLUMNS]
    if "title" not in table.columns:
        raise FileUnreadable(_("The first row must name the columns. A column called title is missing."))
    if unknown:
        raise FileUnreadable(f"There is no column called {unknown[0]}. Columns are: {', '.join(COLUMNS)}.")
    rows: list[tuple[str, Content]] = []
    faults: dict[str, str] = {}
    for line in _lines(lambda: table.take(PAGE_MAX, IMPORT_BYTES_MAX)):
        try:
            rows.append(_row(dict(zip(table.columns, line.cells, strict=False)), line.fault))
        except (msgspec.ValidationError, ValueError) as error:
            where = misfit(error, "row") if isinstance(error, msgspec.ValidationError) else ("row", str(error))
            faults[f"row {line.number}"] = " ".join(where)
    if faults:
        raise BadRequest(ROWS_MISFIT, fields=faults)
    return rows


def _lines(take: Callable[[], list[Line]]) -> Iterator[Line]:
    count = 0
    while part := take():
        count += len(part)
        if count > IMPORT_ROWS_MAX:
            raise FileUnreadable(f"The file has more than {IMPORT_ROWS_MAX} rows. Send it in several files.")
        yield from part


def _row(cells: dict[str, object], fault: str) -> tuple[str, Content]:
    if fault:
        raise ValueError(fault)
    given: dict[str, object] = {}
    for name, cell in cells.items():
        text = undefused(str(cell)).strip() if cell is not None else ""
        if name == "paid":
            given[name] = text.lower() in {"true", "yes", "1"}
        elif name in LISTS:
            given[name] = [part.strip() for part in text.split(";") if part.strip()]
        elif text:
            given[name] = text
    material_id = str(given.pop("id", ""))
    content = msgspec.convert(given, Content)
    # Without an id a row is known by what it says, so that the same file can be sent twice.
    known_by = msgspec.json.encode([content.title, content.address, content.language])
    return material_id or f"m-{crypto.digest(known_by)[:24]}", content


def file_answer(kind: Format, parts: AsyncIterator[list[Material]]) -> Answer:
    """Return the list of material as a file; as JSON it is the whole as it is kept."""
    if kind is Format.JSON:
        return downloads.file_answer("materials", kind, _json(parts))
    return table_answer("materials", kind, COLUMNS, _rows(parts))


async def _rows(parts: AsyncIterator[list[Material]]) -> AsyncIterator[list[list[str]]]:
    async for part in parts:
        yield [_cells(one) for one in part]


def _cells(one: Material) -> list[str]:
    told = msgspec.to_builtins(one)
    told["paid"] = str(one.paid).lower()
    return ["; ".join(told[name]) if name in LISTS else str(told[name] or "") for name in COLUMNS]


async def _json(parts: AsyncIterator[list[Material]]) -> AsyncIterator[bytes]:
    between = b"["
    async for part in parts:
        for one in part:
            yield between + msgspec.json.encode(one)
            between = b",\n"
    yield b"[]" if between == b"[" else b"]"

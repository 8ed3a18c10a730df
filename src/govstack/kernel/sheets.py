"""Reading files of records; whatever the format, a file is a list of columns and lines of cells."""

from __future__ import annotations

import csv
import io
import lzma
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import repeat
from json import JSONDecodeError, JSONDecoder
from operator import is_not
from typing import IO, Any

from govstack.kernel.books import SHEET_ROWS_MAX
from govstack.kernel.errors import BadRequest

FILE_BYTES_MAX = 400_000_000
ROWS_MAX = 2_000_000
COLUMNS_MAX = 1_000
ROW_CHARACTERS_MAX = 1_000_000
COLUMN_CHARACTERS_MAX = 300
PIECE_BYTES = 1 << 20
PIECES_HELD = 4
SHEET_BYTES_MAX = 1 << 30
SHEET_RATIO_MAX = 200
SHEET_TEXTS_BYTES_MAX = 128 << 20
SHEET_FILES_MAX = 1_000
# What reading an archive raises that is broken, or only calls itself one; what unpacks a part has errors of its own.
ARCHIVE_FAULTS = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, EOFError, OSError, ValueError,
)  # fmt: skip
BLANK_ROWS_MAX = 50_000
SMALL_BYTES = 10 << 20
HEAD_BYTES = 4_096
READ_CHARACTERS = 256 << 10
_RECORDS = re.compile(r'\s*\{\s*"records"\s*:\s*\[')
_BLANK = re.compile(r"[\s,]*")
_CODED = re.compile(r"_x([0-9A-Fa-f]{4})_")


csv.field_size_limit(ROW_CHARACTERS_MAX)
# Files of other programs hold things openpyxl leaves out and warns of: styles, drawings, checks of input.
warnings.filterwarnings("ignore", module="openpyxl")


class FileUnreadable(BadRequest):
    """The file is not what it should be, or larger than may be read; the detail says where and what to do."""

    code = "file-unreadable"
    title = "The file could not be read."


class Format(StrEnum):
    """What a file is."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"

    @property
    def media_type(self) -> str:
        """Return the content type of such a file."""
        return MEDIA_TYPES[self]


MEDIA_TYPES = {
    Format.CSV: "text/csv",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSON: "application/json",
}
FILE_TYPES = tuple(MEDIA_TYPES.values())
_FURTHER_TYPES = {
    "application/csv": Format.CSV, "text/tab-separated-values": Format.CSV, "application/x-ndjson": Format.JSON,
    "application/jsonl": Format.JSON, "application/json-lines": Format.JSON,
}  # fmt: skip
_ENDINGS = {
    ".csv": Format.CSV, ".tsv": Format.CSV, ".txt": Format.CSV, ".xlsx": Format.XLSX, ".json": Format.JSON,
    ".jsonl": Format.JSON, ".ndjson": Format.JSON,
}  # fmt: skip


def format_of(*, media_type: str = "", file_name: str = "") -> Format | None:
    """Return the format that a name's ending or else a content type says, or None."""
    ending = file_name[file_name.rfind(".") :].lower() if "." in file_name else ""
    if ending:
        return _ENDINGS.get(ending)
    named = media_type.partition(";")[0].strip().lower()
    return next((one for one, known in MEDIA_TYPES.items() if known == named), _FURTHER_TYPES.get(named))


class Pieces(io.RawIOBase):
    """A stored file as something to read and seek in; pieces are fetched one by one and a few are held."""

    def __init__(self, size: int, fetch: Callable[[int], bytes]) -> None:
        self._size, self._fetch, self._at = size, fetch, 0
        self._held: dict[int, bytes] = {}

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it can be read from anywhere."""
        return True

    def tell(self) -> int:
        """Return where reading goes on."""
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place."""
        self._at = max(0, {0: 0, 1: self._at, 2: self._size}[whence] + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer as far as the piece at this place reaches."""
        if self._at >= self._size:
            return 0
        number, offset = divmod(self._at, PIECE_BYTES)
        if number not in self._held:
            if len(self._held) >= PIECES_HELD:
                del self._held[next(iter(self._held))]
            self._held[number] = self._fetch(number)
        part = self._held[number][offset : offset + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its number as people find it in the file, its cells in the order of the columns, or what is wrong."""

    number: int
    cells: Sequence[Any]
    fault: str = ""
    size: int = 0


@dataclass(slots=True)
class Table:
    """A file that is being read; the columns of JSON grow with its lines."""

    columns: list[str]
    lines: Iterator[Line] = field(default_factory=lambda: iter(()))

    def take(self, rows: int, characters: int) -> list[Line]:
        """Return some more lines, none at the end; raises FileUnreadable."""
        taken: list[Line] = []
        try:
            for line in self.lines:
                taken.append(line)
                characters -= line.size
                if len(taken) >= rows or characters <= 0:
                    break
        except UnicodeDecodeError as error:
            raise FileUnreadable(NOT_UTF8) from error
        except csv.Error as error:
            raise FileUnreadable(
                f"The file breaks off or has a stray quotation mark after row {_last(taken)}."
            ) from error
        return taken


NOT_UTF8 = "The file is not text in UTF-8. Save it as “CSV UTF-8” or as a spreadsheet (.xlsx), then send it again."


def _last(taken: Sequence[Line]) -> int:
    return taken[-1].number if taken else 1


def opened(kind: Format, stream: io.RawIOBase) -> Table:
    """Return a file as a table; raises FileUnreadable."""
    source = io.BufferedReader(stream, READ_CHARACTERS)
    if kind is Format.XLSX:
        return _sheet(source)
    head = source.peek(4)[:4]
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"} or head == b"PK\x03\x04":
        raise FileUnreadable(NOT_UTF8)
    try:
        return _csv(source) if kind is Format.CSV else _json(source)
    except UnicodeDecodeError as error:
        raise FileUnreadable(NOT_UTF8) from error
    except csv.Error as error:
        raise FileUnreadable("The first row has a stray quotation mark.") from error


def _csv(source: IO[bytes]) -> Table:
    text = io.TextIOWrapper(source, "utf-8-sig", newline="")
    delimiter = _delimiter(text.read(READ_CHARACTERS))
    text.seek(0)
    rows = csv.reader(text, delimiter=delimiter, strict=True)
    columns = _columns(next((row for row in rows if any(row)), []))
    return Table(columns, _csv_lines(rows, len(columns)))


def _delimiter(text: str) -> str:
    """Return the sign that stands most often between the texts of the first row."""
    counts = dict.fromkeys(",;\t", 0)
    quoted = False
    for sign in text:
        if sign == '"':
            quoted = not quoted
        elif sign in "\r\n" and not quoted and any(counts.values()):
            break
        elif sign in counts and not quoted:
            counts[sign] += 1
    return max(counts, key=lambda sign: counts[sign])


def _columns(names: Iterable[object]) -> list[str]:
    columns = ["" if name is None else str(name).strip() for name in names]
    while columns and not columns[-1]:
        columns.pop()
    if not columns:
        raise FileUnreadable("The file is empty. Its first row must name the columns.")
    if len(columns) > COLUMNS_MAX:
        raise FileUnreadable(f"The file has more than {COLUMNS_MAX} columns.")
    if any(len(name) > COLUMN_CHARACTERS_MAX or "\x00" in name for name in columns):
        raise FileUnreadable("The first row must name the columns; what stands there is too long or no text.")
    columns = [name[1:] if name[:2] in {"'=", "'+", "'-", "'@"} else name for name in columns]
    double = next((name for name in columns if name and columns.count(name) > 1), "")
    if double:
        raise FileUnreadable(f"Two columns are called {double}. Rename one of them, then send the file again.")
    return columns


def _csv_lines(rows: Any, width: int) -> Iterator[Line]:
    count = 1
    for cells in rows:
        count += 1
        if not any(cells):
            continue
        fault = ""
        if len(cells) > width and any(cells[width:]):
            fault = "has more values than there are columns"
        elif len(cells) < width:
            fault = "has fewer values than there are columns"
        size = sum(map(len, cells))
        if size > ROW_CHARACTERS_MAX:
            yield Line(count, [], "is too long", size)
        else:
            yield Line(count, cells[:width], fault, size)


def _json(source: IO[bytes]) -> Table:
    table = Table([])
    table.lines = _json_lines(io.TextIOWrapper(source, "utf-8-sig"), table.columns)
    return table


def _json_lines(text: IO[str], columns: list[str]) -> Iterator[Line]:
    """Yield the objects of an array, of {"records": […]} or of lines, with no more than one of them in memory."""
    places: dict[str, int] = {}
    for count, (value, size) in enumerate(_elements(text), start=1):
        if not isinstance(value, dict):
            yield Line(count, [], "must be an object", size)
            continue
        for name in value:
            if name not in places:
                if len(places) >= COLUMNS_MAX or len(name) > COLUMN_CHARACTERS_MAX:
                    raise FileUnreadable(f"The file names more than {COLUMNS_MAX} fields, or one too long to be one.")
                places[name] = len(places)
                columns.append(name)
        cells: list[Any] = [None] * len(places)
        for name, one in value.items():
            cells[places[name]] = one
        yield Line(count, cells, "", size)


def _no_number(word: str) -> float:
    raise ValueError(word)


_DECODER = JSONDecoder(parse_constant=_no_number)


def _elements(text: IO[str]) -> Iterator[tuple[Any, int]]:
    held = text.read(READ_CHARACTERS)
    start = _RECORDS.match(held)
    whole = start is None and not held.lstrip().startswith("[")
    at = start.end() if start else (0 if whole else held.index("[") + 1)
    count, ended = 0, False
    while True:
        at = _skipped(held, at)
        if at >= len(held) and not ended:
            held, at = text.read(READ_CHARACTERS), 0
            ended = not held
            continue
        if at >= len(held) or held[at] == "]":
            if whole is (at >= len(held)):
                return
            raise FileUnreadable(f"The file breaks off after record {count}, or is not JSON there.")
        try:
            value, end = _DECODER.raw_decode(held, at)
        except RecursionError as error:
            raise FileUnreadable(f"Record {count + 1} is nested too deeply.") from error
        except (JSONDecodeError, ValueError) as error:
            more = "" if ended or len(held) - at > ROW_CHARACTERS_MAX else text.read(READ_CHARACTERS)
            if not more:
                raise FileUnreadable(f"The file is not JSON after record {count}, or a record is too long.") from error
            held, at = held[at:] + more, 0
            continue
        count += 1
        yield value, end - at
        at = end


def _skipped(held: str, at: int) -> int:
    found = _BLANK.match(held, at)
    return found.end() if found else at


def _sheet(source: IO[bytes]) -> Table:
    """Return the first sheet of a workbook; formulas are refused row by row, for nobody knows what they come to."""
    import openpyxl  # here and in Book alone: a start would wait for it, and few need it

    _refuse_bomb(source)
    try:
        book = openpyxl.load_workbook(source, read_only=True, data_only=False, keep_links=False)
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()
        found = sheet.iter_rows(max_col=COLUMNS_MAX + 1)
    except Exception as error:  # what a broken workbook makes openpyxl raise is not listed anywhere
        raise FileUnreadable(NO_SHEET) from error
    rows = _rows(found)
    columns = _columns(_uncoded(cell.value) for cell in next(rows, (1, ()))[1])
    return Table(columns, _sheet_lines(rows, len(columns)))


NO_SHEET = "The file is not a spreadsheet that can be read. Save it as .xlsx, then send it again."


def _refuse_bomb(source: IO[bytes]) -> None:
    """Refuse a workbook that would unpack into too much, or whose XML defines entities."""
    try:
        with zipfile.ZipFile(source) as archive:
            files = archive.infolist()
            unpacked = sum(one.file_size for one in files)
            packed = sum(one.compress_size for one in files)
            texts = sum(one.file_size for one in files if not one.filename.startswith("xl/worksheets/"))
            wild = unpacked > SMALL_BYTES and unpacked > packed * SHEET_RATIO_MAX
            if len(files) > SHEET_FILES_MAX or unpacked > SHEET_BYTES_MAX or texts > SHEET_TEXTS_BYTES_MAX or wild:
                raise FileUnreadable("The spreadsheet unpacks into more than may be read. Send it as CSV.")
            for one in files:
                if one.filename.endswith((".xml", ".rels")):
                    with archive.open(one) as part:
                        head = part.read(HEAD_BYTES).replace(b"\x00", b"")
                    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                        raise FileUnreadable(NO_SHEET)
    except ARCHIVE_FAULTS as error:
        raise FileUnreadable(NO_SHEET) from error
    source.seek(0)


def _rows(found: Iterator[Any]) -> Iterator[tuple[int, Any]]:
    """Yield the rows that hold something, with their numbers."""
    number, blank, absent = 0, 0, None
    while True:
        try:
            row = next(found, None)
        except Exception as error:  # as above: the file breaks off or lies about itself
            raise FileUnreadable(
                f"The spreadsheet cannot be read after row {number}." if number else NO_SHEET
            ) from error
        if row is None:
            return
        number += 1
        if number > SHEET_ROWS_MAX + 1 or blank > BLANK_ROWS_MAX:
            raise FileUnreadable("The spreadsheet has too many rows. Delete those that are empty, then send it again.")
        if row is absent:  # one and the same stands for all rows that are left out, which may be a million
            continue
        if _holds(row):
            yield number, row
        else:
            absent, blank = row, blank + 1


def _holds(cells: Sequence[Any]) -> bool:
    """Tell whether some cells hold anything; rows are filled up with one empty cell, which costs no look."""
    from openpyxl.cell.read_only import EMPTY_CELL

    return any(map(is_not, cells, repeat(EMPTY_CELL))) and any(cell.value is not None for cell in cells)


def _sheet_lines(rows: Iterable[tuple[int, Any]], width: int) -> Iterator[Line]:
    for number, row in rows:
        head, more = row[:width], _holds(row[width:])
        cells = [_cell(cell.value) for cell in head]
        if not more and cells.count(None) == len(cells):
            continue
        kinds = {cell.data_type for cell in head}
        fault = ""
        if more:
            fault = "has more values than there are columns"
        elif "f" in kinds:
            fault = "holds a formula; put its result in its place"
        elif "e" in kinds:
            fault = "holds a formula that failed, such as #N/A"
        size = sum([len(cell) if isinstance(cell, str) else 8 for cell in cells])
        yield Line(
            number,
            cells if size <= ROW_CHARACTERS_MAX else [],
            fault if size <= ROW_CHARACTERS_MAX else "is too long",
            size,
        )


def _cell(value: object) -> Any:
    if value is None or type(value) is str:
        return _uncoded(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return value if isinstance(value, int | float | bool) else _uncoded(str(value))


def _uncoded(value: Any) -> Any:
    """Return text with the characters that a workbook writes as _x0007_."""
    coded = isinstance(value, str) and "_x" in value
    return _CODED.sub(lambda match: chr(int(match[1], 16)), value) if coded else value

"""Wire shapes of files of rows."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec

from govstack.kernel.books import csv_line, defused
from govstack.kernel.routing import Answer, Call
from govstack.pillars.learn.intake.model import Intake, Refusal, State

BYTE_ORDER_MARK = "\ufeff"
RETRY_SECONDS = 5


class FileAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """A file that a job takes in: its state, how many bytes of it were read, and what became of its rows so far."""

    id: str
    state: State
    fault: str
    check_only: bool
    bytes: int
    bytes_read: int
    rows_read: int
    added: int
    known: int
    refused: int

    @classmethod
    def of(cls, one: Intake) -> FileAnswer:
        """Return a file as it is answered."""
        return cls(
            one.id, one.state, one.fault, one.check_only, one.size, one.reached, one.rows_read, one.added, one.known,
            one.refused,
        )  # fmt: skip


class FilesBeingRead(msgspec.Struct, frozen=True):
    """The files that jobs are reading now, the newest first."""

    files: list[FileAnswer]


class RefusalAnswer(msgspec.Struct, frozen=True):
    """A row that was refused: its number in the file, and what was wrong by column."""

    row: int
    fields: dict[str, str]


class RefusalList(msgspec.Struct, frozen=True):
    """The first rows that were refused."""

    refusals: list[RefusalAnswer]

    @classmethod
    def of(cls, found: list[Refusal]) -> RefusalList:
        """Return refused rows as they are answered."""
        return cls([RefusalAnswer(one.number, dict(one.faults)) for one in found])


def accepted(call: Call, one: Intake) -> Answer:
    """Return that a file is taken in by and by, and the address that tells how far it is."""
    own = call.operation.path
    address = f"{call.mount}{call.url_path.removeprefix(call.mount).removesuffix(own)}/files/{one.id}"
    headers = {"Location": address, "Retry-After": str(RETRY_SECONDS)}
    return Answer(value=FileAnswer.of(one), status=202, headers=headers)


def refusals_file(intake_id: str, parts: AsyncIterator[list[Refusal]]) -> Answer:
    """Return refused rows as a CSV file to put right: number, what was wrong, and what the row held."""

    async def stream() -> AsyncIterator[bytes]:
        columns: list[str] = []
        async for part in parts:
            if not columns:
                columns = list(dict.fromkeys(name for row in part for name in row.cells))
                yield (BYTE_ORDER_MARK + csv_line(["_row", "_problem", *map(defused, columns)])).encode()
            lines = [
                [row.number, defused(_problem(row)), *(defused(row.cells.get(name, "")) for name in columns)]
                for row in part
            ]
            yield "".join(map(csv_line, lines)).encode()

    headers = {"Content-Disposition": f'attachment; filename="refused-{intake_id}.csv"', "Cache-Control": "no-store"}
    return Answer(stream=stream(), media_type="text/csv; charset=utf-8", headers=headers)


def _problem(row: Refusal) -> str:
    return "; ".join(f"{name}: {words}" if name else words for name, words in row.faults.items())

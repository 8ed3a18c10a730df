"""Refusals of imports."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound, TooLarge, Unsupported


class UnknownImport(NotFound):
    """There is no such import, or it is somebody else's."""

    code = "unknown-import"
    title = "There is no import here. It may be over: what was sent is kept for a day."


class ImportNotReady(Conflict):
    """The import is not where this can be done."""

    code = "import-not-ready"
    title = "The import is not where this can be done. Look at its state first."


class TooManyImports(Conflict):
    """Somebody has several imports open in a registry."""

    code = "too-many-imports"
    title = "You have several imports open in this registry. Finish or cancel one first."


class TooManyRows(Conflict):
    """More rows than can be taken all or none."""

    code = "too-many-rows"
    title = "The file has too many rows to take all or none of them. Take the good rows, or send several files."


class BadMatching(BadRequest):
    """Columns are matched to what is no field, or two columns to one field, or none at all."""

    code = "bad-matching"
    title = "The columns do not match the fields. Match each field to one column at most, and one field at least."


class FileTooLarge(TooLarge):
    """The file is larger than may be sent."""

    code = "file-too-large"
    title = "The file is too large. Send it in several files."


class UnknownFormat(Unsupported):
    """The file is of a kind that is not read."""

    code = "unknown-format"
    title = "Send a CSV file, a spreadsheet (.xlsx) or JSON."

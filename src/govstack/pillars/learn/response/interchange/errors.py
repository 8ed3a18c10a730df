"""Refusals about files of courses and sessions."""

from __future__ import annotations

from collections.abc import Sequence

from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _


class ColumnsWrong(BadRequest):
    """The file misses a column, or has one that is not known."""

    code = "columns-wrong"
    title = _("The columns of the file are not those that a file from here has. Take one out and fill it in.")

    def __init__(self, columns: Sequence[str]) -> None:
        super().__init__(extra={"columns": list(columns)})
        self.columns = list(columns)


class TooManyCourseRows(BadRequest):
    """The file has more rows than are taken in at once."""

    code = "too-many-course-rows"
    title = _("The file has too many rows. Send it in parts.")

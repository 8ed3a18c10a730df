"""Refusals of files of records."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _


class UnknownFormat(BadRequest):
    """The file is neither CSV, a spreadsheet nor JSON."""

    code = "unknown-format"
    title = _("Send a CSV file, a spreadsheet (.xlsx) or JSON.")


class ColumnsMissing(BadRequest):
    """The first row does not name every required column."""

    code = "columns-missing"
    title = _("The first row must name every required column.")

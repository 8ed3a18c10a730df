"""Refusals about files of answers."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, NotFound
from govstack.kernel.i18n import _


class UnknownUpload(NotFound):
    """There is no such file of answers."""

    code = "unknown-upload"
    title = _("There is no such file of answers.")


class WrongKind(BadRequest):
    """Files of answers are CSV, spreadsheets or JSON."""

    code = "wrong-kind-of-file"
    title = _("Send a CSV file, a spreadsheet (.xlsx) or JSON.")

"""Refusals about files of answers."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound
from govstack.kernel.i18n import _


class UnknownUpload(NotFound):
    """There is no such file of answers."""

    code = "unknown-upload"
    title = _("There is no such file of answers.")


class WrongKind(BadRequest):
    """Files of answers are CSV, spreadsheets or JSON."""

    code = "wrong-kind-of-file"
    title = _("Send a CSV file, a spreadsheet (.xlsx) or JSON.")


class EmptyFile(BadRequest):
    """There is nothing in the file."""

    code = "empty-file"
    title = _("The file is empty.")


class TooLarge(BadRequest):
    """The file is larger than may be sent."""

    code = "file-too-large"
    title = _("The file is too large. Send it in several files.")


class TooManyUploads(Conflict):
    """Several files are being read already."""

    code = "too-many-uploads"
    title = _("Several files of this campaign are being read already. Wait until one is done.")

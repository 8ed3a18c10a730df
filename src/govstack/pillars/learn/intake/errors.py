"""Refusals about files of rows."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound
from govstack.kernel.i18n import _


class UnknownFile(NotFound):
    """There is no such file, or none that the caller may see."""

    code = "unknown-file"
    title = _("There is no such file.")


class EmptyFile(BadRequest):
    """There is nothing in the file."""

    code = "empty-file"
    title = _("The file is empty.")


class TooLarge(BadRequest):
    """The file is larger than may be sent."""

    code = "file-too-large"
    title = _("The file is too large. Send it in several files.")


class TooManyFiles(Conflict):
    """Several files for the same thing are being read already."""

    code = "too-many-files"
    title = _("Several files are being read here already. Wait until one is done.")


class NotBeingRead(Conflict):
    """A file that is not being read cannot be cancelled."""

    code = "not-being-read"
    title = _("The file is not being read any more. What was taken in stays.")

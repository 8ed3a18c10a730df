"""Refusals of files."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest


class FileUnreadable(BadRequest):
    """The file is not what it should be, or larger than may be read; the detail says where and what to do."""

    code = "file-unreadable"
    title = "The file could not be read."


class TextTooLong(BadRequest):
    """A spreadsheet cannot hold a text of this length."""

    code = "text-too-long"
    title = "A text is longer than a spreadsheet can hold. Export as CSV or JSON instead."

"""Refusals about QTI packages."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, NotFound
from govstack.kernel.i18n import _


class BadPackage(BadRequest):
    """The file is no QTI package, or one that may not be opened; the detail says why."""

    code = "bad-qti-package"
    title = _("The file is not a QTI package that can be read.")


class UnknownKept(NotFound):
    """Nothing was kept under this id."""

    code = "unknown-kept-item"
    title = _("There is no kept item with this id.")

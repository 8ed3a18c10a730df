"""Refusals of files of frameworks."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _


class NoPackage(BadRequest):
    """What was sent is no CASE package."""

    code = "no-case-package"
    title = _(
        "This is not a CASE package: it needs a CFDocument with identifier and title, and CFItems with statements."
    )


class RowsRefused(BadRequest):
    """Rows of a table of competencies do not fit; `fields` says which and why. Nothing was changed."""

    code = "rows-refused"
    title = _("Some rows do not fit. A framework is taken in as a whole, so nothing was changed.")


class ColumnsAbsent(BadRequest):
    """The first row does not name the columns that a table of competencies needs."""

    code = "columns-absent"
    title = _("The first row must name the columns id, and title with a language such as title:en.")

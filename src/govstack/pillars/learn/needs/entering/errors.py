"""Refusals of files of ratings."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _


class ColumnsOfRatings(BadRequest):
    """The first row does not name the columns that ratings need."""

    code = "columns-of-ratings"
    title = _("The first row must name the columns person, competency, level and kind.")

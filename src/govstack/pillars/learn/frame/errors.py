"""Refusals that every room makes."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _


class BadId(BadRequest):
    """An id that a caller chooses has letters, digits and . _ : - only, and is no word of an address, such as new."""

    code = "bad-id"
    title = _(
        "An id has 1 to 100 letters, digits, dots, hyphens, underscores or colons, and is no word that stands in the "
        "addresses of pages, such as new or file."
    )

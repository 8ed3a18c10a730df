"""Refusals about items."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound
from govstack.kernel.i18n import _


class UnknownItem(NotFound):
    """There is no such item."""

    code = "unknown-item"
    title = _("There is no item with this id.")


class BadItem(BadRequest):
    """An item is not whole; the detail says what is missing."""

    code = "bad-item"
    title = _("The item is not whole.")


class ItemRetired(Conflict):
    """A retired item is not changed any more."""

    code = "item-retired"
    title = _("This item was retired. Write a new one in its place.")


class ItemChanged(Conflict):
    """Somebody else changed the item since it was read."""

    code = "item-changed"
    title = _("Somebody else changed this meanwhile. Read it again, then make your change.")


class BadItemFile(BadRequest):
    """A file of items lacks a column, or has more rows than are read at once."""

    code = "bad-item-file"
    title = _("The file of items could not be taken in.")

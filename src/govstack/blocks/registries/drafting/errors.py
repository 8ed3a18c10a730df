"""Refusals of acts on a draft."""

from __future__ import annotations

from govstack.kernel.errors import NotFound


class UnknownField(NotFound):
    """The draft has no field with this number."""

    title = "The draft has no such field. It may have been removed or renamed."

"""Refusals for lack of a right."""

from __future__ import annotations

from govstack.kernel.errors import Forbidden


class RightMissing(Forbidden):
    """The caller may not use this service of the registry."""

    code = "right-missing"
    title = "You do not have the right to use this service of the registry. Ask its owner to grant it."


class FieldHidden(Forbidden):
    """The caller may not see or write a field, so it may not ask about it either."""

    code = "field-hidden"
    title = "You do not have the right to use this field."

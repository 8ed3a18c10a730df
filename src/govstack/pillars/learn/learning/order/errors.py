"""Refusals of what a launched unit says at the wrong time."""

from __future__ import annotations

from govstack.kernel.errors import Forbidden
from govstack.kernel.i18n import _


class OutOfOrder(Forbidden):
    """A statement of a launched unit conflicts with the rules of cmi5; the detail says which."""

    code = "out-of-order"
    title = _("The course said something that does not fit here. Nothing of it was kept.")

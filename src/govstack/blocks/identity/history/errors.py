"""Refusals about the history of an identity."""

from __future__ import annotations

from govstack.blocks.identity.frame.errors import Refused
from govstack.kernel.errors import Forbidden
from govstack.kernel.i18n import _


class UnknownEvent(Refused):
    """There is no such event, or it is not this person's."""

    def __init__(self) -> None:
        super().__init__("invalid_event_id", _("There is no event of yours with this number. Check the number."))


class NotAPerson(Forbidden):
    """Whoever calls is no person that this block knows."""

    code = "not-a-person"
    title = _("Only somebody whose identity is in use can do this. Sign in as yourself.")

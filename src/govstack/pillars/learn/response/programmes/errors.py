"""Refusals about programmes."""

from __future__ import annotations

from govstack.kernel.errors import Conflict
from govstack.kernel.i18n import _


class ApprovedAlready(Conflict):
    """The programme is approved."""

    code = "approved-already"
    title = _("This programme is approved already.")


class PointsUnread(Conflict):
    """What the plan lacks has changed since the approver read it."""

    code = "points-unread"
    title = _("The plan changed since you read it. Read the open points again, then approve.")

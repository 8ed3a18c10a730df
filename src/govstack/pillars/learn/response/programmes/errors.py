"""Refusals about programmes."""

from __future__ import annotations

from govstack.kernel.errors import Conflict
from govstack.kernel.i18n import _


class ApprovedAlready(Conflict):
    """The programme is approved."""

    code = "approved-already"
    title = _("This programme is approved already.")


class PlanUnread(Conflict):
    """The plan says, costs or lacks something else than when the approver read it."""

    code = "plan-unread"
    title = _("The plan changed since you read it. Read the open points again, then approve.")

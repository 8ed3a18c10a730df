"""Refusals about findings."""

from __future__ import annotations

from govstack.kernel.errors import Conflict, Forbidden
from govstack.kernel.i18n import _


class NotForYou(Forbidden):
    """Findings are for those who plan, evaluate or lead."""

    code = "findings-not-for-you"
    title = _("What a campaign found is for those who plan, evaluate or lead. Ask the training unit.")


class NotStarted(Conflict):
    """A campaign that has not started found nothing yet."""

    code = "campaign-not-started"
    title = _("The campaign has not started yet. There is something to see when it has.")

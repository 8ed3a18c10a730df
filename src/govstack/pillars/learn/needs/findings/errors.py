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


class NotClosed(Conflict):
    """What people of a campaign said is told when it has closed."""

    code = "campaign-not-closed"
    title = _("The campaign has not closed yet. Its results are told when it has.")


class TooFewAnswered(Conflict):
    """So few answered that what they said would tell of them."""

    code = "too-few-answered"
    title = _("Too few people answered: their figures would tell of them. Ask more people, or again.")

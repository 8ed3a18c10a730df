"""Refusals about reviews."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, Forbidden
from govstack.kernel.i18n import _


class RoundClosed(Conflict):
    """The round is not open."""

    code = "round-closed"
    title = _("This round is not open.")


class InterestUndeclared(BadRequest):
    """A reviewer decides after declaring an interest, or that there is none."""

    code = "interest-undeclared"
    title = _("Declare your interests first, also when you have none.")


class AuthorMayNotVote(Forbidden):
    """Whoever wrote a part of the deliverable has no voice on it."""

    code = "author-may-not-vote"
    title = _("You wrote a part of this deliverable, so you cannot decide on it.")

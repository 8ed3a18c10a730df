"""Refusals about proposals."""

from __future__ import annotations

from govstack.kernel.errors import Conflict, Forbidden, NotFound
from govstack.kernel.i18n import _


class UnknownProposal(NotFound):
    """There is no such proposal, or it is not for the caller."""

    code = "unknown-proposal"
    title = _("There is no such proposal.")


class ProposalDecided(Conflict):
    """Each proposal is decided on once."""

    code = "proposal-decided"
    title = _("It was decided on this proposal already.")


class OwnProposal(Forbidden):
    """Nobody decides on what they propose."""

    code = "own-proposal"
    title = _("Somebody else decides on what you propose.")


class TopicTaken(Conflict):
    """A topic is taken once, while it is proposed."""

    code = "topic-taken"
    title = _("This topic cannot be taken any more.")


class ClaimedAlready(Conflict):
    """Nobody asks twice for the same topic while they wait."""

    code = "claimed-already"
    title = _("You asked for this topic already. Those who keep it decide.")


class ProposedEnough(Conflict):
    """There is a limit a day, against scripts."""

    code = "proposed-enough"
    title = _("You proposed as much as one can in a day. Come back tomorrow.")

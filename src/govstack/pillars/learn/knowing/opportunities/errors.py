"""Refusals about contributions."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, Forbidden, NotFound
from govstack.kernel.i18n import _


class UnknownOpportunity(NotFound):
    """The community has no such opportunity."""

    code = "unknown-opportunity"
    title = _("This community has no such opportunity.")


class UnknownContribution(NotFound):
    """There is no such contribution, or it is not for the caller."""

    code = "unknown-contribution"
    title = _("There is no such contribution.")


class DueTooSoon(BadRequest):
    """A task is due today or later, within three years."""

    code = "contribution-due"
    title = _("The due date is today or later, three years from now at most.")


class ContributionStep(Conflict):
    """A contribution cannot come from this state into that one."""

    code = "contribution-step"
    title = _("This contribution cannot be changed so.")


class OwnContribution(Forbidden):
    """Nobody confirms what they did themselves."""

    code = "own-contribution"
    title = _("Somebody else has to confirm what you did.")


class TooManyContributions(Conflict):
    """A person has a limit of contributions."""

    code = "too-many-contributions"
    title = _("You have as many contributions as can be kept. Withdraw one first.")

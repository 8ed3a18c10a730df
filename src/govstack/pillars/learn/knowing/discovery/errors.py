"""Refusals about what reviewers decide in discovery."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Forbidden
from govstack.kernel.i18n import _


class OwnWork(Forbidden):
    """Whoever nominated, proposed or wrote something does not decide on it."""

    code = "own-work"
    title = _("You nominated or wrote this yourself, so you cannot decide on it.")


class InterestHeld(Forbidden):
    """Whoever has an interest in something does not decide on it."""

    code = "interest-held"
    title = _("You have an interest in this, so somebody else decides on it.")


class NoDecision(BadRequest):
    """The word is not one that a reviewer can decide."""

    code = "no-decision"
    title = _("Choose what you decide.")

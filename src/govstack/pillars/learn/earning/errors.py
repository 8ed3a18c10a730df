"""Refusals about badges that are earned."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict
from govstack.kernel.i18n import _


class NoRuleOfCourse(Conflict):
    """A badge that is given by hand, or for attendance, cannot be earned by completing a course."""

    code = "no-rule-of-course"
    title = _("Choose a badge in use that is awarded by a rule on the result alone.")


class NoRuleOfOffering(Conflict):
    """A badge that is given by hand, or for contributions, cannot be earned by the certificate of an offering."""

    code = "no-rule-of-offering"
    title = _("Choose a badge in use that is awarded by a rule on result or attendance.")


class NoRuleOfCommunity(Conflict):
    """A community gives badges for contributions that facilitators of communities award."""

    code = "no-rule-of-community"
    title = _("Choose a badge in use for contributions, awarded by rule and by facilitators of communities.")


class NotOffered(BadRequest):
    """A badge can be named for what the community offers to do."""

    code = "not-an-opportunity"
    title = _("This is not one of the opportunities of the community.")


class TooManyBadges(Conflict):
    """A course, offering or community earns as many badges as it may."""

    code = "too-many-badges-of-course"
    title = _("As many badges can be earned here as there may be. Take one away first.")

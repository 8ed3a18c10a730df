"""Refusals about badges of courses."""

from __future__ import annotations

from govstack.kernel.errors import Conflict
from govstack.kernel.i18n import _


class NoRuleOfCourse(Conflict):
    """A badge that is given by hand, or for attendance, cannot be earned by completing a course."""

    code = "no-rule-of-course"
    title = _("Choose a badge in use that is awarded by a rule on the result alone.")


class TooManyBadges(Conflict):
    """A course earns as many badges as it may."""

    code = "too-many-badges-of-course"
    title = _("This course earns as many badges as a course may. Take one away first.")

"""Refusals about launches."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound
from govstack.kernel.i18n import _


class UnknownCourse(NotFound):
    """There is no such course to launch, or no such unit in it, or it is for registered learners alone."""

    code = "unknown-launch-course"
    title = _("There is no course or unit with this id to open.")


class UnknownRegistration(NotFound):
    """Nobody is registered so."""

    code = "unknown-registration"
    title = _("There is no registration with this id.")


class NotACourse(BadRequest):
    """The structure of a course contradicts itself."""

    code = "not-a-course"
    title = _("The structure of the course does not hold together.")


class UnitsKept(Conflict):
    """Units that people have worked on stay in a course."""

    code = "units-kept"
    title = _("People have worked on a unit that is missing now. Keep every unit, or enter a new course.")

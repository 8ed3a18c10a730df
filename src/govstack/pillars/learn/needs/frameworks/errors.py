"""Refusals about frameworks and scales."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound
from govstack.kernel.i18n import _


class UnknownFramework(NotFound):
    """There is no such framework."""

    code = "unknown-framework"
    title = _("There is no framework with this id.")


class UnknownCompetency(NotFound):
    """There is no such competency."""

    code = "unknown-competency"
    title = _("There is no competency with this id.")


class UnknownScale(BadRequest):
    """A competency is measured on a scale that nobody entered."""

    code = "unknown-scale"
    title = _("A competency names a scale that is not known. Enter the scale first.")


class BrokenFramework(BadRequest):
    """A framework contradicts itself; the detail says where."""

    code = "broken-framework"
    title = _("The framework contradicts itself.")


class BrokenScale(BadRequest):
    """A scale has no levels, or two in one place."""

    code = "broken-scale"
    title = _("Each level of a scale needs a place of its own, counted from 1 or from 0.")


class ScaleInUse(Conflict):
    """A level that something uses cannot go away."""

    code = "scale-in-use"
    title = _("A scale that is in use keeps its levels. Enter another scale instead.")


class CompetencyTaken(Conflict):
    """Another framework has a competency of this id."""

    code = "competency-taken"
    title = _("Another framework has a competency with one of these ids. Give each an id of its own.")


class OtherId(BadRequest):
    """The address and what was sent name different ids."""

    code = "other-id"
    title = _("The address names another id than what was sent. Send it to its own address.")

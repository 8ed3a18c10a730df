"""Refusals about what badges stand for."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, NotFound
from govstack.kernel.i18n import _


class UnknownAchievement(NotFound):
    """Nothing of this id can be awarded."""

    code = "unknown-achievement"
    title = _("There is no badge of this kind.")


class NoRule(BadRequest):
    """A badge that is awarded by rule needs to say what has to be reached."""

    code = "badge-without-rule"
    title = _("A badge that a rule awards needs a least score or a least attendance, unless it is for contributions.")


class CompetencyNotInFramework(BadRequest):
    """A framework that is held here has no competency of this code."""

    code = "badge-competency-unknown"
    title = _("The framework that you named is kept here and has no competency of this code. Look its code up there.")


class LevelNotOnScale(BadRequest):
    """The competency is not measured at this level."""

    code = "badge-level-unknown"
    title = _("The competency that you named has no such level on its scale. Look its levels up in the framework.")


class LevelWithoutCompetency(BadRequest):
    """A level says nothing without the competency that it is of."""

    code = "level-without-competency"
    title = _("A level needs the competency that it is of: give its framework and its code.")

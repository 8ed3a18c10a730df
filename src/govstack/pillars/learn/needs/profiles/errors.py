"""Refusals about profiles."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, NotFound
from govstack.kernel.i18n import _


class UnknownProfile(NotFound):
    """There is no such profile."""

    code = "unknown-profile"
    title = _("There is no profile with this id.")


class LevelNotOffered(BadRequest):
    """The competency does not have this level."""

    code = "level-not-offered"
    title = _("This competency does not have this level. Choose one of its own levels.")


class CompetencyNotRated(BadRequest):
    """A heading or a retired competency cannot be asked for."""

    code = "competency-not-rated"
    title = _("Nobody is rated on this: it is a heading, was retired, or is not known.")


class RequiredTwice(BadRequest):
    """One competency is asked for twice."""

    code = "required-twice"
    title = _("A profile asks for each competency once.")

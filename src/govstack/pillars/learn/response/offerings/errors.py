"""Refusals about offerings and sessions."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound
from govstack.kernel.i18n import _


class UnknownOffering(NotFound):
    """There is no such offering, or it is not public."""

    code = "unknown-offering"
    title = _("There is no such course.")


class UnknownSession(NotFound):
    """There is no such session."""

    code = "unknown-session"
    title = _("There is no such session of a course.")


class NotOfTypology(BadRequest):
    """An offering needs a type of the typology that the country uses."""

    code = "type-not-active"
    title = _("Choose at least one type of the typology in use; every type must be known.")


class TooFewChannels(Conflict):
    """An offering opens when people can get help in two ways at least (F33.3)."""

    code = "too-few-channels"
    title = _("Name at least two channels of support before the course opens.")


class NotPlanned(Conflict):
    """An offering opens when its evaluation is planned; the plan bears the id of the offering."""

    code = "evaluation-not-planned"
    title = _("Plan the evaluation of this course at all four levels first. Then open it.")


class UnknownTerm(BadRequest):
    """A word of an offering is not known."""

    code = "unknown-term"
    title = _("This names an audience, delivery form, topic or programme that is not known.")


class BeforeItself(BadRequest):
    """An offering names a prerequisite that is unknown or leads back to itself."""

    code = "prerequisite-loop"
    title = _("A course cannot be taken before itself, nor after one that is not known.")


class BadParts(BadRequest):
    """The parts do not fit the delivery form or the completion rule."""

    code = "parts-do-not-fit"
    title = _("A blended course has parts of at least two other forms; others have parts of their own form.")


class BadSession(BadRequest):
    """Times, seats or quotas of a session contradict each other."""

    code = "session-contradicts-itself"
    title = _("The times, days or quotas of the session contradict each other.")


class FewerThanTaken(Conflict):
    """More seats are taken than would be left."""

    code = "seats-taken"
    title = _("More people have a seat than that. Cancel places first.")

"""Refusals about possible duplicates."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Forbidden, NotFound
from govstack.kernel.i18n import _


class UnknownCandidate(NotFound):
    """The enrolment has no such candidate."""

    code = "unknown-candidate"
    title = _("This person is not among those who may be the same. Look at the enrolment again.")


class OwnEnrolment(Forbidden):
    """Nobody decides who is who in an enrolment of their own."""

    code = "own-enrolment"
    title = _("You sent this enrolment yourself. Another officer decides who this is.")


class ReasonMissing(BadRequest):
    """A decision about people needs a reason."""

    code = "reason-missing"
    title = _("Give the reason of your decision.")


class SeveralSame(BadRequest):
    """A person cannot be two others."""

    code = "several-same"
    title = _("You decided already that this is somebody else of the list. Change that decision first.")

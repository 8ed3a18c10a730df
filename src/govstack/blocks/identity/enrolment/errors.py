"""Refusals about enrolments."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, Forbidden, NotFound
from govstack.kernel.i18n import _


class UnknownEnrolment(NotFound):
    """There is no such enrolment, or it is not the caller's."""

    code = "unknown-enrolment"
    title = _("There is no enrolment of this id that you may see.")


class NotTheirs(Forbidden):
    """The id belongs to an enrolment of another service."""

    code = "enrolment-of-another"
    title = _("This id belongs to an enrolment that another service began.")


class UnknownIndividual(NotFound):
    """Nobody is known under the identifier that an update or a loss names."""

    code = "unknown-individual"
    title = _("Nobody is known under this identifier, or it is not in force. Check it with the person.")


class EnrolmentClosed(Conflict):
    """The enrolment is submitted or has ended."""

    code = "enrolment-closed"
    title = _("This enrolment takes nothing more. Begin another one.")


class ProcessDiffers(Conflict):
    """A packet is for another process than its enrolment."""

    code = "process-differs"
    title = _("The packets of one enrolment are for one process.")


class Incomplete(BadRequest):
    """What an enrolment needs is missing."""

    code = "enrolment-incomplete"
    title = _("The enrolment is not complete yet.")


class UnknownField(BadRequest):
    """A field that this country does not keep."""

    code = "unknown-field"
    title = _("A field is not one that is kept here. Leave it out.")


class TooManyPackets(Conflict):
    """An enrolment has more packets than are taken in."""

    code = "too-many-packets"
    title = _("This enrolment has as many packets as one may have. Begin another one.")

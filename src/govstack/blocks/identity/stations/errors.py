"""Refusals about services of enrolment."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound
from govstack.kernel.i18n import _


class StationInvalid(BadRequest):
    """What is said of a service does not make one."""

    code = "invalid-enrolment-service"
    title = _("This does not describe a service of enrolment.")


class StationTaken(Conflict):
    """The centre has a machine of this name already."""

    code = "enrolment-service-taken"
    title = _("This machine is registered already. Revoke it before you register it with another key.")


class StationRevoked(Conflict):
    """A revoked service stays revoked."""

    code = "enrolment-service-revoked"
    title = _("This service was revoked and stays so. Register it anew, with a new key.")


class UnknownStation(NotFound):
    """No service has this id."""

    code = "unknown-enrolment-service"
    title = _("There is no such service of enrolment.")

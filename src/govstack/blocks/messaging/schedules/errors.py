"""What scheduling refuses."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, NotFound, TooMany
from govstack.kernel.i18n import _


class ScheduleInvalid(BadRequest):
    """Something about the times cannot be used; `fields` names what."""

    title = "The request cannot be sent at these times. Correct the fields that are named, then try again."


class UnknownSchedule(NotFound):
    """There is no such schedule, or it is another sender's."""

    title = _("There is no such schedule. Check the id that scheduling returned.")


class TooManySchedules(TooMany):
    """The sender has as many schedules as it can have."""

    title = "You have as many schedules as you can have. Cancel those that are not needed."

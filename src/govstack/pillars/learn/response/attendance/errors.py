"""Refusals about attendance."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, Forbidden
from govstack.kernel.i18n import _


class NotADay(BadRequest):
    """The session is not held on this day."""

    code = "not-a-day"
    title = _("The session is not held on this day.")


class CodeExpired(Forbidden):
    """The code is old, of another session, or was changed."""

    code = "code-expired"
    title = _("This code has expired. Scan the one that is shown in the room now.")


class NoSeat(Conflict):
    """The person has no seat in this session."""

    code = "no-seat"
    title = _("You have no confirmed place in this session. Talk to the trainer.")


class OwnAttendance(Forbidden):
    """Whoever keeps a session would keep one that they take part in."""

    code = "own-attendance"
    title = _("You take part in this session yourself. Somebody else keeps its attendance and results.")


class ColumnsMissing(BadRequest):
    """The file lacks columns."""

    code = "columns-missing"
    title = _("The list needs the columns number, day and present.")


class TooManyRows(BadRequest):
    """The list is longer than may be."""

    code = "too-many-rows"
    title = _("The list has more than 10,000 rows. Send it in parts.")


class NoSuchPart(BadRequest):
    """The offering has no part of this number, or it is not tested."""

    code = "no-such-part"
    title = _("The course has no such part, or a part without a test got a result.")


class NotBegunYet(Conflict):
    """A session that has not begun cannot be ended."""

    code = "session-not-begun"
    title = _("This session has not begun, so nobody has completed or missed it. Cancel it where it is not held.")


class NotHeld(Conflict):
    """A session that was cancelled is not ended."""

    code = "session-not-held"
    title = _("The session was cancelled")

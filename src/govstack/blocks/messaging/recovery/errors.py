"""What extending and sending again refuse."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict
from govstack.kernel.i18n import _


class RequestDiffers(BadRequest):
    """What is sent again is not what was sent under this id."""

    title = "This is not what you sent under this id. Send exactly the same again, or send it as a new request."


class NothingUnderWay(Conflict):
    """No message of a request is tried any more, and what they said was deleted."""

    title = _(
        "None of its messages waits to be sent, so nothing can be extended. Ask the sender to send again what failed."
    )


class EndInvalid(BadRequest):
    """A moment up to which nobody can extend."""

    title = _("Messages can be tried for at most seven days from when they were accepted. Choose an earlier end.")

"""What taking in messages refuses."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Forbidden, NotFound, Problem, TooMany, Unavailable
from govstack.kernel.i18n import _


class MessageInvalid(BadRequest):
    """Something about the message cannot be used; `fields` names what."""

    title = "The message cannot be sent as it is. Correct the fields that are named, then send it again."


class SenderDiffers(Forbidden):
    """The message speaks for somebody else than its key stands for (9.3.1, step 4)."""

    title = "The sender data differ from what is registered for your key. Send them as registered, or leave them out."
    logged = True  # by the service, which knows which of them


class NotUrgent(Forbidden):
    """The emergency lane is for senders who were given it."""

    title = "You may not send emergency messages. Send an ordinary one, or ask the administrator of this instance."


class QuotaUsed(TooMany):
    """The sender has sent what it may send in a day, or more waits than can be sent in a day."""

    title = "You have sent as much as you may in a day. Send the rest tomorrow, or ask the administrator for more."


class UnknownRequest(NotFound):
    """There is no such request, or it is another sender's."""

    title = _("There is no such request among yours. Check the request id that sending returned.")


class NoMailServer(Unavailable):
    """This instance has no way to send mail yet; nothing was stored."""

    title = "This instance has no mail server yet, so it takes no messages. Tell its administrator."


class NoTextProvider(Unavailable):
    """This instance has nobody yet who carries texts; nothing was stored."""

    title = "This instance has no provider of texts yet, so it takes none. Tell its administrator."


class InvalidInput(Problem):
    """Published clients read every fault of a call as this one (MSG-D5)."""

    status = 405
    code = "invalid-input"
    title = "Invalid input"

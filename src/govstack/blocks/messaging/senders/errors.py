"""What the registration of senders refuses."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, Forbidden, NotFound, Unauthenticated
from govstack.kernel.i18n import _


class UnknownKey(Unauthenticated):
    """The key is missing, unknown or revoked."""

    title = "Send a valid key in the header apiKey. The administrator of this instance gives one to each sender."
    logged = True  # by the service, which knows more


class NotAdministrator(Forbidden):
    """Only administrators of messaging register senders and look at requests."""

    title = _("You do not administer messaging. Ask the administrator of this instance.")


class UnknownSender(NotFound):
    """There is no sender with this id."""

    title = _("There is no such sender. Look it up in the list of senders.")


class UnknownKeyOfSender(NotFound):
    """A sender has no key with this id."""

    title = _("This sender has no such key. Look at the list of its keys.")


class SenderInvalid(BadRequest):
    """What is written about a sender cannot be used."""

    title = _("Something about the sender is not right. Correct the fields that are named, then try again.")


class SenderClosed(Conflict):
    """A closed sender gets no new keys and cannot be changed."""

    title = _("This sender is closed. Register a new one.")


class ApplicationTaken(Conflict):
    """An application of the mediator sends for one sender only."""

    title = _("This application sends for another sender already. Close that one first, or name another application.")


class KeyTaken(Conflict):
    """A key's id belongs to another sender's key, or to one that was revoked."""

    title = "This id names another key, or one that was revoked. Choose another id for the new key."

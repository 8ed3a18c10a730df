"""Refusals about sharing, with the codes of the published operation's kind."""

from __future__ import annotations

from govstack.blocks.identity.frame.errors import Refused
from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _


class WrongShare(Refused):
    """What was to be shared cannot be: a code, and a sentence for whoever shares."""


NO_CONSENT = ("consent_denied", _("Nothing is shared without your consent."))
NO_PARTNER = ("invalid_partner", _("There is no such partner that you can share with. Choose one of the list."))
NO_ATTRIBUTES = (
    "invalid_attribute",
    _("Choose what to share: data that is known of you and that the partner may be given."),
)
WRONG_FORMAT = ("invalid_format", _("This attribute cannot be written in that format."))
WRONG_PURPOSE = ("invalid_purpose", _("Write the purpose with letters, digits, spaces and . , ' - alone."))


TOO_MANY = ("too_many_shares", _("You have shared as much as anybody can in a day. Share the rest tomorrow."))


class NothingShared(NotFound):
    """Nothing waits under this number for whoever asks."""

    code = "nothing-shared"
    title = _("Nothing waits here for you. It may have been withdrawn, or its time is over.")

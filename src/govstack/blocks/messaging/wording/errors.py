"""What wordings refuse."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound
from govstack.kernel.i18n import _


class UnknownWording(NotFound):
    """The sender has no wording of this name, or took it out of use."""

    title = _("There is no such wording. Look it up in the list of wordings.")


class WordingInvalid(BadRequest):
    """What is written about a wording cannot be used; `fields` names what."""

    title = _("Something about the wording is not right. Correct the fields that are named, then try again.")


class ValuesInvalid(BadRequest):
    """The values do not fit the fields of the wording."""

    title = _("The values do not fit the fields of the wording. Correct those that are named, then try again.")


class WordingChanged(Conflict):
    """Somebody else wrote the next version at the same moment, or there are as many as there can be."""

    title = _("Somebody else is changing this wording. Look at it as it is now, then try again.")

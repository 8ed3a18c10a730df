"""Refusals about people."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Forbidden
from govstack.kernel.i18n import _


class Taken(BadRequest):
    """There is a person with the same identifier of the same kind from the same provider."""

    code = "individual-exists"
    title = "There is already an individual with this identifier. Use that one."


class NobodyNamed(BadRequest):
    """An application acts for a person and must say for whom."""

    code = "individual-missing"
    title = "Say for whom: send the individual's id as the header X-ConsentBB-IndividualId or as individualId."


class NotYours(Forbidden):
    """Whoever calls may not act for this person."""

    code = "not-your-consent"
    title = _("You can see and give your own consent only. Applications need the right to act for others.")


class NotIdentified(Forbidden):
    """The sign-in does not say who the person is."""

    code = "not-identified"
    title = _("Your sign-in does not say which person you are. Sign in with an identity that holds your identifier.")

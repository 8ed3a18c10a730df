"""Refusals about requests."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _


class AskedAlready(BadRequest):
    """Somebody else asked the same person for the same thing."""

    code = "asked-already"
    title = _(
        "This person was asked for this already and has not answered yet. Wait for the answer, and then ask again."
    )


class NothingToSign(BadRequest):
    """A record that waits for no signature."""

    code = "nothing-to-sign"
    title = _("This consent record waits for no signature of this person. Check its id.")


class AnsweredAlready(BadRequest):
    """A request that was answered, or has expired."""

    code = "answered-already"
    title = _("This request was answered, taken back or has expired. Ask again if you still need an answer.")


class TooManyAsked(BadRequest):
    """As many people as may be are asked to sign one record."""

    code = "too-many-asked"
    title = _("Too many people are asked to sign this already. Wait until one of them has answered.")

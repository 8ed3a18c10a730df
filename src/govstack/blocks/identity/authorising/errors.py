"""Refusals of a request for sign-in: shown to the person, or reported to the relying party by redirect."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Problem
from govstack.kernel.i18n import _


class CannotReturn(Problem):
    """The request names no client or address that could be gone back to safely, so the person is told (IDN-D15).

    The published document answers such requests with a page and 200.
    """

    status = 200
    code = "cannot-return"
    title = _("The service that sent you here asked in a way that cannot be answered. Tell the people who run it.")


class Reported(Exception):
    """A refusal that the relying party learns by redirect (OpenID Connect Core 3.1.2.6)."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


class Elsewhere(BadRequest):
    """The sign-in belongs to another browser."""

    code = "sign-in-elsewhere"
    title = _("This sign-in was started in another browser. Go back to the page you came from and start again.")


class NotProved(Problem):
    """What was given does not prove who is there; it says the same whether the person exists or not."""

    status = 400
    code = "not-proved"
    title = _("That is not right. Check it and try again.")

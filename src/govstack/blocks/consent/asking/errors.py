"""Refusals about requests."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest


class AskedAlready(BadRequest):
    """Somebody else asked the same person for the same thing."""

    code = "asked-already"
    title = "This person was asked for this already and has not answered yet. Wait for the answer, and then ask again."


class NothingToSign(BadRequest):
    """A record that waits for no signature."""

    code = "nothing-to-sign"
    title = "This consent record waits for no signature of this person. Check its id."


class AnsweredAlready(BadRequest):
    """A request that was answered, or has expired."""

    code = "answered-already"
    title = "This request was answered, taken back or has expired. Ask again if you still need an answer."

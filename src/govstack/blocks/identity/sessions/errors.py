"""Refusals about sessions."""

from __future__ import annotations

from govstack.kernel.errors import Forbidden


class NotAllowed(Forbidden):
    """The end of a session may not be told at this address any more."""

    code = "logout-address"
    title = "The settings of this installation do not allow this address."

"""Refusals of sending a code."""

from __future__ import annotations

from govstack.kernel.errors import Conflict, TooMany
from govstack.kernel.i18n import _


class NoChannel(Conflict):
    """No way is known to reach the person, or messages are not connected."""

    code = "no-channel"
    title = _("No code can be sent to you: no address is known. Use another way to sign in, or ask at an office.")


class CodesTooMany(TooMany):
    """So many codes were sent that another would be a flood."""

    code = "codes-too-many"
    title = _("Too many codes were sent. Use the last one, or wait a quarter of an hour.")

"""What every message says at its end."""

from __future__ import annotations

from collections.abc import Iterable

from govstack.kernel.context import Context
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Words
from govstack.pillars.learn.notices.service import CHOICE


def text(lines: Iterable[str], words: Words, context: Context) -> str:
    """Return the lines of a message, with the address where its reader stops messages."""
    stop = words(_("Stop these messages here: {address}"), address=f"{context.public_url}{CHOICE}")
    return "\n\n".join([*lines, stop])

"""What every message says at its end."""

from __future__ import annotations

from collections.abc import Iterable

from govstack.kernel import clock
from govstack.kernel.context import Context
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Words
from govstack.pillars.learn.notices.service import CHOICE


def text(lines: Iterable[str], words: Words, context: Context, *, at: str) -> str:
    """Return the lines of a message, with the moment it is about and the address where its reader stops messages.

    The messaging block takes the same words within a day for the same message: the moment tells two of them apart.
    """
    written = words(_("Written on {moment} ({zone})."), moment=words.moment(at), zone=clock.zone())
    stop = words(_("Stop these messages here: {address}"), address=f"{context.public_url}{CHOICE}")
    return "\n\n".join([*lines, written, stop])

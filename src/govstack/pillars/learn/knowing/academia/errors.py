"""Refusals about topics of research."""

from __future__ import annotations

from govstack.kernel.errors import Conflict
from govstack.kernel.i18n import _


class TopicTaken(Conflict):
    """A topic is taken by one student or supervisor, who alone gives it back."""

    code = "topic-taken"
    title = _("This topic is taken, or not open any more. Look for another one.")

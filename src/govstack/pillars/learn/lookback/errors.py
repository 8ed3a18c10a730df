"""Refusals about looking back."""

from __future__ import annotations

from govstack.kernel.errors import Conflict, NotFound
from govstack.kernel.i18n import _


class UnknownLookBack(NotFound):
    """There is no such look back, or it is of a place that the caller does not look after."""

    code = "unknown-look-back"
    title = _("There is no such look back.")


class NotNamed(Conflict):
    """A look back is at a badge that is named at the place."""

    code = "badge-not-named"
    title = _("This badge is not earned here. Name it first.")


class NotCounted(Conflict):
    """It is awarded once all have been counted, and stopped before it has ended."""

    code = "look-back-not-so-far"
    title = _("This look back is not so far yet, or has ended.")

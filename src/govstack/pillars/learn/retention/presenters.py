"""What the page on retention shows."""

from __future__ import annotations

from collections.abc import Iterable

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Words
from govstack.pillars.learn.retention.model import Kept


def rows(found: Iterable[Kept], words: Words) -> list[list[str]]:
    """Return each thing that is kept, and for how long."""
    return [[words(one.what), _time(one.days, words)] for one in found]


def _time(days: int | None, words: Words) -> str:
    if days is None:
        return words(_("Until you are erased here"))
    return words.count("{count} day", "{count} days", days)

"""What the completion of a course is worth to the rule of a badge."""

from __future__ import annotations

from collections.abc import Iterable

BADGES_MAX = 20
WHOLE_PERCENT = 100


def score_percent(results: Iterable[float | None]) -> int | None:
    """Return the result of a completed course: the lowest of its tests, all of it where there is none.

    Nothing while a test is not handed in. A whole per cent that was not quite reached is not given.
    """
    found = list(results)
    if any(one is None for one in found):
        return None
    return int(min((one for one in found if one is not None), default=WHOLE_PERCENT))

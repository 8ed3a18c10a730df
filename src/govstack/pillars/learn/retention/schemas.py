"""Wire shapes of retention."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from govstack.pillars.learn.retention.model import Kept


class KeptShown(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is kept of people, and for how many days; without days until the person is erased."""

    what: str
    days: int | None = None


class KeptList(msgspec.Struct, frozen=True):
    """What is kept of people for a time."""

    kept: list[KeptShown]


def listing(found: Iterable[Kept]) -> KeptList:
    """Return what is kept as its answer."""
    return KeptList([KeptShown(one.what, one.days) for one in found])

"""Wire shapes of the desk."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from govstack.pillars.learn.splits.model import Dimension, Split

ATTENDED_COLUMNS = ("by", "value", "places", "present")


class AttendedGroup(msgspec.Struct, frozen=True):
    """How many of a group had a place in a session, and how many were there on any day; null where it is hidden."""

    by: Dimension
    value: str
    places: int | None
    present: int | None


class AttendedGroups(msgspec.Struct, frozen=True):
    """Who took part in a session, told apart; nothing until it is over."""

    groups: list[AttendedGroup]


def attended_groups(found: Iterable[tuple[Split, Split]]) -> AttendedGroups:
    """Return who took part in a session, told apart."""
    return AttendedGroups(
        [
            AttendedGroup(places.by, one.value, one.people, there.people)
            for places, present in found
            for one, there in zip(places.shares, present.shares, strict=True)
        ]
    )


def attended_rows(found: Iterable[tuple[Split, Split]]) -> list[list[object]]:
    """Return who took part in a session as rows of a file; what is hidden is empty."""
    return [[one.by.value, one.value, one.places, one.present] for one in attended_groups(found).groups]

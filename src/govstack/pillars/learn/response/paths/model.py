"""A path of steps, where somebody stands on it, and slots that come again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.frame.model import PAGE_WORDS
from govstack.pillars.learn.people.model import Id, Name, Word
from govstack.pillars.learn.response.typologies.model import Text, Titles

PATHS_MAX = 500
STEPS_MAX = 100
SLOTS_MAX = 20
SLOT_DAYS_MAX = 31
SEARCH_DAYS_MAX = 800
STEP_OFFERINGS_MAX = 20
STEP_AFTER_MAX = 20
ARTEFACTS_MAX = 30
ROLES_MAX = 100
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Every(StrEnum):
    """How often a slot comes again."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Slot(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """Days that are kept for learning again and again, such as the second week of the first month of each quarter.

    `week` counts the weekday within the month, -1 for the last one; `month` is that of the quarter (1 to 3) or year.
    """

    id: Id
    titles: Titles
    every: Every
    weekday: Annotated[str, Meta(pattern="^(MO|TU|WE|TH|FR|SA|SU)$")] = "MO"
    week: Annotated[int, Meta(ge=-1, le=4)] = 1
    month: Annotated[int, Meta(ge=1, le=12)] = 1
    days: Annotated[int, Meta(ge=1, le=SLOT_DAYS_MAX)] = 1
    since: date
    place: Word = ""

    @property
    def months(self) -> tuple[int, ...]:
        """Return the months in which it comes, none for every one."""
        if self.every is Every.QUARTER:
            return tuple((self.month - 1) % 3 + 1 + n for n in (0, 3, 6, 9))
        return (self.month,) if self.every is Every.YEAR else ()

    @property
    def rule(self) -> dict[str, object]:
        """Return when it comes again, as iCalendar says it (RFC 5545, 3.3.10)."""
        if self.every is Every.WEEK:
            return {"freq": "weekly", "byday": self.weekday}
        days = f"{self.week}{self.weekday}"
        if not self.months:
            return {"freq": "monthly", "byday": days}
        return {"freq": "yearly", "bymonth": list(self.months), "byday": days}

    def falls_on(self, day: date) -> bool:
        """Tell whether it begins on a day."""
        if day.weekday() != WEEKDAYS.index(self.weekday) or day < self.since:
            return False
        if self.every is Every.WEEK:
            return True
        fits = (day.day - 1) // 7 + 1 == self.week
        if self.week < 0:
            fits = (day + timedelta(days=7)).month != day.month
        return fits and (not self.months or day.month in self.months)

    def next_days(self, since: date, count: int) -> list[date]:
        """Return the next days on which it begins, none so late that it would end after the last day there is."""
        first = max(since, self.since)
        left = (date.max - first).days - SLOT_DAYS_MAX
        days = (first + timedelta(days=n) for n in range(min(SEARCH_DAYS_MAX, left)))
        found: list[date] = []
        for day in days:
            if len(found) >= count:
                break
            if self.falls_on(day):
                found.append(day)
        return found


class Step(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """One step: any of its offerings does; it comes after other steps, for some personas, at a stage."""

    id: Id
    titles: Titles
    offerings: Annotated[tuple[Id, ...], Meta(max_length=STEP_OFFERINGS_MAX)] = ()
    after: Annotated[tuple[Id, ...], Meta(max_length=STEP_AFTER_MAX)] = ()
    personas: Annotated[tuple[Id, ...], Meta(max_length=20)] = ()
    stage: Word = ""
    phase: Word = ""
    artefacts: Annotated[tuple[Name, ...], Meta(max_length=ARTEFACTS_MAX)] = ()


class PathGiven(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A path as it is sent; its id stands in the address. `roles` are the posts that it is for, none for everybody."""

    titles: Titles
    words: Annotated[dict[str, Text], Meta(max_length=20)] = {}
    roles: Annotated[tuple[Id, ...], Meta(max_length=ROLES_MAX)] = ()
    steps: Annotated[tuple[Step, ...], Meta(min_length=1, max_length=STEPS_MAX)]
    slots: Annotated[tuple[Slot, ...], Meta(max_length=SLOTS_MAX)] = ()
    source: Text = ""
    retired: bool = False


class Path(PathGiven, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """An ordered graph of steps."""

    id: Id
    shipped: bool = False

    def suits(self, roles: Iterable[str]) -> bool:
        """Tell whether a path is for somebody with these posts."""
        return not self.roles or bool(set(self.roles) & set(roles))


class Standing(StrEnum):
    """Where somebody stands with a step."""

    DONE = "done"
    OPEN = "open"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Placed:
    """A step and where somebody stands with it."""

    step: Step
    standing: Standing


def fault_of(path: PathGiven, offerings: Iterable[str]) -> str:
    """Return what is wrong with a path: ids that stand twice, steps or offerings that are not there, or a ring."""
    names = [step.id for step in path.steps]
    known = set(offerings)
    if len(set(names)) < len(names) or len({slot.id for slot in path.slots}) < len(path.slots):
        return "double"
    if any(not set(step.after) <= set(names) for step in path.steps):
        return "after"
    if any(not set(step.offerings) <= known for step in path.steps):
        return "offerings"
    if any(slot.every is not Every.WEEK and slot.week == 0 for slot in path.slots):
        return "slots"
    return "" if len(ordered(path.steps)) == len(path.steps) else "ring"


def named_well(path: Path, before: Path | None) -> bool:
    """Tell whether steps and slots that are new have ids under which pages can show them."""

    def ids(one: Path | None) -> set[str]:
        return {step.id for step in one.steps} | {slot.id for slot in one.slots} if one else set()

    return not (ids(path) - ids(before)) & PAGE_WORDS


def ordered(steps: Iterable[Step]) -> list[Step]:
    """Return steps so that each comes after those it needs, else as they were given; steps of a ring are left out."""
    waiting = list(steps)
    placed: list[Step] = []
    done: set[str] = set()
    while True:
        ready = next((step for step in waiting if set(step.after) <= done), None)
        if ready is None:
            return placed
        waiting.remove(ready)
        placed.append(ready)
        done.add(ready.id)


def placed(path: Path, completed: Iterable[str]) -> list[Placed]:
    """Return the steps in their order and where somebody stands who has completed some offerings."""
    have = set(completed)
    done: set[str] = set()
    found: list[Placed] = []
    for step in ordered(path.steps):
        if have & set(step.offerings):
            done.add(step.id)
            standing = Standing.DONE
        else:
            standing = Standing.OPEN if set(step.after) <= done else Standing.LATER
        found.append(Placed(step, standing))
    return found


def with_step(path: Path, step: Step, place: int) -> Path:
    """Return a path with a step at a place, from 1; one of the same id is taken from where it stood."""
    others = [one for one in path.steps if one.id != step.id]
    return msgspec.structs.replace(path, steps=(*others[: place - 1], step, *others[place - 1 :]))


def with_slot(path: Path, slot: Slot) -> Path:
    """Return a path with a slot, in the place of one of the same id."""
    slots = tuple(slot if one.id == slot.id else one for one in path.slots)
    return msgspec.structs.replace(path, slots=slots if slot in slots else (*slots, slot))


def in_force(shipped: Iterable[Path], own: Iterable[Path]) -> Mapping[str, Path]:
    """Return paths by id, those of a country in the place of the shipped ones."""
    return {one.id: one for one in (*shipped, *own)}

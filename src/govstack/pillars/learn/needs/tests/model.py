"""A test: its blueprint, its forms, the attempts at it, and what they come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.kernel import clock, crypto
from govstack.kernel.i18n import _
from govstack.pillars.learn.needs.items.model import ITEM_ID, Bloom, Id, Item, Kind, Label, Language, Text, score

CELLS_MAX = 100
ITEMS_MAX = 200
CELL_ITEMS_MAX = 100
MINUTES_MAX = 600
ATTEMPTS_MAX = 100
EXTRA_PERCENT_MAX = 300
# An answer that was under way when time was up still counts.
GRACE = timedelta(seconds=30)


class Part(StrEnum):
    """Which form: the only one, the one before learning, or the one after it."""

    SINGLE = "single"
    PRE = "pre"
    POST = "post"


class State(StrEnum):
    """Whether a test can be taken; `after` is when the form after learning is open, in place of the one before."""

    DRAFT = "draft"
    OPEN = "open"
    AFTER = "after"
    CLOSED = "closed"


class Cell(msgspec.Struct, frozen=True, rename="camel"):
    """How many items of a competency on a level of Bloom a form has, and how many of them both forms share."""

    competency_id: Id
    bloom: Bloom
    items: Annotated[int, Meta(ge=1, le=CELL_ITEMS_MAX)]
    anchors: Annotated[int, Meta(ge=0, le=CELL_ITEMS_MAX)] = 0


class Test(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A test. `paired` has a form before learning and one after it; no limit of minutes is 0."""

    __test__ = False
    id: Annotated[str, Meta(pattern=ITEM_ID)]
    titles: Annotated[dict[Language, Label], Meta(min_length=1, max_length=20)]
    introductions: Annotated[dict[Language, Text], Meta(max_length=20)] = {}
    blueprint: Annotated[tuple[Cell, ...], Meta(min_length=1, max_length=CELLS_MAX)]
    paired: bool = False
    minutes: Annotated[int, Meta(ge=0, le=MINUTES_MAX)] = 0
    attempts: Annotated[int, Meta(ge=1, le=ATTEMPTS_MAX)] = 1
    pass_percent: Annotated[int, Meta(ge=0, le=100)] = 60
    shows_answers: bool = True
    state: State = State.DRAFT

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return the forms that this test has."""
        return (Part.PRE, Part.POST) if self.paired else (Part.SINGLE,)

    @property
    def open_part(self) -> Part | None:
        """Return the form that can be taken now."""
        if self.state is State.AFTER:
            return Part.POST
        return self.parts[0] if self.state is State.OPEN else None


class Place(msgspec.Struct, frozen=True, rename="camel"):
    """An item of a form in the version it had."""

    item_id: str
    version: int
    anchor: bool = False


class Form(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """The items of a form in their order."""

    test_id: str
    part: Part
    seed: str
    places: tuple[Place, ...]
    assembled_at: str = ""


class Attempt(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """One go of a person at a form."""

    id: str
    test_id: str
    part: Part
    person_id: str
    number: int
    started_at: str
    deadline_at: str | None = None
    submitted_at: str | None = None
    percent: float | None = None
    on_paper: bool = False

    def is_late(self, moment: datetime) -> bool:
        """Tell whether time is up, with what an answer needs to arrive."""
        return self.deadline_at is not None and moment > clock.parse(self.deadline_at) + GRACE


@dataclass(frozen=True, slots=True)
class Lack:
    """A cell of a blueprint that the bank cannot fill."""

    cell: Cell
    anchors: bool
    needed: int
    found: int

    def told(self) -> dict[str, object]:
        """Return it as a refusal names it."""
        return {
            "competencyId": self.cell.competency_id, "bloom": str(self.cell.bloom), "anchors": self.anchors,
            "needed": self.needed, "found": self.found,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scored:
    """What an attempt is worth: each answer from 0 to 1, all in per cent, and per cent by competency."""

    worth: tuple[float, ...]
    percent: float
    by_competency: Mapping[str, float]


def fault(test: Test) -> str:
    """Return what contradicts itself in a test, "" for nothing."""
    cells = [(one.competency_id, one.bloom) for one in test.blueprint]
    anchored = any(one.anchors for one in test.blueprint)
    rules = (
        (len(set(cells)) != len(cells), _("The blueprint names a competency and level twice.")),
        (
            any(one.anchors > one.items for one in test.blueprint),
            _("A cell of the blueprint has more anchors than items."),
        ),
        (sum(one.items for one in test.blueprint) > ITEMS_MAX, _("A form has more than 200 items.")),
        (
            test.paired and not anchored,
            _("The forms before and after need shared items, or a gain cannot be compared. Set anchors."),
        ),
        (
            not test.paired and anchored,
            _("A test with a single form shares no items. Leave the anchors out, or make it paired."),
        ),
        (not test.paired and test.state is State.AFTER, _("Only a paired test has a form after learning.")),
    )
    return next((words for broken, words in rules if broken), "")


def lacks(test: Test, bank: Sequence[Item]) -> list[Lack]:
    """Return the cells that the bank cannot fill: anchors come from items meant for it, all others are used once."""
    found: list[Lack] = []
    for cell in test.blueprint:
        anchors, others = _pool(cell, bank)
        if len(anchors) < cell.anchors:
            found.append(Lack(cell, True, cell.anchors, len(anchors)))
        needed = (cell.items - cell.anchors) * len(test.parts)
        # Items meant as anchors that are not needed as such may be asked like any other.
        spare = len(others) + max(0, len(anchors) - cell.anchors)
        if spare < needed:
            found.append(Lack(cell, False, needed, spare))
    return found


def assembled(test: Test, bank: Sequence[Item], seed: str) -> list[Form]:
    """Return the forms of a test; the same bank and seed give the same forms. Call `lacks` first."""
    drawn: dict[Part, list[Place]] = {part: [] for part in test.parts}
    for cell in test.blueprint:
        anchors, others = _pool(cell, bank)
        meant = _shuffled(anchors, seed, "anchors")
        shared = [Place(one.id, one.version, anchor=True) for one in meant[: cell.anchors]]
        rest = _shuffled([*others, *meant[cell.anchors :]], seed, "others")
        each = cell.items - cell.anchors
        for number, part in enumerate(test.parts):
            own = rest[number * each : (number + 1) * each]
            drawn[part] += [*shared, *(Place(one.id, one.version) for one in own)]
    return [
        Form(
            test_id=test.id, part=part, seed=seed,
            places=tuple(sorted(places, key=lambda one: _rank(seed, str(part), one.item_id))),
        )
        for part, places in drawn.items()
    ]  # fmt: skip


def _pool(cell: Cell, bank: Iterable[Item]) -> tuple[list[Item], list[Item]]:
    fitting = [one for one in bank if (one.competency_id, one.bloom) == (cell.competency_id, cell.bloom)]
    return [one for one in fitting if one.anchor], [one for one in fitting if not one.anchor]


def _shuffled(items: Iterable[Item], seed: str, what: str) -> list[Item]:
    return sorted(items, key=lambda one: _rank(seed, what, one.id))


def _rank(*parts: str) -> str:
    # Chance that every machine and every version of the language repeats: the order of digests.
    return crypto.digest("\n".join(parts).encode())


def shown(attempt_id: str, item: Item) -> Item:
    """Return an item with its options mixed for an attempt, always alike.

    The right order is never what is shown first: it would be the answer already.
    """
    mixed = tuple(sorted(item.options, key=lambda one: _rank(attempt_id, item.id, one.id)))
    if item.kind is Kind.ORDER and tuple(one.id for one in mixed) == item.right:
        mixed = (*mixed[1:], mixed[0])
    targets = tuple(sorted(item.targets, key=lambda one: _rank(attempt_id, item.id, "target", one.id)))
    return msgspec.structs.replace(item, options=mixed, targets=targets)


def deadline(test: Test, started: datetime, extra_percent: int) -> datetime | None:
    """Return when time is up, longer for whoever is given longer."""
    seconds = test.minutes * 60 * (100 + extra_percent) / 100
    return started + timedelta(seconds=seconds) if test.minutes else None


def scored(items: Sequence[Item], answers: Mapping[int, Sequence[str]]) -> Scored:
    """Return what answers by position, from 1, are worth; a question without one is worth nothing."""
    worth = tuple(score(one, answers.get(position, ())) for position, one in enumerate(items, start=1))
    got: dict[str, float] = {}
    most: dict[str, int] = {}
    for one, part in zip(items, worth, strict=True):
        got[one.competency_id] = got.get(one.competency_id, 0.0) + part * one.points
        most[one.competency_id] = most.get(one.competency_id, 0) + one.points
    total = sum(most.values())
    percent = 100 * sum(got.values()) / total if total else 0.0
    return Scored(worth, round(percent, 2), {key: round(100 * got[key] / most[key], 2) for key in sorted(most)})


def chosen(item: Item, answer: Sequence[str]) -> tuple[str, ...]:
    """Return what may be counted of an answer: ids of options; what somebody wrote is theirs."""
    return tuple(answer) if item.options else ()

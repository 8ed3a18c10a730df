"""Courses of cmi5, what a launch tells a unit, and when units, blocks and courses are satisfied."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from msgspec import Meta

from govstack.pillars.learn.learning.launches.errors import NotACourse
from govstack.pillars.learn.learning.order import model as order
from govstack.pillars.learn.learning.xapi.model import LANGUAGE_TAG, Iri

UNITS_MAX = 500
DEPTH_MAX = 10
PARAMETERS_CHARACTERS_MAX = 4_000
BASE, CATEGORY, SESSION, VERBS = order.BASE, order.CATEGORY, order.SESSION, order.VERBS
MOVE_ON_CATEGORY = f"{BASE}/categories/moveon"
LAUNCH_MODE, MASTERY = f"{BASE}/extensions/launchmode", f"{BASE}/extensions/masteryscore"
LAUNCH_URL, MOVE_ON, PARAMETERS = (
    f"{BASE}/extensions/launchurl",
    f"{BASE}/extensions/moveon",
    f"{BASE}/extensions/launchparameters",
)
REASON = "https://w3id.org/xapi/cmi5/result/extensions/reason"
PROGRESS = "https://w3id.org/xapi/cmi5/result/extensions/progress"
TYPES = {
    "course": "https://w3id.org/xapi/cmi5/activitytype/course",
    "block": "https://w3id.org/xapi/cmi5/activitytype/block",
}
# The host goes into a header of the page that leads there: it holds nothing but a name or a number, and a port.
_ADDRESS = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?([/?][!-\"$-~]*)?")
_TAG = re.compile(LANGUAGE_TAG)
# A path in a package, with the query that its structure gives it.
_INSIDE = re.compile(r"[^/\\?#:\s][^?#\\:\s]*(\?[!-\"$-~]*)?")

Id = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._~-]+$")]
Text = Annotated[str, Meta(min_length=1, max_length=500)]
Titles = Annotated[dict[str, Text], Meta(min_length=1, max_length=20)]
Parameters = Annotated[str, Meta(max_length=PARAMETERS_CHARACTERS_MAX)]
Score = Annotated[float, Meta(ge=0, le=1)]


class MoveOn(StrEnum):
    """What a learner must reach in a unit."""

    PASSED = "Passed"
    COMPLETED = "Completed"
    BOTH = "CompletedAndPassed"
    EITHER = "CompletedOrPassed"
    NOTHING = "NotApplicable"


class Mode(StrEnum):
    """Whether a launch counts."""

    NORMAL = "Normal"
    BROWSE = "Browse"
    REVIEW = "Review"


class Method(StrEnum):
    """In which window a unit wants to be opened."""

    ANY = "AnyWindow"
    OWN = "OwnWindow"


class WaivedFor(StrEnum):
    """Why somebody need not work on a unit."""

    TESTED_OUT = "Tested Out"
    EQUIVALENT_UNIT = "Equivalent AU"
    EQUIVALENT_ELSEWHERE = "Equivalent Outside Activity"
    ADMINISTRATIVE = "Administrative"


class Unit(msgspec.Struct, frozen=True, rename="camel", kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a course that can be opened (cmi5: assignable unit). `mastery_score` is the author's;
    `mastery_score_here`, when it is set, counts instead of it. Where the unit came in a package, `url` may be the path
    of a file in there."""

    id: Id
    publisher_id: Iri
    titles: Titles
    url: Annotated[str, Meta(min_length=1, max_length=2_000)]
    package_id: Annotated[str, Meta(max_length=100)] = ""
    move_on: MoveOn = MoveOn.NOTHING
    mastery_score: Score | None = None
    mastery_score_here: Score | None = None
    launch_method: Method = Method.ANY
    launch_parameters: Parameters = ""
    entitlement_key: Parameters = ""

    @property
    def inside(self) -> bool:
        """Tell whether the unit is a file of its package."""
        return self.package_id != "" and "://" not in self.url

    @property
    def mastery(self) -> float | None:
        """Return the score from which on a learner passes."""
        return self.mastery_score if self.mastery_score_here is None else self.mastery_score_here


class Block(msgspec.Struct, frozen=True, rename="camel", kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Units and blocks that belong together; a course is the outermost one."""

    id: Id
    publisher_id: Iri
    titles: Titles
    units: Annotated[tuple[Unit, ...], Meta(max_length=UNITS_MAX)] = ()
    blocks: Annotated[tuple[Block, ...], Meta(max_length=UNITS_MAX)] = ()

    @property
    def parts(self) -> list[str]:
        """Return the ids of what lies directly within."""
        return [unit.id for unit in self.units] + [block.id for block in self.blocks]

    def every_unit(self) -> Iterator[Unit]:
        """Return the units, those of blocks too."""
        yield from self.units
        for block in self.blocks:
            yield from block.every_unit()

    def every_block(self) -> Iterator[Block]:
        """Return the blocks within, inner ones first, and this one last."""
        for block in self.blocks:
            yield from block.every_block()
        yield self


@dataclass(frozen=True, slots=True)
class Course:
    """A course that can be launched."""

    id: str
    structure: Block
    open: bool

    def unit(self, unit_id: str) -> Unit | None:
        """Return a unit by its id."""
        return next((unit for unit in self.structure.every_unit() if unit.id == unit_id), None)


@dataclass(frozen=True, slots=True)
class Registration:
    """A learner in a course."""

    id: str
    course_id: str
    learner_id: str
    position: int
    satisfied_at: str | None


@dataclass(frozen=True, slots=True)
class Session:
    """One opening of a unit."""

    id: str
    registration_id: str
    unit_id: str
    mode: Mode
    mastery_score: float | None
    created_at: str
    expires_at: str
    fetched_at: str | None
    initialized_at: str | None
    ended_at: str | None


@dataclass(frozen=True, slots=True)
class Progress:
    """What came of a part, by the moments at which it did."""

    part_id: str
    completed_at: str | None = None
    passed_at: str | None = None
    failed_at: str | None = None
    waived_at: str | None = None
    satisfied_at: str | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A statement of a unit that counts: the session it belongs to, what it says, and when it was stored."""

    session_id: str
    verb: str
    scaled: float | None
    at: str


def check(structure: Block) -> None:
    """Refuse a course whose ids repeat, without units, too deep, or with an address that no browser opens."""
    ids = [unit.id for unit in structure.every_unit()] + [block.id for block in structure.every_block()]
    units = list(structure.every_unit())
    if len(set(ids)) != len(ids):
        raise NotACourse("Two units or blocks have the same id.")
    if not units or len(units) > UNITS_MAX:
        raise NotACourse(f"A course has 1 to {UNITS_MAX} units.")
    titles = [unit.titles for unit in units] + [block.titles for block in structure.every_block()]
    if any(not _TAG.fullmatch(tag) for told in titles for tag in told):
        raise NotACourse("A title names its language as RFC 5646 does, such as en or pt-BR.")
    if _depth(structure) > DEPTH_MAX:
        raise NotACourse(f"Blocks lie {DEPTH_MAX} deep at most.")
    for unit in units:
        if not (_INSIDE if unit.inside else _ADDRESS).fullmatch(unit.url):
            raise NotACourse(
                "The address of a unit begins with https:// and has no fragment, or is a file of a package."
            )


def _depth(block: Block) -> int:
    return 1 + max((_depth(one) for one in block.blocks), default=0)


def activity_of(public_url: str, course_id: str, part_id: str) -> str:
    """Return the id of an activity as the platform gives it (cmi5 section 10.2), other than the publisher's own."""
    return f"{public_url}/cmi5/{quote(course_id)}/{quote(part_id)}"


def satisfies(move_on: MoveOn, progress: Progress) -> bool:
    """Tell whether a unit is satisfied (cmi5 section 10.2.4); one that was waived is."""
    completed, passed = progress.completed_at is not None, progress.passed_at is not None
    fulfilled = {
        MoveOn.NOTHING: True,
        MoveOn.COMPLETED: completed,
        MoveOn.PASSED: passed,
        MoveOn.BOTH: completed and passed,
        MoveOn.EITHER: completed or passed,
    }
    return progress.waived_at is not None or fulfilled[move_on]


def heard(statement: Mapping[str, Any]) -> Heard | None:
    """Return what a statement says by cmi5, None for one that does not claim to (section 7.1.2: its category)."""
    context = statement.get("context", {})
    categories = context.get("contextActivities", {}).get("category", [])
    listed = categories if isinstance(categories, list) else [categories]
    session = context.get("extensions", {}).get(SESSION)
    verb = order.NAMES.get(statement["verb"]["id"])
    if verb is None or not isinstance(session, str) or CATEGORY not in {one["id"] for one in listed}:
        return None
    scaled = statement.get("result", {}).get("score", {}).get("scaled")
    return Heard(session, verb, scaled, str(statement["stored"]))


def counts(told: Heard, session: Session) -> bool:
    """Tell whether a statement moves a learner on: in a launch that counts, and passed with the score that is asked."""
    if session.mode is not Mode.NORMAL or (session.ended_at is not None and told.at > session.ended_at):
        return False
    asked = session.mastery_score
    return told.verb != "passed" or asked is None or told.scaled is None or told.scaled >= asked

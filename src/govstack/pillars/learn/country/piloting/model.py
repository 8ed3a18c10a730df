"""The pilot as its file tells it, and the answers that people give: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from govstack.pillars.learn.country.model import Draw
from govstack.pillars.learn.needs.items.model import Item
from govstack.pillars.learn.needs.ratings.model import Confidence, RaterType, RatingGiven
from govstack.pillars.learn.needs.tests.model import Attempt, Part, Test
from govstack.pillars.learn.people.model import Person


class Piloted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A session that was measured: its test, days from the first one, and what people knew and learnt, of a hundred."""

    session: str
    before: int
    after: int
    followed: int
    knew: tuple[int, int]
    learnt: dict[str, int]
    seen: dict[str, int]
    test: Test
    items: tuple[Item, ...]


def knows(piloted: Piloted, person_id: str, part: Part) -> int:
    """Return how many questions of a hundred somebody knows before and after; not everybody learns something."""
    knew = Draw(f"{person_id} knew").number(*piloted.knew)
    return knew if part is Part.PRE else knew + int(Draw(f"{person_id} learnt").of(piloted.learnt))


def answered(piloted: Piloted, person_id: str, part: Part, items: Sequence[Item]) -> Mapping[int, tuple[str, ...]]:
    """Return the answers of somebody to a form; who knows more knows what they knew before."""
    known, given = knows(piloted, person_id, part), {}
    for position, item in enumerate(items, start=1):
        words = f"{person_id} {item.id}"
        wrong = [one.id for one in item.options if one.id not in item.right]
        is_known = Draw(words).number(1, 100) <= known
        given[position] = item.right if is_known else (Draw(f"{words} {part}").among(wrong),)
    return given


def told(piloted: Piloted, attempt: Attempt, items: int) -> dict[str, object]:
    """Return what a scored attempt tells of the competency of the test."""
    return {
        "attemptId": attempt.id, "testId": attempt.test_id, "part": str(attempt.part), "personId": attempt.person_id,
        "competencyId": piloted.test.blueprint[0].competency_id, "percent": attempt.percent,
        "at": attempt.submitted_at, "items": items,
    }  # fmt: skip


def seen(piloted: Piloted, person: Person, day: date) -> RatingGiven:
    """Return what the manager of somebody sees when the pilot is followed up."""
    return RatingGiven(
        id=f"demo-followed-{person.id}", person_id=person.id,
        competency_id=piloted.test.blueprint[0].competency_id, rated_on=day.isoformat(),
        level=int(Draw(f"{person.id} seen").of(piloted.seen)), rater_type=RaterType.MANAGER,
        confidence=Confidence.MEDIUM, source="demo", rater_id=person.manager_id or "",
    )  # fmt: skip

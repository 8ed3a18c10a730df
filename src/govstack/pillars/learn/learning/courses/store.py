"""Rows of courses, their versions and what was checked."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.learning.courses.model import (
    COURSES_MAX,
    Course,
    CoursePage,
    QualityItem,
    Review,
    Sheet,
    State,
    Version,
)
from govstack.pillars.learn.learning.plainness.model import Readability
from govstack.pillars.learn.stages.model import Stage

SQL = queries(__file__)


async def add(tx: Transaction, course_id: str, *, title: str, language: str, outline_id: str, at: str) -> bool:
    """Add a course; false when there is one with this id."""
    added = await SQL.add(tx, id=course_id, title=title, language=language, outline_id=outline_id, created_at=at)
    return bool(added)


async def by_id(tx: Transaction, course_id: str) -> Course | None:
    """Return a course."""
    row = await SQL.by_id(tx, id=course_id)
    return None if row is None else _course(row)


async def hold(tx: Transaction, course_id: str) -> Course | None:
    """Return a course that nobody else changes until the end of the transaction."""
    await SQL.hold(tx, id=course_id)
    return await by_id(tx, course_id)


async def listed(tx: Transaction, *, published: bool, language: str, after: str, limit: int) -> list[Course]:
    """Return courses in the order of ids."""
    rows = await SQL.listed(tx, published=int(published), language=language, after=after, limit=limit)
    return [_course(row) for row in rows]


async def open_to_all(tx: Transaction, *, language: str, after: str, limit: int) -> list[Course]:
    """Return published courses that everybody may read, in the order of ids."""
    return [_course(row) for row in await SQL.open(tx, language=language, after=after, limit=limit)]


async def of_outline(tx: Transaction, outline_id: str) -> list[Course]:
    """Return the courses that were made from an outline."""
    return [_course(row) for row in await SQL.of_outline(tx, outline_id=outline_id, limit=COURSES_MAX)]


async def set_state(tx: Transaction, one: Course, state: State, *, at: str) -> bool:
    """Put a course in a state; false when somebody did meanwhile."""
    changed = await SQL.set_state(tx, id=one.id, state=state.value, before=one.state.value, changed_at=at)
    return bool(changed)


async def set_stage(tx: Transaction, one: Course, stage: Stage, *, at: str) -> bool:
    """Bring a course into its next state of design; false when somebody did meanwhile."""
    changed = await SQL.set_stage(tx, id=one.id, stage=stage.value, before=one.stage.value, changed_at=at)
    return bool(changed)


async def put_version(
    tx: Transaction, course_id: str, version: int, *, sheet: Sheet, pages: Iterable[CoursePage], editors: Iterable[str],
    at: str,
) -> None:  # fmt: skip
    """Write a version that is not published."""
    await SQL.put_version(
        tx, course_id=course_id, version=version, sheet=_json(sheet), pages=_json(list(pages)),
        editors=_json(sorted(set(editors))),
    )  # fmt: skip
    await SQL.rename(tx, id=course_id, title=sheet.title, language=sheet.language, changed_at=at)


async def publish(tx: Transaction, version: Version, *, readability: Readability, by: str, at: str) -> bool:
    """Freeze a version and show it; false when somebody did meanwhile."""
    shown = int(version.sheet.open)
    if not await SQL.published(tx, id=version.course_id, version=version.version, open=shown, changed_at=at):
        return False
    return bool(
        await SQL.freeze(
            tx, course_id=version.course_id, version=version.version, readability=_json(readability), approved_by=by,
            published_at=at,
        )
    )  # fmt: skip


async def version(tx: Transaction, course_id: str, number: int) -> Version | None:
    """Return a version of a course."""
    row = await SQL.version(tx, course_id=course_id, version=number)
    if row is None:
        return None
    return Version(
        course_id=row["course_id"], version=int(row["version"]),
        sheet=msgspec.json.decode(row["sheet"], type=Sheet),
        pages=msgspec.json.decode(row["pages"], type=tuple[CoursePage, ...]),
        editors=msgspec.json.decode(row["editors"], type=tuple[str, ...]),
        readability=msgspec.json.decode(row["readability"], type=Readability) if row["readability"] else None,
        approved_by=row["approved_by"], published_at=row["published_at"],
    )  # fmt: skip


async def put_item(tx: Transaction, one: QualityItem) -> None:
    """Add or change a line of the quality checklist."""
    await SQL.put_item(
        tx, id=one.id, place=one.place, texts=_json(one.texts), source=one.source, active=int(one.active)
    )


async def items(tx: Transaction) -> list[QualityItem]:
    """Return the quality checklist."""
    return [
        QualityItem(
            id=row["id"], place=int(row["place"]), texts=msgspec.json.decode(row["texts"], type=dict[str, str]),
            source=row["source"], active=bool(row["active"]),
        )
        for row in await SQL.items(tx, limit=COURSES_MAX)
    ]  # fmt: skip


async def put_checks(tx: Transaction, course_id: str, number: int, notes: dict[str, str], *, by: str, at: str) -> None:
    """Keep which lines of the checklist a version meets."""
    await SQL.uncheck(tx, course_id=course_id, version=number)
    for item_id, note in notes.items():
        await SQL.check(
            tx, course_id=course_id, version=number, item_id=item_id, note=note, checked_by=by, checked_at=at
        )


async def checks(tx: Transaction, course_id: str, number: int) -> dict[str, str]:
    """Return the lines of the checklist that a version meets, with their notes."""
    rows = await SQL.checks(tx, course_id=course_id, version=number, limit=COURSES_MAX)
    return {row["item_id"]: row["note"] for row in rows}


async def add_review(tx: Transaction, review_id: str, course_id: str, one: Review) -> None:
    """Keep what a reviewer said."""
    await SQL.add_review(
        tx, id=review_id, course_id=course_id, version=one.version, reviewer=one.reviewer, approved=int(one.approved),
        words=one.words, reviewed_at=one.reviewed_at,
    )  # fmt: skip


async def reviews(tx: Transaction, course_id: str) -> list[Review]:
    """Return what reviewers said, newest first."""
    rows = await SQL.reviews(tx, course_id=course_id, limit=COURSES_MAX)
    return [Review(**{**row, "approved": bool(row["approved"])}) for row in rows]


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _course(row: Row) -> Course:
    return Course(**{**row, "state": State(row["state"]), "stage": Stage(row["stage"])})

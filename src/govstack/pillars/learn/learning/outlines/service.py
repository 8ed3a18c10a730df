"""Use cases of outlines: draft one from a specification, approve it into a course, see what a new version changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec

from govstack.kernel import audit, clock, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.documents import read_yaml
from govstack.kernel.errors import Conflict
from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.learning.courses.model import Course, CoursePage, Sheet, Version
from govstack.pillars.learn.learning.courses.model import State as CourseState
from govstack.pillars.learn.learning.outlines import store
from govstack.pillars.learn.learning.outlines.errors import BadSpecification, NothingNew, OutlineDecided, UnknownOutline
from govstack.pillars.learn.learning.outlines.model import (
    Outline,
    Specification,
    State,
    drafted,
    from_markdown,
    from_yaml,
    revised,
    taken,
    with_lessons,
)
from govstack.pillars.learn.people import service as people


def read(text: str, *, kind: str) -> Specification:
    """Return a specification from its text; raises BadSpecification and BadRequest."""
    found = from_yaml(read_yaml(text)) if kind == "yaml" else from_markdown(text)
    if not found.sections:
        raise BadSpecification
    return found


async def draft(
    context: Context, *, by: Actor, name: str, version: str, language: str, specification: Specification,
    words: Mapping[str, str],
) -> Outline:  # fmt: skip
    """Draft an outline; it stays a draft until a person approves it."""
    me = await people.me(context, by=by)
    outline_id = ids.new_id()
    lessons = drafted(specification, name=name, version=version, words=words, prefix=outline_id[-12:])
    async with context.database.transaction() as tx:
        await store.add(
            tx, outline_id=outline_id, name=name, version=version, language=language, lessons=lessons, by=me.id,
            at=clock.timestamp(),
        )  # fmt: skip
        await audit.record(tx, by=by, action="learn.outline.drafted", subject=f"outline/{outline_id}")
        return await _known(tx, outline_id)


async def _known(tx: Transaction, outline_id: str) -> Outline:
    one = await store.by_id(tx, outline_id)
    if one is None:
        raise UnknownOutline
    return one


async def outline(context: Context, *, outline_id: str) -> Outline:
    """Return an outline; raises UnknownOutline."""
    async with context.database.reading(one_statement=True) as tx:
        return await _known(tx, outline_id)


async def listed(context: Context, *, after: str = "", limit: int = 100) -> list[Outline]:
    """Return outlines in the order of ids."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.listed(tx, after=after, limit=limit)


async def approve(context: Context, *, by: Actor, outline_id: str) -> Course:
    """Make a course of an outline, as a draft that is checked and published like any other. Raises OutlineDecided."""
    me = await people.me(context, by=by)
    one = await outline(context, outline_id=outline_id)
    if one.state is not State.DRAFT:
        raise OutlineDecided
    made = await courses.of_outline(context, outline_id=one.id)
    # A run that was cut off has left its course: it is taken, not made twice.
    sheet = Sheet(title=f"{one.name} {one.version}"[:200], language=one.language)
    pages = [msgspec.structs.replace(lesson.page, stale=lesson.stale) for lesson in one.lessons]
    course = made[0] if made else await courses.create(context, by=by, sheet=sheet, pages=pages, outline_id=one.id)
    await _decide(context, by, one, State.APPROVED, course_id=course.id, person_id=me.id)
    return course


async def reject(context: Context, *, by: Actor, outline_id: str) -> None:
    """Put an outline away; nothing comes of it. Raises OutlineDecided."""
    me = await people.me(context, by=by)
    one = await outline(context, outline_id=outline_id)
    await _decide(context, by, one, State.REJECTED, course_id="", person_id=me.id)


async def _decide(context: Context, by: Actor, one: Outline, state: State, *, course_id: str, person_id: str) -> None:
    async with context.database.transaction() as tx:
        if not await store.decide(tx, one.id, state=state, course_id=course_id, by=person_id, at=clock.timestamp()):
            raise OutlineDecided
        await audit.record(tx, by=by, action=f"learn.outline.{state.value}", subject=f"outline/{one.id}")


async def revise(
    context: Context, *, by: Actor, outline_id: str, version: str, specification: Specification,
    words: Mapping[str, str],
) -> Outline:  # fmt: skip
    """Compare an outline with a new version of its specification; lessons that cite what changed become stale.

    The pages of its course are marked too; lessons about new sections wait until `take` puts them in. Raises
    UnknownOutline, Conflict, and InReview for a course under review.
    """
    one = await outline(context, outline_id=outline_id)
    fresh = drafted(specification, name=one.name, version=version, words=words, prefix=one.id[-12:])
    lessons = revised(one.lessons, fresh, taught=bool(one.course_id))
    if one.course_id:
        course = await courses.titled(context, course_id=one.course_id)
        if course.state is CourseState.REVIEW:
            await courses.withdraw(context, by=by, course_id=course.id)
        stale = {lesson.page.id for lesson in lessons if lesson.stale}
        await courses.write(context, by=by, course_id=course.id, change=lambda now: _marked(now, stale))
    async with context.database.transaction() as tx:
        if not await store.revise(tx, one, version=version, lessons=lessons, at=clock.timestamp()):
            raise Conflict
        detail = {name: sum(getattr(lesson, name) for lesson in lessons) for name in ("stale", "new")}
        await audit.record(tx, by=by, action="learn.outline.revised", subject=f"outline/{one.id}", detail=detail)
        return await _known(tx, outline_id)


async def take(context: Context, *, by: Actor, outline_id: str, sections: Collection[str]) -> Outline:
    """Put the lessons about new sections at the end of the version of the course that is being written.

    They are drafts of a machine like the first ones: nobody sees them before the version is published by two people.
    Done twice it is done once. Raises UnknownOutline, NothingNew, InReview, BadPage, Conflict.
    """
    one = await outline(context, outline_id=outline_id)
    chosen = [lesson for lesson in one.new if lesson.section in sections]
    if not chosen or not one.course_id:
        raise NothingNew
    await courses.write(
        context, by=by, course_id=one.course_id, change=lambda now: (now.sheet, with_lessons(now.pages, chosen))
    )
    lessons = taken(one.lessons, {lesson.section for lesson in chosen})
    async with context.database.transaction() as tx:
        if not await store.revise(tx, one, version=one.version, lessons=lessons, at=clock.timestamp()):
            raise Conflict
        detail = {"lessons": len(chosen)}
        await audit.record(tx, by=by, action="learn.outline.taken", subject=f"outline/{one.id}", detail=detail)
        return await _known(tx, outline_id)


def _marked(now: Version, stale: set[str]) -> tuple[Sheet, list[CoursePage]]:
    pages = [msgspec.structs.replace(page, stale=True) if page.id in stale else page for page in now.pages]
    return now.sheet, pages

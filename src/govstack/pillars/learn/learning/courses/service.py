"""Use cases of authors: write a course, bring it through its states, check it, and have a second person publish it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from govstack.kernel import audit, clock, events, ids
from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.documents import read_yaml
from govstack.pillars.learn.bringing import service as bringing
from govstack.pillars.learn.bringing.service import Part
from govstack.pillars.learn.frame.model import PLAN, TEACH
from govstack.pillars.learn.learning.courses import store
from govstack.pillars.learn.learning.courses.errors import (
    BadPage,
    ChangedSince,
    InReview,
    NotComplete,
    NotInReview,
    SecondPerson,
    UnknownCourse,
)
from govstack.pillars.learn.learning.courses.model import (
    PAGES_MAX,
    Course,
    CoursePage,
    PageKind,
    QualityItem,
    Report,
    Review,
    Sheet,
    State,
    Version,
    fault_of,
    report,
)
from govstack.pillars.learn.learning.packages import service as packages
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.response.materials import service as materials
from govstack.pillars.learn.stages import service as stages
from govstack.pillars.learn.stages.model import Artefact, Of, Stage

PUBLISHED = "learn.course.published"
SEEDS = Path(__file__).parents[2] / "seeds"
Change = Callable[[Version], tuple[Sheet, Sequence[CoursePage]]]


async def create(
    context: Context, *, by: Actor, sheet: Sheet, pages: Sequence[CoursePage] = (), outline_id: str = "",
    course_id: str = "",
) -> Course:  # fmt: skip
    """Begin a course as a draft; raises BadPage, and what `materials.usable` raises.

    With a `course_id` that is there already nothing changes.
    """
    author = await people.me(context, by=by)
    _refuse_pages(pages)
    await materials.usable(context, material_ids=sheet.materials, paid=sheet.paid)
    course_id = course_id or ids.new_id()
    async with context.database.transaction() as tx:
        if await _begin(tx, course_id, sheet, pages, outline_id=outline_id, editors=[author.id]):
            await audit.record(tx, by=by, action="learn.course.begun", subject=f"course/{course_id}")
        return await _known(tx, course_id)


async def _begin(
    tx: Transaction, course_id: str, sheet: Sheet, pages: Sequence[CoursePage], *, outline_id: str, editors: list[str]
) -> bool:
    at = clock.timestamp()
    if not await store.add(tx, course_id, title=sheet.title, language=sheet.language, outline_id=outline_id, at=at):
        return False
    await store.put_version(tx, course_id, 1, sheet=sheet, pages=pages, editors=editors, at=at)
    return True


async def _known(tx: Transaction, course_id: str) -> Course:
    one = await store.by_id(tx, course_id)
    if one is None:
        raise UnknownCourse
    return one


async def _held(tx: Transaction, course_id: str) -> Course:
    one = await store.hold(tx, course_id)
    if one is None:
        raise UnknownCourse
    return one


async def _version(tx: Transaction, course_id: str, number: int) -> Version:
    found = await store.version(tx, course_id, number)
    if found is None:
        raise UnknownCourse
    return found


async def course(context: Context, *, by: Actor, course_id: str) -> Course:
    """Return a course; drafts are for those who teach. Raises UnknownCourse."""
    async with context.database.reading() as tx:
        one = await _known(tx, course_id)
    if not teaches(by) and (not one.published_version or one.state is State.WITHDRAWN):
        raise UnknownCourse
    return one


async def titled(context: Context, *, course_id: str) -> Course:
    """Return a course for whoever began it, published or not any more."""
    async with context.database.reading(one_statement=True) as tx:
        return await _known(tx, course_id)


async def version(context: Context, *, course_id: str, number: int) -> Version:
    """Return a version of a course; raises UnknownCourse."""
    async with context.database.reading() as tx:
        return await _version(tx, course_id, number)


async def draft(context: Context, *, by: Actor, course_id: str) -> tuple[Course, Version]:
    """Return a course with the version that is being written."""
    one = await course(context, by=by, course_id=course_id)
    return one, await version(context, course_id=course_id, number=one.draft_version)


async def listed(
    context: Context, *, published: bool, language: str = "", after: str = "", limit: int = 100
) -> list[Course]:
    """Return courses in the order of ids: those that learners see, or all."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.listed(tx, published=published, language=language, after=after, limit=limit)


async def open_to_all(context: Context, *, language: str = "", after: str = "", limit: int = 100) -> list[Course]:
    """Return published courses that everybody may read, in the order of ids."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.open_to_all(tx, language=language, after=after, limit=limit)


async def of_outline(context: Context, *, outline_id: str) -> list[Course]:
    """Return the courses that were made from an outline."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.of_outline(tx, outline_id)


async def write(context: Context, *, by: Actor, course_id: str, change: Change) -> Version:
    """Change the version that is being written; whoever does so cannot approve it. Raises InReview, BadPage."""
    author = await people.me(context, by=by)
    async with context.database.reading() as tx:
        one = await _known(tx, course_id)
        before = await _version(tx, course_id, one.draft_version)
    sheet, pages = change(before)
    _refuse_pages(pages)
    await materials.usable(context, material_ids=sheet.materials, paid=sheet.paid)
    async with context.database.transaction() as tx:
        one = await _held(tx, course_id)
        if one.state is State.REVIEW:
            raise InReview
        now = await _version(tx, course_id, one.draft_version)
        sheet, pages = change(now)
        if (sheet, tuple(pages)) != (now.sheet, now.pages):
            await store.put_version(
                tx, course_id, now.version, sheet=sheet, pages=pages, editors=[*now.editors, author.id],
                at=clock.timestamp(),
            )  # fmt: skip
            await audit.record(tx, by=by, action="learn.course.written", subject=f"course/{course_id}")
        return await _version(tx, course_id, now.version)


def _refuse_pages(pages: Sequence[CoursePage]) -> None:
    faults = {page.id: fault for page in pages if (fault := fault_of(page))}
    if len(pages) > PAGES_MAX or len({page.id for page in pages}) != len(pages):
        raise BadPage
    if faults:
        raise BadPage(next(iter(faults.values())), fields=faults)


async def put_sheet(context: Context, *, by: Actor, course_id: str, sheet: Sheet) -> Version:
    """Change what a course says of itself."""
    return await write(context, by=by, course_id=course_id, change=lambda now: (sheet, now.pages))


async def put_pages(context: Context, *, by: Actor, course_id: str, pages: Sequence[CoursePage]) -> Version:
    """Change the pages of a course, all at once."""
    return await write(context, by=by, course_id=course_id, change=lambda now: (now.sheet, pages))


async def add_artefact(
    context: Context, *, by: Actor, course_id: str, words: str, stage: Stage | None = None
) -> Artefact:  # fmt: skip
    """Keep what the present state of a course has brought forth; with `stage` only while it is that one.

    Raises UnknownCourse, StageLeft, ArtefactsFull.
    """
    author = await people.me(context, by=by)
    async with context.database.transaction() as tx:
        one = await _held(tx, course_id)
        made, new = await stages.add(
            tx, Of.COURSE, course_id, at=one.stage, stage=stage or one.stage, words=words, made_by=author.id
        )  # fmt: skip
        if new:
            detail = {"stage": made.stage.value}
            await audit.record(tx, by=by, action="learn.course.artefact", subject=f"course/{course_id}", detail=detail)
    return made


async def advance(context: Context, *, by: Actor, course_id: str, to: Stage) -> Course:
    """Bring a course into its next state, or back to the first one for another round. Raises ArtefactMissing."""
    async with context.database.transaction() as tx:
        one = await _held(tx, course_id)
        if one.stage is to:
            return one
        await stages.require(tx, Of.COURSE, course_id, at=one.stage, to=to)
        if await store.set_stage(tx, one, to, at=clock.timestamp()):
            detail = {"stage": to.value}
            await audit.record(tx, by=by, action="learn.course.advanced", subject=f"course/{course_id}", detail=detail)
        return await _known(tx, course_id)


async def artefacts(context: Context, *, course_id: str) -> list[Artefact]:
    """Return what the states of a course have brought forth."""
    async with context.database.reading(one_statement=True) as tx:
        return await stages.artefacts(tx, Of.COURSE, course_id)


async def checklist(context: Context) -> list[QualityItem]:
    """Return the quality checklist."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.items(tx)


async def put_item(context: Context, *, by: Actor, item: QualityItem) -> QualityItem:
    """Change a line of the quality checklist, or add one."""
    async with context.database.transaction() as tx:
        await store.put_item(tx, item)
        await audit.record(tx, by=by, action="learn.quality-item.put", subject=f"quality-item/{item.id}")
    return item


async def put_checks(context: Context, *, by: Actor, course_id: str, notes: dict[str, str]) -> None:
    """Keep which lines of the checklist the version meets that is being written."""
    checker = await people.me(context, by=by)
    async with context.database.transaction() as tx:
        one = await _held(tx, course_id)
        known = {item.id for item in await store.items(tx)}
        notes = {item_id: note for item_id, note in notes.items() if item_id in known}
        await store.put_checks(tx, course_id, one.draft_version, notes, by=checker.id, at=clock.timestamp())
        await audit.record(tx, by=by, action="learn.course.checked", subject=f"course/{course_id}")


async def checks(context: Context, *, course_id: str, number: int) -> dict[str, str]:
    """Return the lines of the checklist that a version meets."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.checks(tx, course_id, number)


async def looked_at(context: Context, *, course_id: str) -> Report:
    """Return whether the version that is being written may be published, and what stands in the way."""
    async with context.database.reading() as tx:
        return await _report(tx, await _known(tx, course_id))


async def _report(tx: Transaction, one: Course) -> Report:
    met = await store.checks(tx, one.id, one.draft_version)
    unmet = [item.id for item in await store.items(tx) if item.active and item.id not in met]
    return report(await _version(tx, one.id, one.draft_version), one.stage, unmet)


async def submit(context: Context, *, by: Actor, course_id: str) -> Course:
    """Give a course to review; raises NotComplete with what is missing."""
    async with context.database.transaction() as tx:
        one = await _held(tx, course_id)
        if one.state is State.REVIEW:
            return one
        _refuse_incomplete(await _report(tx, one))
        if await store.set_state(tx, one, State.REVIEW, at=clock.timestamp()):
            await audit.record(tx, by=by, action="learn.course.submitted", subject=f"course/{course_id}")
        return await _known(tx, course_id)


def _refuse_incomplete(found: Report) -> None:
    if not found.whole:
        told = {f"missing {number}": text for number, text in enumerate(found.missing, start=1)}
        told |= {f"page {fault.page}": fault.text for fault in found.faults}
        told |= {f"checklist {item}": "is not checked" for item in found.unchecked}
        raise NotComplete(fields=told)


async def decide(context: Context, *, by: Actor, course_id: str, approved: bool, words: str, read: str = "") -> Course:
    """Approve a version, which publishes it, or send it back with words to its authors.

    `read` is when the course was changed that the reviewer read, "" for as it is. Raises SecondPerson for whoever wrote
    on it, NotInReview, ChangedSince, and NotComplete where something it stands on was changed since.
    """
    reviewer = await people.me(context, by=by)
    async with context.database.reading() as tx:
        one = await _known(tx, course_id)
        waiting = await _version(tx, course_id, one.draft_version)
    _refuse_decision(one, waiting, reviewer.id, read)
    await materials.usable(context, material_ids=waiting.sheet.materials, paid=waiting.sheet.paid)
    if approved:
        for page in waiting.pages:
            if page.kind is PageKind.PACKAGE or (page.kind is PageKind.VIDEO and "://" not in page.reference):
                await packages.offer(context, by=by, package_id=page.reference)
    async with context.database.transaction() as tx:
        one = await _held(tx, course_id)
        waiting = await _version(tx, course_id, one.draft_version)
        _refuse_decision(one, waiting, reviewer.id, read)
        said = Review(
            version=one.draft_version, reviewer=reviewer.id, approved=approved, words=words,
            reviewed_at=clock.timestamp(),
        )  # fmt: skip
        await store.add_review(tx, ids.new_id(), course_id, said)
        if approved:
            await _publish(tx, one, waiting, reviewer.id)
        else:
            await store.set_state(
                tx, one, State.PUBLISHED if one.published_version else State.DRAFT, at=clock.timestamp()
            )
        if approved:
            told = {"courseId": course_id, "version": one.draft_version}
            await events.publish(tx, type=PUBLISHED, subject=f"course/{course_id}", data=told)
        action = PUBLISHED if approved else "learn.course.sent-back"
        await audit.record(tx, by=by, action=action, subject=f"course/{course_id}")
        return await _known(tx, course_id)


def _refuse_decision(one: Course, waiting: Version, reviewer_id: str, read: str) -> None:
    if one.state is not State.REVIEW:
        raise NotInReview
    if read and read != one.changed_at:
        raise ChangedSince
    if reviewer_id in waiting.editors:
        raise SecondPerson


async def _publish(tx: Transaction, one: Course, waiting: Version, reviewer: str) -> None:
    found = await _report(tx, one)
    _refuse_incomplete(found)
    at = clock.timestamp()
    if not await store.publish(tx, waiting, readability=found.readability, by=reviewer, at=at):
        raise NotInReview
    await store.put_version(
        tx, one.id, waiting.version + 1, sheet=waiting.sheet, pages=waiting.pages, editors=(), at=at
    )


async def withdraw(context: Context, *, by: Actor, course_id: str) -> Course:
    """Take a course out of the catalogue, or take one back from review; those who began it go on."""
    async with context.database.transaction() as tx:
        one = await _held(tx, course_id)
        after = State.WITHDRAWN
        if one.state is State.REVIEW:
            after = State.PUBLISHED if one.published_version else State.DRAFT
        if one.state is not after and await store.set_state(tx, one, after, at=clock.timestamp()):
            action = "learn.course.withdrawn" if after is State.WITHDRAWN else "learn.course.taken-back"
            await audit.record(tx, by=by, action=action, subject=f"course/{course_id}")
        return await _known(tx, course_id)


async def reviews(context: Context, *, course_id: str) -> list[Review]:
    """Return what reviewers said of a course, newest first."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.reviews(tx, course_id)


async def install(context: Context) -> int:
    """Bring the quality checklist, and an outline of each of the eleven modules as a draft; what is there stays."""
    await _install_checklist(context)
    modules = read_yaml((SEEDS / "materials.yaml").read_text(encoding="utf-8"))["modules"]
    made = 0
    async with context.database.transaction() as tx:
        for module in modules:
            sheet = Sheet(title=module["title"], summary=module["summary"], materials=(module["id"],))
            pages = [
                CoursePage(id=f"{module['id']}-{number}", title=lesson)
                for number, lesson in enumerate(module["lessons"], start=1)
            ]
            made += await _begin(tx, module["id"], sheet, pages, outline_id="", editors=[])
        if made:
            await audit.record(tx, by=SYSTEM, action="learn.course.outlines", subject="course/modules")
    return made


async def _install_checklist(context: Context) -> None:
    lines = read_yaml((SEEDS / "quality.yaml").read_text(encoding="utf-8"))["items"]
    items = {one["id"]: msgspec.convert({**one, "place": place}, QualityItem) for place, one in enumerate(lines)}

    async def kept(tx: Transaction, _wanted: Sequence[str]) -> dict[str, QualityItem]:
        return {one.id: one for one in await store.items(tx)}

    await bringing.bring(context, Part("quality", items, kept, store.put_item))


def teaches(by: Actor) -> bool:
    """Tell whether somebody sees courses that are being written."""
    return by.may(TEACH) or by.may(PLAN)

"""Use cases of handing a course over to another learning site: see what goes along, and take it out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from govstack.kernel import audit
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.learning.courses.errors import UnknownCourse
from govstack.pillars.learn.learning.courses.model import Course, PageKind, Version
from govstack.pillars.learn.learning.handover.model import Standard, Stays, Taken, package, stays, taken
from govstack.pillars.learn.needs.items.model import Item
from govstack.pillars.learn.needs.tests import service as tests
from govstack.pillars.learn.needs.tests.errors import UnknownTest
from govstack.pillars.learn.needs.tests.model import Test

SEEDS = Path(__file__).parents[2] / "seeds"
LINKS = {PageKind.PACKAGE: Stays.PACKAGE, PageKind.TOOL: Stays.TOOL, PageKind.ASSIGNMENT: Stays.WORK}
SCRIPTS = {Standard.SCORM_2004: "handed_scorm.js", Standard.CMI5: "handed_cmi5.js"}


@dataclass(frozen=True, slots=True)
class Leaving:
    """A published version as it leaves: the tests that go along by page, and why other parts of it are links."""

    course: Course
    version: Version
    tests: Mapping[str, Taken]
    stays: Mapping[str, Stays]


async def leaving(context: Context, *, by: Actor, course_id: str) -> Leaving:
    """Return what of a published course goes along in a package; raises UnknownCourse for one without a version."""
    one = await courses.course(context, by=by, course_id=course_id)
    if not one.published_version:
        raise UnknownCourse
    version = await courses.version(context, course_id=one.id, number=one.published_version)
    moves: dict[str, Taken] = {}
    left: dict[str, Stays] = {}
    for page in version.pages:
        if page.kind in LINKS:
            left[page.id] = LINKS[page.kind]
        elif page.kind is PageKind.VIDEO and "://" not in page.reference:
            left[page.id] = Stays.PACKAGE
        elif page.kind is PageKind.TEST:
            test, items = await _test(context, page.reference)
            why = stays(test, items) if test else Stays.UNMADE
            if test is None or why:
                left[page.id] = why or Stays.UNMADE
            else:
                moves[page.id] = taken(test, items, language=version.sheet.language)
    return Leaving(one, version, moves, left)


async def _test(context: Context, test_id: str) -> tuple[Test | None, Sequence[Item]]:
    try:
        test = await tests.read(context, test_id=test_id)
    except UnknownTest:
        return None, ()
    forms = await tests.forms(context, test_id=test_id)
    return test, forms[0][1] if forms else ()


async def handed_over(
    context: Context, *, by: Actor, course_id: str, standard: Standard, words: Callable[[str], Mapping[str, str]]
) -> bytes:
    """Return the published version of a course as a package; raises UnknownCourse for one without.

    `words` gives those of its buttons in a language.
    """
    found = await leaving(context, by=by, course_id=course_id)
    made = await asyncio.to_thread(
        package, found.version, standard, script=_script(standard),
        words=words(found.version.sheet.language), address=context.public_url,
        tests=found.tests,
    )  # fmt: skip
    async with context.database.transaction() as tx:
        detail = {"standard": standard.value, "version": found.version.version, "tests": sorted(found.tests)}
        await audit.record(tx, by=by, action="learn.course.handed-over", subject=f"course/{course_id}", detail=detail)
    return made


def _script(standard: Standard) -> str:
    return "".join((SEEDS / name).read_text(encoding="utf-8") for name in (SCRIPTS[standard], "handed_page.js"))

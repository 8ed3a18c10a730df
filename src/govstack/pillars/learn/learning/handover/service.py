"""Use case of handing a course over to another learning site."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from govstack.kernel import audit
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.learning.courses.errors import UnknownCourse
from govstack.pillars.learn.learning.handover.model import Standard, package

SEEDS = Path(__file__).parents[2] / "seeds"
SCRIPTS = {Standard.SCORM_2004: "handed_scorm.js", Standard.CMI5: "handed_cmi5.js"}


async def handed_over(
    context: Context, *, by: Actor, course_id: str, standard: Standard, words: Mapping[str, str]
) -> bytes:
    """Return the published version of a course as a package; raises UnknownCourse for one without."""
    one = await courses.course(context, by=by, course_id=course_id)
    if not one.published_version:
        raise UnknownCourse
    version = await courses.version(context, course_id=one.id, number=one.published_version)
    made = await asyncio.to_thread(
        package, version, standard, script=_script(standard), words=words, address=context.public_url
    )
    async with context.database.transaction() as tx:
        detail = {"standard": standard.value, "version": version.version}
        await audit.record(tx, by=by, action="learn.course.handed-over", subject=f"course/{course_id}", detail=detail)
    return made


def _script(standard: Standard) -> str:
    return "".join((SEEDS / name).read_text(encoding="utf-8") for name in (SCRIPTS[standard], "handed_page.js"))

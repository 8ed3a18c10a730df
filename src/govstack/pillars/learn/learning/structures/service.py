"""Use cases of structures: a cmi5 package becomes a course that is launched."""

from __future__ import annotations

from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.pillars.learn.frame.model import PLAN, TEACH
from govstack.pillars.learn.learning.launches import service as launches
from govstack.pillars.learn.learning.launches.errors import NotACourse, UnknownCourse
from govstack.pillars.learn.learning.launches.model import Course
from govstack.pillars.learn.learning.packages import service as packages
from govstack.pillars.learn.learning.packages.errors import PackageNotReady
from govstack.pillars.learn.learning.packages.model import Package, State
from govstack.pillars.learn.learning.structures.model import FILE, structure_of
from govstack.pillars.learn.learning.unpacking.model import Kind
from govstack.pillars.learn.people import service as people


async def course_of(context: Context, *, by: Actor, package_id: str) -> Course:
    """Return the course of a cmi5 package, entered when somebody first asks for it.

    Its id is that of the package. It is open to everybody as soon as a published course offers the package; whoever
    teaches is registered, so that they can try it before. Raises UnknownPackage, PackageNotReady and NotACourse.
    """
    one = await packages.read(context, by=by, package_id=package_id)
    if one.state is not State.READY:
        raise PackageNotReady
    if one.kind != Kind.CMI5:
        raise NotACourse("This package is not made by cmi5.")
    course = await _entered(context, one, by=by)
    if not one.offered and (by.may(TEACH) or by.may(PLAN)):
        me = await people.me(context, by=by)
        await launches.register(context, by=by, course_id=course.id, learner_id=me.id)
    return course


async def _entered(context: Context, one: Package, *, by: Actor) -> Course:
    try:
        known = await launches.course(context, course_id=one.id)
    except UnknownCourse:
        known = None
    if known is not None and known.open == one.offered:
        return known
    structure = structure_of(await packages.manifest(context, one, FILE), package_id=one.id)
    return await launches.put_course(context, by=by, course_id=one.id, structure=structure, open=one.offered)

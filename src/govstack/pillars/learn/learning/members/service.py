"""Use cases of members: tell a tool who takes a course that it has a link in."""

from __future__ import annotations

from govstack.kernel import crypto
from govstack.kernel.context import Context
from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.learning.grades.model import Caller
from govstack.pillars.learn.learning.members import model
from govstack.pillars.learn.learning.members.errors import BadPage, NoMembers
from govstack.pillars.learn.learning.members.model import Member, Members
from govstack.pillars.learn.learning.platforms import service as platforms
from govstack.pillars.learn.learning.platforms.model import MEMBERS_READ
from govstack.pillars.learn.learning.studying import service as studying
from govstack.pillars.learn.people import service as people

PLACE = "lti-members"


async def members(
    context: Context, *, by: Caller, course_id: str, link_id: str, role: str, after: str, limit: int
) -> Members:
    """Return a page of those who began a course; raises NotGranted, NoMembers, and BadPage.

    A tool reads courses that it has a link in, and that link where it names one. Whoever it did not know gets a name
    there, as if they had opened it. Whoever was erased is left out.
    """
    by.check(MEMBERS_READ)
    if not course_id or not await platforms.is_in_course(context, tool=by.tool, course_id=course_id, link_id=link_id):
        raise NoMembers
    course = await courses.titled(context, course_id=course_id)
    if role not in model.LEARNERS:
        return Members(course, (), "")
    bound = f"{by.tool.id}/{course_id}"
    found = await studying.learners(
        context, course_id=course_id, after=_opened(context, after, bound), limit=limit + 1
    )  # fmt: skip
    known = await people.people(context, person_ids=found[:limit])
    told = []
    async with context.database.transaction() as tx:
        for learner_id in found[:limit]:
            one = known.get(learner_id)
            if one is not None and not one.erased:
                subject = await platforms.subject_of(tx, by.tool, learner_id)
                told.append(Member(subject, one.name if by.tool.card.share_names else ""))
    # Where the next page begins is the id of a person, which the tool must not learn.
    following = context.keys.seal(PLACE, found[limit - 1].encode(), bound_to=bound) if len(found) > limit else b""
    return Members(course, tuple(told), crypto.to_base64url(following) if following else "")


def _opened(context: Context, after: str, bound: str) -> str:
    if not after:
        return ""
    try:
        return context.keys.open(PLACE, crypto.from_base64url(after), bound_to=bound).decode()
    except (ValueError, crypto.SealBroken) as error:
        raise BadPage from error

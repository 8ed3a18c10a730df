"""The service by which tools read who takes a course (LTI Names and Role Provisioning Services 2.0)."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec

from govstack.kernel.routing import Answer, Call, Routes, by_credential
from govstack.pillars.learn.learning.grades import service as grades
from govstack.pillars.learn.learning.grades.errors import NotGranted, NoToken
from govstack.pillars.learn.learning.members import schemas, service
from govstack.pillars.learn.learning.members.errors import BadPage, NoMembers
from govstack.pillars.learn.learning.members.model import PAGE_MAX

routes = Routes(tags=("Members of courses for tools (LTI NRPS 2.0)",))
TOOLS = by_credential("tools that hold a token of the token endpoint, about courses that they have a link in")


@routes.get(
    "/lti/courses/{courseId}/members", access=TOOLS, query=schemas.MembersQuery, answer=schemas.ToolMembers,
    answer_type=schemas.MEMBERS_TYPE, operation_id="listToolMembers", errors=(NoToken, NotGranted, NoMembers, BadPage),
)  # fmt: skip
async def members(call: Call) -> Answer:
    """List who takes a course, a page at a time; what comes next stands in the header Link (RFC 8288)."""
    asked: schemas.MembersQuery = call.query
    caller = await grades.caller(call.context, authorization=call.headers.get("authorization", ""))
    found = await service.members(
        call.context, by=caller, course_id=call.path["courseId"], link_id=asked.rlid, role=asked.role,
        after=asked.after, limit=min(asked.limit, PAGE_MAX),
    )  # fmt: skip
    shown = schemas.ToolMembers.of(found, call.context.public_url)
    told = {**msgspec.structs.asdict(asked), "after": found.after}
    following = f"{shown.id}?{urlencode({name: text for name, text in told.items() if text})}"
    headers = {"Link": f'<{following}>; rel="next"'} if found.after else {}
    return Answer(value=shown, media_type=schemas.MEMBERS_TYPE, headers=headers)

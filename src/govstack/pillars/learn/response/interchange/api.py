"""The operations of files of courses and sessions."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.kernel.sheets import FILE_TYPES, MEDIA_TYPES, FileUnreadable
from govstack.pillars.learn.downloads.schemas import FileQuery
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.response.interchange import schemas, service
from govstack.pillars.learn.response.interchange.errors import ColumnsWrong, TooManyCourseRows
from govstack.pillars.learn.response.interchange.model import FILE_BYTES_MAX, What

routes = Routes(tags=("Offerings",))
REFUSALS = (FileUnreadable, ColumnsWrong, TooManyCourseRows)
FILES = tuple(MEDIA_TYPES.values())


@routes.get(
    "/offering-list", access=needs(PLAN), query=FileQuery, operation_id="exportOfferings", answer_type=FILE_TYPES
)  # fmt: skip
async def export_offerings(call: Call) -> Answer:
    """Take every offering out as a file, drafts and closed ones too; it can be put back."""
    return schemas.file_of(What.OFFERINGS, call.query.format, await service.all_offerings(call.context))


@routes.post(
    "/offering-list", access=needs(PLAN), answer=schemas.CourseFileTaken, operation_id="takeOfferings",
    body_types=FILES, body_bytes_max=FILE_BYTES_MAX, errors=REFUSALS,
)  # fmt: skip
async def take_offerings(call: Call) -> schemas.CourseFileTaken:
    """Enter or change offerings by a file with the columns of the one that is taken out; same file, no change."""
    return await _take(call, What.OFFERINGS)


@routes.get(
    "/session-list", access=needs(PLAN), query=FileQuery, operation_id="exportSessions", answer_type=FILE_TYPES
)  # fmt: skip
async def export_sessions(call: Call) -> Answer:
    """Take every session out as a file, past ones too; it can be put back."""
    return schemas.file_of(What.SESSIONS, call.query.format, await service.all_sessions(call.context))


@routes.post(
    "/session-list", access=needs(PLAN), answer=schemas.CourseFileTaken, operation_id="takeSessions",
    body_types=FILES, body_bytes_max=FILE_BYTES_MAX, errors=REFUSALS,
)  # fmt: skip
async def take_sessions(call: Call) -> schemas.CourseFileTaken:
    """Enter or change sessions by a file with the columns of the one that is taken out; same file, no change."""
    return await _take(call, What.SESSIONS)


async def _take(call: Call, what: What) -> schemas.CourseFileTaken:
    kind = schemas.format_sent(call.content_type)
    taken = await service.take(call.context, by=call.actor, what=what, kind=kind, content=call.body_bytes)
    return schemas.file_taken(taken)

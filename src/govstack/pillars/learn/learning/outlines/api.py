"""The operations on outlines."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.pillars.learn.frame.model import TEACH
from govstack.pillars.learn.learning.courses.errors import InReview
from govstack.pillars.learn.learning.courses.model import Course
from govstack.pillars.learn.learning.outlines import schemas, service
from govstack.pillars.learn.learning.outlines.errors import BadSpecification, NothingNew, OutlineDecided, UnknownOutline
from govstack.pillars.learn.learning.outlines.model import Outline
from govstack.pillars.learn.learning.outlines.presenters import words_of

routes = Routes(tags=("Outlines from specifications",))
ONE = "/outlines/{outlineId}"


@routes.post(
    "/outlines", access=needs(TEACH), body=schemas.OutlineGiven, answer=Outline, operation_id="draftOutline",
    body_bytes_max=schemas.BODY_BYTES_MAX, errors=(BadSpecification,),
)  # fmt: skip
async def draft(call: Call, body: schemas.OutlineGiven) -> Outline:
    """Draft an outline of a course from a specification."""
    return await service.draft(
        call.context, by=call.actor, name=body.name, version=body.version, language=body.language,
        specification=service.read(body.text, kind=body.kind), words=words_of(body.language),
    )  # fmt: skip


@routes.get(
    "/outlines", access=needs(TEACH), query=schemas.OutlinesQuery, answer=schemas.OutlineList,
    operation_id="listOutlines",
)  # fmt: skip
async def listed(call: Call) -> schemas.OutlineList:
    """List outlines."""
    found = await service.listed(call.context, after=call.query.after, limit=call.query.limit)
    return schemas.OutlineList(found, found[-1].id if len(found) == call.query.limit else "")


@routes.get(ONE, access=needs(TEACH), answer=Outline, operation_id="readOutline", errors=(UnknownOutline,))
async def read(call: Call) -> Outline:
    """Read an outline with its lessons."""
    return await service.outline(call.context, outline_id=call.path["outlineId"])


@routes.post(
    ONE + "/approve", access=needs(TEACH), answer=Course, operation_id="approveOutline",
    errors=(UnknownOutline, OutlineDecided),
)  # fmt: skip
async def approve(call: Call) -> Course:
    """Make a course of an outline; it is a draft like any other."""
    return await service.approve(call.context, by=call.actor, outline_id=call.path["outlineId"])


@routes.post(
    ONE + "/reject", access=needs(TEACH), status=204, operation_id="rejectOutline",
    errors=(UnknownOutline, OutlineDecided),
)  # fmt: skip
async def reject(call: Call) -> Answer:
    """Put an outline away."""
    await service.reject(call.context, by=call.actor, outline_id=call.path["outlineId"])
    return Answer(status=204)


@routes.put(
    ONE + "/specification", access=needs(TEACH), body=schemas.Revision, answer=Outline, operation_id="reviseOutline",
    body_bytes_max=schemas.BODY_BYTES_MAX, errors=(UnknownOutline, BadSpecification),
)  # fmt: skip
async def revise(call: Call, body: schemas.Revision) -> Outline:
    """Compare an outline with a new version of its specification; what cites changed sections becomes stale."""
    one = await service.outline(call.context, outline_id=call.path["outlineId"])
    return await service.revise(
        call.context, by=call.actor, outline_id=one.id, version=body.version,
        specification=service.read(body.text, kind=body.kind), words=words_of(one.language),
    )  # fmt: skip


@routes.post(
    ONE + "/lessons", access=needs(TEACH), body=schemas.Sections, answer=Outline, operation_id="takeNewLessons",
    errors=(UnknownOutline, NothingNew, InReview),
)  # fmt: skip
async def take(call: Call, body: schemas.Sections) -> Outline:
    """Put lessons about sections that came with a new version into the course, as drafts of its next version."""
    return await service.take(
        call.context, by=call.actor, outline_id=call.path["outlineId"], sections=frozenset(body.sections)
    )

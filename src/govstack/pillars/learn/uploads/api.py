"""The operations on files of answers."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.pillars.learn.campaigns.errors import NotOpen, UnknownCampaign
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.uploads import schemas, service
from govstack.pillars.learn.uploads.errors import EmptyFile, TooLarge, TooManyUploads, UnknownUpload, WrongKind
from govstack.pillars.learn.uploads.model import Upload as Received

routes = Routes(tags=("Answers",))
FILES = "/campaigns/{campaignId}/uploads"
ONE = FILES + "/{uploadId}"


@routes.operation(
    "POST", FILES, access=needs(PLAN), kind="raw", operation_id="uploadAnswers", status=201,
    answer=schemas.UploadAnswer, body_types=schemas.BODY_TYPES, summary="Send a file of answers",
    errors=(UnknownCampaign, NotOpen, WrongKind, EmptyFile, TooLarge, TooManyUploads),
)  # fmt: skip
async def start(call: Call) -> Answer:
    """Receive a file; the body is the file itself and the content type says what it is."""
    kind = schemas.format_sent(call)
    made = await service.start(
        call.context, by=call.actor, campaign_id=call.path["campaignId"], kind=kind, content=schemas.body_of(call)
    )
    return Answer(value=schemas.UploadAnswer.of(made), status=201)


@routes.get(
    ONE, access=needs(PLAN), answer=schemas.UploadAnswer, operation_id="readUpload", errors=(UnknownUpload,)
)  # fmt: skip
async def read(call: Call) -> schemas.UploadAnswer:
    """Read how far a file of answers is."""
    return schemas.UploadAnswer.of(await _upload(call))


@routes.get(
    ONE + "/refusals", access=needs(PLAN), answer=schemas.RefusalList, operation_id="listRefusals",
    errors=(UnknownUpload,),
)  # fmt: skip
async def refusals(call: Call) -> schemas.RefusalList:
    """List the first rows that were refused, and why."""
    found = await service.first_refusals(call.context, upload_id=(await _upload(call)).id)
    return schemas.RefusalList([schemas.RefusalAnswer(one.number, dict(one.faults)) for one in found])


async def _upload(call: Call) -> Received:
    return await service.upload(call.context, upload_id=call.path["uploadId"], campaign_id=call.path["campaignId"])

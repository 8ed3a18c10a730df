"""The operations on files of answers."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.intake import service as intake
from govstack.pillars.learn.intake.errors import EmptyFile, TooLarge, TooManyFiles
from govstack.pillars.learn.intake.model import Intake
from govstack.pillars.learn.intake.schemas import RefusalList
from govstack.pillars.learn.needs.campaigns.errors import NotOpen, UnknownCampaign
from govstack.pillars.learn.needs.uploads import schemas, service
from govstack.pillars.learn.needs.uploads.errors import UnknownUpload, WrongKind

routes = Routes(tags=("Answers",))
FILES = "/campaigns/{campaignId}/uploads"
ONE = FILES + "/{uploadId}"


@routes.operation(
    "POST", FILES, access=needs(PLAN), kind="raw", operation_id="uploadAnswers", status=201,
    answer=schemas.UploadAnswer, body_types=schemas.BODY_TYPES, summary="Send a file of answers",
    errors=(UnknownCampaign, NotOpen, WrongKind, EmptyFile, TooLarge, TooManyFiles),
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
    ONE + "/refusals", access=needs(PLAN), answer=RefusalList, operation_id="listRefusals", errors=(UnknownUpload,)
)  # fmt: skip
async def refusals(call: Call) -> RefusalList:
    """List the first rows that were refused, and why."""
    return RefusalList.of(await intake.first_refusals(call.context, intake_id=(await _upload(call)).id))


async def _upload(call: Call) -> Intake:
    path = call.path
    return await service.upload(
        call.context, by=call.actor, upload_id=path["uploadId"], campaign_id=path["campaignId"]
    )  # fmt: skip

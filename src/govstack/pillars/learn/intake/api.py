"""The operations on files of rows that a job takes in."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, by_policy, needs
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.intake import service
from govstack.pillars.learn.intake.errors import NotBeingRead, UnknownFile
from govstack.pillars.learn.intake.schemas import FileAnswer, FilesBeingRead, RefusalList

routes = Routes(tags=("Files",))
ONE = "/files/{fileId}"
# Whoever may send files for the same thing: the scope that was needed to send this one stands with it.
SENDERS = by_policy("those who may send such files")
FOLLOWERS = by_policy("those who may send such files, and the training unit")


@routes.get("/files", access=needs(PLAN), answer=FilesBeingRead, operation_id="listFilesBeingRead")
async def list_being_read(call: Call) -> FilesBeingRead:
    """List the files that jobs are reading, of all kinds, so that the training unit can stop any of them."""
    return FilesBeingRead([FileAnswer.of(one) for one in await service.being_read(call.context)])


@routes.get(ONE, access=FOLLOWERS, answer=FileAnswer, operation_id="readFile", errors=(UnknownFile,))
async def read(call: Call) -> FileAnswer:
    """Read how far a file is, and what became of its rows."""
    return FileAnswer.of(await service.followed(call.context, by=call.actor, intake_id=call.path["fileId"]))


@routes.get(
    ONE + "/refusals", access=SENDERS, answer=RefusalList, operation_id="listFileRefusals", errors=(UnknownFile,)
)  # fmt: skip
async def refusals(call: Call) -> RefusalList:
    """List the first rows that were refused, and why."""
    one = await service.found(call.context, by=call.actor, intake_id=call.path["fileId"])
    return RefusalList.of(await service.first_refusals(call.context, intake_id=one.id))


@routes.post(
    ONE + "/cancel", access=FOLLOWERS, answer=FileAnswer, operation_id="cancelFile", errors=(UnknownFile, NotBeingRead)
)  # fmt: skip
async def cancel(call: Call) -> FileAnswer:
    """Stop taking a file in; what was taken in before stays."""
    return FileAnswer.of(await service.cancel(call.context, by=call.actor, intake_id=call.path["fileId"]))

"""Where a mail system hands in the delivery reports that come to a sender's address."""

from __future__ import annotations

from govstack.blocks.messaging.intake.schemas import KEY_HEADERS, SENDER, key_of
from govstack.blocks.messaging.reports import service
from govstack.blocks.messaging.reports.errors import ReportInvalid, UnknownMessage
from govstack.blocks.messaging.reports.schemas import ReportRequest, ReportTaken
from govstack.blocks.messaging.senders import service as senders
from govstack.blocks.messaging.senders.errors import UnknownKey
from govstack.kernel.routing import Call, Routes

routes = Routes(tags=("reports",))


@routes.post(
    "/report/email", access=SENDER, body=ReportRequest, answer=ReportTaken, headers=KEY_HEADERS,
    errors=(ReportInvalid, UnknownKey, UnknownMessage), operation_id="reportEmail",
    description="The Message-ID in the report says which message it is about. A sender's key reports about its own "
    "messages, the scope messaging:administer about all.",
)  # fmt: skip
async def report(call: Call, body: ReportRequest) -> ReportTaken:
    """Take in a mail server's report that a mail could not be delivered after all."""
    key = key_of(call.headers)
    if not key and call.actor.may(senders.ADMINISTER):
        return ReportTaken(await service.take(call.context, by=call.actor, sender=None, raw=body.raw))
    sender = await senders.prove(call.context, by=call.actor, key=key)
    by = senders.as_actor(sender)
    return ReportTaken(await service.take(call.context, by=by, sender=sender, raw=body.raw))

"""Use cases of delivery reports: a message that a server had taken is bounced after all."""

from __future__ import annotations

import asyncio

from govstack.blocks.messaging.intake.model import Reason, State, published
from govstack.blocks.messaging.intake.service import RECIPIENT_PURPOSE
from govstack.blocks.messaging.reports import store
from govstack.blocks.messaging.reports.errors import ReportInvalid, UnknownMessage
from govstack.blocks.messaging.reports.model import Failure, Report, Standing, read
from govstack.blocks.messaging.senders import service as senders
from govstack.blocks.messaging.senders.model import Sender
from govstack.kernel import events
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context


async def take(context: Context, *, by: Actor, sender: Sender | None, raw: bytes) -> bool:
    """Take in a delivery report; return whether a message is bounced by it. Nothing of the report is kept.

    Without a sender it may be about any message, which administrators alone may say. Raises ReportInvalid and
    UnknownMessage.
    """
    if sender is None:
        senders.require(by)
    report = await asyncio.to_thread(read, raw)
    if report is None:
        raise ReportInvalid
    return await _bounce(context, report, sender)


async def notice(context: Context, *, by: Actor, sender: Sender, raw: bytes) -> None:
    """Look whether an answer is a delivery report about one of a sender's messages, and act on it if so."""
    report = await asyncio.to_thread(read, raw)
    if report is not None:
        try:
            await _bounce(context, report, sender)
        except UnknownMessage:
            return


async def _bounce(context: Context, report: Report, sender: Sender | None) -> bool:
    async with context.database.transaction() as tx:
        found = await store.standing(tx, report.umid)
        if found is None or (sender is not None and found.sender_id != sender.id):
            raise UnknownMessage
        failure = next((one for one in report.failures if _is_about(context, found, one)), None)
        # Somebody who only got a copy leaves no trace here, so nothing can be said of them.
        if failure is None or found.state is not State.DELIVERED:
            return False
        if not await store.bounce(tx, found, code=failure.code):
            return False
        status = published(State.FAILED, Reason.REJECTED, later=False)
        data = {"requestUid": found.request_id, "messageUid": found.id, "status": status}
        await events.publish(tx, type="messaging.message.finished", subject=found.id, data=data)
    return True


def _is_about(context: Context, found: Standing, failure: Failure) -> bool:
    """Tell whether a failure is that of the message's recipient: known by a keyed hash alone."""
    return any(
        found.recipient_hash in context.keys.fingerprints(RECIPIENT_PURPOSE, address) for address in failure.addresses
    )

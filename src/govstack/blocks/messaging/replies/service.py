"""Use cases of answers: take one in for a request, pass it on, and keep nothing of it."""

from __future__ import annotations

from govstack.blocks.messaging.intake import service as intake
from govstack.blocks.messaging.replies import gateways, store
from govstack.blocks.messaging.replies.model import (
    FINAL,
    WINDOW,
    Order,
    State,
    operator_rules,
    pause_seconds,
    state_after,
)
from govstack.blocks.messaging.reports import service as reports
from govstack.blocks.messaging.senders.model import Sender
from govstack.kernel import clock, events, ids, jobs
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.destinations import fault_of
from govstack.kernel.errors import Problem
from govstack.kernel.rules import ALLOWED_HOSTS
from govstack.kernel.settings import Setting

FORWARD = "messaging.forward_reply"
HOSTS = "MESSAGING_CALLBACK_HOSTS"
PURPOSE = "reply"
SETTINGS = (
    Setting(
        HOSTS,
        "",
        "Hosts that answers may be passed on to; empty means this machine, and in production none",
        ALLOWED_HOSTS,
    ),
)


async def receive(context: Context, *, by: Actor, sender: Sender, uid: str, body: bytes, content: bytes = b"") -> None:
    """Take in an answer to a request of this sender; the same one again changes nothing. Raises UnknownRequest.

    One whose `content` is a mail server's report about a message of the sender counts as that as well.
    """
    reply_id = ids.new_id()
    sealed = context.keys.seal(PURPOSE, body, bound_to=reply_id)
    digests = context.keys.fingerprints(PURPOSE, body.decode())
    async with context.database.transaction() as tx:
        await intake.own_request(tx, sender=sender, uid=uid)
        if await store.add(tx, reply_id=reply_id, request_id=uid, digests=digests, size=len(body), sealed=sealed):
            await jobs.enqueue(tx, FORWARD, {"reply": reply_id})
    await reports.notice(context, by=by, sender=sender, raw=content)


async def forward(context: Context, *, by: Actor, reply_id: str) -> float | None:
    """Try once to pass an answer on; return after how many seconds to try again, none when it has come to its end."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.order(tx, reply_id)
    if found is None or found.state in FINAL:
        return None
    if found.callback is None:
        return await _write(context, found, State.DROPPED, reason="no-callback")
    uri = context.keys.open(intake.CALLBACK_PURPOSE, found.callback, bound_to=found.request_id).decode()
    hosts = tuple(one.strip() for one in context.settings.text(HOSTS).split(",") if one.strip())
    rules = operator_rules(hosts, production=context.settings.profile != "sandbox")
    if fault_of(uri, rules):
        return await _write(context, found, State.DROPPED, reason="host-not-allowed")
    if clock.now() >= clock.parse(found.received_at) + WINDOW:
        return await _write(context, found, State.DROPPED, reason="expired")
    body = context.keys.open(PURPOSE, found.sealed or b"", bound_to=found.id)
    try:
        answer = await gateways.forward(
            context, uri, request_id=found.request_id, reply_id=found.id, body=body, rules=rules
        )
    except Problem:
        return await _write(context, found, State.DEFERRED, reason="unreachable")
    return await _write(context, found, state_after(answer.status), code=answer.status)


async def _write(context: Context, found: Order, state: State, *, code: int = 0, reason: str = "") -> float | None:
    """Write what became of an attempt, and at the end take the content away; return when to try again."""
    async with context.database.transaction() as tx:
        written = await store.add_event(
            tx, reply_id=found.id, sequence=found.sequence + 1, state=state, code=code, reason=reason
        )
        if written and state in FINAL:
            await store.erase(tx, found.id)
            data = {"requestUid": found.request_id, "replyUid": found.id, "state": str(state)}
            await events.publish(tx, type="messaging.reply.finished", subject=found.id, data=data)
    if state in FINAL:
        return None
    left = (clock.parse(found.received_at) + WINDOW - clock.now()).total_seconds()
    return min(ids.jitter(pause_seconds(found.sequence)), max(left, 0.0))

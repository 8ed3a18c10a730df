"""Use cases of notices: manage webhooks and switches, and send what changed (C6, C7, C13, C14)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from govstack.blocks.consent.evidence.errors import Unknown
from govstack.blocks.consent.evidence.service import Part
from govstack.blocks.consent.individuals import service as individuals
from govstack.blocks.consent.notices import gateways, store
from govstack.blocks.consent.notices.errors import AddressRefused
from govstack.blocks.consent.notices.model import (
    JSON,
    PEOPLE_NOTICE,
    SECRET_CHARACTERS_MIN,
    WEBHOOKS_MAX,
    Notice,
    Webhook,
    address_fault,
)
from govstack.blocks.consent.notices.store import Kept
from govstack.blocks.consent.records import service as records
from govstack.kernel import audit, clock, ids, jobs
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.destinations import Rules
from govstack.kernel.errors import BadRequest
from govstack.kernel.events import Event

HOSTS = "CONSENT_WEBHOOK_HOSTS"
PRIVATE = "CONSENT_WEBHOOK_PRIVATE"
DELIVER, TELL_PEOPLE = "consent.notice", "consent.people-notice"
AGREEMENT_CHANGED = "consent.agreement.changed"
PURPOSE = "consent/webhook"
PEOPLE_AT_ONCE_MAX = 500
GONE, REDIRECT_FIRST = 410, 300


async def create(context: Context, *, by: Actor, webhook: Webhook, secret: str) -> Webhook:
    """Register a webhook; its secret is sealed and never shown again. Raises BadRequest and AddressRefused."""
    made = msgspec.structs.replace(webhook, id=ids.new_id(), secret_key="")
    _check(context, made, secret)
    async with context.database.transaction() as tx:
        if await store.count(tx) >= WEBHOOKS_MAX:
            raise BadRequest(f"There are {WEBHOOKS_MAX} webhooks already. Remove one first.")
        await store.add(tx, Kept(made, _sealed(context, made.id, secret)), created_at=clock.timestamp())
        await _log(tx, by, "created", made.id)
    return made


async def read(context: Context, *, webhook_id: str) -> Webhook:
    """Return a webhook without its secret; raises Unknown."""
    async with context.database.reading(one_statement=True) as tx:
        return (await _present(tx, webhook_id)).webhook


async def listed(context: Context, *, part: Part) -> list[Webhook]:
    """Return webhooks without their secrets."""
    async with context.database.reading(one_statement=True) as tx:
        return [one.webhook for one in await store.listed(tx, limit=part.limit, offset=part.offset)]


async def change(context: Context, *, by: Actor, webhook_id: str, webhook: Webhook, secret: str) -> Webhook:
    """Change a webhook; without a secret it keeps its own. Raises Unknown, BadRequest and AddressRefused."""
    changed = msgspec.structs.replace(webhook, id=webhook_id, secret_key="")
    async with context.database.transaction() as tx:
        present = await _present(tx, webhook_id)
        _check(context, changed, secret or "kept" * SECRET_CHARACTERS_MIN)
        sealed = _sealed(context, webhook_id, secret) if secret else present.sealed
        await store.change(tx, Kept(changed, sealed))
        await _log(tx, by, "changed", webhook_id)
    return changed


async def remove(context: Context, *, by: Actor, webhook_id: str) -> None:
    """Remove a webhook; raises Unknown."""
    async with context.database.transaction() as tx:
        if not await store.remove(tx, webhook_id):
            raise Unknown
        await _log(tx, by, "removed", webhook_id)


async def are_on(context: Context) -> bool:
    """Tell whether notices are sent at all."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.is_on(tx)


async def switch(context: Context, *, by: Actor, enabled: bool) -> None:
    """Switch all notices on or off (C6)."""
    async with context.database.transaction() as tx:
        await store.switch(tx, enabled=enabled)
        detail = {"enabled": enabled}
        await audit.record(tx, by=by, action="consent.notices.switched", subject="notices", detail=detail)


async def spread(context: Context, *, event: Event) -> None:
    """Ask for a delivery of what happened to each webhook that is on, and for notices to the people concerned."""
    async with context.database.transaction() as tx:
        if not await store.is_on(tx):
            return
        await _ask_for_deliveries(tx, Notice(event.id, event.type, event.time, event.data))
        if event.type == AGREEMENT_CHANGED and event.data.get("act") != "created":
            told = {"event": event.id, "at": event.time, "data": event.data, "after": ""}
            await jobs.enqueue(tx, TELL_PEOPLE, told, key=f"{event.id}/")


async def tell_people(context: Context, *, told: Mapping[str, Any]) -> None:
    """Ask for notices about some people who agreed and want notices, and go on with those after them (C14)."""
    agreement_id = str(told["data"]["dataAgreementId"])
    async with context.database.transaction() as tx:
        found = await records.agreed_after(
            tx, agreement_id=agreement_id, after=str(told["after"]), limit=PEOPLE_AT_ONCE_MAX
        )
        if not found:
            return
        wanting = await individuals.wants_notices(context, tx, found)
        if wanting:
            data = {**told["data"], "individualIds": sorted(wanting)}
            await _ask_for_deliveries(tx, Notice(f"{told['event']}.{found[0]}", PEOPLE_NOTICE, told["at"], data))
        if len(found) == PEOPLE_AT_ONCE_MAX:
            await jobs.enqueue(tx, TELL_PEOPLE, {**told, "after": found[-1]}, key=f"{told['event']}/{found[-1]}")


async def deliver(context: Context, *, webhook_id: str, notice: Notice) -> None:
    """Send a notice to a webhook, unless it was removed or switched off meanwhile.

    Raises Retry when it was not taken, and GiveUp when it never will be.
    """
    async with context.database.reading() as tx:
        kept = await store.by_id(tx, webhook_id)
        if kept is None or kept.webhook.disabled or not await store.is_on(tx):
            return
    secret = context.keys.open(PURPOSE, kept.sealed, bound_to=webhook_id).decode()
    try:
        status = await gateways.send(
            context, webhook=kept.webhook, secret=secret, notice=notice, rules=rules_of(context)
        )
    except AddressRefused as error:
        raise jobs.GiveUp("The address is not allowed any more.") from error
    if status == GONE:
        raise jobs.GiveUp("The receiver is gone.")
    if status >= REDIRECT_FIRST:
        raise jobs.Retry(reason=f"The receiver answered {status}.")


def rules_of(context: Context) -> Rules:
    """Return where notices may go, as the settings say."""
    hosts = tuple(one.strip().lower() for one in context.settings.text(HOSTS).split(",") if one.strip())
    private = context.settings.switch(PRIVATE)
    return Rules(hosts, plain=private, reach="machine" if private else "public")


def _check(context: Context, webhook: Webhook, secret: str) -> None:
    if fault := address_fault(webhook.payload_url, rules_of(context)):
        raise AddressRefused(f"The payloadUrl {fault}.", fields={"payloadUrl": fault})
    if webhook.content_type.partition(";")[0].strip().lower() != JSON:
        raise BadRequest(f"The contentType is {JSON}.", fields={"contentType": f"is {JSON}"})
    if len(secret) < SECRET_CHARACTERS_MIN:
        fault = f"has at least {SECRET_CHARACTERS_MIN} characters"
        raise BadRequest(f"The secretKey {fault}.", fields={"secretKey": fault})


def _sealed(context: Context, webhook_id: str, secret: str) -> bytes:
    return context.keys.seal(PURPOSE, secret.encode(), bound_to=webhook_id)


async def _present(tx: Transaction, webhook_id: str) -> Kept:
    kept = await store.by_id(tx, webhook_id)
    if kept is None:
        raise Unknown
    return kept


async def _ask_for_deliveries(tx: Transaction, notice: Notice) -> None:
    for kept in await store.listed(tx, limit=WEBHOOKS_MAX):
        if kept.webhook.disabled:
            continue
        payload = {
            "webhook": kept.webhook.id,
            "id": notice.id,
            "type": notice.type,
            "at": notice.at,
            "data": notice.data,
        }
        await jobs.enqueue(tx, DELIVER, payload, key=f"{notice.id}/{kept.webhook.id}")


async def _log(tx: Transaction, by: Actor, act: str, webhook_id: str) -> None:
    await audit.record(tx, by=by, action=f"consent.webhook.{act}", subject=f"webhook/{webhook_id}")

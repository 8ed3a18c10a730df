"""Use cases of permissions: keep what a person allows, look whether it is enough, show it, and take it back."""

from __future__ import annotations

from datetime import timedelta

from govstack.blocks.identity.clients import service as clients
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Person
from govstack.blocks.identity.permissions import model, store
from govstack.blocks.identity.permissions.model import Permission
from govstack.blocks.identity.tokens import service as tokens
from govstack.blocks.identity.transactions.model import Transaction
from govstack.kernel import audit, clock, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction as Work
from govstack.kernel.rules import whole
from govstack.kernel.settings import Setting

DAYS = "IDENTITY_PERMISSION_DAYS"
SETTINGS = (Setting(DAYS, "90", "How long what a person allowed a service is not asked for again", whole(0, 3_650)),)
SHOWN_MAX = 100


async def keep(tx: Work, made: Transaction, *, person: Person) -> None:
    """Keep what a person has allowed in a sign-in, in the place of what they allowed before."""
    permission = Permission(
        ids.new_id(),
        made.person_id,
        made.request.client_id,
        made.permitted_scopes,
        made.accepted_claims,
        made.asked_claims,
        made.id,
        clock.timestamp(),
    )
    await store.keep(tx, permission)
    by = Actor("person", person.subject)
    await audit.record(tx, by=by, action="identity.permission.given", subject=made.request.client_id)


async def enough(context: Context, tx: Work, known: Transaction) -> Permission | None:
    """Return what the person allowed lately, where it is enough for this sign-in and need not be asked again."""
    kept = await store.present(tx, person_id=known.person_id, client_id=known.request.client_id)
    since = clock.timestamp(clock.now() - timedelta(days=context.settings.number(DAYS)))
    if kept is None or known.request.asks_again or not model.already_allowed(kept, known.request, since=since):
        return None
    return kept


async def of_person(context: Context, *, by: Actor) -> list[tuple[Permission, str]]:
    """Return what a person allowed, the newest first, each with the name of the relying party."""
    person = await people.by_subject(context, subject=by.id)
    if person is None:
        return []
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.of_person(tx, person_id=person.id, limit=SHOWN_MAX)
    names: dict[str, str] = {}
    for permission in kept:
        if permission.client_id not in names:
            client = await clients.client(context, client_id=permission.client_id)
            names[permission.client_id] = client.name if client is not None else permission.client_id
    return [(permission, names[permission.client_id]) for permission in kept]


async def withdraw(context: Context, *, by: Actor, client_id: str) -> None:
    """Take back what a person allowed a relying party; its access tokens are worth nothing from now on."""
    person = await people.by_subject(context, subject=by.id)
    if person is None:
        return
    async with context.database.transaction() as tx:
        if await store.SQL.end(tx, person_id=person.id, client_id=client_id, now=clock.timestamp()):
            await tokens.end_grants(tx, person_id=person.id, client_id=client_id)
            await audit.record(tx, by=by, action="identity.permission.withdrawn", subject=client_id)

"""Use cases of policies: write, read, change and delete them, each change a revision (C1, C5, C8)."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from govstack.blocks.consent.evidence import service as evidence
from govstack.blocks.consent.evidence.errors import OutdatedRevision, Unknown
from govstack.blocks.consent.evidence.model import Revision, SchemaName
from govstack.blocks.consent.evidence.service import Part
from govstack.blocks.consent.policies import store
from govstack.blocks.consent.policies.model import Policy
from govstack.kernel import audit, clock, events, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Contention, Transaction

CHANGED = "consent.policy.changed"


@dataclass(frozen=True, slots=True)
class Known:
    """A policy, the revision that says so, and the one after it when there is one."""

    policy: Policy
    revision: Revision
    successor: Revision | None = None


async def create(context: Context, *, by: Actor, policy: Policy, policy_id: str = "", revision_id: str = "") -> Known:
    """Write a new policy; its id is ours to give."""
    policy = msgspec.structs.replace(policy, id=policy_id or ids.new_id())
    async with context.database.transaction() as tx:
        revision = await _append(context, tx, by, policy, revision_id=revision_id)
        await store.add(tx, policy_id=policy.id, revision_id=revision.id, created_at=clock.timestamp())
        await _tell(tx, by, "created", revision)
    return Known(policy, revision)


async def read(context: Context, *, policy_id: str, revision_id: str = "") -> Known:
    """Return a policy as it is, or as one of its revisions has it; raises Unknown."""
    async with context.database.reading() as tx:
        row = await store.by_id(tx, policy_id)
        if row is None or (row.deleted and not revision_id):
            raise Unknown
        revision = await evidence.by_id(context, tx, revision_id or row.revision_id)
        if (revision.schema_name, revision.object_id) != (SchemaName.POLICY, policy_id):
            raise Unknown
        following = await evidence.by_id(context, tx, revision.successor_id) if revision.successor_id else None
    return Known(of(revision), revision, following)


async def change(context: Context, *, by: Actor, policy_id: str, policy: Policy, read_id: str = "") -> Known:
    """Write the next version of a policy; agreements keep the one they hold.

    `read_id` is the revision that somebody changes, where they read one: OutdatedRevision when it is not the newest
    any more. Raises Unknown.
    """
    policy = msgspec.structs.replace(policy, id=policy_id)

    async def act(tx: Transaction) -> Known:
        row, previous = await _present(context, tx, policy_id)
        if of(previous) == policy:
            return Known(policy, previous)
        if read_id and read_id != previous.id:
            raise OutdatedRevision
        revision = await _append(context, tx, by, policy, previous=previous)
        await _replace(tx, row, revision, deleted=False)
        await _tell(tx, by, "changed", revision)
        return Known(policy, revision)

    return await evidence.repeated(context, act)


async def hold(tx: Transaction, policy_id: str) -> None:
    """Keep others from changing a policy until the transaction ends, and from agreements under it; raises Unknown."""
    row = await store.held(tx, policy_id)
    if row is None or row.deleted:
        raise Unknown


async def delete(context: Context, tx: Transaction, *, by: Actor, policy_id: str) -> Revision:
    """Take a policy that is held and that no active agreement has out of use by a last revision."""
    row, previous = await _present(context, tx, policy_id)
    revision = await evidence.append(
        context, tx, by=by, schema_name=SchemaName.POLICY, object_id=policy_id,
        data={**previous.data, "deleted": True}, previous=previous,
    )  # fmt: skip
    await _replace(tx, row, revision, deleted=True)
    await _tell(tx, by, "deleted", revision)
    return revision


async def history(context: Context, *, policy_id: str, part: Part) -> tuple[Known, list[Revision]]:
    """Return a policy and a part of its revisions, the first one first; raises Unknown."""
    known = await read(context, policy_id=policy_id)
    async with context.database.reading(one_statement=True) as tx:
        chain = await evidence.chain(context, tx, SchemaName.POLICY, policy_id)
    return known, chain[part.offset : part.offset + part.limit]


async def listed(context: Context, *, part: Part, revision_id: str = "") -> list[Policy]:
    """Return the policies in use, or the one that a revision is of as it was then."""
    async with context.database.reading() as tx:
        if revision_id:
            revision = await evidence.by_id(context, tx, revision_id)
            if revision.schema_name != SchemaName.POLICY:
                raise Unknown
            return [of(revision)]
        rows = await store.listed(tx, limit=part.limit, offset=part.offset)
        found = await evidence.by_ids(context, tx, [row.revision_id for row in rows])
    return [of(found[row.revision_id]) for row in rows]


async def present(context: Context, tx: Transaction, policy_id: str) -> Policy:
    """Return a policy that an agreement wants to stand under, for its own transaction; raises Unknown."""
    await hold(tx, policy_id)
    _, revision = await _present(context, tx, policy_id)
    return of(revision)


def of(revision: Revision) -> Policy:
    """Return the policy that a revision holds."""
    return msgspec.convert(revision.data, Policy)


async def _present(context: Context, tx: Transaction, policy_id: str) -> tuple[store.Row, Revision]:
    row = await store.by_id(tx, policy_id)
    if row is None or row.deleted:
        raise Unknown
    return row, await evidence.by_id(context, tx, row.revision_id)


async def _append(
    context: Context,
    tx: Transaction,
    by: Actor,
    policy: Policy,
    *,
    previous: Revision | None = None,
    revision_id: str = "",
) -> Revision:
    return await evidence.append(
        context, tx, by=by, schema_name=SchemaName.POLICY, object_id=policy.id,
        data=msgspec.to_builtins(policy), previous=previous, revision_id=revision_id,
    )  # fmt: skip


async def _replace(tx: Transaction, row: store.Row, revision: Revision, *, deleted: bool) -> None:
    if not await store.revise(tx, row, revision_id=revision.id, deleted=deleted):
        raise Contention


async def _tell(tx: Transaction, by: Actor, act: str, revision: Revision) -> None:
    told = {"policyId": revision.object_id, "revisionId": revision.id, "act": act}
    await audit.record(tx, by=by, action=f"consent.policy.{act}", subject=f"policy/{revision.object_id}", detail=told)
    await events.publish(tx, type=CHANGED, subject=f"policy/{revision.object_id}", data=told)

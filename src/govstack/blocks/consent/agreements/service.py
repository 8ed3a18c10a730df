"""Use cases of agreements: write, read, change and terminate them, each change a revision (C1 to C5, C8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from govstack.blocks.consent.agreements import store
from govstack.blocks.consent.agreements.errors import NotActive, Terminated
from govstack.blocks.consent.agreements.model import (
    COMPLETE,
    DRAFT,
    Attribute,
    Controller,
    DataAgreement,
    DataUse,
    LawfulBasis,
    Lifecycle,
    Translation,
    languages_of,
    retention_fault,
    translation_fault,
)
from govstack.blocks.consent.evidence import service as evidence
from govstack.blocks.consent.evidence.errors import OutdatedRevision, Unknown
from govstack.blocks.consent.evidence.model import Revision, SchemaName
from govstack.blocks.consent.evidence.service import Part
from govstack.blocks.consent.policies import service as policies
from govstack.blocks.consent.policies.errors import PolicyInUse
from govstack.kernel import audit, clock, events, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Contention, Transaction
from govstack.kernel.errors import BadRequest

CHANGED = "consent.agreement.changed"
OF_REVISION = "consent.agreements.of_revision"
OF_REVISION_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Draft:
    """An agreement that is asked for, with what it refers to by ids."""

    version: str
    purpose: str
    lawful_basis: LawfulBasis
    dpia: str
    controller_id: str = ""
    controller_name: str = ""
    controller_url: str = ""
    policy_id: str = ""
    data_use: DataUse | None = None
    active: bool | None = None
    forgettable: bool | None = None
    compatible_id: str = ""
    lifecycle: Lifecycle | None = None
    attributes: tuple[Attribute, ...] = ()
    description: str = ""
    language: str | None = None
    translations: Mapping[str, Translation] = field(default_factory=dict)
    signatures_required: int | None = None
    retention_days: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """An agreement and the revision that says so."""

    agreement: DataAgreement
    revision: Revision
    forgettable: bool = False
    terminated: bool = False


async def create(context: Context, *, by: Actor, draft: Draft, agreement_id: str = "", revision_id: str = "") -> Known:
    """Write a new agreement from a policy that there is; its id is ours to give. Raises BadRequest and Unknown."""
    async with context.database.transaction() as tx:
        return await enter(context, tx, by=by, draft=draft, agreement_id=agreement_id, revision_id=revision_id)


async def enter(
    context: Context, tx: Transaction, *, by: Actor, draft: Draft, agreement_id: str = "", revision_id: str = ""
) -> Known:
    """Write a new agreement in the transaction of another act; raises BadRequest and Unknown."""
    agreement = await _resolved(context, tx, draft, agreement_id or ids.new_id())
    revision = await evidence.append(
        context, tx, by=by, schema_name=SchemaName.AGREEMENT, object_id=agreement.id,
        data=msgspec.to_builtins(agreement), revision_id=revision_id,
    )  # fmt: skip
    await store.add(tx, _row(agreement, revision), created_at=clock.timestamp())
    await _tell(tx, by, "created", revision)
    return Known(agreement, revision, bool(agreement.forgettable))


async def read(context: Context, *, agreement_id: str) -> Known:
    """Return an agreement, also a terminated one; raises Unknown."""
    async with context.database.reading() as tx:
        return await known(context, tx, agreement_id)


async def change(context: Context, *, by: Actor, agreement_id: str, draft: Draft, revision_id: str = "") -> Known:
    """Write the next version of an agreement; records keep the one they were given to. Raises Unknown, Terminated."""

    async def act(tx: Transaction) -> Known:
        return await rewrite(context, tx, by=by, agreement_id=agreement_id, draft=draft, revision_id=revision_id)

    return await evidence.repeated(context, act)


async def rewrite(
    context: Context,
    tx: Transaction,
    *,
    by: Actor,
    agreement_id: str,
    draft: Draft,
    read_id: str = "",
    revision_id: str = "",
) -> Known:
    """Write the next version of an agreement in the transaction of another act.

    `read_id` is the revision that somebody changes, where they read one: OutdatedRevision when it is not the newest
    any more. Raises Unknown and Terminated.
    """
    present = await known(context, tx, agreement_id)
    if present.terminated:
        raise Terminated
    agreement = await _resolved(context, tx, draft, agreement_id)
    if agreement == present.agreement:
        return present
    if read_id and read_id != present.revision.id:
        raise OutdatedRevision
    return await _revise(context, tx, by, present, agreement, act="changed", revision_id=revision_id)


async def terminate(context: Context, *, by: Actor, agreement_id: str) -> Revision:
    """End an agreement by a last revision: nobody can agree to it any more, what was agreed stays (C4)."""

    async def act(tx: Transaction) -> Revision:
        present = await known(context, tx, agreement_id)
        if present.terminated:
            return present.revision
        ended = msgspec.structs.replace(present.agreement, active=False)
        return (await _revise(context, tx, by, present, ended, act="terminated")).revision

    return await evidence.repeated(context, act)


async def listed(
    context: Context, *, part: Part, terminated_too: bool = False, active_only: bool = False
) -> list[DataAgreement]:
    """Return agreements, the oldest first; `active_only` those that can be agreed to."""
    found = await all_known(context, part=part, terminated_too=terminated_too, active_only=active_only)
    return [one.agreement for one in found]


async def all_known(
    context: Context, *, part: Part, terminated_too: bool = False, active_only: bool = False
) -> list[Known]:
    """Return agreements with their revisions, the oldest first; `active_only` those that can be agreed to."""
    async with context.database.reading() as tx:
        rows = await store.listed(
            tx, terminated_too=terminated_too, active_only=active_only, limit=part.limit, offset=part.offset
        )
        found = await evidence.by_ids(context, tx, [row.revision_id for row in rows])
    return [Known(of(found[row.revision_id]), found[row.revision_id], row.forgettable, row.terminated) for row in rows]


async def delete_policy(context: Context, *, by: Actor, policy_id: str) -> Revision:
    """Take a policy out of use by a last revision; raises Unknown, and PolicyInUse while an active agreement has it."""

    async def act(tx: Transaction) -> Revision:
        await policies.hold(tx, policy_id)
        if await store.active_under(tx, policy_id):
            raise PolicyInUse
        return await policies.delete(context, tx, by=by, policy_id=policy_id)

    return await evidence.repeated(context, act)


async def known(context: Context, tx: Transaction, agreement_id: str) -> Known:
    """Return an agreement, for the transaction of another act; raises Unknown."""
    row = await store.by_id(tx, agreement_id)
    if row is None:
        raise Unknown
    revision = await evidence.by_id(context, tx, row.revision_id)
    return Known(of(revision), revision, row.forgettable, row.terminated)


async def open_for_consent(context: Context, tx: Transaction, agreement_id: str, revision_id: str = "") -> Known:
    """Return an agreement that can be agreed to now; it cannot change before the transaction ends.

    Raises Unknown, NotActive, and OutdatedRevision when a revision is named that is not the newest.
    """
    row = await store.by_id(tx, agreement_id, locked=True)
    if row is None:
        raise Unknown
    if not row.active:
        raise NotActive
    if revision_id and revision_id != row.revision_id:
        raise OutdatedRevision
    revision = await evidence.by_id(context, tx, row.revision_id)
    return Known(of(revision), revision, row.forgettable, row.terminated)


async def at_revisions(
    context: Context, tx: Transaction, revision_ids: Sequence[str]
) -> dict[str, tuple[DataAgreement, Revision]]:
    """Return agreements as they were at revisions; what was read once is kept, for a revision never changes."""
    kept: dict[str, tuple[DataAgreement, Revision]] = context.memory.setdefault(OF_REVISION, {})
    missing = [one for one in dict.fromkeys(revision_ids) if one not in kept]
    if missing:
        if len(kept) > OF_REVISION_MAX:
            kept.clear()
        read = await evidence.by_ids(context, tx, missing)
        kept.update({one: (of(revision), revision) for one, revision in read.items()})
    return {one: kept[one] for one in dict.fromkeys(revision_ids)}


def shown_in(agreement: DataAgreement, language: str) -> str | None:
    """Return the language in which somebody was shown an agreement, if they say so; raises BadRequest."""
    if language and language not in languages_of(agreement):
        raise BadRequest("The agreement is not written in this language.", fields={"language": "is not among its own"})
    return language or None


def of(revision: Revision) -> DataAgreement:
    """Return the agreement that a revision holds."""
    return msgspec.convert(revision.data, DataAgreement)


def _row(agreement: DataAgreement, revision: Revision, *, terminated: bool = False) -> store.Row:
    return store.Row(
        id=agreement.id,
        revision_id=revision.id,
        policy_id=agreement.policy.id if agreement.policy else None,
        active=bool(agreement.active),
        forgettable=bool(agreement.forgettable),
        terminated=terminated,
    )


async def _revise(
    context: Context,
    tx: Transaction,
    by: Actor,
    present: Known,
    agreement: DataAgreement,
    *,
    act: str,
    revision_id: str = "",
) -> Known:
    terminated = act == "terminated"
    data = msgspec.to_builtins(agreement)
    revision = await evidence.append(
        context, tx, by=by, schema_name=SchemaName.AGREEMENT, object_id=agreement.id,
        data={**data, "terminated": True} if terminated else data, previous=present.revision, revision_id=revision_id,
    )  # fmt: skip
    row = _row(agreement, revision, terminated=terminated)
    if not await store.revise(tx, row, previous_id=present.revision.id):
        raise Contention
    await _tell(tx, by, act, revision)
    return Known(agreement, revision, row.forgettable, terminated)


async def _resolved(context: Context, tx: Transaction, draft: Draft, agreement_id: str) -> DataAgreement:
    """Return the agreement with everything it refers to as it is now; raises BadRequest and Unknown."""
    if fault := translation_fault(draft.language, draft.translations, draft.attributes):
        raise BadRequest(f"The translations {fault}.", fields={"translations": fault})
    policy = await policies.present(context, tx, draft.policy_id) if draft.policy_id else None
    if fault := retention_fault(draft.retention_days, policy):
        raise BadRequest(f"The retention period {fault}.", fields={"dataRetentionPeriodDays": fault})
    compatible = None
    if draft.compatible_id:
        one = (await known(context, tx, draft.compatible_id)).agreement
        compatible = msgspec.structs.replace(one, compatible_with_version=None)
    return DataAgreement(
        id=agreement_id,
        version=draft.version,
        purpose=draft.purpose,
        lawful_basis=draft.lawful_basis,
        dpia=draft.dpia,
        controller=await _controller(tx, draft),
        policy=policy,
        data_use=draft.data_use,
        active=bool(draft.active),
        forgettable=draft.forgettable,
        compatible_with_version=compatible,
        lifecycle=draft.lifecycle or (COMPLETE if draft.active else DRAFT),
        attributes=draft.attributes,
        description=draft.description,
        language=draft.language,
        translations=dict(draft.translations),
        signatures_required=draft.signatures_required,
        data_retention_period_days=draft.retention_days,
    )


async def _controller(tx: Transaction, draft: Draft) -> Controller | None:
    """Return the controller that is named: one that is known, else a new one by name and address."""
    if draft.controller_name and draft.controller_url:
        wanted = Controller(id=ids.new_id(), name=draft.controller_name, url=draft.controller_url)
        await store.add_controller(tx, wanted)
        return await store.controller(tx, name=wanted.name, url=wanted.url)
    if not draft.controller_id:
        return None
    found = await store.controller(tx, controller_id=draft.controller_id)
    if found is None:
        raise BadRequest("No controller has this id. Send its name and url.", fields={"controller": "is not known"})
    return found


async def enter_controller(context: Context, *, controller: Controller) -> None:
    """Enter a controller under a published id, for published test clients."""
    async with context.database.transaction() as tx:
        await store.add_controller(tx, controller)


async def _tell(tx: Transaction, by: Actor, act: str, revision: Revision) -> None:
    told = {"dataAgreementId": revision.object_id, "revisionId": revision.id, "act": act}
    subject = f"data-agreement/{revision.object_id}"
    await audit.record(tx, by=by, action=f"consent.agreement.{act}", subject=subject, detail=told)
    await events.publish(tx, type=CHANGED, subject=subject, data=told)

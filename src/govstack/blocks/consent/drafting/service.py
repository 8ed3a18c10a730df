"""Use cases of drafts: start one, answer its questions, see what it changes, publish or discard it (C1, C3, C8).

Publishing is writing an agreement or its next version as the operations do, in one transaction with the draft's end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import msgspec

from govstack.blocks.consent.agreements import service as agreements
from govstack.blocks.consent.agreements.errors import Terminated
from govstack.blocks.consent.agreements.model import Attribute, Controller, DataAgreement, LawfulBasis, Translation
from govstack.blocks.consent.drafting import model, store
from govstack.blocks.consent.drafting.errors import ChangedMeanwhile, NotWhole, TooManyDrafts
from govstack.blocks.consent.drafting.model import Content, Draft
from govstack.blocks.consent.evidence import service as evidence
from govstack.blocks.consent.evidence.errors import OutdatedRevision, Unknown
from govstack.blocks.consent.policies.model import Policy
from govstack.kernel import audit, clock, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Contention, Transaction

DRAFTS_MAX = 200
OPEN, PUBLISHED, DISCARDED = "open", "published", "discarded"


@dataclass(frozen=True, slots=True)
class Compared:
    """A draft, the newest version of what it changes, and whether it was started from an older one."""

    draft: Draft
    before: DataAgreement | None = None
    outdated: bool = False


async def start(context: Context, *, by: Actor, agreement_id: str = "", language: str = "") -> Draft:
    """Start a draft: of a new agreement, or of the next version of one; its open draft when there is one.

    Raises Unknown, Terminated and TooManyDrafts.
    """

    async def act(tx: Transaction) -> Draft:
        content, read_id = Content(language=language), ""
        if agreement_id:
            present = await agreements.known(context, tx, agreement_id)
            if present.terminated:
                raise Terminated
            found = await store.open_of(tx, agreement_id)
            if found is not None:
                return found
            content, read_id = model.content_of(present.agreement), present.revision.id
        if await store.open_ones(tx) >= DRAFTS_MAX:
            raise TooManyDrafts
        made = Draft(ids.new_id(), agreement_id or None, read_id, content, 1, OPEN, by.id, clock.timestamp())
        await store.add(tx, made)
        await _log(tx, by, "started", made)
        return made

    return await evidence.repeated(context, act)


async def read(context: Context, *, draft_id: str) -> Draft:
    """Return an open draft; raises Unknown."""
    async with context.database.reading(one_statement=True) as tx:
        return await _open(tx, draft_id)


async def compared(context: Context, *, draft_id: str) -> Compared:
    """Return an open draft with the version that it changes; raises Unknown."""
    async with context.database.reading() as tx:
        draft = await _open(tx, draft_id)
        if not draft.agreement_id:
            return Compared(draft)
        present = await agreements.known(context, tx, draft.agreement_id)
        return Compared(draft, present.agreement, present.revision.id != draft.read_revision_id or present.terminated)


async def listed(context: Context) -> list[Draft]:
    """Return the open drafts, the one that was changed last first."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.listed(tx, limit=DRAFTS_MAX)


async def answer(context: Context, *, by: Actor, draft_id: str, change: Callable[[Content], Content]) -> Draft:
    """Store an answer: `change` makes the new answers of the present ones. Raises Unknown."""

    async def act(tx: Transaction) -> Draft:
        present = await _open(tx, draft_id)
        content = change(present.content)
        if content == present.content:
            return present
        changed = replace(present, content=content, changed_by=by.id, changed_at=clock.timestamp())
        await _store(tx, changed)
        await _log(tx, by, "changed", changed)
        return replace(changed, number=present.number + 1)

    return await evidence.repeated(context, act)


async def publish(context: Context, *, by: Actor, draft_id: str) -> str:
    """Put a draft in force, as a new agreement or the next version of its own; returns the agreement's id.

    Sent again, it answers the same. Raises NotWhole, ChangedMeanwhile, Terminated, Unknown and BadRequest.
    """

    async def act(tx: Transaction) -> str:
        draft = await store.by_id(tx, draft_id)
        if draft is not None and draft.state == PUBLISHED:
            return draft.agreement_id or ""
        draft = await _open(tx, draft_id)
        if model.missing(draft.content) or model.untranslated(draft.content):
            raise NotWhole
        asked = _asked(draft.content)
        try:
            if draft.agreement_id:
                known = await agreements.rewrite(
                    context, tx, by=by, agreement_id=draft.agreement_id, draft=asked, read_id=draft.read_revision_id
                )
            else:
                known = await agreements.enter(context, tx, by=by, draft=asked)
        except OutdatedRevision as error:
            raise ChangedMeanwhile from error
        ended = replace(
            draft, agreement_id=known.agreement.id, content=Content(), state=PUBLISHED, changed_by=by.id,
            changed_at=clock.timestamp(),
        )  # fmt: skip
        await _store(tx, ended)
        await _log(tx, by, "published", ended)
        return known.agreement.id

    return await evidence.repeated(context, act)


async def discard(context: Context, *, by: Actor, draft_id: str) -> None:
    """Throw a draft away; one that is gone already stays gone."""

    async def act(tx: Transaction) -> None:
        draft = await store.by_id(tx, draft_id)
        if draft is None or draft.state != OPEN:
            return
        gone = replace(draft, content=Content(), state=DISCARDED, changed_by=by.id, changed_at=clock.timestamp())
        await _store(tx, gone)
        await _log(tx, by, "discarded", gone)

    await evidence.repeated(context, act)


async def _open(tx: Transaction, draft_id: str) -> Draft:
    found = await store.by_id(tx, draft_id)
    if found is None or found.state != OPEN:
        raise Unknown
    return found


async def _store(tx: Transaction, draft: Draft) -> None:
    if not await store.change(tx, draft):
        raise Contention


async def _log(tx: Transaction, by: Actor, act: str, draft: Draft) -> None:
    detail = {"dataAgreementId": draft.agreement_id} if draft.agreement_id else {}
    await audit.record(tx, by=by, action=f"consent.draft.{act}", subject=f"draft/{draft.id}", detail=detail)


def _asked(content: Content) -> agreements.Draft:
    """Return the agreement that a whole draft asks for, to be put in force."""
    return agreements.Draft(
        version=content.version,
        purpose=content.purpose,
        lawful_basis=content.basis or LawfulBasis.CONSENT,
        dpia=content.dpia,
        controller_name=content.controller_name,
        controller_url=content.controller_url,
        policy_id=content.policy_id,
        data_use=content.data_use,
        active=True,
        forgettable=content.forgettable,
        compatible_id=content.compatible_id,
        attributes=tuple(
            Attribute(id=str(number), name=one.name, sensitivity=one.sensitivity, category=one.category)
            for number, one in enumerate(content.attributes, start=1)
        ),
        description=content.description,
        language=content.language or None,
        translations={
            code: Translation(
                purpose=one.purpose, controller=one.controller, description=one.description, attributes=one.attributes
            )
            for code, one in content.translations.items()
        },
        signatures_required=content.signatures_required,
        retention_days=content.retention_days,
    )


def preview(draft: Draft, before: DataAgreement, policies: Sequence[Policy]) -> DataAgreement:
    """Return the agreement that a draft of a next version would become, to be compared with the version before."""
    asked = _asked(draft.content)
    controller = Controller(id="", name=asked.controller_name or "–", url=asked.controller_url or "–")
    return msgspec.structs.replace(
        before,
        version=asked.version,
        purpose=asked.purpose,
        description=asked.description,
        lawful_basis=asked.lawful_basis,
        dpia=asked.dpia,
        controller=controller,
        policy=next((one for one in policies if one.id == asked.policy_id), None),
        forgettable=asked.forgettable,
        attributes=asked.attributes,
        language=asked.language,
        translations=dict(asked.translations),
        signatures_required=asked.signatures_required,
        data_retention_period_days=asked.retention_days,
    )

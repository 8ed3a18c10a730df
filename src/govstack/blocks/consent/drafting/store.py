"""Rows of drafts."""

from __future__ import annotations

import msgspec

from govstack.blocks.consent.drafting.model import Content, Draft
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)


async def add(tx: Transaction, draft: Draft) -> None:
    """Add a draft; raises UniqueViolation when its agreement has one that is open."""
    await SQL.add(
        tx, id=draft.id, agreement_id=draft.agreement_id, read_revision_id=draft.read_revision_id,
        content=_text(draft.content), changed_by=draft.changed_by, changed_at=draft.changed_at,
    )  # fmt: skip


async def change(tx: Transaction, draft: Draft) -> bool:
    """Store a draft that was read and changed; false when somebody else changed it meanwhile."""
    changed = await SQL.change(
        tx, id=draft.id, number=draft.number, content=_text(draft.content), state=draft.state,
        agreement_id=draft.agreement_id, changed_by=draft.changed_by, changed_at=draft.changed_at,
    )  # fmt: skip
    return bool(changed)


async def by_id(tx: Transaction, draft_id: str) -> Draft | None:
    """Return a draft, also one that was published or discarded."""
    found = await SQL.by_id(tx, id=draft_id)
    return None if found is None else _draft(found)


async def open_of(tx: Transaction, agreement_id: str) -> Draft | None:
    """Return the open draft of an agreement's next version."""
    found = await SQL.open_of(tx, agreement_id=agreement_id)
    return None if found is None else _draft(found)


async def listed(tx: Transaction, *, limit: int) -> list[Draft]:
    """Return open drafts, the one that was changed last first."""
    return [_draft(row) for row in await SQL.listed(tx, limit=limit)]


async def open_ones(tx: Transaction) -> int:
    """Return how many drafts are open."""
    return int(await SQL.open_ones(tx))


def _text(content: Content) -> str:
    return msgspec.json.encode(content).decode()


def _draft(row: Row) -> Draft:
    content = msgspec.json.decode(row["content"], type=Content)
    return msgspec.convert({**row, "content": msgspec.to_builtins(content)}, Draft, strict=False)

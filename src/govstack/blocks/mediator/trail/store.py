"""Rows of the audit trail as the kernel's entries."""

from __future__ import annotations

import msgspec

from govstack.blocks.mediator.trail.model import Wanted
from govstack.kernel.audit import Entry
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def entries(tx: Transaction, wanted: Wanted, *, limit: int) -> list[Entry]:
    """Return entries that fit, newest first."""
    rows = await SQL.entries(
        tx,
        actor=_pattern(wanted.actor.lower()),
        actor_exact=_pattern(wanted.actor),
        action=_plain(wanted.action) + "%" if wanted.action else "",
        subject=_pattern(wanted.subject.lower()),
        outcome=wanted.outcome,
        member=wanted.member,
        below=f"{_plain(wanted.member)}/%",
        beside=f"% {_plain(wanted.member)}/%",
        since=wanted.since,
        until=wanted.until,
        before=wanted.before,
        limit=limit,
    )
    return msgspec.convert(rows, list[Entry], strict=False)


async def entry(tx: Transaction, number: int) -> Entry | None:
    """Return one entry."""
    row = await SQL.entry(tx, number=number)
    return None if row is None else msgspec.convert(row, Entry, strict=False)


async def length(tx: Transaction) -> int:
    """Return the number of the last entry."""
    return int(await SQL.length(tx) or 0)


def _pattern(text: str) -> str:
    return f"%{_plain(text)}%" if text else ""


def _plain(text: str) -> str:
    for sign in "!%_":
        text = text.replace(sign, f"!{sign}")
    return text

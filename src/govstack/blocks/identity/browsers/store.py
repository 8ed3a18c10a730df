"""Rows of browsers in which people have proven who they are."""

from __future__ import annotations

from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def remember(tx: Transaction, *, person_id: str, name: str, at: str, before: str) -> None:
    """Keep that a person has proven to be there in a browser, and forget what is older than `before`."""
    await SQL.forget_old(tx, before=before)
    await SQL.remember(tx, person_id=person_id, name=name, at=at)


async def is_known(tx: Transaction, *, person_id: str, name: str, since: str, latest: str) -> bool:
    """Tell whether a person has proven to be there in a browser between two moments."""
    return bool(await SQL.is_known(tx, person_id=person_id, name=name, since=since, latest=latest))


async def forget(tx: Transaction, *, person_id: str) -> None:
    """Forget the browsers of a person."""
    await SQL.forget(tx, person_id=person_id)

"""Rows of links."""

from __future__ import annotations

import msgspec

from govstack.blocks.identity.linking.model import Link, Permission
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)


async def add(tx: Transaction, *, link_id: str, transaction_id: str, code_print: str, expires_at: str) -> None:
    """Enter a link code that nobody has used yet."""
    await SQL.add(tx, id=link_id, transaction_id=transaction_id, code_print=code_print, expires_at=expires_at)


async def live(tx: Transaction, *, transaction_id: str, now: str) -> int:
    """Return how many codes of a sign-in can still be used to link."""
    return int(await SQL.live(tx, transaction_id=transaction_id, now=now))


async def by_code(tx: Transaction, *, code_print: str) -> Link | None:
    """Return the link of a code, or nothing."""
    return _link(await SQL.by_code(tx, code_print=code_print))


async def by_linked(tx: Transaction, *, linked_print: str) -> Link | None:
    """Return the link that a wallet addresses, or nothing."""
    return _link(await SQL.by_linked(tx, linked_print=linked_print))


async def link(tx: Transaction, *, link_id: str, linked_print: str, now: str) -> None:
    """Note that a wallet has linked; the first time counts."""
    await SQL.link(tx, id=link_id, linked_print=linked_print, now=now)


async def authenticate(
    tx: Transaction, *, link_id: str, person_id: str, acr: str, methods: tuple[str, ...], now: str
) -> bool:
    """Note who is there; false when that was known, or refused, before."""
    kept = msgspec.json.encode(methods).decode()
    return bool(await SQL.authenticate(tx, id=link_id, person_id=person_id, acr=acr, methods=kept, now=now))


async def permit(tx: Transaction, *, link_id: str, permission: Permission, now: str) -> bool:
    """Note what the person allows; false when the link is finished or refused."""
    scopes, claims = (msgspec.json.encode(one).decode() for one in (permission.scopes, permission.claims))
    return bool(await SQL.permit(tx, id=link_id, scopes=scopes, claims=claims, now=now))


async def refuse(tx: Transaction, *, link_id: str, now: str) -> bool:
    """Note that the person refuses; false when the link is finished or was refused before."""
    return bool(await SQL.refuse(tx, id=link_id, now=now))


async def finish(tx: Transaction, *, link_id: str, now: str) -> None:
    """Note that a code was issued for the link."""
    await SQL.finish(tx, id=link_id, now=now)


def _link(row: Row | None) -> Link | None:
    if row is None:
        return None
    lists = {name: msgspec.json.decode(str(row[name])) for name in ("methods", "scopes", "claims")}
    return msgspec.convert({**row, **lists}, Link)

"""SQL of grants, of assertions seen, and of the subjects that relying parties know people by."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from govstack.blocks.identity.tokens.model import Assertion, Grant
from govstack.kernel import clock
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)
_LISTS = ("scopes", "claims", "locales")


async def remember(tx: Transaction, assertion: Assertion) -> bool:
    """Keep that an assertion was seen; tells whether this was the first time."""
    expires_at = clock.timestamp(datetime.fromtimestamp(assertion.expires_at, UTC))
    return bool(await SQL.remember_assertion(tx, print=assertion.print, expires_at=expires_at))


async def subject(tx: Transaction, *, person_id: str, sector: str, fresh: str) -> str:
    """Return the subject that a sector knows a person by: the one it has, or the fresh one from now on."""
    await SQL.keep_subject(tx, person_id=person_id, sector=sector, subject=fresh)
    return await known_subject(tx, person_id=person_id, sector=sector)


async def known_subject(tx: Transaction, *, person_id: str, sector: str) -> str:
    """Return the subject that a sector knows a person by, or nothing."""
    row = await SQL.subject(tx, person_id=person_id, sector=sector)
    return str(row["subject"]) if row is not None else ""


async def keep_grant(tx: Transaction, grant: Grant) -> None:
    """Keep what was given."""
    columns = msgspec.to_builtins(grant)
    del columns["ended_at"]
    await SQL.keep_grant(tx, **{**columns, **{name: msgspec.json.encode(columns[name]).decode() for name in _LISTS}})


async def grant(tx: Transaction, *, grant_id: str) -> Grant | None:
    """Return a grant, or nothing."""
    row = await SQL.grant_by_id(tx, id=grant_id)
    if row is None:
        return None
    return msgspec.convert({**row, **{name: msgspec.json.decode(str(row[name])) for name in _LISTS}}, Grant)

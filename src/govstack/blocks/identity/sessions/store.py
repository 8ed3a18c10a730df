"""SQL of sessions at the provider and of the clients that take part in them."""

from __future__ import annotations

import hashlib

import msgspec

from govstack.blocks.identity.sessions.model import Member, Session
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)


async def begin(tx: Transaction, session: Session, *, secret: str) -> None:
    """Keep a session under the hash of its secret."""
    columns = msgspec.to_builtins(session)
    await SQL.begin(tx, **{**columns, "methods": msgspec.json.encode(session.methods).decode()}, print=_print(secret))


async def session(tx: Transaction, *, secret: str) -> Session | None:
    """Return the session that a secret opens, or nothing."""
    row = await SQL.by_print(tx, print=_print(secret))
    return None if row is None else msgspec.convert({**row, "methods": _list(row)}, Session)


async def end(tx: Transaction, *, secret: str) -> str:
    """Forget the session that a secret opens; returns its name, or nothing."""
    row = await SQL.end_print(tx, print=_print(secret))
    return str(row["id"]) if row is not None else ""


async def end_person(tx: Transaction, *, person_id: str) -> list[str]:
    """Forget the sessions of a person; returns their names."""
    return [str(row["id"]) for row in await SQL.end_person(tx, person_id=person_id)]


async def join(tx: Transaction, made: Member, *, now: str) -> Member:
    """Keep that a client takes part in a session; returns how it was first noted."""
    await SQL.join(tx, **msgspec.to_builtins(made), now=now)
    return msgspec.convert(
        {**await SQL.member(tx, session_id=made.session_id, client_id=made.client_id)}, Member
    )  # fmt: skip


async def member(tx: Transaction, *, client_id: str, sid: str) -> Member | None:
    """Return who takes part in the session that a client knows by a name, or nothing."""
    row = await SQL.member_by_sid(tx, client_id=client_id, sid=sid)
    return None if row is None else msgspec.convert({**row}, Member)


async def leave(tx: Transaction, *, session_id: str) -> list[Member]:
    """Forget who takes part in a session; returns who did."""
    return [msgspec.convert({**row}, Member) for row in await SQL.leave(tx, session_id=session_id)]


async def leave_person(tx: Transaction, *, person_id: str) -> list[Member]:
    """Forget who takes part in any session of a person; returns who did."""
    return [msgspec.convert({**row}, Member) for row in await SQL.leave_person(tx, person_id=person_id)]


def _list(row: Row) -> object:
    return msgspec.json.decode(str(row["methods"]))


def _print(secret: str) -> str:
    # Secrets have 256 bits of chance: a plain hash is enough.
    return hashlib.sha256(secret.encode()).hexdigest()

"""SQL of sign-ins under way and their codes."""

from __future__ import annotations

import hashlib

import msgspec

from govstack.blocks.identity.transactions.model import Code, Request, Stage, Transaction
from govstack.kernel.db import Row, queries
from govstack.kernel.db import Transaction as Work

SQL = queries(__file__)


class _Progress(msgspec.Struct, omit_defaults=True):
    """What is known of a sign-in after its request."""

    person_id: str = ""
    acr: str = ""
    methods: tuple[str, ...] = ()
    authenticated_at: str = ""
    permitted_scopes: tuple[str, ...] = ()
    accepted_claims: tuple[str, ...] = ()
    session_id: str = ""


async def begin(tx: Work, made: Transaction) -> None:
    """Keep a new sign-in."""
    await SQL.begin(
        tx,
        id=made.id,
        request=msgspec.json.encode(made.request).decode(),
        stage=made.stage.value,
        progress=_progress(made),
        expires_at=made.expires_at,
        reusable=made.reusable,
    )


async def transaction(tx: Work, *, transaction_id: str) -> Transaction | None:
    """Return a sign-in, or nothing."""
    row = await SQL.transaction_by_id(tx, id=transaction_id)
    return None if row is None else _transaction(row)


async def go_on(tx: Work, made: Transaction, *, before: Stage) -> bool:
    """Write the next stage of a sign-in; tells whether it still was at the stage before."""
    done = await SQL.go_on(
        tx, id=made.id, stage=made.stage.value, progress=_progress(made), session_id=made.session_id,
        before=before.value,
    )  # fmt: skip
    return bool(done)


async def keep_code(tx: Work, *, code: str, transaction_id: str, expires_at: str) -> None:
    """Keep the hash of an authorisation code."""
    await SQL.keep_code(tx, code_hash=_hash(code), transaction_id=transaction_id, expires_at=expires_at)


async def code(tx: Work, *, code: str) -> Code | None:
    """Return what is kept of an authorisation code, or nothing."""
    row = await SQL.code_by_hash(tx, code_hash=_hash(code))
    return None if row is None else msgspec.convert(row, Code)


async def use_code(tx: Work, *, code: str, now: str) -> bool:
    """Mark a code as used; tells whether this was the first time."""
    return bool(await SQL.use_code(tx, code_hash=_hash(code), used_at=now))


async def end_session(tx: Work, *, session_id: str) -> None:
    """Forget the sign-ins under way of a session, and the codes that nobody has used."""
    await SQL.end_codes_of_session(tx, session_id=session_id)
    await SQL.end_session(tx, session_id=session_id)


def _hash(code: str) -> str:
    # Codes have 256 bits of chance: a plain hash is enough (RFC 6749, 10.3 asks that they cannot be read here).
    return hashlib.sha256(code.encode()).hexdigest()


def _progress(made: Transaction) -> str:
    kept = _Progress(
        made.person_id,
        made.acr,
        made.methods,
        made.authenticated_at,
        made.permitted_scopes,
        made.accepted_claims,
        made.session_id,
    )
    return msgspec.json.encode(kept).decode()


def _transaction(row: Row) -> Transaction:
    progress = msgspec.json.decode(str(row["progress"]), type=_Progress)
    return Transaction(
        id=str(row["id"]),
        request=msgspec.json.decode(str(row["request"]), type=Request),
        stage=Stage(str(row["stage"])),
        expires_at=str(row["expires_at"]),
        reusable=bool(row["reusable"]),
        **msgspec.structs.asdict(progress),
    )

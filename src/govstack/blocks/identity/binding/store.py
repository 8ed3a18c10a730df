"""Rows of bindings and of the proofs that were used."""

from __future__ import annotations

import msgspec

from govstack.blocks.identity.binding.model import BINDINGS_MAX, Bound, WalletKey
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)
SHOWN_MAX = 200


async def user_id(tx: Transaction, *, person_id: str, partner_id: str, fresh: str) -> str:
    """Return by which name a partner knows a person: the one it has, else the fresh one."""
    await SQL.add_user(tx, id=fresh, person_id=person_id, partner_id=partner_id)
    return str((await SQL.user_of(tx, person_id=person_id, partner_id=partner_id))["id"])


async def is_bound(tx: Transaction, *, person_id: str, key_print: str, factor_type: str) -> bool:
    """Tell whether a person has a key bound for a kind of factor, or had."""
    return bool(await SQL.is_bound(tx, person_id=person_id, key_print=key_print, factor_type=factor_type))


async def count(tx: Transaction, *, person_id: str, now: str) -> int:
    """Return how many keys of a person hold."""
    return int(await SQL.count_bound(tx, person_id=person_id, now=now))


async def bind(tx: Transaction, made: Bound, *, person_id: str, key: WalletKey) -> None:
    """Enter a binding; raises UniqueViolation for one that is there."""
    await SQL.bind(
        tx, id=made.id, wallet_user_id=made.wallet_user_id, person_id=person_id, factor_type=made.factor_type,
        key_print=made.key_print, public_key=msgspec.json.encode(key.jwk).decode(), usable=made.usable,
        serial=made.serial, bound_at=made.bound_at, expires_at=made.expires_at,
    )  # fmt: skip


async def of_person(tx: Transaction, *, person_id: str, revoked_too: bool = True) -> list[Bound]:
    """Return the newest bindings of a person, revoked ones too or not; one ends with its certificate."""
    rows = await SQL.of_person(tx, person_id=person_id, id="", revoked_too=revoked_too, limit=SHOWN_MAX)
    return [_bound(row) for row in rows]


async def one_of_person(tx: Transaction, *, person_id: str, binding_id: str) -> Bound | None:
    """Return a binding of a person, or nothing."""
    rows = await SQL.of_person(tx, person_id=person_id, id=binding_id, revoked_too=True, limit=1)
    return _bound(rows[0]) if rows and binding_id else None


async def holding(tx: Transaction, *, person_id: str, factor_type: str, now: str) -> list[Bound]:
    """Return the bindings of a person for a kind of factor that hold now, as their certificates do."""
    rows = await SQL.holding(tx, person_id=person_id, factor_type=factor_type, now=now, limit=BINDINGS_MAX)
    return [_bound(row) for row in rows]


async def revoke(tx: Transaction, *, binding_id: str, now: str) -> bool:
    """Revoke a binding; false when it was revoked before."""
    return bool(await SQL.revoke(tx, id=binding_id, now=now))


async def spend_proof(tx: Transaction, *, digest: str, expires_at: str, now: str) -> bool:
    """Note that a proof was used; false when it was used before."""
    await SQL.forget_proofs(tx, now=now)
    return bool(await SQL.spend_proof(tx, digest=digest, expires_at=expires_at))


def _bound(row: Row) -> Bound:
    public_key = msgspec.json.decode(str(row["public_key"]), type=dict[str, str])
    return msgspec.convert({**row, "public_key": public_key}, Bound, strict=False)

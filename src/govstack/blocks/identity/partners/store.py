"""Rows of partners; the secret that signs notices stands sealed."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from govstack.blocks.identity.partners.model import PARTNERS_MAX, Partner, Role
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A partner with its sealed secret."""

    partner: Partner
    sealed: bytes


async def put(tx: Transaction, kept: Kept, *, now: str) -> None:
    """Add or replace a partner."""
    one = kept.partner
    await SQL.put(
        tx, id=one.id, name=one.name, application=one.application, address=one.address, logo_url=one.logo_url,
        roles=" ".join(one.roles), attributes=msgspec.json.encode(one.attributes).decode(), active=one.active,
        secret=kept.sealed, modified_at=now,
    )  # fmt: skip


async def by_id(tx: Transaction, partner_id: str) -> Kept | None:
    """Return a partner."""
    row = await SQL.by_id(tx, id=partner_id)
    return None if row is None else _kept(row)


async def listed(tx: Transaction) -> list[Kept]:
    """Return partners by name."""
    return [_kept(row) for row in await SQL.listed(tx, limit=PARTNERS_MAX)]


async def count(tx: Transaction, *, beside: str) -> int:
    """Return how many partners there are beside one."""
    return int(await SQL.count(tx, id=beside))


def _kept(row: Row) -> Kept:
    attributes = row["attributes"]
    names = msgspec.json.decode(attributes) if isinstance(attributes, str | bytes) else attributes
    partner = Partner(
        row["id"], row["name"], row["application"], row["address"], row["logo_url"],
        tuple(Role(role) for role in row["roles"].split()), tuple(names), bool(row["active"]),
    )  # fmt: skip
    return Kept(partner, bytes(row["secret"]))

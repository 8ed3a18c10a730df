"""Rows of training centres."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from govstack.kernel import clock
from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.response.centres.model import FEDERATED_MAX, NOTICES_MAX, Centre, Notice, Offered

SQL = queries(__file__)


async def put(tx: Transaction, centre: Centre) -> None:
    """Add or change a centre."""
    await SQL.put(tx, id=centre.id, document=msgspec.json.encode(centre).decode(), at=clock.timestamp())


async def by_id(tx: Transaction, centre_id: str) -> Centre | None:
    """Return a centre."""
    row = await SQL.by_id(tx, id=centre_id)
    return msgspec.json.decode(row["document"], type=Centre) if row else None


async def locked(tx: Transaction, centre_id: str) -> Centre | None:
    """Return a centre, which nobody else changes until the transaction ends."""
    await SQL.lock(tx, id=centre_id)
    return await by_id(tx, centre_id)


async def listed(tx: Transaction, *, after: str, limit: int) -> list[Centre]:
    """Return centres in the order of their ids."""
    rows = await SQL.listed(tx, after=after, limit=limit)
    return [msgspec.json.decode(row["document"], type=Centre) for row in rows]


async def put_material(tx: Transaction, *, material_id: str, title: str, version: str) -> bool:
    """Keep the newest version of material; false when it is known."""
    return bool(await SQL.put_material(tx, material_id=material_id, title=title, version=version, at=clock.timestamp()))


async def materials(tx: Transaction, material_ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return title and newest version of material."""
    rows = await SQL.materials(tx, ids=sorted(set(material_ids)))
    return {row["material_id"]: (row["title"], row["version"]) for row in rows}


async def tell(tx: Transaction, *, centre_id: str, material_id: str, version: str) -> None:
    """Tell a centre of a version, once."""
    await SQL.tell(tx, centre_id=centre_id, material_id=material_id, version=version, at=clock.timestamp())


async def notices(tx: Transaction, centre_id: str) -> list[Notice]:
    """Return what a centre was told, newest first."""
    rows = await SQL.notices(tx, centre_id=centre_id, limit=NOTICES_MAX)
    return [Notice(material_id=row["material_id"], version=row["version"], at=row["at"]) for row in rows]


async def put_federated(tx: Transaction, centre_id: str, offerings: Iterable[Offered]) -> None:
    """Keep what a centre offers on its own site, in the place of what it told before."""
    await SQL.clear_federated(tx, centre_id=centre_id)
    for one in offerings:
        document = msgspec.json.encode(one).decode()
        await SQL.add_federated(tx, centre_id=centre_id, id=one.id, document=document, at=clock.timestamp())


async def federated_of(tx: Transaction, centre_id: str) -> list[Offered]:
    """Return what a centre offers on its own site."""
    rows = await SQL.federated_of(tx, centre_id=centre_id, limit=FEDERATED_MAX)
    return [msgspec.json.decode(row["document"], type=Offered) for row in rows]


async def federated(tx: Transaction) -> list[tuple[str, Offered]]:
    """Return what centres offer on their own sites, with the centre of each."""
    rows = await SQL.federated(tx, limit=FEDERATED_MAX)
    return [(row["centre_id"], msgspec.json.decode(row["document"], type=Offered)) for row in rows]

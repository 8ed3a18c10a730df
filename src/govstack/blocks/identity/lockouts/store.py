"""Rows of tries."""

from __future__ import annotations

from dataclasses import asdict

import msgspec

from govstack.blocks.identity.browsers.model import Origin
from govstack.blocks.identity.lockouts.model import Family, Tries
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def held(tx: Transaction, *, person_id: str, family: Family, origin: Origin) -> Tries | None:
    """Return how tries stand, and hold them until the transaction ends, so that tries at once are all counted."""
    name = _name(family, origin)
    await SQL.claim(tx, person_id=person_id, family=name)
    found = msgspec.convert(await SQL.read(tx, person_id=person_id, family=name), Tries, strict=False)
    return found if found.counted_from else None


async def keep(tx: Transaction, tries: Tries, *, person_id: str, family: Family, origin: Origin) -> None:
    """Keep how tries stand."""
    await SQL.keep(tx, person_id=person_id, family=_name(family, origin), **asdict(tries))


async def forget(tx: Transaction, *, person_id: str, family: Family, origin: Origin) -> None:
    """Forget the tries of a family."""
    await SQL.forget(tx, person_id=person_id, family=_name(family, origin))


async def forget_all(tx: Transaction, *, person_id: str) -> int:
    """Forget all tries of a person; returns how many families had some."""
    return int(await SQL.forget_all(tx, person_id=person_id))


async def locked(tx: Transaction, *, person_id: str, now: str, latest: str) -> dict[Family, str]:
    """Return which families pause anywhere, and until when; no pause lasts longer than `latest`."""
    found: dict[Family, str] = {}
    for row in await SQL.locked(tx, person_id=person_id, now=now, latest=latest):
        family = Family(str(row["family"]).partition("@")[0])
        found[family] = max(found.get(family, ""), str(row["locked_until"]))
    return found


def _name(family: Family, origin: Origin) -> str:
    return f"{family.value}@{origin.name}" if origin.known else family.value

"""Rows of what posts require against what people can do."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.needs.gaps.model import Count, Division, Held, Scope
from govstack.pillars.learn.needs.ratings.model import Rule

SQL = queries(__file__)


async def required_of(tx: Transaction, person_ids: Sequence[str]) -> list[Row]:
    """Return what the posts of people require, person by person, the higher level first."""
    return list(await SQL.required_of(tx, ids=list(person_ids)))


async def counted(tx: Transaction, scope: Scope, part: Division, rule: Rule) -> list[Count]:
    """Return people counted by what is required of them and where they are."""
    rows = await SQL.counted(tx, part=str(part), category=scope.category, **_asked(scope, rule))
    return msgspec.convert(rows, list[Count], strict=False)


async def held(tx: Transaction, scope: Scope, part: Division, rule: Rule) -> list[Held]:
    """Return people counted by the level they are at."""
    if part is Division.CATEGORY or scope.category:
        rows = await SQL.held_by_category(tx, category=scope.category, **_asked(scope, rule))
        if part is not Division.CATEGORY:
            rows = [{**row, "part": ""} for row in rows]
    else:
        rows = await SQL.held(tx, part=str(part), **_asked(scope, rule))
    return msgspec.convert(rows, list[Held], strict=False)


def _asked(scope: Scope, rule: Rule) -> dict[str, object]:
    ranks = {f"rank_{kind}": place for kind, place in rule.ranks.items()}
    return {
        "everywhere": int(scope.organisations is None), "organisations": sorted(scope.organisations or ()),
        "manager_id": scope.manager_id, "fresh_since": rule.fresh_since, **ranks,
    }  # fmt: skip

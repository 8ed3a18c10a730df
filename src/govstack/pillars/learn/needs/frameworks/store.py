"""Rows of scales, frameworks, competencies and relations."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.needs.frameworks.model import (
    COMPETENCIES_MAX,
    FRAMEWORKS_MAX,
    RELATIONS_MAX,
    SCALES_MAX,
    Competency,
    Framework,
    Kind,
    Relation,
    Revision,
    Scale,
)

SQL = queries(__file__)
REVISIONS_LISTED_MAX = 500


async def put_scale(tx: Transaction, scale: Scale, *, changed_at: str) -> None:
    """Add or change a scale."""
    await SQL.put_scale(tx, id=scale.id, content=_text(scale), changed_at=changed_at)


async def scale(tx: Transaction, scale_id: str) -> Scale | None:
    """Return a scale."""
    row = await SQL.scale_content(tx, id=scale_id)
    return msgspec.json.decode(row["content"], type=Scale) if row else None


async def scales(tx: Transaction) -> dict[str, Scale]:
    """Return every scale by id."""
    rows = await SQL.scales(tx, limit=SCALES_MAX)
    return {one.id: one for one in (msgspec.json.decode(row["content"], type=Scale) for row in rows)}


async def levels_in_use(tx: Transaction, scale_id: str) -> set[int]:
    """Return the ordinals that ratings and requirements stand on."""
    return {int(row["level"]) for row in await SQL.levels_in_use(tx, scale_id=scale_id)}


async def revision(tx: Transaction, framework_id: str) -> int:
    """Return the present revision of a framework and hold it until the end of the transaction; 0 for none."""
    row = await SQL.lock_framework(tx, id=framework_id)
    return int(row["revision"]) if row else 0


async def put_framework(tx: Transaction, framework: Framework, *, revision: int, at: str) -> None:
    """Write a framework as its next revision."""
    head = msgspec.structs.replace(framework, competencies=(), relations=(), revision=0)
    await SQL.put_framework(tx, id=framework.id, revision=revision, content=_text(head), changed_at=at)
    await SQL.add_revision(
        tx, framework_id=framework.id, revision=revision, content=_text(framework), made_at=at
    )  # fmt: skip
    await SQL.retire_all(tx, framework_id=framework.id)
    await SQL.put_competency(tx, [
        {"id": one.id, "framework_id": framework.id, "place": place, "scale_id": one.scale_id or None,
         "content": _text(one), "code": "" if one.kind is Kind.HEADING else one.code}
        for place, one in enumerate(framework.competencies)
    ])  # fmt: skip
    await SQL.clear_relations(tx, framework_id=framework.id)
    await SQL.add_relation(tx, [
        {"from_id": one.from_id, "to_id": one.to_id, "kind": str(one.kind), "place": place}
        for place, one in enumerate(framework.relations)
    ])  # fmt: skip


async def owned_elsewhere(tx: Transaction, framework_id: str, ids: Sequence[str]) -> bool:
    """Tell whether another framework has a competency of one of these ids."""
    return bool(await SQL.foreign_owners(tx, framework_id=framework_id, ids=list(ids)))


async def frameworks(tx: Transaction) -> list[Framework]:
    """Return every framework without its competencies."""
    return [_head(row) for row in await SQL.frameworks(tx, limit=FRAMEWORKS_MAX)]


async def framework(tx: Transaction, framework_id: str) -> Framework | None:
    """Return a framework with the competencies that are in use, and their relations."""
    row = await SQL.framework(tx, id=framework_id)
    if row is None:
        return None
    rows = await SQL.competencies(tx, framework_id=framework_id, limit=2 * COMPETENCIES_MAX)
    own = tuple(one for one in map(_competency, rows) if not one.retired)
    relations = tuple(_relation(one) for one in await SQL.relations_of_framework(tx, framework_id=framework_id))
    return msgspec.structs.replace(_head(row), competencies=own, relations=relations)


async def revisions(tx: Transaction, framework_id: str) -> list[Revision]:
    """Return the revisions of a framework, the last one first."""
    rows = await SQL.revisions(tx, framework_id=framework_id, limit=REVISIONS_LISTED_MAX)
    return [Revision(row["revision"], row["made_at"]) for row in rows]


async def at_revision(tx: Transaction, framework_id: str, number: int) -> Framework | None:
    """Return a framework as a revision had it."""
    content = await SQL.revision_content(tx, framework_id=framework_id, revision=number)
    return msgspec.json.decode(content, type=Framework) if content else None


async def competencies(tx: Transaction, *, framework_id: str) -> list[Competency]:
    """Return competencies in order, of one framework or of all, retired ones too."""
    if framework_id:
        rows = await SQL.competencies(tx, framework_id=framework_id, limit=2 * COMPETENCIES_MAX)
    else:
        rows = await SQL.all_competencies(tx, limit=FRAMEWORKS_MAX * COMPETENCIES_MAX)
    return [_competency(row) for row in rows]


async def by_ids(tx: Transaction, ids: Sequence[str]) -> list[Competency]:
    """Return competencies by id, retired ones too."""
    return [_competency(row) for row in await SQL.competencies_by_id(tx, ids=list(ids))]


async def relations_of(tx: Transaction, competency_id: str) -> list[Relation]:
    """Return the relations that begin or end at a competency."""
    return [_relation(row) for row in await SQL.relations_of(tx, id=competency_id, limit=RELATIONS_MAX)]


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _head(row: Row) -> Framework:
    head = msgspec.json.decode(row["content"], type=Framework)
    return msgspec.structs.replace(head, revision=row["revision"])


def _competency(row: Row) -> Competency:
    one = msgspec.json.decode(row["content"], type=Competency)
    return msgspec.structs.replace(one, framework_id=row["framework_id"], retired=bool(row["retired"]))


def _relation(row: Row) -> Relation:
    return msgspec.convert(
        {"fromId": row["from_id"], "toId": row["to_id"], "kind": row["kind"]}, Relation, strict=False
    )

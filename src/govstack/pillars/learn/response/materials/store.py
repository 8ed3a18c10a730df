"""Rows of learning material."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.response.materials.model import (
    MATERIALS_MAX,
    SUBJECTS_MAX,
    Decided,
    Licence,
    Link,
    Material,
    Notice,
    Similar,
    State,
)
from govstack.pillars.learn.stages.model import Stage

SQL = queries(__file__)
LISTED_MAX = 1_000


async def put_licence(tx: Transaction, licence: Licence) -> None:
    """Add or change a licence."""
    await SQL.put_licence(
        tx, id=licence.id, name=licence.name, url=licence.url, adapting=int(licence.adapting),
        selling=int(licence.selling), share_alike=int(licence.share_alike), credit=int(licence.credit),
    )  # fmt: skip


async def licences(tx: Transaction) -> dict[str, Licence]:
    """Return every licence by its id."""
    rows = await SQL.licences(tx, limit=LISTED_MAX)
    return {
        row["id"]: Licence(
            id=row["id"], name=row["name"], url=row["url"], adapting=bool(row["adapting"]),
            selling=bool(row["selling"]), share_alike=bool(row["share_alike"]), credit=bool(row["credit"]),
        )
        for row in rows
    }  # fmt: skip


async def put(tx: Transaction, one: Material, *, changed_at: str) -> None:
    """Add or change material with its subjects; state and origin of material that is there stay as they are."""
    await SQL.put(
        tx, id=one.id, title=one.title, summary=one.summary, address=one.address, licence_id=one.licence_id,
        holder=one.holder, source=one.source, language=one.language, format=one.format, version=one.version,
        owner_id=one.owner_id, topics=_json(one.topics), competencies=_json(one.competencies),
        reviewed_on=one.reviewed_on, review_due=one.review_due, state=one.state.value, paid=int(one.paid),
        parent_id=one.parent_id, change_notes=one.change_notes, adapter_id=one.adapter_id, changed_at=changed_at,
        stage=one.stage.value,
    )  # fmt: skip
    await SQL.clear_subjects(tx, material_id=one.id)
    subjects = [("topic", name) for name in one.topics] + [("competency", name) for name in one.competencies]
    if subjects:
        rows = [{"material_id": one.id, "kind": kind, "subject": name} for kind, name in subjects]
        await SQL.add_subjects(tx, rows)


async def by_id(tx: Transaction, material_id: str) -> Material | None:
    """Return material."""
    row = await SQL.by_id(tx, id=material_id)
    return None if row is None else _material(row)


async def by_ids(tx: Transaction, material_ids: Sequence[str]) -> list[Material]:
    """Return material in no order."""
    return [_material(row) for row in await SQL.by_ids(tx, ids=list(material_ids))]


async def listed(
    tx: Transaction, *, language: str, subject: str, state: str, broken: bool, after: str, limit: int
) -> list[Material]:
    """Return material in the order of ids, narrowed by what is not empty."""
    rows = await SQL.listed(
        tx, language=language, subject=subject, state=state, broken=int(broken), after=after, limit=limit
    )
    return [_material(row) for row in rows]


async def children(tx: Transaction, material_id: str) -> list[Material]:
    """Return what was made from material."""
    return [_material(row) for row in await SQL.children(tx, parent_id=material_id, limit=LISTED_MAX)]


async def known(tx: Transaction, *, state: str) -> list[tuple[str, str, str, str, str]]:
    """Return id, title, summary, language and address of what is in a state, "" for all that is not retired."""
    rows = await SQL.known(tx, state=state, limit=MATERIALS_MAX)
    return [(row["id"], row["title"], row["summary"], row["language"], row["address"]) for row in rows]


async def set_state(tx: Transaction, material_id: str, state: State, *, changed_at: str) -> bool:
    """Put material in a state; false when it is there already."""
    return bool(await SQL.set_state(tx, id=material_id, state=state.value, changed_at=changed_at))


async def set_stage(tx: Transaction, one: Material, stage: Stage, *, changed_at: str) -> bool:
    """Bring material into its next state of design; false when somebody did meanwhile."""
    changed = await SQL.set_stage(tx, id=one.id, stage=stage.value, before=one.stage.value, changed_at=changed_at)
    return bool(changed)


async def want(tx: Transaction, subjects: Iterable[tuple[str, str, str]]) -> None:
    """Keep that material on subjects is wanted: kind, subject, and who says so."""
    rows = [{"kind": kind, "subject": subject, "source": source} for kind, subject, source in subjects]
    if rows:
        await SQL.want(tx, rows)


async def unwant(tx: Transaction, kind: str, subject: str) -> bool:
    """Take a wish away; false when there was none."""
    return bool(await SQL.unwant(tx, kind=kind, subject=subject))


async def wanted(tx: Transaction) -> list[tuple[str, str]]:
    """Return kind and subject of what is wanted."""
    return [(row["kind"], row["subject"]) for row in await SQL.wanted(tx, limit=LISTED_MAX)]


async def counted(tx: Transaction) -> dict[tuple[str, str, str], int]:
    """Return how much published material there is by kind of subject, subject and language."""
    return {(row["kind"], row["subject"], row["language"]): int(row["count"]) for row in await SQL.counted(tx)}


async def decide(tx: Transaction, *, decision_id: str, material_id: str, decided: Decided) -> None:
    """Keep what an author decided."""
    await SQL.decide(
        tx, id=decision_id, material_id=material_id, choice=decided.choice.value, reason=decided.reason,
        found=_json(decided.found), decided_by=decided.decided_by, decided_at=decided.decided_at,
    )  # fmt: skip


async def decisions(tx: Transaction, material_id: str) -> list[Decided]:
    """Return what was decided about material, newest first."""
    rows = await SQL.decisions(tx, material_id=material_id, limit=SUBJECTS_MAX)
    return [
        msgspec.convert(
            {
                "choice": row["choice"], "reason": row["reason"], "decidedBy": row["decided_by"],
                "decidedAt": row["decided_at"],
                "found": msgspec.json.decode(row["found"], type=tuple[Similar, ...]),
            },
            Decided,
        )
        for row in rows
    ]  # fmt: skip


async def tell(tx: Transaction, notice: Notice) -> None:
    """Keep what was told to the one who looks after the original."""
    await SQL.tell(
        tx, id=notice.id, parent_id=notice.parent_id, material_id=notice.material_id, kind=notice.kind,
        words=notice.words, sent_by=notice.sent_by, sent_at=notice.sent_at,
    )  # fmt: skip


async def notices(tx: Transaction, material_id: str) -> list[Notice]:
    """Return what was told about material, newest first."""
    return [Notice(**row) for row in await SQL.notices(tx, parent_id=material_id, limit=LISTED_MAX)]


async def notice(tx: Transaction, notice_id: str) -> Notice | None:
    """Return a notice."""
    row = await SQL.notice(tx, id=notice_id)
    return None if row is None else Notice(**row)


async def answer(tx: Transaction, notice_id: str, *, state: str, answered_by: str, answered_at: str) -> bool:
    """Answer a notice; false when it was answered."""
    return bool(await SQL.answer(tx, id=notice_id, state=state, answered_by=answered_by, answered_at=answered_at))


async def to_check(tx: Transaction, *, before: str, limit: int) -> list[tuple[str, str]]:
    """Return id and address of material whose address was not looked at since then, the oldest look first."""
    return [(row["id"], row["address"]) for row in await SQL.to_check(tx, before=before, limit=limit)]


async def checked(tx: Transaction, material_id: str, address: str, *, state: str, fault: str, at: str) -> bool:
    """Keep what a look at an address has shown, unless it was changed meanwhile."""
    changed = await SQL.checked(tx, id=material_id, address=address, state=state, fault=fault, checked_at=at)
    return bool(changed)


async def forget_owner(tx: Transaction, person_id: str) -> None:
    """Take a person away as the one who looks after material."""
    await SQL.forget_owner(tx, person_id=person_id)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _material(row: Row) -> Material:
    lists = {name: msgspec.json.decode(row[name], type=tuple[str, ...]) for name in ("topics", "competencies")}
    kinds = {
        "paid": bool(row["paid"]),
        "state": State(row["state"]),
        "link_state": Link(row["link_state"]),
        "stage": Stage(row["stage"]),
    }
    return Material(**{**row, **lists, **kinds})

"""Rows of organisations and people; names and addresses are sealed before they get here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.people.model import ORGANISATIONS_MAX, Gender, Organisation

SQL = queries(__file__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A person as a row holds them."""

    id: str
    number: str | None
    name_sealed: bytes | None
    contact_sealed: bytes | None
    gender: Gender
    organisation_id: str | None
    manager_id: str | None
    place: str
    language: str
    erased_at: str | None


async def put_organisation(tx: Transaction, organisation: Organisation, *, created_at: str) -> None:
    """Add or change an organisation."""
    await SQL.put_organisation(
        tx, id=organisation.id, names=msgspec.json.encode(organisation.names).decode(), kind=organisation.kind,
        parent_id=organisation.parent_id, place=organisation.place, created_at=created_at,
    )  # fmt: skip


async def organisations(tx: Transaction) -> list[Organisation]:
    """Return every organisation."""
    rows = await SQL.organisations(tx, limit=ORGANISATIONS_MAX)
    return [
        Organisation(
            id=row["id"], names=msgspec.json.decode(row["names"], type=dict[str, str]), kind=row["kind"],
            parent_id=row["parent_id"], place=row["place"],
        )
        for row in rows
    ]  # fmt: skip


async def put_person(tx: Transaction, kept: Kept, *, subject: str | None, created_at: str) -> bool:
    """Add or change a person; false for one who was erased."""
    return bool(
        await SQL.put_person(
            tx, id=kept.id, subject=subject, number=kept.number, name_sealed=kept.name_sealed,
            contact_sealed=kept.contact_sealed, gender=str(kept.gender), organisation_id=kept.organisation_id,
            manager_id=kept.manager_id, place=kept.place, language=kept.language, created_at=created_at,
        )
    )  # fmt: skip


async def bind(tx: Transaction, *, person_id: str, subject: str) -> bool:
    """Tie a sign-in to a person who has none; false when they have one."""
    return bool(await SQL.bind(tx, id=person_id, subject=subject))


async def by_id(tx: Transaction, person_id: str) -> Kept | None:
    """Return a person."""
    return _kept(await SQL.by_id(tx, id=person_id))


async def by_ids(tx: Transaction, person_ids: Sequence[str]) -> list[Kept]:
    """Return people in no order."""
    return msgspec.convert(await SQL.by_ids(tx, ids=list(person_ids)), list[Kept], strict=False)


async def genders(tx: Transaction, person_ids: Sequence[str]) -> dict[str, str]:
    """Return the gender of each person, and nothing else of them."""
    return {row["id"]: row["gender"] for row in await SQL.genders(tx, ids=list(person_ids))}


async def by_subject(tx: Transaction, subject: str) -> Kept | None:
    """Return the person who signs in so."""
    return _kept(await SQL.by_subject(tx, subject=subject))


async def by_number(tx: Transaction, number: str) -> Kept | None:
    """Return the person whom the country knows by a number."""
    return _kept(await SQL.by_number(tx, number=number))


async def by_numbers(tx: Transaction, numbers: Sequence[str]) -> list[Kept]:
    """Return the people whom the country knows by some numbers, in no order."""
    return msgspec.convert(await SQL.by_numbers(tx, numbers=list(numbers)), list[Kept], strict=False)


async def describe(tx: Transaction, *, person_id: str, contact_sealed: bytes | None, language: str) -> None:
    """Set how somebody is reached, and in which language."""
    await SQL.describe(tx, id=person_id, contact_sealed=contact_sealed, language=language)


async def listed(tx: Transaction, *, organisations: Iterable[str] | None, after: str, limit: int) -> list[Kept]:
    """Return people in the order of their ids, those of some organisations when any are named."""
    if organisations is None:
        rows = await SQL.listed(tx, after=after, limit=limit)
    else:
        rows = await SQL.members(tx, organisations=list(organisations), after=after, limit=limit)
    return msgspec.convert(rows, list[Kept], strict=False)


async def reports(tx: Transaction, *, manager_id: str, limit: int) -> list[Kept]:
    """Return those who report to somebody."""
    return msgspec.convert(await SQL.reports(tx, manager_id=manager_id, limit=limit), list[Kept], strict=False)


async def posts(tx: Transaction, person_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the roles of each person."""
    found: dict[str, list[str]] = {}
    for row in await SQL.posts(tx, ids=list(person_ids)):
        found.setdefault(row["person_id"], []).append(row["role_id"])
    return {person_id: tuple(roles) for person_id, roles in found.items()}


async def put_posts(tx: Transaction, *, person_id: str, roles: Iterable[str]) -> None:
    """Set the roles of a person."""
    await SQL.clear_posts(tx, person_id=person_id)
    for role_id in roles:
        await SQL.add_post(tx, person_id=person_id, role_id=role_id)


async def erase(tx: Transaction, *, person_id: str, erased_at: str) -> bool:
    """Take away what tells who a person is; false when that was done before."""
    return bool(await SQL.erase(tx, id=person_id, erased_at=erased_at))


async def count(tx: Transaction) -> int:
    """Return how many people are known."""
    return int(await SQL.count(tx))


def _kept(row: Row | None) -> Kept | None:
    return None if row is None else msgspec.convert(row, Kept, strict=False)


async def lock(tx: Transaction, *, person_id: str) -> None:
    """Lock the row of a person until the transaction ends."""
    await SQL.lock(tx, id=person_id)

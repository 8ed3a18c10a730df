"""Rows of events: who comes and who came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from govstack.kernel import ids
from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.knowing.gatherings.model import ATTENDANTS_MAX, Attendant, Seating
from govstack.pillars.learn.people.model import Gender
from govstack.pillars.learn.seating.model import Quota, Taken

SQL = queries(__file__)
OWN_MAX = 1_000


async def locked(tx: Transaction, gathering_id: str) -> Seating:
    """Return the seats of an event, which nobody else gives or frees until the transaction ends."""
    await SQL.lock(tx, gathering_id=gathering_id)
    return await seating(tx, gathering_id)


async def seating(tx: Transaction, gathering_id: str) -> Seating:
    """Return the seats of an event."""
    row = await SQL.seating(tx, gathering_id=gathering_id)
    return (
        Seating() if row is None else Seating(row["seats"], msgspec.json.decode(row["quotas"], type=tuple[Quota, ...]))
    )


async def put_seating(tx: Transaction, gathering_id: str, given: Seating) -> None:
    """Set the seats of an event, inside a transaction that has locked them."""
    quotas = msgspec.json.encode(given.quotas).decode()
    await SQL.put_seating(tx, gathering_id=gathering_id, seats=given.limit, quotas=quotas)


async def belong(tx: Transaction, gathering_id: str, of: Mapping[str, tuple[str, Gender]]) -> None:
    """Write down the ministry and the gender of those who come, by person, for quotas."""
    rows = [
        {"gathering_id": gathering_id, "person_id": person_id, "ministry_id": ministry_id, "gender": gender}
        for person_id, (ministry_id, gender) in sorted(of.items())
    ]
    await SQL.belong(tx, rows)


async def unsort(tx: Transaction, gathering_id: str) -> None:
    """Keep no ministry and gender of those who come any more."""
    await SQL.unsort(tx, gathering_id=gathering_id)


async def has(tx: Transaction, *, gathering_id: str, person_id: str) -> bool:
    """Tell whether somebody comes, came or waits."""
    return await SQL.has(tx, gathering_id=gathering_id, person_id=person_id) is not None


async def register(tx: Transaction, *, gathering_id: str, one: Attendant, at: str) -> None:
    """Write down that somebody comes or waits for a seat, and what they need in order to take part."""
    await SQL.register(
        tx, id=ids.new_id(), gathering_id=gathering_id, person_id=one.person_id, at=at, needs_sealed=one.needs_sealed,
        waiting=int(one.waiting), ministry_id=one.ministry_id, gender=one.gender,
    )  # fmt: skip


async def taken(tx: Transaction, gathering_id: str) -> Taken:
    """Return who has a seat at an event, by ministry and gender."""
    ministries: dict[str, int] = {}
    genders: dict[str, int] = {}
    for row in await SQL.seated(tx, gathering_id=gathering_id):
        ministries[row["ministry_id"]] = ministries.get(row["ministry_id"], 0) + int(row["people"])
        genders[row["gender"]] = genders.get(row["gender"], 0) + int(row["people"])
    return Taken(sum(genders.values()), ministries, genders)


async def waiting(tx: Transaction, gathering_id: str) -> list[Attendant]:
    """Return who waits for a seat at an event, who asked first first."""
    rows = await SQL.waiting(tx, gathering_id=gathering_id, limit=ATTENDANTS_MAX)
    return msgspec.convert(rows, list[Attendant], strict=False)


async def seat(tx: Transaction, *, gathering_id: str, person_id: str) -> None:
    """Give somebody who waits a seat."""
    await SQL.seat(tx, gathering_id=gathering_id, person_id=person_id)


async def free(tx: Transaction, gathering_ids: Sequence[str]) -> dict[str, int]:
    """Return how many seats are left at events that have a number of them."""
    rows = await SQL.free(tx, gathering_ids=list(gathering_ids))
    return {row["gathering_id"]: max(0, int(row["seats"]) - int(row["taken"])) for row in rows}


async def came_to(tx: Transaction, gathering_ids: Sequence[str]) -> dict[str, int]:
    """Return how many came to each of some events; those that nobody came to are left out."""
    rows = await SQL.came_to(tx, gathering_ids=list(gathering_ids))
    return {row["gathering_id"]: int(row["came"]) for row in rows}


async def need(tx: Transaction, *, gathering_id: str, person_id: str, sealed: bytes | None) -> None:
    """Write down anew what somebody needs in order to take part, None for nothing; nothing of it is arranged yet."""
    await SQL.need(tx, gathering_id=gathering_id, person_id=person_id, needs_sealed=sealed)


async def of_person(tx: Transaction, *, person_id: str) -> list[tuple[str, Attendant]]:
    """Return the events of somebody, with how they stand there."""
    rows = await SQL.of_person(tx, person_id=person_id, limit=OWN_MAX)
    return [(row["gathering_id"], msgspec.convert(row, Attendant, strict=False)) for row in rows]


async def coming_of(tx: Transaction, *, person_id: str) -> list[str]:
    """Return the events to which somebody said that they come."""
    return [row["gathering_id"] for row in await SQL.coming_of(tx, person_id=person_id)]


async def meet_needs(tx: Transaction, *, gathering_id: str, person_id: str, met: bool) -> bool:
    """Note whether what somebody needs is arranged; false where they need nothing."""
    return bool(await SQL.meet_needs(tx, gathering_id=gathering_id, person_id=person_id, met=int(met)))


async def needing(tx: Transaction) -> list[str]:
    """Return the events for which somebody said what they need."""
    return [row["gathering_id"] for row in await SQL.needing(tx)]


async def let_go_needs(tx: Transaction, *, gathering_ids: Sequence[str]) -> int:
    """Take away what people needed for events; return how many they were."""
    return int(await SQL.let_go_needs(tx, gathering_ids=list(gathering_ids)))


async def withdraw(tx: Transaction, *, gathering_id: str, person_id: str) -> None:
    """Write down that somebody does not come after all."""
    await SQL.withdraw(tx, gathering_id=gathering_id, person_id=person_id)


async def came(tx: Transaction, *, gathering_id: str, person_id: str, there: bool, at: str) -> None:
    """Write down whether somebody came."""
    await SQL.came(tx, id=ids.new_id(), gathering_id=gathering_id, person_id=person_id, came=int(there), at=at)


async def attendants(tx: Transaction, *, gathering_id: str) -> list[Attendant]:
    """Return who comes or came, without those who were erased."""
    rows = await SQL.attendants(tx, gathering_id=gathering_id, limit=ATTENDANTS_MAX)
    return msgspec.convert(rows, list[Attendant], strict=False)


async def counts(tx: Transaction, *, gathering_id: str) -> tuple[int, int, int]:
    """Return how many said that they come, how many came, and how many wait for a seat."""
    row = await SQL.counts(tx, gathering_id=gathering_id)
    return (int(row["registered"]), int(row["came"]), int(row["waiting"])) if row is not None else (0, 0, 0)


async def let_go(tx: Transaction, *, before: str) -> int:
    """Cut those who said before a moment that they come from their names; the count stays. Return how many."""
    return int(await SQL.let_go(tx, before=before))


async def forget(tx: Transaction, *, person_id: str) -> None:
    """Take a person away; the count of those who had a seat stays."""
    await SQL.forget_waiting(tx, person_id=person_id)
    await SQL.forget(tx, person_id=person_id)

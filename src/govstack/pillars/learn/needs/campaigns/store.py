"""Rows of campaigns and of whoever is assessed in them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from govstack.kernel import clock
from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.needs.campaigns.model import MEMBERS_MAX, Campaign, Given, Member, State
from govstack.pillars.learn.needs.instruments.model import of_json

SQL = queries(__file__)


async def plan(tx: Transaction, campaign_id: str, given: Given, *, created_at: str) -> bool:
    """Add or change a campaign that has not started; false when it has."""
    return bool(
        await SQL.plan(
            tx, id=campaign_id, instrument_id=given.instrument_id, instrument_version=given.instrument_version,
            given=msgspec.json.encode(given).decode(), opens_on=given.opens_on, closes_on=given.closes_on,
            created_at=created_at,
        )
    )  # fmt: skip


async def start(tx: Transaction, campaign_id: str, *, document: str, digest: str, version: int, at: str) -> bool:
    """Freeze the instrument and open; false when it was started before."""
    changed = await SQL.start(tx, id=campaign_id, document=document, digest=digest, instrument_version=version, at=at)
    return bool(changed)


async def discard(tx: Transaction, campaign_id: str) -> bool:
    """Take away a campaign that has not started; false when there was none."""
    return bool(await SQL.discard(tx, id=campaign_id))


async def close(tx: Transaction, campaign_id: str, *, at: str) -> bool:
    """Close an open campaign; false when there was none."""
    return bool(await SQL.close(tx, id=campaign_id, at=at))


async def by_id(tx: Transaction, campaign_id: str, *, locked: bool = False) -> Campaign | None:
    """Return a campaign; `locked` keeps others from starting or closing it meanwhile."""
    row = await (SQL.locked(tx, id=campaign_id) if locked else SQL.by_id(tx, id=campaign_id))
    return None if row is None else _campaign(row)


async def listed(tx: Transaction, *, before: str, limit: int) -> list[Campaign]:
    """Return campaigns without their instruments, in the order of their ids from the last."""
    return [_campaign(row) for row in await SQL.listed(tx, before=before, limit=limit)]


async def last_closed(tx: Transaction, *, limit: int) -> list[Campaign]:
    """Return the campaign of each instrument that was closed last, without its instrument, the newest first."""
    return [_campaign(row) for row in await SQL.last_closed(tx, limit=limit)]


async def overdue(tx: Transaction, *, today: str, limit: int) -> list[str]:
    """Return open campaigns whose last day has passed."""
    return [str(row["id"]) for row in await SQL.overdue(tx, today=today, limit=limit)]


async def add_people(
    tx: Transaction, campaign_id: str, *, people: Sequence[str], organisations: Sequence[str], profiles: Sequence[str]
) -> int:
    """Take in the people who fit; return how many, at most one more than are allowed."""
    added = await SQL.add_people(
        tx, campaign_id=campaign_id, people=list(people), organisations=list(organisations), profiles=list(profiles),
        any_organisation=not organisations, any_profile=not profiles,
        anybody=bool(organisations or profiles or not people), limit=MEMBERS_MAX + 1,
    )  # fmt: skip
    return int(added)


async def add_organisations(tx: Transaction, campaign_id: str, *, organisations: Sequence[str]) -> int:
    """Take in organisations, all when none is named; return how many."""
    added = await SQL.add_organisations(
        tx, campaign_id=campaign_id, organisations=list(organisations), any_organisation=not organisations,
        limit=MEMBERS_MAX + 1,
    )  # fmt: skip
    return int(added)


async def member(tx: Transaction, member_id: str) -> Member | None:
    """Return a member."""
    return _member(await SQL.member(tx, id=member_id))


async def member_person(tx: Transaction, campaign_id: str, person_id: str) -> Member | None:
    """Return somebody as a member of a campaign."""
    return _member(await SQL.member_person(tx, campaign_id=campaign_id, person_id=person_id))


async def member_organisation(tx: Transaction, campaign_id: str, organisation_id: str) -> Member | None:
    """Return an organisation as a member of a campaign."""
    return _member(await SQL.member_organisation(tx, campaign_id=campaign_id, organisation_id=organisation_id))


async def by_people(tx: Transaction, campaign_id: str, people: Sequence[str]) -> dict[str, Member]:
    """Return members by the id of the person."""
    rows = await SQL.members_by_people(tx, campaign_id=campaign_id, people=list(people))
    return {str(row["person_id"]): Member(**row) for row in rows}


async def by_numbers(tx: Transaction, campaign_id: str, numbers: Sequence[str]) -> dict[str, Member]:
    """Return members by the number that the country knows the person by."""
    rows = await SQL.members_by_numbers(tx, campaign_id=campaign_id, numbers=list(numbers))
    return {str(row.pop("number")): Member(**row) for row in rows}


async def by_organisations(tx: Transaction, campaign_id: str, organisations: Sequence[str]) -> dict[str, Member]:
    """Return members by the id of the organisation."""
    rows = await SQL.members_by_organisations(tx, campaign_id=campaign_id, organisations=list(organisations))
    return {str(row["organisation_id"]): Member(**row) for row in rows}


async def members(tx: Transaction, campaign_id: str, *, after: str, limit: int) -> list[Member]:
    """Return members in the order of their ids."""
    return [Member(**row) for row in await SQL.members(tx, campaign_id=campaign_id, after=after, limit=limit)]


async def member_count(tx: Transaction, campaign_id: str) -> int:
    """Return how many are assessed."""
    return int(await SQL.member_count(tx, campaign_id=campaign_id) or 0)


async def of_people(tx: Transaction, people: Sequence[str], *, limit: int) -> list[Member]:
    """Return where people are assessed, newest campaign first."""
    return [Member(**row) for row in await SQL.of_people(tx, people=list(people), limit=limit)]


async def of_organisation(tx: Transaction, organisation_id: str, *, limit: int) -> list[Member]:
    """Return where an organisation is being assessed, newest campaign first."""
    return [Member(**row) for row in await SQL.of_organisation(tx, organisation_id=organisation_id, limit=limit)]


async def ended(tx: Transaction, *, before: str, limit: int) -> list[str]:
    """Return the campaigns that ended before a moment and still know whom they were about, by id."""
    return [str(row["id"]) for row in await SQL.ended(tx, before=before, limit=limit)]


async def let_go(tx: Transaction, campaign_id: str) -> int:
    """Cut members of a campaign from who they are; the rows stay countable. Return how many."""
    await SQL.mark_let_go(tx, campaign_id=campaign_id, at=clock.timestamp())
    return int(await SQL.let_go(tx, campaign_id=campaign_id))


async def forget(tx: Transaction, person_id: str) -> int:
    """Take a person out of what is known of members; the rows stay countable."""
    return int(await SQL.forget(tx, person_id=person_id))


def _member(row: Row | None) -> Member | None:
    return None if row is None else Member(**row)


def _campaign(row: Row) -> Campaign:
    document = row.get("document")
    return Campaign(
        id=row["id"], given=msgspec.json.decode(row["given"], type=Given), instrument_id=row["instrument_id"],
        instrument_version=row["instrument_version"], state=State(row["state"]),
        instrument=of_json(document) if document else None, digest=row["digest"] or "",
        created_at=row["created_at"], started_at=row["started_at"] or "", closed_at=row["closed_at"] or "",
    )  # fmt: skip

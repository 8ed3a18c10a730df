"""Rows of the lists that people look through."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from govstack.blocks.mediator.directory.model import EndpointKey
from govstack.blocks.mediator.explorer.model import (
    ApplicationRow,
    ClientRow,
    Counts,
    EndpointRow,
    Held,
    Listing,
    MemberRow,
    Names,
    Reach,
    Search,
    ServiceRow,
    UseRow,
)
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)
Shape = TypeVar("Shape")


async def counts(tx: Transaction, *, instance: str, within: Reach) -> Counts:
    """Count what is connected, and what waits for a decision within somebody's reach."""
    return msgspec.convert(await SQL.counts(tx, instance=instance, **_bounds(within)), Counts, strict=False)


async def classes(tx: Transaction, *, instance: str) -> list[str]:
    """Return the classes that members have."""
    return [str(row["member_class"]) for row in await SQL.classes(tx, instance=instance)]


async def members(tx: Transaction, search: Search, *, instance: str, within: Reach, limit: int) -> Listing[MemberRow]:
    """Return a page of members, those that wait for a decision first."""
    bounds = {"everything": within.everything, "members": sorted(within.owners), "viewer": within.viewer}
    rows = await SQL.members(
        tx,
        instance=instance,
        state=search.state,
        member_class=search.member_class,
        limit=limit,
        offset=search.offset,
        **bounds,
        **_patterns(search),
    )
    return _listing(rows, MemberRow, search.page, limit)


async def applications(
    tx: Transaction, search: Search, *, instance: str, within: Reach, connected: bool, limit: int
) -> Listing[ApplicationRow]:
    """Return a page of applications, those that wait for a decision first."""
    rows = await SQL.applications(
        tx,
        instance=instance,
        state=search.state,
        connected=connected,
        member_class=search.member_class,
        member=search.member,
        limit=limit,
        offset=search.offset,
        **_bounds(within),
        **_patterns(search),
    )
    return _listing(rows, ApplicationRow, search.page, limit)


async def consumers(tx: Transaction, *, instance: str, member: str, page: int, limit: int) -> Listing[ApplicationRow]:
    """Return connected applications, those first that use most."""
    rows = await SQL.consumers(tx, instance=instance, member=member, limit=limit, offset=(page - 1) * limit)
    return _listing(rows, ApplicationRow, page, limit)


async def services(
    tx: Transaction, search: Search, *, instance: str, within: Reach, connected: bool, limit: int
) -> Listing[ServiceRow]:
    """Return a page of services."""
    rows = await SQL.services(
        tx,
        instance=instance,
        state=search.state,
        connected=connected,
        member_class=search.member_class,
        member=search.member,
        application=search.application,
        limit=limit,
        offset=search.offset,
        **_bounds(within),
        **_patterns(search),
    )
    return _listing(rows, ServiceRow, search.page, limit)


async def rights_between(
    tx: Transaction, services: list[str], applications: list[str]
) -> dict[tuple[str, str], frozenset[EndpointKey]]:
    """Return what each of some applications may use of each of some services."""
    found: dict[tuple[str, str], set[EndpointKey]] = {}
    for row in await SQL.rights_between(tx, services=services, applications=applications):
        pair = (str(row["service_id"]), str(row["application_id"]))
        found.setdefault(pair, set()).add((str(row["method"]), str(row["path"])))
    return {pair: frozenset(keys) for pair, keys in found.items()}


async def endpoints(tx: Transaction, service_id: str) -> list[EndpointRow]:
    """Return the endpoints of a service."""
    return msgspec.convert(await SQL.endpoints(tx, service=service_id), list[EndpointRow], strict=False)


async def clients(tx: Transaction, service_id: str, *, page: int, limit: int) -> Listing[ClientRow]:
    """Return a page of the applications that may use a service."""
    rows = await SQL.clients(tx, service=service_id, limit=limit, offset=(page - 1) * limit)
    return _listing(rows, ClientRow, page, limit)


async def uses(tx: Transaction, application_id: str, *, page: int, limit: int) -> Listing[UseRow]:
    """Return a page of the services that an application may use."""
    rows = await SQL.uses(tx, application=application_id, limit=limit, offset=(page - 1) * limit)
    return _listing(rows, UseRow, page, limit)


async def held(tx: Transaction, *, service_id: str, application_id: str) -> Held:
    """Return what an application may use of a service."""
    rows = await SQL.held(tx, service=service_id, application=application_id)
    keys = frozenset((str(row["method"]), str(row["path"])) for row in rows)
    if not rows:
        return Held(keys)
    first = min(rows, key=lambda row: str(row["granted_at"]))
    return Held(keys, str(first["purpose"]), str(first["granted_by"]), str(first["granted_at"]))


async def names(tx: Transaction, identifiers: list[str]) -> dict[str, Names]:
    """Return what applications and their members are called, by identifier."""
    rows = await SQL.names(tx, identifiers=identifiers) if identifiers else []
    return {str(row["identifier"]): Names(str(row["application"]), str(row["member"])) for row in rows}


def _listing(rows: list[Row], shape: type[Shape], page: int, size: int) -> Listing[Shape]:
    total = int(rows[0]["total"]) if rows else 0
    return Listing(msgspec.convert(rows, list[shape], strict=False), total, page, size)  # type: ignore[valid-type]


def _bounds(within: Reach) -> dict[str, object]:
    return {
        "everything": within.everything,
        "members": sorted(within.members),
        "applications": sorted(within.applications),
    }


def _patterns(search: Search) -> dict[str, str]:
    """Return patterns for LIKE: in lower case, and as written, since SQLite lowers Latin letters only."""
    plain = search.words.strip()
    for sign in "!%_":
        plain = plain.replace(sign, f"!{sign}")
    return {"lower": f"%{plain.lower()}%" if plain else "", "exact": f"%{plain}%" if plain else ""}

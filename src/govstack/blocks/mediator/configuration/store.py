"""Rows of the whole configuration and of its changes as model objects."""

from __future__ import annotations

from collections import defaultdict

import msgspec

from govstack.blocks.mediator.configuration.model import (
    ApplicationEntry,
    Change,
    ChangeState,
    Configuration,
    MemberEntry,
    Mode,
    RightEntry,
    ServiceEntry,
)
from govstack.blocks.mediator.directory.model import EndpointKey
from govstack.blocks.mediator.services.model import Offer
from govstack.kernel import clock, ids
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def configuration(tx: Transaction, *, instance: str, domain: str) -> Configuration:
    """Return all that is configured for an instance."""
    rights = await _rights(tx, instance)
    services: dict[str, list[ServiceEntry]] = defaultdict(list)
    for row in await SQL.services(tx, instance=instance):
        application = "/".join(str(row.pop(part)) for part in ("member_class", "member_code", "application_code"))
        offer = msgspec.convert(row, Offer, strict=False)
        entry = ServiceEntry(offer, rights=tuple(rights.get(f"{application}/{offer.code}", ())))
        services[application].append(entry)
    applications: dict[str, list[ApplicationEntry]] = defaultdict(list)
    for row in await SQL.applications(tx, instance=instance):
        member = f"{row.pop('member_class')}/{row.pop('member_code')}"
        own = tuple(services.get(f"{member}/{row['code']}", ()))
        applications[member].append(msgspec.convert({**row, "services": own}, ApplicationEntry))
    members = [
        msgspec.convert(
            {**row, "applications": tuple(applications.get(f"{row['member_class']}/{row['code']}", ()))}, MemberEntry
        )
        for row in await SQL.members(tx, instance=instance)
    ]
    return Configuration(domain, instance, tuple(members))


async def _rights(tx: Transaction, instance: str) -> dict[str, list[RightEntry]]:
    held: dict[str, dict[str, tuple[set[EndpointKey], str]]] = defaultdict(dict)
    for row in await SQL.rights(tx, instance=instance):
        service = "/".join(str(row[part]) for part in ("p_class", "p_member", "p_application", "p_service"))
        client = "/".join(str(row[part]) for part in ("c_class", "c_member", "c_application"))
        keys, _ = held[service].setdefault(client, (set(), str(row["purpose"])))
        keys.add((str(row["method"]), str(row["path"])))
    return {
        service: [RightEntry(client, frozenset(keys), (), purpose) for client, (keys, purpose) in clients.items()]
        for service, clients in held.items()
    }


async def add_change(
    tx: Transaction,
    *,
    mode: Mode,
    document: str,
    base_revision: int | None,
    steps_total: int,
    requested_by: str,
    requested_by_name: str,
) -> str:
    """Write a change that waits to be worked on; return its id."""
    made = ids.new_id()
    await SQL.insert_change(
        tx,
        id=made,
        mode=mode,
        document=document,
        base_revision=base_revision,
        steps_total=steps_total,
        requested_by=requested_by,
        requested_by_name=requested_by_name,
        requested_at=clock.timestamp(),
    )
    return made


async def change(tx: Transaction, change_id: str) -> Change | None:
    """Return a change."""
    row = await SQL.change(tx, id=change_id)
    return None if row is None else msgspec.convert(row, Change, strict=False)


async def changes(tx: Transaction, *, limit: int) -> list[Change]:
    """Return changes, newest first."""
    return msgspec.convert(await SQL.changes(tx, limit=limit), list[Change], strict=False)


async def document(tx: Transaction, change_id: str) -> str:
    """Return the document of a change that is not finished, else ""."""
    return str(await SQL.document(tx, id=change_id) or "")


async def start(tx: Transaction, change_id: str, *, steps_total: int) -> None:
    """Write that work has begun, and how many steps it has."""
    await SQL.start_change(tx, id=change_id, steps_total=steps_total)


async def count_steps(tx: Transaction, change_id: str, steps: int) -> None:
    """Write that some more steps are done."""
    await SQL.count_steps(tx, id=change_id, steps=steps)


async def finish(tx: Transaction, change_id: str, *, state: ChangeState, problem: str = "") -> None:
    """Write how a change ended."""
    await SQL.finish_change(tx, id=change_id, state=state, problem=problem, finished_at=clock.timestamp())


async def clear(tx: Transaction) -> None:
    """Forget every change."""
    await SQL.clear(tx)

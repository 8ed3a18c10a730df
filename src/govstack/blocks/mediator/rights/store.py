"""Rows of rights and requests as model objects."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from govstack.blocks.mediator.directory.model import EndpointKey
from govstack.blocks.mediator.rights.model import AccessRequest, Grant, Pair, RequestState
from govstack.kernel import clock, ids
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)
POSITION_PARTS = 8
_POSITION = ("class", "member", "application", "service", "c_instance", "c_class", "c_member", "c_application")
_COLUMNS = ("p_class", "p_member", "p_application", "p_service", "c_instance", "c_class", "c_member", "c_application")


class Filter(msgspec.Struct, frozen=True):
    """Whose services to list; "" means any."""

    member_class: str = ""
    member_code: str = ""
    application_code: str = ""
    service_code: str = ""


async def grants(
    tx: Transaction, *, instance: str, wanted: Filter, after: tuple[str, ...], limit: int
) -> list[tuple[Grant, tuple[str, ...]]]:
    """Return grants in order, each with the position after which the next one comes."""
    position = dict(zip((f"after_{name}" for name in _POSITION), after, strict=True))
    rows = await SQL.pairs(tx, instance=instance, limit=limit, **msgspec.structs.asdict(wanted), **position)
    details = await SQL.rights_of_pairs(
        tx,
        service_ids=list({str(row["service_id"]) for row in rows}),
        application_ids=list({str(row["application_id"]) for row in rows}),
    )
    held: dict[tuple[object, object], list[dict[str, object]]] = {}
    for detail in details:
        held.setdefault((detail["service_id"], detail["application_id"]), []).append(detail)
    found = []
    for row in rows:
        own = held[(row["service_id"], row["application_id"])]
        names = tuple(str(row[column]) for column in _COLUMNS)
        grant = Grant(
            service="/".join((instance, *names[:4])),
            client="/".join(names[4:]),
            client_member_name=str(row["client_member_name"]),
            endpoints=frozenset((str(one["method"]), str(one["path"])) for one in own),
            purpose=str(own[0]["purpose"]),
            granted_by=str(own[0]["granted_by"]),
            granted_at=min(str(one["granted_at"]) for one in own),
        )
        found.append((grant, names))
    return found


async def held(tx: Transaction, pair: Pair) -> frozenset[EndpointKey]:
    """Return what an application may use of a service."""
    rows = await SQL.held(tx, service_id=pair.service.id, application_id=pair.application.id)
    return frozenset((str(row["method"]), str(row["path"])) for row in rows)


async def add(tx: Transaction, pair: Pair, keys: Iterable[EndpointKey], *, granted_by: str) -> None:
    """Add rights."""
    now = clock.timestamp()
    rows = [{**row, "purpose": pair.purpose, "granted_by": granted_by, "granted_at": now} for row in _rows(pair, keys)]
    if rows:
        await SQL.insert_right(tx, rows)


async def remove(tx: Transaction, pair: Pair, keys: Iterable[EndpointKey]) -> None:
    """Remove rights."""
    rows = _rows(pair, keys)
    if rows:
        await SQL.delete_right(tx, rows)


async def open_request(tx: Transaction, pair: Pair) -> str:
    """Return the id of the request of this application for this service that waits for a decision, or ""."""
    found = await SQL.open_request(tx, service_id=pair.service.id, application_id=pair.application.id)
    return str(found or "")


async def add_request(tx: Transaction, pair: Pair, *, agreement: str, requested_by: str) -> str:
    """Add a request for what a pair names; return its id."""
    made = ids.new_id()
    await SQL.insert_request(
        tx,
        id=made,
        service_id=pair.service.id,
        application_id=pair.application.id,
        endpoints=msgspec.json.encode(sorted(key for key in pair.endpoints if key[1])).decode(),
        purpose=pair.purpose,
        agreement=agreement,
        requested_by=requested_by,
        requested_at=clock.timestamp(),
    )
    return made


async def decide_request(
    tx: Transaction, request_id: str, *, state: RequestState, decided_by: str, reason: str
) -> None:
    """Write what was decided about an open request."""
    await SQL.decide_request(
        tx, id=request_id, state=state, decided_by=decided_by, decided_at=clock.timestamp(), reason=reason
    )


async def requests(
    tx: Transaction,
    *,
    request_id: str = "",
    state: str = "",
    provider: str = "",
    consumer: str = "",
    before: str = "",
    limit: int = 1,
) -> list[AccessRequest]:
    """Return requests, newest first."""
    rows = await SQL.requests(
        tx, id=request_id, state=state, provider=provider, consumer=consumer, before=before, limit=limit
    )
    decoded = [{**row, "endpoints": msgspec.json.decode(row["endpoints"])} for row in rows]
    return msgspec.convert(decoded, list[AccessRequest], strict=False)


def _rows(pair: Pair, keys: Iterable[EndpointKey]) -> list[dict[str, object]]:
    return [
        {"service_id": pair.service.id, "application_id": pair.application.id, "method": method, "path": path}
        for method, path in sorted(keys)
    ]

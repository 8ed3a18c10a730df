"""Rows of the directory as model objects."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from govstack.blocks.mediator.directory.model import (
    Application,
    Connection,
    Document,
    Endpoint,
    EndpointKey,
    Member,
    Service,
    Target,
    by_path,
    templates,
)
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)


class State(msgspec.Struct, frozen=True):
    """How often the directory has changed, and the domain it was configured for."""

    revision: int
    domain: str


class _TargetRow(msgspec.Struct):
    service_id: str
    version: str
    service_url: str
    connection: Connection
    enabled: bool
    timeout_seconds: int
    request_bytes_max: int
    answer_bytes_max: int
    payload_kept: bool


async def lock(tx: Transaction) -> State:
    """Let one change of the directory happen at a time; return its state."""
    return msgspec.convert(await SQL.lock_directory(tx), State, strict=False)


async def state(tx: Transaction) -> State:
    """Return the state of the directory."""
    return msgspec.convert(await SQL.state(tx), State, strict=False)


async def count_change(tx: Transaction) -> None:
    """Count one change."""
    await SQL.count_change(tx)


async def set_domain(tx: Transaction, domain: str) -> None:
    """Remember the domain that the configuration names."""
    await SQL.set_domain(tx, domain=domain)


async def member(tx: Transaction, *, instance: str, member_class: str, code: str) -> Member | None:
    """Return a member in any state."""
    row = await SQL.member(tx, instance=instance, member_class=member_class, code=code)
    return None if row is None else msgspec.convert(row, Member, strict=False)


async def application(
    tx: Transaction, *, instance: str, member_class: str, member_code: str, code: str
) -> Application | None:
    """Return an application in any state."""
    row = await SQL.application(tx, instance=instance, member_class=member_class, member_code=member_code, code=code)
    return None if row is None else msgspec.convert(row, Application, strict=False)


async def connected_members(tx: Transaction, *, instance: str, limit: int) -> list[Member]:
    """Return accepted members in order of their names."""
    rows = await SQL.connected_members(tx, instance=instance, limit=limit)
    return msgspec.convert(rows, list[Member], strict=False)


async def connected_applications(tx: Transaction, *, instance: str, limit: int) -> list[Application]:
    """Return accepted applications of accepted members in order of their names."""
    rows = await SQL.connected_applications(tx, instance=instance, limit=limit)
    return msgspec.convert(rows, list[Application], strict=False)


async def application_of_certificate(tx: Transaction, fingerprint: str) -> str | None:
    """Return the identifier of the connected application that a certificate proves."""
    row = await SQL.application_of_certificate(tx, fingerprint=fingerprint)
    return None if row is None else _identifier(row["instance"], row["member_class"], row["member_code"], row["code"])


async def certificates(tx: Transaction, application_id: str) -> list[str]:
    """Return the fingerprints of an application's certificates."""
    return [str(row["fingerprint"]) for row in await SQL.certificates(tx, application_id=application_id)]


async def services(tx: Transaction, *, application_id: str, code: str = "") -> list[Service]:
    """Return the services of an application, or the one with a code, with their endpoints."""
    rows = await SQL.services(tx, application_id=application_id, code=code)
    endpoints = await endpoints_of(tx, [str(row["id"]) for row in rows])
    return [
        msgspec.convert({**row, "endpoints": endpoints.get(str(row["id"]), ())}, Service, strict=False) for row in rows
    ]


async def endpoints_of(tx: Transaction, service_ids: list[str]) -> dict[str, tuple[Endpoint, ...]]:
    """Return the endpoints of services by service id."""
    if not service_ids:
        return {}
    return _by_service(await SQL.endpoints(tx, service_ids=service_ids))


async def live_rights(tx: Transaction, service_ids: list[str]) -> dict[str, dict[str, frozenset[EndpointKey]]]:
    """Return what each connected application may call, by service id and application identifier."""
    found: dict[str, dict[str, set[EndpointKey]]] = {}
    for row in await SQL.live_rights(tx, service_ids=service_ids) if service_ids else ():
        client = _identifier(row["instance"], row["member_class"], row["member_code"], row["application_code"])
        of_service = found.setdefault(str(row["service_id"]), {})
        of_service.setdefault(client, set()).add((str(row["method"]), str(row["path"])))
    return {
        service: {client: frozenset(keys) for client, keys in clients.items()} for service, clients in found.items()
    }


async def document(tx: Transaction, service_id: str) -> Document | None:
    """Return the OpenAPI document of a service."""
    row = await SQL.document(tx, service_id=service_id)
    return None if row is None else msgspec.convert(row, Document)


async def target(tx: Transaction, *, application: tuple[str, str, str, str], service_code: str) -> Target | None:
    """Return a service of a connected application (instance, class, member, application) ready for forwarding."""
    instance, member_class, member_code, application_code = application
    row = await SQL.target(
        tx,
        instance=instance,
        member_class=member_class,
        member_code=member_code,
        application_code=application_code,
        service_code=service_code,
    )
    if row is None:
        return None
    found = msgspec.convert(row, _TargetRow, strict=False)
    provider = _identifier(*application)
    endpoints = await endpoints_of(tx, [found.service_id])
    rights = await live_rights(tx, [found.service_id])
    return Target(
        **msgspec.structs.asdict(found),
        service=f"{provider}/{service_code}",
        application=provider,
        templates=templates(endpoints.get(found.service_id, ())),
        rights=rights.get(found.service_id, {}),
    )


def _by_service(rows: Iterable[Row]) -> dict[str, tuple[Endpoint, ...]]:
    found: dict[str, list[Endpoint]] = {}
    for row in rows:
        service_id = str(row.pop("service_id"))
        found.setdefault(service_id, []).append(msgspec.convert(row, Endpoint, strict=False))
    # Sorted here, since the databases differ in how they sort texts.
    return {service_id: tuple(sorted(rows, key=by_path)) for service_id, rows in found.items()}


def _identifier(*parts: object) -> str:
    return "/".join(str(part) for part in parts)

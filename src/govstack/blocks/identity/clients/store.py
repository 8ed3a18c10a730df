"""SQL of clients and its mapping to model objects."""

from __future__ import annotations

import msgspec

from govstack.blocks.identity.clients.model import Client, SubjectType
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)
_LISTS = ("redirect_uris", "acr_values", "claims", "grant_types", "auth_methods")


async def client(tx: Transaction, *, client_id: str) -> tuple[Client, str] | None:
    """Return a client and the print of the request that made it, or nothing."""
    row = await SQL.client_by_id(tx, id=client_id)
    return None if row is None else (_client(row), str(row["request_print"]))


async def clients_after(tx: Transaction, *, subject_type: SubjectType, after: str, limit: int) -> list[Client]:
    """Return clients of one type in the order of their ids."""
    found = await SQL.clients_after(tx, subject_type=subject_type, after=after, limit=limit)
    return [_client(row) for row in found]


async def told_of_ends(tx: Transaction) -> list[Client]:
    """Return the active clients that named where they want to be told of ends of sessions."""
    return [_client(row) for row in await SQL.told_of_ends(tx)]


async def add_client(tx: Transaction, made: Client, *, request_print: str, now: str) -> bool:
    """Add a client; tells whether its id was free."""
    key = _json(made.public_key or {})
    facts = {"relying_party_id": made.relying_party_id, "public_key": key, "subject_type": made.subject_type}
    return bool(await SQL.add_client(tx, **_columns(made), **facts, request_print=request_print, now=now))


async def change_client(tx: Transaction, made: Client, *, now: str) -> None:
    """Write what may change of a client: everything but its key and whose it is."""
    await SQL.change_client(tx, **_columns(made), now=now)


def _columns(made: Client) -> dict[str, object]:
    lists = {name: _json(getattr(made, name)) for name in _LISTS}
    plain = {
        name: getattr(made, name)
        for name in (
            "id",
            "name",
            "logo_uri",
            "secret_hash",
            "application",
            "scopes",
            "status",
            "backchannel_logout_uri",
        )
    }
    return {**plain, **lists}


def _client(row: Row) -> Client:
    facts = {name: row[name] for name in row.keys() if name != "request_print"}  # noqa: SIM118 (a row is no dict)
    for name in (*_LISTS, "public_key"):
        facts[name] = msgspec.json.decode(str(facts[name]))
    return msgspec.convert({**facts, "public_key": facts["public_key"] or None}, Client)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()

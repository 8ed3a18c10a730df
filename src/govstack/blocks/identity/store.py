"""SQL of the issuer and its mapping to model objects."""

from __future__ import annotations

import msgspec

from govstack.blocks.identity.model import AuthorisationRequest, Client, Code, Person
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)
LISTED_PEOPLE_MAX = 200


async def client(tx: Transaction, *, client_id: str) -> Client | None:
    """Return a client, or nothing."""
    row = await SQL.client_by_id(tx, id=client_id)
    return None if row is None else msgspec.convert({**row, "redirect_uris": _json(row, "redirect_uris")}, Client)


async def put_client(tx: Transaction, made: Client, *, now: str) -> None:
    """Add or replace a client."""
    await SQL.put_client(
        tx,
        id=made.id,
        secret_hash=made.secret_hash,
        application=made.application,
        scopes=made.scopes,
        redirect_uris=msgspec.json.encode(made.redirect_uris).decode(),
        modified_at=now,
    )


async def person(tx: Transaction, *, person_id: str) -> Person | None:
    """Return a person, or nothing."""
    row = await SQL.person_by_id(tx, id=person_id)
    return None if row is None else _person(row)


async def listed_people(tx: Transaction) -> list[Person]:
    """Return the people the sandbox offers to sign in as."""
    return [_person(row) for row in await SQL.listed_people(tx, limit=LISTED_PEOPLE_MAX)]


async def put_person(tx: Transaction, made: Person, *, now: str) -> None:
    """Add or replace a person."""
    await SQL.put_person(
        tx,
        id=made.id,
        name=made.name,
        roles=made.roles,
        scopes=made.scopes,
        attributes=msgspec.json.encode(made.attributes).decode(),
        listed=made.listed,
        position=made.position,
        modified_at=now,
    )


async def sign_in(tx: Transaction, *, sign_in_id: str) -> tuple[AuthorisationRequest, str, str, str] | None:
    """Return a sign-in under way: what was asked, the person named, the code's hash, and when it ends."""
    row = await SQL.sign_in_by_id(tx, id=sign_in_id)
    if row is None:
        return None
    request = msgspec.convert(_json(row, "request"), AuthorisationRequest)
    return request, str(row["person_id"] or ""), str(row["one_time_code_hash"]), str(row["expires_at"])


async def code(tx: Transaction, *, code_hash: str) -> Code | None:
    """Return a code, or nothing."""
    row = await SQL.code_by_hash(tx, code_hash=code_hash)
    return None if row is None else msgspec.convert(row, Code)


def _person(row: Row) -> Person:
    return msgspec.convert({**row, "attributes": _json(row, "attributes")}, Person, strict=False)


def _json(row: Row, column: str) -> object:
    return msgspec.json.decode(str(row[column]))

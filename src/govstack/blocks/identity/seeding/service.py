"""Puts the published records in place for test clients."""

from __future__ import annotations

from pathlib import Path

import msgspec

from govstack.blocks.identity.certificates import service as certificates
from govstack.blocks.identity.clients import service as clients
from govstack.blocks.identity.clients.model import Registration
from govstack.blocks.identity.factors import service as factors
from govstack.blocks.identity.factors.model import Challenge
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Attribute
from govstack.blocks.identity.seeding import store
from govstack.blocks.identity.transactions import service as transactions
from govstack.blocks.identity.transactions.model import Request
from govstack.blocks.identity.wallets import service as wallets
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.documents import read_yaml

SEEDS = Path(__file__).parents[1] / "seeds"
SEEDER = Actor.system("seed")
ALIAS_KIND = "published"
# Longer than any run of published clients.
TRANSACTION_SECONDS = 365 * 24 * 3_600


class SeededClient(msgspec.Struct):
    """Who the published sign-ins were begun by."""

    id: str
    name: str
    relying_party: str
    logo: str
    redirect: str
    acr_values: tuple[str, ...]
    claims: tuple[str, ...]
    public_key: dict[str, str]


class SeededTransaction(msgspec.Struct):
    """A published sign-in under way."""

    id: str
    reusable: bool = False


class SeededChallenge(msgspec.Struct):
    """What proves that a published person is there."""

    type: str
    format: str
    value: str


class SeededPerson(msgspec.Struct):
    """A published person: an identifier, a given name, and challenges."""

    identifier: str
    given_name: str
    challenges: tuple[SeededChallenge, ...]


class SeededPartner(msgspec.Struct):
    """A published partner that runs wallets."""

    id: str
    name: str
    key: str


class Records(msgspec.Struct):
    """All published records."""

    client: SeededClient
    scopes: tuple[str, ...]
    voluntary_claims: tuple[str, ...]
    transactions: tuple[SeededTransaction, ...]
    people: tuple[SeededPerson, ...]
    partners: tuple[SeededPartner, ...]


async def reset(context: Context) -> None:
    """Restore exactly the published records; refuses to run outside the conformance profile (IDN-N4)."""
    if context.settings.profile != "conformance":
        raise RuntimeError("Only the conformance profile resets identity: everything in it would be lost.")
    records = msgspec.convert(read_yaml((SEEDS / "conformance.yaml").read_text(encoding="utf-8")), Records)
    async with context.database.transaction() as tx:
        await store.remove_everything(tx)
    context.memory.pop(certificates.REVOKED, None)
    await _client(context, records.client)
    for one in records.transactions:
        await _transaction(context, records, one)
    for person in records.people:
        await _person(context, person)
    for partner in records.partners:
        await wallets.register(context, by=SEEDER, partner_id=partner.id, name=partner.name, key=partner.key)


async def _client(context: Context, seeded: SeededClient) -> None:
    asked = Registration(
        client_id=seeded.id, name=seeded.name, relying_party_id=seeded.relying_party, logo_uri=seeded.logo,
        redirect_uris=(seeded.redirect,), acr_values=seeded.acr_values, public_key=seeded.public_key,
        claims=seeded.claims, grant_types=("authorization_code",), auth_methods=("private_key_jwt",),
    )  # fmt: skip
    await clients.register(context, by=SEEDER, asked=asked, request=b"")


async def _transaction(context: Context, records: Records, seeded: SeededTransaction) -> None:
    request = Request(
        client_id=records.client.id, redirect_uri=records.client.redirect, scopes=records.scopes,
        state="published-state", nonce="published-nonce", voluntary_claims=records.voluntary_claims,
    )  # fmt: skip
    await transactions.begin(
        context, request=request, seconds=TRANSACTION_SECONDS, transaction_id=seeded.id, reusable=seeded.reusable
    )


async def _person(context: Context, seeded: SeededPerson) -> None:
    attributes = [Attribute("name", seeded.given_name), Attribute("given_name", seeded.given_name)]
    made = await people.register(context, by=SEEDER, attributes=attributes, subject=f"published/{seeded.identifier}")
    await people.attach_alias(context, by=SEEDER, person_id=made.id, kind=ALIAS_KIND, value=seeded.identifier)
    for one in seeded.challenges:
        challenge = Challenge(one.type, one.value, one.format)
        await factors.keep_published(context, person_id=made.id, challenge=challenge, method=one.type.lower())

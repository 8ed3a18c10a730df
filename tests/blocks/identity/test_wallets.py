"""Partners that run wallets, as administrators keep them."""

from __future__ import annotations

import json

import httpx
import pytest

from govstack.blocks.identity.manifest import MANIFEST
from govstack.blocks.identity.wallets import service
from govstack.blocks.identity.wallets.errors import PartnerUnproven
from govstack.kernel import audit
from tests.builders.running import Bench, bench
from tests.databases import Databases

BASE = "/api/v1/wallet-partners"
PARTNER = {"partnerId": "blue-wallet", "name": "Blue Wallet"}


@pytest.fixture
async def identity(databases: Databases) -> Bench:
    return bench(MANIFEST, await databases.migrated("identity", MANIFEST.root / "migrations"))


def administrator(identity: Bench) -> httpx.AsyncClient:
    return identity.person("admin-1", "identity:administer")


async def registered(identity: Bench) -> str:
    async with administrator(identity) as client:
        answer = await client.post(BASE, json=PARTNER)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["apiKey"])


async def proves(identity: Bench, key: str, partner_id: str = "blue-wallet") -> bool:
    try:
        await service.proven(identity.context, partner_id=partner_id, key=key)
    except PartnerUnproven:
        return False
    return True


@pytest.mark.requirement("IDN-02", "IDN-48", "IDN-D27")
async def test_a_partner_proves_itself_by_the_key_that_was_shown_once(identity: Bench) -> None:
    key = await registered(identity)
    async with administrator(identity) as client:
        listed = (await client.get(BASE)).json()

    assert await proves(identity, key)
    assert [one["partnerId"] for one in listed["partners"]] == ["blue-wallet"]
    assert key not in json.dumps(listed)
    for wrong in ("", key[:-1], key + "x", "x" * 500):
        assert not await proves(identity, wrong)
    assert not await proves(identity, key, "red-wallet")


@pytest.mark.requirement("IDN-48")
async def test_another_key_ends_the_one_before(identity: Bench) -> None:
    before = await registered(identity)
    async with administrator(identity) as client:
        after = (await client.post(f"{BASE}/blue-wallet/key")).json()["apiKey"]

    assert (await proves(identity, before), await proves(identity, after)) == (False, True)


@pytest.mark.requirement("IDN-48")
async def test_a_partner_that_is_stopped_proves_nothing_until_it_is_let_in_again(identity: Bench) -> None:
    key = await registered(identity)
    async with administrator(identity) as client:
        await client.put(f"{BASE}/blue-wallet", json={"name": "Blue Wallet", "active": False})
        stopped = await proves(identity, key)
        await client.put(f"{BASE}/blue-wallet", json={"name": "Blue Wallet", "active": True})

    assert (stopped, await proves(identity, key)) == (False, True)


@pytest.mark.requirement("IDN-51", "ISS-7")
async def test_no_key_stands_in_the_database_or_in_the_audit_trail(identity: Bench) -> None:
    key = await registered(identity)

    async with identity.context.database.reading() as tx:
        rows = await tx.fetch("SELECT * FROM wallet_partner")
        entries = await audit.entries(tx, action="identity.wallet-partner")
    assert key not in str(rows)
    assert [entry.subject for entry in entries] == ["wallet-partner/blue-wallet"]
    assert key not in str(entries)


async def test_an_id_is_given_once(identity: Bench) -> None:
    await registered(identity)
    async with administrator(identity) as client:
        again = await client.post(BASE, json=PARTNER)
        unknown = [
            await client.put(f"{BASE}/red", json={"name": "Red"}),
            await client.post(f"{BASE}/red/key"),
        ]

    assert again.status_code == 409
    assert [answer.status_code for answer in unknown] == [404, 404]


@pytest.mark.requirement("IDN-47")
async def test_nobody_but_an_administrator_sees_or_changes_partners(identity: Bench) -> None:
    await registered(identity)
    async with identity.person("somebody") as client:
        answers = [
            await client.get(BASE),
            await client.post(BASE, json=PARTNER),
            await client.put(f"{BASE}/blue-wallet", json={"name": "Mine"}),
            await client.post(f"{BASE}/blue-wallet/key"),
        ]

    assert [answer.status_code for answer in answers] == [403, 403, 403, 403]

"""The published records: restored exactly by a reset, and in no other profile."""

from __future__ import annotations

import re

import pytest

from govstack.blocks.identity.factors import service as factors
from govstack.blocks.identity.factors.model import Challenge
from govstack.blocks.identity.manifest import MANIFEST
from govstack.blocks.identity.transactions import service as transactions
from govstack.blocks.identity.transactions.model import Request
from govstack.kernel.errors import Forbidden
from tests.builders.linking import CODE, PARTNER, PERSON, Caller, published, refused
from tests.builders.running import Bench, bench
from tests.databases import Databases

# Signing keys outlive a reset, since tokens are checked with them.
KEPT = {"provider_key"}


async def reset(running: Bench) -> None:
    assert MANIFEST.conformance_seed is not None
    await MANIFEST.conformance_seed(running.context)


@pytest.mark.requirement("IDN-N4")
@pytest.mark.parametrize("profile", ["sandbox", "production"])
async def test_no_other_profile_gets_or_keeps_published_records(sqlite_databases: Databases, profile: str) -> None:
    database = await sqlite_databases.migrated("identity", MANIFEST.root / "migrations")
    running = bench(MANIFEST, database, PROFILE=profile)

    with pytest.raises(RuntimeError, match="everything in it would be lost"):
        await reset(running)
    with pytest.raises(RuntimeError, match="conformance profile alone"):
        await transactions.begin(running.context, request=Request("x", "http://x", ("openid",)), reusable=True)
    with pytest.raises(Forbidden):
        await factors.keep_published(
            running.context, person_id="x", challenge=Challenge("OTP", "challenge1"), method="otp"
        )
    for name in ("transactionId01", "transactionId04"):
        assert await transactions.current(running.context, transaction_id=name) is None


@pytest.mark.requirement("IDN-N4")
async def test_a_reset_restores_exactly_the_published_records(databases: Databases) -> None:
    running = await published(databases)
    caller = Caller(running.client())
    code, _ = await caller.confirmed("transactionId04")
    assert (await caller.finish("transactionId04", code))["errors"] == []
    key = {"kty": "RSA", "n": "x" * 342, "e": "AQAB"}
    asked = {
        "individualId": PERSON,
        "authFactorType": "WLA",
        "format": "jwt",
        "challengeList": [CODE],
        "publicKey": key,
    }
    assert (await caller.answer("/wallet-binding", asked, **PARTNER))["errors"] == []
    before = await counted(running)
    assert refused(await caller.code("transactionId04")) == "invalid_transaction_id"

    await reset(running)
    once = await counted(running)
    await reset(running)

    assert before != once == await counted(running)
    assert (await caller.code("transactionId04"))["errors"] == []
    assert (await caller.answer("/wallet-binding", asked, **PARTNER))["errors"] == []


async def counted(running: Bench) -> dict[str, int]:
    async with running.context.database.reading() as tx:
        return {
            name: (await tx.fetch(f"SELECT COUNT(*) AS number FROM {name}"))[0]["number"]
            for name in sorted(tables() - KEPT)
        }


def tables() -> set[str]:
    """Return the names of all tables that the block's migrations make."""
    scripts = "".join(path.read_text() for path in sorted((MANIFEST.root / "migrations").glob("*.sql")))
    made, gone = (set(re.findall(rf"^{verb} TABLE (\w+)", scripts, re.MULTILINE)) for verb in ("CREATE", "DROP"))
    return made - gone


def test_a_reset_empties_every_table_of_the_block_but_those_that_have_to_stay() -> None:
    emptied = set(re.findall(r"DELETE FROM (\w+);", (MANIFEST.root / "seeding" / "queries.sql").read_text()))

    assert emptied == tables() - KEPT

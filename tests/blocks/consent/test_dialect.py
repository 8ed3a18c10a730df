"""What published clients of Consent send, to the letter."""

from __future__ import annotations

import pytest

from govstack.blocks.consent.asking import service as asking
from govstack.blocks.consent.asking.model import Asked
from govstack.blocks.consent.drafting import service as drafting
from govstack.blocks.consent.evidence.service import Part
from govstack.blocks.consent.manifest import MANIFEST
from govstack.blocks.consent.notices import service as notices
from govstack.kernel.actor import Actor
from tests.builders.running import Bench, bench
from tests.databases import Databases

PREFIXES = ("", "/api")


@pytest.fixture
async def published(databases: Databases) -> Bench:
    """The block as published clients meet it: alone, anonymous, with the published records."""
    database = await databases.migrated("consent", MANIFEST.root / "migrations")
    running = bench(MANIFEST, database, PROFILE="conformance")
    assert MANIFEST.conformance_seed is not None
    await MANIFEST.conformance_seed(running.context)
    return running


@pytest.mark.requirement("CN-D1", "CN-D5", "CN-D6")
@pytest.mark.parametrize("prefix", PREFIXES)
async def test_policy_1_is_read_with_its_revision(published: Bench, prefix: str) -> None:
    async with published.client() as client:
        answer = await client.get(f"{prefix}/service/policy/1/")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert isinstance(answer.json()["policy"], dict)
    assert isinstance(answer.json()["revision"], dict)


@pytest.mark.requirement("CN-D2", "CN-D5", "CN-D6", "CN-D7", "SD-24")
@pytest.mark.parametrize("prefix", PREFIXES)
async def test_agreement_1_is_read_with_a_text_as_its_id(published: Bench, prefix: str) -> None:
    async with published.client() as client:
        answer = await client.get(f"{prefix}/config/data-agreement/1/")

    assert answer.status_code == 200
    assert answer.json()["dataAgreement"]["id"] == "1"


@pytest.mark.requirement("CN-D3", "CN-D4")
@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("identifier", ["invalid_id", "123!%40%23", "999", "%20", "a%2Fb", "x" * 500])
async def test_an_unknown_or_odd_id_is_refused_with_400(published: Bench, prefix: str, identifier: str) -> None:
    async with published.client() as client:
        answer = await client.get(f"{prefix}/config/data-agreement/{identifier}/")

    assert answer.status_code == 400


@pytest.mark.requirement("CN-D7")
async def test_all_ids_of_the_published_records_are_texts(published: Bench) -> None:
    async with published.client() as client:
        record = (await client.get("/audit/consent-record/1/")).json()["consentRecord"]

    ids = [record["id"], record["dataAgreement"]["id"], record["individual"]["id"], record["signature"]["id"]]
    assert [*ids, record["dataAgreement"]["policy"]["id"], record["dataAgreement"]["controller"]["id"]] == ["1"] * 6
    assert record["dataAgreementRevision"]["id"] == "3"
    assert record["state"] == "signed"
    assert "optIn" not in record


async def test_the_published_records_stay_the_same_when_they_are_put_in_place_again(published: Bench) -> None:
    async with published.client() as client:
        before = (await client.get("/audit/revisions/")).json()
        assert MANIFEST.conformance_seed is not None
        await MANIFEST.conformance_seed(published.context)
        after = (await client.get("/audit/revisions/")).json()

    assert [(one["id"], one["serializedHash"]) for one in after["revisions"]] == [
        (one["id"], one["serializedHash"]) for one in before["revisions"]
    ]
    assert {one["id"] for one in after["revisions"]} == {"1", "2", "3", "4", "5", "individual-1"}


async def test_nobody_resets_evidence_outside_the_conformance_profile(sqlite_databases: Databases) -> None:
    database = await sqlite_databases.migrated("consent", MANIFEST.root / "migrations")
    running = bench(MANIFEST, database)

    assert MANIFEST.conformance_seed is not None
    with pytest.raises(RuntimeError, match="everything in it would be lost"):
        await MANIFEST.conformance_seed(running.context)


async def test_a_reset_between_runs_also_removes_what_people_were_asked_and_what_is_still_written(
    published: Bench,
) -> None:
    by, context = Actor("person", "official", scopes=frozenset({"consent:ask", "consent:configure"})), published.context
    await drafting.start(context, by=by, agreement_id="1")
    await asking.ask(context, by=by, asked=Asked(agreement_id="1", external_id="1985-01"))
    await notices.switch(context, by=by, enabled=False)

    assert MANIFEST.conformance_seed is not None
    await MANIFEST.conformance_seed(context)

    assert await drafting.listed(context) == await asking.listed(context, by=by, part=Part()) == []
    assert await notices.are_on(context)

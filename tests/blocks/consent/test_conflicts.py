"""Changes at the same moment: each is done, one after the other, and none is answered by a fault of the machine."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from govstack.blocks.consent.individuals import store
from govstack.kernel.db import Transaction
from tests.builders.consent import AGREEMENT, POLICY, RECORD, Consent, consent
from tests.databases import Databases


@pytest.fixture
async def block(databases: Databases) -> Consent:
    return await consent(databases)


@pytest.mark.requirement("C3", "C5")
async def test_changes_of_one_agreement_at_the_same_moment_all_become_versions(block: Consent) -> None:
    here = f"/config/data-agreement/{block.agreement_id}/"
    organisation = block.organisation()

    answers = await asyncio.gather(
        *(
            organisation.send("PUT", here, {"dataAgreement": {**AGREEMENT, "version": f"2.{number}"}})
            for number in range(4)
        )
    )
    query = f"/audit/revisions/?schemaName=DataAgreement&objectId={block.agreement_id}"
    revisions = (await block.auditor().get(query))["revisions"]
    verdict = await block.auditor().get(f"/audit/check/?schemaName=DataAgreement&objectId={block.agreement_id}")

    assert [one.status_code for one in answers] == [200] * 4
    assert len(revisions) == 5
    assert verdict["sound"] is True


@pytest.mark.requirement("C5")
async def test_changes_of_one_policy_at_the_same_moment_all_become_versions(block: Consent) -> None:
    here = f"/config/policy/{block.policy['id']}/"
    organisation = block.organisation()

    answers = await asyncio.gather(
        *(organisation.send("PUT", here, {"policy": {**POLICY, "version": f"2.{number}"}}) for number in range(4))
    )
    revisions = (await organisation.get(f"{here}revisions/"))["revisions"]

    assert [one.status_code for one in answers] == [200] * 4
    assert len(revisions) == 5


@pytest.mark.requirement("C4")
async def test_terminating_twice_at_the_same_moment_makes_one_last_version(block: Consent) -> None:
    here = f"/config/data-agreement/{block.agreement_id}/"
    organisation = block.organisation()

    answers = await asyncio.gather(*(organisation.send("DELETE", here) for _ in range(3)))

    assert [one.status_code for one in answers] == [200] * 3
    assert len({one.json()["revision"]["id"] for one in answers}) == 1


async def test_somebody_who_comes_for_the_first_time_by_several_ways_at_once_is_entered_once(block: Consent) -> None:
    person = block.person()
    draft = f"{RECORD}/consent-record/draft/?dataAgreementId={block.agreement_id}"

    answers = await asyncio.gather(
        *(person.send("POST", draft) for _ in range(3)),
        *(person.send("PUT", f"{RECORD}/notices/", {"enabled": False}) for _ in range(3)),
    )
    people = (await block.organisation().get("/config/individuals/"))["individuals"]

    assert [one.status_code for one in answers] == [200] * 6
    assert len(people) == 1


async def test_who_asks_several_times_at_once_to_be_forgotten_is_forgotten(block: Consent) -> None:
    person = block.person()
    await block.agreed()

    answers = await asyncio.gather(*(person.send("DELETE", f"{RECORD}/") for _ in range(4)))
    listed = await person.get(f"{RECORD}/consent-record/")

    assert [one.status_code for one in answers] == [200] * 4
    assert listed["consentRecords"] == []


@pytest.mark.requirement("C13")
async def test_somebody_who_is_entered_while_they_are_looked_for_is_found(
    block: Consent, monkeypatch: pytest.MonkeyPatch
) -> None:
    await block.agreed()
    found, asked = store.of_person, list[Sequence[str]]()

    async def too_early_at_first(tx: Transaction, prints: Sequence[str]) -> list[store.Row]:
        asked.append(prints)
        return [] if len(asked) == 1 else await found(tx, prints)

    monkeypatch.setattr(store, "of_person", too_early_at_first)
    switched = await block.person().send("PUT", f"{RECORD}/notices/", {"enabled": False})

    assert switched.status_code == 200
    assert len((await block.organisation().get("/config/individuals/"))["individuals"]) == 1


async def test_data_users_are_told_of_no_agreement_that_is_not_in_force(block: Consent) -> None:
    body = {"dataAgreement": {**AGREEMENT, "active": False}}
    await block.organisation().post("/config/data-agreement/", body)

    listed = (await block.verifier().get("/service/verification/data-agreements/"))["dataAgreements"]

    assert [one["id"] for one in listed] == [block.agreement_id]

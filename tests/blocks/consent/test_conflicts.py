"""Changes at the same moment: each is done, one after the other, and none is answered by a fault of the machine."""

from __future__ import annotations

import asyncio

import pytest

from tests.builders.consent import AGREEMENT, POLICY, Consent, consent
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

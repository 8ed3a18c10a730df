"""Data users ask whether there is consent; who was shown whose data is written down."""

from __future__ import annotations

import pytest

from govstack.blocks.consent.reading import service as reading
from tests.builders.consent import AGREEMENT, RECORD, Consent, consent
from tests.databases import Databases

HERE = "/service/verification/consent-records/"


@pytest.fixture
async def block(databases: Databases) -> Consent:
    return await consent(databases)


async def test_a_data_user_asks_about_one_person_and_one_agreement(block: Consent) -> None:
    one, other = await block.agreed("a-1"), await block.agreed("b-2")
    verifier, individual = block.verifier(), one["individual"]["id"]

    every = await verifier.get(HERE)
    narrowed = await verifier.get(f"{HERE}?individualId={individual}&dataAgreementId={block.agreement_id}")
    by_revision = await verifier.get(f"{HERE}?individualId={individual}&revisionId={block.revision['id']}")
    by_identifier = await verifier.get(HERE, **{"X-ConsentBB-ExternalId": "b-2"})
    nothing = await verifier.get(f"{HERE}?individualId={individual}&revisionId=other")
    nobody = await verifier.get(HERE, **{"X-ConsentBB-ExternalId": "c-3"})

    assert [found["id"] for found in every["consentRecords"]] == [one["id"], other["id"]]
    assert narrowed == by_revision
    assert [found["id"] for found in narrowed["consentRecords"]] == [one["id"]]
    assert [found["id"] for found in by_identifier["consentRecords"]] == [other["id"]]
    assert nothing["consentRecords"] == nobody["consentRecords"] == []


async def test_a_withdrawn_consent_is_shown_as_withdrawn(block: Consent) -> None:
    record = await block.agreed()
    await block.person().put(f"{RECORD}/consent-record/{record['id']}/", {"consentRecord": {"optIn": False}})

    found = (await block.verifier().get(HERE))["consentRecords"]

    assert [one["optIn"] for one in found] == [False]


@pytest.mark.requirement("CN-5.1.1", "CN-5.1.2")
async def test_who_was_shown_whose_consent_is_written_down(block: Consent) -> None:
    record = await block.agreed()
    individual = record["individual"]["id"]

    await block.verifier().get(f"/service/verification/consent-record/{record['id']}/")
    await block.auditor().get(f"/audit/consent-record/{record['id']}/")

    reads = await reading.about(block.bench.context, individual_ids=(individual,), limit=10)
    assert [(one.operation, one.reader_id) for one in reads] == [
        ("record.audit", "auditor-1"),
        ("record.verify", "demo/GOV/7005/income"),
    ]


async def test_a_list_tells_the_newest_revision_of_each_record(block: Consent) -> None:
    record = await block.agreed()
    await block.person().put(f"{RECORD}/consent-record/{record['id']}/", {"consentRecord": {"optIn": False}})

    (listed,) = (await block.verifier().get(HERE))["consentRecords"]
    read = await block.verifier().get(f"/service/verification/consent-record/{record['id']}/")

    newest = {name: read["revision"][name] for name in ("id", "timestamp")}
    assert listed["consentRecordRevision"] == read["consentRecord"]["consentRecordRevision"] == newest


async def test_parts_of_a_list_follow_each_other(block: Consent) -> None:
    given = [(await block.agreed(number))["id"] for number in ("a", "b", "c")]

    parts = [(await block.verifier().get(f"{HERE}?offset={start}&limit=2"))["consentRecords"] for start in (0, 2)]

    assert [one["id"] for part in parts for one in part] == given


async def test_data_users_and_auditors_see_agreements(block: Consent) -> None:
    await block.organisation().send("DELETE", f"/config/data-agreement/{block.agreement_id}/")

    in_force = await block.verifier().get("/service/verification/data-agreements/")
    every = await block.auditor().get("/audit/data-agreements/")

    assert in_force["dataAgreements"] == []
    assert [one["id"] for one in every["dataAgreements"]] == [block.agreement_id]
    assert every["dataAgreements"][0]["active"] is False


async def test_records_of_one_agreement_leave_out_those_of_another(block: Consent) -> None:
    other = (await block.organisation().post("/config/data-agreement/", {"dataAgreement": AGREEMENT}))["dataAgreement"]
    one = await block.agreed("a-1")
    second = await block.person("b-2").post(f"{RECORD}/data-agreement/{other['id']}/")
    verifier, found = block.verifier(), dict[str, list[str]]()

    for query in (
        f"dataAgreementId={block.agreement_id}",
        f"revisionId={block.revision['id']}",
        f"dataAgreementId={other['id']}",
        f"dataAgreementId={other['id']}&revisionId={block.revision['id']}",
        "revisionId=unknown",
    ):
        found[query] = [shown["id"] for shown in (await verifier.get(f"{HERE}?{query}"))["consentRecords"]]

    assert list(found.values()) == [[one["id"]], [one["id"]], [second["consentRecord"]["id"]], [], []]

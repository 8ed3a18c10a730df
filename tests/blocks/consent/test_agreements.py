"""Policies and agreements: written, versioned, changed, terminated."""

from __future__ import annotations

import msgspec
import pytest

from govstack.kernel import audit
from tests.builders.consent import AGREEMENT, ORGANISATION, POLICY, RECORD, Consent, consent
from tests.databases import Databases


@pytest.fixture
async def block(databases: Databases) -> Consent:
    return await consent(databases)


@pytest.mark.requirement("C1", "C2", "CN-D7")
async def test_an_agreement_holds_its_policy_and_its_controller(block: Consent) -> None:
    read = (await block.organisation().get(f"/config/data-agreement/{block.agreement_id}/"))["dataAgreement"]

    assert read["policy"] == block.policy
    assert read["controller"]["name"] == "Ministry of Social Affairs"
    assert read["lawfulBasis"] == "consent"
    assert read["lifecycle"] == {"id": "2", "name": "Complete"}
    assert block.policy["id"] != POLICY["id"]


@pytest.mark.requirement("C1", "C5")
async def test_a_policy_that_changes_leaves_agreements_as_they_were(block: Consent) -> None:
    organisation = block.organisation()

    changed = await organisation.put(f"/config/policy/{block.policy['id']}/", {"policy": {**POLICY, "version": "2.0"}})
    agreement = (await organisation.get(f"/config/data-agreement/{block.agreement_id}/"))["dataAgreement"]

    assert changed["policy"]["version"] == "2.0"
    assert agreement["policy"]["version"] == "1.0"


@pytest.mark.requirement("C5")
async def test_every_version_of_a_policy_can_be_read(block: Consent) -> None:
    organisation, here = block.organisation(), f"/config/policy/{block.policy['id']}/"
    await organisation.put(here, {"policy": {**POLICY, "version": "2.0"}})

    revisions = (await organisation.get(f"{here}revisions/"))["revisions"]
    first = await organisation.get(f"{here}?revisionId={revisions[0]['id']}")
    only = (await organisation.get(f"{here}revisions/?offset=1&limit=1"))["revisions"]

    assert first["policy"]["version"] == "1.0"
    assert first["revision"]["successor"]["id"] == revisions[1]["id"]
    assert revisions[1]["predecessorHash"] == revisions[0]["serializedHash"]
    assert [one["id"] for one in only] == [revisions[1]["id"]]


@pytest.mark.requirement("C5")
async def test_a_snapshot_is_the_exact_text_that_its_hash_is_of(block: Consent) -> None:
    import hashlib

    text = block.revision["serializedSnapshot"]

    assert hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest() == block.revision["serializedHash"]
    assert hashlib.sha256(text.encode()).hexdigest() == block.revision["strongHash"]
    assert msgspec.json.decode(text)["objectData"]["id"] == block.agreement_id
    assert text.startswith('{\n  "schemaName": "DataAgreement"')


@pytest.mark.requirement("C3", "C5")
async def test_changing_an_agreement_makes_its_next_version(block: Consent) -> None:
    organisation = block.organisation()
    asked = {**AGREEMENT, "purpose": "Check income and land", "policy": {"id": block.policy["id"]}}

    changed = await organisation.put(f"/config/data-agreement/{block.agreement_id}/", {"dataAgreement": asked})

    assert changed["dataAgreement"]["purpose"] == "Check income and land"
    assert changed["revision"]["predecessorHash"] == block.revision["serializedHash"]


async def test_the_same_change_twice_makes_one_version(block: Consent) -> None:
    organisation = block.organisation()
    asked = {**AGREEMENT, "policy": block.policy["id"]}

    once = await organisation.put(f"/config/data-agreement/{block.agreement_id}/", {"dataAgreement": asked})

    assert once["revision"]["id"] == block.revision["id"]


@pytest.mark.requirement("C4")
async def test_a_terminated_agreement_takes_no_consent_and_keeps_what_was_given(block: Consent) -> None:
    record = await block.agreed()
    organisation, here = block.organisation(), f"/config/data-agreement/{block.agreement_id}/"

    ended = await organisation.send("DELETE", here)
    again = await organisation.send("DELETE", here)
    change = await organisation.send("PUT", here, {"dataAgreement": AGREEMENT})
    refused = await block.person("1990-07", "zo").send("POST", f"{RECORD}/data-agreement/{block.agreement_id}/")
    kept = await block.person().get(f"{RECORD}/data-agreement/{block.agreement_id}/")

    assert ended.json()["revision"]["id"] == again.json()["revision"]["id"]
    assert (change.status_code, change.json()["code"]) == (400, "agreement-terminated")
    assert (refused.status_code, refused.json()["code"]) == (400, "agreement-not-active")
    assert kept["consentRecord"]["id"] == record["id"]
    assert (await organisation.get("/config/data-agreements/"))["dataAgreement"] == []


async def test_a_policy_is_kept_while_an_active_agreement_stands_under_it(block: Consent) -> None:
    organisation, here = block.organisation(), f"/config/policy/{block.policy['id']}/"

    refused = await organisation.send("DELETE", here)
    await organisation.send("DELETE", f"/config/data-agreement/{block.agreement_id}/")
    deleted = await organisation.send("DELETE", here)

    assert (refused.status_code, refused.json()["code"]) == (400, "policy-in-use")
    assert deleted.status_code == 200
    assert (await organisation.send("GET", here)).status_code == 400
    assert (await organisation.get("/config/policies/"))["policies"] == []


@pytest.mark.requirement("C8", "CN-5.1.2")
async def test_what_administrators_do_is_logged_with_time_and_user(block: Consent) -> None:
    async with block.bench.context.database.reading() as tx:
        entries = await audit.entries(tx, action="consent.")

    assert [one.action for one in entries] == ["consent.agreement.created", "consent.policy.created"]
    assert {one.actor for one in entries} == {"demo/GOV/7003/social"}
    assert all(one.at for one in entries)


@pytest.mark.requirement("C8", "CN-5.1.2")
async def test_every_act_of_an_administrator_is_logged(block: Consent) -> None:
    organisation = block.organisation()
    policy, agreement = f"/config/policy/{block.policy['id']}/", f"/config/data-agreement/{block.agreement_id}/"
    hook = {"payloadUrl": "https://hooks.example.org/a", "secretKey": "0123456789abcdef"}
    allowed = block.bench.context.settings.changed(CONSENT_WEBHOOK_HOSTS="hooks.example.org")
    object.__setattr__(block.bench.context, "settings", allowed)

    await organisation.put(policy, {"policy": {**POLICY, "version": "2.0"}})
    await organisation.put(agreement, {"dataAgreement": {**AGREEMENT, "version": "2.0"}})
    person = await organisation.post("/config/individual/", {"individual": {"externalId": "1"}})
    here = f"/service/individual/{person['individual']['id']}/"
    await organisation.put(here, {"individual": {"externalId": "2"}})
    made = await organisation.post("/config/webhook/", {"webhook": hook})
    here = f"/config/webhook/{made['webhook']['id']}/"
    await organisation.put(here, {"webhook": {**hook, "disabled": True}})
    await organisation.send("DELETE", here)
    await organisation.put("/config/notices/", {"enabled": False})
    await organisation.send("DELETE", agreement)
    await organisation.send("DELETE", policy)
    async with block.bench.context.database.reading() as tx:
        entries = await audit.entries(tx, action="consent.")

    assert [one.action.removeprefix("consent.") for one in reversed(entries)] == [
        "policy.created", "agreement.created", "policy.changed", "agreement.changed", "individual.created",
        "individual.changed", "webhook.created", "webhook.changed", "webhook.removed", "notices.switched",
        "agreement.terminated", "policy.deleted",
    ]  # fmt: skip
    assert {one.actor for one in entries} == {ORGANISATION}


@pytest.mark.requirement("CN-5.1.3", "CN-5.2.1")
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/config/policies/"), ("POST", "/config/policy/"), ("GET", "/audit/consent-records/"),
     ("GET", "/service/verification/consent-records/"), ("GET", "/service/individuals/")],
)  # fmt: skip
async def test_nobody_calls_without_the_right_to(block: Consent, method: str, path: str) -> None:
    async with block.bench.client() as nobody:
        anonymous = await nobody.request(method, f"/api{path}")
    stranger = await block.person().send(method, path)

    assert anonymous.status_code == 401
    assert stranger.status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [{"lawfulBasis": "because"}, {"lifecycle": "Done"}, {"policy": "none"}, {"controller": "none"}, {"purpose": ""},
     {"dataUse": "all"}, {"compatibleWithVersion": "none"}],
)  # fmt: skip
async def test_an_agreement_that_makes_no_sense_is_refused(block: Consent, wrong: dict[str, str]) -> None:
    asked = {**AGREEMENT, **wrong}

    answer = await block.organisation().send("POST", "/config/data-agreement/", {"dataAgreement": asked})

    assert answer.status_code == 400


async def test_ids_and_objects_are_taken_alike(block: Consent) -> None:
    organisation = block.organisation()
    asked = {
        **AGREEMENT, "policy": block.policy, "controller": block.agreement["controller"]["id"],
        "lifecycle": {"id": 1, "name": "Draft"}, "compatibleWithVersion": block.agreement, "active": False,
    }  # fmt: skip

    made = (await organisation.post("/config/data-agreement/", {"dataAgreement": asked}))["dataAgreement"]

    assert made["policy"]["id"] == block.policy["id"]
    assert made["controller"] == block.agreement["controller"]
    assert made["lifecycle"]["name"] == "Draft"
    assert made["compatibleWithVersion"]["id"] == block.agreement_id

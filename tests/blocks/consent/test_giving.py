"""People agree, sign, withdraw and are forgotten."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from govstack.blocks.consent.evidence.model import published_hash
from govstack.kernel import audit, crypto
from tests.builders.consent import AGREEMENT, KEYS, RECORD, Caller, Consent, consent, signed
from tests.databases import Databases


@pytest.fixture
async def block(databases: Databases) -> Consent:
    return await consent(databases)


async def draft(block: Consent, person: Caller) -> dict[str, Any]:
    """Return a draft of a record and its signature."""
    answer = await person.post(f"{RECORD}/consent-record/draft/?dataAgreementId={block.agreement_id}")
    return dict(answer)


async def sign(block: Consent, person: Caller, record_id: str, algorithm: str = "ES256") -> dict[str, Any]:
    """Let a person sign a record; returns the signature."""
    here = f"{RECORD}/consent-record/{record_id}/signature/"
    prepared = (await person.post(here, {"signature": {"verificationMethod": "jws"}}))["signature"]
    return dict((await person.put(here, {"signature": signed(prepared, algorithm)}))["signature"])


async def new_version(block: Consent, **changes: Any) -> dict[str, Any]:
    """Change the agreement; returns its new revision."""
    asked = {**AGREEMENT, "policy": block.policy["id"], "purpose": "Another purpose", **changes}
    here = f"/config/data-agreement/{block.agreement_id}/"
    return dict((await block.organisation().put(here, {"dataAgreement": asked}))["revision"])


@pytest.mark.requirement("C9", "C10")
async def test_a_person_reads_the_agreement_and_agrees(block: Consent) -> None:
    person = block.person()

    read = await person.get(f"/service/data-agreement/{block.agreement_id}/")
    given = await person.post(f"{RECORD}/data-agreement/{block.agreement_id}/")

    record = given["consentRecord"]
    assert record["dataAgreement"] == read["dataAgreement"]
    assert record["dataAgreementRevisionHash"] == block.revision["serializedHash"]
    assert (record["optIn"], record["state"]) == (True, "unsigned")
    assert given["revision"]["authorizedByIndividual"]["id"] == record["individual"]["id"]
    assert record["individual"]["externalIdType"] == "foundational id"


async def test_agreeing_again_returns_the_same_record(block: Consent) -> None:
    once, again = await block.agreed(), await block.agreed()

    assert once == again


async def test_two_people_agreeing_at_the_same_time_twice_make_one_record_each(block: Consent) -> None:
    given = await asyncio.gather(*(block.agreed(number) for number in ("a-1", "a-1", "b-2", "b-2", "a-1")))

    listed = await block.verifier().get("/service/verification/consent-records/")

    assert len({one["id"] for one in given}) == 2
    assert len(listed["consentRecords"]) == 2


@pytest.mark.requirement("C11", "C12")
async def test_a_person_withdraws_and_agrees_again_in_the_same_record(block: Consent) -> None:
    person, record = block.person(), await block.agreed()
    here = f"{RECORD}/consent-record/{record['id']}/"

    withdrawn = await person.put(here, {"consentRecord": {**record, "optIn": False}})
    again = await block.agreed()
    await person.put(here, {"consentRecord": {"optIn": False}})

    assert withdrawn["consentRecord"]["optIn"] is False
    assert (again["id"], again["optIn"]) == (record["id"], True)
    async with block.bench.context.database.reading() as tx:
        entries = await audit.entries(tx, subject=f"consent-record/{record['id']}")
    assert [one.action for one in reversed(entries)] == [
        "consent.record.agreed",
        "consent.record.withdrawn",
        "consent.record.agreed",
        "consent.record.withdrawn",
    ]
    assert "Amina" not in str(entries)
    assert "amina" not in str(entries)


async def test_a_new_version_of_the_agreement_takes_a_new_record(block: Consent) -> None:
    first = await block.agreed()
    revision = await new_version(block)

    second = await block.agreed()
    person = block.person()
    every = await person.get(f"{RECORD}/data-agreement/{block.agreement_id}/all/")
    present = await person.get(f"{RECORD}/consent-record/")
    old = await person.send("PUT", f"{RECORD}/consent-record/{first['id']}/", {"consentRecord": {"optIn": False}})
    back = await person.send("PUT", f"{RECORD}/consent-record/{first['id']}/", {"consentRecord": {"optIn": True}})

    assert second["dataAgreementRevision"]["id"] == revision["id"]
    assert [one["id"] for one in every["consentRecords"]] == [second["id"], first["id"]]
    assert [one["id"] for one in present["consentRecords"]] == [second["id"]]
    assert old.status_code == 200
    assert (back.status_code, back.json()["code"]) == (400, "outdated-revision")


async def test_an_old_revision_cannot_be_agreed_to(block: Consent) -> None:
    await new_version(block)

    answer = await block.person().send(
        "POST", f"{RECORD}/data-agreement/{block.agreement_id}/?revisionId={block.revision['id']}"
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "outdated-revision")


async def test_only_the_answer_of_a_record_can_change(block: Consent) -> None:
    person, record = block.person(), await block.agreed()

    answer = await person.send(
        "PUT", f"{RECORD}/consent-record/{record['id']}/", {"consentRecord": {"optIn": False, "dataAgreement": "other"}}
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "not-changeable")
    assert answer.json()["fields"] == {"dataAgreement": "cannot be changed"}


@pytest.mark.requirement("CN-5.1.1")
async def test_nobody_sees_or_changes_the_consent_of_another(block: Consent) -> None:
    record = await block.agreed()
    stranger = block.person("1990-07", "zo")
    individual = record["individual"]["id"]

    seen = await stranger.send("GET", f"{RECORD}/consent-record/?individualId={individual}")
    changed = await stranger.send(
        "PUT", f"{RECORD}/consent-record/{record['id']}/", {"consentRecord": {"optIn": False}}
    )
    listed = await stranger.get(f"{RECORD}/consent-record/")

    assert (seen.status_code, changed.status_code) == (403, 403)
    assert listed["consentRecords"] == []


@pytest.mark.requirement("CN-5.1.1", "CN-5.2.1")
async def test_an_application_acts_for_the_person_it_names_and_needs_the_right(block: Consent) -> None:
    record = await block.agreed()
    individual = record["individual"]["id"]
    application, here = block.application(), f"{RECORD}/data-agreement/{block.agreement_id}/"
    header = {"X-ConsentBB-IndividualId": individual}

    by_header = await application.get(here, **header)
    by_query = await application.get(f"{here}?individualId={individual}")
    nobody = await application.send("GET", here)
    odd = await application.send("GET", f"{here}?individualId=none")
    both = await application.send("GET", f"{here}?individualId=other", **header)
    without = await block.verifier().send("GET", here, **header)

    assert by_header == by_query
    assert [one.status_code for one in (nobody, odd, both, without)] == [400, 400, 400, 403]


async def test_an_application_that_calls_through_the_mediator_has_the_scopes_of_the_setting(
    sqlite_databases: Databases,
) -> None:
    given = msgspec.json.encode({"demo/GOV/7003/desk": "consent:record"}).decode()
    block = await consent(sqlite_databases, CONSENT_APPLICATIONS=given)
    individual = (await block.agreed())["individual"]["id"]
    plain = Caller(block.bench.application("demo/GOV/7003/desk"))
    other = Caller(block.bench.application("demo/GOV/7003/other"))

    allowed = await plain.send("GET", f"{RECORD}/consent-record/?individualId={individual}")
    refused = await other.send("GET", f"{RECORD}/consent-record/?individualId={individual}")

    assert (allowed.status_code, refused.status_code) == (200, 403)


async def test_a_sign_in_without_an_identifier_is_nobody_in_particular(block: Consent) -> None:
    unknown = Caller(block.bench.person("somebody"))

    answer = await unknown.send("POST", f"{RECORD}/data-agreement/{block.agreement_id}/")

    assert (answer.status_code, answer.json()["code"]) == (403, "not-identified")


@pytest.mark.requirement("C10", "C5")
@pytest.mark.parametrize("algorithm", KEYS)
async def test_a_record_is_signed_and_the_signature_is_verified(block: Consent, algorithm: str) -> None:
    person, record = block.person(), await block.agreed()

    made = await sign(block, person, record["id"], algorithm)
    read = await block.verifier().get(f"/service/verification/consent-record/{record['id']}/")

    assert read["consentRecord"]["state"] == "signed"
    assert read["consentRecord"]["signature"]["id"] == made["id"]
    assert read["consentRecord"]["signatureVerified"] is True
    assert read["revision"]["predecessorSignature"] == made["signature"]


async def test_withdrawing_drops_the_signature(block: Consent) -> None:
    person, record = block.person(), await block.agreed()
    await sign(block, person, record["id"])

    withdrawn = await person.put(f"{RECORD}/consent-record/{record['id']}/", {"consentRecord": {"optIn": False}})

    assert withdrawn["consentRecord"]["state"] == "unsigned"
    assert "signature" not in withdrawn["consentRecord"]


@pytest.mark.requirement("C10")
async def test_a_signed_draft_is_stored_with_its_signature(block: Consent) -> None:
    person = block.person()
    made = await draft(block, person)
    body = {"consentRecord": made["consentRecord"], "signature": signed(made["signature"])}

    stored = await person.post(f"{RECORD}/consent-record/", body)
    again = await person.post(f"{RECORD}/consent-record/", body)

    assert (made["consentRecord"]["id"], made["signature"]["id"]) == ("", "")
    assert stored["consentRecord"]["state"] == "signed"
    assert stored["consentRecord"]["id"]
    assert stored["signature"]["signedWithoutObjectReference"] is True
    assert stored["signature"]["objectReference"]
    assert again["signature"]["id"] == stored["signature"]["id"]


async def test_a_record_without_a_signature_is_signed_by_a_draft(block: Consent) -> None:
    person, record = block.person(), await block.agreed()
    made = await draft(block, person)
    body = {"consentRecord": made["consentRecord"], "signature": signed(made["signature"])}

    stored = await person.post(f"{RECORD}/consent-record/", body)
    verdict = await block.auditor().get(f"/audit/check/?schemaName=ConsentRecord&objectId={record['id']}")

    assert stored["consentRecord"]["id"] == record["id"]
    assert stored["consentRecord"]["state"] == "signed"
    assert verdict == {"sound": True, "revisions": 3}


async def test_a_draft_of_one_person_cannot_be_sent_by_another(block: Consent) -> None:
    made = await draft(block, block.person())
    body = {"consentRecord": made["consentRecord"], "signature": signed(made["signature"])}

    answer = await block.person("1990-07", "zo").send("POST", f"{RECORD}/consent-record/", body)

    assert (answer.status_code, answer.json()["code"]) == (400, "other-draft")


async def test_who_was_forgotten_can_agree_again(block: Consent) -> None:
    person, record = block.person(), await block.agreed()
    await person.send("DELETE", f"{RECORD}/")

    again = await block.agreed()
    old = await person.send("PUT", f"{RECORD}/consent-record/{record['id']}/", {"consentRecord": {"optIn": True}})

    assert again["id"] != record["id"]
    assert old.status_code == 400


async def test_the_older_name_of_ed25519_is_understood(block: Consent) -> None:
    person, record = block.person(), await block.agreed()
    here = f"{RECORD}/consent-record/{record['id']}/signature/"
    prepared = (await person.post(here, {"signature": {"verificationMethod": "jws"}}))["signature"]
    good = signed(prepared, "Ed25519")
    header = crypto.to_base64url(b'{"alg":"EdDSA"}')
    content = f"{header}.{crypto.to_base64url(good['payload'].encode())}".encode()
    private = KEYS["Ed25519"].private_key
    assert isinstance(private, ed25519.Ed25519PrivateKey)
    named = {**good, "signature": f"{header}..{crypto.to_base64url(private.sign(content))}"}

    wrong = await person.send("PUT", here, {"signature": {**named, "signature": f"{header}..AAAA"}})
    right = await person.send("PUT", here, {"signature": named})

    assert (wrong.status_code, right.status_code) == (400, 200)


@pytest.mark.parametrize(
    "change", ["snapshot", "payload", "signature", "key", "method", "hash", "private key", "moment"]
)
async def test_a_signature_that_does_not_fit_stores_nothing(block: Consent, change: str) -> None:
    person = block.person()
    made = await draft(block, person)
    good = signed(made["signature"])
    text = good["verificationPayload"]
    bad = {
        "snapshot": {"verificationPayload": text.replace("true", "true ")},
        "payload": {"payload": good["payload"].replace("jws", "jwS")},
        "signature": {"signature": good["signature"][:-6] + "AAAAAA"},
        "key": {**signed(made["signature"], "Ed25519"), "signature": good["signature"]},
        "method": {"verificationMethod": "seal"},
        "hash": {"verificationPayloadHash": "0" * 40},
        "private key": {"verificationArtifact": msgspec.json.encode(KEYS["ES256"].as_dict(private=True)).decode()},
        "moment": {"timestamp": "2020-01-01T00:00:00Z"},
    }[change]

    answer = await person.send(
        "POST", f"{RECORD}/consent-record/",
        {"consentRecord": made["consentRecord"], "signature": {**good, **bad}},
    )  # fmt: skip

    assert answer.status_code == 400
    assert (await person.get(f"{RECORD}/consent-record/"))["consentRecords"] == []


@pytest.mark.requirement("C12", "CN-5.1.1")
async def test_every_act_of_a_person_is_logged_without_saying_who_it_was(block: Consent) -> None:
    person, record = block.person(), await block.agreed()
    here = f"{RECORD}/consent-record/{record['id']}/"
    await sign(block, person, record["id"])
    await person.put(here, {"consentRecord": {"optIn": False}})
    await person.put(f"{RECORD}/notices/", {"enabled": False})
    await new_version(block)
    await person.post(f"{RECORD}/data-agreement/{block.agreement_id}/refusal/")
    await person.send("DELETE", f"{RECORD}/")
    async with block.bench.context.database.reading() as tx:
        entries = [one for one in await audit.entries(tx, action="consent.") if one.actor.startswith("person/")]

    assert [one.action.removeprefix("consent.") for one in reversed(entries)] == [
        "individual.created", "record.agreed", "record.signed", "record.withdrawn", "notices.switched",
        "record.refused", "record.forgotten", "record.forgotten",
    ]  # fmt: skip
    assert len({one.actor for one in entries}) == 1
    assert "amina" not in str(entries).lower()
    assert "1985-01" not in str(entries)


@pytest.mark.requirement("C5")
@pytest.mark.parametrize("moment", ["1990-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.000000Z", "soon", ""])
async def test_nobody_chooses_the_moment_at_which_they_agreed(block: Consent, moment: str) -> None:
    person = block.person()
    made = await draft(block, person)
    text = made["signature"]["verificationPayload"].replace(made["signature"]["timestamp"], moment)
    changed = {"verificationPayload": text, "verificationPayloadHash": published_hash(text)}
    payload = msgspec.json.encode({**msgspec.json.decode(made["signature"]["payload"]), **changed}).decode()
    body = {
        "consentRecord": made["consentRecord"],
        "signature": signed({**made["signature"], **changed, "payload": payload}),
    }

    answer = await person.send("POST", f"{RECORD}/consent-record/", body)

    assert (answer.status_code, answer.json()["code"]) == (400, "other-draft")
    assert (await person.get(f"{RECORD}/consent-record/"))["consentRecords"] == []


async def test_a_pgp_signature_is_kept_and_not_called_verified(block: Consent) -> None:
    person, record = block.person(), await block.agreed()
    here = f"{RECORD}/consent-record/{record['id']}/signature/"
    prepared = (await person.post(here, {"signature": {"verificationMethod": "pgp"}}))["signature"]

    await person.put(here, {"signature": {**prepared, "signature": "-----BEGIN PGP SIGNATURE-----"}})
    read = await block.verifier().get(f"/service/verification/consent-record/{record['id']}/")

    assert read["consentRecord"]["signatureVerified"] is False


@pytest.mark.requirement("X026")
async def test_being_forgotten_takes_texts_away_and_leaves_a_sound_chain(block: Consent) -> None:
    person, record = block.person(), await block.agreed()
    await sign(block, person, record["id"])

    answer = await person.send("DELETE", f"{RECORD}/")
    again = await person.send("DELETE", f"{RECORD}/")
    verdict = await block.auditor().get(f"/audit/check/?schemaName=ConsentRecord&objectId={record['id']}")
    history = await block.auditor().get(f"/audit/revisions/?schemaName=ConsentRecord&objectId={record['id']}")

    assert (answer.status_code, again.status_code) == (200, 200)
    assert (await person.get(f"{RECORD}/consent-record/"))["consentRecords"] == []
    assert verdict == {"sound": True, "revisions": 3}
    assert [bool(one["serializedSnapshot"]) for one in history["revisions"]] == [True, False, False]
    assert all(one["serializedHash"] for one in history["revisions"])
    assert (await block.verifier().get("/service/verification/consent-records/"))["consentRecords"] == []


async def test_records_of_agreements_that_may_not_be_forgotten_stay(block: Consent) -> None:
    await new_version(block, forgettable=False)
    record = await block.agreed()

    await block.person().send("DELETE", f"{RECORD}/")

    kept = await block.person().get(f"{RECORD}/consent-record/")
    assert [one["id"] for one in kept["consentRecords"]] == [record["id"]]


async def test_what_a_version_said_of_being_forgotten_holds_for_the_answers_to_it(block: Consent) -> None:
    first = await block.agreed()
    await new_version(block, forgettable=False)
    second = await block.agreed()
    await block.agreed("b-2")
    await new_version(block, version="3.0")

    await block.person().send("DELETE", f"{RECORD}/")
    await block.person("b-2").send("DELETE", f"{RECORD}/")
    kept = await block.auditor().get("/audit/consent-records/")

    assert first["id"] not in str(kept)
    assert [one["id"] for one in kept["consentRecords"]][:1] == [second["id"]]
    assert len(kept["consentRecords"]) == 2


async def test_only_a_record_that_was_never_signed_can_be_taken_back(block: Consent) -> None:
    await new_version(block, forgettable=False)
    person, record = block.person(), await block.agreed()
    taken = await person.send("DELETE", f"{RECORD}/?consentRecordId={record['id']}")
    second = await block.agreed()
    await sign(block, person, second["id"])

    refused = await person.send("DELETE", f"{RECORD}/?consentRecordId={second['id']}")

    assert taken.status_code == 200
    assert second["id"] != record["id"]
    assert (refused.status_code, refused.json()["code"]) == (400, "not-removable")


async def test_a_second_individual_with_the_same_identifier_is_refused(block: Consent) -> None:
    organisation = block.organisation()
    asked = {"individual": {"id": "x", "externalId": "1", "externalIdType": "email", "identityProviderId": "IDBB"}}

    made = await organisation.post("/config/individual/", asked)
    again = await organisation.send("POST", "/service/individual/", asked)
    other = {"individual": {**asked["individual"], "identityProviderId": "other"}}
    elsewhere = await organisation.post("/service/individual/", other)
    clash = await organisation.send("PUT", f"/service/individual/{elsewhere['individual']['id']}/", asked)

    assert made["individual"]["id"] not in {"", "x"}
    assert (again.status_code, again.json()["code"]) == (400, "individual-exists")
    assert clash.status_code == 400


async def test_people_who_are_not_known_yet_can_be_entered(block: Consent) -> None:
    organisation = block.organisation()

    ids = {
        (await organisation.post("/service/individual/", {"individual": {"id": ""}}))["individual"]["id"]
        for _ in range(2)
    }
    listed = await organisation.get("/service/individuals/")

    assert len(ids) == 2
    assert {one["id"] for one in listed["individuals"]} == ids

"""Agreements that ask for several signatures: a consent counts when all have signed."""

from __future__ import annotations

from typing import Any

import pytest
from joserfc.jwk import ECKey

from tests.blocks.consent.test_evidence import tampered
from tests.builders.consent import AGREEMENT, RECORD, Caller, Consent, consent, signed
from tests.databases import Databases

GUARDIAN = ECKey.generate_key("P-256")
RECORDS = "/service/verification/consent-records/"


@pytest.fixture
async def block(databases: Databases) -> Consent:
    """The block, with an agreement that asks for two signatures in its second version."""
    made = await consent(databases)
    await made.agreed("early")
    here = f"/config/data-agreement/{made.agreement_id}/"
    asked = {**AGREEMENT, "version": "2.0", "signaturesRequired": 2}
    made.revision = (await made.organisation().put(here, {"dataAgreement": asked}))["revision"]
    return made


async def prepared(caller: Caller, record: dict[str, Any], signer: str = "") -> dict[str, Any]:
    """Return a signature that is ready to be made."""
    given = {"verificationMethod": "jws", "verificationSignedBy": signer}
    answer = await caller.post(f"{RECORD}/consent-record/{record['id']}/signature/", {"signature": given})
    return dict(answer["signature"])


async def listed(block: Consent) -> list[Any]:
    """Return what a data user is told of records that hold."""
    found = (await block.verifier().get(RECORDS))["consentRecords"]
    return [(one["dataAgreement"]["version"], one["state"], one["valid"]) for one in found]


@pytest.mark.requirement("C10")
async def test_a_consent_counts_when_all_have_signed(block: Consent) -> None:
    child, desk = block.person(), block.application()
    record = await block.agreed()
    here = f"{RECORD}/consent-record/{record['id']}/signature/"

    at_first = await listed(block)
    await child.put(here, {"signature": signed(await prepared(child, record))})
    pending = (await child.get(f"{RECORD}/data-agreement/{block.agreement_id}/"))["consentRecord"]
    halfway = await listed(block)
    await desk.put(here, {"signature": signed(await prepared(desk, record, "guardian"), key=GUARDIAN)})
    done = (await child.get(f"{RECORD}/data-agreement/{block.agreement_id}/"))["consentRecord"]
    query = f"/audit/check/?schemaName=ConsentRecord&objectId={record['id']}"
    verdict = await block.auditor().get(query)

    assert (record["valid"], record["signaturesRequired"], record["signaturesMade"]) == (False, 2, 0)
    assert (pending["state"], pending["valid"], pending["signaturesMade"]) == ("pending more signatures", False, 1)
    assert (done["state"], done["valid"], done["signaturesMade"]) == ("signed", True, 2)
    assert at_first == halfway == [("1.0", "unsigned", True)]
    assert await listed(block) == [("1.0", "unsigned", True), ("2.0", "signed", True)]
    assert verdict["sound"] is True


@pytest.mark.requirement("C10")
async def test_a_signature_that_nobody_can_check_stands_for_nobody(block: Consent) -> None:
    child, record = block.person(), await block.agreed()
    here = f"{RECORD}/consent-record/{record['id']}/signature/"
    ready = (await child.post(here, {"signature": {"verificationMethod": "pgp"}}))["signature"]

    refused = await child.send("PUT", here, {"signature": {**ready, "signature": "-----BEGIN PGP SIGNATURE-----"}})
    now = (await child.get(f"{RECORD}/data-agreement/{block.agreement_id}/"))["consentRecord"]

    assert (refused.status_code, refused.json()["code"]) == (400, "signature-not-verifiable")
    assert (now["signaturesMade"], now["valid"]) == (0, False)


@pytest.mark.requirement("C10")
async def test_an_earlier_consent_holds_while_the_new_one_waits_for_signatures(block: Consent) -> None:
    await block.agreed("early")

    assert await listed(block) == [("1.0", "unsigned", True)]


@pytest.mark.requirement("C10")
@pytest.mark.parametrize(("signer", "key"), [("", GUARDIAN), ("guardian", None)])
async def test_nobody_signs_twice_for_two(block: Consent, signer: str, key: ECKey | None) -> None:
    child, desk = block.person(), block.application()
    record = await block.agreed()
    here = f"{RECORD}/consent-record/{record['id']}/signature/"
    await child.put(here, {"signature": signed(await prepared(child, record))})

    again = await desk.send("PUT", here, {"signature": signed(await prepared(desk, record, signer), key=key)})

    assert (again.status_code, again.json()["code"]) == (400, "signed-already")


@pytest.mark.requirement("C10", "C11")
async def test_a_new_answer_takes_all_signatures_anew(block: Consent) -> None:
    child = block.person()
    record = await block.agreed()
    here = f"{RECORD}/consent-record/{record['id']}/"
    await child.put(f"{here}signature/", {"signature": signed(await prepared(child, record))})

    await child.put(here, {"consentRecord": {"optIn": False}})
    again = await child.put(here, {"consentRecord": {"optIn": True}})

    assert (again["consentRecord"]["state"], again["consentRecord"]["signaturesMade"]) == ("unsigned", 0)


async def test_a_row_that_forgets_how_many_must_sign_is_found(block: Consent) -> None:
    record = await block.agreed()
    await tampered(block, "consent_record", "signatures_required", f"id = '{record['id']}'")

    answer = await block.verifier().send("GET", f"/service/verification/consent-record/{record['id']}/")

    assert (answer.status_code, answer.json()["code"]) == (500, "evidence-damaged")

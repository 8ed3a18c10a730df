"""What enrolment asks of others through the mediator: data of another register, and a mail to the person."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import msgspec
import pytest

from govstack.blocks.identity.committing import service as committing
from govstack.blocks.identity.manifest import MANIFEST
from tests.builders.enrolment import APPLICATION, PDF, Machine, Mediator, approved, work
from tests.builders.running import ORIGIN, Bench, bench
from tests.databases import Databases

REFERENCE = "100011000100012023"
SOURCES = {
    "population": {
        "service": "GOV/7001/register/population", "path": "/people/1.0/read", "application": "GOV/7010/identity",
        "find_by": "personalIdCode", "language": "eng",
        "fields": {"fullName": "name", "birthDate": "birthdate", "town": "address.locality", "children": "zoneinfo"},
        "documents": {"scan": "birth-certificate"},
    }
}  # fmt: skip
RECORD = {
    "personalIdCode": "42", "fullName": "Amina Kone", "birthDate": "1990-04-17", "town": "Kenitra", "children": None,
    "scan": base64.b64encode(PDF).decode(), "income": 7,
}  # fmt: skip
MAILS = {
    "IDENTITY_MESSAGING": "GOV/7001/messaging/mail", "IDENTITY_APPLICATION": "GOV/7010/identity",
}  # fmt: skip


@pytest.fixture
async def running(databases: Databases) -> Bench:
    """The block with a source to import from and a way to tell people."""
    database = await databases.migrated("identity", MANIFEST.root / "migrations")
    return bench(MANIFEST, database, IDENTITY_ENROLMENT_SOURCES=msgspec.json.encode(SOURCES).decode(), **MAILS)


def mediator(running: Bench, status: int = 200, value: object = None) -> Mediator:
    made = Mediator(status, value)
    running.network.serve_locally(f"{ORIGIN}/mediator", made)
    return made


def sender(running: Bench) -> httpx.AsyncClient:
    return running.application(APPLICATION, "identity:enrol")


async def begun(running: Bench, **changes: Any) -> None:
    machine = Machine()
    await approved(running, machine)
    async with sender(running) as client:
        body = machine.envelope(machine.packet(**changes))
        answer = await client.put("/enrollment", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 201, answer.text


async def take(running: Bench, **changes: str) -> httpx.Response:
    async with sender(running) as client:
        body = {"source": "population", "identifier": "42", **changes}
        return await client.post(f"/enrollment/{REFERENCE}/import", json=body)


async def read(running: Bench) -> dict[str, Any]:
    async with sender(running) as client:
        return dict((await client.get(f"/enrollment/{REFERENCE}")).json())


@pytest.mark.requirement("IDN-21")
async def test_what_another_register_holds_is_taken_into_an_enrolment(running: Bench) -> None:
    asked = mediator(running, value={"content": RECORD})
    await begun(running, fields={"gender": "F"})

    answer = await take(running)
    found = await read(running)

    assert answer.status_code == 200
    path, headers, question = asked.asked[0]
    assert path.endswith("/r1/demo/GOV/7001/register/population/people/1.0/read")
    assert headers["x-govstack-client"] == "demo/GOV/7010/identity"
    assert question == {"query": {"content": {"personalIdCode": "42"}}}
    assert {one["name"]: one["value"] for one in found["attributes"]} == {
        "gender": "female", "name": "Amina Kone", "birthdate": "1990-04-17", "address": '{"locality":"Kenitra"}',
    }  # fmt: skip
    assert [(one["kind"], one["name"], one["format"]) for one in found["pieces"]] == [
        ("document", "birth-certificate", "pdf")
    ]
    assert found["missing"] == []


@pytest.mark.requirement("IDN-21")
@pytest.mark.parametrize(
    ("status", "value", "changes", "told"),
    [
        (404, {"detail": "no record found"}, {}, (404, "not-held")),
        (200, {"content": None}, {}, (502, "source-unusable")),
        (200, ["no", "record"], {}, (502, "source-unusable")),
        (200, {"content": {**RECORD, "scan": "no base64"}}, {}, (502, "source-unusable")),
        (200, {"content": {**RECORD, "scan": base64.b64encode(b"MZ program").decode()}}, {}, (502, "source-unusable")),
        (200, {"content": {**RECORD, "birthDate": "yesterday"}}, {}, (400, "attribute-wrong")),
        (503, {}, {}, (503, "unavailable")),
        (200, {"content": RECORD}, {"source": "taxes"}, (404, "unknown-source")),
    ],
)
async def test_a_source_that_holds_nobody_or_answers_nonsense_changes_nothing(
    running: Bench, status: int, value: object, changes: dict[str, str], told: tuple[int, str]
) -> None:
    mediator(running, status, value)
    await begun(running, fields={"gender": "F"})

    answer = await take(running, **changes)

    assert (answer.status_code, answer.json()["code"]) == told
    assert [one["name"] for one in (await read(running))["attributes"]] == ["gender"]


@pytest.mark.requirement("IDN-21")
async def test_nothing_is_asked_for_an_enrolment_that_has_ended(running: Bench) -> None:
    asked = mediator(running, value={"content": RECORD})
    await begun(running, fields={"gender": "F"})
    async with sender(running) as client:
        await client.post(f"/enrollment/{REFERENCE}/withdraw")

    answer = await take(running)

    assert (answer.status_code, answer.json()["code"], asked.asked) == (409, "enrolment-closed", [])


@pytest.mark.requirement("IDN-14", "IDN-54")
async def test_a_person_is_told_at_their_address_once_they_are_registered(running: Bench) -> None:
    messaging = mediator(running, value={"requestUid": "1"})
    await begun(running, finalise=True)
    await work(running)
    await committing.issue(running.context, enrolment_id=REFERENCE)

    async with sender(running) as client:
        made = (await client.get(f"/enrollment/{REFERENCE}/outcome")).json()
    assert len(messaging.asked) == 1
    path, headers, mail = messaging.asked[0]
    assert path.endswith("/r1/demo/GOV/7001/messaging/mail/send/email/single")
    assert headers["idempotency-key"]
    assert mail["recipientInfo"] == {"email": "amina@example.org"}
    assert made["vid"] in mail["emailContent"]["content"]
    assert made["told"] is True


@pytest.mark.requirement("IDN-14")
async def test_a_person_without_a_mail_address_is_told_by_sms_in_their_language(running: Bench) -> None:
    messaging = mediator(running, value={"requestUid": "1"})
    fields = {"name": "Amina Kone", "birthdate": "1990", "phone": "+212 600 000 001", "preferredLang": "fr"}
    await begun(running, finalise=True, fields=fields)
    await work(running)

    path, _headers, message = messaging.asked[0]
    assert path.endswith("/send/sms/single")
    assert message["recipientInfo"] == {"recipient": "+212600000001"}
    assert message["smsContent"]["content"].startswith("Votre numéro est ")


@pytest.mark.requirement("IDN-14")
async def test_a_mail_that_cannot_be_sent_holds_up_nobody(running: Bench) -> None:
    mediator(running, 503, {})
    await begun(running, finalise=True)
    await work(running)

    async with sender(running) as client:
        made = (await client.get(f"/enrollment/{REFERENCE}/outcome")).json()
    assert (await read(running))["state"] == "committed"
    assert made["vid"]
    assert made["told"] is False

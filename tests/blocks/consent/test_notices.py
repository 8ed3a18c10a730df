"""Webhooks and the switches of organisations and people."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from govstack.blocks.consent.manifest import MANIFEST
from govstack.kernel import jobs
from govstack.kernel.events import OUTBOX, RELAY_POLICY, InProcessBus, relay, subscription
from govstack.kernel.job_runner import JobRunner
from tests.builders.consent import AGREEMENT, Consent, consent
from tests.databases import Databases

RECEIVER = "https://hooks.example.org"
SECRET = "a-secret-of-the-receiver"
WEBHOOK = {
    "id": "ignored", "payloadUrl": f"{RECEIVER}/consent", "contentType": "application/json", "disabled": False,
    "secretKey": SECRET,
}  # fmt: skip
HOSTS = "hooks.example.org,*.gov.example"


class Receiver:
    """Somebody's server that takes notices."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.taken: list[tuple[dict[str, str], bytes]] = []

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        body = (await receive()).get("body", b"")
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.taken.append((headers, body))
        await send({"type": "http.response.start", "status": self.status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    @property
    def told(self) -> list[dict[str, Any]]:
        """Return what was received."""
        return [msgspec.json.decode(body) for _, body in self.taken]


async def run_due(block: Consent) -> None:
    """Carry out what was asked for: events on the bus, and deliveries."""
    context, bus = block.bench.context, InProcessBus()
    await bus.subscribe(context.database, MANIFEST.subscriptions)
    handlers: dict[str, jobs.Handler] = {OUTBOX: relay(bus)}
    for kind, task in MANIFEST.tasks.items():
        handlers[kind] = lambda job, task=task: task.handler(context, job)  # type: ignore[misc]
    for name, heard in MANIFEST.subscriptions.items():
        handlers[subscription(name)] = lambda job, heard=heard: heard(context, job)  # type: ignore[misc]
    policies = {OUTBOX: RELAY_POLICY, **{kind: task.policy for kind, task in MANIFEST.tasks.items()}}
    for _ in range(4):
        await JobRunner(context.database, handlers, policies).run_due()


@pytest.fixture
async def block(databases: Databases) -> Consent:
    made = await consent(databases, CONSENT_WEBHOOK_HOSTS=HOSTS)
    await run_due(made)
    return made


async def listening(block: Consent, status: int = 200, **changes: Any) -> Receiver:
    """Register a webhook; returns who receives there."""
    receiver = Receiver(status)
    block.bench.network.serve_locally(RECEIVER, receiver)
    await block.organisation().post("/config/webhook/", {"webhook": {**WEBHOOK, **changes}})
    return receiver


async def change(block: Consent) -> None:
    """Write the next version of the agreement."""
    asked = {**AGREEMENT, "purpose": "Another purpose"}
    await block.organisation().put(f"/config/data-agreement/{block.agreement_id}/", {"dataAgreement": asked})


@pytest.mark.requirement("C6", "C7")
async def test_a_change_is_told_with_a_signature_and_ids_only(block: Consent) -> None:
    receiver = await listening(block)
    record = await block.agreed("NATIONAL-1")

    await run_due(block)

    ((headers, body),) = receiver.taken
    told = receiver.told[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert (told["type"], told["data"]["consentRecordId"]) == ("consent.record.changed", record["id"])
    assert b"NATIONAL-1" not in body


@pytest.mark.requirement("C7", "C13", "C14")
async def test_those_who_agreed_and_want_to_know_are_named_when_the_agreement_changes(block: Consent) -> None:
    wanting, silent = await block.agreed("a-1"), await block.agreed("b-2")
    await block.person("b-2").put("/service/individual/record/notices/", {"enabled": False})
    await run_due(block)
    receiver = await listening(block)
    await change(block)

    await run_due(block)

    people = [one["data"]["individualIds"] for one in receiver.told if one["type"] == "consent.individual.notice"]
    assert people == [[wanting["individual"]["id"]]]
    assert silent["individual"]["id"] not in str(people)


@pytest.mark.requirement("C6")
async def test_an_administrator_switches_all_notices_off_and_on(block: Consent) -> None:
    receiver, organisation = await listening(block), block.organisation()
    await organisation.put("/config/notices/", {"enabled": False})
    await change(block)
    await run_due(block)
    silent = len(receiver.taken)

    await organisation.put("/config/notices/", {"enabled": True})
    await block.agreed()
    await run_due(block)

    assert silent == 0
    assert [one["type"] for one in receiver.told] == ["consent.record.changed"]
    assert (await organisation.get("/config/notices/")) == {"enabled": True}


async def test_a_webhook_that_is_switched_off_gets_nothing(block: Consent) -> None:
    receiver = await listening(block, disabled=True)
    await change(block)

    await run_due(block)

    assert receiver.taken == []


async def test_a_receiver_that_fails_is_tried_again_later(block: Consent) -> None:
    receiver = await listening(block, status=503)
    await change(block)

    await run_due(block)

    async with block.bench.context.database.reading() as tx:
        backlog = await jobs.backlog(tx)
    assert len(receiver.taken) == 1
    assert backlog["waiting"] == 1


async def test_a_receiver_that_is_gone_is_given_up(block: Consent) -> None:
    await listening(block, status=410)
    await change(block)

    await run_due(block)

    async with block.bench.context.database.reading() as tx:
        (dead,) = await jobs.dead_jobs(tx)
    assert dead.kind == "consent.notice"


async def test_the_secret_of_a_webhook_is_never_shown_and_is_kept(block: Consent) -> None:
    organisation = block.organisation()
    made = (await organisation.post("/config/webhook/", {"webhook": WEBHOOK}))["webhook"]
    here = f"/config/webhook/{made['id']}/"

    read = (await organisation.get(here))["webhook"]
    changed = await organisation.put(here, {"webhook": {**WEBHOOK, "secretKey": "", "disabled": True}})
    listed = (await organisation.get("/config/webhooks/"))["webhooks"]
    removed = await organisation.send("DELETE", here)
    gone = await organisation.send("GET", here)

    assert read == made
    assert made["secretKey"] == ""
    assert changed["webhook"]["disabled"] is True
    assert listed == [changed["webhook"]]
    assert (removed.status_code, gone.status_code) == (200, 400)


@pytest.mark.parametrize(
    "wrong",
    [
        {"payloadUrl": "http://hooks.example.org/x"},
        {"payloadUrl": "https://elsewhere.example.org/"},
        {"payloadUrl": "https://user:word@hooks.example.org/"},
        {"payloadUrl": "https://127.0.0.1/"},
        {"payloadUrl": "https://[::1]/"},
        {"payloadUrl": "https://2130706433/"},
        {"payloadUrl": "https://gov.example/"},
        {"payloadUrl": "https://hooks.example.org\\@evil.example/"},
        {"payloadUrl": "file:///etc/passwd"},
        {"contentType": "text/plain"},
        {"secretKey": "short"},
        {"secretKey": ""},
    ],
)
async def test_a_webhook_that_could_do_harm_is_refused(block: Consent, wrong: dict[str, str]) -> None:
    answer = await block.organisation().send("POST", "/config/webhook/", {"webhook": {**WEBHOOK, **wrong}})

    assert answer.status_code == 400
    assert SECRET not in answer.text

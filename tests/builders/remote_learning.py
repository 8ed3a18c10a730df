"""A country for remote learning: the blocks that are here, emulators of those that are not, and what they asked of
each other. Everything is reached over HTTP, between blocks through the mediator."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import msgspec

from govstack.blocks.identity.clients import service as clients
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Attribute
from govstack.blocks.registries.design.model import ServiceKind
from govstack.host import compose
from govstack.host.run import Process
from govstack.kernel import clock
from govstack.kernel.actor import SYSTEM
from govstack.kernel.context import Context
from govstack.kernel.mediation import Reply
from govstack.kernel.settings import load
from govstack.web.sequence import Arrow, Diagram, Participant, Verdict, draw
from tests.builders import mediator, messaging, registries
from tests.builders.consent import AGREEMENT, POLICY
from tests.builders.emulated import Biller, Emulator, Payments, Registration, Scheduler, Workflow
from tests.builders.exchange import served

PACKAGES = ("identity", "mediator", "registries", "consent", "messaging", "learn")
INSTANCE = mediator.INSTANCE
LEARNING, BANK, OFFICE, STAFF = "GOV/9000/learning", "GOV/9002/payments", "GOV/9005/consent", "GOV/9007/staff"
BILLS = f"{LEARNING}/bills"
SERVICES = {
    "registration": "GOV/9001/registration/registration", "payments": f"{BANK}/payments",
    "workflow": "GOV/9003/workflow/workflow", "scheduler": "GOV/9004/scheduler/scheduler",
    "consent": f"{OFFICE}/consent", "messaging": "GOV/9006/messaging/messaging", "staff": f"{STAFF}/staff",
}  # fmt: skip
CONSENT = "/service/individual/record/data-agreement/{dataAgreementId}/"
CONSENTS = "/service/verification/consent-records/"
MAIL = "/send/email/single"
EXISTS = "/staff/1.0/exists"
REAL = {
    "consent": ("/consent/api", {CONSENT: "post", CONSENTS: "get"}),
    "messaging": ("/messaging/v1", {MAIL: "post"}),
    "staff": ("/registries/api/v1/data", {EXISTS: "post"}),
}
ENROLMENT = "educators-and-learners"
PROCESSES = ("course-release", "review-of-work", "archiving")
TOLD_SECONDS_MAX = 10.0
PARTICIPANTS = (
    "learning", "registration", "identity", "consent", "staff", "payments", "workflow", "scheduler", "messaging",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asking:
    """One call between two blocks: who asked whom for what, and how that ended; nothing that was said in it."""

    source: str
    target: str
    operation: str
    verdict: Verdict
    status: int
    at: str

    def __str__(self) -> str:
        return f"{self.source} > {self.target}: {self.operation} = {self.status}"


@dataclass
class SignIns:
    """Identity as the pages of learning reach it; notes when they exchange a code for who somebody is."""

    application: Any
    seen: list[Asking] = field(default_factory=list)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["method"] != "POST" or not scope["path"].endswith("/oauth/token"):
            await self.application(scope, receive, send)
            return
        said = b""

        async def heard() -> Any:
            nonlocal said
            message = await receive()
            said += message.get("body", b"")
            return message

        async def sent(message: Any) -> None:
            if message["type"] == "http.response.start" and parse_qs(said.decode()).get("code"):
                status, ok = message["status"], message["status"] == 200
                verdict: Verdict = "accepted" if ok else "refused"
                self.seen.append(
                    Asking("learning", "identity", "POST /oauth/token", verdict, status, clock.timestamp())
                )
            await send(message)

        await self.application(scope, heard, sent)


@dataclass
class Country:
    """What runs, where it is reached, and the log of the steps walked so far."""

    address: str
    process: Process
    sign_ins: SignIns
    payments: Payments
    bills: Biller
    agreement: str = ""
    steps: list[tuple[str, list[Asking]]] = field(default_factory=list)
    _known: int = 0

    def context(self, package: str) -> Context:
        """Return the context of a package."""
        return next(one.context for one in self.process.running if one.manifest.name == package)

    async def ask(
        self, method: str, service: str, path: str, body: object = None, *, expect: int = 200, **more: Any
    ) -> Any:
        """Let the learning platform ask another block; returns what it answers."""
        return (await self.reply(method, service, path, body, **more)).expect(expect).json()

    async def reply(self, method: str, service: str, path: str, body: object = None, **more: Any) -> Reply:
        """Let the learning platform ask another block; returns the answer, whatever it is."""
        asked = {"application": LEARNING, "purpose": "remote-learning", **more}
        return await self.context("learn").mediation.call(method, SERVICES[service], path, body=body, **asked)

    async def offer(self, service: str, document: str, url: str, *clients_of: str) -> None:
        """Let a service be called at a URL, by the learning platform unless others are named."""
        context = self.context("mediator")
        await mediator.offered(context, service, service_url=url, document=document)
        for client in clients_of or (LEARNING,):
            await mediator.granted(context, service, client)

    async def person(self, subject: str, name: str, number: str, scopes: str = "") -> None:
        """Let identity know somebody, with the rights that they hold."""
        await people.register(
            self.context("identity"), by=SYSTEM, attributes=(Attribute("name", name),), subject=subject,
            scopes=scopes, facts={"person_id": number}, listed=True,
        )  # fmt: skip

    @asynccontextmanager
    async def signed_in(self, subject: str) -> AsyncIterator[httpx.AsyncClient]:
        """Give the browser of somebody who signed in to learning at the identity block."""
        async with httpx.AsyncClient(base_url=self.address, trust_env=False, timeout=30) as client:
            shown = await client.get("/learn/session/start?to=/learn/my/learning", follow_redirects=True)
            for action, given in (("/sign-in/person", {"person": subject}), ("/sign-in/proof", {})):
                form = re.search(rf'<form[^>]*action="[^"]*{action}"[^>]*>(.*?)</form>', shown.text, re.DOTALL)
                assert form is not None, shown.text
                hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[1]))
                code = re.search(r'id="shown-code">(\d{6})<', shown.text)
                sent = {**hidden, **given, **({"proof": code[1]} if code else {})}
                shown = await client.post(f"/identity{action}", data=sent, follow_redirects=True)
            assert shown.url.path == "/learn/my/learning", shown.text
            yield client

    async def machine(self, name: str, scopes: str) -> httpx.AsyncClient:
        """Return the client of a tool that holds scopes of learning, by a token of the identity block."""
        token = await self.token(name, scopes)
        return httpx.AsyncClient(
            base_url=f"{self.address}/learn", headers={"authorization": f"Bearer {token}"}, trust_env=False, timeout=30
        )

    async def token(self, application: str, scopes: str = "") -> str:
        """Return a token of an application, which is entered for it."""
        mediation = self.context("learn").mediation
        proof = mediation.credentials(application)
        await clients.register_own(
            self.context("identity"), by=SYSTEM, client_id=proof.client_id, secret=proof.client_secret,
            application=proof.client_id, scopes=scopes,
        )  # fmt: skip
        return await mediation.token(application)

    async def asked(self) -> list[Asking]:
        """Return every call between blocks so far, in the order they were answered."""
        mediation = self.context("learn").mediation
        found = (await mediation.ask_mediator("/api/v1/exchanges", application=LEARNING)).expect(200).json()
        through = [
            Asking(
                _name(one["client"]), _name(one["service"]), one["operation"], _verdict(one["verdict"]),
                one["status"], one["at"],
            )
            for one in found["exchanges"]
        ]  # fmt: skip
        return sorted((*through, *self.sign_ins.seen), key=lambda one: one.at)

    async def step(self, title: str, *expected: str) -> None:
        """End a step: what was asked in it must be what is expected, in that order."""
        latest = clock.monotonic() + TOLD_SECONDS_MAX
        while True:
            found = (await self.asked())[self._known :]
            if len(found) >= len(expected) or clock.monotonic() > latest:
                break
            await asyncio.sleep(0.05)
        assert [str(one) for one in found] == list(expected), title
        self._known += len(found)
        self.steps.append((title, found))

    def drawn(self) -> str:
        """Return the calls of all steps as sequences that people can read."""
        parts = [
            draw(
                Diagram(
                    f"step-{number}",
                    title,
                    [Participant(one, one.title()) for one in PARTICIPANTS],
                    [Arrow(one.source, one.target, one.operation, one.verdict, one.status, at=one.at) for one in found],
                ),
                language="en",
            )
            for number, (title, found) in enumerate(self.steps, start=1)
        ]
        return '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Remote learning</title>' + "".join(parts)


def _name(place: str) -> str:
    """Return what a caller or a service is called in the log."""
    last = place.rpartition("/")[2]
    return "learning" if last == "bills" else last


def _verdict(said: str) -> Verdict:
    """Return what a diagram shows for the mediator's verdict."""
    return "accepted" if said == "allowed" else "refused"


def described(paths: Mapping[str, str]) -> str:
    """Return the OpenAPI document of operations of a block that is here."""
    answers = {"responses": {"200": {"description": "Done"}}}
    made = {path: {method: answers} for path, method in paths.items()}
    return msgspec.json.encode(
        {"openapi": "3.0.3", "info": {"title": "Service", "version": "1.0"}, "paths": made}
    ).decode()  # fmt: skip


@asynccontextmanager
async def country(folder: Path) -> AsyncIterator[Country]:
    """Run it all on databases in a folder; the emulators listen at addresses of their own."""
    root: list[Any] = []

    async def front(scope: Any, receive: Any, send: Any) -> None:
        await root[0](scope, receive, send)

    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(served(front))
        process = _process(folder, address)
        stack.push_async_callback(process.close)
        await process.open()
        root.append(process.root)
        identity = next(one for one in process.running if one.manifest.name == "identity")
        sign_ins = SignIns(identity.application)
        made = Country(
            address, process, sign_ins, Payments(lambda: made.token(BANK)), Biller()
        )  # fmt: skip
        process.network.serve_locally(f"{address}/identity", _Mounted("identity", sign_ins))
        await process.work()
        await _blocks(made, stack)
        yield made


class _Mounted:
    """Takes the first segment off a path, as the root does."""

    def __init__(self, name: str, application: Any) -> None:
        self._root = compose.Root({name: application}, application)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        await self._root(scope, receive, send)


def _process(folder: Path, address: str) -> Process:
    manifests = compose.packages(PACKAGES)
    settings = load(
        {}, extra=[one for manifest in manifests for one in manifest.settings], packages=list(PACKAGES)
    ).changed(
        DATA_DIR=str(folder), SQLITE_SYNCHRONOUS="OFF", RATE_PER_SECOND="0", INSTANCE=INSTANCE,
        MEDIATOR_ALLOWED_HOSTS="127.0.0.1", LEARN_MESSAGING_SERVICE=SERVICES["messaging"],
        LEARN_MESSAGING_APPLICATION=LEARNING,
        CONSENT_APPLICATIONS=msgspec.json.encode({f"{INSTANCE}/{LEARNING}": "consent:record consent:verify"}).decode(),
    )  # fmt: skip
    return Process(settings, manifests, address)


async def _blocks(made: Country, stack: AsyncExitStack) -> None:
    """Offer every service at its address, and bring what the blocks must know before anything begins."""
    await made.token(LEARNING)
    emulators: dict[str, Emulator] = {
        "registration": Registration(ENROLMENT), "payments": made.payments, "workflow": Workflow(*PROCESSES),
        "scheduler": Scheduler(),
    }  # fmt: skip
    for name, one in emulators.items():
        await made.offer(SERVICES[name], one.document(), await stack.enter_async_context(served(one)))
    await made.offer(BILLS, made.bills.document(), await stack.enter_async_context(served(made.bills)), BANK)
    for name, (below, paths) in REAL.items():
        await made.offer(SERVICES[name], described(paths), f"{made.address}{below}")
    await messaging.registered(made.context("messaging"), application=f"{INSTANCE}/{LEARNING}")
    await _register_of_staff(made)
    await _agreement(made)


async def _register_of_staff(made: Country) -> None:
    context = made.context("registries")
    fields = (registries.field("Number", person_identifier=True, personal=True, required=True, length_max=40),)
    register = await registries.published(context, registries.definition("staff", fields), version="1.0")
    for application, kind in ((STAFF, ServiceKind.CREATE), (LEARNING, ServiceKind.EXISTS)):
        await registries.granted(context, register, f"application:{INSTANCE}/{application}", kind)
    headers = {"authorization": f"Bearer {await made.token(STAFF)}"}
    async with httpx.AsyncClient(base_url=made.address, headers=headers, trust_env=False) as client:
        for number in ("N-1", "N-2"):
            answer = await client.post(
                "/registries/api/v1/data/staff/1.0/create", json={"write": {"content": {"Number": number}}}
            )
            assert answer.is_success, answer.text


async def _agreement(made: Country) -> None:
    headers = {"authorization": f"Bearer {await made.token(OFFICE, 'consent:configure consent:administer')}"}
    async with httpx.AsyncClient(base_url=f"{made.address}/consent/api", headers=headers, trust_env=False) as client:
        policy = (await client.post("/config/policy/", json={"policy": POLICY})).json()["policy"]
        asked = {**AGREEMENT, "purpose": "Learn remotely", "policy": policy["id"]}
        answer = await client.post("/config/data-agreement/", json={"dataAgreement": asked})
        assert answer.is_success, answer.text
        made.agreement = answer.json()["dataAgreement"]["id"]

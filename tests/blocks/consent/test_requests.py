"""Asking people: who asks learns the state only, nobody is asked twice, a refusal is on record, a mail tells."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from govstack.blocks.consent.asking import gateways, service, store
from govstack.blocks.consent.asking.model import Asked
from govstack.blocks.consent.asking.service import SIGNERS_ASKED_MAX
from govstack.blocks.consent.individuals import service as individuals
from govstack.blocks.consent.individuals.model import Individual
from govstack.blocks.messaging.inbox import service as inbox
from govstack.kernel import audit, clock
from govstack.kernel.actor import SYSTEM, Actor
from tests.blocks.consent.test_notices import run_due
from tests.blocks.consent.test_pages import LANGUAGES, browser, page, send
from tests.builders import messaging as post
from tests.builders.consent import AGREEMENT, RECORD, Caller, Consent, consent
from tests.builders.running import ORIGIN, Bench
from tests.databases import Databases
from tests.page_lint import lint

HERE = "/service/consent-request/"
ASKED = f"{RECORD}/consent-requests/"
DESK = "demo/GOV/7003/desk"
EMAIL = "ada@people.example.org"
PHONE = "+250788123456"
MESSAGING = {
    "CONSENT_MESSAGING_SERVICE": "GOV/7010/mail/post",
    "CONSENT_MESSAGING_APPLICATION": "GOV/7003/consent",
}


class Killed(BaseException):
    """What ends a process in the middle; nothing catches it."""


@pytest.fixture
async def block(databases: Databases) -> Consent:
    return await consent(databases)


def asker(block: Consent, application: str = DESK) -> Caller:
    """Return a service that asks people."""
    return Caller(block.bench.application(application, "consent:ask"))


async def ask(block: Consent, person: str = "1985-01", by: Caller | None = None, **more: Any) -> dict[str, Any]:
    """Ask a person; returns the request as its asker sees it."""
    asked = {"dataAgreementId": block.agreement_id, "externalId": person, **more}
    answer = await (by or asker(block)).post(HERE, {"consentRequest": asked})
    return dict(answer["consentRequest"])


async def state(block: Consent, request: dict[str, Any]) -> str:
    """Return where a request stands."""
    found = await asker(block).get(f"{HERE}{request['id']}/")
    return str(found["consentRequest"]["state"])


@pytest.mark.requirement("C9", "C10", "CN-5.1.1")
async def test_a_person_is_asked_agrees_and_the_asker_learns_that_alone(block: Consent) -> None:
    request = await ask(block, reason="You moved here", reference="case 7")
    asked = (await block.person().get(ASKED))["consentRequests"]
    await block.agreed()
    seen = (await asker(block).get("/service/consent-requests/"))["consentRequests"]
    after = (await block.person().get(ASKED))["consentRequests"]

    assert request["state"] == "open"
    assert [(one["asker"], one["reason"], one["purpose"]) for one in asked] == [
        (DESK, "You moved here", AGREEMENT["purpose"])
    ]
    assert [(one["id"], one["state"], one["reference"]) for one in seen] == [(request["id"], "agreed", "case 7")]
    assert after == []
    assert set(seen[0]) == {"id", "dataAgreementId", "state", "askedAt", "expiresAt", "answeredAt", "reference"}


@pytest.mark.requirement("C10", "C12")
async def test_a_refusal_is_on_record_and_ends_the_request(block: Consent) -> None:
    request = await ask(block)

    refused = await block.person().post(f"{RECORD}/data-agreement/{block.agreement_id}/refusal/")
    listed = (await block.verifier().get("/service/verification/consent-records/"))["consentRecords"]
    async with block.bench.context.database.reading() as tx:
        entries = await audit.entries(tx, subject=f"consent-record/{refused['consentRecord']['id']}")

    assert (refused["consentRecord"]["optIn"], refused["consentRecord"]["valid"]) == (False, False)
    assert await state(block, request) == "refused"
    assert [one["optIn"] for one in listed] == [False]
    assert [one.action for one in entries] == ["consent.record.refused"]


async def test_nobody_is_asked_twice_for_the_same_thing(block: Consent) -> None:
    many = await asyncio.gather(*(ask(block) for _ in range(4)))
    other = {"dataAgreementId": block.agreement_id, "externalId": "1985-01"}
    refused = await asker(block, "demo/GOV/7009/school").send("POST", HERE, {"consentRequest": other})
    asked = (await block.person().get(ASKED))["consentRequests"]
    person = await ask(block, "another")

    assert len({one["id"] for one in many}) == 1
    assert (refused.status_code, refused.json()["code"]) == (400, "asked-already")
    assert len(asked) == 1
    assert person["id"] != many[0]["id"]


async def test_who_agreed_already_is_not_asked_and_sees_who_learned_it(block: Consent) -> None:
    await block.agreed()

    request = await ask(block)

    assert request["state"] == "agreed"
    assert (await block.person().get(ASKED))["consentRequests"] == []
    async with browser(block) as client:
        assert DESK in await page(client, "/readers")


async def test_a_request_expires_and_can_be_made_again(block: Consent) -> None:
    request = await ask(block, days=3)
    with clock.fixed(clock.now() + timedelta(days=3, seconds=1)):
        unseen = (await block.person().get(ASKED))["consentRequests"]
        await run_due(block)
        async with block.bench.context.database.reading() as tx:
            newest_first = await audit.entries(tx, subject=f"consent-request/{request['id']}")
        again = await ask(block)

    assert unseen == []
    assert again["id"] != request["id"]
    assert await state(block, request) == "expired"
    assert [one.action for one in newest_first] == ["consent.request.expired", "consent.request.asked"]


async def test_a_request_is_taken_back_once_and_not_after_the_answer(block: Consent) -> None:
    caller, request = asker(block), await ask(block)
    back = await caller.send("DELETE", f"{HERE}{request['id']}/")
    twice = await caller.send("DELETE", f"{HERE}{request['id']}/")
    answered = await ask(block)
    await block.agreed()
    late = await caller.send("DELETE", f"{HERE}{answered['id']}/")

    assert [back.json()["consentRequest"]["state"], twice.status_code] == ["taken back", 200]
    assert (late.status_code, late.json()["code"]) == (400, "answered-already")


@pytest.mark.requirement("CN-5.1.1", "CN-5.2.1")
async def test_requests_are_for_those_who_may_ask_and_each_sees_their_own(block: Consent) -> None:
    request = await ask(block)
    here = f"{HERE}{request['id']}/"

    stranger = await asker(block, "demo/GOV/7009/school").send("GET", here)
    verifier = await block.verifier().send("GET", here)
    nobody = await Caller(block.bench.client()).send("POST", HERE, {"consentRequest": {"dataAgreementId": "1"}})
    other = (await block.person("other", "other").get(ASKED))["consentRequests"]

    assert [stranger.status_code, verifier.status_code, nobody.status_code] == [400, 403, 401]
    assert other == []


@pytest.mark.parametrize(
    "changed",
    [
        {"externalId": ""}, {"individualId": "1"}, {"dataAgreementId": "none"}, {"signs": "none"}, {"days": 0},
        {"days": 366}, {"contact": {"email": "a@b@c"}}, {"contact": {"phone": "0788123456"}},
        {"reason": "x" * 501}, {"reference": "x" * 101},
    ],
)  # fmt: skip
async def test_a_request_that_cannot_be_is_refused(block: Consent, changed: dict[str, Any]) -> None:
    asked = {"dataAgreementId": block.agreement_id, "externalId": "1985-01", **changed}

    answer = await asker(block).send("POST", HERE, {"consentRequest": asked})

    assert answer.status_code == 400


async def test_what_was_said_and_asked_is_forgotten_with_the_record(block: Consent) -> None:
    request = await ask(block, reason="You moved here")
    await block.agreed()

    await block.person().send("DELETE", f"{RECORD}/")
    async with block.bench.context.database.reading() as tx:
        (row,) = await tx.fetch("SELECT individual_id, content, state FROM consent_request")

    assert (row["individual_id"], row["content"], row["state"]) == (None, None, "forgotten")
    assert await state(block, request) == "forgotten"


@dataclass(slots=True)
class Mediator:
    """The mediator in miniature: it carries calls of one service to the real messaging block."""

    messaging: Bench
    broken: bool = False

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        prefix = "/mediator/r1/demo/GOV/7010/mail/post"
        assert scope["path"].startswith(prefix), scope["path"]
        if self.broken:
            head = [(b"content-length", b"0")]
            await send({"type": "http.response.start", "status": 503, "headers": head})
            await send({"type": "http.response.body", "body": b""})
            return
        # The service at the mediator leads to the block's API, as messaging asks whoever registers it.
        path = "/v1" + scope["path"].removeprefix(prefix)
        inner = {**scope, "path": path, "raw_path": path.encode()}
        await self.messaging.running.application(inner, receive, send)


@dataclass(slots=True)
class Posted:
    """A consent block that can reach people by mail."""

    block: Consent
    mediator: Mediator

    async def texts(self) -> list[Any]:
        """Return what lies on the phones of the sandbox."""
        context = self.mediator.messaging.context
        await post.work(context)
        return list(await inbox.phones(context, by=SYSTEM))

    async def mails(self) -> list[Any]:
        """Return what lies in the inbox of the sandbox."""
        context = self.mediator.messaging.context
        await post.work(context)
        return list(await inbox.mails(context, by=SYSTEM))


@pytest.fixture
async def posted(databases: Databases) -> AsyncIterator[Posted]:
    """The block with the real messaging block behind a mediator."""
    async with post.messaging_on(databases) as messaging:
        await post.registered(messaging.context, application="demo/GOV/7003/consent")
        block = await consent(databases, **MESSAGING)
        mediator = Mediator(messaging)
        block.bench.network.serve_locally(f"{ORIGIN}/mediator", mediator)
        yield Posted(block, mediator)


@pytest.mark.requirement("CN-5.1.1")
async def test_the_person_is_told_by_mail_which_says_neither_who_asks_nor_for_what(posted: Posted) -> None:
    request = await ask(posted.block, contact={"email": EMAIL, "language": "fr"})
    (mail,) = await posted.mails()
    everything = await dump(posted.block)

    assert request["notice"] == "sent"
    assert EMAIL in str(mail)
    assert "Une question sur vos données vous attend" in str(mail)
    assert DESK not in str(mail)
    assert AGREEMENT["purpose"] not in str(mail)
    assert EMAIL not in everything


@pytest.mark.requirement("CN-5.1.1")
async def test_who_has_no_mail_is_told_by_a_text(posted: Posted) -> None:
    request = await ask(posted.block, contact={"phone": PHONE, "language": "es"})
    (phone,) = await posted.texts()

    assert request["notice"] == "sent"
    assert phone.latest.mail.recipients == [PHONE]
    assert "Un servicio público le pregunta si acepta que se usen sus datos." in phone.latest.mail.content
    assert DESK not in str(phone)
    assert AGREEMENT["purpose"] not in str(phone)
    assert PHONE not in await dump(posted.block)


async def test_one_request_sends_one_message_by_mail_where_both_ways_are_named(posted: Posted) -> None:
    await ask(posted.block, contact={"email": EMAIL, "phone": PHONE})
    await ask(posted.block, contact={"phone": PHONE})

    assert (len(await posted.mails()), await posted.texts()) == (1, [])


async def test_an_official_names_a_phone_as_people_write_it(posted: Posted) -> None:
    fields = {"agreement": posted.block.agreement_id, "person": "1985-01"}
    async with browser(posted.block, "", "consent:ask") as official:
        form = await page(official, "/requests/new")
        wrong = await send(official, form, "/requests/new", **fields, phone="0788 123 456")
        checked = await send(official, form, "/requests/new", **fields, phone="+250 788 123-456")
        made = await send(official, checked.text, "/requests/new", step="send")
    (phone,) = await posted.texts()

    assert (wrong.status_code, lint(wrong.text)) == (400, [])
    assert "with its country code" in wrong.text
    assert made.status_code == 303
    assert phone.latest.mail.recipients == [PHONE]


async def dump(block: Consent) -> str:
    """Return everything that the block's database holds."""
    async with block.bench.context.database.reading() as tx:
        tables = ("consent_request", "audit_entry", "job", "individual", "revision")
        return str([await tx.fetch(f"SELECT * FROM {table}") for table in tables])


async def test_a_message_that_could_not_be_sent_is_told_and_sent_by_asking_again(posted: Posted) -> None:
    posted.mediator.broken = True
    failed = await ask(posted.block, contact={"email": EMAIL})
    posted.mediator.broken = False
    again = await ask(posted.block, contact={"email": EMAIL})

    assert (failed["state"], failed["notice"]) == ("open", "failed")
    assert (again["id"], again["notice"]) == (failed["id"], "sent")
    assert len(await posted.mails()) == 1


@pytest.mark.requirement("CN-5.1.1")
async def test_a_message_whose_sending_was_killed_is_sent_when_it_is_asked_for_again(
    posted: Posted, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(*_args: Any, **_kwargs: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(gateways, "send", killed)
        with pytest.raises(Killed):
            await asked_directly(posted.block)
    at_once = await ask(posted.block, contact={"email": EMAIL})
    before = len(await posted.mails())
    with clock.fixed(clock.now() + timedelta(seconds=61)):
        later = await ask(posted.block, contact={"email": EMAIL})
        await ask(posted.block, contact={"email": EMAIL})
        mails = await posted.mails()

    assert (at_once["notice"], later["notice"]) == ("sent", "sent")
    assert (before, len(mails)) == (0, 1)


@pytest.mark.requirement("CN-5.1.1")
async def test_a_message_that_was_handed_over_when_the_process_was_killed_reaches_the_person_once(
    posted: Posted, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(*_args: Any, **_kwargs: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(store, "note_told", killed)
        with pytest.raises(Killed):
            await asked_directly(posted.block)
    with clock.fixed(clock.now() + timedelta(seconds=61)):
        await ask(posted.block, contact={"email": EMAIL})
        mails = await posted.mails()

    assert len(mails) == 1


async def asked_directly(block: Consent) -> None:
    """Ask as the service itself does, so that whoever dies takes nothing else along."""
    by = Actor("application", DESK, scopes=frozenset({"consent:ask"}), application=DESK)
    asked = Asked(agreement_id=block.agreement_id, external_id="1985-01", email=EMAIL)
    await service.ask(block.bench.context, by=by, asked=asked)


@pytest.mark.requirement("C9", "C12")
async def test_an_answer_settles_what_a_person_is_asked_under_each_of_their_entries(block: Consent) -> None:
    first = await ask(block)
    kind = block.bench.context.settings.text(individuals.PERSON_TYPE)
    other = Individual(id="", external_id="1985-01", external_id_type=kind, identity_provider_id="school")
    entered = await individuals.create(block.bench.context, by=SYSTEM, individual=other)
    asked = {"dataAgreementId": block.agreement_id, "individualId": entered.id}
    second = (await asker(block).post(HERE, {"consentRequest": asked}))["consentRequest"]

    await block.agreed()

    assert first["id"] != second["id"]
    assert [await state(block, one) for one in (first, second)] == ["agreed", "agreed"]
    assert (await block.person().get(ASKED))["consentRequests"] == []


async def test_one_request_sends_one_message_whatever_address_is_named_next(posted: Posted) -> None:
    for email in (EMAIL, "bob@people.example.org", "eve@people.example.org"):
        await ask(posted.block, contact={"email": email})

    assert len(await posted.mails()) == 1


async def test_a_record_is_not_a_way_to_write_to_everybody(block: Consent) -> None:
    here = f"/agreement/{block.agreement_id}"
    body = {"dataAgreement": {**AGREEMENT, "signaturesRequired": 2}}
    await block.organisation().put(f"/config/data-agreement/{block.agreement_id}/", body)
    record = await block.agreed()
    for number in range(SIGNERS_ASKED_MAX):
        await ask(block, f"signer-{number}", signs=record["id"])

    async with browser(block) as child:
        refused = await send(child, await page(child, f"{here}/ask"), f"{here}/ask", person="one-more")
        again = await send(child, await page(child, f"{here}/ask"), f"{here}/ask", person="signer-0")

    assert refused.status_code == 400
    assert "Too many people are asked to sign this already" in refused.text
    assert "was asked for this already" in again.text


async def test_without_a_messaging_service_the_asker_is_told_that_nobody_was(block: Consent) -> None:
    with_address = await ask(block, contact={"email": EMAIL})

    assert with_address["notice"] == "off"


@pytest.mark.requirement("C9", "C10", "C11", "USCT-3")
async def test_an_official_asks_on_pages_and_the_person_refuses_there(block: Consent) -> None:
    fields = {"agreement": block.agreement_id, "person": "1985-01", "reason": "You moved here", "reference": "case 7"}
    async with browser(block, "", "consent:ask") as official, browser(block) as person:
        wrong = await send(official, await page(official, "/requests/new"), "/requests/new", person="")
        checked = await send(official, await page(official, "/requests/new"), "/requests/new", **fields)
        made = await send(official, checked.text, "/requests/new", step="send")
        asked = await page(person, "/")
        here = f"/agreement/{block.agreement_id}"
        terms = await page(person, here)
        refused = await send(person, terms, f"{here}/refuse")
        after = await page(person, here)
        seen = await page(official, "/requests")
        one = await page(official, made.headers["location"].removeprefix("/consent").partition("?")[0])
        await page(person, "/requests", 403)

    assert (wrong.status_code, lint(wrong.text)) == (400, [])
    assert "Asked of you" in asked
    assert "Amina Kone asks you for your answer." in terms
    assert "You moved here" in terms
    assert refused.status_code == 303
    assert "You do not agree" in after
    assert "Refused" in seen
    assert "case 7" in seen
    assert "1985-01" not in seen + one


@pytest.mark.requirement("C10")
async def test_a_guardian_signs_with_a_child_on_pages(block: Consent) -> None:
    here = f"/agreement/{block.agreement_id}"
    body = {"dataAgreement": {**AGREEMENT, "signaturesRequired": 2}}
    await block.organisation().put(f"/config/data-agreement/{block.agreement_id}/", body)
    request = await ask(block)

    async with browser(block) as child, browser(block, "guardian") as guardian:
        agreed = await send(child, await page(child, here), f"{here}/agree")
        halfway = await page(child, here)
        waiting = await state(block, request)
        own = await send(child, await page(child, f"{here}/ask"), f"{here}/ask", person="1985-01")
        asked = await send(child, await page(child, f"{here}/ask"), f"{here}/ask", person="guardian")
        start = await page(guardian, "/")
        signing = re.findall(r"/sign/[0-9a-f-]+", start)[0]
        await page(child, signing, 410)
        terms = await page(guardian, signing)
        held_before = await block.verifier().get("/service/verification/consent-records/")
        signed = await send(guardian, terms, f"{signing}/agree")
        await page(guardian, signing, 410)
        after = await page(child, here)
    record = (await block.person().get(f"{RECORD}/data-agreement/{block.agreement_id}/"))["consentRecord"]
    verdict = await block.auditor().get(f"/audit/check/?schemaName=ConsentRecord&objectId={record['id']}")

    assert agreed.status_code == asked.status_code == signed.status_code == 303
    assert "1 of 2 signatures were made." in halfway
    assert waiting == "waiting"
    assert own.status_code == 400
    assert "it is yourself" in own.text
    assert held_before["consentRecords"] == []
    assert (record["state"], record["valid"], record["signatureVerified"]) == ("signed", True, True)
    assert record["signature"]["verificationMethod"] == "sign-in"
    assert "You agree" in after
    assert await state(block, request) == "agreed"
    assert verdict["sound"] is True


async def test_who_asks_for_a_signature_learns_that_it_was_made_and_not_that_it_is_not_needed(block: Consent) -> None:
    body = {"dataAgreement": {**AGREEMENT, "signaturesRequired": 1}}
    await block.organisation().put(f"/config/data-agreement/{block.agreement_id}/", body)
    record = await block.agreed()
    request, other = await ask(block, "guardian", signs=record["id"]), await ask(block, "uncle", signs=record["id"])

    async with browser(block, "guardian") as guardian:
        here = f"/sign/{request['id']}"
        await send(guardian, await page(guardian, here), f"{here}/agree")

    assert (await state(block, request), await state(block, other)) == ("agreed", "not needed")


@pytest.mark.requirement("C8", "C12")
async def test_officials_who_ask_are_on_record_by_name_and_people_by_no_name(block: Consent) -> None:
    here = f"/agreement/{block.agreement_id}"
    body = {"dataAgreement": {**AGREEMENT, "signaturesRequired": 2}}
    await block.organisation().put(f"/config/data-agreement/{block.agreement_id}/", body)
    asked = await ask(block, "1985-01", by=Caller(block.bench.person("clerk-7", "consent:ask", name="Carl Clerk")))
    async with browser(block) as child:
        await send(child, await page(child, here), f"{here}/agree")
        await send(child, await page(child, f"{here}/ask"), f"{here}/ask", person="guardian")
    async with block.bench.context.database.reading() as tx:
        official = await audit.entries(tx, subject=f"consent-request/{asked['id']}")
        (row,) = await tx.fetch("SELECT id, asker FROM consent_request WHERE signs <> ''")
        person = await audit.entries(tx, subject=f"consent-request/{row['id']}")

    assert "clerk-7" in str(official[-1])
    assert "amina" not in str(person) + row["asker"]


async def test_who_does_not_sign_with_somebody_says_so(block: Consent) -> None:
    here = f"/agreement/{block.agreement_id}"
    body = {"dataAgreement": {**AGREEMENT, "signaturesRequired": 2}}
    await block.organisation().put(f"/config/data-agreement/{block.agreement_id}/", body)

    async with browser(block) as child, browser(block, "guardian") as guardian:
        await send(child, await page(child, here), f"{here}/agree")
        await send(child, await page(child, f"{here}/ask"), f"{here}/ask", person="guardian")
        signing = re.findall(r"/sign/[0-9a-f-]+", await page(guardian, "/"))[0]
        refused = await send(guardian, await page(guardian, signing), f"{signing}/refuse")
        start = await page(guardian, "/")
        await send(child, await page(child, f"{here}/ask"), f"{here}/ask", person="uncle")
        await send(child, await page(child, here), f"{here}/withdraw")
    async with browser(block, "uncle") as uncle:
        nothing = await page(uncle, "/")

    assert refused.status_code == 303
    assert signing not in start
    assert "Asked of you" not in nothing


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_pages_of_asking_and_signing_are_good_in_every_language(block: Consent, language: str) -> None:
    here = f"/agreement/{block.agreement_id}"
    body = {"dataAgreement": {**AGREEMENT, "signaturesRequired": 2}}
    await block.organisation().put(f"/config/data-agreement/{block.agreement_id}/", body)
    request = await ask(block, "someone", by=Caller(block.bench.person("amina", "consent:ask")))

    async with browser(block, "1985-01", "consent:ask") as child, browser(block, "guardian") as guardian:
        await send(child, await page(child, here), f"{here}/agree")
        await send(child, await page(child, f"{here}/ask"), f"{here}/ask", person="guardian")
        signing = re.findall(r"/sign/[0-9a-f-]+", await page(guardian, "/"))[0]
        for path in ("/", here, f"{here}/ask", "/requests", "/requests/new", f"/requests/{request['id']}"):
            await page(child, f"{path}?lang={language}")
        await page(guardian, f"{signing}?lang={language}")
        await page(guardian, f"/sign/none?lang={language}", 410)

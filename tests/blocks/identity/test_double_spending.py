"""What counts once counts once, also for many who come with it at the same moment."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import pyotp
import pytest

from govstack.blocks.identity.authenticators import service as authenticators
from govstack.blocks.identity.factors import service as factors
from govstack.blocks.identity.factors.model import Challenge
from govstack.blocks.identity.passkeys import service as passkeys
from govstack.kernel import clock
from govstack.kernel.actor import Actor
from tests.builders.authenticator import Device
from tests.builders.sign_in import OWN, SECRET, Provider, code_of, hidden, provider
from tests.databases import Databases

AT_ONCE = 6
PURPOSE = "sign-in/1"


@pytest.fixture
async def issuer(databases: Databases) -> Provider:
    return await provider(databases)


@pytest.mark.requirement("IDN-51", "ISS-3")
async def test_a_code_gives_tokens_once_and_they_end_when_it_comes_again(issuer: Provider) -> None:
    client = issuer.client()
    code = code_of(await issuer.sign_in(client, issuer.asked()))

    answers = await asyncio.gather(*(issuer.token(client, code=code) for _ in range(AT_ONCE)))

    granted = [one.json()["access_token"] for one in answers if one.status_code == 200]
    assert len(granted) == 1
    assert (await issuer.userinfo(granted[0]))[0].status_code == 401


@pytest.mark.requirement("IDN-51", "IDN-N1")
async def test_an_assertion_proves_a_client_once(issuer: Provider) -> None:
    client, assertion = issuer.client(), issuer.assertion()

    answers = await asyncio.gather(
        *(issuer.token(client, code="c", client_assertion=assertion) for _ in range(AT_ONCE))
    )

    errors = [one.json()["error"] for one in answers]
    assert (errors.count("invalid_transaction"), errors.count("invalid_assertion")) == (1, AT_ONCE - 1)


@pytest.mark.requirement("IDN-51")
async def test_a_pushed_request_begins_one_sign_in(issuer: Provider) -> None:
    client = issuer.client()
    pushed = await client.post("/oauth/par", data={**issuer.own(), "client_secret": SECRET})
    reference = {"client_id": OWN, "request_uri": pushed.json()["request_uri"]}

    answers = await asyncio.gather(*(client.get("/authorize", params=reference) for _ in range(AT_ONCE)))

    assert sum("location" in one.headers for one in answers) == 1


@pytest.mark.requirement("IDN-53")
async def test_a_permission_leads_back_once(issuer: Provider) -> None:
    client = issuer.client()
    page = await issuer.prove(client, await issuer.begin(client, issuer.asked()))
    form = {name: value for name, value in hidden(page.text).items() if name != "form_mark"}

    async def allow() -> httpx.Response:
        return await client.post("/sign-in/permission", data={**form, "answer": "allow"})

    answers = await asyncio.gather(*(allow() for _ in range(AT_ONCE)))

    assert sum("code=" in one.headers.get("location", "") for one in answers) == 1


@pytest.mark.requirement("IDN-05", "IDN-51")
async def test_a_one_time_code_proves_somebody_once(issuer: Provider) -> None:
    context, person = issuer.bench.context, issuer.person
    shown = (await factors.send_code(context, person_id=person.id, purpose=PURPOSE)).shown

    proofs = await asyncio.gather(
        *(
            factors.prove(context, person_id=person.id, challenge=Challenge("OTP", shown), purpose=PURPOSE)
            for _ in range(4)
        )
    )

    assert sum(proof is not None for proof in proofs) == 1


@pytest.mark.requirement("IDN-04", "IDN-51")
async def test_the_code_of_an_app_proves_somebody_once(issuer: Provider) -> None:
    context, person = issuer.bench.context, issuer.person
    begun = await authenticators.begin(context, person=person, name="Phone", issuer="Identity")
    app, now = pyotp.TOTP(begun.secret), clock.now()
    await authenticators.confirm(
        context, by=Actor("person", person.subject), person_id=person.id, authenticator_id=begun.id,
        code=app.at(now - timedelta(seconds=30)),
    )  # fmt: skip

    async def check() -> str | None:
        async with context.database.transaction() as tx:
            return await authenticators.check(context, tx, person_id=person.id, code=app.at(now))

    found = await asyncio.gather(*(check() for _ in range(AT_ONCE)))

    assert sum(one is not None for one in found) == 1


@pytest.mark.requirement("IDN-04", "IDN-51")
async def test_what_a_device_signed_proves_somebody_once(issuer: Provider) -> None:
    context, person, device = issuer.bench.context, issuer.person, Device()
    asked = await passkeys.begin_registration(context, person=person)
    await passkeys.finish_registration(
        context, by=Actor("person", person.subject), person_id=person.id, asked_id=asked.id,
        answer=device.create(asked.options), name="Laptop",
    )  # fmt: skip
    question = await factors.begin_passkey(context, purpose=PURPOSE)
    answer = device.get(question.options)

    found = await asyncio.gather(
        *(
            factors.prove_by_passkey(context, purpose=PURPOSE, asked_id=question.id, answer=answer)
            for _ in range(AT_ONCE)
        )
    )

    assert sum(one is not None for one in found) == 1

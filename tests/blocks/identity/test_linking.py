"""Linked authorisation beyond what published clients send: real wallets, polls, races and levels."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from govstack.blocks.identity.binding import service as binding
from govstack.blocks.identity.binding.model import Wanted
from govstack.blocks.identity.clients import service as clients
from govstack.blocks.identity.factors import service as factors
from govstack.blocks.identity.factors.model import Challenge
from govstack.blocks.identity.knowledge import service as knowledge
from govstack.blocks.identity.linking import service
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.sessions import service as sessions
from govstack.blocks.identity.sessions.model import COOKIE
from govstack.blocks.identity.transactions import service as transactions
from govstack.blocks.identity.transactions.model import Request
from govstack.blocks.identity.wallets import service as wallets
from govstack.kernel import audit, clock
from govstack.kernel.actor import SYSTEM, Actor
from tests.builders.linking import CODE, PERSON, Caller, published, refused
from tests.builders.sign_in import (
    ALIAS,
    PARTY_CALLBACK,
    Provider,
    back,
    code_of,
    hidden,
    provider,
    registration,
)
from tests.databases import Databases

KEY = RSAKey.generate_key(2048)
WALLET = "wallet-office"
LEVELS = ("idbb:acr:linked-wallet", "idbb:acr:static-code", "idbb:acr:linked-wallet-static-code")


@pytest.fixture
async def issuer(databases: Databases) -> Provider:
    """A provider with a relying party that wants a wallet."""
    issuer = await provider(databases)
    asked = registration(client_id=WALLET, name="Office of wallets", acr_values=LEVELS)
    await clients.register(issuer.bench.context, by=SYSTEM, asked=asked, request=b"2")
    return issuer


async def begun(issuer: Provider, *levels: str) -> str:
    """Begin a sign-in of the relying party that wants levels; returns its id."""
    request = Request(WALLET, PARTY_CALLBACK, ("openid",), "s-1", "n-1", acr_values=levels)
    return (await transactions.begin(issuer.bench.context, request=request)).id


async def bound(issuer: Provider) -> str:
    """Bind a wallet to the person and return its name for them."""
    context = issuer.bench.context
    made = await wallets.register(context, by=SYSTEM, partner_id="blue", name="Blue Wallet")
    sent = await factors.send_code(context, person_id=issuer.person.id, purpose=binding.PURPOSE)
    key = dict(KEY.as_dict(private=False))
    wanted = Wanted(ALIAS, "WLA", "jwt", (Challenge("OTP", sent.shown),), key)
    done = await binding.bind(context, partner_id="blue", api_key=made.key, wanted=wanted)
    return done.bound.wallet_user_id


def proof(issuer: Provider, user: str, linked_id: str, **changes: Any) -> dict[str, str]:
    claims = {"sub": user, "aud": issuer.url, "iat": int(clock.now().timestamp()), "nonce": linked_id, **changes}
    token = jwt.encode({"alg": "PS256"}, claims, KEY, algorithms=["PS256"])
    return {"authFactorType": "WLA", "challenge": token, "format": "jwt"}


@pytest.mark.requirement("IDN-04", "IDN-07", "IDN-12", "IDN-13")
async def test_a_wallet_signs_its_person_in_by_a_proof_of_its_bound_key(issuer: Provider) -> None:
    user, caller = await bound(issuer), Caller(issuer.client())
    transaction = await begun(issuer, "idbb:acr:linked-wallet")
    code, linked_id = await caller.linked(transaction)

    said = await caller.authenticate(linked_id, ALIAS, [proof(issuer, user, linked_id)])
    finished = await caller.finish(transaction, code)

    known = await transactions.current(issuer.bench.context, transaction_id=transaction)
    assert (said["errors"], finished["errors"]) == ([], [])
    assert known is not None
    assert (known.acr, known.methods, known.person_id) == ("idbb:acr:linked-wallet", ("swk",), issuer.person.id)
    async with issuer.bench.context.database.reading() as tx:
        (entry,) = await audit.entries(tx, action="identity.person.signed-in")
    assert (entry.actor, entry.subject) == (issuer.person.subject, WALLET)


@pytest.mark.requirement("IDN-51", "IDN-04")
async def test_a_proof_that_was_used_or_made_for_another_sign_in_is_refused(issuer: Provider) -> None:
    user, caller = await bound(issuer), Caller(issuer.client())
    _, first = await caller.linked(await begun(issuer))
    _, second = await caller.linked(await begun(issuer))
    _, third = await caller.linked(await begun(issuer))
    named = proof(issuer, user, first)
    claims = {"sub": user, "aud": issuer.url, "iat": int(clock.now().timestamp())}
    unnamed = {**named, "challenge": jwt.encode({"alg": "RS256"}, claims, KEY, algorithms=["RS256"])}

    assert refused(await caller.authenticate(second, ALIAS, [named])) == "auth_failed"
    assert (await caller.authenticate(first, ALIAS, [named]))["errors"] == []
    assert (await caller.authenticate(second, ALIAS, [unnamed]))["errors"] == []
    assert refused(await caller.authenticate(third, ALIAS, [unnamed])) == "auth_failed"


@pytest.mark.requirement("IDN-04", "IDN-12")
async def test_levels_decide_which_proofs_are_enough(issuer: Provider) -> None:
    user, caller = await bound(issuer), Caller(issuer.client())
    context = issuer.bench.context
    transaction = await begun(issuer, "idbb:acr:linked-wallet-static-code")
    _, linked_id = await caller.linked(transaction)
    code = (await factors.send_code(context, person_id=issuer.person.id, purpose=service.PURPOSE)).shown
    asked = (await caller.link((await caller.code(transaction))["response"]["linkCode"]))["response"]

    by_code = await caller.authenticate(
        linked_id, ALIAS, [{"authFactorType": "OTP", "challenge": code, "format": "number"}]
    )
    by_wallet = await caller.authenticate(linked_id, ALIAS, [proof(issuer, user, linked_id)])

    assert [[one["type"] for one in group] for group in asked["authFactors"]] == [["Wallet", "PIN"]]
    assert [refused(by_code), refused(by_wallet)] == ["auth_failed", "auth_failed"]


@pytest.mark.requirement("IDN-24")
async def test_a_virtual_identifier_for_one_use_is_spent_by_a_sign_in(issuer: Provider) -> None:
    user, caller = await bound(issuer), Caller(issuer.client())
    vid = await people.new_vid(issuer.bench.context, by=SYSTEM, person_id=issuer.person.id, kind="one-time")
    _, first = await caller.linked(await begun(issuer))
    _, second = await caller.linked(await begun(issuer))

    assert (await caller.authenticate(first, vid.value, [proof(issuer, user, first)]))["errors"] == []
    assert refused(await caller.authenticate(second, vid.value, [proof(issuer, user, second)])) == "auth_failed"


@pytest.mark.requirement("IDN-24")
async def test_a_virtual_identifier_for_one_use_signs_in_once_of_many_tries_at_once(issuer: Provider) -> None:
    user, caller = await bound(issuer), Caller(issuer.client())
    vid = await people.new_vid(issuer.bench.context, by=SYSTEM, person_id=issuer.person.id, kind="one-time")
    linked = [(await caller.linked(await begun(issuer)))[1] for _ in range(4)]

    answers = await asyncio.gather(*(caller.authenticate(one, vid.value, [proof(issuer, user, one)]) for one in linked))

    assert sum(answer["errors"] == [] for answer in answers) == 1


@pytest.mark.requirement("IDN-03", "IDN-51")
async def test_who_is_blocked_signs_in_with_no_wallet(issuer: Provider) -> None:
    user, caller = await bound(issuer), Caller(issuer.client())
    _, linked_id = await caller.linked(await begun(issuer))
    await people.block(issuer.bench.context, by=SYSTEM, person_id=issuer.person.id, reason="lost")

    assert refused(await caller.authenticate(linked_id, ALIAS, [proof(issuer, user, linked_id)])) == "auth_failed"


@pytest.mark.requirement("IDN-51", "IDN-04")
@pytest.mark.parametrize("part", ["", "/part"])
async def test_a_sign_in_with_a_wallet_leaves_a_session_that_answers_the_next_one(
    databases: Databases, part: str
) -> None:
    issuer = await provider(
        databases, PROFILE="production", IDENTITY_WALLET_LINK="https://wallet.example/link?code={code}"
    )
    await knowledge.set_pin(
        issuer.bench.context, by=Actor("person", issuer.person.subject), person=issuer.person, pin="738264"
    )
    browser, wallet = issuer.client(), Caller(issuer.client())
    who = await issuer.begin(browser, issuer.asked(scope="openid"))
    page = await browser.get("/sign-in/wallet", params={"transaction": hidden(who.text)["transaction"]})
    linked_id = (await wallet.link(hidden(page.text)["code"]))["response"]["linkTransactionId"]
    proven = await wallet.authenticate(linked_id, ALIAS, [{"authFactorType": "PIN", "challenge": "738264"}])
    before = await browser.get("/authorize", params=issuer.asked(scope="openid", prompt="none"))
    done = await browser.post(f"/sign-in/wallet{part}", data=hidden(page.text))

    after = await browser.get("/authorize", params=issuer.asked(scope="openid", prompt="none"))
    elsewhere = await issuer.client().get("/authorize", params=issuer.asked(scope="openid", prompt="none"))

    assert (proven["errors"], done.status_code) == ([], 200 if part else 303)
    assert [back(one).get("error") for one in (before, after, elsewhere)] == ["login_required", None, "login_required"]
    assert (await issuer.token(browser, code=code_of(after))).status_code == 200


@pytest.mark.requirement("IDN-51")
async def test_who_signed_in_with_a_wallet_and_signs_out_ends_what_was_given_in_that_session(issuer: Provider) -> None:
    user, wallet, browser = await bound(issuer), Caller(issuer.client()), issuer.client()
    asked = issuer.asked(scope="openid", client_id=WALLET, acr_values="idbb:acr:linked-wallet")
    who = await issuer.begin(browser, asked)
    page = await browser.get("/sign-in/wallet", params={"transaction": hidden(who.text)["transaction"]})
    linked_id = (await wallet.link(hidden(page.text)["code"]))["response"]["linkTransactionId"]
    await wallet.authenticate(linked_id, ALIAS, [proof(issuer, user, linked_id)])
    await browser.post("/sign-in/wallet", data=hidden(page.text))
    context = issuer.bench.context
    kept = await sessions.session(context, secret=browser.cookies[COOKIE])

    left = await browser.get("/oidc/logout")

    assert left.status_code == 303
    assert kept is not None
    assert (kept.person_id, kept.acr) == (issuer.person.id, "idbb:acr:linked-wallet")
    assert COOKIE not in browser.cookies


@pytest.mark.requirement("IDN-D5", "IDN-D18")
async def test_a_poll_ends_as_soon_as_the_wallet_has_linked_and_as_the_person_has_confirmed(
    databases: Databases,
) -> None:
    running = await published(databases)
    caller = Caller(running.client())
    code = (await caller.code("transactionId01"))["response"]["linkCode"]

    status, linked = await beside(caller.status("transactionId01", code), caller.link(code))
    linked_id = linked["response"]["linkTransactionId"]
    await caller.consent(linked_id)
    finished, _ = await beside(caller.finish("transactionId01", code), caller.authenticate(linked_id, PERSON, [CODE]))

    assert status["response"]["linkStatus"] == "LINKED"
    assert finished["errors"] == []


async def beside(waiting: Awaitable[dict[str, Any]], then: Awaitable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Begin to wait, and do something only when the waiting has begun to look."""
    poll = asyncio.ensure_future(waiting)
    done, _ = await asyncio.wait([poll], timeout=0.3)
    assert not done
    said = await then
    return [await asyncio.wait_for(poll, 4), said]


@pytest.mark.requirement("IDN-D24", "IDN-N5")
async def test_of_many_who_ask_for_the_code_of_a_sign_in_at_once_one_gets_it(databases: Databases) -> None:
    running = await published(databases)
    caller = Caller(running.client())
    code, _ = await caller.confirmed("transactionId04")

    answers = await asyncio.gather(*(caller.finish("transactionId04", code) for _ in range(5)))

    refusals = [refused(answer) for answer in answers if answer["errors"]]
    assert refusals == ["invalid_transaction_id"] * 4


@pytest.mark.requirement("IDN-51")
async def test_what_one_wallet_confirms_counts_for_its_own_code_alone(databases: Databases) -> None:
    running = await published(databases)
    caller = Caller(running.client())
    shown = (await caller.code("transactionId04"))["response"]["linkCode"]
    await caller.confirmed("transactionId04")

    assert await service.finish(running.context, transaction_id="transactionId04", code=shown) is None


@pytest.mark.requirement("IDN-51")
async def test_a_sign_in_has_few_codes_at_once(databases: Databases) -> None:
    running = await published(databases)
    caller = Caller(running.client())
    answers = [await caller.code("transactionId04") for _ in range(21)]

    assert [bool(answer["errors"]) for answer in answers] == [False] * 20 + [True]
    assert refused(answers[-1]) == "link_code_gen_failed"


@pytest.mark.requirement("IDN-50", "IDN-51", "IDN-54")
async def test_no_code_id_or_identifier_stands_readable_in_database_or_audit(issuer: Provider) -> None:
    user, caller = await bound(issuer), Caller(issuer.client())
    transaction = await begun(issuer)
    code, linked_id = await caller.linked(transaction)
    token = proof(issuer, user, linked_id)
    await caller.authenticate(linked_id, ALIAS, [token])
    finished = await caller.finish(transaction, code)

    kept = await issuer.everything()
    for secret in (code, linked_id, ALIAS, token["challenge"], finished["response"]["code"], "Amina"):
        assert secret not in kept

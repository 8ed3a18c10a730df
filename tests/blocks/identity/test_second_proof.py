"""Whoever works for the state enters the country's own packages by more than what they know."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from govstack.blocks.identity.clients.model import GENERATED_CODE, STATIC_CODE
from govstack.blocks.identity.factors.model import Challenge
from govstack.blocks.identity.frame.errors import Refused
from govstack.blocks.identity.knowledge import service as knowledge
from govstack.blocks.identity.linking import service as linking
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Attribute, Person
from govstack.kernel.actor import SYSTEM
from tests.builders.sign_in import Provider, back, code_of, hidden, provider
from tests.databases import Databases
from tests.page_lint import lint

PIN = "835164"
OPEN = {"IDENTITY_PEOPLE_LEVEL": "static-code"}
TWO = {**OPEN, "IDENTITY_STAFF_LEVEL": "two-factors"}


async def with_pin(databases: Databases, **settings: str) -> Provider:
    """Return a provider whose official has set a PIN."""
    made = await provider(databases, **settings)
    await knowledge.set_pin(made.bench.context, by=SYSTEM, person=made.person, pin=PIN)
    return made


async def plain(issuer: Provider) -> Person:
    """Return somebody with a PIN who does no work for the state."""
    attributes = [Attribute("name", "Boris"), Attribute("email", "boris@people.example")]
    made = await people.register(
        issuer.bench.context, by=SYSTEM, attributes=attributes, subject="boris", listed=True, facts={"town": "Bouna"}
    )
    await knowledge.set_pin(issuer.bench.context, by=SYSTEM, person=made, pin=PIN)
    return made


async def by_pin(
    issuer: Provider, client: httpx.AsyncClient, *, asked: dict[str, str] | None = None, subject: str = "officer-1"
) -> httpx.Response:
    """Say who is there and give the PIN; returns what comes next."""
    who = await issuer.begin(client, asked or issuer.own())
    form = hidden((await client.post("/sign-in/person", data={**hidden(who.text), "person": subject})).text)
    return await client.post("/sign-in/proof", data={**form, "way": "pin", "proof": PIN})


async def said(issuer: Provider, client: httpx.AsyncClient, answer: httpx.Response) -> dict[str, Any]:
    """Return what the ID token of a finished sign-in says."""
    granted = await issuer.own_token(client, code_of(answer))
    return await issuer.claims(client, granted.json()["id_token"])


@pytest.mark.requirement("IDN-04", "IDN-51")
async def test_an_official_is_asked_for_a_second_proof_after_a_pin_and_then_let_in(databases: Databases) -> None:
    issuer = await with_pin(databases, **OPEN)
    client = issuer.client()

    second = await by_pin(issuer, client)
    shown = re.search(r'id="shown-code">(\d{6})<', second.text)
    assert shown is not None
    answer = await client.post("/sign-in/proof", data={**hidden(second.text), "proof": shown[1]})

    assert (second.status_code, lint(second.text)) == (200, [])
    assert "one proof is not enough" in second.text
    assert 'value="password"' not in second.text
    told = await said(issuer, client, answer)
    assert (told["roles"], told["acr"]) == ("enrolment-officer", GENERATED_CODE)
    assert set(told["amr"]) == {"pin", "otp", "mfa"}


@pytest.mark.requirement("IDN-04")
async def test_somebody_without_work_for_the_state_enters_by_a_pin_where_the_country_says_so(
    databases: Databases,
) -> None:
    issuer = await provider(databases, **OPEN)
    client = issuer.client()
    await plain(issuer)

    told = await said(issuer, client, await by_pin(issuer, client, subject="boris"))

    assert (told["sub"], told["acr"], told["amr"]) == ("boris", STATIC_CODE, ["pin"])
    assert "roles" not in told


@pytest.mark.requirement("IDN-04", "IDN-05")
async def test_a_pin_alone_lets_nobody_in_unless_the_country_says_so(databases: Databases) -> None:
    issuer = await provider(databases)
    client = issuer.client()
    await plain(issuer)

    answer = await by_pin(issuer, client, subject="boris")

    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.requirement("IDN-04")
async def test_a_relying_party_that_takes_a_pin_gets_officials_by_it_too(databases: Databases) -> None:
    issuer = await with_pin(databases)
    client = issuer.client()

    answer = await by_pin(issuer, client, asked=issuer.asked(acr_values=STATIC_CODE, scope="openid"))

    assert "code" in back(answer)


@pytest.mark.requirement("IDN-04", "IDN-51")
@pytest.mark.parametrize("way", ["pin", "password"])
async def test_the_same_proof_twice_is_one(databases: Databases, way: str) -> None:
    issuer = await with_pin(databases, **OPEN)
    client = issuer.client()
    second = await by_pin(issuer, client)

    again = await client.post("/sign-in/proof", data={**hidden(second.text), "way": way, "proof": PIN})

    assert (again.status_code, "location" in again.headers) == (400, False)


@pytest.mark.requirement("IDN-04", "IDN-51")
async def test_a_first_proof_counts_for_the_person_who_gave_it_alone(databases: Databases) -> None:
    issuer = await with_pin(databases, **TWO)
    client = issuer.client()
    await plain(issuer)
    other = await people.register(
        issuer.bench.context, by=SYSTEM, attributes=[Attribute("name", "Olga"), Attribute("email", "o@people.example")],
        subject="olga", roles="auditor", listed=True,
    )  # fmt: skip
    second = await by_pin(issuer, client)

    named = await client.post("/sign-in/person", data={**hidden(second.text), "person": other.subject})
    shown = re.search(r'id="shown-code">(\d{6})<', named.text)
    assert shown is not None
    answer = await client.post("/sign-in/proof", data={**hidden(named.text), "way": "otp", "proof": shown[1]})

    assert (answer.status_code, "location" in answer.headers) == (200, False)
    assert "one proof is not enough" in answer.text


@pytest.mark.requirement("IDN-04")
async def test_where_two_factors_are_wanted_a_code_alone_is_not_enough_and_a_pin_completes_it(
    databases: Databases,
) -> None:
    issuer = await with_pin(databases, IDENTITY_STAFF_LEVEL="two-factors")
    client = issuer.client()

    second = await issuer.prove(client, await issuer.begin(client, issuer.own()))
    wrong = await client.post("/sign-in/proof", data={**hidden(second.text), "proof": "000001"})
    answer = await client.post("/sign-in/proof", data={**hidden(second.text), "proof": PIN})

    assert [lint(page.text) for page in (second, wrong)] == [[], []]
    assert ("location" in wrong.headers, 'value="otp"' in wrong.text) == (False, False)
    told = await said(issuer, client, answer)
    assert (told["acr"], set(told["amr"])) == (GENERATED_CODE, {"otp", "pin", "mfa"})


@pytest.mark.requirement("IDN-04", "IDN-51")
async def test_an_earlier_sign_in_by_a_pin_lets_no_official_into_a_package(databases: Databases) -> None:
    issuer = await with_pin(databases, PROFILE="conformance", **OPEN)
    client = issuer.client()
    who = await issuer.begin(client, issuer.asked(acr_values=STATIC_CODE, scope="openid"))
    form = hidden(
        (await client.post("/sign-in/person", data={**hidden(who.text), "identifier": "amina@people.example"})).text
    )
    first = await client.post("/sign-in/proof", data={**form, "way": "pin", "proof": PIN})

    party = await client.get("/authorize", params=issuer.asked(acr_values=STATIC_CODE, scope="openid", prompt="none"))
    package = await client.get("/authorize", params=issuer.own(prompt="none"))

    assert "code" in back(first)
    assert "code" in back(party)
    assert back(package)["error"] == "login_required"


@pytest.mark.requirement("IDN-04")
async def test_a_pin_in_a_wallet_lets_no_official_into_a_package(databases: Databases) -> None:
    issuer = await with_pin(databases, **OPEN)
    context = issuer.bench.context
    await plain(issuer)

    async def linked(identifier_of: Person) -> None:
        who = await issuer.begin(issuer.client(), issuer.own())
        code = await linking.new_code(context, transaction_id=hidden(who.text)["transaction"])
        found = await linking.link_wallet(context, code=code.text)
        await linking.authenticate_person(
            context, linked_id=found.linked_id, person_id=identifier_of.id, challenges=[Challenge("PIN", PIN)]
        )

    boris = await people.by_subject(context, subject="boris")
    assert boris is not None
    await linked(boris)
    with pytest.raises(Refused):
        await linked(issuer.person)

"""Issuers elsewhere: asked, given the data with the request or by a link that works once, and heard."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from govstack.kernel import audit, clock
from tests.blocks.identity.test_sharing import RECEIVER, SECRET, Partner
from tests.builders.identity import Identity, asked, identity
from tests.databases import Databases

PRINTER, APPLICATION = "printer", "demo/COM/9003/printing"


@pytest.fixture
async def block(databases: Databases) -> Identity:
    made = await identity(databases, IDENTITY_PARTNER_HOSTS="hooks.example.org")
    body = {
        "id": PRINTER, "name": "Printer", "application": APPLICATION, "address": f"{RECEIVER}/orders",
        "secret": SECRET, "roles": ["issuer"],
    }  # fmt: skip
    answer = await made.bench.application("operator", "identity:administer").put("/api/v1/partners", json=body)
    assert answer.status_code == 200
    return made


async def ordered(block: Identity, mode: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, str]]:
    """Order a card; return the card, the order, and what the issuer was told."""
    partner = Partner()
    block.bench.network.serve_locally(RECEIVER, partner)
    card = await asked(block.person(), "national-id", deliveryAddress="Rue 12, Abidjan")
    body = {"credentialId": card["id"], "partnerId": PRINTER, "mode": mode}
    answer = await block.officer().post("/api/v1/issuances", json=body)
    assert answer.status_code == 200, answer.text
    await block.run_due()
    return card, answer.json(), msgspec.json.decode(partner.taken[0][1])["data"]


def said(block: Identity, text: str) -> dict[str, str]:
    keys = KeySet.import_key_set({"keys": block.bench.context.keys.public_keys("credentials")})
    found: dict[str, str] = jwt.decode(text, keys, algorithms=["ES256"]).claims["credentialSubject"]
    return found


@pytest.mark.requirement("IDN-33", "IDN-34")
async def test_the_data_goes_along_with_the_request(block: Identity) -> None:
    card, _order, told = await ordered(block, "push")

    found = said(block, told["document"])

    assert (found["name"], found["documentNumber"]) == ("Amina Kone", card["number"])
    assert found["deliveryAddress"] == "Rue 12, Abidjan"


@pytest.mark.requirement("IDN-33", "IDN-34")
async def test_the_data_is_fetched_by_a_link_that_works_once(block: Identity) -> None:
    card, _order, told = await ordered(block, "pull")
    path = told["link"].removeprefix(block.bench.context.public_url)

    first, second = [await block.bench.client().get(path) for _ in range(2)]

    assert "document" not in told
    assert said(block, first.text)["documentNumber"] == card["number"]
    assert (second.status_code, second.json()["code"]) == (404, "link-spent")
    assert path.rpartition("/")[2] not in await block.stored("issuance") + await block.stored("job")


@pytest.mark.requirement("IDN-33", "IDN-D1a")
async def test_the_same_order_twice_is_one_and_a_new_one_once_its_data_was_fetched(block: Identity) -> None:
    card, order, _told = await ordered(block, "pull")
    body = {"credentialId": card["id"], "partnerId": PRINTER, "mode": "pull"}
    partner = Partner()
    block.bench.network.serve_locally(RECEIVER, partner)

    again = (await block.officer().post("/api/v1/issuances", json=body)).json()
    await block.run_due()
    link = msgspec.json.decode(partner.taken[0][1])["data"]["link"]
    fetched = await block.bench.client().get(link.removeprefix(block.bench.context.public_url))
    anew = (await block.officer().post("/api/v1/issuances", json=body)).json()

    assert (again["id"], fetched.status_code) == (order["id"], 200)
    assert anew["id"] != order["id"]


@pytest.mark.requirement("IDN-33")
async def test_orders_at_once_are_one(block: Identity) -> None:
    block.bench.network.serve_locally(RECEIVER, Partner())
    card = await asked(block.person(), "national-id")
    body = {"credentialId": card["id"], "partnerId": PRINTER, "mode": "push"}

    answers = await asyncio.gather(*(block.officer().post("/api/v1/issuances", json=body) for _ in range(8)))

    assert {one.status_code for one in answers} == {200}
    assert len({one.json()["id"] for one in answers}) == 1


@pytest.mark.requirement("IDN-34", "IDN-47")
@pytest.mark.parametrize("active", [True, False])
async def test_data_that_goes_along_is_on_record_when_it_went(block: Identity, active: bool) -> None:
    block.bench.network.serve_locally(RECEIVER, Partner())
    card = await asked(block.person(), "national-id")
    order = {"credentialId": card["id"], "partnerId": PRINTER, "mode": "push"}
    await block.officer().post("/api/v1/issuances", json=order)
    body = {
        "id": PRINTER, "name": "Printer", "application": APPLICATION, "address": f"{RECEIVER}/orders",
        "roles": ["issuer"], "active": active,
    }  # fmt: skip
    await block.bench.application("operator", "identity:administer").put("/api/v1/partners", json=body)

    await block.run_due()

    async with block.bench.context.database.reading() as tx:
        entries = await audit.entries(tx, action="identity.issuance.fetched")
    assert len(entries) == active


@pytest.mark.requirement("IDN-34", "IDN-47")
async def test_a_link_ends_with_the_day_and_with_the_request(block: Identity) -> None:
    card, _order, told = await ordered(block, "pull")
    path = told["link"].removeprefix(block.bench.context.public_url)

    with clock.fixed(clock.now() + timedelta(hours=25)):
        late = await block.bench.client().get(path)
    await block.person().post(f"/api/v1/credentials/{card['id']}/steps", json={"state": "revoked"})
    revoked = await block.bench.client().get(path)
    guessed = await block.bench.client().get("/issuance/guessed")

    assert [one.status_code for one in (late, revoked, guessed)] == [404] * 3


@pytest.mark.requirement("IDN-33", "IDN-39")
async def test_the_issuer_says_how_far_it_has_come_and_nobody_else_does(block: Identity) -> None:
    card, order, _told = await ordered(block, "pull")
    here = f"/api/v1/issuances/{order['id']}/report"

    other = await block.bench.application("demo/COM/1/other").post(here, json={"state": "produced"})
    person = await block.person().post(here, json={"state": "produced"})
    produced = await block.bench.application(APPLICATION).post(here, json={"state": "produced"})
    body = {"state": "delivered", "trackingId": "T-1"}
    delivered = await block.bench.application(APPLICATION).post(here, json=body)

    seen = (await block.person().get(f"/api/v1/credentials/{card['id']}")).json()
    assert [one.status_code for one in (other, person, produced, delivered)] == [404, 404, 200, 200]
    assert (seen["state"], seen["trackingId"]) == ("delivered", "T-1")


@pytest.mark.requirement("IDN-33", "IDN-47")
async def test_only_what_waits_is_ordered_and_only_by_officials(block: Identity) -> None:
    digital = await asked(block.person())
    body = {"credentialId": digital["id"], "partnerId": PRINTER}

    operator = block.bench.application("operator", "identity:administer")
    silent = {"id": "silent", "name": "Silent", "application": "demo/COM/1/silent", "roles": ["issuer"]}
    assert (await operator.put("/api/v1/partners", json=silent)).status_code == 200

    answers = [
        await block.officer().post("/api/v1/issuances", json={**body, "partnerId": "silent"}),
        await block.person().post("/api/v1/issuances", json=body),
        await block.officer().post("/api/v1/issuances", json=body),
        await block.officer().post("/api/v1/issuances", json={**body, "partnerId": "nobody"}),
        await block.officer().post("/api/v1/issuances", json={**body, "credentialId": "nothing"}),
    ]

    assert [one.status_code for one in answers] == [400, 403, 409, 404, 404]

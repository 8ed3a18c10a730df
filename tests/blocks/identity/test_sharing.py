"""Sharing attributes with a partner: with consent, masked, for a purpose, told, fetched, and taken back."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Attribute
from govstack.blocks.identity.sharing import model, service
from govstack.blocks.identity.sharing.model import Wanted
from govstack.kernel import clock
from govstack.kernel.actor import SYSTEM
from tests.builders.identity import Identity, identity
from tests.builders.running import ORIGIN
from tests.databases import Databases

RECEIVER, SECRET = "https://hooks.example.org", "a-secret-of-the-partner-0123456789"
BANK, APPLICATION = "bank", "demo/COM/9001/accounts"
MOMENT = "2026-11-22T10:00:00.000Z"


class Partner:
    """A partner's server that takes notices."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        body = (await receive()).get("body", b"")
        self.taken.append(({name.decode(): value.decode() for name, value in scope["headers"]}, body))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def put_partner(block: Identity, **changes: Any) -> httpx.Response:
    """Register the bank."""
    body = {
        "id": BANK, "name": "First Bank", "application": APPLICATION, "address": f"{RECEIVER}/notices",
        "secret": SECRET, "attributes": ["name", "birthdate", "email"], **changes,
    }  # fmt: skip
    return await block.bench.application("operator", "identity:administer").put("/api/v1/partners", json=body)


@pytest.fixture
async def block(databases: Databases) -> Identity:
    made = await identity(databases, IDENTITY_PARTNER_HOSTS="hooks.example.org")
    assert (await put_partner(made)).status_code == 200
    return made


def asked(**changes: Any) -> dict[str, Any]:
    attributes = [
        {"attributeName": "name", "isMasked": False},
        {"attributeName": "dateOfBirth", "format": "DD/MM/YYYY", "isMasked": False},
        {"attributeName": "email", "isMasked": True},
    ]
    request = {
        "partnerId": BANK, "sharableAttributes": attributes, "purpose": "Open an account", "consent": "Accepted",
        **changes,
    }  # fmt: skip
    return {"id": "share", "version": "1.0", "requesttime": MOMENT, "request": request}


async def share(block: Identity, subject: str = "amina", **changes: Any) -> httpx.Response:
    return await block.person(subject).post("/share-credential", json=asked(**changes))


async def shared(block: Identity) -> str:
    """Share and let the work be done; return the number of the event."""
    event_id = (await share(block)).headers["eventid"]
    block.bench.network.serve_locally(RECEIVER, Partner())
    await block.run_due()
    return str(event_id)


def bank(block: Identity) -> httpx.AsyncClient:
    return block.bench.application(APPLICATION)


@pytest.mark.requirement("IDN-43")
async def test_a_partner_is_told_and_fetches_what_was_shared_as_a_signed_credential(block: Identity) -> None:
    partner = Partner()
    block.bench.network.serve_locally(RECEIVER, partner)

    answer = await share(block)
    before = (await block.person().get(f"/events/{answer.headers['eventid']}?language=eng")).json()["response"]
    await block.run_due()
    after = (await block.person().get(f"/events/{answer.headers['eventid']}?language=eng")).json()["response"]
    fetched = await bank(block).get(f"/api/v1/shared/{answer.headers['eventid']}")

    keys = KeySet.import_key_set({"keys": block.bench.context.keys.public_keys("credentials")})
    said = jwt.decode(fetched.text, keys, algorithms=["ES256"]).claims
    ((headers, body),) = partner.taken
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()).decode()
    assert (answer.status_code, answer.json()["response"], answer.json()["errors"]) == (200, {"status": "Success"}, {})
    assert (before["eventStatus"], after["eventStatus"]) == ("in-progress", "success")
    assert after["summary"] == "Data was shared with First Bank"
    assert after["info"]["attributeList"] == "name, dateOfBirth, email"
    assert said["credentialSubject"] == {"name": "Amina Kone", "birthdate": "27/03/1985", "email": "a****@example.org"}
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert msgspec.json.decode(body)["data"] == {"eventId": answer.headers["eventid"]}


@pytest.mark.requirement("IDN-43")
async def test_a_partner_in_the_mediator_is_told_through_it(sqlite_databases: Databases) -> None:
    block = await identity(sqlite_databases, IDENTITY_APPLICATION="GOV/7010/identity")
    assert (await put_partner(block, address="COM/9001/accounts/notices", secret="")).status_code == 200
    mediator = Partner()
    block.bench.network.serve_locally(f"{ORIGIN}/mediator", mediator)

    event_id = (await share(block)).headers["eventid"]
    await block.run_due()

    ((headers, body),) = mediator.taken
    assert headers["x-govstack-client"].endswith("/GOV/7010/identity")
    assert msgspec.json.decode(body)["data"] == {"eventId": event_id}


@pytest.mark.requirement("IDN-43", "IDN-53", "IDN-D3")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"consent": "denied"}, "consent_denied"),
        ({"consent": ""}, "consent_denied"),
        ({"partnerId": "nobody"}, "invalid_partner"),
        ({"purpose": "Open <b>"}, "invalid_purpose"),
        ({"purpose": ""}, "invalid_purpose"),
        ({"purpose": "Transfer; now"}, "invalid_purpose"),
        ({"sharableAttributes": []}, "invalid_attribute"),
        ({"sharableAttributes": [{"attributeName": "gender"}]}, "invalid_attribute"),
        ({"sharableAttributes": [{"attributeName": "uin"}]}, "invalid_attribute"),
        ({"sharableAttributes": [{"attributeName": "name"}, {"attributeName": "fullName"}]}, "invalid_attribute"),
        ({"sharableAttributes": [{"attributeName": "email", "format": "DDMMYYYY"}]}, "invalid_format"),
        ({"sharableAttributes": [{"attributeName": "birthdate", "format": "weekday"}]}, "invalid_format"),
    ],
)
async def test_nothing_is_shared_unless_everything_is_right(
    block: Identity, changes: dict[str, Any], code: str
) -> None:
    answer = await share(block, **changes)

    assert (answer.status_code, answer.json()["errors"]["errorCode"], answer.json()["response"]) == (200, code, {})
    assert "eventid" not in answer.headers
    assert await block.stored("share") == "[]"


@pytest.mark.requirement("IDN-D7")
async def test_a_moment_that_is_none_is_refused(block: Identity) -> None:
    answer = await block.person().post("/share-credential", json={**asked(), "requesttime": "2011-10-05"})

    assert answer.json()["errors"]["errorCode"] == "invalid_request"


@pytest.mark.requirement("IDN-D1a")
async def test_the_same_request_twice_is_one_share(block: Identity) -> None:
    first, second = await share(block), await share(block)
    other = await share(block, purpose="Another purpose")

    assert first.headers["eventid"] == second.headers["eventid"] != other.headers["eventid"]


@pytest.mark.requirement("IDN-43", "IDN-51")
async def test_a_person_shares_only_so_often_in_a_day(block: Identity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "SHARES_MAX", 2)
    taken = [await share(block, purpose=f"Purpose {number}") for number in range(3)]
    again = await share(block, purpose="Purpose 0")
    with clock.fixed(clock.now() + timedelta(days=1, minutes=1)):
        tomorrow = await share(block, purpose="Purpose 3")

    assert taken[2].json()["errors"]["errorCode"] == "too_many_shares"
    assert again.headers["eventid"] == taken[0].headers["eventid"]
    assert tomorrow.headers["eventid"]


@pytest.mark.requirement("IDN-47", "IDN-43")
async def test_nobody_but_the_partner_fetches(block: Identity) -> None:
    here = f"/api/v1/shared/{await shared(block)}"

    answers = [
        await client.get(here)
        for client in (block.bench.client(), block.person(), block.bench.application("demo/COM/9002/other"))
    ]

    assert [one.status_code for one in answers] == [401, 404, 404]
    assert (await block.bench.application("demo/COM/9002/other").get("/api/v1/shared")).status_code == 403
    assert (await block.bench.client().post("/share-credential", json=asked())).status_code == 401


@pytest.mark.requirement("IDN-43")
async def test_a_partner_lists_what_waits_and_the_person_sees_that_it_was_fetched(block: Identity) -> None:
    event_id = await shared(block)

    (listed,) = (await bank(block).get("/api/v1/shared")).json()["shares"]
    await bank(block).get(f"/api/v1/shared/{event_id}")
    await bank(block).get(f"/api/v1/shared/{event_id}")

    told = (await block.person().get("/service-history/eng?serviceType=DATA_SHARE_REQUEST")).json()["response"]["data"]
    assert (listed["eventId"], listed["purpose"], listed["attributes"]) == (
        event_id, "Open an account", ["name", "birthdate", "email"],
    )  # fmt: skip
    assert [one["eventDescription"] for one in told] == [
        "Data was shared with First Bank", "First Bank fetched the data that you shared",
    ]  # fmt: skip


@pytest.mark.requirement("IDN-43", "IDN-53")
async def test_what_is_withdrawn_is_not_fetched(block: Identity) -> None:
    event_id = await shared(block)
    client = block.bench.context

    await service.withdraw(client, by=_amina(), event_id=event_id)
    await service.withdraw(client, by=_amina(), event_id=event_id)

    assert (await bank(block).get(f"/api/v1/shared/{event_id}")).status_code == 404


@pytest.mark.requirement("IDN-43")
@pytest.mark.parametrize("act", ["blocked person", "partner switched off", "time over"])
async def test_what_may_no_longer_be_given_is_not_fetched(block: Identity, act: str) -> None:
    event_id, moment = await shared(block), clock.now()
    if act == "blocked person":
        await people.block(block.bench.context, by=SYSTEM, person_id=block.amina.id, reason="test")
    elif act == "partner switched off":
        await put_partner(block, active=False)
    else:
        moment += model.LASTS

    with clock.fixed(moment):
        answer = await bank(block).get(f"/api/v1/shared/{event_id}")
        await service.forget(block.bench.context)

    assert answer.status_code == 404


async def test_a_share_whose_format_no_longer_fits_what_is_known_fails(block: Identity) -> None:
    event_id = (await share(block)).headers["eventid"]
    changed = (Attribute("birthdate", "1985"),)
    await people.change(block.bench.context, by=SYSTEM, person_id=block.amina.id, attributes=changed, evidence=())

    await block.run_due()

    seen = (await block.person().get(f"/events/{event_id}?language=eng")).json()["response"]
    assert seen["eventStatus"] == "failure"


@pytest.mark.requirement("IDN-43", "IDN-53")
async def test_what_is_withdrawn_while_it_is_fetched_is_not_given(
    block: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    event_id = await shared(block)
    find = people.person

    async def withdrawn_meanwhile(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(people, "person", find)
        await service.withdraw(block.bench.context, by=_amina(), event_id=event_id)
        return await find(*args, **kwargs)

    monkeypatch.setattr(people, "person", withdrawn_meanwhile)
    first, second = [await bank(block).get(f"/api/v1/shared/{event_id}") for _ in range(2)]

    assert (first.status_code, second.status_code) == (503, 404)


@pytest.mark.parametrize("purpose", ["Ouvrir un compte à la banque", "فتح حساب في البنك", "खाता खोलना"])
async def test_a_purpose_is_written_in_any_script(block: Identity, purpose: str) -> None:
    assert (await share(block, purpose=purpose)).json()["errors"] == {}


async def test_a_partner_reads_the_list_of_what_waits_from_a_place_on(block: Identity) -> None:
    first = await shared(block)
    await share(block, purpose="Another purpose")
    await block.run_due()

    every = (await bank(block).get("/api/v1/shared")).json()["shares"]
    rest = (await bank(block).get("/api/v1/shared?start=1")).json()["shares"]

    assert (every[0]["eventId"], len(every), rest) == (first, 2, every[1:])


@pytest.mark.requirement("IDN-43", "IDN-51")
async def test_a_partner_without_a_secret_gets_no_web_address(block: Identity) -> None:
    await put_partner(block, id="quiet", address="COM/9001/accounts/notices", secret="")

    refused = await put_partner(block, id="quiet", secret="")
    taken = await put_partner(block, id="quiet")

    assert (refused.status_code, taken.status_code) == (400, 200)


async def test_a_share_whose_partner_was_switched_off_before_it_was_packed_fails(block: Identity) -> None:
    event_id = (await share(block)).headers["eventid"]
    await put_partner(block, active=False)

    await block.run_due()

    seen = (await block.person().get(f"/events/{event_id}?language=eng")).json()["response"]
    assert seen["eventStatus"] == "failure"


@pytest.mark.requirement("IDN-50", "IDN-54")
async def test_values_and_purposes_are_sealed_at_rest_and_in_no_log(block: Identity) -> None:
    await shared(block)

    kept = "".join([await block.stored(table) for table in ("share", "identity_event", "job", "audit_entry")])

    assert "Amina" not in kept
    assert "Open an account" not in kept


@pytest.mark.requirement("IDN-02", "IDN-47")
async def test_only_administrators_manage_partners_and_secrets_are_not_told(block: Identity) -> None:
    refused = await block.person().get("/api/v1/partners")
    listed = await block.bench.application("operator", "identity:administer").get("/api/v1/partners")

    assert refused.status_code == 403
    assert [one["id"] for one in listed.json()["partners"]] == [BANK]
    assert "secret" not in listed.text
    assert SECRET not in await block.stored("partner")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"address": "https://elsewhere.org/x"}, 400), ({"address": "http://hooks.example.org/x"}, 400),
        ({"address": "https://127.0.0.1/x"}, 400), ({"address": "https://a@hooks.example.org/"}, 400),
        ({"secret": "short"}, 400), ({"id": "new", "secret": ""}, 400), ({"roles": []}, 400), ({"id": "a b"}, 400),
        ({"address": "COM/9001/accounts/notices"}, 200), ({"address": ""}, 200), ({"secret": ""}, 200),
    ],
)  # fmt: skip
async def test_a_partner_is_told_only_where_the_operator_allows(
    block: Identity, changes: dict[str, Any], status: int
) -> None:
    assert (await put_partner(block, **changes)).status_code == status


@pytest.mark.parametrize(
    ("claim", "value", "shown"),
    [
        ("name", "Amina Kone", "A**** K***"), ("phone_number", "+22507070707", "**********07"),
        ("birthdate", "1985-03-27", "********27"), ("email", "a@b.org", "a****@b.org"), ("picture", "data:", "****"),
        ("name", "Li", "L**"), ("email", "none", "n***"),
    ],
)  # fmt: skip
def test_a_mask_leaves_only_so_much_that_its_person_knows_it(claim: str, value: str, shown: str) -> None:
    assert model.masked(claim, value) == shown


def test_a_date_is_written_as_asked() -> None:
    assert model.written(Wanted("birthdate", "DDMMYYYY"), "1985-03-27") == "27031985"


def _amina() -> Any:
    from govstack.kernel.actor import Actor

    return Actor("person", "amina")

"""The life of a credential: asked for, produced, delivered, active, suspended, revoked, expired, had again."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from govstack.blocks.identity.credentials import model, tasks
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Attribute
from govstack.kernel import audit, clock
from govstack.kernel.actor import SYSTEM
from govstack.kernel.jobs import Job
from tests.builders.identity import OFFICER, Identity, asked, identity
from tests.databases import Databases

PHYSICAL = "national-id"


@pytest.fixture
async def block(databases: Databases) -> Identity:
    return await identity(databases)


async def step(
    block: Identity, one: dict[str, object], state: str, *, status: int = 200, **more: str
) -> dict[str, object]:
    """Take a step as an official."""
    answer = await block.officer().post(f"/api/v1/credentials/{one['id']}/steps", json={"state": state, **more})
    assert answer.status_code == status, answer.text
    found: dict[str, object] = answer.json()
    return found


async def active_card(block: Identity) -> dict[str, object]:
    """Return a card that has come to its person."""
    card = await asked(block.person(), PHYSICAL, deliveryAddress="Rue 12, Abidjan")
    for state in ("produced", "delivered", "active"):
        card = await step(block, card, state)
    return card


@pytest.mark.requirement("IDN-29", "IDN-31", "IDN-42")
async def test_a_person_asks_for_a_digital_credential_and_downloads_it_signed(block: Identity) -> None:
    client = block.person()
    one = await asked(client)

    answer = await client.get(f"/api/v1/credentials/{one['id']}/document")

    assert (one["state"], answer.status_code, answer.headers["content-type"]) == ("active", 200, "application/vc+jwt")
    keys = KeySet.import_key_set({"keys": block.bench.context.keys.public_keys("credentials")})
    token = jwt.decode(answer.text, keys, algorithms=["ES256"])
    said = token.claims
    assert token.header["typ"] == "vc+jwt"
    assert said["issuer"] == block.bench.context.public_url
    assert said["credentialSubject"]["name"] == "Amina Kone"
    assert said["credentialSubject"]["name#ar"] == "أمينة كوني"
    assert said["credentialSubject"]["documentNumber"] == one["number"]
    assert "sub" not in said


@pytest.mark.requirement("IDN-30", "IDN-32", "IDN-39")
async def test_a_card_is_produced_delivered_and_activated_and_each_step_is_on_record(block: Identity) -> None:
    card = await active_card(block)

    seen = (await block.person().post("/api/v1/credentials/status", json={"number": card["number"]})).json()

    assert [one["state"] for one in seen["steps"]] == ["requested", "produced", "delivered", "active"]
    assert seen["expiresAt"] > clock.timestamp()
    async with block.bench.context.database.reading() as tx:
        entries = await audit.entries(tx, subject=str(card["id"]))
    assert [one.action for one in reversed(entries)] == [
        f"identity.credential.{state}" for state in ("requested", "produced", "delivered", "active")
    ]


@pytest.mark.requirement("IDN-30")
@pytest.mark.parametrize("wrong", ["delivered", "active", "suspended", "expired"])
async def test_no_step_is_left_out(block: Identity, wrong: str) -> None:
    card = await asked(block.person(), PHYSICAL)

    answer = await step(block, card, wrong, status=409)

    assert answer["code"] == "wrong-step"


@pytest.mark.requirement("IDN-30", "IDN-D1a")
async def test_a_step_that_comes_twice_is_taken_once(block: Identity) -> None:
    card = await asked(block.person(), PHYSICAL)
    await step(block, card, "produced")

    again = await step(block, card, "produced")

    assert [one["state"] for one in again["steps"]] == ["requested", "produced"]  # type: ignore[index, attr-defined]


@pytest.mark.requirement("IDN-29", "IDN-D1a")
async def test_asking_twice_gives_the_same_credential(block: Identity) -> None:
    first, second = await asked(block.person()), await asked(block.person())

    assert first["id"] == second["id"]


@pytest.mark.requirement("IDN-29")
async def test_who_asks_many_times_at_the_same_moment_has_one_credential(block: Identity) -> None:
    client = block.person()

    answers = await asyncio.gather(*(client.post("/api/v1/credentials", json={"kind": "digital-id"}) for _ in range(5)))

    (one,) = (await client.get("/api/v1/credentials")).json()["credentials"]
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert {answer.json()["id"] for answer in answers if answer.status_code == 200} == {one["id"]}


@pytest.mark.requirement("IDN-36", "IDN-37", "IDN-38")
async def test_a_person_suspends_what_is_lost_resumes_it_and_revokes_it(block: Identity) -> None:
    client = block.person()
    one = await asked(client)
    here = f"/api/v1/credentials/{one['id']}"
    status = (await client.get(f"{here}/document")).text
    told = []

    for state in ("suspended", "active", "revoked"):
        assert (await client.post(f"{here}/steps", json={"state": state, "reason": "lost"})).status_code == 200
        checked = await block.bench.client().post("/api/v1/credentials/verify", json={"document": status})
        told.append((checked.json()["state"], checked.json()["valid"]))

    assert told == [("suspended", False), ("active", True), ("revoked", False)]
    assert (await client.post(f"{here}/steps", json={"state": "active"})).status_code == 409
    assert (await client.get(f"{here}/document")).status_code == 409


@pytest.mark.requirement("IDN-37")
async def test_what_an_official_suspended_its_person_cannot_resume(block: Identity) -> None:
    card = await active_card(block)
    await step(block, card, "suspended", reason="inquiry")

    refused = await block.person().post(f"/api/v1/credentials/{card['id']}/steps", json={"state": "active"})
    around = await block.person().post("/api/v1/credentials/reissue", json={"number": card["number"]})
    resumed = await step(block, card, "active")

    assert (refused.status_code, around.status_code, resumed["state"]) == (409, 409, "active")


@pytest.mark.requirement("IDN-37", "IDN-38")
@pytest.mark.parametrize("said", ["revoked", "suspended"])
async def test_after_an_official_ended_one_a_persons_next_waits_for_an_official(block: Identity, said: str) -> None:
    client = block.person()
    first = await asked(client)
    await step(block, first, said, reason="fraud")
    if said == "suspended":
        await client.post(f"/api/v1/credentials/{first['id']}/steps", json={"state": "revoked"})

    second = await asked(client)
    here = f"/api/v1/credentials/{second['id']}"
    document = await client.get(f"{here}/document")
    myself = await client.post(f"{here}/steps", json={"state": "active"})
    # Nor does withdrawing the request, or asking by the number of the first one, lead around it.
    await client.post(f"{here}/steps", json={"state": "revoked"})
    third = await asked(client)
    await client.post(f"/api/v1/credentials/{third['id']}/steps", json={"state": "revoked"})
    again = (await client.post("/api/v1/credentials/reissue", json={"number": first["number"]})).json()

    assert [one["state"] for one in (second, third, again)] == ["requested", "requested", "requested"]
    assert (document.status_code, myself.status_code) == (409, 409)
    allowed = await step(block, again, "active", reason="cleared up")
    assert [one["state"] for one in allowed["steps"]] == [  # type: ignore[attr-defined]
        "requested", "produced", "delivered", "active",
    ]  # fmt: skip
    assert (await step(block, again, "active"))["steps"] == allowed["steps"]
    # From then on the person asks as before.
    await client.post(f"/api/v1/credentials/{again['id']}/steps", json={"state": "revoked"})
    assert (await asked(client))["state"] == "active"


@pytest.mark.requirement("IDN-38")
async def test_an_official_decides_about_nothing_of_their_own(block: Identity) -> None:
    client = block.person("boris", "identity:produce")
    first = await asked(client)
    await step(block, first, "revoked", reason="fraud")
    second = await asked(client)

    own = await client.post(f"/api/v1/credentials/{second['id']}/steps", json={"state": "active"})

    assert (second["state"], own.status_code, own.json()["code"]) == ("requested", 403, "own-credential")


@pytest.mark.requirement("IDN-38", "IDN-54")
async def test_the_status_of_a_credential_is_told_without_personal_data(block: Identity) -> None:
    one = await asked(block.person())
    said = (await block.person().get(f"/api/v1/credentials/{one['id']}/document")).text
    keys = KeySet.import_key_set({"keys": block.bench.context.keys.public_keys("credentials")})
    address = jwt.decode(said, keys, algorithms=["ES256"]).claims["credentialStatus"]["id"]

    answer = await block.bench.client().get(address.removeprefix(block.bench.context.public_url))

    assert set(answer.json()) == {"state", "valid", "kind", "numberEndsWith", "validFrom", "validUntil"}
    assert str(one["number"]) not in answer.text + address
    assert (answer.json()["valid"], answer.json()["numberEndsWith"]) == (True, str(one["number"])[-4:])


@pytest.mark.requirement("IDN-38")
@pytest.mark.parametrize(("act", "state"), [("block", "suspended"), ("deactivate", "revoked")])
async def test_the_credential_of_somebody_whose_identity_is_not_in_use_is_not_valid(
    block: Identity, act: str, state: str
) -> None:
    one = await asked(block.person())
    said = (await block.person().get(f"/api/v1/credentials/{one['id']}/document")).text
    await getattr(people, act)(block.bench.context, by=SYSTEM, person_id=block.amina.id, reason="test")

    answer = await block.bench.client().post("/api/v1/credentials/verify", json={"document": said})

    assert answer.json()["state"] == state
    assert (await block.person().get(f"/api/v1/credentials/{one['id']}")).status_code == 403


@pytest.mark.requirement("IDN-38")
@pytest.mark.parametrize("change", [lambda text: text[:-8] + "AAAAAAAA", lambda text: "x.y.z", lambda text: "none"])
async def test_a_credential_that_was_changed_is_not_believed(block: Identity, change: object) -> None:
    one = await asked(block.person())
    said = (await block.person().get(f"/api/v1/credentials/{one['id']}/document")).text

    answer = await block.bench.client().post("/api/v1/credentials/verify", json={"document": change(said)})  # type: ignore[operator]

    assert (answer.status_code, answer.json()["code"]) == (400, "not-signed-here")


@pytest.mark.requirement("IDN-35", "IDN-D1a")
async def test_a_credential_is_issued_again_by_its_number_once(block: Identity) -> None:
    card = await active_card(block)

    made = [
        (
            await block.person().post("/api/v1/credentials/reissue", json={"number": card["number"], "reason": "lost"})
        ).json()
        for _ in range(2)
    ]

    old = (await block.person().get(f"/api/v1/credentials/{card['id']}")).json()
    assert [step["own"] for step in old["steps"]] == [True, False, False, False, True]
    assert made[0]["id"] == made[1]["id"] != card["id"]
    assert (old["state"], made[0]["state"], made[0]["kind"]) == ("revoked", "requested", PHYSICAL)


@pytest.mark.requirement("IDN-41")
async def test_a_credential_that_has_expired_is_had_again(block: Identity) -> None:
    one = await asked(block.person())
    with clock.fixed(clock.now() + timedelta(days=731)):
        before = (await block.person().get(f"/api/v1/credentials/{one['id']}")).json()
        answer = await block.person().post("/api/v1/credentials/reissue", json={"number": one["number"]})
        after = (await block.person().get(f"/api/v1/credentials/{one['id']}")).json()

    assert (before["state"], after["state"]) == ("expired", "expired")
    assert (answer.status_code, answer.json()["state"]) == (200, "active")


@pytest.mark.requirement("IDN-38", "IDN-41")
async def test_a_credential_that_has_expired_is_said_to_have_expired(block: Identity) -> None:
    one = await asked(block.person())
    said = (await block.person().get(f"/api/v1/credentials/{one['id']}/document")).text
    with clock.fixed(clock.now() + timedelta(days=731)):
        answer = await block.bench.client().post("/api/v1/credentials/verify", json={"document": said})

    assert (answer.status_code, answer.json()["state"], answer.json()["valid"]) == (200, "expired", False)


@pytest.mark.requirement("IDN-30")
async def test_the_end_of_validity_is_written_down(block: Identity) -> None:
    one = await asked(block.person())
    with clock.fixed(clock.now() + timedelta(days=731)):
        await tasks.expire(block.bench.context, Job("1", tasks.EXPIRE, {}, 1, clock.timestamp()))
        await tasks.expire(block.bench.context, Job("2", tasks.EXPIRE, {}, 1, clock.timestamp()))

        seen = (await block.person().get(f"/api/v1/credentials/{one['id']}")).json()

    assert [step["state"] for step in seen["steps"]][-2:] == ["active", "expired"]


@pytest.mark.requirement("IDN-40", "IDN-54")
async def test_credentials_are_found_by_attributes_and_the_answer_is_a_number_alone(block: Identity) -> None:
    one = await asked(block.person())
    await asked(block.person("boris"))
    wanted = {"attributes": [{"name": "name", "value": "amina kone"}, {"name": "birthdate", "value": "1985-03-27"}]}
    finder = block.officer("identity:find-credentials")

    found = await finder.post("/api/v1/credentials/search", json={**wanted, "purpose": "Found card"})
    other = {"attributes": [*wanted["attributes"], {"name": "gender", "value": "male"}], "purpose": "Found card"}
    nothing = await finder.post("/api/v1/credentials/search", json=other)

    assert found.json() == {"numbers": [one["number"]]}
    assert nothing.json() == {"numbers": []}
    async with block.bench.context.database.reading() as tx:
        (entry, _) = await audit.entries(tx, action="identity.credential.searched")
    assert "Amina" not in entry.detail


@pytest.mark.requirement("IDN-40")
@pytest.mark.parametrize("name", ["birthdate", "email"])
async def test_a_search_that_could_find_nobody_says_what_it_needs(block: Identity, name: str) -> None:
    wanted = {"attributes": [{"name": name, "value": "1985-03-27"}], "purpose": "Found card"}

    answer = await block.officer("identity:find-credentials").post("/api/v1/credentials/search", json=wanted)

    assert answer.status_code == 400


@pytest.mark.requirement("IDN-47", "IDN-52")
async def test_an_official_who_reads_a_credential_is_on_record_and_its_person_is_not(block: Identity) -> None:
    one = await asked(block.person(), PHYSICAL)
    for client in (block.person(), block.officer()):
        assert (await client.get(f"/api/v1/credentials/{one['id']}")).status_code == 200

    async with block.bench.context.database.reading() as tx:
        (entry,) = await audit.entries(tx, action="identity.credential.read")
    assert (entry.subject, entry.actor) == (one["id"], OFFICER)


@pytest.mark.requirement("IDN-31")
async def test_a_credential_says_names_in_its_language_however_the_language_was_coded(block: Identity) -> None:
    known = (Attribute("name", "Fatima Zahra", "eng"), Attribute("name", "فاطمة الزهراء", "ara"))
    await people.register(block.bench.context, by=SYSTEM, attributes=known, subject="fatima")
    one = await asked(block.person("fatima"), language="ar")

    said = (await block.person("fatima").get(f"/api/v1/credentials/{one['id']}/document")).text

    keys = KeySet.import_key_set({"keys": block.bench.context.keys.public_keys("credentials")})
    claims = jwt.decode(said, keys, algorithms=["ES256"]).claims["credentialSubject"]
    assert (claims["name"], claims["name#en"]) == ("فاطمة الزهراء", "Fatima Zahra")


@pytest.mark.requirement("IDN-40", "IDN-47")
async def test_only_who_has_the_right_finds_credentials(block: Identity) -> None:
    wanted = {"attributes": [{"name": "name", "value": "Amina Kone"}], "purpose": "Found card"}

    answers = [
        await one.post("/api/v1/credentials/search", json=wanted) for one in (block.bench.client(), block.person())
    ]

    assert [one.status_code for one in answers] == [401, 403]


@pytest.mark.requirement("IDN-47")
async def test_nobody_sees_or_changes_the_credentials_of_somebody_else(block: Identity) -> None:
    one = await asked(block.person())
    other, here = block.person("boris"), f"/api/v1/credentials/{one['id']}"

    answers = [
        await other.get(here),
        await other.get(f"{here}/document"),
        await other.post(f"{here}/steps", json={"state": "suspended"}),
        await other.post("/api/v1/credentials/status", json={"number": one["number"]}),
        await other.post("/api/v1/credentials/reissue", json={"number": one["number"]}),
    ]
    strangers = [await block.bench.client().get(here), await block.bench.application("demo/GOV/1/x").get(here)]

    assert [answer.status_code for answer in answers] == [404] * 5
    assert [answer.status_code for answer in strangers] == [401, 403]


@pytest.mark.requirement("IDN-29", "IDN-47")
async def test_an_official_asks_for_somebody_who_is_known_by_an_identifier(block: Identity) -> None:
    vid = await people.new_vid(block.bench.context, by=SYSTEM, person_id=block.amina.id, kind="perpetual")
    body = {"kind": PHYSICAL, "individualId": vid.value}

    made = await asked(block.officer(), **body)
    refused = await block.person("boris").post("/api/v1/credentials", json=body)
    unknown = await block.officer().post("/api/v1/credentials", json={**body, "individualId": "nobody"})

    own = (await block.person().get("/api/v1/credentials")).json()["credentials"]
    assert [one["id"] for one in own] == [made["id"]]
    assert (refused.status_code, unknown.status_code) == (403, 404)


@pytest.mark.parametrize(
    ("body", "status"),
    [({"kind": "passport"}, 400), ({}, 400), ({"kind": PHYSICAL, "deliveryAddress": "x" * 501}, 400)],
)
async def test_a_request_that_makes_no_sense_is_refused(block: Identity, body: dict[str, str], status: int) -> None:
    assert (await block.person().post("/api/v1/credentials", json=body)).status_code == status


@pytest.mark.requirement("IDN-50")
async def test_what_a_credential_says_is_sealed_at_rest(block: Identity) -> None:
    named = block.bench.person("amina", name="Amina Kone")
    await asked(named, PHYSICAL, deliveryAddress="Rue 12, Abidjan")

    kept = "".join([await block.stored(table) for table in ("credential", "identity_event", "job", "audit_entry")])

    assert "Kone" not in kept
    assert "Abidjan" not in kept


async def test_a_country_sets_its_own_kinds(sqlite_databases: Databases) -> None:
    kinds = '{"permit": {"titles": {"en": "Permit"}, "form": "digital", "days": 5, "attributes": ["birthdate"]}}'
    block = await identity(sqlite_databases, IDENTITY_CREDENTIAL_KINDS=kinds)

    offered = (await block.bench.client().get("/api/v1/credential-kinds")).json()["kinds"]
    made = await asked(block.person(), "permit")

    assert [one["kind"] for one in offered] == ["permit"]
    assert made["state"] == "active"


def test_a_document_number_has_a_digit_that_finds_every_single_mistake() -> None:
    number = model.numbered("12345678901")

    wrong = {number[:at] + digit + number[at + 1 :] for at in range(12) for digit in "0123456789"} - {number}

    assert model.is_document_number(number)
    assert not any(model.is_document_number(one) for one in wrong)

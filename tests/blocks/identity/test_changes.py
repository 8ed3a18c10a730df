"""Changes of what is known of a person: asked for and decided, made by administrators, and blocking."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest

from govstack.blocks.identity.blocking import service as blocking
from govstack.blocks.identity.changes import service, store
from govstack.blocks.identity.changes.model import State
from govstack.blocks.identity.history import service as history
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Status
from govstack.kernel import clock
from govstack.kernel.actor import SYSTEM, Actor
from tests.builders.identity import Identity, identity
from tests.builders.running import ORIGIN
from tests.databases import Databases

MOMENT = "2026-11-22T10:00:00.000Z"
ENROL, ADMINISTER = "identity:enrol", "identity:administer"


@pytest.fixture
async def block(databases: Databases) -> Identity:
    return await identity(databases)


async def vid_of(block: Identity, subject: str = "amina") -> str:
    person = await people.by_subject(block.bench.context, subject=subject)
    assert person is not None
    made = await people.new_vid(block.bench.context, by=SYSTEM, person_id=person.id, kind="perpetual")
    return made.value


async def uin_of(block: Identity) -> str:
    """Return Amina's secret number, as only a test that opens the block's safe can."""
    context = block.bench.context
    async with context.database.reading() as tx:
        (row,) = await tx.fetch(
            "SELECT id, content FROM identifier WHERE kind = 'uin' AND person_id = :id", id=block.amina.id
        )
    return context.keys.open("identity/identifier", bytes(row["content"]), bound_to=row["id"]).decode()


def packed(identity: object) -> str:
    return base64.b64encode(msgspec.json.encode(identity)).decode()


async def asked(block: Identity, *, identifier: str, otp: str = "", **changes: Any) -> httpx.Response:
    """Ask for a change with a code that was sent for it, unless another is given."""
    actor = Actor("person", "amina")
    code = otp or (await service.send_code(block.bench.context, by=actor, transaction_id="tr-1")).shown
    request = {
        "transactionID": "tr-1", "individualId": identifier, "individualIdType": "VID", "otp": code,
        "identityJson": packed({"identity": {"fullName": [{"language": "", "value": "Amina Traore"}]}}),
        "documents": [{"name": "marriage", "value": "QUJD"}], **changes,
    }  # fmt: skip
    return await block.person().post("/update-uin", json={"id": "u", "requestTime": MOMENT, "request": request})


async def decide(block: Identity, request_id: str, *, accept: bool, reason: str = "") -> httpx.Response:
    body = {"accept": accept, "reason": reason}
    return await block.officer(ENROL).post(f"/api/v1/change-requests/{request_id}/decision", json=body)


async def name(block: Identity) -> str:
    person = await people.person(block.bench.context, person_id=block.amina.id)
    assert person is not None
    return person.display_name


@pytest.mark.requirement("IDN-28", "IDN-52")
async def test_a_change_is_asked_for_with_a_code_and_made_when_an_official_accepts(block: Identity) -> None:
    answer = (await asked(block, identifier=await vid_of(block))).json()
    request_id = answer["response"]["registrationId"]
    before = await name(block)

    decided = await decide(block, request_id, accept=True)
    again = await decide(block, request_id, accept=True)

    told = (await block.person().get("/service-history/eng")).json()["response"]["data"]
    assert (answer["errors"], before) == ([], "Amina Kone")
    assert (decided.json()["state"], again.json()["state"], await name(block)) == (
        "accepted",
        "accepted",
        "Amina Traore",
    )
    assert (told[0]["eventDescription"], told[0]["eventStatus"]) == ("You asked for a change of your data", "SUCCESS")
    changes = await people.history(block.bench.context, person_id=block.amina.id)
    assert changes[0].content.evidence[0].document == "QUJD"


@pytest.mark.requirement("IDN-28", "IDN-51")
async def test_of_two_decisions_at_once_only_one_counts_and_nothing_of_the_other_is_done(
    block: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_id = (await asked(block, identifier=await vid_of(block))).json()["response"]["registrationId"]
    find = store.by_id

    async def rejected_meanwhile(*args: Any) -> Any:
        monkeypatch.setattr(store, "by_id", find)
        kept = await find(*args)
        late = Actor("person", "officer-2", scopes=frozenset({ENROL}))
        await service.decide(block.bench.context, by=late, request_id=request_id, accept=False, reason="No paper")
        return kept

    monkeypatch.setattr(store, "by_id", rejected_meanwhile)
    accepted = await decide(block, request_id, accept=True)

    assert (accepted.status_code, await name(block)) == (409, "Amina Kone")


@pytest.mark.requirement("IDN-28")
async def test_a_request_that_is_rejected_needs_a_reason_and_changes_nothing(block: Identity) -> None:
    request_id = (await asked(block, identifier=await vid_of(block))).json()["response"]["registrationId"]

    silent = await decide(block, request_id, accept=False)
    rejected = await decide(block, request_id, accept=False, reason="The paper cannot be read")
    too_late = await decide(block, request_id, accept=True)

    assert [one.status_code for one in (silent, rejected, too_late)] == [400, 200, 409]
    assert await name(block) == "Amina Kone"


@pytest.mark.requirement("IDN-28", "IDN-D3")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"otp": "000000"}, "auth_failed"), ({"individualIdType": "UIN"}, "invalid_identifier"),
        ({"identifier": "nobody"}, "invalid_identifier"), ({"identityJson": "%%%"}, "invalid_identity"),
        ({"identityJson": packed([])}, "invalid_identity"), ({"identityJson": packed({})}, "invalid_identity"),
        ({"identityJson": packed({"name": 5})}, "invalid_identity"),
        ({"identityJson": packed({"shoe_size": "42"})}, "invalid_identity"),
        ({"identityJson": packed({"birthdate": "yesterday"})}, "invalid_identity"),
        ({"identityJson": packed({"birthdate": "1990-02-31"})}, "invalid_identity"),
        ({"documents": [{"name": "", "value": "QUJD"}]}, "invalid_documents"),
        ({"documents": [{"name": "x", "value": "QQ=="}] * 11}, "invalid_documents"),
        ({"transactionID": "a b"}, "invalid_transaction_id"), ({"transactionID": "tr-2"}, "auth_failed"),
    ],
)  # fmt: skip
async def test_a_request_is_taken_only_when_everything_is_right(
    block: Identity, changes: dict[str, Any], code: str
) -> None:
    sent = dict(changes)
    identifier = sent.pop("identifier", "") or await vid_of(block)

    answer = await asked(block, identifier=identifier, **sent)

    error = answer.json()["errors"][0]
    assert (answer.status_code, error["errorCode"], answer.json()["response"]) == (200, code, {})
    assert "message" in error
    assert await block.stored("change_request") == "[]"


@pytest.mark.requirement("IDN-D1a")
async def test_the_same_request_twice_is_one_and_its_code_works_once(block: Identity) -> None:
    identifier = await vid_of(block)
    code = (await service.send_code(block.bench.context, by=Actor("person", "amina"), transaction_id="tr-1")).shown

    first, second = [await asked(block, identifier=identifier, otp=code) for _ in range(2)]
    other = await asked(block, identifier=identifier, otp=code, identityJson=packed({"name": "Somebody else"}))

    assert first.json()["response"] == second.json()["response"]
    assert other.json()["errors"][0]["errorCode"] == "auth_failed"


@pytest.mark.requirement("IDN-47")
async def test_nobody_asks_for_a_change_of_somebody_else_or_decides_their_own(block: Identity) -> None:
    foreign = await asked(block, identifier=await vid_of(block, "boris"))
    request_id = (await asked(block, identifier=await vid_of(block))).json()["response"]["registrationId"]
    body = {"accept": True}

    own = await block.person("amina", ENROL).post(f"/api/v1/change-requests/{request_id}/decision", json=body)
    nobody = await block.person("boris").post(f"/api/v1/change-requests/{request_id}/decision", json=body)

    assert foreign.json()["errors"][0]["errorCode"] == "invalid_identifier"
    assert (own.status_code, own.json()["code"], nobody.status_code) == (403, "own-change-request", 403)


@pytest.mark.requirement("IDN-50", "IDN-54")
async def test_what_is_to_change_is_sealed_and_in_no_log(block: Identity) -> None:
    await asked(block, identifier=await vid_of(block))

    kept = "".join([await block.stored(table) for table in ("change_request", "identity_event", "job", "audit_entry")])

    assert "Traore" not in kept
    assert "marriage" not in kept


async def test_without_messaging_nobody_is_told_and_nothing_fails(block: Identity) -> None:
    request_id = (await asked(block, identifier=await vid_of(block))).json()["response"]["registrationId"]

    sent: list[str] = []
    block.bench.network.serve_locally(f"{ORIGIN}/mediator", lambda scope, *_: sent.append(scope["path"]))

    await service.notify(block.bench.context, request_id=request_id, state=State.OPEN)

    assert sent == []


@pytest.mark.requirement("IDN-28")
async def test_a_person_is_told_by_mail_and_the_mail_says_nothing_of_the_data(sqlite_databases: Databases) -> None:
    block = await identity(
        sqlite_databases, IDENTITY_MESSAGING="GOV/7001/messaging/mail", IDENTITY_APPLICATION="GOV/7010/identity"
    )
    taken: list[tuple[str, bytes, bytes]] = []

    async def mediator(scope: Any, receive: Any, send: Any) -> None:
        key = dict(scope["headers"]).get(b"idempotency-key", b"")
        taken.append((scope["path"], (await receive()).get("body", b""), key))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    block.bench.network.serve_locally(f"{ORIGIN}/mediator", mediator)
    request_id = (await asked(block, identifier=await vid_of(block))).json()["response"]["registrationId"]
    taken.clear()

    await block.run_due()
    await decide(block, request_id, accept=True)
    await block.run_due()

    assert len({key for _path, _body, key in taken}) == 2
    (first, body, _), (_second, other, _) = taken
    assert first.endswith("/GOV/7001/messaging/mail/send/email/single")
    assert b"amina.kone@example.org" in body
    assert b"was accepted" in other
    assert b"Traore" not in body + other


async def patch(block: Identity, **request: Any) -> httpx.Response:
    body = {"id": "p", "version": "v1", "requesttime": MOMENT, "request": request}
    return await block.officer(ADMINISTER).patch("/updateIdentity", json=body)


@pytest.mark.requirement("IDN-28", "IDN-23")
async def test_an_administrator_changes_an_identity_by_its_number_which_is_not_said_again(block: Identity) -> None:
    uin = await uin_of(block)
    wanted = {"identity": {"name": "Amina Traore"}, "uin": uin, "verifiedAttributes": [{"attributeString": "name"}]}

    changed, again = await patch(block, **wanted), await patch(block, **wanted)

    assert (changed.status_code, again.status_code, await name(block)) == (200, 204, "Amina Traore")
    assert changed.json()["response"]["identity"] == {"name": "Amina Traore"}
    assert uin not in changed.text + await block.stored("audit_entry") + await block.stored("identity_event")


@pytest.mark.requirement("IDN-28", "IDN-52")
async def test_what_is_cut_off_halfway_changes_nothing(block: Identity, monkeypatch: pytest.MonkeyPatch) -> None:
    uin = await uin_of(block)

    async def cut_off(*_args: Any, **_kwargs: Any) -> str:
        raise ConnectionError("the process was killed")

    with monkeypatch.context() as patched:
        patched.setattr(history, "record_in", cut_off)
        with pytest.raises(ConnectionError):
            await service.administer(
                block.bench.context, by=SYSTEM, uin=uin, status="DEACTIVATED",
                identity={"name": "Amina Traore"}, evidence=(),
            )  # fmt: skip
        with pytest.raises(ConnectionError):
            await blocking.block(block.bench.context, by=SYSTEM, identifier=uin, id_type="UIN")

    person = await people.person(block.bench.context, person_id=block.amina.id)
    assert person is not None
    assert (person.display_name, person.status) == ("Amina Kone", Status.ACTIVE)


@pytest.mark.requirement("IDN-03")
async def test_an_administrator_deactivates_for_good(block: Identity) -> None:
    uin = await uin_of(block)

    ended = await patch(block, status="DEACTIVATED", uin=uin)
    back = await patch(block, status="ACTIVATED", uin=uin)

    assert ended.json()["response"]["status"] == "DEACTIVATED"
    assert back.json()["errors"][0]["errorCode"] == "invalid_identifier"
    assert (await block.person().get("/api/v1/credentials")).status_code == 403


@pytest.mark.requirement("IDN-47", "IDN-D3")
@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"uin": "123"}, "invalid_identifier"), ({"uin": "123", "status": "SLEEPING"}, "invalid_status"),
        ({"uin": "123", "identity": {"name": 5}}, "invalid_identity"),
        ({"uin": "123", "documents": [{"category": "", "value": "x"}]}, "invalid_documents"),
    ],
)  # fmt: skip
async def test_what_makes_no_sense_is_refused(block: Identity, request_: dict[str, Any], code: str) -> None:
    assert (await patch(block, **request_)).json()["errors"][0]["errorCode"] == code


@pytest.mark.requirement("IDN-47")
@pytest.mark.parametrize(("method", "path"), [("PATCH", "/updateIdentity"), ("POST", "/block"), ("POST", "/unblock")])
async def test_only_administrators_do_this(block: Identity, method: str, path: str) -> None:
    body = {"request": {"uin": await uin_of(block), "id": await uin_of(block), "idType": "UIN"}}

    answers = [await one.request(method, path, json=body) for one in (block.bench.client(), block.person())]

    assert [one.status_code for one in answers] == [401, 403]


async def send(block: Identity, act: str, **request: str) -> httpx.Response:
    return await block.officer(ADMINISTER).post(f"/{act}", json={"id": "b", "requesttime": MOMENT, "request": request})


@pytest.mark.requirement("IDN-03")
async def test_an_identity_is_blocked_and_unblocked_by_its_number(block: Identity) -> None:
    uin, vid = await uin_of(block), await vid_of(block)

    blocked = [await send(block, "block", id=uin, idType="UIN", status="BLOCKED") for _ in range(2)]
    while_blocked = (
        await people.find(block.bench.context, identifier=vid),
        (await block.person().get("/service-history/eng")).status_code,
    )
    unblocked = [await send(block, "unblock", id=uin, idType="UIN") for _ in range(2)]

    found = await people.find(block.bench.context, identifier=vid)
    told = (await block.person().get("/service-history/eng")).json()["response"]["data"]
    assert sorted(one["eventDescription"] for one in told) == [
        "Your identity was blocked",
        "Your identity was unblocked",
    ]
    assert [one.json()["response"]["status"] for one in (*blocked, *unblocked)] == ["BLOCKED"] * 2 + ["UNBLOCKED"] * 2
    assert blocked[0].json()["errors"] == []
    assert uin not in blocked[0].text
    assert while_blocked == (None, 403)
    assert found is not None


@pytest.mark.requirement("IDN-03")
async def test_one_identifier_alone_is_blocked_until_a_moment(block: Identity) -> None:
    vid, other = await vid_of(block), await vid_of(block)
    until = clock.timestamp(clock.now() + timedelta(days=1))

    answer = (await send(block, "block", id=vid, idType="VID", expiryTimestamp=until)).json()["response"]
    during = [await people.find(block.bench.context, identifier=one) for one in (vid, other)]
    with clock.fixed(clock.now() + timedelta(days=2)):
        after = await people.find(block.bench.context, identifier=vid)

    assert (answer["id"], answer["idType"], answer["expiryTimestamp"][:19]) == (vid, "VID", until[:19])
    assert [one is None for one in during] == [True, False]
    assert after is not None


@pytest.mark.requirement("IDN-03")
async def test_an_alias_is_blocked_and_unblocked(block: Identity) -> None:
    context = block.bench.context
    await people.attach_alias(context, by=SYSTEM, person_id=block.amina.id, kind="email", value="amina@x.org")

    await send(block, "block", id="amina@x.org", idType="EMAIL")
    during = await people.find(context, identifier="amina@x.org")
    await send(block, "unblock", id="amina@x.org", idType="EMAIL")

    assert during is None
    assert await people.find(context, identifier="amina@x.org") is not None


@pytest.mark.requirement("IDN-D3", "IDN-D7")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"id": "123"}, "invalid_identifier"), ({"idType": "VID"}, "invalid_identifier"),
        ({"idType": ""}, "invalid_identifier"), ({"expiryTimestamp": "soon"}, "invalid_request"),
        ({"expiryTimestamp": "2020-01-01T00:00:00.000Z"}, "invalid_request"),
        ({"status": "UNBLOCKED"}, "invalid_status"),
    ],
)  # fmt: skip
async def test_a_block_that_makes_no_sense_is_refused(block: Identity, changes: dict[str, str], code: str) -> None:
    answer = (await send(block, "block", **{"id": await uin_of(block), "idType": "UIN", **changes})).json()

    assert (answer["errors"][0]["errorCode"], "message" in answer["errors"][0]) == (code, True)

"""Taking in: one request once, every message counted, nobody spoken for, nothing stored of what is refused."""

from __future__ import annotations

import asyncio
import base64
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govstack.blocks.messaging.intake.model import (
    FINAL,
    Pace,
    Reason,
    State,
    Status,
    published,
    request_id,
    status_of,
    turns,
)
from govstack.blocks.messaging.senders import service as senders
from govstack.kernel import clock, ids
from tests.builders import messaging
from tests.builders.messaging import batch, counts, listed, registered, rows, sent, single
from tests.builders.running import Bench

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CALLBACK = "https://clinic.example.org/answers"


@pytest.mark.requirement("MSG-17", "MSG-29", "MSG-36", "MSG-37", "MSG-55", "MSG-57")
async def test_a_message_is_accepted_with_an_id_and_counted(running: Bench) -> None:
    made = await registered(running.context)

    uid = await sent(running, made.key, single())

    assert [len(group) for group in uid.split("-")] == [4] * 6
    assert await counts(running, made.key, uid) == {"processing": 1}
    found = (await rows(running.context, "SELECT * FROM message_request"))[0]
    assert (found["messages"], len(found["mhash"])) == (1, 64)
    assert found["correlation_id"]


@pytest.mark.requirement("MSG-38", "MSG-D11")
async def test_the_same_request_within_a_day_is_taken_in_once(running: Bench) -> None:
    made, other = await registered(running.context), await registered(running.context, email="b@health.example.org")

    with clock.fixed(NOON):
        first = await sent(running, made.key, single())
        again = await sent(running, made.key, single())
        foreign = await sent(running, other.key, single())
        changed = await sent(running, made.key, single(email="bo@people.example.org"))
    with clock.fixed(NOON + timedelta(hours=24)):
        next_day = await sent(running, made.key, single())

    assert first == again
    assert len({first, foreign, changed, next_day}) == 4
    assert len(await rows(running.context, "SELECT id FROM message")) == 4


@pytest.mark.requirement("MSG-38", "MSG-D11")
async def test_the_same_request_ten_times_at_once_is_taken_in_once(running: Bench) -> None:
    made = await registered(running.context)

    found = await asyncio.gather(*(sent(running, made.key, single()) for _ in range(10)))

    assert len(set(found)) == 1
    assert len(await rows(running.context, "SELECT id FROM message")) == 1


@pytest.mark.requirement("MSG-57", "MSG-25")
async def test_a_malformed_recipient_does_not_fail_the_batch_and_is_counted(running: Bench) -> None:
    made = await registered(running.context)
    good = {"recipientInfo": {"email": "ada@people.example.org"}}
    bad: list[Any] = [
        {"recipientInfo": {"email": "nobody"}}, {"recipientInfo": {}}, {}, 5, None, {"recipientInfo": {"email": 7}},
        {"recipientInfo": {"email": "a@b.example\r\nBcc: c@d.example"}},
    ]  # fmt: skip

    uid = await sent(running, made.key, single(recipientInfo=listed(good, *bad, good)), way="batch")

    assert await counts(running, made.key, uid) == {"processing": 2, "notSent": 7}
    events = await rows(running.context, "SELECT state, reason FROM message_event WHERE state = 'failed'")
    assert {(event["state"], event["reason"]) for event in events} == {("failed", "malformed")}
    finished = await rows(running.context, "SELECT 1 AS one FROM job WHERE payload LIKE '%messaging.message.finished%'")
    assert len(finished) == 7


@pytest.mark.requirement("MSG-57")
async def test_a_batch_of_malformed_recipients_alone_is_counted_and_leaves_nothing_to_read(running: Bench) -> None:
    made = await registered(running.context)

    uid = await sent(running, made.key, batch("nobody", "no one"), way="batch")

    assert await counts(running, made.key, uid) == {"notSent": 2}
    assert await rows(running.context, "SELECT id FROM message_secret") == []
    assert await rows(running.context, "SELECT id FROM job WHERE kind = 'messaging.send'") == []


@pytest.mark.requirement("MSG-57", "MSG-63")
async def test_a_message_with_copies_is_one_message(running: Bench) -> None:
    made = await registered(running.context)
    copies = {"email": "a@b.example", "emailCC": "c@d.example, e@f.example", "emailBCC": "g@h.example"}

    uid = await sent(running, made.key, single(recipientInfo=copies))

    assert await counts(running, made.key, uid) == {"processing": 1}


REFUSED: dict[str, dict[str, Any]] = {
    "no recipient": {"recipientInfo": {}},
    "two addresses": {"recipientInfo": {"email": "a@b.example, c@d.example"}},
    "a name in the address": {"recipientInfo": {"email": "Ada <ada@b.example>"}},
    "a header in the address": {"recipientInfo": {"email": "a@b.example\r\nBcc: c@d.example"}},
    "a header in a copy": {"recipientInfo": {"email": "a@b.example", "emailCC": "c@d.example\nX: y"}},
    "a header in the name": {"recipientInfo": {"email": "a@b.example", "name": "Ada\r\nBcc: c@d.example"}},
    "a header in the title": {"emailContent": {"title": "Hi\r\nBcc: c@d.example", "content": "x"}},
    "another line end in the title": {"emailContent": {"title": "Hi\u2028Bcc: c@d.example", "content": "x"}},
    "no content": {"emailContent": {"title": "Hi"}},
    "another encoding": {"emailContent": {"encoding": "latin-1", "content": "x"}},
    "a long content": {"emailContent": {"content": "x" * 200_001}},
    "a long title": {"emailContent": {"title": "x" * 501, "content": "x"}},
    "a callback elsewhere": {"callback": {"URI": "https://evil.example/answers"}},
    "a callback to a subdomain": {"callback": {"URI": "https://x.clinic.example.org/"}},
    "a callback with a user": {"callback": {"URI": "https://clinic.example.org@evil.example/"}},
    "a callback to a file": {"callback": {"URI": "file:///etc/passwd"}},
    "a batch that is no base64": {"recipientInfo": {"batchEmailAsBase64": "?"}},
    "a batch that is no list": {"recipientInfo": {"batchEmailAsBase64": base64.b64encode(b"{}").decode()}},
    "an empty batch": {"recipientInfo": listed()},
}


@pytest.mark.requirement("MSG-28", "MSG-33", "MSG-39", "MSG-41", "MSG-48")
@pytest.mark.parametrize("what", REFUSED)
async def test_what_cannot_be_sent_is_refused_with_its_field_and_nothing_is_stored(on_sqlite: Bench, what: str) -> None:
    made = await registered(on_sqlite.context)

    async with messaging.client(on_sqlite, made.key) as client:
        answer = await client.post("/v1/send/email/single", json=single(**REFUSED[what]))

    assert (answer.status_code, bool(answer.json()["fields"])) == (400, True), answer.text
    assert await rows(on_sqlite.context, "SELECT id FROM message_request") == []
    assert await rows(on_sqlite.context, "SELECT mhash FROM recent_request") == []


@pytest.mark.requirement("MSG-15", "MSG-53")
async def test_a_fault_inside_comes_out_as_a_message_that_shows_nothing_of_it(on_sqlite: Bench) -> None:
    made = await registered(on_sqlite.context)
    async with on_sqlite.context.database.transaction() as tx:
        await tx.execute("ALTER TABLE sender_key RENAME TO lost_somewhere")

    async with messaging.client(on_sqlite, made.key) as client:
        answers = [
            await client.post("/v1/send/email/single", json=single()),
            await client.get("/v1/status/sms?status=delivered", headers={"requestUid": "x"}),
        ]

    assert [answer.status_code for answer in answers] == [500, 500]
    assert len({(answer.json()["code"], answer.json()["detail"]) for answer in answers}) == 1
    assert not [one for one in answers if "sender_key" in one.text or "lost_somewhere" in one.text]


@pytest.mark.requirement("MSG-54", "MSG-16", "MSG-40")
@pytest.mark.parametrize(
    "said",
    [
        {"organisationName": "Another Clinic"}, {"organisationRegNr": "GOV9"}, {"onBehalfOfName": "Police"},
        {"onBehalfOfRegNr": "GOV9"}, {"email": "police@health.example.org"}, {"replyTo": "me@evil.example"},
        {"name": "The Minister"},
    ],
)  # fmt: skip
async def test_nobody_sends_in_the_name_of_another(on_sqlite: Bench, said: dict[str, str]) -> None:
    made = await registered(on_sqlite.context)

    async with messaging.client(on_sqlite, made.key) as client:
        answer = await client.post("/v1/send/email/single", json=single(senderInfo=said))

    assert answer.status_code == 403
    assert await rows(on_sqlite.context, "SELECT id FROM message_request") == []


@pytest.mark.requirement("MSG-16", "MSG-D4")
@pytest.mark.parametrize("name", ["callback", "callbackURI", "callbackUri"])
@pytest.mark.parametrize("uri", ["URI", "uri"])
async def test_a_callback_is_read_under_every_name_and_kept_sealed(on_sqlite: Bench, name: str, uri: str) -> None:
    made = await registered(on_sqlite.context)

    await sent(on_sqlite, made.key, single(**{name: {uri: CALLBACK}}))

    kept = (await rows(on_sqlite.context, "SELECT id, callback FROM message_request"))[0]
    assert CALLBACK.encode() not in kept["callback"]
    assert on_sqlite.context.keys.open("callback", kept["callback"], bound_to=kept["id"]) == CALLBACK.encode()


@pytest.mark.requirement("MSG-27", "MSG-49", "MSG-07")
@pytest.mark.parametrize("key", ["", "x", "abcdef12345", "y" * 5_000])
async def test_without_a_valid_key_nothing_is_taken_or_told(on_sqlite: Bench, key: str) -> None:
    made = await registered(on_sqlite.context)
    uid = await sent(on_sqlite, made.key, single())

    async with messaging.client(on_sqlite, key) as client:
        answers = [
            await client.post("/v1/send/email/single", json=single(email="b@c.example")),
            await client.get("/v1/status/email?status=delivered", headers={"requestUid": uid}),
        ]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert len(await rows(on_sqlite.context, "SELECT id FROM message_request")) == 1


@pytest.mark.requirement("MSG-27", "MSG-47", "MSG-54", "MSG-68")
async def test_the_mediators_token_of_the_senders_application_takes_the_place_of_a_key(on_sqlite: Bench) -> None:
    await registered(on_sqlite.context, application="demo/GOV/7001/clinic")

    async with on_sqlite.application("demo/GOV/7001/clinic") as client:
        taken = await client.post("/v1/send/email/single", json=single())
    async with on_sqlite.application("demo/GOV/7001/other") as client:
        refused = await client.post("/v1/send/email/single", json=single())

    assert (taken.status_code, refused.status_code) == (200, 401)


@pytest.mark.requirement("MSG-07", "MSG-27")
async def test_a_revoked_key_and_a_closed_sender_send_no_more(running: Bench) -> None:
    made = await registered(running.context)
    second = await senders.new_key(running.context, by=messaging.BUILDER, sender_id=made.sender.id)
    _sender, keys = await senders.sender(running.context, by=messaging.BUILDER, sender_id=made.sender.id)

    await senders.revoke_key(running.context, by=messaging.BUILDER, sender_id=made.sender.id, key_id=keys[0].id)
    async with messaging.client(running, made.key) as client:
        first = (await client.post("/v1/send/email/single", json=single())).status_code
    await sent(running, second.key, single())
    await senders.close(running.context, by=messaging.BUILDER, sender_id=made.sender.id)
    async with messaging.client(running, second.key) as client:
        last = (await client.post("/v1/send/email/single", json=single())).status_code

    assert (first, last) == (401, 401)


@pytest.mark.requirement("MSG-08", "MSG-61")
async def test_a_key_is_kept_as_a_keyed_hash_alone(running: Bench) -> None:
    made = await registered(running.context)

    kept = (await rows(running.context, "SELECT * FROM sender_key"))[0]

    assert made.key not in str(kept)
    assert kept["hash"] == running.context.keys.fingerprint("api-key", made.key)


async def test_a_request_of_another_is_unknown(running: Bench) -> None:
    made, other = await registered(running.context), await registered(running.context, email="b@health.example.org")
    uid = await sent(running, made.key, single())

    async with messaging.client(running, other.key) as client:
        theirs = await client.get("/v1/status/email?status=delivered", headers={"requestUid": uid})
        nobodys = await client.get("/v1/status/email?status=delivered", headers={"requestUid": "x"})

    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    assert {**theirs.json(), "correlationId": ""} == {**nobodys.json(), "correlationId": ""}


@pytest.mark.requirement("MSG-12", "MSG-14", "MSG-50", "MSG-52")
async def test_no_more_is_taken_than_a_sender_may_send_in_a_day(running: Bench) -> None:
    made = await registered(running.context, daily_quota=3)
    people = [f"p{number}@people.example.org" for number in range(4)]

    with clock.fixed(NOON):
        await sent(running, made.key, batch(*people[:2]), way="batch")
        async with messaging.client(running, made.key) as client:
            refused = await client.post("/v1/send/email/batch", json=batch(*people[2:]))
        await sent(running, made.key, single(people[2]))
    with clock.fixed(NOON + timedelta(days=1)):
        await sent(running, made.key, single(people[3]))

    assert (refused.status_code, refused.headers["retry-after"]) == (429, "3600")


@pytest.mark.requirement("MSG-42", "MSG-12", "MSG-25")
async def test_a_batch_is_spread_over_time_by_the_senders_rate_and_others_do_not_wait(running: Bench) -> None:
    slow, quick = (
        await registered(running.context, per_second=2),
        await registered(running.context, email="b@c.example"),
    )
    people = [f"p{number}@people.example.org" for number in range(5)]

    with clock.fixed(NOON):
        uid = await sent(running, slow.key, batch(*people), way="batch")
        await sent(running, quick.key, single())
        after = await sent(running, slow.key, single())
        assert await counts(running, slow.key, uid) == {"processing": 2, "scheduled": 3}
    with clock.fixed(NOON + timedelta(seconds=1)):
        assert await counts(running, slow.key, uid) == {"processing": 4, "scheduled": 1}
    dues = await rows(running.context, f"SELECT due_at FROM message WHERE request_id = '{after}'")
    jobs = await rows(running.context, "SELECT due_at FROM job WHERE kind = 'messaging.send' ORDER BY due_at, number")

    assert dues[0]["due_at"] == clock.timestamp(NOON + timedelta(seconds=2))
    assert [job["due_at"][17:19] for job in jobs] == ["00", "00", "00", "01", "01", "02", "02"]


@pytest.mark.requirement("MSG-12", "MSG-42")
async def test_a_batch_of_more_than_a_senders_share_is_refused(on_sqlite: Bench) -> None:
    made = await registered(on_sqlite.context, batch_recipients_max=2)
    people = [f"p{number}@people.example.org" for number in range(3)]

    async with messaging.client(on_sqlite, made.key) as client:
        answer = await client.post("/v1/send/email/batch", json=batch(*people))

    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["batchEmailAsBase64"])


@pytest.mark.requirement("MSG-12", "MSG-26", "MSG-42")
async def test_what_could_not_go_within_its_day_is_refused_and_leaves_nothing(running: Bench) -> None:
    made = await registered(running.context, per_second=1)
    last = clock.timestamp(NOON + timedelta(hours=24, seconds=-2))
    async with running.context.database.transaction() as tx:
        await tx.execute("UPDATE sender_pace SET slot_at = :last, used = 1", last=last)

    with clock.fixed(NOON):
        async with messaging.client(running, made.key) as client:
            refused = await client.post("/v1/send/email/batch", json=batch("a@p.example", "b@p.example"))
            taken = await client.post("/v1/send/email/single", json=single())

    assert (refused.status_code, taken.status_code) == (429, 200)
    assert len(await rows(running.context, "SELECT id FROM message")) == 1


@pytest.mark.requirement("MSG-34", "MSG-44")
async def test_the_emergency_lane_is_for_those_who_were_given_it(running: Bench) -> None:
    usual, trusted = (
        await registered(running.context),
        await registered(running.context, urgent=True, email="b@c.example"),
    )

    async with messaging.client(running, usual.key) as client:
        refused = await client.post("/v1/emergency/send/email/single", json=single())
    await sent(running, trusted.key, single(), lane="/emergency")
    await sent(running, trusted.key, batch("x@y.example"), way="batch", lane="/emergency")

    kinds = [
        row["kind"] for row in await rows(running.context, "SELECT kind FROM job WHERE kind LIKE 'messaging.send%'")
    ]
    assert (refused.status_code, kinds) == (403, ["messaging.send_emergency"] * 2)


@pytest.mark.requirement("MSG-01")
@pytest.mark.parametrize(
    "table", ["message_request", "message", "message_event", "request_tally", "reply", "reply_event"]
)
async def test_what_was_written_of_messages_cannot_be_changed_or_deleted(running: Bench, table: str) -> None:
    from govstack.kernel.db import CheckViolation

    made = await registered(running.context)
    uid = await sent(running, made.key, single())
    async with running.context.database.transaction() as tx:
        now = clock.timestamp()
        await tx.execute("INSERT INTO request_tally (request_id, status, messages) VALUES (:uid, 'x', 1)", uid=uid)
        await tx.execute(
            "INSERT INTO reply (id, request_id, digest, content_bytes, received_at) VALUES ('r', :uid, 'd', 1, :now)",
            uid=uid, now=now,
        )  # fmt: skip
        await tx.execute(
            "INSERT INTO reply_event (reply_id, sequence, state, response_code, reason, at)"
            " VALUES ('r', 1, 'waiting', 0, '', :now)",
            now=now,
        )
    column = {"request_tally": "status", "reply_event": "reason", "message_event": "reason"}.get(table, "id")

    for statement in (f"UPDATE {table} SET {column} = 'z'", f"DELETE FROM {table}"):
        with pytest.raises(CheckViolation):
            async with running.context.database.transaction() as tx:
                await tx.execute(statement)

    assert await rows(running.context, f"SELECT 1 AS one FROM {table}")


@pytest.mark.requirement("MSG-25")
def test_every_state_has_a_published_one() -> None:
    shown = {(state, reason): published(state, reason, later=False) for state in State for reason in Reason}

    assert set(shown.values()) | {Status.SCHEDULED} == set(Status)
    assert shown[(State.FAILED, Reason.REJECTED)] is Status.BOUNCED
    assert {shown[(State.FAILED, reason)] for reason in Reason if reason is not Reason.REJECTED} == {Status.NOT_SENT}
    assert {state for (state, _), status in shown.items() if status in {Status.DELIVERED, Status.BOUNCED}} <= FINAL
    assert published(State.PENDING, "", later=True) is Status.SCHEDULED


@pytest.mark.requirement("MSG-D14")
def test_a_state_is_known_in_every_spelling() -> None:
    assert {status_of(label) for label in ("notSent", "not sent", "not_sent", "NOT-SENT", "notsent")} == {
        Status.NOT_SENT
    }
    assert status_of("unsent") is None


@given(st.integers(1, 50), st.integers(0, 300), st.integers(0, 49), st.integers(-5, 5))
def test_no_second_gets_more_turns_than_a_sender_may_have(rate: int, count: int, used: int, ahead: int) -> None:
    pace = Pace(NOON + timedelta(seconds=ahead), min(used, rate))

    found, after = turns(NOON, pace, per_second=rate, count=count)

    assert sum(number for _due, number in found) == count
    assert all(0 < number <= rate for _due, number in found)
    assert len({due for due, _number in found}) == len(found)
    assert after.used <= rate
    assert all(due >= NOON for due, _number in found)


def test_a_request_id_has_six_groups_of_four() -> None:
    assert all(len(request_id(ids.new_secret(64))) == 29 for _ in range(100))


@pytest.mark.requirement("MSG-13", "MSG-51", "MSG-59", "MSG-61")
async def test_every_call_is_logged_by_its_operation_without_contacts(
    on_sqlite: Bench, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    made = await registered(on_sqlite.context)
    caplog.set_level(logging.INFO)

    uid = await sent(on_sqlite, made.key, single("zerafina@people.example.org"))
    await counts(on_sqlite, made.key, uid)
    async with messaging.client(on_sqlite, "wrong") as client:
        await client.post("/v1/send/email/single", json=single("zerafina@people.example.org"))
    on_sqlite.running.application._access_log.flush()
    told = capfd.readouterr().out
    lines = [msgspec.json.decode(line) for line in told.splitlines() if line.startswith('{"actor"')]

    assert [(line["operation"], line["status"]) for line in lines] == [
        ("sendSingleEmail", 200), ("getEmailStatus", 200), ("sendSingleEmail", 401),
    ]  # fmt: skip
    assert "sender.refused" in told
    assert "zerafina" not in told
    assert made.key not in told

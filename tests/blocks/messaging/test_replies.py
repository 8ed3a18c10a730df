"""Answers of people: passed on to the sender alone, again when nobody listens, and not kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from govstack.blocks.messaging.replies.model import State, operator_rules, pause_seconds, state_after
from govstack.kernel import clock
from govstack.kernel.destinations import fault_of, may_connect
from tests.builders.messaging import PUBLISHED_KEY, client, messaging_on, registered, rows, sent, single, work
from tests.builders.running import Bench
from tests.databases import Databases

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANSWER = {"meta": "Meta-info", "content": "Q2xpZW50LXNwZWNpZmljIGNvbnRlbnQ="}
CALLBACK = "http://clinic.example.org/answers"


@dataclass
class Clinic:
    """The service that wrote to people, and listens for what they answer."""

    status: int = 200
    received: list[tuple[dict[str, str], Any]] = field(default_factory=list)

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        message = await receive()
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.received.append((headers, msgspec.json.decode(message["body"])))
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": b""})


@pytest.fixture
async def open_block(databases: Databases) -> AsyncIterator[Bench]:
    """Messaging that may pass answers on to the clinic."""
    async with messaging_on(databases, MESSAGING_CALLBACK_HOSTS="clinic.example.org") as made:
        yield made


async def answered(running: Bench, key: str, uid: str, body: Any = ANSWER) -> int:
    """Send an answer and return the status."""
    async with client(running, key) as caller:
        return (await caller.post("/v1/callback/email", json=body, headers={"requestUid": uid})).status_code


async def states(running: Bench) -> list[str]:
    """Return the events of all answers in order."""
    return [row["state"] for row in await rows(running.context, "SELECT state FROM reply_event ORDER BY number")]


@pytest.mark.requirement("MSG-63", "MSG-08", "MSG-64")
async def test_an_answer_reaches_the_sender_once_and_is_not_kept(open_block: Bench) -> None:
    clinic = Clinic()
    open_block.network.serve_locally("http://clinic.example.org", clinic)
    made = await registered(open_block.context)
    uid = await sent(open_block, made.key, single(callback={"URI": CALLBACK}))

    statuses = [await answered(open_block, made.key, uid) for _ in range(2)]
    kept = (await rows(open_block.context, "SELECT sealed FROM reply_content"))[0]["sealed"]
    await work(open_block.context)

    assert statuses == [200, 200]
    assert [body for _, body in clinic.received] == [ANSWER]
    assert clinic.received[0][0]["requestuid"] == uid
    assert ANSWER["content"].encode() not in kept
    assert await rows(open_block.context, "SELECT id FROM reply_content") == []
    assert await states(open_block) == ["waiting", "forwarded"]


@pytest.mark.requirement("MSG-63", "MSG-24")
async def test_an_answer_is_passed_on_again_until_somebody_listens(open_block: Bench) -> None:
    clinic = Clinic(status=503)
    open_block.network.serve_locally("http://clinic.example.org", clinic)
    made = await registered(open_block.context)
    with clock.fixed(NOON):
        uid = await sent(open_block, made.key, single(callback={"URI": CALLBACK}))
        await answered(open_block, made.key, uid)
        await work(open_block.context)
    clinic.status = 204
    with clock.fixed(NOON + timedelta(hours=1)):
        await work(open_block.context)

    keys = {headers["idempotency-key"] for headers, _ in clinic.received}
    assert (len(clinic.received), len(keys)) == (2, 1)
    assert await states(open_block) == ["waiting", "deferred", "forwarded"]


@pytest.mark.requirement("MSG-26")
async def test_an_answer_that_nobody_takes_for_a_day_is_dropped(open_block: Bench) -> None:
    open_block.network.serve_locally("http://clinic.example.org", Clinic(status=500))
    made = await registered(open_block.context)
    with clock.fixed(NOON):
        uid = await sent(open_block, made.key, single(callback={"URI": CALLBACK}))
        await answered(open_block, made.key, uid)
        await work(open_block.context)
    with clock.fixed(NOON + timedelta(hours=24)):
        await work(open_block.context)

    assert (await states(open_block))[-1] == "dropped"
    assert await rows(open_block.context, "SELECT id FROM reply_content") == []


async def test_where_the_operator_allows_no_host_nothing_leaves(on_sqlite: Bench) -> None:
    clinic = Clinic()
    on_sqlite.network.serve_locally("http://clinic.example.org", clinic)
    made = await registered(on_sqlite.context)
    with_callback = await sent(on_sqlite, made.key, single(callback={"URI": CALLBACK}))
    without = await sent(on_sqlite, made.key, single())

    for uid in (with_callback, without):
        await answered(on_sqlite, made.key, uid)
    await work(on_sqlite.context)

    reasons = await rows(on_sqlite.context, "SELECT reason FROM reply_event WHERE state = 'dropped' ORDER BY number")
    assert {row["reason"] for row in reasons} == {"host-not-allowed", "no-callback"}
    assert clinic.received == []


@pytest.mark.requirement("MSG-39", "MSG-41")
async def test_an_answer_that_cannot_be_passed_on_is_refused(on_sqlite: Bench) -> None:
    made, other = await registered(on_sqlite.context), await registered(on_sqlite.context, email="b@c.example")
    uid = await sent(on_sqlite, made.key, single())

    statuses = [
        await answered(on_sqlite, made.key, uid, {"meta": "x"}),
        await answered(on_sqlite, made.key, uid, {"content": "not base64!"}),
        await answered(on_sqlite, made.key, ""),
        await answered(on_sqlite, other.key, uid),
        await answered(on_sqlite, "", uid),
    ]

    assert statuses == [400, 400, 400, 404, 401]
    assert await rows(on_sqlite.context, "SELECT id FROM reply") == []


@pytest.mark.requirement("MSG-D5", "MSG-D6", "MSG-D7", "MSG-D8", "MSG-D12", "MSG-D1")
@pytest.mark.parametrize("prefix", ["", "/v1"])
async def test_published_clients_are_answered_as_they_expect(conforming: Bench, prefix: str) -> None:
    path, key = f"{prefix}/callback/email", {"api_key": PUBLISHED_KEY}
    message = single(senderInfo=None, callback={"URI": "https://example.com/callback/emails/requestUID"})
    async with conforming.client() as caller:
        uid = (await caller.post("/send/email/single", json=message, headers=key)).json()["requestUID"]
        headers = {**key, "requestUID": uid}
        faults = [
            await caller.get(path, headers=headers),
            await caller.put(path, headers=headers),
            await caller.post(path, json=ANSWER, headers=key),
            await caller.post(path, json=ANSWER, headers={"requestUID": uid}),
            await caller.post(path, headers=headers),
        ]
        good = await caller.post(path, json=ANSWER, headers=headers)

    assert [answer.status_code for answer in faults] == [405] * 5
    assert {answer.headers["allow"] for answer in faults} == {"POST"}
    assert good.status_code == 200
    assert {answer.headers["content-type"].partition(";")[0] for answer in (*faults, good)} == {"application/json"}


@pytest.mark.parametrize(
    ("uri", "patterns", "production", "allowed"),
    [
        ("http://127.0.0.1:8150/x", [], False, True), ("http://127.0.0.1:8150/x", [], True, False),
        ("https://a.example/x", [], False, False), ("https://a.example/x", ["a.example"], True, True),
        ("https://b.a.example/x", ["*.a.example"], True, True), ("https://a.example/x", ["*.a.example"], True, False),
        ("https://a.example:8443/x", ["a.example:443"], True, False),
    ],
)  # fmt: skip
def test_answers_go_only_where_the_operator_lets_them(
    uri: str, patterns: list[str], production: bool, allowed: bool
) -> None:
    assert (fault_of(uri, operator_rules(tuple(patterns), production=production)) == "") is allowed


def test_in_production_no_answer_goes_to_the_inside_of_a_machine() -> None:
    rules = operator_rules(("*",), production=True)

    assert not any(
        may_connect(number, rules) for number in ("127.0.0.1", "::1", "169.254.169.254", "0.0.0.0", "fe80::1%eth0")
    )
    assert all(may_connect(number, rules) for number in ("10.1.2.3", "93.184.216.34"))


def test_what_a_receiver_says_decides_whether_to_try_again() -> None:
    assert [state_after(status) for status in (200, 204, 404, 410, 429, 500)] == [
        State.FORWARDED, State.FORWARDED, State.DROPPED, State.DROPPED, State.DEFERRED, State.DEFERRED,
    ]  # fmt: skip
    assert pause_seconds(1) < pause_seconds(2) <= pause_seconds(50) == 3_600

"""Recovery: what failed for good is sent again when its sender brings it, and what has not may be given more time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from govstack.blocks.messaging.delivery import service as delivery
from govstack.blocks.messaging.intake import service as intake
from govstack.blocks.messaging.intake.model import State
from govstack.blocks.messaging.recovery.model import Standing
from govstack.kernel import audit, clock, i18n
from govstack.kernel.actor import SYSTEM
from govstack.kernel.sessions import VISIT_COOKIE
from tests.blocks.messaging.test_delivery import DEFER, REJECT, mailing, readable, server
from tests.blocks.messaging.test_pages import ADMINISTRATOR, page, post
from tests.builders import messaging
from tests.builders.mail_server import ACCEPTED, MailServer
from tests.builders.messaging import batch, counts, registered, rows, sent, single, work
from tests.builders.running import Bench

__all__ = ["mailing", "server"]
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ADA, BO = "ada@people.example.org", "bo@people.example.org"


async def resend(running: Bench, key: str, uid: str, body: dict[str, Any], *, way: str = "single") -> httpx.Response:
    """Send a request again."""
    async with messaging.client(running, key) as client:
        return await client.post(f"/v1/resend/email/{way}", json=body, headers={"requestUid": uid})


@pytest.mark.requirement("MSG-45", "MSG-46")
async def test_what_failed_of_a_batch_is_sent_again_and_nothing_else(mailing: Bench, server: MailServer) -> None:
    made = await registered(mailing.context)
    server.on_recipient = lambda address: REJECT if address == BO else ACCEPTED
    body = batch(ADA, BO, "nobody")
    uid = await sent(mailing, made.key, body, way="batch")
    await work(mailing.context)
    before = await counts(mailing, made.key, uid)

    server.on_recipient = lambda _: ACCEPTED
    answer = await resend(mailing, made.key, uid, body, way="batch")
    under_way = await counts(mailing, made.key, uid)
    await work(mailing.context)

    assert (before, answer.json()) == (
        {"delivered": 1, "bounced": 1, "notSent": 1},
        {"requestUid": uid, "messages": 1},
    )
    assert under_way == {"delivered": 1, "processing": 1, "notSent": 1}
    assert await counts(mailing, made.key, uid) == {"delivered": 2, "notSent": 1}
    assert [envelope[1] for envelope in server.envelopes] == [(ADA,), (BO,)]
    assert await readable(mailing) == [0, 0]


@pytest.mark.requirement("MSG-46", "MSG-38")
async def test_sending_again_twice_or_at_once_sends_once(mailing: Bench, server: MailServer) -> None:
    made = await registered(mailing.context)
    server.on_recipient = lambda _: REJECT
    uid = await sent(mailing, made.key, single())
    await work(mailing.context)

    server.on_recipient = lambda _: ACCEPTED
    answers = await asyncio.gather(*(resend(mailing, made.key, uid, single()) for _ in range(5)))
    await work(mailing.context)
    late = await resend(mailing, made.key, uid, single())

    assert sorted(answer.json()["messages"] for answer in answers) == [0, 0, 0, 0, 1]
    assert (late.json()["messages"], len(server.mails)) == (0, 1)


@pytest.mark.requirement("MSG-46", "MSG-26")
async def test_what_is_sent_again_has_a_day_of_its_own(mailing: Bench, server: MailServer) -> None:
    made = await registered(mailing.context)
    server.on_recipient = lambda _: DEFER
    with clock.fixed(NOON):
        uid = await sent(mailing, made.key, single())
    with clock.fixed(NOON + timedelta(hours=25)):
        await work(mailing.context)
        expired = await counts(mailing, made.key, uid)
        assert (await resend(mailing, made.key, uid, single())).json()["messages"] == 1
        await work(mailing.context)
        deferred = await counts(mailing, made.key, uid)
    server.on_recipient = lambda _: ACCEPTED
    with clock.fixed(NOON + timedelta(hours=48)):
        await work(mailing.context)
        delivered = await counts(mailing, made.key, uid)

    assert [expired, deferred, delivered] == [{"notSent": 1}, {"deferred": 1}, {"delivered": 1}]


@pytest.mark.requirement("MSG-46", "MSG-54", "MSG-08")
async def test_only_the_same_request_of_the_same_sender_is_sent_again(mailing: Bench, server: MailServer) -> None:
    made, other = await registered(mailing.context), await registered(mailing.context, email="b@c.example")
    server.on_recipient = lambda _: REJECT
    uid = await sent(mailing, made.key, single())
    await work(mailing.context)

    answers = [
        await resend(mailing, made.key, uid, single(email="eve@people.example.org")),
        await resend(mailing, made.key, uid, single(emailContent={"title": "Hi", "content": "x"})),
        await resend(mailing, other.key, uid, single()),
        await resend(mailing, made.key, "fUQK-CPju-Ea5B-6y7X-8A72-VqU5", single()),
        await resend(mailing, "wrong", uid, single()),
    ]

    assert [answer.status_code for answer in answers] == [400, 400, 404, 404, 401]
    assert await readable(mailing) == [0, 0]


@pytest.mark.requirement("MSG-46", "MSG-12")
async def test_what_is_sent_again_counts_for_the_senders_day(mailing: Bench, server: MailServer) -> None:
    made = await registered(mailing.context, daily_quota=1)
    server.on_recipient = lambda _: REJECT
    with clock.fixed(NOON):
        uid = await sent(mailing, made.key, single())
        await work(mailing.context)

        answer = await resend(mailing, made.key, uid, single())

    assert (answer.status_code, await readable(mailing)) == (429, [0, 0])
    assert len(await rows(mailing.context, "SELECT number FROM message_event WHERE state = 'queued'")) == 1


@pytest.mark.requirement("MSG-46", "MSG-24")
async def test_a_letter_is_there_for_what_is_sent_again_whatever_is_taken_away_meanwhile(
    mailing: Bench, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await registered(mailing.context)
    server.on_recipient = lambda _: REJECT
    uid = await sent(mailing, made.key, single())
    await work(mailing.context)
    server.on_recipient = lambda _: ACCEPTED
    # A letter that its last messages have left behind, as it is until the next sweep.
    async with mailing.context.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO message_secret (id, request_id, sealed_key) VALUES (:id, :id, :key)", id=uid, key=b"x"
        )
        await tx.execute("INSERT INTO message_content (id, sealed) VALUES (:id, :text)", id=uid, text=b"x")
    half_way, queue = asyncio.Event(), intake.queue

    async def slowly(*given: Any, **named: Any) -> None:
        half_way.set()
        # Time for the sweep to come as far as it can: what decides is what is there afterwards.
        await asyncio.sleep(0.3)
        await queue(*given, **named)

    monkeypatch.setattr(intake, "queue", slowly)
    again = asyncio.create_task(resend(mailing, made.key, uid, single()))
    await half_way.wait()
    await delivery.sweep(mailing.context, by=SYSTEM)
    assert (await again).json()["messages"] == 1
    await work(mailing.context)

    assert await counts(mailing, made.key, uid) == {"delivered": 1}
    assert (len(server.mails), await readable(mailing)) == (1, [0, 0])


@pytest.mark.requirement("MSG-45", "MSG-46", "MSG-26")
async def test_an_administrator_gives_messages_more_time_and_never_more_than_a_week(
    mailing: Bench, server: MailServer
) -> None:
    made = await registered(mailing.context)
    server.on_recipient = lambda _: DEFER
    administrator = ("demo/GOV/7000/sandbox", "messaging:administer")
    with clock.fixed(NOON):
        uid = await sent(mailing, made.key, single())
        await work(mailing.context)
        path = f"/v1/requests/{uid}/end"
        async with mailing.application(*administrator) as client:
            wishes = ("25T12:00:00Z", "25T12:00:00Z", "24T12:00:00Z", "29T12:00:01Z", "25T12:00:00")
            answers = [await client.put(path, json={"until": f"2026-11-{wish}"}) for wish in wishes]
            answers.append(await client.put("/v1/requests/none/end", json={"until": "2026-11-25T12:00:00Z"}))
    with clock.fixed(NOON + timedelta(hours=60)):
        await work(mailing.context)
        still = await counts(mailing, made.key, uid)
    with clock.fixed(NOON + timedelta(hours=72)):
        await work(mailing.context)
        ended = await counts(mailing, made.key, uid)
        async with mailing.application(*administrator) as client:
            answers.append(await client.put(path, json={"until": "2026-11-26T12:00:00Z"}))

    assert [answer.status_code for answer in answers] == [200, 200, 200, 400, 400, 404, 409]
    assert answers[2].json()["until"] == "2026-11-25T12:00:00.000000Z"
    assert (still, ended) == ({"deferred": 1}, {"notSent": 1})
    async with mailing.context.database.reading() as tx:
        assert len(await audit.entries(tx, action="messaging.request.extended")) == 1


@pytest.mark.requirement("MSG-45", "MSG-49")
@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_a_page_gives_a_request_another_day(mailing: Bench, server: MailServer, language: str) -> None:
    made = await registered(mailing.context)
    server.on_recipient = lambda _: DEFER
    uid = await sent(mailing, made.key, single())
    await work(mailing.context)

    async with mailing.browser("mila", *ADMINISTRATOR) as browser:
        browser.headers["cookie"] += f"; {VISIT_COOKIE}=visit"
        browser.headers["accept-language"] = language
        shown = await page(browser, f"/requests/{uid}")
        asked = await page(browser, f"/requests/{uid}/extend")
        until = asked.split('name="until" value="')[1].partition('"')[0]
        done = [await post(browser, f"/requests/{uid}/extend", until=until) for _ in range(2)]
        wrong = await post(browser, f"/requests/{uid}/extend", until="never")
    async with mailing.browser("ashok", "messaging:read") as reader:
        refused = await reader.get(f"/requests/{uid}/extend")

    assert f"/requests/{uid}/extend" in shown
    assert [answer.status_code for answer in (*done, wrong, refused)] == [303, 303, 400, 403]
    assert len(await rows(mailing.context, "SELECT number FROM request_extension")) == 1


@pytest.mark.parametrize(("state", "tried"), [(State.QUEUED, True), (State.ERRORED, True), (State.SENT, False)])
def test_a_text_that_waits_for_its_receipt_is_tried_no_more(state: State, tried: bool) -> None:
    assert Standing("m", "h", 2, state, "").is_under_way is tried


@pytest.mark.requirement("MSG-45")
async def test_a_request_at_its_end_is_not_extended(on_sqlite: Bench) -> None:
    made = await registered(on_sqlite.context)
    uid = await sent(on_sqlite, made.key, single())
    await work(on_sqlite.context)

    async with on_sqlite.browser("mila", *ADMINISTRATOR) as browser:
        shown = await page(browser, f"/requests/{uid}")
        await page(browser, f"/requests/{uid}/extend", status=409)

    assert "/extend" not in shown

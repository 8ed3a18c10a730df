"""A process that is killed loses no message it has accepted, and what it was sending comes again under the same id."""

from __future__ import annotations

import asyncio
import signal

import pytest

from tests.builders.mail_server import ACCEPTED, mail_server
from tests.builders.messaging import batch, counts, messaging_on, registered, rows, sent, single, text, work
from tests.builders.messaging_process import messaging_process
from tests.builders.smpp_peer import OK, Submitted, smpp_peer
from tests.databases import Databases

ACCEPTED_MIN = 20
LEASE_SECONDS = 1.2


@pytest.mark.slow
@pytest.mark.requirement("MSG-24", "MSG-35", "MSG-56")
async def test_what_was_accepted_before_a_kill_is_sent_once(databases: Databases) -> None:
    async with (
        mail_server() as server,
        messaging_on(databases, synchronous="FULL", SMTP_URL=server.url) as running,
    ):
        made = await registered(running.context)
        async with messaging_process("accept", databases, made.key, server.url) as process:
            assert process.stdout is not None
            acknowledged = [(await process.stdout.readline()).decode().strip() for _ in range(ACCEPTED_MIN)]
            process.send_signal(signal.SIGKILL)
            rest = (await process.stdout.read()).decode().split("\n")[:-1]
        acknowledged += [line for line in rest if line]
        nothing_sent = list(server.mails)
        await work(running.context)

        assert nothing_sent == []
        assert [await counts(running, made.key, uid) for uid in acknowledged] == [{"delivered": 1}] * len(acknowledged)
        assert len(server.message_ids) == len(set(server.message_ids)) >= len(acknowledged)


@pytest.mark.slow
@pytest.mark.requirement("MSG-24", "MSG-22")
async def test_what_a_killed_process_was_sending_comes_again_under_the_same_id(databases: Databases) -> None:
    going_on = asyncio.Event()
    async with (
        mail_server() as server,
        messaging_on(databases, synchronous="FULL", SMTP_URL=server.url) as running,
    ):
        made = await registered(running.context)
        uid = await sent(running, made.key, single())

        async def taken_but_unanswered() -> str:
            server.mails.append(server_copy())
            await going_on.wait()
            return "451 too late"

        def server_copy():  # type: ignore[no-untyped-def]
            from email.message import EmailMessage

            return EmailMessage()

        server.on_data = taken_but_unanswered
        async with messaging_process("send", databases, made.key, server.url) as process:
            async with asyncio.timeout(20):
                while not server.mails:
                    await asyncio.sleep(0.02)
            process.send_signal(signal.SIGKILL)
            await process.wait()
        going_on.set()
        server.mails.clear()
        server.on_data = lambda: ACCEPTED
        await asyncio.sleep(LEASE_SECONDS)
        await work(running.context)
        umid = (await rows(running.context, "SELECT id FROM message"))[0]["id"]

        assert await counts(running, made.key, uid) == {"delivered": 1}
        assert server.message_ids == [f"<{umid}@health.example.org>"]


@pytest.mark.slow
@pytest.mark.requirement("MSG-04", "MSG-18", "MSG-22")
async def test_two_processes_share_the_work_and_send_each_message_once(databases: Databases) -> None:
    async with (
        mail_server() as server,
        messaging_on(databases, synchronous="FULL", SMTP_URL=server.url) as running,
    ):
        made = await registered(running.context)
        people = [f"p{number}@people.example.org" for number in range(80)]
        async with (
            messaging_process("send", databases, made.key, server.url),
            messaging_process("send", databases, made.key, server.url),
        ):
            uid = await sent(running, made.key, batch(*people), way="batch")
            async with asyncio.timeout(40):
                while await counts(running, made.key, uid) != {"delivered": 80}:
                    await asyncio.sleep(0.1)

    assert sorted(mail["To"].addresses[0].addr_spec for mail in server.mails) == sorted(people)


@pytest.mark.slow
@pytest.mark.requirement("MSG-24", "MSG-35", "MSG-56")
async def test_texts_that_were_accepted_before_a_kill_are_sent_once(databases: Databases) -> None:
    async with smpp_peer() as peer, messaging_on(databases, synchronous="FULL", SMPP_URL=peer.url) as running:
        made = await registered(running.context)
        async with messaging_process("accept", databases, made.key, smpp=peer.url) as process:
            assert process.stdout is not None
            acknowledged = [(await process.stdout.readline()).decode().strip() for _ in range(ACCEPTED_MIN)]
            process.send_signal(signal.SIGKILL)
            acknowledged += [line for line in (await process.stdout.read()).decode().split("\n")[:-1] if line]
        nothing_sent = list(peer.parts)
        await work(running.context)
        for part in peer.parts:
            await peer.receipt(part.id, "DELIVRD")
        await work(running.context)

        assert nothing_sent == []
        found = [await counts(running, made.key, uid, by="sms") for uid in acknowledged]
        assert found == [{"delivered": 1}] * len(acknowledged)
        assert len(peer.numbers) == len(set(peer.numbers)) >= len(acknowledged)


@pytest.mark.slow
@pytest.mark.requirement("MSG-24", "MSG-22")
async def test_a_text_that_a_killed_process_was_sending_comes_again(databases: Databases) -> None:
    async with smpp_peer() as peer, messaging_on(databases, synchronous="FULL", SMPP_URL=peer.url) as running:
        made = await registered(running.context)
        uid = await sent(running, made.key, text(), by="sms")
        reached = asyncio.Event()

        def taken_but_unanswered(_: Submitted) -> str:
            reached.set()
            return "hang"

        peer.on_submit = taken_but_unanswered
        async with messaging_process("send", databases, made.key, smpp=peer.url) as process:
            async with asyncio.timeout(20):
                await reached.wait()
            process.send_signal(signal.SIGKILL)
            await process.wait()
        peer.on_submit = lambda _: OK
        await asyncio.sleep(LEASE_SECONDS)
        await work(running.context)

        assert (await counts(running, made.key, uid, by="sms"), peer.attempts, len(peer.parts)) == (
            {"processing": 1},
            2,
            1,
        )

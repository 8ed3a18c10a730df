"""Sending: to the end of each message, never twice after an answer, never lost, and forgotten afterwards."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import apsw
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from govstack.blocks.messaging.delivery import service
from govstack.blocks.messaging.delivery.model import outcome_of, server_of
from govstack.blocks.messaging.providers.model import FAILURES_MAX, Breaker, Result
from govstack.blocks.messaging.senders import service as senders
from govstack.kernel import clock
from govstack.kernel.actor import SYSTEM
from tests.builders.mail_server import ACCEPTED, MailServer, mail_server
from tests.builders.messaging import (
    SENDER_EMAIL,
    batch,
    counts,
    messaging_on,
    registered,
    rows,
    sent,
    single,
    wish,
    work,
)
from tests.builders.running import Bench
from tests.databases import Databases

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DEFER = "451 try later"
REJECT = "550 no such user"


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    """A mail server that takes everything."""
    async with mail_server() as made:
        yield made


@pytest.fixture
async def mailing(databases: Databases, server: MailServer) -> AsyncIterator[Bench]:
    """Messaging that sends to the server of the test."""
    async with messaging_on(databases, SMTP_URL=server.url) as made:
        yield made


async def message_ids(running: Bench) -> list[str]:
    """Return the ids of all messages in their order."""
    return [row["id"] for row in await rows(running.context, "SELECT id FROM message ORDER BY number")]


async def history(running: Bench) -> list[tuple[str, str, int]]:
    """Return state, reason and code of each event, in order."""
    found = await rows(running.context, "SELECT state, reason, response_code FROM message_event ORDER BY number")
    return [(row["state"], row["reason"], row["response_code"]) for row in found]


async def readable(running: Bench) -> list[int]:
    """Return how many keys and how many sealed texts there are."""
    tables = ("message_secret", "message_content")
    return [len(await rows(running.context, f"SELECT id FROM {table}")) for table in tables]


@pytest.mark.requirement("MSG-17", "MSG-35", "MSG-56", "MSG-58", "MSG-63", "MSG-33")
async def test_a_message_arrives_as_it_was_written(mailing: Bench, server: MailServer) -> None:
    made = await registered(mailing.context, name="Dr. Müller")
    people = {
        "email": "ada@people.example.org",
        "emailCC": "bo@people.example.org",
        "emailBCC": "cy@people.example.org",
    }
    content = "Grüße\nمرحبا\n" + "x" * 2_000 + "\n.\nend"
    letter = {"title": "Ihr Termin: 8 Uhr – مرحبا", "content": content}

    uid = await sent(mailing, made.key, single(recipientInfo={**people, "name": "Zoë, Ada"}, emailContent=letter))
    await work(mailing.context)

    mail = server.mails[0]
    assert server.envelopes == [
        (SENDER_EMAIL, ("ada@people.example.org", "bo@people.example.org", "cy@people.example.org"))
    ]
    assert (mail["Subject"], mail["Reply-To"]) == (letter["title"], "answers@health.example.org")
    assert (mail["From"].addresses[0].display_name, mail["To"].addresses[0].display_name) == ("Dr. Müller", "Zoë, Ada")
    assert mail.get_content().replace("\r\n", "\n").rstrip("\n") == content
    assert (mail["Cc"], mail["Bcc"], mail.get_content_type()) == ("bo@people.example.org", None, "text/plain")
    assert mail["Message-ID"] == f"<{(await message_ids(mailing))[0]}@health.example.org>"
    assert await counts(mailing, made.key, uid) == {"delivered": 1}


@pytest.mark.requirement("MSG-08", "MSG-24", "MSG-60", "MSG-64")
async def test_what_can_be_read_is_erased_when_the_message_has_come_to_its_end(
    mailing: Bench, server: MailServer
) -> None:
    made = await registered(mailing.context)
    server.on_recipient = lambda address: DEFER if address.startswith("bo") else ACCEPTED

    with clock.fixed(NOON):
        uid = await sent(mailing, made.key, batch("ada@p.example", "bo@p.example"), way="batch")
        before = await readable(mailing)
        await work(mailing.context)
        between = await readable(mailing)
    server.on_recipient = lambda _: ACCEPTED
    with clock.fixed(NOON + timedelta(hours=1)):
        await work(mailing.context)

    assert (before, between, await readable(mailing)) == ([3, 3], [2, 2], [0, 0])
    assert await counts(mailing, made.key, uid) == {"delivered": 2}


@pytest.mark.requirement("MSG-24", "MSG-25", "MSG-26", "MSG-23")
async def test_a_server_that_defers_for_an_hour_is_tried_again_by_the_senders_patience(
    mailing: Bench, server: MailServer
) -> None:
    made = await registered(mailing.context, retry_first_seconds=600, retry_factor=2, retry_longest_seconds=1_800)
    server.on_recipient = lambda _: DEFER
    minute = 0

    with clock.fixed(NOON):
        uid = await sent(mailing, made.key, single())
    while minute < 60:
        with clock.fixed(NOON + timedelta(minutes=minute)):
            await work(mailing.context)
            assert await counts(mailing, made.key, uid) == {"deferred": 1}
        minute += 5
    attempts = server.attempts
    server.on_recipient = lambda _: ACCEPTED
    with clock.fixed(NOON + timedelta(hours=2)):
        await work(mailing.context)
        await work(mailing.context)

    assert 3 <= attempts <= 4
    assert (await counts(mailing, made.key, uid), len(server.mails)) == ({"delivered": 1}, 1)
    assert [state for state, _, _ in await history(mailing)] == ["queued", *["errored"] * attempts, "delivered"]


@pytest.mark.requirement("MSG-26")
async def test_after_a_day_a_message_has_failed_and_is_not_sent_any_more(mailing: Bench, server: MailServer) -> None:
    made = await registered(mailing.context)
    server.on_recipient = lambda _: DEFER

    with clock.fixed(NOON):
        uid = await sent(mailing, made.key, single())
        await work(mailing.context)
    server.on_recipient = lambda _: ACCEPTED
    with clock.fixed(NOON + timedelta(hours=24)):
        await work(mailing.context)

    assert await counts(mailing, made.key, uid) == {"notSent": 1}
    assert (await history(mailing))[-1][:2] == ("failed", "expired")
    assert (server.mails, await readable(mailing)) == ([], [0, 0])
    assert await rows(mailing.context, "SELECT id FROM job WHERE state = 'waiting' AND kind = 'messaging.send'") == []


@pytest.mark.requirement("MSG-25", "MSG-57")
async def test_one_refused_recipient_of_many_bounces_alone(mailing: Bench, server: MailServer) -> None:
    made = await registered(mailing.context)
    server.on_recipient = lambda address: REJECT if address.startswith("p7@") else ACCEPTED

    uid = await sent(mailing, made.key, batch(*(f"p{number}@p.example" for number in range(50))), way="batch")
    await work(mailing.context)

    assert await counts(mailing, made.key, uid) == {"delivered": 49, "bounced": 1}
    assert len(server.mails) == 49
    assert server.connections <= 4
    assert ("failed", "rejected", 550) in await history(mailing)


@pytest.mark.slow
@pytest.mark.requirement("MSG-45", "MSG-57")
async def test_one_refused_recipient_of_ten_thousand_bounces_alone(
    sqlite_databases: Databases, server: MailServer
) -> None:
    server.on_recipient = lambda address: REJECT if address.startswith("p4711@") else ACCEPTED
    async with messaging_on(sqlite_databases, SMTP_URL=server.url) as running:
        made = await registered(running.context)

        uid = await sent(running, made.key, batch(*(f"p{number}@p.example" for number in range(10_000))), way="batch")
        while (await counts(running, made.key, uid)).get("processing") or await readable(running) != [0, 0]:
            await work(running.context)
        found = await counts(running, made.key, uid)

    assert found == {"delivered": 9_999, "bounced": 1}
    assert len(set(server.message_ids)) == 9_999


@pytest.mark.requirement("MSG-25")
@pytest.mark.parametrize(
    ("where", "line", "status", "event"),
    [
        ("on_sender", "550 not you", "notSent", ("failed", "refused", 550)),
        ("on_sender", "451 later", "deferred", ("errored", "deferred", 451)),
        ("on_sender", "530 sign in first", "deferred", ("errored", "unreachable", 530)),
        ("on_data", "554 spam", "notSent", ("failed", "refused", 554)),
        ("on_data", "452 full", "deferred", ("errored", "deferred", 452)),
        ("on_data", "421 closing", "deferred", ("errored", "deferred", 421)),
        ("on_recipient", "450 busy", "deferred", ("errored", "deferred", 450)),
        ("on_recipient", "553 no", "bounced", ("failed", "rejected", 553)),
    ],
)
async def test_each_answer_of_the_server_leads_to_its_state(
    sqlite_databases: Databases, server: MailServer, where: str, line: str, status: str, event: tuple[str, str, int]
) -> None:
    async with messaging_on(sqlite_databases, SMTP_URL=server.url) as running:
        made = await registered(running.context)
        setattr(server, where, (lambda: line) if where == "on_data" else (lambda _: line))

        uid = await sent(running, made.key, single())
        await work(running.context)

        assert (await counts(running, made.key, uid), (await history(running))[-1]) == ({status: 1}, event)


@pytest.mark.requirement("MSG-25")
async def test_a_copy_that_is_refused_is_left_out_and_one_to_be_tried_later_holds_up_the_mail(
    sqlite_databases: Databases, server: MailServer
) -> None:
    async with messaging_on(sqlite_databases, SMTP_URL=server.url) as running:
        made = await registered(running.context)
        server.on_recipient = lambda address: {"cc@p.example": REJECT, "bcc@p.example": DEFER}.get(address, ACCEPTED)
        await sent(running, made.key, single(recipientInfo={"email": "a@p.example", "emailCC": "cc@p.example"}))
        uid = await sent(running, made.key, single(recipientInfo={"email": "b@p.example", "emailBCC": "bcc@p.example"}))
        await work(running.context)

        assert server.envelopes == [(SENDER_EMAIL, ("a@p.example",))]
        assert await counts(running, made.key, uid) == {"deferred": 1}


@pytest.mark.requirement("MSG-24", "MSG-22")
async def test_what_breaks_off_in_the_middle_comes_again_with_the_same_message_id(
    mailing: Bench, server: MailServer
) -> None:
    made = await registered(mailing.context)
    server.on_data = lambda: "die"

    with clock.fixed(NOON):
        uid = await sent(mailing, made.key, single())
        await work(mailing.context)
        assert await counts(mailing, made.key, uid) == {"deferred": 1}
    server.on_data = lambda: ACCEPTED
    with clock.fixed(NOON + timedelta(hours=1)):
        await work(mailing.context)

    assert server.message_ids == [f"<{(await message_ids(mailing))[0]}@health.example.org>"]
    assert (await history(mailing))[1] == ("errored", "unreachable", 0)


async def test_a_kept_connection_that_has_gone_is_replaced_without_an_error(
    sqlite_databases: Databases, server: MailServer
) -> None:
    async with messaging_on(sqlite_databases, SMTP_URL=server.url) as running:
        made = await registered(running.context)
        await sent(running, made.key, single("a@p.example"))
        await work(running.context)
        await sent(running, made.key, single("b@p.example"))
        await work(running.context)
        kept = server.connections
        channel: Any = service.ways(running.context).mails.links[0].provider
        client, _since = channel._lanes[False].idle[0]
        client.transport.abort()
        uid = await sent(running, made.key, single("c@p.example"))
        await work(running.context)

        assert (kept, server.connections, len(server.mails)) == (1, 2, 3)
        assert await counts(running, made.key, uid) == {"delivered": 1}


@pytest.mark.requirement("MSG-24", "MSG-26")
async def test_a_dead_server_is_spared_and_nothing_is_lost(sqlite_databases: Databases) -> None:
    async with mail_server() as server:
        url = server.url
    async with messaging_on(sqlite_databases, SMTP_URL=url) as running:
        made = await registered(running.context)
        with clock.fixed(NOON):
            uid = await sent(running, made.key, batch(*(f"p{number}@p.example" for number in range(30))), way="batch")
            await work(running.context)
            assert await counts(running, made.key, uid) == {"deferred": 30}
        breaker = service.ways(running.context).mails.links[0].breaker

        assert FAILURES_MAX <= breaker.failures <= FAILURES_MAX + 10  # the hands that were busy when it opened
        assert {reason for _, reason, _ in (await history(running))[30:]} == {"unreachable"}
        assert await readable(running) == [31, 31]


@pytest.mark.requirement("MSG-22")
async def test_a_jump_of_the_clock_does_not_send_twice(mailing: Bench, server: MailServer) -> None:
    made = await registered(mailing.context)
    going_on = asyncio.Event()

    async def slow() -> str:
        await going_on.wait()
        return ACCEPTED

    server.on_data = slow
    with clock.fixed(NOON):
        await sent(mailing, made.key, single())
        message_id = (await message_ids(mailing))[0]
        first = asyncio.create_task(service.send(mailing.context, by=SYSTEM, message_id=message_id))
        async with asyncio.timeout(10):
            while not server.attempts:
                await asyncio.sleep(0.01)
    with clock.fixed(NOON + timedelta(hours=5)):
        again = await service.send(mailing.context, by=SYSTEM, message_id=message_id)
    going_on.set()
    assert await first is None
    after = await service.send(mailing.context, by=SYSTEM, message_id=message_id)

    assert (again, after, len(server.mails)) == (service.IN_FLIGHT_SECONDS, None, 1)


@pytest.mark.requirement("MSG-34")
async def test_emergencies_leave_before_a_flood_of_ordinary_messages(
    sqlite_databases: Databases, server: MailServer
) -> None:
    from functools import partial

    from govstack.blocks.messaging.manifest import MANIFEST
    from govstack.kernel.job_runner import JobRunner

    held, begun = asyncio.Event(), []

    async def slow() -> str:
        begun.append(1)
        await held.wait()
        return ACCEPTED

    async with messaging_on(sqlite_databases, SMTP_URL=server.url) as running:
        made = await registered(running.context, urgent=True)
        await sent(running, made.key, batch(*(f"p{number}@p.example" for number in range(100))), way="batch")
        handlers = {kind: partial(task.handler, running.context) for kind, task in MANIFEST.tasks.items()}
        urgent = {kind: handlers.pop(kind) for kind, task in MANIFEST.tasks.items() if task.urgent}
        runners = [JobRunner(running.context.database, found) for found in (handlers, urgent)]
        server.on_data = slow
        tasks = [asyncio.create_task(runners[0].run())]
        async with asyncio.timeout(10):
            while len(begun) < 4:
                await asyncio.sleep(0.01)
        server.on_data = lambda: ACCEPTED
        tasks.append(asyncio.create_task(runners[1].run()))
        uid = await sent(running, made.key, single("urgent@p.example"), lane="/emergency")
        async with asyncio.timeout(10):
            while await counts(running, made.key, uid) != {"delivered": 1}:
                await asyncio.sleep(0.02)
        first = [mail["To"] for mail in server.mails]
        held.set()
        for runner in runners:
            await runner.stop()
        await asyncio.gather(*tasks)

    assert [mail.addresses[0].addr_spec for mail in first] == ["urgent@p.example"]


@pytest.mark.requirement("MSG-34")
async def test_ordinary_messages_go_in_the_order_in_which_they_came(
    sqlite_databases: Databases, server: MailServer
) -> None:
    async with messaging_on(sqlite_databases, SMTP_URL=server.url, MESSAGING_SMTP_CONNECTIONS="1") as running:
        made = await registered(running.context)
        people = [f"p{number}@p.example" for number in range(12)]
        with clock.fixed(NOON):
            for one in people:
                await sent(running, made.key, single(one))
            await work(running.context)

    assert [mail["To"].addresses[0].addr_spec for mail in server.mails] == people


PLANTED = ("zerafina", "quixwater", "Nachtzug 4711", "passport renewal is due")


@pytest.mark.requirement("MSG-08", "MSG-61", "MSG-64", "MSG-69")
async def test_neither_database_nor_log_ever_holds_what_can_be_read(
    mailing: Bench, server: MailServer, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    made = await registered(mailing.context)
    person = {"email": "zerafina@quixwater.example", "name": "Zerafina Quixwater"}
    letter = {"title": "Nachtzug 4711", "content": "Your passport renewal is due."}
    server.on_recipient = lambda _: DEFER
    found = []
    with clock.fixed(NOON):
        await sent(mailing, made.key, single(recipientInfo=person, emailContent=letter))
        wrong = {"recipientInfo": {"email": "zerafina@", "name": "Zerafina Quixwater"}}
        await sent(
            mailing, made.key, {**batch("bo@p.example"), "recipientInfo": _listed(wrong), "emailContent": letter}
        )
        found.append(await everything(mailing, tmp_path))
        await work(mailing.context)
        found.append(await everything(mailing, tmp_path))
    server.on_recipient = lambda _: ACCEPTED
    with clock.fixed(NOON + timedelta(hours=2)):
        await work(mailing.context)
        found.append(await everything(mailing, tmp_path))
    told = capfd.readouterr()

    assert len(server.mails) == 1
    for text in (*found, (told.out + told.err).encode()):
        assert [word for word in PLANTED if word.lower().encode() in text.lower()] == []
    assert await readable(mailing) == [0, 0]


def _listed(*entries: Any) -> dict[str, str]:
    from tests.builders.messaging import listed

    return listed(*entries)


async def everything(running: Bench, folder: Path) -> bytes:
    """Return all rows of all tables, and on SQLite the bytes of all files."""
    from tests.builders.hostile import _TABLES

    database = running.context.database
    async with database.reading() as tx:
        names = [row["name"] for row in await tx.fetch(_TABLES[database.dialect])]
        text = "".join([str(await tx.fetch(f"SELECT * FROM {name}")) for name in names]).encode()
    if database.dialect == "sqlite":
        text += b"".join(path.read_bytes() for path in folder.glob("*") if path.is_file())
    return text


@pytest.mark.requirement("MSG-08")
async def test_an_erased_key_is_not_left_in_the_file(
    sqlite_databases: Databases, server: MailServer, tmp_path: Path
) -> None:
    async with messaging_on(sqlite_databases, SMTP_URL=server.url) as running:
        made = await registered(running.context)
        await sent(running, made.key, batch(*(f"p{number}@p.example" for number in range(200))), way="batch")
        keys = [row["sealed_key"] for row in await rows(running.context, "SELECT sealed_key FROM message_secret")]
        await work(running.context)
        await work(running.context)
        file = next(path for path in tmp_path.glob("*messaging*") if not path.name.endswith(("-wal", "-shm")))
        apsw.Connection(str(file)).execute("PRAGMA wal_checkpoint(TRUNCATE)")
        text = b"".join(path.read_bytes() for path in tmp_path.glob("*messaging*"))

    assert len(keys) == 201
    assert [key for key in keys if key in text] == []


@pytest.mark.requirement("MSG-24")
async def test_what_two_last_messages_leave_behind_is_swept(running: Bench) -> None:
    made = await registered(running.context)
    uid = await sent(running, made.key, single())
    async with running.context.database.transaction() as tx:
        await tx.execute("DELETE FROM message_secret WHERE id <> :uid", uid=uid)

    await service.sweep(running.context, by=SYSTEM)

    assert (await readable(running))[0] == 0


@pytest.mark.requirement("MSG-60", "MSG-59", "MSG-32")
async def test_each_event_is_written_with_time_provider_and_outcome(mailing: Bench) -> None:
    made = await registered(mailing.context)

    await sent(mailing, made.key, single())
    await work(mailing.context)

    last = (await rows(mailing.context, "SELECT * FROM message_event ORDER BY number"))[-1]
    assert (last["state"], last["provider"], last["response_code"]) == ("delivered", "smtp", 250)
    assert clock.parse(last["at"]).tzinfo is UTC
    jobs = await rows(mailing.context, "SELECT payload FROM job WHERE kind = 'messaging.send'")
    assert [set(_decoded(job["payload"])) for job in jobs] == [{"message"}]


def _decoded(text: str) -> dict[str, Any]:
    import msgspec

    return msgspec.json.decode(text, type=dict[str, Any])


@pytest.mark.requirement("MSG-09")
async def test_a_server_with_starttls_is_spoken_to_encrypted(sqlite_databases: Databases, tmp_path: Path) -> None:
    authority = certificate(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(authority, tmp_path / "key.pem")
    async with mail_server(tls=tls) as server:
        url = f"smtp://localhost:{server.port}?starttls=yes"
        async with messaging_on(sqlite_databases, SMTP_URL=url, TLS_AUTHORITIES=str(authority)) as running:
            made = await registered(running.context)
            uid = await sent(running, made.key, single())
            await work(running.context)
            trusted = await counts(running, made.key, uid)
            running.context.memory.clear()
            running.context.settings.values["TLS_AUTHORITIES"] = ""  # type: ignore[index]
            uid = await sent(running, made.key, single("b@p.example"))
            await work(running.context)
            untrusted = await counts(running, made.key, uid)

    assert (trusted, untrusted, len(server.mails)) == ({"delivered": 1}, {"deferred": 1}, 1)


def certificate(folder: Path) -> Path:
    """Write a certificate for localhost and its key; return the certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(clock.now() - timedelta(days=1))
        .not_valid_after(clock.now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "certificate.pem"


@pytest.mark.requirement("MSG-64")
async def test_a_sandbox_sends_nothing_outside_and_keeps_mail_for_a_day(running: Bench) -> None:
    from govstack.blocks.messaging.inbox import service as inbox

    made = await registered(running.context)
    with clock.fixed(NOON):
        uid = await sent(running, made.key, single())
        await work(running.context)
        assert await counts(running, made.key, uid) == {"delivered": 1}
        kept = await inbox.mails(running.context, by=SYSTEM)
    sealed = (await rows(running.context, "SELECT sealed FROM inbox_mail"))[0]["sealed"]
    with clock.fixed(NOON + timedelta(days=1)):
        later = await inbox.mails(running.context, by=SYSTEM)
        await inbox.tidy(running.context, by=SYSTEM)

    assert [(one.mail.recipients, one.mail.title) for one in kept] == [(["ada@people.example.org"], "Your appointment")]
    assert b"Monday" not in sealed
    assert later == await rows(running.context, "SELECT id FROM inbox_mail") == []


async def test_a_sandbox_takes_no_server_outside_this_machine(sqlite_databases: Databases) -> None:
    async with messaging_on(sqlite_databases, SMTP_URL="smtps://mail.example.org") as running:
        assert [one.provider.name for one in service.ways(running.context).mails.links] == ["sandbox inbox"]


async def test_production_without_a_mail_server_takes_no_messages(sqlite_databases: Databases) -> None:
    async with messaging_on(sqlite_databases, PROFILE="production") as running:
        made = await registered(running.context)
        async with running.client(apiKey=made.key) as client:
            answer = await client.post("/v1/send/email/single", json=single())

        assert (answer.status_code, await rows(running.context, "SELECT id FROM message")) == (503, [])


@pytest.mark.requirement("MSG-23")
async def test_a_changed_policy_holds_for_what_waits(mailing: Bench, server: MailServer) -> None:
    made = await registered(mailing.context, retry_first_seconds=3_600, retry_longest_seconds=86_400)
    server.on_recipient = lambda _: DEFER
    with clock.fixed(NOON):
        await sent(mailing, made.key, single())
    changed = wish(retry_first_seconds=10, retry_longest_seconds=10)

    await senders.change(mailing.context, by=SYSTEM, sender_id=made.sender.id, wish=changed)
    with clock.fixed(NOON):
        pause = await service.send(mailing.context, by=SYSTEM, message_id=(await message_ids(mailing))[0])

    assert pause is not None
    assert 8 <= pause <= 12


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org", ("mail.example.org", 587, False, True)),
        ("smtp://localhost:2525", ("localhost", 2525, False, False)),
        ("smtp://a:b%40c@mail.example.org:26?starttls=no", ("mail.example.org", 26, False, False)),
        ("smtps://mail.example.org", ("mail.example.org", 465, True, False)),
    ],
)
def test_the_address_of_a_mail_server_is_read(url: str, expected: tuple[str, int, bool, bool]) -> None:
    server = server_of(url)

    assert (server.host, server.port, server.tls, server.starttls) == expected


@pytest.mark.parametrize("url", ["", "http://x", "smtp://", "smtp://x?tls=1", "smtp://x?starttls=maybe", "smtp://x/y"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="it m"):
        server_of(url)


@pytest.mark.parametrize(
    ("profile", "url", "sound"),
    [
        ("production", "", False), ("sandbox", "", True), ("production", "smtp://mail.example.org", True),
        ("production", "smtp://mail.example.org?starttls=no", False),
        ("production", "smtp://localhost:25", True), ("sandbox", "smtp://mail.example.org", True),
    ],
)  # fmt: skip
def test_doctor_says_whether_mail_can_be_sent(profile: str, url: str, sound: bool) -> None:
    from govstack.blocks.messaging.manifest import MANIFEST
    from govstack.kernel.settings import load

    settings = load({"GOVSTACK_PROFILE": profile, "GOVSTACK_SMTP_URL": url}, extra=MANIFEST.settings)

    assert service.check(settings).sound is sound


async def test_production_does_not_start_with_a_mail_server_that_cannot_be_used(sqlite_databases: Databases) -> None:
    from govstack.kernel.settings import SettingsError

    plain = "smtp://mail.example.org?starttls=no"
    async with messaging_on(sqlite_databases, PROFILE="production", SMTP_URL=plain) as running:
        with pytest.raises(SettingsError, match="GOVSTACK_SMTP_URL"):
            await service.start(running.context)


def test_a_server_that_fails_is_left_alone_longer_and_longer() -> None:
    breaker, moment, rests = Breaker(), 0.0, []
    for _ in range(FAILURES_MAX + 8):
        breaker.note(reached=False, moment=moment)
        rests.append(breaker.wait_seconds(moment))
        moment += rests[-1]
    assert rests[: FAILURES_MAX - 1] == [0.0] * (FAILURES_MAX - 1)
    assert sorted(rests) == rests
    assert max(rests) == 300.0

    assert (breaker.wait_seconds(moment), breaker.wait_seconds(moment) > 0) == (0.0, True)
    breaker.note(reached=True, moment=moment)
    assert breaker.wait_seconds(moment) == 0.0


def test_a_code_about_our_own_account_never_gives_up_a_message() -> None:
    assert {outcome_of(code, of_recipient=False).result for code in (530, 534, 535, 538)} == {Result.UNREACHABLE}

"""Texts to phones: over a real SMPP session to the end of each, with receipts, answers, and whatever goes wrong."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govstack.blocks.messaging.delivery import service
from govstack.blocks.messaging.incoming.model import LOOKS_MAX
from govstack.blocks.messaging.manifest import MANIFEST
from govstack.blocks.messaging.providers import gateways
from govstack.blocks.messaging.providers.errors import TextTooLong
from govstack.blocks.messaging.providers.gateways import TRY_LATER, SmppProvider
from govstack.blocks.messaging.providers.model import (
    Brought,
    Fate,
    Receipt,
    Text,
    centre_of,
    read,
    receipt_of,
    reference,
    without_header,
    written,
)
from govstack.kernel import clock
from govstack.kernel.actor import SYSTEM
from tests.blocks.messaging.test_delivery import certificate, everything, history, message_ids, readable
from tests.blocks.messaging.test_replies import CALLBACK, Clinic
from tests.builders.mail_server import mail_server
from tests.builders.messaging import (
    NUMBER,
    batch,
    client,
    counts,
    messaging_on,
    registered,
    rows,
    sent,
    text,
    texts,
    work,
)
from tests.builders.running import Bench
from tests.builders.smpp_peer import NO_SUCH_NUMBER, OK, THROTTLED, SmppPeer, smpp_peer
from tests.databases import Databases

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LONG = "Bring your passport. " * 20
ARABIC = "موعدك يوم الاثنين. " * 8
WAIT_SECONDS_MAX = 20.0
counts_of_texts = partial(counts, by="sms")
send_text = partial(sent, by="sms")


@pytest.fixture
async def peer() -> AsyncIterator[SmppPeer]:
    """A centre that takes everything."""
    async with smpp_peer() as made:
        yield made


@pytest.fixture
async def texting(databases: Databases, peer: SmppPeer) -> AsyncIterator[Bench]:
    """Messaging that sends texts through the centre of the test."""
    async with messaging_on(databases, SMPP_URL=peer.url, MESSAGING_SMS_SOURCE="4711") as made:
        yield made


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds, and no longer than is allowed."""
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        while not holds():
            await asyncio.sleep(0.01)


@pytest.mark.requirement("MSG-63", "MSG-65", "MSG-17", "MSG-58")
async def test_a_text_reaches_a_phone_and_its_receipt_delivers_it(texting: Bench, peer: SmppPeer) -> None:
    made = await registered(texting.context)
    uid = await send_text(texting, made.key, text(smsContent={"content": "It is on Monday. Fee: 5 € {cash}"}))

    await work(texting.context)
    before, kept = await counts_of_texts(texting, made.key, uid), await readable(texting)
    answer = await peer.receipt(peer.parts[0].id, "DELIVRD")
    await work(texting.context)

    part = peer.parts[0]
    assert (peer.binds, part.number, part.source, part.receipt, part.long) == (1, "447700900123", "4711", True, False)
    assert part.octets == b"It is on Monday. Fee: 5 \x1be \x1b(cash\x1b)"
    assert (before, kept, answer) == ({"processing": 1}, [0, 0], OK)
    assert await counts_of_texts(texting, made.key, uid) == {"delivered": 1}
    assert [state for state, _, _ in await history(texting)] == ["queued", "sent", "delivered"]


@pytest.mark.requirement("MSG-33", "MSG-25")
@pytest.mark.parametrize(("said", "coding", "count"), [(LONG, 0, 3), (ARABIC, 8, 3), ("سلام", 8, 1)])
async def test_a_long_text_goes_in_parts_and_is_delivered_with_the_last_of_them(
    texting: Bench, peer: SmppPeer, said: str, coding: int, count: int
) -> None:
    made = await registered(texting.context)
    uid = await send_text(texting, made.key, text(smsContent={"content": said}))
    await work(texting.context)
    umid = (await message_ids(texting))[0]

    assert ("".join(part.text for part in peer.parts), {part.coding for part in peer.parts}) == (said, {coding})
    if count > 1:
        heads = [part.octets[:6] for part in peer.parts]
        assert heads == [bytes((5, 0, 3, reference(umid), count, number)) for number in range(1, count + 1)]
    for part in peer.parts:
        assert await counts_of_texts(texting, made.key, uid) == {"processing": 1}
        await peer.receipt(part.id, "DELIVRD")
        await work(texting.context)
    assert (len(peer.parts), await counts_of_texts(texting, made.key, uid)) == (count, {"delivered": 1})


@pytest.mark.requirement("MSG-25", "MSG-15")
@pytest.mark.parametrize(
    ("status", "published", "event"),
    [
        (THROTTLED, "deferred", ("errored", "deferred", THROTTLED)),
        (0x14, "deferred", ("errored", "deferred", 0x14)),
        (0x0E, "deferred", ("errored", "unreachable", 0x0E)),
        (NO_SUCH_NUMBER, "bounced", ("failed", "rejected", NO_SUCH_NUMBER)),
        (0x0A, "notSent", ("failed", "refused", 0x0A)),
    ],
)
async def test_each_answer_of_a_centre_leads_to_its_state(
    sqlite_databases: Databases, peer: SmppPeer, status: int, published: str, event: tuple[str, str, int]
) -> None:
    peer.on_submit = lambda _: status
    async with messaging_on(sqlite_databases, SMPP_URL=peer.url) as running:
        made = await registered(running.context)
        uid = await send_text(running, made.key, text())
        await work(running.context)

        assert (await counts_of_texts(running, made.key, uid), (await history(running))[-1]) == ({published: 1}, event)


@pytest.mark.requirement("MSG-24", "MSG-26", "MSG-45")
async def test_a_centre_that_throttles_is_tried_again_by_the_senders_patience(texting: Bench, peer: SmppPeer) -> None:
    made = await registered(texting.context)
    peer.on_submit = lambda _: THROTTLED
    with clock.fixed(NOON):
        uid = await send_text(texting, made.key, texts(*(f"+44770090{number:04}" for number in range(20))), way="batch")
        await work(texting.context)
        deferred = await counts_of_texts(texting, made.key, uid)
    peer.on_submit = lambda _: OK
    with clock.fixed(NOON + timedelta(seconds=100)):
        await work(texting.context)
        taken = await counts_of_texts(texting, made.key, uid)

    assert (deferred, taken, len(set(peer.numbers)), len(peer.numbers)) == (
        {"deferred": 20},
        {"processing": 20},
        20,
        20,
    )


@pytest.mark.requirement("MSG-24", "MSG-22")
async def test_a_centre_that_breaks_off_in_the_middle_gets_only_what_it_has_not_taken(
    texting: Bench, peer: SmppPeer
) -> None:
    made = await registered(texting.context)
    peer.on_submit = lambda part: "die" if part.octets[5] == 2 else OK
    with clock.fixed(NOON):
        uid = await send_text(texting, made.key, text(smsContent={"content": LONG}))
        await work(texting.context)
        broken = (await counts_of_texts(texting, made.key, uid), [part.octets[5] for part in peer.parts])
    peer.on_submit = lambda _: OK
    with clock.fixed(NOON + timedelta(minutes=2)):
        await work(texting.context)

    assert broken == ({"deferred": 1}, [1])
    assert ([part.octets[5] for part in peer.parts], peer.binds) == ([1, 2, 3], 2)
    assert await counts_of_texts(texting, made.key, uid) == {"processing": 1}
    assert (await readable(texting)) == [0, 0]


@pytest.mark.requirement("MSG-25")
@pytest.mark.parametrize(
    ("told", "published", "reason"),
    [("UNDELIV", "bounced", "rejected"), ("REJECTD", "bounced", "rejected"), ("EXPIRED", "notSent", "expired")],
)
async def test_a_receipt_tells_what_became_of_a_text(
    texting: Bench, peer: SmppPeer, told: str, published: str, reason: str
) -> None:
    made = await registered(texting.context)
    uid = await send_text(texting, made.key, text())
    await work(texting.context)
    for state in ("ENROUTE", told):
        await peer.receipt(peer.parts[0].id, state)
        await work(texting.context)

    assert await counts_of_texts(texting, made.key, uid) == {published: 1}
    assert (await history(texting))[-1][:2] == ("failed", reason)


@pytest.mark.requirement("MSG-22", "MSG-38")
async def test_receipts_that_come_twice_late_or_for_nobody_change_nothing(texting: Bench, peer: SmppPeer) -> None:
    made = await registered(texting.context)
    uid = await send_text(texting, made.key, text())
    await work(texting.context)
    taken = peer.parts[0].id

    answers = [await peer.receipt(one, told) for one, told in (
        (taken, "DELIVRD"), (taken, "DELIVRD"), (taken, "UNDELIV"), ("nobody", "DELIVRD"), ("", "DELIVRD"),
    )]  # fmt: skip
    moment = clock.now()
    for look in range(LOOKS_MAX + 1):
        with clock.fixed(moment + timedelta(seconds=10 * look)):
            await work(texting.context)

    assert answers == [OK] * 5
    assert await counts_of_texts(texting, made.key, uid) == {"delivered": 1}
    assert [state for state, _, _ in await history(texting)] == ["queued", "sent", "delivered"]
    assert await rows(texting.context, "SELECT id FROM brought") == []
    told = await rows(texting.context, "SELECT payload FROM job WHERE kind = 'event'")
    assert sum("messaging.message.finished" in one["payload"] for one in told) == 1


# Parameters of SMPP 3.4 and 5.0 and of a vendor: a text about the status, a part of the phone, and one of nobody's.
STRANGE = bytes.fromhex("001d 0003 6f6b00 0005 0001 00 1403 0004 deadbeef")


@pytest.mark.requirement("MSG-22", "MSG-06")
async def test_parameters_that_nobody_expects_neither_lose_nor_double_a_text(texting: Bench, peer: SmppPeer) -> None:
    made = await registered(texting.context)
    peer.further = STRANGE
    uid = await send_text(texting, made.key, text())
    await work(texting.context)
    told = bytes.fromhex("001e 0003") + peer.parts[0].id.encode() + b"\x00" + bytes.fromhex("0427 0001 02")

    answer = await peer.bring(STRANGE[7:] + told, source_addr="447700900123", esm_class=0x04, short_message=b"-")
    await work(texting.context)

    assert (len(peer.parts), answer, await counts_of_texts(texting, made.key, uid)) == (1, OK, {"delivered": 1})


@pytest.mark.requirement("MSG-22")
async def test_a_receipt_that_comes_before_its_text_was_written_down_is_looked_at_again(
    texting: Bench, peer: SmppPeer
) -> None:
    made = await registered(texting.context)
    with clock.fixed(NOON):
        await send_text(texting, made.key, text(NUMBER[:-1] + "9"))
        await work(texting.context)
        await peer.receipt("c2", "DELIVRD")
        await work(texting.context)
        uid = await send_text(texting, made.key, text())
        await work(texting.context)
        before = await counts_of_texts(texting, made.key, uid)
    with clock.fixed(NOON + timedelta(seconds=5)):
        await work(texting.context)

    assert (before, await counts_of_texts(texting, made.key, uid)) == ({"processing": 1}, {"delivered": 1})


@pytest.mark.requirement("MSG-26")
async def test_a_text_that_nobody_confirms_is_not_counted_as_sent_after_its_days(
    texting: Bench, peer: SmppPeer
) -> None:
    made = await registered(texting.context)
    with clock.fixed(NOON):
        uid = await send_text(texting, made.key, text())
        await work(texting.context)
    with clock.fixed(NOON + timedelta(hours=47)):
        await service.settle(texting.context, by=SYSTEM)
        still = await counts_of_texts(texting, made.key, uid)
    with clock.fixed(NOON + timedelta(hours=49)):
        await service.settle(texting.context, by=SYSTEM)
        after = await counts_of_texts(texting, made.key, uid)
        await peer.receipt(peer.parts[0].id, "DELIVRD")
        await work(texting.context)

    assert await counts_of_texts(texting, made.key, uid) == after
    assert await rows(texting.context, "SELECT message_id FROM awaited") == []
    assert (still, after, len(peer.parts)) == ({"processing": 1}, {"notSent": 1}, 1)
    assert peer.parts[0].validity == "000001000000000R"


@pytest.mark.requirement("MSG-25")
async def test_a_centre_that_gives_no_receipts_delivers_by_taking(sqlite_databases: Databases, peer: SmppPeer) -> None:
    async with messaging_on(sqlite_databases, SMPP_URL=f"{peer.url}?receipts=no") as running:
        made = await registered(running.context)
        uid = await send_text(running, made.key, text())
        await work(running.context)

        assert await counts_of_texts(running, made.key, uid) == {"delivered": 1}
        assert peer.parts[0].receipt is False


@pytest.mark.requirement("MSG-63", "MSG-64", "MSG-08")
@pytest.mark.parametrize(
    ("octets", "coding", "said"),
    [
        (b"Yes, I come \x1be", 0, "Yes, I come €"),
        ("نعم".encode("utf-16-be"), 8, "نعم"),
        (b"Oui \xe9t\xe9", 3, "Oui été"),
    ],
)
async def test_what_somebody_writes_back_is_passed_on_to_the_sender_of_their_latest_text(
    databases: Databases, peer: SmppPeer, octets: bytes, coding: int, said: str
) -> None:
    clinic = Clinic()
    async with messaging_on(databases, SMPP_URL=peer.url, MESSAGING_CALLBACK_HOSTS="clinic.example.org") as running:
        running.network.serve_locally("http://clinic.example.org", clinic)
        made = await registered(running.context)
        await send_text(running, made.key, text(content="An earlier one", callback={"URI": CALLBACK}))
        uid = await send_text(running, made.key, text(callback={"URI": CALLBACK}))
        await work(running.context)

        answers = [await peer.written(NUMBER[1:], octets, coding), await peer.written("33123456789", b"Who is this?")]
        kept = (await rows(running.context, "SELECT sealed FROM brought"))[0]["sealed"]
        await work(running.context)
        umid = (await message_ids(running))[-1]
        left = await rows(running.context, "SELECT id FROM brought UNION ALL SELECT id FROM reply_content")

    assert (answers, len(clinic.received), left) == ([OK, OK], 1, [])
    headers, body = clinic.received[0]
    assert headers["requestuid"] == uid
    assert msgspec.json.decode(body["meta"]) == {"channel": "sms", "messageUid": umid, "from": NUMBER}
    assert base64.b64decode(body["content"]).decode() == said
    assert octets not in kept


@pytest.mark.requirement("MSG-63", "MSG-24")
async def test_a_centre_keeps_what_it_brings_until_it_has_been_written_down(peer: SmppPeer) -> None:
    kept: list[Brought] = []

    async def take(brought: Brought) -> None:
        kept.append(brought)
        if len(kept) == 1:
            raise OSError("the disk is full")

    provider = SmppProvider(
        "smpp", centre_of(peer.url), take, source="4711", window=1, seconds=5, tls=ssl.create_default_context
    )
    await provider.deliver(Text("m", NUMBER, "Come", 60), urgent=False)
    answers = [await peer.written(NUMBER[1:], b"I come") for _ in range(2)]
    await provider.close()

    assert (answers, kept) == ([TRY_LATER, OK], [Brought(number=NUMBER, to="4711", text="I come")] * 2)


@pytest.mark.slow
@pytest.mark.requirement("MSG-57")
async def test_one_malformed_number_of_two_thousand_fails_alone(sqlite_databases: Databases, peer: SmppPeer) -> None:
    numbers = [f"+4477{number:08}" for number in range(2_000)]
    numbers[1_711] = "07700 900123"
    async with messaging_on(sqlite_databases, SMPP_URL=f"{peer.url}?receipts=no") as running:
        made = await registered(running.context)
        uid = await send_text(running, made.key, texts(*numbers), way="batch")
        while (await counts_of_texts(running, made.key, uid)).get("processing") or await readable(running) != [0, 0]:
            await work(running.context)
        found = await counts_of_texts(running, made.key, uid)

    assert found == {"delivered": 1_999, "notSent": 1}
    assert sorted(peer.numbers) == sorted(number[1:] for number in numbers if number.startswith("+"))
    assert peer.binds == 1


PLANTED = ("447700900123", "quixwater", "passport", "P4SSWORT")


@pytest.mark.requirement("MSG-08", "MSG-61", "MSG-64", "MSG-69")
async def test_neither_database_nor_log_ever_holds_a_number_or_a_text(
    texting: Bench, peer: SmppPeer, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    made = await registered(texting.context)
    peer.on_submit = lambda _: THROTTLED
    found = []
    with clock.fixed(NOON):
        body = text(smsContent={"content": "Quixwater, your passport is due."})
        await send_text(texting, made.key, {**body, "recipientInfo": {"recipient": NUMBER, "name": "Z. Quixwater"}})
        await send_text(texting, made.key, texts("447700900123", NUMBER, smsContent={"content": LONG}), way="batch")
        found.append(await everything(texting, tmp_path))
        await work(texting.context)
        found.append(await everything(texting, tmp_path))
    peer.on_submit = lambda _: OK
    with clock.fixed(NOON + timedelta(hours=2)):
        await work(texting.context)
        await peer.written(NUMBER[1:], b"quixwater here, passport lost")
        await peer.receipt(peer.parts[0].id, "DELIVRD")
        found.append(await everything(texting, tmp_path))
        await work(texting.context)
        found.append(await everything(texting, tmp_path))
    told = capfd.readouterr()

    assert len(peer.parts) == 4
    for one in (*found, (told.out + told.err).encode()):
        assert [word for word in PLANTED if word.lower().encode() in one.lower()] == []


@pytest.mark.requirement("MSG-34", "MSG-64")
async def test_an_emergency_is_marked_as_one_and_only_for_those_who_may(texting: Bench, peer: SmppPeer) -> None:
    urgent = await registered(texting.context, urgent=True)
    other = await registered(texting.context)

    await send_text(texting, urgent.key, text(), lane="/emergency")
    await work(texting.context)
    async with client(texting, other.key) as caller:
        refused = (await caller.post("/v1/emergency/send/sms/batch", json=texts(NUMBER))).status_code

    assert ([part.urgent for part in peer.parts], refused) == ([True], 403)


@pytest.mark.requirement("MSG-39", "MSG-41", "MSG-28", "MSG-55")
@pytest.mark.parametrize(
    "number",
    ["", "07700900123", "+0123456789", "+44 7700 900123", "+4477009001234567", "+44770090012x", "ada@p.example"],
)
async def test_a_number_that_is_none_is_refused_with_its_field_and_nothing_is_stored(
    on_sqlite: Bench, number: str
) -> None:
    made = await registered(on_sqlite.context)
    async with client(on_sqlite, made.key) as caller:
        answer = await caller.post("/v1/send/sms/single", json=text(number))

    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["recipient"])
    assert number == "" or number not in answer.text
    assert await rows(on_sqlite.context, "SELECT id FROM message_request") == []


@pytest.mark.requirement("MSG-39", "MSG-48")
@pytest.mark.parametrize("said", ["", " ", "x" * 1531, "ا" * 671])
async def test_a_text_that_no_phone_can_show_is_refused(on_sqlite: Bench, said: str) -> None:
    made = await registered(on_sqlite.context)
    async with client(on_sqlite, made.key) as caller:
        answer = await caller.post("/v1/send/sms/single", json=text(smsContent={"content": said}))

    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["content"])


async def test_a_request_is_known_by_its_own_channel_alone(on_sqlite: Bench) -> None:
    made = await registered(on_sqlite.context)
    uid = await send_text(on_sqlite, made.key, text())
    async with client(on_sqlite, made.key) as caller:
        answer = await caller.get("/v1/status/email", params={"status": "delivered"}, headers={"requestUid": uid})

    assert answer.status_code == 404


async def test_production_without_a_provider_of_texts_takes_none(sqlite_databases: Databases) -> None:
    async with messaging_on(sqlite_databases, PROFILE="production") as running:
        made = await registered(running.context)
        async with client(running, made.key) as caller:
            answer = await caller.post("/v1/send/sms/single", json=text())

        assert (answer.status_code, await rows(running.context, "SELECT id FROM message")) == (503, [])


@pytest.mark.requirement("MSG-24", "MSG-08")
async def test_production_that_has_lost_its_providers_keeps_what_it_took(sqlite_databases: Databases) -> None:
    settings = {"PROFILE": "production", "SMTP_URL": "smtps://mail.example.org", "SMPP_URL": "smpps://a:b@example.org"}
    async with messaging_on(sqlite_databases, **settings) as running:
        made = await registered(running.context)
        uids = (
            await sent(running, made.key, batch("a@p.example"), way="batch"),
            await send_text(running, made.key, text()),
        )
        lost = replace(running.context, settings=running.context.settings.changed(SMTP_URL="", SMPP_URL=""), memory={})
        await work(lost)

        assert await counts(running, made.key, uids[0]) == {"deferred": 1}
        assert await counts_of_texts(running, made.key, uids[1]) == {"deferred": 1}
        assert await rows(running.context, "SELECT id FROM inbox_mail") == []


@pytest.mark.requirement("MSG-24", "MSG-63")
async def test_a_session_is_built_anew_until_the_centre_is_there_and_stays_for_what_it_brings(
    sqlite_databases: Databases,
) -> None:
    async with smpp_peer() as gone:
        port = gone.port
    async with messaging_on(sqlite_databases, SMPP_URL=gone.url) as running:
        await service.start(running.context)
        async with smpp_peer(port=port) as peer:
            await until(lambda: peer.binds == 1)
            peer.drop()
            await until(lambda: peer.binds == 2)
            alive, brought = await peer.ask_link(), await peer.written(NUMBER[1:], b"Hello")
            assert MANIFEST.stop is not None
            await MANIFEST.stop(running.context)

            assert (alive, brought, peer.unbinds, peer.attempts) == (OK, OK, 1, 0)


@pytest.mark.requirement("MSG-24")
async def test_a_centre_that_has_fallen_silent_is_noticed_and_bound_to_anew(
    sqlite_databases: Databases, peer: SmppPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateways, "IDLE_SECONDS", 0.05)
    async with messaging_on(sqlite_databases, SMPP_URL=peer.url, MESSAGING_SMS_SECONDS_MAX="1") as running:
        await service.start(running.context)
        await until(lambda: peer.links >= 2)
        bound_once = peer.binds
        peer.is_silent = True
        await until(lambda: peer.binds == 2)

    assert bound_once == 1


@pytest.mark.requirement("MSG-24", "MSG-27")
async def test_a_centre_that_does_not_take_us_loses_no_text(sqlite_databases: Databases, peer: SmppPeer) -> None:
    wrong = peer.url.replace("secret", "guessed")
    async with messaging_on(sqlite_databases, SMPP_URL=wrong) as running:
        made = await registered(running.context)
        uid = await send_text(running, made.key, text())
        await work(running.context)

        assert (await counts_of_texts(running, made.key, uid), await readable(running)) == ({"deferred": 1}, [2, 2])
        assert (peer.attempts, (await history(running))[-1][:2]) == (0, ("errored", "unreachable"))


@pytest.mark.requirement("MSG-28", "MSG-15")
async def test_what_is_no_pdu_ends_the_session_and_what_is_unknown_is_refused(
    sqlite_databases: Databases, peer: SmppPeer
) -> None:
    async with messaging_on(sqlite_databases, SMPP_URL=f"{peer.url}?receipts=no") as running:
        made = await registered(running.context)
        await send_text(running, made.key, text())
        await work(running.context)
        cut_short = await peer.bring(esm_class=0x40, short_message=b"\x05", source_addr="4477", source_addr_ton=1)
        await peer.raw(bytes.fromhex("0000001000000bad0000000000000001"))
        await peer.raw(bytes.fromhex("00000012000000050000000000000002ffff"))
        alive = await peer.ask_link()
        await peer.raw(bytes.fromhex("7fffffff00000005"))
        uid = await send_text(running, made.key, text(NUMBER[:-1] + "4"))
        await until(lambda: not peer.is_connected)
        await work(running.context)

        assert (cut_short, alive, peer.binds) == (OK, OK, 2)
        assert await counts_of_texts(running, made.key, uid) == {"delivered": 1}


@pytest.mark.requirement("MSG-22")
async def test_where_the_first_centre_does_not_answer_the_second_gets_each_text_once(
    sqlite_databases: Databases, peer: SmppPeer
) -> None:
    async with smpp_peer() as gone:
        urls = f"{gone.url}?receipts=no {peer.url}?receipts=no"
    async with messaging_on(sqlite_databases, SMPP_URL=urls) as running:
        made = await registered(running.context)
        numbers = [f"+44770090{number:04}" for number in range(30)]
        uid = await send_text(running, made.key, texts(*numbers), way="batch")
        await work(running.context)

        assert await counts_of_texts(running, made.key, uid) == {"delivered": 30}
        assert sorted(peer.numbers) == [number[1:] for number in numbers]
        events = await rows(running.context, "SELECT DISTINCT provider FROM message_event WHERE state = 'delivered'")
        assert events == [{"provider": "smpp 2"}]


@pytest.mark.requirement("MSG-22")
async def test_where_the_first_centre_may_have_taken_a_text_no_other_gets_it(
    sqlite_databases: Databases, peer: SmppPeer
) -> None:
    async with smpp_peer() as first:
        first.on_submit = lambda _: "die"
        async with messaging_on(sqlite_databases, SMPP_URL=f"{first.url} {peer.url}") as running:
            made = await registered(running.context)
            uid = await send_text(running, made.key, text())
            await work(running.context)

            assert (await counts_of_texts(running, made.key, uid), first.attempts) == ({"deferred": 1}, 1)
            assert peer.attempts == 0


@pytest.mark.requirement("MSG-22")
async def test_where_the_first_mail_server_does_not_answer_the_second_gets_the_mail(
    sqlite_databases: Databases,
) -> None:
    async with mail_server() as gone:
        down = gone.url
    async with mail_server() as server, messaging_on(sqlite_databases, SMTP_URL=f"{down} {server.url}") as running:
        made = await registered(running.context)
        uid = await sent(running, made.key, batch("a@p.example", "b@p.example"), way="batch")
        await work(running.context)

        assert (await counts(running, made.key, uid), len(set(server.message_ids))) == ({"delivered": 2}, 2)


@pytest.mark.requirement("MSG-09")
async def test_a_centre_with_tls_is_spoken_to_encrypted_and_only_if_it_is_trusted(
    sqlite_databases: Databases, tmp_path: Path
) -> None:
    authority = certificate(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(authority, tmp_path / "key.pem")
    async with smpp_peer(tls=tls) as peer:
        url = f"{peer.url.replace('smpp://', 'smpps://').replace('127.0.0.1', 'localhost')}?receipts=no"
        for trusted, published in (("", "deferred"), (str(authority), "delivered")):
            async with messaging_on(sqlite_databases, SMPP_URL=url, TLS_AUTHORITIES=trusted) as running:
                made = await registered(running.context)
                uid = await send_text(running, made.key, text())
                await work(running.context)

                assert await counts_of_texts(running, made.key, uid) == {published: 1}


@given(st.text(max_size=400))
def test_a_text_comes_back_as_it_was_from_its_parts(said: str) -> None:
    found = written(said)
    joined = b"".join(found.parts)

    assert read(joined, 8 if found.wide else 0) == said
    assert all(len(part) <= (140 if found.wide else 160) for part in found.parts)
    if len(found.parts) > 1:
        assert all(len(part) <= (134 if found.wide else 153) for part in found.parts)
        assert not any(part.endswith(b"\x1b") for part in found.parts if not found.wide)
        assert "".join(read(part, 8 if found.wide else 0) for part in found.parts) == said


@pytest.mark.parametrize(
    ("said", "wide", "parts"),
    [("x" * 160, False, 1), ("x" * 161, False, 2), ("x" * 306, False, 2), ("x" * 307, False, 3),
     ("€" * 80, False, 1), ("€" * 81, False, 2), ("ب" * 70, True, 1),
     ("ب" * 71, True, 2), ("`", True, 1), ("§", False, 1), ("\U0001f600" * 36, True, 2)],
)  # fmt: skip
def test_a_text_needs_as_many_parts_as_networks_count(said: str, wide: bool, parts: int) -> None:
    found = written(said)

    assert (found.wide, len(found.parts)) == (wide, parts)


def test_a_text_of_too_many_parts_is_refused() -> None:
    with pytest.raises(TextTooLong):
        written("x" * 1531)


@pytest.mark.parametrize(
    ("told", "state", "known", "expected"),
    [
        ("id:1a sub:001 dlvrd:001 submit date:1 done date:2 stat:DELIVRD err:000 text:", 0, "", ("1a", Fate.DELIVERED)),
        ("id:1a stat:undeliv err:1", 0, "", ("1a", Fate.REJECTED)),
        ("", 2, "7", ("7", Fate.DELIVERED)),
        ("id:x stat:UNDELIV", 2, "7", ("7", Fate.DELIVERED)),
        ("id:1a stat:ACCEPTD err:0", 0, "", None),
        ("", 1, "7", None),
        ("stat:DELIVRD", 0, "", None),
        ("", 0, "", None),
    ],
)
def test_a_receipt_is_read_by_its_parameters_or_its_text(
    told: str, state: int, known: str, expected: tuple[str, Fate] | None
) -> None:
    assert receipt_of(told, provider_id=known, state=state) == (Receipt(*expected) if expected else None)


def test_the_header_of_a_part_that_somebody_wrote_is_taken_off() -> None:
    assert without_header(b"\x05\x00\x03\x07\x03\x02Hello") == (b"Hello", "2/3")
    assert without_header(b"\x06\x08\x04\x00\x07\x03\x02Hello") == (b"Hello", "")
    assert without_header(b"") == (b"", "")


@pytest.mark.parametrize(
    "url",
    ["", "smpp://x", "http://a:b@x", "smpp://a:b@", "smpp://a:ninechars@x", "smpp://a:b@x?receipts=", "smpp://a:b@x/y"],
)
def test_the_address_of_a_centre_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="it m|SMPP takes"):
        centre_of(url)

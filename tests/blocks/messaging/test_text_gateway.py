"""Texts through a gateway over HTTP that settings describe, alone and beside a centre that speaks SMPP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import parse_qs

import msgspec
import pytest

from govstack.blocks.messaging.delivery import service
from govstack.blocks.messaging.providers.model import Gateway, Text
from govstack.kernel import clock
from govstack.kernel.settings import SettingsError, load
from tests.blocks.messaging.test_delivery import history, message_ids, readable
from tests.builders.messaging import NUMBER, counts, messaging_on, registered, sent, text, texts, work
from tests.builders.smpp_peer import smpp_peer
from tests.builders.text_gateway import TextGateway, text_gateway
from tests.databases import Databases

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOSTILE = 'It\'s "Monday", {}$text & \\n <b>\nنعم'
URL, HEADERS, BODY = "MESSAGING_SMS_HTTP_URL", "MESSAGING_SMS_HTTP_HEADERS", "MESSAGING_SMS_HTTP_BODY"
FORM = '{"content-type": "application/x-www-form-urlencoded", "x-key": "k"}'
counts_of_texts = partial(counts, by="sms")
send_text = partial(sent, by="sms")


@pytest.fixture
async def gateway() -> AsyncIterator[TextGateway]:
    """A gateway that takes everything."""
    async with text_gateway() as made:
        yield made


@pytest.mark.requirement("MSG-06", "MSG-63", "MSG-65")
async def test_a_gateway_gets_what_its_settings_describe(sqlite_databases: Databases, gateway: TextGateway) -> None:
    async with messaging_on(sqlite_databases, MESSAGING_SMS_SOURCE="4711", **{URL: gateway.url}) as running:
        made = await registered(running.context)
        uid = await send_text(running, made.key, text(smsContent={"content": HOSTILE}))
        await work(running.context)
        umid = (await message_ids(running))[0]

        assert await counts_of_texts(running, made.key, uid) == {"delivered": 1}
        method, headers, body = gateway.calls[0]
        assert msgspec.json.decode(body) == {"to": NUMBER, "from": "4711", "text": HOSTILE, "id": umid}
        assert (method, headers["content-type"], headers["idempotency-key"]) == ("POST", "application/json", umid)
        assert await readable(running) == [0, 0]


@pytest.mark.requirement("MSG-06")
async def test_a_gateway_that_wants_a_form_gets_one(sqlite_databases: Databases, gateway: TextGateway) -> None:
    settings = {
        URL: gateway.url,
        HEADERS: FORM,
        BODY: "msisdn=$recipient&body=$text",
        "MESSAGING_SMS_HTTP_METHOD": "PUT",
    }
    async with messaging_on(sqlite_databases, **settings) as running:
        made = await registered(running.context)
        await send_text(running, made.key, text(smsContent={"content": HOSTILE}))
        await work(running.context)

    method, headers, body = gateway.calls[0]
    assert (method, headers["x-key"], parse_qs(body)) == ("PUT", "k", {"msisdn": [NUMBER], "body": [HOSTILE]})


@pytest.mark.requirement("MSG-25", "MSG-15")
@pytest.mark.parametrize(
    ("status", "published", "event"),
    [
        (200, "delivered", ("delivered", "", 200)), (429, "deferred", ("errored", "deferred", 429)),
        (503, "deferred", ("errored", "deferred", 503)), (404, "bounced", ("failed", "rejected", 404)),
        (422, "notSent", ("failed", "refused", 422)), (401, "deferred", ("errored", "unreachable", 401)),
        (302, "deferred", ("errored", "unreachable", 302)), (0, "deferred", ("errored", "unreachable", 0)),
    ],
)  # fmt: skip
async def test_each_answer_of_a_gateway_leads_to_its_state(
    sqlite_databases: Databases, gateway: TextGateway, status: int, published: str, event: tuple[str, str, int]
) -> None:
    gateway.on_text = lambda: status
    async with messaging_on(sqlite_databases, MESSAGING_SMS_HTTP_REJECTED="404", **{URL: gateway.url}) as running:
        made = await registered(running.context)
        uid = await send_text(running, made.key, text())
        await work(running.context)

        assert (await counts_of_texts(running, made.key, uid), (await history(running))[-1]) == ({published: 1}, event)
        assert len(gateway.calls) == 1


@pytest.mark.requirement("MSG-22", "MSG-24")
async def test_what_broke_off_comes_again_with_the_same_key(databases: Databases, gateway: TextGateway) -> None:
    gateway.on_text = lambda: 0
    async with messaging_on(databases, **{URL: gateway.url}) as running:
        made = await registered(running.context)
        with clock.fixed(NOON):
            uid = await send_text(running, made.key, text())
            await work(running.context)
        gateway.on_text = lambda: 202
        with clock.fixed(NOON + timedelta(minutes=2)):
            await work(running.context)

        assert await counts_of_texts(running, made.key, uid) == {"delivered": 1}
        assert [headers["idempotency-key"] for _, headers, _ in gateway.calls] == await message_ids(running) * 2


@pytest.mark.requirement("MSG-22", "MSG-65")
@pytest.mark.parametrize(("order", "first"), [("smpp,http", "centre"), ("http,smpp", "gateway"), ("http", "gateway")])
async def test_providers_are_tried_in_the_order_of_the_setting(
    sqlite_databases: Databases, gateway: TextGateway, order: str, first: str
) -> None:
    async with (
        smpp_peer() as peer,
        messaging_on(sqlite_databases, SMPP_URL=peer.url, MESSAGING_SMS_ORDER=order, **{URL: gateway.url}) as running,
    ):
        made = await registered(running.context)
        await send_text(running, made.key, text())
        await work(running.context)

        assert (len(peer.parts), len(gateway.calls)) == ((1, 0) if first == "centre" else (0, 1))


@pytest.mark.requirement("MSG-22", "MSG-24")
async def test_a_gateway_takes_over_while_the_centre_is_away(sqlite_databases: Databases, gateway: TextGateway) -> None:
    async with smpp_peer() as gone:
        away = gone.url
    async with messaging_on(sqlite_databases, SMPP_URL=away, **{URL: gateway.url}) as running:
        made = await registered(running.context)
        uid = await send_text(running, made.key, texts(*(f"+44770090{one:04}" for one in range(20))), way="batch")
        await work(running.context)

        assert await counts_of_texts(running, made.key, uid) == {"delivered": 20}
        assert len({headers["idempotency-key"] for _, headers, _ in gateway.calls}) == len(gateway.calls) == 20


async def test_a_sandbox_takes_no_gateway_outside_this_machine(sqlite_databases: Databases) -> None:
    outside = {URL: "https://gateway.example.org/texts", "SMPP_URL": "smpps://a:b@centre.example.org"}
    async with messaging_on(sqlite_databases, **outside) as running:
        assert [one.provider.name for one in service.ways(running.context).texts.links] == ["sandbox phone"]


@pytest.mark.requirement("MSG-09")
@pytest.mark.parametrize(
    "settings",
    [
        {URL: "http://gateway.example.org/texts"},
        {"SMPP_URL": "smpp://a:b@centre.example.org"},
        {URL: "https://gateway.example.org/texts", BODY: '{"to": $recipient, "text": $text}'},
    ],
)
async def test_production_does_not_start_with_a_provider_that_cannot_be_used(
    sqlite_databases: Databases, settings: dict[str, str]
) -> None:
    from govstack.blocks.messaging.manifest import MANIFEST

    async with messaging_on(sqlite_databases, PROFILE="production", **settings) as running:
        with pytest.raises(SettingsError, match="Texts cannot be sent"):
            await service.start(running.context)
    told = {f"GOVSTACK_{name}": value for name, value in settings.items()}
    assert not service.check(load({"GOVSTACK_PROFILE": "production", **told}, extra=MANIFEST.settings)).sound


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("text/xml; charset=utf-8", "<t>&lt;b&gt; &amp;</t>"), ("text/plain", "<t><b> &</t>"),
        ("application/json", "<t><b> &</t>"),
    ],
)  # fmt: skip
def test_a_value_is_written_as_its_kind_of_body_needs_it(kind: str, expected: str) -> None:
    made = Gateway("http://127.0.0.1/", "POST", {"Content-Type": kind}, "<t>$text</t>", "4711")

    assert made.filled(Text("m", NUMBER, "<b> &", 1)).decode() == expected

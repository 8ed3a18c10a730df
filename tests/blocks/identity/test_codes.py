"""One-time codes leave through the mediator to the messaging block, and nothing of them stands in logs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from govstack.blocks.identity.codes.model import Channel, masked
from govstack.blocks.identity.factors import service as factors
from govstack.blocks.identity.factors.model import Challenge, Sent
from govstack.blocks.identity.manifest import MANIFEST
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Attribute, Person
from govstack.blocks.messaging.intake.model import Kind
from govstack.blocks.messaging.intake.schemas import Email
from govstack.kernel.actor import SYSTEM
from govstack.kernel.errors import Unavailable
from tests.builders.running import ORIGIN, Bench, bench
from tests.databases import Databases

SERVICE, APPLICATION = "GOV/7009/messaging/messages", "GOV/7008/identity"
PURPOSE = "sign-in/1"


class Mediator:
    """What stands for the mediator and the messaging block behind it: it takes messages in, or fails."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Mapping[str, str], bytes]] = []
        self.status = 200
        self.emergencies = True

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.calls.append((scope["path"], headers, body))
        status = self.status if self.emergencies or "/emergency/" not in scope["path"] else 403
        answer = b'{"response": "accepted", "requestUid": "1"}'
        head = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": answer})


@pytest.fixture
def mediator() -> Mediator:
    return Mediator()


async def connected(databases: Databases, mediator: Mediator, **settings: str) -> Bench:
    """Run the block with messaging connected, outside the sandbox unless a test says otherwise."""
    running = bench(
        MANIFEST, await databases.migrated("identity", MANIFEST.root / "migrations"),
        **{
            "PROFILE": "production", "IDENTITY_MESSAGING": SERVICE, "IDENTITY_APPLICATION": APPLICATION,
            "IDENTITY_CODE_CHANNELS": "email, sms", **settings,
        },
    )  # fmt: skip
    running.network.serve_locally(f"{ORIGIN}/mediator", mediator)
    return running


async def amina(running: Bench, *attributes: Attribute) -> Person:
    known = (Attribute("email", "amina@example.org"), Attribute("phone_number", "+22501020304"))
    return await people.register(running.context, by=SYSTEM, attributes=attributes or known)


async def send(running: Bench, person: Person, channel: str = "") -> Sent:
    return await factors.send_code(running.context, person_id=person.id, purpose=PURPOSE, channel=channel)


async def proves(running: Bench, person: Person, code: str) -> tuple[str, ...]:
    found = await factors.prove(running.context, person_id=person.id, challenge=Challenge("OTP", code), purpose=PURPOSE)
    return found[1].methods if found else ()


@pytest.mark.requirement("IDN-05")
async def test_a_code_goes_by_mail_before_all_others_in_the_form_that_messaging_reads(
    databases: Databases, mediator: Mediator
) -> None:
    running = await connected(databases, mediator)
    person = await amina(running)

    sent = await send(running, person)

    path, headers, body = mediator.calls[-1]
    submission = msgspec.json.decode(body, type=Email).submission(Kind.SINGLE, urgent=True)
    assert path == f"/mediator/r1/demo/{SERVICE}/emergency/send/email/single"
    assert headers["x-govstack-client"] == f"demo/{APPLICATION}"
    assert (submission.entries[0].email, submission.encoding) == ("amina@example.org", "UTF-8")
    code = re.match(r"\d{6}", submission.content)
    assert code is not None
    assert sent == Sent("a•••@e•••.org", "", "email")
    assert await proves(running, person, code[0]) == ("otp",)


@pytest.mark.requirement("IDN-04")
async def test_a_code_goes_to_the_telephone_where_that_is_chosen(databases: Databases, mediator: Mediator) -> None:
    running = await connected(databases, mediator)
    person = await amina(running)

    sent = await send(running, person, "sms")

    path, _headers, body = mediator.calls[-1]
    asked = msgspec.json.decode(body)
    assert path.endswith("/emergency/send/sms/single")
    assert asked["recipientInfo"] == {"recipient": "+22501020304"}
    assert sent == Sent("•••304", "", "sms")
    assert await proves(running, person, asked["smsContent"]["content"][:6]) == ("otp", "sms")


async def test_an_application_without_the_right_to_emergencies_sends_among_all_others(
    databases: Databases, mediator: Mediator
) -> None:
    running = await connected(databases, mediator)
    mediator.emergencies = False

    await send(running, await amina(running))

    assert [path.partition(SERVICE)[2] for path, _headers, _body in mediator.calls] == [
        "/emergency/send/email/single", "/send/email/single",
    ]  # fmt: skip


async def test_the_message_is_in_the_language_of_its_reader(databases: Databases, mediator: Mediator) -> None:
    running = await connected(databases, mediator)
    person = await amina(running, Attribute("email", "amina@example.org"), Attribute("locale", "fr-CI"))

    await send(running, person)

    assert "est votre code à usage unique" in mediator.calls[-1][2].decode()


async def test_only_the_ways_of_the_country_are_offered(databases: Databases, mediator: Mediator) -> None:
    running = await connected(databases, mediator, IDENTITY_CODE_CHANNELS="email")
    person = await amina(running)

    offers = await factors.offered(running.context, person_id=person.id)

    assert [(one.kind.value, one.channel, one.label) for one in offers] == [("otp", "email", "a•••@e•••.org")]


@pytest.mark.requirement("IDN-54")
async def test_a_code_that_could_not_be_sent_is_said_and_neither_code_nor_address_is_logged(
    databases: Databases, mediator: Mediator, capsys: pytest.CaptureFixture[str]
) -> None:
    running = await connected(databases, mediator)
    person = await amina(running)
    mediator.status = 503

    with pytest.raises(Unavailable):
        await send(running, person)

    said = capsys.readouterr()
    logged = said.out + said.err
    code = re.search(r"(\d{6}) is your", mediator.calls[-1][2].decode())
    assert code is not None
    assert "code.not-sent" in logged
    assert code[1] not in logged
    assert "amina" not in logged


async def test_the_sandbox_shows_the_code_also_where_messaging_is_away(
    databases: Databases, mediator: Mediator
) -> None:
    running = await connected(databases, mediator, PROFILE="sandbox")
    person = await amina(running)
    mediator.status = 503

    sent = await send(running, person)

    assert await proves(running, person, sent.shown) == ("otp",)


async def test_for_nobody_a_code_is_said_to_be_sent_and_none_is(databases: Databases, mediator: Mediator) -> None:
    running = await connected(databases, mediator)

    sent = await factors.send_code(running.context, person_id="", purpose=PURPOSE)

    assert sent == Sent("", "")
    assert mediator.calls == []
    assert [one.kind.value for one in await factors.offered(running.context, person_id="")] == ["otp"]


@pytest.mark.parametrize(
    ("channel", "address", "hint"),
    [
        (Channel.EMAIL, "a@b.org", "a•••@b•••.org"), (Channel.EMAIL, "ada@mail.gov.xx", "a•••@m•••.xx"),
        (Channel.SMS, "+22501020304", "•••304"), (Channel.PAGE, "", ""),
    ],
)  # fmt: skip
def test_a_hint_shows_no_more_than_its_owner_needs(channel: Channel, address: str, hint: str) -> None:
    assert masked(channel, address) == hint

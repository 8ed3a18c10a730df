"""Delivery reports: a mail that a server had taken is bounced after all, for whom it was and for nobody else."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govstack.blocks.messaging.reports.model import READ_BYTES_MAX, RECIPIENTS_MAX, read
from govstack.kernel import clock
from tests.builders import messaging
from tests.builders.messaging import batch, counts, registered, rows, sent, single, work
from tests.builders.running import Bench

ADA, BO = "ada@people.example.org", "bo@people.example.org"
# As servers write it (RFC 3464, appendix E), with what they give back of the mail.
REPORT = """\
From: Mail Delivery Subsystem <MAILER-DAEMON@people.example.org>
To: clinic@health.example.org
Subject: Returned mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part

The mail could not be delivered.

--part
Content-Type: message/delivery-status

Reporting-MTA: dns; people.example.org

Original-Recipient: rfc822;{original}
Final-Recipient: rfc822;{final}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 user unknown

--part
Content-Type: {given_back}

Message-ID: <{umid}@health.example.org>
From: clinic@health.example.org
Subject: Your appointment

--part--
"""


def report(umid: str, final: str = ADA, **changed: str) -> bytes:
    """Return a delivery report as it comes."""
    known = {
        "umid": umid, "final": final, "original": final, "action": "failed", "status": "5.1.1",
        "given_back": "text/rfc822-headers", **changed,
    }  # fmt: skip
    return REPORT.format(**known).encode()


async def hand_in(client: httpx.AsyncClient, raw: bytes) -> httpx.Response:
    """Hand a report in."""
    return await client.post("/v1/report/email", json={"content": base64.b64encode(raw).decode()})


async def delivered(running: Bench, **changed: Any) -> tuple[str, str, list[str]]:
    """Deliver a batch; return the sender's key, the request, and its messages."""
    made = await registered(running.context, **changed)
    uid = await sent(running, made.key, batch(ADA, BO), way="batch")
    await work(running.context)
    found = await rows(running.context, f"SELECT id FROM message WHERE request_id = '{uid}' ORDER BY number")
    return made.key, uid, [row["id"] for row in found]


@pytest.mark.requirement("MSG-24", "MSG-25", "MSG-60")
@pytest.mark.parametrize("given_back", ["text/rfc822-headers", "message/rfc822"])
async def test_a_mail_that_was_taken_is_bounced_by_a_later_report(running: Bench, given_back: str) -> None:
    key, uid, (first, _second) = await delivered(running)

    async with messaging.client(running, key) as client:
        raw = report(first, given_back=given_back)
        answers = [(await hand_in(client, raw)).json() for _ in range(2)]

    assert answers == [{"bounced": True}, {"bounced": False}]
    assert await counts(running, key, uid) == {"delivered": 1, "bounced": 1}
    last = (await rows(running.context, "SELECT * FROM message_event ORDER BY number DESC"))[0]
    assert (last["reason"], last["provider"], last["response_code"]) == ("rejected", "delivery report", 550)
    told = await rows(running.context, "SELECT payload FROM job WHERE payload LIKE '%bounced%'")
    assert len(told) == 1
    everything = str(await rows(running.context, "SELECT * FROM message_event")) + str(told)
    assert ADA not in everything


@pytest.mark.requirement("MSG-24", "MSG-63")
async def test_a_report_that_comes_as_an_answer_counts_too(running: Bench) -> None:
    key, uid, (first, _second) = await delivered(running)

    async with messaging.client(running, key) as client:
        for raw in (report(first), b"Thank you, I will come."):
            body = {"meta": "mail", "content": base64.b64encode(raw).decode()}
            answer = await client.post("/v1/callback/email", json=body, headers={"requestUid": uid})
            assert answer.status_code == 200

    assert await counts(running, key, uid) == {"delivered": 1, "bounced": 1}
    assert len(await rows(running.context, "SELECT id FROM reply")) == 2


@pytest.mark.requirement("MSG-25")
@pytest.mark.parametrize(
    ("changed", "status", "bounced"),
    [
        ({"action": "delayed", "status": "4.4.7"}, 400, None), ({"action": "relayed"}, 400, None),
        ({"status": "4.2.2"}, 400, None), ({"final": "copy@people.example.org"}, 200, False),
        ({"final": BO}, 200, False),
        ({"final": "internal-7", "original": ADA}, 200, True), ({"original": "ADA@people.example.org"}, 200, True),
    ],
)  # fmt: skip
async def test_only_a_failure_for_good_of_whom_it_was_for_counts(
    on_sqlite: Bench, changed: dict[str, str], status: int, bounced: bool | None
) -> None:
    key, uid, (first, _second) = await delivered(on_sqlite)

    async with messaging.client(on_sqlite, key) as client:
        answer = await hand_in(client, report(first, **changed))

    assert (answer.status_code, answer.json().get("bounced")) == (status, bounced), answer.text
    assert await counts(on_sqlite, key, uid) == ({"delivered": 1, "bounced": 1} if bounced else {"delivered": 2})


@pytest.mark.requirement("MSG-49", "MSG-54")
async def test_nobody_bounces_the_messages_of_another_but_who_administers(on_sqlite: Bench) -> None:
    key, uid, (first, second) = await delivered(on_sqlite)
    other = await registered(on_sqlite.context, email="b@c.example")

    async with messaging.client(on_sqlite, other.key) as client:
        foreign = await hand_in(client, report(first))
        content = base64.b64encode(report(first)).decode()
        own = await sent(on_sqlite, other.key, single())
        answer = await client.post("/v1/callback/email", json={"content": content}, headers={"requestUid": own})
    async with messaging.client(on_sqlite) as client:
        nobody = await hand_in(client, report(first))
    async with on_sqlite.application("demo/GOV/7000/mail", "messaging:read") as client:
        reader = await hand_in(client, report(first))
    before = await counts(on_sqlite, key, uid)
    async with on_sqlite.application("demo/GOV/7000/mail", "messaging:administer") as client:
        allowed = await hand_in(client, report(second, BO))

    assert [one.status_code for one in (foreign, answer, nobody, reader, allowed)] == [404, 200, 401, 401, 200]
    assert (before, await counts(on_sqlite, key, uid)) == ({"delivered": 2}, {"delivered": 1, "bounced": 1})


@pytest.mark.requirement("MSG-46")
async def test_what_was_bounced_later_is_sent_again_by_its_sender(on_sqlite: Bench) -> None:
    key, uid, (first, _second) = await delivered(on_sqlite)
    async with messaging.client(on_sqlite, key) as client:
        await hand_in(client, report(first))

        again = await client.post("/v1/resend/email/batch", json=batch(ADA, BO), headers={"requestUid": uid})

    assert again.json()["messages"] == 1
    await work(on_sqlite.context)
    assert await counts(on_sqlite, key, uid) == {"delivered": 2}


@pytest.mark.requirement("MSG-28", "MSG-39", "MSG-48")
@pytest.mark.parametrize(
    "content", ["?", "", base64.b64encode(b"hello").decode(), base64.b64encode(b"\x00\xff").decode()]
)
async def test_what_is_no_report_is_refused(on_sqlite: Bench, content: str) -> None:
    made = await registered(on_sqlite.context)

    async with messaging.client(on_sqlite, made.key) as client:
        answer = await client.post("/v1/report/email", json={"content": content})

    assert answer.status_code == 400


def test_an_ordinary_mail_reports_nothing_and_a_long_one_is_read_as_far_as_it_needs() -> None:
    mail = EmailMessage()
    mail["Message-ID"] = "<01a202f4-9b66-717d-81cb-c1de92525a4a@x.example>"
    mail.set_content("Action: failed\nStatus: 5.0.0\nFinal-Recipient: rfc822; ada@p.example")
    umid = "01a202f4-9b66-717d-81cb-c1de92525a4a"

    assert read(mail.as_bytes()) is None
    assert read(report(umid) + b"x" * READ_BYTES_MAX) == read(report(umid))
    assert read(report("x")) is None
    block = "Final-Recipient: rfc822;a@b.example\nAction: failed\nStatus: 5.1.1\n\n"
    many = (
        report(umid)
        .decode()
        .replace("\n\n--part\nContent-Type: text", "\n\n" + block * 5_000 + "\n--part\nContent-Type: text")
    )
    found = read(many.encode())
    assert found is None or len(found.failures) <= RECIPIENTS_MAX


@pytest.mark.requirement("MSG-28", "MSG-48")
@pytest.mark.parametrize(
    "noise", [b"(" * 300_000, b"a," * 200_000, b"<" * 300_000, b"\n " * 200_000, b"=?utf-8?q?a?= " * 30_000]
)
def test_a_report_that_is_meant_to_take_long_takes_no_time(noise: bytes) -> None:
    umid, started = "01a202f4-9b66-717d-81cb-c1de92525a4a", clock.monotonic()

    for header in (
        b"Subject: ",
        b"To: ",
        b"Message-ID: ",
        b"Content-Type: multipart/report; report-type=",
        b"Status: ",
    ):
        read(header + noise + b"\n" + report(umid))
        read(report(umid).replace(b"Reporting-MTA: ", header + noise + b"\nReporting-MTA: "))

    assert clock.monotonic() - started < 10, "seconds, on a busy machine; it takes a fraction of one"


@given(st.binary(max_size=400))
def test_whatever_comes_is_read_or_left(noise: bytes) -> None:
    whole = report("01a202f4-9b66-717d-81cb-c1de92525a4a")

    found = [read(noise), *(read(whole[:place] + noise + whole[place:]) for place in (0, len(whole) // 3, len(whole)))]

    assert all(one is None or (one.umid and one.failures) for one in found)

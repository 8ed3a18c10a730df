"""Messages that people read here: theirs alone, sealed, erased by them or after their days."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from govstack.blocks.messaging.notices import service
from govstack.blocks.messaging.notices.model import SHOWN_MAX
from govstack.kernel import clock, i18n
from govstack.kernel.actor import SYSTEM
from govstack.kernel.sessions import VISIT_COOKIE
from tests.blocks.messaging.test_delivery import everything, readable
from tests.builders.messaging import client, counts, notice, notices, registered, rows, sent, work
from tests.builders.running import Bench
from tests.page_lint import lint

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.requirement("MSG-65", "MSG-63", "MSG-27", "MSG-49")
async def test_a_person_reads_and_erases_their_own_messages_and_nobody_elses(running: Bench) -> None:
    made = await registered(running.context)
    uid = await sent(running, made.key, notices("ada", "bo", " "), way="batch", by="in-app")
    await work(running.context)

    async with running.person("ada") as ada, running.person("bo") as bo:
        heads = (await ada.get("/v1/messages")).json()
        path = f"/v1/messages/{heads[0]['messageUid']}"
        read, others = (await ada.get(path)).json(), (await bo.get(path)).status_code
        await bo.delete(path)
        kept = len((await ada.get("/v1/messages")).json())
        erased = [(await ada.delete(path)).status_code for _ in range(2)]
        after = ((await ada.get(path)).status_code, (await ada.get("/v1/messages")).json())
        of_bo = len((await bo.get("/v1/messages")).json())

    assert await counts(running, made.key, uid, by="in-app") == {"delivered": 2, "notSent": 1}
    assert [head["title"] for head in heads] == ["Your pass is ready"]
    assert (read["content"], read["sender"]) == ("Fetch it at\nthe town hall.", "Ministry of Health")
    assert (others, kept, erased, after, of_bo) == (404, 1, [204, 204], (404, []), 1)


@pytest.mark.requirement("MSG-07", "MSG-49")
async def test_messages_are_for_people_who_have_signed_in(on_sqlite: Bench) -> None:
    async with (
        client(on_sqlite) as nobody,
        on_sqlite.application("demo/GOV/1/desk", "messaging:administer") as application,
        on_sqlite.person("mila", "messaging:administer") as administrator,
    ):
        made = await registered(on_sqlite.context)
        await sent(on_sqlite, made.key, notice(), by="in-app")
        await work(on_sqlite.context)
        statuses = [(await one.get("/v1/messages")).status_code for one in (nobody, application)]

        assert (statuses, (await administrator.get("/v1/messages")).json()) == ([401, 403], [])


@pytest.mark.requirement("MSG-65")
async def test_a_person_is_found_by_the_identifier_that_the_issuer_tells(on_sqlite: Bench) -> None:
    made = await registered(on_sqlite.context)
    await sent(on_sqlite, made.key, notice(" PN-4711 "), by="in-app")
    await work(on_sqlite.context)
    async with on_sqlite.person("ada", attributes={"person_identifier": "PN-4711"}) as ada:
        assert len((await ada.get("/v1/messages")).json()) == 1


@pytest.mark.requirement("MSG-08", "MSG-61", "MSG-69")
async def test_what_a_person_has_is_sealed_and_goes_away_after_its_days(
    running: Bench, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    made = await registered(running.context)
    with clock.fixed(NOON):
        await sent(running, made.key, notice("zerafina", "Nachtzug 4711"), by="in-app")
        await work(running.context)
        left = await readable(running)
        stored = await everything(running, tmp_path)
    async with running.person("zerafina", seconds=10_000_000) as person:
        with clock.fixed(NOON + timedelta(days=29, hours=23)):
            before = len((await person.get("/v1/messages")).json())
        with clock.fixed(NOON + timedelta(days=30)):
            after = len((await person.get("/v1/messages")).json())
            await service.tidy(running.context, by=SYSTEM)
    told = capfd.readouterr()

    assert (left, before, after, await rows(running.context, "SELECT id FROM notice")) == ([0, 0], 1, 0, [])
    for one in (stored, (told.out + told.err).encode()):
        assert [word for word in (b"zerafina", b"Nachtzug", b"town hall") if word.lower() in one.lower()] == []


@pytest.mark.requirement("MSG-24")
async def test_a_message_that_is_delivered_twice_is_there_once(on_sqlite: Bench) -> None:
    from govstack.blocks.messaging.notices.model import Delivery, Notice

    for _ in range(2):
        delivery = Delivery("m1", "ada", Notice("Clinic", "Hello", "Hello"))
        await service.keep(on_sqlite.context, delivery=delivery)

    assert len(await rows(on_sqlite.context, "SELECT id FROM notice")) == 1


@pytest.mark.requirement("MSG-65")
@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_a_person_reads_and_erases_messages_on_pages(on_sqlite: Bench, language: str) -> None:
    made = await registered(on_sqlite.context, urgent=True)
    for number in range(SHOWN_MAX + 1):
        await sent(on_sqlite, made.key, notice(title=f"Letter {number}"), by="in-app", lane="/emergency")
    await work(on_sqlite.context)

    async with on_sqlite.browser("ada") as browser:
        browser.headers["cookie"] += f"; {VISIT_COOKIE}=visit"
        browser.headers["accept-language"] = language

        async def page(path: str) -> str:
            answer = await browser.get(path, headers={"accept": "text/html"})
            assert (answer.status_code, lint(answer.text)) == (200, []), path
            return answer.text

        listed = await page("/messages")
        further = re.search(r"/messages\?before=\d+", listed)
        assert further is not None
        oldest = re.findall(r'href="[^"]*(/messages/[\w-]+)"', await page(further[0]))
        shown, asked = await page(oldest[0]), await page(f"{oldest[0]}/erase")
        hidden = dict(re.findall(r'name="(csrf_token|form_mark)" value="([^"]*)"', asked))
        answer = await browser.post(f"{oldest[0]}/erase", data=hidden)
        gone = (await browser.get(oldest[0])).status_code

    assert ("Letter 50" in listed, "Letter 0<" in listed, len(oldest)) == (True, False, 1)
    assert ("Letter 0" in shown, "the town hall." in shown) == (True, True)
    assert (answer.status_code, gone) == (303, 404)


@pytest.mark.requirement("MSG-39", "MSG-41")
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"recipientInfo": {"recipient": ""}}, "recipient"),
        ({"recipientInfo": {"recipient": "a\r\nb"}}, "recipient"),
        ({"recipientInfo": {"recipient": "x" * 201}}, "recipient"),
        ({"inAppContent": {"title": "A title"}}, "content"),
        ({"recipientInfo": {"batchInAppAsBase64": "%"}}, "batchInAppAsBase64"),
    ],
)
async def test_what_cannot_be_brought_is_refused_with_its_field(
    on_sqlite: Bench, changed: dict[str, Any], field: str
) -> None:
    made = await registered(on_sqlite.context)
    async with client(on_sqlite, made.key) as caller:
        answer = await caller.post("/v1/send/in-app/single", json=notice(**changed))

    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])

"""Wordings: each person reads a sender's text in their own language, and no value becomes more than a value."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govstack.blocks.messaging.wording import service
from govstack.blocks.messaging.wording.errors import UnknownWording
from govstack.blocks.messaging.wording.model import Draft, FieldKind, Text, Wording, faults, say, value_faults
from govstack.kernel import audit, i18n
from govstack.kernel.actor import Actor
from govstack.kernel.db import CheckViolation
from govstack.kernel.sessions import VISIT_COOKIE
from tests.blocks.messaging.test_pages import ADMINISTRATOR, page, post
from tests.builders import messaging
from tests.builders.messaging import BUILDER, counts, registered, rows, work
from tests.builders.running import Bench

REMINDER: dict[str, Any] = {
    "fallback": "en",
    "fields": {"name": "text", "day": "date", "fee": "number"},
    "texts": {
        "en": {"title": "Appointment of {name}", "content": "On {day}, fee {fee} {{net}}."},
        "fr": {"title": "Rendez-vous de {name}", "content": "Le {day}, frais {fee}."},
        "ar": {"title": "موعد {name}", "content": "يوم {day}."},
    },
}
VALUES = {"name": "Ada", "day": "2026-12-24", "fee": "1234.5"}
FORM = {
    "name": "reminder", "fallback": "en", "fields": "name\r\nday (date)", "title_en": "For {name}",
    "content_en": "On {day}.", "title_fr": "Pour {name}", "content_fr": "Le {day}.",
}  # fmt: skip


async def put(running: Bench, key: str, name: str = "reminder", body: Any = REMINDER) -> httpx.Response:
    """Write a wording."""
    async with messaging.client(running, key) as client:
        return await client.put(f"/v1/wordings/{name}", json=body)


async def ask(running: Bench, key: str, what: str, **body: Any) -> httpx.Response:
    """Preview or send the wording."""
    async with messaging.client(running, key) as client:
        sent = {"language": "en", "values": VALUES, **body}
        return await client.post(f"/v1/wordings/reminder/{what}", json=sent)


@pytest.mark.requirement("MSG-16", "MSG-55", "MSG-65")
@pytest.mark.parametrize(
    ("language", "said_in", "title", "content"),
    [
        ("en", "en", "Appointment of Ada", "On 24 December 2026, fee 1,234.5 {net}."),
        ("fr", "fr", "Rendez-vous de Ada", "Le 24 décembre 2026, frais 1\u202f234,5."),
        ("fr-CA", "fr", "Rendez-vous de Ada", "Le 24 décembre 2026, frais 1\u202f234,5."),
        ("ar", "ar", "موعد Ada", "يوم 24 ديسمبر 2026."),
        ("rw", "en", "Appointment of Ada", "On 24 December 2026, fee 1,234.5 {net}."),
        ("", "en", "Appointment of Ada", "On 24 December 2026, fee 1,234.5 {net}."),
    ],
)
async def test_somebody_reads_a_wording_in_their_language_or_in_the_fallback(
    on_sqlite: Bench, language: str, said_in: str, title: str, content: str
) -> None:
    made = await registered(on_sqlite.context)
    await put(on_sqlite, made.key)

    seen = (await ask(on_sqlite, made.key, "preview", language=language)).json()

    assert seen == {"version": 1, "language": said_in, "title": title, "content": content}


@pytest.mark.requirement("MSG-16", "MSG-17", "MSG-63")
async def test_a_wording_is_sent_as_it_was_previewed_and_followed_as_any_message(running: Bench) -> None:
    made = await registered(running.context)
    await put(running, made.key)
    seen = (await ask(running, made.key, "preview", language="fr")).json()

    answer = await ask(running, made.key, "send", language="fr", recipientInfo={"email": "ada@people.example.org"})
    again = await ask(running, made.key, "send", language="fr", recipientInfo={"email": "ada@people.example.org"})
    await work(running.context)

    found = answer.json()
    assert (found["version"], found["language"], again.json()["requestUid"]) == (1, "fr", found["requestUid"])
    assert await counts(running, made.key, found["requestUid"]) == {"delivered": 1}
    async with running.browser("mila", *ADMINISTRATOR) as browser:
        mail = await page(browser, "/inbox/1")
    assert (seen["title"] in mail, seen["content"] in mail) == (True, True)


@pytest.mark.requirement("MSG-16", "MSG-63")
@pytest.mark.parametrize(("channel", "to"), [("sms", "+250788123456"), ("in-app", "ada")])
async def test_a_wording_reaches_people_by_every_channel(running: Bench, channel: str, to: str) -> None:
    made = await registered(running.context)
    await put(running, made.key)

    answer = await ask(running, made.key, "send", channel=channel, language="fr", recipientInfo={"recipient": to})
    by_mail = await ask(running, made.key, "send", recipientInfo={"recipient": to})
    await work(running.context)

    assert answer.status_code == 200, answer.text
    assert await counts(running, made.key, answer.json()["requestUid"], by=channel) == {"delivered": 1}
    assert (by_mail.status_code, list(by_mail.json()["fields"])) == (400, ["email"])


async def test_a_wording_that_is_too_long_for_a_text_is_refused_as_one(on_sqlite: Bench) -> None:
    made = await registered(on_sqlite.context)
    long = {**REMINDER, "fields": {}, "texts": {"en": {"title": "Long", "content": "x" * 2_000}}}
    await put(on_sqlite, made.key, body=long)

    answer = await ask(
        on_sqlite, made.key, "send", values={}, channel="sms", recipientInfo={"recipient": "+250788123456"}
    )

    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["content"])


@pytest.mark.requirement("MSG-01", "MSG-23")
async def test_a_changed_wording_is_a_next_version_and_the_same_is_none(running: Bench) -> None:
    made = await registered(running.context)
    changed = {**REMINDER, "texts": {"en": {"title": "Hello {name}", "content": "On {day}, {fee}."}}}

    answers = [
        await put(running, made.key), await put(running, made.key), await put(running, made.key, body=changed),
    ]  # fmt: skip
    async with messaging.client(running, made.key) as client:
        gone = [(await client.delete("/v1/wordings/reminder")).status_code for _ in range(2)]
        missing = await client.get("/v1/wordings/reminder")
        listed = (await client.get("/v1/wordings")).json()
    refused = await ask(running, made.key, "send", recipientInfo={"email": "a@b.example"})
    anew = await put(running, made.key)

    assert [(answer.status_code, answer.json()["version"]) for answer in answers] == [(201, 1), (200, 1), (201, 2)]
    assert (gone, missing.status_code, listed["wordings"], refused.status_code) == ([204, 204], 404, [], 404)
    assert (anew.status_code, anew.json()["version"]) == (201, 4)
    async with running.context.database.reading() as tx:
        acts = [entry.action for entry in await audit.entries(tx, action="messaging.wording")]
    assert sorted(acts) == ["messaging.wording.retired"] + ["messaging.wording.written"] * 3
    for statement in ("UPDATE wording_version SET texts = '{}'", "DELETE FROM wording_version"):
        with pytest.raises(CheckViolation):
            async with running.context.database.transaction() as tx:
                await tx.execute(statement)


async def test_two_who_write_at_once_make_two_versions_or_one_is_told(running: Bench) -> None:
    made = await registered(running.context)
    bodies = [{**REMINDER, "texts": {"en": {"title": str(number), "content": "x"}}} for number in range(5)]

    answers = await asyncio.gather(*(put(running, made.key, body=body) for body in bodies))

    assert {answer.status_code for answer in answers} <= {201, 409}
    versions = [row["version"] for row in await rows(running.context, "SELECT version FROM wording_version")]
    assert sorted(versions) == list(range(1, len(versions) + 1))


@pytest.mark.requirement("MSG-28", "MSG-39", "MSG-41", "MSG-48")
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"fallback": "rw"}, "fallback"), ({"texts": {}}, "texts"),
        ({"texts": {"English": {"title": "a", "content": "b"}}}, "texts"),
        ({"fields": {"Name!": "text"}}, "fields"), ({"fields": {}}, "texts.en.title"),
        ({"texts": {"en": {"title": "a\r\nBcc: x@y.example", "content": "x"}}}, "texts.en.title"),
        ({"texts": {"en": {"title": "a", "content": ""}}}, "texts.en.content"),
        ({"texts": {"en": {"title": "a", "content": "b {"}}}, "texts.en.content"),
        ({"texts": {"en": {"title": "a", "content": "{name.__class__}"}}}, "texts.en.content"),
        ({"texts": {"en": {"title": "a", "content": "{0}"}}}, "texts.en.content"),
        ({"texts": {"en": {"title": "x" * 501, "content": "x"}}}, "texts.en.title"),
        ({"texts": {"en": {"title": "x", "content": "x" * 20_001}}}, "texts.en.content"),
    ],
)  # fmt: skip
async def test_a_wording_that_cannot_be_said_is_refused_with_its_field(
    on_sqlite: Bench, changed: dict[str, Any], field: str
) -> None:
    made = await registered(on_sqlite.context)

    answer = await put(on_sqlite, made.key, body={**REMINDER, **changed})

    assert (answer.status_code, field in answer.json()["fields"]) == (400, True), answer.text
    assert await rows(on_sqlite.context, "SELECT number FROM wording_version") == []


@pytest.mark.requirement("MSG-39")
@pytest.mark.parametrize("name", ["new", "A", "a b", "-a", "x" * 65, "%2e%2e"])
async def test_a_wording_has_a_plain_name(on_sqlite: Bench, name: str) -> None:
    made = await registered(on_sqlite.context)

    assert (await put(on_sqlite, made.key, name)).status_code == 400


@pytest.mark.requirement("MSG-28", "MSG-39", "MSG-41")
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "Ada", "day": "2026-12-24"}, "values.fee"), ({**VALUES, "extra": "x"}, "values.extra"),
        ({**VALUES, "name": "Ada\r\nBcc: eve@evil.example"}, "values.name"), ({**VALUES, "day": "soon"}, "values.day"),
        ({**VALUES, "name": "Ada\u202egnp.exe"}, "values.name"), ({**VALUES, "name": "x" * 501}, "values.name"),
        ({**VALUES, "fee": "1e999999999"}, "values.fee"), ({**VALUES, "fee": "NaN"}, "values.fee"),
    ],
)  # fmt: skip
async def test_values_that_do_not_fit_are_refused_with_their_field_and_nothing_is_sent(
    on_sqlite: Bench, values: dict[str, str], field: str
) -> None:
    made = await registered(on_sqlite.context)
    await put(on_sqlite, made.key)

    answer = await ask(on_sqlite, made.key, "send", values=values, recipientInfo={"email": "a@b.example"})

    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field]), answer.text
    assert await rows(on_sqlite.context, "SELECT id FROM message_request") == []


@given(st.text(max_size=60), st.text(max_size=60))
def test_what_a_value_holds_is_never_read_as_a_field(one: str, other: str) -> None:
    wording = Wording("en", {"a": FieldKind.TEXT, "b": FieldKind.TEXT}, {"en": Text("{a}|{b}", "{b}|{a}|{{a}}")})
    values = {"a": one, "b": other}

    if not value_faults(wording, values):
        said = say(wording, "en", values)
        assert (said.title, said.content) == (f"{one}|{other}", f"{other}|{one}|{{a}}")


@given(st.text(max_size=40))
def test_a_text_that_is_taken_can_be_said(content: str) -> None:
    draft = Draft("en", {"a": FieldKind.TEXT}, {"en": Text("", content)})

    if not faults(draft):
        said = say(Wording(draft.fallback, draft.fields, draft.texts), "en", {"a": "x"}).content
        expected = re.sub(r"\{\{|\}\}|\{a\}", lambda brace: {"{{": "{", "}}": "}"}.get(brace[0], "x"), content)
        assert said == expected


@pytest.mark.requirement("MSG-49", "MSG-54")
async def test_a_sender_knows_and_uses_its_own_wordings_alone(running: Bench) -> None:
    made, other = await registered(running.context), await registered(running.context, email="b@c.example")
    await put(running, made.key)

    foreign = await ask(running, other.key, "send", recipientInfo={"email": "a@b.example"})
    async with messaging.client(running, other.key) as client:
        listed = (await client.get("/v1/wordings")).json()
        deleted = await client.delete("/v1/wordings/reminder")
    nobody = await ask(running, "wrong", "send", recipientInfo={"email": "a@b.example"})

    assert [foreign.status_code, deleted.status_code, nobody.status_code] == [404, 404, 401]
    assert listed["wordings"] == []
    with pytest.raises(service.senders.NotAdministrator):
        by = Actor("application", f"sender/{other.sender.id}")
        await service.retire(running.context, by=by, sender_id=made.sender.id, name="reminder")


@pytest.mark.requirement("MSG-23", "MSG-49")
@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_an_administrator_writes_tries_changes_and_retires_a_wording(on_sqlite: Bench, language: str) -> None:
    made = await registered(on_sqlite.context)
    desk = f"/wordings/{made.sender.id}"

    async with on_sqlite.browser("mila", *ADMINISTRATOR) as browser:
        browser.headers["cookie"] += f"; {VISIT_COOKIE}=visit"
        browser.headers["accept-language"] = language
        await page(browser, "/wordings")
        checked = await post(browser, f"{desk}/new", **FORM)
        none_yet = await rows(on_sqlite.context, "SELECT number FROM wording_version")
        saved = await post(browser, f"{desk}/new", **FORM, step="send")
        shown = await page(browser, f"{desk}/reminder")
        tried = await post_to(
            browser, f"{desk}/reminder", "try", language="fr", value_name="Zoë", value_day="2026-12-24"
        )
        wrong = await post_to(browser, f"{desk}/reminder", "try", language="fr", value_name="Zoë", value_day="soon")
        changed = await post(browser, f"{desk}/reminder/change", **{**FORM, "title_en": "Dear {name}"}, step="send")
        await page(browser, f"{desk}/reminder/change")
        listed = await page(browser, "/wordings")
        await page(browser, f"{desk}/reminder/retire")
        retired = await post(browser, f"{desk}/reminder/retire")
        await page(browser, f"{desk}/reminder", status=404)

    assert ("For [name]" in checked.text, none_yet) == (True, [])
    assert [one.status_code for one in (saved, tried, wrong, changed, retired)] == [303, 200, 400, 303, 303]
    assert ("Pour [name]" in shown, "Pour Zoë" in tried.text, 'href="#value_day"' in wrong.text) == (True, True, True)
    assert f"{desk}/reminder" in listed


async def post_to(client: httpx.AsyncClient, shown: str, action: str, **fields: str) -> httpx.Response:
    """Send a form that stands on another page than where it goes."""
    text = (await client.get(shown)).text
    token = re.search(r'name="csrf_token" value="([^"]*)"', text)
    assert token is not None
    return await client.post(f"{shown}/{action}", data={"csrf_token": token[1], **fields})


@pytest.mark.parametrize(
    ("field", "value", "place"),
    [
        ("name", "A b", "name"), ("fields", "name (colour)", "fields"), ("fallback", "es", "fallback"),
        ("title_en", "For {nobody}", "title_en"), ("content_fr", "Le {day", "content_fr"), ("fields", "", "title_en"),
    ],
)  # fmt: skip
async def test_what_is_wrong_with_a_wording_is_told_at_its_field(
    on_sqlite: Bench, field: str, value: str, place: str
) -> None:
    made = await registered(on_sqlite.context)

    async with on_sqlite.browser("mila", *ADMINISTRATOR) as browser:
        browser.headers["cookie"] += f"; {VISIT_COOKIE}=visit"
        answer = await post(browser, f"/wordings/{made.sender.id}/new", **{**FORM, field: value}, step="send")

    assert (answer.status_code, f'href="#{place}"' in answer.text) == (400, True)
    assert await rows(on_sqlite.context, "SELECT number FROM wording_version") == []


@pytest.mark.requirement("MSG-07", "MSG-49", "MSG-54")
async def test_somebody_of_an_office_writes_for_its_sender_and_for_no_other(on_sqlite: Bench) -> None:
    own = await registered(on_sqlite.context, application="demo/GOV/7003/officerdesk")
    other = await registered(on_sqlite.context, email="b@c.example")
    await put(on_sqlite, own.key)
    await put(on_sqlite, other.key, "theirs")
    context, draft = on_sqlite.context, Draft("en", {}, {"en": Text("a", "b")})

    def officer(*scopes: str, **attributes: str) -> Actor:
        return Actor("person", "selam", scopes=frozenset(scopes), attributes=attributes)

    writer = officer("messaging:write", member="GOV/7003", application="officerdesk")
    await service.put(context, by=writer, sender_id=own.sender.id, name="mine", draft=draft)
    seen = await service.wordings(context, by=writer, sender_id=await service.desk_of(context, by=writer))
    for by in (
        officer(member="GOV/7003", application="officerdesk"),
        officer("messaging:write", member="GOV/7009", application="officerdesk"),
        officer("messaging:write"),
        officer("messaging:read", member="GOV/7003", application="officerdesk"),
    ):
        with pytest.raises(service.senders.NotAdministrator):
            await service.put(context, by=by, sender_id=own.sender.id, name="mine", draft=draft)
    with pytest.raises(UnknownWording):
        await service.put(context, by=writer, sender_id=other.sender.id, name="theirs", draft=draft)
    with pytest.raises(UnknownWording):
        await service.wordings(context, by=writer)

    assert {one.name for one in seen} == {"mine", "reminder"}
    assert len(await service.wordings(context, by=BUILDER)) == 3


@pytest.mark.requirement("MSG-49")
async def test_pages_of_wordings_are_for_those_who_may(on_sqlite: Bench) -> None:
    made = await registered(on_sqlite.context)
    await put(on_sqlite, made.key)
    desk = f"/wordings/{made.sender.id}"
    paths = ("/wordings", f"{desk}/reminder", f"{desk}/new", f"{desk}/reminder/change", f"{desk}/reminder/retire")

    async def statuses(*scopes: str) -> list[int]:
        async with on_sqlite.browser("somebody", *scopes) as client:
            return [(await client.get(path)).status_code for path in paths]

    assert await statuses() == [403] * 5
    assert await statuses("messaging:read") == [200, 200, 403, 403, 403]
    assert await statuses("messaging:write") == [403] * 5
    assert await statuses("messaging:administer") == [200] * 5

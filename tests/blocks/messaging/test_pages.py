"""Pages for administrators: senders with their keys, requests and figures, and the inbox of a sandbox."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from govstack.kernel import audit, i18n
from govstack.kernel.sessions import VISIT_COOKIE
from tests.builders import messaging
from tests.builders.messaging import NUMBER, batch, messaging_on, registered, rows, sent, single, text, work
from tests.builders.running import Bench
from tests.databases import Databases
from tests.page_lint import lint

ADMINISTRATOR = ("messaging:administer",)
FORM = {
    "organisation_name": "Valley Clinic", "organisation_reg_nr": "GOV1", "on_behalf_of_name": "", "name": "",
    "on_behalf_of_reg_nr": "", "email": "clinic@health.example.org", "reply_to": "", "application": "",
    "callback_hosts": "clinic.example.org\r\n*.health.example.org", "per_second": "5", "daily_quota": "1000",
    "batch_recipients_max": "100", "retry_first_seconds": "60", "retry_factor": "2", "retry_longest_seconds": "3600",
}  # fmt: skip


@pytest.fixture
async def browser(on_sqlite: Bench) -> AsyncIterator[httpx.AsyncClient]:
    """The browser of an administrator."""
    async with on_sqlite.browser("mila", *ADMINISTRATOR) as client:
        client.headers["cookie"] += f"; {VISIT_COOKIE}=visit"
        yield client


async def page(client: httpx.AsyncClient, path: str, *, status: int = 200) -> str:
    """Fetch a page and hold it to the lint."""
    answer = await client.get(path, headers={"accept": "text/html"})
    assert (answer.status_code, lint(answer.text)) == (status, []), path
    return answer.text


async def post(client: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    """Send the form of a page as a browser does."""
    shown = (await client.get(path)).text
    hidden = dict(re.findall(r'name="(csrf_token|form_mark)" value="([^"]*)"', shown))
    answer = await client.post(path, data={**hidden, **fields})
    if answer.status_code in {200, 400}:
        assert lint(answer.text) == []
    return answer


@pytest.mark.requirement("MSG-07", "MSG-23")
async def test_an_administrator_registers_a_sender_and_sees_its_key_once(
    on_sqlite: Bench, browser: httpx.AsyncClient
) -> None:
    checked = await post(browser, "/senders/new", **FORM)
    none_yet = await rows(on_sqlite.context, "SELECT id FROM sender")
    made = await post(browser, "/senders/new", **FORM, step="send")
    sender = (await rows(on_sqlite.context, "SELECT * FROM sender"))[0]
    found = re.search(r"<code>([\w-]{40,})</code>", made.text)
    assert found is not None
    later = await page(browser, f"/senders/{sender['id']}")

    assert ("Valley Clinic" in checked.text, none_yet) == (True, [])
    assert found[1] not in later
    uid = await sent(on_sqlite, found[1], single())
    assert uid
    async with on_sqlite.context.database.reading() as tx:
        acts = [entry.action for entry in await audit.entries(tx)]
    assert acts == ["messaging.key.made", "messaging.sender.registered"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("organisation_name", ""), ("email", "nobody"), ("reply_to", "a b"), ("application", "clinic"),
        ("callback_hosts", "https://x"), ("per_second", "0"), ("per_second", "1e400"), ("retry_factor", "nan"),
        ("daily_quota", "-1"), ("retry_first_seconds", "inf"), ("organisation_name", "a\r\nBcc: x@y.example"),
    ],
)  # fmt: skip
async def test_what_is_wrong_with_a_sender_is_told_at_its_field(
    on_sqlite: Bench, browser: httpx.AsyncClient, field: str, value: str
) -> None:
    answer = await post(browser, "/senders/new", **{**FORM, field: value}, step="send")

    assert (answer.status_code, f'href="#{field}"' in answer.text) == (400, True)
    assert await rows(on_sqlite.context, "SELECT id FROM sender") == []


@pytest.mark.requirement("MSG-07", "MSG-23", "MSG-54")
async def test_a_sender_is_changed_gets_keys_loses_them_and_is_closed(
    on_sqlite: Bench, browser: httpx.AsyncClient
) -> None:
    made = await registered(on_sqlite.context)
    base = f"/senders/{made.sender.id}"

    await post(browser, f"{base}/change", **{**FORM, "per_second": "7"}, step="send")
    another = await post(browser, f"{base}/keys/new")
    keys = await rows(on_sqlite.context, "SELECT id FROM sender_key ORDER BY id")
    await page(browser, f"{base}/keys/{keys[0]['id']}/revoke")
    await post(browser, f"{base}/keys/{keys[0]['id']}/revoke")
    async with messaging.client(on_sqlite, made.key) as client:
        old_key = (await client.post("/v1/send/email/single", json=single())).status_code
    await post(browser, f"{base}/close")
    closed = (await rows(on_sqlite.context, "SELECT state, per_second FROM sender"))[0]

    assert "never again" in another.text
    assert (old_key, closed) == (401, {"state": "closed", "per_second": 7})
    assert (await post(browser, f"{base}/keys/new")).status_code == 409


@pytest.mark.requirement("MSG-60", "MSG-08", "MSG-45")
@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_requests_and_figures_show_numbers_and_nobody(
    on_sqlite: Bench, browser: httpx.AsyncClient, language: str
) -> None:
    made = await registered(on_sqlite.context)
    uid = await sent(on_sqlite, made.key, batch("zerafina@p.example", "nobody"), way="batch")
    await work(on_sqlite.context)

    browser.headers["accept-language"] = language
    paths = ("/", "/senders", "/senders/new", f"/senders/{made.sender.id}", f"/senders/{made.sender.id}/change")
    shown = [await page(browser, path) for path in (*paths, "/requests", f"/requests/{uid}")]

    assert uid in shown[-1]
    assert "zerafina" not in "".join(shown)


@pytest.mark.requirement("MSG-60")
async def test_what_is_under_way_counts_messages_and_no_other_work(on_sqlite: Bench) -> None:
    from govstack.blocks.messaging.oversight import service as oversight

    made = await registered(on_sqlite.context)
    await sent(on_sqlite, made.key, batch("a@p.example", "b@p.example", "nobody"), way="batch")
    before = await oversight.figures(on_sqlite.context, by=messaging.BUILDER)
    await work(on_sqlite.context)
    after = await oversight.figures(on_sqlite.context, by=messaging.BUILDER)

    assert (before.waiting, after.waiting) == (2, 0)


@pytest.mark.requirement("MSG-07")
async def test_a_key_that_is_not_there_is_told_of_as_such(on_sqlite: Bench, browser: httpx.AsyncClient) -> None:
    made = await registered(on_sqlite.context)

    shown = await page(browser, f"/senders/{made.sender.id}/keys/none/revoke", status=404)

    assert "This sender has no such key." in shown


@pytest.mark.requirement("MSG-64")
async def test_the_inbox_shows_what_people_of_the_sandbox_received(
    on_sqlite: Bench, browser: httpx.AsyncClient
) -> None:
    made = await registered(on_sqlite.context)
    await sent(on_sqlite, made.key, single())
    await work(on_sqlite.context)

    listed, mail = await page(browser, "/inbox"), await page(browser, "/inbox/1")

    assert ("Your appointment" in listed, "It is on Monday." in mail) == (True, True)
    await page(browser, "/inbox/99", status=404)
    await page(browser, "/inbox/x", status=404)


@pytest.mark.requirement("MSG-64", "MSG-65")
async def test_the_phones_of_the_sandbox_show_the_texts_of_each_number(
    on_sqlite: Bench, browser: httpx.AsyncClient
) -> None:
    made = await registered(on_sqlite.context)
    for number, said in (("+33123456789", "Bonjour"), (NUMBER, "Bring <b>it</b>"), (NUMBER, "موعدك غدا")):
        uid = await sent(on_sqlite, made.key, text(number, said), by="sms")
        await work(on_sqlite.context)

    listed = await page(browser, "/inbox")
    phones = re.findall(r'href="[^"]*(/inbox/phones/\w+)"', listed)
    shown = [await page(browser, path) for path in phones]

    assert await messaging.counts(on_sqlite, made.key, uid, by="sms") == {"delivered": 1}
    assert (len(phones), NUMBER in listed, "+33123456789" in listed) == (2, True, True)
    assert shown[0].index("Bring &lt;b&gt;it") < shown[0].index("موعدك غدا")
    assert ("Bonjour" in shown[0], "Bonjour" in shown[1], NUMBER[1:] in "".join(phones)) == (False, True, False)
    await page(browser, "/inbox/phones/x", status=404)


@pytest.mark.requirement("MSG-08", "MSG-61")
async def test_outside_a_sandbox_there_is_no_inbox(sqlite_databases: Databases) -> None:
    async with (
        messaging_on(sqlite_databases, PROFILE="production") as running,
        running.browser("mila", *ADMINISTRATOR) as client,
    ):
        assert "/inbox" not in await page(client, "/")
        await page(client, "/inbox", status=404)


@pytest.mark.requirement("MSG-07", "MSG-49")
async def test_only_those_who_administer_see_senders_requests_and_mail(on_sqlite: Bench) -> None:
    made = await registered(on_sqlite.context)
    paths = ("/senders", f"/senders/{made.sender.id}", "/requests", "/inbox")
    changing = ("/senders/new", f"/senders/{made.sender.id}/change", f"/senders/{made.sender.id}/keys/new")

    async def statuses(*scopes: str) -> list[int]:
        async with on_sqlite.browser("somebody", *scopes) as client:
            return [(await client.get(path)).status_code for path in (*paths, *changing)]

    assert await statuses() == [403] * 7
    assert await statuses("messaging:read") == [200, 200, 200, 403, 403, 403, 403]
    async with on_sqlite.browser() as client:
        assert {(await client.get(path)).status_code for path in (*paths, *changing)} == {303}
        await page(client, "/")

"""People's own pages: what the state knows, virtual identifiers, and how one signs in."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import httpx
import pyotp
import pytest

from govstack.blocks.identity.factors import service as factors
from govstack.blocks.identity.manifest import MANIFEST
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Attribute, Evidence, Person
from govstack.host.compose import SESSION_KEYS
from govstack.kernel import clock, crypto
from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.sessions import VISIT_COOKIE, Sessions
from tests.builders.authenticator import Device
from tests.builders.running import SECRET, Bench, bench
from tests.databases import Databases
from tests.page_lint import lint

OFFICER = Actor("person", "officer-9", "Olga Officer", scopes=frozenset({"identity:enrol"}))
PIN, PASSWORD = "829305", "seven red umbrellas"
FACTORS = "/me/factors"


@pytest.fixture
async def running(sqlite_databases: Databases) -> Bench:
    """The block alone in the sandbox, with one person."""
    made = bench(MANIFEST, await sqlite_databases.migrated("identity", MANIFEST.root / "migrations"))
    attributes = (
        Attribute("name", "Amina Kone", "eng"), Attribute("gender", "female"), Attribute("birthdate", "1990-04-17"),
    )  # fmt: skip
    await people.register(made.context, by=SYSTEM, attributes=attributes, subject="amina")
    return made


async def amina(running: Bench) -> Person:
    found = await people.by_subject(running.context, subject="amina")
    assert found is not None
    return found


def browser(running: Bench, subject: str = "amina", *scopes: str, language: str = "en") -> httpx.AsyncClient:
    """Return the browser of somebody who signed in."""
    client = running.client(**{"accept-language": language})
    actor = Actor("person", subject, "Amina Kone", scopes=frozenset(scopes))
    sessions = Sessions(crypto.Keyring(SECRET, package=SESSION_KEYS), secure=False)
    name, _, value = sessions.start(actor).partition(";")[0].partition("=")
    client.cookies.set(name, value, domain="govstack.test")
    client.cookies.set(VISIT_COOKIE, "visit-of-a-test", domain="govstack.test")
    return client


async def page(client: httpx.AsyncClient, path: str, status: int = 200) -> str:
    """Return a page, which must be a good one."""
    answer = await client.get(path)
    assert (answer.status_code, lint(answer.text)) == (status, []), answer.text
    return answer.text


async def send(client: httpx.AsyncClient, shown: str, action: str, **changed: Any) -> httpx.Response:
    """Send the form of a page that leads to an address; a page that comes back must be a good one."""
    form = re.search(rf'<form[^>]*action="[^"]*{re.escape(action)}"(?:(?!</form>).)*</form>', shown, re.DOTALL)
    assert form is not None, action
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0]))
    answer = await client.post(action, data={**fields, **changed})
    if answer.status_code != 303:
        assert lint(answer.text) == [], answer.text
    return answer


def options_of(shown: str) -> tuple[str, str]:
    """Return what a page asks a device, and the id of the question."""
    options = re.search(r'data-options="([^"]*)"', shown)
    asked = re.search(r'name="asked" value="([^"]*)"', shown)
    assert options is not None
    assert asked is not None
    return html.unescape(options[1]), asked[1]


async def prove(client: httpx.AsyncClient) -> None:
    """Prove by the code that the sandbox shows."""
    asked = await page(client, f"{FACTORS}/proof")
    sent = await send(client, asked, f"{FACTORS}/proof/code")
    code = re.search(r'id="shown-code">(\d{6})<', sent.text)
    assert code is not None
    assert (await send(client, sent.text, f"{FACTORS}/proof", proof=code[1])).status_code == 303


@pytest.mark.requirement("IDN-52")
async def test_somebody_sees_what_the_state_knows_of_them_and_what_changed(running: Bench) -> None:
    person = await amina(running)
    await people.change(
        running.context, by=OFFICER, person_id=person.id, attributes=(Attribute("name", "Amina Diallo", "eng"),),
        evidence=(Evidence("marriage certificate", "7/2026"),),
    )  # fmt: skip

    shown = await page(browser(running), "/me")

    assert "Amina Diallo" in shown
    assert "What is known of you was changed" in shown
    assert "by Olga Officer" in shown
    assert person.id not in shown


@pytest.mark.requirement("IDN-52")
@pytest.mark.parametrize(
    ("language", "day"), [("en", "17 April 1990"), ("fr", "17 avril 1990"), ("es", "17 de abril de 1990")]
)
async def test_the_day_of_birth_is_written_as_the_reader_writes_days(running: Bench, language: str, day: str) -> None:
    shown = await page(browser(running, language=language), "/me")

    assert day in shown
    assert "/me/changes" in shown.partition("<main")[2]


async def test_a_year_of_birth_alone_is_shown_as_it_was_registered(running: Bench) -> None:
    day = "1990"
    attributes = (Attribute("birthdate", day), Attribute("name", "B"))
    await people.register(running.context, by=SYSTEM, attributes=attributes, subject="b")

    assert f">{day}<" in await page(browser(running, "b"), "/me")


@pytest.mark.requirement("IDN-52")
async def test_an_address_is_words_and_a_telephone_number_is_read_from_the_left(running: Bench) -> None:
    person = await amina(running)
    said = (
        Attribute("address", '{"street_address":"7 Rue des Lilas","locality":"Rabat"}'),
        Attribute("phone_number", "+212600000001"),
    )
    await people.change(running.context, by=OFFICER, person_id=person.id, attributes=said, evidence=())

    shown = await page(browser(running, language="ar"), "/me")

    assert "7 Rue des Lilas, Rabat" in shown
    assert "\u2066+212600000001\u2069" in shown


@pytest.mark.requirement("IDN-24", "IDN-25")
async def test_somebody_makes_and_revokes_a_virtual_identifier(running: Bench) -> None:
    client = browser(running)

    made = await send(client, await page(client, "/me"), "/me/vids", kind="perpetual")
    after = await page(client, "/me")
    number = re.search(r">(\d{16})<", after)
    assert number is not None
    works = await people.find(running.context, identifier=number[1])
    action = re.search(r"/me/vids/[0-9a-f-]+/revoke", after)
    assert action is not None
    asked = await send(client, after, action[0])
    kept = await send(client, asked.text, action[0], step="edit")
    still = await people.find(running.context, identifier=number[1])
    revoked = await send(client, asked.text, action[0], step="send")

    assert (asked.status_code, number[1] in asked.text, kept.status_code) == (200, True, 200)
    assert still is not None
    assert (made.status_code, revoked.status_code) == (303, 303)
    assert works is not None
    assert await people.find(running.context, identifier=number[1]) is None


async def test_a_virtual_identifier_without_a_kind_is_asked_for_again(running: Bench) -> None:
    client = browser(running)

    answer = await send(client, await page(client, "/me"), "/me/vids")

    assert answer.status_code == 400
    assert "Choose how long it is to work" in answer.text


@pytest.mark.requirement("IDN-47")
async def test_nobody_revokes_what_is_another_persons(running: Bench) -> None:
    await people.register(running.context, by=SYSTEM, attributes=(), subject="boris")
    vid = await people.new_vid(running.context, by=SYSTEM, person_id=(await amina(running)).id, kind="perpetual")
    client = browser(running, "boris")
    token = re.search(r'name="csrf_token" value="([^"]*)"', await page(client, "/me"))
    assert token is not None

    statuses = [
        (await client.post(f"/me/vids/{vid.id}/revoke", data={"csrf_token": token[1], "step": step})).status_code
        for step in ("", "send")
    ]

    assert statuses == [404, 404]
    assert await people.find(running.context, identifier=vid.value) is not None


@pytest.mark.parametrize("path", ["/me", FACTORS])
async def test_whoever_has_no_identity_here_is_told_where_to_go(running: Bench, path: str) -> None:
    shown = await page(browser(running, "stranger"), path)

    assert "enrolment office" in shown


@pytest.mark.parametrize("path", ["/me", FACTORS, f"{FACTORS}/pin", f"{FACTORS}/passkey", f"{FACTORS}/proof"])
async def test_the_pages_are_for_people_who_signed_in(running: Bench, path: str) -> None:
    answer = await running.client().get(path)

    assert answer.status_code in {303, 401}


@pytest.mark.requirement("IDN-51")
@pytest.mark.parametrize("path", ["pin", "password", "passkey", "app"])
async def test_changing_how_one_signs_in_wants_a_fresh_proof(running: Bench, path: str) -> None:
    answer = await browser(running).get(f"{FACTORS}/{path}")

    assert (answer.status_code, answer.headers["location"].endswith("/me/factors/proof")) == (303, True)


@pytest.mark.requirement("IDN-51")
async def test_a_form_that_was_shown_before_the_proof_ended_changes_nothing(running: Bench) -> None:
    client = browser(running)
    await prove(client)
    shown = await page(client, f"{FACTORS}/pin")

    with clock.fixed(clock.now() + timedelta(minutes=11)):
        answer = await send(client, shown, f"{FACTORS}/pin", secret=PIN, again=PIN)

    assert answer.headers["location"].endswith("/me/factors/proof")
    kinds = {one.kind for one in await factors.offered(running.context, person_id=(await amina(running)).id)}
    assert "pin" not in kinds


@pytest.mark.requirement("IDN-51")
async def test_the_proof_of_one_session_opens_no_other(running: Bench) -> None:
    await prove(browser(running))

    assert (await browser(running).get(f"{FACTORS}/pin")).status_code == 303


@pytest.mark.requirement("IDN-03", "IDN-51")
async def test_whoever_is_blocked_while_signed_in_changes_nothing_any_more(running: Bench) -> None:
    client = browser(running)
    await prove(client)
    mine, shown = await page(client, "/me"), await page(client, f"{FACTORS}/pin")
    asked = await page(client, f"{FACTORS}/proof")
    await people.block(running.context, by=OFFICER, person_id=(await amina(running)).id, reason="stolen")

    answers = [
        await send(client, mine, "/me/vids", kind="perpetual"),
        await send(client, shown, f"{FACTORS}/pin", secret=PIN, again=PIN),
        await send(client, asked, f"{FACTORS}/proof/code"),
        await client.get("/me/history"),
    ]

    assert [one.status_code for one in answers] == [403] * 4
    assert all("Your identity is blocked" in one.text for one in answers)
    assert "Blocked" in await page(client, "/me")


async def test_a_wrong_code_is_said_and_proves_nothing(running: Bench) -> None:
    client = browser(running)
    sent = await send(client, await page(client, f"{FACTORS}/proof"), f"{FACTORS}/proof/code")

    wrong = await send(client, sent.text, f"{FACTORS}/proof", proof="abc")
    empty = await send(client, wrong.text, f"{FACTORS}/proof")

    assert (wrong.status_code, empty.status_code) == (400, 400)
    assert "did not prove" in wrong.text
    assert "Enter what proves" in empty.text
    assert (await client.get(f"{FACTORS}/pin")).status_code == 303


@pytest.mark.requirement("IDN-04")
@pytest.mark.parametrize(
    ("path", "secret", "words"), [("pin", PIN, "Set a PIN"), ("password", PASSWORD, "Set a password")]
)
async def test_somebody_sets_what_they_know(running: Bench, path: str, secret: str, words: str) -> None:
    client = browser(running)
    await prove(client)
    assert words in await page(client, FACTORS)
    shown = await page(client, f"{FACTORS}/{path}")

    weak = await send(client, shown, f"{FACTORS}/{path}", secret="111111", again="111111")
    other = await send(client, shown, f"{FACTORS}/{path}", secret=secret, again=secret + "1")
    done = await send(client, shown, f"{FACTORS}/{path}", secret=secret, again=secret)

    assert [one.status_code for one in (weak, other, done)] == [400, 400, 303]
    assert "The two entries differ" in other.text
    assert secret not in other.text
    listed = await page(client, FACTORS)
    assert "never used" in listed


@pytest.mark.requirement("IDN-04")
async def test_somebody_adds_an_app_by_picture_or_key_and_proves_with_it(running: Bench) -> None:
    client = browser(running)
    await prove(client)
    begun = await send(client, await page(client, FACTORS), f"{FACTORS}/app/begin", name="Telephone")
    shown = await page(client, f"{FACTORS}/app")
    key = re.search(r'id="app-key"[^>]*>([A-Z2-7]+)<', shown)
    assert key is not None
    app = pyotp.TOTP(key[1])

    wrong = await send(client, shown, f"{FACTORS}/app", code="000000")
    done = await send(client, shown, f"{FACTORS}/app", code=app.at(clock.now() - timedelta(seconds=30)))
    other = browser(running)
    asked = await page(other, f"{FACTORS}/proof?way=totp")
    proven = await send(other, asked, f"{FACTORS}/proof", proof=app.at(clock.now()))

    assert begun.status_code == 303
    assert "<svg" in shown
    assert [one.status_code for one in (wrong, done, proven)] == [400, 303, 303]
    assert "Telephone" in await page(other, FACTORS)


@pytest.mark.requirement("IDN-04")
async def test_somebody_adds_a_passkey_proves_with_it_and_keeps_the_last_one(running: Bench) -> None:
    client, device = browser(running), Device()
    await prove(client)
    shown = await page(client, f"{FACTORS}/passkey")
    options, asked = options_of(shown)

    refused = await send(client, shown, f"{FACTORS}/passkey", asked="x", answer="{}", name="Laptop")
    added = await send(client, shown, f"{FACTORS}/passkey", asked=asked, answer=device.create(options), name="Laptop")
    other = browser(running)
    question = await page(other, f"{FACTORS}/proof?way=passkey")
    options, asked = options_of(question)
    proven = await send(other, question, f"{FACTORS}/proof", asked=asked, answer=device.get(options))
    kept = await send(other, await page(other, FACTORS), f"{FACTORS}/remove")

    assert [one.status_code for one in (refused, added, proven, kept)] == [400, 303, 303, 409]
    assert "last passkey or authenticator app" in kept.text
    assert "Laptop" in kept.text


@pytest.mark.requirement("IDN-04", "IDN-N5")
async def test_nobody_is_told_that_what_cannot_be_removed_was_removed(running: Bench) -> None:
    client = browser(running)
    await prove(client)
    shown = await page(client, FACTORS)
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert token is not None
    form = {"csrf_token": token[1], "kind": "otp", "factor": "email"}

    answer = await client.post(f"{FACTORS}/remove", data=form)

    assert (answer.status_code, lint(answer.text)) == (409, [])
    assert "This cannot be removed" in answer.text


@pytest.mark.requirement("IDN-51")
async def test_the_passkey_of_another_person_opens_nothing(running: Bench) -> None:
    await people.register(running.context, by=SYSTEM, attributes=(), subject="boris")
    boris, device = browser(running, "boris"), Device()
    await prove(boris)
    shown = await page(boris, f"{FACTORS}/passkey")
    options, asked = options_of(shown)
    await send(boris, shown, f"{FACTORS}/passkey", asked=asked, answer=device.create(options), name="")
    hers, hers_device = browser(running), Device()
    await prove(hers)
    shown = await page(hers, f"{FACTORS}/passkey")
    options, asked = options_of(shown)
    await send(hers, shown, f"{FACTORS}/passkey", asked=asked, answer=hers_device.create(options), name="")

    fresh = browser(running)
    question = await page(fresh, f"{FACTORS}/proof?way=passkey")
    options, asked = options_of(question)
    answer = await send(fresh, question, f"{FACTORS}/proof", asked=asked, answer=device.get(options))

    assert answer.status_code == 400


async def test_too_many_codes_are_refused_in_words(running: Bench) -> None:
    client = browser(running)
    asked = await page(client, f"{FACTORS}/proof")

    answers = [await send(client, asked, f"{FACTORS}/proof/code") for _ in range(6)]

    assert [one.status_code for one in answers] == [200] * 5 + [400]
    assert "Too many codes were sent" in answers[-1].text


async def test_without_scripts_the_page_says_what_a_passkey_needs(running: Bench) -> None:
    client = browser(running)
    await prove(client)

    shown = await page(client, f"{FACTORS}/passkey")

    assert "needs a browser with scripts" in shown


async def test_a_pause_is_shown_with_its_end(running: Bench) -> None:
    client = browser(running)
    await prove(client)
    shown = await page(client, f"{FACTORS}/pin")
    await send(client, shown, f"{FACTORS}/pin", secret=PIN, again=PIN)
    asked = await page(client, f"{FACTORS}/proof?way=pin")
    for _ in range(6):
        await send(client, asked, f"{FACTORS}/proof", proof="000000")

    assert "too many wrong tries" in await page(client, FACTORS)


@pytest.mark.parametrize("language", ["fr", "es", "ar"])
@pytest.mark.parametrize("path", ["/me", FACTORS, f"{FACTORS}/proof"])
async def test_the_pages_speak_the_readers_language(running: Bench, path: str, language: str) -> None:
    english = await page(browser(running), path)
    shown = await page(browser(running, language=language), path)

    title = re.search(r"<h1[^>]*>([^<]*)<", english)
    assert title is not None
    assert f">{title[1]}</h1>" not in shown

"""Administrators' pages: nobody is listed, everything wants a ground or a reason, and works without scripts."""

from __future__ import annotations

import pytest

from govstack.blocks.identity.binding import service as binding
from govstack.blocks.identity.factors import service as factors
from govstack.blocks.identity.factors.model import Challenge
from govstack.blocks.identity.knowledge import service as knowledge
from govstack.blocks.identity.manifest import MANIFEST
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Attribute, Status
from govstack.kernel import audit, i18n
from govstack.kernel.actor import SYSTEM, Actor
from tests.blocks.identity.test_myself import PIN, amina, browser, page, send
from tests.blocks.identity.test_wallet_pages import wallet_of
from tests.builders.running import Bench, bench
from tests.databases import Databases

ADMINISTRATOR = "identity:administer"
HERE = "/people/amina"


@pytest.fixture
async def running(sqlite_databases: Databases) -> Bench:
    """The block alone in the sandbox, with one person."""
    made = bench(MANIFEST, await sqlite_databases.migrated("identity", MANIFEST.root / "migrations"))
    attributes = (Attribute("name", "Amina Kone"), Attribute("birthdate", "1990-04-17"))
    await people.register(made.context, by=SYSTEM, attributes=attributes, subject="amina")
    return made


@pytest.mark.requirement("IDN-47", "IDN-54")
@pytest.mark.parametrize("path", ["/people", HERE])
async def test_the_pages_are_for_administrators(running: Bench, path: str) -> None:
    answers = [await browser(running, "amina", *scopes).get(path) for scopes in ((), ("identity:enrol",))]

    assert [one.status_code for one in answers] == [403, 403]


@pytest.mark.requirement("IDN-08", "IDN-54")
async def test_somebody_is_looked_up_by_an_identifier_on_a_ground(running: Bench) -> None:
    vid = await people.new_vid(running.context, by=SYSTEM, person_id=(await amina(running)).id, kind="perpetual")
    client = browser(running, "boss", ADMINISTRATOR)
    asked = await page(client, "/people")

    empty = await send(client, asked, "/people")
    unknown = await send(client, asked, "/people", identifier="nobody", ground="law")
    found = await send(client, asked, "/people", identifier=vid.value, ground="misuse")

    assert HERE not in asked
    assert (empty.status_code, unknown.status_code, found.status_code) == (400, 400, 303)
    assert "Choose why you look the person up" in empty.text
    assert found.headers["location"].endswith(HERE)
    async with running.context.database.reading() as tx:
        entries = await audit.entries(tx, action="identity.person.looked-up")
    assert [one.detail for one in entries] == ['{"ground":"misuse"}', '{"ground":"law"}']


@pytest.mark.requirement("IDN-03", "IDN-52")
async def test_an_administrator_blocks_unblocks_and_ends_with_a_reason(running: Bench) -> None:
    client = browser(running, "boss", ADMINISTRATOR)
    states = []

    silent = await send(client, await page(client, HERE), f"{HERE}/act", act="block")
    for act in ("block", "unblock", "deactivate"):
        answer = await send(client, await page(client, HERE), f"{HERE}/act", act=act, reason=f"because of {act}")
        if act == "deactivate":
            assert (await amina(running)).status == Status.ACTIVE
            answer = await send(client, answer.text, f"{HERE}/act", step="send")
        states.append((answer.status_code, (await amina(running)).status))

    assert (silent.status_code, "Say why" in silent.text) == (400, True)
    assert states == [(303, Status.BLOCKED), (303, Status.ACTIVE), (303, Status.DEACTIVATED)]
    last = await page(client, HERE)
    assert "because of deactivate" in last
    assert "What is to be done?" not in last


@pytest.mark.requirement("IDN-03")
@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("act", ["deactivate", "factors"])
async def test_what_cannot_be_undone_is_asked_about_once_more(running: Bench, act: str, language: str) -> None:
    await knowledge.set_pin(running.context, by=SYSTEM, person=await amina(running), pin=PIN)
    client = browser(running, "boss", ADMINISTRATOR, language=language)

    asked = await send(client, await page(client, HERE), f"{HERE}/act", act=act, reason="wrong button")
    back = await send(client, asked.text, f"{HERE}/act", step="edit")

    assert (asked.status_code, "wrong button" in asked.text) == (200, True)
    assert ("for ever?" in asked.text or "away?" in asked.text) == (language == "en")
    assert (back.status_code, "wrong button" in back.text) == (200, True)
    person = await amina(running)
    assert person.status == Status.ACTIVE
    assert len(await factors.offered(running.context, person_id=person.id)) == 2


@pytest.mark.requirement("IDN-03")
async def test_an_administrator_finds_who_is_blocked_and_unblocks_them(running: Bench) -> None:
    person = await amina(running)
    vid = await people.new_vid(running.context, by=SYSTEM, person_id=person.id, kind="perpetual")
    gone = await people.new_vid(running.context, by=SYSTEM, person_id=person.id, kind="perpetual")
    await people.revoke_vid(running.context, by=SYSTEM, person_id=person.id, vid_id=gone.id)
    await people.block(running.context, by=SYSTEM, person_id=person.id, reason="stolen")
    client = browser(running, "boss", ADMINISTRATOR)
    asked = await page(client, "/people")

    found = await send(client, asked, "/people", identifier=vid.value, ground="request")
    revoked = await send(client, asked, "/people", identifier=gone.value, ground="request")
    done = await send(client, await page(client, HERE), f"{HERE}/act", act="unblock", reason="found again")

    assert (found.status_code, revoked.status_code, done.status_code) == (303, 400, 303)
    assert (await amina(running)).status == Status.ACTIVE


async def test_taking_ways_to_sign_in_away_ends_wallets_too(running: Bench) -> None:
    person = await amina(running)
    await wallet_of(running, person)
    client = browser(running, "boss", ADMINISTRATOR)

    asked = await send(client, await page(client, HERE), f"{HERE}/act", act="factors", reason="lost the telephone")
    await send(client, asked.text, f"{HERE}/act", step="send")

    (bound,) = await binding.mine(running.context, by=Actor("person", "amina"))
    assert bound.revoked_at is not None


async def test_a_subject_of_any_letters_has_a_page(running: Bench) -> None:
    await people.register(running.context, by=SYSTEM, attributes=(), subject="office/7 ü?")
    person = await people.by_subject(running.context, subject="office/7 ü?")
    assert person is not None
    vid = await people.new_vid(running.context, by=SYSTEM, person_id=person.id, kind="perpetual")
    client = browser(running, "boss", ADMINISTRATOR)

    found = await send(client, await page(client, "/people"), "/people", identifier=vid.value, ground="law")
    here = found.headers["location"].removeprefix("/identity")
    done = await send(client, await page(client, here), f"{here}/act", act="block", reason="stolen")

    assert done.status_code == 303
    assert (await people.by_subject(running.context, subject="office/7 ü?") or person).status == Status.BLOCKED


async def test_an_act_that_is_none_is_refused(running: Bench) -> None:
    client = browser(running, "boss", ADMINISTRATOR)

    answer = await send(client, await page(client, HERE), f"{HERE}/act", act="promote", reason="because")

    assert answer.status_code == 400


@pytest.mark.requirement("IDN-25", "IDN-27")
async def test_an_administrator_ends_identifiers_and_sees_only_their_ends(running: Bench) -> None:
    person = await amina(running)
    vid = await people.new_vid(running.context, by=SYSTEM, person_id=person.id, kind="perpetual")
    await people.attach_alias(running.context, by=SYSTEM, person_id=person.id, kind="passport", value="AB1234567")
    client = browser(running, "boss", ADMINISTRATOR)
    shown = await page(client, HERE)

    silent = await send(client, shown, f"{HERE}/identifiers")
    for one in await people.identifiers(running.context, person_id=person.id):
        form = await page(client, HERE)
        asked = await send(client, form, f"{HERE}/identifiers", identifier=one.id, why=f"misused {one.kind}")
        assert (asked.status_code, one.value in asked.text) == (200, False)
        back = await send(client, asked.text, f"{HERE}/identifiers", step="edit")
        done = await send(client, asked.text, f"{HERE}/identifiers", step="send")
        assert (back.status_code, done.status_code) == (200, 303)

    assert (silent.status_code, "Choose which" in silent.text, "Say why" in silent.text) == (400, True, True)
    reasons = [one.content.reason for one in await people.history(running.context, person_id=person.id)]
    assert reasons[:2] == ["misused alias", "misused vid"]
    assert "virtual identifier · without an end" in shown.lower()
    assert vid.value not in shown
    assert vid.value[-4:] in shown
    assert {one.status.value for one in await people.identifiers(running.context, person_id=person.id)} == {"revoked"}


@pytest.mark.requirement("IDN-51")
async def test_an_administrator_takes_factors_away_and_ends_a_pause(running: Bench) -> None:
    person = await amina(running)
    await knowledge.set_pin(running.context, by=SYSTEM, person=person, pin=PIN)
    for _ in range(6):
        await factors.prove(running.context, person_id=person.id, challenge=Challenge("PIN", "000000"), purpose="x")
    client = browser(running, "boss", ADMINISTRATOR)

    paused = await page(client, HERE)
    unlocked = await send(client, paused, f"{HERE}/act", act="unlock", reason="was here with papers")
    taken = await send(client, await page(client, HERE), f"{HERE}/act", act="factors", reason="lost everything")
    taken = await send(client, taken.text, f"{HERE}/act", step="send")

    history = await people.history(running.context, person_id=person.id)
    assert [(one.kind, one.content.reason) for one in history][:2] == [
        ("factors-reset", "lost everything"), ("pauses-ended", "was here with papers"),
    ]  # fmt: skip
    assert "End the pause" in paused
    assert (unlocked.status_code, taken.status_code) == (303, 303)
    assert [one.kind.value for one in await factors.offered(running.context, person_id=person.id)] == ["otp"]


@pytest.mark.parametrize("language", ["fr", "es", "ar"])
@pytest.mark.parametrize("path", ["/people", HERE])
async def test_the_pages_speak_the_readers_language(running: Bench, path: str, language: str) -> None:
    shown = await page(browser(running, "boss", ADMINISTRATOR, language=language), path)

    assert "Look somebody up" not in shown
    assert "What is to be done?" not in shown

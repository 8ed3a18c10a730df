"""The pages of people and of auditors."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from govstack.host.compose import SESSION_KEYS
from govstack.kernel import crypto, i18n
from govstack.kernel.actor import Actor
from govstack.kernel.sessions import VISIT_COOKIE, Sessions
from tests.blocks.consent.test_evidence import tampered
from tests.builders.consent import AGREEMENT, Consent, consent
from tests.builders.running import SECRET
from tests.databases import Databases
from tests.page_lint import lint

LANGUAGES = i18n.LANGUAGES


@pytest.fixture
async def block(sqlite_databases: Databases) -> Consent:
    return await consent(sqlite_databases)


def browser(block: Consent, number: str = "1985-01", *scopes: str) -> httpx.AsyncClient:
    """Return the browser of somebody who signed in."""
    client = block.bench.client()
    attributes = {"person_id": number} if number else {}
    actor = Actor("person", "amina", "Amina Kone", scopes=frozenset(scopes), attributes=attributes)
    sessions = Sessions(crypto.Keyring(SECRET, package=SESSION_KEYS), secure=False)
    name, _, value = sessions.start(actor).partition(";")[0].partition("=")
    client.cookies.set(name, value, domain="govstack.test")
    client.cookies.set(VISIT_COOKIE, "visit-of-a-test", domain="govstack.test")
    return client


async def page(client: httpx.AsyncClient, path: str, status: int = 200) -> str:
    """Return a page, which must be a good one."""
    answer = await client.get(path)
    assert (answer.status_code, lint(answer.text)) == (status, []), answer.text
    return html.unescape(answer.text)


async def send(client: httpx.AsyncClient, shown: str, action: str, **changed: str) -> httpx.Response:
    """Send the form of a page that leads to an address."""
    form = re.search(rf'<form[^>]*action="[^"]*{re.escape(action)}".*?</form>', shown, re.DOTALL)
    assert form is not None, action
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0]))
    return await client.post(action, data={**fields, **changed})


@pytest.mark.requirement("C9", "C10", "C11")
async def test_a_person_reads_agrees_withdraws_and_agrees_again(block: Consent) -> None:
    async with browser(block) as client:
        here = f"/agreement/{block.agreement_id}"
        start = await page(client, "/")
        terms = await page(client, here)
        agreed = await send(client, terms, f"{here}/agree")
        after = await page(client, here)
        withdrawn = await send(client, after, f"{here}/withdraw")
        again = await send(client, await page(client, here), f"{here}/agree")
        last = await page(client, here)

    assert "Check the income of the household" in start
    assert "Agreements you have not answered" in start
    assert "Ministry of Social Affairs" in terms
    assert [one.status_code for one in (agreed, withdrawn, again)] == [303, 303, 303]
    assert "Withdraw" in after
    assert last.count("You agreed") >= 2
    assert "You withdrew" in last


@pytest.mark.requirement("C11")
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_person_is_told_what_withdrawing_does_where_registers_ask_at_each_reading(
    block: Consent, language: str
) -> None:
    promised = {
        "en": "registers that rest on this agreement show nothing about you from their next reading on",
        "fr": "les registres qui reposent sur cet accord ne montrent plus rien de vous dès leur prochaine lecture",
        "es": "los registros que se basan en este acuerdo no mostrarán nada de usted desde su próxima lectura",
        "ar": "فلن تُظهر السجلات المستندة إلى هذا الاتفاق شيئًا عنك ابتداءً من قراءتها التالية",
        "sw": "rejista zinazotegemea makubaliano haya hazitaonyesha chochote kukuhusu kuanzia zitakaposomwa tena",
    }[language]
    settings = block.bench.context.settings
    enforced = settings.changed(CONSENT_ENFORCED=f"other {block.agreement_id}")
    here = f"/agreement/{block.agreement_id}"
    async with browser(block) as client:
        await send(client, await page(client, here), f"{here}/agree")
        before = await page(client, f"{here}?lang={language}")
        object.__setattr__(block.bench.context, "settings", enforced)
        after = await page(client, f"{here}?lang={language}")
        withdrawn = await send(client, after, f"{here}/withdraw")

    assert promised not in before
    assert promised in after
    assert withdrawn.status_code == 303


async def test_a_person_sees_which_answers_can_be_removed_by_the_version_that_they_answered(block: Consent) -> None:
    await block.agreed()
    asked = {**AGREEMENT, "purpose": "Pay the pension", "forgettable": False}
    await block.organisation().put(f"/config/data-agreement/{block.agreement_id}/", {"dataAgreement": asked})
    await block.agreed()

    async with browser(block) as client:
        shown = await page(client, "/forget")
    going, staying = shown.partition("These answers are removed")[2].split("These answers stay")

    assert ("Check the income" in going, "Pay the pension" in going) == (True, False)
    assert ("Check the income" in staying, "Pay the pension" in staying) == (False, True)


async def test_what_a_person_agrees_to_is_what_the_page_showed(block: Consent) -> None:
    async with browser(block) as client:
        here = f"/agreement/{block.agreement_id}"
        terms = await page(client, here)
        asked = {**AGREEMENT, "purpose": "Something else"}
        await block.organisation().put(f"/config/data-agreement/{block.agreement_id}/", {"dataAgreement": asked})
        answer = await send(client, terms, f"{here}/agree")

    assert answer.status_code == 400
    assert "has changed since this page was shown" in html.unescape(answer.text)
    assert lint(answer.text) == []


async def test_a_person_is_asked_again_when_the_agreement_has_a_new_version(block: Consent) -> None:
    await block.agreed()
    asked = {**AGREEMENT, "purpose": "Something else"}
    await block.organisation().put(f"/config/data-agreement/{block.agreement_id}/", {"dataAgreement": asked})

    async with browser(block) as client:
        shown = await page(client, f"/agreement/{block.agreement_id}")

    assert "You agreed to an earlier version" in shown
    assert "I agree" in shown


async def test_a_person_sees_who_was_shown_their_consent(block: Consent) -> None:
    record = await block.agreed()
    await block.verifier().get(f"/service/verification/consent-record/{record['id']}/")

    async with browser(block) as client:
        shown = await page(client, "/readers")
    async with browser(block, "other") as stranger:
        nothing = await page(stranger, "/readers")

    assert "demo/GOV/7005/income" in shown
    assert "Nobody was shown your consent yet." in nothing


@pytest.mark.requirement("C13")
async def test_a_person_switches_notices_and_is_forgotten(block: Consent) -> None:
    await block.agreed()

    async with browser(block) as client:
        off = await send(client, await page(client, "/"), "/notices")
        start = await page(client, "/")
        asked = await page(client, "/forget")
        gone = await send(client, asked, "/forget")
        after = await page(client, "/")

    assert (off.status_code, gone.status_code) == (303, 303)
    assert "Tell me of changes" in start
    assert "This cannot be undone" in asked
    assert "You have not answered any agreement yet." in after


async def test_who_signs_in_without_an_identifier_is_told_why_there_is_nothing(block: Consent) -> None:
    async with browser(block, "") as client:
        shown = [await page(client, path) for path in ("/", "/forget", "/readers")]
        await page(client, f"/agreement/{block.agreement_id}")

    assert "does not say which person you are" in shown[0]


async def test_nothing_leads_to_an_agreement_that_is_not_there(block: Consent) -> None:
    async with browser(block, "1985-01", "consent:audit") as client:
        for path in ("/agreement/none", "/history/Policy/none", "/history/None/none"):
            await page(client, path, 404)


@pytest.mark.requirement("C15", "C16", "C18")
async def test_an_auditor_narrows_the_history_and_checks_a_record(block: Consent) -> None:
    record = await block.agreed()
    here = f"/history/ConsentRecord/{record['id']}"

    async with browser(block, "", "consent:audit") as client:
        everything = await page(client, "/history")
        narrowed = await page(client, "/history?kind=Policy&sort=object")
        odd = await page(client, "/history?since=yesterday", 400)
        sound = await send(client, await page(client, here), here)
        await tampered(block, "revision", "serialized_hash", f"object_id = '{record['id']}'")
        broken = await send(client, await page(client, here), here)

    assert record["id"] in everything
    assert block.policy["id"] in narrowed
    assert record["id"] not in narrowed
    assert "Enter a day such as 2026-11-21" in odd
    assert "Nothing was altered" in sound.text
    assert "Version 1 was altered." in broken.text
    assert lint(sound.text) == lint(broken.text) == []


@pytest.mark.requirement("C2", "C4")
async def test_an_organisation_sees_and_terminates_an_agreement(block: Consent) -> None:
    here = f"/agreements/{block.agreement_id}"

    async with browser(block, "", "consent:configure") as client:
        listed = await page(client, "/agreements")
        one = await page(client, here)
        ended = await send(client, one, f"{here}/terminate")
        after = await page(client, here)
        every = await page(client, "/agreements")
        await page(client, "/agreements/none", 404)
    async with browser(block) as citizen:
        await page(citizen, "/agreements", 403)

    assert "In force" in listed
    assert ended.status_code == 303
    assert "Terminated" in after
    assert "Terminated" in every


async def test_others_do_not_see_the_history(block: Consent) -> None:
    async with browser(block) as client:
        await page(client, "/history", 403)
        await page(client, f"/history/DataAgreement/{block.agreement_id}", 403)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_pages_are_good_in_every_language(block: Consent, language: str) -> None:
    record = await block.agreed()
    paths = (
        "/", f"/agreement/{block.agreement_id}", "/readers", "/forget", "/history",
        f"/history/ConsentRecord/{record['id']}", "/agreements", f"/agreements/{block.agreement_id}",
    )  # fmt: skip

    async with browser(block, "1985-01", "consent:audit", "consent:configure") as client:
        for path in paths:
            await page(client, f"{path}?lang={language}")

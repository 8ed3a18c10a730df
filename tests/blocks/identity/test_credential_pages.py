"""The pages of credentials, shares, history and changes, for people and for officials."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Attribute
from govstack.host.compose import SESSION_KEYS
from govstack.kernel import crypto, i18n
from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.sessions import VISIT_COOKIE, Sessions
from tests.blocks.identity.test_sharing import bank, put_partner
from tests.builders.identity import Identity, identity
from tests.builders.running import SECRET
from tests.databases import Databases
from tests.page_lint import lint

LANGUAGES = i18n.LANGUAGES
PRODUCE, ENROL = "identity:produce", "identity:enrol"


@pytest.fixture
async def block(sqlite_databases: Databases) -> Identity:
    made = await identity(sqlite_databases, IDENTITY_PARTNER_HOSTS="hooks.example.org")
    await put_partner(made, address="")
    return made


def browser(block: Identity, subject: str = "amina", *scopes: str, language: str = "en") -> httpx.AsyncClient:
    """Return the browser of somebody who signed in."""
    client = block.bench.client(**{"accept-language": language})
    sessions = Sessions(crypto.Keyring(SECRET, package=SESSION_KEYS), secure=False)
    started = sessions.start(Actor("person", subject, scopes=frozenset(scopes)))
    name, _, value = started.partition(";")[0].partition("=")
    client.cookies.set(name, value, domain="govstack.test")
    client.cookies.set(VISIT_COOKIE, "visit-of-a-test", domain="govstack.test")
    return client


async def page(client: httpx.AsyncClient, path: str, status: int = 200) -> str:
    """Return a page, which must be a good one."""
    answer = await client.get(path)
    assert (answer.status_code, lint(answer.text)) == (status, []), answer.text
    return html.unescape(answer.text)


async def send(client: httpx.AsyncClient, shown: str, action: str, /, **changed: object) -> httpx.Response:
    """Send the form of a page that leads to an address; the last of several that hold what is changed."""
    forms = re.findall(rf'<form[^>]*action="[^"]*{re.escape(action)}".*?</form>', shown, re.DOTALL)
    wanted = [one for one in forms if all(f'name="{name}"' in one for name in changed)] or forms
    assert wanted, action
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', wanted[-1]))
    return await client.post(action, data={**fields, **changed})


async def follow(client: httpx.AsyncClient, answer: httpx.Response) -> str:
    """Return the page that a form leads to."""
    assert answer.status_code == 303, html.unescape(answer.text)
    return await page(client, answer.headers["location"].partition("govstack.test")[2] or answer.headers["location"])


def here(answer: httpx.Response) -> str:
    return answer.headers["location"].removeprefix("/identity")


@pytest.mark.requirement("IDN-29", "IDN-31", "IDN-36", "IDN-37", "IDN-41", "IDN-42")
async def test_a_person_asks_for_a_credential_suspends_it_resumes_it_and_asks_again(block: Identity) -> None:
    async with browser(block) as client:
        start = await page(client, "/me/credentials")
        asked = await send(client, start, "/me/credentials", kind="digital-id")
        path = here(asked)
        one = await page(client, path)
        signed = await client.get(f"{path}/document")
        card = await client.get(f"/credential-card/{path.rpartition('/')[2]}")
        suspended = await send(client, one, f"{path}/steps", state="suspended")
        resting = await page(client, path)
        resumed = await send(client, resting, f"{path}/steps", state="active")
        again = await send(client, await page(client, path), f"{path}/again")
        old = await page(client, path)

    assert "You have no credential yet." in start
    assert (signed.headers["content-type"], card.headers["content-type"]) == ("application/vc+jwt", "application/pdf")
    assert [answer.status_code for answer in (suspended, resumed, again)] == [303, 303, 303]
    assert "Resume it" in resting
    assert "Amina Kone" in one
    assert "Revoked" in old


async def test_somebody_who_chose_nothing_is_told_to_choose(block: Identity) -> None:
    async with browser(block) as client:
        answer = await send(client, await page(client, "/me/credentials"), "/me/credentials")

    assert (answer.status_code, lint(answer.text)) == (400, [])
    assert "Choose what you want to have" in answer.text


async def test_a_step_that_somebody_else_took_meanwhile_is_said(block: Identity) -> None:
    async with browser(block) as client:
        asked = await send(client, await page(client, "/me/credentials"), "/me/credentials", kind="digital-id")
        path = here(asked)
        one = await page(client, path)
        await send(client, one, f"{path}/steps", state="revoked")
        answer = await send(client, one, f"{path}/steps", state="suspended")

    assert (answer.status_code, lint(answer.text)) == (409, [])


@pytest.mark.requirement("IDN-38")
async def test_who_asks_again_after_an_official_revoked_is_told_what_they_wait_for(block: Identity) -> None:
    async with browser(block) as client, browser(block, "officer", PRODUCE) as desk:
        start = await page(client, "/me/credentials")
        first = here(await send(client, start, "/me/credentials", kind="digital-id"))
        at_desk = first.removeprefix("/me")
        await send(desk, await page(desk, at_desk), f"{at_desk}/steps", state="revoked")
        start = await page(client, "/me/credentials")
        second = here(await send(client, start, "/me/credentials", kind="digital-id"))
        waiting = await page(client, second)
        queue = await page(desk, "/credentials")
        decided = second.removeprefix("/me")
        shown = await page(desk, decided)
        await send(desk, shown, f"{decided}/steps", state="active")
        allowed = await page(client, second)

    assert "This one can be used when an official has allowed it" in waiting
    assert "Activate it" not in waiting
    assert decided in queue
    assert "Allow it" in shown
    assert "when an official has allowed it" not in allowed
    assert "Download the signed credential" in allowed


@pytest.mark.requirement("IDN-32", "IDN-39")
async def test_an_official_produces_and_delivers_a_card_and_its_person_activates_it(block: Identity) -> None:
    async with browser(block) as client, browser(block, "officer", PRODUCE) as desk:
        asked = await send(
            client, await page(client, "/me/credentials"), "/me/credentials", kind="national-id",
            delivery_address="Rue 12",
        )  # fmt: skip
        path = here(asked)
        at_desk = path.removeprefix("/me")
        queue = await page(desk, "/credentials")
        shown = await page(desk, at_desk)
        printed = await desk.get(f"/credential-card/{path.rpartition('/')[2]}")
        await send(desk, shown, f"{at_desk}/steps", state="produced")
        await send(desk, await page(desk, at_desk), f"{at_desk}/steps", state="delivered", tracking_id="T-7")
        arrived = await page(client, path)
        activated = await send(client, arrived, f"{path}/steps", state="active")
        empty = await page(desk, "/credentials?state=requested")

    assert at_desk in queue
    assert "Rue 12" in shown
    assert printed.headers["content-type"] == "application/pdf"
    assert "T-7" in arrived
    assert activated.status_code == 303
    assert "No credential stands here." in empty


@pytest.mark.requirement("IDN-43", "IDN-53")
async def test_a_person_shares_sees_that_it_was_fetched_and_withdraws(block: Identity) -> None:
    chosen = {"attributes": ["name", "email"], "shown": "partly", "purpose": "Open an account"}
    async with browser(block) as client:
        assert "First Bank" in await page(client, "/me/shares/new")
        form = await page(client, "/me/shares/new?partner=bank")
        silent = await send(client, form, "/me/shares/new", **chosen)
        shared = await send(client, form, "/me/shares/new", **chosen, consent="yes")
        path = here(shared)
        await block.run_due()
        waiting = await page(client, path)
        again = await send(
            client, await page(client, "/me/shares/new?partner=bank"), "/me/shares/new", **chosen, consent="yes"
        )
        await block.run_due()
        fetched = await bank(block).get(f"/api/v1/shared/{path.rpartition('/')[2]}")
        withdrawn = await send(client, await page(client, here(again)), f"{here(again)}/withdraw")
        too_late = await send(client, waiting, f"{path}/withdraw")
        listed = await page(client, "/me/shares")

    assert (silent.status_code, lint(silent.text)) == (400, [])
    assert "Nothing is shared without your consent." in silent.text
    assert fetched.status_code == 200
    assert (withdrawn.status_code, too_late.status_code, lint(too_late.text)) == (303, 409, [])
    assert ("Fetched" in listed, "Withdrawn" in listed) == (True, True)


@pytest.mark.requirement("IDN-52")
async def test_a_person_reads_and_narrows_their_history(block: Identity) -> None:
    async with browser(block) as client:
        await send(client, await page(client, "/me/credentials"), "/me/credentials", kind="digital-id")
        everything = await page(client, "/me/history")
        nothing = await page(client, "/me/history?kind=AUTHENTICATION_REQUEST&status=FAILED")
        wrong = await page(client, "/me/history?since=yesterday", 400)
        late = await page(client, "/me/history?until=tomorrow", 400)
        found = re.search(r"/me/history/(\d{16})", everything)
        assert found is not None
        one = await page(client, f"/me/history/{found[1]}")
        await page(client, "/me/history/1234567890123456", 404)

    assert "A credential was activated" in everything
    assert "Nothing of this kind has happened." in nothing
    assert "Enter days such as 2026-11-22" in wrong
    assert ('href="#since"' in wrong, 'href="#until"' in wrong) == (True, False)
    assert ('href="#since"' in late, 'href="#until"' in late) == (False, True)
    assert found[1] in one


@pytest.mark.requirement("IDN-28")
async def test_a_change_is_asked_for_on_a_page_and_decided_on_another(block: Identity) -> None:
    async with browser(block) as client, browser(block, "officer", ENROL) as desk:
        form = await page(client, "/me/changes/new")
        with_code = html.unescape((await send(client, form, "/me/changes/code")).text)
        shown = re.search(r'id="shown-code">([^<]+)<', with_code)
        assert shown is not None
        wrong = await send(client, with_code, "/me/changes/new", attribute="name", value="A. Traore", otp="000000")
        asked = await send(client, with_code, "/me/changes/new", attribute="name", value="A. Traore", otp=shown[1])
        queue = await page(desk, "/change-requests")
        found = re.search(r"/change-requests/([0-9a-f-]{36})", queue)
        assert found is not None
        path = f"/change-requests/{found[1]}"
        request = await page(desk, path)
        undecided = await send(desk, request, path)
        unexplained = await send(desk, request, path, decision="reject")
        decided = await send(desk, request, path, decision="accept")
        listed = await page(client, "/me/changes")

    person = await people.person(block.bench.context, person_id=block.amina.id)
    assert [one.status_code for one in (wrong, asked, undecided, unexplained, decided)] == [400, 303, 400, 400, 303]
    assert [lint(one.text) for one in (wrong, undecided, unexplained)] == [[], [], []]
    assert ("Amina Kone" in request, "A. Traore" in request) == (True, True)
    assert "Accepted" in listed
    assert person is not None
    assert person.display_name == "A. Traore"


@pytest.mark.requirement("IDN-28")
async def test_a_name_is_changed_in_the_language_in_which_it_is_known(block: Identity) -> None:
    async with browser(block) as client, browser(block, "officer", ENROL) as desk:
        form = await page(client, "/me/changes/new")
        with_code = html.unescape((await send(client, form, "/me/changes/code")).text)
        shown = re.search(r'id="shown-code">([^<]+)<', with_code)
        assert shown is not None
        wanted = {"attribute": "name#ar", "value": "أمينة تراوري", "otp": shown[1]}
        assert (await send(client, with_code, "/me/changes/new", **wanted)).status_code == 303
        found = re.search(r"/change-requests/([0-9a-f-]{36})", await page(desk, "/change-requests"))
        assert found is not None
        request = await page(desk, f"/change-requests/{found[1]}")
        await send(desk, request, f"/change-requests/{found[1]}", decision="accept")

    person = await people.person(block.bench.context, person_id=block.amina.id)
    assert "Full name (Arabic)" in form
    assert ("أمينة كوني" in request, "Full name (Arabic)" in request) == (True, True)
    assert person is not None
    assert [one.value for one in person.attributes if one.name == "name"] == ["Amina Kone", "أمينة تراوري"]


@pytest.mark.requirement("IDN-47")
@pytest.mark.parametrize("path", ["/credentials", "/change-requests", "/credentials/1", "/change-requests/1"])
async def test_the_pages_of_officials_are_for_officials(block: Identity, path: str) -> None:
    async with browser(block) as client:
        assert (await client.get(path)).status_code == 403


@pytest.mark.requirement("IDN-47")
@pytest.mark.parametrize("path", ["/me/credentials", "/me/shares", "/me/history", "/me/changes"])
async def test_somebody_who_is_not_registered_is_told_where_to_go(block: Identity, path: str) -> None:
    async with browser(block, "nobody") as client:
        assert "enrolment office" in await page(client, path)


@pytest.mark.requirement("X054")
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_is_good_in_every_language(block: Identity, language: str) -> None:
    await people.change(
        block.bench.context,
        by=SYSTEM,
        person_id=block.amina.id,
        attributes=(Attribute("nickname", "Mina"),),
        evidence=(),
    )
    scopes = (PRODUCE, ENROL)
    async with browser(block, "amina", *scopes, language=language) as client:
        asked = await send(client, await page(client, "/me/credentials"), "/me/credentials", kind="digital-id")
        for path in (
            "/me/credentials", here(asked), here(asked).removeprefix("/me"), "/me/shares", "/me/shares/new",
            "/me/shares/new?partner=bank", "/me/history", "/me/changes", "/me/changes/new", "/credentials",
            "/change-requests",
        ):  # fmt: skip
            shown = await page(client, path)
            assert f'lang="{language}"' in shown

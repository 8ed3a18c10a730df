"""The sandbox's pages in four languages: well formed, and no sentence left in English."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from functools import lru_cache
from html import unescape
from pathlib import Path

import html5lib
import httpx
import pytest
import pytest_asyncio

from govstack.host import secrets
from govstack.host.compose import SESSION_KEYS, packages
from govstack.host.run import Process
from govstack.kernel import i18n
from govstack.kernel.actor import Actor
from govstack.kernel.crypto import Keyring
from govstack.kernel.sessions import Sessions
from govstack.pillars.sandbox.country import service as countries
from govstack.pillars.sandbox.front import presenters
from govstack.pillars.sandbox.seeding import service as seeding
from govstack.web.words import extract_words, folders_with_words
from tests.page_lint import lint
from tests.pillars.sandbox.conftest import ADDRESS

SOURCE = Path(i18n.__file__).parent.parent
FIND = "/sandbox/services/usct/find"
OTHERS = [language for language in i18n.LANGUAGES if language != i18n.DEFAULT]
CAMILA, BOB = "00000000010", "9b237f8a-4dc2-4438-af0d-5f01c469b311"

on_the_blocks = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def officer(demonstration: Process) -> AsyncIterator[httpx.AsyncClient]:
    """An enrolment officer's browser."""
    actor = Actor("person", "enrollment-officer", "Selamawit Ketema", scopes=frozenset({"sandbox:enrol"}))
    async with browser(demonstration, actor) as client:
        yield client


@pytest_asyncio.fixture(loop_scope="module")
async def citizen(demonstration: Process) -> AsyncIterator[httpx.AsyncClient]:
    """The browser of a person of the country."""
    actor = Actor("person", "camila-ortega", "Camila Ortega", attributes={"person_id": CAMILA})
    async with browser(demonstration, actor) as client:
        yield client


def browser(process: Process, actor: Actor) -> httpx.AsyncClient:
    """Return a client with the session of somebody signed in."""
    secret = secrets.master_secret(process.settings)
    cookie = Sessions(Keyring(secret, package=SESSION_KEYS), secure=False).start(actor)
    name, _, value = cookie.partition(";")[0].partition("=")
    transport = httpx.ASGITransport(app=process.root)
    return httpx.AsyncClient(transport=transport, base_url=ADDRESS, cookies={name: value}, follow_redirects=True)


async def send(client: httpx.AsyncClient, page: httpx.Response, path: str, **form: str) -> httpx.Response:
    """Send a form as the page before has it."""
    return await client.post(path, data={"csrf_token": token(page), **form})


def token(page: httpx.Response) -> str:
    """Return the token that the forms of a page carry."""
    found = re.search(r'name="csrf_token" value="([^"]*)"', page.text)
    assert found is not None
    return found[1]


async def look(client: httpx.AsyncClient, language: str, path: str) -> httpx.Response:
    """Open a page in a language."""
    return await client.get(path, params={"lang": language})


async def case_of(client: httpx.AsyncClient, language: str, person: str) -> tuple[httpx.Response, str]:
    """Open the case of a person; returns its page and address."""
    opened = await send(client, await look(client, language, FIND), "/sandbox/services/usct/cases", person=person)
    return opened, opened.url.path


def english_left(html: str, language: str) -> list[str]:
    """Return the texts of a page that some catalogue knows in the language, yet stand there in English."""
    return [text for text in texts(html) if text in words() and i18n.translate(language, text) != text]


@lru_cache(maxsize=1)
def words() -> frozenset[str]:
    """Return every text that some package marks for translation."""
    found = (text for folder in folders_with_words(SOURCE) for text in extract_words(folder))
    return frozenset(text for text in found if isinstance(text, str))


def texts(html: str) -> Iterator[str]:
    document = html5lib.parse(html, namespaceHTMLElements=False)
    for element in document.iter():
        # What names its own language is meant in it, such as the links to other languages.
        if element.tag in {"script", "style", "code"} or (element.get("lang") and element.tag != "html"):
            continue
        for text in (element.text, *(child.tail for child in element), element.get("aria-label"), element.get("title")):
            if text and text.strip():
                yield " ".join(text.split())


def assert_good(answer: httpx.Response, language: str, status: int = 200) -> None:
    """Hold a page to what every page must be."""
    assert answer.status_code == status, answer.text
    assert f'lang="{language}"' in answer.text
    assert lint(answer.text) == []
    assert english_left(answer.text, language) == []


def test_english_that_was_left_is_found() -> None:
    i18n.register(SOURCE / "pillars" / "sandbox")

    assert english_left("<p>Find a candidate</p><p>Trouver un candidat</p>", "fr") == ["Find a candidate"]


@on_the_blocks
@pytest.mark.requirement("G9", "CFR-quality-8")
@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("path", ["/sandbox/", "/sandbox/services/usct", FIND, "/sandbox/live", "/sandbox/try/refused"])
async def test_a_page_is_whole_in_every_language(officer: httpx.AsyncClient, language: str, path: str) -> None:
    assert_good(await look(officer, language, path), language)


@on_the_blocks
@pytest.mark.requirement("G11")
async def test_the_start_page_leads_to_the_screens_of_every_block(officer: httpx.AsyncClient) -> None:
    page = await look(officer, "en", "/sandbox/")

    assert [one.name for one in packages() if one.kind == "block" and f'href="/{one.name}/"' not in page.text] == []


@on_the_blocks
@pytest.mark.requirement("G9", "G11")
@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("role", list(seeding.roles()))
async def test_the_start_offers_each_role_what_it_can_do_and_nothing_that_refuses_it(
    demonstration: Process, language: str, role: str
) -> None:
    scopes = frozenset(seeding.roles()[role])
    attributes = {"person_id": CAMILA} if "sandbox:citizen" in scopes else {}
    actor = Actor("person", "camila-ortega", "Camila Ortega", scopes=scopes, attributes=attributes)
    async with browser(demonstration, actor) as one:
        start = await look(one, language, "/sandbox/")
        offered = [href for _title, href, _text in presenters.work(actor)]
        places = [f"/sandbox{href}" if href.startswith("/") else href.removeprefix("~") for href in offered]
        answers = {place: (await one.get(place)).status_code for place in places}

    assert_good(start, language)
    assert all(place in unescape(start.text) for place in places)
    assert set(answers.values()) <= {200}, answers
    assert bool(answers) is (role != "payment-officer")


@on_the_blocks
@pytest.mark.requirement("G9", "USCT-5")
@pytest.mark.parametrize("language", OTHERS)
async def test_an_empty_search_and_a_date_that_is_none_are_explained(officer: httpx.AsyncClient, language: str) -> None:
    page = await look(officer, language, FIND)
    wrong = {"dateOfBirth-day": "31", "dateOfBirth-month": "2", "dateOfBirth-year": "1990"}

    answer = await send(officer, page, FIND, **wrong)

    assert_good(answer, language, 400)
    assert i18n.translate(language, "Date of birth must be a real date") in answer.text
    assert 'value="31"' in answer.text


@on_the_blocks
@pytest.mark.requirement("G9", "USCT-5")
@pytest.mark.parametrize("language", OTHERS)
async def test_people_found_stand_with_their_day_of_birth_written_out(
    officer: httpx.AsyncClient, language: str
) -> None:
    answer = await send(officer, await look(officer, language, FIND), FIND, lastNameLatin="Smith")

    assert_good(answer, language)
    assert i18n.format_date(language, "1977-04-28") in answer.text


@on_the_blocks
@pytest.mark.requirement("G9", "USCT-4", "USCT-5")
@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("person", [CAMILA, BOB])
async def test_a_case_says_in_every_language_what_was_found_and_decided(
    officer: httpx.AsyncClient, language: str, person: str
) -> None:
    page, _ = await case_of(officer, language, person)

    assert_good(page, language)
    assert i18n.translate(language, "Head of the household") in page.text


@on_the_blocks
@pytest.mark.requirement("G9")
@pytest.mark.parametrize("language", OTHERS)
async def test_what_a_form_lacks_is_said_in_every_language(officer: httpx.AsyncClient, language: str) -> None:
    page, path = await case_of(officer, language, CAMILA)

    answer = await send(officer, page, f"{path}/mismatch", note="x" * 501)

    assert_good(answer, language, 400)
    assert i18n.translate(language, "Choose what you found out.") in answer.text
    assert i18n.translate(language, "The note is too long. Shorten it.") in answer.text


@on_the_blocks
@pytest.mark.requirement("G9")
@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize(
    ("path", "status"), [("/sandbox/cases/none", 404), ("/sandbox/nowhere", 404), ("/sandbox/me", 403)]
)
async def test_a_refusal_is_explained_in_every_language(
    officer: httpx.AsyncClient, language: str, path: str, status: int
) -> None:
    answer = await officer.get(path, params={"lang": language}, headers={"accept": "text/html"})

    assert_good(answer, language, status)


@on_the_blocks
@pytest.mark.requirement("G9", "USCT-READ")
@pytest.mark.parametrize("language", OTHERS)
async def test_a_person_reads_in_every_language_who_looked_and_what_for(
    officer: httpx.AsyncClient, citizen: httpx.AsyncClient, language: str
) -> None:
    await case_of(officer, language, CAMILA)

    page = await look(citizen, language, "/sandbox/me")
    assert "/mediator/messages/" not in page.text

    assert_good(page, language)
    right = countries.load().member("home-affairs").applications[0].services[0].rights[0]
    assert right.purpose[language] in unescape(page.text), list(texts(page.text))
    assert "Selamawit Ketema" in page.text


@on_the_blocks
@pytest.mark.requirement("G10")
@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_a_process_that_cannot_begin_again_says_how_it_is_done(demonstration: Process, language: str) -> None:
    may = Actor("person", "administrator", "Mila", scopes=frozenset({"sandbox:*"}))
    async with browser(demonstration, may) as client:
        start = await look(client, language, "/sandbox/")
        page = await look(client, language, "/sandbox/begin-again")
        refused = await client.post("/sandbox/begin-again", data={"csrf_token": token(start)})

    assert "/sandbox/begin-again" not in start.text
    assert_good(page, language)
    assert "govstack reset" in page.text
    assert "<form" not in page.text.partition("<main")[2]
    assert refused.status_code == 409

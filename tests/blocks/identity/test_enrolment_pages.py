"""The pages of officers who enrol people, of those who tell people apart, and of administrators of machines."""

from __future__ import annotations

import html
import re
from typing import Any

import httpx
import msgspec
import pytest

from govstack.blocks.identity.capturing.model import Step
from govstack.blocks.identity.capturing.schemas import answers_of
from govstack.blocks.identity.manifest import MANIFEST
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Attribute, Evidence
from govstack.host.compose import SESSION_KEYS
from govstack.kernel import crypto, i18n
from govstack.kernel.actor import Actor
from govstack.kernel.sessions import VISIT_COOKIE, Sessions
from tests.blocks.identity.test_enrolment_others import RECORD, SOURCES, mediator
from tests.builders.enrolment import OFFICER, PDF, Machine, approved, work
from tests.builders.running import SECRET, Bench, bench
from tests.databases import Databases
from tests.page_lint import lint

LANGUAGES = i18n.LANGUAGES
ENROL, ADJUDICATE, ADMINISTER = "identity:enrol", "identity:adjudicate", "identity:administer"
PAPER = (Evidence("birth certificate", "12/1990"),)
ANSWERS = {
    "name": {"name": "Amina Kone", "name_language": "eng", "other_name": "أمينة كوني", "other_name_language": "ara"},
    "birth": {"birthdate-day": "17", "birthdate-month": "4", "birthdate-year": "1990", "gender": "female"},
    "contact": {"phone_number": "+212 600 000 001", "email": "amina@example.org"},
    "address": {"locality": "Kenitra", "country": "Morocco"},
}


@pytest.fixture
async def running(sqlite_databases: Databases) -> Bench:
    """The block with a source to import from."""
    database = await sqlite_databases.migrated("identity", MANIFEST.root / "migrations")
    return bench(MANIFEST, database, IDENTITY_ENROLMENT_SOURCES=msgspec.json.encode(SOURCES).decode())


def browser(running: Bench, *scopes: str, who: str = "officer-1") -> httpx.AsyncClient:
    """Return the browser of somebody who signed in."""
    client = running.client()
    sessions = Sessions(crypto.Keyring(SECRET, package=SESSION_KEYS), secure=False)
    actor = Actor("person", who, "Olga", scopes=frozenset(scopes or (ENROL,)))
    name, _, value = sessions.start(actor).partition(";")[0].partition("=")
    client.cookies.set(name, value, domain="govstack.test")
    client.cookies.set(VISIT_COOKIE, "visit-of-a-test", domain="govstack.test")
    return client


async def page(client: httpx.AsyncClient, path: str, status: int = 200, **headers: str) -> str:
    """Return a page, which must be a good one."""
    answer = await client.get(path, headers=headers)
    assert (answer.status_code, lint(answer.text)) == (status, []), answer.text
    return html.unescape(answer.text)


async def send(
    client: httpx.AsyncClient, path: str, action: str = "", files: Any = None, status: int = 303, **fields: str
) -> httpx.Response:
    """Fill in the form of a page; it leads to another page, or comes back as a good page that says what is wrong."""
    shown = (await client.get(path)).text
    form = re.search(rf'<form[^>]*action="[^"]*{re.escape(action or path)}".*?</form>', shown, re.DOTALL)
    assert form is not None, shown
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0]))
    answer = await client.post(action or path, data={**hidden, **fields}, files=files)
    assert answer.status_code == status, answer.text
    assert status == 303 or lint(answer.text) == []
    return answer


async def begun(client: httpx.AsyncClient, process: str = "NEW") -> str:
    """Begin an enrolment; returns the address of its first question."""
    return (await send(client, "/enrol/begin", process=process)).headers["location"]


async def answered(client: httpx.AsyncClient, **changes: dict[str, str]) -> str:
    """Answer the questions of an enrolment; returns the address of its answers."""
    here = await begun(client)
    for step, said in {**ANSWERS, **changes}.items():
        assert here.endswith(f"/step/{step}")
        here = (await send(client, here, **said)).headers["location"]
    file = {"file": ("certificate.pdf", PDF, "application/pdf")}
    await send(client, here, files=file, category="birth-certificate", number="12/1990")
    return here.partition("/step")[0]


async def known(running: Bench) -> str:
    """Register somebody; returns a virtual identifier of theirs."""
    said = (Attribute("name", "Amina Kone", "eng"), Attribute("birthdate", "1990-04-17"))
    person = await people.register(running.context, by=OFFICER, attributes=said, evidence=PAPER)
    return (await people.new_vid(running.context, by=OFFICER, person_id=person.id, kind="perpetual")).value


@pytest.mark.requirement("IDN-16", "IDN-17", "IDN-24")
async def test_an_officer_enrols_somebody_question_by_question_and_hands_over_a_number(running: Bench) -> None:
    async with browser(running) as client:
        here = await answered(client)
        check = await page(client, here)
        for said in ("Amina Kone", "أمينة كوني", "17 April 1990", "Female", "+212600000001", "Kenitra, Morocco", "PDF"):
            assert said in check
        await send(client, here, f"{here}/commit")
        waiting = await client.get(here)
        await work(running)
        done = await page(client, here)

    assert waiting.headers["refresh"]
    vid = re.search(r'id="number">(\d{16})<', done)
    assert vid is not None
    found = await people.find(running.context, identifier=vid[1])
    assert found is not None
    assert found.person.claim("name", "ara") == "أمينة كوني"


@pytest.mark.requirement("IDN-17")
async def test_an_answer_is_changed_from_the_page_of_answers_and_leads_back_there(running: Bench) -> None:
    async with browser(running) as client:
        here = await answered(client)
        shown = await page(client, f"{here}/step/contact?change=yes")
        back = await send(client, f"{here}/step/contact?change=yes", phone_number="+212 600 000 002", email="")
        check = await page(client, here)

    assert 'value="+212600000001"' in shown
    assert back.headers["location"].endswith(here)
    assert "+212600000002" in check
    assert "amina@example.org" not in check


@pytest.mark.requirement("IDN-17")
async def test_nothing_is_sent_before_what_is_needed_is_there(running: Bench) -> None:
    async with browser(running) as client:
        here = (await begun(client)).partition("/step")[0]
        check = await page(client, here)

    assert "the date of birth" in check
    assert f"{here}/commit" not in check


@pytest.mark.requirement("IDN-17")
async def test_a_question_that_the_process_does_not_ask_is_not_there(running: Bench) -> None:
    async with browser(running) as client:
        here = (await begun(client, "LOST")).partition("/step")[0]
        shown = (await client.get(f"{here}/step/name")).text
        form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', shown))
        answer = await client.post(f"{here}/step/contact", data={**form, "email": "amina@example.org"})
        check = await page(client, here)

    assert answer.status_code == 404
    assert "amina@example.org" not in check


@pytest.mark.requirement("IDN-17")
async def test_an_officer_corrects_what_a_packet_called_by_another_name(running: Bench) -> None:
    machine = Machine()
    await approved(running, machine)
    body = machine.envelope(machine.packet())
    async with browser(running) as client:
        taken = await send(client, "/enrol/packet", files={"file": ("p.json", body, "application/json")})
        here = taken.headers["location"]
        shown = await page(client, f"{here}/step/name?change=yes")
        await send(client, f"{here}/step/name?change=yes", name="Amina Diallo", name_language="eng")
        check = await page(client, here)

    assert 'value="Amina Kone"' in shown
    assert "Amina Diallo" in check
    assert "Amina Kone" not in check


@pytest.mark.requirement("IDN-16")
async def test_a_country_sets_the_languages_of_names_and_the_documents_that_people_show(
    sqlite_databases: Databases,
) -> None:
    database = await sqlite_databases.migrated("identity", MANIFEST.root / "migrations")
    documents = '{"clan-letter": {"en": "Letter of the clan", "fr": "Lettre du clan"}}'
    running = bench(MANIFEST, database, IDENTITY_ENROLMENT_LANGUAGES="kab, fr", IDENTITY_ENROLMENT_DOCUMENTS=documents)
    async with browser(running) as client:
        here = (await begun(client)).partition("/step")[0]
        name, document = await page(client, f"{here}/step/name"), await page(client, f"{here}/step/document")
        other = await send(client, f"{here}/step/name", status=400, name="Amina", name_language="eng")
        upload = {"file": ("a.pdf", PDF, "application/pdf")}
        await send(client, f"{here}/step/document", files=upload, category="clan-letter")
        check = await page(client, here, **{"accept-language": "fr"})

    assert re.findall(r'<option value="([a-z]+)"', name)[:2] == ["kab", "fr"]
    assert "Taqbaylit" in name
    assert "Letter of the clan" in document
    assert "Passport" not in document
    assert 'href="#name_language"' in other.text
    assert "Lettre du clan" in check


@pytest.mark.requirement("IDN-17")
@pytest.mark.parametrize(
    ("step", "said", "fault"),
    [
        ("name", {"name": "Amina Kone", "name_language": ""}, "name_language"),
        ("name", {"name": "x" * 201, "name_language": "eng"}, "name"),
        (
            "name",
            {"name": "A", "name_language": "eng", "other_name": "B", "other_name_language": "eng"},
            "other_name_language",
        ),
        ("birth", {"birthdate-day": "31", "birthdate-month": "2", "birthdate-year": "1990"}, "birthdate"),
        ("birth", {"birthdate-year": "2999"}, "birthdate"),
        ("birth", {"birthdate-day": "1", "birthdate-year": "1990"}, "birthdate"),
        ("birth", {"birthdate-year": "90"}, "birthdate"),
        ("birth", {"gender": "dragon"}, "gender"),
        ("contact", {"phone_number": "0600000001"}, "phone_number"),
        ("contact", {"email": "amina"}, "email"),
        ("address", {"street_address": "x" * 201}, "street_address"),
    ],
)  # fmt: skip
async def test_a_wrong_answer_comes_back_with_what_is_wrong(
    running: Bench, step: str, said: dict[str, str], fault: str
) -> None:
    async with browser(running) as client:
        here = (await begun(client)).partition("/step")[0]
        answer = await send(client, f"{here}/step/{step}", status=400, **said)

    assert f'href="#{fault}"' in answer.text


@pytest.mark.requirement("IDN-17")
def test_the_year_alone_is_a_date_of_birth_and_no_date_is_none() -> None:
    alone, _ = answers_of(Step.BIRTH, {"birthdate-year": "1950"}, languages=())
    nothing, faults = answers_of(Step.BIRTH, {}, languages=())

    assert alone["birthdate"][0].value == "1950"
    assert (nothing, faults) == ({}, {})


@pytest.mark.requirement("IDN-16")
@pytest.mark.parametrize(
    ("file", "category"),
    [(b"MZ a program", "passport"), (b"", "passport"), (PDF, "nothing"), (b"%PDF-" + b"x" * 2_000_001, "passport")],
)
async def test_a_document_that_is_none_comes_back_with_what_is_wrong(
    running: Bench, file: bytes, category: str
) -> None:
    async with browser(running) as client:
        here = (await begun(client)).partition("/step")[0]
        upload = {"file": ("a.pdf", file, "application/pdf")}
        answer = await send(client, f"{here}/step/document", files=upload, status=400, category=category)

    assert 'href="#file"' in answer.text or 'href="#category"' in answer.text


@pytest.mark.requirement("IDN-16", "IDN-50")
async def test_a_document_is_shown_to_its_officer_as_it_came_and_to_nobody_else(running: Bench) -> None:
    async with browser(running) as client, browser(running, who="officer-2") as other:
        here = await answered(client)
        link = re.search(r'href="(/enrol/[^"]+/document/[^"]+)"', await page(client, here))
        assert link is not None
        mine, theirs = await client.get(link[1]), await other.get(link[1])

    assert (mine.content, mine.headers["content-type"]) == (PDF, "application/pdf")
    assert mine.headers["content-disposition"].startswith("attachment")
    assert "certificate" not in link[1]
    assert theirs.status_code == 404


@pytest.mark.requirement("IDN-47")
async def test_the_pages_are_closed_to_everybody_else(running: Bench) -> None:
    async with (
        browser(running) as client,
        browser(running, who="officer-2") as other,
        browser(running, ADMINISTER) as ada,
    ):
        here = await answered(client)
        assert (await other.get(here)).status_code == 404
        assert (await ada.get(here)).status_code == 403
        assert (await client.get("/enrolment-services")).status_code == 403
        assert (await client.get(f"{here}/candidate/1")).status_code == 403
        listed = await page(other, "/enrol")
    async with running.client() as nobody:
        assert (await nobody.get("/enrol")).status_code in {303, 401}

    assert here not in listed


@pytest.mark.requirement("IDN-17", "IDN-51")
async def test_somebody_alike_is_told_apart_before_anybody_is_registered(running: Bench) -> None:
    await known(running)
    async with browser(running) as client, browser(running, ENROL, ADJUDICATE, who="judge-1") as judge:
        here = await answered(client)
        await send(client, here, f"{here}/commit")
        await work(running)
        waits = await page(client, here)
        link = re.search(r'href="(/enrol/[^"]+/candidate/[^"]+)"', await page(judge, here))
        assert link is not None
        side_by_side = await page(judge, link[1])
        empty = await send(judge, link[1], status=400, decision="", reason="")
        silent = await send(judge, link[1], status=400, decision="different", reason=" ")
        await send(judge, link[1], decision="different", reason="Other parents.")
        await work(running)
        done = await page(client, here)

    assert "candidate" not in waits
    # One row for a thing, whatever languages it is known in, with what the comparison says.
    rows = [re.sub(r"<[^>]+>|\s", " ", row) for row in re.findall(r"<tr.*?</tr>", side_by_side, re.DOTALL)[1:]]
    said = {" ".join(row.split()) for row in rows}
    assert len([row for row in said if row.startswith("Full name")]) == 1
    assert any(row.startswith("Full name") and row.endswith("Same") and "أمينة كوني" in row for row in said)
    assert any(row.startswith("Date of birth") and "17 April 1990" in row and row.endswith("Same") for row in said)
    assert any(row.startswith("Telephone") and row.endswith("Known of one") for row in said)
    assert 'href="#decision"' in empty.text
    assert 'href="#reason"' in silent.text
    assert 'id="number"' in done


@pytest.mark.requirement("IDN-28")
async def test_a_change_needs_a_number_that_is_known_and_a_document(running: Bench) -> None:
    vid = await known(running)
    async with browser(running) as client:
        first = await begun(client, "UPDATE")
        unknown = await send(client, first, status=400, identifier="1234567890123456")
        await send(client, first, identifier=vid)
        here = first.partition("/step")[0]
        await send(client, f"{here}/step/address", locality="Rabat")
        before = await page(client, here)
        upload = {"file": ("deed.png", b"\x89PNG\r\n\x1a\n deed", "image/png")}
        await send(client, f"{here}/step/document", files=upload, category="court-decision")
        await send(client, here, f"{here}/commit")
        await work(running)
        after = await page(client, here)

    assert 'href="#identifier"' in unknown.text
    assert "a document that shows the change" in before
    assert "What is registered has changed." in after
    person = await people.find(running.context, identifier=vid)
    assert person is not None
    assert person.person.claim("address") == '{"locality":"Rabat"}'


@pytest.mark.requirement("IDN-21")
async def test_an_officer_takes_data_from_another_register(running: Bench) -> None:
    mediator(running, value={"content": RECORD})
    async with browser(running) as client:
        here = (await begun(client)).partition("/step")[0]
        wrong = await send(client, f"{here}/import", status=400, source="", identifier="")
        await send(client, f"{here}/import", source="population", identifier="42")
        check = await page(client, here)

    assert 'href="#source"' in wrong.text
    assert "Amina Kone" in check


@pytest.mark.requirement("IDN-20")
async def test_the_file_of_a_packet_made_without_a_connection_is_sent_by_hand(running: Bench) -> None:
    machine = Machine()
    await approved(running, machine)
    body = machine.envelope(machine.packet(offlineMode=True))
    async with browser(running) as client:
        for content, status in ((b"no packet", 400), (b"", 400), (body.replace(b"Kenitra", b"Rabat"), 403)):
            refused = await send(
                client, "/enrol/packet", files={"file": ("p.json", content, "application/json")}, status=status
            )
            assert 'href="#file"' in refused.text
        taken = await send(client, "/enrol/packet", files={"file": ("p.json", body, "application/json")})
        check = await page(client, taken.headers["location"])

    assert "Amina Kone" in check


@pytest.mark.requirement("IDN-20")
@pytest.mark.parametrize("birth", ["1990", "0000-01-01"])
async def test_a_date_of_birth_of_a_packet_that_lacks_a_part_is_shown_as_it_stands(running: Bench, birth: str) -> None:
    machine = Machine()
    await approved(running, machine)
    body = machine.envelope(machine.packet(fields={"dob": birth}))
    async with browser(running) as client:
        taken = await send(client, "/enrol/packet", files={"file": ("p.json", body, "application/json")})
        assert birth in await page(client, taken.headers["location"])


@pytest.mark.requirement("IDN-20")
async def test_a_packet_with_a_day_of_birth_that_no_calendar_has_is_refused(running: Bench) -> None:
    machine = Machine()
    await approved(running, machine)
    body = machine.envelope(machine.packet(fields={"dob": "1990-02-31"}))
    async with browser(running) as client:
        refused = await send(client, "/enrol/packet", files={"file": ("p.json", body, "application/json")}, status=400)

    assert 'href="#file"' in refused.text


@pytest.mark.requirement("IDN-17")
async def test_an_enrolment_is_given_up_on_its_page(running: Bench) -> None:
    async with browser(running) as client:
        here = await answered(client)
        await send(client, here, f"{here}/withdraw")
        gone = await page(client, here)
        closed = await client.get(f"{here}/step/name")

    assert "Amina" not in gone
    assert closed.status_code == 303


@pytest.mark.requirement("IDN-18")
async def test_an_administrator_registers_approves_and_revokes_a_machine(running: Bench) -> None:
    wish = Machine().wish
    key = msgspec.json.encode(wish.key).decode()
    async with browser(running, ADMINISTER) as client:
        wrong = await send(client, "/enrolment-services/new", status=400, name="", centre="a_b", machine="", key="{}")
        made = await send(
            client, "/enrolment-services/new", name=wish.name, centre=wish.centre, machine=wish.machine, key=key
        )
        here = made.headers["location"]
        await send(client, here, f"{here}/approve")
        approved_ = await page(client, here)
        await send(client, here, f"{here}/revoke")
        revoked = await page(client, here)
        listed = await page(client, "/enrolment-services")

    assert all(f'href="#{name}"' in wrong.text for name in ("name", "centre", "machine", "key"))
    assert "Approved" in approved_
    assert "/revoke" not in revoked
    assert "10001_10002" in listed


@pytest.mark.requirement("IDN-16")
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_is_a_good_page_in_each_language(running: Bench, language: str) -> None:
    await known(running)
    async with browser(running, ENROL, ADJUDICATE, ADMINISTER) as client:
        client.cookies.set("govstack_language", language, domain="govstack.test")
        here = await answered(client)
        paths = [
            "/enrol", "/enrol?state=held", "/enrol/begin", "/enrol/packet", here, f"{here}/import",
            "/enrolment-services", "/enrolment-services/new",
            *(f"{here}/step/{step}" for step in ("name", "birth", "contact", "address", "document")),
        ]  # fmt: skip
        for path in paths:
            assert f'lang="{language}"' in await page(client, path)
        await send(client, here, f"{here}/commit")
        await work(running)
        waits = await page(client, here)
    async with browser(running, ENROL, ADJUDICATE, who="judge-1") as judge:
        judge.cookies.set("govstack_language", language, domain="govstack.test")
        link = re.search(r'href="(/enrol/[^"]+/candidate/[^"]+)"', await page(judge, here))
        assert link is not None
        await page(judge, link[1])
    assert link[1] not in waits

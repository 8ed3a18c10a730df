"""Every page of the registries: drawn in each language, whole, and refused to whoever has no right to it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from govstack.blocks.registries.access import service as access
from govstack.blocks.registries.access.model import Group
from govstack.blocks.registries.contents.errors import InvalidContent
from govstack.blocks.registries.design.model import FieldType, Registry
from govstack.blocks.registries.frame.model import KNOWN
from govstack.blocks.registries.frame.presenters import Words
from govstack.blocks.registries.records import service as records
from govstack.blocks.registries.rules.model import problems
from govstack.kernel import i18n
from tests.builders import automations
from tests.builders.registries import ADMINISTRATOR, ANALYST, field, published
from tests.builders.registry_pages import (
    ADMINISTER,
    ANALYSE,
    AUDIT,
    PERSON,
    Visitor,
    desk,
    housed,
    peopled,
    visitor,
)
from tests.builders.running import Bench
from tests.builders.sharing import shareable
from tests.databases import Databases
from tests.page_lint import lint

B = "/registry/people"


@dataclass
class Place:
    """The block running with a register of people and one of houses."""

    running: Bench
    people: Registry
    houses: Registry
    uuids: list[str]
    house: str

    def visitor(self, *scopes: str, subject: str = "ann-analyst", **rest: str) -> Visitor:
        """Somebody signed in with scopes."""
        return visitor(self.running, subject, *scopes, **rest)

    def paths(self) -> list[str]:
        """The address of every page that somebody with all scopes can open."""
        name = self.people.by_path["FirstName",].number
        record, field_ = f"{B}/records/{self.uuids[0]}", f"{B}/fields/{name}"
        return [
            "/", "/new", "/new/details", "/new/template", "/new/import", B, f"{B}/log", f"{B}/details", f"{B}/fields",
            f"{B}/fields/add", f"{B}/fields/order", field_, f"{field_}/about", f"{field_}/rules",
            f"{field_}/protection", f"{field_}/remove", f"{field_}/links/add",
            f"{field_}/links/add?registry={self.houses.id}", f"{field_}/triggers/new", f"{B}/numbering",
            f"{B}/publish", f"{B}/versions", f"{B}/versions/1.0", f"{B}/versions/1.0/archive",
            f"{B}/versions/1.0/delete", f"{B}/archive", f"{B}/delete", f"{B}/key", f"{B}/import", f"{B}/template",
            f"{B}/services", f"{B}/services/1.0/data-list", f"{B}/services/1.0/data-list/copy",
            f"{B}/new-service/1.0", f"{B}/rights", f"{B}/rights/give", f"{B}/rights/explain",
            f"{B}/rights/default/revoke", "/access", "/access/new-group", "/access/new-policy", "/apis",
            f"{B}/api/1.0", f"{B}/records", f"{B}/records/columns", f"{B}/records/new", f"{B}/import-records",
            record, f"{record}/history",
            f"{record}/readings", f"{record}/change", f"{record}/change?field={name}", f"{record}/delete",
            f"{record}/archive", "/registry/houses/records", "/registry/houses/records/new",
            f"/registry/houses/records/{self.house}", f"/registry/houses/records/{self.house}/change", "/my-data",
            "/usage", f"{B}/automations", f"{B}/new-automation", f"{B}/automations/pass-on",
            f"{B}/automations/pass-on/change", f"{B}/automations/pass-on/try", f"{B}/automations/pass-on/results",
            f"{B}/automations/pass-on/delete", f"{B}/statistics", f"{B}/statistics/changes",
            f"{B}/statistics/readers", f"{B}/statistics/services", f"{B}/share", f"{B}/share?record={self.uuids[0]}",
            "/shares",
        ]  # fmt: skip


@pytest.fixture
async def place(sqlite_databases: Databases) -> AsyncIterator[Place]:
    async with desk(sqlite_databases, PROFILE="sandbox") as running:
        people, uuids = await peopled(running.context)
        houses, house = await housed(running.context, people)
        await shareable(running.context, people)
        copy = await published(running.context, fields=(field("Code"), field("Name")))
        given = automations.definition(automations.EVERY_HOUR, automations.into(copy), {"from": "ID", "to": "Code"})
        await automations.put(running.context, people, given)
        await automations.start(running.context, people)
        await automations.work(running.context)
        yield Place(running, people, houses, uuids, house)


@pytest.mark.requirement("DRS-1", "DRS-3", "DRS-16", "DRS-21", "X010", "X050")
@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_every_page_is_drawn_whole_in_every_language(place: Place, language: str) -> None:
    analyst, faults = place.visitor(ADMINISTER, ANALYSE, AUDIT), []

    for path in place.paths():
        answer = await analyst.open(f"{path}{'&' if '?' in path else '?'}lang={language}")
        faults += [f"{path}: {fault}" for fault in lint(answer.text)]
        faults += [] if answer.status_code == 200 else [f"{path}: {answer.status_code}"]

    assert faults == []


@pytest.mark.requirement("DRS-6", "X055")
async def test_a_stranger_sees_no_page_that_needs_a_right(place: Place) -> None:
    stranger = place.visitor(subject="somebody")
    open_to_all = {"/", B, "/apis", f"{B}/api/1.0", f"{B}/records", f"{B}/records/columns", "/my-data", "/shares"}
    open_to_all |= {path for path in place.paths() if re.search(r"/records/[0-9a-f-]{36}$", path)}
    open_to_all |= {"/registry/houses/records"}
    # Whoever is signed in may read these two registries, until an analyst takes that right back.
    shown = [
        path for path in place.paths() if path not in open_to_all and (await stranger.open(path)).status_code != 403
    ]

    assert shown == []


@pytest.mark.requirement("DRS-6")
async def test_nobody_is_asked_to_sign_in_first(place: Place) -> None:
    nobody = visitor(place.running)

    answer = await nobody.open(f"{B}/records")

    assert (answer.status_code, "/session/start?to=" in answer.headers["location"]) == (303, True)


@pytest.mark.requirement("DRS-6")
async def test_whoever_may_only_read_is_offered_nothing_else(place: Place) -> None:
    reader = place.visitor(subject="somebody")

    await reader.open(f"{B}/records")

    assert ("Liam" in reader.page, "Enter a record" in reader.page, "/change" in reader.page) == (True, False, False)


async def test_a_form_without_its_token_is_refused(place: Place) -> None:
    analyst = place.visitor(ADMINISTER)
    await analyst.open("/new/details")
    analyst.page = ""

    answer = await analyst.send("/new/details", name="Births", code="births", classification="open", storage="row")

    assert answer.status_code == 403


@pytest.mark.requirement("DRS-8", "DRS-37")
async def test_the_log_of_readings_names_offices_and_systems_that_administrators_named(place: Place) -> None:
    person = place.visitor(subject="aster", person_id=PERSON)
    before = (await person.open("/my-data")).text
    for code, name, system in (
        ("home-affairs", "Ministry of Home Affairs", "demo/GOV/7001/*"),
        ("everybody", "Every ministry", "demo/GOV/*/*"),
    ):
        await access.put_group(
            place.running.context, by=ADMINISTRATOR, group=Group(code, name, (f"application:{system}",))
        )

    office = (await person.open("/my-data")).text
    desk = Group("desk", "Candidates' desk", ("application:demo/GOV/7001/desk",))
    await access.put_group(place.running.context, by=ADMINISTRATOR, group=desk)
    both = (await person.open("/my-data")).text

    assert "demo/GOV/7001/desk" in before
    assert "Ministry of Home Affairs · demo/GOV/7001/desk" in office
    assert "Ministry of Home Affairs · Candidates&#39; desk" in both
    assert ("Every ministry" in both, "demo/GOV/7001" in both) == (False, False)


@pytest.mark.requirement("DRS-8", "DRS-37")
async def test_the_log_of_readings_names_offices_in_the_language_of_the_reader_where_it_is_known(place: Place) -> None:
    person = place.visitor(subject="aster", person_id=PERSON)
    names = {"fr": "Ministère de l’Intérieur", "ar": "وزارة الداخلية"}
    office = Group("home-affairs", "Ministry of Home Affairs", ("application:demo/GOV/7001/*",), names)
    await access.put_group(place.running.context, by=ADMINISTRATOR, group=office)

    shown = {language: (await person.open(f"/my-data?lang={language}")).text for language in ("fr", "ar", "es")}

    assert "Ministère de l’Intérieur · demo/GOV/7001/desk" in shown["fr"]
    assert "وزارة الداخلية · demo/GOV/7001/desk" in shown["ar"]
    assert "Ministry of Home Affairs · demo/GOV/7001/desk" in shown["es"]


@pytest.mark.requirement("DRS-37", "DRS-8")
async def test_a_person_sees_who_read_their_data_and_why(place: Place) -> None:
    person = place.visitor(subject="aster", person_id=PERSON)

    await person.open("/my-data")

    assert "Desk" in person.page
    assert "Verify a candidate" in person.page
    assert "Social Protection Act, section 4" in person.page
    assert "Register of people" in person.page
    assert "Saw it in a list: ID, First name, LastName, BirthDate" in person.page


@pytest.mark.requirement("DRS-37")
async def test_a_person_sees_nobody_elses_readings(place: Place) -> None:
    stranger = place.visitor(subject="somebody-else", person_id="00000000000")

    await stranger.open("/my-data")

    assert "Nobody has read your data in these registers yet." in stranger.page


@pytest.mark.requirement("DRS-8", "X008")
async def test_an_auditor_looks_a_person_up_without_their_number_in_the_address(place: Place) -> None:
    auditor = place.visitor(AUDIT, subject="auditor")
    await auditor.open("/usage")

    answer = await auditor.send("/usage", person=PERSON)

    assert "Verify a candidate" in answer.text
    assert PERSON not in str(answer.url)


async def test_an_auditor_who_enters_nothing_is_told_what_is_needed(place: Place) -> None:
    auditor = place.visitor(AUDIT, subject="auditor")
    await auditor.open("/usage")

    answer = await auditor.send("/usage", person="...")

    assert answer.status_code == 400
    assert 'href="#person">Enter the identifier of the person' in answer.text
    assert lint(answer.text) == []


@pytest.mark.requirement("DRS-7")
async def test_the_log_of_a_registry_tells_what_was_done_and_can_be_narrowed(place: Place) -> None:
    analyst = place.visitor(ADMINISTER)

    await analyst.open(f"{B}/log")
    definition = analyst.page
    await analyst.open(f"{B}/log?what=rights")
    rights = analyst.page
    await analyst.send(f"{B}/log", what="definition", who="nobody-of-this-name")

    assert "Version 1.0 published" in definition
    assert "Right given to application:demo/GOV/7001/desk" in rights
    assert "Nothing of this kind has happened yet." in analyst.page


@pytest.mark.requirement("DRS-34")
async def test_the_api_page_shows_the_live_services_to_whoever_may_know_them(place: Place) -> None:
    reader = place.visitor(subject="somebody")

    await reader.open(f"{B}/api/1.0")

    assert "/api/v1/data/people/1.0/read" in reader.page
    assert "/api/v1/data/people/1.0/create" not in reader.page


def test_words_that_services_make_are_known_to_the_pages() -> None:
    wrong = (
        field("Both", secret=True, unique=True),
        field("Low", FieldType.NUMBER, minimum=5, maximum=1),
        field("Text", pattern="(?=x)"),
        field("Group", FieldType.GROUP),
        field("Codes", FieldType.CATALOGUE),
        field("Long", indexed=True, length_max=5_000),
        field("One", primary_key=True),
        field("Two", primary_key=True),
    )

    said = problems(wrong, uniques=(("Nothing",),), number_format="{unknown}", registry_id=1, lookup=lambda _id: None)

    assert [text for text in said.values() if KNOWN.find(text)[0] not in KNOWN.templates] == []


async def test_a_refusal_of_a_service_is_said_in_the_readers_language(place: Place) -> None:
    with pytest.raises(InvalidContent) as refused:
        await records.create(
            place.running.context, by=ANALYST, registry=place.people, content={"ID": "x" * 41, "Income": -1}
        )

    said = {name: Words("fr").said(fault) for name, fault in refused.value.fields.items()}

    assert said == {"ID": "doit avoir au plus 40 caractères", "Income": "doit être au moins 0"}


@pytest.mark.requirement("DRS-6")
async def test_a_steward_finds_the_registry_they_manage_and_no_other(place: Place) -> None:
    await published(place.running.context, code="births", stewards=("role:registrar",), name="Register of births")
    steward = visitor(place.running, "reg-istrar", roles=("registrar",))

    await steward.open("/")

    assert ("Register of births" in steward.page, "Register of people" in steward.page) == (True, False)

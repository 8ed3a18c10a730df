"""Entering who works where: on pages, from files, and how people are reached as they say it themselves."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from govstack.kernel import audit
from govstack.pillars.learn.needs.tests import service as tests
from govstack.pillars.learn.people import service as people
from tests.builders.learning import API, OFFICER, PAGES, Learn, civil_servant, learn, ministry, page, send
from tests.databases import Databases
from tests.pillars.learn.test_intake import told, worked

CSV, JSON = {"content-type": "text/csv"}, {"content-type": "application/json"}
XLSX = {"content-type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
ENTERS = ("learn:plan", "learn:administer")
CLOSED = ("/people/new", "/people/p-1/change", "/enter-people")
# The manager stands below those who report to her, as in many files of staff.
STAFF = (
    "number,name,manager,organisation,gender,contact,profiles\n"
    "CS-2,Kofi Mensah,CS-1,Tax office,m,+254 700 000 001,project-manager; it-officer\n"
    "CS-1,Amina Diallo,,tax,F,amina@people.example.org,\n"
)


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    found = await learn(databases)
    await ministry(found.context, "tax", names={"en": "Tax office", "fr": "Fisc"})
    return found


async def entered(pillar: Learn, content: bytes | str, what: str = "people", **more: Any) -> dict[str, Any]:
    """Send a file; return what became of it."""
    body = content.encode() if isinstance(content, str) else content
    async with pillar.officer() as client:
        answer = await client.post(f"{API}/{what}/import", content=body, headers=CSV, **more)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def by_number(pillar: Learn, number: str) -> Any:
    """Return whom the country knows by a number."""
    return await people.by_number(pillar.context, number=number)


@pytest.mark.requirement("F1.7")
async def test_a_file_of_staff_enters_people_in_any_order_and_again_changes_nothing(pillar: Learn) -> None:
    first, again = await entered(pillar, STAFF), await entered(pillar, STAFF)
    kofi, amina = await by_number(pillar, "CS-2"), await by_number(pillar, "CS-1")

    assert (first["written"], first["unchanged"], first["rows"]) == (2, 0, [])
    assert (again["written"], again["unchanged"]) == (0, 2)
    assert (kofi.manager_id, kofi.organisation_id, kofi.gender, kofi.roles) == (
        amina.id, "tax", "male", ("it-officer", "project-manager")
    )  # fmt: skip
    assert (amina.name, amina.contact, amina.gender) == ("Amina Diallo", "amina@people.example.org", "female")


@pytest.mark.requirement("F1.7")
async def test_what_a_file_has_no_column_for_stays_and_an_empty_cell_takes_away(pillar: Learn) -> None:
    await entered(pillar, STAFF)
    await entered(pillar, "number,name,manager\nCS-2,Kofi A. Mensah,\n")
    kofi = await by_number(pillar, "CS-2")

    assert (kofi.name, kofi.manager_id, kofi.contact) == ("Kofi A. Mensah", None, "+254 700 000 001")


@pytest.mark.requirement("F1.7")
async def test_each_row_that_does_not_fit_says_why_and_the_others_are_entered(pillar: Learn) -> None:
    await civil_servant(pillar.context, "p-1", number="CS-7")
    await civil_servant(pillar.context, "p-2")
    await people.erase(pillar.context, by=OFFICER, person_id="p-2")
    rows = [
        "id,number,name,manager,organisation,gender,contact,language,roles",
        ",CS-1,Amina,,,,,,",
        ",,Nobody,,,,,,",
        ",CS-2,,,,,,,",
        ",CS-3,A,CS-99,,,,,",
        ",CS-4,B,CS-4,,,,,",
        ",CS-5,C,,harbour,,,,",
        ",CS-6,D,,,none,call me,klingon language,not an id!",
        "p-9,CS-7,E,,,,,,",
        "p-2,,F,,,,,,",
        ",CS-1,Amina again,,,,,,",
        "new,,G,,,,,,",
        ",CS-8,=HYPERLINK(1),,,,,,",
    ]
    found = await entered(pillar, "\n".join(rows))
    faults = {one["row"]: one["faults"] for one in found["rows"]}

    assert (found["written"], found["refused"]) == (2, 10)
    assert {row: sorted(said) for row, said in faults.items()} == {
        3: ["number"], 4: ["name"], 5: ["managerId"], 6: ["managerId"], 7: ["organisationId"],
        8: ["contact", "gender", "language", "roles"], 9: ["number"], 10: ["id"], 11: ["number"], 12: ["id"],
    }  # fmt: skip
    assert "erased" in faults[10]["id"]
    assert (await by_number(pillar, "CS-1")).name == "Amina"


@pytest.mark.requirement("F1.7")
async def test_only_checking_says_the_same_and_writes_nothing(pillar: Learn) -> None:
    found = await entered(pillar, STAFF, params={"checkOnly": "true"})

    assert (found["written"], await by_number(pillar, "CS-1")) == (2, None)


@pytest.mark.requirement("F1.7")
@pytest.mark.parametrize(("kind", "head"), [("csv", CSV), ("xlsx", XLSX), ("json", JSON)])
@pytest.mark.parametrize("what", ["people", "organisations"])
async def test_lists_taken_out_and_put_back_change_nothing(
    pillar: Learn, kind: str, head: dict[str, str], what: str
) -> None:
    await ministry(pillar.context, "customs", parent_id="tax", place="=Port", names={"en": "+Customs", "sw": "Forodha"})
    await entered(pillar, STAFF + "CS-3,-Name,CS-2,customs,,,\n")
    async with pillar.browser(*ENTERS) as client:
        file = await client.get(f"{PAGES}/exports/{what}", params={"format": kind})
    async with pillar.officer() as client:
        back = await client.post(f"{API}/{what}/import", content=file.content, headers=head)

    count = {"people": 3, "organisations": 2}[what]
    assert (back.status_code, file.status_code) == (200, 200)
    assert (back.json()["written"], back.json()["unchanged"], back.json()["rows"]) == (0, count, [])


@pytest.mark.requirement("F1.7")
async def test_a_large_file_of_staff_is_entered_by_a_job_and_who_comes_later_is_told(pillar: Learn) -> None:
    rows = [f"N-{number},Person {number},{'N-700' if number == 3 else ''}" for number in range(701)]
    async with pillar.officer() as client:
        answer = await client.post(
            f"{API}/people/import", content="\n".join(["number,name,manager", *rows]).encode(), headers=CSV
        )
    await worked(pillar)
    done = await told(pillar, answer)
    async with pillar.officer() as client:
        (refused,) = (await client.get(answer.headers["location"] + "/refusals")).json()["refusals"]

    assert (answer.status_code, done["state"], done["added"], done["refused"]) == (202, "done", 700, 1)
    assert (refused["row"], list(refused["fields"])) == (5, ["managerId"])
    assert await people.count(pillar.context) == 700


@pytest.mark.requirement("F1.7")
async def test_organisations_come_from_a_file_with_their_names_and_never_below_themselves(pillar: Learn) -> None:
    rows = [
        "id,names.en,names.ar,kind,parent",
        "customs,Customs,الجمارك,agency,tax",
        "tax,Tax office,,agency,customs",
        "port,,,agency,",
        "new,New,,agency,",
        "harbour,Harbour,,agency,nowhere",
        "customs,Other,,agency,",
    ]
    found = await entered(pillar, "\n".join(rows), "organisations")
    tree = await people.tree(pillar.context)

    assert {one["row"]: sorted(one["faults"]) for one in found["rows"]} == {
        3: ["parentId"], 4: ["names"], 5: ["id"], 6: ["parentId"], 7: ["id"],
    }  # fmt: skip
    assert tree.by_id["customs"].names == {"en": "Customs", "ar": "الجمارك"}
    assert tree.by_id["tax"].names == {"en": "Tax office", "fr": "Fisc"}


@pytest.mark.requirement("F1.7")
async def test_files_without_the_columns_that_tell_people_apart_are_refused(pillar: Learn) -> None:
    async with pillar.officer() as client:
        nobody = await client.post(f"{API}/people/import", content=b"name,place\nA,B\n", headers=CSV)
        nameless = await client.post(f"{API}/organisations/import", content=b"id,kind\na,b\n", headers=CSV)
    async with pillar.person() as client:
        foreign = await client.post(f"{API}/people/import", content=STAFF.encode(), headers=CSV)

    assert [nobody.json()["code"], nameless.json()["code"]] == ["columns-of-people", "columns-of-organisations"]
    assert foreign.status_code == 403


@pytest.mark.requirement("F1.7")
async def test_characters_that_nobody_can_keep_do_not_stop_a_file(pillar: Learn) -> None:
    content = (
        b'[{"number": "CS-1", "name": "A\\ud800B", "place": "Port\\u0000", "roles": ["x", 7, {}], "gender": true}]'
    )
    async with pillar.officer() as client:
        answer = await client.post(f"{API}/people/import", content=content, headers=JSON)
        names = await client.post(
            f"{API}/organisations/import", content=b'[{"id": "a", "names": {"en": 7, "\\u0000": "x"}}]', headers=JSON
        )

    assert (answer.status_code, sorted(answer.json()["rows"][0]["faults"])) in [
        (200, ["gender", "roles"]), (400, [])
    ]  # fmt: skip
    assert names.status_code in {200, 400}


@pytest.mark.requirement("F1.7")
async def test_the_training_unit_enters_changes_and_erases_a_person_on_pages(pillar: Learn) -> None:
    await entered(pillar, STAFF)
    async with pillar.browser(*ENTERS) as client:
        form = await page(client, "/people/new")
        wrong = await send(client, form, "/people/new", name="", number="CS-1", contact="nowhere", managerId="CS-99")
        sent = await send(
            client, form, "/people/new", name="Zuri Achieng", number="CS-9", managerId="CS-1", language="fr",
            organisationId="tax", gender="female", contact="", roles=["project-manager", "policy-officer"],
        )  # fmt: skip
        zuri = await by_number(pillar, "CS-9")
        shown = await page(client, f"/people/{zuri.id}")
        change = await page(client, f"/people/{zuri.id}/change")
        await send(client, change, f"/people/{zuri.id}/change", name="Zuri A.", number="CS-9", roles="policy-officer")
        changed = await people.person(pillar.context, person_id=zuri.id)
        listed = await page(client, "/people")
        gone = await send(client, await page(client, f"/people/{zuri.id}"), f"/people/{zuri.id}/erase")
        after = await client.get(f"{PAGES}/people/{zuri.id}")

    assert wrong.status_code == 400
    for text in ("Another person has this number.", "e-mail address or a telephone number, such as"):
        assert text in wrong.text
    assert (sent.status_code, gone.status_code, after.status_code) == (303, 303, 404)
    for text in ("Zuri Achieng", "CS-9", "Tax office", "Amina Diallo", "Woman", "français"):
        assert text.casefold() in shown.casefold()
    assert 'value="policy-officer" checked' in change
    assert (changed.name, changed.roles, changed.manager_id, changed.organisation_id) == (
        "Zuri A.", ("policy-officer",), None, None
    )  # fmt: skip
    assert f"/people/{zuri.id}" in listed


@pytest.mark.requirement("F1.7")
async def test_a_person_is_found_by_number(pillar: Learn) -> None:
    await entered(pillar, STAFF)
    async with pillar.browser("learn:plan") as client:
        found = await page(client, "/people?number=+CS-2")
        elsewhere = await page(client, "/people?number=CS-2&organisation=nowhere")
        nobody = await page(client, "/people?number=%3Cscript%3E")

    assert "Kofi Mensah" in found
    assert "Amina Diallo" not in found
    for shown in (elsewhere, nobody):
        assert "Nobody was found." in shown


@pytest.mark.requirement("F1.7")
async def test_who_plans_reads_a_person_and_only_who_administers_changes_them(pillar: Learn) -> None:
    await civil_servant(pillar.context, "p-1")
    async with pillar.browser("learn:plan") as client:
        shown = await page(client, "/people/p-1")
        refused = [await client.get(f"{PAGES}{path}") for path in CLOSED]
        form = await client.post(f"{PAGES}/people/p-1/erase")
    async with pillar.browser() as client:
        stranger = await client.get(f"{PAGES}/people/p-1")

    assert "Erase" not in shown
    assert [one.status_code for one in [*refused, form, stranger]] == [403] * 5


@pytest.mark.requirement("F6.1", "F32.3")
async def test_the_training_unit_gives_a_person_longer_for_tests_on_their_page(pillar: Learn) -> None:
    await civil_servant(pillar.context, "p-1")
    async with pillar.browser("learn:plan") as client:
        shown = await page(client, "/people/p-1")
        wrong = await send(client, shown, "/people/p-1/test-time", extra="301")
        sent = await send(client, shown, "/people/p-1/test-time", extra="50")
        after = await page(client, "/people/p-1")

    assert (wrong.status_code, sent.status_code) == (400, 303)
    assert await tests.extra_time(pillar.context, person_id="p-1") == 50
    assert 'value="50"' in after


@pytest.mark.requirement("F1.7")
async def test_the_training_unit_enters_and_changes_an_organisation_on_pages(pillar: Learn) -> None:
    async with pillar.browser(*ENTERS) as client:
        form = await page(client, "/organisations/new")
        sent = await send(
            client, form, "/organisations/new", **{"names.en": "Port", "kind": "agency", "parentId": "tax"}
        )
        taken = await send(client, form, "/organisations/new", **{"names.en": "Tax", "id": "tax"})
        empty = await send(client, form, "/organisations/new", **{"names.en": " "})
        port = next(one for one in (await people.tree(pillar.context)).by_id.values() if one.names["en"] == "Port")
        change = await page(client, "/organisations/tax/change")
        below = await send(client, change, "/organisations/tax/change", **{"names.en": "Tax", "parentId": port.id})
        named = await send(client, change, "/organisations/tax/change", **{"names.en": "Taxes", "names.sw": "Kodi"})
        listed = await page(client, "/organisations")
        unknown = await client.get(f"{PAGES}/organisations/nowhere/change")

    assert [one.status_code for one in (sent, taken, empty, below, named)] == [303, 400, 400, 400, 303]
    assert "Another organisation has this id." in taken.text
    assert "Write something here." in empty.text
    assert (await people.tree(pillar.context)).by_id["tax"].names == {"en": "Taxes", "fr": "Fisc", "sw": "Kodi"}
    assert "Taxes" in listed
    assert unknown.status_code == 404


@pytest.mark.requirement("F1.7")
async def test_a_page_takes_a_spreadsheet_of_staff_and_says_what_became_of_it(pillar: Learn) -> None:
    book = openpyxl.Workbook()
    for row in (["Number", "NAME", "birthday"], [1985, "Amina", "1985-01-01"], [None, "Nobody", None]):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    files = {"file": ("staff.xlsx", content.getvalue(), XLSX["content-type"])}
    async with pillar.browser(*ENTERS) as client:
        form = await page(client, "/enter-people")
        empty = await send(client, form, "/enter-people", act="take")
        checked = await send(client, form, "/enter-people", files=files, act="check")
        before = await by_number(pillar, "1985")
        done = await send(client, form, "/enter-people", files=files, act="take")

    assert (empty.status_code, checked.status_code, before) == (400, 200, None)
    assert "Rows that would be written" in checked.text
    assert "without one nobody can tell" in done.text
    assert (await by_number(pillar, "1985")).name == "Amina"


@pytest.mark.requirement("F1.7", "F31.2")
async def test_people_see_what_is_known_of_them_and_say_how_they_are_reached(pillar: Learn) -> None:
    await civil_servant(pillar.context, "p-1", number="CS-1", organisation_id="tax", contact="old@people.example.org")
    async with pillar.browser(subject="amina", person_id="CS-1") as client:
        shown = await page(client, "/my/details")
        wrong = await send(client, shown, "/my/details", contact="nowhere", language="tlh")
        await send(client, shown, "/my/details", contact="new@people.example.org", language="sw")
    async with pillar.person("amina") as client:
        mine = (await client.get(f"{API}/me")).json()
        refused = await client.put(f"{API}/me", json={"contact": "no where", "language": "en"})
        emptied = (await client.put(f"{API}/me", json={"contact": "", "language": "en"})).json()
    async with pillar.context.database.reading() as tx:
        entries = [one for one in await audit.entries(tx, limit=50) if "described" in one.action]

    assert "Tax office" in shown
    assert wrong.status_code == 400
    assert (mine["contact"], mine["language"], mine["organisationId"]) == ("new@people.example.org", "sw", "tax")
    assert (refused.status_code, "contact" in emptied) == (400, False)
    assert len(entries) == 2

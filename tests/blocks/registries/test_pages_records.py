"""Records on pages: the grid, forms made of fields, changing in place, history, readings, links, endings."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from govstack.blocks.registries.admission.model import Record
from govstack.blocks.registries.design.model import Registry, ServiceKind
from govstack.blocks.registries.reading import service as reading
from govstack.blocks.registries.records import service as records
from govstack.blocks.registries.usage import service as usage
from govstack.kernel import clock
from tests.builders.registries import ANALYST, closed, field, granted, published
from tests.builders.registry_pages import ANALYSE, AUDIT, PERSON, desk, housed, peopled, visitor
from tests.builders.running import Bench
from tests.clocks import living_in
from tests.databases import Databases
from tests.page_lint import lint, lint_part

B = "/registry/people/records"
H = "/registry/houses/records"
HTMX = {"hx-request": "true"}


class Place:
    """The block running with people and houses, and an analyst at its pages."""

    def __init__(self, running: Bench, people: Registry, houses: Registry, uuids: list[str], house: str) -> None:
        self.running, self.people, self.houses, self.uuids, self.house = running, people, houses, uuids, house
        self.analyst = visitor(running, "ann-analyst", ANALYSE)

    async def record(self, registry: Registry, uuid: str) -> Record:
        """A record as an analyst sees it."""
        return await reading.read_record(self.running.context, by=ANALYST, registry=registry, uuid=uuid)

    async def names(self, address: str) -> list[str]:
        """The family names that the grid shows at an address."""
        await self.analyst.open(address)
        cells = re.findall(r"<bdi>(Anderson|حداد|ከተማ)</bdi>", self.analyst.page)
        return [{"ከተማ": "Ketema", "حداد": "Haddad"}.get(name, name) for name in cells]

    def input_of(self, registry: Registry, *path: str) -> str:
        """The name of a field's input."""
        return f"f{registry.by_path[path].number}"


@pytest.fixture
async def place(sqlite_databases: Databases) -> AsyncIterator[Place]:
    async with desk(sqlite_databases) as running:
        people, uuids = await peopled(running.context)
        houses, house = await housed(running.context, people)
        yield Place(running, people, houses, uuids, house)


@pytest.mark.requirement("DRS-21")
async def test_the_grid_shows_records_newest_first(place: Place) -> None:
    assert await place.names(B) == ["Haddad", "Anderson", "Ketema"]


@pytest.mark.requirement("DRS-23")
@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("number", ["Ketema", "Anderson", "Haddad"]),
        ("-%2FIncome", ["Ketema", "Anderson", "Haddad"]),
        ("%2FBirthDate", ["Ketema", "Anderson", "Haddad"]),
        ("-%2FBirthDate", ["Haddad", "Anderson", "Ketema"]),
        ("%2FNothing", ["Haddad", "Anderson", "Ketema"]),
    ],
)
async def test_the_grid_is_ordered_by_any_field(place: Place, sort: str, order: list[str]) -> None:
    assert await place.names(f"{B}?sort={sort}") == order


@pytest.mark.requirement("DRS-23", "X008")
@pytest.mark.parametrize(
    ("form", "found"),
    [
        ({"words": "anders"}, ["Anderson"]),
        ({"field": "/Region", "comparing": "is", "value": "north"}, ["Haddad", "Ketema"]),
        ({"field": "/Region", "comparing": "not", "value": "north"}, ["Anderson"]),
        ({"field": "/LastName", "comparing": "contains", "value": "DERS"}, ["Anderson"]),
        ({"field": "/LastName", "comparing": "starts", "value": "Anders"}, ["Anderson"]),
        ({"field": "/BirthDate", "comparing": "from", "value": "1990-01-01"}, ["Anderson"]),
        ({"field": "/BirthDate", "comparing": "to", "value": "1990-01-01"}, ["Ketema"]),
        ({"field": "/Income", "comparing": "empty"}, ["Anderson", "Ketema"]),
        ({"field": "/Income", "comparing": "filled"}, ["Haddad"]),
        ({"field": "/Note", "comparing": "is", "value": "quiet"}, ["Ketema"]),
    ],
)
async def test_records_are_found_without_their_values_in_the_address(
    place: Place, form: dict[str, str], found: list[str]
) -> None:
    await place.analyst.open(B)

    answer = await place.analyst.send(f"{B}/find", form)
    names = await place.names(answer.headers["location"])

    assert (answer.status_code, names) == (303, found)
    assert not any(value and value in answer.headers["location"] for value in (form.get("words"), form.get("value")))


@pytest.mark.requirement("DRS-23")
async def test_filters_add_up_and_each_can_be_taken_off(place: Place) -> None:
    await place.analyst.open(B)
    first = await place.analyst.send(f"{B}/find", field="/Region", comparing="is", value="north")
    await place.analyst.open(first.headers["location"])
    token = place.analyst.hidden("view")
    second = await place.analyst.send(f"{B}/find", view=token, field="/Income", comparing="filled")

    narrowed = await place.names(second.headers["location"])
    chips = re.findall(r'class="gs-chip" href="([^"]+)"', place.analyst.page)
    freed = await place.names(chips[0].replace("&amp;", "&"))

    assert (narrowed, len(chips), freed) == (["Haddad"], 2, ["Haddad"])


@pytest.mark.requirement("DRS-23")
@pytest.mark.parametrize(
    ("form", "place_of_error"),
    [
        ({"field": "/Income", "comparing": "is", "value": "much"}, "value"),
        ({"field": "/Income", "comparing": "starts", "value": "1"}, "comparing"),
        ({"field": "/Nothing", "comparing": "is", "value": "1"}, "field"),
        ({"field": "/Region", "comparing": "is", "value": ""}, "value"),
    ],
)
async def test_a_filter_that_does_not_fit_is_said_at_its_place(
    place: Place, form: dict[str, str], place_of_error: str
) -> None:
    await place.analyst.open(B)

    answer = await place.analyst.send(f"{B}/find", form)

    assert (answer.status_code, f'href="#{place_of_error}"' in answer.text) == (400, True)
    assert lint(answer.text) == []


async def test_a_view_of_somebody_else_shows_nothing_of_theirs(place: Place) -> None:
    await place.analyst.open(B)
    answer = await place.analyst.send(f"{B}/find", words="anders")
    other = visitor(place.running, "other-analyst", ANALYSE)

    await other.open(answer.headers["location"])

    assert ("“anders”" in other.page, "Showing 1 to 3 of 3" in other.page) == (False, True)


@pytest.mark.requirement("DRS-21")
async def test_the_columns_of_the_grid_are_chosen(place: Place) -> None:
    await place.analyst.open(f"{B}/columns")

    answer = await place.analyst.send(f"{B}/columns", {"columns": ["/Income", "/Note"], "view": ""})
    await place.analyst.open(answer.headers["location"])

    assert re.findall(r'href="\?[^"]*sort=([^"&]+)[^"]*">[^<]', place.analyst.page) or "Income" in place.analyst.page
    assert ("quiet" in place.analyst.page, "Anderson" in place.analyst.page) == (True, False)


@pytest.mark.requirement("DRS-4")
async def test_records_are_seen_through_an_older_version(place: Place) -> None:
    fields = [one for one in place.people.fields if one.name != "LastName"]
    await published(place.running.context, code="people", fields=fields)
    newest = await place.names(B)
    await place.analyst.open(f"{B}/columns")

    answer = await place.analyst.send(f"{B}/columns", {"version": "1.0", "view": ""})

    assert (newest, await place.names(answer.headers["location"])) == ([], ["Haddad", "Anderson", "Ketema"])


@pytest.mark.requirement("DRS-8", "DRS-21")
async def test_looking_at_the_grid_and_at_a_record_is_logged_for_the_person(place: Place) -> None:
    await place.analyst.open(B)
    await place.analyst.open(f"{B}/{place.uuids[0]}")

    found = await usage.who_read_my_data(place.running.context, by=ANALYST, person_identifier=PERSON)

    assert [(one.reader.id, one.operation) for one in found.entries[:2]] == [
        ("ann-analyst", "data-read"),
        ("ann-analyst", "data-list"),
    ]


@pytest.mark.requirement("DRS-6", "DRS-15", "DRS-17")
async def test_what_somebody_may_not_see_is_masked_encrypted_or_not_there(place: Place) -> None:
    fields = (field("Code"), field("Phone", blinded=True, mask="*##"), field("Secret", secret=True), field("Hidden"))
    registry = await published(place.running.context, code="phones", fields=fields)
    content = {"Code": "a1", "Phone": "5551234", "Secret": "sealed-value", "Hidden": "hidden-value"}
    await records.create(place.running.context, by=ANALYST, registry=registry, content=content)
    await closed(place.running.context, registry)
    shown = frozenset({"/Code", "/Phone", "/Secret"})
    await granted(place.running.context, registry, "role:clerk", ServiceKind.LIST, ServiceKind.READ, fields=shown)
    clerk = visitor(place.running, "cleo-clerk", roles=("clerk",))

    await clerk.open("/registry/phones/records")

    assert "a1" in clerk.page
    assert "*****34" in clerk.page
    assert "Encrypted" in clerk.page
    assert not any(text in clerk.page for text in ("5551234", "sealed-value", "hidden-value", "Hidden"))


@pytest.mark.requirement("DRS-21", "DRS-2")
async def test_a_record_leads_to_the_records_it_links_to_and_back(place: Place) -> None:
    await place.analyst.open(f"{H}/{place.house}")
    there = re.search(r'href="([^"]+/people/records/only[^"]+)"', place.analyst.page)
    assert there
    followed = await place.analyst.open(there[1].replace("&amp;", "&"))
    await place.analyst.open(followed.headers["location"])
    back = re.search(r'href="([^"]+/houses/records\?view=[^"]+)"', place.analyst.page)
    assert back
    await place.analyst.open(back[1].replace("&amp;", "&"))

    assert followed.headers["location"] == f"{B}/{place.uuids[0]}"
    assert "houses1" in place.analyst.page
    assert PERSON not in there[1] + back[1]


@pytest.mark.requirement("DRS-3", "DRS-22")
async def test_a_record_with_a_value_of_every_type_is_entered(place: Place) -> None:
    name = {one.name: f"f{one.number}" for one in place.houses.by_path.values()}
    form: dict[str, Any] = {
        name["Owner"]: PERSON, name["Floors"]: "3", name["Inhabited"]: "false", name["Opens"]: "09:15",
        f"{name['Built']}-day": "27", f"{name['Built']}-month": "3", f"{name['Built']}-year": "2007",
        f"{name['Inspected']}-day": "1", f"{name['Inspected']}-month": "2", f"{name['Inspected']}-year": "2026",
        f"{name['Inspected']}-time": "10:30", name["Use"]: "com", name["Colours"]: ["red", "blue"],
        f"{name['Plan']}-originalName": "plan.pdf", f"{name['Plan']}-url": "https://files.example/plan.pdf",
        f"{name['Plan']}-type": "application/pdf", name["Street"]: "High Street",
        f"{name['Rooms']}-count": "2", f"{name['Name']}-0": "Hall", f"{name['Area']}-0": "10,5",
        f"{name['Place']}-latitude": "-1.3", f"{name['Place']}-longitude": "36.8",
        name["Border"]: '{"type": "Point", "coordinates": [1, 2]}', name["More"]: '{"a": 1}', name["Words"]: "old\nnew",
    }  # fmt: skip
    form[f"{name['Area']}-0"] = "10.5"
    await place.analyst.open(f"{H}/new")

    answer = await place.analyst.send(f"{H}/new", form)

    made = await place.record(place.houses, answer.headers["location"].rpartition("/")[2])
    assert {key: value for key, value in made.content.items() if key != "Parcel"} == {
        "Owner": PERSON, "Floors": 3, "Inhabited": False, "Built": "2007-03-27", "Opens": "09:15",
        "Inspected": "2026-02-01T10:30:00Z", "Use": "com", "Colours": ["red", "blue"],
        "Plan": {"originalName": "plan.pdf", "type": "application/pdf", "url": "https://files.example/plan.pdf"},
        "Address": {"Street": "High Street"}, "Rooms": [{"Name": "Hall", "Area": 10.5}],
        "Place": {"type": "Point", "coordinates": [36.8, -1.3]}, "Border": {"type": "Point", "coordinates": [1, 2]},
        "More": {"a": 1}, "Words": ["old", "new"],
    }  # fmt: skip
    assert made.content["Parcel"] == "houses2"


@pytest.mark.requirement("DRS-3", "DRS-22")
async def test_a_moment_is_entered_and_changed_on_the_clocks_of_the_country(place: Place) -> None:
    name = next(f"f{one.number}" for one in place.houses.by_path.values() if one.name == "Inspected")
    owner = {one.name: f"f{one.number}" for one in place.houses.by_path.values()}
    form = {
        owner["Owner"]: PERSON, owner["Floors"]: "3", owner["Inhabited"]: "false", owner["Use"]: "com",
        f"{name}-day": "1", f"{name}-month": "2", f"{name}-year": "2026", f"{name}-time": "03:30",
    }  # fmt: skip
    with living_in("Asia/Kathmandu"):
        await place.analyst.open(f"{H}/new")
        asked = place.analyst.page
        answer = await place.analyst.send(f"{H}/new", form)
        number = answer.headers["location"].rpartition("/")[2]
        made = await place.record(place.houses, number)
        await place.analyst.open(f"{H}/{number}/change")
        again = place.analyst.page

    assert "time (Asia/Kathmandu)" in asked
    assert made.content["Inspected"] == "2026-01-31T21:45:00Z"
    assert 'value="03:30' in again


@pytest.mark.requirement("DRS-17", "DRS-22")
@pytest.mark.parametrize(
    ("name", "part", "value", "message"),
    [
        ("Floors", "", "", "Enter Floors"),
        ("Floors", "", "many", "Floors must be a number"),
        ("Floors", "", "2.5", "Floors must be a whole number"),
        ("Floors", "", "900", "Floors must be at most 200"),
        ("Built", "-day", "31", "Built must be a real date"),
        ("Opens", "", "noon", "Opens must be a time"),
        ("Use", "", "house", "Use must be one of"),
        ("Plan", "-url", "javascript:x", "Plan must be a file"),
        ("Place", "-latitude", "north", "Place must hold coordinates"),
        ("Border", "", "{", "Border must be JSON"),
        ("Town", "", "Hill", "Enter Street"),
        ("Owner", "", "nobody", "Owner names a record that does not exist"),
    ],
)
async def test_what_is_wrong_with_a_record_is_said_at_its_field(
    place: Place, name: str, part: str, value: str, message: str
) -> None:
    inputs = {one.name: f"f{one.number}" for one in place.houses.by_path.values()}
    await place.analyst.open(f"{H}/new")

    answer = await place.analyst.send(f"{H}/new", {inputs["Floors"]: "2", inputs[name] + part: value})

    assert answer.status_code == 400
    assert message in answer.text
    assert lint(answer.text) == []


@pytest.mark.requirement("DRS-17")
async def test_a_value_that_another_record_has_is_refused_at_its_field(place: Place) -> None:
    await place.analyst.open(f"{B}/new")

    answer = await place.analyst.send(f"{B}/new", {place.input_of(place.people, "ID"): PERSON})

    assert f'href="#{place.input_of(place.people, "ID")}">ID is taken by another record' in answer.text


async def test_a_grid_gets_a_further_row_before_anything_is_sent(place: Place) -> None:
    rooms, name = place.input_of(place.houses, "Rooms"), place.input_of(place.houses, "Rooms", "Name")
    await place.analyst.open(f"{H}/new")

    await place.analyst.send(f"{H}/new", {f"{rooms}-count": "1", f"{name}-0": "Hall", "step": f"row:{rooms}"})

    assert f'id="{name}-1"' in place.analyst.page
    assert 'value="Hall"' in place.analyst.page
    assert lint(place.analyst.page) == []


@pytest.mark.requirement("DRS-22")
async def test_a_record_is_changed_and_only_what_differs_is_written(place: Place) -> None:
    uuid = place.uuids[0]
    await place.analyst.open(f"{B}/{uuid}/change")
    form = shown_form(place.analyst.page)
    form[place.input_of(place.people, "LastName")] = "Ketema"

    answer = await place.analyst.send(f"{B}/{uuid}/change", form)
    await place.analyst.open(f"{B}/{uuid}/history")

    record = await place.record(place.people, uuid)
    assert (answer.status_code, record.content["LastName"], record.content["Note"]) == (303, "Ketema", "quiet")
    assert "entry 4 of the chain" in place.analyst.page
    rows = re.findall(r"<caption[^>]*>What changed in entry 4</caption>.*?</table>", place.analyst.page, re.DOTALL)
    assert ("LastName" in rows[0], "ከተማ" in rows[0], "First name" in rows[0]) == (True, True, False)


def shown_form(page: str) -> dict[str, Any]:
    """Return what a browser would send of the form on a page, as it stands."""
    form: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="([^"]+)"', tag)
        if not name or name[1] == "csrf_token":
            continue
        if kind and kind[1] in {"radio", "checkbox"} and " checked" not in tag:
            continue
        form[name[1]] = value[1] if value else ""
    for name, inside in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL):
        form[name] = inside.replace("&#34;", '"').strip()
    for name, inside in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)"[^>]* selected', inside)
        form[name] = chosen[1] if chosen else ""
    return form


@pytest.mark.requirement("DRS-22")
async def test_a_form_sent_as_it_stands_changes_nothing(place: Place) -> None:
    await place.analyst.open(f"{H}/{place.house}/change")
    before = await place.record(place.houses, place.house)

    form = shown_form(place.analyst.page)
    form[place.input_of(place.houses, "Colours")] = ["white", "red"]
    answer = await place.analyst.send(f"{H}/{place.house}/change", form)

    after = await place.record(place.houses, place.house)
    assert (answer.status_code, after.revision, after.content) == (303, before.revision, before.content)


@pytest.mark.requirement("DRS-22")
async def test_one_field_is_changed_alone_and_a_value_is_taken_away(place: Place) -> None:
    number = place.people.by_path["Region",].number
    await place.analyst.open(f"{B}/{place.uuids[0]}/change?field={number}")
    form = shown_form(place.analyst.page)

    await place.analyst.send(f"{B}/{place.uuids[0]}/change", {**form, f"f{number}": ""})

    content = (await place.record(place.people, place.uuids[0])).content
    assert ("Region" in content, content["Note"]) == (False, "quiet")


@pytest.mark.requirement("DRS-22")
async def test_a_record_that_changed_meanwhile_is_not_overwritten(place: Place) -> None:
    uuid = place.uuids[1]
    await place.analyst.open(f"{B}/{uuid}/change")
    form = {**shown_form(place.analyst.page), place.input_of(place.people, "LastName"): "Mine"}
    await records.update(
        place.running.context, by=ANALYST, registry=place.people, query={"LastName": "Anderson"},
        content={"LastName": "Theirs"},
    )  # fmt: skip

    answer = await place.analyst.send(f"{B}/{uuid}/change", form)

    assert answer.status_code == 400
    assert "The record has changed since you read it." in answer.text
    assert (await place.record(place.people, uuid)).content["LastName"] == "Theirs"


@pytest.mark.requirement("DRS-22")
async def test_a_row_of_the_grid_is_changed_in_its_place(place: Place) -> None:
    uuid = place.uuids[1]
    await place.analyst.open(B)
    opened = await place.analyst.client.get(f"http://govstack.test{B}/{uuid}/row?view=", headers=HTMX)
    place.analyst.page = opened.text
    form = {**shown_form(opened.text), "csrf_token": place.analyst.hidden("csrf_token")}
    form[place.input_of(place.people, "LastName")] = "Andersen"

    saved = await place.analyst.client.post(f"http://govstack.test{B}/{uuid}/row", data=form, headers=HTMX)

    record = await place.record(place.people, uuid)
    assert lint_part(f"<table><caption>x</caption>{opened.text}</table>") == []
    assert lint_part(f"<table><caption>x</caption>{saved.text}</table>") == []
    assert (record.content["LastName"], record.content["Region"]) == ("Andersen", "south")
    assert "<bdi>Andersen</bdi>" in saved.text


@pytest.mark.requirement("DRS-22")
async def test_a_row_with_a_value_that_does_not_fit_stays_open_and_says_why(place: Place) -> None:
    uuid = place.uuids[1]
    await place.analyst.open(B)
    opened = await place.analyst.client.get(f"http://govstack.test{B}/{uuid}/row?view=", headers=HTMX)
    place.analyst.page = opened.text
    form = {**shown_form(opened.text), "csrf_token": place.analyst.hidden("csrf_token")}
    form[place.input_of(place.people, "Income")] = "-5"

    saved = await place.analyst.client.post(f"http://govstack.test{B}/{uuid}/row", data=form, headers=HTMX)

    assert (saved.status_code, "Income must be at least 0" in saved.text) == (400, True)
    assert lint_part(f"<table><caption>x</caption>{saved.text}</table>") == []


async def test_without_scripts_a_row_is_changed_on_a_page_of_its_own(place: Place) -> None:
    answer = await place.analyst.open(f"{B}/{place.uuids[1]}/row")

    assert answer.headers["location"] == f"{B}/{place.uuids[1]}/change"


@pytest.mark.requirement("DRS-7")
async def test_the_history_is_checked_and_the_verdict_is_said_in_plain_words(place: Place) -> None:
    await place.analyst.open(f"{B}/{place.uuids[0]}/history")

    sound = await place.analyst.send(f"{B}/{place.uuids[0]}/history")
    async with place.running.context.database.transaction() as tx:
        text = '{"ID": "1"}'
        await tx.execute(f"UPDATE {place.people.record_table} SET content = :content WHERE number = 1", content=text)
    broken = await place.analyst.send(f"{B}/{place.uuids[0]}/history")

    assert "3 entries of the log and 3 records were checked." in sound.text
    assert "Nothing was inserted, removed or changed past the log." in sound.text
    assert "was changed behind the log" in broken.text
    assert lint(broken.text) == []


@pytest.mark.requirement("DRS-21", "DRS-8")
async def test_who_read_a_record_is_shown_to_analysts_alone(place: Place) -> None:
    await place.analyst.open(f"{B}/{place.uuids[0]}/readings")
    seen = place.analyst.page
    stranger = visitor(place.running, "somebody")

    answer = await stranger.open(f"{B}/{place.uuids[0]}/readings")

    assert ("Verify a candidate" in seen, answer.status_code) == (True, 403)


@pytest.mark.requirement("DRS-22", "DRS-X-7")
async def test_a_record_is_deleted_after_a_question_and_its_history_stays(place: Place) -> None:
    uuid = place.uuids[1]
    await place.analyst.open(f"{B}/{uuid}/delete")
    asked = place.analyst.page

    await place.analyst.send(f"{B}/{uuid}/delete")
    gone = await place.analyst.open(f"{B}/{uuid}")
    await place.analyst.open(f"{B}/{uuid}/history")

    assert "Its row stays stored with its history" in asked
    assert (gone.status_code, "Deleted" in place.analyst.page) == (404, True)


@pytest.mark.requirement("DRS-2")
async def test_a_record_that_others_link_to_is_not_deleted_and_the_page_says_why(place: Place) -> None:
    await place.analyst.open(f"{B}/{place.uuids[0]}/delete")

    answer = await place.analyst.send(f"{B}/{place.uuids[0]}/delete")

    assert answer.status_code == 409
    assert "Records of houses link to this one." in answer.text
    assert lint(answer.text) == []


@pytest.mark.requirement("DRS-5")
async def test_a_record_is_archived_found_among_the_archived_and_taken_back(place: Place) -> None:
    uuid = place.uuids[1]
    await place.analyst.open(f"{B}/{uuid}/archive")
    await place.analyst.send(f"{B}/{uuid}/archive")
    in_use = await place.names(B)
    other = re.search(r'href="([^"]+)">See archived records', place.analyst.page)
    assert other
    archived = await place.names(other[1].replace("&amp;", "&"))
    await place.analyst.open(f"{B}/{uuid}")
    kept = place.analyst.page
    await place.analyst.send(f"{B}/{uuid}/restore")

    assert (in_use, archived) == (["Haddad", "Ketema"], ["Anderson"])
    assert "This record was archived on" in kept
    assert await place.names(B) == ["Haddad", "Anderson", "Ketema"]


@pytest.mark.requirement("DRS-8")
async def test_an_auditor_reads_the_history_but_no_records(place: Place) -> None:
    await closed(place.running.context, place.people)
    auditor = visitor(place.running, "auditor", AUDIT)

    record = await auditor.open(f"{B}/{place.uuids[0]}")
    history = await auditor.open(f"{B}/{place.uuids[0]}/history")

    assert (record.status_code, history.status_code, "ከተማ" in auditor.page) == (403, 200, False)


async def test_pages_of_many_records_are_turned(place: Place) -> None:
    registry = await published(place.running.context, code="many", fields=(field("Code"),))
    entries = [{"Code": f"code-{number:03}"} for number in range(60)]
    with clock.fixed(clock.now()):
        await records.create_entries(place.running.context, by=ANALYST, registry=registry, entries=entries)

    await place.analyst.open("/registry/many/records?page=3&sort=number")

    assert "Showing 51 to 60 of 60" in place.analyst.page
    assert ("code-050" in place.analyst.page, "code-049" in place.analyst.page) == (True, False)

"""The designer of schemas on pages: registries, fields, links, rules that fill in, publishing, versions, services."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from govstack.blocks.registries.blueprints import service as blueprints
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.errors import UnknownRegistry
from govstack.blocks.registries.design.model import FieldType, Lifecycle, Registry, ServiceState
from govstack.blocks.registries.keys import service as keys
from govstack.blocks.registries.records import service as records
from tests.builders.registries import ADMINISTRATOR, ANALYST, definition, field, published
from tests.builders.registry_pages import ADMINISTER, Visitor, desk, visitor
from tests.builders.running import Bench
from tests.databases import Databases
from tests.page_lint import lint

B = "/registry/births"
DETAILS = {
    "name": "Register of births", "code": "births", "classification": "restricted", "storage": "document",
    "institution": "Ministry of Home Affairs", "retention_days": "3650", "stewards": "role:registrar",
}  # fmt: skip


@pytest.fixture
async def running(sqlite_databases: Databases) -> AsyncIterator[Bench]:
    async with desk(sqlite_databases) as bench:
        yield bench


@pytest.fixture
def analyst(running: Bench) -> Visitor:
    return visitor(running, "ann-analyst", ADMINISTER)


async def draft(running: Bench, code: str = "births") -> Registry:
    """The draft of a registry, or its newest version."""
    parts = await design.definition(running.context, by=ADMINISTRATOR, key=code)
    return parts[-1] if not parts[-1].version else parts[0]


async def made(running: Bench, *fields: Any, **rest: Any) -> Registry:
    """A published register of births."""
    given = fields or (field("Name", length_max=100), field("Weight", FieldType.NUMBER))
    return await published(running.context, code="births", fields=given, name="Register of births", **rest)


async def of(running: Bench, name: str) -> str:
    """The address of a field's page."""
    return f"{B}/fields/{(await draft(running)).by_path[name,].number}"


async def test_a_registry_is_created_with_its_details(running: Bench, analyst: Visitor) -> None:
    await analyst.open("/new/details")

    answer = await analyst.send("/new/details", DETAILS)

    found = await draft(running)
    assert (answer.status_code, answer.headers["location"]) == (303, "/registry/births/fields")
    assert (found.name, found.institution, found.retention_days, found.stewards, found.lifecycle) == (
        "Register of births", "Ministry of Home Affairs", 3650, ("role:registrar",), Lifecycle.DRAFT,
    )  # fmt: skip


@pytest.mark.requirement("DRS-1")
@pytest.mark.parametrize(
    ("change", "place", "message"),
    [
        ({"name": ""}, "name", "Enter the name of the registry"),
        ({"code": "1 birth"}, "code", "Enter a code of letters"),
        ({"code": "statistics"}, "code", "This code is an address of the platform"),
        ({"retention_days": "ten"}, "retention_days", "Enter a number of days"),
        ({"classification": ""}, "classification", "Choose who may know of it"),
        ({"stewards": "anybody"}, "stewards", "Write each as role:"),
        ({"stewards": "anyone"}, "stewards", "Stewards are role:"),
    ],
)
async def test_what_is_wrong_with_the_details_is_said_at_its_place(
    analyst: Visitor, change: dict[str, str], place: str, message: str
) -> None:
    await analyst.open("/new/details")

    answer = await analyst.send("/new/details", {**DETAILS, **change})

    assert answer.status_code == 400
    assert f'href="#{place}">{message}' in answer.text
    assert lint(answer.text) == []


@pytest.mark.requirement("DRS-1")
async def test_a_code_that_is_taken_is_refused_in_any_letter_case(running: Bench, analyst: Visitor) -> None:
    await made(running)
    await analyst.open("/new/details")

    answer = await analyst.send("/new/details", {**DETAILS, "code": "BIRTHS"})

    assert 'href="#code">Another registry has this code' in answer.text
    assert (await draft(running)).version == "1.0"


@pytest.mark.requirement("DRS-11")
@pytest.mark.parametrize(
    "document",
    [
        '{"name": "Births", "schema": {"type": "object", "properties": {"Name": {"type": "string"}}}}',
        "name: Births\nschema:\n  type: object\n  properties:\n    Name: {type: string}\n",
    ],
    ids=["json", "yaml"],
)
async def test_a_registry_starts_from_a_document(running: Bench, analyst: Visitor, document: str) -> None:
    await analyst.open("/new/import")

    answer = await analyst.send("/new/import", code="births", document=document)

    assert answer.status_code == 303
    assert ((await draft(running)).name, (await draft(running)).field_names) == ("Births", ("Name",))


async def test_a_registry_starts_from_an_uploaded_file(running: Bench, analyst: Visitor) -> None:
    await analyst.open("/new/import")
    token = re.search(r'csrf_token" value="([^"]+)"', analyst.page)
    assert token

    answer = await analyst.client.post(
        "http://govstack.test/new/import",
        data={"csrf_token": token[1], "code": "births"},
        files={"file": ("births.yaml", b"schema: {type: object, properties: {Name: {type: string}}}")},
    )

    assert (answer.status_code, (await draft(running)).field_names) == (303, ("Name",))


@pytest.mark.parametrize("document", ["", "{", "[1]", "schema: 3", "a: &a [1]\nb: *a\nschema: {}"])
async def test_a_document_that_is_none_is_refused(analyst: Visitor, document: str) -> None:
    await analyst.open("/new/import")

    answer = await analyst.send("/new/import", code="births", document=document)

    assert (answer.status_code, 'href="#document"' in answer.text, lint(answer.text)) == (400, True, [])


@pytest.mark.requirement("DRS-20")
async def test_a_definition_is_kept_as_a_template_and_starts_another(running: Bench, analyst: Visitor) -> None:
    await made(running)
    await analyst.open(f"{B}/template")
    await analyst.send(f"{B}/template", template="civil", title="Civil registry")
    await analyst.open("/new/template")

    answer = await analyst.send("/new/template", template="civil", code="deaths", name="Register of deaths")

    found = await draft(running, "deaths")
    assert (answer.status_code, found.name, found.field_names) == (303, "Register of deaths", ("Name", "Weight"))
    assert [one.version for one in await blueprints.templates(running.context, by=ADMINISTRATOR)] == [1]


@pytest.mark.requirement("DRS-10")
@pytest.mark.parametrize(("notation", "start"), [("json", "{"), ("yaml", "format: govstack-registry/1")])
async def test_a_version_is_exported(running: Bench, analyst: Visitor, notation: str, start: str) -> None:
    await made(running)

    answer = await analyst.open(f"{B}/export/1.0?format={notation}")

    assert answer.text.startswith(start)
    assert answer.headers["content-disposition"] == f'attachment; filename="births-1.0.{notation}"'


@pytest.mark.requirement("DRS-3")
@pytest.mark.parametrize("kind", list(FieldType))
async def test_a_field_of_every_type_is_added_and_shown(running: Bench, analyst: Visitor, kind: FieldType) -> None:
    await made(running)
    await analyst.open(f"{B}/fields/add")

    answer = await analyst.send(f"{B}/fields/add", name="NewOne", type=kind.value, required="yes", inside="0")
    await analyst.open(answer.headers["location"])

    one = (await draft(running)).by_path["NewOne",]
    assert (answer.status_code, one.type, one.required) == (303, kind, True)
    assert lint(analyst.page) == []
    assert ('name="catalogue"' in analyst.page) is (kind is FieldType.CATALOGUE)


@pytest.mark.parametrize(
    ("form", "place"),
    [
        ({"name": "", "type": "string"}, "name"),
        ({"name": "a/b", "type": "string"}, "name"),
        ({"name": "1 bad name", "type": "string"}, "name"),
        ({"name": "Two words", "type": "string"}, "name"),
        ({"name": "_hidden", "type": "string"}, "name"),
        ({"name": "N" * 129, "type": "string"}, "name"),
        ({"name": "Name", "type": "string"}, "name"),
        ({"name": "Other", "type": "poem"}, "type"),
    ],
)
async def test_a_field_without_name_or_type_is_refused(
    running: Bench, analyst: Visitor, form: dict[str, str], place: str
) -> None:
    await made(running)
    await analyst.open(f"{B}/fields/add")

    answer = await analyst.send(f"{B}/fields/add", {**form, "inside": "0"})

    assert (answer.status_code, f'href="#{place}"' in answer.text, lint(answer.text)) == (400, True, [])


async def test_fields_are_added_inside_a_group(running: Bench, analyst: Visitor) -> None:
    await made(running, field("Child", FieldType.GROUP, fields=(field("Name"),)))
    number = (await draft(running)).by_path["Child",].number
    await analyst.open(f"{B}/fields/add?inside={number}")

    await analyst.send(f"{B}/fields/add", name="Born", type="date", inside=str(number))

    assert (await draft(running)).by_path["Child", "Born"].type is FieldType.DATE


@pytest.mark.requirement("DRS-17")
async def test_the_rules_of_a_field_are_changed(running: Bench, analyst: Visitor) -> None:
    await made(running)
    name, weight = await of(running, "Name"), await of(running, "Weight")
    await analyst.open(f"{name}/rules")
    await analyst.send(
        f"{name}/rules",
        required="yes",
        unique="yes",
        length_max="40",
        pattern="[A-Z].*",
        choices="Ada\nBea",
        default="Ada",
    )
    await analyst.send(f"{weight}/rules", minimum="0,5", maximum="10")

    now = (await draft(running)).by_path
    one, other = now["Name",], now["Weight",]
    assert (one.required, one.unique, one.length_max, one.choices, one.default) == (
        True,
        True,
        40,
        ("Ada", "Bea"),
        "Ada",
    )
    assert (other.minimum, other.maximum) == (0.5, 10)


@pytest.mark.requirement("DRS-17")
@pytest.mark.parametrize(
    ("form", "place"),
    [
        ({"length_max": "many"}, "length_max"),
        ({"length_min": "9", "length_max": "3"}, "length_min"),
        ({"pattern": "(?=x)"}, "pattern"),
        ({"choices": "a\na"}, "choices"),
        ({"length_max": "5000", "indexed": "yes"}, "length_max"),
    ],
)
async def test_rules_that_do_not_fit_are_said_at_their_place(
    running: Bench, analyst: Visitor, form: dict[str, str], place: str
) -> None:
    await made(running)
    name = await of(running, "Name")
    await analyst.open(f"{name}/rules")

    answer = await analyst.send(f"{name}/rules", form)

    assert (answer.status_code, f'href="#{place}"' in answer.text, lint(answer.text)) == (400, True, [])


@pytest.mark.requirement("DRS-17")
@pytest.mark.parametrize("name", ["الاسم", "Größe", "नाम", "Boat-2", "naam_2"])
async def test_a_name_of_any_script_is_taken(running: Bench, analyst: Visitor, name: str) -> None:
    await made(running)
    await analyst.open(f"{B}/fields/add")

    answer = await analyst.send(f"{B}/fields/add", name=name, type="string", inside="0")

    assert (answer.status_code, (name,) in (await draft(running)).by_path) == (303, True)


@pytest.mark.requirement("DRS-17")
async def test_a_field_that_came_with_another_name_keeps_it(running: Bench, analyst: Visitor) -> None:
    await made(running, field("Given name"))
    place = await of(running, "Given name")
    await analyst.open(f"{place}/about")

    kept = await analyst.send(f"{place}/about", {"name": "Given name", "type": "string", "label-en": "Given name"})
    wrong = await analyst.send(f"{place}/about", {"name": "Given names", "type": "string"})

    assert (kept.status_code, wrong.status_code) == (303, 400)


@pytest.mark.requirement("DRS-17")
@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ("KE = Kenya\nUganda", "“Uganda”: write a code, an equals sign and a label, such as KE = Kenya"),
        ("KE =", "“KE =”: write a code, an equals sign and a label"),
        ("KE = Kenya\nKE = Kenia", "The code KE stands twice"),
        ("", "A catalogue needs at least one entry: a code and the label that people see."),
    ],
)
async def test_the_entries_of_a_catalogue_are_checked_where_they_are_written(
    running: Bench, analyst: Visitor, entries: str, said: str
) -> None:
    await made(running, field("Country", FieldType.CATALOGUE, catalogue={"KE": "Kenya"}))
    place = await of(running, "Country")
    await analyst.open(f"{place}/rules")

    answer = await analyst.send(f"{place}/rules", catalogue=entries)

    assert (answer.status_code, lint(answer.text)) == (400, [])
    assert f'<a href="#catalogue">{said}' in answer.text


@pytest.mark.requirement("DRS-13", "DRS-14", "DRS-15", "DRS-17")
async def test_a_field_is_protected(running: Bench, analyst: Visitor) -> None:
    await made(running)
    name = await of(running, "Name")
    await analyst.open(f"{name}/protection")

    await analyst.send(f"{name}/protection", personal="yes", blinded="yes", mask="*##")

    one = (await draft(running)).by_path["Name",]
    assert (one.personal, one.blinded, one.mask, one.secret) == (True, True, "*##", False)


@pytest.mark.requirement("DRS-14", "DRS-15")
async def test_an_identifier_cannot_be_encrypted(running: Bench, analyst: Visitor) -> None:
    await made(running)
    name = await of(running, "Name")
    await analyst.open(f"{name}/protection")

    answer = await analyst.send(f"{name}/protection", person_identifier="yes", secret="yes")

    assert 'href="#secret">A secret field is encrypted' in answer.text


async def test_labels_description_and_example_are_kept_and_shown_in_their_language(
    running: Bench, analyst: Visitor
) -> None:
    await made(running)
    name = await of(running, "Name")
    await analyst.open(f"{name}/about")
    form = {"name": "Name", "type": "string", "description": "Of the child", "label-ar": "الاسم", "example": "Ada"}

    await analyst.send(f"{name}/about", form)
    await analyst.open(f"{name}?lang=ar")

    one = (await draft(running)).by_path["Name",]
    assert (one.description, one.example, dict(one.labels)) == ("Of the child", "Ada", {"ar": "الاسم"})
    assert "الاسم</h1>" in analyst.page

    assert "<h1" in analyst.page
    assert "الاسم</h1>" in analyst.page


async def test_a_field_that_gets_another_type_loses_the_rules_that_do_not_fit(running: Bench, analyst: Visitor) -> None:
    await made(running, field("Name", length_max=40, indexed=True), field("Other"))
    name = await of(running, "Name")
    await analyst.open(f"{name}/about")

    await analyst.send(f"{name}/about", {"name": "Name", "type": "integer"})

    one = (await draft(running)).by_path["Name",]
    assert (one.type, one.length_max, one.indexed) == (FieldType.INTEGER, None, True)


async def test_a_renamed_field_keeps_its_place_and_the_page_follows(running: Bench, analyst: Visitor) -> None:
    await made(running)
    name = await of(running, "Name")
    await analyst.open(f"{name}/about")

    answer = await analyst.send(f"{name}/about", {"name": "FullName", "type": "string"})
    followed = await analyst.open(answer.headers["location"])

    assert (followed.status_code, (await draft(running)).field_names) == (200, ("FullName", "Weight"))


async def test_fields_are_put_in_another_order(running: Bench, analyst: Visitor) -> None:
    await made(running)
    now = (await draft(running)).by_path
    await analyst.open(f"{B}/fields/order")
    form = {f"place-{now['Name',].number}": "20", f"place-{now['Weight',].number}": "10", "inside": "0"}

    await analyst.send(f"{B}/fields/order", form)
    wrong = await analyst.send(f"{B}/fields/order", {**form, f"place-{now['Name',].number}": "first"})

    assert (await draft(running)).field_names == ("Weight", "Name")
    assert (wrong.status_code, lint(wrong.text)) == (400, [])


async def test_a_field_is_removed_after_a_question(running: Bench, analyst: Visitor) -> None:
    await made(running)
    name = await of(running, "Name")
    await analyst.open(f"{name}/remove")
    asked = analyst.page

    await analyst.send(f"{name}/remove")

    assert "those who use the field will miss it" in asked
    assert (await draft(running)).field_names == ("Weight",)


@pytest.mark.requirement("DRS-2")
async def test_a_field_is_linked_to_another_registry_and_unlinked(running: Bench, analyst: Visitor) -> None:
    people = await published(running.context, code="people", fields=(field("ID", unique=True, length_max=40),))
    await made(running)
    name, target = await of(running, "Name"), str(people.by_path["ID",].number)
    await analyst.open(f"{name}/links/add?registry={people.id}")
    form = {"registry": str(people.id), "field": target, "kind": "foreign-key", "on_delete": "restrict"}

    await analyst.send(f"{name}/links/add", form)
    await analyst.open(name)
    linked = analyst.page
    link = (await draft(running)).by_path["Name",].links[0]
    await analyst.send(f"{name}/links/0/remove")

    assert (link.registry_id, link.field_number) == (people.id, people.by_path["ID",].number)
    assert "people › ID" in linked
    assert (await draft(running)).by_path["Name",].links == ()


@pytest.mark.requirement("DRS-2")
async def test_a_strict_link_needs_a_unique_field(running: Bench, analyst: Visitor) -> None:
    people = await published(running.context, code="people", fields=(field("ID"),))
    await made(running)
    name = await of(running, "Name")
    await analyst.open(f"{name}/links/add?registry={people.id}")
    number = str(people.by_path["ID",].number)

    answer = await analyst.send(
        f"{name}/links/add", registry=str(people.id), field=number, kind="foreign-key", on_delete="restrict"
    )

    assert 'href="#field">A strict link needs a field' in answer.text


@pytest.mark.requirement("DRS-17")
async def test_a_rule_that_fills_a_field_in_is_added_changed_and_removed(running: Bench, analyst: Visitor) -> None:
    await made(running)
    name = await of(running, "Name")
    weight = str((await draft(running)).by_path["Weight",].number)
    await analyst.open(f"{name}/triggers/new")
    form = {"when-0": weight, "logic-0": ">", "value-0": "5", "act-0": "set-value", "target-0": "0", "text-0": "heavy"}

    await analyst.send(f"{name}/triggers/new", form)
    await analyst.open(name)
    said = analyst.page
    await analyst.send(f"{name}/triggers/1", {**form, "text-0": "big"})
    changed = (await draft(running)).by_path["Name",].triggers
    await analyst.send(f"{name}/triggers/1", step="remove")

    assert "When Weight is more than “5”: set it to “heavy”." in said
    assert changed[0].actions[0].value == "big"
    assert (await draft(running)).by_path["Name",].triggers == ()


async def test_a_rule_that_does_nothing_is_refused(running: Bench, analyst: Visitor) -> None:
    await made(running)
    name = await of(running, "Name")
    await analyst.open(f"{name}/triggers/new")

    answer = await analyst.send(f"{name}/triggers/new", {"when-0": ""})

    assert 'href="#act-0">Choose at least one thing to do' in answer.text


@pytest.mark.requirement("DRS-17")
async def test_numbers_unique_combinations_and_search_are_part_of_the_draft(running: Bench, analyst: Visitor) -> None:
    await made(running)
    await analyst.open(f"{B}/numbering")
    form = {"number_format": "B{year}-{indexNoByCode:6}", "uniques": "Name, Weight", "full_text": "/Name"}

    await analyst.send(f"{B}/numbering", form)
    wrong = await analyst.send(f"{B}/numbering", {**form, "number_format": "{nothing}", "uniques": "Colour"})

    now = await draft(running)
    assert (now.number_format, now.uniques, [tag.path for tag in now.tags]) == (
        "B{year}-{indexNoByCode:6}", (("Name", "Weight"),), ["/Name"],
    )  # fmt: skip
    assert ('href="#number_format"' in wrong.text, 'href="#uniques"' in wrong.text) == (True, True)


@pytest.mark.requirement("DRS-4")
@pytest.mark.parametrize(("classification", "open_to_all"), [("restricted", True), ("confidential", False)])
async def test_publishing_says_when_everybody_signed_in_may_read(
    running: Bench, analyst: Visitor, classification: str, *, open_to_all: bool
) -> None:
    await analyst.open("/new/details")
    await analyst.send("/new/details", {**DETAILS, "classification": classification})
    given = definition("births", [field("Name", length_max=100)])
    await design.upsert_definition(running.context, by=ADMINISTRATOR, definition=given)

    await analyst.open(f"{B}/publish")

    assert ("everybody who is signed in may read its records" in analyst.page) is open_to_all


@pytest.mark.requirement("DRS-4")
async def test_publishing_what_breaks_callers_says_so_and_asks_first(running: Bench, analyst: Visitor) -> None:
    await made(running)
    name = await of(running, "Name")
    await analyst.open(f"{name}/remove")
    await analyst.send(f"{name}/remove")
    await analyst.open(f"{B}/publish")
    asked = analyst.page

    refused = await analyst.send(f"{B}/publish")
    done = await analyst.send(f"{B}/publish", accept="yes")

    assert "1 change breaks systems that use version 1.0." in asked
    assert "Who sends it is ignored, who reads it no longer finds it." in asked
    assert (refused.status_code, 'href="#accept"' in refused.text, lint(refused.text)) == (400, True, [])
    assert (done.status_code, done.headers["location"]) == (303, f"{B}/versions/2.0")


@pytest.mark.requirement("DRS-4")
async def test_what_breaks_and_what_does_not_is_told_in_plain_words(running: Bench, analyst: Visitor) -> None:
    before = (
        field("Type"), field("Limit", length_max=40), field("Duty"), field("Gone"), field("Choice", choices=("a", "b")),
        field("Many"), field("Key"), field("Held"),
    )  # fmt: skip
    after = (
        field("Type", FieldType.INTEGER), field("Limit", length_max=20), field("Duty", required=True),
        field("Choice", choices=("a",)), field("Many", multiple=True), field("Key", unique=True, length_max=40),
        field("Held", personal=True), field("Fresh"),
    )  # fmt: skip
    await made(running, *before)
    given = await draft(running)
    await design.upsert_definition(running.context, by=ADMINISTRATOR, definition=_definition(given.code, after))

    await analyst.open(f"{B}/publish")

    for sentence in (
        "changes from Text to Whole number.", "changes its longest length from 40 to 20.", "is now required.",
        "is gone.", "no longer takes some values.", "now holds several values.", "must now be unique.",
        "is now marked as personal.", "is new.",
    ):  # fmt: skip
        assert sentence in analyst.page
    assert lint(analyst.page) == []


def _definition(code: str, fields: Any) -> Any:
    from tests.builders.registries import definition

    return definition(code, fields)


@pytest.mark.requirement("DRS-4")
async def test_what_stands_in_the_way_of_publishing_is_listed_with_where_to_mend_it(
    running: Bench, analyst: Visitor
) -> None:
    await design.upsert_definition(
        running.context, by=ADMINISTRATOR,
        definition=_definition("births", (field("Child", FieldType.GROUP, declared="poem"), field("Name"))),
    )  # fmt: skip

    await analyst.open(f"{B}/publish")

    assert "Mend this first" in analyst.page
    assert "is not a type" in analyst.page
    assert '<form method="post" action="/registry/births/publish"' not in analyst.page


@pytest.mark.requirement("DRS-4")
async def test_records_that_stand_against_the_draft_are_named(running: Bench, analyst: Visitor) -> None:
    registry = await made(running)
    for _ in range(2):
        await records.create(running.context, by=ANALYST, registry=registry, content={"Name": "Ada"})
    name = await of(running, "Name")
    await analyst.open(f"{name}/rules")
    await analyst.send(f"{name}/rules", unique="yes", length_max="100")

    answer = await analyst.send(f"{B}/publish", accept="yes")

    assert "records share a value that must be unique." in answer.text
    assert (answer.status_code, lint(answer.text)) == (400, [])


@pytest.mark.requirement("DRS-4", "DRS-16")
async def test_a_version_shows_its_schema_and_how_it_differs_from_the_one_before(
    running: Bench, analyst: Visitor
) -> None:
    await made(running)
    await analyst.open(f"{B}/fields/add")
    await analyst.send(f"{B}/fields/add", name="Born", type="date", inside="0")
    await analyst.send(f"{B}/publish")

    await analyst.open(f"{B}/versions/1.1")

    assert "What else is different from version 1.0" in analyst.page
    assert "Who does not know it can go on as before." in analyst.page


@pytest.mark.requirement("DRS-4")
async def test_a_version_is_archived_taken_back_and_deleted(running: Bench, analyst: Visitor) -> None:
    await made(running)
    states = []
    for act in ("archive", "restore"):
        await analyst.open(f"{B}/versions/1.0/{act}")
        await analyst.send(f"{B}/versions/1.0/{act}")
        states.append((await draft(running)).lifecycle)
    await analyst.open(f"{B}/versions/1.0/delete")
    await analyst.send(f"{B}/versions/1.0/delete")

    assert states == [Lifecycle.ARCHIVED, Lifecycle.PUBLISHED]
    assert (await draft(running)).version == ""


@pytest.mark.requirement("DRS-1")
async def test_a_registry_is_deleted_only_when_its_code_is_repeated(running: Bench, analyst: Visitor) -> None:
    await made(running)
    await analyst.open(f"{B}/delete")

    slip = await analyst.send(f"{B}/delete", repeat="birth")
    await analyst.send(f"{B}/delete", repeat="births")

    assert (slip.status_code, 'href="#repeat"' in slip.text) == (400, True)
    with pytest.raises(UnknownRegistry):
        await draft(running)


@pytest.mark.requirement("DRS-18")
async def test_the_key_is_set_and_never_shown(running: Bench, analyst: Visitor) -> None:
    registry = await made(running, field("Note", secret=True))
    await analyst.open(f"{B}/key")

    short = await analyst.send(f"{B}/key", key="short", again="short")
    other = await analyst.send(f"{B}/key", key="a-very-long-key-1", again="a-very-long-key-2")
    done = await analyst.send(f"{B}/key", key="a-very-long-key-1", again="a-very-long-key-1")
    await analyst.open(f"{B}/key")

    assert ('href="#key">A key has 12 to' in short.text, 'href="#again"' in other.text) == (True, True)
    assert (done.status_code, await keys.fits(running.context, registry.id, "a-very-long-key-1")) == (303, True)
    assert "a-very-long-key-1" not in analyst.page + other.text


@pytest.mark.requirement("DRS-5")
async def test_a_service_is_switched_off_and_the_grid_says_so(running: Bench, analyst: Visitor) -> None:
    await made(running)
    await analyst.open(f"{B}/services/1.0/data-list")

    await analyst.send(f"{B}/services/1.0/data-list", state="disabled")
    await visitor_of_records(running, analyst)

    found = {one.name: one.state for one in (await draft(running)).service_list}
    assert found["data-list"] is ServiceState.DISABLED
    assert "The service “List” is switched off" in analyst.page


async def visitor_of_records(running: Bench, analyst: Visitor) -> None:
    """Open the grid as an analyst would."""
    other = visitor(running, "ann-analyst", ADMINISTER, "registries:analyse")
    await other.open(f"{B}/records")
    analyst.page = other.page


@pytest.mark.requirement("DRS-5")
async def test_a_service_is_copied_and_narrowed(running: Bench, analyst: Visitor) -> None:
    await made(running)
    await analyst.open(f"{B}/services/1.0/data-list/copy")
    wrong = await analyst.send(f"{B}/services/1.0/data-list/copy", name="Not a name")

    copied = await analyst.send(f"{B}/services/1.0/data-list/copy", name="heavy-ones")
    await analyst.open(copied.headers["location"])
    form = {
        "title": "Heavy children", "kind": "data-list", "scope": "some", "fields": ["/Weight"], "masks": "",
        "field-0": "/Weight", "operator-0": "gt", "value-0": "4.5", "join": "all",
    }  # fmt: skip
    done = await analyst.send(f"{B}/services/1.0/heavy-ones/change", form)
    await analyst.open(done.headers["location"])

    one = next(one for one in (await draft(running)).service_list if one.custom)
    assert (wrong.status_code, 'href="#name"' in wrong.text) == (400, True)
    assert (one.title, one.fields) == ("Heavy children", ("Weight",))
    assert "Weight is more than 4.5" in analyst.page


@pytest.mark.requirement("DRS-5")
@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"name": "Not a name"}, "name"),
        ({"kind": "data-delete"}, "kind"),
        ({"scope": "some"}, "fields"),
        ({"masks": "Colour = *"}, "masks"),
        ({"field-0": "/Weight", "operator-0": "gt", "value-0": "heavy"}, "value-0"),
        ({"field-0": "/Weight", "operator-0": "prefix", "value-0": "1"}, "operator-0"),
        ({"condition": "{"}, "condition"),
        ({"consent_purpose": "no / id"}, "consent_purpose"),
    ],
)
async def test_a_service_of_ones_own_that_does_not_fit_is_refused(
    running: Bench, analyst: Visitor, change: dict[str, Any], place: str
) -> None:
    await made(running)
    await analyst.open(f"{B}/new-service/1.0")

    answer = await analyst.send(f"{B}/new-service/1.0", {"name": "mine", "kind": "data-list", "scope": "all", **change})

    assert (answer.status_code, f'href="#{place}"' in answer.text, lint(answer.text)) == (400, True, [])


@pytest.mark.requirement("DRS-6")
async def test_an_auditor_may_look_at_the_schema_but_not_change_it(running: Bench) -> None:
    await made(running)
    auditor = visitor(running, "auditor", "registries:audit")
    await auditor.open(f"{B}/fields")
    seen = auditor.page

    answers = [
        (await auditor.send(path, {"inside": "0"})).status_code
        for path in (f"{B}/fields/add", f"{B}/publish", f"{B}/details", f"{B}/archive", f"{B}/key", "/new/details")
    ]

    assert ("Weight" in seen, "Add a field" in seen, set(answers)) == (True, False, {403})

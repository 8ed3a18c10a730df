"""The published notation of schemas, read tolerantly and written so that it reads back the same."""

from __future__ import annotations

import string
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govstack.blocks.registries.fields.model import (
    DeleteRule,
    Field,
    FieldType,
    Link,
    LinkKind,
    Trigger,
    TriggerAction,
    TriggerCondition,
    walk,
)
from govstack.blocks.registries.notation.model import NotationError, Schema, example_of, read_schema, write_schema

PUBLISHED_SAMPLE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "ID": {
            "type": "string", "primaryKey": True, "readOnly": True, "description": "Registration ID",
            "example": "MCTS31", "id": 1,
            "triggers": [{
                "conditions": [{"logic": "==", "value": "", "gate": "&&"}],
                "actions": [{"type": "set-value", "value": "MCTS{indexNoByCode}", "field_id": 1}],
            }],
        },
        "child": {
            "type": "string",
            "properties": {"id": {"type": "string", "description": "Child ID", "example": "ID2", "id": 13}},
        },
    },
    "incrementIndex": 20,
    "required": ["ID"],
}  # fmt: skip


def read(**properties: Any) -> tuple[Field, ...]:
    """The fields of a schema with these properties."""
    return read_schema({"properties": properties}).fields


def test_the_published_sample_is_understood() -> None:
    schema = read_schema(PUBLISHED_SAMPLE)

    key, child = schema.fields
    assert (key.number, key.primary_key, key.read_only, key.required, key.example) == (1, True, True, True, "MCTS31")
    assert key.triggers == (
        Trigger(
            (TriggerCondition("==", "", "&&"),), (TriggerAction("set-value", "MCTS{indexNoByCode}", 1),)
        ),
    )  # fmt: skip
    assert (child.type, child.fields[0].name, child.fields[0].number) == (FieldType.GROUP, "id", 13)


def test_a_field_without_a_number_gets_one_above_the_counter() -> None:
    schema = read_schema(PUBLISHED_SAMPLE)

    assert (schema.fields[1].number, schema.increment_index) == (21, 21)


@pytest.mark.parametrize("key", ["incrementIndex", "$incrementIndex"])
def test_the_counter_is_read_in_both_spellings(key: str) -> None:
    assert read_schema({"properties": {"A": {}}, key: 40}).fields[0].number == 41


@pytest.mark.parametrize("key", ["id", "$id"])
def test_a_field_number_is_read_in_both_spellings(key: str) -> None:
    assert read(A={"type": "string", key: 7})[0].number == 7


def test_a_number_that_two_fields_ask_for_goes_to_the_first() -> None:
    fields = read(A={"id": 3}, B={"id": 3})

    assert [one.number for one in fields] == [3, 4]


def test_a_known_field_keeps_its_number_whatever_it_asks_for() -> None:
    fields = read_schema({"properties": {"A": {"id": 9}, "B": {"id": 1}}}, known={("A",): 1}).fields

    assert fields[0].number == 1
    assert fields[1].number not in {1, 9}


@pytest.mark.requirement("DR-D21")
@pytest.mark.parametrize("word", ["some object", "some string", " some string"])
def test_a_type_that_is_none_is_kept_as_it_was_sent(word: str) -> None:
    schema = read_schema({"type": "some object", "properties": {"ID": {"type": word}}})

    assert write_schema(schema)["properties"]["ID"]["type"] == word  # type: ignore[index]


@pytest.mark.requirement("DRS-3")
@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        ({"type": "string"}, FieldType.TEXT),
        ({"type": "number"}, FieldType.NUMBER),
        ({"type": "integer"}, FieldType.INTEGER),
        ({"type": "boolean"}, FieldType.BOOLEAN),
        ({"type": "string", "format": "date"}, FieldType.DATE),
        ({"type": "date"}, FieldType.DATE),
        ({"type": "string", "format": "time"}, FieldType.TIME),
        ({"type": "string", "format": "date-time"}, FieldType.DATETIME),
        ({"type": "file"}, FieldType.FILE),
        ({"type": "object"}, FieldType.JSON),
        ({"type": "json"}, FieldType.JSON),
        ({"type": "array", "items": {"properties": {"a": {}}}}, FieldType.LIST),
        ({"type": "catalogue", "catalogue": {"f": "Female"}}, FieldType.CATALOGUE),
        ({"type": "geopoint"}, FieldType.GEOPOINT),
        ({"type": "geoshape"}, FieldType.GEOSHAPE),
        ({"properties": {"a": {}}}, FieldType.GROUP),
    ],
)
def test_every_type_of_field_has_a_spelling(shape: dict[str, Any], kind: FieldType) -> None:
    assert read(A=shape)[0].type is kind


def test_an_array_of_plain_values_is_a_field_with_several_values() -> None:
    one = read(A={"type": "array", "items": {"type": "integer"}})[0]

    assert (one.type, one.multiple) == (FieldType.INTEGER, True)


def test_foreign_keys_are_read_with_database_and_field_ids() -> None:
    one = read(A={"foreignKeys": [{"databaseKey": "8438778473", "values": [{"fieldKey": 3}]}]})[0]

    assert one.links == (Link(8438778473, 3, LinkKind.STRICT, DeleteRule.RESTRICT),)


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": []},
        {"properties": {"A": "string"}},
        {"properties": {"A": {"properties": {"B": 1}}}},
        {"properties": {f"f{number}": {} for number in range(1_001)}},
    ],
)
def test_what_is_no_schema_at_all_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(NotationError):
        read_schema(schema)


def test_fields_nested_without_end_are_refused() -> None:
    schema: dict[str, Any] = {}
    for _ in range(50):
        schema = {"properties": {"A": schema}}

    with pytest.raises(NotationError):
        read_schema(schema)


fifty = settings(max_examples=50)
names = st.text(string.ascii_letters + "äß .'中:", min_size=1, max_size=8).filter(lambda name: name.strip() == name)
texts = st.text("aä {}:é", max_size=5)
links = st.builds(
    Link, st.integers(1, 2**62), st.integers(0, 99), st.sampled_from(LinkKind), st.sampled_from(DeleteRule)
)
conditions = st.builds(TriggerCondition, texts, texts, texts, st.integers(0, 50))
triggers = st.builds(
    Trigger, st.lists(conditions, max_size=2).map(tuple),
    st.lists(st.builds(TriggerAction, texts, texts, st.integers(0, 50)), max_size=2).map(tuple),
)  # fmt: skip


def plain_field(name: str) -> st.SearchStrategy[Field]:
    """A field of any type that has no fields of its own."""
    kinds = [kind for kind in FieldType if kind not in {FieldType.GROUP, FieldType.LIST}]
    flags = {
        flag: st.booleans()
        for flag in (
            "required", "unique", "indexed", "primary_key", "read_only", "immutable", "secret", "personal",
            "person_identifier", "multiple", "blinded",
        )
    }  # fmt: skip
    return st.builds(
        Field, st.just(name), st.just(0), st.sampled_from(kinds), **flags, mask=texts, pattern=texts, description=texts,
        identifier_kind=texts, minimum=st.none() | st.integers(-9, 9), maximum=st.none() | st.floats(-9, 9),
        length_min=st.none() | st.integers(0, 9), length_max=st.none() | st.integers(0, 9),
        choices=st.lists(texts, max_size=3).map(tuple), catalogue=st.dictionaries(texts, texts, max_size=2),
        file_types=st.lists(texts, max_size=2).map(tuple), labels=st.dictionaries(texts, texts, max_size=2),
        default=st.none() | texts, example=st.none() | st.integers(), links=st.lists(links, max_size=2).map(tuple),
        triggers=st.lists(triggers, max_size=2).map(tuple),
    )  # fmt: skip


@st.composite
def schemas(draw: st.DrawFn, depth: int = 2) -> tuple[Field, ...]:
    """Fields of any kind, with groups and grids."""
    found = []
    for name in draw(st.lists(names, min_size=1, max_size=3, unique=True)):
        if depth and draw(st.booleans()):
            kind = draw(st.sampled_from([FieldType.GROUP, FieldType.LIST]))
            found.append(Field(name, 0, kind, fields=draw(schemas(depth - 1)), required=draw(st.booleans())))
        else:
            found.append(draw(plain_field(name)))
    return tuple(found)


@pytest.mark.requirement("DRS-10", "DRS-11")
@fifty
@given(schemas())
def test_what_is_written_reads_back_the_same(fields: tuple[Field, ...]) -> None:
    numbered = read_schema(write_schema(Schema(fields)))

    again = read_schema(write_schema(numbered))

    assert again == numbered
    assert len({one.number for _, one in walk(again.fields)}) == len(list(walk(again.fields)))


@fifty
@given(schemas())
def test_every_field_has_an_example(fields: tuple[Field, ...]) -> None:
    assert all(example_of(one) is not None for _, one in walk(fields))


WORDS = (
    "type", "properties", "items", "id", "triggers", "conditions", "actions", "foreignKeys", "values", "enum",
    "catalogue", "labels", "required", "format", "x",
)  # fmt: skip
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=20,
)


@fifty
@given(anything)
def test_no_input_breaks_the_reader(value: object) -> None:
    with suppress(NotationError):
        read_schema({"properties": {"A": value}, "required": value, "incrementIndex": value})

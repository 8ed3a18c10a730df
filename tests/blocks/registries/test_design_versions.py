"""Versions compared, and records seen and changed under another version than the one that wrote them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govstack.blocks.registries.fields.model import Field, FieldType
from govstack.blocks.registries.rules.model import problems, with_index_limits
from govstack.blocks.registries.versions.model import compare, fields_between, seen_through, written_over

pytestmark = pytest.mark.requirement("DRS-4")
A = Field("A", 1)


@pytest.mark.parametrize(
    ("old", "new", "kind", "breaking"),
    [
        ({}, {"type": FieldType.NUMBER}, "type-changed", True),
        ({"type": FieldType.INTEGER}, {"type": FieldType.NUMBER}, "type-widened", False),
        ({"type": FieldType.NUMBER}, {"type": FieldType.INTEGER}, "type-changed", True),
        ({"type": FieldType.DATE}, {"type": FieldType.TEXT}, "type-widened", False),
        ({}, {"required": True}, "made-required", True),
        ({"default": "x"}, {"required": True, "default": "x"}, "made-required", False),
        ({"required": True}, {}, "made-optional", False),
        ({}, {"unique": True}, "made-unique", True),
        ({"unique": True}, {}, "no-longer-unique", False),
        ({}, {"length_max": 5}, "limit-tightened", True),
        ({"length_max": 5}, {"length_max": 9}, "limit-loosened", False),
        ({"minimum": 5}, {"minimum": 4}, "limit-loosened", False),
        ({"minimum": 5}, {"minimum": 6}, "limit-tightened", True),
        ({}, {"pattern": "x"}, "pattern-changed", True),
        ({}, {"choices": ("a",)}, "choices-limited", True),
        ({"choices": ("a", "b")}, {"choices": ("a",)}, "choice-removed", True),
        ({"choices": ("a",)}, {"choices": ("a", "b")}, "choice-added", False),
        ({}, {"multiple": True}, "number-of-values-changed", True),
        ({}, {"read_only": True}, "made-read-only", True),
        ({}, {"secret": True}, "secret-changed", False),
        ({}, {"blinded": True}, "blinded-changed", True),
        ({}, {"person_identifier": True}, "person-identifier-changed", True),
        ({}, {"description": "x"}, "description-changed", False),
        ({}, {"indexed": True}, "description-changed", False),
        ({"file_types": ("a", "b")}, {"file_types": ("a",)}, "file-types-narrowed", True),
    ],
)
def test_each_difference_is_classed(old: dict[str, Any], new: dict[str, Any], kind: str, breaking: bool) -> None:
    (change,) = compare([replace(A, **old)], [replace(A, **new)])

    assert (change.kind, change.breaking) == (kind, breaking)


def test_a_warning_is_a_sentence_that_names_the_field() -> None:
    group = Field("Child", 1, FieldType.GROUP, fields=(Field("Birth date", 2),))

    (change,) = compare([group], [replace(group, fields=())])

    assert change.text == "Child.Birth date is gone: callers that send or read it will miss it."


def test_a_removed_group_is_told_once() -> None:
    group = Field("Child", 1, FieldType.GROUP, fields=(Field("ID", 2),))

    assert [change.path for change in compare([A, group], [A])] == ["/Child"]


def test_a_new_field_breaks_only_when_it_must_be_sent() -> None:
    changes = compare([A], [A, Field("B", 2), Field("C", 3, required=True), Field("D", 4, required=True, default=1)])

    assert [(change.path, change.breaking) for change in changes] == [("/B", False), ("/C", True), ("/D", False)]


def test_unique_combinations_are_compared() -> None:
    changes = compare([A], [A], old_uniques=[("A", "B")], new_uniques=[("A", "C")])

    assert [(change.kind, change.breaking) for change in changes] == [
        ("made-unique", True),
        ("no-longer-unique", False),
    ]


def test_versions_without_a_difference_have_no_changes() -> None:
    assert compare([A], [A]) == ()


def test_a_record_is_seen_without_fields_the_version_does_not_know() -> None:
    assert seen_through({"A": "1", "B": "2"}, [A]) == {"A": "1"}


def test_a_missing_field_is_seen_with_its_default() -> None:
    assert seen_through({}, [A, Field("B", 2, default="north")]) == {"B": "north"}


@pytest.mark.parametrize(
    ("stored", "kind", "seen"),
    [
        (5, FieldType.TEXT, "5"), (True, FieldType.TEXT, "true"), ("5", FieldType.INTEGER, 5),
        ("5.5", FieldType.NUMBER, 5.5), ("5.5", FieldType.INTEGER, None), ("x", FieldType.NUMBER, None),
        (5.0, FieldType.INTEGER, 5), ("true", FieldType.BOOLEAN, True), (1, FieldType.BOOLEAN, None),
        ("inf", FieldType.NUMBER, None), ("2026-01-01", FieldType.DATE, "2026-01-01"),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_converted_or_left_out(stored: object, kind: FieldType, seen: object) -> None:
    assert seen_through({"A": stored}, [replace(A, type=kind)]).get("A") == seen


def test_one_value_is_seen_as_several_and_back() -> None:
    assert seen_through({"A": "x"}, [replace(A, multiple=True)]) == {"A": ["x"]}
    assert seen_through({"A": ["x"]}, [A]) == {"A": "x"}
    assert seen_through({"A": ["x", "y"]}, [A]) == {}


def test_writing_under_an_older_version_keeps_what_it_does_not_know() -> None:
    old = [Field("Child", 1, FieldType.GROUP, fields=(Field("ID", 2),))]

    stored = written_over({"Child": {"ID": "1", "Age": 3}, "New": "n"}, {"Child": {"ID": "2"}}, old)

    assert stored == {"Child": {"ID": "2", "Age": 3}, "New": "n"}


def test_what_two_versions_do_not_share_is_told() -> None:
    assert fields_between([A, Field("B", 2)], [A, Field("C", 3)]) == (frozenset({("C",)}), frozenset({("B",)}))


stored_values = st.text() | st.integers() | st.booleans() | st.lists(st.text(), max_size=3)


@given(st.dictionaries(st.sampled_from("ABC"), stored_values),
       st.lists(st.sampled_from(FieldType), min_size=3, max_size=3))  # fmt: skip
def test_any_stored_record_is_readable_under_any_version(content: dict[str, object], kinds: list[FieldType]) -> None:
    fields = [Field(name, number, kind) for number, (name, kind) in enumerate(zip("ABC", kinds, strict=True), 1)]

    assert set(seen_through(content, fields)) <= set(content)


def wrong(*fields: Field, uniques: tuple[tuple[str, ...], ...] = (), number_format: str = "{code}") -> dict[str, str]:
    """What stands in the way of publishing these fields."""
    return problems(fields, uniques=uniques, number_format=number_format, registry_id=1, lookup={}.get)


@pytest.mark.requirement("DRS-3", "DRS-17")
@pytest.mark.parametrize(
    "rules",
    [
        {"declared": " some string"},
        {"name": 'quoted"'}, {"name": "sla/sh"}, {"name": ""}, {"name": " A"}, {"name": "$id"}, {"name": "nul\x00"},
        {"name": "back\\slash"}, {"name": "x" * 129},
        {"minimum": 2, "maximum": 1, "type": FieldType.NUMBER}, {"minimum": 1}, {"length_min": 3, "length_max": 2},
        {"length_max": 3, "type": FieldType.NUMBER}, {"pattern": "("}, {"pattern": "(?=look)"}, {"pattern": "x" * 501},
        {"choices": ("a", "a")}, {"choices": ("a",), "type": FieldType.NUMBER}, {"type": FieldType.CATALOGUE},
        {"secret": True, "unique": True}, {"secret": True, "person_identifier": True},
        {"unique": True, "multiple": True},
        {"indexed": True, "type": FieldType.FILE}, {"indexed": True, "length_max": 601},
        {"type": FieldType.GROUP}, {"fields": (Field("B", 2),)}, {"person_identifier": True, "type": FieldType.NUMBER},
    ],
)  # fmt: skip
def test_a_field_whose_rules_do_not_fit_is_not_published(rules: dict[str, Any]) -> None:
    assert wrong(replace(A, **rules)) != {}


@pytest.mark.parametrize("name", ["First name", "naam.eesti", "Größe", "年龄", "it's", "50%", "a:b", "{x}", "--", "é?"])
def test_names_of_any_script_with_blanks_and_dots_are_published(name: str) -> None:
    assert wrong(replace(A, name=name)) == {}


def test_a_registry_has_one_key_one_person_and_fields() -> None:
    assert wrong() != {}
    assert wrong(replace(A, primary_key=True), Field("B", 2, primary_key=True)) != {}
    assert wrong(replace(A, person_identifier=True), Field("B", 2, person_identifier=True)) != {}
    assert wrong(A, uniques=(("A", "Nothing"),)) != {}
    assert wrong(A, number_format="{nothing}") != {}
    assert wrong(Field("L", 1, FieldType.LIST, fields=(Field("B", 2, unique=True),))) != {}


def test_indexed_text_gets_a_limit_that_an_index_can_hold() -> None:
    fields = with_index_limits((replace(A, indexed=True), Field("B", 2), Field("C", 3)), (("B", "C"),))

    assert [one.length_max for one in fields] == [600, 300, 300]

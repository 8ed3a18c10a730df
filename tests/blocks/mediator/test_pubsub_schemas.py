"""Schemas of event types: which are usable, what a misfit is told, and that neither can cost too much."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govstack.blocks.mediator.rooms.errors import PayloadInvalid, SchemaRefused
from govstack.blocks.mediator.rooms.model import DEPTH_MAX, SCHEMA_BYTES_MAX, PayloadSchema, embedded
from tests.builders.pubsub import SCHEMA

DRAFT_7 = "http://json-schema.org/draft-07/schema#"
DRAFT_2020 = "https://json-schema.org/draft/2020-12/schema"
SECONDS_MAX = 2.0


def schema(value: Any) -> PayloadSchema:
    """Return a schema ready to check with."""
    return PayloadSchema(msgspec.json.encode(value))


def refused(value: Any, payload: Any) -> PayloadInvalid | None:
    """Return what a payload is refused with."""
    try:
        schema(value).check(payload)
    except PayloadInvalid as problem:
        return problem
    return None


def nested(depth: int, inside: Any = 1) -> Any:
    """Return an object so many levels deep."""
    for _ in range(depth):
        inside = {"x": inside}
    return inside


@pytest.mark.requirement("I15", "I17")
@pytest.mark.parametrize(
    ("payload", "where"),
    [
        ({}, "event"),
        ({"number": "one"}, "event/number"),
        ({"number": 1, "details": {}}, "event/details"),
        ({"number": 1, "details": {"weight": "light"}}, "event/details/weight"),
        ({"number": 1, "at": "yesterday"}, "event/at"),
    ],
)
def test_a_misfit_is_told_where_it_does_not_fit(payload: Any, where: str) -> None:
    problem = refused(SCHEMA, payload)

    assert problem is not None
    assert list(problem.fields) == [where]
    assert problem.detail.startswith(f"{where}: ")


def test_a_misfit_does_not_repeat_the_value() -> None:
    problem = refused(SCHEMA, {"number": "Amina Kone"})

    assert problem is not None
    assert "Amina" not in str(problem.fields) + problem.detail


@pytest.mark.parametrize("payload", [[], 1, "text", None, True])
def test_an_event_is_an_object(payload: Any) -> None:
    assert refused({}, payload) is not None


@pytest.mark.parametrize(
    ("draft", "fits", "misfits"),
    [
        ({"$schema": DRAFT_7, "properties": {"a": {"items": [{"type": "string"}]}}}, {"a": ["x"]}, {"a": [1]}),
        ({"$schema": DRAFT_2020, "properties": {"a": {"prefixItems": [{"type": "string"}]}}}, {"a": ["x"]}, {"a": [1]}),
        ({"properties": {"a": {"prefixItems": [{"type": "string"}]}}}, {"a": ["x"]}, {"a": [1]}),
        ({"$schema": DRAFT_7, "dependencies": {"a": ["b"]}}, {"a": 1, "b": 1}, {"a": 1}),
        ({"$schema": DRAFT_2020, "dependentRequired": {"a": ["b"]}}, {"a": 1, "b": 1}, {"a": 1}),
    ],
)
def test_both_drafts_are_understood(draft: Any, fits: Any, misfits: Any) -> None:
    assert refused(draft, fits) is None
    assert refused(draft, misfits) is not None


@pytest.mark.parametrize(
    "value",
    [
        {"$schema": "http://json-schema.org/draft-04/schema#"},
        {"$schema": "https://gov.test/own"},
        {"type": "objekt"},
        {"required": "name"},
        {"pattern": "(open"},
        {"pattern": "(?=ahead)"},
        {"pattern": "(a|b){1000}{1000}{1000}"},
        {"$ref": "http://gov.test/person.json"},
        {"$ref": "person.json"},
        {"$ref": "#/$defs/missing"},
        {"$ref": "#/properties", "properties": {"a": {}}},
        {"$ref": 1},
        {"properties": {"a": {"$ref": DRAFT_7}}},
        {"$dynamicRef": "#node"},
        {"$recursiveRef": "#"},
        {"$defs": {"a": {"$id": "https://gov.test/other", "type": "string"}}},
        {"$ref": "#"},
        {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}},
        nested(DEPTH_MAX + 2, {}),
        [],
        True,
    ],
)
def test_an_unusable_schema_is_refused(value: Any) -> None:
    with pytest.raises(SchemaRefused):
        schema(value)


@pytest.mark.parametrize("text", ["", "{", "nonsense", '{"type": "object"', "\ud800".encode("utf-8", "surrogatepass")])
def test_what_is_not_json_is_no_schema(text: str | bytes) -> None:
    with pytest.raises(SchemaRefused):
        PayloadSchema(text)


def test_a_schema_that_is_too_large_is_refused() -> None:
    with pytest.raises(SchemaRefused, match=str(SCHEMA_BYTES_MAX)):
        schema({"description": "x" * SCHEMA_BYTES_MAX})


def test_properties_may_be_named_like_keywords() -> None:
    value = {"properties": {"$ref": {"type": "integer"}, "$id": {"type": "string"}, "items": {"type": "boolean"}}}

    assert refused(value, {"$ref": 1, "$id": "x", "items": True}) is None
    assert refused(value, {"$ref": "http://gov.test"}) is not None


def test_a_schema_may_describe_a_tree() -> None:
    tree = {"properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#"}}}}

    assert refused(tree, {"name": "a", "children": [{"name": "b"}, {"children": [{"name": "c"}]}]}) is None
    assert refused(tree, {"children": [{"children": [{"name": 1}]}]}) is not None


def test_a_payload_that_is_nested_too_deep_is_refused() -> None:
    assert refused({}, nested(DEPTH_MAX)) is None
    assert refused({}, nested(DEPTH_MAX + 1, {})) is not None


def doubling(levels: int) -> Any:
    """Return a schema whose references double at each level."""
    parts = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}, {"$ref": f"#/$defs/d{n + 1}"}]} for n in range(levels)}
    return {"$ref": "#/$defs/d0", "$defs": {**parts, f"d{levels}": {"type": "integer"}}}


@pytest.mark.parametrize(
    "value",
    [
        doubling(40),
        {"allOf": [{"properties": {"x": {"$ref": "#"}}}, {"properties": {"x": {"$ref": "#"}}}]},
        {"oneOf": [{"properties": {"x": {"$ref": "#"}}}, {"properties": {"x": {"$ref": "#"}}, "required": ["y"]}]},
        {"properties": {"a": {"$ref": "#"}, "b": {"$ref": "#"}}},
        {"$ref": "#/$defs/d0", "$defs": {f"d{n}": {"$ref": f"#/$defs/d{n + 1}"} for n in range(2_000)} | {"d2000": {}}},
    ],
    ids=["doubling", "allOf", "oneOf", "binary tree", "long chain"],
)
def test_a_schema_that_could_cost_too_much_is_refused_at_once(value: Any) -> None:
    started = time.monotonic()
    with pytest.raises(SchemaRefused):
        schema(value)

    assert time.monotonic() - started < SECONDS_MAX


def test_the_costliest_schema_that_is_accepted_is_checked_quickly() -> None:
    costly = schema(doubling(11))
    started = time.monotonic()
    with pytest.raises(PayloadInvalid):
        costly.check({"x": nested(DEPTH_MAX - 2)})

    assert time.monotonic() - started < SECONDS_MAX


def test_a_schema_stands_in_a_larger_document_with_its_references() -> None:
    own = {"a/b": {"$anchor": "named"}, "c": {"$ref": "#named"}, "d": {"$ref": "#"}}
    text = msgspec.json.encode({"$id": "https://gov.test/x", "$ref": "#/$defs/a~1b", "$defs": own}).decode()

    found: Any = embedded(text, "#/place")

    assert found["$ref"] == "#/place/$defs/a~1b"
    assert (found["$defs"]["c"]["$ref"], found["$defs"]["d"]["$ref"]) == ("#/place/$defs/a~1b", "#/place")
    assert "$id" not in found


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)
KEYWORDS = st.sampled_from(
    ["$ref", "$id", "$anchor", "type", "properties", "items", "allOf", "not", "$defs", "enum", "pattern", "required"]
)


@given(st.dictionaries(KEYWORDS, JSON, max_size=4), JSON)
def test_no_schema_and_no_payload_does_more_than_be_refused(value: dict[str, Any], payload: Any) -> None:
    try:
        made = schema(value)
    except SchemaRefused:
        return
    with suppress(PayloadInvalid):
        made.check(payload)
    assert embedded(msgspec.json.encode(value).decode(), "#/place") is not None

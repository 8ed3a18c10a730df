"""Conditions on records mean the same in SQL on both databases and in Python."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govstack.blocks.registries.conditions.model import (
    ALWAYS,
    NEVER,
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    ConditionError,
    Operator,
    bind,
    check,
    every,
    holds,
    paths,
    read,
    some,
    sql,
    write,
)
from govstack.blocks.registries.fields.model import FieldType, Path
from tests.databases import Databases

pytestmark = pytest.mark.requirement("DRS-6")
KINDS: dict[Path, FieldType] = {
    ("Name",): FieldType.TEXT,
    ("Grö ße.it's",): FieldType.TEXT,
    ("Number",): FieldType.NUMBER,
    ("Whole",): FieldType.INTEGER,
    ("Flag",): FieldType.BOOLEAN,
    ("Born",): FieldType.DATE,
    ("Child", "Name"): FieldType.TEXT,
}
TABLE = "CREATE TABLE place (id BIGINT PRIMARY KEY, content {} NOT NULL)"
ROUNDS = 40
RECORDS_A_ROUND = 25

letters = st.text(st.sampled_from("aAbBäzZ中'\\%_ 0\U0001f600"), max_size=4)
dates = st.sampled_from(["2026-01-01", "2026-01-02", "1999-12-31", ""])
numbers = st.integers(-5, 5) | st.sampled_from([0.5, -0.0, 1e16, 0.1, 2.0, 1e-7]) | st.integers(-(2**53), 2**53)
values: dict[FieldType, st.SearchStrategy[Any]] = {
    FieldType.TEXT: letters, FieldType.NUMBER: numbers, FieldType.INTEGER: st.integers(-3, 3),
    FieldType.BOOLEAN: st.booleans(), FieldType.DATE: dates,
}  # fmt: skip
# What may lie in a record where a version changed the type of a field.
strays = st.none() | st.integers(-3, 3) | letters


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    """A comparison of any field with any value, also of a type that does not fit."""
    path = draw(st.sampled_from([*KINDS, ("Nothing",)]))
    kind = KINDS.get(path, FieldType.TEXT)
    fitting = values[kind] if draw(st.integers(0, 9)) else st.one_of(*values.values())
    operator = draw(st.sampled_from(Operator))
    if operator is Operator.EXISTS:
        return Comparison(path, operator)
    if operator is Operator.IN:
        return Comparison(path, operator, tuple(draw(st.lists(fitting, min_size=1, max_size=3))))
    return Comparison(path, operator, draw(fitting))


conditions: st.SearchStrategy[Condition] = st.recursive(
    comparisons(),
    lambda inner: st.lists(inner, max_size=3).map(tuple).map(AllOf) | st.lists(inner, max_size=3).map(tuple).map(AnyOf),
    max_leaves=6,
)


@st.composite
def contents(draw: st.DrawFn) -> dict[str, Any]:
    """A record, some of whose fields are missing, null or of another type."""
    content: dict[str, Any] = {}
    for path, kind in KINDS.items():
        fate = draw(st.integers(0, 9))
        if fate == 0:
            continue
        stray = strays.filter(lambda value: not isinstance(value, str)) if kind is FieldType.BOOLEAN else strays
        value = draw(stray if fate == 1 else values[kind])
        if len(path) == 2:
            content[path[0]] = draw(st.none() | st.just({path[1]: value}) | st.just("plain"))
        else:
            content[path[0]] = value
    return content


async def test_a_condition_means_the_same_in_sql_and_in_python(databases: Databases) -> None:
    database = await databases.migrated()
    async with database.transaction() as tx:
        await tx.execute(TABLE.format("TEXT" if tx.dialect == "sqlite" else "JSONB"))
    batches: list[tuple[list[dict[str, Any]], list[Condition]]] = []

    @settings(max_examples=ROUNDS, database=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(contents(), min_size=RECORDS_A_ROUND, max_size=RECORDS_A_ROUND),
        st.lists(conditions, min_size=8, max_size=8),
    )
    def gather(records: list[dict[str, Any]], asked: list[Condition]) -> None:
        batches.append((records, asked))

    await asyncio.to_thread(gather)
    for records, asked in batches:
        async with database.transaction() as tx:
            await tx.execute("DELETE FROM place")
            for number, record in enumerate(records):
                text = msgspec.json.encode(record).decode()
                await tx.execute("INSERT INTO place (id, content) VALUES (:id, :content)", id=number, content=text)
            for condition in asked:
                where, parameters = sql(condition, KINDS, tx.dialect)
                rows = await tx.fetch(f"SELECT id FROM place WHERE {where} ORDER BY id", **parameters)
                expected = [number for number, one in enumerate(records) if holds(condition, one, KINDS)]
                assert [row["id"] for row in rows] == expected, (condition, where)


@given(conditions)
def test_a_condition_is_written_and_read_back(condition: Condition) -> None:
    def written(part: Condition) -> bool:
        return isinstance(part, Comparison) or (bool(part.parts) and all(map(written, part.parts)))

    if written(condition):
        assert read(write(condition)) == condition


@pytest.mark.parametrize(
    "value",
    [
        None, [], {}, {"all": []}, {"all": {}}, {"all": [{}]}, {"any": [], "all": []},
        {"field": "A", "operator": "drop"},
        {"field": 1, "value": 1}, {"field": "A", "value": None}, {"field": "A", "value": {"$ne": 1}},
        {"field": "A", "value": "nul\x00"}, {"field": "A", "value": 2**64}, {"field": "A", "value": float("nan")},
        {"field": "A", "operator": "in", "value": []}, {"field": "A", "operator": "in", "value": "x"},
        {"field": "A", "operator": "in", "attribute": "x"}, {"field": "A", "value": "x" * 1_001},
        {"all": [{"field": "A", "value": 1}] * 101},
    ],
)  # fmt: skip
def test_what_is_no_condition_is_refused(value: object) -> None:
    with pytest.raises(ConditionError):
        read(value)


def test_conditions_nested_without_end_are_refused() -> None:
    value: dict[str, Any] = {"field": "A", "value": 1}
    for _ in range(20):
        value = {"all": [value]}

    with pytest.raises(ConditionError):
        read(value)


@pytest.mark.parametrize(
    "comparison",
    [
        Comparison(("Nothing",), Operator.EQ, "x"), Comparison(("Number",), Operator.EQ, "5"),
        Comparison(("Number",), Operator.PREFIX, 5), Comparison(("Flag",), Operator.LT, True),
        Comparison(("Name",), Operator.EQ, 5), Comparison(("Flag",), Operator.EQ, 1),
    ],
)  # fmt: skip
def test_a_condition_that_does_not_fit_the_fields_is_refused(comparison: Comparison) -> None:
    with pytest.raises(ConditionError):
        check(comparison, KINDS)


def test_attributes_of_the_actor_are_put_in_as_their_field_needs_them() -> None:
    asked = AllOf(
        (Comparison(("Name",), Operator.EQ, attribute="region"), Comparison(("Whole",), Operator.LE, attribute="level"))
    )

    bound = bind(asked, {"region": "north", "level": "3"}, KINDS)

    assert bound == AllOf((Comparison(("Name",), Operator.EQ, "north"), Comparison(("Whole",), Operator.LE, 3)))


@pytest.mark.parametrize(
    "attributes", [{}, {"level": ""}, {"level": "three"}, {"level": "1e999"}, {"level": "nul\x00"}]
)
def test_an_attribute_that_is_missing_or_unfit_admits_nothing(attributes: dict[str, str]) -> None:
    assert bind(Comparison(("Whole",), Operator.LE, attribute="level"), attributes, KINDS) == NEVER


def test_an_unbound_condition_admits_nothing() -> None:
    unbound = Comparison(("Name",), Operator.EQ, attribute="region")

    assert not holds(unbound, {"Name": ""}, KINDS)
    assert sql(unbound, KINDS, "sqlite") == ("1 = 0", {})


def test_joined_conditions_are_as_small_as_they_can_be() -> None:
    one, other = Comparison(("Name",), Operator.EQ, "a"), Comparison(("Name",), Operator.EQ, "b")

    assert (every(ALWAYS, one), every(one, NEVER), every()) == (one, NEVER, ALWAYS)
    assert (some(NEVER, one), some(one, ALWAYS), some(), some(one, one)) == (one, ALWAYS, NEVER, one)
    assert paths(AnyOf((one, AllOf((other,))))) == {("Name",)}


def test_parameters_carry_their_prefix_so_that_two_conditions_fit_one_statement() -> None:
    text, parameters = sql(Comparison(("Name",), Operator.EQ, "a"), KINDS, "postgres", column="r.content", prefix="x")

    assert (":x0" in text, "r.content" in text, parameters) == (True, True, {"x0": "a"})

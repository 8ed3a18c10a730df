"""Triggers that fill and form values."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from govstack.blocks.registries.fields.model import Field, FieldType, Trigger, TriggerAction, TriggerCondition
from govstack.blocks.registries.notation.model import Schema, read_schema, write_schema
from govstack.blocks.registries.triggers.model import Numbering, apply, problems, wants_index

pytestmark = pytest.mark.requirement("DRS-17")
NUMBERING = Numbering("MCTS", 31, datetime(2026, 3, 9, tzinfo=UTC))


def act(kind: str, value: str = "", number: int = 0) -> Trigger:
    """A trigger that always acts."""
    return Trigger((), (TriggerAction(kind, value, number),))


def when(*conditions: TriggerCondition, value: str = "yes", number: int = 0) -> Trigger:
    """A trigger that sets a value when its conditions hold."""
    return Trigger(conditions, (TriggerAction("set-value", value, number),))


def run(content: dict[str, Any], *fields: Field) -> dict[str, object]:
    """The content after the triggers of these fields."""
    return apply(read_schema(write_schema(Schema(fields))).fields, content, NUMBERING)


def test_the_published_trigger_makes_an_id_when_there_is_none() -> None:
    key = Field("ID", 1, triggers=(when(TriggerCondition("==", ""), value="{code}{indexNoByCode}", number=1),))

    assert run({}, key) == {"ID": "MCTS31"}
    assert run({"ID": "MCTS7"}, key) == {"ID": "MCTS7"}


def test_an_index_number_is_taken_only_when_a_trigger_uses_it() -> None:
    key = (Field("ID", 1, triggers=(when(TriggerCondition("==", ""), value="{indexNoByCode:6}"),)),)

    assert wants_index(key, {}, NUMBERING)
    assert not wants_index(key, {"ID": "x"}, NUMBERING)
    assert apply(key, {}, NUMBERING) == {"ID": "000031"}


def test_a_read_only_key_without_a_trigger_gets_the_number_format() -> None:
    assert run({}, Field("ID", 1, primary_key=True, read_only=True)) == {"ID": "MCTS31"}


@pytest.mark.parametrize(
    ("kind", "value", "before", "after"),
    [
        ("upper-case", "", "straße", "STRASSE"),
        ("lower-case", "", "ÄB", "äb"),
        ("prefix", "EE-", "12", "EE-12"),
        ("prefix", "EE-", "EE-12", "EE-12"),
        ("suffix", "/{year}", "12", "12/2026"),
        ("set-value", "{day}.{month}.{year}", "x", "09.03.2026"),
    ],
)
def test_actions_form_text(kind: str, value: str, before: str, after: str) -> None:
    assert run({"A": before}, Field("A", 1, triggers=(act(kind, value),))) == {"A": after}


@pytest.mark.parametrize("kind", ["upper-case", "lower-case", "prefix", "suffix"])
def test_text_actions_leave_missing_values_missing(kind: str) -> None:
    assert run({}, Field("A", 1, triggers=(act(kind, "x"),))) == {}


def test_merge_joins_other_fields_and_closes_gaps() -> None:
    whole = Field("Whole", 3, triggers=(act("merge", "{First name} {Middle} {Last.name}"),))

    merged = run({"First name": "Ada", "Last.name": "Byron"}, Field("First name", 1), Field("Last.name", 2),
                 Field("Middle", 4), whole)  # fmt: skip

    assert merged["Whole"] == "Ada Byron"


@pytest.mark.parametrize(
    ("logic", "value", "stored", "met"),
    [
        ("==", "5", 5, True), ("==", "5.0", 5, True), ("!=", "5", 6, True), ("<", "10", 9, True), (">", "10", 9, False),
        ("<", "10", None, True),
    ],
)  # fmt: skip
def test_numbers_are_compared_as_numbers(logic: str, value: str, stored: float | None, met: bool) -> None:
    number = Field("N", 1, FieldType.NUMBER)
    flag = Field("Flag", 2, triggers=(when(TriggerCondition(logic, value, "&&", 1)),))

    assert (run({"N": stored} if stored is not None else {}, number, flag).get("Flag") == "yes") is met


def test_gates_join_conditions_from_left_to_right() -> None:
    one, two, three = (TriggerCondition("==", "1", gate, number) for gate, number in (("&&", 1), ("||", 2), ("&&", 3)))
    fields = (Field("A", 1), Field("B", 2), Field("C", 3), Field("Flag", 4, triggers=(when(one, two, three),)))

    assert run({"A": "0", "B": "1", "C": "1"}, *fields)["Flag"] == "yes"
    assert "Flag" not in run({"A": "1", "B": "1", "C": "0"}, *fields)


def test_a_trigger_sets_another_field_also_inside_a_group() -> None:
    group = Field("Child", 5, FieldType.GROUP, fields=(Field("ID", 13),))

    assert run({}, Field("A", 1, triggers=(act("set-value", "x", 13),)), group) == {"Child": {"ID": "x"}}


def test_a_value_is_set_in_the_type_of_its_field() -> None:
    made = run({}, Field("N", 1, FieldType.INTEGER, triggers=(act("set-value", "{indexNoByCode}"),)),
               Field("B", 2, FieldType.BOOLEAN, triggers=(act("set-value", "true"),)))  # fmt: skip

    assert made == {"N": 31, "B": True}


def test_the_content_given_is_not_changed() -> None:
    content = {"Child": {"ID": "a"}}
    group = Field("Child", 5, FieldType.GROUP, fields=(Field("ID", 13, triggers=(act("upper-case"),)),))

    assert run(content, group) == {"Child": {"ID": "A"}}
    assert content == {"Child": {"ID": "a"}}


@pytest.mark.parametrize(
    "trigger",
    [
        Trigger((), ()),
        act("run-script", "import os"),
        act("set-value", "{unknown}"),
        act("set-value", "x", 99),
        act("set-value", "{indexNoByCode:99}"),
        act("set-value", "x" * 501),
        when(TriggerCondition("=~", "x")),
        when(TriggerCondition("==", "x", "xor")),
    ],
)
def test_a_trigger_outside_the_fixed_language_is_refused(trigger: Trigger) -> None:
    assert problems((Field("A", 1, triggers=(trigger,)),)) != {}


def test_a_template_never_looks_into_an_inserted_value() -> None:
    made = run({"B": "{code}"}, Field("A", 1, triggers=(act("set-value", "{B}"),)), Field("B", 2))

    assert made["A"] == "{code}"

"""Mappings of fields: one to one, one to many, many to one, through a closed list of conversions (DRS-19)."""

from __future__ import annotations

from typing import Any

import pytest

from govstack.blocks.registries.mappings.model import MappingError, Unconverted, applied, read, write

pytestmark = pytest.mark.requirement("DRS-19")
RECORD: dict[str, Any] = {
    "First": "Ada", "Last": "Byron", "Born": "1815-12-10", "Sex": "f", "Income": "1.250,50", "Names": "Ada; Byron ;",
    "Age": 36, "Alive": False, "Address": {"Street": "12 Main Street", "Town": "Hill"}, "Tags": ["a", "b"],
    "At": "2027-03-01T12:00:00Z", "Word": "yes",
}  # fmt: skip
TABLE = {"f": "female", "m": "male"}


@pytest.mark.parametrize(
    ("rule", "made"),
    [
        ({"from": "First", "to": "Name"}, {"Name": "Ada"}),
        ({"from": "/Address/Town", "to": "/Place/City"}, {"Place": {"City": "Hill"}}),
        ({"from": "First", "to": ["A", "B"]}, {"A": "Ada", "B": "Ada"}),
        ({"from": ["First", "Last"], "to": "Name", "convert": [{"as": "join", "text": " "}]}, {"Name": "Ada Byron"}),
        ({"from": ["First", "None"], "to": "Name", "convert": [{"as": "join", "text": " "}]}, {"Name": "Ada"}),
        (
            {"from": "Names", "to": ["A", "B", "C"], "convert": [{"as": "split", "text": ";"}]},
            {"A": "Ada", "B": "Byron"},
        ),
        ({"from": "First", "to": "Name", "convert": ["upper"]}, {"Name": "ADA"}),
        ({"from": "Last", "to": "Name", "convert": ["upper", "lower"]}, {"Name": "byron"}),
        ({"from": "Age", "to": "Age", "convert": ["text"]}, {"Age": "36"}),
        ({"from": "Alive", "to": "Alive", "convert": ["text"]}, {"Alive": "false"}),
        ({"from": "Word", "to": "Yes", "convert": ["yes-no"]}, {"Yes": True}),
        ({"from": "Income", "to": "Sum", "convert": [{"as": "number", "text": ","}]}, {"Sum": 1250.5}),
        ({"from": "Age", "to": "Age", "convert": ["whole"]}, {"Age": 36}),
        ({"from": "Born", "to": "Day", "convert": [{"as": "date", "into": "DD.MM.YYYY"}]}, {"Day": "10.12.1815"}),
        ({"from": "At", "to": "Day", "convert": ["date"]}, {"Day": "2027-03-01"}),
        ({"from": "Sex", "to": "Sex", "convert": [{"as": "lookup", "table": TABLE}]}, {"Sex": "female"}),
        ({"from": "Last", "to": "Sex", "convert": [{"as": "lookup", "table": TABLE, "text": "?"}]}, {"Sex": "?"}),
        ({"from": [], "to": "Source", "convert": [{"as": "constant", "text": "registry"}]}, {"Source": "registry"}),
        ({"from": "None", "to": "Name", "convert": ["upper"]}, {}),
        ({"from": "Tags", "to": "Tags"}, {"Tags": ["a", "b"]}),
    ],
)
def test_a_rule_makes_of_a_record(rule: dict[str, Any], made: dict[str, Any]) -> None:
    rules = read([rule])

    assert applied(rules, RECORD) == made
    assert read(write(rules)) == rules


@pytest.mark.parametrize(
    "rule",
    [
        {"from": "First", "to": "Age", "convert": ["number"]},
        {"from": "Income", "to": "Age", "convert": [{"as": "whole", "text": ","}]},
        {"from": "First", "to": "Day", "convert": ["date"]},
        {"from": "First", "to": "Day", "convert": [{"as": "date", "text": "DD.MM.YYYY"}]},
        {"from": "First", "to": "Sex", "convert": [{"as": "lookup", "table": TABLE}]},
        {"from": "First", "to": "Yes", "convert": ["yes-no"]},
        {"from": "Tags", "to": "Word", "convert": ["upper"]},
        {"from": ["First", "Last"], "to": "Name"},
    ],
)
def test_what_a_conversion_cannot_take_is_refused_without_the_value(rule: dict[str, Any]) -> None:
    with pytest.raises(Unconverted) as refused:
        applied(read([rule]), RECORD)

    assert not any(word in str(refused.value) for word in ("Ada", "Byron", "250"))


@pytest.mark.parametrize(
    "given",
    [
        {},
        [1],
        [{"from": "A"}],
        [{"from": "A", "to": []}],
        [{"from": [], "to": "B"}],
        [{"from": "A", "to": "B", "convert": ["eval"]}],
        [{"from": "A", "to": "B", "convert": [{"as": "lookup"}]}],
        [{"from": "A", "to": "B", "convert": [{"as": "split"}]}],
        [{"from": "A", "to": "B", "convert": [{"as": "date", "text": "%c"}]}],
        [{"from": "A", "to": "B", "convert": [{"as": "number", "text": ";"}]}],
        [{"from": "A", "to": "B", "convert": [{"as": "constant", "text": "x" * 1_001}]}],
        [{"from": "A", "to": "B", "convert": ["upper"] * 11}],
        [{"from": ["A"] * 21, "to": "B"}],
        [{"from": "A", "to": "B"}] * 201,
        [{"from": "A\x00", "to": "B"}],
    ],
)
def test_what_is_no_mapping_is_refused(given: object) -> None:
    with pytest.raises(MappingError):
        read(given)


def test_numbers_that_would_take_all_memory_are_refused() -> None:
    rules = read([{"from": "A", "to": "B", "convert": ["number"]}])

    for text in ("1e999999", "9" * 40, "nan", "inf", "1_000", "-1e40"):
        try:
            made = applied(rules, {"A": text})
        except Unconverted:
            continue
        assert made == {"B": 1000}

"""Documents of somebody unknown become plain data or are refused in plain words; never code, never a flood."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import msgspec
import pytest
from msgspec import Meta

from govstack.kernel.documents import DEPTH_MAX, misfit, read_yaml
from govstack.kernel.errors import BadRequest


def test_plain_data_is_read() -> None:
    assert read_yaml("name: Zoë\ncounts: [1, 2]\n") == {"name": "Zoë", "counts": [1, 2]}
    assert read_yaml("[" * DEPTH_MAX + "]" * DEPTH_MAX)


@pytest.mark.parametrize(
    "text",
    [
        "a: &x [1]\nb: *x",
        "[" * (DEPTH_MAX + 1) + "]" * (DEPTH_MAX + 1),
        "[" * 200_000,
        "!!python/object/apply:os.getcwd []",
        "a: [",
        "a: \x00",
        "a: 2026-99-99",
    ],
    ids=["alias", "deep", "deep-and-open", "code", "broken", "nul", "no-date"],
)
def test_what_is_not_plain_data_is_refused(text: str) -> None:
    with pytest.raises(BadRequest):
        read_yaml(text)


class Colour(StrEnum):
    """A list of allowed values."""

    RED = "red"


class Boat(msgspec.Struct, forbid_unknown_fields=True):
    """A shape with a part of every sort."""

    name: Annotated[str, Meta(min_length=1, max_length=5, pattern="^[a-z]*$")]
    masts: Annotated[int, Meta(ge=0, le=9)] = 1
    length: Annotated[float, Meta(gt=0)] | None = None
    colour: Colour = Colour.RED
    crew: Annotated[list[int], Meta(max_length=2)] = []
    berths: dict[int, int] = {}
    built: date | None = None
    seen: datetime | None = None
    tender: bool | str = False
    boats: list[Boat] = []


@pytest.mark.requirement("X087")
@pytest.mark.parametrize(
    ("text", "name", "why"),
    [
        ("{}", "name", "is missing"),
        ("[]", "body", "must be an object"),
        ('{"name": "ada", "sail": 1}', "sail", "is not known here"),
        ('{"name": 1}', "name", "must be text"),
        ('{"name": ""}', "name", "must not be empty"),
        ('{"name": "adelaide"}', "name", "must have at most 5 characters"),
        ('{"name": "Ada"}', "name", "does not have the form that the schema demands"),
        ('{"name": "ada", "masts": "secret"}', "masts", "must be a whole number"),
        ('{"name": "ada", "masts": 10}', "masts", "must be at most 9"),
        ('{"name": "ada", "length": 0}', "length", "must be more than 0"),
        ('{"name": "ada", "colour": "secret"}', "colour", "is not one of the values that are allowed"),
        ('{"name": "ada", "crew": [1, 2, 3]}', "crew", "must have at most 2 entries"),
        ('{"name": "ada", "crew": [1, "secret"]}', "crew[1]", "must be a whole number"),
        ('{"name": "ada", "berths": {"secret": 1}}', "berths", "holds a name that must be a whole number"),
        ('{"name": "ada", "built": "secret"}', "built", "must be a date such as 2026-11-21"),
        ('{"name": "ada", "built": 5}', "built", "must be a date such as 2026-11-21"),
        ('{"name": "ada", "seen": ""}', "seen", "must be a moment with its time zone such as 2026-11-21T21:30:00Z"),
        ('{"name": "ada", "tender": 1}', "tender", "must be true or false or text"),
        ('{"name": "ada", "boats": [{"masts": 1}]}', "boats[0].name", "is missing"),
    ],
)
def test_what_does_not_have_its_shape_is_named_in_words_and_no_value_is_repeated(
    text: str, name: str, why: str
) -> None:
    with pytest.raises(msgspec.ValidationError) as refusal:
        msgspec.json.decode(text, type=Boat)

    assert misfit(refusal.value, "body") == (name, why)

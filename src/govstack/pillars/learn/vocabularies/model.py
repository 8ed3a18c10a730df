"""A word of a vocabulary, and how the words that come with this product are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from msgspec import Meta

TERMS_MAX = 500
CODE_PATTERN = r"^[a-z0-9][a-z0-9.-]{0,59}$"
LABEL_CHARACTERS_MAX = 300
NOTE_CHARACTERS_MAX = 2_000

Code = Annotated[str, Meta(pattern=CODE_PATTERN)]
Labels = Annotated[
    dict[str, Annotated[str, Meta(min_length=1, max_length=LABEL_CHARACTERS_MAX)]], Meta(min_length=1, max_length=20)
]
Notes = Annotated[
    dict[str, Annotated[str, Meta(min_length=1, max_length=NOTE_CHARACTERS_MAX)]], Meta(max_length=20)
]  # fmt: skip


class Role(StrEnum):
    """What this product does at a word. At the step of a journey with the role `plan`, a plan is complete."""

    NONE = ""
    PLAN = "plan"


class Term(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """One word: its code, its label in each language, its place among the others.

    `ours` marks a default of this product that no source states; a country may change or retire it.
    `notes` say what it means, beside the field in which it is chosen; `role` is what this product does at it.
    """

    vocabulary: Code
    code: Code
    labels: Labels
    position: int = 0
    ours: bool = False
    retired: bool = False
    notes: Notes = {}
    role: Role = Role.NONE


def shipped(content: Mapping[str, Any]) -> Iterator[Term]:
    """Yield the words of a seed: vocabulary to {ours, terms: {code: {language: label}}, notes, roles}."""
    for vocabulary, told in content.items():
        for position, (code, labels) in enumerate(told["terms"].items(), start=1):
            yield Term(
                vocabulary=vocabulary, code=str(code), labels=labels, position=position, ours=told.get("ours", False),
                notes=told.get("notes", {}).get(code, {}), role=Role(told.get("roles", {}).get(code, "")),
            )  # fmt: skip

"""Wire shapes of vocabularies."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.vocabularies.model import TERMS_MAX, Labels, Notes, Role, Term


class TermGiven(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A word as it is sent; its vocabulary and code stand in the address."""

    labels: Labels
    position: Annotated[int, Meta(ge=0, le=TERMS_MAX)] = 0
    retired: bool = False
    notes: Notes = {}
    role: Role = Role.NONE


class TermList(msgspec.Struct, frozen=True):
    """The words of a vocabulary."""

    terms: list[Term]


class VocabularySummary(msgspec.Struct, frozen=True):
    """A vocabulary and how many words it has."""

    vocabulary: str
    terms: int


class VocabularyList(msgspec.Struct, frozen=True):
    """Vocabularies."""

    vocabularies: list[VocabularySummary]

"""Words that a country sorts its offerings by; those we ship are a start that it changes."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.people.model import Id, Name

# The vocabulary of goals that programmes, planned or on offer, work for.
GOALS = "programme-goal"
TERMS_MAX = 2_000
TEXT_CHARACTERS_MAX = 500
GOALS_MAX = 20

Text = Annotated[str, Meta(max_length=TEXT_CHARACTERS_MAX)]
Titles = Annotated[dict[str, Name], Meta(min_length=1, max_length=20)]


class WordKind(StrEnum):
    """What a word is for."""

    TYPOLOGY = "typology"
    TYPE = "type"
    TOPIC = "topic"
    DELIVERY = "delivery"
    TRACK = "track"
    PROGRAMME = "programme"


class Entry(StrEnum):
    """What somebody needs in order to take part: nothing, an account, or that manager and training unit agree."""

    ANYONE = "anyone"
    SIGNED_IN = "signed-in"
    NOMINATED = "nominated"


# What a word of a kind may lie below.
PARENTS: Mapping[WordKind, frozenset[WordKind]] = {
    WordKind.TYPE: frozenset({WordKind.TYPOLOGY}),
    WordKind.TOPIC: frozenset({WordKind.TYPE, WordKind.TRACK}),
    WordKind.PROGRAMME: frozenset({WordKind.TRACK}),
}


class Aim(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A goal that a programme works for, by its code among the goals, and how one sees that it is reached."""

    goal_id: Id
    indicator: Name
    baseline: Text = ""
    target: Text = ""


class TermGiven(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A word as it is sent; its kind and id stand in the address. `ours` marks a default that we chose."""

    titles: Titles
    parent: Id | None = None
    tone: Annotated[dict[str, Text], Meta(max_length=20)] = {}
    entry: Entry = Entry.NOMINATED
    attended: bool = False
    indicators: Annotated[tuple[Name, ...], Meta(max_length=GOALS_MAX)] = ()
    goals: Annotated[tuple[Aim, ...], Meta(max_length=GOALS_MAX)] = ()
    ours: bool = False
    retired: bool = False


class Term(TermGiven, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A word: of what kind, below which other one, in which languages, and what goes with it."""

    kind: WordKind
    id: Id
    shipped: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words, those of a country in the place of those that are shipped."""

    terms: Mapping[tuple[WordKind, str], Term]

    @classmethod
    def of(cls, shipped: Iterable[Term], own: Iterable[Term]) -> Vocabulary:
        """Return the words that are in force."""
        return cls({(one.kind, one.id): one for one in (*shipped, *own)})

    def one(self, kind: WordKind, term_id: str) -> Term | None:
        """Return a word."""
        return self.terms.get((kind, term_id))

    def listed(self, kind: WordKind, *, parent: str = "") -> list[Term]:
        """Return the words of a kind that are in use, of all parents or of one."""
        return [
            one
            for one in self.terms.values()
            if one.kind is kind and not one.retired and (not parent or one.parent == parent)
        ]

    def fault(self, term: Term, goals: Container[str]) -> str:
        """Return which part of a word points at nothing, "" for none; `goals` are the codes of known ones."""
        above = PARENTS.get(term.kind, frozenset())
        if above and not any((kind, term.parent or "") in self.terms for kind in above):
            return "parent"
        if not above and term.parent:
            return "parent"
        return "" if all(aim.goal_id in goals for aim in term.goals) else "goals"

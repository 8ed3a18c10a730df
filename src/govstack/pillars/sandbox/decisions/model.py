"""Decisions by rule table, and the small language of its cells: parsed, checked and compared, never executed."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from operator import ge, gt, le, lt
from typing import Literal

from govstack.kernel.errors import Internal, Unprocessable
from govstack.kernel.i18n import _, fill

CELL_CHARACTERS_MAX = 200
ALL_PACKAGES = "*"

Fact = bool | int | float | Decimal | str
FactType = Literal["boolean", "number", "string"]
Outcome = Literal["ELIGIBLE", "NOT_ELIGIBLE"]
Effect = Literal["grant", "refuse"]


class BrokenTable(Internal):
    """A rule table cannot be used; the message names the rule and the cell at fault."""

    code = "broken-rule-table"
    title = "The rule table cannot be used. Correct it, then try again."


class FactsMissing(Unprocessable):
    """A decision needs facts that are missing or of the wrong type; `fields` names each."""

    code = "facts-missing"
    title = "The decision needs more facts."


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a rule spoke: `text` is the key of its words, `inputs` are the facts it looked at."""

    rule: str
    text: str
    inputs: Mapping[str, Fact]
    package: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rules say about one case: the packages in the order of the table, and every reason for and against."""

    outcome: Outcome
    packages: tuple[str, ...]
    reasons: tuple[Reason, ...]


def decided(reasons: tuple[Reason, ...]) -> Decision:
    """Sums up what the rules said: a package is granted if a rule grants it and none refuses everything."""
    barred = any(reason.effect == "refuse" and reason.package == ALL_PACKAGES for reason in reasons)
    granted = [] if barred else [reason.package for reason in reasons if reason.effect == "grant"]
    packages = tuple(dict.fromkeys(granted))
    return Decision("ELIGIBLE" if packages else "NOT_ELIGIBLE", packages, reasons)


def check_facts(needed: Mapping[str, FactType], facts: Mapping[str, Fact | None]) -> dict[str, Fact]:
    """The needed facts and no others; raises FactsMissing that says what is wrong with which."""
    wrong: dict[str, str] = {}
    checked: dict[str, Fact] = {}
    for name, kind in needed.items():
        value = facts.get(name)
        if value is None:
            wrong[name] = "is missing"
        elif not _is(kind, value):
            wrong[name] = f"must be a {kind}"
        else:
            checked[name] = value
    if wrong:
        listed = ", ".join(f"{name} {problem}" for name, problem in wrong.items())
        said = _("The decision cannot be taken: {why}. Verify the data and try again.")
        raise FactsMissing(fill(said, {"why": listed}), fields=wrong)
    return checked


def _is(kind: FactType, value: object) -> bool:
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "string":
        return isinstance(value, str)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    try:
        return math.isfinite(value)
    except (OverflowError, ValueError):  # an integer beyond every float, a signalling NaN
        return False


# --- the cells: simple unary tests of DMN 1.3 (S-FEEL) ---------------------------------------------------------------

Test = Callable[[Fact, Mapping[str, Fact]], bool]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_NUMBER = re.compile(r"-?\d{1,18}(?:\.\d{1,9})?")
# The engine marks the tested value by a question mark outside quotes, single ones among them: a text may have neither.
_STRING = re.compile(r'"[^"\\?\']*"')
_TERM = rf"(?:{_NUMBER.pattern}|{_STRING.pattern}|{_NAME.pattern})"
_COMPARISON = re.compile(rf"\s*(<=|>=|<|>)\s*({_TERM})\s*")
_INTERVAL = re.compile(rf"\s*([\[(\]])\s*({_TERM})\s*\.\.\s*({_TERM})\s*([\])\[])\s*")
_EQUAL = re.compile(rf"\s*({_TERM})\s*")
_NOT = re.compile(r"\s*not\s*\((.*)\)\s*")
_WORDS: Mapping[str, Fact] = {"true": True, "false": False}
_ORDERS: Mapping[str, Callable[[Fact, Fact], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


@dataclass(frozen=True, slots=True)
class Term:
    """A value written in a cell, or the name of a fact."""

    value: Fact | None
    name: str = ""

    def of(self, facts: Mapping[str, Fact]) -> Fact:
        """The value itself, or that of the named fact."""
        return facts[self.name] if self.value is None else self.value

    def type_in(self, declared: Mapping[str, FactType]) -> FactType | None:
        """The type of the value, or of the named fact; None for a name that is not declared."""
        if self.value is None:
            return declared.get(self.name)
        return next(kind for kind in ("boolean", "string", "number") if _is(kind, self.value))


@dataclass(frozen=True, slots=True)
class Cell:
    """The test of one cell and the terms it compares with; `ordered` if it asks for more or less."""

    test: Test
    terms: tuple[Term, ...]
    ordered: bool


@lru_cache(maxsize=4096)
def term(text: str) -> Term:
    """A literal or a name; raises ValueError for anything else, calls and attributes among them."""
    text = text.strip()
    if _NUMBER.fullmatch(text):
        return Term(Decimal(text))
    if _STRING.fullmatch(text):
        return Term(text[1:-1])
    if text in _WORDS:
        return Term(_WORDS[text])
    if _NAME.fullmatch(text):
        return Term(None, text)
    raise ValueError(text)


@lru_cache(maxsize=4096)
def cell(text: str) -> Cell:
    """The test a cell stands for: `-`, a value, a comparison, an interval, a list of these, or `not(…)` of a list.

    Raises ValueError for every other text, so nothing in a table can call, look up or run anything.
    """
    if len(text) > CELL_CHARACTERS_MAX:
        raise ValueError(text)
    if text.strip() == "-":
        return Cell(_always, (), ordered=False)
    if negated := _NOT.fullmatch(text):
        inner = _any_of(negated.group(1))
        return Cell(lambda value, facts: not inner.test(value, facts), inner.terms, inner.ordered)
    return _any_of(text)


def _always(value: Fact, facts: Mapping[str, Fact]) -> bool:
    return True


def _any_of(text: str) -> Cell:
    cells = []
    position = 0
    while True:
        match, one = _one(text, position)
        cells.append(one)
        position = match.end()
        if position == len(text):
            break
        if text[position] != ",":
            raise ValueError(text)
        position += 1
    terms = tuple(each for one in cells for each in one.terms)
    return Cell(lambda value, facts: any(one.test(value, facts) for one in cells), terms, any(c.ordered for c in cells))


def _one(text: str, position: int) -> tuple[re.Match[str], Cell]:
    if match := _COMPARISON.match(text, position):
        compare, bound = _ORDERS[match.group(1)], term(match.group(2))
        return match, Cell(lambda value, facts: compare(value, bound.of(facts)), (bound,), ordered=True)
    if match := _INTERVAL.match(text, position):
        above, below = (ge if match.group(1) == "[" else gt), (le if match.group(4) == "]" else lt)
        low, high = term(match.group(2)), term(match.group(3))
        return match, Cell(
            lambda value, facts: above(value, low.of(facts)) and below(value, high.of(facts)), (low, high), ordered=True
        )
    if match := _EQUAL.match(text, position):
        same = term(match.group(1))
        return match, Cell(lambda value, facts: bool(value == same.of(facts)), (same,), ordered=False)
    raise ValueError(text)

"""An item: its kinds, when it is whole, and what an answer is worth."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.kernel.i18n import _

TEXT_CHARACTERS_MAX = 4_000
LABEL_CHARACTERS_MAX = 500
ID_CHARACTERS_MAX = 100
OPTIONS_MAX = 20
ACCEPTED_MAX = 30
LANGUAGES_MAX = 20
POINTS_MAX = 100

# Ids of options stand in files of other systems as XML names, two of them with a blank between make a pair.
OPTION_ID = r"^[A-Za-z_][A-Za-z0-9_.-]{0,49}$"
ITEM_ID = r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$"
Id = Annotated[str, Meta(min_length=1, max_length=ID_CHARACTERS_MAX)]
ItemId = Annotated[str, Meta(pattern=ITEM_ID)]
OptionId = Annotated[str, Meta(pattern=OPTION_ID)]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Text = Annotated[str, Meta(min_length=1, max_length=TEXT_CHARACTERS_MAX)]
Label = Annotated[str, Meta(min_length=1, max_length=LABEL_CHARACTERS_MAX)]
_FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n ?")


class Kind(StrEnum):
    """How an item is answered."""

    CHOICE = "choice"
    MULTIPLE = "multiple"
    TEXT = "text"
    MATCH = "match"
    ORDER = "order"


class Bloom(StrEnum):
    """The three lower levels of Bloom, on which knowledge is judged."""

    KNOWLEDGE = "knowledge"
    COMPREHENSION = "comprehension"
    APPLICATION = "application"


class Difficulty(StrEnum):
    """How hard its author thinks an item is; how hard it proves to be is measured."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class State(StrEnum):
    """Whether an item is used: forms are made of ready ones only."""

    DRAFT = "draft"
    READY = "ready"
    RETIRED = "retired"


class Scoring(StrEnum):
    """Whether an answer that is right in part is worth something."""

    WHOLE = "whole"
    PART = "part"


class Option(msgspec.Struct, frozen=True, rename="camel"):
    """Something to choose, match or put in order, in each language of its item."""

    id: OptionId
    texts: Annotated[dict[Language, Label], Meta(min_length=1, max_length=LANGUAGES_MAX)]


class Item(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """One question with its right answer.

    `right` holds ids of options: one of a choice, several of a multiple response, all in their order to put in order,
    pairs "option target" to match. For a text it holds every answer that is accepted, in whatever language.
    """

    id: ItemId
    kind: Kind
    competency_id: Id
    bloom: Bloom
    prompts: Annotated[dict[Language, Text], Meta(min_length=1, max_length=LANGUAGES_MAX)]
    options: Annotated[tuple[Option, ...], Meta(max_length=OPTIONS_MAX)] = ()
    targets: Annotated[tuple[Option, ...], Meta(max_length=OPTIONS_MAX)] = ()
    right: Annotated[tuple[Label, ...], Meta(min_length=1, max_length=ACCEPTED_MAX)]
    feedback: Annotated[dict[Language, Text], Meta(max_length=LANGUAGES_MAX)] = {}
    difficulty: Difficulty = Difficulty.MEDIUM
    scoring: Scoring = Scoring.WHOLE
    points: Annotated[int, Meta(ge=1, le=POINTS_MAX)] = 1
    case_matters: bool = False
    anchor: bool = False
    state: State = State.DRAFT
    version: int = 0


def tidy(text: str, *, lines: bool = True) -> str:
    """Return a text as it is kept: no characters that XML cannot hold, single blanks, none around a line."""
    plain = _BLANKS.sub(" ", _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    plain = _LINES.sub("\n", plain).strip()
    return plain if lines else " ".join(plain.split())


def tidied(item: Item) -> Item:
    """Return an item with its texts as they are kept."""
    return msgspec.structs.replace(
        item,
        prompts={language: tidy(text) for language, text in item.prompts.items()},
        feedback={language: kept for language, text in item.feedback.items() if (kept := tidy(text))},
        options=tuple(_tidied(one) for one in item.options),
        targets=tuple(_tidied(one) for one in item.targets),
        right=tuple(tidy(one, lines=False) for one in item.right),
    )


def _tidied(option: Option) -> Option:
    return Option(option.id, {language: tidy(text, lines=False) for language, text in option.texts.items()})


def fault(item: Item) -> str:
    """Return what an item lacks, "" when it is whole."""
    return _wrong_texts(item) or _wrong_options(item) or _wrong_key(item)


def _wrong_texts(item: Item) -> str:
    languages, choices = set(item.prompts), (*item.options, *item.targets)
    if not all(item.prompts.values()) or not all(text for one in choices for text in one.texts.values()):
        return _("A text is empty.")
    if any(set(one.texts) != languages for one in choices):
        return _("Every option needs a text in each language of the question, and in no other.")
    if not set(item.feedback) <= languages:
        return _("The feedback is in a language that the question is not in.")
    return ""


def _wrong_options(item: Item) -> str:
    ids = [one.id for one in (*item.options, *item.targets)]
    if len(set(ids)) != len(ids):
        return _("Two options have the same id.")
    if item.kind is Kind.TEXT:
        return _("A text entry has no options.") if ids else ""
    if len(item.options) < 2:
        return _("At least two options are needed.")
    if bool(item.targets) is not (item.kind is Kind.MATCH):
        return _("An item to match needs targets, and no other item has any.")
    return ""


def _wrong_key(item: Item) -> str:
    options, targets = [one.id for one in item.options], [one.id for one in item.targets]
    if len(set(item.right)) != len(item.right) or not all(item.right):
        return _("A right answer is empty or stands twice.")
    if item.kind is Kind.MATCH:
        known = all(_is_pair(one, options, targets) for one in item.right)
        single = len({one.partition(" ")[0] for one in item.right}) == len(item.right)
        return "" if known and single else _("Right pairs name an option and a target, each option at most once.")
    if item.kind is not Kind.TEXT and not set(item.right) <= set(options):
        return _("A right answer names an option that is not there.")
    if item.kind is Kind.CHOICE and len(item.right) != 1:
        return _("A single choice has one right answer.")
    if item.kind is Kind.ORDER and len(item.right) != len(options):
        return _("The right order names every option once.")
    return ""


def _is_pair(text: str, options: Sequence[str], targets: Sequence[str]) -> bool:
    source, _blank, target = text.partition(" ")
    return source in options and target in targets


def accepts(item: Item, answer: Sequence[str]) -> bool:
    """Tell whether an answer has the shape that an item asks for; an empty one is no answer, and has it."""
    options, targets = [one.id for one in item.options], [one.id for one in item.targets]
    if len(set(answer)) != len(answer) or any(len(one) > LABEL_CHARACTERS_MAX for one in answer):
        return False
    if item.kind is Kind.TEXT:
        return len(answer) <= 1
    if item.kind is Kind.MATCH:
        sources = [one.partition(" ")[0] for one in answer]
        return len(set(sources)) == len(sources) and all(_is_pair(one, options, targets) for one in answer)
    if not set(answer) <= set(options):
        return False
    if item.kind is Kind.ORDER:
        return len(answer) in {0, len(options)}
    return item.kind is Kind.MULTIPLE or len(answer) <= 1


def score(item: Item, answer: Sequence[str]) -> float:
    """Return what an answer is worth, from 0 to 1.

    In part: of several, right ones less wrong ones; of pairs, those that are right, less pairs where none belongs; of
    an order, what stands at its place.
    """
    if not answer:
        return 0.0
    if item.kind is Kind.TEXT:
        return float(_folded(item, answer[0]) in {_folded(item, one) for one in item.right})
    if item.kind is Kind.ORDER:
        placed = sum(given == right for given, right in zip(answer, item.right, strict=True))
        return _worth(item, placed, len(item.right), whole=placed == len(item.right))
    right, given = set(item.right), set(answer)
    hits = len(right & given)
    if item.kind is Kind.MATCH:
        sources = {one.partition(" ")[0] for one in right}
        strays = sum(one.partition(" ")[0] not in sources for one in given)
    else:
        strays = len(given - right)
    return _worth(item, hits - strays, len(right), whole=given == right)


def _worth(item: Item, good: int, most: int, *, whole: bool) -> float:
    return max(0.0, good / most) if item.scoring is Scoring.PART else float(whole)


def _folded(item: Item, text: str) -> str:
    plain = tidy(text, lines=False)
    return plain if item.case_matters else plain.casefold()


def said(texts: Mapping[str, str], language: str) -> str:
    """Return a text in a language, else in English, else in any."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")

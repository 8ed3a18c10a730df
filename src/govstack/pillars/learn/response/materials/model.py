"""Learning material, licences, and the decision to reuse, improve or create."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta
from rapidfuzz import fuzz, process, utils

from govstack.pillars.learn.stages.model import Stage

TITLE_CHARACTERS_MAX = 200
TEXT_CHARACTERS_MAX = 2_000
SUBJECTS_MAX = 40
MATERIALS_MAX = 50_000
SIMILAR_MAX = 10
CHECKED_AT_ONCE = 50

Id = Annotated[str, Meta(min_length=1, max_length=100)]
Title = Annotated[str, Meta(min_length=1, max_length=TITLE_CHARACTERS_MAX)]
Word = Annotated[str, Meta(max_length=TITLE_CHARACTERS_MAX)]
Text = Annotated[str, Meta(max_length=TEXT_CHARACTERS_MAX)]
Subjects = Annotated[tuple[Title, ...], Meta(max_length=SUBJECTS_MAX)]
Day = Annotated[str, Meta(pattern=r"^(\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))?$")]
Address = Annotated[str, Meta(max_length=TEXT_CHARACTERS_MAX, pattern=r"^(https?://[^\s]+)?$")]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=20)]


class State(StrEnum):
    """Where material stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class Choice(StrEnum):
    """What an author does about a need."""

    REUSE = "reuse"
    IMPROVE = "improve"
    CREATE = "create"


class Link(StrEnum):
    """What a look at an address has shown."""

    UNCHECKED = "unchecked"
    WORKS = "works"
    BROKEN = "broken"


class Licence(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A licence by its SPDX id or one of the country's own, and what it allows."""

    id: Id
    name: Title
    url: Address = ""
    adapting: bool = True
    selling: bool = True
    share_alike: bool = False
    credit: bool = True


class Content(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What an author says about material; `version` is the name of its version, such as 2.1, where it has one."""

    title: Title
    summary: Text = ""
    address: Address = ""
    licence_id: Id | None = None
    holder: Word = ""
    source: Word = ""
    language: Language = "en"
    format: Word = ""
    version: Word = ""
    owner_id: Id | None = None
    topics: Subjects = ()
    competencies: Subjects = ()
    reviewed_on: Day = ""
    review_due: Day = ""
    paid: bool = False


class Material(Content, frozen=True, rename="camel", kw_only=True):
    """Material as it is kept."""

    id: Id
    state: State = State.DRAFT
    parent_id: Id | None = None
    change_notes: Text = ""
    adapter_id: Id | None = None
    link_state: Link = Link.UNCHECKED
    link_fault: Word = ""
    link_checked_at: str = ""
    created_at: str = ""
    changed_at: str = ""
    stage: Stage = Stage.IMPLEMENTATION


def begins(content: Content, parent: Material | None = None) -> Stage:
    """Return the state of design in which material begins.

    What comes from elsewhere was made there. What is made from other material has its needs and its design from that.
    """
    if parent:
        return Stage.DEVELOPMENT
    return Stage.IMPLEMENTATION if content.source.strip() else Stage.ANALYSIS


class Similar(msgspec.Struct, frozen=True, rename="camel"):
    """Material that resembles what somebody looks for, and how much in percent."""

    id: str
    title: str
    language: str
    percent: int


class Decision(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What an author decided, and why; `seen` are the ids of what the search had shown."""

    choice: Choice
    reason: Text
    seen: Annotated[tuple[Id, ...], Meta(max_length=SUBJECTS_MAX)] = ()
    of: Id | None = None
    change_notes: Text = ""


class Decided(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A decision as it is kept."""

    choice: Choice
    reason: str
    found: tuple[Similar, ...]
    decided_by: str
    decided_at: str


class Notice(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What somebody who adapted material told the one who looks after the original."""

    id: str
    parent_id: str
    material_id: str
    kind: str
    words: str
    state: str
    sent_by: str
    sent_at: str
    answered_by: str | None = None
    answered_at: str = ""


class Gap(msgspec.Struct, frozen=True, rename="camel"):
    """How much published material there is on a subject in one language."""

    kind: str
    subject: str
    language: str
    count: int


# From how many letters on a title that stands in a longer one is told, and how like that one it is then.
SAID_CHARACTERS_MIN = 6
SAID_PERCENT = 90.0


def _likeness(one: str, other: str, *, score_cutoff: float | None = None) -> float:
    """Return how alike two titles are: by all their words, and by those that both have.

    A short title, such as "Procurement", is as good as said by a longer one that has all its words.
    """
    words, others = sorted((set(one.split()), set(other.split())), key=len)
    if words <= others and len("".join(words)) >= SAID_CHARACTERS_MIN:
        return SAID_PERCENT if words != others else 100.0
    mean = (fuzz.token_sort_ratio(one, other) + fuzz.token_set_ratio(one, other)) / 2
    return 0.0 if score_cutoff is not None and mean < score_cutoff else mean


def resembling(known: Iterable[tuple[str, str, str, str, str]], wanted: Content, *, percent: int) -> list[Similar]:
    """Return what resembles a title, or has the same address, most like it first.

    `known` holds id, title, summary, language and address. Titles are compared by their words, in any order.
    """
    rows = list(known)
    same = {row[0] for row in rows if wanted.address and row[4] == wanted.address}
    scores = dict.fromkeys(same, 100)
    titles = [row[1] for row in rows]
    found = process.extract(
        wanted.title, titles, scorer=_likeness, processor=utils.default_process, limit=SIMILAR_MAX,
        score_cutoff=percent,
    )  # fmt: skip
    for _title, score, place in found:
        scores[rows[place][0]] = max(scores.get(rows[place][0], 0), round(score))
    if wanted.summary:
        told = process.extract(
            wanted.summary, [row[2] for row in rows], scorer=fuzz.token_set_ratio, processor=utils.default_process,
            limit=SIMILAR_MAX, score_cutoff=percent,
        )  # fmt: skip
        for words, score, place in told:
            if words:
                scores[rows[place][0]] = max(scores.get(rows[place][0], 0), round(score))
    by_id = {row[0]: row for row in rows}
    ordered = sorted(scores, key=lambda one: (-scores[one], one))[:SIMILAR_MAX]
    return [Similar(one, by_id[one][1], by_id[one][3], scores[one]) for one in ordered]


def gaps(
    wanted: Iterable[tuple[str, str]], counted: Mapping[tuple[str, str, str], int], languages: Iterable[str]
) -> list[Gap]:
    """Return for each subject that is wanted and each language how much material there is; none counts as 0."""
    spoken = sorted(set(languages))
    return [
        Gap(kind, subject, language, counted.get((kind, subject, language), 0))
        for kind, subject in sorted(set(wanted))
        for language in spoken
    ]

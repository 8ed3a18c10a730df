"""A framework, its competencies, the scale that each is measured on, and how competencies relate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.needs.frameworks.errors import BrokenFramework, BrokenScale

COMPETENCIES_MAX = 5_000
RELATIONS_MAX = 20_000
FRAMEWORKS_MAX = 200
SCALES_MAX = 500
LEVELS_MAX = 20
LANGUAGES_MAX = 30
TEXT_CHARACTERS_MAX = 4_000
CONTENT_BYTES_MAX = 20_000
EXTRA_BYTES_MAX = 5_000_000
NONE_YET = 0

Id = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\s/?#]+$")]
Code = Annotated[str, Meta(max_length=100)]
Text = Annotated[str, Meta(max_length=TEXT_CHARACTERS_MAX)]
Texts = Annotated[dict[str, Text], Meta(max_length=LANGUAGES_MAX)]
Address = Annotated[str, Meta(max_length=1_000)]


class Kind(StrEnum):
    """What a competency is; a heading only holds others together and nobody is rated on it."""

    HEADING = "heading"
    SKILL = "skill"
    KNOWLEDGE = "knowledge"
    BEHAVIOUR = "behaviour"
    QUALIFICATION = "qualification"


class RelationKind(StrEnum):
    """How one competency relates to another: the four of SKOS, and those that CASE adds."""

    EXACT = "exact"
    BROADER = "broader"
    NARROWER = "narrower"
    RELATED = "related"
    PEER = "peer"
    PRECEDES = "precedes"
    REPLACED_BY = "replaced-by"
    EXEMPLAR = "exemplar"
    SKILL_LEVEL = "skill-level"
    TRANSLATION = "translation"


class Level(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """One level: its place in the order, the code that the framework gives it, and its name by language."""

    ordinal: Annotated[int, Meta(ge=0, le=100)]
    code: Code
    titles: Texts = {}


class Scale(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """Levels in their order. `ours` marks one that no source gives and a country may well replace."""

    id: Id
    titles: Annotated[Texts, Meta(min_length=1)]
    levels: Annotated[tuple[Level, ...], Meta(min_length=1, max_length=LEVELS_MAX)]
    source: Address = ""
    ours: bool = False

    def level(self, ordinal: int) -> Level | None:
        """Return the level at a place, None where there is none."""
        return next((one for one in self.levels if one.ordinal == ordinal), None)


class Competency(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """Something a person can do, know, show or hold.

    `levels` names those of the scale that it is defined at, all when it is empty; `descriptors` says by ordinal and
    language what somebody at a level does. `extra` keeps what another system said of it and we have no place for.
    """

    id: Id
    code: Code = ""
    titles: Annotated[Texts, Meta(min_length=1)]
    descriptions: Texts = {}
    kind: Kind = Kind.SKILL
    parent_id: Annotated[str, Meta(max_length=200)] = ""
    scale_id: Annotated[str, Meta(max_length=200)] = ""
    levels: Annotated[tuple[int, ...], Meta(max_length=LEVELS_MAX)] = ()
    descriptors: Annotated[dict[str, Texts], Meta(max_length=LEVELS_MAX)] = {}
    groups: Annotated[tuple[Code, ...], Meta(max_length=50)] = ()
    retired: bool = False
    framework_id: str = ""
    extra: Annotated[str, Meta(max_length=CONTENT_BYTES_MAX)] = ""

    def allows(self, scale: Scale, ordinal: int) -> bool:
        """Tell whether somebody can be at this level; "none of it yet" is always possible."""
        if ordinal == NONE_YET:
            return True
        return scale.level(ordinal) is not None and (not self.levels or ordinal in self.levels)

    def offered(self, scale: Scale) -> list[Level]:
        """Return the levels of a scale that this competency is defined at."""
        return [one for one in scale.levels if not self.levels or one.ordinal in self.levels]


class Relation(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """How a competency relates to another, in this framework, in another, or at an address of the world."""

    from_id: Id
    to_id: Address
    kind: RelationKind


class Framework(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A framework with its competencies in their order; versions of one family stand side by side as frameworks."""

    id: Id
    family: Code = ""
    version: Code = ""
    titles: Annotated[Texts, Meta(min_length=1)]
    descriptions: Texts = {}
    source: Address = ""
    licence: Address = ""
    ours: bool = False
    competencies: Annotated[tuple[Competency, ...], Meta(max_length=COMPETENCIES_MAX)] = ()
    relations: Annotated[tuple[Relation, ...], Meta(max_length=RELATIONS_MAX)] = ()
    extra: Annotated[str, Meta(max_length=EXTRA_BYTES_MAX)] = ""
    revision: int = 0


class Revision(msgspec.Struct, frozen=True, rename="camel"):
    """One revision of a framework: its number and when it was made."""

    revision: int
    made_at: str


def settled(framework: Framework) -> Framework:
    """Return a framework whose competencies carry its id and nothing that a store adds."""
    own = tuple(msgspec.structs.replace(one, framework_id="", retired=False) for one in framework.competencies)
    return msgspec.structs.replace(framework, competencies=own, revision=0)


def check_scale(scale: Scale) -> Scale:
    """Return a scale with its levels in order; raises BrokenScale."""
    ordinals = [one.ordinal for one in scale.levels]
    if len(set(ordinals)) != len(ordinals) or max(ordinals) == NONE_YET:
        raise BrokenScale
    return msgspec.structs.replace(scale, levels=tuple(sorted(scale.levels, key=lambda one: one.ordinal)))


def check(framework: Framework, scales: Mapping[str, Scale]) -> None:
    """Raise BrokenFramework with the place where a framework contradicts itself; scales must be known to the caller."""
    ids = [one.id for one in framework.competencies]
    known = set(ids)
    if len(known) != len(ids):
        double = next(one for one in ids if ids.count(one) > 1)
        raise BrokenFramework(f"Two competencies have the id {double}. Give each an id of its own.")
    if len(set(framework.relations)) != len(framework.relations):
        raise BrokenFramework("A relation is named twice. Name it once.")
    for one in framework.competencies:
        if one.parent_id and one.parent_id not in known:
            raise BrokenFramework(f"{one.id} lies below {one.parent_id}, which is not in this framework.")
        if (one.kind is Kind.HEADING) == bool(one.scale_id):
            raise BrokenFramework(f"{one.id}: a heading has no scale, and everything else has one.")
        wrong = _wrong_level(one, scales)
        if wrong:
            raise BrokenFramework(f"{one.id} names the level {wrong}, which its scale does not have.")
    for relation in framework.relations:
        if relation.from_id not in known or relation.from_id == relation.to_id:
            raise BrokenFramework(f"A relation begins at {relation.from_id}, which is not in this framework.")
    _refuse_loops(framework.competencies)


def _wrong_level(one: Competency, scales: Mapping[str, Scale]) -> str:
    if not one.scale_id:
        return ""
    ordinals = {str(level.ordinal) for level in scales[one.scale_id].levels}
    return next((text for text in (*map(str, one.levels), *one.descriptors) if text not in ordinals), "")


def _refuse_loops(competencies: Iterable[Competency]) -> None:
    parents = {one.id: one.parent_id for one in competencies}
    sound: set[str] = set()
    for start in parents:
        path: list[str] = []
        at = start
        while at and at not in sound:
            if at in path:
                raise BrokenFramework(f"{at} lies below itself.")
            path.append(at)
            at = parents[at]
        sound.update(path)


class Named:
    """Finds the competency that a text means: its id, or a code that no other one has."""

    def __init__(self, known: Iterable[Competency]) -> None:
        competencies = list(known)
        counts = Counter(one.code for one in competencies if one.code)
        self._ids = {one.code: one.id for one in competencies if counts[one.code] == 1}
        self._ids |= {one.id: one.id for one in competencies}
        self._codes = {one.id: one.code for one in competencies if counts[one.code] == 1}

    def ids(self, texts: Iterable[str]) -> list[str]:
        """Return the ids of the competencies that texts mean, each once; what means none is left out."""
        return list(dict.fromkeys(self._ids[one.strip()] for one in texts if one.strip() in self._ids))

    def text(self, competency_id: str) -> str:
        """Return what means a competency: a code that no other one has, else its id."""
        return self._codes.get(competency_id, competency_id)

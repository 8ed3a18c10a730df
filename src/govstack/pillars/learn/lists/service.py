"""Use cases of lists of words: which lists there are, what stands on each, and writing a word down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.i18n import _
from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.learning.courses.model import QualityItem
from govstack.pillars.learn.lists.errors import UnknownList
from govstack.pillars.learn.lists.model import Entry, Field, Shape
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.frameworks.model import Level, Scale
from govstack.pillars.learn.needs.profiles import service as profiles
from govstack.pillars.learn.needs.profiles.model import CATEGORIES, Profile
from govstack.pillars.learn.response.materials import service as materials
from govstack.pillars.learn.response.materials.model import Licence
from govstack.pillars.learn.response.typologies import service as typologies
from govstack.pillars.learn.response.typologies.model import PARENTS, WordKind
from govstack.pillars.learn.response.typologies.model import Entry as Way
from govstack.pillars.learn.response.typologies.model import Term as OfferingWord
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.pillars.learn.vocabularies.model import Term

WORDS, OFFERINGS = "words.", "offerings."
PROFILES, SCALES, LICENCES, CHECKLIST = "profiles", "scales", "licences", "quality"
OFFERING_LISTS: Mapping[WordKind, str] = {
    WordKind.TYPOLOGY: _("Typologies of training"), WordKind.TYPE: _("Types of training"),
    WordKind.TOPIC: _("Topics of training"), WordKind.DELIVERY: _("Forms of delivery"),
    WordKind.TRACK: _("Audiences"), WordKind.PROGRAMME: _("Families of programmes"),
}  # fmt: skip
WAYS = (
    (Way.ANYONE.value, _("Anybody")), (Way.SIGNED_IN.value, _("Whoever signs in")),
    (Way.NOMINATED.value, _("Whoever is put forward and agreed to")),
)  # fmt: skip
RETIRED = Field("retired", _("No longer offered"), Shape.YES, _("What was said with it before stays."))
LEVELS_HINT = _("From the lowest to the highest, one a line. A level that is in use cannot go.")
LICENCE_HINT = _("Such as https://example.org/licence")
POSITION = Field("position", _("Place among the others"), Shape.NUMBER)


class WordList(Protocol):
    """A list: its id, what it is called where it names itself, and the fields of its words."""

    id: str
    label: str

    async def fields(self, context: Context, language: str) -> tuple[Field, ...]:
        """Return the fields of a word, with the words in a language that can be chosen."""

    async def entries(self, context: Context) -> list[Entry]:
        """Return the words in their order, those that are no longer offered too."""

    async def put(self, context: Context, *, by: Actor, word_id: str, values: Mapping[str, Any]) -> None:
        """Add a word or change it; raises a BadRequest, and ValidationError for what no word can be."""


class _Vocabulary:
    def __init__(self, name: str) -> None:
        self.id, self.name, self.label = f"{WORDS}{name}", name, ""

    async def fields(self, context: Context, language: str) -> tuple[Field, ...]:
        return (
            Field("labels", _("Word"), Shape.TEXTS, required=True, characters_max=300),
            Field("notes", _("What it means"), Shape.LONG_TEXTS, characters_max=2_000), POSITION, RETIRED,
        )  # fmt: skip

    async def entries(self, context: Context) -> list[Entry]:
        found = (await vocabularies.terms(context, vocabularies=[self.name]))[self.name]
        return [Entry(one.code, one.labels, msgspec.structs.asdict(one), used=not one.retired) for one in found]

    async def put(self, context: Context, *, by: Actor, word_id: str, values: Mapping[str, Any]) -> None:
        known = (await vocabularies.terms(context, vocabularies=[self.name]))[self.name]
        role = next((str(one.role) for one in known if one.code == word_id), "")
        told = {"vocabulary": self.name, "code": word_id, "role": role, **values}
        await vocabularies.put(context, by=by, term=msgspec.convert(told, Term))


class _OfferingWords:
    def __init__(self, kind: WordKind) -> None:
        self.id, self.kind, self.label = f"{OFFERINGS}{kind.value}", kind, OFFERING_LISTS[kind]

    async def fields(self, context: Context, language: str) -> tuple[Field, ...]:
        found = [Field("titles", _("Word"), Shape.TEXTS, required=True)]
        if self.kind in PARENTS:
            known = await typologies.vocabulary(context)
            above = [one for one in known.terms.values() if one.kind in PARENTS[self.kind] and not one.retired]
            options = tuple((one.id, one.titles.get(language) or next(iter(one.titles.values()))) for one in above)
            found.append(Field("parent", _("Belongs to"), Shape.CHOICE, required=True, options=options))
        if self.kind is WordKind.DELIVERY:
            hint = _("Seats are counted there, and who came.")
            found.append(Field("attended", _("People attend it on days"), Shape.YES, hint))
        if self.kind is WordKind.TRACK:
            found += [
                Field("entry", _("Who can take part"), Shape.CHOICE, required=True, options=WAYS),
                Field("tone", _("How this audience is spoken to"), Shape.LONG_TEXTS, characters_max=500),
                Field("indicators", _("Indicators"), Shape.LINES),
            ]
        return (*found, RETIRED)

    async def entries(self, context: Context) -> list[Entry]:
        known = await typologies.vocabulary(context)
        return [
            Entry(one.id, one.titles, msgspec.structs.asdict(one), used=not one.retired)
            for one in known.terms.values()
            if one.kind is self.kind
        ]

    async def put(self, context: Context, *, by: Actor, word_id: str, values: Mapping[str, Any]) -> None:
        before = (await typologies.vocabulary(context)).one(self.kind, word_id)
        kept = msgspec.to_builtins(before) if before else {}
        told = {**kept, "id": word_id, "kind": self.kind.value, **values, "ours": False}
        await typologies.put(context, by=by, term=msgspec.convert(told, OfferingWord))


class _Licences:
    id, label = LICENCES, _("Licences of material")

    async def fields(self, context: Context, language: str) -> tuple[Field, ...]:
        return (
            Field("name", _("Name"), required=True),
            Field("url", _("Address where it is read"), Shape.LINE, LICENCE_HINT, characters_max=500),
            Field("adapting", _("It may be adapted"), Shape.YES), Field("selling", _("It may be sold"), Shape.YES),
            Field("share_alike", _("What is made of it bears the same licence"), Shape.YES),
            Field("credit", _("Its makers must be named"), Shape.YES),
        )  # fmt: skip

    async def entries(self, context: Context) -> list[Entry]:
        found = (await materials.licences(context)).values()
        return [Entry(one.id, {"en": one.name}, msgspec.structs.asdict(one)) for one in found]

    async def put(self, context: Context, *, by: Actor, word_id: str, values: Mapping[str, Any]) -> None:
        told = {"id": word_id, **values, "shareAlike": values["share_alike"]}
        await materials.put_licence(context, by=by, licence=msgspec.convert(told, Licence))


class _Checklist:
    id, label = CHECKLIST, _("Quality checklist of courses")

    async def fields(self, context: Context, language: str) -> tuple[Field, ...]:
        return (
            Field("texts", _("What is checked"), Shape.LONG_TEXTS, required=True, characters_max=2_000),
            Field("place", _("Place among the others"), Shape.NUMBER), Field("source", _("Source")),
            Field("active", _("It is asked"), Shape.YES),
        )  # fmt: skip

    async def entries(self, context: Context) -> list[Entry]:
        return [
            Entry(one.id, one.texts, msgspec.structs.asdict(one), used=one.active)
            for one in await courses.checklist(context)
        ]

    async def put(self, context: Context, *, by: Actor, word_id: str, values: Mapping[str, Any]) -> None:
        item = msgspec.convert({"id": word_id, **values}, QualityItem)
        await courses.put_item(context, by=by, item=item)


class _Profiles:
    id, label = PROFILES, _("Profiles of posts")

    async def fields(self, context: Context, language: str) -> tuple[Field, ...]:
        own = {one.category: one.category for one in await profiles.profiles(context) if one.category}
        return (
            Field("names", _("Name"), Shape.TEXTS, required=True),
            Field("category", _("Category"), Shape.CHOICE, options=tuple({**own, **CATEGORIES}.items())),
            Field("descriptions", _("What this post does"), Shape.LONG_TEXTS, characters_max=2_000),
            Field("qualifications", _("Usual qualifications"), Shape.LONG_TEXTS, characters_max=2_000),
            Field("reference", _("Reference elsewhere"), characters_max=500),
        )  # fmt: skip

    async def entries(self, context: Context) -> list[Entry]:
        found = await profiles.profiles(context)
        return [Entry(one.id, one.names, msgspec.structs.asdict(one)) for one in found]

    async def put(self, context: Context, *, by: Actor, word_id: str, values: Mapping[str, Any]) -> None:
        before = (await profiles.by_ids(context, profile_ids=[word_id])).get(word_id)
        told = {**(msgspec.to_builtins(before) if before else {"id": word_id}), **values, "ours": False}
        await profiles.put(context, by=by, profile=msgspec.convert(told, Profile))


class _Scales:
    id, label = SCALES, _("Scales of competencies")

    async def fields(self, context: Context, language: str) -> tuple[Field, ...]:
        return (
            Field("titles", _("Name"), Shape.TEXTS, required=True),
            Field("levels", _("Levels"), Shape.LONG_TEXTS, LEVELS_HINT, required=True, characters_max=2_000),
            Field("source", _("Source"), Shape.LINE, _("Such as https://example.org/licence"), characters_max=500),
        )  # fmt: skip

    async def entries(self, context: Context) -> list[Entry]:
        return [
            Entry(one.id, one.titles, {"titles": one.titles, "levels": _by_language(one), "source": one.source})
            for one in (await frameworks.scales(context)).values()
        ]

    async def put(self, context: Context, *, by: Actor, word_id: str, values: Mapping[str, Any]) -> None:
        before = (await frameworks.scales(context)).get(word_id)
        scale = Scale(id=word_id, titles=values["titles"], levels=(), source=values["source"])
        levels = levels_of(before.levels if before else (), values["levels"])
        checked = msgspec.convert(msgspec.to_builtins(msgspec.structs.replace(scale, levels=levels)), Scale)
        await frameworks.put_scale(context, by=by, scale=checked)


def _by_language(scale: Scale) -> dict[str, str]:
    """Return the names of the levels in each language, one a line, empty where a level has none in it."""
    tongues = {tongue for level in scale.levels for tongue in level.titles}
    return {one: "\n".join(level.titles.get(one, "") for level in scale.levels) for one in tongues}


def levels_of(before: Sequence[Level], told: Mapping[str, str]) -> tuple[Level, ...]:
    """Return the levels that lines by language name: those before keep place and code, further ones follow."""
    lines = {tongue: text.split("\n") for tongue, text in told.items()}
    count = max(len(names) for names in lines.values())
    made: list[Level] = []
    for place in range(count):
        titles = {
            one: names[place].strip() for one, names in lines.items() if place < len(names) and names[place].strip()
        }
        ordinal = before[place].ordinal if place < len(before) else (made[-1].ordinal + 1 if made else 1)
        code = before[place].code if place < len(before) else str(ordinal)
        made.append(Level(ordinal=ordinal, code=code, titles=titles))
    return tuple(made)


LISTS: tuple[WordList, ...] = (
    *(_OfferingWords(kind) for kind in WordKind),
    _Profiles(),
    _Scales(),
    _Licences(),
    _Checklist(),
)


async def lists(context: Context) -> list[tuple[WordList, int]]:
    """Return every list with how many words stand on it, vocabularies behind the others."""
    found: list[tuple[WordList, int]] = [(one, len(await one.entries(context))) for one in LISTS]
    return found + [(_Vocabulary(name), count) for name, count in await vocabularies.vocabularies(context)]


async def one_list(context: Context, *, list_id: str) -> WordList:
    """Return a list; raises UnknownList."""
    if list_id.startswith(WORDS):
        names = {name for name, _count in await vocabularies.vocabularies(context)}
        if list_id.removeprefix(WORDS) in names:
            return _Vocabulary(list_id.removeprefix(WORDS))
    found = next((one for one in LISTS if one.id == list_id), None)
    if found is None:
        raise UnknownList
    return found


async def one_word(context: Context, known: WordList, *, word_id: str) -> Entry:
    """Return a word of a list; raises UnknownList."""
    found = next((one for one in await known.entries(context) if one.id == word_id), None)
    if found is None:
        raise UnknownList
    return found


def used_in(fields: Iterable[tuple[str, str, str]]) -> dict[str, list[tuple[str, str]]]:
    """Return where words of each vocabulary are chosen, as labels of a kind of record and of its field."""
    found: dict[str, list[tuple[str, str]]] = {}
    for vocabulary, kind, field in fields:
        found.setdefault(vocabulary, []).append((kind, field))
    return found

"""A kind of record and its fields, declared once; and the pure decisions about what a record may hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from govstack.kernel.i18n import _

TEXT_CHARACTERS_MAX = 300
LONG_CHARACTERS_MAX = 10_000
MANY_MAX = 100
WHOLE_MAX = 2**53
CONTENT_BYTES_MAX = 100_000
# The number of what a record said first.
FIRST = 1
ID_CHARACTERS_MAX = 100
LANGUAGE = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}"

Content = dict[str, Any]
_URL = re.compile(r"https?://[^\s<>\"]{3,1990}")


class FieldKind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    LONG = "long text"
    LINES = "lines"
    WHOLE = "whole number"
    NUMBER = "number"
    DATE = "date"
    YES = "yes or no"
    URL = "address"
    TERM = "word of a vocabulary"
    RECORD = "another record"
    PERSON = "person"
    ORGANISATION = "organisation"
    COMPETENCY = "competency"
    SESSION = "session"


POINTING = frozenset({FieldKind.RECORD, FieldKind.PERSON, FieldKind.ORGANISATION})
SENTENCES = frozenset({FieldKind.TEXT, FieldKind.LONG, FieldKind.LINES})


class Audience(StrEnum):
    """Who may read a record: those who work with its kind, partners who signed in, or everybody."""

    PRIVATE = "private"
    PARTNER = "partner"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `of` names the vocabulary, or the kind of record, that it takes its value from.

    `many` lets terms and what it points at be several. What is `personal` is sealed, and erased with the person. What
    is `fixed` is written by use cases alone, such as a state that an approval sets; callers leave it as it is.
    """

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    of: str = ""
    required: bool = False
    many: bool = False
    personal: bool = False
    hint: str = ""
    least: int = 0
    most: int = WHOLE_MAX
    listed: bool = False
    fixed: bool = False

    @property
    def points(self) -> bool:
        """Tell whether it points at something with an id."""
        return self.kind in POINTING

    @property
    def plural(self) -> bool:
        """Tell whether its value is a list."""
        return self.many or self.kind is FieldKind.LINES


Judge = Callable[[Mapping[str, Any]], Mapping[str, str]]
Settle = Callable[[Mapping[str, Any], Mapping[str, Any]], Content]


# Judges a content, whose id stands first, beside the contents of what it points at, by id.
Beside = Callable[[str, Mapping[str, Any], Mapping[str, Mapping[str, Any]]], Mapping[str, str]]


def _nothing_beside(
    record_id: str, content: Mapping[str, Any], targets: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, str]:
    return {}


def _no_further_rule(content: Mapping[str, Any]) -> Mapping[str, str]:
    return {}


def _as_written(before: Mapping[str, Any], content: Mapping[str, Any]) -> Content:
    return dict(content)


def _always(content: Mapping[str, Any]) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Journey:
    """A further page that each record of a kind has: the last part of its address, and its name.

    `writes` says that only those who keep the records may open it, `when` of which contents a record leads there.
    """

    path: str
    label: str
    writes: bool = False
    when: Callable[[Mapping[str, Any]], bool] = field(default=_always)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record. `write` is the scope of those who keep it; `read` that of those who see it ("" is everybody).

    `title` names the field that a record is called by. `judge` knows further rules: it returns what is wrong by field.
    `beside` knows rules that also look at the records it points at.
    `once` names a field that points at a record, and another: for one target each value of it is written down once.
    `opening` says by field what a record lacks before it may be public.
    `settle` says what the fixed fields come to when somebody writes the others, such as a decision that falls.
    `section` is the part of the navigation that its pages belong to. `opens` says that records can be for partners or
    the public, which a kind otherwise never is. `journey` is a further page that each record has.
    """

    name: str
    plural: str
    label: str
    labels: str
    lead: str
    section: str
    write: str
    fields: tuple[Field, ...]
    title: str
    read: str = ""
    opens: bool = False
    journey: Journey | None = None
    judge: Judge = field(default=_no_further_rule)
    beside: Beside = field(default=_nothing_beside)
    once: tuple[str, str] | None = None
    opening: Judge = field(default=_no_further_rule)
    settle: Settle = field(default=_as_written)

    @property
    def by_name(self) -> Mapping[str, Field]:
        """Return the fields by name."""
        return {one.name: one for one in self.fields}

    @property
    def listed(self) -> tuple[Field, ...]:
        """Return the fields that a list shows beside the title."""
        return tuple(one for one in self.fields if one.listed and one.name != self.title)

    @property
    def personal(self) -> frozenset[str]:
        """Return the names of the fields that are personal."""
        return frozenset(one.name for one in self.fields if one.personal)

    @property
    def translatable(self) -> tuple[Field, ...]:
        """Return the fields that hold sentences for others to read, which can be said in further languages."""
        return tuple(one for one in self.fields if one.kind in SENTENCES and not (one.personal or one.fixed))

    @property
    def vocabularies(self) -> frozenset[str]:
        """Return the vocabularies that the fields take words from."""
        return frozenset(one.of for one in self.fields if one.kind is FieldKind.TERM)


def written_by_hand(kind: Kind, content: Mapping[str, Any]) -> Content:
    """Return what people write of a record, without what acts write."""
    return {one.name: content[one.name] for one in kind.fields if not one.fixed and one.name in content}


class Record(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A record as it is now, or as one of its revisions was. `number` counts its changes, from 1.

    `written_in` is the language of its texts, "" where nobody said; `tongues` says it by field where a record is shown
    in the words of another language, which need not be there for every field.
    """

    id: str
    kind: str
    number: int
    content: Content
    audience: Audience = Audience.PRIVATE
    archived: bool = False
    changed_at: str = ""
    changed_by: str = ""
    written_in: str = ""
    tongues: Mapping[str, str] = {}

    def tongue(self, field_name: str) -> str:
        """Return the language of a field's text, "" where nobody said."""
        return self.tongues.get(field_name, self.written_in)


@dataclass(frozen=True, slots=True)
class Known:
    """What values may be taken from: words by vocabulary, and the ids that exist among those that are pointed at.

    `competencies` gives the id of each competency that is named, by its id or its code; `sessions` are those named
    that are of the offering meant.
    """

    terms: Mapping[str, frozenset[str]]
    records: Mapping[str, str]
    people: frozenset[str]
    organisations: frozenset[str]
    competencies: Mapping[str, str]
    sessions: frozenset[str]


def title_of(kind: Kind, content: Mapping[str, Any]) -> str:
    """Return what a record is called; without its title, such as a name that is erased, by what a list shows next."""
    texts = (kind.title, *(one.name for one in kind.listed if one.kind is FieldKind.TEXT and not one.many))
    value = next((content[name] for name in texts if content.get(name)), "")
    return value if isinstance(value, str) else str(value)


class Order(StrEnum):
    """In which order a list stands: by title, by the day that is the title, or by id."""

    TITLE = "title"
    NEWEST = "newest"
    ID = "id"


def order_of(kind: Kind) -> Order:
    """Return the order of the list of a kind; words to choose from stand in the order of their vocabulary, by id."""
    titled = kind.by_name[kind.title].kind
    if titled is FieldKind.DATE:
        return Order.NEWEST
    return Order.TITLE if titled in SENTENCES else Order.ID


def called(kind: Kind, content: Mapping[str, Any]) -> str:
    """Return what a record is told apart by: a person's name has what a list shows next beside it."""
    name, beside = content.get(kind.title, ""), title_of(kind, {**content, kind.title: ""})
    return f"{name} ({beside})" if name and beside and kind.title in kind.personal else name or beside


def offering_of(record_id: str, content: Mapping[str, Any]) -> str:
    """Return the offering that a record is for: the one it names, else its own id, which an offering gives it."""
    return str(content.get("offering") or record_id)


def split(kind: Kind, content: Content) -> tuple[Content, Content]:
    """Return what is not personal, and what is."""
    personal = kind.personal
    return (
        {name: value for name, value in content.items() if name not in personal},
        {name: value for name, value in content.items() if name in personal},
    )


def named(kind: Kind, content: Mapping[str, Any]) -> list[str]:
    """Return the competencies that a content names, as it names them."""
    values = [content.get(one.name) for one in kind.fields if one.kind is FieldKind.COMPETENCY]
    return [str(text) for value in values if value for text in (value if isinstance(value, list) else [value])]


def with_ids(kind: Kind, content: Mapping[str, Any], ids: Mapping[str, str]) -> Content:
    """Return a content whose competencies are named by id, each once; what means none stays, to be refused."""
    told = dict(content)
    for one in kind.fields:
        value = told.get(one.name)
        if one.kind is FieldKind.COMPETENCY and isinstance(value, str):
            told[one.name] = ids.get(value, value)
        elif one.kind is FieldKind.COMPETENCY and isinstance(value, list):
            told[one.name] = list(
                dict.fromkeys(ids.get(text, text) if isinstance(text, str) else text for text in value)
            )
    return told


def pointed(kind: Kind, content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return each field that points at something, with each id once."""
    found = []
    for one in kind.fields:
        if one.points and content.get(one.name):
            value = content[one.name]
            found += [(one.name, target) for target in dict.fromkeys(value if isinstance(value, list) else [value])]
    return found


def cleaned(kind: Kind, content: Mapping[str, Any]) -> Content:
    """Return a content in the order of the fields, without what is empty and with text as it will be kept."""
    kept: Content = {}
    for one in kind.fields:
        value = content.get(one.name)
        if isinstance(value, str):
            value = value.strip().replace("\r\n", "\n")
        elif isinstance(value, list | tuple):
            value = [item.strip() if isinstance(item, str) else item for item in value]
            value = [item for item in value if item not in ("", None)]
        if value or (isinstance(value, int | float) and not value):
            kept[one.name] = value
    return kept


def with_fixed(kind: Kind, content: Mapping[str, Any], before: Mapping[str, Any]) -> Content:
    """Return a content whose fixed fields say what they said before, whatever was sent."""
    fixed = {one.name for one in kind.fields if one.fixed}
    kept = {name: value for name, value in content.items() if name not in fixed}
    return {**kept, **{name: before[name] for name in fixed if name in before}}


THERE_ALREADY = _("This is written down already. Change what is there.")
REQUIRED = _("Fill this in.")
NOT_TEXT = _("Write text here.")
TOO_LONG = _("This text is too long.")
NOT_WHOLE = _("Write a whole number, such as 12.")
NOT_NUMBER = _("Write a number, such as 12.5.")
OUT_OF_RANGE = _("The number is outside what can be entered here.")
NOT_DATE = _("Write a date as year-month-day, such as 2026-11-22.")
NOT_YES = _("Answer yes or no.")
NOT_URL = _("Write an address that starts with https:// or http://.")
UNKNOWN_WORD = _("Choose one of the words offered.")
UNKNOWN_TARGET = _("There is nothing with this id. Choose one that is known.")
UNKNOWN_SESSION = _("This is no session of the offering meant. Write the id of one, as the follow-up shows it.")
UNKNOWN_COMPETENCY = _("No competency has this id or code, or several have the code. Write one such as e-cf:E.7.")
TOO_MANY = _("These are too many.")
UNKNOWN_FIELD = _("There is no such field here.")


def faults(kind: Kind, content: Mapping[str, Any], known: Known) -> dict[str, str]:
    """Return what is wrong with a content, by field; the further rules of the kind come last."""
    wrong = {name: UNKNOWN_FIELD for name in content if name not in kind.by_name}
    for one in kind.fields:
        value = content.get(one.name)
        if value is None:
            if one.required and not one.fixed:
                wrong[one.name] = REQUIRED
            continue
        fault = _many(one, value, known) if one.plural else _one(one, value, known)
        if fault:
            wrong[one.name] = fault
    if not wrong:
        wrong.update(kind.judge(content))
    return wrong


def _many(one: Field, value: Any, known: Known) -> str:
    if not isinstance(value, list):
        return NOT_TEXT
    if len(value) > MANY_MAX:
        return TOO_MANY
    return next((fault for fault in (_one(one, item, known) for item in value) if fault), "")


def _one(one: Field, value: Any, known: Known) -> str:
    kind = one.kind
    if kind is FieldKind.YES:
        return "" if isinstance(value, bool) else NOT_YES
    if kind in (FieldKind.WHOLE, FieldKind.NUMBER):
        return _number(one, value)
    if not isinstance(value, str) or "\x00" in value:
        return NOT_TEXT
    return _text(one, value, known)


def _number(one: Field, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return NOT_WHOLE if one.kind is FieldKind.WHOLE else NOT_NUMBER
    if one.kind is FieldKind.WHOLE and not isinstance(value, int):
        return NOT_WHOLE
    return "" if one.least <= value <= one.most else OUT_OF_RANGE


def _text(one: Field, value: str, known: Known) -> str:
    checks: Mapping[FieldKind, tuple[Callable[[], bool], str]] = {
        FieldKind.TERM: (lambda: value in known.terms.get(one.of, frozenset()), UNKNOWN_WORD),
        FieldKind.RECORD: (lambda: known.records.get(value) == one.of, UNKNOWN_TARGET),
        FieldKind.PERSON: (lambda: value in known.people, UNKNOWN_TARGET),
        FieldKind.ORGANISATION: (lambda: value in known.organisations, UNKNOWN_TARGET),
        FieldKind.COMPETENCY: (lambda: value in known.competencies, UNKNOWN_COMPETENCY),
        FieldKind.SESSION: (lambda: value in known.sessions, UNKNOWN_SESSION),
        FieldKind.DATE: (lambda: _is_date(value), NOT_DATE),
        FieldKind.URL: (lambda: _URL.fullmatch(value) is not None, NOT_URL),
    }
    holds, fault = checks.get(one.kind, (lambda: len(value) <= longest(one), TOO_LONG))
    return "" if holds() else fault


def longest(one: Field) -> int:
    """Return how many characters a field, or a line of it, holds at most."""
    return LONG_CHARACTERS_MAX if one.kind is FieldKind.LONG else TEXT_CHARACTERS_MAX


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


_SHAPES: Mapping[FieldKind, Any] = {
    FieldKind.TEXT: Annotated[str, Meta(max_length=TEXT_CHARACTERS_MAX)],
    FieldKind.LONG: Annotated[str, Meta(max_length=LONG_CHARACTERS_MAX)],
    FieldKind.LINES: Annotated[list[Annotated[str, Meta(max_length=TEXT_CHARACTERS_MAX)]], Meta(max_length=MANY_MAX)],
    FieldKind.NUMBER: float | int,
    FieldKind.DATE: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")],
    FieldKind.YES: bool,
    FieldKind.URL: Annotated[str, Meta(max_length=2_000)],
}


def shape_of(one: Field) -> Any:
    """Return the type of a field on the wire."""
    shape: Any
    if one.kind is FieldKind.WHOLE:
        shape = Annotated[int, Meta(ge=one.least, le=one.most)]
    elif one.kind in _SHAPES:
        shape = _SHAPES[one.kind]
    else:
        shape = Annotated[str, Meta(max_length=ID_CHARACTERS_MAX, description=f"{one.kind.value}: {one.of or 'id'}")]
    return Annotated[list[shape], Meta(max_length=MANY_MAX)] if one.many else shape


def wire_shape(kind: Kind) -> type[msgspec.Struct]:
    """Return the shape of a kind's content on the wire; what is required is checked by `faults`, in plain words."""
    fields: Sequence[tuple[str, Any, Any]] = [(one.name, shape_of(one) | None, None) for one in kind.fields]
    name = "".join(part.title() for part in kind.name.split("-"))
    return msgspec.defstruct(f"{name}Content", fields, frozen=True, omit_defaults=True, kw_only=True)

"""What the pages of records show: fields as rows, as cells of a list, and as fields of a form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from govstack.kernel import clock, i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language, in_tongue, labelled_with, linked
from govstack.pillars.learn.people.model import Person, Tree
from govstack.pillars.learn.people.presenters import choices, name_of
from govstack.pillars.learn.records.model import (
    NOT_DATE,
    SENTENCES,
    Audience,
    Field,
    FieldKind,
    Kind,
    Record,
    title_of,
)
from govstack.pillars.learn.vocabularies.model import Term
from govstack.pillars.learn.vocabularies.presenters import explained, labelled, offered

AUDIENCES = (
    (Audience.PRIVATE.value, _("Those who keep these records")),
    (Audience.PARTNER.value, _("Partners who sign in")),
    (Audience.PUBLIC.value, _("Everybody")),
)
CONTROLS = {
    FieldKind.LONG: "textarea", FieldKind.LINES: "textarea", FieldKind.TERM: "select", FieldKind.RECORD: "select",
    FieldKind.ORGANISATION: "select", FieldKind.YES: "radios", FieldKind.DATE: "date",
}  # fmt: skip

ASKED_DAY = _("Give a date, such as 27 3 2027.")

# Fields in which addresses are links on pages.
LINKED = frozenset({FieldKind.LONG, FieldKind.LINES, FieldKind.URL})
# The columns of a file of what is known of a person.
OF_PERSON = (_("Kind"), _("Id"), _("Number of the change"), _("Changed at"), _("Field"), _("What it says"))

# What fields may point at, by kind: id and title; None where there is too much to choose from.
Pointed = Mapping[str, Sequence[tuple[str, str]] | None]


@dataclass(frozen=True, slots=True)
class Named:
    """What ids and codes are called in the reader's language; `hides` shows no id of a record that has no name here."""

    words: Words
    terms: Mapping[str, Sequence[Term]] = field(default_factory=dict)
    records: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    tree: Tree = field(default_factory=lambda: Tree({}))
    competencies: Mapping[str, str] = field(default_factory=dict)
    sessions: Mapping[str, str] = field(default_factory=dict)
    hides: bool = False

    def shown(self, one: Field, value: Any) -> str:
        """Return a value as people read it."""
        if isinstance(value, list):
            told = [self.shown(one, item) for item in value]
            return self.words.listed(told) if one.many else "\n".join(told)
        if value is None:
            return ""
        if one.kind is FieldKind.YES:
            return self.words(_("Yes") if value else _("No"))
        if one.kind is FieldKind.DATE:
            return i18n.format_date(self.words.language, str(value))
        hidden = self.words(_("Not shown to you")) if self.hides and one.kind is FieldKind.RECORD else str(value)
        return self._called(one, str(value)) or hidden

    def told(self, one: Field, record: Record) -> str:
        """Return what a record says in a field, with its language where that is not the reader's."""
        text = self.shown(one, record.content.get(one.name))
        if one.kind in LINKED:
            text = linked(text)
        return in_tongue(text, record.tongue(one.name), self.words.language) if one.kind in SENTENCES else text

    def _called(self, one: Field, value: str) -> str:
        named: Mapping[str, str] = {}
        match one.kind:
            case FieldKind.TERM:
                named = labelled(self.terms.get(one.of, ()), self.words.language)
            case FieldKind.ORGANISATION:
                return name_of(self.tree, value, self.words.language)
            case FieldKind.PERSON:
                named = {value: self.people[value].name} if value in self.people else {}
            case FieldKind.COMPETENCY:
                named = self.competencies
            case FieldKind.SESSION:
                named = self.sessions
            case FieldKind.RECORD:
                named = {value: self.records.get(value, ("", ""))[1]}
        return named.get(value, "")


def rows(kind: Kind, records: Iterable[Record], named: Named) -> list[list[Cell]]:
    """Return a list of records: the title leads to the record."""
    shown = []
    for record in records:
        title = named.told(kind.by_name[kind.title], record)
        title = title or title_of(kind, record.content) or record.id
        cells: list[Cell] = [{"text": title, "href": f"/{kind.plural}/{record.id}"}]
        cells += [named.told(one, record) for one in kind.listed]
        shown.append(cells)
    return shown


def session(titles: Mapping[str, str], starts: datetime, language: str) -> str:
    """Return what a session is called: what is taught, and from which day on."""
    return f"{in_language(titles, language)} ({i18n.format_date(language, clock.day(starts))})"


def headers(kind: Kind, words: Words) -> list[str]:
    """Return the headers of a list."""
    return [words(kind.by_name[kind.title].label), *(words(one.label) for one in kind.listed)]


def summary(kind: Kind, record: Record, named: Named) -> list[tuple[str, str]]:
    """Return every field that a record has, as label and text."""
    return [(named.words(one.label), named.told(one, record)) for one in kind.fields if one.name in record.content]


def of_person(kind: Kind, records: Iterable[Record], named: Named) -> list[list[str]]:
    """Return what records say of a person, a line for each field: which record, as of when, what."""
    return [
        [
            named.words(kind.label), one.id, str(one.number), one.changed_at, named.words(each.label),
            named.shown(each, one.content[each.name]),
        ]
        for one in records
        for each in kind.fields
        if each.name in one.content
    ]  # fmt: skip


def without_others(named: Named, kind: Kind, record_id: str) -> Named:
    """Return what ids are called where nobody of a kind is named but the one whose record it is."""
    nobody = named.words(_("Somebody else"))
    titles = {
        one: (name, nobody if name == kind.name and one != record_id else title)
        for one, (name, title) in named.records.items()
    }
    return replace(named, records=titles, people={}, hides=False)


def heading(kind: Kind, record: Record, words: Words) -> str:
    """Return what a record is called at the top of its page."""
    if kind.by_name[kind.title].kind is FieldKind.DATE and record.content.get(kind.title):
        return i18n.format_date(words.language, str(record.content[kind.title]))
    return title_of(kind, record.content) or words(kind.label)


def controls(
    fields: Iterable[Field], values: Mapping[str, Any], named: Named, pointed: Pointed
) -> list[dict[str, Any]]:
    """Return the fields of a form: what each is asked with, and what stands in it."""
    return [_control(one, values.get(one.name), named, pointed) for one in fields if not one.fixed]


def _control(one: Field, value: Any, named: Named, pointed: Pointed) -> dict[str, Any]:
    chosen = value if isinstance(value, list) else [value] if value not in (None, "") else []
    control = CONTROLS.get(one.kind, "text")
    options: Sequence[tuple[str, str]] = ()
    notes: Sequence[tuple[str, str]] = ()
    if one.kind is FieldKind.TERM:
        options = offered(named.terms.get(one.of, ()), named.words.language, [str(item) for item in chosen])
        notes = explained(named.terms.get(one.of, ()), named.words.language)
    elif one.kind is FieldKind.ORGANISATION:
        options = choices(named.tree, named.words.language)
    elif one.kind is FieldKind.RECORD:
        known = pointed.get(one.of)
        options = known or ()
        control = "select" if options else "text" if known is None or chosen else "nothing"
    if one.many and options:
        control = "checkboxes"
    elif one.many and control != "nothing":
        control = "textarea"
    text = "\n".join(str(item) for item in chosen) if control == "textarea" else (str(chosen[0]) if chosen else "")
    if one.kind is FieldKind.YES and isinstance(value, bool):
        text = "yes" if value else "no"
    return {
        "name": one.name, "label": _label(one, named.words), "hint": _hint(one, named.words, control),
        "control": control,
        "options": options, "notes": notes, "of": one.of, "value": text, "values": [str(item) for item in chosen],
        "rows": 8 if one.kind is FieldKind.LONG else 4,
    }  # fmt: skip


def _label(one: Field, words: Words) -> str:
    label = words(one.label)
    return label if one.required else words(_("{label} (optional)"), label=label)


def _hint(one: Field, words: Words, control: str) -> str:
    hint = words(one.hint) if one.hint else ""
    if control == "textarea" and one.kind is not FieldKind.LONG:
        hint = " ".join(part for part in (hint, words(_("One a line."))) if part)
    elif one.kind is FieldKind.RECORD and control == "text":
        hint = " ".join(part for part in (hint, words(_("Its id, as it stands at the end of its address."))) if part)
    elif one.kind is FieldKind.PERSON:
        known = words(_("The number or id of somebody who was entered under People."))
        hint = " ".join(part for part in (hint, known) if part)
    return hint


def revisions(kind: Kind, history: Sequence[Record], named: Named) -> list[tuple[str, str, str]]:
    """Return what a record said, the newest first: when, and what differs from before."""
    told = []
    for now, before in zip(history, [*history[1:], None], strict=True):
        changed = [
            named.words(one.label)
            for one in kind.fields
            if before is not None and now.content.get(one.name) != before.content.get(one.name)
        ]
        if before is None:
            text = named.words(_("Written down"))
        elif now.archived and not before.archived:
            text = named.words(_("Taken out of use"))
        elif before.archived and not now.archived and not changed:
            text = named.words(_("Taken into use again"))
        else:
            text = named.words(
                _("Changed: {fields}"), fields=named.words.listed(changed) or named.words(_("who may read it"))
            )
        told.append((text, now.changed_at, ""))
    return told


def import_faults(kind: Kind, faults: Mapping[str, str], words: Words) -> str:
    """Return what is wrong in a row, in one line."""
    labels = {one.name: words(one.label) for one in kind.fields}
    return " ".join(
        f"{labels[name]}: {words(text)}" if name in labels else words(text) for name, text in faults.items()
    )


def faults(kind: Kind, found: Mapping[str, str], words: Words) -> dict[str, str]:
    """Return what is wrong with a form, by field, each with the name of its field as the form has it."""
    told = {}
    for name, text in found.items():
        one = kind.by_name.get(name)
        # A form asks for a day in three parts, a file for one in its own shape.
        said = words(ASKED_DAY if text == NOT_DATE else text)
        told[name] = labelled_with(words, words(one.label), said) if one else said
    return told

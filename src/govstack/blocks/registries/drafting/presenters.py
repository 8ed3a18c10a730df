"""What the pages of the workbench show: the fields of a draft with their marks, and one field in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from govstack.blocks.registries.design.model import (
    DeleteRule,
    Field,
    FieldType,
    Link,
    LinkKind,
    Path,
    Registry,
    Trigger,
    pointer,
    reachable,
    walk,
)
from govstack.blocks.registries.drafting.model import NESTING, Draft, value_text
from govstack.blocks.registries.fields.model import NUMERIC, TEXTUAL, ActionType, Gate, Logic
from govstack.blocks.registries.frame.presenters import TYPES, Words, label_of, path_label
from govstack.kernel.i18n import LANGUAGES, NAMES, _

CHOICES_SHOWN_MAX = 8

# Mark, the words on it, its colour: what an analyst must see of a field at a glance.
MARKS: tuple[tuple[str, str, str], ...] = (
    ("required", _("Required"), "grey"),
    ("primary_key", _("Key"), "blue"),
    ("unique", _("Unique"), "blue"),
    ("person_identifier", _("Identifies the person"), "purple"),
    ("personal", _("Personal"), "purple"),
    ("secret", _("Encrypted"), "orange"),
    ("blinded", _("Masked"), "orange"),
    ("multiple", _("Several values"), "grey"),
    ("read_only", _("Read-only"), "grey"),
    ("immutable", _("Fixed once set"), "grey"),
    ("indexed", _("Indexed"), "grey"),
)
LINK_KINDS: Mapping[LinkKind, tuple[str, str]] = {
    LinkKind.STRICT: (_("Strict"), _("The record it names must exist")),
    LinkKind.SOFT: (_("Loose"), _("The record it names may be missing")),
    LinkKind.EDGE: (_("Edge of a graph"), _("A relation between two records, such as mother of")),
}
DELETE_RULES: Mapping[DeleteRule, tuple[str, str]] = {
    DeleteRule.RESTRICT: (_("Refuse"), _("A record that others link to cannot be deleted")),
    DeleteRule.CASCADE: (_("Delete these too"), _("The records that link to it are deleted with it")),
    DeleteRule.ORPHAN: (_("Leave these"), _("The records that link to it stay as they are")),
}
LOGICS: Mapping[Logic, str] = {
    Logic.EQUAL: _("is"),
    Logic.NOT_EQUAL: _("is not"),
    Logic.LESS: _("is less than"),
    Logic.GREATER: _("is more than"),
}
GATES: Mapping[Gate, str] = {Gate.AND: _("and"), Gate.OR: _("or")}
ACTIONS: Mapping[ActionType, str] = {
    ActionType.SET_VALUE: _("set it to"),
    ActionType.UPPER_CASE: _("write it in capital letters"),
    ActionType.LOWER_CASE: _("write it in small letters"),
    ActionType.PREFIX: _("put in front of it"),
    ActionType.SUFFIX: _("put behind it"),
    ActionType.MERGE: _("merge into it"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One field as the list shows it."""

    number: int
    name: str
    label: str
    above: str
    kind: str
    marks: Sequence[tuple[str, str]]
    change: str
    problem: str


def lines(words: Words, registry: Registry, draft: Draft | None = None) -> list[Line]:
    """Return the fields of a draft or version, those inside groups after their group."""
    found = []
    for path, one in walk(registry.fields):
        label = label_of(one, words.language)
        change = ""
        if draft is not None and draft.waits and draft.newest is not None:
            change = words(_("New")) if draft.is_new(path) else words(_("Changed")) if draft.is_changed(path) else ""
        found.append(
            Line(
                one.number,
                one.name,
                label if label != one.name else "",
                path_label(registry, path[:-1], words.language),
                kind_of(words, one),
                marks(words, one),
                change,
                words.said(draft.problems[pointer(path)]) if draft and pointer(path) in draft.problems else "",
            )
        )
    return found


def kind_of(words: Words, one: Field) -> str:
    """Return a field's type in words; a type that is none is shown as it was declared."""
    return one.declared or words(TYPES[one.type][0])


def marks(words: Words, one: Field) -> list[tuple[str, str]]:
    """Return what is special about a field as tags: text and colour."""
    hidden = {"personal"} if one.person_identifier else set()
    hidden |= {"unique"} if one.primary_key else set()
    found = [(words(label), colour) for name, label, colour in MARKS if name not in hidden and getattr(one, name)]
    if one.links:
        found.append((words(_("Link")), "teal"))
    if one.triggers:
        found.append((words(_("Filled in")), "teal"))
    return found


def problems(words: Words, draft: Draft) -> list[tuple[str, str, str]]:
    """Return what must change before publishing: the place, what is wrong, and the address that mends it."""
    places = {pointer(path): (path, one) for path, one in walk(draft.now.fields)}
    found, base = [], f"/registry/{draft.now.code}"
    for where, why in draft.problems.items():
        if where in places:
            path, one = places[where]
            place, href = path_label(draft.now, path, words.language), f"{base}/fields/{one.number}"
        else:
            place, href = words(_("Whole registry")), f"{base}/{'fields' if where == '/' else 'numbering'}"
        found.append((place, words.said(why), href))
    return found


def about(words: Words, one: Field) -> list[tuple[str, str]]:
    """Return what a field is, as rows of a summary."""
    several = words(_("several values"))
    rows = [
        (words(_("Name")), one.name),
        (words(_("Type")), kind_of(words, one) + (f" ({several})" if one.multiple else "")),
        (words(_("Description")), one.description),
    ]
    rows += [(NAMES[language], one.labels[language]) for language in LANGUAGES if one.labels.get(language)]
    rows.append((words(_("Example")), value_text(one.example)))
    return rows


def rules(words: Words, one: Field) -> list[str]:
    """Return the rules of a field as sentences; none when anything goes."""
    flags = {
        "required": _("Each record must have it."),
        "primary_key": _("It is the key: records are found by it, and no two share a value."),
        "unique": _("No two records share a value."),
        "indexed": _("Searches by it are fast."),
        "read_only": _("Callers cannot change it."),
        "immutable": _("Once set it stays."),
    }
    found = [words(text) for name, text in flags.items() if getattr(one, name)]
    found += _limits(words, one)
    if one.pattern:
        found.append(words(_("It has the form {pattern}."), pattern=one.pattern))
    values = one.choices or tuple(f"{key} ({label})" for key, label in one.catalogue.items())
    if values:
        more = len(values) - CHOICES_SHOWN_MAX
        shown = words.named(values[:CHOICES_SHOWN_MAX])
        found.append(
            words(_("One of: {values} and {number} more."), values=shown, number=words.number(more))
            if more > 0
            else words(_("One of: {values}."), values=shown)
        )
    if one.file_types:
        found.append(words(_("Files of these kinds: {values}."), values=words.named(one.file_types)))
    if one.default is not None:
        found.append(words(_("Without a value it becomes {value}."), value=value_text(one.default)))
    return found


def _limits(words: Words, one: Field) -> list[str]:
    found = []
    for low, high, both, least, most in (
        (
            one.minimum, one.maximum, _("From {low} to {high}."), _("At least {low}."), _("At most {high}."),
        ),
        (
            one.length_min, one.length_max, _("{low} to {high} characters."), _("At least {low} characters."),
            _("At most {high} characters."),
        ),
    ):  # fmt: skip
        text = both if low is not None and high is not None else least if low is not None else most
        if low is not None or high is not None:
            found.append(words(text, low=f"{low or 0:g}", high=f"{high or 0:g}"))
    return found


def protection(words: Words, one: Field) -> list[str]:
    """Return how a field is protected, as sentences."""
    found = []
    if one.person_identifier:
        kind = f" ({one.identifier_kind})" if one.identifier_kind else ""
        found.append(
            words(_("It tells whose data the record is{kind}: each reading is logged for that person."), kind=kind)
        )
    if one.personal and not one.person_identifier:
        found.append(words(_("It holds personal data: each reading is logged.")))
    if one.secret:
        found.append(words(_("It is encrypted with the key of the registry.")))
    if one.blinded:
        mask = one.mask or "********"
        found.append(words(_("Callers without the right see it masked: {mask}."), mask=mask))
    return found


def link_rows(words: Words, one: Field, known: Sequence[Registry], own: Registry) -> list[tuple[str, str, str]]:
    """Return the links of a field: where to, how it binds, what deleting does."""
    by_id = {registry.id: registry for registry in known}
    found = []
    for link in one.links:
        target = by_id.get(link.registry_id)
        place = words(_("Registry {number}, which is not published"), number=str(link.registry_id))
        if target is not None:
            name = words(_("this registry")) if target.id == own.id else target.name or target.code
            place = f"{name} › {target_field(words, target, link)}"
        found.append((place, words(LINK_KINDS[link.kind][0]), words(DELETE_RULES[link.on_delete][0])))
    return found


def target_field(words: Words, target: Registry, link: Link) -> str:
    """Return what the field that a link points at is called."""
    if not link.field_number:
        return words(_("the record's own id"))
    found = next((path for path, one in walk(target.fields) if one.number == link.field_number), None)
    return path_label(target, found, words.language) if found else str(link.field_number)


def linkable(words: Words, target: Registry) -> list[tuple[str, str]]:
    """Return the fields that a link may point at, as choices."""
    found = [
        (str(one.number), path_label(target, path, words.language))
        for path, one in reachable(target.fields)
        if one.comparable and one.type in {*TEXTUAL, *NUMERIC}
    ]
    return [("0", words(_("The record's own id"))), *found]


def may_link(path: Path, one: Field, registry: Registry) -> bool:
    """Tell whether a field can link to other records."""
    return any(found == path for found, _one in reachable(registry.fields)) and (
        one.comparable and one.type in {*TEXTUAL, *NUMERIC}
    )


def trigger_texts(words: Words, one: Field, registry: Registry) -> list[str]:
    """Return the triggers of a field as sentences."""
    return [trigger_text(words, trigger, registry) for trigger in one.triggers]


def trigger_text(words: Words, trigger: Trigger, registry: Registry) -> str:
    """Return a trigger as a sentence: when what holds, what is done."""
    names = {one.number: path_label(registry, path, words.language) for path, one in walk(registry.fields)}
    this = words(_("it"))
    parts = []
    for place, condition in enumerate(trigger.conditions):
        gate = GATES.get(Gate(condition.gate), GATES[Gate.AND]) if condition.gate in tuple(Gate) else GATES[Gate.AND]
        logic = LOGICS[Logic(condition.logic)] if condition.logic in tuple(Logic) else condition.logic
        name = names.get(condition.field_number, this)
        said = f"{name} {words(logic)} “{condition.value}”" if condition.value else f"{name} {words(logic)} “”"
        parts.append(f"{words(gate)} {said}" if place else said)
    acts = [_act(words, action.type, action.value, names.get(action.field_number, "")) for action in trigger.actions]
    if not parts:
        return words(_("Always: {acts}."), acts=words.set_apart(acts))
    return words(_("When {conditions}: {acts}."), conditions=" ".join(parts), acts=words.set_apart(acts))


def _act(words: Words, kind: str, value: str, target: str) -> str:
    text = words(ACTIONS[ActionType(kind)]) if kind in tuple(ActionType) else kind
    shown = f"{text} “{value}”" if value else text
    return f"{target}: {shown}" if target else shown


def types_offered(words: Words, *, deep: bool) -> list[tuple[str, str, str]]:
    """Return the types that a field may have, as choices with hints; inside a grid no further grid."""
    left_out = NESTING if deep else frozenset[FieldType]()
    return [(kind.value, words(label), words(hint)) for kind, (label, hint) in TYPES.items() if kind not in left_out]

"""Forms of the workbench: a field as the texts of a form, and what was sent as a field again, or what is wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from govstack.blocks.registries.contents.model import FILE_TYPES, Unfit, from_text
from govstack.blocks.registries.design.model import (
    DeleteRule,
    Field,
    FieldType,
    Link,
    LinkKind,
    Path,
    Registry,
    SchemaTag,
    Trigger,
    TriggerAction,
    TriggerCondition,
    pointer,
    reachable,
)
from govstack.blocks.registries.drafting.model import changed, retyped, value_text
from govstack.blocks.registries.fields.model import (
    NAME_CHARACTERS_MAX,
    NUMERIC,
    SCALAR,
    TEXTUAL,
    ActionType,
    Gate,
    Logic,
    is_plain_name,
)
from govstack.blocks.registries.frame.model import KNOWN
from govstack.blocks.registries.frame.presenters import Words, lines
from govstack.blocks.registries.rules.model import problems
from govstack.kernel.i18n import LANGUAGES, _

Form = Mapping[str, str]
Errors = dict[str, str]
PARTS_SHOWN = 3
LINE_CHARACTERS_SHOWN = 60
FLAGS = ("required", "unique", "primary_key", "indexed", "read_only", "immutable")
PROTECTION = ("personal", "person_identifier", "secret", "blinded")
# Which input of the form about rules a sentence of the rules is about.
PLACES: Mapping[str, str] = {
    "The smallest value is above the largest.": "minimum",
    "The smallest length is above the largest.": "length_min",
    "The greatest number of characters is at least 1.": "length_max",
    (
        "Text that is a key, unique or searched fast has at most {number} characters. Limit its number of characters."
    ): "length_max",
    "A pattern has at most {number} characters.": "pattern",
    "The pattern is not a regular expression we can run safely (no look-around, no back-references).": "pattern",
    "A field has at most {number} choices.": "choices",
    "A choice is named twice.": "choices",
    "A catalogue needs at least one entry: a code and the label that people see.": "catalogue",
    "A secret field is encrypted, so it cannot be a key, an identifier of a person or indexed.": "secret",
    "The identifier of a person is text.": "person_identifier",
}


def offered(path: Path, one: Field, registry: Registry) -> frozenset[str]:
    """Return which rules a field can have, by its type and place."""
    kinds = {"required", "read_only", "immutable"}
    single = any(found == path for found, _field in reachable(registry.fields)) and not one.multiple and not one.secret
    if one.type in SCALAR:
        kinds |= {"default"}
        kinds |= {"unique", "primary_key", "indexed"} if single else set()
    kinds |= {"limits"} if one.type in NUMERIC else set()
    kinds |= {"lengths", "pattern"} if one.type is FieldType.TEXT else set()
    kinds |= {"choices"} if one.type is FieldType.TEXT else set()
    kinds |= {"catalogue"} if one.type is FieldType.CATALOGUE else set()
    kinds |= {"files"} if one.type is FieldType.FILE else set()
    return frozenset(kinds)


def protectable(path: Path, one: Field, registry: Registry) -> frozenset[str]:
    """Return how a field can be protected, by its type and place."""
    kinds = {"personal"}
    kinds |= {"secret"} if not one.fields else set()
    kinds |= {"blinded"} if one.type in TEXTUAL else set()
    single = any(found == path for found, _field in reachable(registry.fields)) and not one.multiple
    return frozenset(kinds | ({"person_identifier"} if single and one.type in TEXTUAL else set()))


def read_name(words: Words, form: Form, others: Sequence[Field], before: str = "") -> tuple[str, Errors]:
    """Return the name that a form gives a field among others, and what is wrong with it.

    The API takes more names than these; a field that has one `before` keeps it.
    """
    name = form.get("name", "").strip()
    if not name:
        return "", {"name": words(_("Enter the name of the field"))}
    if len(name) > NAME_CHARACTERS_MAX:
        return name, {"name": words(_("Use at most {number} characters"), number=words.number(NAME_CHARACTERS_MAX))}
    if name != before and not is_plain_name(name):
        message = _(
            "Start the name with a letter, then use letters, digits, _ and - only, such as BoatName. What people read"
            " is its label, which can hold blanks"
        )
        return name, {"name": words(message)}
    if any(one.name == name for one in others):
        return name, {"name": words(_("Another field here has this name"))}
    return name, {}


def read_kind(words: Words, form: Form) -> tuple[FieldType, Errors]:
    """Return the type that a form gives a field."""
    try:
        return FieldType(form.get("type", "")), {}
    except ValueError:
        return FieldType.TEXT, {"type": words(_("Choose what the field holds"))}


def about_form(one: Field) -> dict[str, str]:
    """Return what a field is, as the texts of its form."""
    labels = {f"label-{language}": one.labels.get(language, "") for language in LANGUAGES}
    shared = {"name": one.name, "type": one.type.value, "multiple": "yes" if one.multiple else ""}
    return {**shared, "description": one.description, "example": value_text(one.example), **labels}


def read_about(words: Words, form: Form, one: Field, others: Sequence[Field]) -> tuple[Field, Errors]:
    """Return the field as the form describes it, and what is wrong."""
    name, errors = read_name(words, form, others, one.name)
    kind, wrong = read_kind(words, form)
    errors |= wrong
    made = retyped(replace(one, name=name or one.name), kind, multiple=form.get("multiple") == "yes")
    labels = {language: form.get(f"label-{language}", "").strip() for language in LANGUAGES}
    others_kept = {language: text for language, text in one.labels.items() if language not in LANGUAGES}
    made = replace(
        made,
        description=form.get("description", "").strip(),
        labels={**others_kept, **{language: text for language, text in labels.items() if text}},
    )
    example, wrong = _value(words, form, made, "example")
    return replace(made, example=example), {**errors, **wrong}


def _value(words: Words, form: Form, one: Field, name: str) -> tuple[Any, Errors]:
    text = form.get(name, "").strip()
    if not text:
        return None, {}
    try:
        return from_text(replace(one, multiple=False), text), {}
    except Unfit as fault:
        label = words(_("The example")) if name == "example" else words(_("The default"))
        return None, {name: words.fault(label, str(fault))}


def rules_form(one: Field) -> dict[str, str]:
    """Return the rules of a field as the texts of its form."""
    numbers = ("minimum", "maximum", "length_min", "length_max")
    return {
        **{name: "yes" if getattr(one, name) else "" for name in FLAGS},
        **{name: f"{value:g}" if (value := getattr(one, name)) is not None else "" for name in numbers},
        "pattern": one.pattern,
        "choices": "\n".join(one.choices),
        "catalogue": "\n".join(f"{key} = {label}" for key, label in one.catalogue.items()),
        "file_types": "\n".join(one.file_types),
        "default": value_text(one.default),
    }


def read_rules(
    words: Words, form: Form, path: Path, one: Field, registry: Registry, *, files: Sequence[str]
) -> tuple[Field, Errors]:
    """Return the field with the rules of a form, and what is wrong; rules that its type cannot have stay away."""
    kinds, errors = offered(path, one, registry), Errors()
    asked = {name for name in FLAGS if name in kinds and form.get(name) == "yes"}
    made = replace(
        one, required="required" in asked, unique="unique" in asked, primary_key="primary_key" in asked,
        indexed="indexed" in asked, read_only="read_only" in asked, immutable="immutable" in asked,
    )  # fmt: skip
    if "limits" in kinds:
        low, wrong_low = _number(words, form, "minimum")
        high, wrong_high = _number(words, form, "maximum")
        made, errors = replace(made, minimum=low, maximum=high), {**wrong_low, **wrong_high}
    if "lengths" in kinds:
        least, wrong_least = _count(words, form, "length_min")
        most, wrong_most = _count(words, form, "length_max")
        made = replace(made, length_min=least, length_max=most, pattern=form.get("pattern", "").strip())
        errors = {**wrong_least, **wrong_most}
    if "choices" in kinds:
        made = replace(made, choices=lines(form.get("choices", "")))
    if "catalogue" in kinds:
        entries, wrong = _catalogue(words, form)
        made, errors = replace(made, catalogue=entries), {**errors, **wrong}
    if "files" in kinds:
        made = replace(made, file_types=tuple(kind for kind in files if kind in FILE_TYPES))
    if "default" in kinds:
        default, wrong = _value(words, form, made, "default")
        made, errors = replace(made, default=default), {**errors, **wrong}
    return made, errors or _problem(words, path, made, registry, "required")


def _number(words: Words, form: Form, name: str) -> tuple[float | None, Errors]:
    text = form.get(name, "").strip().replace(",", ".")
    if not text:
        return None, {}
    try:
        number = float(text) if "." in text or "e" in text.lower() else int(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        return None, {name: words(_("Enter a number, such as 12.5"))}
    return number, {}


def _count(words: Words, form: Form, name: str) -> tuple[int | None, Errors]:
    text = form.get(name, "").strip()
    if not text:
        return None, {}
    if not text.isdecimal() or len(text) > 9:
        return None, {name: words(_("Enter a whole number of characters, such as 40"))}
    return int(text), {}


def _catalogue(words: Words, form: Form) -> tuple[dict[str, str], Errors]:
    entries: dict[str, str] = {}
    for line in lines(form.get("catalogue", "")):
        key, sign, label = (part.strip() for part in line.partition("="))
        if not (key and sign and label):
            message = _("“{line}”: write a code, an equals sign and a label, such as KE = Kenya")
            return {}, {"catalogue": words(message, line=line[:LINE_CHARACTERS_SHOWN])}
        if key in entries:
            return {}, {"catalogue": words(_("The code {code} stands twice"), code=key)}
        entries[key] = label
    return entries, {}


def protection_form(one: Field) -> dict[str, str]:
    """Return how a field is protected as the texts of its form."""
    flags = {name: "yes" if getattr(one, name) else "" for name in PROTECTION}
    return {**flags, "identifier_kind": one.identifier_kind, "mask": one.mask}


def read_protection(words: Words, form: Form, path: Path, one: Field, registry: Registry) -> tuple[Field, Errors]:
    """Return the field protected as a form says, and what is wrong."""
    kinds = protectable(path, one, registry)
    asked = {name for name in PROTECTION if name in kinds and form.get(name) == "yes"}
    identifies, blinded = "person_identifier" in asked, "blinded" in asked
    made = replace(
        one, personal="personal" in asked, person_identifier=identifies, secret="secret" in asked, blinded=blinded,
        identifier_kind=form.get("identifier_kind", "").strip() if identifies else "",
        mask=form.get("mask", "").strip() if blinded else "",
    )  # fmt: skip
    return made, _problem(words, path, made, registry, "personal")


def _problem(words: Words, path: Path, made: Field, registry: Registry, place: str) -> Errors:
    """Return what the rules for publishing say of one field, before its links are looked at."""
    fields = changed(registry.fields, made.number, lambda _field: replace(made, links=()))
    found = problems(fields, uniques=(), number_format="", registry_id=registry.id, lookup=lambda _id: None)
    why = found.get(pointer(path), "")
    return {PLACES.get(KNOWN.find(why)[0], place): words.said(why)} if why else {}


def read_link(words: Words, form: Form, target: Registry) -> tuple[Link, Errors]:
    """Return the link that a form describes, and what is wrong."""
    errors: Errors = {}
    number = form.get("field", "")
    known = {"0", *(str(one.number) for _path, one in reachable(target.fields))}
    if number not in known:
        errors["field"] = words(_("Choose the field that the value is looked up in"))
    kind, rule = form.get("kind", ""), form.get("on_delete", "")
    if kind not in tuple(LinkKind):
        errors["kind"] = words(_("Choose how the link binds"))
    if rule not in tuple(DeleteRule):
        errors["on_delete"] = words(_("Choose what deleting does"))
    one = next((one for _path, one in reachable(target.fields) if str(one.number) == number), None)
    if kind == LinkKind.STRICT and one is not None and not one.key:
        errors["field"] = words(_("A strict link needs a field in which no two records share a value"))
    if errors:
        return Link(target.id), errors
    return Link(target.id, int(number), LinkKind(kind), DeleteRule(rule)), {}


def trigger_form(trigger: Trigger) -> dict[str, str]:
    """Return a trigger as the texts of its form."""
    shown: dict[str, str] = {}
    for place in range(PARTS_SHOWN):
        condition = trigger.conditions[place] if place < len(trigger.conditions) else None
        action = trigger.actions[place] if place < len(trigger.actions) else None
        shown[f"gate-{place}"] = condition.gate if condition else Gate.AND.value
        shown[f"when-{place}"] = str(condition.field_number) if condition else ""
        shown[f"logic-{place}"] = condition.logic if condition else Logic.EQUAL.value
        shown[f"value-{place}"] = condition.value if condition else ""
        shown[f"act-{place}"] = action.type if action else ""
        shown[f"target-{place}"] = str(action.field_number) if action else "0"
        shown[f"text-{place}"] = action.value if action else ""
    return shown


def read_trigger(words: Words, form: Form, known: frozenset[int]) -> tuple[Trigger, Errors]:
    """Return the trigger of a form; lines without a field or an action are left out."""
    conditions, actions = [], []
    for place in range(PARTS_SHOWN):
        when, logic, gate = (form.get(f"{name}-{place}", "") for name in ("when", "logic", "gate"))
        if when.isdecimal() and int(when) in known and logic in tuple(Logic):
            joined = gate if gate in tuple(Gate) else Gate.AND.value
            conditions.append(TriggerCondition(logic, form.get(f"value-{place}", "").strip(), joined, int(when)))
        act, target = form.get(f"act-{place}", ""), form.get(f"target-{place}", "0")
        if act in tuple(ActionType):
            number = int(target) if target.isdecimal() and int(target) in known else 0
            actions.append(TriggerAction(act, form.get(f"text-{place}", ""), number))
    if not actions:
        return Trigger(), {"act-0": words(_("Choose at least one thing to do"))}
    return Trigger(tuple(conditions), tuple(actions)), {}


def numbering_form(one: Registry) -> dict[str, str]:
    """Return the rules for the whole registry as the texts of a form."""
    return {
        "number_format": one.number_format,
        "uniques": "\n".join(", ".join(names) for names in one.uniques),
        "full_text": "\n".join(tag.path for tag in one.tags if tag.full_text),
    }


def read_numbering(words: Words, form: Form, searched: Sequence[str], registry: Registry) -> tuple[Registry, Errors]:
    """Return the draft with the rules for the whole registry that a form gives, and what is wrong."""
    groups = [
        tuple(part.strip() for part in line.split(",") if part.strip()) for line in lines(form.get("uniques", ""))
    ]
    others = tuple(tag for tag in registry.tags if not tag.full_text)
    made = replace(
        registry,
        number_format=form.get("number_format", "").strip(),
        uniques=tuple(dict.fromkeys(names for names in groups if names)),
        tags=(*others, *(SchemaTag("search", path, full_text=True) for path in searched)),
    )
    plain = tuple(replace(one, links=()) for one in registry.fields)
    found = problems(
        plain, uniques=made.uniques, number_format=made.number_format, registry_id=registry.id, lookup=lambda _id: None
    )
    errors = {
        place: words.said(found[key])
        for key, place in (("numberFormat", "number_format"), ("fieldsUniques", "uniques"))
        if key in found
    }
    if not made.number_format:
        errors["number_format"] = words(
            _("Enter how records are numbered, such as {example}"), example="{code}{indexNoByCode}"
        )
    return made, errors

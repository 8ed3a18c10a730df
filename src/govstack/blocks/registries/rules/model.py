"""Strict rules for a definition that is to be published: each part with what is wrong and what would be right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

import re2

from govstack.blocks.registries.fields.model import (
    CHOICES_MAX,
    DEPTH_MAX,
    NAME_CHARACTERS_MAX,
    NUMERIC,
    PATTERN_CHARACTERS_MAX,
    TEXTUAL,
    Field,
    FieldType,
    Link,
    LinkKind,
    Path,
    is_safe_name,
    path_of,
    pointer,
    reachable,
    walk,
)
from govstack.blocks.registries.triggers.model import problems as trigger_problems
from govstack.blocks.registries.triggers.model import template_problem

TEXT_CHARACTERS_MAX = 10_000
INDEXED_CHARACTERS_MAX = 600
INDEXES_MAX = 40
UNIQUES_MAX = 20
PATTERN_MEMORY_BYTES_MAX = 1 << 20

# Tells the fields of a registry by its database id; None when there is no such registry.
Lookup: TypeAlias = Callable[[int], Sequence[Field] | None]


def problems(
    fields: Sequence[Field], *, uniques: Sequence[tuple[str, ...]], number_format: str, registry_id: int, lookup: Lookup
) -> dict[str, str]:
    """Return what must change before publishing, by the pointer of the field; empty when all is well."""
    found: dict[str, str] = {}
    if not fields:
        found["/"] = "A registry has at least one field."
    for path, one in walk(fields):
        wrong = next((text for check in _CHECKS if (text := check(path, one))), "")
        if wrong:
            found[pointer(path)] = wrong
    found |= {pointer(path): text for path, text in trigger_problems(tuple(fields)).items()}
    found |= _whole_problems(fields, uniques)
    places = {path for path, _ in reachable(fields)}
    for path, one in walk(fields):
        if path not in places and (one.key or one.indexed or one.person_identifier or one.primary_key):
            found[pointer(path)] = "A field inside a grid cannot be a key, an identifier or indexed."
        for link in one.links:
            wrong = _link_problem(link, one, registry_id, lookup, fields)
            if wrong:
                found[pointer(path)] = wrong
    wrong = template_problem(number_format, {path[-1] for path in places} | {pointer(path) for path in places})
    return {**found, **({"numberFormat": wrong} if wrong else {})}


def _whole_problems(fields: Sequence[Field], uniques: Sequence[tuple[str, ...]]) -> dict[str, str]:
    found: dict[str, str] = {}
    keys = [path for path, one in walk(fields) if one.primary_key]
    if len(keys) > 1:
        found[pointer(keys[1])] = f"A registry has one primary key; {pointer(keys[0])} is one already."
    people = [path for path, one in walk(fields) if one.person_identifier]
    if len(people) > 1:
        found[pointer(people[1])] = f"One field identifies the person; {pointer(people[0])} does already."
    for number, count in Counter(one.number for _, one in walk(fields)).items():
        if count > 1:
            found["/"] = f"{count} fields have the id {number}; each needs its own."
    known = dict(reachable(fields))
    for names in uniques:
        for name in names:
            one = known.get(path_of(name))
            if one is None or not one.comparable:
                found["fieldsUniques"] = f"{name} is no field whose values can be compared."
        lengths = (known[path_of(name)].length_max or 0 for name in names if path_of(name) in known)
        if sum(lengths) > INDEXED_CHARACTERS_MAX:
            most = f"have at most {INDEXED_CHARACTERS_MAX} characters together. Limit the number of characters of each."
            found["fieldsUniques"] = f"{' and '.join(names)} {most}"
    indexes = sum(one.wants_index for one in known.values()) + len(uniques)
    if indexes > INDEXES_MAX or len(uniques) > UNIQUES_MAX:
        found["/"] = f"A registry has at most {INDEXES_MAX} indexed fields and {UNIQUES_MAX} unique combinations."
    return found


def _name(path: Path, one: Field) -> str:
    if not is_safe_name(one.name):
        return (
            f"A field name has 1 to {NAME_CHARACTERS_MAX} characters, no blank at its ends, does not start with $ and"
            ' holds no slash, backslash, quotation mark (") or control character.'
        )
    return f"Fields are nested at most {DEPTH_MAX} deep." if len(path) > DEPTH_MAX else ""


def _type(_path: Path, one: Field) -> str:
    if one.declared:
        return f'"{one.declared[:40]}" is not a type. Use one of {", ".join(FieldType)}.'
    if one.fields and one.type not in {FieldType.GROUP, FieldType.LIST}:
        return "Only a group or a grid has fields of its own."
    if one.type is FieldType.GROUP and not one.fields:
        return "A group needs at least one field inside it. For data of any shape, use a block of JSON."
    if one.multiple and one.type in {FieldType.GROUP, FieldType.LIST}:
        return "For several groups of fields, use a grid."
    return ""


def _limits(_path: Path, one: Field) -> str:
    for low, high, words in ((one.minimum, one.maximum, "value"), (one.length_min, one.length_max, "length")):
        if low is not None and high is not None and low > high:
            return f"The smallest {words} is above the largest."
    if (one.minimum is not None or one.maximum is not None) and one.type not in NUMERIC:
        return "A smallest and a largest value are for numbers. For text, limit the number of characters."
    if (one.length_min is not None or one.length_max is not None or one.pattern) and one.type is not FieldType.TEXT:
        return "A number of characters and a form of the value are for text."
    if one.length_max == 0:
        return "The greatest number of characters is at least 1."
    long = max(len(one.description), *(len(text) for text in one.labels.values()), 0)
    return f"A description has at most {TEXT_CHARACTERS_MAX} characters." if long > TEXT_CHARACTERS_MAX else ""


def _pattern(_path: Path, one: Field) -> str:
    if len(one.pattern) > PATTERN_CHARACTERS_MAX:
        return f"A pattern has at most {PATTERN_CHARACTERS_MAX} characters."
    options = re2.Options()
    options.log_errors = False
    options.max_mem = PATTERN_MEMORY_BYTES_MAX
    try:
        re2.compile(one.pattern, options)
    except re2.error:
        return "The pattern is not a regular expression we can run safely (no look-around, no back-references)."
    return ""


def _choices(_path: Path, one: Field) -> str:
    if len(one.choices) > CHOICES_MAX or len(one.catalogue) > CHOICES_MAX:
        return f"A field has at most {CHOICES_MAX} choices."
    if one.type is FieldType.CATALOGUE and not one.catalogue and not one.choices:
        return "A catalogue needs at least one entry: a code and the label that people see."
    if one.choices and one.type not in TEXTUAL:
        return "Only text has choices."
    if len(set(one.choices)) != len(one.choices):
        return "A choice is named twice."
    return ""


def _storage(_path: Path, one: Field) -> str:
    marked = one.key or one.indexed or one.person_identifier
    if marked and one.secret:
        return "A secret field is encrypted, so it cannot be a key, an identifier of a person or indexed."
    if marked and not one.comparable:
        return "Only one text, number, date, time or truth value can be a key or indexed."
    if one.wants_index and one.type is FieldType.TEXT and (one.length_max or 0) > INDEXED_CHARACTERS_MAX:
        most = f"has at most {INDEXED_CHARACTERS_MAX} characters. Limit its number of characters."
        return f"Text that is a key, unique or searched fast {most}"
    if one.secret and one.fields:
        return "Mark the fields inside it as secret, one by one."
    if one.person_identifier and one.type not in TEXTUAL:
        return "The identifier of a person is text."
    return ""


_CHECKS: tuple[Callable[[Path, Field], str], ...] = (_name, _type, _limits, _pattern, _choices, _storage)


def _link_problem(link: Link, one: Field, registry_id: int, lookup: Lookup, own: Sequence[Field]) -> str:
    fields = own if link.registry_id == registry_id else lookup(link.registry_id)
    if fields is None:
        return f"There is no published database with the id {link.registry_id} to link to."
    if not one.comparable or one.type not in {*TEXTUAL, *NUMERIC}:
        return "Only a single text or number that is not secret can link to another database."
    if link.field_number == 0:
        return ""
    target = next((field for _, field in reachable(fields) if field.number == link.field_number), None)
    if target is None or not target.comparable:
        return f"The database {link.registry_id} has no field {link.field_number} that can be linked to."
    if link.kind is LinkKind.STRICT and not target.key:
        return f"A strict link needs a unique field; field {link.field_number} of database {link.registry_id} is not."
    return ""


def with_index_limits(
    fields: Sequence[Field], uniques: Sequence[tuple[str, ...]] = (), above: Path = ()
) -> tuple[Field, ...]:
    """Return the fields with a length limit on indexed text that has none: an index cannot hold more."""
    return tuple(
        replace(
            one,
            fields=with_index_limits(one.fields, uniques, (*above, one.name)),
            length_max=_limit(one, (*above, one.name), uniques) if one.length_max is None else one.length_max,
        )
        for one in fields
    )


def _limit(one: Field, path: Path, uniques: Sequence[tuple[str, ...]]) -> int | None:
    shared = [len(names) for names in uniques if path in map(path_of, names)]
    if one.type is not FieldType.TEXT or not (shared or one.wants_index):
        return None
    return INDEXED_CHARACTERS_MAX // max(shared, default=1)

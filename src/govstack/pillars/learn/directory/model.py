"""Rows of files as people and organisations: what each column says, and what is wrong with a cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from govstack.kernel.books import plain
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.model import is_id
from govstack.pillars.learn.people.model import (
    CONTACT_PATTERN,
    LANGUAGE_PATTERN,
    NAME_CHARACTERS_MAX,
    ROLES_MAX,
    Gender,
    Organisation,
    Person,
)

# Columns of a file are those that the list itself is taken out with; the short names are what people write.
PEOPLE = (
    "id", "number", "name", "contact", "gender", "organisationId", "managerId", "place", "language", "roles",
)  # fmt: skip
ORGANISATIONS = ("id", "kind", "parentId", "place")
_SHORT = {"organisation": "organisationId", "manager": "managerId", "parent": "parentId", "profiles": "roles"}
NAMES = "names."
SEPARATOR = ";"
# What a database or a document cannot keep.
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")
_GENDERS = {"f": Gender.FEMALE, "m": Gender.MALE, "": Gender.UNSTATED}

EMPTY = _("Write something here.")
TOO_LONG = _("Write at most 200 characters.")
NO_ID = _(
    "An id has 1 to 100 letters, digits, dots, hyphens, underscores or colons, and is no word that stands in the "
    "addresses of pages, such as new or file."
)
ID_TAKEN = _("Another organisation has this id.")
NAMELESS = _("Write a number or an id: without one nobody can tell whether this person is here already.")
NO_CONTACT = _("Write an e-mail address or a telephone number, such as +254 700 000 000.")
NO_GENDER = _("Write female, male, other or unstated.")
NO_LANGUAGE = _("Write the code of a language, such as en or fr.")
NO_ORGANISATION = _("There is no organisation with this id or name. Enter the organisation first.")
NO_MANAGER = _("Nobody here has this number or id, or they report to this person. Enter the manager first.")
NO_PARENT = _("There is no organisation with this id, or it lies below this one. Enter it first.")
TOO_MANY_ROLES = _("A post has at most 20 profiles.")
NUMBER_TAKEN = _("Another person has this number.")
TWICE = _("Another row above says something of the same person. Keep one of them.")
TWICE_ORGANISATION = _("Another row above says something of the same organisation. Keep one of them.")
ERASED = _("This person was erased and is not entered again.")

Faults = dict[str, str]
Cells = Mapping[str, Any]
One = TypeVar("One")


def matched(columns: Iterable[str], known: Sequence[str]) -> list[str]:
    """Return which column of ours each column of a file is, "" for one that is not taken in."""
    names = {name.casefold(): name for name in known}
    names |= {short: name for short, name in _SHORT.items() if name in known}
    return [names.get(one.strip().casefold(), _language_of(one)) for one in columns]


def _language_of(column: str) -> str:
    """Return the column of names in a language as it is written here, "" for any other column."""
    name, dot, language = column.strip().partition(".")
    good = name.casefold() == "names" and dot and re.fullmatch(LANGUAGE_PATTERN, language)
    return f"{NAMES}{language}" if good else ""


def cells_of(names: Sequence[str], cells: Sequence[Any]) -> dict[str, Any]:
    """Return a row by the columns that are taken in: texts as they were before spreadsheets, lists as lists."""
    return {name: _cell(cell) for name, cell in zip(names, cells, strict=False) if name}


def _cell(cell: Any) -> Any:
    if isinstance(cell, list | dict):
        return cell
    return "" if cell is None else _UNKEEPABLE.sub("", plain(str(cell))).strip()


def person_of(
    cells: Cells, before: Person | None, person_id: str, organisations: Mapping[str, str | None]
) -> Person | Faults:
    """Return the person of a row, or what is wrong by column; what has no column stays as it was.

    `organisations` gives an id for each id and name, None for a name that several bear. The manager is not yet looked
    up: it stands as the row says it.
    """
    one = before or Person(id=person_id)
    told = {name: cells[name] for name in PEOPLE if name in cells}
    faults: Faults = {}
    changes: dict[str, Any] = {"id": person_id}
    for name, read in _READERS.items():
        if name in told:
            value, fault = read(told[name])
            changes[_FIELDS.get(name, name)] = value
            faults |= {name: fault} if fault else {}
    if "organisationId" in told:
        organisation = str(told["organisationId"])
        found = organisations.get(organisation) or organisations.get(organisation.casefold())
        changes["organisation_id"] = found
        faults |= {"organisationId": NO_ORGANISATION} if organisation and found is None else {}
    return faults or msgspec.structs.replace(one, **changes)


def _text(cell: Any) -> tuple[str, str]:
    return str(cell), TOO_LONG if len(str(cell)) > NAME_CHARACTERS_MAX else ""


def _name(cell: Any) -> tuple[str, str]:
    text, fault = _text(cell)
    return text, fault or ("" if text else EMPTY)


def _number(cell: Any) -> tuple[str | None, str]:
    text = str(cell)
    return text or None, NO_ID if len(text) > 100 else ""


def _contact(cell: Any) -> tuple[str, str]:
    text, fault = _text(cell)
    return text, fault or ("" if re.match(CONTACT_PATTERN, text) else NO_CONTACT)


def _gender(cell: Any) -> tuple[Gender, str]:
    word = str(cell).lower()
    if word in _GENDERS:
        return _GENDERS[word], ""
    return (Gender(word), "") if word in set(Gender) else (Gender.UNSTATED, NO_GENDER)


def _language(cell: Any) -> tuple[str, str]:
    text = str(cell) or "en"
    return text, "" if re.match(LANGUAGE_PATTERN, text) else NO_LANGUAGE


def _roles(cell: Any) -> tuple[tuple[str, ...], str]:
    parts = cell if isinstance(cell, list) else str(cell).split(SEPARATOR)
    roles = tuple(sorted({str(one).strip() for one in parts if str(one).strip()}))
    if not all(is_id(one) for one in roles):
        return (), NO_ID
    return roles, TOO_MANY_ROLES if len(roles) > ROLES_MAX else ""


def _manager(cell: Any) -> tuple[str | None, str]:
    return str(cell) or None, ""


_READERS: Mapping[str, Callable[[Any], tuple[Any, str]]] = {
    "number": _number, "name": _name, "contact": _contact, "gender": _gender, "managerId": _manager, "place": _text,
    "language": _language, "roles": _roles,
}  # fmt: skip
_FIELDS = {"managerId": "manager_id"}


def organisation_of(cells: Cells, before: Organisation | None) -> Organisation | Faults:
    """Return the organisation of a row, or what is wrong by column; what has no column stays as it was."""
    names = dict(before.names) if before else {}
    given = cells["names"] if isinstance(cells.get("names"), dict) else {}
    given = {**given, **{name.removeprefix(NAMES): one for name, one in cells.items() if name.startswith(NAMES)}}
    faults: Faults = {}
    for language, text in given.items():
        names[language] = _cell(text) if isinstance(text, str) else ""
        if not re.fullmatch(LANGUAGE_PATTERN, language):
            faults["names"] = NO_LANGUAGE
        if len(names[language]) > NAME_CHARACTERS_MAX:
            faults[f"{NAMES}{language}"] = TOO_LONG
    names = {language: text for language, text in names.items() if text}
    if not names:
        faults["names"] = EMPTY
    if not is_id(str(cells["id"])):
        faults["id"] = NO_ID
    told = {name: str(cells[name]) for name in ("kind", "place") if name in cells}
    faults |= {name: TOO_LONG for name, text in told.items() if len(text) > NAME_CHARACTERS_MAX}
    if faults:
        return faults
    one = before or Organisation(id=str(cells["id"]), names=names)
    parent = (str(cells["parentId"]) or None) if "parentId" in cells else one.parent_id
    kind = told.get("kind") or one.kind
    return msgspec.structs.replace(one, names=names, kind=kind, parent_id=parent, place=told.get("place", one.place))


def in_order(
    rows: Mapping[int, One], *, above: Callable[[One], str | None], key: Callable[[One], str], there: Iterable[str]
) -> tuple[list[int], list[int]]:
    """Return the numbers of rows so that each comes behind the one above it, and of those above which there is nobody.

    `there` holds the ids of those who are known already; nobody is above themselves.
    """
    waiting, placed, known = dict(rows), [], set(there)
    while waiting:
        ready = [
            number
            for number, one in waiting.items()
            if above(one) is None or (above(one) in known and above(one) != key(one))
        ]
        if not ready:
            break
        known.update(key(waiting.pop(number)) for number in ready)
        placed += ready
    return placed, sorted(waiting)

"""An organisation and a person, as this pillar knows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

NAME_CHARACTERS_MAX = 200
ID_CHARACTERS_MAX = 100
ROLES_MAX = 20
REPORTS_MAX = 2_000
ORGANISATIONS_MAX = 10_000

Id = Annotated[str, Meta(min_length=1, max_length=ID_CHARACTERS_MAX)]
Name = Annotated[str, Meta(min_length=1, max_length=NAME_CHARACTERS_MAX)]
Word = Annotated[str, Meta(max_length=NAME_CHARACTERS_MAX)]
# How somebody is reached: an e-mail address or a telephone number, or not at all.
CONTACT_PATTERN = r"^$|^[^\s@]+@[^\s@]+$|^\+?[0-9][0-9 ()./-]{3,40}$"
Contact = Annotated[str, Meta(max_length=NAME_CHARACTERS_MAX, pattern=CONTACT_PATTERN)]
LANGUAGE_PATTERN = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$"
Language = Annotated[str, Meta(pattern=LANGUAGE_PATTERN)]


class Gender(StrEnum):
    """What a person says of themselves; nobody has to."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNSTATED = "unstated"


class Organisation(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A ministry, an agency, or a part of one; `names` by language."""

    id: Id
    names: Annotated[dict[str, Name], Meta(min_length=1, max_length=20)]
    kind: Word = "agency"
    parent_id: Id | None = None
    place: Word = ""


class Person(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """Somebody who learns, teaches or is assessed. `roles` are profiles of the role model that their post asks for."""

    id: Id
    name: Word = ""
    number: Id | None = None
    contact: Word = ""
    gender: Gender = Gender.UNSTATED
    organisation_id: Id | None = None
    manager_id: Id | None = None
    place: Word = ""
    language: Annotated[str, Meta(max_length=12)] = "en"
    roles: Annotated[tuple[Id, ...], Meta(max_length=ROLES_MAX)] = ()
    erased: bool = False


@dataclass(frozen=True, slots=True)
class Tree:
    """Organisations and what lies below each."""

    by_id: Mapping[str, Organisation]

    def below(self, organisation_id: str) -> frozenset[str]:
        """Return an organisation with all its parts."""
        children: dict[str, list[str]] = {}
        for one in self.by_id.values():
            children.setdefault(one.parent_id or "", []).append(one.id)
        found, waiting = set(), [organisation_id]
        while waiting:
            one_id = waiting.pop()
            if one_id not in found:
                found.add(one_id)
                waiting += children.get(one_id, [])
        return frozenset(found)

    def top(self, organisation_id: str | None) -> str:
        """Return the ministry that an organisation belongs to, "" for none; a loop ends where it began."""
        seen: set[str] = set()
        at = organisation_id or ""
        while at in self.by_id and at not in seen:
            seen.add(at)
            parent = self.by_id[at].parent_id
            if not parent:
                return at
            at = parent
        return at


def loops(organisations: Iterable[Organisation], changed: Organisation) -> bool:
    """Tell whether an organisation would lie below itself."""
    parents = {one.id: one.parent_id for one in organisations} | {changed.id: changed.parent_id}
    at, seen = changed.parent_id, {changed.id}
    while at is not None:
        if at in seen:
            return True
        seen.add(at)
        at = parents.get(at)
    return False

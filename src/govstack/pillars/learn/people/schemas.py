"""Wire shapes of people and organisations."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.people.model import Contact, Gender, Id, Language, Name, Organisation, Person, Word

PAGE_PEOPLE_MAX = 500


class OrganisationGiven(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """An organisation as it is sent; its id stands in the address."""

    names: Annotated[dict[str, Name], Meta(min_length=1, max_length=20)]
    kind: Word = "agency"
    parent_id: Id | None = None
    place: Word = ""

    def organisation(self, organisation_id: str) -> Organisation:
        """Return the organisation."""
        return Organisation(
            id=organisation_id, names=self.names, kind=self.kind, parent_id=self.parent_id, place=self.place
        )


class PersonGiven(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A person as they are sent; the id stands in the address."""

    name: Name
    number: Id | None = None
    contact: Contact = ""
    gender: Gender = Gender.UNSTATED
    organisation_id: Id | None = None
    manager_id: Id | None = None
    place: Word = ""
    language: Language = "en"
    roles: Annotated[tuple[Id, ...], Meta(max_length=20)] = ()

    def person(self, person_id: str) -> Person:
        """Return the person."""
        return Person(id=person_id, **msgspec.structs.asdict(self))


class SelfGiven(msgspec.Struct, frozen=True, kw_only=True):
    """How somebody wants to be reached: `contact` is an e-mail address or a telephone number, "" for not at all."""

    contact: Contact
    language: Language


class OrganisationList(msgspec.Struct, frozen=True):
    """Organisations."""

    organisations: list[Organisation]


class PersonList(msgspec.Struct, frozen=True):
    """People, and after which id the next ones come ("" at the end)."""

    people: list[Person]
    next: str = ""


class PeopleQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Which people."""

    organisation: Word = ""
    after: Word = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_PEOPLE_MAX)] = 100

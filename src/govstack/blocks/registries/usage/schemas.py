"""Wire shapes of the report on the use of personal data; the spellings are the published ones."""

from __future__ import annotations

from typing import Annotated

import msgspec

from govstack.blocks.registries.usage.model import Usage
from govstack.blocks.registries.usage.service import Page


class Reference(msgspec.Struct, frozen=True):
    """What was read: the number under which the record is known."""

    reference_id: str = msgspec.field(name="ReferenceId")


class PersonalDataUsage(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One answer that held the person's data: who got it, and when."""

    id: str
    reader_id: str
    search_date_time: str
    reader_initials: str = ""
    reader_institution_id: str = ""
    reader_institution_name: str = ""
    reader_application_name: str = ""
    refrences: list[Reference] = []


class UsageQuery(msgspec.Struct, frozen=True):
    """Whose data, and in which database."""

    user_id: Annotated[str, msgspec.Meta(description="The person's identifier")] = msgspec.field(
        name="userId", default=""
    )
    database_id: Annotated[str, msgspec.Meta(description="Acronym of the database")] = msgspec.field(
        name="databaseId", default=""
    )


class DialectUsageQuery(msgspec.Struct, frozen=True):
    """The same in the spelling that published clients use; both spellings are read."""

    user_id: str = msgspec.field(name="userID", default="")
    database_id: str = msgspec.field(name="DatabaseID", default="")
    canonical_user_id: str = msgspec.field(name="userId", default="")
    canonical_database_id: str = msgspec.field(name="databaseId", default="")


class MyReadsQuery(msgspec.Struct, frozen=True):
    """From when on, and which page."""

    since: Annotated[str, msgspec.Meta(description="Only reads at or after this moment")] = ""
    after: Annotated[str, msgspec.Meta(description="Cursor of the page before")] = ""
    size: Annotated[int, msgspec.Meta(ge=1)] | None = None
    person: Annotated[str, msgspec.Meta(description="Identifier of another person, for auditors")] = ""


class Read(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One answer that held the person's data, with its grounds."""

    id: str
    at: str
    reader_id: str
    operation: str
    registry_id: int
    fields: list[str] = []
    reader_name: str = ""
    reader_initials: str = ""
    reader_institution: str = ""
    reader_application: str = ""
    purpose: str = ""
    legal_basis: str = ""
    consent_reference: str = ""
    references: list[str] = []


class MyReads(msgspec.Struct, frozen=True, omit_defaults=True):
    """A page of reads, newest first."""

    reads: list[Read]
    next: str = ""


def published(usage: Usage) -> PersonalDataUsage:
    """Return an entry in its published shape."""
    return PersonalDataUsage(
        id=usage.id,
        reader_id=usage.reader.id,
        search_date_time=usage.at,
        reader_initials=usage.reader.initials,
        reader_institution_id=usage.reader.institution_id,
        reader_institution_name=usage.reader.institution_name,
        reader_application_name=usage.reader.application,
        refrences=[Reference(one) for one in usage.references],
    )


def my_reads(page: Page) -> MyReads:
    """Return a page of a person's own view."""
    return MyReads([_read(usage) for usage in page.entries], page.next_cursor)


def _read(usage: Usage) -> Read:
    return Read(
        id=usage.id,
        at=usage.at,
        reader_id=usage.reader.id,
        operation=usage.operation,
        registry_id=usage.registry_id,
        fields=list(usage.fields),
        reader_name=usage.reader.name,
        reader_initials=usage.reader.initials,
        reader_institution=usage.reader.institution_name,
        reader_application=usage.reader.application,
        purpose=usage.reason.purpose,
        legal_basis=usage.reason.legal_basis,
        consent_reference=usage.reason.consent_reference,
        references=list(usage.references),
    )

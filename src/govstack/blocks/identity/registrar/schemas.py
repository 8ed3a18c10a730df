"""Wire shapes of the operations about people."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from govstack.blocks.identity.identifiers.model import ALIAS_CHARACTERS_MAX, Identifier
from govstack.blocks.identity.people.model import (
    ATTRIBUTES_MAX,
    DOCUMENT_CHARACTERS_MAX,
    EVIDENCE_CHARACTERS_MAX,
    EVIDENCE_MAX,
    PICTURE_CHARACTERS_MAX,
    REASON_CHARACTERS_MAX,
    Attribute,
    Change,
    Evidence,
    Person,
)
from govstack.blocks.identity.registrar.service import Ground

CHANGE_BODY_BYTES_MAX = 8_000_000
Word = Annotated[str, msgspec.Meta(max_length=100)]
Held = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=REASON_CHARACTERS_MAX)]


class AttributeShape(msgspec.Struct, omit_defaults=True):
    """One attribute; `language` is a code such as fra, or left out. An empty value takes the attribute away."""

    name: Word
    value: Annotated[str, msgspec.Meta(max_length=PICTURE_CHARACTERS_MAX)]
    language: Word = ""

    def attribute(self) -> Attribute:
        """Return the attribute."""
        return Attribute(self.name, self.value, self.language)


class EvidenceShape(msgspec.Struct, omit_defaults=True):
    """What a change rests on; `document` is the document itself in base64."""

    category: Annotated[str, msgspec.Meta(min_length=1, max_length=EVIDENCE_CHARACTERS_MAX)]
    reference: Annotated[str, msgspec.Meta(min_length=1, max_length=EVIDENCE_CHARACTERS_MAX)]
    document: Annotated[str, msgspec.Meta(max_length=DOCUMENT_CHARACTERS_MAX)] = ""

    def evidence(self) -> Evidence:
        """Return the evidence."""
        return Evidence(self.category, self.reference, self.document)


class FindBody(msgspec.Struct):
    """An identifier to look somebody up by, and why."""

    identifier: Annotated[str, msgspec.Meta(min_length=1, max_length=ALIAS_CHARACTERS_MAX)]
    ground: Ground


class ChangeBody(msgspec.Struct, rename="camel"):
    """Attributes to change, on evidence; `version` is the one that the caller has read."""

    attributes: Annotated[list[AttributeShape], msgspec.Meta(min_length=1, max_length=ATTRIBUTES_MAX)]
    evidence: Annotated[list[EvidenceShape], msgspec.Meta(min_length=1, max_length=EVIDENCE_MAX)]
    version: int | None = None


class ReasonBody(msgspec.Struct, rename="camel"):
    """Why an administrator does something; `until` ends a block by itself."""

    reason: Reason
    until: Word = ""


class VidBody(msgspec.Struct, rename="camel"):
    """A virtual identifier to make."""

    kind: Literal["perpetual", "one-time", "temporary"] = "perpetual"
    expires_at: Word = ""


class AliasBody(msgspec.Struct):
    """An alias to attach: its kind, such as passport, and its text."""

    kind: Word
    value: Annotated[str, msgspec.Meta(min_length=1, max_length=ALIAS_CHARACTERS_MAX)]


class PartQuery(msgspec.Struct, rename="camel"):
    """Which part of a list."""

    page_size: int | None = None
    page_token: str = ""


class ListedPerson(msgspec.Struct, rename="camel"):
    """A person in a list: how their identity stands, and nothing that is known of them."""

    subject: str
    status: str
    registered_at: str
    modified_at: str
    version: int

    @classmethod
    def of(cls, person: Person) -> ListedPerson:
        """Return a person as a list shows them."""
        return cls(person.subject, person.status.value, person.registered_at, person.modified_at, person.version)


class PeoplePage(msgspec.Struct, rename="camel"):
    """Part of the list of people; the token of the next part is empty at the end."""

    people: list[ListedPerson]
    next_page_token: str


class PersonAnswer(msgspec.Struct, rename="camel"):
    """A person with what is known of them; never the secret number."""

    subject: str
    status: str
    attributes: list[AttributeShape]
    roles: str
    registered_at: str
    modified_at: str
    version: int
    blocked_until: str

    @classmethod
    def of(cls, person: Person) -> PersonAnswer:
        """Return a person as officers see them."""
        attributes = [AttributeShape(one.name, one.value, one.language) for one in person.attributes]
        return cls(
            person.subject, person.status.value, attributes, person.roles, person.registered_at, person.modified_at,
            person.version, person.blocked_until,
        )  # fmt: skip


class IdentifierAnswer(msgspec.Struct, rename="camel"):
    """A virtual identifier or an alias; its text is whole only when it was just made."""

    id: str
    kind: str
    form: str
    value: str
    status: str
    made_at: str
    expires_at: str

    @classmethod
    def of(cls, one: Identifier, *, whole: bool = False) -> IdentifierAnswer:
        """Return an identifier as officers see it."""
        shown = one.value if whole else one.masked
        return cls(one.id, one.kind.value, one.form, shown, one.status.value, one.made_at, one.expires_at)


class IdentifiersAnswer(msgspec.Struct):
    """The identifiers of a person, without the secret number."""

    identifiers: list[IdentifierAnswer]


class ChangeAnswer(msgspec.Struct, rename="camel"):
    """One change of an identity: what stood there before and what stands there since."""

    number: int
    at: str
    kind: str
    by: str
    reason: str
    evidence: list[EvidenceShape]
    before: list[AttributeShape]
    after: list[AttributeShape]

    @classmethod
    def of(cls, change: Change) -> ChangeAnswer:
        """Return a change as administrators see it; documents stay inside."""
        content = change.content
        return cls(
            change.number, change.at, change.kind, content.by_name or content.by, content.reason,
            [EvidenceShape(one.category, one.reference) for one in content.evidence],
            [AttributeShape(one.name, one.value, one.language) for one in content.before],
            [AttributeShape(one.name, one.value, one.language) for one in content.after],
        )  # fmt: skip


class ChangesPage(msgspec.Struct, rename="camel"):
    """Part of the history, the newest first; the token of the next part is empty at the end."""

    changes: list[ChangeAnswer]
    next_page_token: str


class RolesBody(msgspec.Struct):
    """All roles that somebody is to have; rights that were given one by one stay, unless `scopes` says which do."""

    roles: Annotated[list[Held], msgspec.Meta(max_length=100)]
    reason: Reason
    scopes: Annotated[list[Held], msgspec.Meta(max_length=200)] | None = None


class RolesAnswer(msgspec.Struct):
    """What somebody has: roles, rights that were given one by one, and all that they may do."""

    roles: list[str]
    scopes: list[str]
    held: list[str]

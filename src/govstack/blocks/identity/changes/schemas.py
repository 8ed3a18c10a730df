"""Wire shapes of changes."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from govstack.blocks.identity.changes.model import IDENTITY_CHARACTERS_MAX, REASON_CHARACTERS_MAX, Request, State
from govstack.blocks.identity.frame.schemas import VERSION, Asked, EnvelopeError, Name, WorkedError, moment
from govstack.blocks.identity.people.model import DOCUMENT_CHARACTERS_MAX, Evidence

UPDATE_UIN, UPDATE_IDENTITY = "govstack.update.uin", "govstack.updateIdentity"
DOCUMENTS_MAX = 100
Content = Annotated[str, Meta(max_length=DOCUMENT_CHARACTERS_MAX + 1)]


class NamedDocument(msgspec.Struct, frozen=True):
    """A document and its content."""

    name: Name = ""
    value: Content = ""


class ChangeAsked(msgspec.Struct, frozen=True, rename="camel"):
    """What a person wants to change, proven by a one-time code."""

    transaction_id: Name = msgspec.field(name="transactionID", default="")
    individual_id: Name = ""
    individual_id_type: Name = ""
    otp: Name = ""
    identity_json: Annotated[str, Meta(max_length=IDENTITY_CHARACTERS_MAX)] = ""
    documents: Annotated[list[NamedDocument], Meta(max_length=DOCUMENTS_MAX)] = []


class ChangeRequest(Asked, frozen=True, kw_only=True):
    """What a person wants to change, wrapped."""

    request: ChangeAsked = ChangeAsked()


class Registered(msgspec.Struct, frozen=True, rename="camel"):
    """The number of a request, and what comes next."""

    registration_id: str
    message: str = "The request was taken. You are told when it is decided."


class ChangeAnswer(msgspec.Struct, frozen=True):
    """The number of a request, wrapped."""

    response: Registered
    responsetime: str
    id: str = UPDATE_UIN
    version: str = VERSION
    metadata: dict[str, str] = {}
    errors: list[WorkedError] = []


class CodeRequest(msgspec.Struct, frozen=True):
    """For which request a one-time code is wanted."""

    transaction_id: Name = msgspec.field(name="transactionID", default="")


class CodeSent(msgspec.Struct, frozen=True):
    """A hint at where the code went."""

    masked: str


class CategorisedDocument(msgspec.Struct, frozen=True):
    """A document of a category."""

    category: Name = ""
    value: Content = ""


class VerifiedAttribute(msgspec.Struct, frozen=True, rename="camel"):
    """The name of an attribute that was verified."""

    attribute_string: Name = ""


class IdentityChange(msgspec.Struct, frozen=True, rename="camel"):
    """What an administrator changes of an identity; its number is never sent back."""

    status: Name = ""
    identity: dict[str, Any] = {}
    documents: Annotated[list[CategorisedDocument], Meta(max_length=DOCUMENTS_MAX)] = []
    verified_attributes: Annotated[list[VerifiedAttribute], Meta(max_length=DOCUMENTS_MAX)] = []
    registration_id: Name = ""
    uin: Name = ""

    def evidence(self) -> list[tuple[str, str]]:
        """Return the documents as category and content."""
        return [(one.category, one.value) for one in self.documents]

    def notes(self) -> list[Evidence]:
        """Return what else the change rests on."""
        names = ", ".join(one.attribute_string for one in self.verified_attributes if one.attribute_string)
        stated = (("registration", self.registration_id), ("verified attributes", names[:500]))
        return [Evidence(category, said) for category, said in stated if said]


class IdentityRequest(Asked, frozen=True, kw_only=True):
    """What an administrator changes, wrapped."""

    request: IdentityChange = IdentityChange()


class IdentityChanged(msgspec.Struct, frozen=True, rename="camel"):
    """What was sent, without the numbers."""

    status: str
    identity: dict[str, Any]
    documents: list[CategorisedDocument]
    verified_attributes: list[VerifiedAttribute]


class IdentityAnswer(msgspec.Struct, frozen=True):
    """What was changed, wrapped."""

    response: IdentityChanged
    responsetime: str
    id: str = UPDATE_IDENTITY
    version: str = VERSION
    meta_data: dict[str, str] = msgspec.field(name="metaData", default_factory=dict)
    errors: list[EnvelopeError] = []


class Decision(msgspec.Struct, frozen=True):
    """Whether a request is accepted, and why not."""

    accept: bool
    reason: Annotated[str, Meta(max_length=REASON_CHARACTERS_MAX)] = ""


class RequestRead(msgspec.Struct, frozen=True, rename="camel"):
    """A request as a list shows it."""

    id: str
    state: State
    created_at: str
    decided_at: str


class RequestsAnswer(msgspec.Struct, frozen=True):
    """Requests, the oldest first."""

    requests: list[RequestRead]


def request_read(one: Request) -> RequestRead:
    """Return a request as it is sent."""
    return RequestRead(one.id, one.state, one.created_at, one.decided_at)


def registered(one: Request, asked: ChangeRequest) -> ChangeAnswer:
    """Return the number of a request as it is sent."""
    return ChangeAnswer(Registered(one.id), moment(), id=asked.id or UPDATE_UIN)


def changed(asked: IdentityRequest) -> IdentityAnswer:
    """Return what was changed as it is sent."""
    one = asked.request
    told = IdentityChanged(one.status, one.identity, one.documents, one.verified_attributes)
    return IdentityAnswer(told, moment(), id=asked.id or UPDATE_IDENTITY)

"""Wire shapes of credentials."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.blocks.identity.credentials.model import (
    ADDRESS_CHARACTERS_MAX,
    REASON_CHARACTERS_MAX,
    SEARCHED_ATTRIBUTES_MAX,
    TRACKING_CHARACTERS_MAX,
    Credential,
    Form,
    Kind,
    Shown,
    Standing,
    State,
)
from govstack.blocks.identity.signing.model import DOCUMENT_CHARACTERS_MAX

Number = Annotated[str, Meta(min_length=1, max_length=40)]
KindName = Annotated[str, Meta(min_length=1, max_length=60)]
Reason = Annotated[str, Meta(max_length=REASON_CHARACTERS_MAX)]


class KindRead(msgspec.Struct, frozen=True):
    """A kind of credential that can be asked for."""

    kind: str
    form: str
    titles: dict[str, str]
    days: int
    attributes: list[str]


class KindsAnswer(msgspec.Struct, frozen=True):
    """What can be asked for."""

    kinds: list[KindRead]


class CredentialRequest(msgspec.Struct, frozen=True, rename="camel"):
    """What is asked for; an official names by any identifier for whom."""

    kind: KindName
    language: Annotated[str, Meta(pattern="^[a-z]{2}$")] = "en"
    delivery_address: Annotated[str, Meta(max_length=ADDRESS_CHARACTERS_MAX)] = ""
    individual_id: Annotated[str, Meta(max_length=200)] = ""


class NumberRequest(msgspec.Struct, frozen=True):
    """Which credential, by its document number, and why."""

    number: Number
    reason: Reason = ""


class StepRequest(msgspec.Struct, frozen=True, rename="camel"):
    """Which step is taken, why, and where delivery can be followed."""

    state: State
    reason: Reason = ""
    tracking_id: Annotated[str, Meta(max_length=TRACKING_CHARACTERS_MAX)] = ""


class SearchedAttribute(msgspec.Struct, frozen=True):
    """One attribute that is looked for."""

    name: Annotated[str, Meta(min_length=1, max_length=40)]
    value: Annotated[str, Meta(min_length=1, max_length=300)]


class SearchRequest(msgspec.Struct, frozen=True):
    """Attributes that a person has, all of them, and the purpose of the search."""

    attributes: Annotated[list[SearchedAttribute], Meta(min_length=1, max_length=SEARCHED_ATTRIBUTES_MAX)]
    purpose: Annotated[str, Meta(min_length=3, max_length=300)]


class SearchAnswer(msgspec.Struct, frozen=True):
    """Document numbers, and nothing else."""

    numbers: list[str]


class StepRead(msgspec.Struct, frozen=True):
    """One step that was taken; `own` when the person took it."""

    state: State
    at: str
    own: bool
    reason: str


class CredentialRead(msgspec.Struct, frozen=True, rename="camel"):
    """A credential and how it stands."""

    id: str
    number: str
    kind: str
    form: Form
    state: State
    requested_at: str
    issued_at: str
    expires_at: str
    tracking_id: str = ""
    steps: list[StepRead] = []


class CredentialsAnswer(msgspec.Struct, frozen=True):
    """One's credentials, the newest first."""

    credentials: list[CredentialRead]


class DocumentRequest(msgspec.Struct, frozen=True):
    """A signed credential to be checked."""

    document: Annotated[str, Meta(min_length=1, max_length=DOCUMENT_CHARACTERS_MAX)]


class StandingAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """How a credential stands, and the least that identifies it."""

    state: State
    valid: bool
    kind: str
    number_ends_with: str
    valid_from: str
    valid_until: str


def kind_read(name: str, kind: Kind) -> KindRead:
    """Return a kind as it is sent."""
    return KindRead(name, kind.form, dict(kind.titles), kind.days, list(kind.attributes))


def line(one: Credential, now: str) -> CredentialRead:
    """Return a credential as it is sent in a list."""
    return CredentialRead(
        one.id, one.number, one.kind, one.form, one.standing(now), one.requested_at, one.issued_at, one.expires_at
    )


def shown(found: Shown, now: str) -> CredentialRead:
    """Return a credential as it is sent to those who may see its steps."""
    steps = [StepRead(one.state, one.at, one.own, one.reason) for one in found.steps]
    whole = line(found.credential, now)
    return msgspec.structs.replace(whole, tracking_id=found.content.tracking_id, steps=steps)


def standing(found: Standing) -> StandingAnswer:
    """Return how a credential stands as it is sent."""
    return StandingAnswer(
        found.state, found.state is State.ACTIVE, found.kind, found.number_tail, found.issued_at, found.expires_at
    )

"""A request for a change, and how the published operations write what is to change."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from govstack.blocks.identity.changes.errors import NO_DOCUMENTS, NO_IDENTITY, NO_TRANSACTION, WrongChange
from govstack.blocks.identity.people.model import (
    ATTRIBUTES_MAX,
    DOCUMENT_CHARACTERS_MAX,
    EVIDENCE_CHARACTERS_MAX,
    EVIDENCE_MAX,
    Attribute,
    Evidence,
)

IDENTITY_CHARACTERS_MAX = 400_000
BODY_BYTES_MAX = 4_000_000
REQUESTS_SHOWN_MAX = 100
OPEN_MAX = 10
REASON_CHARACTERS_MAX = 300
_TRANSACTION = re.compile(r"[A-Za-z0-9-]{1,64}")
# Names of the published examples beside the names of claims.
_ALIASES = {
    "fullName": "name", "firstName": "given_name", "lastName": "family_name", "middleName": "middle_name",
    "dateOfBirth": "birthdate", "phone": "phone_number",
}  # fmt: skip


class State(StrEnum):
    """How a request stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Request:
    """A person's request for a change; what is to change stands sealed beside it."""

    id: str
    person_id: str
    event_id: str
    state: State
    created_at: str
    decided_at: str = ""
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What is to change, on what evidence, and what was said of the decision."""

    attributes: tuple[Attribute, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""


def purpose(transaction_id: str) -> str:
    """Return the purpose of the one-time code of a request; raises WrongChange for an id that is none."""
    if not _TRANSACTION.fullmatch(transaction_id):
        raise WrongChange(*NO_TRANSACTION)
    return f"update-uin/{transaction_id}"


def decoded(text: str) -> tuple[Attribute, ...]:
    """Return the attributes in base64 of JSON; raises WrongChange."""
    try:
        plain = base64.b64decode("".join(text.split()), validate=True) if len(text) <= IDENTITY_CHARACTERS_MAX else b""
        found = msgspec.json.decode(plain, type=dict[str, object])
    except (binascii.Error, ValueError, msgspec.DecodeError, RecursionError) as error:
        raise WrongChange(*NO_IDENTITY) from error
    inner = found.get("identity", found)
    if not isinstance(inner, dict):
        raise WrongChange(*NO_IDENTITY)
    return attributes_of(inner)


def attributes_of(identity: Mapping[str, object]) -> tuple[Attribute, ...]:
    """Return attributes of an object: a text each, or a list of texts with their languages; raises WrongChange."""
    made: list[Attribute] = []
    for name, value in identity.items():
        claim = _ALIASES.get(name, name)
        if isinstance(value, str):
            made.append(Attribute(claim, value))
            continue
        try:
            texts = msgspec.convert(value, list[_Text])
        except msgspec.ValidationError as error:
            raise WrongChange(*NO_IDENTITY) from error
        made += [Attribute(claim, one.value, one.language) for one in texts]
    if not 0 < len(made) <= ATTRIBUTES_MAX:
        raise WrongChange(*NO_IDENTITY)
    return tuple(made)


def evidence_of(documents: Sequence[tuple[str, str]]) -> tuple[Evidence, ...]:
    """Return documents as evidence; raises WrongChange for too many, too large or nameless ones."""
    sound = all(
        name.strip() and len(name) <= EVIDENCE_CHARACTERS_MAX and 0 < len(value) <= DOCUMENT_CHARACTERS_MAX
        for name, value in documents
    )
    if len(documents) > EVIDENCE_MAX or not sound:
        raise WrongChange(*NO_DOCUMENTS)
    return tuple(Evidence(name, name, value) for name, value in documents)


class _Text(msgspec.Struct, frozen=True):
    language: str
    value: str

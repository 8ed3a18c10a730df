"""A certificate that somebody earned elsewhere, and the lines of a certificate that is printed here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.learning.certificates.errors import EndsBeforeItBegins, NoProof, NotACopy

CERTIFICATES_MAX = 100
COPY_BYTES_MAX = 2_000_000
REASON_CHARACTERS_MAX = 300
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Word = Annotated[str, Meta(max_length=200)]
Link = Annotated[str, Meta(max_length=500, pattern=r"^(https?://[^\s]+)?$")]
Reason = Annotated[str, Meta(max_length=REASON_CHARACTERS_MAX)]
_BEGINNINGS = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


class Scheme(StrEnum):
    """Whose certificate it is: those that the capacity-building pages name, and any other."""

    ITIL = "ITIL"
    PRINCE2 = "PRINCE2"
    COBIT = "COBIT"
    TOGAF = "TOGAF"
    OTHER = "other"


class State(StrEnum):
    """Whether anybody but its holder vouches for it."""

    DECLARED = "declared"
    VERIFIED = "verified"
    REFUSED = "refused"


class Stated(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What a person says of a certificate; dates are texts such as 2026-11-22, no end is ""."""

    scheme: Scheme
    title: Name
    issuer: Name
    number: Word = ""
    link: Link = ""
    issued_on: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    expires_on: Annotated[str, Meta(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as it is kept."""

    id: str
    person_id: str
    state: State
    stated: Stated
    copy_type: str
    reviewed_at: str | None
    reason: str

    def expired(self, today: date) -> bool:
        """Tell whether its end has come."""
        return bool(self.stated.expires_on) and self.stated.expires_on < today.isoformat()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on a certificate that is printed."""

    language: str
    heading: str
    holder: str
    sentence: str
    title: str
    lines: Sequence[str]
    issuer: str
    check_words: str
    check_url: str


def sound(stated: Stated, copy: bytes, *, today: date) -> str:
    """Return the media type of the copy ("" without one); raises NoProof, NotACopy, EndsBeforeItBegins."""
    if not (stated.number.strip() or stated.link or copy):
        raise NoProof
    try:
        issued = date.fromisoformat(stated.issued_on)
        expires = date.fromisoformat(stated.expires_on) if stated.expires_on else None
    except ValueError as error:
        raise EndsBeforeItBegins from error
    if issued > today or (expires is not None and expires <= issued):
        raise EndsBeforeItBegins
    kind = next((kind for start, kind in _BEGINNINGS.items() if copy.startswith(start)), "")
    if copy and (not kind or len(copy) > COPY_BYTES_MAX):
        raise NotACopy
    return kind

"""Wire shapes of certificates."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.kernel import clock
from govstack.kernel.routing import Answer
from govstack.pillars.learn.learning.certificates.model import (
    COPY_BYTES_MAX,
    Certificate,
    Reason,
    Scheme,
    State,
    Stated,
    Word,
)

PAGE_WAITING_MAX = 200
# Base64 takes four characters for three bytes.
COPY_CHARACTERS_MAX = COPY_BYTES_MAX * 4 // 3 + 4


class CertificateGiven(Stated, frozen=True, rename="camel", kw_only=True):
    """A certificate as its holder declares it; `copy` is a PDF or picture in Base64."""

    copy: Annotated[bytes, Meta(max_length=COPY_CHARACTERS_MAX)] = b""

    def stated(self) -> Stated:
        """Return what is said of it."""
        return Stated(**{name: getattr(self, name) for name in Stated.__struct_fields__})


class CertificateShown(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A certificate; `state` says whether anybody but its holder vouches for it."""

    id: str
    person_id: str
    scheme: Scheme
    title: str
    issuer: str
    number: str
    link: str
    issued_on: str
    expires_on: str
    expired: bool
    state: State
    has_copy: bool
    reviewed_at: str | None
    reason: str


class CertificateList(msgspec.Struct, frozen=True):
    """Certificates, and after which id the next ones come ("" at the end)."""

    certificates: list[CertificateShown]
    next: str = ""


class ReviewGiven(msgspec.Struct, frozen=True):
    """What a reviewer found."""

    verified: bool
    reason: Reason = ""


class WaitingQuery(msgspec.Struct, frozen=True):
    """Which part of the list; lang changes the language of a page."""

    after: Word = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_WAITING_MAX)] = 50
    lang: Word = ""


def shown(one: Certificate) -> CertificateShown:
    """Return a certificate as it is answered."""
    said = one.stated
    return CertificateShown(
        id=one.id, person_id=one.person_id, scheme=said.scheme, title=said.title, issuer=said.issuer,
        number=said.number, link=said.link, issued_on=said.issued_on, expires_on=said.expires_on,
        expired=one.expired(clock.today()), state=one.state, has_copy=bool(one.copy_type),
        reviewed_at=one.reviewed_at, reason=one.reason,
    )  # fmt: skip


def copy_answer(content: bytes, kind: str) -> Answer:
    """Return the copy of a certificate as a file that no browser opens by itself."""
    ending = {"application/pdf": "pdf", "image/png": "png"}.get(kind, "jpg")
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="certificate.{ending}"'}
    return Answer(body=content, media_type=kind, headers=headers)


def pdf_answer(drawn: bytes) -> Answer:
    """Return a drawn certificate as a file."""
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="certificate.pdf"'}
    return Answer(body=drawn, media_type="application/pdf", headers=headers)

"""Wire shapes of certificates."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from govstack.blocks.identity.certificates.model import NAME_CHARACTERS_MAX, Certificate, Reason
from govstack.kernel import clock

REQUEST_CHARACTERS_MAX = 8_192
PAGE_MAX = 200
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=NAME_CHARACTERS_MAX, pattern=r"^\S(.*\S)?$")]


class CertificateRequest(msgspec.Struct, rename="camel"):
    """Whose key it is, and the signing request that this key has signed."""

    kind: Literal["organisation", "service"]
    name: Name
    signing_request: Annotated[str, msgspec.Meta(max_length=REQUEST_CHARACTERS_MAX)]


class Revocation(msgspec.Struct):
    """Why a certificate is revoked."""

    reason: Reason = Reason.UNSPECIFIED


class CertificateState(msgspec.Struct, rename="camel", omit_defaults=True):
    """How a certificate stands: all that everybody may know."""

    serial_number: str
    state: str
    expires_at: str
    revoked_at: str = ""
    reason: str = ""


class CertificateAnswer(msgspec.Struct, rename="camel", omit_defaults=True):
    """A certificate as administrators see it."""

    serial_number: str
    kind: str
    name: str
    certificate: str
    state: str
    issued_at: str
    expires_at: str
    revoked_at: str = ""
    reason: str = ""


class CertificateList(msgspec.Struct):
    """Certificates, and the number after which the list goes on."""

    certificates: list[CertificateAnswer]
    after: str = ""


class ListQuery(msgspec.Struct, frozen=True):
    """Which part of the list."""

    after: str = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=PAGE_MAX)] = 50


def state(found: Certificate) -> CertificateState:
    """Return how a certificate stands now."""
    return CertificateState(
        found.serial, found.state(clock.timestamp()), found.expires_at, found.revoked_at or "", found.reason or ""
    )


def answer(found: Certificate) -> CertificateAnswer:
    """Return a certificate for administrators."""
    return CertificateAnswer(
        found.serial, found.kind.value, found.subject, found.pem, found.state(clock.timestamp()), found.issued_at,
        found.expires_at, found.revoked_at or "", found.reason or "",
    )  # fmt: skip

"""Verifiable credentials and codes as they are before they are signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CONTEXTS = ("https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/undefined-terms/v2")
VC_TYPE = "vc+jwt"
MEDIA_TYPE = "application/vc+jwt"
DOCUMENT_CHARACTERS_MAX = 400_000
REFERENCE_BYTES = 16
SIGNATURE_BYTES = 64
CODE_CHARACTERS_MAX = 120


@dataclass(frozen=True, slots=True)
class Document:
    """What a verifiable credential says: whose words they are is told by the signature."""

    id: str
    types: tuple[str, ...]
    claims: Mapping[str, str]
    since: str
    until: str
    status_url: str = ""


def verifiable(document: Document, *, issuer: str) -> dict[str, Any]:
    """Return a credential of the W3C Verifiable Credentials Data Model 2.0, to be signed as a whole (VC-JOSE-COSE)."""
    made: dict[str, Any] = {
        "@context": list(CONTEXTS),
        "id": f"urn:uuid:{document.id}",
        "type": ["VerifiableCredential", *document.types],
        "issuer": issuer,
        "validFrom": document.since,
        "validUntil": document.until,
        "credentialSubject": dict(document.claims),
    }
    if document.status_url:
        made["credentialStatus"] = {"id": document.status_url, "type": "CredentialStanding"}
    return made

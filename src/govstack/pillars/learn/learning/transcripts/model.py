"""A learner's record: one signed credential (Comprehensive Learner Record 2.0), and plain rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from govstack.pillars.learn.learning.badges.model import Issuer, identity_hash
from govstack.pillars.learn.learning.certificates.model import Certificate, State

CREDENTIALS_CONTEXT = "https://www.w3.org/ns/credentials/v2"
ENVELOPE = "data:application/vc+jwt,"
COLUMNS = ("kind", "title", "framework", "competency", "level", "issuer", "issuedOn", "validUntil", "state", "person")
VOUCHED: Mapping[State, str] = {
    State.DECLARED: "Declared by the learner; nobody has checked it.",
    State.VERIFIED: "Checked by a reviewer of the issuer of this record.",
    State.REFUSED: "Declared by the learner; a reviewer could not verify it.",
}


def record(
    issuer: Issuer,
    *,
    record_id: str,
    name: str,
    identity: str,
    salt: str,
    tokens: Sequence[str],
    certificates: Sequence[Certificate],
    now: datetime,
) -> dict[str, Any]:
    """Return what is signed: the badges as they were signed, and certificates from elsewhere with who vouches for them.

    Raises ValueError when there is no badge.
    """
    from openbadgeslib.ob3.clr import build_clr_credential

    members = [
        {"@context": CREDENTIALS_CONTEXT, "id": f"{ENVELOPE}{token}", "type": "EnvelopedVerifiableCredential"}
        for token in tokens
    ]
    identifier = {
        "type": "IdentityObject", "hashed": True, "identityHash": identity_hash(identity, salt),
        "identityType": "identifier",
    }  # fmt: skip
    made: dict[str, Any] = build_clr_credential(
        {"id": issuer.did, "type": ["Profile"], "name": issuer.name, "url": issuer.url}, [identifier], members,
        credential_id=f"urn:uuid:{record_id}", valid_from=now,
    )  # fmt: skip
    made = {**made, "name": name, "partial": False}
    if certificates:
        made["credentialSubject"] = {
            **made["credentialSubject"],
            "achievement": [_achievement(one) for one in certificates],
        }
    return {**made, "iss": issuer.did, "jti": made["id"], "nbf": int(now.timestamp())}


def _achievement(one: Certificate) -> dict[str, Any]:
    said = one.stated
    lasts = f" Valid until {said.expires_on}." if said.expires_on else ""
    return {
        "id": f"urn:uuid:{one.id}",
        "type": ["Achievement"],
        "name": said.title,
        "achievementType": "Certificate",
        "description": f"Issued on {said.issued_on}.{lasts} {VOUCHED[one.state]}",
        "criteria": {"narrative": f"As {said.issuer} asks for."},
        "creator": {"id": said.link or f"urn:uuid:{one.id}#issuer", "type": ["Profile"], "name": said.issuer},
    }

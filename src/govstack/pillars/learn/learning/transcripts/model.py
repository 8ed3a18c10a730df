"""A learner's record: one signed credential (Comprehensive Learner Record 2.0), and plain rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from govstack.kernel import clock
from govstack.pillars.learn.learning.badges.model import Issuer, Shown, identity_hash
from govstack.pillars.learn.learning.certificates.model import Certificate, State

CREDENTIALS_CONTEXT = "https://www.w3.org/ns/credentials/v2"
ENVELOPE = "data:application/vc+jwt,"
COLUMNS = ("kind", "title", "framework", "competency", "level", "issuer", "issuedOn", "validUntil", "state", "person")
# What somebody takes along of their own says all that is kept of it.
OWN_COLUMNS = (*COLUMNS, "number", "link", "evidence", "scorePercent", "reviewedOn", "check")
CHECKED = "ext:CertificateChecked"
VOUCHED: Mapping[State, str] = {
    State.DECLARED: "Declared by the learner; nobody has checked it.",
    State.VERIFIED: "Checked by a reviewer of the issuer of this record.",
    State.REFUSED: "Declared by the learner; a reviewer could not verify it.",
}


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody can take along: badges that count for a record, certificates, and how many badges were revoked.

    `salt` is the proof of the record: with it and their number, whoever it is of shows that it is theirs.
    """

    badges: Sequence[Shown]
    certificates: Sequence[Certificate]
    revoked: int
    salt: str

    @property
    def verified(self) -> list[Certificate]:
        """Return the certificates that a reviewer has verified."""
        return [one for one in self.certificates if one.state is State.VERIFIED]

    @property
    def declared(self) -> int:
        """Count the certificates that nobody but their holder vouches for."""
        return len(self.certificates) - len(self.verified)

    @property
    def signable(self) -> bool:
        """Tell whether there is anything that is ours to sign: the standard has no record without a signed part."""
        return bool(self.badges or self.verified)


def checked(issuer: Issuer, one: Certificate, *, identity: str, salt: str) -> dict[str, Any]:
    """Return what is signed of a certificate from elsewhere: that a reviewer here has checked it, and nothing more.

    What is achieved in it is the check, so its creator is who checked; whose certificate it is stands in the evidence.
    """
    from openbadgeslib import ob3
    from openbadgeslib.ob3 import credential as shapes

    said = one.stated
    about = f"urn:uuid:{one.id}#checked"
    number = f" Number {said.number}." if said.number else ""
    made = ob3.OpenBadgeCredential(
        id=about,
        issuer=ob3.Issuer(id=issuer.did, name=issuer.name, url=issuer.url),
        recipient_id=None,
        identifiers=[shapes.IdentityObject(identity_hash(identity, salt), "identifier", hashed=True)],
        achievement=ob3.Achievement(
            id=f"{about}-certificate",
            name=f"Checked certificate: {said.title}",
            description=f"{issuer.name} has checked a certificate that {said.issuer} issued. It did not issue it.",
            criteria_narrative=VOUCHED[State.VERIFIED],
            achievement_type=CHECKED,
        ),
        evidence=[
            shapes.Evidence(
                id=said.link or None,
                narrative=f"{said.title}, issued by {said.issuer} on {said.issued_on}.{number}",
            )
        ],
        issuance_date=clock.parse(one.reviewed_at).replace(microsecond=0) if one.reviewed_at else None,
        expiration_date=clock.parse(f"{said.expires_on}T23:59:59Z") if said.expires_on else None,
    )
    claims: dict[str, Any] = made.to_jwt_payload()
    return claims


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
    """Return what is signed: badges and checks as they were signed, and certificates with who vouches for them.

    Raises ValueError when nothing was signed: CLR 2.0 has no record without a credential.
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

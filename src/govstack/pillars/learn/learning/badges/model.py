"""A badge, what may become of it, and the credential that says it: Open Badges 3.0 as a JWT."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

import msgspec
from msgspec import Meta

from govstack.kernel import clock
from govstack.pillars.learn.learning.achievements.model import Achievement, told
from govstack.pillars.learn.needs.frameworks.model import Level

EVIDENCE_CHARACTERS_MAX = 1_000
REASON_CHARACTERS_MAX = 300
REFERENCE_CHARACTERS_MAX = 200
# The least that the standard allows for a list: so many hide each other. A list is left half empty, so that a free
# place is found at random at once.
LIST_SIZE = 131_072
LIST_FILL = LIST_SIZE // 2
PLACES_TRIED_MAX = 64

Evidence = Annotated[str, Meta(max_length=EVIDENCE_CHARACTERS_MAX)]
Reason = Annotated[str, Meta(max_length=REASON_CHARACTERS_MAX)]
Link = Annotated[str, Meta(max_length=500, pattern=r"^(https?://[^\s]+)?$")]
Reference = Annotated[str, Meta(min_length=1, max_length=REFERENCE_CHARACTERS_MAX)]


class State(StrEnum):
    """What a badge is worth."""

    DRAFT = "draft"
    ISSUED = "issued"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    EXPIRED = "expired"


class Purpose(StrEnum):
    """What a list of states is about."""

    REVOCATION = "revocation"
    SUSPENSION = "suspension"

    @property
    def state(self) -> State:
        """Return the state of those in the list."""
        return State.REVOKED if self is Purpose.REVOCATION else State.SUSPENDED


NEXT: Mapping[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.ISSUED, State.REVOKED}),
    State.ISSUED: frozenset({State.SUSPENDED, State.REVOKED, State.EXPIRED}),
    State.SUSPENDED: frozenset({State.ISSUED, State.REVOKED, State.EXPIRED}),
    State.EXPIRED: frozenset({State.REVOKED}),
    State.REVOKED: frozenset(),
}


class Content(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """What tells whose a badge is and why; sealed wherever it is kept. `salt` hides who it is of in the credential."""

    name: str = ""
    evidence: str = ""
    evidence_url: str = ""
    score_percent: int | None = None
    attendance_percent: int | None = None
    salt: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge as it is kept."""

    id: str
    achievement_id: str
    person_id: str
    state: State
    code: str
    published_at: str | None
    list_number: int
    list_index: int
    awarded_by: str
    issued_at: str | None
    expires_at: str | None
    content: Content
    token: str = ""

    def standing(self, now: str) -> State:
        """Return what the badge is worth at a moment: its end comes by itself."""
        lapsed = self.expires_at is not None and self.expires_at <= now
        return State.EXPIRED if lapsed and self.state in {State.ISSUED, State.SUSPENDED} else self.state


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a badge."""

    state: State
    reason: str
    actor: str
    at: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A badge with what it stands for."""

    badge: Badge
    achievement: Achievement
    standing: State


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues: a name for people, and the DID and address that machines know."""

    name: str
    url: str

    @property
    def did(self) -> str:
        """Return the did:web of the address: its document lies below it."""
        parts = urlsplit(self.url)
        return ":".join(["did:web", quote(parts.netloc, safe=""), *filter(None, parts.path.split("/"))])

    def list_url(self, purpose: Purpose, number: int) -> str:
        """Return where a list of states is published."""
        return f"{self.url}/api/v1/status-lists/{number}/{purpose.value}"


def may_become(state: State, wanted: State) -> bool:
    """Tell whether a badge may go from one state to another."""
    return wanted in NEXT[state]


def identity_hash(identity: str, salt: str) -> str:
    """Return how a credential names a person: nobody finds the number behind it without the salt."""
    return f"sha256${hashlib.sha256(f'{identity}{salt}'.encode()).hexdigest()}"


def did_document(issuer: Issuer, keys: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    """Return the document that holds the public keys of an issuer (did:web)."""
    from openbadgeslib.ob3.did import build_did_document

    document: dict[str, Any] = build_did_document(issuer.did, [(key["kid"], dict(key)) for key in keys])
    return document


def credential(
    issuer: Issuer, badge: Badge, achievement: Achievement, *, identity: str, ladder: Sequence[Level] = ()
) -> dict[str, Any]:
    """Return what is signed: an Open Badges 3.0 credential with its registered claims, without any name of the person.

    `ladder` are the levels of the scale that the competency is measured on; none where its framework is not held here.
    The library is imported where it is used: it takes a tenth of a second, and most processes never issue.
    """
    from openbadgeslib import ob3
    from openbadgeslib.ob3 import credential as shapes
    from openbadgeslib.ob3.status_list import status_entry

    language, content = badge.content.language, badge.content
    about = f"{issuer.url}/api/v1/achievements/{achievement.id}"
    result = f"{about}#score"
    scored = content.score_percent is not None
    aligned = [
        shapes.Alignment(
            target_name=achievement.competency_name or achievement.competency_code,
            target_url=achievement.competency_url or about,
            target_framework=achievement.framework or None,
            target_code=achievement.competency_code,
            target_description=f"Level {achievement.level}" if achievement.level else None,
        )
    ]
    made = ob3.OpenBadgeCredential(
        id=f"urn:uuid:{badge.id}",
        issuer=ob3.Issuer(id=issuer.did, name=issuer.name, url=issuer.url),
        recipient_id=None,
        identifiers=[shapes.IdentityObject(identity_hash(identity, content.salt), "identifier", hashed=True)],
        achievement=ob3.Achievement(
            id=about,
            name=told(achievement.names, language),
            description=told(achievement.descriptions, language),
            criteria_narrative=told(achievement.criteria, language),
            image_url=f"{about}/picture",
            achievement_type=achievement.kind.published,
            alignments=aligned if achievement.competency_code else [],
            result_descriptions=[
                shapes.ResultDescription(id=result, name="Score", result_type="Percent", value_min="0", value_max="100")
            ]
            if scored
            else [],
        ),
        results=[shapes.Result(value=str(content.score_percent), result_description=result)] if scored else [],
        evidence=[shapes.Evidence(id=content.evidence_url or None, narrative=content.evidence or None)]
        if content.evidence or content.evidence_url
        else [],
        issuance_date=_moment(badge.issued_at),
        expiration_date=_moment(badge.expires_at),
        credential_status=[
            status_entry(issuer.list_url(purpose, badge.list_number), purpose.value, badge.list_index)
            for purpose in Purpose
        ],
    )
    claims: dict[str, Any] = made.to_jwt_payload()
    return _at_level(claims, achievement, language, ladder) if achievement.level else claims


def _at_level(
    claims: dict[str, Any], achievement: Achievement, language: str, ladder: Sequence[Level]
) -> dict[str, Any]:
    """Return a credential that says its level as Open Badges 3.0 has it, for which the library has no shape.

    The scale is a result description with a rubric level each, the level asked for is its `requiredLevel`, and a result
    names it as the level that was achieved.
    """
    subject = claims["credentialSubject"]
    stated = subject["achievement"]
    rubric = f"{stated['id']}#level"
    rungs = [one for one in ladder if one.ordinal] or [Level(ordinal=achievement.level, code=str(achievement.level))]
    described = {
        "id": rubric,
        "type": ["ResultDescription"],
        "name": "Level",
        "resultType": "RubricCriterionLevel",
        "requiredLevel": f"{rubric}-{achievement.level}",
        "rubricCriterionLevel": [
            {
                "id": f"{rubric}-{one.ordinal}",
                "type": ["RubricCriterionLevel"],
                "name": told(one.titles, language) or f"Level {one.ordinal}",
                "level": one.code or str(one.ordinal),
            }
            for one in rungs
        ],
        "alignment": stated["alignment"],
    }
    reached = {"type": ["Result"], "resultDescription": rubric, "achievedLevel": described["requiredLevel"]}
    whole = {**stated, "resultDescription": [*stated.get("resultDescription", []), described]}
    result = [*subject.get("result", []), reached]
    return {**claims, "credentialSubject": {**subject, "achievement": whole, "result": result}}


def status_list(
    issuer: Issuer, purpose: Purpose, number: int, places: Iterable[int], *, now: datetime, until: datetime
) -> dict[str, Any]:
    """Return what is signed of a list of states (Bitstring Status List 1.0)."""
    from openbadgeslib.ob3.status_list import build_status_list_credential

    url = issuer.list_url(purpose, number)
    made: dict[str, Any] = build_status_list_credential(
        issuer.did, url, purpose.value, places, size_bits=LIST_SIZE, issued=now, valid_until=until
    )
    registered = {"iss": issuer.did, "jti": url, "nbf": int(now.timestamp()), "exp": int(until.timestamp())}
    return {**made, **registered}


def _moment(text: str | None) -> datetime | None:
    return clock.parse(text).replace(microsecond=0) if text else None

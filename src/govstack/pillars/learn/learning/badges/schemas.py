"""Wire shapes of badges."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.learning.achievements.model import told
from govstack.pillars.learn.learning.badges.model import (
    Change,
    Content,
    Evidence,
    Link,
    Reason,
    Reference,
    Shown,
    State,
)

PAGE_BADGES_MAX = 200
Percent = Annotated[int, Meta(ge=0, le=100)]
Text = Annotated[str, Meta(max_length=200)]
_DID_NAMES = {"context": "@context", "methods": "verificationMethod", "assertion": "assertionMethod"}


class AwardGiven(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A badge to be awarded by hand; what shows that it was earned is needed, as words or as a link."""

    achievement_id: Text
    person_id: Text
    evidence: Evidence = ""
    evidence_url: Link = ""
    score_percent: Percent | None = None
    draft: bool = False

    def content(self) -> Content:
        """Return what the badge says."""
        return Content(evidence=self.evidence, evidence_url=self.evidence_url, score_percent=self.score_percent)


class ResultGiven(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What somebody reached, for a badge that a rule awards; the same reference counts once."""

    person_id: Text
    reference: Reference
    score_percent: Percent | None = None
    attendance_percent: Percent | None = None
    evidence: Evidence = ""
    evidence_url: Link = ""

    def content(self) -> Content:
        """Return what the badge would say."""
        return Content(
            evidence=self.evidence, evidence_url=self.evidence_url, score_percent=self.score_percent,
            attendance_percent=self.attendance_percent,
        )  # fmt: skip


class StateGiven(msgspec.Struct, frozen=True):
    """What a badge becomes, and why."""

    state: State
    reason: Reason = ""


class PublicGiven(msgspec.Struct, frozen=True):
    """Whether a badge is public."""

    public: bool


class BadgeShown(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A badge; `checkUrl` is where others check it, `proof` shows that it is this person's."""

    id: str
    achievement_id: str
    person_id: str
    title: str
    state: State
    issued_at: str | None
    expires_at: str | None
    public: bool
    evidence: str
    evidence_url: str
    score_percent: int | None
    check_url: str
    proof: str


class BadgeList(msgspec.Struct, frozen=True):
    """Badges, and after which id the next ones come ("" at the end)."""

    badges: list[BadgeShown]
    next: str = ""


class RuleAnswer(msgspec.Struct, frozen=True):
    """Whether the rule was reached, and the badge when it was."""

    reached: bool
    badge: BadgeShown | None = None


class BadgeChange(msgspec.Struct, frozen=True):
    """One change of a badge."""

    state: State
    reason: str
    actor: str
    at: str


class BadgeHistory(msgspec.Struct, frozen=True):
    """What became of a badge, the first change first."""

    changes: list[BadgeChange]


class BadgeQuery(msgspec.Struct, frozen=True):
    """Which badges; lang changes the language of a page."""

    state: Text = ""
    after: Text = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_BADGES_MAX)] = 50
    lang: Text = ""

    @property
    def wanted(self) -> State | None:
        """Return the state to narrow the list to; nothing for all."""
        return State(self.state) if self.state in set(State) else None


class DidDocument(msgspec.Struct, frozen=True, rename=_DID_NAMES):
    """The public keys of an issuer (did:web)."""

    context: list[str]
    id: str
    methods: list[dict[str, str | dict[str, str]]]
    assertion: list[str]


def badge_shown(shown: Shown, *, public_url: str, own: bool) -> BadgeShown:
    """Return a badge as it is answered; what proves that it is somebody's is for that person alone."""
    badge = shown.badge
    return BadgeShown(
        id=badge.id, achievement_id=badge.achievement_id, person_id=badge.person_id,
        title=told(shown.achievement.names, badge.content.language), state=shown.standing, issued_at=badge.issued_at,
        expires_at=badge.expires_at, public=badge.published_at is not None, evidence=badge.content.evidence,
        evidence_url=badge.content.evidence_url, score_percent=badge.content.score_percent,
        check_url=f"{public_url}/verify/{badge.code}" if own and badge.token else "",
        proof=badge.content.salt if own else "",
    )  # fmt: skip


def history_of(changes: list[Change]) -> BadgeHistory:
    """Return a history as it is answered."""
    return BadgeHistory([BadgeChange(one.state, one.reason, one.actor, one.at) for one in changes])

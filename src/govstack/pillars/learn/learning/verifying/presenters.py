"""What the pages of checking show."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Words
from govstack.pillars.learn.learning.achievements.model import told
from govstack.pillars.learn.learning.badges.model import Shown
from govstack.pillars.learn.learning.badges.presenters import day
from govstack.pillars.learn.learning.verifying.model import VERDICTS, Finding, Verdict

STATES: Mapping[Verdict, str] = {
    Verdict.VALID: "good",
    Verdict.EXPIRED: "off",
    Verdict.SUSPENDED: "wait",
    Verdict.NOT_YET: "wait",
    Verdict.UNKNOWN_ISSUER: "warn",
    Verdict.UNKNOWN_STATUS: "warn",
    Verdict.PARTS: "warn",
}
UNSIGNED = frozenset({Verdict.TAMPERED, Verdict.UNREADABLE})


def shown(words: Words, finding: Finding, centre: str = "") -> dict[str, object]:
    """Return a finding as a page shows it; `centre` is the training centre that its issuer is, if it is one."""
    own = [(words(_("Training centre")), centre)] if centre and finding.verdict is not Verdict.UNKNOWN_ISSUER else []
    return {
        "verdict": words(VERDICTS[finding.verdict]),
        "state": STATES.get(finding.verdict, "bad"),
        "claimed": finding.verdict is Verdict.UNKNOWN_ISSUER,
        "rows": [] if finding.verdict in UNSIGNED else [*rows(words, finding), *own],
        "members": [
            (one.title, {"status": words(VERDICTS[one.verdict]), "state": STATES.get(one.verdict, "bad")})
            for one in finding.members
        ],
    }


def rows(words: Words, finding: Finding) -> list[tuple[str, str]]:
    """Return what a credential tells, as a list of labels and values."""
    found: list[tuple[str, str]] = [
        (words(_("Badge")), finding.title),
        (words(_("Competency")), words.set_apart(finding.competencies)),
        (words(_("Criteria")), finding.criteria),
        (words(_("Issuer")), finding.issuer_name),
        (words(_("Identifier of the issuer")), finding.issuer),
    ]
    for label, moment in (
        (words(_("Issued on")), finding.issued_at),
        (words(_("Valid until")), finding.expires_at),
        (words(_("Status as of")), finding.status_as_of),
    ):
        found.append((label, day(words.language, moment)))
    return [(label, value) for label, value in found if value]


def named(words: Words, one: Shown) -> list[tuple[str, str]]:
    """Return what a badge that its holder has published tells of them."""
    if one.badge.published_at is None:
        return []
    content = one.badge.content
    evidence = ": ".join(filter(None, (content.evidence, content.evidence_url)))
    found: list[tuple[str, str]] = [
        (words(_("Holder")), content.name),
        (words(_("About the badge")), told(one.achievement.descriptions, words.language)),
        (words(_("Evidence")), evidence),
    ]
    return [(label, value) for label, value in found if value]

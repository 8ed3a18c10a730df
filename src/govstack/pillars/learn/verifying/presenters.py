"""What the pages of checking show."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.kernel.i18n import _
from govstack.pillars.learn.achievements.model import told
from govstack.pillars.learn.badges.model import Shown
from govstack.pillars.learn.badges.presenters import day
from govstack.pillars.learn.frame.presenters import Words
from govstack.pillars.learn.verifying.model import Finding, Verdict

VERDICTS: Mapping[Verdict, str] = {
    Verdict.VALID: _("The badge is valid."),
    Verdict.TAMPERED: _("The badge was forged or changed: its signature does not fit. Do not accept it."),
    Verdict.EXPIRED: _("The badge has expired."),
    Verdict.REVOKED: _("The badge was revoked by its issuer. Do not accept it."),
    Verdict.SUSPENDED: _("The badge is suspended: it does not count for now."),
    Verdict.UNKNOWN_ISSUER: _("The issuer of this badge, or the key that it names, is not known here."),
    Verdict.NOT_YET: _("The badge is not valid yet."),
    Verdict.UNREADABLE: _("This is no badge that can be read here. Send the file as you received it."),
    Verdict.UNKNOWN_STATUS: _(
        "The badge is genuine, but whether it was revoked could not be found out. Get a newer list, then check again."
    ),
}
STATES: Mapping[Verdict, str] = {
    Verdict.VALID: "good",
    Verdict.EXPIRED: "off",
    Verdict.SUSPENDED: "wait",
    Verdict.NOT_YET: "wait",
    Verdict.UNKNOWN_ISSUER: "warn",
    Verdict.UNKNOWN_STATUS: "warn",
}
UNSIGNED = frozenset({Verdict.TAMPERED, Verdict.UNREADABLE})


def shown(words: Words, finding: Finding) -> dict[str, object]:
    """Return a finding as a page shows it."""
    return {
        "verdict": words(VERDICTS[finding.verdict]),
        "state": STATES.get(finding.verdict, "bad"),
        "claimed": finding.verdict is Verdict.UNKNOWN_ISSUER,
        "rows": [] if finding.verdict in UNSIGNED else rows(words, finding),
        "members": [
            (one.title, {"status": words(VERDICTS[one.verdict]), "state": STATES.get(one.verdict, "bad")})
            for one in finding.members
        ],
    }


def rows(words: Words, finding: Finding) -> list[tuple[str, str]]:
    """Return what a credential tells, as a list of labels and values."""
    found: list[tuple[str, str]] = [
        (words(_("Badge")), finding.title),
        (words(_("Competency")), "; ".join(finding.competencies)),
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

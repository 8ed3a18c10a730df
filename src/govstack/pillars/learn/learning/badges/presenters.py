"""What the pages of badges show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel import clock, i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words
from govstack.pillars.learn.learning.achievements.model import Achievement, told
from govstack.pillars.learn.learning.badges.model import NEXT, Change, Shown, State

SAID: Mapping[State, str] = {
    State.DRAFT: _("Draft"),
    State.ISSUED: _("Issued"),
    State.SUSPENDED: _("Suspended"),
    State.REVOKED: _("Revoked"),
    State.EXPIRED: _("Expired"),
}
COLOURS: Mapping[State, str] = {
    State.DRAFT: "new",
    State.ISSUED: "good",
    State.SUSPENDED: "wait",
    State.REVOKED: "bad",
    State.EXPIRED: "off",
}
BECOMES: Mapping[State, str] = {
    State.ISSUED: _("Issue it, or let it count again"),
    State.SUSPENDED: _("Suspend it for now"),
    State.REVOKED: _("Revoke it for good"),
}


def day(language: str, moment: str | None) -> str:
    """Return the day of a moment as people write it; nothing for what is none."""
    try:
        return i18n.format_date(language, clock.day(moment)) if moment else ""
    except ValueError:
        return ""


def title(one: Achievement, language: str) -> str:
    """Return what a badge is called."""
    return told(one.names, language)


def competency(words: Words, one: Achievement) -> str:
    """Return the competency that a badge proves, with its level."""
    level = words(_("level {level}"), level=one.level) if one.level else ""
    named = " ".join(filter(None, (one.framework, one.competency_code, one.competency_name)))
    return words.set_apart((named, level))


def state(words: Words, one: Shown) -> Cell:
    """Return the state of a badge as a cell."""
    return {"status": words(SAID[one.standing]), "state": COLOURS[one.standing]}


def mine(words: Words, found: Iterable[Shown]) -> list[tuple[Cell, ...]]:
    """Return a table of somebody's own badges."""
    return [
        (
            {"text": title(one.achievement, words.language), "href": f"/badges/{one.badge.id}"},
            competency(words, one.achievement),
            day(words.language, one.badge.issued_at),
            day(words.language, one.badge.expires_at),
            state(words, one),
        )
        for one in found
    ]


def register(words: Words, found: Iterable[Shown]) -> list[tuple[Cell, ...]]:
    """Return a table of all badges."""
    return [
        (
            {"text": title(one.achievement, words.language), "href": f"/badge-register/{one.badge.id}"},
            one.badge.content.name or {"code": one.badge.person_id},
            day(words.language, one.badge.issued_at),
            day(words.language, one.badge.expires_at),
            state(words, one),
        )
        for one in found
    ]


def facts(words: Words, one: Shown) -> list[tuple[str, str]]:
    """Return what is known of a badge."""
    content = one.badge.content
    score = (
        i18n.format_percent(words.language, content.score_percent / 100) if content.score_percent is not None else ""
    )
    found = [
        (words(_("State")), words(SAID[one.standing])),
        (words(_("Competency")), competency(words, one.achievement)),
        (words(_("Criteria")), told(one.achievement.criteria, words.language)),
        (words(_("Holder")), content.name),
        (words(_("Evidence")), ": ".join(filter(None, (content.evidence, content.evidence_url)))),
        (words(_("Score")), score),
        (words(_("Issued on")), day(words.language, one.badge.issued_at)),
        (words(_("Valid until")), day(words.language, one.badge.expires_at)),
    ]
    return [(label, value) for label, value in found if value]


def history(words: Words, changes: Iterable[Change]) -> list[tuple[Cell, ...]]:
    """Return what became of a badge."""
    return [(words(SAID[one.state]), one.reason, {"code": one.actor}, {"moment": one.at}) for one in changes]


def choices(words: Words, one: Shown) -> list[tuple[str, str]]:
    """Return what a badge may become."""
    return [(state.value, words(label)) for state, label in BECOMES.items() if state in NEXT[one.standing]]

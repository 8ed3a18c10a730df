"""What the pages of what badges stand for show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words
from govstack.pillars.learn.learning.achievements.model import Achievement, Awarder, Awarding, Kind, told

KINDS: Mapping[Kind, str] = {
    Kind.COMPETENCY: _("A competency at a level"),
    Kind.COURSE: _("A course"),
    Kind.CERTIFICATE: _("A certificate"),
    Kind.CONTRIBUTION: _("A contribution to a community"),
}
AWARDINGS: Mapping[Awarding, str] = {
    Awarding.HAND: _("By hand, with evidence"),
    Awarding.RULE: _("By rule, from score, attendance or contributions"),
}
AWARDERS: Mapping[Awarder, str] = {
    Awarder.TEACH: _("Trainers"),
    Awarder.PLAN: _("The training unit"),
    Awarder.FACILITATE: _("Facilitators of communities"),
    Awarder.ADMINISTER: _("Administrators"),
}


def rows(words: Words, found: Iterable[Achievement], *, changing: bool) -> list[tuple[Cell, ...]]:
    """Return a table of what badges stand for."""
    made: list[tuple[Cell, ...]] = []
    for one in found:
        name = told(one.names, words.language)
        made.append(
            (
                {"text": name, "href": f"/achievements/{one.id}"} if changing else name,
                " ".join(filter(None, (one.framework, one.competency_code))),
                i18n.format_number(words.language, one.level) if one.level else "",
                words(AWARDINGS[one.awarding]),
                words(AWARDERS[one.awarder]),
                {"status": words(_("In use")), "state": "good"}
                if one.active
                else {"status": words(_("No longer awarded")), "state": "off"},
            )
        )
    return made


def options(words: Words) -> dict[str, list[tuple[str, str]]]:
    """Return what can be chosen."""
    return {
        "kinds": [(one.value, words(label)) for one, label in KINDS.items()],
        "awardings": [(one.value, words(label)) for one, label in AWARDINGS.items()],
        "awarders": [(one.value, words(label)) for one, label in AWARDERS.items()],
    }


def given(one: Achievement, language: str) -> dict[str, str]:
    """Return the fields of a form as they stand, texts in the language of the page."""
    return {
        "name": one.names.get(language, ""),
        "description": one.descriptions.get(language, ""),
        "criteria": one.criteria.get(language, ""),
        "kind": one.kind.value,
        "framework": one.framework,
        "code": one.competency_code,
        "competency": one.competency_name,
        "link": one.competency_url,
        "level": str(one.level or ""),
        "months": str(one.valid_months or ""),
        "awarding": one.awarding.value,
        "score": str(one.score_percent or ""),
        "attendance": str(one.attendance_percent or ""),
        "awarder": one.awarder.value,
        "active": "yes" if one.active else "",
    }

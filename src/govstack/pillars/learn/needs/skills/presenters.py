"""What the pages of skills show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from govstack.kernel.i18n import _, format_date, format_number
from govstack.pillars.learn.downloads.schemas import Line
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language
from govstack.pillars.learn.needs.frameworks.model import Competency, Scale
from govstack.pillars.learn.needs.frameworks.presenters import called, level_name
from govstack.pillars.learn.needs.gaps.model import Gap
from govstack.pillars.learn.needs.ratings.model import Confidence, RaterType, Rating, Rule
from govstack.pillars.learn.needs.skills.service import Report, Skills
from govstack.pillars.learn.people.model import Person

RATERS = {
    RaterType.SELF: _("Said by the person"), RaterType.MANAGER: _("Said by the manager"),
    RaterType.TEST: _("From a test"), RaterType.EVIDENCE: _("From evidence"),
    RaterType.CREDENTIAL: _("From a credential"),
}  # fmt: skip
CONFIDENCES = {
    Confidence.LOW: _("Not very sure"), Confidence.MEDIUM: _("Fairly sure"), Confidence.HIGH: _("Very sure"),
}  # fmt: skip
COLUMNS = (
    "person", "competency", "code", "title", "scale", "required", "existing", "gap", "source", "rated_on", "stale",
)  # fmt: skip


def gap_cell(words: Words, one: Gap) -> Cell:
    """Return how somebody stands towards a requirement: unrated looks unlike anything else."""
    if one.size is None:
        return {"status": words(_("Not rated")), "state": "wait"}
    if one.met:
        return {"status": words(_("Met")), "state": "good"}
    missing = words.count("{count} level missing", "{count} levels missing", one.size)
    return {"status": missing.format(count=format_number(words.language, one.size)), "state": "warn"}


def origin(words: Words, rater_type: str, rated_on: str, *, stale: bool) -> str:
    """Return where a rating comes from and how old it is."""
    if not rater_type:
        return ""
    told = f"{words(RATERS[RaterType(rater_type)])}, {format_date(words.language, rated_on, 'medium')}"
    return words(_("{origin}, stale"), origin=told) if stale else told


def required_rows(words: Words, skills: Skills, base: str) -> list[tuple[Cell, ...]]:
    """Return what a person's posts ask for and where the person is."""
    rows: list[tuple[Cell, ...]] = []
    for one in skills.required:
        scale = skills.scales.get(one.scale_id)
        competency = skills.competencies[one.competency_id]
        existing = words(_("Not rated")) if one.existing is None else level_name(words, scale, one.existing)
        rows.append(
            (
                {"text": called(competency, words.language), "href": f"{base}/{quote(one.competency_id, safe=':')}"},
                level_name(words, scale, one.desired),
                existing,
                origin(words, one.rater_type, one.rated_on, stale=one.stale),
                gap_cell(words, one),
            )
        )
    return rows


def other_rows(words: Words, skills: Skills, base: str) -> list[tuple[Cell, ...]]:
    """Return what a person was rated on beside what their posts ask for."""
    return [
        (
            {
                "text": called(skills.competencies[one.competency_id], words.language),
                "href": f"{base}/{quote(one.competency_id, safe=':')}",
            },
            level_name(words, skills.scales.get(one.scale_id), one.level),
            origin(words, one.rater_type, one.rated_on, stale=skills.rule.stale(one.rated_on)),
        )
        for one in skills.others
    ]


def posts(words: Words, skills: Skills) -> str:
    """Return the profiles of a person; one that nobody described stands with its id."""
    known = {one.id: in_language(one.names, words.language) for one in skills.profiles}
    return words.listed(known.get(role, role) for role in skills.person.roles)


def order(words: Words, rule: Rule) -> str:
    """Return which kind of rating counts first, in words."""
    return words.listed(words(RATERS[kind]) for kind in rule.order)


def team_rows(words: Words, team: Sequence[Report]) -> list[tuple[Cell, ...]]:
    """Return a manager's team."""
    return [
        (
            {"text": one.person.name or one.person.id, "href": f"/my-team/{quote(one.person.id, safe='')}"},
            {"number": one.required},
            {"number": one.met},
            {"number": one.lacking},
            {"number": one.unrated},
        )
        for one in team
    ]


def history_rows(
    words: Words, ratings: Iterable[Rating], scales: Mapping[str, Scale], rule: Rule
) -> list[tuple[Cell, ...]]:
    """Return all that was said, the last first."""
    return [
        (
            level_name(words, scales.get(one.scale_id), one.level),
            origin(words, one.rater_type, one.rated_on, stale=rule.stale(one.rated_on)),
            words(CONFIDENCES[one.confidence]),
            one.source,
        )
        for one in ratings
    ]


def choices(words: Words, competency: Competency, scale: Scale | None) -> list[tuple[str, ...]]:
    """Return the levels that somebody can be at, each with what people there do; none of it yet comes first."""
    if scale is None:
        return []
    offered = [
        (
            str(level.ordinal),
            level_name(words, scale, level.ordinal),
            in_language(competency.descriptors.get(str(level.ordinal), {}), words.language),
        )
        for level in competency.offered(scale)
    ]
    none: list[tuple[str, ...]] = [] if scale.level(0) else [("0", level_name(words, scale, 0), "")]
    return [*none, *offered]


def confidences(words: Words) -> list[tuple[str, str]]:
    """Return how sure somebody can be."""
    return [(str(one), words(label)) for one, label in CONFIDENCES.items()]


def lines(skills: Skills, words: Words) -> list[Line]:
    """Return a person's skills as lines of a file."""
    found: list[Line] = []
    for one in skills.required:
        competency = skills.competencies[one.competency_id]
        found.append(
            (
                skills.person.id, one.competency_id, competency.code, in_language(competency.titles, words.language),
                one.scale_id, one.desired, one.existing, one.size, one.rater_type, one.rated_on, one.stale,
            )
        )  # fmt: skip
    for rating in skills.others:
        competency = skills.competencies[rating.competency_id]
        found.append(
            (
                skills.person.id, rating.competency_id, competency.code,
                in_language(competency.titles, words.language), rating.scale_id, None, rating.level, None,
                str(rating.rater_type), rating.rated_on, skills.rule.stale(rating.rated_on),
            )
        )  # fmt: skip
    return found


def name_of(person: Person) -> str:
    """Return what a person is called."""
    return person.name or person.id

"""What the pages and files of records and figures show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell as Shown
from govstack.pillars.learn.frame.presenters import Words, in_language
from govstack.pillars.learn.learning.analytics.model import SAID, Cell, Figures, Split, Team
from govstack.pillars.learn.learning.analytics.service import Record
from govstack.pillars.learn.learning.consents.model import Asked
from govstack.pillars.learn.learning.indicators.model import PERCENT, POINTS, Group, Indicator, Measure
from govstack.pillars.learn.splits.model import Dimension, placed
from govstack.pillars.learn.splits.presenters import HEADINGS, Known, label
from govstack.web.figures import Bars

COLUMNS = (
    "id",
    "timestamp",
    "stored",
    "verb",
    "object",
    "name",
    "success",
    "completion",
    "scaled",
    "duration",
    "authority",
)
FIGURE_COLUMNS = ("split", "value", "people", "started", "completed", "completed_percent", "known", "reached_percent")
SPLITS = {
    Split.GENDER: _("By gender"),
    Split.ORGANISATION: _("By organisation"),
    Split.PLACE: _("By place"),
    Split.AGE: HEADINGS[Dimension.AGE],
    Split.DISABILITY: HEADINGS[Dimension.DISABILITY],
    Split.AREA: HEADINGS[Dimension.AREA],
    Split.ACTIVITY: _("By activity"),
}
GENDERS = {
    "female": _("Women"),
    "male": _("Men"),
    "other": _("Other genders"),
    "unstated": _("Not stated"),
    "": _("Not known here"),
}
CHARTED_MAX = 20
INDICATOR_COLUMNS = ("indicator", "by", "value", "unit", "people", "rests_on", "on", "hidden")
MEASURES = {
    Measure.REACH: _("Reach"),
    Measure.COMPLETION: _("Completion"),
    Measure.GAIN: _("Gain in tests"),
    Measure.TRANSFER: _("Transfer to work"),
    Measure.CLOSED: _("Gaps closed"),
    Measure.COST: _("Cost of a level gained"),
}
RESTS_ON = {
    Measure.REACH: _("People known here: {number}"),
    Measure.COMPLETION: _("Activities begun: {number}"),
    Measure.GAIN: _("Tests with a part before and a part after: {number}"),
    Measure.TRANSFER: _("Results of evaluations: {number}"),
    Measure.CLOSED: _("Gaps that courses aimed at: {number}"),
    Measure.COST: _("Sessions whose costs are known: {number}"),
}
APART = {
    Measure.REACH: _(
        "The highest share of people reached among the groups whose size is shown, less the lowest; also of groups of"
        " whom nobody was reached."
    ),
    Measure.COMPLETION: _("The highest share of finished activities among the groups that are shown, less the lowest."),
    Measure.GAIN: _("The highest mean gain among the groups that are shown, less the lowest."),
    Measure.TRANSFER: _(
        "The highest mean change among the groups that are shown, less the lowest, from results that are told of one"
        " group alone. They do not count in the indicator of all, which has results of its own."
    ),
    Measure.CLOSED: _("The highest share of gaps closed among the groups that are shown, less the lowest."),
    Measure.COST: _(
        "The highest cost of a level among the groups that are shown, less the lowest. The cost of a session is shared"
        " out evenly among those who completed it; groups of whom nobody rose have no cost of a level."
    ),
}
MADE = {
    Measure.REACH: _("People of whom a course or learning system told anything, of all people known here."),
    Measure.COMPLETION: _("Activities that were told as completed or passed, of all activities that were begun."),
    Measure.GAIN: _(
        "Result after learning less result before it, by the items that both tests have. Each person who took both"
        " counts once; tests that fewer than five people took are left out."
    ),
    Measure.TRANSFER: _(
        "What people do at work after learning less what they did before, from results of evaluations at level 3 that"
        " are told in per cent with the number of people. Each person counts once; results in other units cannot be"
        " added up and are left out, and so are results of few people."
    ),
    Measure.CLOSED: _(
        "A course that somebody completed within a year aims at what it raises and their post asks for. This is the"
        " share of these gaps that is closed now."
    ),
    Measure.COST: _(
        "Costs of the sessions that were held within a year, by the levels that those who completed them rose since"
        " they began. Only levels that were rated before and after count; who was not rated did not stand at nought."
    ),
}


Told = TypeVar("Told", Cell, Group)


@dataclass(frozen=True, slots=True)
class Labels:
    """What lines of splits are called: organisations, activities, and the words of what people say of themselves."""

    organisations: Mapping[str, Mapping[str, str]]
    activities: Mapping[str, Mapping[str, str]]
    terms: Known


def verb(statement: Mapping[str, Any], language: str) -> str:
    """Return what was done, in a language."""
    told = statement["verb"]
    return in_language(told.get("display", {}), language) or told["id"].rstrip("/").rpartition("/")[2]


def about(statement: Mapping[str, Any], language: str) -> str:
    """Return what a statement is about: the name of an activity, else an id."""
    told = statement["object"]
    name = told.get("definition", {}).get("name", {}) if isinstance(told.get("definition"), dict) else {}
    named = told.get("name") if isinstance(told.get("name"), str) else ""
    return in_language(name, language) or named or str(told.get("id", ""))


def score(statement: Mapping[str, Any], words: Words) -> str:
    """Return how it went, in words."""
    result = statement.get("result", {})
    scaled = result.get("score", {}).get("scaled")
    parts = [] if scaled is None else [i18n.format_percent(words.language, scaled)]
    if "success" in result:
        parts.append(words(_("passed")) if result["success"] else words(_("not passed")))
    return words.listed(parts)


def source(statement: Mapping[str, Any]) -> str:
    """Return who told it."""
    authority = statement.get("authority", {})
    return str(authority.get("account", {}).get("name") or authority.get("name", ""))


def statement_rows(record: Record, words: Words) -> list[tuple[Shown, ...]]:
    """Return the statements of a record as a table."""
    return [
        (
            {"moment": one["timestamp"]}, verb(one, words.language), about(one, words.language), score(one, words),
            source(one),
        )
        for one in record.statements
    ]  # fmt: skip


def activity_rows(record: Record, words: Words, most: int) -> list[tuple[Shown, ...]]:
    """Return what a learner did in which activity."""
    return [
        (
            in_language(record.names.get(one.activity, {}), words.language) or one.activity,
            {"number": one.statements},
            words(_("Completed")) if one.completed_position is not None else words(_("Begun")),
        )
        for one in record.tallies[:most]
    ]


def asked(found: Asked, language: str) -> dict[str, Any]:
    """Return the agreement that a learner is asked about, in their language; nothing of it where it is not known."""
    if found.terms is None:
        return {}
    said = found.terms.agreement
    return {
        "purpose": said.purpose_in(language),
        "controller": said.controller.name if said.controller else "",
        "policy": said.policy.url if said.policy else "",
        "days": said.days_kept,
        "revision": found.terms.revision.id,
    }


def team_rows(team: Team) -> list[tuple[Shown, ...]]:
    """Return how far those are who share it."""
    return [(one.name, {"number": one.started}, {"number": one.completed}) for one in team.sharing]


def value(by: str, named: str, words: Words, labels: Labels) -> str:
    """Return the label of a line."""
    if by == Split.GENDER:
        return words(GENDERS.get(named, named))
    if by == Split.ORGANISATION and named in labels.organisations:
        return in_language(labels.organisations[named], words.language)
    if by == Split.ACTIVITY:
        return in_language(labels.activities.get(named, {}), words.language) or named
    if by in SAID and named:
        return label(Dimension(by), named, labels.terms, words)
    return named or words(_("Not known here"))


def tables(
    figures: Figures, words: Words, labels: Labels
) -> list[tuple[str, str, list[tuple[Shown, ...]], Bars | None]]:
    """Return each split as its name, title, table and chart; hidden cells are said to be hidden."""
    found = []
    for by, cells in figures.splits.items():
        labelled = [(value(by, cell.value, words, labels), cell) for cell in _placed(by, cells, labels)]
        rows: list[tuple[Shown, ...]] = [(label, *_numbers(by, cell, words)) for label, cell in labelled]
        bars = [(label, cell.people) for label, cell in labelled if cell.people is not None][:CHARTED_MAX]
        chart = Bars(
            name=f"figures-{by.value}", title=words(SPLITS[by]), rows=bars, label_header=words(SPLITS[by]),
            value_header=words(_("People reached")),
        )  # fmt: skip
        found.append((by.value, words(SPLITS[by]), rows, chart if bars else None))
    return found


def _placed(by: str, found: Iterable[Told], labels: Labels) -> list[Told]:
    """Return what people say of themselves in the order of its words; all else as it stands, the largest first."""
    listed = list(found)
    if by not in SAID:
        return listed
    codes = [one.code for one in labels.terms.get(Dimension(by), ())]
    return sorted(listed, key=lambda one: placed(one.value, codes))


def _numbers(by: Split, cell: Cell, words: Words) -> Sequence[Shown]:
    """Return the numbers of a line; an activity is no group of the country, and has no share of one."""
    if cell.people is None:
        return (words(_("Hidden: few people")),) * (4 if by is Split.ACTIVITY else 5)
    rate, reach = (
        "" if share is None else i18n.format_percent(words.language, share / 100) for share in (cell.rate, cell.reach)
    )
    found: list[Shown] = [{"number": cell.people}, {"number": cell.started}, {"number": cell.completed}, rate]
    return found if by is Split.ACTIVITY else [found[0], reach, *found[1:]]


def indicator_rows(found: Iterable[Indicator], words: Words) -> list[tuple[Shown, ...]]:
    """Return indicators of everybody as rows: what, how much, of how many people, from what, and of which day."""
    return [
        (
            words(MEASURES[one.measure]),
            _amount(one.value, one.unit, words, hidden=one.hidden),
            words(_("Hidden: few people")) if one.people is None else {"number": one.people},
            words(RESTS_ON[one.measure], number=one.things),
            i18n.format_date(words.language, one.on),
        )
        for one in found
        if not one.by
    ]


def apart(found: Iterable[Indicator], words: Words) -> tuple[list[Shown], list[tuple[Shown, ...]]]:
    """Return how far groups lie apart as a table, headers first: a row for each indicator, a column for each split."""
    listed = [one for one in found if one.by]
    splits = list(dict.fromkeys(one.by for one in listed))
    known = {(one.measure, one.unit, one.by): one for one in listed}
    headers: list[Shown] = [words(_("Indicator"))]
    headers += [{"label": words(SPLITS[Split(by)]), "numeric": True} for by in splits]
    rows: list[tuple[Shown, ...]] = []
    for measure, unit in dict.fromkeys((one.measure, one.unit) for one in listed):
        cells = [known.get((measure, unit, by)) for by in splits]
        told = words(_("percentage points")) if unit == POINTS else unit
        values = [None if one is None else one.value for one in cells]
        numbers = ["" if one is None else i18n.format_number(words.language, round(one, 2)) for one in values]
        rows.append((f"{words(MEASURES[measure])} ({told})", *numbers))
    return headers, rows


def _amount(value: float | None, unit: str, words: Words, *, hidden: bool) -> str:
    if value is None:
        return words(_("Hidden: few people")) if hidden else words(_("Nothing to take it from yet"))
    if unit == PERCENT:
        return i18n.format_percent(words.language, value / 100)
    if unit == POINTS:
        return words(_("{number} percentage points"), number=i18n.format_number(words.language, round(value, 1)))
    return i18n.format_money(words.language, value, unit)


@dataclass(frozen=True, slots=True)
class Beside:
    """The groups of one split side by side: its title, and a column for each indicator that is known."""

    title: str
    headers: Sequence[Shown]
    rows: Sequence[tuple[Shown, ...]]


def side_by_side(found: Iterable[Group], words: Words, labels: Labels) -> list[Beside]:
    """Return what each indicator comes to for each group, a table for each split; hidden groups are said to be."""
    splits: dict[str, list[Group]] = {}
    for one in found:
        splits.setdefault(one.by, []).append(one)
    return [_beside(by, _placed(by, listed, labels), words, labels) for by, listed in splits.items()]


def _beside(by: str, found: Iterable[Group], words: Words, labels: Labels) -> Beside:
    listed = list(found)
    columns = sorted({(list(MEASURES).index(one.measure), one.unit) for one in listed})
    known = {(list(MEASURES).index(one.measure), one.unit, one.value): one for one in listed}
    headers: list[Shown] = [words(SPLITS[Split(by)])]
    for place, unit in columns:
        name = words(list(MEASURES.values())[place])
        headers.append({"label": name if unit in {PERCENT, POINTS} else f"{name} ({unit})", "numeric": True})
    rows: list[tuple[Shown, ...]] = [
        (value(by, one, words, labels), *(_of_group(known.get((*column, one)), words) for column in columns))
        for one in dict.fromkeys(group.value for group in listed)
    ]
    return Beside(words(SPLITS[Split(by)]), headers, rows)


def _of_group(one: Group | None, words: Words) -> Shown:
    if one is None:
        return ""
    amount = _amount(one.result, one.unit, words, hidden=one.people is None)
    if one.people is None:
        return amount
    return f"{amount} ({i18n.format_number(words.language, one.people)})"


def how_made(found: Iterable[Indicator], words: Words) -> list[tuple[str, str]]:
    """Return how each indicator is made, in words, and how far groups lie apart in it."""
    told = dict.fromkeys(one.measure for one in found)
    apart = words(_("How far groups lie apart:"))
    return [(words(MEASURES[one]), f"{words(MADE[one])} {apart} {words(APART[one])}") for one in told]


def indicator_lines(found: Iterable[Indicator]) -> list[tuple[object, ...]]:
    """Return indicators as lines of a file; what is hidden or not there is empty."""
    return [
        tuple(
            "" if part is None else part
            for part in (
                one.measure.value,
                one.by,
                one.value,
                one.unit,
                one.people,
                one.things,
                one.on,
                str(one.hidden).lower(),
            )
        )
        for one in found
    ]


def figure_lines(figures: Figures) -> list[tuple[object, ...]]:
    """Return figures as lines of a file; what is hidden is empty."""
    whole = Cell("", figures.reached, figures.started, figures.completed, figures.known)
    lines = [("all", whole)] + [(by.value, cell) for by, cells in figures.splits.items() for cell in cells]
    parts = [
        (by, one.value, one.people, one.started, one.completed, one.rate, one.known, one.reach) for by, one in lines
    ]
    return [tuple("" if part is None else part for part in line) for line in parts]


def statement_lines(bodies: Iterable[bytes]) -> list[tuple[object, ...]]:
    """Return statements as lines of a file."""
    lines: list[tuple[object, ...]] = []
    for body in bodies:
        one = msgspec.json.decode(body, type=dict[str, Any])
        result = one.get("result", {})
        lines.append(
            (
                one["id"], one["timestamp"], one["stored"], one["verb"]["id"], str(one["object"].get("id", "")),
                about(one, "en"), result.get("success", ""), result.get("completion", ""),
                result.get("score", {}).get("scaled", ""), result.get("duration", ""), source(one),
            )
        )  # fmt: skip
    return lines

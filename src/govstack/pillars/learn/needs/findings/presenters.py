"""What pages of findings show: response rates and how results are spread, as charts with their tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language, labelled_with
from govstack.pillars.learn.needs.campaigns.model import Rater
from govstack.pillars.learn.needs.findings.model import SAID, Dimension, Findings, Reach, Spread
from govstack.pillars.learn.needs.findings.model import Cell as FoundCell
from govstack.pillars.learn.needs.findings.service import Report
from govstack.pillars.learn.needs.scoring.model import NO_STAGE, Category
from govstack.pillars.learn.people.model import Gender, Tree
from govstack.pillars.learn.people.presenters import name_of
from govstack.pillars.learn.splits.model import Dimension as Split
from govstack.pillars.learn.splits.presenters import Known, label
from govstack.web.figures import BARS_MAX, SERIES_MAX, Figure, HeatMap, StackedBars

DIMENSIONS = {
    Dimension.ORGANISATION: _("Organisation"), Dimension.PROFILE: _("Profile"), Dimension.GENDER: _("Gender"),
    Dimension.PLACE: _("Place"), Dimension.AGE: _("Age"), Dimension.DISABILITY: _("Disability"),
    Dimension.AREA: _("Kind of place"),
}  # fmt: skip
GENDERS = {
    Gender.FEMALE: _("Women"), Gender.MALE: _("Men"), Gender.OTHER: _("Other"), Gender.UNSTATED: _("Not stated"),
}  # fmt: skip
RATERS = {
    Rater.SELF: _("By themselves"), Rater.MANAGER: _("By managers"), Rater.TEST: _("By tests"),
    Rater.EVIDENCE: _("By evidence"), Rater.GROUP: _("By groups"),
}  # fmt: skip
HIDDEN = _("Hidden")
TABLE_ROWS_MAX = 300


@dataclass(frozen=True, slots=True)
class Labels:
    """What cells are called: organisations, and the words of what people say of themselves."""

    tree: Tree
    terms: Known = field(default_factory=dict)


def shown(report: Report, words: Words) -> dict[str, Any]:
    """Return what the page of a campaign's findings shows."""
    found = report.findings
    here = f"/campaigns/{report.campaign.id}/findings"
    return {
        "id": report.campaign.id, "name": in_language(report.campaign.given.titles, words.language),
        "rater": str(found.rater), "early": report.early, "hidden": found.hidden and not report.early,
        "fewest": found.fewest, "digest": report.campaign.digest, "version": report.campaign.instrument_version,
        "instrument": report.campaign.instrument_id,
        "tabs": [
            (words(RATERS[one]), f"{here}?rater={one}", one == found.rater) for one in report.campaign.given.raters
        ],
        "figures": [
            (words(_("Assessed")), i18n.format_number(words.language, found.asked)),
            (words(_("Answered")), i18n.format_number(words.language, found.answered)),
            (words(_("Response rate")), _rate(found, words)),
        ],
        "dimensions": [
            (words(text), f"{here}/{name}?rater={found.rater}")
            for name, text in _groups(report)
        ],
        "charts": [] if report.early or found.hidden else _charts(report, words),
        "rows": [] if report.early else _sections(report, words),
        "middles": any(one.middle is not None for one in report.findings.sections),
        "whole": _whole(report, words), "may_see": not report.early and not found.hidden,
    }  # fmt: skip


def _rate(found: Findings, words: Words) -> str:
    return i18n.format_percent(words.language, found.answered / found.asked) if found.asked else ""


def _category(one: Category, words: Words) -> str:
    return words(_("No stage reached")) if one.id == NO_STAGE else in_language(one.titles, words.language)


def _title(report: Report, section_id: str, words: Words) -> str:
    found = next((one for one in report.campaign.frozen.sections if one.id == section_id), None)
    return in_language(found.titles, words.language) if found else words(_("All sections"))


def _charts(report: Report, words: Words) -> list[Figure]:
    """Return one chart for all sections that have the same categories."""
    alike: dict[tuple[str, ...], list[Spread]] = {}
    for one in report.findings.sections:
        if one.counts is not None and any(one.counts):
            alike.setdefault(tuple(category.id for category in one.categories), []).append(one)
    return [
        _chart(
            f"sections-{number}", words(_("How sections came out")),
            [_category(category, words) for category in spreads[0].categories],
            [(_title(report, one.section, words), one.counts or ()) for one in spreads[:BARS_MAX]], words,
        )
        for number, spreads in enumerate(alike.values(), start=1)
    ]  # fmt: skip


def _chart(
    name: str, title: str, series: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]], words: Words
) -> Figure:  # fmt: skip
    description = words(_("Responses by level; levels are counted and not averaged"))
    if len(series) <= SERIES_MAX:
        return StackedBars(name, title, series, rows, description=description, label_header=words(_("Section")))
    return HeatMap(name, title, series, rows, description=description, label_header=words(_("Section")))


def _sections(report: Report, words: Words) -> list[tuple[Cell, ...]]:
    """Return how sections came out; a middle stands only beside means, and no column of it where there is none."""
    rows: list[tuple[Cell, ...]] = []
    middles = any(one.middle is not None for one in report.findings.sections)
    for one in report.findings.sections:
        middle = "" if one.middle is None else i18n.format_percent(words.language, one.middle, decimals=1)
        rows.append((_title(report, one.section, words), _counts(one, words), *([middle] if middles else [])))
    return rows


def _counts(one: Spread, words: Words) -> str:
    if one.counts is None:
        return words(HIDDEN)
    found = zip(one.categories, one.counts, strict=True)
    return words.listed(
        labelled_with(words, _category(category, words), i18n.format_number(words.language, n)) for category, n in found
    )


def _whole(report: Report, words: Words) -> tuple[str, str] | None:
    found = report.findings.whole
    if found is None or found.counts is None:
        return None
    middle = "" if found.middle is None else i18n.format_percent(words.language, found.middle, decimals=1)
    return _counts(found, words), middle


def items(report: Report, words: Words) -> list[dict[str, Any]]:
    """Return how each item was answered, section by section."""
    instrument = report.campaign.frozen
    counted = {one.item: one.counts for one in report.findings.items}
    shown_ = []
    for section in instrument.sections:
        rows = []
        for item in instrument.items_of(section.id):
            if item.id not in counted:
                continue
            counts = counted[item.id]
            titles = [in_language(one.titles, words.language) for one in instrument.scale_of(item).choices]
            told = words(HIDDEN) if counts is None else words.listed(
                labelled_with(words, title, i18n.format_number(words.language, n))
                for title, n in zip(titles, counts, strict=True)
            )  # fmt: skip
            rows.append((in_language(item.texts, words.language), told))
        if rows:
            shown_.append({"title": in_language(section.titles, words.language), "rows": rows})
    return shown_


def _groups(report: Report) -> list[tuple[Dimension, str]]:
    """Return what whoever is assessed is told apart by; organisations have no gender and no post."""
    of_all = {Dimension.ORGANISATION, Dimension.PLACE}
    return [
        (name, text)
        for name, text in DIMENSIONS.items()
        if name in report.findings.reach and (report.campaign.personal or name in of_all)
    ]


def by_dimension(report: Report, name: Dimension, section: str, labels: Labels, words: Words) -> dict[str, Any]:
    """Return response rates and one section's results by organisation, profile, gender or place."""
    found = report.findings
    cells = found.cells.get(name, ())
    sections = [one for one in report.campaign.frozen.sections if report.campaign.frozen.items_of(one.id)]
    chosen = section if any(one.id == section for one in sections) else sections[0].id
    base = f"/campaigns/{report.campaign.id}/findings"
    return {
        "name": in_language(report.campaign.given.titles, words.language), "up": f"{base}?rater={found.rater}",
        "title": words(DIMENSIONS[name]), "here": f"{base}/{name}", "rater": str(found.rater), "fewest": found.fewest,
        "sections": [(one.id, in_language(one.titles, words.language)) for one in sections], "chosen": chosen,
        "chosen_title": _title(report, chosen, words), "clear": f"{base}/{name}?{urlencode({'rater': found.rater})}",
        "reach": [_reach(one, name, labels, words) for one in found.reach[name][:TABLE_ROWS_MAX]],
        "cut": _cut(len(found.reach[name]), words),
        "figure": None if report.early else _cells_chart(cells, chosen, name, labels, words),
        "rows": [] if report.early else _cells_rows(cells, chosen, name, labels, words), "early": report.early,
        "others": [
            (words(text), f"{base}/{other}?rater={found.rater}", other == name)
            for other, text in _groups(report)
        ],
    }  # fmt: skip


def _cut(groups: int, words: Words) -> str:
    """Return that only some of many groups are shown, "" where all are."""
    if groups <= TABLE_ROWS_MAX:
        return ""
    shown, all_of_them = (i18n.format_number(words.language, one) for one in (TABLE_ROWS_MAX, groups))
    return words(_("{shown} of {all} groups are shown."), shown=shown, all=all_of_them)


def _reach(one: Reach, name: Dimension, labels: Labels, words: Words) -> tuple[Cell, ...]:
    share = one.share
    return (
        cell_name(one.cell, name, labels, words), words(HIDDEN) if one.asked is None else {"number": one.asked},
        words(HIDDEN) if one.answered is None else {"number": one.answered},
        words(HIDDEN) if share is None else i18n.format_percent(words.language, share),
    )  # fmt: skip


def cell_name(cell: str, name: Dimension, labels: Labels, words: Words) -> str:
    """Return what a cell is called."""
    if name is Dimension.ORGANISATION and cell:
        return name_of(labels.tree, cell, words.language) or cell
    if name in SAID:
        return label(Split(name.value), cell, labels.terms, words)
    if name is Dimension.GENDER and cell in set(Gender):
        return words(GENDERS[Gender(cell)])
    return cell or words(GENDERS[Gender.UNSTATED])


def _of(cells: Sequence[FoundCell], section: str) -> list[tuple[str, Spread]]:
    return [(cell.cell, one) for cell in cells for one in cell.sections if one.section == section]


def _cells_chart(
    cells: Sequence[FoundCell], section: str, name: Dimension, labels: Labels, words: Words
) -> Figure | None:  # fmt: skip
    found = [(cell, one) for cell, one in _of(cells, section) if one.counts is not None][:BARS_MAX]
    if not found or not found[0][1].categories:
        return None
    series = [_category(category, words) for category in found[0][1].categories]
    rows = [(cell_name(cell, name, labels, words), one.counts or ()) for cell, one in found]
    return _chart("cells", words(DIMENSIONS[name]), series, rows, words)


def _cells_rows(
    cells: Sequence[FoundCell], section: str, name: Dimension, labels: Labels, words: Words
) -> list[tuple[Cell, ...]]:  # fmt: skip
    return [
        (cell_name(cell, name, labels, words), _counts(one, words))
        for cell, one in _of(cells, section)[:TABLE_ROWS_MAX]
    ]  # fmt: skip

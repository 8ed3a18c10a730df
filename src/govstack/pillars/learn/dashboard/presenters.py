"""What the pages of the dashboard show: a table for each group, charts of those that compare, and rows of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from govstack.kernel import i18n
from govstack.kernel.db import Row
from govstack.kernel.i18n import _
from govstack.pillars.learn.dashboard.model import Dashboard, Figure, Group, Wanted
from govstack.pillars.learn.directory.presenters import GENDERS
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language, labelled_with
from govstack.pillars.learn.people.model import Gender, Tree
from govstack.pillars.learn.people.presenters import name_of as name_of_organisation
from govstack.pillars.learn.response.offerings.model import Offering, Session
from govstack.pillars.learn.response.typologies.model import Vocabulary, WordKind
from govstack.web.figures import BARS_MAX, SERIES_MAX, Bars, StackedBars

HEADINGS = {
    Group.ASSESSMENT: _("Readiness, maturity and capacity by theme"),
    Group.GAP: _("Gaps that come first"),
    Group.PLAN: _("Progress of plans"),
    Group.TRAINED: _("People trained"),
    Group.TRACK: _("People trained by track"),
    Group.TYPE: _("People trained by type of training"),
    Group.GENDER: _("People trained by gender"),
    Group.AGE: _("People trained by age"),
    Group.DISABILITY: _("People trained by disability"),
    Group.AREA: _("People trained by kind of place"),
    Group.CREDENTIAL: _("Badges by state"),
    Group.CENTRE: _("Training centres"),
    Group.COMMUNITY: _("Communities joined"),
    Group.EVENT: _("Sessions and events to come"),
}
CHARTED = frozenset({Group.GAP, Group.TRACK, Group.TYPE, Group.GENDER, Group.AGE, Group.DISABILITY, Group.AREA})
# What people say of themselves has a place here only where a country asks.
ASKED = frozenset({Group.AGE, Group.DISABILITY, Group.AREA})
# What numbers of a group are, where their names do not say it.
NOTES = {
    Group.GAP: _(
        "How many people are below the level that their post asks for, of all whose posts ask for it. What comes first "
        "is what weighs most: the gap, how critical the role is, and how many people it concerns."
    ),
}
NAMES = {
    "programmes-approved": _("Approved programmes"), "steps-done": _("Steps of programmes that are done"),
    "overdue-commitments": _("Overdue commitments"),
    "trained": _("People trained"),
    "communities": _("Communities"), "joined": _("Members"),
    "centres": _("Training centres"),
    "sessions": _("Sessions to come"), "gatherings": _("Events of communities to come"),
    "female": _("Women"), "male": _("Men"), "other": _("Other"),
    "unstated": _("Not stated"), "issued": _("Issued"), "suspended": _("Suspended"), "revoked": _("Revoked"),
    "expired": _("Expired"),
}  # fmt: skip


def name_of(one: Figure, words: Words) -> str:
    """Return what a figure counts, in words."""
    name = (
        in_language(one.titles, words.language) if one.titles else words(NAMES[one.name]) if one.name in NAMES else ""
    )
    part = in_language(one.parts, words.language) or one.part
    return labelled_with(words, name, part) if part else name


def _value(one: Figure, words: Words) -> str:
    if one.value is None:
        return words(_("Hidden"))
    number = i18n.format_number(words.language, one.value)
    if one.of is None:
        return number
    return words(_("{number} of {total}"), number=number, total=i18n.format_number(words.language, one.of))


Part = tuple[str, str, list[list[Cell]], Bars | StackedBars | None]


def tables(found: Dashboard, words: Words) -> list[Part]:
    """Return each group with its heading, what its numbers are, its rows, and a chart where numbers are compared."""
    return [
        (
            words(heading), words(NOTES[group]) if group in NOTES and found.of(group) else "",
            [_row(one, words) for one in found.of(group)], _chart(group, found.of(group), words),
        )
        for group, heading in HEADINGS.items()
        if group not in ASKED or found.of(group)
    ]  # fmt: skip


def _row(one: Figure, words: Words) -> list[Cell]:
    value = _value(one, words)
    linked: Cell = {"text": value, "href": one.path} if one.path and one.value is not None else value
    return [name_of(one, words), linked, i18n.format_date(words.language, one.on)]


def _chart(group: Group, figures: Sequence[Figure], words: Words) -> Bars | StackedBars | None:
    if group is Group.ASSESSMENT:
        return _levels(group, figures, words)
    bars = [(name_of(one, words), one.value) for one in figures if one.value is not None][:BARS_MAX]
    if group not in CHARTED or not bars:
        return None
    return Bars(
        name=f"chart-{group.value}", title=words(HEADINGS[group]), rows=bars, label_header=words(HEADINGS[group]),
        value_header=words(_("People")),
    )  # fmt: skip


def _levels(group: Group, figures: Sequence[Figure], words: Words) -> StackedBars | None:
    """Return how many stand on each level, a bar for each theme; a theme with a hidden number has none."""
    series = list(dict.fromkeys(in_language(one.parts, words.language) or one.part for one in figures))
    themes: dict[str, dict[str, int | None]] = {}
    for one in figures:
        by_level = themes.setdefault(in_language(one.titles, words.language), {})
        by_level[in_language(one.parts, words.language) or one.part] = one.value
    whole = [(theme, [found.get(level, 0) for level in series]) for theme, found in themes.items()]
    drawn = [(theme, [value for value in values if value is not None]) for theme, values in whole if None not in values]
    if not drawn or not 1 < len(series) <= SERIES_MAX:
        return None
    return StackedBars(
        name=f"chart-{group.value}", title=words(HEADINGS[group]), series=series, rows=drawn[:BARS_MAX],
        label_header=words(_("Theme")),
    )  # fmt: skip


def chosen(wanted: Wanted, vocabulary: Vocabulary, words: Words) -> list[str]:
    """Return in words which completions are shown."""
    told = []
    for kind, name in ((WordKind.TRACK, wanted.track), (WordKind.TYPE, wanted.type)):
        term = vocabulary.one(kind, name) if name else None
        told.append(in_language(term.titles, words.language) if term else name)
    told.append(words(NAMES[wanted.gender]) if wanted.gender in NAMES else wanted.gender)
    return [one for one in told if one]


def completions(
    found: Sequence[Row], known: Mapping[str, tuple[Offering, Session]], tree: Tree, vocabulary: Vocabulary,
    words: Words,
) -> list[list[Cell]]:  # fmt: skip
    """Return completions of courses, each with a link to its session."""
    told: list[list[Cell]] = []
    for row in found:
        titles = known[row["session_id"]][0].titles if row["session_id"] in known else {}
        track = vocabulary.one(WordKind.TRACK, row["track"])
        told.append([
            {
                "text": in_language(titles, words.language) or row["offering_id"],
                "href": f"/desk/sessions/{quote(row['session_id'], safe=':')}",
            },
            in_language(track.titles, words.language) if track else row["track"],
            words(GENDERS[Gender(row["gender"])]),
            name_of_organisation(tree, row["organisation_id"], words.language),
            i18n.format_date(words.language, row["ended_on"]),
        ])  # fmt: skip
    return told


def rows(found: Dashboard, words: Words) -> list[list[object]]:
    """Return the figures as rows of a file; what is hidden is empty."""
    return [
        [str(one.group), one.name, name_of(one, words), one.part, one.value, one.of, one.on] for one in found.figures
    ]

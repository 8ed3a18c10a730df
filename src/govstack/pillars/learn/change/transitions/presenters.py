"""What the workspace of a change programme shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from govstack.kernel import clock, i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.change.transitions.model import (
    ADKAR,
    FACTORS,
    PULSE,
    balance,
    held_up_at,
    newest,
    position,
    verdict,
    wheel,
)
from govstack.pillars.learn.change.transitions.model import EQUATION as EQUATION_KIND
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language
from govstack.pillars.learn.needs.campaigns.model import Campaign
from govstack.pillars.learn.records.model import Record
from govstack.pillars.learn.vocabularies.model import Term
from govstack.pillars.learn.vocabularies.presenters import labelled
from govstack.web.figures import Bars, Lines

LINES_MAX = 5
_FACTORS = {name: EQUATION_KIND.by_name[name].label for name in FACTORS}
_SCORES = {name: PULSE.by_name[name].label for name in ADKAR}


def forces(found: Sequence[Record], words: Words) -> tuple[Bars, str]:
    """Return the strength of each force, and what they come to."""
    drivers, restrainers = balance([one.content for one in found])
    net = drivers - restrainers
    text = words(
        _("Drivers {drivers}, restrainers {restrainers}: net {net}"),
        drivers=drivers,
        restrainers=restrainers,
        net=i18n.format_change(words.language, net),
    )
    rows = [
        (f"{'+' if one.content['direction'] == 'driver' else '−'} {one.content['force']}", one.content["strength"])
        for one in sorted(found, key=lambda one: (one.content["direction"], -one.content["strength"]))
    ]
    return Bars(
        "forces", words(_("Field of forces")), rows, label_header=words(_("Force")), value_header=words(_("Strength"))
    ), text


def equations(found: Sequence[Record], words: Words) -> list[list[Cell]]:
    """Return what the change equation says of each group; the smallest factor is where to begin."""
    rows: list[list[Cell]] = []
    for one in found:
        said = verdict(one.content)
        smallest = words.listed(words(_FACTORS[name]) for name in said.smallest)
        outcome = words(_("carries")) if said.carries else words(_("does not carry"))
        rows.append([said.group, {"number": said.product}, {"number": said.resistance}, outcome, smallest])
    return rows


def stances(found: Sequence[Record], labels: Mapping[str, str]) -> list[list[Cell]]:
    """Return where each group stands in the grid."""
    rows: list[list[Cell]] = []
    for one in found:
        synergy, antagonism = one.content["synergy"], one.content["antagonism"]
        code = position(synergy, antagonism)
        rows.append([one.content["group"], {"number": synergy}, {"number": antagonism}, labels.get(code, code)])
    return rows


def pulses(found: Sequence[Record], words: Words, low: int) -> list[list[Cell]]:
    """Return the newest pulse of each group and where it is held up: at the first score of `low` or less."""
    newest = {one.content["group"]: one.content for one in found}
    rows: list[list[Cell]] = []
    for group, content in sorted(newest.items()):
        held = held_up_at(content, low)
        told = words(_SCORES[held]) if held else words(_("nowhere"))
        rows.append(
            [
                group,
                i18n.format_date(words.language, content["on"]),
                *({"number": content[name]} for name in ADKAR),
                told,
            ]
        )
    return rows


def trend(found: Sequence[Record], words: Words) -> Lines:
    """Return how the lowest score of each group moved."""
    groups = sorted({str(one.content["group"]) for one in found})[:LINES_MAX]
    days = sorted({str(one.content["on"]) for one in found})
    known = {(str(one.content["on"]), str(one.content["group"])): one.content for one in found}
    rows = []
    for day in days:
        scores = [known.get((day, group)) for group in groups]
        rows.append(
            (
                i18n.format_date(words.language, day, "medium"),
                [min(one[name] for name in ADKAR) if one else None for one in scores],
            )
        )
    return Lines("pulse", words(_("Lowest of the five scores")), groups, rows, label_header=words(_("Day")))


def consequences(found: Sequence[Record]) -> list[list[Cell]]:
    """Return the wheel: each consequence of the first order with what follows from it."""
    return [
        [
            _link("consequences", one, "consequence"),
            Markup("<br>").join(str(each.content["consequence"]) for each in then),
        ]
        for one, then in wheel(found)
    ]


def by_word(found: Sequence[Record], field: str, text: str, terms: Sequence[Term], words: Words) -> list[list[Cell]]:
    """Return what was written down for each word of a vocabulary in its order; nothing yet is said too."""
    labels, rows = labelled(terms, words.language), list[list[Cell]]()
    for code in [
        one.code for one in terms if not one.retired or any(each.content[field] == one.code for each in found)
    ]:
        said = [str(each.content[text]) for each in found if each.content[field] == code]
        rows.append([labels[code], Markup("<br>").join(said) if said else words(_("Nothing yet"))])
    return rows


def phases(found: Sequence[Record], labels: Mapping[str, str], words: Words) -> list[list[Cell]]:
    """Return in which phase of loss each group is, and since when."""
    return [
        [
            _link("mournings", one, "group"), labels.get(one.content["phase"], one.content["phase"]),
            i18n.format_date(words.language, one.content["on"]),
        ]
        for one in newest(found)
    ]  # fmt: skip


def barriers(found: Sequence[Record], labels: Mapping[str, str], words: Words) -> list[list[Cell]]:
    """Return barriers with their class and, where a factor is hard, its number."""
    return [
        [
            _link("barriers", one, "barrier"), labels.get(one.content["class"], one.content["class"]),
            " ".join((i18n.format_number(words.language, one.content["number"]), one.content.get("unit", ""))).strip()
            if "number" in one.content else "",
            one.content.get("action", ""),
        ]
        for one in found
    ]  # fmt: skip


def resistances(found: Sequence[Record]) -> list[list[Cell]]:
    """Return who resists, what is done by whom, and what came of it."""
    return [
        [_link("resistances", one, "who"), one.content["action"], one.content["owner"], one.content.get("result", "")]
        for one in found
    ]


def _link(plural: str, one: Record, field: str) -> Cell:
    return {"text": str(one.content[field]), "href": f"/{plural}/{one.id}"}


def campaigns(found: Sequence[Campaign], words: Words) -> list[tuple[str, str]]:
    """Return campaigns to choose from, each with the day on which it closed."""
    return [
        (
            one.id,
            f"{in_language(one.given.titles, words.language)} ({_day(words, one.closed_at)})",
        )
        for one in found
    ]


def _day(words: Words, moment: str) -> str:
    return i18n.format_date(words.language, clock.day(moment))

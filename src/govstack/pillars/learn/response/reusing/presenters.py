"""What the page of gaps beside assets shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, marked
from govstack.pillars.learn.needs.frameworks.model import Competency, Scale
from govstack.pillars.learn.needs.frameworks.presenters import address, called, level_name
from govstack.pillars.learn.people.model import Tree
from govstack.pillars.learn.people.presenters import name_of
from govstack.pillars.learn.records.model import Record
from govstack.pillars.learn.response.reusing.model import Answer, Matched, Means, Source
from govstack.pillars.learn.response.reusing.service import UNTOLD

ANSWERS = {
    Answer.REUSE: _("Reuse"), Answer.IMPROVE: _("Improve"), Answer.CREATE: _("Create"),
}  # fmt: skip
SIGNS = {Answer.REUSE: "good", Answer.IMPROVE: "wait", Answer.CREATE: "warn"}
SOURCES = {Source.ASSET: _("asset"), Source.COURSE: _("course"), Source.MATERIAL: _("material")}
PLACES = {Source.ASSET: "/assets", Source.COURSE: "/catalogue", Source.MATERIAL: "/materials"}


@dataclass(frozen=True, slots=True)
class There:
    """One thing that there is: its title, where it leads, and what is told of it."""

    title: str
    href: str
    told: str


def rows(
    words: Words, found: Sequence[Matched], known: Mapping[str, Competency], scales: Mapping[str, Scale]
) -> list[dict[str, object]]:
    """Return gaps with what there is for each."""
    shown: list[dict[str, object]] = []
    for one in found:
        scale = scales.get(one.gap.scale_id)
        shown.append({
            "name": called(known[one.gap.competency_id], words.language),
            "href": address(one.gap.competency_id),
            "lacking": one.gap.lacking,
            "wanted": level_name(words, scale, one.gap.wanted),
            "holders": one.gap.holders or 0,
            "there": [_there(words, means, scale, short=means in one.short) for means in (*one.enough, *one.short)],
            "answer": {"status": words(ANSWERS[one.answer]), "state": SIGNS[one.answer]},
        })  # fmt: skip
    return shown


def _there(words: Words, one: Means, scale: Scale | None, *, short: bool) -> There:
    source = words(SOURCES[one.source])
    if one.level is None:
        told = words(_("{source}, level not told"), source=source)
    elif short:
        told = words(_("{source}, only up to {level}"), source=source, level=level_name(words, scale, one.level))
    else:
        told = words(_("{source}, up to {level}"), source=source, level=level_name(words, scale, one.level))
    title = one.titles[UNTOLD] if UNTOLD in one.titles else marked(one.titles, words.language)
    return There(title, f"{PLACES[one.source]}/{quote(one.id, safe=':')}", told)


def swot_rows(
    words: Words, found: Sequence[Record], quadrants: Mapping[str, str], tree: Tree
) -> list[tuple[Cell, ...]]:
    """Return strengths, weaknesses, opportunities and threats, in the order of their words."""
    order = list(quadrants)
    sorted_ = sorted(
        found, key=lambda one: (order.index(one.content["quadrant"]), one.content["organisation"], one.id)
    )  # fmt: skip
    return [
        (
            {"text": one.content["statement"], "href": f"/swot-entries/{quote(one.id, safe=':')}"},
            quadrants[one.content["quadrant"]],
            name_of(tree, one.content["organisation"], words.language) or one.content["organisation"],
        )
        for one in sorted_
    ]

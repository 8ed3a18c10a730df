"""What the pages of evaluation show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.change.evaluation.model import FollowUp
from govstack.pillars.learn.change.evaluation.service import Standing
from govstack.pillars.learn.frame.presenters import Cell, Words
from govstack.pillars.learn.records.model import Record


def follow_ups(found: Iterable[FollowUp], sources: Mapping[str, str], words: Words) -> list[list[Cell]]:
    """Return where the follow-up of each level stands."""
    return [
        [
            words(_("Level {number}"), number=one.window.level),
            sources.get(one.window.seen_by, one.window.seen_by),
            i18n.format_date(words.language, one.opens),
            i18n.format_date(words.language, one.closes),
            words(_("Done")) if one.done else words(_("Overdue")) if one.overdue else words(_("Not due yet")),
        ]
        for one in found
    ]


def results(found: Standing, sources: Mapping[str, str], words: Words) -> list[list[Cell]]:
    """Return what came out at each level, with the change where there is a figure from before."""
    rows: list[list[Cell]] = []
    for one in found.results:
        said = one.content
        change = said["after"] - said["before"] if "before" in said else None
        row: list[Cell] = [
            {"text": said["indicator"], "href": f"/evaluation-results/{one.id}"},
            {"number": said["level"]},
        ]
        row += [sources.get(said["seenBy"], said["seenBy"]), i18n.format_date(words.language, said["on"])]
        row += [{"number": said["before"]} if "before" in said else "", {"number": said["after"]}]
        rows.append([*row, "" if change is None else f"{change:+g}", said.get("unit", "")])
    return rows


def late(found: Iterable[tuple[Record, FollowUp]], sources: Mapping[str, str], words: Words) -> list[list[Cell]]:
    """Return every follow-up that should have been done."""
    return [
        [
            {"text": plan.content["name"], "href": f"/evaluation-plans/{plan.id}/results"},
            words(_("Level {number}"), number=one.window.level),
            sources.get(one.window.seen_by, one.window.seen_by),
            i18n.format_date(words.language, one.closes),
        ]
        for plan, one in found
    ]

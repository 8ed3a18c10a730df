"""What the pages of follow-up show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.change.evaluation.model import Claim, Reason, compared
from govstack.pillars.learn.frame.presenters import Cell, Words
from govstack.pillars.learn.records.model import Record
from govstack.pillars.learn.response.followups.model import FollowUp, Run, State
from govstack.pillars.learn.response.followups.service import Checks, Standing

STATES = {
    State.WAITING: _("Not due yet"), State.DUE: _("Due"), State.OVERDUE: _("Overdue"), State.DONE: _("Done"),
}  # fmt: skip
SIGNS = {State.WAITING: "off", State.DUE: "wait", State.OVERDUE: "bad", State.DONE: "good"}

REASONS = {
    Reason.AHEAD: _(
        "The change in {indicators} can be put down to the training: it went further the wanted way than in the group "
        "that was not trained."
    ),
    Reason.NOT_AHEAD: _(
        "The training contributed to the change. More cannot be said: in {indicators} the group that was not trained "
        "went as far the wanted way, or further."
    ),
    Reason.NO_FIGURES: _(
        "The training contributed to the change. More cannot be said before figures of the group that was not trained "
        "are there for level 4."
    ),
    Reason.NOT_COMPARED: _(
        "The training contributed to the change. Without a group to compare with, nothing more can be said."
    ),
    Reason.NOT_TOLD: _("At level 4 nobody knows how it was before, so no change of the service can be claimed."),
    Reason.NOT_BETTER: _("No contribution can be claimed: in {indicators} the service did not go the wanted way."),
    Reason.MIXED: _(
        "The training contributed to the change in {indicators}. Others of the service did not go the wanted way."
    ),
    Reason.NOT_MEASURED: _("Nothing was measured at level 4 yet, so no change of the service can be claimed."),
}


def claimed(found: Claim, words: Words) -> str:
    """Return what may be said of the results, and why no more."""
    return words(REASONS[found.reason], indicators=words.listed(found.indicators))


def compared_rows(found: Standing, aims: Mapping[str, str], words: Words) -> list[list[Cell]]:
    """Return how figures moved with those who were trained, and with those who were not."""
    rows: list[list[Cell]] = []
    for one in found.results:
        beside = compared(one.content)
        if beside is None:
            continue
        outcome = words(_("Further than without training")) if beside.ahead else words(_("No further than without"))
        rows.append([
            {"text": one.content["indicator"], "href": f"/evaluation-results/{one.id}"},
            {"number": one.content["level"]},
            *(
                i18n.format_change(words.language, figure)
                for figure in (beside.trained, beside.untrained, beside.difference)
            ),
            aims.get(one.content["aim"], one.content["aim"]),
            outcome,
        ])  # fmt: skip
    return rows


def follow_ups(found: Iterable[FollowUp], sources: Mapping[str, str], words: Words) -> list[list[Cell]]:
    """Return where the follow-up of each level stands after each session."""
    return [
        [
            words(_("Level {number}"), number=one.window.level),
            sources.get(one.window.seen_by, one.window.seen_by),
            _session(one.run),
            i18n.format_date(words.language, one.opens),
            i18n.format_date(words.language, one.closes),
            {"status": words(STATES[one.state]), "state": SIGNS[one.state]},
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
        rows.append([*row, "" if change is None else i18n.format_change(words.language, change), said.get("unit", "")])
    return rows


def open_ones(
    found: Iterable[tuple[Record, FollowUp]], sources: Mapping[str, str], words: Words
) -> list[list[Cell]]:  # fmt: skip
    """Return every follow-up that is due or should have been done."""
    return [
        [
            {"text": plan.content["name"], "href": f"/evaluation-plans/{plan.id}/results"},
            _session(one.run),
            words(_("Level {number}"), number=one.window.level),
            sources.get(one.window.seen_by, one.window.seen_by),
            i18n.format_date(words.language, one.closes),
            {"status": words(STATES[one.state]), "state": SIGNS[one.state]},
        ]
        for plan, one in found
    ]


def _session(run: Run) -> Cell:
    # The id is what a result names its session by, so it is what is shown.
    href = f"/desk/sessions/{quote(run.session_id, safe=':')}"
    return {"text": run.session_id, "href": href} if run.session_id else ""


def checks(found: Checks, labels: Mapping[str, str], words: Words) -> list[list[Cell]]:
    """Return each check with whether it is met and by which evidence; nothing written down is said too."""
    told: list[list[Cell]] = []
    for code, one in found.lines:
        label = labels.get(code, code)
        met = one is not None and one.content["met"]
        told.append([
            {"text": label, "href": f"/mel-checks/{one.id}"} if one else label,
            {"status": words(_("Met") if met else _("Not yet")), "state": "good" if met else "wait"},
            str(one.content.get("evidence", "")) if one else "",
        ])  # fmt: skip
    return told

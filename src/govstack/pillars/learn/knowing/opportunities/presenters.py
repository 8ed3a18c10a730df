"""Words and rows of contributions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel.i18n import _, format_date
from govstack.pillars.learn.frame.presenters import Cell, Words
from govstack.pillars.learn.knowing.opportunities.model import BY_LEADER, BY_MEMBER, Contribution, ContributionState

STATES: Mapping[ContributionState, str] = {
    ContributionState.OPEN: _("Open"),
    ContributionState.DONE: _("Done, to be confirmed"),
    ContributionState.CONFIRMED: _("Confirmed"),
    ContributionState.WITHDRAWN: _("Withdrawn"),
}
STEPS: Mapping[ContributionState, str] = {
    ContributionState.OPEN: _("Give it back, to be done again"),
    ContributionState.DONE: _("It is done"),
    ContributionState.CONFIRMED: _("Confirm that it was done"),
    ContributionState.WITHDRAWN: _("Withdraw from it"),
}


def rows(words: Words, found: Iterable[Contribution]) -> list[list[Cell]]:
    """Return contributions as rows."""
    return [
        [
            {"text": one.opportunity, "href": f"/contributions/{one.id}"},
            one.role,
            {"number": one.effort_hours},
            format_date(words.language, one.due_on, "medium"),
            words(STATES[one.state]),
        ]
        for one in found
    ]


def named(words: Words, found: Iterable[tuple[Contribution, str]]) -> list[list[Cell]]:
    """Return contributions as rows, each with who does it."""
    kept = list(found)
    made = rows(words, [one for one, _name in kept])
    return [[*row, name] for row, (_one, name) in zip(made, kept, strict=True)]


def facts(words: Words, one: Contribution) -> list[tuple[str, str]]:
    """Return what is known of a contribution."""
    return [
        (words(_("Role")), one.role),
        (words(_("Hours")), str(one.effort_hours)),
        (words(_("Due on")), format_date(words.language, one.due_on)),
        (words(_("State")), words(STATES[one.state])),
        (words(_("What was done")), one.note),
    ]


def steps(words: Words, one: Contribution, *, own: bool, leads: bool) -> list[tuple[str, str]]:
    """Return what somebody can say of a contribution."""
    allowed = (BY_MEMBER if own else set()) | (BY_LEADER if leads and not own else set())
    return [(state.value, words(label)) for state, label in STEPS.items() if (one.state, state) in allowed]

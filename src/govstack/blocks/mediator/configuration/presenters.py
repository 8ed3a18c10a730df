"""What the pages of the configuration show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from govstack.blocks.mediator.configuration.model import (
    Change,
    ChangeState,
    EnterApplication,
    EnterMember,
    EnterService,
    Mode,
    RemoveApplication,
    RemoveMember,
    RemoveService,
    SetRight,
    Step,
)
from govstack.blocks.mediator.directory.presenters import Words
from govstack.kernel.i18n import _

STEPS_SHOWN_MAX = 200
Cells = Sequence[object]
STATES: Mapping[str, tuple[str, str]] = {
    ChangeState.WAITING: (_("Waiting"), "wait"),
    ChangeState.RUNNING: (_("At work"), "new"),
    ChangeState.DONE: (_("Done"), "good"),
    ChangeState.FAILED: (_("Failed"), "bad"),
}
MODES: Mapping[str, tuple[str, str]] = {
    Mode.UPDATE: (_("Add and change"), _("What the document does not describe stays as it is")),
    Mode.REPLACE: (_("Replace everything"), _("What the document does not describe is removed, with its rights")),
}
KINDS: Mapping[type, tuple[str, str]] = {
    EnterMember: (_("Enter a member"), "new"),
    EnterApplication: (_("Enter an application"), "new"),
    EnterService: (_("Register a service"), "new"),
    SetRight: (_("Set a right"), "new"),
    RemoveService: (_("Remove a service"), "bad"),
    RemoveApplication: (_("Remove an application"), "bad"),
    RemoveMember: (_("Remove a member"), "bad"),
}


def change_rows(words: Words, found: Sequence[Change]) -> list[Cells]:
    """Return changes as rows."""
    return [
        (
            {"text": words.moment(one.requested_at), "href": f"/configuration/changes/{one.id}"},
            mode(words, one.mode),
            words(_("{done} of {total}"), done=words.number(one.steps_done), total=words.number(one.steps_total)),
            one.requested_by_name or one.requested_by,
            state(words, one.state),
        )
        for one in found
    ]


def step_rows(words: Words, steps: Sequence[Step]) -> list[Cells]:
    """Return the first steps of a change as rows."""
    rows: list[Cells] = []
    for one in steps[:STEPS_SHOWN_MAX]:
        label, sign = KINDS[type(one)]
        if isinstance(one, SetRight) and one.entry is None:
            label, sign = _("Take a right away"), "bad"
        rows.append(({"code": subject(one)}, {"status": words(label), "state": sign}))
    return rows


def totals(words: Words, steps: Sequence[Step]) -> list[tuple[str, object]]:
    """Count the steps of a change by kind, as rows of a summary."""
    counted = Counter(type(one) for one in steps)
    return [(words(label), words.number(counted[kind])) for kind, (label, _sign) in KINDS.items() if counted[kind]]


def subject(step: Step) -> str:
    """Return what a step is about."""
    if isinstance(step, SetRight):
        return f"{step.service} ← {step.client}"
    if isinstance(step, EnterService):
        return f"{step.application}/{step.offer.code}"
    return step.subject


def removes(steps: Sequence[Step]) -> bool:
    """Tell whether a change takes anything out."""
    gone = (RemoveService, RemoveApplication, RemoveMember)
    return any(isinstance(one, gone) or (isinstance(one, SetRight) and one.entry is None) for one in steps)


def state(words: Words, value: str) -> dict[str, str]:
    """Return where a change stands, as a cell of a table."""
    label, sign = STATES[value]
    return {"status": words(label), "state": sign}


def mode(words: Words, value: str) -> str:
    """Say how a document is meant."""
    return words(MODES[Mode.REPLACE if value == Mode.REPLACE else Mode.UPDATE][0])

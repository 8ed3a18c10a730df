"""Which changes start an automation, and where chains of automations end."""

from __future__ import annotations

from collections.abc import Sequence

from govstack.blocks.registries.automations.model import CHAIN_MAX, Automation, Item, State, TriggerKind
from govstack.blocks.registries.changes.model import Change, ChangeKind

NAMED_MAX = 100
KEY_CHARACTERS_MAX = 100
RUN_SECONDS_MAX = 30.0
TURN_ITEMS = 50
DUE_MAX = 200
KEPT_DAYS = 90
FORGOTTEN_MAX = 1_000
BACKLOG_MAX = 5_000
OWN = "This automation made the change itself."
TOO_DEEP = "A chain of automations became too long."


def follows(automation: Automation, entry: Change) -> bool:
    """Tell whether an entry of the change log is one that starts the automation."""
    trigger = automation.definition.trigger
    if trigger.kind is not TriggerKind.CHANGE:
        return False
    if entry.kind in {ChangeKind.CREATED, ChangeKind.LOADED}:
        return trigger.created
    return trigger.changed and entry.kind in {ChangeKind.UPDATED, ChangeKind.RESTORED}


def standing(automation: Automation, cause: Item | None) -> tuple[State, str, str]:
    """Return how a record starts that changed: it waits, unless automations themselves brought it about in a circle.

    Returns its state, the reason, and the chain of automations that led to it.
    """
    led = cause.ancestors if cause is not None else ()
    if automation.id in led:
        return State.SKIPPED, OWN, " ".join(led[-CHAIN_MAX:])
    if len(led) >= CHAIN_MAX:
        return State.SKIPPED, TOO_DEEP, " ".join(led[-CHAIN_MAX:])
    return State.WAITING, "", " ".join(led)


def outcome(states: Sequence[State]) -> dict[str, int]:
    """Return how many records of a run came how far."""
    return {state.value: states.count(state) for state in State if state in states}

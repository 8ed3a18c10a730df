"""How a registration moves from application to connection and out again."""

from __future__ import annotations

from enum import StrEnum

from govstack.blocks.mediator.applications.errors import NotPossible, ReasonMissing
from govstack.blocks.mediator.directory.model import State


class Decision(StrEnum):
    """What an administrator decides about a member or an application."""

    ACCEPT = "accept"
    REJECT = "reject"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    REMOVE = "remove"


NEEDS_REASON = frozenset({Decision.REJECT, Decision.SUSPEND})
# Who was turned away or has left may apply again.
MAY_APPLY_AGAIN = frozenset({State.REJECTED, State.REMOVED})
PRESENT = frozenset({State.ACCEPTED, State.SUSPENDED})

_LEADS_TO = {
    Decision.ACCEPT: State.ACCEPTED,
    Decision.REJECT: State.REJECTED,
    Decision.SUSPEND: State.SUSPENDED,
    Decision.REINSTATE: State.ACCEPTED,
    Decision.REMOVE: State.REMOVED,
}
_POSSIBLE_IN = {
    Decision.ACCEPT: {State.APPLIED},
    Decision.REJECT: {State.APPLIED},
    Decision.SUSPEND: {State.ACCEPTED},
    Decision.REINSTATE: {State.SUSPENDED},
    Decision.REMOVE: {State.APPLIED, State.ACCEPTED, State.SUSPENDED},
}


def decide(state: State, decision: Decision, *, reason: str) -> State:
    """Return the state a decision leads to; a decision that was made already leads to where it led.

    Raises NotPossible, or ReasonMissing when the other side would not learn why.
    """
    if decision in NEEDS_REASON and not reason.strip():
        raise ReasonMissing
    after = _LEADS_TO[decision]
    if state is not after and state not in _POSSIBLE_IN[decision]:
        raise NotPossible(f"It is {state}, so it cannot be {after} now. Read its state, then decide again.")
    return after

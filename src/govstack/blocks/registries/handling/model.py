"""What becomes of one record, and whether trying again can help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from govstack.blocks.registries.automations.model import Automation, State
from govstack.kernel.errors import Problem

LEASE_SECONDS = 120.0
REASON_CHARACTERS_MAX = 500
# What may well be different the next time; anything else a person has to look at.
PASSING = frozenset({408, 412, 425, 429})
NO_RECORD = "The record is gone, or the owner of the automation has no right to it."
NO_FIT = "The record does not meet the condition."
NO_MATCH = "No record of the target registry matches."
NO_OBJECT = "The answer is no JSON object."
TAKEN = "Another record has a value that must be unique."
ENDED = "The process ended during each attempt."
UNKNOWN = "Something went wrong on our side."


class Effect(StrEnum):
    """What handling a record comes to."""

    NOTHING = "nothing"
    CREATES = "creates"
    CHANGES = "changes"
    SENDS = "sends"


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ended, and why; `again` says that there may be another one."""

    state: State
    reason: str = ""
    again: bool = False
    effect: Effect = Effect.NOTHING


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What would happen to a record: the values that would go out, and how that would end."""

    ending: Ending
    values: Mapping[str, Any] = field(default_factory=dict)


def skipped(reason: str) -> Ending:
    """Return that a record is left alone."""
    return Ending(State.SKIPPED, reason)


def failed(reason: str, *, again: bool = False) -> Ending:
    """Return that an attempt failed."""
    return Ending(State.FAILED, reason[:REASON_CHARACTERS_MAX], again)


def refused(problem: Problem) -> Ending:
    """Return how an attempt ended that was refused; a refusal names fields and rules, never a value."""
    return failed(problem.detail, again=problem.status >= 500 or problem.status in PASSING)


def answered(status: int) -> Ending | None:
    """Return how an attempt ended that was answered with a status; None for a good one."""
    if 200 <= status < 300:
        return None
    return failed(f"The service answered with status {status}.", again=status >= 500 or status in PASSING)


def settled(automation: Automation, attempts: int, end: Ending) -> State:
    """Return the state after an attempt: waiting, when there is to be another."""
    if not end.again:
        return end.state
    return State.DEAD if attempts >= automation.definition.attempts_max else State.WAITING

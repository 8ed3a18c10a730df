"""What is looked for in the audit trail, and what is found."""

from __future__ import annotations

from dataclasses import dataclass

ENTRIES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries to find; "" means any. `member` (CLASS/MEMBER) narrows them to acts on what belongs to it."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    outcome: str = ""
    member: str = ""
    since: str = ""
    until: str = ""
    before: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """Whether the trail stands up to being checked, how long it is, and the first entry that does not fit."""

    sound: bool
    length: int
    first_broken: int = 0

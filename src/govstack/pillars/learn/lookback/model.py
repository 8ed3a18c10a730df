"""A look back: who reached what a badge asks for is counted first, and gets it when an author says so."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from govstack.pillars.learn.earning.model import Place, Source

LOOKED_AT_ONCE = 50


class State(StrEnum):
    """How far a look back is."""

    COUNTING = "counting"
    COUNTED = "counted"
    AWARDING = "awarding"
    DONE = "done"
    STOPPED = "stopped"

    @property
    def works(self) -> bool:
        """Tell whether people are being looked at."""
        return self in {State.COUNTING, State.AWARDING}

    @property
    def over(self) -> bool:
        """Tell whether nothing comes of it any more."""
        return self in {State.DONE, State.STOPPED}


FOLLOWING = {State.COUNTING: State.COUNTED, State.AWARDING: State.DONE}


class LookBack(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A look back at a place for one badge.

    `whole` people are looked at, `looked` were in this part of the work; `reached` would get the badge, `awarded` got
    it. Nobody is named.
    """

    id: str
    source: Source
    source_id: str
    achievement_id: str
    state: State
    whole: int
    looked: int
    reached: int
    awarded: int
    started_at: str
    decided_at: str
    ended_at: str

    @property
    def place(self) -> Place:
        """Return the course, offering or community."""
        return Place(self.source, self.source_id)

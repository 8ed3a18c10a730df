"""An application to a group of the tech community, and what may become of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.knowing.communities.model import COUNTRY_PATTERN

LETTER_CHARACTERS_MAX = 2_000
CONTACT_CHARACTERS_MAX = 200
ANSWER_CHARACTERS_MAX = 2_000
CHANNELS_CHARACTERS_MAX = 4_000
LINK_CHARACTERS_MAX = 1_000
# Of one group: who waits, or is about to be called.
WAITING_MAX = 1_000
MINE_MAX = 100
CALL_DAYS_MAX = 366
LINK_PATTERN = r"^https?://\S+$"


class Step(StrEnum):
    """Where an application stands."""

    WAITING = "waiting"
    CALLED = "called"
    INVITED = "invited"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({Step.WAITING, Step.CALLED})
# Of these whoever applied is told; what they do themselves they know.
TOLD = frozenset({Step.CALLED, Step.INVITED, Step.DECLINED})

Words = Annotated[str, Meta(min_length=1, max_length=LETTER_CHARACTERS_MAX)]


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody writes who wants to join: why, what they bring, how they are reached, and for which country."""

    why: Words
    brings: Words
    contact: Annotated[str, Meta(min_length=1, max_length=CONTACT_CHARACTERS_MAX)]
    country: Annotated[str, Meta(pattern=COUNTRY_PATTERN)] = ""


@dataclass(frozen=True, slots=True)
class Application:
    """Somebody wants to join a group; `call_at` is the moment of the call, `answer` why it was declined."""

    id: str
    community_id: str
    person_id: str
    letter: Letter
    state: Step
    call_at: str
    call_link: str
    answer: str
    created_at: str

    @property
    def open(self) -> bool:
        """Tell whether it still waits for a call or for a decision."""
        return self.state in OPEN


def steps_to(state: Step) -> frozenset[Step]:
    """Return from where an application comes to a state: nobody is invited without a call."""
    return frozenset({Step.CALLED}) if state is Step.INVITED else OPEN

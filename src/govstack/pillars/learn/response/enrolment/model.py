"""The way of an enrolment, and who gets a seat."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.people.model import Id, Person
from govstack.pillars.learn.response.offerings.model import Offering, Session
from govstack.pillars.learn.response.typologies.model import Entry

NEEDS_CHARACTERS_MAX = 500
ENROLMENTS_MAX = 2_000

Needs = Annotated[str, Meta(max_length=NEEDS_CHARACTERS_MAX)]


class State(StrEnum):
    """Where an enrolment stands."""

    ASKED = "asked"
    ENDORSED = "endorsed"
    CONFIRMED = "confirmed"
    WAITING = "waiting"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    NOT_COMPLETED = "not-completed"


SEATED = frozenset({State.CONFIRMED, State.COMPLETED, State.NOT_COMPLETED})
OPEN = frozenset({State.ASKED, State.ENDORSED, State.CONFIRMED, State.WAITING})
OVER = frozenset({State.DECLINED, State.CANCELLED})


@dataclass(frozen=True, slots=True)
class TookPart:
    """A seat in a session that has begun: whose, of which offering, and when it was completed, "" where it was not."""

    id: str
    person_id: str
    offering_id: str
    began_at: str
    completed_at: str


class Enrolment(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """One person in one session; `needs` is what they need in order to take part."""

    id: Id
    session_id: Id
    person_id: Id
    state: State
    ministry_id: str = ""
    gender: str = "unstated"
    needs: str = ""
    needs_met: bool = False
    waiting_since: str
    created_at: str
    changed_at: str


def first_state(entry: Entry, *, by_manager: bool, has_manager: bool) -> State:
    """Return where an enrolment begins: CONFIRMED means that it asks for a seat at once."""
    if entry is not Entry.NOMINATED:
        return State.CONFIRMED
    return State.ENDORSED if by_manager or not has_manager else State.ASKED


@dataclass(frozen=True, slots=True)
class Shown:
    """An enrolment with what it is in, and with the person where those who look may see them."""

    enrolment: Enrolment
    session: Session
    offering: Offering
    person: Person | None = None
    queue: int = 0

    @property
    def link(self) -> str:
        """Return the link of the session, which only those with a place get."""
        return self.session.link if self.enrolment.state in SEATED and not self.session.cancelled else ""


class Choices(msgspec.Struct, frozen=True, rename="camel"):
    """What a learner chose: whether messages about courses are sent."""

    reminders: bool

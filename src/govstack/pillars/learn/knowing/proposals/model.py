"""What can be proposed, for which kind of record, and how a proposal becomes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from govstack.pillars.learn.knowing.academia.model import CLAIMED, PROPOSED, TOPIC
from govstack.pillars.learn.knowing.discovery.model import DEFINITION, NOMINATION
from govstack.pillars.learn.knowing.feedback.model import INSIGHT
from govstack.pillars.learn.records.model import Content, Kind

NAME_CHARACTERS_MAX = 300
TEXT_CHARACTERS_MAX = 5_000
SOURCE_CHARACTERS_MAX = 300
SOURCES_MAX = 20
REASON_CHARACTERS_MAX = 2_000
# So that nobody fills the lists of others by a script.
PROPOSED_A_DAY_MAX = 20
NOMINATOR = "nominator"


class Subject(StrEnum):
    """What somebody proposes: a record of one of four kinds, or that they take a topic of research."""

    INSIGHT = "insight"
    TOPIC = "topic"
    NOMINATION = "nomination"
    DEFINITION = "definition"
    CLAIM = "claim"


class State(StrEnum):
    """What became of a proposal."""

    WAITING = "waiting"
    TAKEN = "taken"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody proposes: a name, what they mean, on what it rests; `about_id` is the topic of a claim."""

    subject: Subject
    name: str
    text: str
    sources: Sequence[str] = ()
    about_id: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal of somebody, None once they were erased, and what became of it."""

    id: str
    said: Said
    person_id: str | None
    created_at: str
    state: State = State.WAITING
    reason: str = ""
    record_id: str = ""
    decided_at: str = ""

    @property
    def kind(self) -> Kind:
        """Return the kind of record that it is for."""
        return KINDS_OF[self.said.subject]


KINDS_OF: Mapping[Subject, Kind] = {
    Subject.INSIGHT: INSIGHT,
    Subject.TOPIC: TOPIC,
    Subject.NOMINATION: NOMINATION,
    Subject.DEFINITION: DEFINITION,
    Subject.CLAIM: TOPIC,
}
# What becomes a record of its own; a claim changes the topic that it names.
WRITTEN = (Subject.INSIGHT, Subject.TOPIC, Subject.NOMINATION, Subject.DEFINITION)


def _insight(said: Said) -> Content:
    return {"name": said.name, "insight": said.text, "source": "; ".join(said.sources)}


def _topic(said: Said) -> Content:
    return {"topic": said.name, "question": said.text, "state": PROPOSED}


def _nomination(said: Said) -> Content:
    addresses = [one for one in said.sources if one.startswith(("https://", "http://"))]
    return {
        "name": said.name,
        "url": addresses[0] if addresses else "",
        "evidence": [*_lines(said.text), *said.sources],
    }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _definition(said: Said) -> Content:
    return {"term": said.name, "text": said.text, "sources": list(said.sources)}


_FILLED: Mapping[Subject, Callable[[Said], Content]] = {
    Subject.INSIGHT: _insight,
    Subject.TOPIC: _topic,
    Subject.NOMINATION: _nomination,
    Subject.DEFINITION: _definition,
}


def filled(said: Said) -> Content:
    """Return what a record says that is made of a proposal, as a start for whoever takes it up.

    Nobody is named in it: that somebody proposed it stands with the proposal, and goes when they are erased.
    """
    return _FILLED[said.subject](said)


def claimed(topic: Mapping[str, object], said: Said, *, claimant: str) -> Content:
    """Return what a topic says once somebody takes it."""
    return {**topic, "state": CLAIMED, "claimedBy": claimant, "supervisor": said.name}

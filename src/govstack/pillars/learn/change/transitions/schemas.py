"""What the tools say about a change, as it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.change.transitions.model import (
    ADKAR,
    balance,
    held_up_at,
    newest,
    position,
    verdict,
    wheel,
)
from govstack.pillars.learn.change.transitions.service import Workspace
from govstack.pillars.learn.downloads.schemas import Line
from govstack.pillars.learn.records.model import TEXT_CHARACTERS_MAX, Record

COLUMNS = ("tool", "group", "on", "measure", "value")


class ForceReading(msgspec.Struct, frozen=True):
    """The strength of all drivers, that of all restrainers, and drivers less restrainers."""

    drivers: int
    restrainers: int
    net: int


class EquationReading(msgspec.Struct, frozen=True):
    """What the change equation says of a group; `smallest` names the factors to begin with."""

    group: str
    product: int
    resistance: int
    carries: bool
    smallest: list[str]


class StanceReading(msgspec.Struct, frozen=True):
    """Where a group stands in the grid; `position` is a word of the vocabulary `sociodynamic-position`."""

    group: str
    synergy: int
    antagonism: int
    position: str


class ConsequenceReading(msgspec.Struct, frozen=True):
    """A consequence of the first order, and what follows from it."""

    consequence: str
    follows: list[str]


class Noted(msgspec.Struct, frozen=True):
    """What was written down under a word: a corner of the diamond, a factor of an organisation, a class of barriers."""

    word: str
    text: str


class PhaseReading(msgspec.Struct, frozen=True):
    """In which phase of loss a group is, and since when (ISO 8601)."""

    group: str
    phase: str
    on: str


class PulseReading(msgspec.Struct, frozen=True, rename="camel"):
    """The five scores of a group on a day (ISO 8601), the lowest, and at which it is held up ("" for none)."""

    on: str
    scores: dict[str, int]
    lowest: int
    held_up_at: str


class GroupReading(msgspec.Struct, frozen=True, rename="camel"):
    """Where a group is held up now ("" for nowhere), and its pulses from the first to the newest."""

    group: str
    held_up_at: str
    trend: list[PulseReading]


class ChangeReading(msgspec.Struct, frozen=True, rename="camel"):
    """What the tools say about a change; a score of `heldUpScore` or less holds a group up."""

    change_id: str
    name: str
    model: str
    stage: str
    forces: ForceReading
    equations: list[EquationReading]
    stances: list[StanceReading]
    consequences: list[ConsequenceReading]
    impacts: list[Noted]
    findings: list[Noted]
    phases: list[PhaseReading]
    barriers: list[Noted]
    held_up_score: int
    pulses: list[GroupReading]


def reading(found: Workspace) -> ChangeReading:
    """Return what the tools say, as it is sent."""
    drivers, restrainers = balance([one.content for one in found.forces])
    content = found.change.content
    return ChangeReading(
        found.change.id, content["name"], content["model"], content.get("stage", ""),
        ForceReading(drivers, restrainers, drivers - restrainers),
        [_equation(one) for one in found.equations], [_stance(one) for one in found.stances],
        [
            ConsequenceReading(one.content["consequence"], [each.content["consequence"] for each in then])
            for one, then in wheel(found.consequences)
        ],
        _noted(found.impacts, "corner", "impact"), _noted(found.findings, "factor", "finding"),
        [PhaseReading(one.content["group"], one.content["phase"], one.content["on"]) for one in newest(found.phases)],
        _noted(found.barriers, "class", "barrier"),
        found.low, _groups(found.pulses, found.low),
    )  # fmt: skip


def lines(found: Workspace) -> list[Line]:
    """Return what the tools say as lines of a file: one figure or word a line, by tool, group and day ("" for none)."""
    said = reading(found)
    made: list[Line] = [("forces", "", "", name, value) for name, value in msgspec.structs.asdict(said.forces).items()]
    for equation in said.equations:
        told = {
            "product": equation.product, "resistance": equation.resistance, "carries": str(equation.carries).lower(),
            "smallest": " ".join(equation.smallest),
        }  # fmt: skip
        made += [("equation", equation.group, "", name, value) for name, value in told.items()]
    for stance in said.stances:
        placed = {"synergy": stance.synergy, "antagonism": stance.antagonism, "position": stance.position}
        made += [("stance", stance.group, "", name, value) for name, value in placed.items()]
    for wheel_of in said.consequences:
        made += [("wheel", wheel_of.consequence, "", "follows", text) for text in wheel_of.follows or [""]]
    for tool, noted in (("impact", said.impacts), ("diagnosis", said.findings), ("barrier", said.barriers)):
        made += [(tool, "", "", one.word, one.text) for one in noted]
    made += [("mourning", one.group, one.on, "phase", one.phase) for one in said.phases]
    for group in said.pulses:
        for pulse in group.trend:
            scored = {**pulse.scores, "lowest": pulse.lowest, "heldUpAt": pulse.held_up_at}
            made += [("pulse", group.group, pulse.on, name, value) for name, value in scored.items()]
    return made


def _noted(found: Iterable[Record], word: str, text: str) -> list[Noted]:
    return [Noted(one.content[word], one.content[text]) for one in found]


def _equation(one: Record) -> EquationReading:
    said = verdict(one.content)
    return EquationReading(said.group, said.product, said.resistance, said.carries, list(said.smallest))


def _stance(one: Record) -> StanceReading:
    synergy, antagonism = one.content["synergy"], one.content["antagonism"]
    return StanceReading(one.content["group"], synergy, antagonism, position(synergy, antagonism))


def _groups(pulses: Iterable[Record], low: int) -> list[GroupReading]:
    trends: dict[str, list[PulseReading]] = {}
    for one in pulses:
        scores = {name: int(one.content[name]) for name in ADKAR}
        read = PulseReading(one.content["on"], scores, min(scores.values()), held_up_at(scores, low))
        trends.setdefault(one.content["group"], []).append(read)
    return [GroupReading(group, trend[-1].held_up_at, trend) for group, trend in sorted(trends.items())]


class PulseTaken(msgspec.Struct, frozen=True, rename="camel"):
    """Which campaign tells the pulse of which group."""

    campaign_id: Annotated[str, Meta(min_length=1, max_length=100)]
    group: Annotated[str, Meta(min_length=1, max_length=TEXT_CHARACTERS_MAX)]


class PulseWritten(msgspec.Struct, frozen=True):
    """The pulse that was written down, by its id."""

    id: str

"""The five states of instructional design (ADDIE), and what each must bring forth before the next one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec

from govstack.kernel.i18n import _

ARTEFACTS_MAX = 1_000
ARTEFACT_CHARACTERS_MAX = 4_000


class Stage(StrEnum):
    """The five states of instructional design (ADDIE)."""

    ANALYSIS = "analysis"
    DESIGN = "design"
    DEVELOPMENT = "development"
    IMPLEMENTATION = "implementation"
    EVALUATION = "evaluation"

    @property
    def following(self) -> Stage | None:
        """Return the next state."""
        stages = list(Stage)
        at = stages.index(self) + 1
        return stages[at] if at < len(stages) else None


class Of(StrEnum):
    """What goes through the states."""

    COURSE = "course"
    MATERIAL = "material"


# What is in one of these can be used by learners.
MADE = frozenset({Stage.IMPLEMENTATION, Stage.EVALUATION})
ARTEFACTS: Mapping[Stage, str] = {
    Stage.ANALYSIS: _("Statement of needs: who must be able to do what, and why"),
    Stage.DESIGN: _("Course sheet: objectives, learner persona, methods, evaluation"),
    Stage.DEVELOPMENT: _("Content that was tried with at least one learner"),
    Stage.IMPLEMENTATION: _("Plan of delivery: when, where, by whom, with which support"),
    Stage.EVALUATION: _("Report of the evaluation, and what it changes"),
}


class Artefact(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What a state of a course or of material has brought forth: in words, or where it lies."""

    id: str
    stage: Stage
    title: str
    words: str
    made_by: str
    made_at: str


def of_round(stage: Stage, made: Iterable[Artefact]) -> list[Artefact]:
    """Return what a state has brought forth in the present round: since the state before it did; `made` is in order."""
    listed = list(made)
    previous = list(Stage)[list(Stage).index(stage) - 1]
    start = max((place + 1 for place, one in enumerate(listed) if one.stage is previous), default=0)
    return [one for one in listed[start:] if one.stage is stage]


def may_go(at: Stage, to: Stage, made: Iterable[Artefact]) -> bool:
    """Tell whether something may go on to the next state, or to the first one for another round.

    It may once the state that it is in has brought forth what it must, in each round anew.
    """
    again = at is Stage.EVALUATION and to is Stage.ANALYSIS
    return (again or at.following is to) and bool(of_round(at, made))

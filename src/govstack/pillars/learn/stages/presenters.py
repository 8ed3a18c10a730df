"""What pages show of states of instructional design."""

from __future__ import annotations

from collections.abc import Iterable

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words
from govstack.pillars.learn.stages.model import ARTEFACTS, Artefact, Stage

STAGES = {
    Stage.ANALYSIS: _("Analysis"), Stage.DESIGN: _("Design"), Stage.DEVELOPMENT: _("Development"),
    Stage.IMPLEMENTATION: _("Implementation"), Stage.EVALUATION: _("Evaluation"),
}  # fmt: skip


def shown(words: Words, stage: Stage, made: Iterable[Artefact], *, given: str = "") -> dict[str, object]:
    """Return the five states with where something is, what there is, what is needed now, and what follows.

    `given` are words that were refused and stay in the form.
    """
    at = list(Stage).index(stage)
    following = stage.following or Stage.ANALYSIS
    rows: list[tuple[Cell, ...]] = [
        (words(STAGES[one.stage]), words(ARTEFACTS[one.stage]), one.words, {"moment": one.made_at}) for one in made
    ]
    return {
        "steps": [
            (words(STAGES[one]), "done" if place < at else "current" if place == at else "todo")
            for place, one in enumerate(Stage)
        ],
        "artefacts": rows,
        "needed": words(ARTEFACTS[stage]),
        "onward": {"at": stage.value, "to": following.value, "name": words(STAGES[following]), "given": given},
    }

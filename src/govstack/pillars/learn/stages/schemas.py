"""Wire shapes of states of instructional design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.stages.model import ARTEFACT_CHARACTERS_MAX, Artefact, Stage


class ArtefactGiven(msgspec.Struct, frozen=True):
    """What the present state has brought forth, in words or where it lies.

    With `stage` nothing is kept once that state was left.
    """

    words: Annotated[str, Meta(min_length=1, max_length=ARTEFACT_CHARACTERS_MAX)]
    stage: Stage | None = None


class ArtefactList(msgspec.Struct, frozen=True):
    """What the states have brought forth."""

    artefacts: list[Artefact]


@dataclass(frozen=True, slots=True)
class Onward:
    """What the form of a state says: the state it was shown for, what that has brought forth, and where to go."""

    at: Stage | None
    words: str
    to: Stage | None


def onward(form: Mapping[str, str]) -> Onward:
    """Return what the form of a state says; without words for nothing, without `to` for staying."""
    known = {one.value: one for one in Stage}
    to = known.get(form.get("to", "")) if form.get("act") == "advance" else None
    return Onward(known.get(form.get("at", "")), form.get("words", "").strip(), to)


class StageGiven(msgspec.Struct, frozen=True):
    """The state of design that comes next."""

    stage: Stage

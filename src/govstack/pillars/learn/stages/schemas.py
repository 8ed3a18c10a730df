"""Wire shapes of states of instructional design."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.stages.model import ARTEFACT_CHARACTERS_MAX, Artefact, Stage


class ArtefactGiven(msgspec.Struct, frozen=True):
    """What the present state has brought forth, in words or where it lies."""

    words: Annotated[str, Meta(min_length=1, max_length=ARTEFACT_CHARACTERS_MAX)]


class ArtefactList(msgspec.Struct, frozen=True):
    """What the states have brought forth."""

    artefacts: list[Artefact]


class StageGiven(msgspec.Struct, frozen=True):
    """The state of design that comes next."""

    stage: Stage

"""Wire shapes of the topic board."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.knowing.academia.model import SUPERVISOR_CHARACTERS_MAX
from govstack.pillars.learn.knowing.academia.service import Standing


class Claim(msgspec.Struct, frozen=True):
    """Who supervises the work, and at which university."""

    supervisor: Annotated[str, Meta(max_length=SUPERVISOR_CHARACTERS_MAX)] = ""


class TopicStanding(msgspec.Struct, frozen=True):
    """Where a topic stands: a word of `topic-state`, whether it can be taken, and whether the caller took it."""

    state: str
    free: bool
    mine: bool

    @classmethod
    def of(cls, found: Standing) -> TopicStanding:
        """Return where a topic stands, as it is sent."""
        return cls(found.topic.content["state"], found.free, found.mine)

"""Wire shapes of looking back."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.earning.model import Source

Id = Annotated[str, Meta(min_length=1, max_length=100)]


class LookBackAsked(msgspec.Struct, frozen=True, rename="camel"):
    """Where to look back, and for which badge."""

    source: Source
    source_id: Id
    achievement_id: Id


class LookBackDecided(msgspec.Struct, frozen=True, rename="camel"):
    """Whether those who were counted get the badge; false stops the look."""

    award: bool

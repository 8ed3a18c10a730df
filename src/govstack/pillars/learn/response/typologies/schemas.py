"""Wire shapes of words."""

from __future__ import annotations

import msgspec

from govstack.pillars.learn.response.typologies.model import Term, WordKind


class TermList(msgspec.Struct, frozen=True):
    """Words."""

    terms: list[Term]


class TermQuery(msgspec.Struct, frozen=True):
    """Which words: all, or those of a kind."""

    kind: WordKind | None = None

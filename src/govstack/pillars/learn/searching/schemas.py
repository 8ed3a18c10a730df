"""Wire shapes of search."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.searching.model import QUERY_CHARACTERS_MAX
from govstack.pillars.learn.searching.service import FOUND_MAX, Outcome


class SearchQuery(msgspec.Struct, frozen=True):
    """What to find, as words or as a sentence in any language, and how many things at most."""

    q: Annotated[str, Meta(max_length=QUERY_CHARACTERS_MAX)] = ""
    limit: Annotated[int, Meta(ge=1, le=FOUND_MAX)] = 20


class FoundShown(msgspec.Struct, frozen=True, rename="camel"):
    """One thing that was found, and why: words that stand in it; the sentence nearest in meaning, how near (0 to 1)."""

    kind: str
    record_id: str
    title: str
    words: list[str]
    sentence: str
    nearness: float


class Results(msgspec.Struct, frozen=True, rename="camel"):
    """What was found, the best first. Without `byMeaning` words alone were compared; `waiting` sentences come later."""

    found: list[FoundShown]
    by_meaning: bool
    waiting: int


def results(outcome: Outcome) -> Results:
    """Return what was found as its answer."""
    shown = [
        FoundShown(one.kind, one.record_id, one.title, list(one.matched), one.sentence, one.nearness)
        for one in outcome.found
    ]
    return Results(shown, outcome.by_meaning, outcome.waiting)

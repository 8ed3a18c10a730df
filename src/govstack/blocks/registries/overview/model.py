"""One line of the list of registries, how the list is narrowed, and what the log of a registry is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from govstack.blocks.registries.design.model import Classification, Lifecycle, Registry

SEARCH_CHARACTERS_MAX = 100
PAGE_REGISTRIES = 25


class Subject(StrEnum):
    """Which acts the log of a registry shows."""

    DEFINITION = "definition"
    RIGHTS = "rights"
    CHECKS = "checks"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the list of registries is narrowed; nothing given means all."""

    words: str = ""
    lifecycle: str = ""
    classification: str = ""
    page: int = 1

    def fits(self, one: Registry) -> bool:
        """Tell whether a registry is among those wanted; archived ones only when they are asked for."""
        text = f"{one.code} {one.name} {one.institution} {one.domain} {one.description}".casefold()
        states = {self.lifecycle} if self.lifecycle else {Lifecycle.DRAFT.value, Lifecycle.PUBLISHED.value}
        return (
            all(word in text for word in self.words.casefold().split())
            and one.lifecycle.value in states
            and self.classification in {"", one.classification.value}
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A registry as the list shows it: its newest version or draft, whether changes wait, and its records in use."""

    registry: Registry
    has_draft: bool
    records: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the list."""

    lines: Sequence[Line]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """Return how many pages there are."""
        return max(1, -(-self.total // PAGE_REGISTRIES))

    @property
    def first(self) -> int:
        """Return the number of the first line on this page."""
        return (self.page - 1) * PAGE_REGISTRIES + 1 if self.total else 0

    @property
    def last(self) -> int:
        """Return the number of the last line on this page."""
        return min(self.page * PAGE_REGISTRIES, self.total)


LIFECYCLES_SHOWN = (Lifecycle.DRAFT, Lifecycle.PUBLISHED, Lifecycle.ARCHIVED)
CLASSIFICATIONS_SHOWN = tuple(Classification)

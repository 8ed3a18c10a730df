"""What there is for a gap, and whether it is to be reused, improved or created."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from govstack.pillars.learn.needs.gaps.model import RollUp


class Source(StrEnum):
    """Where something that there is already is kept."""

    ASSET = "asset"
    COURSE = "course"
    MATERIAL = "material"


class Answer(StrEnum):
    """What follows for a gap: use what there is, make it better first, or make something new."""

    REUSE = "reuse"
    IMPROVE = "improve"
    CREATE = "create"


@dataclass(frozen=True, slots=True)
class Means:
    """Something that there is for a competency; `level` is how far it leads, None where nobody said."""

    source: Source
    id: str
    titles: Mapping[str, str]
    competency_id: str
    level: int | None = None

    def leads_to(self, level: int, *, comparable: bool) -> bool:
        """Tell whether it leads so far; levels of another scale are not compared, so it cannot be told there."""
        return self.level is None or (comparable and self.level >= level)


@dataclass(frozen=True, slots=True)
class Matched:
    """A gap with everything that there is for it: what leads far enough, and what does not."""

    gap: RollUp
    enough: tuple[Means, ...]
    short: tuple[Means, ...]

    @property
    def answer(self) -> Answer:
        """Return what follows: nothing there means create, and reuse comes before improving."""
        if self.enough:
            return Answer.REUSE
        return Answer.IMPROVE if self.short else Answer.CREATE


def matched(gaps: Sequence[RollUp], means: Iterable[Means], scales: Mapping[str, str]) -> list[Matched]:
    """Return gaps in their order with what there is for each; `scales` tells the scale of each competency now."""
    by_competency: dict[str, list[Means]] = {}
    for one in means:
        by_competency.setdefault(one.competency_id, []).append(one)
    found: list[Matched] = []
    for gap in gaps:
        comparable = scales.get(gap.competency_id) == gap.scale_id
        there = sorted(by_competency.get(gap.competency_id, []), key=lambda one: (one.source, one.id))
        enough = tuple(one for one in there if one.leads_to(gap.wanted, comparable=comparable))
        found.append(Matched(gap, enough, tuple(one for one in there if one not in enough)))
    return found

"""What one run of an import has found and not yet written."""

from __future__ import annotations

from dataclasses import dataclass, field

from govstack.blocks.registries.changes.model import BATCH_ROWS_MAX
from govstack.blocks.registries.importing.model import PART_ROWS, REFUSALS_KEPT_MAX, Refusal, Staged

GROUP_PARTS = BATCH_ROWS_MAX // PART_ROWS


@dataclass(slots=True)
class Tally:
    """How far a run came: all rows up to `reached` are dealt with, `refused` of them were not taken.

    `waiting` are refusals that are not written yet; those behind `reached` do not count yet, for a run that takes over
    finds them again.
    """

    reached: int
    refused: int
    waiting: dict[int, Refusal] = field(default_factory=dict)

    def refuse(self, place: int, line: Staged, faults: dict[str, str]) -> None:
        """Keep a refused row until it is written."""
        self.waiting[place] = Refusal(line.number, faults, line.cells)

    def reach(self, place: int) -> dict[int, Refusal]:
        """Go on to a place and return the refusals to write with that, as far as so many are kept."""
        self.reached = max(self.reached, place)
        due = {at: one for at, one in sorted(self.waiting.items()) if at <= self.reached}
        for at in due:
            del self.waiting[at]
        room = max(0, REFUSALS_KEPT_MAX - self.refused)
        self.refused += len(due)
        return dict(list(due.items())[:room])

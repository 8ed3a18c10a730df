"""What a check of evidence has found."""

from __future__ import annotations

from dataclasses import dataclass

from govstack.blocks.consent.evidence.model import Finding


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many revisions of an object were checked, and the first that is not as it was written."""

    schema_name: str
    object_id: str
    revisions: int
    finding: Finding | None = None

    @property
    def sound(self) -> bool:
        """Tell whether nothing was altered."""
        return self.finding is None

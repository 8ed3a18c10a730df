"""Records as callers see them, and which of their fields are guarded beyond the right to see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from govstack.blocks.registries.design.model import Path, Registry


@dataclass(frozen=True, slots=True)
class Record:
    """One record as a caller may see it; `content` holds the visible fields in clear or masked."""

    uuid: str
    number: int
    content: dict[str, Any]
    version: str
    created_at: str
    modified_at: str
    revision: int
    archived_at: str | None = None

    @property
    def etag(self) -> str:
        """Return what names this state of the record in If-Match."""
        return f'"{self.uuid}:{self.revision}"'


def is_guarded(registry: Registry, path: Path) -> bool:
    """Tell whether a field or one above it is secret or blinded: callers without the right cannot ask about it."""
    above = (registry.by_path.get(path[:length]) for length in range(1, len(path) + 1))
    return any(one is not None and (one.secret or one.blinded) for one in above)

"""Records as callers see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


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

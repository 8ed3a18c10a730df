"""One look at somebody's personal data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Read:
    """Who was shown something about a person, when, and for what as they said."""

    id: str
    individual_id: str
    at: str
    operation: str
    reader_id: str
    reader_name: str
    application: str
    purpose: str

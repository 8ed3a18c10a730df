"""A paper as headings, sentences, facts and tables, whatever file it becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

ROWS_MAX = 5_000


class Paper(StrEnum):
    """What file a paper is."""

    DOCX = "docx"
    XLSX = "xlsx"
    PDF = "pdf"

    @property
    def media_type(self) -> str:
        """Return the content type."""
        return _MEDIA_TYPES[self]


_OFFICE = "application/vnd.openxmlformats-officedocument"
_MEDIA_TYPES = {
    Paper.DOCX: f"{_OFFICE}.wordprocessingml.document",
    Paper.XLSX: f"{_OFFICE}.spreadsheetml.sheet",
    Paper.PDF: "application/pdf",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """A heading with labels and what stands behind each."""

    heading: str
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Grid:
    """A heading with a table."""

    heading: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str | float | int]]


@dataclass(frozen=True, slots=True)
class Content:
    """A whole paper in one language."""

    title: str
    language: str
    lead: str
    parts: Sequence[Facts | Grid]

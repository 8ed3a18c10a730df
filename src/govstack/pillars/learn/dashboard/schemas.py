"""Wire shapes of the dashboard."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from govstack.pillars.learn.dashboard.model import COMPLETIONS_MAX, Wanted

PAGE_COMPLETIONS = 50
Word = Annotated[str, Meta(max_length=100)]

COLUMNS = ("group", "name", "title", "part", "value", "of", "on")
COMPLETION_COLUMNS = ("enrolment_id", "offering_id", "session_id", "track", "gender", "organisation_id", "ended_on")


class TrainedQuery(msgspec.Struct, frozen=True):
    """Which completions of courses, and which part of the list."""

    track: Word = ""
    type: Word = ""
    gender: Word = ""
    page: Annotated[int, Meta(ge=1, le=COMPLETIONS_MAX // PAGE_COMPLETIONS)] = 1

    @property
    def wanted(self) -> Wanted:
        """Return which completions are meant."""
        return Wanted(self.track, self.type, self.gender)


class TrainedFileQuery(TrainedQuery, frozen=True):
    """Which completions of courses, and what the file is."""

    format: Literal["csv", "xlsx", "json"] = "csv"

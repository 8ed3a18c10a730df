"""Wire shapes of the dashboard."""

from __future__ import annotations

COLUMNS = ("group", "name", "title", "part", "value", "of", "on")
COMPLETION_COLUMNS = ("enrolment_id", "offering_id", "session_id", "track", "gender", "organisation_id", "ended_on")

"""Who does what here, as scopes, and what ids and lists look like that people type.

Managers and learners need no scope: what they see follows from who reports to whom.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

PLAN = "learn:plan"
TEACH = "learn:teach"
FACILITATE = "learn:facilitate"
EVALUATE = "learn:evaluate"
ADVISE = "learn:advise"
LEAD = "learn:lead"
ADMINISTER = "learn:administer"
STATEMENTS = "learn:statements"

SCOPES = {
    PLAN: "Work in a training unit: needs, campaigns, plans, offerings, enrolment",
    TEACH: "Write courses and tests, teach, and keep attendance",
    FACILITATE: "Lead communities, events and what is known there",
    EVALUATE: "Evaluate trainings and see results with names",
    ADVISE: "Review deliverables and answer requests as an expert",
    LEAD: "See the figures of the whole country, and approve plans",
    ADMINISTER: "Change instruments, frameworks and vocabularies, and take data in",
    STATEMENTS: "Store and read statements of learning, as a learning system",
}
# What stands in addresses of pages and operations where an id could stand: a record of that id would have no page.
PAGE_WORDS = frozenset({
    "authorise", "calendar", "compare", "enter", "export", "file", "learning", "new", "news", "out", "responses",
    "sessions", "waiting", "write",
})  # fmt: skip
# What XML 1.0 (section 2.2) cannot hold, however it is written; iCalendar (RFC 5545, section 3.1) holds no DEL either.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_COMMAS = re.compile("[,\N{ARABIC COMMA}]")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")


def is_id(text: str) -> bool:
    """Tell whether a text can be an id that a caller chooses."""
    return _ID.fullmatch(text) is not None and text not in PAGE_WORDS


def is_day(text: str) -> bool:
    """Tell whether a text such as 2026-11-21 is a day of the calendar."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def writable(text: str) -> str:
    """Return a text, or a whole file of it, without the characters that no XML can hold."""
    return _UNWRITABLE.sub("", text)


def writable_in_calendars(text: str) -> str:
    """Return a calendar without the characters that none can hold."""
    return writable(text).replace("\x7f", "")


def line_given(text: str) -> tuple[str, ...]:
    """Return what a field of one line lists, each once: with commas between, those of the Arabic script too."""
    return tuple(dict.fromkeys(one.strip() for one in _COMMAS.split(text) if one.strip()))


def line_field(listed: Iterable[str]) -> str:
    """Return a list as a field of one line holds it; `line_given` reads it again."""
    return ", ".join(listed)

"""Wire shapes of attendance."""

from __future__ import annotations

from datetime import date

import msgspec

from govstack.kernel.errors import BadRequest
from govstack.kernel.sheets import Format, format_of
from govstack.pillars.learn.people.model import Id
from govstack.pillars.learn.response.attendance.model import Outcome, Taken


class Noted(msgspec.Struct, frozen=True):
    """Whether somebody was there on a day."""

    day: date
    present: bool


class CodeShown(msgspec.Struct, frozen=True):
    """The code of a day, for some minutes."""

    code: str


class Scanned(msgspec.Struct, frozen=True):
    """The code that is shown in the room."""

    code: str


class CheckedIn(msgspec.Struct, frozen=True, rename="camel"):
    """The session and day that somebody checked in to."""

    session_id: Id
    day: date


class FaultTold(msgspec.Struct, frozen=True):
    """A row of a list that was not taken, and why."""

    row: int
    why: str


class ListTaken(msgspec.Struct, frozen=True):
    """How many rows were noted, how many changed nothing, and which were not taken."""

    noted: int
    known: int
    faults: list[FaultTold]


class Closed(msgspec.Struct, frozen=True):
    """How many completed a session, and how many certificates were issued now."""

    completed: int
    certificates: int


class Reached(msgspec.Struct, frozen=True, rename="camel"):
    """What somebody has reached in a session."""

    enrolment_id: Id
    outcome: Outcome


class ReachedList(msgspec.Struct, frozen=True):
    """What people have reached in a session."""

    outcomes: list[Reached]


def list_taken(taken: Taken) -> ListTaken:
    """Return what became of a list."""
    return ListTaken(taken.noted, taken.known, [FaultTold(one.row, one.why) for one in taken.faults])


def format_sent(content_type: str, name: str = "") -> Format:
    """Return what a file is; raises BadRequest for one that is neither CSV nor a spreadsheet."""
    found = format_of(media_type=content_type, file_name=name)
    if found not in {Format.CSV, Format.XLSX}:
        raise BadRequest("Send the list as CSV or as a spreadsheet (.xlsx).")
    return found

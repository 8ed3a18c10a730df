"""Wire shapes of attendance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer
from govstack.kernel.sheets import Format, format_of
from govstack.pillars.learn.frame.schemas import whole_given
from govstack.pillars.learn.people.model import Id
from govstack.pillars.learn.response.attendance.model import Change, Mark, Outcome, Result, Sheet, Taken

CALENDAR = "text/calendar"
CHOOSE_MARK = _("Choose present, late or absent.")
NOT_A_PERCENT = _("Enter a whole number from 0 to 100.")


class Noted(msgspec.Struct, frozen=True):
    """Whether somebody was there on a day, and whether they came late."""

    day: date
    present: bool
    late: bool = False


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


def calendar_answer(content: bytes) -> Answer:
    """Return the sessions of one person for their calendar as a file."""
    headers = {"Content-Disposition": 'attachment; filename="my-sessions.ics"', "Cache-Control": "no-store"}
    return Answer(body=content, media_type=f"{CALENDAR}; charset=utf-8", headers=headers)


def format_sent(content_type: str, name: str = "") -> Format:
    """Return what a file is; raises BadRequest for one that is neither CSV nor a spreadsheet."""
    found = format_of(media_type=content_type, file_name=name)
    if found not in {Format.CSV, Format.XLSX}:
        raise BadRequest("Send the list as CSV or as a spreadsheet (.xlsx).")
    return found


def changes_sent(sheet: Sheet, form: Mapping[str, str]) -> tuple[list[Change], dict[str, str]]:
    """Return what a form of a sheet changes, and what is wrong with it by field.

    Each field comes with what it held when the page was made. What nobody touched changes nothing, so that whoever
    checked in meanwhile is not marked absent again.
    """
    changes: list[Change] = []
    errors: dict[str, str] = {}
    for line in sheet.lines:
        who = line.shown.enrolment.id
        mark = _mark_sent(form, f"mark-{who}", errors)
        results = [
            _result_sent(form, f"part-{number}-{who}", number, tested=part.tested, errors=errors)
            for number, part in sheet.parts.items()
        ]
        given = tuple(one for one in results if one is not None)
        if mark is not None or given:
            changes.append(Change(who, mark, given))
    return changes, errors


def _mark_sent(form: Mapping[str, str], name: str, errors: dict[str, str]) -> Mark | None:
    if f"was-{name}" not in form:
        return None
    was, sent = form[f"was-{name}"], form.get(name, "")
    if not sent and not was and form.get("rest"):
        return Mark.PRESENT
    if sent in ("", was):
        return None
    try:
        return Mark(sent)
    except ValueError:
        errors[name] = CHOOSE_MARK
        return None


def _result_sent(
    form: Mapping[str, str], name: str, number: int, *, tested: bool, errors: dict[str, str]
) -> Result | None:
    if f"was-{name}" not in form:
        return None
    was, sent = form[f"was-{name}"], form.get(name, "").strip()
    if sent == was:
        return None
    if not tested or not sent:
        return Result(part=number, done=bool(sent))
    percent = whole_given(form, name, most=100)
    if percent is None:
        errors[name] = NOT_A_PERCENT
        return None
    return Result(part=number, percent=percent)

"""What pages show of a session to whoever keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel import clock, i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, marked
from govstack.pillars.learn.people.model import Tree
from govstack.pillars.learn.people.presenters import name_of as name_of_organisation
from govstack.pillars.learn.response.attendance.model import Mark, Outcome, Result, Sheet
from govstack.pillars.learn.response.enrolment.model import SEATED, Shown
from govstack.pillars.learn.response.enrolment.presenters import name_of, state_cell
from govstack.pillars.learn.response.offerings.model import Offering, Session
from govstack.pillars.learn.response.offerings.presenters import way_in

MARKS: Mapping[Mark, str] = {Mark.PRESENT: _("Present"), Mark.LATE: _("Late"), Mark.ABSENT: _("Absent")}


def sheet(found: Sheet, form: Mapping[str, str], words: Words) -> list[dict[str, object]]:
    """Return the people of a sheet with the fields of each; what a form sent stays as it was typed."""
    return [
        {
            "name": name_of(line.shown),
            "mark": _field(f"mark-{line.shown.enrolment.id}", line.mark.value if line.mark else "", form),
            "marks": [(mark.value, words(label)) for mark, label in MARKS.items()],
            "parts": [
                {
                    **_field(f"part-{number}-{line.shown.enrolment.id}", _result(line.results.get(number)), form),
                    "tested": part.tested,
                    "title": part.title,
                }
                for number, part in found.parts.items()
            ],
        }
        for line in found.lines
    ]


def _field(name: str, kept: str, form: Mapping[str, str]) -> dict[str, object]:
    was = form.get(f"was-{name}", kept)
    return {"name": name, "was": was, "value": form.get(name, "") if form else kept}


def _result(one: Result | None) -> str:
    if one is None or not one.done:
        return ""
    return "yes" if one.percent is None else str(one.percent)


def members(found: Iterable[Shown], reached: Mapping[str, Outcome], tree: Tree, words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of people in a session; of one that has not begun, nobody's attendance is told."""
    rows: list[tuple[Cell, ...]] = []
    now = clock.now()
    for one in found:
        told = reached.get(one.enrolment.id)
        seated = one.enrolment.state in SEATED and told is not None
        needs = one.enrolment.needs
        if needs and one.enrolment.needs_met:
            needs = words(_("{needs} (arranged)"), needs=needs)
        rows.append(
            (
                name_of(one), ministry_of(one, tree, words), state_cell(one, words), needs,
                i18n.format_percent(words.language, told.attendance_percent / 100)
                if seated and told and one.session.starts <= now
                else "",
                i18n.format_percent(words.language, told.assessment_percent / 100)
                if seated and told and told.assessment_percent is not None
                else "",
            )
        )  # fmt: skip
    return rows


def ministry_of(one: Shown, tree: Tree, words: Words) -> str:
    """Return what the ministry of somebody is called; one that is not known keeps its id."""
    return name_of_organisation(tree, one.enrolment.ministry_id, words.language) or one.enrolment.ministry_id or ""


def taught(found: Iterable[tuple[Session, Offering]], words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of the sessions that somebody teaches."""
    return [
        (
            {"text": marked(offering.titles, words.language), "href": f"/teach/{session.id}"},
            words.appointment(session.starts),
            way_in(session, session.link, words),
            {"status": words(_("Cancelled")), "state": "off"} if session.cancelled else "",
        )
        for session, offering in found
    ]  # fmt: skip

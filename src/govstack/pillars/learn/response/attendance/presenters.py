"""What pages show of a session to whoever keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, marked
from govstack.pillars.learn.response.attendance.model import Outcome
from govstack.pillars.learn.response.enrolment.model import SEATED, Shown
from govstack.pillars.learn.response.enrolment.presenters import name_of, state_cell
from govstack.pillars.learn.response.offerings.model import Offering, Session


def members(found: Iterable[Shown], reached: Mapping[str, Outcome], words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of people in a session."""
    rows: list[tuple[Cell, ...]] = []
    for one in found:
        told = reached.get(one.enrolment.id)
        seated = one.enrolment.state in SEATED and told is not None
        needs = one.enrolment.needs
        if needs and one.enrolment.needs_met:
            needs = words(_("{needs} (arranged)"), needs=needs)
        rows.append(
            (
                name_of(one), one.enrolment.ministry_id, state_cell(one, words), needs,
                i18n.format_percent(words.language, told.attendance_percent / 100) if seated and told else "",
                i18n.format_percent(words.language, told.assessment_percent / 100)
                if seated and told and told.assessment_percent is not None
                else "",
            )
        )  # fmt: skip
    return rows


def taught(found: Iterable[tuple[Session, Offering]], words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of the sessions that somebody teaches."""
    return [
        (
            {"text": marked(offering.titles, words.language), "href": f"/teach/{session.id}"},
            i18n.format_datetime(words.language, session.starts, "medium"),
            session.place or session.link,
            {"status": words(_("Cancelled")), "state": "off"} if session.cancelled else "",
        )
        for session, offering in found
    ]  # fmt: skip

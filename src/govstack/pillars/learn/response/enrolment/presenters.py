"""What pages and messages say of enrolments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel import i18n
from govstack.kernel.context import Context
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language, marked
from govstack.pillars.learn.notices import presenters as notices
from govstack.pillars.learn.response.enrolment.model import OPEN, Shown, State
from govstack.pillars.learn.response.offerings.model import Offering, Session
from govstack.pillars.learn.response.offerings.presenters import way_in

STATES: Mapping[State, tuple[str, str]] = {
    State.ASKED: (_("With the manager"), "wait"),
    State.ENDORSED: (_("With the training unit"), "wait"),
    State.CONFIRMED: (_("Confirmed"), "good"),
    State.WAITING: (_("On the waiting list"), "wait"),
    State.DECLINED: (_("Declined"), "bad"),
    State.CANCELLED: (_("Cancelled"), "off"),
    State.COMPLETED: (_("Completed"), "good"),
    State.NOT_COMPLETED: (_("Not completed"), "off"),
}
MESSAGES: Mapping[str, tuple[str, str]] = {
    "confirmed": (_("You have a place: {course}"), _("Your place in {course} is confirmed. It begins on {day}.")),
    "waiting": (_("You are on the waiting list: {course}"), _("{course} is full. We tell you when a place is free.")),
    "declined": (
        _("No place this time: {course}"),
        _("Your place in {course} was not agreed to. Ask your manager why."),
    ),
    "reminder": (_("Soon: {course}"), _("{course} begins on {day}.")),
    "off": (_("It does not take place: {course}"), _("The session of {course} on {day} was cancelled.")),
}


def message(
    about: str, offering: Offering, session: Session, context: Context, *, at: str, language: str
) -> tuple[str, str]:
    """Return title and text of a message about an enrolment."""
    words, (title, text) = Words(language), MESSAGES[about]
    course = in_language(offering.titles, language)
    day = words.appointment(session.starts)
    lines = [words(text, course=course, day=day)]
    if about == "reminder" and session.place:
        lines.append(words(_("Place: {place}"), place=session.place))
    lines.append(words(_("See or cancel it here: {address}"), address=f"{context.public_url}/my/learning"))
    return words(title, course=course), notices.text(lines, words, context, at=at)


def state_cell(one: Shown, words: Words) -> Cell:
    """Return the state of an enrolment, with the place in the queue."""
    if one.session.cancelled and one.enrolment.state in OPEN:
        return {"status": words(_("The session was cancelled")), "state": "off"}
    label, state = STATES[one.enrolment.state]
    text = words(label)
    if one.queue:
        text = words(_("{state}, place {number}"), state=text, number=i18n.format_number(words.language, one.queue))
    return {"status": text, "state": state}


def my_rows(
    found: Iterable[Shown], words: Words, certificates: Mapping[str, tuple[str, str]]
) -> list[tuple[Cell, ...]]:
    """Return the table of one's own courses."""
    return [
        (
            {"text": marked(one.offering.titles, words.language), "href": f"/catalogue/{one.offering.id}"},
            words.appointment(one.session.starts),
            way_in(one.session, one.link, words),
            state_cell(one, words),
            _act(one, words, certificates),
        )
        for one in found
    ]


def _act(one: Shown, words: Words, certificates: Mapping[str, tuple[str, str]]) -> Cell:
    if one.enrolment.id in certificates:
        return {"text": words(_("Certificate")), "href": f"/my/learning/{one.enrolment.id}/certificate"}
    if one.enrolment.state in OPEN:
        return {"text": words(_("Cancel")), "href": f"/my/learning/{one.enrolment.id}/cancel"}
    return ""


def team_rows(found: Iterable[Shown], words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of the courses of a team."""
    return [
        (
            name_of(one),
            in_language(one.offering.titles, words.language),
            i18n.format_date(words.language, one.session.starts),
            state_cell(one, words),
        )
        for one in found
    ]


def waiting_for_manager(found: Iterable[Shown], words: Words) -> list[tuple[str, str]]:
    """Return what a manager has to decide, as id and label."""
    return [
        (
            one.enrolment.id,
            words(
                _("{name}: {course}, {day}"), name=name_of(one),
                course=in_language(one.offering.titles, words.language),
                day=i18n.format_date(words.language, one.session.starts),
            ),
        )
        for one in found
        if one.enrolment.state is State.ASKED
    ]  # fmt: skip


def name_of(one: Shown) -> str:
    """Return how a person is called where they may be named."""
    return (one.person.name or one.person.number or one.person.id) if one.person else one.enrolment.person_id


def session_choices(found: Iterable[tuple[Offering, Session]], words: Words) -> list[tuple[str, str]]:
    """Return sessions that can be chosen, as id and label."""
    return [
        (
            session.id,
            words(
                _("{course}, {day}"), course=in_language(offering.titles, words.language),
                day=i18n.format_date(words.language, session.starts),
            ),
        )
        for offering, session in found
    ]  # fmt: skip

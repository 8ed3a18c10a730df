"""What pages show of trainers: who may teach what, by whose word, and for how long still."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language, marked
from govstack.pillars.learn.response.offerings.model import Offering
from govstack.pillars.learn.response.offerings.model import State as Offered
from govstack.pillars.learn.response.trainers.model import Certification, Standing


def rows(
    found: Iterable[Certification], names: Mapping[str, str], courses: Mapping[str, Offering], words: Words,
    today: date, *, linked: bool,
) -> list[tuple[Cell, ...]]:  # fmt: skip
    """Return the table of certifications; each leads to its chain where `linked`."""
    return [
        (
            _who(one, names, linked=linked), course(courses.get(one.offering_id), one.offering_id, words.language),
            names.get(one.certified_by or "", one.authority), i18n.format_date(words.language, one.since),
            i18n.format_date(words.language, one.until), state(one, today, words),
        )
        for one in found
    ]  # fmt: skip


def _who(one: Certification, names: Mapping[str, str], *, linked: bool) -> Cell:
    name = names.get(one.learner_id, one.learner_id)
    return {"text": name, "href": f"/desk/trainers/{one.id}"} if linked else name


def course(one: Offering | None, offering_id: str, language: str) -> str:
    """Return the title of a course, its id where it is not known."""
    return marked(one.titles, language) if one else offering_id


def choices(found: Iterable[Offering], language: str) -> list[tuple[str, str]]:
    """Return the courses that somebody may be certified for, by title; closed ones are not held any more."""
    left = [(one.id, in_language(one.titles, language)) for one in found if one.state is not Offered.CLOSED]
    return sorted(left, key=lambda one: (one[1].casefold(), one[0]))


def state(one: Certification, today: date, words: Words) -> Cell:
    """Return whether a certification holds, with a warning when it soon ends."""
    standing = one.standing(today)
    if standing is Standing.ENDING:
        left = (one.until - today).days
        text = words.count("Ends in {count} day", "Ends in {count} days", left) if left else words(_("Ends today"))
        return {"status": text, "state": "warn"}
    label, sign = {
        Standing.HOLDS: (_("Holds"), "good"), Standing.LATER: (_("Begins later"), "wait"),
        Standing.EXPIRED: (_("Expired"), "bad"), Standing.ENDED: (_("Ended"), "off"),
    }[standing]  # fmt: skip
    return {"status": words(label), "state": sign}

"""What the pages of reviews show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell
from govstack.pillars.learn.knowing.reviews.model import NONE_DECLARED, Decision, Voice
from govstack.pillars.learn.people.model import Person
from govstack.pillars.learn.records.model import Record

DECISIONS = {
    Decision.APPROVE.value: _("Approve"),
    Decision.CHANGES.value: _("Approve with changes"),
    Decision.REJECT.value: _("Reject"),
}
NO_INTEREST = _("None")


def rows(voices: Iterable[Voice], names: Mapping[str, Person]) -> list[tuple[str, str, str, str]]:
    """Return who declared which interest and decided what, with words yet to be translated in two places."""
    return [
        (
            names[one.person_id].name if one.person_id in names else one.person_id,
            NO_INTEREST if one.conflict == NONE_DECLARED else one.conflict,
            DECISIONS.get(one.decision, ""),
            one.comment,
        )
        for one in voices
    ]


def times(found: Iterable[tuple[Record, int]]) -> list[list[Cell]]:
    """Return challenges with their days as rows."""
    return [
        [{"text": str(one.content["challenge"]), "href": f"/challenges/{one.id}"}, {"number": days}]
        for one, days in found
    ]

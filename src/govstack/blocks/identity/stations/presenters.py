"""Services of enrolment as administrators see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from govstack.blocks.identity.frame.presenters import Cell, Words
from govstack.blocks.identity.stations.model import State, Station
from govstack.kernel.i18n import _

STATES: Mapping[State, tuple[str, str]] = {
    State.PENDING: (_("Waits for approval"), "wait"),
    State.APPROVED: (_("Approved"), "good"),
    State.REVOKED: (_("Revoked"), "off"),
}


def stations(words: Words, found: Iterable[Station]) -> list[Sequence[Cell]]:
    """Return services of enrolment as rows of a table."""
    made: list[Sequence[Cell]] = []
    for one in found:
        text, sign = STATES[one.state]
        made.append(
            (
                {"text": one.ref_id, "href": f"/enrolment-services/{one.id}"}, one.name,
                {"status": words(text), "state": sign}, {"moment": one.changed_at},
            )
        )  # fmt: skip
    return made


def station(words: Words, one: Station) -> list[tuple[str, str]]:
    """Return a service of enrolment as rows of a summary."""
    return [
        (words(_("Centre")), one.centre),
        (words(_("Machine")), one.machine),
        (words(_("State")), words(STATES[one.state][0])),
        (words(_("Who may work there")), words.listed(one.officers) or words(_("Anybody the centre lets"))),
        (words(_("Application that sends its packets")), one.application or words(_("Any that may enrol"))),
        (words(_("Public key")), msgspec.json.encode(one.key).decode()),
    ]

"""Shares on pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.blocks.identity.credentials.presenters import label
from govstack.blocks.identity.frame.presenters import Cell, Words
from govstack.blocks.identity.partners.model import Partner
from govstack.blocks.identity.people.model import Person
from govstack.blocks.identity.sharing.model import Share, State, value_of
from govstack.kernel.i18n import _

STATES: Mapping[State, tuple[str, str]] = {
    State.WAITING: (_("Being prepared"), "wait"),
    State.READY: (_("Ready to be fetched"), "new"),
    State.FETCHED: (_("Fetched"), "good"),
    State.WITHDRAWN: (_("Withdrawn"), "off"),
    State.FAILED: (_("Did not work"), "bad"),
}
OVER = (_("Time is over"), "off")


def rows(words: Words, found: Sequence[tuple[Share, str]], *, now: str) -> list[Sequence[Cell]]:
    """Return shares as rows of a table that link to each."""
    return [
        (
            {"text": name, "href": f"/me/shares/{one.event_id}"},
            names(words, one),
            status(words, one, now=now),
            {"moment": one.created_at},
            {"moment": one.fetched_at} if one.fetched_at else "–",
        )
        for one, name in found
    ]


def names(words: Words, one: Share) -> str:
    """Return what was shared, by name."""
    masked, joined = words(_("partly hidden")), words(_(", "))
    return joined.join(
        f"{label(words, wanted.claim)} ({masked})" if wanted.masked else label(words, wanted.claim)
        for wanted in one.attributes
    )


def status(words: Words, one: Share, *, now: str) -> Mapping[str, object]:
    """Return how a share stands, as a cell."""
    text, look = STATES[one.state]
    if one.state in {State.WAITING, State.READY} and one.expires_at <= now:
        text, look = OVER
    return {"status": words(text), "state": look}


def summary(words: Words, one: Share, name: str) -> list[tuple[str, str]]:
    """Return a share as rows of a summary."""
    return [
        (words(_("Partner")), name),
        (words(_("Which data")), names(words, one)),
        (words(_("Purpose")), one.purpose),
        (words(_("Number of the event")), one.event_id),
    ]


def attributes(words: Words, person: Person, partner: Partner) -> list[tuple[str, str]]:
    """Return what a person has and a partner may be given, to choose from."""
    return [(name, label(words, name)) for name in partner.attributes if value_of(person, name)]

"""Requests for changes on pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.blocks.identity.changes.model import Content, Request, State
from govstack.blocks.identity.credentials.presenters import label, value
from govstack.blocks.identity.frame.presenters import Cell, Words
from govstack.blocks.identity.people.model import CLAIMS, Person
from govstack.kernel.i18n import _

STATES: Mapping[State, tuple[str, str]] = {
    State.OPEN: (_("Waits for a decision"), "wait"),
    State.ACCEPTED: (_("Accepted"), "good"),
    State.REJECTED: (_("Not accepted"), "bad"),
}
# What nobody asks for in one line of text.
_NOT_ASKED = frozenset({"picture", "address"})


def choices(words: Words, person: Person) -> list[tuple[str, str]]:
    """Return what a person can ask to have changed, in each language in which it is known (`name#ar`)."""
    made = []
    for name in CLAIMS:
        if name not in _NOT_ASKED:
            languages = [one.language for one in person.attributes if one.name == name] or [""]
            made += [f"{name}#{language}".rstrip("#") for language in languages]
    return [(choice, label(words, choice)) for choice in made]


def own(words: Words, found: Sequence[tuple[Request, Content]]) -> list[Sequence[Cell]]:
    """Return a person's requests as rows of a table."""
    return [
        (
            {"moment": one.created_at},
            words(_("; ")).join(
                f"{label(words, f'{part.name}#{part.language}')}: {part.value}" for part in content.attributes
            ),
            status(words, one),
            content.reason or "–",
        )
        for one, content in found
    ]


def waiting(words: Words, found: Sequence[Request]) -> list[Sequence[Cell]]:
    """Return requests that wait as rows of a table that link to each."""
    return [
        ({"text": one.id, "href": f"/change-requests/{one.id}"}, {"moment": one.created_at}, status(words, one))
        for one in found
    ]


def status(words: Words, one: Request) -> Mapping[str, object]:
    """Return how a request stands, as a cell."""
    text, look = STATES[one.state]
    return {"status": words(text), "state": look}


def differences(words: Words, content: Content, person: Person) -> list[Sequence[Cell]]:
    """Return what is to change, what stands there now, and what is wanted."""
    present = {(one.name, one.language): one.value for one in person.attributes}
    return [
        (
            label(words, f"{one.name}#{one.language}"),
            value(words, one.name, present.get((one.name, one.language), "")) or "–",
            value(words, one.name, one.value) or words(_("Nothing")),
        )
        for one in content.attributes
    ]


def documents(content: Content, request_id: str) -> list[tuple[str, str]]:
    """Return the documents of a request with the addresses that they are had at."""
    folder = f"/change-requests/{request_id}/documents"
    return [(one.reference, f"{folder}/{number}") for number, one in enumerate(content.evidence) if one.document]

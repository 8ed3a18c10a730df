"""Credentials on pages: how they stand, what they say, and what happened to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.blocks.identity.credentials.model import (
    ENDED,
    Credential,
    Form,
    Kind,
    Shown,
    Standing,
    State,
    Step,
    grouped,
    may_step,
)
from govstack.blocks.identity.frame.presenters import CLAIM_WORDS, GENDERS, Cell, Words
from govstack.blocks.identity.people.presenters import language_name
from govstack.kernel import i18n
from govstack.kernel.i18n import _

STATES: Mapping[State, tuple[str, str]] = {
    State.REQUESTED: (_("Asked for"), "new"),
    State.PRODUCED: (_("Produced"), "wait"),
    State.DELIVERED: (_("Delivered"), "wait"),
    State.ACTIVE: (_("Active"), "good"),
    State.SUSPENDED: (_("Suspended"), "warn"),
    State.REVOKED: (_("Revoked"), "bad"),
    State.EXPIRED: (_("Expired"), "off"),
}
# What a person, and what an official, can do next: the step, its button, and the question on its face.
OWN_ACTS: Mapping[State, tuple[str, str]] = {
    State.ACTIVE: (_("Activate it"), _("Do this when the credential is in your hands.")),
    State.SUSPENDED: (_("Suspend it"), _("When it is lost, nobody can use it from now on. You can resume it later.")),
    State.REVOKED: (_("Revoke it"), _("It is never valid again. This cannot be undone.")),
}
ALLOW = (_("Allow it"), _("An official suspended or revoked the one before. This one is valid from now on."))
RESUME = (_("Resume it"), _("You have it back. It is valid again from now on."))
OFFICE_ACTS: Mapping[State, tuple[str, str]] = {
    State.PRODUCED: (_("It was produced"), _("Its validity begins now.")),
    State.DELIVERED: (_("It was delivered"), _("It was sent, or is in the person’s hands.")),
    State.ACTIVE: (_("Activate it"), _("The person has it and may use it.")),
    State.SUSPENDED: (_("Suspend it"), _("It is not valid until somebody of this office resumes it.")),
    State.REVOKED: (_("Revoke it"), _("It is never valid again. This cannot be undone.")),
}


def label(words: Words, claim: str) -> str:
    """Return what an attribute is called; those that a country added are called by their own names."""
    name, _hash, language = claim.partition("#")
    said = words(CLAIM_WORDS[name]) if name in CLAIM_WORDS else name.replace("_", " ").capitalize()
    return f"{said} ({language_name(language, language=words.language)})" if language else said


def value(words: Words, claim: str, text: str) -> str:
    """Return the value of an attribute as people read it."""
    if claim == "gender" and text in GENDERS:
        return words(GENDERS[text])
    if claim == "birthdate" and len(text) == len("1985-03-27"):
        return day(words.language, text)
    return text


def day(language: str, at: str) -> str:
    """Return the day of a moment or date as people write it; a date that no calendar knows as it stands."""
    try:
        return i18n.format_date(language, at[:10]) if at else ""
    except ValueError:
        return at[:10]


def status(words: Words, state: State) -> Mapping[str, object]:
    """Return how a credential stands, as a cell."""
    said, look = STATES[state]
    return {"status": words(said), "state": look}


def title(kinds: Mapping[str, Kind], one: Credential, language: str) -> str:
    """Return what a credential is called; by the name of its kind where the country has it no more."""
    kind = kinds.get(one.kind)
    return kind.title(language) if kind else one.kind


def rows(
    words: Words, found: Sequence[Credential], kinds: Mapping[str, Kind], *, now: str, folder: str
) -> list[Sequence[Cell]]:
    """Return credentials as rows of a table that link to each."""
    return [
        (
            {"text": title(kinds, one, words.language), "href": f"{folder}/{one.id}"},
            {"code": grouped(one.number)},
            status(words, one.standing(now)),
            {"moment": one.requested_at},
            day(words.language, one.expires_at) or "–",
        )
        for one in found
    ]


def summary(words: Words, shown: Shown) -> list[tuple[str, str]]:
    """Return a credential as rows of a summary."""
    one, content = shown.credential, shown.content
    found = [
        (words(_("Document number")), grouped(one.number)),
        (words(_("Issued on")), day(words.language, one.issued_at)),
        (words(_("Valid until")), day(words.language, one.expires_at)),
        (words(_("Sent to")), content.delivery_address),
        (words(_("Number to follow it by")), content.tracking_id),
        *((label(words, name), value(words, name, text)) for name, text in content.claims.items() if name != "picture"),
    ]
    return [(name, text) for name, text in found if text]


def steps(words: Words, found: Sequence[Step]) -> list[tuple[str, str, str]]:
    """Return the steps of a credential as a timeline, the newest first."""
    return [(words(STATES[one.state][0]), one.at, one.reason) for one in reversed(found)]


def acts(words: Words, shown: Shown, *, now: str, own: bool) -> list[tuple[str, str, str, str]]:
    """Return what can be done next: step, button, question, and how the button looks."""
    one, last = shown.credential, shown.steps[-1]
    offered = OWN_ACTS if own else OFFICE_ACTS
    made = []
    for state, said in offered.items():
        if may_step(one, state, now=now, own=own, last=last):
            button, question = said
            if state is State.ACTIVE and one.state is State.SUSPENDED:
                button, question = RESUME
            elif state is State.ACTIVE and one.waits_for_decision:
                button, question = ALLOW
            look = "warning" if state is State.REVOKED else "secondary"
            made.append((state.value, words(button), words(question), look))
    return made


def downloads(shown: Shown, *, now: str) -> tuple[bool, bool, bool]:
    """Tell whether its person can have the card, the signed credential, and a new copy of it."""
    one = shown.credential
    active = one.standing(now) is State.ACTIVE
    return active, active and one.form is Form.DIGITAL, one.standing(now) not in {State.REQUESTED}


def offered(words: Words, kinds: Mapping[str, Kind], found: Sequence[Credential], *, now: str) -> list[tuple[str, str]]:
    """Return the kinds that a person has none of that has not ended."""
    held = {one.kind for one in found if one.standing(now) not in ENDED}
    return [(name, kind.title(words.language)) for name, kind in kinds.items() if name not in held]


def checked(words: Words, found: Standing, title: str) -> dict[str, object]:
    """Return what whoever checks a card is shown."""
    said, state = STATES[found.state]
    rows = [
        (words(_("Kind of card")), title),
        (words(_("Number ends with")), found.number_tail),
        (words(_("Issued on")), day(words.language, found.issued_at)),
        (words(_("Valid until")), day(words.language, found.expires_at)),
    ]
    return {"valid": found.state is State.ACTIVE, "said": words(said), "state": state, "rows": rows}

"""The history on pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.blocks.identity.frame.presenters import CLAIM_WORDS, Cell, Words
from govstack.blocks.identity.history.model import Event, Kind, Status
from govstack.blocks.identity.history.service import said
from govstack.kernel.i18n import _

KINDS: Mapping[Kind, str] = {
    Kind.AUTHENTICATION: _("Sign-ins"),
    Kind.SERVICE: _("Cards and credentials"),
    Kind.DATA_UPDATE: _("Changes of data"),
    Kind.ID_MANAGEMENT: _("Identity and its numbers"),
    Kind.DATA_SHARE: _("Shared data"),
}
STATUSES: Mapping[Status, tuple[str, str]] = {
    Status.SUCCESS: (_("Done"), "good"),
    Status.IN_PROGRESS: (_("Under way"), "wait"),
    Status.FAILED: (_("Did not work"), "bad"),
}


# Methods of RFC 8176 in words; those that only say more about another one are left out.
WAYS: Mapping[str, str] = {
    "otp": _("One-time code"),
    "sms": "",
    "pin": _("PIN"),
    "pwd": _("Password"),
    "pop": _("Passkey"),
    "user": "",
    "mfa": "",
    "swk": _("Wallet"),
}


def options(words: Words, named: Mapping[Kind, str]) -> list[tuple[str, str]]:
    """Return kinds to choose from."""
    return [(kind.value, words(text)) for kind, text in named.items()]


def states(words: Words) -> list[tuple[str, str]]:
    """Return states to choose from."""
    return [(one.value, words(text)) for one, (text, _look) in STATUSES.items()]


def rows(words: Words, found: Sequence[Event]) -> list[Sequence[Cell]]:
    """Return events as rows of a table that link to each."""
    return [
        (
            {"text": said(one, words.language), "href": f"/me/history/{one.event_id}"},
            {"moment": one.at},
            words(KINDS[one.kind]),
            status(words, one),
        )
        for one in found
    ]


def status(words: Words, one: Event) -> Mapping[str, object]:
    """Return how an event stands, as a cell."""
    text, look = STATUSES[one.status]
    return {"status": words(text), "state": look}


def summary(words: Words, one: Event) -> list[tuple[str, str]]:
    """Return the details of an event as rows of a summary."""
    info = one.info
    found = [
        (words(_("Number of the event")), one.event_id),
        (words(_("What it is about")), words(KINDS[one.kind])),
        (words(_("Partner")), info.partner_name),
        (words(_("Purpose")), info.purpose),
        (words(_("Which data")), words(_(", ")).join(_called(words, info.attribute_list, CLAIM_WORDS, ", "))),
        (words(_("How you proved who you are")), words(_(", ")).join(_called(words, info.authentication_mode, WAYS))),
        (words(_("Sent to")), info.delivery_address),
        (words(_("Number to follow it by")), info.tracking_id),
    ]
    return [(name, text) for name, text in found if text]


def _called(words: Words, listed: str, names: Mapping[str, str], between: str = " ") -> list[str]:
    """Return what a list names, each once and in words where there are some."""
    known = [names.get(one, one.replace("_", " ")) for one in listed.split(between) if one]
    return list(dict.fromkeys(words(name) for name in known if name))

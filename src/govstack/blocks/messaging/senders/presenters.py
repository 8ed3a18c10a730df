"""What every page of messaging shares: its navigation and words; and what the pages of senders show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from govstack.blocks.messaging.senders.model import Key, Sender, State, Wish, faults
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call
from govstack.web.answers import Page
from govstack.web.sentences import Sentences

FOLDER = Path(__file__).parents[1]
Cells = Sequence[object]
# Section, label, address, the scopes of which a person needs one, and whether it is of the sandbox alone.
SECTIONS: tuple[tuple[str, str, str, tuple[str, ...], bool], ...] = (
    ("overview", _("Overview"), "/", (), False),
    ("senders", _("Senders"), "/senders", ("messaging:administer", "messaging:read"), False),
    ("requests", _("Requests"), "/requests", ("messaging:administer", "messaging:read"), False),
    ("schedules", _("Schedules"), "/schedules", ("messaging:administer", "messaging:read"), False),
    ("wordings", _("Wordings"), "/wordings", ("messaging:administer", "messaging:read", "messaging:write"), False),
    ("archives", _("Archives"), "/archives", ("messaging:administer", "messaging:read"), False),
    ("messages", _("Your messages"), "/messages", (), False),
    ("inbox", _("Inbox of the sandbox"), "/inbox", ("messaging:administer",), True),
)
TEXTS: Mapping[str, tuple[str, str]] = {
    "organisation_name": (_("Organisation"), _("Enter the name of the organisation, on one line")),
    "organisation_reg_nr": (_("Its registration number"), _("Enter the number on one line")),
    "on_behalf_of_name": (_("Sends on behalf of"), _("Enter the name on one line")),
    "on_behalf_of_reg_nr": (_("Registration number of whom it sends for"), _("Enter the number on one line")),
    "name": (_("Name that people see"), _("Enter the name on one line")),
    "email": (_("Address that messages come from"), _("Enter one e-mail address, such as name@example.org")),
    "reply_to": (_("Address for answers"), _("Enter one e-mail address, such as name@example.org")),
    "application": (
        _("Application in the mediator"),
        _("Write the application as INSTANCE/CLASS/MEMBER/APPLICATION, or leave it empty"),
    ),
    "callback_hosts": (
        _("Hosts that answers may be passed on to"),
        _("Write names of hosts, one a line, such as service.example.org"),
    ),
}
NUMBERS: Mapping[str, tuple[str, str]] = {
    "per_second": (_("Messages a second"), _("Enter a whole number from 1 to 10,000")),
    "daily_quota": (_("Messages a day"), _("Enter a whole number from 1 to 100,000,000")),
    "batch_recipients_max": (_("Recipients of one batch"), _("Enter a whole number from 1 to 20,000")),
    "retry_first_seconds": (_("First pause, in seconds"), _("Enter seconds from 1 to 86,400")),
    "retry_factor": (_("Factor by which each pause grows"), _("Enter a number from 1 to 10")),
    "retry_longest_seconds": (_("Longest pause, in seconds"), _("Enter seconds from 1 to 86,400")),
}
WHOLE = frozenset({"per_second", "daily_quota", "batch_recipients_max"})
FIELDS = (*TEXTS, *NUMBERS, "urgent")
NUMBER_CHARACTERS_MAX = 12


class Words(Sentences):
    """Sentences of messaging's pages."""

    folder = FOLDER


def framed(
    call: Call, section: str, template: str, values: Mapping[str, object] | None = None, *, status: int = 200
) -> Page:
    """Return a page with the navigation that fits the person, and no errors unless it brings some."""
    shown = {"navigation": navigation(call, section), "errors": {}, **(values or {})}
    return Page(template, shown, status=status)


def navigation(call: Call, active: str) -> list[tuple[str, str, bool]]:
    """Return the pages that somebody can make use of; each page decides again by itself."""
    in_sandbox = call.context.settings.profile == "sandbox"
    return [
        (label, path, section == active)
        for section, label, path, scopes, sandbox in SECTIONS
        if (section != "messages" or call.actor.kind == "person")
        and (not scopes or any(call.actor.may(scope) for scope in scopes))
        and (in_sandbox or not sandbox)
    ]


def step(call: Call) -> str:
    """Return where a form stands: check its answers, edit them again, or send them."""
    asked = call.form.get("step", "")
    return asked if asked in {"edit", "send"} else "check"


def kept(call: Call) -> dict[str, str]:
    """Return the fields of the form as they were sent."""
    return {name: call.form.get(name, "").strip().replace("\r\n", "\n") for name in FIELDS}


def as_form(wish: Wish) -> dict[str, str]:
    """Return what is registered as the fields of the form."""
    found = asdict(wish)
    shown = {name: str(found[name]) for name in TEXTS}
    shown |= {name: f"{found[name]:g}" if name not in WHOLE else str(found[name]) for name in NUMBERS}
    return {**shown, "callback_hosts": "\n".join(wish.callback_hosts.split()), "urgent": "yes" if wish.urgent else ""}


def read(words: Words, values: Mapping[str, str]) -> tuple[Wish | None, dict[str, str]]:
    """Return what a form asks for, or what is wrong with it, by field."""
    numbers: dict[str, float] = {}
    for name in NUMBERS:
        text = values[name]
        try:
            if not text.isascii() or len(text) > NUMBER_CHARACTERS_MAX:
                raise ValueError(name)
            numbers[name] = int(text) if name in WHOLE else float(text)
        except ValueError:
            numbers[name] = 0
    texts = {name: values[name] for name in TEXTS}
    wish = Wish(**texts, **numbers, urgent=values["urgent"] == "yes")  # type: ignore[arg-type]
    wrong = {name: words({**TEXTS, **NUMBERS}[name][1]) for name in faults(wish)}
    return (None, wrong) if wrong else (wish, {})


def summary(words: Words, wish: Wish) -> list[tuple[str, object]]:
    """Return what is registered as rows of a summary."""
    found = asdict(wish)
    rows: list[tuple[str, object]] = [(words(label), found[name]) for name, (label, _fault) in TEXTS.items()]
    rows += [(words(label), words.number(found[name])) for name, (label, _fault) in NUMBERS.items()]
    return [*rows, (words(_("May send emergency messages")), words(_("Yes")) if wish.urgent else words(_("No")))]


def state(words: Words, sender: Sender) -> dict[str, str]:
    """Return whether a sender may send, as a cell."""
    active = sender.state is State.ACTIVE
    return {"status": words(_("Active")) if active else words(_("Closed")), "state": "good" if active else "off"}


def rows(words: Words, found: Sequence[Sender]) -> list[Cells]:
    """Return senders as rows."""
    return [
        (
            {"text": one.organisation_name, "href": f"/senders/{one.id}"},
            one.on_behalf_of_name,
            one.email,
            state(words, one),
            {"moment": one.created_at},
        )
        for one in found
    ]


def key_rows(words: Words, sender: Sender, keys: Sequence[Key], *, manages: bool) -> list[Cells]:
    """Return the keys of a sender as rows; which key it is, only its holder knows."""
    found: list[Cells] = []
    for number, key in enumerate(keys, start=1):
        name = words(_("Key {number}"), number=words.number(number))
        valid = key.revoked_at is None
        shown = {"status": words(_("Valid")) if valid else words(_("Revoked")), "state": "good" if valid else "off"}
        revoke = {"text": words(_("Revoke")), "href": f"/senders/{sender.id}/keys/{key.id}/revoke"}
        found.append((name, {"moment": key.created_at}, shown, revoke if valid and manages else ""))
    return found

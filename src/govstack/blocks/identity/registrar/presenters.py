"""What administrators see of a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from govstack.blocks.identity.frame.presenters import Cell, Words
from govstack.blocks.identity.identifiers.model import Identifier, IdentifierKind, IdentifierStatus
from govstack.blocks.identity.people.model import Change, Person, Status
from govstack.blocks.identity.people.presenters import IDENTIFIER_STATUS_WORDS, STATUS_WORDS
from govstack.blocks.identity.registrar.service import Ground
from govstack.blocks.identity.roles.model import Role
from govstack.kernel.i18n import _

GROUND_WORDS: Mapping[Ground, str] = {
    Ground.REQUEST: _("The person asked for it"),
    Ground.CORRECTION: _("Something is to be corrected"),
    Ground.MISUSE: _("The identity may be misused"),
    Ground.LAW: _("A law or a court asks for it"),
}
KIND_WORDS: Mapping[IdentifierKind, str] = {
    IdentifierKind.VID: _("Virtual identifier"),
    IdentifierKind.ALIAS: _("Alias"),
}
FORM_WORDS: Mapping[str, str] = {
    "perpetual": _("without an end"),
    "one-time": _("for one use"),
    "temporary": _("for a time"),
    "email": _("E-mail address"),
    "phone_number": _("Telephone number"),
}
CHANGE_WORDS: Mapping[str, str] = {
    "registered": _("Registered"),
    "changed": _("Attributes changed"),
    "blocked": _("Blocked"),
    "unblocked": _("Unblocked"),
    "deactivated": _("Ended"),
    "vid-made": _("Virtual identifier made"),
    "vid-revoked": _("Virtual identifier revoked"),
    "alias-attached": _("Alias attached"),
    "alias-detached": _("Alias detached"),
    "factors-reset": _("Ways to sign in taken away"),
    "pauses-ended": _("Pauses after wrong tries ended"),
    "roles-changed": _("Roles at work changed"),
}


def grounds(words: Words) -> list[tuple[str, str]]:
    """Return the grounds on which somebody can be looked up, as choices."""
    return [(ground.value, words(text)) for ground, text in GROUND_WORDS.items()]


def place(one: Person) -> str:
    """Return the address of a person's page."""
    return f"/people/{quote(one.subject, safe='')}"


def name(words: Words, one: Person) -> str:
    """Return what to call a person."""
    return one.display_name or words(_("Person without a name"))


def person(words: Words, one: Person) -> Mapping[str, object]:
    """Return how an identity stands; what is known of the person is read at an enrolment office."""
    text, state = STATUS_WORDS[one.status]
    return {
        "subject": one.subject,
        "here": place(one), "name": name(words, one), "status": words(text), "state": state,
        "is_active": one.status == Status.ACTIVE, "is_blocked": one.status == Status.BLOCKED,
        "blocked_until": one.blocked_until, "registered_at": one.registered_at, "roles": one.roles,
    }  # fmt: skip


def identifiers(words: Words, found: Sequence[Identifier]) -> list[Mapping[str, object]]:
    """Return the identifiers of somebody by their ends, the newest first."""
    shown: list[Mapping[str, object]] = []
    for one in reversed(found):
        text, state = IDENTIFIER_STATUS_WORDS[one.status]
        shown.append({"words": _called(words, one), "masked": one.masked, "status": words(text), "state": state})
    return shown


def working(words: Words, found: Sequence[Identifier]) -> list[tuple[str, str]]:
    """Return the identifiers that can be ended, as choices, the newest first."""
    return [
        (one.id, f"{_called(words, one)} · {one.masked}")
        for one in reversed(found)
        if one.status == IdentifierStatus.ACTIVE
    ]


def changes(words: Words, found: Sequence[Change]) -> list[Sequence[Cell]]:
    """Return the history as rows of a table, without the values that changed."""
    return [
        (
            {"moment": one.at},
            words(CHANGE_WORDS.get(one.kind, one.kind)),
            one.content.by_name or one.content.by,
            one.content.reason or "–",
            words(_("; ")).join(f"{each.category} {each.reference}" for each in one.content.evidence) or "–",
        )
        for one in found
    ]


def _called(words: Words, one: Identifier) -> str:
    return f"{words(KIND_WORDS[one.kind])} · {words(FORM_WORDS.get(one.form, one.form))}"


def roles(known: Mapping[str, Role], person: Person, language: str) -> list[tuple[str, str, str]]:
    """Return the roles as choices: value, title in the reader's language, and the scopes that it holds."""
    gone = [one for one in person.roles.split() if one not in known]
    return [
        *((name, role.title.get(language) or next(iter(role.title.values()), name), role.scopes)
          for name, role in known.items()),
        *((name, name, "") for name in gone),
    ]  # fmt: skip

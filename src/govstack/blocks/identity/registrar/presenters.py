"""What administrators see of a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from govstack.blocks.identity.frame.presenters import Cell, Words
from govstack.blocks.identity.identifiers.model import Identifier, IdentifierKind, IdentifierStatus
from govstack.blocks.identity.people.model import Change, Person, Status
from govstack.blocks.identity.registrar.service import Ground
from govstack.kernel.i18n import _

GROUND_WORDS: Mapping[Ground, str] = {
    Ground.REQUEST: _("The person asked for it"),
    Ground.CORRECTION: _("Something is to be corrected"),
    Ground.MISUSE: _("The identity may be misused"),
    Ground.LAW: _("A law or a court asks for it"),
}
STATUS_WORDS: Mapping[Status, tuple[str, str]] = {
    Status.ACTIVE: (_("Active"), "good"),
    Status.BLOCKED: (_("Blocked"), "bad"),
    Status.DEACTIVATED: (_("Ended"), "off"),
}
KIND_WORDS: Mapping[IdentifierKind, str] = {
    IdentifierKind.VID: _("Virtual identifier"),
    IdentifierKind.ALIAS: _("Alias"),
}
WORKS, WORKS_NOT = _("Works"), _("Ended")
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
    return [
        {
            "id": one.id, "kind": words(KIND_WORDS[one.kind]), "form": one.form, "masked": one.masked,
            "works": one.status == IdentifierStatus.ACTIVE, "made_at": one.made_at,
            "status": words(WORKS if one.status == IdentifierStatus.ACTIVE else WORKS_NOT),
            "state": "good" if one.status == IdentifierStatus.ACTIVE else "off",
        }
        for one in reversed(found)
    ]  # fmt: skip


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

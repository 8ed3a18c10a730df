"""What people see of themselves, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.blocks.identity.factors.model import REMOVABLE, FactorKind, Offer
from govstack.blocks.identity.frame.presenters import CLAIM_WORDS, Words
from govstack.blocks.identity.identifiers.model import Identifier, IdentifierKind, IdentifierStatus
from govstack.blocks.identity.people.model import Attribute, Change, Person
from govstack.blocks.identity.people.presenters import IDENTIFIER_STATUS_WORDS, STATUS_WORDS, value_of
from govstack.kernel.i18n import _

FORM_WORDS: Mapping[str, str] = {
    "perpetual": _("Until you revoke it"),
    "one-time": _("For one use"),
    "temporary": _("For 30 days"),
    "email": _("E-mail address"),
    "phone_number": _("Telephone number"),
}
CHANGE_WORDS: Mapping[str, str] = {
    "registered": _("Your identity was registered"),
    "changed": _("What is known of you was changed"),
    "blocked": _("Your identity was blocked"),
    "unblocked": _("Your identity was unblocked"),
    "deactivated": _("Your identity was ended"),
    "vid-made": _("A virtual identifier was made"),
    "vid-revoked": _("A virtual identifier was revoked"),
    "alias-attached": _("An alias was attached"),
    "alias-detached": _("An alias was detached"),
    "factors-reset": _("All your ways to sign in were taken away"),
    "pauses-ended": _("Pauses after wrong tries were ended"),
    "roles-changed": _("Your roles at work were changed"),
}
FACTOR_WORDS: Mapping[FactorKind, str] = {
    FactorKind.PASSKEY: _("Passkey"),
    FactorKind.TOTP: _("Authenticator app"),
    FactorKind.OTP: _("One-time code"),
    FactorKind.PIN: _("PIN"),
    FactorKind.PASSWORD: _("Password"),
}
SHOWN_HERE = _("shown here, in the sandbox")
OTHER_CHANGE = _("Something else was noted")


def attributes(words: Words, found: Sequence[Attribute]) -> list[tuple[str, str]]:
    """Return what is known of somebody, as rows of a summary."""
    return [(_label(words, one), _value(words, one)) for one in found]


def status(words: Words, person: Person) -> Mapping[str, str]:
    """Return how an identity stands, as a cell."""
    text, state = STATUS_WORDS[person.status]
    return {"status": words(text), "state": state}


def identifiers(words: Words, found: Sequence[Identifier], kind: IdentifierKind) -> list[Mapping[str, object]]:
    """Return the identifiers of a kind that somebody has or had, the newest first."""
    shown: list[Mapping[str, object]] = []
    for one in reversed([each for each in found if each.kind == kind]):
        text, state = IDENTIFIER_STATUS_WORDS[one.status]
        shown.append(
            {
                "id": one.id, "value": one.value, "masked": one.masked, "made_at": one.made_at,
                "expires_at": one.expires_at, "form": words(FORM_WORDS.get(one.form, one.form)), "status": words(text),
                "state": state, "works": one.status == IdentifierStatus.ACTIVE,
            }
        )  # fmt: skip
    return shown


def history(words: Words, found: Sequence[Change]) -> list[tuple[str, str, str]]:
    """Return changes as a timeline: what, when, and which attributes by whom."""
    return [(words(CHANGE_WORDS.get(one.kind, OTHER_CHANGE)), one.at, _said(words, one)) for one in found]


def factors(words: Words, offers: Sequence[Offer]) -> list[Mapping[str, object]]:
    """Return the ways that somebody can sign in, each with when it was used last."""
    return [
        {
            "kind": one.kind.value, "id": one.id, "name": words(FACTOR_WORDS[one.kind]),
            "label": words(SHOWN_HERE) if one.channel == "page" else one.label,
            "made_at": one.made_at, "used_at": one.used_at, "locked_until": one.locked_until,
            "removable": one.kind in REMOVABLE,
        }
        for one in offers
    ]  # fmt: skip


def ways(words: Words, offers: Sequence[Offer]) -> list[tuple[str, str]]:
    """Return the kinds of proof that somebody can give, those first that work without scripts."""
    kinds = dict.fromkeys(one.kind for one in offers)
    ordered = sorted(kinds, key=lambda kind: kind is FactorKind.PASSKEY)
    return [(kind.value, words(FACTOR_WORDS[kind])) for kind in ordered]


def _label(words: Words, one: Attribute) -> str:
    label = words(CLAIM_WORDS.get(one.name, one.name.replace("_", " ")))
    return f"{label} ({one.language})" if one.language else label


def _value(words: Words, one: Attribute) -> str:
    return words(_("There is a picture")) if one.name == "picture" else value_of(words, one)


def _said(words: Words, change: Change) -> str:
    content = change.content
    touched = dict.fromkeys(_label(words, one) for one in (*content.before, *content.after))
    parts = [words(_("; ")).join(touched)] if touched and change.kind == "changed" else []
    if content.by_name:
        parts.append(words(_("by {name}"), name=content.by_name))
    if content.reason:
        parts.append(content.reason)
    return " · ".join(part for part in parts if part)

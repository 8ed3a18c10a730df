"""What every page of this block shares: its words and its navigation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import msgspec
from babel.core import Locale, UnknownLocaleError

from govstack.blocks.identity.people.model import Attribute, short_code
from govstack.kernel import i18n
from govstack.kernel.actor import Actor
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call
from govstack.web.answers import Page

FOLDER = Path(__file__).parents[1]
ADMINISTER = "identity:administer"
ENROL = "identity:enrol"
PRODUCE = "identity:produce"
ADD_CLIENT = "add_oidc_client"
CHANGE_CLIENT = "update_oidc_client"
ADDRESS = ("formatted", "street_address", "locality", "region", "postal_code", "country")
GENDERS: Mapping[str, str] = {"female": _("Female"), "male": _("Male"), "other": _("Other")}
Cell = str | Mapping[str, object]
# A room with pages joins by a line: name, label, path, the scope it takes. What is one's own comes first.
SECTIONS: tuple[tuple[str, str, str, str], ...] = (
    ("me", _("My identity"), "/me", ""),
    ("factors", _("My sign-in"), "/me/factors", ""),
    ("credentials", _("My credentials"), "/me/credentials", ""),
    ("wallets", _("My wallets"), "/me/wallets", ""),
    ("permissions", _("What I allowed"), "/me/permissions", ""),
    ("shares", _("What I shared"), "/me/shares", ""),
    ("changes", _("Changes of my data"), "/me/changes", ""),
    ("history", _("My history"), "/me/history", ""),
    ("enrol", _("Enrolments"), "/enrol", ENROL),
    ("change-requests", _("Requests for changes"), "/change-requests", ENROL),
    ("desk", _("Production and delivery"), "/credentials", PRODUCE),
    ("people", _("People"), "/people", ADMINISTER),
    ("stations", _("Services of enrolment"), "/enrolment-services", ADMINISTER),
    ("partners", _("Wallet partners"), "/wallet-partners", ADMINISTER),
    ("clients", _("Relying parties"), "/relying-parties", CHANGE_CLIENT),
    ("machines", _("Applications and pages"), "/machine-clients", ADMINISTER),
)


class Words:
    """Sentences of these pages in one language."""

    def __init__(self, language: str) -> None:
        i18n.register(FOLDER)
        self.language = language

    def __call__(self, text: str, **values: object) -> str:
        """Return a text in the language, its placeholders filled."""
        return i18n.translate(self.language, text, folder=FOLDER, **values)

    def count(self, singular: str, plural: str, number: int) -> str:
        """Return the form that fits a count."""
        return i18n.ntranslate(self.language, singular, plural, number, folder=FOLDER)


def language_name(code: str, *, language: str = "") -> str:
    """Return what a language is called: in another one, or in itself; an unknown one is called by its code."""
    try:
        named = Locale.parse(short_code(code), sep="-").language
        found = Locale.parse(language or named).languages.get(named, "")
    except (UnknownLocaleError, ValueError):
        found = ""
    return f"{found[:1].upper()}{found[1:]}" if found and not language else found or code


def framed(call: Call, section: str, template: str, values: Mapping[str, object], *, status: int = 200) -> Page:
    """Return a page with the navigation that fits the person."""
    shown = {"navigation": navigation(call.actor, section), "errors": {}, **values}
    return Page(template, shown, status=status)


def navigation(by: Actor, active: str) -> list[tuple[str, str, bool]]:
    """Return the pages that somebody can make use of; each page decides again by itself."""
    return [(label, path, name == active) for name, label, path, scope in SECTIONS if not scope or by.may(scope)]


def value_of(words: Words, one: Attribute) -> str:
    """Return what is known of somebody as people write it."""
    if one.name == "gender":
        return words(GENDERS.get(one.value, one.value))
    if one.name == "birthdate":
        return day_of(words, one.value)
    if one.name == "address":
        return _address(one.value)
    if one.name == "phone_number":
        # A number is read from the left, also among letters that are read from the right.
        return f"\u2066{one.value}\u2069"
    return one.value


def day_of(words: Words, text: str) -> str:
    """Return a day as it is written in the language; a year alone, or no day at all, as it stands."""
    try:
        return i18n.format_date(words.language, date.fromisoformat(text))
    except ValueError:
        return text


def _address(text: str) -> str:
    try:
        members = msgspec.json.decode(text, type=dict[str, str])
    except msgspec.MsgspecError:
        return text
    return ", ".join(members[name] for name in ADDRESS if members.get(name))

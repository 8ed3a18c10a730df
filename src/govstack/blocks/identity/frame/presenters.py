"""What every page of this block shares: its words and its navigation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from babel.core import Locale, UnknownLocaleError

from govstack.blocks.identity.people.model import short_code
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
Cell = str | Mapping[str, object]


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
    # A room with pages joins by a line: name, label, path below the block, whether this person can use it.
    sections: tuple[tuple[str, str, str, bool], ...] = (
        ("me", _("My identity"), "/me", True),
        ("factors", _("My sign-in"), "/me/factors", True),
        ("credentials", _("My credentials"), "/me/credentials", True),
        ("shares", _("What I shared"), "/me/shares", True),
        ("history", _("My history"), "/me/history", True),
        ("changes", _("Changes of my data"), "/me/changes", True),
        ("permissions", _("What I allowed"), "/me/permissions", True),
        ("desk", _("Production and delivery"), "/credentials", by.may(PRODUCE)),
        ("change-requests", _("Requests for changes"), "/change-requests", by.may(ENROL)),
        ("wallets", _("My wallets"), "/me/wallets", by.kind == "person"),
        ("enrol", _("Enrolments"), "/enrol", by.may(ENROL)),
        ("stations", _("Services of enrolment"), "/enrolment-services", by.may(ADMINISTER)),
        ("people", _("People"), "/people", by.may(ADMINISTER)),
        ("partners", _("Wallet partners"), "/wallet-partners", by.may(ADMINISTER)),
        ("clients", _("Relying parties"), "/relying-parties", by.may(CHANGE_CLIENT)),
        ("machines", _("Applications and pages"), "/machine-clients", by.may(ADMINISTER)),
    )
    return [(label, path, name == active) for name, label, path, wanted in sections if wanted]

"""What is known of people and their identifiers, as pages show it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec
from babel.core import Locale, UnknownLocaleError

from govstack.blocks.identity.frame.presenters import GENDERS, Words
from govstack.blocks.identity.identifiers.model import IdentifierStatus
from govstack.blocks.identity.people.model import Attribute, Status, short_code
from govstack.kernel import i18n
from govstack.kernel.i18n import _

ADDRESS = ("formatted", "street_address", "locality", "region", "postal_code", "country")
STATUS_WORDS: Mapping[Status, tuple[str, str]] = {
    Status.ACTIVE: (_("Active"), "good"),
    Status.BLOCKED: (_("Blocked"), "bad"),
    Status.DEACTIVATED: (_("Ended"), "off"),
}
IDENTIFIER_STATUS_WORDS: Mapping[IdentifierStatus, tuple[str, str]] = {
    IdentifierStatus.ACTIVE: (_("Works"), "good"),
    IdentifierStatus.BLOCKED: (_("Blocked"), "bad"),
    IdentifierStatus.SPENT: (_("Used"), "off"),
    IdentifierStatus.EXPIRED: (_("Expired"), "off"),
    IdentifierStatus.REVOKED: (_("Revoked"), "off"),
}


def language_name(code: str, *, language: str = "") -> str:
    """Return what a language is called: in another one, or in itself; an unknown one is called by its code."""
    try:
        named = Locale.parse(short_code(code), sep="-").language
        found = Locale.parse(language or named).languages.get(named, "")
    except (UnknownLocaleError, ValueError):
        found = ""
    return f"{found[:1].upper()}{found[1:]}" if found and not language else found or code


def value_of(words: Words, one: Attribute) -> str:
    """Return what is known of somebody as people write it."""
    if one.name == "gender":
        return words(GENDERS.get(one.value, one.value))
    if one.name == "birthdate":
        return day_of(words, one.value)
    if one.name == "address":
        return field_address(one.value)
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


def field_address(text: str) -> str:
    """Return an address on one line, as an envelope has it."""
    try:
        members = msgspec.json.decode(text, type=dict[str, str])
    except msgspec.MsgspecError:
        return text
    return ", ".join(members[name] for name in ADDRESS if members.get(name))

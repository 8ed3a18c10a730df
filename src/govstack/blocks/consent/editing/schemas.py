"""Forms of this block, read and bounded field by field; what is wrong is said by the name of the field."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from govstack.blocks.consent.frame.presenters import Words
from govstack.kernel.i18n import _

DIGITS_MAX = 9
EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+")
PHONE = re.compile(r"\+[1-9][0-9]{6,14}")


class Reader:
    """The fields of one form; `errors` fills with a sentence for each field that is not as it must be."""

    def __init__(self, words: Words, form: Mapping[str, str]) -> None:
        self.words = words
        self.form = form
        self.errors: dict[str, str] = {}

    def text(self, name: str, maximum: int, missing: str = "") -> str:
        """Return a text without blanks around it; a sentence for `missing` makes it needed."""
        value = self.form.get(name, "").strip().replace("\r\n", "\n")
        if len(value) > maximum:
            self.errors[name] = self.words(_("Use at most {maximum} characters"), maximum=maximum)
        if missing:
            self.require(name, missing)
        return value

    def require(self, name: str, missing: str) -> None:
        """Refuse a field that is empty."""
        if not self.form.get(name, "").strip():
            self.errors[name] = self.words(missing)

    def address(self, name: str, maximum: int, missing: str) -> str:
        """Return an address of the web."""
        value = self.text(name, maximum, missing)
        try:
            parts = urlsplit(value)
            good = parts.scheme in {"http", "https"} and bool(parts.hostname) and not any(map(str.isspace, value))
        except ValueError:
            good = False
        if value and not good and name not in self.errors:
            self.errors[name] = self.words(_("Enter an address that starts with https://"))
        return value

    def email(self, name: str, maximum: int) -> str:
        """Return an e-mail address, or nothing where the field is empty."""
        value = self.text(name, maximum)
        if value and not EMAIL.fullmatch(value):
            self.errors[name] = self.words(_("Enter an e-mail address, such as name@example.org"))
        return value

    def phone(self, name: str, maximum: int) -> str:
        """Return the number of a phone without the signs that people write between, or nothing for an empty field."""
        value = re.sub(r"[\s().-]", "", self.text(name, maximum))
        if value and not PHONE.fullmatch(value) and name not in self.errors:
            example = _("Enter a phone number with its country code, such as +447700900123")
            self.errors[name] = self.words(example)
        return value

    def choice(self, name: str, choices: Collection[str], missing: str) -> str:
        """Return what was chosen, or nothing."""
        value = self.form.get(name, "")
        if value not in choices:
            self.errors[name] = self.words(missing)
            return ""
        return value

    def number(self, name: str, least: int, most: int) -> int | None:
        """Return a whole number, or nothing where the field is empty."""
        value = self.form.get(name, "").strip()
        if not value:
            return None
        if not (value.isascii() and value.isdecimal() and len(value) <= DIGITS_MAX) or not least <= int(value) <= most:
            self.errors[name] = self.words(_("Enter a whole number from {least} to {most}"), least=least, most=most)
            return None
        return int(value)

"""What the presenters of a package say, in the language of one reader."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from markupsafe import Markup, escape

from govstack.kernel import clock, i18n
from govstack.kernel.i18n import _

WEB_FOLDER = Path(__file__).parent


def listed(language: str, parts: Iterable[str]) -> str:
    """Return names one after the other as the language writes them, such as A, B and C; empty ones are left out."""
    told = [part for part in parts if part]
    if not any(isinstance(part, Markup) for part in told):
        return i18n.format_list(language, told)
    return Markup(i18n.format_list(language, [escape(part) for part in told]))  # noqa: S704 - each part is escaped


def set_apart(language: str, parts: Iterable[str]) -> str:
    """Return statements that stand side by side, or hold commas, with the language's semicolon; empty ones left out."""
    mark = i18n.translate(language, _("; "), folder=WEB_FOLDER)
    told = [part for part in parts if part]
    return Markup(mark).join(told) if any(isinstance(part, Markup) for part in told) else mark.join(told)  # noqa: S704


def appointment(language: str, at: datetime | str, *, timezone: str = "") -> str:
    """Write when something begins or ends, to the minute, with the time zone: 6 Dec 2026, 10:00 (Africa/Nairobi)."""
    zone = timezone or clock.zone()
    return f"{i18n.format_minute(language, at, timezone=zone)} ({zone})"


class Sentences:
    """Texts, numbers and moments in one language; a package names the folder of its catalogues in a subclass."""

    folder: ClassVar[Path]

    def __init__(self, language: str) -> None:
        i18n.register(self.folder)
        i18n.register(WEB_FOLDER)
        self.language = language

    def __call__(self, text: str, **values: object) -> str:
        """Return a text in the language, its placeholders filled."""
        return i18n.translate(self.language, text, folder=self.folder, **values)

    def count(self, singular: str, plural: str, number: int, **values: object) -> str:
        """Return the form that fits a count."""
        return i18n.ntranslate(self.language, singular, plural, number, folder=self.folder, **values)

    def said(self, sentence: str) -> str:
        """Return what a refusal said, also with values in it, as far as its sentence is known."""
        return i18n.said(self.language, sentence, folder=self.folder)

    def listed(self, parts: Iterable[str]) -> str:
        """Return names one after the other, such as A, B and C; empty ones are left out."""
        return listed(self.language, parts)

    def set_apart(self, parts: Iterable[str]) -> str:
        """Return statements side by side, with semicolons; empty ones are left out."""
        return set_apart(self.language, parts)

    def number(self, number: float) -> str:
        """Write a number."""
        return i18n.format_number(self.language, number)

    def percent(self, share: float) -> str:
        """Write a share of one as a percentage."""
        return i18n.format_percent(self.language, share, decimals=1)

    def appointment(self, at: datetime | str, *, timezone: str = "") -> str:
        """Write when something begins or ends, to the minute, with the time zone."""
        return appointment(self.language, at, timezone=timezone)

    def moment(self, at: str) -> str:
        """Write a day and a time of day in the country."""
        return i18n.format_datetime(self.language, at)

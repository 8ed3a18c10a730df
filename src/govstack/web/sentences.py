"""What the presenters of a package say, in the language of one reader."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from govstack.kernel import i18n


class Sentences:
    """Texts, numbers and moments in one language; a package names the folder of its catalogues in a subclass."""

    folder: ClassVar[Path]

    def __init__(self, language: str) -> None:
        i18n.register(self.folder)
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

    def number(self, number: float) -> str:
        """Write a number."""
        return i18n.format_number(self.language, number)

    def percent(self, share: float) -> str:
        """Write a share of one as a percentage."""
        return i18n.format_percent(self.language, share, decimals=1)

    def moment(self, at: str) -> str:
        """Write a day and a time of day (UTC)."""
        return i18n.format_datetime(self.language, at)

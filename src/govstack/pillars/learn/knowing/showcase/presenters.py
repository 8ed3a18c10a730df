"""Sentences of adopted practices."""

from __future__ import annotations

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Words
from govstack.pillars.learn.records.model import Record


def attribution(practice: Record, words: Words) -> str:
    """Return where an adopted practice comes from."""
    said = practice.content
    text = _("After the practice “{name}” of {institution}, {country}. Sources: {sources}")
    told = {name: str(said[name]) for name in ("name", "institution", "country")}
    return words(text, sources="; ".join(said["sources"]), **told)


def name(practice: Record, words: Words) -> str:
    """Return the name of a programme that adopts a practice."""
    return words(_("Adopted: {name}"), name=practice.content["name"])

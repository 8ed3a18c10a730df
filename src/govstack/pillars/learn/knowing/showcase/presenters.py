"""Sentences of adopted practices."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from govstack.kernel.i18n import _, format_date
from govstack.pillars.learn.frame.presenters import Words, in_tongue, linked
from govstack.pillars.learn.knowing.showcase.model import compared
from govstack.pillars.learn.records.model import FieldKind, Record


def attribution(practice: Record, words: Words) -> str:
    """Return where an adopted practice comes from."""
    said = practice.content
    text = _("After the practice “{name}” of {institution}, {country}. Sources: {sources}")
    told = {name: str(said[name]) for name in ("name", "institution", "country")}
    return words(text, sources=words.set_apart(said["sources"]), **told)


def name(practice: Record, words: Words) -> str:
    """Return the name of a programme that adopts a practice."""
    return words(_("Adopted: {name}"), name=practice.content["name"])


def side_by_side(practices: Sequence[Record], words: Words) -> list[list[str]]:
    """Return a row for each part of the template, with what each practice says to it in the reader's language."""
    rows = []
    for one, said in compared(practices):
        cells = [words(one.label)]
        for practice, lines in zip(practices, said, strict=True):
            day = one.kind is FieldKind.DATE and lines != [""]
            text = format_date(words.language, lines[0]) if day else Markup("<br>").join(linked(line) for line in lines)
            cells.append(text if day else in_tongue(text, practice.tongue(one.name), words.language))
        rows.append(cells)
    return rows

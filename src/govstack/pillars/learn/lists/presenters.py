"""What the pages of lists show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, labelled_with, marked
from govstack.pillars.learn.lists.model import Entry, Field, Shape
from govstack.pillars.learn.lists.service import WORDS, WordList

Places = Mapping[str, Sequence[tuple[str, str]]]
# Vocabularies that no field of a record names, but other rooms.
OTHERWISE: Mapping[str, str] = {
    "age-band": _("Ages that people say they have"), "disability": _("Disabilities that people say they have"),
    "area-kind": _("Kinds of places that people say they live in"), "clearance": _("Clearances of experts"),
    "availability": _("When experts can be had"), "sociodynamic-position": _("Where groups stand in a change"),
}  # fmt: skip


def called(one: WordList, places: Places, words: Words) -> str:
    """Return what a list is called: a vocabulary by the first field in which its words are chosen, else by its name."""
    if one.label:
        return words(one.label)
    name = one.id.removeprefix(WORDS)
    if places.get(name):
        kind, field = places[name][0]
        return labelled_with(words, words(kind), words(field))
    return words(OTHERWISE[name]) if name in OTHERWISE else name


def index(found: Iterable[tuple[WordList, int]], places: Places, words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of lists: the others first, vocabularies by what they are called."""
    told = [(one.id.startswith(WORDS), called(one, places, words), one.id, count) for one, count in found]
    rows = sorted(told, key=lambda each: (each[0], each[1].casefold() if each[0] else ""))
    return [({"text": name, "href": f"/lists/{list_id}"}, {"number": count}) for _late, name, list_id, count in rows]


def entries(list_id: str, found: Iterable[Entry], words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of the words of a list."""
    return [
        (
            {"text": marked(one.texts, words.language), "href": f"/lists/{list_id}/{one.id}"},
            {"code": one.id},
            "" if one.used else {"status": words(_("No longer offered")), "state": "off"},
        )
        for one in found
    ]


def filled(fields: Iterable[Field], one: Entry, languages: Iterable[str]) -> dict[str, str]:
    """Return what the form of a word holds."""
    told: dict[str, str] = {}
    tongues = list(languages)
    for field in fields:
        value = one.values.get(field.name)
        if field.shape in (Shape.TEXTS, Shape.LONG_TEXTS):
            told |= {f"{field.name}.{tongue}": (value or {}).get(tongue, "") for tongue in tongues}
        elif field.shape is Shape.YES:
            told[field.name] = "yes" if value else ""
        elif field.shape is Shape.LINES:
            told[field.name] = "\n".join(value or ())
        else:
            told[field.name] = "" if value is None else str(value)
    return told

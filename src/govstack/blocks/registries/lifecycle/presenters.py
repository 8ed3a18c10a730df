"""What the pages of versions show: changes in plain words with what callers will see, and versions as rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from govstack.blocks.registries.design.model import Field, Registry, path_of
from govstack.blocks.registries.frame.presenters import TYPES, Cell, Words, path_label, state
from govstack.blocks.registries.versions.model import Change, compare
from govstack.kernel.i18n import _

Told = tuple[str, str, str]
Pair = tuple[Field | None, Field | None]

# What a change is, and what those who call the older version will see of it.
SENTENCES: Mapping[str, tuple[str, str]] = {
    "field-removed": (_("is gone."), _("Who sends it is ignored, who reads it no longer finds it.")),
    "field-added": (_("is new."), _("Who does not know it can go on as before.")),
    "required-field-added": (_("is new and required."), _("Who does not know it can no longer create records.")),
    "made-required": (_("is now required."), _("Who leaves it out is refused.")),
    "made-optional": (_("may now stay empty."), _("Who expects a value must be ready for none.")),
    "made-unique": (_("must now be unique."), _("A value that is there already is refused.")),
    "no-longer-unique": (_("may now repeat."), ""),
    "made-read-only": (_("is now read-only."), _("Callers can no longer write it.")),
    "no-longer-read-only": (_("can now be written."), ""),
    "made-fixed": (_("is now fixed once set."), _("Who changes it later is refused.")),
    "no-longer-fixed": (_("can now be changed later."), ""),
    "person-identifier-changed": (
        _("changes whether it tells whose data a record is."),
        _("From now on readings are logged for another person, or for nobody."),
    ),
    "pattern-changed": (_("must now have another form."), _("Values that were accepted may be refused.")),
    "pattern-removed": (_("may now have any form."), ""),
    "file-types-narrowed": (_("takes fewer kinds of files."), _("Files that were accepted may be refused.")),
    "file-types-widened": (_("takes further kinds of files."), ""),
    "choices-limited": (_("now takes only values of a list."), _("Other values are refused.")),
    "choice-removed": (_("no longer takes some values."), _("Who sends one of these is refused.")),
    "choice-added": (_("takes further values."), _("Who reads it must be ready for them.")),
    "choices-freed": (_("now takes any value."), ""),
    "description-changed": (_("is described differently."), ""),
}
_SWITCHES: Mapping[str, tuple[str, str, str]] = {
    "secret": (_("is now encrypted."), _("is no longer encrypted."), _("Systems must send the key to read it.")),
    "personal": (_("is now marked as personal."), _("is no longer marked as personal."), ""),
    "blinded": (_("is now masked."), _("is no longer masked."), _("Callers without the right see stars instead.")),
}
_LIMITS: tuple[tuple[str, str], ...] = (
    ("minimum", _("its smallest value")),
    ("maximum", _("its largest value")),
    ("length_min", _("its shortest length")),
    ("length_max", _("its longest length")),
)


def told(words: Words, changes: Sequence[Change], before: Registry, after: Registry) -> list[Told]:
    """Return changes in plain words: the field, what changes, and what callers will see."""
    limits: dict[str, int] = {}
    found = []
    for change in changes:
        names = change.path.split(" and ")
        place = words(_(" and ")).join(_label(words, name, before, after) for name in names)
        pair = before.field(change.path), after.field(change.path)
        nth = limits.get(change.path, 0)
        if change.kind.startswith("limit-"):
            limits[change.path] = nth + 1
        found.append((place, *_sentence(words, change, pair, nth)))
    return found


def _label(words: Words, pointer: str, before: Registry, after: Registry) -> str:
    path = path_of(pointer)
    return path_label(after if path in after.by_path else before, path, words.language)


def _sentence(words: Words, change: Change, pair: Pair, nth: int) -> tuple[str, str]:
    old, new = pair
    if change.kind in SENTENCES:
        sentence, meaning = SENTENCES[change.kind]
        return words(sentence), words(meaning) if meaning else ""
    if old is None or new is None:
        return change.text, ""
    special: Mapping[str, Callable[[Words, Field, Field], tuple[str, str]]] = {
        "type-changed": _type, "type-widened": _type, "number-of-values-changed": _several,
    }  # fmt: skip
    if change.kind in special:
        return special[change.kind](words, old, new)
    if change.kind.startswith("limit-"):
        return _limit(words, old, new, nth)
    name = change.kind.removesuffix("-changed")
    if name in _SWITCHES:
        on, off, meaning = _SWITCHES[name]
        now = bool(getattr(new, name))
        return words(on if now else off), words(meaning) if meaning and now else ""
    return change.text, ""


def _type(words: Words, old: Field, new: Field) -> tuple[str, str]:
    was, now = words(TYPES[old.type][0]), words(TYPES[new.type][0])
    sentence = words(_("changes from {was} to {now}."), was=was, now=now)
    return sentence, words(_("Values of another type reach who reads it; old values that do not fit are left out."))


def _several(words: Words, _old: Field, new: Field) -> tuple[str, str]:
    sentence = _("now holds several values.") if new.multiple else _("now holds one value only.")
    return words(sentence), words(_("Who reads it gets another shape, who writes it must send that shape."))


def _limit(words: Words, old: Field, new: Field, nth: int) -> tuple[str, str]:
    """Return the words on the nth limit that differs, in the order in which limits are compared."""
    different = [(name, label) for name, label in _LIMITS if getattr(old, name) != getattr(new, name)]
    if nth >= len(different):
        return words(_("has another limit.")), ""
    name, label = different[nth]
    was, now = getattr(old, name), getattr(new, name)
    lower = name in {"minimum", "length_min"}
    tighter = now is not None and (was is None or (now > was) is lower)
    sentence = words(
        _("changes {limit} from {was} to {now}."),
        limit=words(label), was=_shown(words, was), now=_shown(words, now),
    )  # fmt: skip
    return sentence, words(_("Values that were accepted may be refused.")) if tighter else ""


def _shown(words: Words, value: float | None) -> str:
    return words(_("none")) if value is None else f"{value:g}"


def between(words: Words, found: Sequence[Registry], version: str) -> tuple[list[Told], list[Told], str]:
    """Return how a version differs from the one before it: what breaks callers, what does not, and that version."""
    place = next(place for place, one in enumerate(found) if one.version == version)
    if place + 1 >= len(found):
        return [], [], ""
    after, before = found[place], found[place + 1]
    changes = compare(before.fields, after.fields, old_uniques=before.uniques, new_uniques=after.uniques)
    breaking = [change for change in changes if change.breaking]
    other = [change for change in changes if not change.breaking]
    return told(words, breaking, before, after), told(words, other, before, after), before.version


def rows(words: Words, found: Sequence[Registry]) -> list[Sequence[Cell]]:
    """Return the published versions of a registry as rows, newest first."""
    return [
        (
            {"text": one.version, "href": f"/registry/{one.code}/versions/{one.version}"},
            {**state(words, one.lifecycle)},
            {"moment": one.published_at},
            one.published_by or "–",
            {"number": len(one.fields)},
            {"number": sum(service.used_count for service in one.service_list)},
        )
        for one in found
    ]

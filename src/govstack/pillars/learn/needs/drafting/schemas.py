"""What forms of drafts hold, read into parts of an instrument; each refusal names the field that it concerns."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from govstack.kernel.documents import misfit
from govstack.kernel.i18n import _
from govstack.pillars.learn.needs.drafting.errors import BadEntry
from govstack.pillars.learn.needs.drafting.model import ONE_SPARE, YES, free_id, renewed_texts, scale_of
from govstack.pillars.learn.needs.instruments.model import (
    BANDS_MAX,
    CHOICES_MAX,
    CODE_CHARACTERS_MAX,
    SHARING,
    Band,
    Choice,
    Family,
    Instrument,
    Item,
    ItemKind,
    Scale,
    Scoring,
    Section,
)

NOT_A_NUMBER = _("must be a number")
TAKEN = _("is there already; every id is used once")
EMPTY = _("must not be empty")
NO_PAIR = _("must be a framework and a code with a slash between")
# What people enter and no part can be without.
NEEDED = ("titles", "texts", "source", "licence", "id")
Form = Mapping[str, str]
Shape = TypeVar("Shape")


class ItemQuery(msgspec.Struct, frozen=True):
    """In which section a new item shall stand."""

    section: Annotated[str, Meta(max_length=CODE_CHARACTERS_MAX)] = ""


def new_instrument(form: Form) -> Instrument:
    """Return the draft of a new instrument; raises BadEntry."""
    language = form.get("language", "").strip()
    return _shaped(
        {
            "id": form.get("id", "").strip(), "titles": {language: form.get("title", "").strip()},
            "source": form.get("source", "").strip(), "licence": form.get("licence", "").strip(),
            "unit": form.get("unit", ""), "languages": [language], "sections": [], "items": [],
            "scoring": {"family": form.get("family", "")},
        }, Instrument, {"titles": "title", "languages": "language", "scoring": "family"}
    )  # fmt: skip


def about(form: Form, before: Instrument) -> Instrument:
    """Return a draft with what it says of itself as it was entered; raises BadEntry."""
    languages = list(dict.fromkeys(form.get("languages", "").replace(",", " ").split()))
    first = before.languages[0]
    plain = msgspec.to_builtins(before) | {
        "titles": _texts(form, "titles", before.languages, before.titles),
        "summaries": _texts(form, "summaries", before.languages, before.summaries),
        "source": form.get("source", "").strip(), "licence": form.get("licence", "").strip(),
        "unit": form.get("unit", ""), "languages": languages,
    }  # fmt: skip
    return _shaped(plain, Instrument, {"titles": f"titles-{first}", "summaries": f"summaries-{first}"})


def section(form: Form, draft: Instrument, before: Section | None) -> Section:
    """Return a section as it was entered; raises BadEntry."""
    faults: dict[str, str] = {}
    first = draft.languages[0]
    plain = {
        "id": before.id if before else _new_id(form, "section", [one.id for one in draft.sections], faults),
        "titles": _texts(form, "titles", draft.languages, before.titles if before else {}),
        "themes": _texts(form, "themes", draft.languages, before.themes if before else {}),
        "weight": _weight(form, faults),
    }
    return _shaped(plain, Section, {"titles": f"titles-{first}", "themes": f"themes-{first}"}, faults)


def item(form: Form, draft: Instrument, before: Item | None) -> Item:
    """Return an item as it was entered; raises BadEntry."""
    faults: dict[str, str] = {}
    first = draft.languages[0]
    choosing = form.get("kind") == ItemKind.CHOICE
    plain = {
        "id": before.id if before else _new_id(form, "item", [one.id for one in draft.items], faults),
        "section": form.get("section", ""),
        "kind": form.get("kind", ""),
        "scale": form.get("scale") or None if choosing else None,
        "texts": _texts(form, "texts", draft.languages, before.texts if before else {}),
        "hints": _texts(form, "hints", draft.languages, before.hints if before else {}),
        "anchors": dict(before.anchors) if before and choosing else {},
        "weight": _weight(form, faults),
        "stage": int(_number(form, "stage", faults) or 0) if "stage" in form else before.stage if before else 0,
        "lowest": _number(form, "lowest", faults),
        "highest": _number(form, "highest", faults),
        "measure": form.get("measure", "").strip(),
        "evidence": form.get("evidence") == YES,
        "competency": _competency(form, faults),
    }
    return _shaped(plain, Item, {"texts": f"texts-{first}", "hints": f"hints-{first}"}, faults)


def _competency(form: Form, faults: dict[str, str]) -> dict[str, str] | None:
    framework, _slash, code = (part.strip() for part in form.get("competency", "").partition("/"))
    if bool(framework) is not bool(code):
        faults["competency"] = NO_PAIR
    return {"framework": framework, "code": code} if framework and code else None


def anchored(form: Form, draft: Instrument, before: Item) -> Item:
    """Return an item with what is seen where each choice holds; raises BadEntry."""
    found = {}
    for number, choice in enumerate(scale_of(draft, before.scale or "").choices):
        texts = _texts(form, f"anchor-{number}", draft.languages, before.anchors.get(choice.id, {}))
        if texts:
            found[choice.id] = texts
    names = {"anchors": f"anchor-0-{draft.languages[0]}"}
    return _shaped(msgspec.to_builtins(replace(before, anchors={})) | {"anchors": found}, Item, names)


def scale(form: Form, draft: Instrument, before: Scale | None) -> Scale:
    """Return a scale with its choices as they were entered, moved and removed; raises BadEntry."""
    faults: dict[str, str] = {}
    known = {one.id: one for one in before.choices} if before else {}
    choices: list[Choice] = []
    # A form asks only for what the family counts; what another one needs stays as it is.
    asked = draft.scoring.family
    for number in _rows(form, CHOICES_MAX):
        old = known.get(form.get(f"id-{number}", ""))
        texts = _texts(form, f"titles-{number}", draft.languages, old.titles if old else {})
        if form.get(f"remove-{number}") == YES or (old is None and not texts):
            continue
        taken = [*known, *(one.id for one in choices)]
        plain = {
            "id": old.id if old else _new_id(form, "choice", taken, faults, f"new-id-{number}"),
            "titles": texts, "kind": form.get(f"kind-{number}", ""),
            "value": _number(form, f"value-{number}", faults) if asked is Family.MEAN else old and old.value,
            "met": form.get(f"met-{number}") == YES if asked is Family.STAGED else bool(old and old.met),
        }  # fmt: skip
        names = {"titles": f"titles-{number}-{draft.languages[0]}", "id": f"new-id-{number}", "kind": f"kind-{number}"}
        choices.append(_shaped(plain, Choice, names, faults))
    scale_id = before.id if before else _new_id(form, "scale", [one.id for one in draft.scales], faults)
    return _shaped({"id": scale_id, "choices": msgspec.to_builtins(_ordered(form, choices))}, Scale, {}, faults)


def scoring(form: Form, draft: Instrument) -> Scoring:
    """Return how a draft is scored as it was entered; peers stay as the document has them. Raises BadEntry."""
    faults: dict[str, str] = {}
    before, first = draft.scoring, draft.languages[0]
    plain = msgspec.to_builtins(before) | {"family": form.get("family", ""), "target": _number(form, "target", faults)}
    if before.family in SHARING:
        plain["bands"] = _bands(form, draft, faults)
    if before.family is Family.STAGED:
        old = dict(enumerate(before.stages))
        stages = [_texts(form, f"stage-{n}", draft.languages, old.get(n, {})) for n in _rows(form, CHOICES_MAX)]
        plain["stages"] = [texts for n, texts in enumerate(stages) if texts and form.get(f"remove-{n}") != YES]
    return _shaped(plain, Scoring, {"bands": "least-0", "stages": f"stage-0-{first}"}, faults)


def _bands(form: Form, draft: Instrument, faults: dict[str, str]) -> list[dict[str, Any]]:
    known = {one.id: one for one in draft.scoring.bands}
    made: list[Band] = []
    for number in _rows(form, BANDS_MAX):
        old = known.get(form.get(f"id-{number}", ""))
        texts = _texts(form, f"titles-{number}", draft.languages, old.titles if old else {})
        if form.get(f"remove-{number}") == YES or (old is None and not texts):
            continue
        band_id = old.id if old else free_id("band", [*known, *(one.id for one in made)])
        least = _number(form, f"least-{number}", faults)
        names = {"titles": f"titles-{number}-{draft.languages[0]}", "least": f"least-{number}"}
        made.append(_shaped({"id": band_id, "titles": texts, "least": least}, Band, names, faults))
    return [msgspec.to_builtins(one) for one in made]


def _ordered(form: Form, choices: list[Choice]) -> list[Choice]:
    """Return choices with the one that the pressed button names one place further up or down."""
    way, _colon, choice_id = form.get("act", "").partition(":")
    places = [place for place, one in enumerate(choices) if one.id == choice_id]
    if not places or way not in {"up", "down"}:
        return choices
    place, other = places[0], places[0] + (-1 if way == "up" else 1)
    if 0 <= other < len(choices):
        choices[place], choices[other] = choices[other], choices[place]
    return choices


def _rows(form: Form, most: int) -> range:
    shown = form.get("rows", "")
    return range(min(int(shown), most + ONE_SPARE) if shown.isdecimal() and len(shown) < 4 else 0)


def _texts(form: Form, name: str, languages: Iterable[str], before: Mapping[str, str]) -> dict[str, str]:
    return renewed_texts(before, {one: form.get(f"{name}-{one}", "").strip() for one in languages})


def _new_id(form: Form, beginning: str, taken: list[str], faults: dict[str, str], name: str = "id") -> str:
    entered = form.get(name, "").strip()
    if entered in taken:
        faults[name] = TAKEN
    return entered or free_id(beginning, taken)


def _weight(form: Form, faults: dict[str, str]) -> float:
    found = _number(form, "weight", faults)
    return 1.0 if found is None else found


def _number(form: Form, name: str, faults: dict[str, str]) -> float | None:
    entered = form.get(name, "").strip().replace(",", ".")
    if not entered:
        return None
    try:
        found = float(entered)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        faults[name] = NOT_A_NUMBER
        return None
    return found


def _shaped(
    plain: Mapping[str, Any], shape: type[Shape], names: Mapping[str, str], faults: Mapping[str, str] | None = None
) -> Shape:
    """Return a part of its shape; `names` says which field of the form a field of the part is entered in."""
    wrong = dict(faults or {}) | {
        names.get(one, one): EMPTY for one in NEEDED if one in plain and not _filled(plain[one])
    }
    if wrong:
        raise BadEntry(fields=wrong)
    try:
        return msgspec.convert(plain, shape)
    except msgspec.ValidationError as error:
        place, words = misfit(error, "")
        field = place.partition(".")[0].partition("[")[0]
        raise BadEntry(fields={names.get(field, field): words}) from error


def _filled(value: str | Mapping[str, str]) -> bool:
    return bool(value) if isinstance(value, str) else any(value.values())

"""An item as the XML of 1EdTech QTI 3.0, written and read: the five interactions that items here have.

Element and attribute names are those of the QTI 3.0 Assessment, Section and Item information model. What an item holds
beyond QTI (competency, level of Bloom) stands beside it in the manifest of the package.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import msgspec
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from govstack.pillars.learn.frame.model import writable
from govstack.pillars.learn.needs.items.model import Bloom, Item, Kind, Option, Scoring, fault, tidied, tidy

QTI = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
CONTENT = "http://www.imsglobal.org/xsd/imscp_v1p1"
OURS = "urn:govstack:learn:item:1"
TEMPLATES = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/"
XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
ITEM_TYPE = "imsqti_item_xmlv3p0"
NO_LANGUAGE = "und"
RESPONSE = "RESPONSE"
POINTS_DIGITS_MAX = 4
_INTERACTIONS = {
    "qti-choice-interaction": Kind.CHOICE, "qti-text-entry-interaction": Kind.TEXT,
    "qti-match-interaction": Kind.MATCH, "qti-order-interaction": Kind.ORDER,
}  # fmt: skip
# What carries sense that plain text cannot: an item with one of these is not taken in without it.
_MEDIA = frozenset({"img", "object", "video", "audio", "picture", "math", "svg", "table", "include", "portable-custom"})
_BLOCKS = frozenset({"p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "ul", "ol"})
GAP = "____"
# Where a block begins or ends; no document can hold this character.
EDGE = "\x00"
_EDGES = re.compile(r" ?\x00[ \x00]*")
_STRANGE = re.compile(r"[^A-Za-z0-9_.-]")


class Unsupported(ValueError):
    """An item that cannot be held here without losing something; its text says what."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of a package that could not be taken in; a list leaves its content out."""

    id: str
    package: str
    file_name: str
    identifier: str
    reason: str
    kept_at: str
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Piece:
    """One item file as it was read: an item in a single language, and what was said beside it."""

    identifier: str
    language: str
    item: Mapping[str, Any]
    notes: tuple[str, ...] = field(default=())


def written(item: Item, language: str) -> bytes:
    """Return the item file of an item in a language."""
    root = Element("qti-assessment-item", {
        "xmlns": QTI, "identifier": item.id, "title": item.prompts[language].split("\n")[0][:80],
        "adaptive": "false", "time-dependent": "false", "xml:lang": language,
    })  # fmt: skip
    _declare(root, item)
    body = SubElement(root, "qti-item-body")
    _interaction(body, item, language)
    mapped = item.kind is Kind.TEXT or (item.scoring is Scoring.PART and item.kind in {Kind.MULTIPLE, Kind.MATCH})
    SubElement(
        root, "qti-response-processing", {"template": f"{TEMPLATES}{'map_response' if mapped else 'match_correct'}.xml"}
    )
    if language in item.feedback:
        # Shown whatever was answered: it is hidden only under a value that nothing sets.
        modal = SubElement(root, "qti-modal-feedback", {
            "outcome-identifier": "FEEDBACK", "identifier": "NEVER", "show-hide": "hide",
        })  # fmt: skip
        _lines(SubElement(SubElement(modal, "qti-content-body"), "p"), item.feedback[language])
    xml = writable(tostring(root, encoding="unicode"))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{xml}'.encode()


def _declare(root: Element, item: Item) -> None:
    cardinality = {Kind.CHOICE: "single", Kind.TEXT: "single", Kind.ORDER: "ordered"}.get(item.kind, "multiple")
    base = {Kind.TEXT: "string", Kind.MATCH: "directedPair"}.get(item.kind, "identifier")
    declared = SubElement(root, "qti-response-declaration", {
        "identifier": RESPONSE, "cardinality": cardinality, "base-type": base,
    })  # fmt: skip
    correct = SubElement(declared, "qti-correct-response")
    for one in item.right[:1] if item.kind is Kind.TEXT else item.right:
        SubElement(correct, "qti-value").text = one
    if item.kind is Kind.TEXT:
        mapping = SubElement(declared, "qti-mapping", {"default-value": "0"})
        sensitive = str(item.case_matters).lower()
        for one in item.right:
            SubElement(mapping, "qti-map-entry", {"map-key": one, "mapped-value": "1", "case-sensitive": sensitive})
    elif item.scoring is Scoring.PART and item.kind in {Kind.MULTIPLE, Kind.MATCH}:
        share = 1 / len(item.right)
        mapping = SubElement(declared, "qti-mapping", {
            "default-value": f"{-share if item.kind is Kind.MULTIPLE else 0:.6f}", "lower-bound": "0",
            "upper-bound": "1",
        })  # fmt: skip
        for one in item.right:
            SubElement(mapping, "qti-map-entry", {"map-key": one, "mapped-value": f"{share:.6f}"})
    for name, base_type in (("SCORE", "float"), ("FEEDBACK", "identifier")):
        SubElement(root, "qti-outcome-declaration", {
            "identifier": name, "cardinality": "single", "base-type": base_type,
        })  # fmt: skip


def _interaction(body: Element, item: Item, language: str) -> None:
    answered = {"response-identifier": RESPONSE}
    if item.kind is Kind.TEXT:
        _lines(SubElement(body, "p"), item.prompts[language])
        SubElement(SubElement(body, "p"), "qti-text-entry-interaction", answered)
        return
    if item.kind is Kind.MATCH:
        limits = {"max-associations": str(len(item.options)), "shuffle": "true"}
        asked = SubElement(body, "qti-match-interaction", {**answered, **limits})
    elif item.kind is Kind.ORDER:
        asked = SubElement(body, "qti-order-interaction", {**answered, "shuffle": "true"})
    else:
        most = "1" if item.kind is Kind.CHOICE else "0"
        asked = SubElement(body, "qti-choice-interaction", {**answered, "max-choices": most, "shuffle": "true"})
    _lines(SubElement(asked, "qti-prompt"), item.prompts[language])
    if item.kind is not Kind.MATCH:
        _choices(asked, "qti-simple-choice", item.options, language, {})
        return
    for options, most in ((item.options, "1"), (item.targets, "0")):
        choices = SubElement(asked, "qti-simple-match-set")
        _choices(choices, "qti-simple-associable-choice", options, language, {"match-max": most})


def _choices(
    parent: Element, name: str, options: Iterable[Option], language: str, more: Mapping[str, str]
) -> None:  # fmt: skip
    for one in options:
        SubElement(parent, name, {"identifier": one.id, **more}).text = one.texts[language]


def _lines(parent: Element, text: str) -> None:
    first, *others = text.split("\n")
    parent.text = first
    for line in others:
        SubElement(parent, "br").tail = line


def told(item: Item) -> Element:
    """Return what the manifest says of an item beyond QTI."""
    return Element(f"{{{OURS}}}item", {
        "id": item.id, "competency": item.competency_id, "bloom": str(item.bloom), "kind": str(item.kind),
        "difficulty": str(item.difficulty), "scoring": str(item.scoring), "points": str(item.points),
        "anchor": str(item.anchor).lower(), "case-matters": str(item.case_matters).lower(),
    })  # fmt: skip


def parsed(content: bytes) -> Element:
    """Return XML of somebody unknown as a tree; raises Unsupported for what is none, or defines entities."""
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Unsupported("is not XML that can be read") from error
    return root


def identifier_of(root: Element) -> str:
    """Return how an item calls itself, as it may be called here."""
    return _STRANGE.sub("-", root.get("identifier", ""))[:60].strip(".-") or "item"


def read(root: Element) -> Piece:
    """Return the item of an item file; raises Unsupported with what cannot be held here."""
    if _name(root) != "qti-assessment-item":
        raise Unsupported(f"holds {_name(root)[:60]}, not an item")
    body = _one(root, "qti-item-body")
    if body is None:
        raise Unsupported("has no body")
    found = [one for one in body.iter() if _name(one).endswith("-interaction")]
    names = sorted({_name(one) for one in found})
    if len(found) != 1 or names[0] not in _INTERACTIONS:
        raise Unsupported(f"has the interactions {', '.join(names)}" if names else "has no interaction")
    media = sorted({_name(one) for one in root.iter()} & _MEDIA)
    if media:
        raise Unsupported(f"holds {', '.join(media)}, which plain text cannot")
    asked, declared = found[0], _declared(root, found[0])
    kind = _INTERACTIONS[names[0]]
    if kind is Kind.CHOICE and declared.get("cardinality") != "single":
        kind = Kind.MULTIPLE
    notes: list[str] = []
    given = {
        "kind": str(kind), "prompt": _prompt(body, asked), "feedback": _feedback(root, notes),
        "right": _right(declared, kind), "case_matters": _case_matters(declared, kind), **_options(asked, kind),
        "scoring": _scoring(root, declared, kind, notes),
    }  # fmt: skip
    return Piece(identifier_of(root), root.get(XML_LANGUAGE, ""), given, tuple(notes))


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _all(root: Element, name: str) -> list[Element]:
    return [one for one in root.iter() if _name(one) == name]


def _one(root: Element, name: str) -> Element | None:
    return next(iter(_all(root, name)), None)


def _declared(root: Element, asked: Element) -> Element:
    wanted = asked.get("response-identifier", "")
    for one in _all(root, "qti-response-declaration"):
        if one.get("identifier") == wanted:
            return one
    raise Unsupported("does not declare its response")


def _prompt(body: Element, asked: Element) -> str:
    """Return what is asked: all text of the body but that of options, the prompt of the interaction last."""
    prompt = _one(asked, "qti-prompt")
    around = [line for line in _text(body, asked).split("\n") if line != GAP]
    whole = tidy("\n".join(one for one in ("\n".join(around), _text(prompt) if prompt is not None else "") if one))
    if not whole:
        raise Unsupported("asks nothing")
    return whole


def _text(element: Element, asked: Element | None = None) -> str:
    """Return the text inside an element, each block of it on lines of its own, a gap where something is asked."""
    return tidy(_EDGES.sub("\n", _raw(element, asked)))


def _raw(element: Element, asked: Element | None) -> str:
    parts = [_flat(element.text)]
    for child in element:
        if child is asked:
            parts.append(GAP if _name(child) == "qti-text-entry-interaction" else EDGE)
        elif _name(child) == "br":
            parts.append("\n")
        else:
            edge = EDGE if _name(child) in _BLOCKS else ""
            parts.append(f"{edge}{_raw(child, asked)}{edge}")
        parts.append(_flat(child.tail))
    return "".join(parts)


def _flat(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


def _options(asked: Element, kind: Kind) -> dict[str, list[tuple[str, str]]]:
    if kind is Kind.TEXT:
        return {"options": [], "targets": []}
    if kind is not Kind.MATCH:
        return {"options": _pairs(asked, "qti-simple-choice"), "targets": []}
    sets = _all(asked, "qti-simple-match-set")
    if len(sets) != 2:
        raise Unsupported("does not match two sets")
    options, targets = (_pairs(one, "qti-simple-associable-choice") for one in sets)
    return {"options": options, "targets": targets}


def _pairs(parent: Element, name: str) -> list[tuple[str, str]]:
    return [(one.get("identifier", ""), tidy(_text(one), lines=False)) for one in _all(parent, name)]


def _right(declared: Element, kind: Kind) -> tuple[str, ...]:
    values = [tidy(one.text or "", lines=False) for one in _all(declared, "qti-value")]
    if kind is Kind.TEXT:
        values += [
            tidy(one.get("map-key", ""), lines=False) for one in _all(declared, "qti-map-entry") if _worth(one) >= 1
        ]
        partly = [one for one in _all(declared, "qti-map-entry") if 0 < _worth(one) < 1]
        if partly:
            raise Unsupported("accepts texts for a part of the points")
    if not any(values):
        raise Unsupported("names no right answer")
    return tuple(dict.fromkeys(filter(None, values)))


def _worth(entry: Element) -> float:
    try:
        worth = float(entry.get("mapped-value", "0"))
    except ValueError as error:
        raise Unsupported("counts points that are no number") from error
    if not math.isfinite(worth):
        raise Unsupported("counts points that are no number")
    return worth


def _case_matters(declared: Element, kind: Kind) -> bool:
    entries = _all(declared, "qti-map-entry")
    # Left out, the specification lets case count.
    return kind is Kind.TEXT and (not entries or any(one.get("case-sensitive", "true") != "false" for one in entries))


def _scoring(root: Element, declared: Element, kind: Kind, notes: list[str]) -> str:
    processing = _one(root, "qti-response-processing")
    template = processing.get("template", "") if processing is not None else ""
    if processing is not None and len(processing) and not template:
        notes.append("has rules of its own for scoring; right or wrong is what counts here")
    if "map_response" in template and kind in {Kind.MULTIPLE, Kind.MATCH}:
        shares = {round(_worth(one), 3) for one in _all(declared, "qti-map-entry") if _worth(one) > 0}
        if len(shares) > 1:
            notes.append("weighs its right answers differently; they count alike here")
        return "part"
    return "whole"


def _feedback(root: Element, notes: list[str]) -> str:
    found = [tidy(_text(one)) for one in _all(root, "qti-modal-feedback")]
    if len(found) > 1:
        notes.append("has several feedbacks; they are shown one after the other")
    return tidy("\n".join(found))


def joined(pieces: Sequence[Piece], beside: Mapping[str, str], item_id: str) -> Item:
    """Return one item of its files in each language; `beside` is what a manifest or whoever takes it in says of it.

    Raises Unsupported where they do not belong together or are not whole.
    """
    first = pieces[0].item
    if not beside.get("competency"):
        raise Unsupported("names no competency; say one and send it again")
    for one in pieces[1:]:
        alike = ("kind", "scoring", "case_matters")
        ids = [[option_id for option_id, _text_ in one.item[name]] for name in ("options", "targets")]
        if any(one.item[name] != first[name] for name in alike) or ids != [
            [option_id for option_id, _text_ in first[name]] for name in ("options", "targets")
        ]:
            raise Unsupported("differs between its languages")
    try:
        item = msgspec.convert(_given(pieces, first, beside, item_id), Item)
    except msgspec.ValidationError as error:
        raise Unsupported(f"does not fit: {str(error)[:200]}") from error
    whole = tidied(item)
    lack = fault(whole)
    if lack:
        raise Unsupported(lack)
    return whole


def _given(
    pieces: Sequence[Piece], first: Mapping[str, Any], beside: Mapping[str, str], item_id: str
) -> dict[str, Any]:  # fmt: skip
    points = beside.get("points", "1")
    counted = points.isascii() and points.isdigit() and len(points) <= POINTS_DIGITS_MAX
    return {
        "id": item_id, "kind": first["kind"], "competencyId": beside.get("competency", ""),
        "bloom": beside.get("bloom", str(Bloom.KNOWLEDGE)), "difficulty": beside.get("difficulty", "medium"),
        "scoring": beside.get("scoring", first["scoring"]), "points": int(points) if counted else 0,
        "anchor": beside.get("anchor") == "true", "caseMatters": first["case_matters"],
        "prompts": {one.language: one.item["prompt"] for one in pieces},
        "feedback": {one.language: one.item["feedback"] for one in pieces if one.item["feedback"]},
        "options": _texts(pieces, "options"), "targets": _texts(pieces, "targets"), "right": first["right"],
    }  # fmt: skip


def _texts(pieces: Sequence[Piece], name: str) -> list[dict[str, Any]]:
    return [
        {"id": option_id, "texts": {one.language: dict(one.item[name])[option_id] for one in pieces}}
        for option_id, _text_ in pieces[0].item[name]
    ]

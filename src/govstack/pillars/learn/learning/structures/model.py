"""Reading `cmi5.xml`: blocks, units and what each asks of a learner (cmi5 section 13)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from xml.etree.ElementTree import Element

import msgspec

from govstack.pillars.learn.learning.launches.errors import NotACourse
from govstack.pillars.learn.learning.launches.model import DEPTH_MAX, Block
from govstack.pillars.learn.learning.unpacking.model import path_of, text_of, xml_of

FILE = "cmi5.xml"
TITLE_CHARACTERS_MAX = 500
TITLES_MAX = 20
LANGUAGE = "en"


def structure_of(content: bytes, *, package_id: str) -> Block:
    """Return the course of a package; its ids count units and blocks in their order, the publisher's stand beside.

    Raises NotACourse, UnsafePackage and UnknownPackageKind.
    """
    root = xml_of(content)
    course = root.find("course")
    if course is None:
        raise NotACourse("The structure of the package names no course.")
    units, blocks = _within(root, package_id, count(1), depth=1)
    told = {
        "id": "course", "publisherId": course.get("id", ""), "titles": _titles(course), "units": units,
        "blocks": blocks,
    }  # fmt: skip
    try:
        return msgspec.convert(told, Block)
    except msgspec.ValidationError as error:
        raise NotACourse("The structure of the package does not keep to cmi5.") from error


def _within(
    above: Element, package_id: str, numbers: Iterator[int], *, depth: int
) -> tuple[list[object], list[object]]:
    if depth > DEPTH_MAX:
        raise NotACourse(f"Blocks lie {DEPTH_MAX} deep at most.")
    units: list[object] = []
    blocks: list[object] = []
    for element in above:
        if element.tag == "au":
            units.append(_unit(element, package_id, next(numbers)))
        elif element.tag == "block":
            number = next(numbers)
            inner = _within(element, package_id, numbers, depth=depth + 1)
            blocks.append(
                {
                    "id": f"block-{number}", "publisherId": element.get("id", ""), "titles": _titles(element),
                    "units": inner[0], "blocks": inner[1],
                }
            )  # fmt: skip
    return units, blocks


def _unit(element: Element, package_id: str, number: int) -> dict[str, object]:
    path, query = path_of("", text_of(element.find("url")))
    told: dict[str, object] = {
        "id": f"unit-{number}", "publisherId": element.get("id", ""), "titles": _titles(element),
        "url": path + query.partition("#")[0], "packageId": package_id,
        "moveOn": element.get("moveOn", "NotApplicable"), "launchMethod": element.get("launchMethod", "AnyWindow"),
        "launchParameters": text_of(element.find("launchParameters")),
        "entitlementKey": text_of(element.find("entitlementKey")),
    }  # fmt: skip
    mastery = element.get("masteryScore")
    if mastery is None:
        return told
    try:
        return {**told, "masteryScore": float(mastery)}
    except ValueError as error:
        raise NotACourse("The score to pass with is no number.") from error


def _titles(element: Element) -> dict[str, str]:
    said = {
        one.get("lang", LANGUAGE): text_of(one)[:TITLE_CHARACTERS_MAX] for one in element.findall("title/langstring")
    }
    kept = dict(list({language: text for language, text in said.items() if text}.items())[:TITLES_MAX])
    return kept or {LANGUAGE: element.get("id", "")[:TITLE_CHARACTERS_MAX] or "cmi5"}

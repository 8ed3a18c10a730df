"""Competencies as rows, and rows as competencies; a round trip loses nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from govstack.kernel.books import plain
from govstack.kernel.i18n import _
from govstack.kernel.sheets import Line
from govstack.pillars.learn.needs.frameworks.model import Competency, Framework, Kind, Relation, RelationKind

COLUMNS = ("id", "code", "parent", "kind", "scale", "levels", "groups", "relations", "extra")
SEPARATOR = ";"
_TEXT = re.compile(r"(title|description|level-\d{1,3}):([A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)")

NOT_A_KIND = _("The kind must be heading, skill, knowledge, behaviour or qualification.")
NOT_LEVELS = _("Levels are whole numbers with semicolons between them, such as 2;3;4.")
NOT_RELATIONS = _("Relations are written one a line as kind and id, such as: exact e-cf:A.1")
NO_ID = _("Every row needs an id of its own, without spaces.")
NO_TITLE = _("Every row needs a title in one language at least.")
DOES_NOT_FIT = _("A text is too long or holds what it cannot.")


def columns_of(framework: Framework) -> list[str]:
    """Return the columns of a framework's table: the fixed ones, then a text column for each language used."""
    texts: dict[str, None] = {"title:en": None}
    for one in framework.competencies:
        texts |= dict.fromkeys(f"title:{language}" for language in one.titles)
    for one in framework.competencies:
        texts |= dict.fromkeys(f"description:{language}" for language in one.descriptions)
        for ordinal, descriptor in one.descriptors.items():
            texts |= dict.fromkeys(f"level-{ordinal}:{language}" for language in descriptor)
    return [*COLUMNS, *texts]


def rows_of(framework: Framework) -> list[list[str]]:
    """Return a row for each competency, in their order."""
    columns = columns_of(framework)
    relations: dict[str, list[str]] = {}
    for relation in framework.relations:
        relations.setdefault(relation.from_id, []).append(f"{relation.kind} {relation.to_id}")
    rows = []
    for one in framework.competencies:
        cells = {
            "id": one.id, "code": one.code, "parent": one.parent_id, "kind": str(one.kind), "scale": one.scale_id,
            "levels": SEPARATOR.join(map(str, one.levels)), "groups": SEPARATOR.join(one.groups),
            "relations": "\n".join(relations.get(one.id, ())), "extra": one.extra,
        }  # fmt: skip
        rows.append([cells[name] if name in cells else _text_of(one, name) for name in columns])
    return rows


def _text_of(one: Competency, column: str) -> str:
    name, _colon, language = column.partition(":")
    if name == "title":
        return one.titles.get(language, "")
    if name == "description":
        return one.descriptions.get(language, "")
    return one.descriptors.get(name.removeprefix("level-"), {}).get(language, "")


def fits(columns: Sequence[str]) -> bool:
    """Tell whether a first row names what a table of competencies needs."""
    return "id" in columns and any(name.startswith("title:") and _TEXT.fullmatch(name) for name in columns)


def read(columns: Sequence[str], lines: Iterable[Line]) -> tuple[list[Competency], list[Relation], dict[str, str]]:
    """Return what rows say, and what is wrong by the number of the row."""
    competencies: list[Competency] = []
    relations: list[Relation] = []
    faults: dict[str, str] = {}
    for line in lines:
        number = str(line.number)
        if line.fault:
            faults[number] = line.fault
            continue
        cells = {name: _cell(cell) for name, cell in zip(columns, line.cells, strict=False) if name}
        fault = _fault(cells)
        try:
            competencies.append(_competency(cells))
            relations += _relations(cells)
        except (ValueError, msgspec.ValidationError):
            fault = fault or DOES_NOT_FIT
        if fault:
            faults[number] = fault
    return competencies, relations, faults


def _cell(value: Any) -> str:
    return plain(str(value)).strip() if value is not None else ""


def _fault(cells: Mapping[str, str]) -> str:
    """Return what is wrong in a row, in the order in which people look at it."""
    if not re.fullmatch(r"[^\s/?#]+", cells.get("id", "")):
        return NO_ID
    if not any(text for name, text in cells.items() if name.startswith("title:")):
        return NO_TITLE
    if cells.get("kind", "skill") not in {"", *Kind}:
        return NOT_A_KIND
    if not re.fullmatch(r"(\d+(;\s*\d+)*)?", cells.get("levels", "")):
        return NOT_LEVELS
    told = [line.split(" ", 1) for line in cells.get("relations", "").splitlines() if line.strip()]
    return NOT_RELATIONS if any(len(one) != 2 or one[0] not in set(RelationKind) for one in told) else ""


def _competency(cells: Mapping[str, str]) -> Competency:
    texts: dict[str, dict[str, str]] = {}
    for name, text in cells.items():
        found = _TEXT.fullmatch(name)
        if found and text:
            texts.setdefault(found[1], {})[found[2]] = text
    descriptors = {name.removeprefix("level-"): told for name, told in texts.items() if name.startswith("level-")}
    made = Competency(
        id=cells["id"], code=cells.get("code", ""), titles=texts.get("title", {}),
        descriptions=texts.get("description", {}), kind=Kind(cells.get("kind") or "skill"),
        parent_id=cells.get("parent", ""), scale_id=cells.get("scale", ""), descriptors=descriptors,
        levels=tuple(int(one) for one in cells.get("levels", "").split(SEPARATOR) if one.strip()),
        groups=tuple(one.strip() for one in cells.get("groups", "").split(SEPARATOR) if one.strip()),
        extra=cells.get("extra", ""),
    )  # fmt: skip
    return msgspec.convert(msgspec.to_builtins(made), Competency)


def _relations(cells: Mapping[str, str]) -> list[Relation]:
    told = [line.split(" ", 1) for line in cells.get("relations", "").splitlines() if line.strip()]
    return [
        msgspec.convert({"fromId": cells["id"], "toId": one[1].strip(), "kind": one[0]}, Relation)
        for one in told if len(one) == 2
    ]  # fmt: skip

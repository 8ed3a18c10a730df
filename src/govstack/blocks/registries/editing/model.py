"""Fields as inputs of a form: their names, and which of them somebody may fill in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from govstack.blocks.registries.design.model import Field, FieldType, Path, Registry

ROWS_MAX = 50
CHOICES_AS_RADIOS_MAX = 5
LONG_TEXT_CHARACTERS = 200


def name_of(one: Field, row: str = "") -> str:
    """Return the name of a field's input: its number, and the row of the grid it stands in."""
    return f"f{one.number}{row}"


def count_of(one: Field, row: str = "") -> str:
    """Return the name of the input that says how many rows a grid has in the form."""
    return f"{name_of(one, row)}-count"


def inputs_of(fields: Iterable[Field], above: Path = ()) -> dict[Path, str]:
    """Return the name of each field's input by its path; inside a grid that of the first row."""
    found: dict[Path, str] = {}
    for one in fields:
        path = (*above, one.name)
        found[path] = name_of(one)
        inner = inputs_of(one.fields, path)
        found |= {place: f"{name}-0" if one.type is FieldType.LIST else name for place, name in inner.items()}
    return found


def enterable(registry: Registry, visible: Sequence[Path]) -> list[Field]:
    """Return the top fields that somebody fills in when entering a record; the registry fills in the others."""
    tops = {path[0] for path in visible}
    return [
        one for one in registry.fields if one.name in tops and not (one.read_only and (one.triggers or one.primary_key))
    ]


def changeable(registry: Registry, visible: Sequence[Path], content: Mapping[str, Any]) -> list[Field]:
    """Return the top fields of a record that somebody may change."""
    return [one for one in enterable(registry, visible) if not _is_fixed(one, content.get(one.name))]


def _is_fixed(one: Field, value: object) -> bool:
    return value is not None and (one.immutable or one.read_only)


def differences(fields: Sequence[Field], before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form changes: only values that differ from those it showed, None for those taken away."""
    return {
        one.name: now.get(one.name)
        for one in fields
        if now.get(one.name) != before.get(one.name)
        or isinstance(now.get(one.name), bool) != isinstance(before.get(one.name), bool)
    }

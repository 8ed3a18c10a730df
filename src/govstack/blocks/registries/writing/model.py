"""Changes to records: what content becomes on its way in, and what a change comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from govstack.blocks.registries.checking.model import Checker
from govstack.blocks.registries.contents.model import fitted, holds_sealed
from govstack.blocks.registries.design.model import FieldType, Link, LinkKind, Path, Registry, reachable
from govstack.blocks.registries.fields.model import Field
from govstack.blocks.registries.triggers.model import Numbering, apply
from govstack.blocks.registries.versions.model import seen_through
from govstack.kernel.errors import BadRequest

CASCADED_MAX = 1_000
CASCADE_DEPTH_MAX = 5
LINKED_REGISTRIES_MAX = 50


@dataclass(frozen=True, slots=True)
class Written:
    """The outcome of a change: the record as the caller may see it, and given names that no field carries."""

    uuid: str
    revision: int
    content: dict[str, Any]
    created: bool
    created_at: str = ""
    modified_at: str = ""
    ignored: tuple[str, ...] = ()

    @property
    def etag(self) -> str:
        """Return what names this state of the record in If-Match."""
        return f'"{self.uuid}:{self.revision}"'


class Ending(StrEnum):
    """How a record leaves use, or comes back."""

    DELETE = "delete"
    ARCHIVE = "archive"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A link of another registry that points at this one."""

    source: Registry
    path: Path
    link: Link


def incoming_links(registry: Registry, others: Iterable[Registry]) -> tuple[Incoming, ...]:
    """Return the links that must be kept when a record of a registry goes: strict ones and edges (DRS-2)."""
    return tuple(
        Incoming(other, path, link)
        for other in others
        for path, one in reachable(other.fields)
        for link in one.links
        if link.registry_id == registry.id and link.kind is not LinkKind.SOFT and one.comparable
    )


def linked_field(registry: Registry, link: Link) -> Path | None:
    """Return the field of a registry that a link points at, the empty path for its uuid; None when there is none."""
    if link.field_number == 0:
        return ()
    return next(
        (path for path, one in reachable(registry.fields) if one.number == link.field_number and one.comparable), None
    )


def expected_revision(if_match: str) -> tuple[str, int] | None:
    """Return the record and revision that If-Match names, None when it names none; raises BadRequest."""
    text = if_match.strip()
    if not text or text == "*":
        return None
    uuid, _, revision = text.removeprefix("W/").strip('"').rpartition(":")
    if not uuid or not revision.isdigit() or len(revision) > 18:
        raise BadRequest("If-Match must repeat the ETag of the record.")
    return uuid, int(revision)


def written_paths(fields: Sequence[Field], values: Mapping[str, Any], above: Path = ()) -> list[Path]:
    """Return the paths that given values write: the parts of groups one by one."""
    found: list[Path] = []
    for one in fields:
        if one.name not in values:
            continue
        path, value = (*above, one.name), values[one.name]
        if one.type is FieldType.GROUP and isinstance(value, Mapping):
            found += written_paths(one.fields, value, path)
        else:
            found.append(path)
    return found


@dataclass(frozen=True, slots=True)
class Traits:
    """What of a registry matters to each write: its checker, whether triggers fill fields, its links and defaults."""

    registry: Registry
    checker: Checker
    has_triggers: bool
    linking: tuple[tuple[Path, Field], ...]
    defaults: tuple[tuple[str, Any], ...]


_TRAITS: dict[int, Traits] = {}
TRAITS_KEPT_MAX = 256


def traits(registry: Registry) -> Traits:
    """Return the traits of a registry, looked up once for each time it is read from the database."""
    known = _TRAITS.get(id(registry))
    if known is not None and known.registry is registry:
        return known
    made = Traits(
        registry,
        Checker(registry.fields),
        any(one.triggers or (one.primary_key and one.read_only) for one in registry.by_path.values()),
        tuple((path, one) for path, one in reachable(registry.fields) if one.links),
        tuple((one.name, fitted(one, one.default)) for one in registry.fields if one.default is not None),
    )
    if len(_TRAITS) >= TRAITS_KEPT_MAX:
        _TRAITS.clear()
    _TRAITS[id(registry)] = made
    return made


def new_content(registry: Registry, values: dict[str, Any]) -> dict[str, Any]:
    """Return the content a new record begins with: what of the accepted values callers may set, and the defaults."""
    made = traits(registry)
    made.checker.drop_settled(values, None)
    content = {name: value for name, value in values.items() if value is not None}
    for name, value in made.defaults:
        content.setdefault(name, value)
    return content


def triggered(registry: Registry, content: Mapping[str, Any], numbering: Numbering) -> dict[str, Any]:
    """Return content after the triggers ran, in its stored form; raises InvalidContent for what does not fit."""
    filled = apply(registry.fields, content, numbering)
    clear = {name: value for name, value in filled.items() if not holds_sealed(value)}
    fitting, _ = traits(registry).checker.accepted(clear)
    return {**filled, **fitting}


def in_order(registry: Registry, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return content with its fields in the order of the schema, and without empty places."""
    known = {one.name: content[one.name] for one in registry.fields if content.get(one.name) is not None}
    return {**known, **{name: value for name, value in content.items() if name not in known and value is not None}}


def version_of(registry: Registry, content: Mapping[str, Any], written_before: str) -> str:
    """Return the version whose schema content has, or nothing when it mixes versions and must be mapped (DRS-4)."""
    if written_before == registry.version:
        return registry.version
    return registry.version if seen_through(content, registry.fields) == content else ""

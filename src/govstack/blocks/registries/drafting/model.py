"""A draft as the analyst works on it, and what single acts do to its fields; numbers name fields, names may change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from govstack.blocks.registries.contents.model import text_of
from govstack.blocks.registries.design.model import Field, FieldType, Path, Registry, path_of, reachable, walk
from govstack.blocks.registries.fields.model import NUMERIC, TEXTUAL

NESTING = frozenset({FieldType.GROUP, FieldType.LIST})


@dataclass(frozen=True, slots=True)
class Draft:
    """A registry on the workbench: what it is now, what is published of it, and who manages it."""

    now: Registry
    newest: Registry | None
    problems: Mapping[str, str]

    @property
    def waits(self) -> bool:
        """Tell whether there is something to publish."""
        return not self.now.version

    def is_new(self, path: Path) -> bool:
        """Tell whether a field is not in the published version."""
        return self.newest is None or path not in self.newest.by_path

    def is_changed(self, path: Path) -> bool:
        """Tell whether a field differs from the published version, apart from the fields inside it."""
        if self.newest is None or path not in self.newest.by_path:
            return False
        before, now = self.newest.by_path[path], self.now.by_path[path]
        return replace(before, fields=()) != replace(now, fields=())


def find(fields: Sequence[Field], number: int) -> tuple[Path, Field] | None:
    """Return a field and its path by its number."""
    return next(((path, one) for path, one in walk(fields) if one.number == number), None)


def siblings(fields: Sequence[Field], above: Path) -> Sequence[Field]:
    """Return the fields below a path, the top ones for the empty path."""
    inside = fields
    for name in above:
        inside = next((one.fields for one in inside if one.name == name), ())
    return inside


def added(fields: Sequence[Field], field: Field, inside: int = 0) -> tuple[Field, ...]:
    """Return the fields with one more at the end, or at the end of a group."""
    if not inside:
        return (*fields, field)
    return changed(fields, inside, lambda group: replace(group, fields=(*group.fields, field)))


def changed(fields: Sequence[Field], number: int, change: Callable[[Field], Field | None]) -> tuple[Field, ...]:
    """Return the fields with one changed; None takes it away."""
    result: list[Field] = []
    for one in fields:
        if one.number == number:
            made = change(one)
            result += [made] if made is not None else []
        else:
            result.append(replace(one, fields=changed(one.fields, number, change)) if one.fields else one)
    return tuple(result)


def removed(fields: Sequence[Field], number: int) -> tuple[Field, ...]:
    """Return the fields without one."""
    return changed(fields, number, lambda _: None)


def ordered(fields: Sequence[Field], places: Mapping[int, float], above: Path = ()) -> tuple[Field, ...]:
    """Return the fields with those below a path put in the order of the given places, equal ones as they stood."""
    if above:
        head = next(one for one in fields if one.name == above[0])
        inner = ordered(head.fields, places, above[1:])
        return changed(fields, head.number, lambda one: replace(one, fields=inner))
    return tuple(sorted(fields, key=lambda one: places.get(one.number, 0.0)))


def tidied(registry: Registry) -> Registry:
    """Return a draft whose unique combinations and tags name only fields that it has."""
    places = {path for path, one in reachable(registry.fields) if one.comparable}
    return replace(
        registry,
        uniques=tuple(names for names in registry.uniques if all(path_of(name) in places for name in names)),
        tags=tuple(tag for tag in registry.tags if path_of(tag.path) in registry.by_path),
        flags=tuple(flag for flag in registry.flags if path_of(flag.path) in registry.by_path),
    )


def retyped(field: Field, kind: FieldType, *, multiple: bool) -> Field:
    """Return a field of another type, without the rules that do not fit it."""
    plain = Field(
        field.name, field.number, kind,
        required=field.required, read_only=field.read_only, immutable=field.immutable, personal=field.personal,
        blinded=field.blinded, mask=field.mask, description=field.description, labels=field.labels,
        multiple=multiple and kind not in NESTING,
        fields=field.fields if kind in NESTING else (),
        secret=field.secret and kind not in NESTING,
    )  # fmt: skip
    if kind is field.type:
        return replace(field, multiple=plain.multiple, declared="")
    if kind in TEXTUAL:
        plain = replace(
            plain, choices=field.choices if field.type in TEXTUAL else (), person_identifier=field.person_identifier,
            identifier_kind=field.identifier_kind,
        )  # fmt: skip
    if kind in NUMERIC and field.type in NUMERIC:
        plain = replace(plain, minimum=field.minimum, maximum=field.maximum)
    if plain.comparable:
        plain = replace(
            plain, unique=field.unique, indexed=field.indexed, primary_key=field.primary_key,
            links=field.links if kind in {*TEXTUAL, *NUMERIC} else (), triggers=field.triggers,
        )  # fmt: skip
    return plain


def value_text(value: object) -> str:
    """Return a stored default or example as text: words as they are, all else as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else text_of(value)

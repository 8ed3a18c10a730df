"""Rooms, event types and rights; which schemas are usable, and whether a payload fits one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias
from urllib.parse import unquote

import jsonschema_rs
import msgspec

from govstack.blocks.mediator.rooms.errors import NameRefused, PayloadInvalid, SchemaRefused

SCHEMA_BYTES_MAX = 100_000
DEPTH_MAX = 32
# How many checks one payload may cost along one branch, with references followed as deep as a payload can be.
CHECKS_MAX = 10_000
PATTERN_BYTES_MAX = 1_000_000
MESSAGE_CHARACTERS_MAX = 300
TYPES_MAX = 1_000

EVENT_TYPE_PATTERN = re.compile(r"[a-zA-Z][a-zA-Z0-9_\-.]{0,99}")
ANY_TYPE = ""
DRAFT_7 = "http://json-schema.org/draft-07/schema"
DRAFT_2020 = "https://json-schema.org/draft/2020-12/schema"

Schema: TypeAlias = dict[str, object]

_IN_PLACE = frozenset({"not", "if", "then", "else"})
_IN_PLACE_LISTS = frozenset({"allOf", "anyOf", "oneOf"})
_IN_PLACE_MAPS = frozenset({"dependentSchemas", "dependencies"})
_INSIDE = frozenset(
    {
        "items", "additionalItems", "unevaluatedItems", "contains", "additionalProperties", "unevaluatedProperties",
        "propertyNames", "contentSchema",
    }
)  # fmt: skip
_INSIDE_LISTS = frozenset({"prefixItems", "items"})
_INSIDE_MAPS = frozenset({"properties", "patternProperties"})
_DEFINITIONS = frozenset({"$defs", "definitions"})
_REFUSED = frozenset({"$dynamicRef", "$recursiveRef", "$dynamicAnchor", "$recursiveAnchor"})


class Act(StrEnum):
    """What an application may do in a room."""

    PUBLISH = "publish"
    SUBSCRIBE = "subscribe"


@dataclass(frozen=True, slots=True)
class Room:
    """An application that distributes events."""

    id: str
    application_id: str
    instance: str
    member_class: str
    member_code: str
    application_code: str
    title: str
    description: str
    registered_by: str
    registered_at: str

    @property
    def subject(self) -> str:
        """Return CLASS/MEMBER/APPLICATION."""
        return f"{self.member_class}/{self.member_code}/{self.application_code}"

    @property
    def identifier(self) -> str:
        """Return INSTANCE/CLASS/MEMBER/APPLICATION."""
        return f"{self.instance}/{self.subject}"


@dataclass(frozen=True, slots=True)
class EventType:
    """A kind of event that a room distributes; `schema_text` is the JSON Schema as its author wrote it."""

    id: str
    room_id: str
    name: str
    schema_text: str
    created_by: str
    created_at: str
    subscriptions: int = 0


@dataclass(frozen=True, slots=True)
class RoomRight:
    """What an application (INSTANCE/CLASS/MEMBER/APPLICATION) may do with one event type, or with ANY_TYPE."""

    client: str
    act: Act
    event_type: str
    granted_by: str = ""
    granted_at: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """What stands before an act in a room: the room, the type if it exists, the caller, and whether it may."""

    room: Room
    event_type_id: str
    application_id: str
    allowed: bool


def checked_name(name: str) -> str:
    """Return the name of an event type; raises NameRefused when it cannot stand in an address."""
    if not EVENT_TYPE_PATTERN.fullmatch(name):
        raise NameRefused
    return name


class PayloadSchema:
    """A schema ready to check payloads with, in bounded time whoever wrote either (see `_weigh`)."""

    def __init__(self, text: str | bytes) -> None:
        self._validator = _compiled(_readable(text))

    def check(self, payload: object) -> None:
        """Raise PayloadInvalid naming the first part of a payload that does not fit."""
        if not isinstance(payload, dict):
            raise PayloadInvalid("event: an event is a JSON object.", fields={"event": "must be an object"})
        _refuse_deep(payload, PayloadInvalid, "event: the payload")
        try:
            # Only the first misfit is looked for: to collect all of them can take exponential time.
            self._validator.validate(payload)
        except ValueError as error:
            where = "/".join(["event", *(str(part) for part in getattr(error, "instance_path", ()))])
            what = _said(error)
            raise PayloadInvalid(f"{where[:MESSAGE_CHARACTERS_MAX]}: {what}.", fields={where: what}) from error


def _readable(text: str | bytes) -> Schema:
    if len(text) > SCHEMA_BYTES_MAX:
        raise SchemaRefused(f"The schema is larger than {SCHEMA_BYTES_MAX} bytes.")
    try:
        schema = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SchemaRefused("The schema is not valid JSON.") from error
    if not isinstance(schema, dict):
        raise SchemaRefused("The schema must be a JSON object.")
    _refuse_deep(schema, SchemaRefused, "The schema")
    return schema


def _compiled(schema: Schema) -> jsonschema_rs.Validator:
    declared = str(schema.get("$schema", DRAFT_2020)).removesuffix("#")
    if declared not in {DRAFT_7, DRAFT_2020}:
        raise SchemaRefused("Write the schema in draft-07 or 2020-12, and say which in $schema.")
    make = jsonschema_rs.Draft7Validator if declared == DRAFT_7 else jsonschema_rs.Draft202012Validator
    try:
        _weigh(schema)
    except RecursionError as error:
        raise SchemaRefused("The schema refers from part to part too many times in a row.") from error
    try:
        return make(
            schema,
            validate_formats=True,
            mask="the value",
            # An engine whose time grows with the text alone; it knows no look-around and no back-references.
            pattern_options=jsonschema_rs.RegexOptions(size_limit=PATTERN_BYTES_MAX),
            offline=True,
        )
    except ValueError as error:
        where = "/".join(str(part) for part in getattr(error, "instance_path", ()))
        raise SchemaRefused(f"The schema cannot be used: {where}{': ' if where else ''}{_said(error)}.") from error


def _said(error: ValueError) -> str:
    # Values are masked, since they may be somebody's data; only names of properties stay.
    text = str(getattr(error, "message", "")) or str(error).partition("\n")[0]
    return text.replace("\n", " ")[:MESSAGE_CHARACTERS_MAX].rstrip(".")


def _refuse_deep(value: object, refusal: type[PayloadInvalid | SchemaRefused], what: str) -> None:
    level = [value]
    for _ in range(DEPTH_MAX + 1):
        level = [child for one in level for child in _children(one)]
        if not level:
            return
    raise refusal(f"{what} is nested deeper than {DEPTH_MAX} levels.")


def _children(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        yield from (child for child in value.values() if isinstance(child, dict | list))
    elif isinstance(value, list):
        yield from (child for child in value if isinstance(child, dict | list))


def embedded(text: str, at: str) -> Schema:
    """Return a schema to stand at a place of a larger document, such as #/components/schemas/Payload: its references
    lead to its own parts there."""
    schema = _readable(text)
    places = _places(schema)
    for node in [node for node in places.values() if isinstance(node, dict)]:
        reference = node.get("$ref")
        if isinstance(reference, str):
            found = places[unquote(reference)]
            pointer = next(place for place, one in places.items() if one is found and place[1:2] in {"", "/"})
            node["$ref"] = at + pointer[1:]
    schema.pop("$id", None)
    return schema


def _weigh(schema: Schema) -> None:
    """Refuse a schema that could make one payload cost more than CHECKS_MAX checks.

    A schema may refer to itself, as trees do. But where it does so twice over one value, each level of a payload
    doubles the work; so references are followed here as deep as a payload can be, and counted.
    """
    weights: dict[tuple[int, int], int] = {}
    under_way: set[tuple[int, int]] = set()
    places = _places(schema)

    def weight(node: object, depth: int) -> int:
        if not isinstance(node, dict) or depth < 0:
            return 1
        place = (id(node), depth)
        if place in under_way:
            raise SchemaRefused("The schema refers to itself without going into the value. Nothing could fit it.")
        if place not in weights:
            under_way.add(place)
            total = 1 + sum(weight(part, depth - deeper) for part, deeper in _parts(node, places))
            under_way.discard(place)
            if total > CHECKS_MAX:
                raise SchemaRefused(
                    f"One event could cost more than {CHECKS_MAX} checks. Let the schema refer to each part less often."
                )
            weights[place] = total
        return weights[place]

    weight(schema, DEPTH_MAX)


def _parts(node: Schema, places: Mapping[str, object]) -> Iterator[tuple[object, int]]:
    """Yield the schemas that a schema applies, with 0 for those over the same value and 1 for those inside it."""
    for keyword, value in node.items():
        if keyword in _REFUSED:
            raise SchemaRefused(f"{keyword} is not supported. Refer with $ref to a part of the same schema.")
        if keyword == "$ref":
            yield _resolved(value, places), 0
        if keyword not in _DEFINITIONS:
            inside = int(keyword in _INSIDE or keyword in _INSIDE_LISTS or keyword in _INSIDE_MAPS)
            yield from ((part, inside) for _, part in _written(keyword, value))


def _written(keyword: str, value: object) -> Iterator[tuple[str, object]]:
    """Yield the schemas that stand in the value of a keyword, with the rest of their place."""
    if keyword in _INSIDE | _IN_PLACE and isinstance(value, dict | bool):
        yield "", value
    elif keyword in _IN_PLACE_LISTS | _INSIDE_LISTS and isinstance(value, list):
        yield from ((f"/{number}", part) for number, part in enumerate(value))
    elif keyword in _IN_PLACE_MAPS | _INSIDE_MAPS | _DEFINITIONS and isinstance(value, dict):
        for name, part in value.items():
            yield f"/{name.replace('~', '~0').replace('/', '~1')}", part


def _places(schema: Schema) -> dict[str, object]:
    """Return every schema inside a schema by what a reference to it says: `#/$defs/item`, or `#name` for an anchor."""
    places: dict[str, object] = {}
    waiting: list[tuple[str, object]] = [("#", schema)]
    while waiting:
        place, node = waiting.pop()
        places[place] = node
        if not isinstance(node, dict):
            continue
        for keyword, value in node.items():
            waiting += [(f"{place}/{keyword}{rest}", part) for rest, part in _written(keyword, value)]
        name, own = node.get("$anchor"), node.get("$id")
        if isinstance(name, str):
            places[f"#{name}"] = node
        if isinstance(own, str) and own.startswith("#"):
            places[own] = node
        elif own is not None and node is not schema:
            raise SchemaRefused("Only the whole schema may have an $id. Name its parts under $defs.")
    return places


def _resolved(reference: object, places: Mapping[str, object]) -> object:
    if not isinstance(reference, str) or not reference.startswith("#"):
        raise SchemaRefused("A $ref leads to a part of the same schema and starts with #. Nothing is fetched.")
    if unquote(reference) not in places:
        raise SchemaRefused(f"The schema has no schema at {reference[:MESSAGE_CHARACTERS_MAX]}.")
    return places[unquote(reference)]

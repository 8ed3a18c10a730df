"""Documents that somebody unknown wrote, read as plain data and nothing else."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import yaml

from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _

DEPTH_MAX = 100
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str) -> Any:
    """Return what a YAML document of somebody unknown holds; raises BadRequest for one that is not plain data.

    Its events are read first: they show nesting and aliases before a small text can become a large tree.
    """
    depth = 0
    try:
        for event in yaml.parse(text, _LOADER):
            if isinstance(event, yaml.AliasEvent):
                raise BadRequest(_("YAML aliases are not accepted."))
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEPTH_MAX:
                raise BadRequest(_("The document is nested too deeply."))
        return yaml.load(text, _LOADER)  # noqa: S506 (a safe loader, in C where there is one)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise BadRequest(_("The document cannot be read as YAML.")) from error


def misfit(error: msgspec.ValidationError, whole: str) -> tuple[str, str]:
    """Return which part of a document does not have its shape, and why, as words that complete a sentence.

    `whole` names the document where it is meant as a whole. No value is repeated: it may be somebody's data.
    """
    message, _mark, place = str(error).partition(" - at `")
    inside = "name" if place.startswith("key` in `") else "value" if place.endswith("[...]`") else ""
    name = place.removeprefix("key` in `").removesuffix("`").removeprefix("$").lstrip(".").replace("[...]", "")
    absent = _ABSENT.fullmatch(message)
    if absent:
        name = ".".join(part for part in (name, absent["name"]) if part)
        return name, "is missing" if absent["kind"].startswith("missing") else "is not known here"
    why = _why(message)
    return name or whole, f"holds a {inside} that {why}" if inside else why


_ABSENT = re.compile(r"Object (?P<kind>missing required|contains unknown) field `(?P<name>.*)`")
_EXPECTED = re.compile(r"Expected `(?P<kinds>[^`]*)`(?:, got `.*`)?")
_LENGTH = re.compile(r"Expected `(?P<kind>str|bytes|array|object)` of length (?P<sign>>=|<=|)\s*(?P<number>\d+)")
_BOUND = re.compile(r"Expected `(?:int|float|decimal)` (?P<sign>>=|<=|>|<) (?P<number>\S+)")
_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "decimal": "a number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "bytes": "text in base64",
    "uuid": "a UUID",
    "date": "a date such as 2026-11-21",
    "time": "a time such as 21:30:00",
    "datetime": "a moment with its time zone such as 2026-11-21T21:30:00Z",
}
_INVALID = {
    "Invalid RFC3339 encoded datetime": "datetime",
    "Invalid RFC3339 encoded date": "date",
    "Invalid RFC3339 encoded time": "time",
    "Invalid UUID": "uuid",
    "Invalid decimal string": "decimal",
    "Invalid base64 encoded string": "bytes",
}
_SIGNS = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than", "": "exactly"}


def _why(message: str) -> str:
    if message in _INVALID:
        return f"must be {_KINDS[_INVALID[message]]}"
    if message.startswith("Invalid enum value"):
        return "is not one of the values that are allowed"
    length, bound, expected = _LENGTH.fullmatch(message), _BOUND.fullmatch(message), _EXPECTED.fullmatch(message)
    if length:
        return _why_length(length)
    if bound:
        return f"must be {_SIGNS[bound['sign']]} {bound['number'].removesuffix('.0')}"
    if expected:
        kinds = [_KINDS.get(kind, kind) for kind in expected["kinds"].split(" | ") if kind != "null"]
        return f"must be {' or '.join(kinds)}"
    return "does not have the form that the schema demands"


def _why_length(length: re.Match[str]) -> str:
    if (length["sign"], length["number"]) == (">=", "1"):
        return "must not be empty"
    unit = "characters" if length["kind"] in {"str", "bytes"} else "entries"
    return f"must have {_SIGNS[length['sign']]} {length['number']} {unit}"

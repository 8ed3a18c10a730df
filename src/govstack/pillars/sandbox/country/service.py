"""Reads a country pack from its folder and refuses one that does not hold together."""

from __future__ import annotations

import csv
import io
from collections.abc import Container, Iterator, Mapping
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import TypeVar

import msgspec
import yaml

from govstack.kernel.documents import misfit
from govstack.pillars.sandbox.country.model import BrokenPack, Country

DEMONSTRATION = Path(__file__).parents[1] / "seeds"
FILES = ("country.yaml", "members.yaml", "registries.yaml", "personas.yaml")
FILE_BYTES_MAX = 2_000_000
NAMES_PER_LIST_MIN = 2

Shape = TypeVar("Shape")


@lru_cache(maxsize=4)
def load(folder: Path | None = None) -> Country:
    """The country of a pack folder, by default the demonstration country; raises BrokenPack with the place at fault."""
    folder = folder or DEMONSTRATION
    said: dict[str, object] = {}
    for name in FILES:
        part = read_yaml(folder / name)
        if twice := said.keys() & part.keys():
            raise BrokenPack(f"{name} says {', '.join(sorted(twice))} again. Say it in one file only.")
        said |= part
    for community in _maps(said.get("communities")):
        community["names"] = _names(folder / "names" / f"{community.get('code')}.csv")
    country = shaped(said, Country, "the country pack")
    _refuse_loose_ends(country)
    return country


def read_yaml(file: Path) -> dict[str, object]:
    """The names and values of one YAML file; raises BrokenPack."""
    try:
        said = yaml.safe_load(_read(file))
    except yaml.YAMLError as error:
        raise BrokenPack(f"{file.name} is not YAML: {error}") from error
    if not isinstance(said, dict):
        raise BrokenPack(f"{file.name} holds no names and values.")
    return {str(key): value for key, value in said.items()}


def shaped(said: object, shape: type[Shape], what: str) -> Shape:
    """What was said, as the shape its program understands; refuses what is missing, of another type, or unknown."""
    try:
        understood = msgspec.convert(said, shape)
    except msgspec.ValidationError as error:
        name, why = misfit(error, "the whole")
        raise BrokenPack(f"In {what}, {name} {why}.") from error
    _refuse_unknown_words(said, msgspec.to_builtins(understood), what)
    return understood


def _read(file: Path) -> str:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise BrokenPack(f"There is no file {file.name}. Add it.") from error
    if len(content) > FILE_BYTES_MAX:
        raise BrokenPack(f"{file.name} is larger than {FILE_BYTES_MAX:,} bytes.")
    return content.decode("utf-8")


def _maps(value: object) -> list[dict[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _names(file: Path) -> dict[str, list[dict[str, str]]]:
    lists: dict[str, list[dict[str, str]]] = {"female": [], "male": [], "family": []}
    for line, row in enumerate(csv.DictReader(io.StringIO(_read(file))), start=2):
        if row.get("kind") not in lists or not row.get("native") or not row.get("latin"):
            raise BrokenPack(f"names/{file.name}, line {line}: write kind (female, male or family), native and latin.")
        lists[row["kind"]].append({"native": row["native"], "latin": row["latin"]})
    if short := [kind for kind, names in lists.items() if len(names) < NAMES_PER_LIST_MIN]:
        raise BrokenPack(f"names/{file.name} has too few names of the kind {', '.join(short)}.")
    return lists


def _refuse_unknown_words(said: object, understood: object, place: str) -> None:
    """A misspelt word must not pass silently: `secert: true` would publish what should be encrypted."""
    if isinstance(said, Mapping) and isinstance(understood, Mapping):
        for key, value in said.items():
            if key not in understood:
                raise BrokenPack(f"{key!r} means nothing at {place}. Check the spelling.")
            _refuse_unknown_words(value, understood[key], f"{place}.{key}")
    elif isinstance(said, list) and isinstance(understood, list | tuple):
        for number, (value, meant) in enumerate(zip(said, understood, strict=True)):
            _refuse_unknown_words(value, meant, f"{place}[{number}]")


def _refuse_loose_ends(country: Country) -> None:
    """Every name that points to another part of the pack must find it."""
    members = {member.key: member for member in country.members}
    applications = {
        (f"{member.member_class}/{member.code}", application.code)
        for member in country.members
        for application in member.applications
    }
    services = {
        (member.key, application.code, service.code): service
        for member in country.members
        for application in member.applications
        for service in application.services
    }
    links = {f"{registry.code}.{field.name}" for registry in country.registries for field in registry.fields}
    registries = {registry.code for registry in country.registries}
    municipalities = {town.code for region in country.regions for town in region.municipalities}
    rights = [right for service in services.values() for right in service.rights]
    pointers: Iterator[tuple[str, object, Container[object]]] = chain(
        (("member", r.member, members) for r in country.registries),
        (("service", (r.member, r.application, r.service), services) for r in country.registries),
        (("registry", s.registry, registries) for s in services.values() if not s.block),
        (("application", (right.member, right.application), applications) for right in rights),
        (("application", (one.member, one.application), applications) for one in country.officials),
        (("application", (s.caller.member, s.caller.application), applications) for s in country.services.values()),
        (("registry", code, registries) for s in country.services.values() for code in s.registries.values()),
        (("link", field.link, links) for r in country.registries for field in r.fields if field.link),
        (("municipality", persona.municipality, municipalities) for persona in country.personas),
    )
    for kind, name, known in pointers:
        if name not in known:
            raise BrokenPack(f"The country pack points to the {kind} {name!r}, which it does not define.")

"""Fills the registries of a country with its synthetic people, a record at a time."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

from govstack.pillars.sandbox.country.model import BrokenPack, Country, Rows, Value
from govstack.pillars.sandbox.people.model import Parcel, Person, households, people

Record = dict[str, Value]


def records(country: Country, registry_code: str, count: int, seed: int) -> Iterator[Record]:
    """The records of one registry about the first `count` people, under the pack's field names.

    Values that a person does not have are left out. Raises UnknownRegistry, CountOutOfRange, BrokenPack.
    """
    registry = country.registry(registry_code)
    filled = {field.name: field.source for field in registry.fields if field.source}
    names = tuple(filled)
    values = attrgetter(*filled.values(), "__class__")  # one name alone would not give a tuple
    try:
        for row in _rows(country, registry.rows, count, seed):
            yield {name: value for name, value in zip(names, values(row), strict=False) if value is not None}
    except AttributeError as error:
        raise BrokenPack(f"registries.yaml fills {registry_code} from {error.name!r}, which no person has.") from error


def _rows(country: Country, rows: Rows, count: int, seed: int) -> Iterator[Person | Parcel]:
    if rows == "people":
        return people(country, count, seed)
    if rows == "incomes":
        return (person for person in people(country, count, seed) if person.income)
    if rows == "births":
        return (person for person in people(country, count, seed) if person.birth)
    if rows == "parcels":
        return (home.parcel for home in households(country, count, seed) if home.parcel)
    return iter(())

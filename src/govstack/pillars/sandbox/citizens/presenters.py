"""What the citizen's page shows."""

from __future__ import annotations

from collections.abc import Sequence

from govstack.pillars.sandbox.citizens.model import Reading, visits
from govstack.pillars.sandbox.country.model import Country


def register_names(country: Country, language: str) -> dict[str, str]:
    """Return the names of the registers by code."""
    return {
        registry.code: registry.title.get(language) or next(iter(registry.title.values()))
        for registry in country.registries
    }


def office_names(country: Country, language: str) -> dict[str, str]:
    """Return the names of members and applications by their code, as the read log writes them."""
    names: dict[str, str] = {}
    for member in country.members:
        said = member.name.get(language, member.code)
        names[f"{member.member_class}/{member.code}"] = said
        names[member.code] = said
        names[f"{country.instance}/{member.member_class}/{member.code}"] = said
        for application in member.applications:
            address = f"{country.instance}/{member.member_class}/{member.code}/{application.code}"
            names[address] = application.name.get(language, application.code)
    return names


def reader_names(country: Country) -> dict[str, str]:
    """Return the names of the officials by the login that the read log knows them by."""
    return {one.login: f"{one.given} {one.family} ({one.latin})" for one in country.officials}


def purposes(country: Country, language: str) -> dict[tuple[str, str], str]:
    """Return what an application may read a register for, as its right says; by register and address."""
    return {
        (service.registry, f"{country.instance}/{right.member}/{right.application}"): right.purpose.get(language, "")
        for member in country.members
        for application in member.applications
        for service in application.services
        for right in service.rights
    }


def rows(readings: Sequence[Reading], country: Country, language: str) -> list[Sequence[object]]:
    """Return the readings as table rows: when, who, from which office, in which register, what for, how often."""
    registers, offices = register_names(country, language), office_names(country, language)
    readers, reasons = reader_names(country), purposes(country, language)
    return [
        (
            {"moment": visit.last.at},
            readers.get(visit.last.reader, visit.last.reader) or "–",
            _office(visit.last, offices),
            registers.get(visit.last.register, visit.last.register),
            reasons.get((visit.last.register, visit.last.application)) or "–",
            {"number": visit.times},
        )
        for visit in visits(list(readings))
    ]


def _office(reading: Reading, names: dict[str, str]) -> str:
    parts = (reading.institution, reading.application)
    return " · ".join(names.get(part, part) for part in parts if part)

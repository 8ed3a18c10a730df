"""What the citizen's page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.kernel.i18n import translate
from govstack.pillars.sandbox.citizens.model import Reading, visits
from govstack.pillars.sandbox.country.model import Country, Official, Text

NOBODY: Mapping[str, Text] = {}


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


def rows(
    readings: Sequence[Reading], country: Country, language: str, roles: Mapping[str, Text] = NOBODY
) -> list[Sequence[object]]:
    """Return the readings as table rows: when, who, from which office, in which register, what for, how often."""
    registers, reasons = register_names(country, language), purposes(country, language)
    offices, readers = office_names(country, language), reader_names(country)
    officials = {one.login: one for one in country.officials}
    unsaid = translate(language, "No purpose was stated")
    found: list[Sequence[object]] = []
    for visit in visits(list(readings)):
        last = visit.last
        official = officials.get(last.reader)
        name = readers.get(last.reader) or last.initials or last.reader
        found.append(
            (
                {"moment": last.at},
                translate(language, "A system") if name == last.application else name,
                _office(last, official, offices, roles, language),
                registers.get(last.register, last.register),
                reasons.get((last.register, last.application)) or unsaid,
                {"number": visit.times},
            )
        )
    return found


def _office(
    reading: Reading, official: Official | None, names: Mapping[str, str], roles: Mapping[str, Text], language: str
) -> str:
    """Return the office, what the official does there, and the system used, each as far as it is known.

    A reading on the register's own pages names no office: it is then the one that the country's officials belong to.
    """
    institution = reading.institution or (official.member if official is not None else "")
    work = (official.work or roles.get(official.role, {})).get(language, "") if official is not None else ""
    used = names.get(reading.application, reading.application)
    if not reading.application:
        used = translate(language, "the register's own pages")
    parts = (names.get(institution, institution) or translate(language, "Office not stated"), work, used)
    return " · ".join(part for part in parts if part)

"""Who read a person's data: pure."""

from __future__ import annotations

from dataclasses import dataclass

from govstack.pillars.sandbox.country.model import Country

READINGS_SHOWN_MAX = 200
MINUTE_CHARACTERS = len("2026-11-21T21:30")


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a person's data, as a register logged it."""

    register: str
    reader: str
    institution: str
    application: str
    at: str
    initials: str = ""
    references: tuple[str, ...] = ()


def newest_first(readings: list[Reading]) -> list[Reading]:
    """Return the readings of all registers, the newest first, no more than a page can show."""
    return sorted(readings, key=lambda reading: reading.at, reverse=True)[:READINGS_SHOWN_MAX]


@dataclass(frozen=True, slots=True)
class Visit:
    """Readings by one reader in one register within a minute: the last of them, and how many there were."""

    last: Reading
    times: int


def visits(readings: list[Reading]) -> list[Visit]:
    """Return readings, newest first, put together so that one look at a person is one line."""
    found: dict[tuple[str, ...], list[Reading]] = {}
    for reading in readings:
        minute = reading.at[:MINUTE_CHARACTERS]
        key = (minute, reading.register, reading.reader, reading.institution, reading.application)
        found.setdefault(key, []).append(reading)
    return [Visit(group[0], len(group)) for group in found.values()]


def portal(country: Country) -> str:
    """Return the application through which people see their data: the one that may ask every register."""
    for member in country.members:
        for application in member.applications:
            if any(
                "DPU" in right.operations and right.member == f"{member.member_class}/{member.code}"
                and right.application == application.code
                for other in country.members
                for offering in other.applications
                for service in offering.services
                for right in service.rights
            ):  # fmt: skip
                return f"{member.member_class}/{member.code}/{application.code}"
    raise LookupError("The country pack lets no application ask who read a person's data.")

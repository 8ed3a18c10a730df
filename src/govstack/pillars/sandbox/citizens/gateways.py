"""What a person asks of the registers, through the citizens' portal: who read my data (DRS-35)."""

from __future__ import annotations

from typing import Any

from govstack.kernel.context import Context
from govstack.pillars.sandbox.citizens.model import Reading, portal
from govstack.pillars.sandbox.country.model import Country, Registry


async def readings(context: Context, country: Country, registry: Registry, *, person_id: str) -> list[Reading]:
    """Return who read a person's data in one register; none when the register knows of no reading."""
    member = country.member(registry.member)
    reply = await context.mediation.call(
        "GET",
        f"{member.member_class}/{member.code}/{registry.application}/{registry.service}",
        "/mypersonalDataUsage",
        application=portal(country),
        query={"userId": person_id, "databaseId": registry.code},
        user=person_id,
        purpose="who-read-my-data",
    )
    if reply.status == 404:
        return []
    return [_reading(registry.code, found) for found in reply.expect(200).json()]


def _reading(register: str, found: dict[str, Any]) -> Reading:
    return Reading(
        register=register,
        reader=str(found.get("readerId", "")),
        initials=str(found.get("readerInitials", "")),
        institution=str(found.get("readerInstitutionName") or found.get("readerInstitutionId", "")),
        application=str(found.get("readerApplicationName", "")),
        at=str(found.get("searchDateTime", "")),
        references=tuple(str(one.get("ReferenceId", "")) for one in found.get("refrences", ())),
    )

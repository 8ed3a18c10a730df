"""What a visitor can try at once: a call that the mediator refuses."""

from __future__ import annotations

from dataclasses import dataclass

from govstack.kernel.context import Context
from govstack.pillars.sandbox.country import service as countries
from govstack.pillars.sandbox.country.model import Country


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call by somebody without rights, and what became of it."""

    caller: str
    service: str
    status: int
    detail: str


def outsider(country: Country) -> str:
    """Return the application of the member that holds no right."""
    for member in country.members:
        if member.outsider:
            return f"{member.member_class}/{member.code}/{member.applications[0].code}"
    raise LookupError("The country pack has no outsider.")


async def try_without_rights(context: Context) -> Attempt:
    """Ask the first registry of the country as a member that was never allowed to."""
    country = countries.load()
    registry = country.registries[0]
    member = country.member(registry.member)
    service = f"{member.member_class}/{member.code}/{registry.application}/{registry.service}"
    caller = outsider(country)
    reply = await context.mediation.call(
        "GET",
        service,
        f"/{registry.code}/{registry.version}",
        application=caller,
        query={"page": "1", "pageSize": "1"},
        purpose="curiosity",
    )
    value = reply.json() if reply.body else {}
    detail = value.get("detail", "") if isinstance(value, dict) else str(value)
    return Attempt(caller, service, reply.status, detail)

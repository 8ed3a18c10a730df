"""What a visitor can try at once: a call that the mediator refuses, and beginning again."""

from __future__ import annotations

from dataclasses import dataclass

from govstack.kernel import health, log
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.pillars.sandbox.country import service as countries
from govstack.pillars.sandbox.country.model import Country
from govstack.pillars.sandbox.front.errors import NotRenewable


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


def can_begin_again(context: Context) -> bool:
    """Tell whether this process can bring the sandbox back to its first state by itself."""
    return health.BEGIN_AFRESH in context.memory


def begin_again(context: Context, *, by: Actor) -> None:
    """Bring the sandbox back to its first state: the process ends in order and starts again with nothing kept.

    The log of the process alone keeps who asked for it. Raises NotRenewable where one process of several serves here.
    """
    if not can_begin_again(context):
        raise NotRenewable
    log.security(context.package, "sandbox.begin_again", actor=by.id, outcome="ok")
    context.memory[health.BEGIN_AFRESH]()

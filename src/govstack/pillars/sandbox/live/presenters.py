"""The recorded calls as a sequence diagram."""

from __future__ import annotations

from collections.abc import Sequence

from govstack.kernel.i18n import _, translate
from govstack.pillars.sandbox.country.model import Country
from govstack.pillars.sandbox.live.model import Message
from govstack.web.sequence import Arrow, Diagram, Participant

TITLE = _("What happened between the ministries")
HOLDS_NOTHING = _("Holds nothing about it")
ACCEPTED = "accepted"
REFUSED = "refused"
NOT_FOUND = 404


def diagram(
    messages: Sequence[Message],
    country: Country,
    language: str,
    *,
    name: str = "live",
    title: str = "",
    linked: bool = True,
) -> Diagram:
    """Return the diagram of some calls: each goes from its application through the mediator to the other one.

    `linked` leads from each to its proof, which only those may read who run an application or the mediator.
    """
    names, registers = labels(country, language), _registers(country)
    participants: dict[str, Participant] = {}
    arrows = []
    for message in messages:
        for end in (message.client, message.provider):
            participants.setdefault(end, Participant(end, names.get(_code(end), end)))
        accepted = message.verdict in {"allowed", ACCEPTED}
        nothing = accepted and message.status == NOT_FOUND and _code(message.service) in registers
        arrows.append(
            Arrow(
                source=message.client,
                target=message.provider,
                label=message.operation,
                verdict="accepted" if accepted else "refused",
                status=message.status or "",
                outcome=translate(language, HOLDS_NOTHING) if nothing else "",
                milliseconds=message.milliseconds,
                at=message.at,
                href=f"~/mediator/messages/{message.id}" if linked else "",
            )
        )
    title = title or translate(language, TITLE)
    return Diagram(name=name, title=title, participants=list(participants.values()), messages=arrows)


def _code(identifier: str) -> str:
    return identifier.partition("/")[2]


def _registers(country: Country) -> frozenset[str]:
    """Return the services of registers by CLASS/CODE/APPLICATION/SERVICE; their 404 says that a record is not there."""
    return frozenset(
        f"{member.member_class}/{member.code}/{application.code}/{service.code}"
        for member in country.members
        for application in member.applications
        for service in application.services
        if service.registry
    )


def labels(country: Country, language: str) -> dict[str, str]:
    """Return the names of all applications by CLASS/CODE/APPLICATION."""
    return {
        f"{member.member_class}/{member.code}/{application.code}": application.name.get(language, application.code)
        for member in country.members
        for application in member.applications
    }

"""What the directory refuses."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Forbidden, NotFound, Problem, Unauthenticated


class UnknownMember(NotFound):
    """No member of this class and code is connected here."""

    title = "No member has this class and code. Look it up in the list of members."


class UnknownApplication(NotFound):
    """The member has no application of this code."""

    title = "The member has no application with this code. Look it up in the list of its applications."


class UnknownService(NotFound):
    """The application offers no service of this code."""

    title = "The application offers no service with this code. Look it up in the list of its services."


class UnknownAddress(BadRequest):
    """A directory address names a provider or service that is not there, for which the contract has only 400."""

    title = "The address names nothing that is connected here. listClients and listMethods show what there is."


class MalformedAddress(BadRequest):
    """A part of a directory address, or a query value, cannot be an identifier."""

    title = "A part of the address is not an identifier. Check instance, class, member, application and service code."


class ClientNotNamed(BadRequest):
    """X-GovStack-Client is missing or does not name an application."""

    title = "Send the header X-GovStack-Client with INSTANCE/CLASS/MEMBER/APPLICATION of the calling application."


class ClientNotProven(Unauthenticated):
    """The question depends on who asks, and nobody was proven."""

    title = "Which services you may call depends on who you are: send the application's token or client certificate."


class ClientDiffers(Forbidden):
    """The header names another application than the proven one."""

    title = "X-GovStack-Client names another application than the one that calls. Send the caller's own identifier."


def as_text(problem: Problem) -> str:
    """Return a refusal as the JSON string that clients of the directory expect."""
    return problem.detail

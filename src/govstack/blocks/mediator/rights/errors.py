"""What the administration of rights refuses."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound, Unauthenticated


class RightsNotYours(Unauthenticated):
    """The caller may not see or change these rights; the published contract answers 401 for it."""

    title = "You may not see or change these rights. Ask the provider of the service, or sign in as its administrator."


class UnknownParty(BadRequest):
    """A list of rights names a service or an application that is not connected."""

    title = "A service or application in the list is not connected. Check class, code, application and service."


class NoEndpoint(BadRequest):
    """A right or request names an endpoint that the service does not have."""

    title = "The service has no such endpoint. Write method and path as they stand in its OpenAPI document."


class UnknownRequest(NotFound):
    """No such request, or none that the caller may see."""

    title = "There is no such request for access. Look it up in the list of requests."


class AlreadyDecided(Conflict):
    """A request is decided once."""

    title = "This request was decided otherwise before. Ask for access anew, or change the right itself."

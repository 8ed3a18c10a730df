"""What subscriptions refuse."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound


class UnknownSubscription(NotFound):
    """The application has no subscription here."""

    title = "There is no such subscription. Subscribe first, or look at the list of your subscriptions."


class SubscriptionExists(Conflict):
    """An application subscribes to an event type once."""

    title = "Your application subscribes to this event type already. Change the subscription instead."


class SubscriptionInvalid(BadRequest):
    """What is asked for contradicts the address, or names an endpoint that cannot be called."""

    title = "The subscription contradicts its address. Name the event type of the address, and your own application."


class EndpointRefused(BadRequest):
    """Events cannot be pushed to this service or path."""

    title = "Name a service of your own by its code, and a path that starts with a slash and holds no dots or query."

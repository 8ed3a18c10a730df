"""What the registration of services refuses."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound


class DocumentInvalid(BadRequest):
    """The OpenAPI document cannot be used; the detail says what to change."""

    title = "The description is not an OpenAPI 3.0 or 3.1 document. Check it with a validator, then send it again."


class DocumentMissing(BadRequest):
    """A new service came without its OpenAPI document."""

    title = "Send the OpenAPI document of the service, or the address where it can be fetched."


class DocumentNotFetched(BadRequest):
    """The address of the OpenAPI document gave none."""

    title = "The OpenAPI document could not be fetched from its address. Send the document itself instead."


class AddressRefused(BadRequest):
    """The mediator may not send requests to this address."""

    title = "This address is not allowed. Ask the administrator of this instance which hosts may be used."


class ReservedCode(BadRequest):
    """The service code stands for something else in addresses."""

    title = "This code has a meaning of its own in addresses. Choose another code for the service."


class ApplicationNotConnected(Conflict):
    """Only a connected application can offer services."""

    title = "The application is not connected. It must be accepted first."


class UnknownEndpoint(NotFound):
    """The service has no endpoint of this method and path."""

    title = "The service has no such endpoint. Its OpenAPI document lists them; write the path as it stands there."

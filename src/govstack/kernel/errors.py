"""One hierarchy of refusals; kernel.http alone turns them into a status and a body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class Problem(Exception):
    """A refusal a caller can act on: what happened, and what to do next.

    `detail` is shown to the caller, so it never holds a secret, a path, a query or another person's data.
    `fields` names the parts of the input that need another value.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad-request"
    title: ClassVar[str] = "The request could not be understood."
    # Set by who put the refusal on record as a security event, with more than the edge knows.
    logged = False

    def __init__(
        self,
        detail: str = "",
        *,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.fields = dict(fields or {})
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})


class BadRequest(Problem):
    """The request is malformed or a value is not acceptable."""


class BodyMissing(BadRequest):
    """The operation needs a body and got none."""

    code = "body-missing"
    title = "The request needs a body."


class Unauthenticated(Problem):
    """Nobody is signed in, or the proof of identity is missing, expired or wrong."""

    status = 401
    code = "unauthenticated"
    title = "Sign in or send a valid token, then try again."


class Forbidden(Problem):
    """The caller is known but may not do this."""

    status = 403
    code = "forbidden"
    title = "You do not have the right to do this. Ask the owner of the service to grant it."


class FormExpired(Forbidden):
    """The token of a form does not fit: it is too old, or was shown to somebody else."""

    code = "form-expired"
    title = "The form has expired. Go back, reload the page and send it again."


class NotFound(Problem):
    """There is nothing at this address, or nothing the caller may see."""

    status = 404
    code = "not-found"
    title = "There is nothing here. Check the address."


class MethodNotAllowed(Problem):
    """The address exists but does not answer this method."""

    status = 405
    code = "method-not-allowed"
    title = "This address does not answer this method."


class Conflict(Problem):
    """The request contradicts what is already stored."""

    status = 409
    code = "conflict"
    title = "This contradicts what is already stored."


class TooLarge(Problem):
    """The request is larger than the limit of this operation."""

    status = 413
    code = "too-large"
    title = "The request is too large. Send less at once."


class Unsupported(Problem):
    """The body has a content type this operation does not read."""

    status = 415
    code = "unsupported-media-type"
    title = "This content type is not supported here."


class Unprocessable(Problem):
    """The request is well formed but a rule of the subject forbids it."""

    status = 422
    code = "unprocessable"
    title = "The request breaks a rule."


class TooMany(Problem):
    """The caller sends more than its share."""

    status = 429
    code = "too-many-requests"
    title = "Too many requests. Wait a moment, then try again."


class HeadersTooLarge(Problem):
    """The request's header fields are larger than the limit."""

    status = 431
    code = "headers-too-large"
    title = "The request's headers are too large."


class Internal(Problem):
    """Something failed inside; the correlation id finds it in the logs."""

    status = 500
    code = "internal-error"
    title = (
        "Something went wrong on our side. Nothing was half done. Try again, and quote the correlation id if it stays."
    )


class BadGateway(Problem):
    """The system behind this service gave no usable answer."""

    status = 502
    code = "bad-gateway"
    title = "The system behind this service gave no usable answer. Try again later."


class Unavailable(Problem):
    """A part this operation needs is down for now; nothing was stored."""

    status = 503
    code = "unavailable"
    title = "The service cannot answer right now and has stored nothing. Try again in a moment."


class GatewayTimeout(Problem):
    """The system behind this service did not answer in time."""

    status = 504
    code = "gateway-timeout"
    title = "The system behind this service did not answer in time. Try again later."

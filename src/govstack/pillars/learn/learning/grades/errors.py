"""Refusals of the services for tools: of the token endpoint, and about lines and scores."""

from __future__ import annotations

from govstack.kernel.errors import BadGateway, BadRequest, Conflict, Forbidden, NotFound, Problem, Unauthenticated
from govstack.kernel.i18n import _

INVALID_REQUEST = "invalid_request"
INVALID_SCOPE = "invalid_scope"
UNSUPPORTED_GRANT = "unsupported_grant_type"


class TokenRefused(BadRequest):
    """A request for a token that is refused, with a code of RFC 6749 section 5.2."""

    code = "tool-token-refused"
    title = _("This is no request for a token by client credentials with a signed assertion.")

    def __init__(self, error: str = INVALID_REQUEST, detail: str = "") -> None:
        super().__init__(detail)
        self.error = error


class InvalidTool(Unauthenticated):
    """A tool is not known, or did not prove itself."""

    code = "invalid-tool"
    title = _("The tool is not known here, or its assertion does not prove it here and now.")


class NoToken(Unauthenticated):
    """The token is missing, has ended, or its tool may not call any more."""

    code = "tool-token-wrong"
    title = _("Send the token that the token endpoint gave to this tool. It may have ended: ask for a new one.")


class NotGranted(Forbidden):
    """The token was not given for this."""

    code = "tool-scope-missing"
    title = _("The token was not given for this. Ask for one with the scope that it needs.")


class LineKept(Forbidden):
    """The line belongs to a link, and authors alone change it."""

    code = "tool-line-kept"
    title = _("This line belongs to a link of a course. Its authors change it.")


class UnknownLine(NotFound):
    """There is no such line of this tool."""

    code = "unknown-tool-line"
    title = _("This tool has no such line item.")


class UnknownSubject(NotFound):
    """The tool knows nobody by this name."""

    code = "unknown-tool-subject"
    title = _("This tool was told of nobody with this user id.")


class LinesFull(Conflict):
    """A tool has as many lines of its own as there may be."""

    code = "tool-lines-full"
    title = _("This tool has as many line items as there may be. Take some away first.")


class OlderScore(Conflict):
    """A score that is not newer than the one that is kept."""

    code = "older-score"
    title = _("A score with this moment or a later one is kept already.")


class NotAScore(BadRequest):
    """A score, or a line, breaks a rule of the standard; the detail says which."""

    code = "not-a-score"
    title = _("This is no score or line item as Assignment and Grade Services 2.0 describe it.")


def token_body(problem: Problem) -> dict[str, str]:
    """Return a refusal in the shape of RFC 6749 section 5.2."""
    if isinstance(problem, TokenRefused):
        error = problem.error
    elif isinstance(problem, InvalidTool):
        error = "invalid_client"
    else:
        error = "temporarily_unavailable" if isinstance(problem, BadGateway) else INVALID_REQUEST
    return {"error": error, "error_description": problem.detail}

"""The refusals of the token endpoint and of userinfo, with the codes of the API document and of RFC 6749."""

from __future__ import annotations

from govstack.kernel.errors import BodyMissing, Problem, Unauthenticated

INVALID_PAYLOAD = "invalid_payload"
INVALID_INPUT = "invalid_input"
INVALID_REDIRECT_URI = "invalid_redirect_uri"
INVALID_ASSERTION_TYPE = "invalid_assertion_type"
INVALID_ASSERTION = "invalid_assertion"
INVALID_TRANSACTION = "invalid_transaction"
INVALID_REQUEST = "invalid_request"
INVALID_GRANT = "invalid_grant"
UNSUPPORTED_GRANT = "unsupported_grant_type"


class TokenRefused(Problem):
    """A request for a token that is refused with 400 and a code (RFC 6749 section 5.2)."""

    code = "token-refused"

    def __init__(self, error: str = INVALID_REQUEST, detail: str = "") -> None:
        super().__init__(detail)
        self.error = error


class InvalidClient(Problem):
    """An application is unknown or does not know its secret."""

    status = 401
    code = "invalid-client"
    title = "The client is unknown or its secret is wrong."
    error = "invalid_client"


class InvalidToken(Unauthenticated):
    """An access token that proves nobody here and now (RFC 6750 section 3.1)."""

    code = "invalid-token"
    title = "The access token is missing, has ended, or was taken back. Sign in again."
    error = "invalid_token"


class NothingToEncryptTo(Unauthenticated):
    """The relying party has no usable key, and claims are never given in the open."""

    code = "no-usable-key"
    title = "The relying party has no key that an answer could be encrypted to. Register it again with a whole key."
    error = "unknown_error"


def token_body(problem: Problem) -> dict[str, str]:
    """Return a refusal in the shape of RFC 6749 section 5.2."""
    if isinstance(problem, BodyMissing):
        error = INVALID_PAYLOAD
    else:
        error = getattr(problem, "error", "invalid_token" if problem.status == 401 else INVALID_REQUEST)
    return {"error": error, "error_description": problem.detail}

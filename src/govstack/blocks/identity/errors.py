"""The refusals of OAuth 2.0 and OpenID Connect, with the error codes of RFC 6749."""

from __future__ import annotations

from govstack.kernel.errors import Problem
from govstack.kernel.i18n import _


class OAuthProblem(Problem):
    """A refusal of the token or authorisation endpoint."""

    error = "invalid_request"


class InvalidRequest(OAuthProblem):
    """The request lacks something or contradicts itself."""


class InvalidClient(OAuthProblem):
    """The client is unknown or did not prove itself."""

    status = 401
    code = "invalid-client"
    error = "invalid_client"
    title = "The client is unknown or its secret is wrong."


class InvalidGrant(OAuthProblem):
    """The code is wrong, used, late, or made for somebody else."""

    error = "invalid_grant"


class UnsupportedGrant(OAuthProblem):
    """The grant type is not one this issuer knows."""

    error = "unsupported_grant_type"
    title = "Use grant_type client_credentials or authorization_code."


class WrongCode(Problem):
    """The one-time code is wrong; after five wrong ones the sign-in must start again."""

    status = 400
    code = "wrong-code"
    title = _("The code is not right. Check it and try again.")


def oauth_body(problem: Problem) -> dict[str, str]:
    """Return a refusal in the shape of RFC 6749 section 5.2."""
    return {"error": getattr(problem, "error", "invalid_request"), "error_description": problem.detail}

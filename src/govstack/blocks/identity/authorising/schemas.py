"""What stands in the addresses of signing in, and the answer to a pushed request."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated

import msgspec

from govstack.blocks.identity.authorising.model import Asked

Word = Annotated[str, msgspec.Meta(max_length=500)]
Long = Annotated[str, msgspec.Meta(max_length=4_000)]
Token = Annotated[str, msgspec.Meta(max_length=8_192)]


class AuthorizeQuery(msgspec.Struct):
    """A request for sign-in (OpenID Connect Core 3.1.2.1, RFC 7636, RFC 9126); what is not named here is ignored."""

    client_id: Word = ""
    redirect_uri: Long = ""
    response_type: Word = ""
    response_mode: Word = ""
    scope: Word = ""
    state: Word = ""
    nonce: Word = ""
    prompt: Word = ""
    max_age: Word = ""
    acr_values: Word = ""
    claims: Long = ""
    claims_locales: Word = ""
    code_challenge: Word = ""
    code_challenge_method: Word = ""
    request: Long = ""
    request_uri: Word = ""
    id_token_hint: Token = ""
    display: Word = ""
    ui_locales: Word = ""

    def asked(self) -> Asked:
        """Return the request as it came, without what only says how pages look and what proves the client."""
        return Asked(**{one.name: getattr(self, one.name) for one in fields(Asked)})


class PushedRequest(AuthorizeQuery, omit_defaults=True):
    """A request for sign-in that a client pushes, and what proves the client (RFC 9126 section 2.1)."""

    client_assertion_type: Word = ""
    client_assertion: Token = ""
    client_secret: Word = ""


class PushedAnswer(msgspec.Struct):
    """The reference to begin a pushed request with, and for how many seconds."""

    request_uri: str
    expires_in: int


class StepQuery(msgspec.Struct):
    """Which sign-in a page belongs to, and which way to prove who is there."""

    transaction: Word = ""
    way: Word = ""


class LogoutQuery(msgspec.Struct):
    """A request to sign out (OpenID Connect RP-Initiated Logout 1.0 section 2)."""

    id_token_hint: Token = ""
    client_id: Word = ""
    post_logout_redirect_uri: Long = ""
    state: Word = ""

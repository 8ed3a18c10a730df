"""A session at the provider, and who takes part in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

COOKIE = "govstack_identity"
COOKIE_SECONDS = 24 * 3_600
LOGOUT_TYPE = "logout+jwt"
LOGOUT_SECONDS = 120
# How long after tokens were given in a session its client is told of its end.
TOLD_WITHIN = timedelta(days=30)
# How long after it has ceased to answer for a new sign-in a session can still be signed out of.
LEFT_WITHIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who has signed in at the provider with a browser, and how; it answers the next sign-in until its end."""

    id: str
    person_id: str
    acr: str
    methods: tuple[str, ...]
    authenticated_at: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class Member:
    """A client that got tokens in a session: the person's subject and the session's name, as the client knows them."""

    session_id: str
    client_id: str
    person_id: str
    subject: str
    sid: str


def cookie(secret: str, *, public_url: str, mount: str) -> str:
    """Return the Set-Cookie value that gives a browser the secret of its session, or takes it back when it is empty."""
    secure = "; Secure" if public_url.startswith("https://") else ""
    seconds = COOKIE_SECONDS if secret else 0
    return f"{COOKIE}={secret}; Path={mount or '/'}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"

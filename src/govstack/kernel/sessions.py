"""The session of a person in a browser: a sealed cookie after sign-in by OpenID Connect, and the token of forms.

A cookie cannot be called back. What ends a session before its time stands in the database of each package, for longer
than any session lasts.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from datetime import timedelta
from http.cookies import CookieError, SimpleCookie
from typing import Any

import msgspec

from govstack.kernel import clock, crypto, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import queries

SQL = queries(__file__, "sessions.sql")
SESSION_COOKIE = "govstack_session"
VISIT_COOKIE = "govstack_visit"
FLOW_COOKIE = "govstack_flow"
SESSION_SECONDS = 4 * 3_600
FLOW_SECONDS = 600
# Longer than a session lasts, so that a clock that went ahead and came back revives none.
ENDED_KEPT = timedelta(days=7)
LOOK_SECONDS = 1.0
SESSIONS_LOOKED_AT_MAX = 10_000
# A name of one session is over whenever it began; a person can begin others.
WHENEVER = 2**53
_LOOKED_AT = "sessions.looked-at"


class Sessions:
    """Seals and opens the cookies; any process that holds the master secret can open them, so none is sticky."""

    def __init__(self, keys: crypto.Keyring, *, secure: bool) -> None:
        self._keys = keys
        self._secure = secure

    def start(self, actor: Actor, *, provider_sid: str = "", began: float = 0.0) -> str:
        """Return the Set-Cookie value that signs a person in; `began` is the provider's moment of it, in seconds."""
        content = {
            "kind": actor.kind,
            "id": actor.id,
            "name": actor.name,
            "roles": sorted(actor.roles),
            "scopes": sorted(actor.scopes),
            "attributes": dict(actor.attributes),
            "sid": ids.new_id(),
            "provider_sid": provider_sid,
            "began": int(began or clock.now().timestamp()),
            "exp": clock.now().timestamp() + SESSION_SECONDS,
        }
        return self._cookie(SESSION_COOKIE, self._sealed("session", content), SESSION_SECONDS)

    def end(self) -> str:
        """Return the Set-Cookie value that signs a person out."""
        return self._cookie(SESSION_COOKIE, "", 0)

    def actor(self, cookies: Mapping[str, str]) -> tuple[Actor | None, Mapping[str, Any]]:
        """Return the signed-in person and the session's facts, or nobody."""
        content = self._opened("session", cookies.get(SESSION_COOKIE, ""), SESSION_SECONDS)
        if content is None:
            return None, {}
        actor = Actor(
            kind=content["kind"],
            id=content["id"],
            name=content["name"],
            roles=frozenset(content["roles"]),
            scopes=frozenset(content["scopes"]),
            attributes=content["attributes"],
        )
        return actor, content

    def keep_flow(self, content: Mapping[str, Any]) -> str:
        """Return the Set-Cookie value that remembers a sign-in under way (state, nonce, PKCE verifier)."""
        expires = {**content, "exp": clock.now().timestamp() + FLOW_SECONDS}
        return self._cookie(FLOW_COOKIE, self._sealed("flow", expires), FLOW_SECONDS)

    def flow(self, cookies: Mapping[str, str]) -> Mapping[str, Any] | None:
        """Return the sign-in under way, if there is one."""
        return self._opened("flow", cookies.get(FLOW_COOKIE, ""), FLOW_SECONDS)

    def end_flow(self) -> str:
        """Return the Set-Cookie value that forgets a sign-in under way."""
        return self._cookie(FLOW_COOKIE, "", 0)

    def new_visit(self) -> tuple[str, str]:
        """Return a new visit id and its Set-Cookie value; the form token is bound to it."""
        visit = ids.new_secret(16)
        return visit, self._cookie(VISIT_COOKIE, visit, 30 * 86_400)

    def form_token(self, visit: str, actor: Actor) -> str:
        """Return the token that forms of this visitor must carry."""
        return self._keys.fingerprint("form", f"{visit}|{actor.id}")

    def form_token_fits(self, token: str, visit: str, actor: Actor) -> bool:
        """Tell whether a form was made for this visitor."""
        made = self._keys.fingerprints("form", f"{visit}|{actor.id}")
        return bool(visit) and any(crypto.equal(token, one) for one in made)

    def _sealed(self, purpose: str, content: Mapping[str, Any]) -> str:
        return crypto.to_base64url(self._keys.seal(purpose, msgspec.json.encode(content)))

    def _opened(self, purpose: str, text: str, seconds: int) -> dict[str, Any] | None:
        if not text:
            return None
        try:
            content = msgspec.json.decode(self._keys.open(purpose, crypto.from_base64url(text)), type=dict[str, Any])
        except (crypto.SealBroken, ValueError):
            return None
        left = float(content.get("exp", 0)) - clock.now().timestamp()
        # More than its life is left of what began while a clock was ahead.
        return content if 0 < left <= seconds + clock.SKEW.total_seconds() else None

    def _cookie(self, name: str, value: str, seconds: int) -> str:
        secure = "; Secure" if self._secure else ""
        return f"{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"


async def end(context: Context, name: str, *, began_by: float = WHENEVER) -> None:
    """Let no session with a name, one of `names_of`, count any more that began up to a second."""
    now = clock.now()
    async with context.database.transaction() as tx:
        await SQL.forget(tx, before=clock.timestamp(now - ENDED_KEPT))
        await SQL.end(tx, name=name, began_by=int(began_by), at=clock.timestamp(now))
    context.memory.pop(_LOOKED_AT, None)


async def has_ended(context: Context, session: Mapping[str, Any]) -> bool:
    """Tell whether a session ended before its time; one that had not is believed for a second."""
    sid = str(session["sid"])
    looked_at: OrderedDict[str, float] = context.memory.setdefault(_LOOKED_AT, OrderedDict())
    if looked_at.get(sid, 0.0) > clock.monotonic():
        return False
    async with context.database.reading(one_statement=True) as tx:
        if await SQL.ended(tx, names=names_of(session), began=int(session.get("began", 0))) is not None:
            return True
    looked_at[sid] = clock.monotonic() + LOOK_SECONDS
    looked_at.move_to_end(sid)
    if len(looked_at) > SESSIONS_LOOKED_AT_MAX:
        looked_at.popitem(last=False)
    return False


def names_of(session: Mapping[str, Any]) -> list[str]:
    """Return the names that a session can be ended by: its own, the provider's name of it, and its person."""
    known = {"own": session["sid"], "sid": session.get("provider_sid", ""), "sub": session["id"]}
    return [f"{kind}:{name}" for kind, name in known.items() if name]


def parse_cookies(header: str) -> dict[str, str]:
    """Return the cookies of a Cookie header; malformed ones are left out."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}

"""Calling the provider: over which connections, and with which proof of who calls."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

from govstack.kernel import clock, crypto
from govstack.kernel.context import Context
from govstack.kernel.errors import BadGateway, Forbidden, Unavailable
from govstack.kernel.outgoing import Outgoing, Patience, Reply
from govstack.kernel.upstream import Upstream, tls_context

TOKEN_SECONDS = 60
TOKEN_MARGIN_SECONDS = 20
TOKENS_KEPT_MAX = 10_000
DELIVERY_KEY = "delivery"
MISLED = "The address of the provider leads to the inside of a machine or a cloud. Tell its provider."


@dataclass(frozen=True, slots=True)
class Place:
    """The address of a service: its origin and the path that all its endpoints lie below."""

    origin: str
    path: str

    @property
    def base(self) -> str:
        """Return both together."""
        return self.origin + self.path


@lru_cache(maxsize=10_000)
def place(service_url: str) -> Place:
    """Return the place of a service; raises Unavailable for an address that cannot be called."""
    parts = urlsplit(service_url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise Unavailable("The service is registered with an address that cannot be called. Tell its provider.")
    return Place(f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/"))


@dataclass
class Provider:
    """The way to providers from this process, with the tokens that are still good."""

    upstream: Upstream
    issuer: str
    key: ECKey
    kid: str
    tokens: OrderedDict[tuple[str, str], tuple[float, str]] = field(default_factory=OrderedDict)

    @classmethod
    def open(cls, context: Context) -> Provider:
        """Return the way to providers that the settings describe."""
        settings = context.settings
        authorities, certificate, key = (
            settings.text(f"MEDIATOR_{name}") for name in ("PROVIDER_CA", "CLIENT_CERTIFICATE", "CLIENT_KEY")
        )
        own_tls = authorities or certificate
        made = tls_context(authorities=authorities, certificate=certificate, key=key) if own_tls else None
        signing = context.keys.signing_key(DELIVERY_KEY)
        upstream = Upstream(context.mediation.network.local, tls=(lambda: made) if made is not None else None)
        return cls(upstream, context.public_url, crypto.private_jwk(signing), signing.kid)

    def token(self, *, client: str, audience: str) -> str:
        """Return a token that proves to one provider who calls, made anew before it ends (ADR 0007)."""
        known = self.tokens.get((client, audience))
        if known is not None and known[0] > clock.monotonic():
            return known[1]
        now = int(clock.now().timestamp())
        claims = {"iss": self.issuer, "sub": client, "aud": audience, "iat": now, "exp": now + TOKEN_SECONDS}
        token = jwt.encode({"alg": "ES256", "kid": self.kid, "typ": "at+jwt"}, claims, self.key, algorithms=["ES256"])
        self.tokens[(client, audience)] = (clock.monotonic() + TOKEN_SECONDS - TOKEN_MARGIN_SECONDS, token)
        if len(self.tokens) > TOKENS_KEPT_MAX:
            self.tokens.popitem(last=False)
        return token

    async def ask(self, request: Outgoing, patience: Patience) -> Reply:
        """Deliver a request; raises Unavailable, GatewayTimeout or BadGateway when no answer begins."""
        try:
            return await self.upstream.send(request, patience)
        except Forbidden as error:
            raise BadGateway(MISLED) from error

    async def close(self) -> None:
        """Close the connections."""
        await self.upstream.close()

"""Runs one package as the host would, with a real token issuer beside it, so that tests call it as clients do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import msgspec
from joserfc import jwt
from joserfc.jwk import ECKey

from govstack.host import compose
from govstack.kernel import clock, crypto, ids
from govstack.kernel.db import Database
from govstack.kernel.manifest import Manifest
from govstack.kernel.mediation import Credentials, Network
from govstack.kernel.settings import Settings, load

ORIGIN = "http://govstack.test"
ISSUER = "http://issuer.test"
SECRET = "a-secret-that-only-tests-know-0123456789"


class TestIssuer:
    """An OpenID Connect issuer in miniature: real keys, real signatures, discovery and a token endpoint."""

    __test__ = False

    def __init__(self) -> None:
        self.keys = crypto.Keyring(SECRET, package="test-issuer")

    def token(self, subject: str, *, seconds: float = 300, **claims: Any) -> str:
        """Return a signed token for a subject."""
        key = self.keys.signing_key("tokens")
        numbers = key.private.private_numbers().private_value.to_bytes(32, "big")
        jwk = ECKey.import_key({**key.public_jwk, "d": crypto.to_base64url(numbers)})
        now = clock.now().timestamp()
        content = {
            "iss": ISSUER,
            "sub": subject,
            "aud": compose.MACHINE_AUDIENCE,
            "iat": int(now),
            "exp": int(now + seconds),
            "jti": ids.new_id(),
            **claims,
        }
        return jwt.encode({"alg": "ES256", "kid": key.kid}, content, jwk, algorithms=["ES256"])

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        if scope["path"] == "/token":
            headers = dict(scope["headers"])
            import base64

            client = base64.b64decode(headers[b"authorization"].split()[1]).decode().partition(":")[0]
            value: object = {"access_token": self.token(client, application=client), "expires_in": 300}
        elif scope["path"] == "/.well-known/openid-configuration":
            value = {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/jwks", "token_endpoint": f"{ISSUER}/token"}
        else:
            value = {"keys": self.keys.public_keys("tokens")}
        body = msgspec.json.encode(value)
        head = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": body})


class Bench:
    """One package running alone, and ways to call it as an application, a person, or nobody."""

    def __init__(
        self,
        manifest: Manifest,
        database: Database,
        settings: Settings,
        *,
        own_issuer: bool = False,
        secret: str = SECRET,
        previous: str = "",
    ) -> None:
        self.issuer = TestIssuer()
        self.network = Network()
        self.network.serve_locally(ISSUER, self.issuer)
        wiring = compose.Wiring(
            settings=settings if own_issuer else settings.changed(IDENTITY_URL=ISSUER),
            network=self.network,
            secret=secret,
            previous_secret=previous,
            base_url=ORIGIN,
            credentials=lambda application: Credentials(f"{settings.text('INSTANCE')}/{application}", "secret"),
        )
        self.running = compose.assemble(manifest, wiring, database)
        self.context = self.running.context
        root = compose.Root({manifest.name: self.running.application}, self.running.application)
        self.network.serve_locally(ORIGIN, root)
        self.base = ORIGIN if settings.profile == "conformance" else f"{ORIGIN}/{manifest.name}"

    def client(self, token: str = "", **headers: str) -> httpx.AsyncClient:
        """Return an HTTP client that sends a token."""
        sent = {**headers, **({"authorization": f"Bearer {token}"} if token else {})}
        transport = httpx.ASGITransport(app=self.running.application, raise_app_exceptions=False)  # type: ignore[arg-type]
        base = ORIGIN
        return httpx.AsyncClient(transport=transport, base_url=base, headers=sent)

    def application(self, application: str, *scopes: str, **claims: Any) -> httpx.AsyncClient:
        """Return a client that calls as an application such as demo/GOV/7001/desk."""
        return self.client(self.issuer.token(application, application=application, scope=" ".join(scopes), **claims))

    def person(self, subject: str, *scopes: str, roles: tuple[str, ...] = (), **claims: Any) -> httpx.AsyncClient:
        """Return a client that calls the API with a person's token."""
        return self.client(self.issuer.token(subject, scope=" ".join(scopes), roles=list(roles), **claims))

    def browser(
        self, subject: str = "", *scopes: str, roles: tuple[str, ...] = (), name: str = ""
    ) -> httpx.AsyncClient:
        """Return a client with the session of a signed-in person, for pages."""
        from govstack.kernel.actor import Actor
        from govstack.kernel.sessions import Sessions

        client = self.client()
        if subject:
            sessions = Sessions(crypto.Keyring(SECRET, package=compose.SESSION_KEYS), secure=False)
            actor = Actor("person", subject, name or subject, frozenset(roles), frozenset(scopes))
            client.headers["cookie"] = sessions.start(actor).partition(";")[0]
        return client


def bench(
    manifest: Manifest,
    database: Database,
    *,
    own_issuer: bool = False,
    secret: str = SECRET,
    previous: str = "",
    **settings: str,
) -> Bench:
    """Run a migrated package on a database; settings by name, for instance PROFILE="conformance".

    With `own_issuer` the tokens of the identity block of this bench are trusted, instead of a test's own.
    """
    values = load({}, extra=manifest.settings, packages=[manifest.name]).changed(**{"RATE_PER_SECOND": "0", **settings})
    return Bench(manifest, database, values, own_issuer=own_issuer, secret=secret, previous=previous)

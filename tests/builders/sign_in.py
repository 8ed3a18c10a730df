"""An identity provider with a relying party, a package of the country and a person, and what each of them does."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwe, jws, jwt
from joserfc.jwk import KeySet, RSAKey

from govstack.blocks.identity.authorising import service as authorising
from govstack.blocks.identity.clients import service as clients
from govstack.blocks.identity.clients.model import GENERATED_CODE, Registration
from govstack.blocks.identity.manifest import MANIFEST
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Attribute, Person
from govstack.blocks.identity.sessions.model import COOKIE
from govstack.blocks.identity.transactions import service as transactions
from govstack.kernel import clock, ids
from govstack.kernel.actor import SYSTEM
from govstack.kernel.sessions import VISIT_COOKIE
from tests.builders.running import Bench, bench
from tests.databases import Databases

SECRET = "the-secret-of-the-desk-0123456789abcdef"
CALLBACK = "http://govstack.test/registries/session/callback"
PARTY_CALLBACK = "https://tax.example/back"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
OWN, MACHINE, PARTY = "pages/registries", "demo/GOV/7003/desk", "tax-office"
ALIAS = "amina@people.example"
ATTRIBUTES = (
    Attribute("name", "Amina Kone"),
    Attribute("given_name", "Amina"),
    Attribute("name", "أمينة", "ar"),
    Attribute("birthdate", "1985-04-01"),
    Attribute("email", ALIAS),
    Attribute("phone_number", "+22501020304"),
)
# Made once: a key of this size costs more than a test.
PARTY_KEY = RSAKey.generate_key(2_048)


@dataclass(slots=True)
class Provider:
    """A running provider; `party` is a relying party's key, `person` somebody who has an e-mail address as alias."""

    bench: Bench
    person: Person
    key: RSAKey = field(default_factory=lambda: PARTY_KEY)

    @property
    def url(self) -> str:
        """Return the issuer."""
        return self.bench.context.public_url

    def client(self, token: str = "") -> httpx.AsyncClient:
        """Return a client that keeps cookies."""
        return self.bench.client(token)

    async def administrator(self, scopes: str) -> httpx.AsyncClient:
        """Return an application that holds scopes, with a real token."""
        name = f"operator {scopes}"[:100]
        await clients.register_own(
            self.bench.context, by=SYSTEM, client_id=name, secret=SECRET, application=name, scopes=scopes
        )
        form = {"grant_type": "client_credentials", "client_id": name, "client_secret": SECRET}
        granted = await self.client().post("/oauth/token", data=form)
        return self.client(granted.json()["access_token"])

    def visitor(self, subject: str, *scopes: str) -> httpx.AsyncClient:
        """Return the browser of somebody who is signed in to the block's own pages."""
        client = self.client()
        name, _, value = self.bench.browser(subject, *scopes).headers["cookie"].partition("=")
        client.cookies.set(name, value, domain="govstack.test")
        client.cookies.set(VISIT_COOKIE, "visit-of-a-test", domain="govstack.test")
        return client

    def asked(self, **changes: str) -> dict[str, str]:
        """Return the request for sign-in of the relying party."""
        return {
            "response_type": "code", "client_id": PARTY, "redirect_uri": PARTY_CALLBACK,
            "scope": "openid profile email", "state": "s-1", "nonce": "n-1", **changes,
        }  # fmt: skip

    def own(self, **changes: str) -> dict[str, str]:
        """Return the request for sign-in of a package of the country."""
        return {
            "response_type": "code", "client_id": OWN, "redirect_uri": CALLBACK, "scope": "openid profile",
            "state": "s-1", "nonce": "n-1", "code_challenge": CHALLENGE, "code_challenge_method": "S256", **changes,
        }  # fmt: skip

    def assertion(self, *, key: RSAKey | None = None, alg: str = "RS256", **changes: Any) -> str:
        """Return what the relying party proves itself with; a claim that is None is left out."""
        now = int(clock.now().timestamp())
        told = {
            "iss": PARTY, "sub": PARTY, "aud": f"{self.url}/oauth/token", "iat": now, "exp": now + 60,
            "jti": ids.new_id(), **changes,
        }  # fmt: skip
        content = {name: value for name, value in told.items() if value is not None}
        return jwt.encode({"alg": alg}, content, key or self.key, algorithms=[alg])

    async def token(self, client: httpx.AsyncClient, **changes: str) -> httpx.Response:
        """Ask for tokens as the relying party."""
        form = {
            "grant_type": "authorization_code", "client_id": PARTY, "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self.assertion(), "redirect_uri": PARTY_CALLBACK, **changes,
        }  # fmt: skip
        return await client.post("/oauth/token", data=form)

    async def own_token(self, client: httpx.AsyncClient, code: str, **changes: str) -> httpx.Response:
        """Ask for tokens as a package of the country."""
        form = {
            "grant_type": "authorization_code", "client_id": OWN, "client_secret": SECRET, "code": code,
            "redirect_uri": CALLBACK, "code_verifier": VERIFIER, **changes,
        }  # fmt: skip
        return await client.post("/oauth/token", data=form)

    async def begin(self, client: httpx.AsyncClient, asked: Mapping[str, str]) -> httpx.Response:
        """Begin a sign-in and return the page that asks who is there, or the way back."""
        answer = await client.get("/authorize", params=dict(asked))
        return await self.follow(client, answer)

    async def follow(self, client: httpx.AsyncClient, answer: httpx.Response) -> httpx.Response:
        """Follow redirects inside the provider."""
        while answer.status_code == 303 and answer.headers["location"].startswith("/"):
            answer = await client.get(answer.headers["location"])
        return answer

    async def prove(self, client: httpx.AsyncClient, who: httpx.Response, **named: str) -> httpx.Response:
        """Say who is there, give the code that the sandbox shows, and return what comes next."""
        said = named or {"person": self.person.subject}
        asked = await client.post("/sign-in/person", data={**hidden(who.text), **said})
        shown = re.search(r'id="shown-code">(\d{6})<', asked.text)
        assert shown is not None, asked.text
        answer = await client.post("/sign-in/proof", data={**hidden(asked.text), "proof": shown[1]})
        return await self.follow(client, answer)

    async def sign_in(self, client: httpx.AsyncClient, asked: Mapping[str, str], **allowed: Any) -> httpx.Response:
        """Sign in and allow; returns the way back."""
        answer = await self.prove(client, await self.begin(client, asked))
        if answer.status_code == 200:
            form = {**hidden(answer.text), "answer": "allow", **allowed}
            answer = await client.post("/sign-in/permission", data=form)
        return answer

    async def signed_in(self, client: httpx.AsyncClient) -> httpx.Response:
        """Sign in to a package without the pages that ask for a proof; returns the way back, and leaves the session."""
        context = self.bench.context
        who = await self.begin(client, self.own())
        begun = await transactions.current(context, transaction_id=hidden(who.text)["transaction"])
        assert begun is not None
        step = await authorising.proved(
            context, transaction=begun, person=self.person, level=GENERATED_CODE, methods=("otp",)
        )
        client.cookies.set(COOKIE, step.session_secret)
        return httpx.Response(303, headers={"location": step.back})

    async def everything(self) -> str:
        """Return all that the database holds, as text."""
        async with self.bench.context.database.reading() as tx:
            if self.bench.context.database.dialect == "sqlite":
                found = await tx.fetch("SELECT name FROM sqlite_master WHERE type = 'table'")
            else:
                found = await tx.fetch(
                    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()"
                )
            tables = [await tx.fetch(f'SELECT * FROM "{one["name"]}"') for one in found]
        return str([dict(row) for table in tables for row in table])

    async def claims(self, client: httpx.AsyncClient, token: str) -> dict[str, Any]:
        """Return what a token says, after its signature was checked with the published keys."""
        keys = KeySet.import_key_set((await client.get("/.well-known/jwks.json")).json())
        return dict(jwt.decode(token, keys, algorithms=["RS256", "ES256"]).claims)

    async def userinfo(self, access_token: str) -> tuple[httpx.Response, dict[str, Any]]:
        """Return the answer of userinfo and what it says, decrypted and its signature checked."""
        answer = await self.client(access_token).get("/oidc/userinfo")
        if answer.status_code != 200:
            return answer, {}
        opened = jwe.decrypt_compact(answer.text, self.key, algorithms=["RSA-OAEP-256", "A256GCM"])
        assert opened.plaintext is not None
        inner = opened.plaintext.decode()
        assert jws.extract_compact(inner.encode()).headers()["alg"] == "RS256"
        return answer, await self.claims(self.client(), inner)


def hidden(html: str) -> dict[str, str]:
    """Return the hidden fields of the first form of a page."""
    form = html.split("<form", 2)[-1] if 'action="/lang' in html else html
    found: dict[str, str] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form):
        found.setdefault(name, value)
    return found


def code_of(answer: httpx.Response) -> str:
    """Return the authorisation code of a way back."""
    return back(answer)["code"]


def back(answer: httpx.Response) -> dict[str, str]:
    """Return what a way back carries."""
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def registration(**changes: Any) -> Registration:
    """Return how the relying party is registered."""
    facts: dict[str, Any] = {
        "client_id": PARTY, "name": "Tax office", "relying_party_id": "tax", "logo_uri": "https://tax.example/logo.png",
        "redirect_uris": (PARTY_CALLBACK,), "acr_values": ("idbb:acr:generated-code", "idbb:acr:static-code"),
        "public_key": dict(PARTY_KEY.as_dict(private=False)),
        "claims": ("name", "given_name", "email", "birthdate"), "grant_types": ("authorization_code",),
        "auth_methods": ("private_key_jwt",), **changes,
    }  # fmt: skip
    return Registration(**facts)


async def provider(databases: Databases, **settings: str) -> Provider:
    """Return a provider that trusts its own tokens, as one does that runs for a country."""
    database = await databases.migrated("identity", MANIFEST.root / "migrations")
    running = bench(MANIFEST, database, own_issuer=True, **settings)
    context = running.context
    await clients.register_own(
        context,
        by=SYSTEM,
        client_id=MACHINE,
        secret=SECRET,
        application=MACHINE,
        scopes="mediator:read registries:audit",
    )
    await clients.register_own(context, by=SYSTEM, client_id=OWN, secret=SECRET, redirect_uris=(CALLBACK,))
    await clients.register(context, by=SYSTEM, asked=registration(), request=b"1")
    person = await people.register(
        context, by=SYSTEM, attributes=ATTRIBUTES, subject="officer-1", roles="enrolment-officer",
        scopes="sandbox:enrol", facts={"institution": "GOV/7003", "work": "enrols people"}, listed=True,
    )  # fmt: skip
    await people.attach_alias(context, by=SYSTEM, person_id=person.id, kind="email", value=ALIAS)
    return Provider(running, person)

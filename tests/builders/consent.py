"""A consent block with an agreement in it, those who call it, and signatures that people make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx
import msgspec
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from govstack.blocks.consent.manifest import MANIFEST
from tests.builders.running import Bench, bench
from tests.databases import Databases

API = "/api"
ORGANISATION = "demo/GOV/7003/social"
APPLICATION = "demo/GOV/7003/desk"
POLICY = {"id": "ignored", "name": "Data policy", "version": "1.0", "url": "https://example.org/policy/1"}
AGREEMENT = {
    "id": "ignored",
    "version": "1.0",
    "purpose": "Check the income of the household",
    "lawfulBasis": "Consent",
    "dpia": "Low risk",
    "controller": {"id": "", "name": "Ministry of Social Affairs", "url": "https://social.example/"},
    "dataUse": "data_source",
    "active": True,
    "forgettable": True,
}
RECORD = "/service/individual/record"


@dataclass(slots=True)
class Consent:
    """A running block, with what was made in it."""

    bench: Bench
    policy: dict[str, Any]
    agreement: dict[str, Any]
    revision: dict[str, Any]

    @property
    def agreement_id(self) -> str:
        """Return the id of the agreement."""
        return str(self.agreement["id"])

    def organisation(self) -> Caller:
        """Return somebody who configures."""
        return Caller(self.bench.application(ORGANISATION, "consent:configure", "consent:administer"))

    def person(self, number: str = "1985-01", subject: str = "amina") -> Caller:
        """Return a person who signed in with an identifier."""
        return Caller(self.bench.person(subject, attributes={"person_id": number}, name="Amina Kone"))

    def application(self) -> Caller:
        """Return an application that acts for people."""
        return Caller(self.bench.application(APPLICATION, "consent:record"))

    def verifier(self) -> Caller:
        """Return a data user."""
        return Caller(self.bench.application("demo/GOV/7005/income", "consent:verify"))

    def auditor(self) -> Caller:
        """Return an auditor."""
        return Caller(self.bench.person("auditor-1", "consent:audit"))

    async def agreed(self, number: str = "1985-01") -> dict[str, Any]:
        """Let a person agree; returns the record."""
        answer = await self.person(number).send("POST", f"{RECORD}/data-agreement/{self.agreement_id}/")
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["consentRecord"])


@dataclass(slots=True)
class Caller:
    """Somebody who calls the API."""

    client: httpx.AsyncClient

    async def send(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        """Send one request below the prefix."""
        content = {} if body is None else {"json": body}
        return await self.client.request(method, API + path, headers=headers, **content)  # type: ignore[arg-type]

    async def get(self, path: str, **headers: str) -> Any:
        """Return what a reading that succeeds answers."""
        answer = await self.send("GET", path, **headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, body: object = None, **headers: str) -> Any:
        """Return what a writing that succeeds answers."""
        answer = await self.send("POST", path, body, **headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def put(self, path: str, body: object, **headers: str) -> Any:
        """Return what a change that succeeds answers."""
        answer = await self.send("PUT", path, body, **headers)
        assert answer.status_code == 200, answer.text
        return answer.json()


async def consent(databases: Databases, **settings: str) -> Consent:
    """Run the block with one active agreement under one policy."""
    running = bench(MANIFEST, await databases.migrated("consent", MANIFEST.root / "migrations"), **settings)
    made = Consent(running, {}, {}, {})
    organisation = made.organisation()
    made.policy = (await organisation.post("/config/policy/", {"policy": POLICY}))["policy"]
    asked = {**AGREEMENT, "policy": made.policy["id"]}
    answer = await organisation.post("/config/data-agreement/", {"dataAgreement": asked})
    made.agreement, made.revision = answer["dataAgreement"], answer["revision"]
    return made


Key = ECKey | OKPKey | RSAKey
KEYS: dict[str, Key] = {
    "ES256": ECKey.generate_key("P-256"),
    "Ed25519": OKPKey.generate_key("Ed25519"),
    "RS256": RSAKey.generate_key(2048),
}


def signed(draft: dict[str, Any], algorithm: str = "ES256", *, key: Key | None = None) -> dict[str, Any]:
    """Return a draft of a signature, signed as the person's own software would: a detached JWS over its payload."""
    key = key or KEYS[algorithm]
    artifact = msgspec.json.encode(key.as_dict(private=False)).decode()
    payload = msgspec.json.decode(draft["payload"])
    payload["verificationArtifact"] = artifact
    text = msgspec.json.encode(payload)
    compact = jws.serialize_compact({"alg": algorithm}, text, key, algorithms=[algorithm])
    header, _, signature = compact.split(".")
    return {
        **draft,
        "payload": text.decode(),
        "verificationArtifact": artifact,
        "signature": f"{header}..{signature}",
    }

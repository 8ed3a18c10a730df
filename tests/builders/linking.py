"""The identity block with the published records, and calls as published clients send them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from govstack.blocks.identity.frame.schemas import moment
from govstack.blocks.identity.manifest import MANIFEST
from tests.builders.running import Bench, bench
from tests.databases import Databases

BASE = "/linked-authorization"
FORGERY = {"X-XSRF-TOKEN": "X-XSRF-TOKEN"}
PARTNER = {"PARTNER-ID": "PARTNER-ID", "PARTNER-API-KEY": "PARTNER-API-KEY"}
PERSON = "n3fy2qkg9r7h2"
CODE = {"authFactorType": "OTP", "challenge": "challenge1", "format": "alpha-numeric"}
PIN_PERSON = "05a5eecd-8b70-480d-9662-b2e63e4bafdb"
PIN = {"authFactorType": "PIN", "challenge": "password", "format": "alpha-numeric"}


async def published(databases: Databases, **settings: str) -> Bench:
    """Run the block as published clients meet it: alone, anonymous, with the published records."""
    database = await databases.migrated("identity", MANIFEST.root / "migrations")
    running = bench(MANIFEST, database, PROFILE="conformance", **settings)
    assert MANIFEST.conformance_seed is not None
    await MANIFEST.conformance_seed(running.context)
    return running


@dataclass(slots=True)
class Caller:
    """A browser or a wallet that speaks the published operations."""

    client: httpx.AsyncClient

    async def send(self, path: str, request: object, **headers: str) -> httpx.Response:
        """Send one request in its envelope."""
        return await self.client.post(path, json={"requestTime": moment(), "request": request}, headers=headers)

    async def answer(self, path: str, request: object, **headers: str) -> dict[str, Any]:
        """Return the envelope of an answer, which has to be 200 and JSON."""
        answer = await self.send(path, request, **headers)
        assert answer.status_code == 200, answer.text
        assert "application/json" in answer.headers["content-type"]
        return dict(answer.json())

    async def code(self, transaction_id: str) -> dict[str, Any]:
        """Ask for a link code."""
        return await self.answer(f"{BASE}/link-code", {"transactionId": transaction_id}, **FORGERY)

    async def status(self, transaction_id: str, code: str) -> dict[str, Any]:
        """Ask how a link stands."""
        request = {"transactionId": transaction_id, "linkCode": code}
        return await self.answer(f"{BASE}/link-status", request, **FORGERY)

    async def finish(self, transaction_id: str, code: str) -> dict[str, Any]:
        """Ask for the authorisation code."""
        request = {"transactionId": transaction_id, "linkedCode": code}
        return await self.answer(f"{BASE}/link-auth-code", request, **FORGERY)

    async def link(self, code: str) -> dict[str, Any]:
        """Link as a wallet."""
        return await self.answer(f"{BASE}/link-transaction", {"linkCode": code})

    async def authenticate(
        self, linked_id: str, individual: str | None = PERSON, challenges: object = (CODE,)
    ) -> dict[str, Any]:
        """Prove as a wallet who is there."""
        request = {"linkedTransactionId": linked_id, "individualId": individual, "challengeList": challenges}
        return await self.answer(f"{BASE}/authenticate", request)

    async def consent(self, linked_id: str, **given: object) -> dict[str, Any]:
        """Allow as a wallet."""
        return await self.answer(f"{BASE}/consent", {"linkedTransactionId": linked_id, **given})

    async def linked(self, transaction_id: str) -> tuple[str, str]:
        """Take a sign-in to where a wallet is linked; returns the link code and the linked id."""
        code = (await self.code(transaction_id))["response"]["linkCode"]
        return code, (await self.link(code))["response"]["linkTransactionId"]

    async def confirmed(self, transaction_id: str) -> tuple[str, str]:
        """Take a sign-in to where the person has confirmed in the wallet."""
        code, linked_id = await self.linked(transaction_id)
        assert (await self.authenticate(linked_id))["errors"] == []
        assert (await self.consent(linked_id, acceptedClaims="given_name"))["errors"] == []
        return code, linked_id


def refused(answer: Mapping[str, Any]) -> str:
    """Return the one code of a refusal, which has no null as response (IDN-D3)."""
    assert len(answer["errors"]) == 1, answer
    assert answer.get("response", {}) is not None
    assert answer["responseTime"].endswith("Z")
    return str(answer["errors"][0]["errorCode"])

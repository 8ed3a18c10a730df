"""A consent block of another maker, as registries meet it through the mediator: what its document says and no more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import msgspec

from govstack.kernel import clock
from tests.builders.running import Bench

MEDIATOR = "http://mediator.test"
SERVICE, CALLER = "GOV/7000/consent/consent", "GOV/7000/registries"
SETTINGS = {"REGISTRIES_CONSENT_SERVICE": SERVICE, "REGISTRIES_CONSENT_CALLER": CALLER, "MEDIATOR_URL": MEDIATOR}
AGREEMENT = "cash-transfer"
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass
class ConsentPeer:
    """Agreements and answers of people, and every request that came. `broken` answers with that status instead.

    With `tells` its list says which revision of a record is the newest, as our own block does.
    """

    agreements: dict[str, dict[str, Any]] = field(default_factory=dict)
    records: list[dict[str, Any]] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    broken: int = 0
    tells: bool = False

    def agreement(self, agreement_id: str = AGREEMENT, version: str = "1.0", **more: Any) -> None:
        """Write an agreement, or its next version."""
        said = {"id": agreement_id, "version": version, "active": True, "purpose": "Check the household", **more}
        known = self.agreements.get(agreement_id, {"number": 0})["number"] + 1
        self.agreements[agreement_id] = {"number": known, "said": said}

    def answer(self, person: str, opt_in: bool | None = True, *, agreement_id: str = AGREEMENT, **more: Any) -> None:
        """Let a person answer the present version of an agreement, or change their answer to it."""
        known = self.agreements[agreement_id]
        record = next((one for one in self.records if (one["person"], one["of"]) == (person, agreement_id)), None)
        if record is None:
            record = {"person": person, "of": agreement_id, "id": f"record-{len(self.records) + 1}", "number": 0}
            self.records.append(record)
        record["number"] += 1
        record["at"] = clock.timestamp()
        record["said"] = {
            "id": record["id"], "optIn": opt_in, "state": "unsigned", "dataAgreement": known["said"],
            "dataAgreementRevision": {"id": f"{agreement_id}-{known['number']}", "timestamp": record["at"]},
            "individual": {"id": f"individual-{person}", "externalId": person}, **more,
        }  # fmt: skip

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Send) -> None:
        """Answer one request as the document says: 400 for an id that nobody gave."""
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        query = {name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()}
        self.requests.append((scope["path"], scope["query_string"].decode()))
        status, body = self._answer(
            scope["path"].partition(SERVICE)[2], headers.get("x-consentbb-externalid", ""), query
        )
        content = msgspec.json.encode(body)
        head = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": self.broken or status, "headers": head})
        await send({"type": "http.response.body", "body": content})

    def _answer(self, path: str, person: str, query: dict[str, str]) -> tuple[int, object]:
        room, _, last = path.strip("/").rpartition("/")
        if room == "service/data-agreement" and last in self.agreements:
            known = self.agreements[last]
            revision = {"id": f"{last}-{known['number']}", "timestamp": clock.timestamp()}
            return 200, {"dataAgreement": known["said"], "revision": revision}
        if last == "consent-records":
            mine = [one for one in self.records if (one["person"], one["of"]) == (person, query["dataAgreementId"])]
            return 200, {"consentRecords": [{**one["said"], **self._told(one)} for one in mine]}
        found = next((one for one in self.records if one["id"] == last), None)
        if found is None:
            return 400, {"code": "bad-request"}
        revision = {"id": f"{last}-{found['number']}", "timestamp": found["at"]}
        return 200, {"consentRecord": found["said"], "revision": revision}

    def _told(self, one: dict[str, Any]) -> dict[str, Any]:
        known = {"id": f"{one['id']}-{one['number']}", "timestamp": one["at"]}
        return {"consentRecordRevision": known} if self.tells else {}


def connected(bench: Bench) -> ConsentPeer:
    """Put a consent block behind the mediator of a running block that has SETTINGS."""
    peer = ConsentPeer()
    peer.agreement()
    bench.network.serve_locally(MEDIATOR, peer)
    return peer

"""Services of enrolment with real keys, and the packets they make, for tests."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from joserfc import jwe, jws
from joserfc.jwk import ECKey, Key, import_key

from govstack.blocks.identity.manifest import MANIFEST
from govstack.blocks.identity.stations import service as stations
from govstack.blocks.identity.stations.model import Station, Wish
from govstack.kernel import clock, jobs
from govstack.kernel.actor import Actor
from govstack.kernel.job_runner import JobRunner
from tests.builders.running import Bench

ADMINISTRATOR = Actor("person", "administrator-1", "Ada", scopes=frozenset({"identity:administer"}))
OFFICER = Actor("person", "officer-1", "Olga", scopes=frozenset({"identity:enrol"}))
APPLICATION = "demo/GOV/7010/registration"
PDF = b"%PDF-1.4 a birth certificate"
FIELDS: Mapping[str, Any] = {
    "fullName": '[ { "language" : "eng", "value" : "Amina Kone" }, { "language": "ara", "value": "أمينة كوني" } ]',
    "dateOfBirth": "1990/04/17",
    "gender": '[ { "language" : "eng", "value" : "Female" } ]',
    "city": [{"language": "eng", "value": "Kenitra"}],
    "postalCode": 14022,
    "email": {"value": "amina@example.org"},
}


@dataclass
class Machine:
    """A machine of a centre, with the private key that only it has."""

    centre: str = "10001"
    machine: str = "10002"
    key: Key = field(default_factory=lambda: ECKey.generate_key("P-256"))
    algorithm: str = "ES256"

    @property
    def ref_id(self) -> str:
        """Return how packets name the machine."""
        return f"{self.centre}_{self.machine}"

    @property
    def wish(self) -> Wish:
        """Return what is registered of it."""
        return Wish(self.centre, self.machine, "Centre of Kenitra", dict(self.key.as_dict(private=False)))

    def packet(self, reference: str = "100011000100012023", **changes: Any) -> dict[str, Any]:
        """Return a packet with demographic data alone."""
        return {
            "id": reference, "refId": self.ref_id, "process": "NEW", "source": "REGISTRATION_CLIENT",
            "offlineMode": False, "fields": FIELDS, **changes,
        }  # fmt: skip

    def signed(self, raw: bytes, reference: str, **changes: Any) -> str:
        """Return the signed metadata of a packet."""
        told = {
            "hash": base64.urlsafe_b64encode(hashlib.sha256(raw).digest()).rstrip(b"=").decode(),
            "id": reference, "refId": self.ref_id, "creationDate": clock.timestamp(), **changes,
        }  # fmt: skip
        return jws.serialize_compact(
            {"alg": self.algorithm}, msgspec.json.encode(told), self.key, algorithms=[self.algorithm]
        )

    def envelope(self, packet: Mapping[str, Any], *, key: Mapping[str, Any] | None = None, **signed: Any) -> bytes:
        """Return what is sent: the packet, encrypted where a key is given, with its signed metadata."""
        raw = msgspec.json.encode(packet)
        if key is not None:
            raw = msgspec.json.encode(encrypted(raw, key))
        return envelope_of(raw, self.signed(raw, str(packet.get("id", "")), **signed))


def envelope_of(raw: bytes, signature: str) -> bytes:
    """Return the published envelope around a packet."""
    return msgspec.json.encode(
        {
            "id": "govstack.enrollment", "version": "v1", "requesttime": "2026-11-22T10:00:00.605Z",
            "request": msgspec.Raw(raw), "metadata": {"signature": signature},
        }
    )  # fmt: skip


def encrypted(raw: bytes, key: Mapping[str, Any], **header: Any) -> str:
    """Return a packet that is encrypted to a published key."""
    made = import_key(dict(key))
    head = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "kid": key["kid"], **header}
    return jwe.encrypt_compact(head, raw, made, algorithms=["ECDH-ES+A256KW", "A256GCM", "DEF"])


async def approved(bench: Bench, machine: Machine) -> Station:
    """Register and approve a machine."""
    made = await stations.register(bench.context, by=ADMINISTRATOR, wish=machine.wish)
    return await stations.approve(bench.context, by=ADMINISTRATOR, station_id=made.id)


def segment(kind: str = "FINGER", *subtypes: str, score: int = 80, content: bytes = b"FIR record") -> dict[str, Any]:
    """Return a biometric record as services send it."""
    return {
        "version": {"major": 1, "minor": 1}, "birInfo": {"integrity": False},
        "bdbInfo": {
            "format": {"organization": "Mosip", "type": "7"}, "type": [kind], "subtype": list(subtypes),
            "level": "RAW", "purpose": "ENROLL", "quality": {"algorithm": {"organization": "HMAC"}, "score": score},
        },
        "bdb": [base64.b64encode(content).decode()], "birs": [{}],
    }  # fmt: skip


async def work(running: Bench) -> None:
    """Do what was asked for."""
    handlers: dict[str, jobs.Handler] = {
        kind: lambda job, task=task: task.handler(running.context, job)  # type: ignore[misc]
        for kind, task in MANIFEST.tasks.items()
    }
    await JobRunner(running.context.database, handlers).run_due()


class Mediator:
    """The information mediator with one service behind it, which answers as it is told."""

    def __init__(self, status: int = 200, value: object = None) -> None:
        self.status = status
        self.value = value
        self.asked: list[tuple[str, dict[str, str], Any]] = []

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        body = (await receive()).get("body", b"")
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.asked.append((scope["path"], headers, msgspec.json.decode(body) if body else None))
        answer = msgspec.json.encode(self.value)
        head = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": self.status, "headers": head})
        await send({"type": "http.response.body", "body": answer})

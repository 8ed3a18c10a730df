"""A webhook, where it may lead, and what is sent to it."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from govstack.kernel.destinations import Rules, fault_of

ADDRESS_CHARACTERS_MAX = 1_000
SECRET_CHARACTERS_MIN = 16
SECRET_CHARACTERS_MAX = 500
WEBHOOKS_MAX = 100
JSON = "application/json"
PEOPLE_NOTICE = "consent.individual.notice"
_FAULTS = {
    "": "",
    "address": "is https://, a host and a path, without name and password",
    "plain": "starts with https://",
    "unlisted": "is at a host that the operator of this installation does not allow",
    "inside": "is not on the public network",
}

Address = Annotated[str, Meta(min_length=1, max_length=ADDRESS_CHARACTERS_MAX)]


class Webhook(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Where notices go. The published shape has the secret; this block never tells it: it is always empty."""

    id: str
    payload_url: str
    content_type: str
    disabled: bool
    secret_key: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What is sent to one webhook: ids only. The same id means the same notice."""

    id: str
    type: str
    at: str
    data: dict[str, Any]

    def body(self) -> bytes:
        """Return the notice as it is sent."""
        return msgspec.json.encode({"id": self.id, "type": self.type, "timestamp": self.at, "data": self.data})


def address_fault(address: str, rules: Rules) -> str:
    """Return why notices may not go to an address, or nothing; what its name leads to is checked when it is called."""
    return _FAULTS["address" if len(address) > ADDRESS_CHARACTERS_MAX else fault_of(address, rules)]


def signature(secret: str, notice_id: str, moment: str, content: bytes) -> str:
    """Return the HMAC-SHA256 over id, moment and body, by which the receiver knows who sent it and when."""
    made = hmac.digest(secret.encode(), f"{notice_id}.{moment}.".encode() + content, "sha256")
    return f"v1,{base64.b64encode(made).decode()}"

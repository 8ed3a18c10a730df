"""A webhook, where it may lead, and what is sent to it."""

from __future__ import annotations

import base64
import hmac
import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

ADDRESS_CHARACTERS_MAX = 1_000
SECRET_CHARACTERS_MIN = 16
SECRET_CHARACTERS_MAX = 500
WEBHOOKS_MAX = 100
JSON = "application/json"
PEOPLE_NOTICE = "consent.individual.notice"
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,62})(\.[a-z0-9]([a-z0-9-]{0,62}))*")

Address = Annotated[str, Meta(min_length=1, max_length=ADDRESS_CHARACTERS_MAX)]


class Webhook(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Where notices go. The published shape has the secret; this block never tells it: it is always empty."""

    id: str
    payload_url: str
    content_type: str
    disabled: bool
    secret_key: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What operators allow: hosts that may be sent to, and private addresses."""

    hosts: tuple[str, ...] = ()
    private: bool = False


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


def fault_of(address: str, rules: Rules) -> str:
    """Return why notices may not go to an address, or nothing; what its name leads to is checked when it is called."""
    try:
        parts = urlsplit(address)
        host, _port = (parts.hostname or "").lower().rstrip("."), parts.port
    except ValueError:
        return "is no address"
    plain = 0 < len(address) <= ADDRESS_CHARACTERS_MAX and all("!" <= sign <= "~" for sign in address)
    if not plain or "\\" in address or not host or "@" in parts.netloc or parts.fragment:
        return "is https://, a host and a path, without name and password"
    if parts.scheme != "https" and not (rules.private and parts.scheme == "http"):
        return "starts with https://"
    number = is_number(host)
    if not (_HOST.fullmatch(host) or number) or not _listed(host, rules.hosts):
        return "is at a host that the operator of this installation does not allow"
    return "is not on the public network" if number and not may_connect(host, rules) else ""


def may_connect(number: str, rules: Rules) -> bool:
    """Tell whether a resolved address may be connected to: public ones, others only where operators say so."""
    try:
        address: Any = ipaddress.ip_address(number.partition("%")[0])
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    return bool(address.is_global or rules.private)


def is_number(host: str) -> bool:
    """Tell whether a host is an IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def signature(secret: str, notice_id: str, moment: str, content: bytes) -> str:
    """Return the HMAC-SHA256 over id, moment and body, by which the receiver knows who sent it and when."""
    made = hmac.digest(secret.encode(), f"{notice_id}.{moment}.".encode() + content, "sha256")
    return f"v1,{base64.b64encode(made).decode()}"


def _listed(host: str, hosts: Sequence[str]) -> bool:
    return any(host == one or (one.startswith("*.") and host.endswith(one[1:])) for one in hosts)

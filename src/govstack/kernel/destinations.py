"""Where the platform may send what operators let it send: allowed hosts, plain HTTP, the public network or more."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import urlsplit

ADDRESS_CHARACTERS_MAX = 2_000
_ADDRESS = re.compile(rf'[!"$-\[\]-~]{{1,{ADDRESS_CHARACTERS_MAX}}}')
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*")
# Where cloud providers hand out credentials to whoever asks from inside.
_METADATA = re.compile(r"metadata(\.google\.internal)?|instance-data|100\.100\.100\.200|168\.63\.129\.16|fd00:ec2::254")

# Networks without IPv4 reach it through a gateway under these numbers (RFC 6052).
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Rules:
    """What operators allow: hosts (name, name:port, *.suffix, a network, or *), plain HTTP, and how far inside.

    `reach` is the public network alone, private networks too, or this machine too.
    """

    hosts: tuple[str, ...] = ()
    plain: bool = False
    reach: Literal["public", "private", "machine"] = "public"


def fault_of(address: str, rules: Rules) -> Literal["", "address", "plain", "unlisted", "inside"]:
    """Return why nothing may be sent to an address; what its name leads to is checked again on connecting."""
    try:
        scheme, host, port = place_of(address)
    except ValueError:
        return "address"
    if scheme != "https" and not rules.plain:
        return "plain"
    if not any(_fits(pattern.lower(), host, port) for pattern in rules.hosts):
        return "unlisted"
    return "inside" if is_never_called(host) or (number_of(host) and not may_connect(host, rules)) else ""


def place_of(address: str) -> tuple[str, str, int]:
    """Return scheme, host and port of an address that can be called only one way; raises ValueError."""
    parts = urlsplit(address)
    host, port = (parts.hostname or "").rstrip("."), parts.port
    unlike = not _ADDRESS.fullmatch(address) or "@" in parts.netloc or parts.scheme not in {"http", "https"}
    if unlike or not host or port == 0:
        raise ValueError(address)
    return parts.scheme, host, port or (443 if parts.scheme == "https" else 80)


def may_connect(number: str, rules: Rules) -> bool:
    """Tell whether an IP address may be connected to, whatever name led there."""
    found = number_of(number)
    if found is None or is_never_called(number):
        return False
    return found.is_global or rules.reach == "machine" or (rules.reach == "private" and not found.is_loopback)


@lru_cache(maxsize=10_000)
def is_never_called(host: str) -> bool:
    """Tell whether a host name or IP address must never be called, whatever the settings allow: link-local,
    unspecified and multicast addresses, and where clouds hand out credentials."""
    host = host.lower().rstrip(".").strip("[]")
    found = number_of(host)
    if found is None:
        # 0x7f.1, 2130706433 and the like are numbers to a resolver, whatever they look like.
        last = host.rpartition(".")[2]
        return bool(_METADATA.fullmatch(host)) or not _HOST.fullmatch(host) or last.isdigit() or last.startswith("0x")
    forbidden = found.is_link_local or found.is_multicast or found.is_unspecified
    return forbidden or bool(_METADATA.fullmatch(str(found))) or (found.is_reserved and not found.is_loopback)


def number_of(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return a host as the IP address that it is, also where it hides in another, or nothing."""
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found in _TRANSLATED:
        return ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF)
    return getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None) or found


def _fits(pattern: str, host: str, port: int) -> bool:
    if "/" in pattern:
        found = number_of(host)
        return found is not None and found in ipaddress.ip_network(pattern, strict=False)
    if pattern.startswith("*."):
        return f"{host}:{port}".endswith(pattern[1:]) or host.endswith(pattern[1:])
    return pattern in {"*", host, f"{host}:{port}", f"[{host}]", f"[{host}]:{port}"}

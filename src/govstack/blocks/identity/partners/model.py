"""A partner, where notices to it may go, and what a notice says."""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from govstack.kernel.destinations import Rules, fault_of

PARTNERS_MAX = 500
ADDRESS_CHARACTERS_MAX = 500
SECRET_CHARACTERS_MIN = 32
SECRET_CHARACTERS_MAX = 200
ATTRIBUTES_MAX = 50
_FAULTS = {
    "": "",
    "address": "is https://, a host and a path, without name and password",
    "plain": "starts with https://",
    "unlisted": "is at a host that the operator of this installation does not allow",
    "inside": "is not on the public network",
}
_SERVICE = re.compile(r"[^/\s]{1,100}(/[^/\s]{1,100}){3}")


class Role(StrEnum):
    """What a partner does: it is given shared attributes, issues credentials for this block, or is told of changes."""

    RECEIVER = "receiver"
    ISSUER = "issuer"
    SUBSCRIBER = "subscriber"


@dataclass(frozen=True, slots=True)
class Partner:
    """An organisation that people share with, or that issues for us.

    `application` is what it calls as; `address` is where it is told: a web address, or a service in the mediator
    (CLASS/MEMBER/APPLICATION/SERVICE), or nothing when it looks by itself. `attributes` is all it may be given.
    """

    id: str
    name: str
    application: str
    address: str = ""
    logo_url: str = ""
    roles: tuple[Role, ...] = (Role.RECEIVER,)
    attributes: tuple[str, ...] = ()
    active: bool = True

    @property
    def mediated(self) -> bool:
        """Tell whether notices go through the mediator."""
        return _SERVICE.fullmatch(self.address) is not None


@dataclass(frozen=True, slots=True)
class Notice:
    """What a partner is told: that something waits for it, and never a word of what is in it."""

    id: str
    type: str
    at: str
    data: dict[str, str]

    def body(self) -> bytes:
        """Return the notice as it is sent."""
        return msgspec.json.encode({"id": self.id, "type": self.type, "timestamp": self.at, "data": self.data})


def address_fault(address: str, rules: Rules) -> str:
    """Return why notices may not go to a web address, or nothing; what its name leads to is checked at the call."""
    return _FAULTS["address" if len(address) > ADDRESS_CHARACTERS_MAX else fault_of(address, rules)]


def signature(secret: str, notice_id: str, moment: str, content: bytes) -> str:
    """Return the HMAC-SHA256 over id, moment and body, by which the receiver knows who sent it and when."""
    made = hmac.digest(secret.encode(), f"{notice_id}.{moment}.".encode() + content, "sha256")
    return f"v1,{base64.b64encode(made).decode()}"

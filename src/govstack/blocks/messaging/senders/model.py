"""Senders: who may send, in whose name, how much, and where answers may go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from govstack.kernel.destinations import Rules, fault_of

LINE_CHARACTERS_MAX = 200
ADDRESS_CHARACTERS_MAX = 254
LOCAL_CHARACTERS_MAX = 64
HOSTS_MAX = 20
KEYS_MAX = 20
PER_SECOND_MAX = 10_000
DAILY_QUOTA_MAX = 100_000_000
BATCH_RECIPIENTS_MAX = 20_000
PAUSE_SECONDS_MAX = 86_400.0
FACTOR_MAX = 10.0
# What a request says about its sender, and what is registered.
FACE = (
    "organisation_name", "organisation_reg_nr", "on_behalf_of_name", "on_behalf_of_reg_nr", "email", "reply_to", "name",
)  # fmt: skip
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@({_LABEL}(?:\.{_LABEL})+)")
_HOST = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*(?::[0-9]{{1,5}})?")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_CALLBACK_FAULTS = {
    "": "",
    "address": "is not an address that can be called",
    "plain": "must start with https://",
    "unlisted": "leads to a host that is not registered for this sender",
    "inside": "is not an address that can be called",
}
_APPLICATION = re.compile(r"[^/\s]+/[^/\s]+/[^/\s]+/[^/\s]+")
# Whatever could end a line of a header, for any reader: C0, DEL, C1, and Unicode's own line ends.
_LINE_ENDS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]|[\ud800-\udfff]")


class State(StrEnum):
    """Whether a sender may send."""

    ACTIVE = "active"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Wish:
    """What an administrator writes about a sender."""

    organisation_name: str
    email: str
    organisation_reg_nr: str = ""
    on_behalf_of_name: str = ""
    on_behalf_of_reg_nr: str = ""
    reply_to: str = ""
    name: str = ""
    application: str = ""
    callback_hosts: str = ""
    per_second: int = 20
    daily_quota: int = 100_000
    batch_recipients_max: int = 10_000
    retry_first_seconds: float = 60.0
    retry_factor: float = 2.0
    retry_longest_seconds: float = 3_600.0
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Sender(Wish):
    """A registered sender."""

    id: str = ""
    state: State = State.ACTIVE
    created_by: str = ""
    created_at: str = ""
    changed_at: str = ""

    @property
    def hosts(self) -> tuple[str, ...]:
        """Return the hosts that answers may be passed on to."""
        return tuple(self.callback_hosts.split())

    def pause_seconds(self, attempt: int) -> float:
        """Return how long to wait after a failed attempt, counted from 1."""
        grown = self.retry_first_seconds * self.retry_factor ** min(attempt - 1, 64)
        return min(grown, self.retry_longest_seconds)


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a sender, without the key itself."""

    id: str
    sender_id: str
    created_by: str
    created_at: str
    revoked_at: str | None


def id_fault(text: str) -> str:
    """Return what is wrong with an id that a caller chose, or nothing."""
    return "" if _ID.fullmatch(text) else "must be up to 64 letters, digits, dots, underscores and hyphens"


def line_fault(text: str, *, most: int = LINE_CHARACTERS_MAX) -> str:
    """Return what is wrong with a text that goes into a header, or nothing."""
    if _LINE_ENDS.search(text):
        return "must be one line of readable text"
    return "is too long" if len(text) > most else ""


def address_fault(text: str) -> str:
    """Return what is wrong with an e-mail address, or nothing: one plain address, no name, no comment, no list."""
    found = _ADDRESS.fullmatch(text)
    if found is None:
        return "must be one e-mail address, such as name@example.org"
    if len(text) > ADDRESS_CHARACTERS_MAX or len(found[1]) > LOCAL_CHARACTERS_MAX:
        return "is too long"
    return ""


def callback_fault(uri: str, sender: Sender, *, plain: bool) -> str:
    """Return what is wrong with an address for answers, or nothing; plain HTTP is for trying on one machine."""
    if set(uri) & set('"<>'):
        return _CALLBACK_FAULTS["address"]
    return _CALLBACK_FAULTS[fault_of(uri, callback_rules(tuple(sender.hosts), production=not plain))]


def callback_rules(hosts: tuple[str, ...], *, production: bool) -> Rules:
    """Return where answers may go: never to the machine itself, nor over plain HTTP, but for trying."""
    return Rules(hosts, plain=not production, reach="private" if production else "machine")


def faults(wish: Wish) -> dict[str, str]:
    """Return what is wrong with what is written about a sender, by field."""
    found = {field: line_fault(getattr(wish, field)) for field in (*FACE, "application")}
    found["organisation_name"] = found["organisation_name"] or ("" if wish.organisation_name else "must be given")
    found["email"] = address_fault(wish.email)
    found["reply_to"] = address_fault(wish.reply_to) if wish.reply_to else ""
    if wish.application and not _APPLICATION.fullmatch(wish.application):
        found["application"] = "must be written as INSTANCE/CLASS/MEMBER/APPLICATION"
    hosts = wish.callback_hosts.split()
    if len(hosts) > HOSTS_MAX or not all(
        _HOST.fullmatch(host) and len(host) < ADDRESS_CHARACTERS_MAX for host in hosts
    ):
        found["callback_hosts"] = "must be names of hosts, one a line, such as service.example.org"
    limits: Mapping[str, tuple[float, float]] = {
        "per_second": (1, PER_SECOND_MAX),
        "daily_quota": (1, DAILY_QUOTA_MAX),
        "batch_recipients_max": (1, BATCH_RECIPIENTS_MAX),
        "retry_first_seconds": (1, PAUSE_SECONDS_MAX),
        "retry_factor": (1, FACTOR_MAX),
        "retry_longest_seconds": (1, PAUSE_SECONDS_MAX),
    }
    for field, (least, most) in limits.items():
        if not least <= getattr(wish, field) <= most:
            found[field] = "is outside what is possible"
    return {field: fault for field, fault in found.items() if fault}


def differences(sender: Sender, said: Mapping[str, str]) -> list[str]:
    """Return what a request says otherwise about its sender than is registered; what it leaves out does not differ."""
    return [
        field
        for field in FACE
        if said.get(field) and not _same(said[field], getattr(sender, field), address=field in {"email", "reply_to"})
    ]


def _same(said: str, registered: str, *, address: bool) -> bool:
    return said.lower() == registered.lower() if address else said == registered

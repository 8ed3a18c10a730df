"""Providers and what they answer, and how a text is written for a telephone network."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from html import escape
from string import Template
from typing import Protocol, TypeVar
from urllib.parse import parse_qs, quote_plus, unquote, urlsplit

import msgspec

from govstack.blocks.messaging.providers.errors import TextTooLong
from govstack.kernel.rules import Rule, listed, whole

SMPP_PORT, SMPPS_PORT = 2775, 3550
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
FAILURES_MAX = 3
REST_SECONDS_FIRST = 5.0
REST_SECONDS_MAX = 300.0
# One message on the air holds 140 bytes: 160 septets or 70 units of UCS-2, less what the header of a part takes.
PARTS_MAX = 10
SEPTETS, SEPTETS_OF_PART = 160, 153
OCTETS, OCTETS_OF_PART = 140, 134
ESCAPE = b"\x1b"
# The library's table shows a grave accent wherever it has nothing to show, and the escape is no character.
_UNSURE = frozenset("`\x1b")
_SECTION_SIGN = {0x5F: "\u00a7"}
# SMPP 3.4, 5.1.3: what asks to try later, what is about the recipient, and what is about our account.
LATER = frozenset({0x08, 0x14, 0x45, 0x58, 0x64, 0xFE, 0xFF})
OF_RECIPIENT = frozenset({0x0B, 0x50, 0x51})
OF_ACCOUNT = frozenset({0x04, 0x05, 0x0D, 0x0E, 0x0F, 0x53})
# What a gateway over HTTP says when trying again may help, and what is about the message itself.
AGAIN = frozenset({408, 425, 429})
OF_MESSAGE = frozenset({400, 409, 413, 414, 415, 422})
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
PLACES = frozenset({"recipient", "text", "source", "id"})
_HEADER = re.compile(r"[A-Za-z0-9-]{1,64}")
_RECEIPT = re.compile(r"\bid:\s*([^\s]{1,64})\s.*?\bstat:\s*([A-Za-z]{5,8})", re.DOTALL | re.IGNORECASE)

Wanted_contra = TypeVar("Wanted_contra", contravariant=True)


class Result(StrEnum):
    """How an attempt to deliver ended."""

    DELIVERED = "delivered"
    TAKEN = "taken"  # the provider has it, and says later what became of it
    DEFERRED = "deferred"
    REJECTED = "rejected"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a provider answered; a code of 0 means that it did not.

    `unknown` says that the connection broke after the message had left: whether it was taken, nobody knows. `parts`
    are those that the provider has taken now: number, how many there are, and the provider's id.
    """

    result: Result
    code: int = 0
    unknown: bool = False
    parts: tuple[tuple[int, int, str], ...] = ()


class Provider(Protocol[Wanted_contra]):
    """Somebody who brings messages of one channel to people."""

    name: str

    async def deliver(self, what: Wanted_contra, *, urgent: bool) -> Outcome:
        """Hand a message over and say what became of it; never raises for what the other side does."""

    async def close(self) -> None:
        """Let go of connections."""


@dataclass(slots=True)
class Breaker:
    """Spares a server that does not answer: after some failures nothing is sent for a while, then one tries first."""

    failures: int = 0
    rests_until: float = 0.0

    def wait_seconds(self, moment: float) -> float:
        """Return for how long nothing is to be sent; the first to ask after that is let through to try."""
        if self.failures < FAILURES_MAX:
            return 0.0
        if self.rests_until > moment:
            return self.rests_until - moment
        self.rests_until = moment + self._rest_seconds()
        return 0.0

    def note(self, *, reached: bool, moment: float) -> None:
        """Note whether the server answered."""
        if reached:
            self.failures, self.rests_until = 0, 0.0
            return
        self.failures += 1
        self.rests_until = moment + self._rest_seconds()

    def _rest_seconds(self) -> float:
        return float(min(REST_SECONDS_FIRST * 2 ** min(max(self.failures - FAILURES_MAX, 0), 16), REST_SECONDS_MAX))


@dataclass(frozen=True, slots=True)
class Text:
    """A text for a phone; `taken` holds the parts that a provider has taken in an earlier attempt, by its name."""

    umid: str
    number: str
    text: str
    seconds_left: float
    taken: Mapping[str, Sequence[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """A text as a network takes it: its parts, without headers, and whether they are UCS-2."""

    parts: tuple[bytes, ...]
    wide: bool


def written(text: str) -> Written:
    """Return a text in GSM 7-bit where each character is in its alphabet, else in UCS-2; raises TextTooLong.

    No part ends inside a character: neither between an escape and what it escapes, nor between two surrogates.
    """
    units = [_septets(character) for character in text]
    if all(units):
        found = Written(_parts([unit for unit in units if unit], SEPTETS, SEPTETS_OF_PART), wide=False)
    else:
        found = Written(_parts([one.encode("utf-16-be") for one in text], OCTETS, OCTETS_OF_PART), wide=True)
    if len(found.parts) > PARTS_MAX:
        raise TextTooLong
    return found


def read(octets: bytes, coding: int) -> str:
    """Return a text that came from a network; what cannot be read is shown as such."""
    kind = coding & 0x0F
    if kind == 0x08:
        return octets.decode("utf-16-be", "replace")
    if kind == 0x03:
        return octets.decode("latin-1")
    if kind == 0x01:
        return octets.decode("ascii", "replace")
    found, escaped = [], False
    for octet in octets:
        if octet == ESCAPE[0] and not escaped:
            escaped = True
            continue
        found.append(_letter(octet, escaped=escaped))
        escaped = False
    return "".join(found)


def reference(umid: str) -> int:
    """Return the number that tells a phone which parts belong together: the same in each attempt."""
    return zlib.crc32(umid.encode()) & 0xFF


def header(umid: str, part: int, parts: int) -> bytes:
    """Return the header of one part of a long text (3GPP TS 23.040, 9.2.3.24.1)."""
    return bytes((5, 0, 3, reference(umid), parts, part))


def without_header(octets: bytes) -> tuple[bytes, str]:
    """Return a part that came with a header without it, and which part it is, such as 2/3."""
    size = octets[0] + 1 if octets else 0
    head, rest = octets[:size], octets[size:]
    return rest, f"{head[5]}/{head[4]}" if len(head) == 6 and head[1:3] == b"\x00\x03" else ""


def outcome_of(status: int, *, receipts: bool) -> Outcome:
    """Return what the answer of a centre to a text means."""
    if status == 0:
        return Outcome(Result.TAKEN if receipts else Result.DELIVERED, status)
    if status in LATER:
        return Outcome(Result.DEFERRED, status)
    if status in OF_ACCOUNT:
        return Outcome(Result.UNREACHABLE, status)
    return Outcome(Result.REJECTED if status in OF_RECIPIENT else Result.REFUSED, status)


class Fate(StrEnum):
    """What a network tells later about a text that it took."""

    DELIVERED = "delivered"
    REJECTED = "rejected"
    EXPIRED = "expired"


# SMPP 3.4, 5.2.28 and appendix B. What is on its way, accepted or unknown tells nothing yet.
_FATES: Mapping[str, Fate] = {
    "2": Fate.DELIVERED, "DELIVRD": Fate.DELIVERED, "5": Fate.REJECTED, "UNDELIV": Fate.REJECTED,
    "8": Fate.REJECTED, "REJECTD": Fate.REJECTED, "3": Fate.EXPIRED, "EXPIRED": Fate.EXPIRED,
    "4": Fate.EXPIRED, "DELETED": Fate.EXPIRED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one part, by the id that the provider gave it."""

    provider_id: str
    fate: Fate


def receipt_of(told: str, *, provider_id: str = "", state: int = 0) -> Receipt | None:
    """Return what a receipt says, by its parameters or else by its text; none when it says nothing final."""
    found = _RECEIPT.search(told)
    known = provider_id or (found[1] if found else "")
    fate = _FATES.get(str(state)) if state else _FATES.get(found[2].upper()) if found else None
    return Receipt(known, fate) if known and fate else None


@dataclass(frozen=True, slots=True)
class Brought:
    """What a network brought: a receipt, or a text that somebody wrote, from which number and to which."""

    receipt: Receipt | None = None
    number: str = ""
    to: str = ""
    text: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Centre:
    """A centre of short messages, how to speak to it, and whether it is asked for receipts."""

    host: str
    port: int
    tls: bool
    system_id: str
    password: str
    receipts: bool = True

    @property
    def is_here(self) -> bool:
        """Tell whether the centre runs on this machine."""
        return self.host in LOOPBACK


def centre_of(url: str) -> Centre:
    """Return the centre of smpp://system:password@host:port?receipts=no or smpps://…; raises ValueError."""
    parts = urlsplit(url)
    system_id, password = unquote(parts.username or ""), unquote(parts.password or "")
    if parts.scheme not in {"smpp", "smpps"} or not parts.hostname or parts.path.strip("/") or not system_id:
        raise ValueError("it must read smpp://system:password@host:port or smpps://…")
    if len(system_id) > 15 or len(password) > 8 or not (system_id + password).isascii():
        raise ValueError("SMPP takes a system of 15 and a password of 8 characters at most")
    given = parse_qs(parts.query, keep_blank_values=True)
    if given.keys() - {"receipts"} or given.get("receipts", ["yes"])[0] not in {"yes", "no"}:
        raise ValueError("it may end in ?receipts=yes or ?receipts=no only")
    tls = parts.scheme == "smpps"
    receipts = given.get("receipts", ["yes"])[0] == "yes"
    return Centre(parts.hostname, parts.port or (SMPPS_PORT if tls else SMPP_PORT), tls, system_id, password, receipts)


def _are_centres(text: str) -> bool:
    try:
        return all(centre_of(one) for one in text.split())
    except ValueError:
        return False


CENTRES = Rule(
    "read smpp://system:password@host:port or smpps://…, perhaps with ?receipts=no, several with spaces between",
    _are_centres,
)
SOURCE = Rule(
    "be a number of up to 15 digits, perhaps after +, or up to 11 letters, digits and spaces",
    lambda text: re.fullmatch(r"\+?[0-9]{3,15}|[A-Za-z0-9 ]{1,11}", text) is not None,
)


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway over HTTP as an operator describes it: no gateway needs code of its own."""

    url: str
    method: str
    headers: Mapping[str, str]
    body: str
    source: str
    rejected: frozenset[int] = frozenset()

    @property
    def is_here(self) -> bool:
        """Tell whether the gateway runs on this machine."""
        return urlsplit(self.url).hostname in LOOPBACK

    @property
    def media_type(self) -> str:
        """Return what its body is; JSON where nobody says otherwise."""
        return next((value for name, value in self.headers.items() if name.lower() == "content-type"), JSON)

    def filled(self, what: Text) -> bytes:
        """Return the body for one text: each value is written as its kind of body needs it."""
        values = {"recipient": what.number, "text": what.text, "source": self.source, "id": what.umid}
        return Template(self.body).substitute({name: self._escaped(value) for name, value in values.items()}).encode()

    def outcome_of(self, status: int) -> Outcome:
        """Return what an answer means: what is wrong with the gateway or our account never gives up a text."""
        if 200 <= status < 300:
            return Outcome(Result.DELIVERED, status)
        if status in self.rejected:
            return Outcome(Result.REJECTED, status)
        if status >= 500 or status in AGAIN:
            return Outcome(Result.DEFERRED, status)
        return Outcome(Result.REFUSED if status in OF_MESSAGE else Result.UNREACHABLE, status)

    def _escaped(self, value: str) -> str:
        kind = self.media_type.partition(";")[0].strip().lower()
        if kind == FORM:
            return quote_plus(value)
        if kind.endswith("json"):
            return msgspec.json.encode(value).decode()[1:-1]
        return escape(value) if kind.endswith("xml") else value


def _is_body(text: str) -> bool:
    found = Template(text)
    return found.is_valid() and {"recipient", "text"} <= set(found.get_identifiers()) <= PLACES


def _are_headers(text: str) -> bool:
    try:
        found = msgspec.json.decode(text, type=dict[str, str])
    except (msgspec.DecodeError, UnicodeError):
        return False
    return all(_HEADER.fullmatch(name) and value.isascii() and value.isprintable() for name, value in found.items())


BODY = Rule("hold $recipient and $text, perhaps $source and $id, and no other word after a $ ($$ is a $)", _is_body)
HEADERS = Rule("be JSON: an object of names and values of headers", _are_headers)
STATUSES = listed(whole(400, 599), "be numbers from 400 to 599 with commas between")


def source_kind(source: str) -> tuple[int, int]:
    """Return type and plan of what texts come from: an international number, a network's short one, or a name."""
    if source.startswith("+"):
        return 1, 1
    return (3, 0) if source.isdigit() else (5, 0)


@cache
def _alphabet() -> str:
    """Return the characters of GSM 7-bit in their places, those behind an escape from the 129th on."""
    from smpplib.gsm import GSM_CHARACTER_TABLE  # loaded with the first text

    return str(GSM_CHARACTER_TABLE)


def _septets(character: str) -> bytes:
    if character in _SECTION_SIGN.values():
        return bytes(_SECTION_SIGN)
    place = _alphabet().find(character) if character not in _UNSURE else -1
    if place < 0:
        return b""
    return bytes((place,)) if place < 0x80 else ESCAPE + bytes((place - 0x80,))


def _letter(octet: int, *, escaped: bool) -> str:
    if octet > 0x7F:
        return "\ufffd"
    found = _alphabet()[octet + 0x80] if escaped else "`"
    # 3GPP TS 23.038, 6.2.1.1: an escape that means nothing shows what follows it.
    return found if found != "`" else _SECTION_SIGN.get(octet, _alphabet()[octet])


def _parts(units: Sequence[bytes], whole: int, part: int) -> tuple[bytes, ...]:
    if sum(map(len, units)) <= whole:
        return (b"".join(units),)
    found, held = [], b""
    for unit in units:
        if len(held) + len(unit) > part:
            found.append(held)
            held = b""
        held += unit
    return (*found, held)

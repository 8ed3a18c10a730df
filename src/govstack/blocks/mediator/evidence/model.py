"""Evidence of an exchange: signed messages in a chain, time stamps over it, and the check anybody can make offline."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from govstack.kernel import clock, crypto
from govstack.kernel.crypto import SigningKey

FORMAT = "govstack-message-log/1"
CERTIFICATE_DAYS = 3_650
CLOCK_SKEW_DAYS = 1
LINE_BYTES_MAX = 16_000_000
_USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip

Direction = Literal["request", "answer"]
Verdict = Literal["received", "allowed", "refused"]
Kind = Literal["authority", "member", "timestamp"]


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One request or answer as it is signed; digests are SHA-256 in hexadecimal, times UTC, durations microseconds.

    `target_digest` covers the message id, the method, and the path and query as sent, each after a line feed: who
    holds the message can show it fits, and equal addresses of two messages do not show. `endpoint` is the path
    template. `user_statement` is a keyed hash of the user the calling application states, `purpose` its own words.
    A Struct, because evidence with a field nobody knows must not decode.
    """

    message_id: str
    direction: Direction
    correlation_id: str
    client: str
    provider: str
    service_code: str
    method: str
    at: str
    verdict: Verdict
    endpoint: str = ""
    status: int = 0
    reason: str = ""
    target_digest: str = ""
    request_digest: str = ""
    request_bytes: int = 0
    answer_digest: str = ""
    answer_bytes: int = 0
    user_statement: str = ""
    purpose: str = ""
    duration_us: int = 0
    provider_us: int = 0

    @property
    def speaker(self) -> str:
        """Return CLASS/CODE of the member whose key signs: the client's for a request, the provider's for an answer."""
        application = self.client if self.direction == "request" else self.provider
        return "/".join(application.split("/")[1:3])


class Entry(msgspec.Struct, frozen=True):
    """A signed message in its place in a chain."""

    chain: str
    number: int
    message: Message
    kid: str
    signature: str
    previous_hash: str
    hash: str

    @property
    def digest(self) -> str:
        """Return the hash of what was said and who signed it, without its place."""
        return content_digest(signed_bytes(self.message), self.kid, self.signature)


class Seal(msgspec.Struct, frozen=True):
    """A signed time over the end of a chain: all entries up to `number` existed then."""

    chain: str
    number: int
    hash: str
    at: str
    kid: str
    signature: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """An X.509 certificate that ties a signing key to its holder; `subject` is CLASS/CODE for a member."""

    kid: str
    kind: Kind
    subject: str
    pem: str
    issued_at: str


def signed_bytes(message: Message) -> bytes:
    """Return what a member's signature covers."""
    return b"govstack-message/1\n" + crypto.canonical(message)


def sealed_bytes(chain: str, number: int, head_hash: str, at: str) -> bytes:
    """Return what the signature of a time stamp covers."""
    return f"govstack-seal/1\n{chain}\n{number}\n{head_hash}\n{at}".encode()


def content_digest(signed: bytes, kid: str, signature: str) -> str:
    """Return the hash of what was signed, by which key, and the signature."""
    return hashlib.sha256(signed + f"\n{kid}\n{signature}".encode()).hexdigest()


def chained(chain: str, number: int, previous_hash: str, digest: str) -> str:
    """Return the hash of an entry: of its place, its content and, through the hash before it, all before it."""
    return hashlib.sha256(f"{chain}\n{number}\n{previous_hash}\n{digest}".encode()).hexdigest()


def target_digest(message_id: str, method: str, target: bytes) -> str:
    """Return the digest of where a request went; see Message."""
    return hashlib.sha256(f"{message_id}\n{method}\n".encode() + target).hexdigest()


# Certificates: a small authority of this instance vouches for the keys of its members.


def issue(
    key: SigningKey, *, authority: SigningKey, kind: Kind, instance: str, subject: str, serial: int, moment: datetime
) -> Certificate:
    """Issue a certificate; the authority's own it issues to itself, which is why its fingerprint is published."""
    public, issuer = key.private.public_key(), authority.private.public_key()
    is_authority = kind == "authority"
    usage = dict.fromkeys(_USAGES, False)
    usage.update(dict.fromkeys(("key_cert_sign", "crl_sign") if is_authority else _USAGES[:2], True))
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(instance, kind, subject))
        .issuer_name(_name(instance, "authority", instance))
        .public_key(public)
        .serial_number(serial)
        .not_valid_before(moment - timedelta(days=CLOCK_SKEW_DAYS))
        .not_valid_after(moment + timedelta(days=CERTIFICATE_DAYS))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer), critical=False)
    )
    if kind == "timestamp":
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    made = builder.sign(authority.private, hashes.SHA256())
    pem = made.public_bytes(serialization.Encoding.PEM).decode("ascii")
    return Certificate(key.kid, kind, subject, pem, clock.timestamp(moment))


def _name(instance: str, kind: Kind, subject: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, instance),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, kind),
            x509.NameAttribute(NameOID.COMMON_NAME, subject),
        ]
    )


def fingerprint(pem: str) -> str:
    """Return the SHA-256 fingerprint of a certificate in hexadecimal."""
    return x509.load_pem_x509_certificate(pem.encode("ascii")).fingerprint(hashes.SHA256()).hex()


@dataclass(frozen=True)
class Holder:
    """A certificate as a verifier uses it: whose key it is, of which kind, and when it may sign."""

    loaded: x509.Certificate

    @cached_property
    def kind(self) -> str:
        """Return authority, member or timestamp."""
        return self._named(NameOID.ORGANIZATIONAL_UNIT_NAME)

    @cached_property
    def subject(self) -> str:
        """Return whose key it is."""
        return self._named(NameOID.COMMON_NAME)

    @cached_property
    def period(self) -> tuple[str, str]:
        """Return the first and the last moment, as timestamps."""
        return clock.timestamp(self.loaded.not_valid_before_utc), clock.timestamp(self.loaded.not_valid_after_utc)

    @cached_property
    def jwk(self) -> dict[str, str]:
        """Return the key; raises ValueError when it is not on the curve we sign with."""
        public = self.loaded.public_key()
        if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
            raise ValueError("The certificate's key is not one for ES256.")
        numbers = public.public_numbers()
        size = crypto.COORDINATE_BYTES
        x, y = (crypto.to_base64url(number.to_bytes(size, "big")) for number in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y}

    def signed(self, signature: str, data: bytes, *, at: str) -> bool:
        """Tell whether this holder signed data at a moment within its period."""
        first, last = self.period
        try:
            raw = crypto.from_base64url(signature)
        except ValueError:
            return False
        return first <= at <= last and crypto.verify(self.jwk, raw, data)

    def _named(self, oid: x509.ObjectIdentifier) -> str:
        found = self.loaded.subject.get_attributes_for_oid(oid)
        return str(found[0].value) if len(found) == 1 else ""


def holders(authorities: Iterable[str], certificates: Iterable[str]) -> dict[str, Holder]:
    """Return who holds which key, by key id; raises ValueError for a certificate that no given authority issued."""
    trusted = [x509.load_pem_x509_certificate(pem.encode()) for pem in authorities]
    if not all(_issued_by(authority, authority) for authority in trusted):
        raise ValueError("The authority's certificate is not its own.")
    found: dict[str, Holder] = {}
    for pem in certificates:
        holder = Holder(x509.load_pem_x509_certificate(pem.encode()))
        if not any(_issued_by(holder.loaded, authority) for authority in trusted):
            raise ValueError(f"The certificate of {holder.subject} was not issued by the authority.")
        found[crypto.thumbprint(holder.jwk)] = holder
    return found


def _issued_by(loaded: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        loaded.verify_directly_issued_by(authority)
        return authority.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (InvalidSignature, ValueError, TypeError, x509.ExtensionNotFound):
        return False


# The exported file: a line each for its header, entries, seals and end.


class Start(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the entries of a chain begin in a file: the first number, and the hash before it."""

    chain: str
    first: int
    previous_hash: str


class Span(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which entries of a chain a file holds, and the hash of the last one."""

    chain: str
    first: int
    last: int
    hash: str


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="header"):
    """The first line: whose log it is, who vouches for the keys, and what follows."""

    format: str
    instance: str
    made_at: str
    authorities: list[str]
    certificates: list[str]
    chains: list[Start]


class EntryLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="entry"):
    """One signed message."""

    chain: str
    number: int
    message: Message
    kid: str
    signature: str
    previous_hash: str
    hash: str


class HiddenLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="hidden"):
    """An entry that the file's reader may not see; its digest keeps the chain checkable."""

    chain: str
    number: int
    digest: str


class SealLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="seal"):
    """A time stamp over the entry before it."""

    chain: str
    number: int
    hash: str
    at: str
    kid: str
    signature: str


class EndLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="end"):
    """The last line, signed by the time-stamping key: a file without it was cut off."""

    entries: int
    chains: list[Span]
    at: str
    kid: str
    signature: str


Line = Header | EntryLine | HiddenLine | SealLine | EndLine


def end_bytes(entries: int, chains: list[Span], at: str) -> bytes:
    """Return what the signature of a file's last line covers."""
    return b"govstack-export/1\n" + msgspec.json.encode([entries, chains, at], order="sorted")


@dataclass(frozen=True, slots=True)
class Verification:
    """What the check of a file found: how many entries it could read as signed, and what is first wrong with which.

    `first_bad` is CHAIN/NUMBER, or header or end.
    """

    ok: bool
    entries: int
    first_bad: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Proven:
    """An entry with the outcome of checking it, and since when a time stamp covers it ("" while none does)."""

    entry: Entry
    verification: Verification
    sealed_at: str


def verify(lines: Iterable[bytes | str], *, authorities: Collection[str] = ()) -> Verification:
    """Check an exported log from its lines alone, in bounded memory; stops at the first thing wrong.

    `authorities` are fingerprints of the instance's authority (SHA-256, hexadecimal) that the reader has from
    elsewhere. Without them the file only proves that it is whole in itself.
    """
    check = _Check(frozenset(text.replace(":", "").lower() for text in authorities))
    for line in lines:
        try:
            check.take(line.encode() if isinstance(line, str) else line)
        except _Bad as bad:
            return Verification(False, check.entries, *bad.args)
    if not check.ended:
        return Verification(False, check.entries, "end", "The last line is missing: the file was cut off.")
    return Verification(True, check.entries)


class _Bad(Exception):
    """Where and why a file fails; never leaves this module."""


@dataclass
class _Chain:
    first: int
    following: int
    hash: str


@dataclass
class _Check:
    """The state of reading a file line by line."""

    fingerprints: frozenset[str]
    entries: int = 0
    ended: bool = False
    holders: Mapping[str, Holder] | None = None
    chains: dict[str, _Chain] = field(default_factory=dict)
    latest: str = ""

    def take(self, raw: bytes) -> None:
        text = raw.rstrip(b"\r\n")
        try:
            line: Line = msgspec.json.decode(text, type=Line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise _Bad(self._here(), f"Line not understood: {error}.") from error
        # One meaning, one text: a second value under the same name would be read by people and not by this check.
        if len(text) > LINE_BYTES_MAX or msgspec.json.encode(line) != text:
            raise _Bad(self._here(), "The line is not written as an export writes it.")
        if self.ended:
            raise _Bad("end", "There are lines after the last one.")
        if isinstance(line, Header):
            self._header(line)
        elif self.holders is None:
            raise _Bad("header", "The file does not start with its header.")
        elif isinstance(line, EndLine):
            self._end(line)
        elif isinstance(line, SealLine):
            self._seal(line, self.holders)
        else:
            self._entry(line, self.holders)

    def _header(self, header: Header) -> None:
        if self.holders is not None or header.format != FORMAT:
            raise _Bad("header", f"The file is not one log in the format {FORMAT}.")
        try:
            if self.fingerprints and not {fingerprint(pem) for pem in header.authorities} <= self.fingerprints:
                raise _Bad("header", "The authority in the file is not the one you trust.")
            self.holders = holders(header.authorities, header.certificates)
        except ValueError as error:
            raise _Bad("header", f"A certificate does not hold: {error}") from error
        self.chains = {start.chain: _Chain(start.first, start.first, start.previous_hash) for start in header.chains}

    def _entry(self, line: EntryLine | HiddenLine, keys: Mapping[str, Holder]) -> None:
        place = f"{line.chain}/{line.number}"
        chain = self.chains.get(line.chain)
        if chain is None:
            raise _Bad(place, "The entry belongs to no chain of this file.")
        if line.number > chain.following:
            raise _Bad(f"{line.chain}/{chain.following}", "The entry is missing: it was removed, or moved elsewhere.")
        if line.number < chain.following:
            raise _Bad(place, "The entry stands twice or in the wrong place.")
        if isinstance(line, HiddenLine):
            chain.hash = chained(line.chain, line.number, chain.hash, line.digest)
        else:
            self._signed(line, place, chain, keys)
            chain.hash = line.hash
            self.entries += 1
        chain.following += 1
        self.latest = f"{line.chain}/{chain.following}"

    @staticmethod
    def _signed(line: EntryLine, place: str, chain: _Chain, keys: Mapping[str, Holder]) -> None:
        message = line.message
        if line.previous_hash != chain.hash:
            raise _Bad(place, "The entry does not continue the one before it.")
        signed = signed_bytes(message)
        digest = content_digest(signed, line.kid, line.signature)
        if chained(line.chain, line.number, line.previous_hash, digest) != line.hash:
            raise _Bad(place, "The entry was changed: its hash does not fit.")
        holder = keys.get(line.kid)
        if holder is None or holder.kind != "member" or holder.subject != message.speaker:
            raise _Bad(place, f"The entry is not signed with a certified key of {message.speaker}.")
        if not holder.signed(line.signature, signed, at=message.at):
            raise _Bad(place, "The entry was changed: its signature does not fit.")

    def _seal(self, line: SealLine, keys: Mapping[str, Holder]) -> None:
        place = f"{line.chain}/{line.number}"
        chain = self.chains.get(line.chain)
        if chain is None or line.number >= chain.following:
            missing = place if chain is None else f"{line.chain}/{chain.following}"
            raise _Bad(missing, "The entry is missing: a time stamp covers it.")
        if line.number != chain.following - 1 or line.hash != chain.hash:
            raise _Bad(place, "The time stamp does not fit the entry before it.")
        self._stamped(keys, line, sealed_bytes(line.chain, line.number, line.hash, line.at), place)

    def _end(self, line: EndLine) -> None:
        for span in line.chains:
            chain = self.chains.get(span.chain)
            if chain is None or span.first < chain.first:
                raise _Bad(f"{span.chain}/{span.first}", "The entry is missing: it was cut off.")
            if span.last >= chain.following:
                raise _Bad(f"{span.chain}/{chain.following}", "The entry is missing: it was cut off.")
            if (span.first, span.last, span.hash) != (chain.first, chain.following - 1, chain.hash):
                raise _Bad(f"{span.chain}/{span.last}", "The end of the chain is not what the last line says.")
        if line.entries != self.entries or len(line.chains) != len(self.chains):
            raise _Bad("end", "The file does not hold what its last line says.")
        self._stamped(self.holders or {}, line, end_bytes(line.entries, line.chains, line.at), "end")
        self.ended = True

    @staticmethod
    def _stamped(keys: Mapping[str, Holder], line: SealLine | EndLine, covered: bytes, place: str) -> None:
        holder = keys.get(line.kid)
        if holder is None or holder.kind != "timestamp" or not holder.signed(line.signature, covered, at=line.at):
            raise _Bad(place, "The time stamp is not signed by the certified time-stamping key.")

    def _here(self) -> str:
        """Return the entry that a line which cannot be read stands for, as far as its neighbours tell."""
        if self.holders is None:
            return "header"
        return self.latest or next((f"{name}/{chain.first}" for name, chain in self.chains.items()), "end")

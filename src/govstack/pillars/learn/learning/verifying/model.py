"""Tells what a credential is worth, from the credential, the keys of issuers and lists of states alone: no network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry

from govstack.kernel import clock, crypto
from govstack.kernel.i18n import _
from govstack.pillars.learn.learning.badges.model import Purpose, identity_hash

CREDENTIAL_BYTES_MAX = 2_000_000
# A picture of a badge has some hundred; two megabytes of nothing but tags keep a processor busy for seconds.
PICTURE_TAGS_MAX = 20_000
TAG = b"<"
MEMBERS_MAX = 500
# The last second of the year 9999.
SECONDS_MAX = 253_402_300_799
ALGORITHMS = ("ES256", "ES384", "RS256", "EdDSA", "Ed25519")
ENVELOPE = "data:application/vc+jwt,"
CLR = "ClrCredential"
# DIDs of issuers with their public keys by the name that a credential gives them.
Issuers = Mapping[str, Mapping[str, Mapping[str, Any]]]
# Signed lists of states by their address.
Lists = Mapping[str, str]


class Verdict(StrEnum):
    """What a credential is worth."""

    VALID = "valid"
    TAMPERED = "tampered"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    UNKNOWN_ISSUER = "unknown-issuer"
    NOT_YET = "not-yet-valid"
    UNREADABLE = "unreadable"
    UNKNOWN_STATUS = "unknown-status"
    PARTS = "parts-not-valid"


VERDICTS: Mapping[Verdict, str] = {
    Verdict.PARTS: _("The record is genuine, but not all that stands in it counts now. See what each is worth."),
    Verdict.VALID: _("The badge is valid."),
    Verdict.TAMPERED: _("The badge was forged or changed: its signature does not fit. Do not accept it."),
    Verdict.EXPIRED: _("The badge has expired."),
    Verdict.REVOKED: _("The badge was revoked by its issuer. Do not accept it."),
    Verdict.SUSPENDED: _("The badge is suspended: it does not count for now."),
    Verdict.UNKNOWN_ISSUER: _("The issuer of this badge, or the key that it names, is not known here."),
    Verdict.NOT_YET: _("The badge is not valid yet."),
    Verdict.UNREADABLE: _("This is no badge that can be read here. Send the file as you received it."),
    Verdict.UNKNOWN_STATUS: _(
        "The badge is genuine, but whether it was revoked could not be found out. Get a newer list, then check again."
    ),
}


class Unreadable(ValueError):
    """This is no credential that can be checked here."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out about a credential; what is told beside the verdict counts only when it is signed."""

    verdict: Verdict
    title: str = ""
    issuer: str = ""
    issuer_name: str = ""
    issued_at: str = ""
    expires_at: str = ""
    criteria: str = ""
    competencies: tuple[str, ...] = ()
    identity_hash: str = ""
    status_as_of: str = ""
    members: tuple[Finding, ...] = field(default=())

    def belongs_to(self, identity: str, proof: str) -> bool:
        """Tell whether it is of the person with a number, who has handed over the proof of it."""
        return bool(self.identity_hash) and crypto.equal(self.identity_hash, identity_hash(identity, proof))


def token_of(content: bytes) -> str:
    """Return the credential in a text, a JSON envelope, or a badge picture (SVG or PNG); raises Unreadable."""
    from openbadgeslib.errors import LibOpenBadgesException
    from openbadgeslib.ob3 import OB3Verifier

    if len(content) > CREDENTIAL_BYTES_MAX:
        raise Unreadable
    try:
        if content.startswith(b"\x89PNG"):
            return str(OB3Verifier.extract_token_from_png(content))
        if content.count(TAG) > PICTURE_TAGS_MAX:
            raise Unreadable
        text = content.decode("utf-8-sig").strip()
        if text.startswith("<"):
            return str(OB3Verifier.extract_token_from_svg(content))
        if text.startswith("{"):
            return _enveloped(msgspec.json.decode(text))
    except (LibOpenBadgesException, ValueError, msgspec.MsgspecError, RecursionError) as error:
        raise Unreadable from error
    return "".join(text.split())


def list_urls(token: str) -> list[str]:
    """Return the addresses of the lists that a credential names, before anything is believed."""
    try:
        told = _unchecked(token)
    except Unreadable:
        return []
    own = [url for entry in _entries(told) if isinstance(url := entry.get("statusListCredential"), str)]
    for member in _members(told):
        try:
            own += list_urls(_enveloped(member))
        except Unreadable:
            continue
    return list(dict.fromkeys(own))


def address_of_list(token: str) -> str:
    """Return which list this is, as it says itself; raises Unreadable."""
    address = _unchecked(token).get("id")
    if not isinstance(address, str):
        raise Unreadable
    return address


def issuers_of(documents: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Mapping[str, Any]]]:
    """Return the keys in DID documents; raises Unreadable for what is none."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for document in documents:
        did, methods = document.get("id"), document.get("verificationMethod")
        if not isinstance(did, str) or not isinstance(methods, list):
            raise Unreadable
        for method in methods:
            if not isinstance(method, dict) or not isinstance(method.get("publicKeyJwk"), dict):
                continue
            name = str(method.get("id", ""))
            found.setdefault(did, {})[name if name.startswith(did) else f"{did}{name}"] = method["publicKeyJwk"]
    return found


def check(token: str, *, issuers: Issuers, lists: Lists, now: datetime) -> Finding:
    """Tell what a credential is worth.

    A forged one is told first, then who issued it; revoked and suspended before expired, since they say more.
    """
    try:
        told = _unchecked(token)
        issuer = _issuer(told)
        known = issuers.get(issuer)
        shown = _told(told, issuer)
        if known is None:
            return replace(shown, verdict=Verdict.UNKNOWN_ISSUER)
        keys = _keys_named(token, issuer, known)
    except Unreadable:
        return Finding(Verdict.UNREADABLE)
    if not keys:
        return replace(shown, verdict=Verdict.UNKNOWN_ISSUER)
    if not _signed_by(token, keys):
        return Finding(Verdict.TAMPERED, issuer=issuer)
    status, as_of = _status(told, issuer, known, lists, now)
    verdict = _verdict(told, status, now)
    members = _checked_members(told, issuers=issuers, lists=lists, now=now)
    if verdict is Verdict.VALID and any(one.verdict is not Verdict.VALID for one in members):
        # A record that is whole says nothing good of a badge in it that was revoked.
        verdict = Verdict.PARTS
    return replace(shown, verdict=verdict, status_as_of=as_of, members=members)


def _verdict(told: Mapping[str, Any], status: Verdict, now: datetime) -> Verdict:
    if status in {Verdict.REVOKED, Verdict.SUSPENDED}:
        return status
    try:
        starts, ends = _window(told)
    except ValueError:
        return Verdict.UNREADABLE
    if ends is not None and ends <= now:
        return Verdict.EXPIRED
    if starts is not None and starts > now + clock.SKEW:
        return Verdict.NOT_YET
    return status


def _checked_members(told: Mapping[str, Any], *, issuers: Issuers, lists: Lists, now: datetime) -> tuple[Finding, ...]:
    """Return what the credentials inside a record are worth, each by itself."""
    found = []
    for member in _members(told):
        try:
            token = _enveloped(member)
            # A record holds no records: nothing goes deeper than this.
            one = Finding(Verdict.UNREADABLE) if _members(_unchecked(token)) else None
            found.append(one or check(token, issuers=issuers, lists=lists, now=now))
        except Unreadable:
            found.append(Finding(Verdict.UNREADABLE))
    return tuple(found)


def _status(
    told: Mapping[str, Any], issuer: str, keys: Mapping[str, Mapping[str, Any]], lists: Lists, now: datetime
) -> tuple[Verdict, str]:
    """Return what the lists say, and the oldest moment for which they say it."""
    found, moments = {Verdict.VALID}, []
    for entry in _entries(told):
        try:
            is_set, moment = _bit(entry, issuer, keys, lists, now)
        except (Unreadable, ValueError):
            found.add(Verdict.UNKNOWN_STATUS)
            continue
        moments.append(moment)
        if is_set:
            revoked = entry.get("statusPurpose") == Purpose.REVOCATION.value
            found.add(Verdict.REVOKED if revoked else Verdict.SUSPENDED)
    worst = (Verdict.REVOKED, Verdict.SUSPENDED, Verdict.UNKNOWN_STATUS, Verdict.VALID)
    return next(one for one in worst if one in found), min(moments, default="")


def _bit(
    entry: Mapping[str, Any], issuer: str, keys: Mapping[str, Mapping[str, Any]], lists: Lists, now: datetime
) -> tuple[bool, str]:
    """Return whether a list has the mark of a credential; raises Unreadable for a list that proves nothing now."""
    from openbadgeslib.ob3.status import decode_encoded_list

    url, purpose = entry.get("statusListCredential"), entry.get("statusPurpose")
    signed = lists.get(url) if isinstance(url, str) else None
    if signed is None or not isinstance(purpose, str) or purpose not in set(Purpose) or entry.get("statusSize", 1) != 1:
        raise Unreadable
    told = _unchecked(signed)
    subject = told.get("credentialSubject")
    named = _keys_named(signed, issuer, keys)
    if _issuer(told) != issuer or told.get("id") != url or not named or not _signed_by(signed, named):
        raise Unreadable
    starts, ends = _window(told)
    if (ends is not None and ends <= now) or (starts is not None and starts > now + clock.SKEW):
        raise Unreadable
    if not isinstance(subject, dict) or subject.get("statusPurpose") != purpose:
        raise Unreadable
    bits = decode_encoded_list(str(subject.get("encodedList")))
    place = int(str(entry.get("statusListIndex")))
    if not 0 <= place < len(bits) * 8:
        raise Unreadable
    return bool(bits[place // 8] & (0x80 >> place % 8)), str(told.get("validFrom", ""))


def _signed_by(token: str, keys: Mapping[str, Mapping[str, Any]]) -> bool:
    for key in keys.values():
        try:
            # Its name is that of the DID document; the library looks for the name that the token has.
            bare = {name: value for name, value in key.items() if name not in {"kid", "use", "alg"}}
            crypto.signed_token(token, JWKRegistry.import_key(bare), algorithms=ALGORITHMS)
        except (ValueError, JoseError):
            continue
        return True
    return False


def _keys_named(token: str, issuer: str, keys: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return the key that a token names, or all of its issuer when it names none."""
    header = _part(token, 0)
    name = header.get("kid")
    if name is None:
        return dict(keys)
    if not isinstance(name, str):
        raise Unreadable
    whole = name if name.startswith("did:") else f"{issuer}#{name.lstrip('#')}"
    return {whole: keys[whole]} if whole in keys else {}


def _part(token: str, number: int) -> dict[str, Any]:
    parts = token.split(".")
    if len(parts) != 3 or len(token) > CREDENTIAL_BYTES_MAX:
        raise Unreadable
    try:
        told = msgspec.json.decode(crypto.from_base64url(parts[number]))
    except (ValueError, msgspec.MsgspecError, RecursionError) as error:
        raise Unreadable from error
    if not isinstance(told, dict):
        raise Unreadable
    return told


def _unchecked(token: str) -> dict[str, Any]:
    return _part(token, 1)


def _issuer(told: Mapping[str, Any]) -> str:
    """Return who issued, if the credential and the token around it say the same."""
    stated = told.get("issuer")
    found = stated.get("id") if isinstance(stated, dict) else stated
    if not isinstance(found, str) or told.get("iss", found) != found:
        raise Unreadable
    return found


def _told(told: Mapping[str, Any], issuer: str) -> Finding:
    """Return what a credential tells, read as the library reads it; raises Unreadable."""
    from openbadgeslib.ob3 import OpenBadgeCredential

    kinds = told.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    stated = told.get("issuer")
    name = str(stated.get("name", "")) if isinstance(stated, dict) else ""
    issued_at, expires_at = str(told.get("validFrom", "")), str(told.get("validUntil", ""))
    if CLR in kinds:
        return Finding(
            Verdict.VALID, title=str(told.get("name", "")), issuer=issuer, issuer_name=name,
            issued_at=issued_at, expires_at=expires_at,
        )  # fmt: skip
    if "VerifiableCredential" not in kinds or not {"OpenBadgeCredential", "AchievementCredential"} & set(
        map(str, kinds)
    ):
        raise Unreadable
    try:
        read = OpenBadgeCredential.from_jwt_payload(dict(told))
    except (ValueError, TypeError, AttributeError) as error:
        raise Unreadable from error
    aligned = [
        " ".join(
            str(part)
            for part in (one.target_framework, one.target_code, one.target_name, one.target_description)
            if part
        )
        for one in read.achievement.alignments
    ]
    return Finding(
        Verdict.VALID, title=str(read.achievement.name), issuer=issuer, issuer_name=name,
        criteria=str(read.achievement.criteria_narrative), competencies=tuple(aligned),
        identity_hash=str(read.identifiers[0].identity_hash) if read.identifiers else "",
        issued_at=issued_at, expires_at=expires_at,
    )  # fmt: skip


def _window(told: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    """Return from when and until when something counts: the narrower of what stands in it twice."""
    starts = [clock.parse(told["validFrom"])] if isinstance(told.get("validFrom"), str) else []
    ends = [clock.parse(told["validUntil"])] if isinstance(told.get("validUntil"), str) else []
    for name, found in (("nbf", starts), ("exp", ends)):
        if isinstance(told.get(name), int | float):
            if not 0 <= told[name] <= SECONDS_MAX:
                raise ValueError(name)
            found.append(datetime.fromtimestamp(told[name], tz=UTC))
    return max(starts, default=None), min(ends, default=None)


def _entries(told: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    stated = told.get("credentialStatus") or []
    return [one for one in (stated if isinstance(stated, list) else [stated]) if isinstance(one, dict)]


def _members(told: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    subject = told.get("credentialSubject")
    members = subject.get("verifiableCredential") if isinstance(subject, dict) else None
    if not isinstance(members, list):
        return []
    return [one for one in members if isinstance(one, dict)][:MEMBERS_MAX]


def _enveloped(document: object) -> str:
    """Return the token that a JSON document is an envelope of; raises Unreadable."""
    address = document.get("id") if isinstance(document, dict) else None
    if not isinstance(address, str) or not address.startswith(ENVELOPE):
        raise Unreadable
    return address.removeprefix(ENVELOPE)

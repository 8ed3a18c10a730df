"""Signatures of people: what is signed, and whether a signature is what it says (RFC 7515)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from msgspec import Meta

from govstack.blocks.consent.signing.errors import BadSignature
from govstack.kernel import clock, crypto

JWS, PGP = "jws", "pgp"
# What this block signs for people who confirm on its pages; nobody can send it.
SIGN_IN = "sign-in"
METHODS = (JWS, PGP)
OLD_NAME = "EdDSA"
ALGORITHMS = ["ES256", "RS256", "Ed25519", OLD_NAME]
RSA_BITS_MIN = 2_048
TEXT_CHARACTERS_MAX = 100_000
AGE_MAX = timedelta(days=1)
AHEAD_MAX = timedelta(minutes=5)
REVISION = "revision"
# In this order the payload is written; `timestamp` is among them, so that it is protected (see the README).
SIGNED_FIELDS: Final = {
    "verificationPayload": "verification_payload",
    "verificationPayloadHash": "verification_payload_hash",
    "verificationMethod": "verification_method",
    "verificationArtifact": "verification_artifact",
    "verificationSignedBy": "verification_signed_by",
    "verificationJwsHeader": "verification_jws_header",
    "timestamp": "timestamp",
    "signedWithoutObjectReference": "signed_without_object_reference",
    "objectType": "object_type",
    "objectReference": "object_reference",
}
Text = Annotated[str, Meta(max_length=TEXT_CHARACTERS_MAX)]
_PUBLIC_ONLY = frozenset({"d", "p", "q", "dp", "dq", "qi", "k"})
PublicKey = ECKey | OKPKey | RSAKey


class Signature(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A signature in its published shape: of a person, over one revision of a record."""

    id: str
    payload: Text
    signature: Text
    verification_method: Text
    verification_payload: Text
    verification_payload_hash: Text
    verification_signed_by: Text
    timestamp: Text
    verification_artifact: Text | None = None
    verification_signed_as: Text | None = None
    verification_jws_header: Text | None = None
    signed_without_object_reference: bool | None = None
    object_type: Text | None = None
    object_reference: Text | None = None


def payload_of(signature: Signature) -> str:
    """Return the text that a person signs; without a reference where there is nothing to refer to yet."""
    content = {name: getattr(signature, attribute) for name, attribute in SIGNED_FIELDS.items()}
    if signature.signed_without_object_reference:
        del content["objectReference"]
    return msgspec.json.encode(content).decode()


def checked(signature: Signature, *, snapshot: str, snapshot_hash: str, revision_id: str, now: datetime) -> bool:
    """Tell whether a signature was verified; False for a kind that is only kept. Raises BadSignature.

    What was signed must be, byte for byte, the snapshot that this block keeps.
    """
    if signature.verification_method not in METHODS:
        raise _bad("verificationMethod", f"is one of {', '.join(METHODS)}")
    if signature.verification_payload != snapshot:
        raise _bad("verificationPayload", "is not the exact text of the present revision")
    if signature.verification_payload_hash != snapshot_hash:
        raise _bad("verificationPayloadHash", "is not the hash of the present revision")
    _check_moment(signature.timestamp, now)
    _check_payload(signature, revision_id)
    if not signature.signature:
        raise _bad("signature", "is missing")
    if signature.verification_method != JWS:
        return False
    _check_jws(signature)
    return True


def same_key(one: Signature, other: Signature) -> bool:
    """Tell whether two signatures of people were made with the same key."""
    if SIGN_IN in {one.verification_method, other.verification_method}:
        return False
    return (_thumbprint(one) or "none") == _thumbprint(other)


def confirmed(prepared: Signature, key: crypto.SigningKey) -> Signature:
    """Return a prepared signature as this block makes it for somebody who signed in: a detached JWS."""
    artifact = msgspec.json.encode({name: key.public_jwk[name] for name in ("kty", "crv", "x", "y")}).decode()
    made = msgspec.structs.replace(prepared, verification_method=SIGN_IN, verification_artifact=artifact)
    made = msgspec.structs.replace(made, payload=payload_of(made))
    header = crypto.to_base64url(msgspec.json.encode({"alg": "ES256", "kid": key.kid}))
    sign = key.sign(f"{header}.{crypto.to_base64url(made.payload.encode())}".encode())
    return msgspec.structs.replace(made, signature=f"{header}..{crypto.to_base64url(sign)}")


def is_recent(moment: datetime, now: datetime) -> bool:
    """Tell whether somebody may still sign, or say that they signed, what was ready at a moment."""
    return now - AGE_MAX <= moment <= now + AHEAD_MAX


def _thumbprint(signature: Signature) -> str:
    """Return what a key is known by (RFC 7638), or nothing where there is no key to be read."""
    try:
        header = msgspec.json.decode(crypto.from_base64url(_parts(signature)[0]), type=dict[str, Any])
        return _key(signature.verification_artifact or "", header).thumbprint()
    except (BadSignature, msgspec.DecodeError, ValueError, RecursionError):
        return ""


def _bad(field: str, fault: str) -> BadSignature:
    return BadSignature(f"{field} {fault}.", fields={field: fault})


def _check_moment(text: str, now: datetime) -> None:
    try:
        moment = clock.parse(text)
    except (ValueError, OverflowError) as error:
        raise _bad("timestamp", "is not a moment with a time zone") from error
    if not is_recent(moment, now):
        raise _bad("timestamp", "is too long ago, or in the future")


def _check_payload(signature: Signature, revision_id: str) -> None:
    try:
        content = msgspec.json.decode(signature.payload, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError) as error:
        raise _bad("payload", "is not a JSON object") from error
    reference = content.get("objectReference") or ""
    if signature.object_type not in {None, REVISION} or reference not in {"", revision_id}:
        raise _bad("objectReference", "is not the present revision")
    if not signature.signed_without_object_reference and reference != revision_id:
        raise _bad("objectReference", "is not the present revision")
    for name, attribute in SIGNED_FIELDS.items():
        said = content.get(name)
        if name != "objectReference" and (said or None) != (getattr(signature, attribute) or None):
            raise _bad("payload", f"says something else than {name}")


def _check_jws(signature: Signature) -> None:
    header_text, sign = _parts(signature)
    try:
        header = msgspec.json.decode(crypto.from_base64url(header_text), type=dict[str, Any])
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise _bad("signature", "has no header that can be read") from error
    if header.get("alg") not in ALGORITHMS or "crit" in header or "b64" in header:
        raise _bad("signature", f"is made with one of {', '.join(ALGORITHMS)}")
    key = _key(signature.verification_artifact or "", header)
    content = f"{header_text}.{crypto.to_base64url(signature.payload.encode())}"
    try:
        if header["alg"] == OLD_NAME:
            _check_ed25519(key, crypto.from_base64url(sign), content.encode())
        else:
            jws.deserialize_compact(f"{content}.{sign}", key, algorithms=ALGORITHMS)
    except (JoseError, InvalidSignature, ValueError, TypeError) as error:
        raise _bad("signature", "was not made over this payload with this key") from error


def _check_ed25519(key: PublicKey, sign: bytes, content: bytes) -> None:
    """Verify a signature under the name that RFC 9864 retired and much software still writes."""
    public = key.public_key
    if not isinstance(public, ed25519.Ed25519PublicKey):
        raise TypeError
    public.verify(sign, content)


def _parts(signature: Signature) -> tuple[str, str]:
    """Return header and signature as base64url: of a compact JWS, detached or not, or beside a header of its own."""
    parts = signature.signature.split(".")
    if len(parts) == 1 and signature.verification_jws_header:
        return crypto.to_base64url(signature.verification_jws_header.encode()), parts[0]
    if len(parts) != 3 or parts[1] not in {"", crypto.to_base64url(signature.payload.encode())}:
        raise _bad("signature", "is not a compact JWS over the payload")
    return parts[0], parts[2]


def _key(artifact: str, header: Mapping[str, Any]) -> PublicKey:
    """Return the key that a signature is said to be made with: of the artifact, else of the header."""
    try:
        if artifact.lstrip().startswith("{"):
            return _from_jwk(msgspec.json.decode(artifact, type=dict[str, Any]))
        if "jwk" in header:
            return _from_jwk(header["jwk"])
        if header.get("x5c"):
            return _from_certificate(base64.b64decode(header["x5c"][0], validate=True))
    except BadSignature:
        raise
    except (msgspec.DecodeError, JoseError, ValueError, TypeError, KeyError, binascii.Error, RecursionError) as error:
        raise _bad("verificationArtifact", "holds no key that can be read") from error
    raise _bad("verificationArtifact", "holds the public key as a JWK, or the JWS header does (jwk, x5c)")


def _from_jwk(jwk: Mapping[str, Any]) -> PublicKey:
    if not _PUBLIC_ONLY.isdisjoint(jwk):
        raise _bad("verificationArtifact", "holds a private key; never send one, and use another key from now on")
    kinds: dict[object, type[PublicKey]] = {"EC": ECKey, "OKP": OKPKey, "RSA": RSAKey}
    key = kinds[jwk.get("kty")].import_key(dict(jwk))
    public = key.public_key
    if isinstance(public, rsa.RSAPublicKey) and public.key_size < RSA_BITS_MIN:
        raise _bad("verificationArtifact", f"holds an RSA key of less than {RSA_BITS_MIN} bits")
    return key


def _from_certificate(content: bytes) -> PublicKey:
    public = x509.load_der_x509_certificate(content).public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    if isinstance(public, ec.EllipticCurvePublicKey):
        return ECKey.import_key(pem)
    if isinstance(public, ed25519.Ed25519PublicKey):
        return OKPKey.import_key(pem)
    if isinstance(public, rsa.RSAPublicKey) and public.key_size >= RSA_BITS_MIN:
        return RSAKey.import_key(pem)
    raise _bad("verificationArtifact", "holds a key of a kind that is not accepted")

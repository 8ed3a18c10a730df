"""Opens packets: who signed them, whether that service is approved, and what they say once decrypted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry
from joserfc.jwk import ECKey, Key, KeySet, import_key

from govstack.blocks.identity.packets.errors import PacketInvalid, SignatureInvalid, StationRefused, WrongKey
from govstack.blocks.identity.packets.model import SignedMetadata, check_made_at
from govstack.blocks.identity.stations import service as stations
from govstack.blocks.identity.stations.model import State, Station, algorithms
from govstack.kernel import clock, crypto, log
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import Problem
from govstack.kernel.rules import whole
from govstack.kernel.settings import Setting

PACKET_DAYS_MAX = "IDENTITY_PACKET_DAYS_MAX"
KEY_PURPOSE = "enrolment-packets"
RECEIPT_PURPOSE = "enrolment-receipts"
KEYS_MEMORY = "identity.packets.keys"
SIGNATURE_CHARACTERS_MAX = 8_000
PACKET_BYTES_MAX = 12_000_000
KEY_ALGORITHMS = ("ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW")
CONTENT_ALGORITHMS = ("A128GCM", "A256GCM")
SETTINGS = (
    Setting(
        PACKET_DAYS_MAX, "30", "How many days after it was made a packet of an enrolment is taken in", whole(1, 3_650)
    ),
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A packet whose signature holds: its text, its digest, and what was signed."""

    text: bytes
    digest: str
    signature: str
    station: Station
    metadata: SignedMetadata
    made_at: str


class _Encrypted(JWERegistry):
    """Reads packets of the size that is taken in; a compressed one could grow without bounds and is not read."""

    max_ciphertext_length = PACKET_BYTES_MAX * 4 // 3


_REGISTRY = _Encrypted(algorithms=[*KEY_ALGORITHMS, *CONTENT_ALGORITHMS])


def published_keys(context: Context) -> list[Mapping[str, str]]:
    """Return the public keys that packets may be encrypted to, the present one first."""
    return [
        {**key, "use": "enc", "alg": "ECDH-ES+A256KW"} for key in context.keys.public_keys(KEY_PURPOSE)
    ]  # fmt: skip


async def opened(context: Context, *, by: Actor, raw: bytes, signature: str) -> Opened:
    """Return a packet as its service made it, after its signature was checked; nothing is stored before that.

    `raw` is the member `request` just as it was sent: the packet, or a JSON text with the packet encrypted in it.
    Raises StationRefused, SignatureInvalid, WrongKey and PacketInvalid.
    """
    try:
        station, metadata = await _proven(context, by, raw, signature)
    except Problem as problem:
        log.security(
            context.package, "enrolment.packet.refused", actor=by.id, outcome="refused", code=problem.code
        )  # fmt: skip
        problem.logged = True
        raise
    made_at = check_made_at(
        metadata.creation_date, now=clock.now(), days_max=context.settings.number(PACKET_DAYS_MAX)
    )  # fmt: skip
    text = _decrypted(context, raw) if raw.startswith(b'"') else raw
    if b"\x00" in text or b"\\u0000" in text:
        raise PacketInvalid("The packet holds a NUL character.")
    return Opened(text, crypto.digest(text), signature, station, metadata, made_at)


def receipt(context: Context, told: Mapping[str, str]) -> str:
    """Return this block's signature over what it took in, as a compact JWS."""
    key = crypto.private_jwk(context.keys.signing_key(RECEIPT_PURPOSE))
    header = {"alg": "ES256", "kid": key.kid}
    return jws.serialize_compact(header, crypto.canonical(told), key, algorithms=["ES256"])


def packet_hash(raw: bytes) -> str:
    """Return the hash of a packet as services sign it."""
    return crypto.to_base64url(hashlib.sha256(raw).digest())


async def _proven(context: Context, by: Actor, raw: bytes, signature: str) -> tuple[Station, SignedMetadata]:
    if not signature or len(signature) > SIGNATURE_CHARACTERS_MAX:
        raise SignatureInvalid("Send the signed metadata of the packet in metadata.signature.")
    claimed = _claimed(signature)
    if not (claimed.ref_id.isprintable() and claimed.id.isprintable()):
        raise SignatureInvalid
    station = await stations.by_ref_id(context, ref_id=claimed.ref_id)
    if station is None or station.state is not State.APPROVED:
        raise StationRefused
    if by.kind == "application" and station.application not in {"", by.application}:
        raise StationRefused("Another application sends the packets of this service.")
    try:
        jws.deserialize_compact(signature, import_key(dict(station.key)), algorithms=list(algorithms(station.key)))
    except (JoseError, ValueError, TypeError) as error:
        raise SignatureInvalid from error
    if not crypto.equal(claimed.hash.rstrip("="), packet_hash(raw)):
        raise SignatureInvalid("The signed metadata are those of another packet, or the packet was changed.")
    return station, claimed


def _claimed(signature: str) -> SignedMetadata:
    """Return the metadata before it is known who signed them: they name the service whose key tells."""
    try:
        return msgspec.json.decode(jws.extract_compact(signature.encode()).payload, type=SignedMetadata)
    except (JoseError, msgspec.MsgspecError, ValueError, TypeError, RecursionError) as error:
        raise SignatureInvalid("metadata.signature is no JWS of hash, id, refId and creationDate.") from error


def _decrypted(context: Context, raw: bytes) -> bytes:
    try:
        text = msgspec.json.decode(raw, type=str)
        found = jwe.decrypt_compact(text, KeySet(_keys(context)), registry=_REGISTRY)
    except (JoseError, msgspec.MsgspecError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise WrongKey from error
    if found.plaintext is None:
        raise PacketInvalid
    return found.plaintext


def _keys(context: Context) -> list[Key]:
    kept: list[Key] | None = context.memory.get(KEYS_MEMORY)
    if kept is None:
        kept = context.memory[KEYS_MEMORY] = [_for_encryption(key) for key in context.keys.private_keys(KEY_PURPOSE)]
    return kept


def _for_encryption(key: crypto.SigningKey) -> ECKey:
    found = {**crypto.private_jwk(key).as_dict(private=True), "use": "enc"}
    found.pop("alg", None)
    return ECKey.import_key(found)

"""A revision: the exact text of what something was, its hashes, its place in a chain, and the block's own signature."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import msgspec

from govstack.blocks.consent.evidence.errors import Damaged
from govstack.kernel import crypto

INDENT = 2
FORGOTTEN = "forgotten"


class SchemaName(StrEnum):
    """What has revisions."""

    POLICY = "Policy"
    AGREEMENT = "DataAgreement"
    RECORD = "ConsentRecord"
    INDIVIDUAL = "Individual"


class Fault(StrEnum):
    """What is wrong with a revision."""

    UNREADABLE = "unreadable"
    TEXT = "text"
    SIGNATURE = "signature"
    ORDER = "order"
    SUCCESSOR = "successor"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision. `snapshot` is None where it was forgotten; `damaged` tells that what is stored does not open."""

    id: str
    schema_name: str
    object_id: str
    number: int
    snapshot: str | None
    serialized_hash: str
    strong_hash: str
    at: str
    signed_without_object_id: bool
    predecessor_hash: str
    predecessor_signature: str
    successor_id: str | None
    kid: str
    signature: str
    damaged: bool = False

    @property
    def content(self) -> Mapping[str, Any]:
        """Return the whole snapshot as an object; raises Damaged when there is none that can be read."""
        if self.snapshot is None:
            raise Damaged
        try:
            return msgspec.json.decode(self.snapshot, type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError) as error:
            raise Damaged from error

    @property
    def data(self) -> dict[str, Any]:
        """Return what the object was; raises Damaged."""
        data = self.content.get("objectData")
        if not isinstance(data, dict):
            raise Damaged
        return data


@dataclass(frozen=True, slots=True)
class Finding:
    """The first revision that is not as it was written, and what is wrong with it."""

    revision_id: str
    number: int
    fault: Fault


def snapshot_of(
    *,
    schema_name: str,
    object_id: str,
    data: Mapping[str, object],
    at: str,
    individual_id: str = "",
    other: str = "",
    without_object_id: bool = False,
) -> str:
    """Return the text of a snapshot: indented JSON with the keys in their published order."""
    content = {
        "schemaName": schema_name,
        "objectId": "" if without_object_id else object_id,
        "signedWithoutObjectId": without_object_id,
        "timestamp": at,
        "authorizedByOther": other or None,
        "authorizedByIndividual": individual_id or None,
        "objectData": data,
    }
    return msgspec.json.format(msgspec.json.encode(content), indent=INDENT).decode()


def published_hash(text: str) -> str:
    """Return the SHA-1 that the published schema names; it is weak, so a stronger one is kept beside it."""
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def strong_hash(text: str) -> str:
    """Return the SHA-256 that the block's own signature covers."""
    return crypto.digest(text.encode())


def made(
    *,
    revision_id: str,
    schema_name: str,
    object_id: str,
    snapshot: str,
    at: str,
    without_object_id: bool,
    previous: Revision | None,
    predecessor_signature: str,
    key: crypto.SigningKey,
) -> Revision:
    """Return the revision that follows another (or none), signed."""
    revision = Revision(
        id=revision_id,
        schema_name=schema_name,
        object_id=object_id,
        number=previous.number + 1 if previous else 1,
        snapshot=snapshot,
        serialized_hash=published_hash(snapshot),
        strong_hash=strong_hash(snapshot),
        at=at,
        signed_without_object_id=without_object_id,
        predecessor_hash=previous.serialized_hash if previous else "",
        predecessor_signature=predecessor_signature,
        successor_id=None,
        kid=key.kid,
        signature="",
    )
    signed = signed_bytes(revision, previous.strong_hash if previous else "")
    return replace(revision, signature=crypto.to_base64url(key.sign(signed)))


def signed_bytes(revision: Revision, predecessor_strong_hash: str) -> bytes:
    """Return what the block signs: everything of a revision that never changes, and its predecessor's strong hash.

    The text itself is covered by its hash, so that the signature outlives a text that is forgotten.
    """
    return crypto.canonical(
        {
            "id": revision.id,
            "schemaName": revision.schema_name,
            "objectId": revision.object_id,
            "number": revision.number,
            "serializedHash": revision.serialized_hash,
            "strongHash": revision.strong_hash,
            "timestamp": revision.at,
            "signedWithoutObjectId": revision.signed_without_object_id,
            "predecessorHash": revision.predecessor_hash,
            "predecessorSignature": revision.predecessor_signature,
            "predecessorStrongHash": predecessor_strong_hash,
            "kid": revision.kid,
        }
    )


def first_fault(chain: Sequence[Revision], keys: Sequence[Mapping[str, str]]) -> Finding | None:
    """Walk the revisions of one object from the first on; return the first that is not as it was written.

    A text may be missing only where the newest revision says, under the block's signature, that it was forgotten.
    """
    known = {key["kid"]: dict(key) for key in keys}
    forgotten = bool(chain) and is_forgetting(chain[-1])
    previous: Revision | None = None
    for place, revision in enumerate(chain, start=1):
        following = chain[place].id if place < len(chain) else None
        fault = _fault(revision, previous, place, following, known, forgotten=forgotten and place < len(chain))
        if fault is not None:
            return Finding(revision.id, revision.number, fault)
        previous = revision
    return None


def is_forgetting(revision: Revision) -> bool:
    """Tell whether a revision says that what came before it was forgotten."""
    try:
        return bool(revision.data.get(FORGOTTEN))
    except Damaged:
        return False


def _fault(
    revision: Revision,
    previous: Revision | None,
    place: int,
    following: str | None,
    keys: Mapping[str, dict[str, str]],
    *,
    forgotten: bool,
) -> Fault | None:
    if revision.damaged or (revision.snapshot is None and not forgotten):
        return Fault.UNREADABLE
    if revision.snapshot is not None and (
        published_hash(revision.snapshot) != revision.serialized_hash
        or strong_hash(revision.snapshot) != revision.strong_hash
    ):
        return Fault.TEXT
    same = previous is None or (previous.schema_name, previous.object_id) == (revision.schema_name, revision.object_id)
    before = previous.serialized_hash if previous else ""
    if revision.number != place or revision.predecessor_hash != before or not same:
        return Fault.ORDER
    key = keys.get(revision.kid)
    signed = signed_bytes(revision, previous.strong_hash if previous else "")
    if key is None or not crypto.verify(key, _decoded(revision.signature), signed):
        return Fault.SIGNATURE
    return None if revision.successor_id == following else Fault.SUCCESSOR


def _decoded(text: str) -> bytes:
    try:
        return crypto.from_base64url(text)
    except ValueError:
        return b""

"""The published shape of a revision."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.blocks.consent.evidence.model import Revision as Known

Offset = Annotated[int, Meta(description="How many entries to leave out")]
Limit = Annotated[int, Meta(description="How many entries to show at most")]


class IndividualReference(msgspec.Struct, frozen=True):
    """A person, by the identifier that this block gave."""

    id: str


class Revision(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """What something was at one moment, with the hash of its exact text.

    `strongHash` (SHA-256) and `blockSignature` (ES256) are additions to the published shape.
    """

    id: str
    schema_name: str
    object_id: str
    serialized_snapshot: str
    serialized_hash: str
    timestamp: str
    signed_without_object_id: bool | None = None
    authorized_by_individual: IndividualReference | None = None
    authorized_by_other: str | None = None
    successor: Revision | None = None
    predecessor_hash: str | None = None
    predecessor_signature: str | None = None
    strong_hash: str | None = None
    block_signature: str | None = None


class PartQuery(msgspec.Struct, frozen=True):
    """Which part of the list."""

    offset: Offset | None = None
    limit: Limit | None = None


class RevisionQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Which revision; the newest when none is named."""

    revision_id: str = ""


def revision(known: Known, successor: Known | None = None) -> Revision:
    """Return a revision in its published shape; a forgotten one has an empty snapshot."""
    content = known.content if known.snapshot is not None else {}
    person = content.get("authorizedByIndividual")
    return Revision(
        id=known.id,
        schema_name=known.schema_name,
        object_id=known.object_id,
        serialized_snapshot=known.snapshot or "",
        serialized_hash=known.serialized_hash,
        timestamp=known.at,
        signed_without_object_id=known.signed_without_object_id,
        authorized_by_individual=IndividualReference(str(person)) if person else None,
        authorized_by_other=content.get("authorizedByOther"),
        successor=revision(successor) if successor is not None else None,
        predecessor_hash=known.predecessor_hash or None,
        predecessor_signature=known.predecessor_signature or None,
        strong_hash=known.strong_hash,
        block_signature=known.signature,
    )

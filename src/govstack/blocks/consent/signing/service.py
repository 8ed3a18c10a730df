"""Use cases of signatures: keep one that was checked, read it, and forget it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from govstack.blocks.consent.evidence.errors import Damaged
from govstack.blocks.consent.signing import store
from govstack.blocks.consent.signing.model import Signature
from govstack.kernel import crypto, ids
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction

PURPOSE = "consent/signature"


@dataclass(frozen=True, slots=True)
class Kept:
    """A signature as it is kept: whether this block verified it, and the digest of all it says."""

    signature: Signature
    verified: bool
    digest: str


class _Content(msgspec.Struct, frozen=True):
    signature: Signature
    verified: bool


async def keep(
    context: Context,
    tx: Transaction,
    *,
    signature: Signature,
    verified: bool,
    record_id: str,
    revision_id: str,
    signature_id: str = "",
) -> Kept:
    """Keep a signature that was checked, sealed."""
    kept = msgspec.structs.replace(
        signature, id=signature_id or ids.new_id(), object_type="revision", object_reference=revision_id
    )
    text = msgspec.json.encode(_Content(kept, verified))
    sealed = context.keys.seal(PURPOSE, text, bound_to=kept.id)
    await store.add(tx, signature_id=kept.id, record_id=record_id, revision_id=revision_id, sealed=sealed)
    return Kept(kept, verified, crypto.digest(text))


async def by_ids(context: Context, tx: Transaction, signature_ids: Sequence[str]) -> dict[str, Kept]:
    """Return signatures by their ids; forgotten ones are left out. Raises Damaged."""
    if not signature_ids:
        return {}
    return _opened(context, await store.by_ids(tx, list(dict.fromkeys(signature_ids))))


async def of_record(context: Context, tx: Transaction, record_id: str) -> dict[str, Kept]:
    """Return all signatures of a record by their ids, also of earlier revisions; raises Damaged."""
    return _opened(context, await store.of_record(tx, record_id))


async def forget(tx: Transaction, *, record_id: str) -> None:
    """Take away what the signatures of a record say."""
    await store.forget(tx, record_id)


def _opened(context: Context, stored: Mapping[str, bytes | None]) -> dict[str, Kept]:
    found = {}
    for signature_id, sealed in stored.items():
        if sealed is None:
            continue
        try:
            text = context.keys.open(PURPOSE, sealed, bound_to=signature_id)
        except crypto.SealBroken as error:
            raise Damaged from error
        content = msgspec.json.decode(text, type=_Content)
        found[signature_id] = Kept(content.signature, content.verified, crypto.digest(text))
    return found

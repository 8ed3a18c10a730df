"""Use cases of forms: change one record that is named by its id, and remember what a form showed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from govstack.blocks.registries.admission.model import Record
from govstack.blocks.registries.design.model import Registry, ServiceKind
from govstack.blocks.registries.reading.errors import NoRecord
from govstack.blocks.registries.reading.model import Search
from govstack.blocks.registries.usage import service as usage
from govstack.blocks.registries.usage.model import NO_REASON
from govstack.blocks.registries.writing import service as writing
from govstack.blocks.registries.writing.errors import RevisionStale
from govstack.blocks.registries.writing.model import Written
from govstack.kernel import crypto
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import UniqueViolation

PURPOSE = "form"


@dataclass(frozen=True, slots=True)
class Before:
    """What a form showed when it was opened: the revision of the record, its place in the grid, and its values."""

    revision: int
    number: int
    content: dict[str, Any]


def remember(context: Context, *, by: Actor, record: Record) -> str:
    """Return what a form shows of a record, sealed, to be sent along: so only what changes is written."""
    plain = msgspec.json.encode(Before(record.revision, record.number, record.content))
    return crypto.to_base64url(context.keys.seal(PURPOSE, plain, bound_to=f"{record.uuid}/{by.id}"))


def recall(context: Context, *, by: Actor, uuid: str, token: str) -> Before:
    """Return what a form showed; raises RevisionStale for a token that is not of this record and person."""
    try:
        plain = context.keys.open(PURPOSE, crypto.from_base64url(token), bound_to=f"{uuid}/{by.id}")
        return msgspec.json.decode(plain, type=Before)
    except (crypto.SealBroken, msgspec.DecodeError, ValueError) as error:
        raise RevisionStale from error


async def change(
    context: Context, *, by: Actor, registry: Registry, uuid: str, revision: int, values: Mapping[str, Any]
) -> Written:
    """Put values over one record, if it is still at a revision; raises NoRecord, RevisionStale and as creating does."""
    prepared = await writing.prepared(context, by=by, registry=registry, kind=ServiceKind.UPDATE)
    try:
        async with context.database.transaction() as tx:
            act = await writing.begin(tx, prepared)
            rows = await act.matching(Search(uuid=uuid), limit=1)
            if not rows:
                raise NoRecord
            written = await act.change(rows[0], values, if_match=f'"{uuid}:{revision}"')
            await act.close()
            await usage.log_in(tx, context, prepared.sight, act.seen, NO_REASON)
            return written
    except UniqueViolation as violation:
        raise await writing.duplicate(context, registry, [values]) from violation

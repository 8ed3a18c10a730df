"""Keeps what people are compared by, and finds who may be the same."""

from __future__ import annotations

from govstack.blocks.identity.resemblance import model, store
from govstack.blocks.identity.resemblance.model import Likeness
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction

PURPOSE = "identity/resemblance"
CANDIDATES_MAX = 200


async def index(context: Context, tx: Transaction, *, person_id: str, likeness: Likeness) -> None:
    """Keep what a person is compared by, in the transaction that enters or changes them."""
    tokens = {context.keys.fingerprint(PURPOSE, token) for token in model.tokens(likeness)}
    await store.replace(tx, person_id=person_id, tokens=tokens)


async def candidates(context: Context, tx: Transaction, *, likeness: Likeness) -> list[str]:
    """Return the ids of those who may be the same person, who share most first; how likely it is, `score` tells."""
    tokens = {one for token in model.tokens(likeness) for one in context.keys.fingerprints(PURPOSE, token)}
    return await store.candidates(tx, tokens=tokens, limit=CANDIDATES_MAX) if tokens else []

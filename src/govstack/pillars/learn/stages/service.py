"""Use cases of states: keep what one has brought forth, inside a transaction of the room that has the resource."""

from __future__ import annotations

from govstack.kernel import clock, ids
from govstack.kernel.db import Transaction
from govstack.pillars.learn.stages import store
from govstack.pillars.learn.stages.errors import ArtefactMissing, ArtefactsFull, StageLeft
from govstack.pillars.learn.stages.model import ARTEFACTS, ARTEFACTS_MAX, Artefact, Of, Stage, may_go, of_round


async def add(
    tx: Transaction, of: Of, of_id: str, *, at: Stage, stage: Stage, words: str, made_by: str
) -> tuple[Artefact, bool]:  # fmt: skip
    """Keep what a state has brought forth, and tell whether it is new.

    What somebody says twice in a round is there once. `at` is the state now. Raises StageLeft where that is another
    one, and ArtefactsFull.
    """
    known = await store.artefacts(tx, of, of_id)
    for one in of_round(stage, known):
        if (one.words, one.made_by) == (words, made_by):
            return one, False
    if stage is not at:
        raise StageLeft
    if len(known) >= ARTEFACTS_MAX:
        raise ArtefactsFull
    made = Artefact(
        id=ids.new_id(), stage=stage, title=ARTEFACTS[stage], words=words, made_by=made_by, made_at=clock.timestamp()
    )
    await store.add(tx, of, of_id, made)
    return made, True


async def artefacts(tx: Transaction, of: Of, of_id: str) -> list[Artefact]:
    """Return what the states of a course or of material have brought forth, in order."""
    return await store.artefacts(tx, of, of_id)


async def require(tx: Transaction, of: Of, of_id: str, *, at: Stage, to: Stage) -> None:
    """Raise ArtefactMissing unless something may go from the state that it is in to another one."""
    if not may_go(at, to, await store.artefacts(tx, of, of_id)):
        raise ArtefactMissing

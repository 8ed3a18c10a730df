"""Use cases of words: read those in force, add, change and retire."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from govstack.kernel import audit, clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.documents import read_yaml
from govstack.kernel.rules import matching
from govstack.kernel.settings import Setting
from govstack.pillars.learn.response.typologies import store
from govstack.pillars.learn.response.typologies.errors import PointsNowhere
from govstack.pillars.learn.response.typologies.model import GOALS, Term, Vocabulary, WordKind
from govstack.pillars.learn.vocabularies import service as vocabularies

SEED = Path(__file__).parents[2] / "seeds" / "vocabulary.yaml"
TYPOLOGY = "LEARN_TYPOLOGY"
SETTINGS = (
    Setting(
        TYPOLOGY,
        "metp",
        "The typology whose types every course has one of at least",
        matching(r"[a-z0-9][a-z0-9.-]{0,59}", "be the id of a typology"),
    ),
)


@cache
def shipped() -> tuple[Term, ...]:
    """Return the words that come with the product."""
    content = read_yaml(SEED.read_text(encoding="utf-8"))
    return tuple(msgspec.convert({**one, "shipped": True}, Term) for one in content["terms"])


async def vocabulary_in(tx: Transaction) -> Vocabulary:
    """Return the words in force, inside a transaction."""
    return Vocabulary.of(shipped(), await store.terms(tx))


async def vocabulary(context: Context) -> Vocabulary:
    """Return the words in force."""
    async with context.database.reading(one_statement=True) as tx:
        return await vocabulary_in(tx)


async def put(context: Context, *, by: Actor, term: Term) -> Term:
    """Add a word or change one, also one that is shipped; raises PointsNowhere."""
    async with context.database.transaction() as tx:
        known = await vocabulary_in(tx)
        goals = {one.code for one in (await vocabularies.terms_in(tx, [GOALS]))[GOALS]}
        fault = known.fault(term, goals)
        if fault:
            raise PointsNowhere(fields={fault: PointsNowhere.title})
        await store.put(tx, term, created_at=clock.timestamp())
        await audit.record(tx, by=by, action="learn.offering-word.put", subject=f"offering-word/{term.kind}/{term.id}")
    return term


def active_types(context: Context, known: Vocabulary) -> list[Term]:
    """Return the types of the typology that this country uses."""
    return known.listed(WordKind.TYPE, parent=context.settings.text(TYPOLOGY))

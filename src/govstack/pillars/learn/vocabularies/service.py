"""Use cases of vocabularies: bring those of the product, read them, and let a country change them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from govstack.kernel import audit
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.documents import read_yaml
from govstack.pillars.learn.bringing import service as bringing
from govstack.pillars.learn.bringing.service import Part
from govstack.pillars.learn.vocabularies import store
from govstack.pillars.learn.vocabularies.errors import VocabularyFull
from govstack.pillars.learn.vocabularies.model import TERMS_MAX, Term, shipped

SEEDS = Path(__file__).parents[1] / "seeds"
FILE = "vocabularies.yaml"
LANGUAGES = "language"


async def install(context: Context) -> int:
    """Bring the words that come with the product; a country's own changes stay."""
    terms = {_subject(one): one for one in shipped(read_yaml((SEEDS / FILE).read_text(encoding="utf-8")))}

    async def kept(tx: Transaction, wanted: Sequence[str]) -> dict[str, Term]:
        return {_subject(one): one for one in await store.terms(tx, {terms[one].vocabulary for one in wanted})}

    return await bringing.bring(context, Part("terms", terms, kept, store.put))


def _subject(term: Term) -> str:
    return f"term/{term.vocabulary}/{term.code}"


async def put(context: Context, *, by: Actor, term: Term) -> Term:
    """Add a word or change it; raises VocabularyFull."""
    async with context.database.transaction() as tx:
        known = {one.code for one in await store.terms(tx, [term.vocabulary])}
        if term.code not in known and len(known) >= TERMS_MAX:
            raise VocabularyFull
        await store.put(tx, term)
        await audit.record(tx, by=by, action="learn.term.put", subject=_subject(term), detail={"retired": term.retired})
    return term


async def terms(context: Context, *, vocabularies: Iterable[str]) -> dict[str, list[Term]]:
    """Return the words of some vocabularies in their order, retired ones too."""
    async with context.database.reading(one_statement=True) as tx:
        return await terms_in(tx, vocabularies)


async def languages(context: Context) -> list[Term]:
    """Return the languages in which texts are written here."""
    return (await terms(context, vocabularies=[LANGUAGES]))[LANGUAGES]


async def terms_in(tx: Transaction, vocabularies: Iterable[str]) -> dict[str, list[Term]]:
    """Return the words of some vocabularies, for somebody else's transaction."""
    wanted = sorted(set(vocabularies))
    found: dict[str, list[Term]] = {name: [] for name in wanted}
    for term in await store.terms(tx, wanted) if wanted else []:
        found[term.vocabulary].append(term)
    return found


async def vocabularies(context: Context) -> list[tuple[str, int]]:
    """Return every vocabulary and how many words it has."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.vocabularies(tx)

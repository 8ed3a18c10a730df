"""Taking items in from QTI packages; what cannot be held here is told and kept whole."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from govstack.kernel import audit, clock, crypto
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.pillars.learn.needs.items import service as bank
from govstack.pillars.learn.needs.items.model import Item, State
from govstack.pillars.learn.needs.qti import model, store
from govstack.pillars.learn.needs.qti.errors import UnknownKept
from govstack.pillars.learn.needs.qti.model import Kept, Piece, Unsupported

ID_CHARACTERS_MAX = 100


@dataclass(frozen=True, slots=True)
class Source:
    """An XML file of a package, and what the manifest says of it beyond QTI."""

    name: str
    content: bytes
    beside: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Package:
    """A package that was unpacked; `missing` are files that its manifest names and that are not there."""

    identifier: str
    sources: tuple[Source, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: new, changed, same or kept; the reason of a kept one, and notes on what to look at."""

    file: str
    identifier: str
    outcome: str
    reason: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Made:
    """Items of a package with their files, and files that hold none that fits."""

    items: dict[str, tuple[Item, list[Source], tuple[str, ...]]]
    refused: list[tuple[Source, str, str]]


async def take_in(context: Context, *, by: Actor, package: Package, beside: Mapping[str, str]) -> list[Outcome]:
    """Enter the items of a package as drafts; return what became of each file. The same package changes nothing.

    `beside` says what the package does not: competency, level of Bloom, and language where a file names none.
    """
    made = await asyncio.to_thread(_made, package, beside)
    known = await bank.items(context, item_ids=made.items)
    # An item that is known keeps its state: a package does not say whether it is ready here.
    entered = [
        msgspec.structs.replace(item, state=known[item_id].state if item_id in known else State.DRAFT)
        for item_id, (item, _sources, _notes) in made.items.items()
    ]
    taken = await bank.take_in(context, by=by, items=entered)
    after = await bank.items(context, item_ids=made.items)
    refusals = dict(taken.refused)
    outcomes: list[Outcome] = []
    kept = list(made.refused)
    for item_id, (_item, sources, notes) in made.items.items():
        if item_id in refusals:
            kept += [(one, item_id, refusals[item_id]) for one in sources]
            continue
        before = known.get(item_id)
        outcome = "new" if before is None else "same" if before == after[item_id] else "changed"
        outcomes += [Outcome(one.name, item_id, outcome, notes=notes) for one in sources]
    outcomes += [Outcome(one.name, identifier, "kept", reason) for one, identifier, reason in kept]
    outcomes += [Outcome(name, "", "missing", "is named in the manifest and is not there") for name in package.missing]
    async with context.database.transaction() as tx:
        for source, identifier, reason in kept:
            await store.keep(tx, _kept(package, source, identifier, reason))
        counts = {"files": len(package.sources), "kept": len(kept)}
        await audit.record(tx, by=by, action="learn.qti.taken-in", subject="items", detail=counts)
    return sorted(outcomes, key=lambda one: one.file)


def _kept(package: Package, source: Source, identifier: str, reason: str) -> Kept:
    key = crypto.digest(source.name.encode() + b"\n" + source.content)
    return Kept(
        key[:32], package.identifier[:200], source.name, identifier[:200], reason[:500], clock.timestamp(),
        source.content,
    )  # fmt: skip


def _made(package: Package, beside: Mapping[str, str]) -> _Made:
    groups: dict[str, list[tuple[Source, Piece]]] = {}
    made = _Made({}, [])
    for source in package.sources:
        identifier = ""
        try:
            root = model.parsed(source.content)
            identifier = model.identifier_of(root)
            piece = model.read(root)
        except (Unsupported, RecursionError) as error:
            made.refused.append((source, identifier, str(error) or "is nested too deeply"))
            continue
        piece = replace(piece, language=(piece.language or beside.get("language", "en")).partition("-")[0].lower())
        item_id = source.beside.get("id") or _id_of(package, piece)
        groups.setdefault(item_id, []).append((source, piece))
    for item_id, group in groups.items():
        said = {**beside, **group[0][0].beside}
        sources, pieces = [one for one, _piece in group], [piece for _source, piece in group]
        try:
            item = model.joined(pieces, said, item_id)
        except Unsupported as error:
            made.refused.extend((one, piece.identifier, str(error)) for one, piece in group)
            continue
        notes = tuple(dict.fromkeys(note for piece in pieces for note in piece.notes))
        made.items[item_id] = (item, sources, notes)
    return made


def _id_of(package: Package, piece: Piece) -> str:
    """Return the id of somebody else's item: items of two packages may call themselves alike and be different."""
    mark = crypto.digest(f"{package.identifier}\n{piece.identifier}".encode())[:8]
    return f"{piece.identifier}-{mark}"[:ID_CHARACTERS_MAX]


async def kept(context: Context, *, after: str = "", limit: int = 100) -> Sequence[Kept]:
    """Return files that could not be taken in, without their content."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.kept(tx, after=after, limit=limit)


async def kept_file(context: Context, *, kept_id: str) -> Kept:
    """Return a file that could not be taken in, as it came; raises UnknownKept."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.one(tx, kept_id)
    if found is None:
        raise UnknownKept
    return found

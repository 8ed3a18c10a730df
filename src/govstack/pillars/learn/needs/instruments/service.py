"""Use cases of instruments: write the next version, read one, and enter those that come with the product."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from govstack.kernel import audit, clock, crypto
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction, UniqueViolation
from govstack.kernel.documents import misfit, read_yaml
from govstack.pillars.learn.bringing import service as bringing
from govstack.pillars.learn.bringing.service import SEEDER, Part
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.frameworks.model import Competency, Scale
from govstack.pillars.learn.needs.instruments import store
from govstack.pillars.learn.needs.instruments.errors import FaultyInstrument, OtherInstrument, UnknownInstrument
from govstack.pillars.learn.needs.instruments.model import (
    VERSIONS_MAX,
    Entry,
    Instrument,
    faults,
    same_scale,
    to_json,
)

SEEDS = Path(__file__).parents[2] / "seeds" / "instruments"
FAULTS_SHOWN_MAX = 50
ATTEMPTS_MAX = 20


def read(text: str) -> Instrument:
    """Return the instrument that a YAML or JSON document holds; raises FaultyInstrument and BadRequest."""
    return checked(read_yaml(text))


def checked(document: Any) -> Instrument:
    """Return the sound instrument of a plain document; raises FaultyInstrument with what is wrong where."""
    try:
        instrument = msgspec.convert(document, Instrument)
    except msgspec.ValidationError as error:
        place, words = misfit(error, "document")
        raise FaultyInstrument(fields={place: words}) from error
    return sound(instrument)


def sound(instrument: Instrument) -> Instrument:
    """Return an instrument of the right shape that is sound in itself too; raises FaultyInstrument."""
    wrong = faults(instrument)
    if wrong:
        places = list(dict.fromkeys(one.place for one in wrong))[:FAULTS_SHOWN_MAX]
        raise FaultyInstrument(fields={at: next(one.words for one in wrong if one.place == at) for at in places})
    return instrument


async def write(context: Context, *, by: Actor, instrument_id: str, instrument: Instrument) -> Instrument:
    """Keep the next version of an instrument, numbered here; what the newest one says already is not kept twice.

    Raises OtherInstrument.
    """
    if instrument.id != instrument_id:
        raise OtherInstrument
    attempts = ATTEMPTS_MAX
    while True:
        attempts -= 1
        try:
            return await _written(context, by, instrument)
        except UniqueViolation:
            # Somebody else took this number in the same moment: theirs is the newest now.
            if not attempts:
                raise


async def _written(context: Context, by: Actor, instrument: Instrument) -> Instrument:
    async with context.database.transaction() as tx:
        return await _next(tx, by, instrument)


async def _next(tx: Transaction, by: Actor, instrument: Instrument) -> Instrument:
    newest = await store.latest(tx, instrument.id)
    if newest is not None and _same(newest[0], instrument):
        return newest[0]
    made = msgspec.structs.replace(instrument, version=newest[0].version + 1 if newest else 1)
    document = to_json(made)
    digest = crypto.digest(document)
    await store.add(tx, made, document=document.decode(), digest=digest, created_at=clock.timestamp())
    await audit.record(
        tx, by=by, action="learn.instrument.written", subject=f"instrument/{made.id}",
        detail={"version": made.version, "digest": digest},
    )  # fmt: skip
    return made


def _same(one: Instrument, other: Instrument) -> bool:
    return to_json(one) == to_json(msgspec.structs.replace(other, version=one.version))


async def instrument(context: Context, *, instrument_id: str, version: int = 0) -> Instrument:
    """Return a version of an instrument, 0 for the newest; raises UnknownInstrument."""
    async with context.database.reading(one_statement=True) as tx:
        found = await (store.version(tx, instrument_id, version) if version else store.latest(tx, instrument_id))
    if found is None:
        raise UnknownInstrument
    return found[0]


async def versions(context: Context, *, instrument_id: str) -> list[tuple[int, str]]:
    """Return the versions of an instrument and when each was written, newest first."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.versions(tx, instrument_id, limit=VERSIONS_MAX)


async def listed(context: Context, *, after: str = "", limit: int = 100) -> list[Entry]:
    """Return the newest version of each instrument by id."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.listed(tx, after=after, limit=limit)


async def rateable(context: Context, *, instrument: Instrument) -> dict[str, tuple[Competency, Scale]]:
    """Return by item the competency that its answers rate, with its scale.

    Left out are items whose competency is not known here, is not rated, or has another scale.
    """
    known: dict[tuple[str, str], Competency] = {}
    for framework_id in sorted({one.competency.framework for one in instrument.rating if one.competency}):
        for each in await frameworks.competencies(context, framework_id=framework_id):
            known[framework_id, each.code] = each
    scales = await frameworks.scales(context) if known else {}
    found: dict[str, tuple[Competency, Scale]] = {}
    for one in instrument.rating:
        named = one.competency and known.get((one.competency.framework, one.competency.code))
        scale = scales.get(named.scale_id) if named else None
        if named and scale and same_scale(instrument.scale_of(one), named, scale):
            found[one.id] = (named, scale)
    return found


def seeds() -> list[Instrument]:
    """Return the instruments that come with the product."""
    return [_shipped(path) for path in sorted(SEEDS.glob("*.yaml"))]


def _shipped(path: Path) -> Instrument:
    return read(path.read_text(encoding="utf-8"))


async def install(context: Context) -> int:
    """Bring the instruments that come with the product; return how many versions were written.

    One that was put right is written as the next version, which leaves alone what campaigns froze. What a country
    changed stays as it is.
    """
    files = {path.stem: path for path in SEEDS.glob("*.yaml")}

    async def kept(tx: Transaction, wanted: Sequence[str]) -> dict[str, Instrument]:
        found = [await store.latest(tx, one) for one in wanted]
        return {one[0].id: one[0] for one in found if one is not None}

    async def put(tx: Transaction, path: Path) -> None:
        await _next(tx, SEEDER, _shipped(path))

    def digest(path: Path) -> str:
        return crypto.digest(path.read_bytes())

    return await bringing.bring(context, Part("instruments", files, kept, put, digest))

"""Claim: whether somebody agreed is answered within a small factor of the SQL by hand, and as fast among many records.

Run `python -m benchmarks.consent_checks [--seconds 3] [--database sqlite] [--sizes 1000,100000]`. A data user asks by
the identifier of a person and an agreement. The block is asked as a request asks, without a socket: it opens the sealed
texts, compares the row beside them, writes durably who was shown whose record, and answers with the whole record. By
hand, the same rows are found by the same index and the same line is written, and nothing is opened, compared or
shaped. Printed are answers a second, one at a time and 32 at once, their ratio, and what the larger size costs.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import uvloop
from benchmarks.calls import called
from benchmarks.people import LOADER, POOL_SIZE, POSTGRES, SECRET, settled
from tests.databases import databases_of

from govstack.blocks.consent.agreements import service as agreements
from govstack.blocks.consent.agreements.model import LawfulBasis
from govstack.blocks.consent.evidence import model as evidence
from govstack.blocks.consent.evidence import service as evidence_service
from govstack.blocks.consent.individuals import service as individuals
from govstack.blocks.consent.individuals.model import Individual
from govstack.blocks.consent.manifest import MANIFEST
from govstack.blocks.consent.records.model import RecordData
from govstack.host import compose
from govstack.kernel import clock, crypto, ids, log
from govstack.kernel.context import Context
from govstack.kernel.mediation import Credentials, Network
from govstack.kernel.settings import load

SIZES = "1000,100000"
AT_ONCE = (1, 32)
STRIDE = 7_919
BATCH = 1_000
KIND = "foundational id"
PATH = "/service/verification/consent-records/"
WHO = "SELECT id FROM individual WHERE person = :person"
FIND = """
    SELECT id, opt_in, state, agreement_revision_id, individual_id FROM consent_record
    WHERE individual_id = :individual AND agreement_id = :agreement ORDER BY created_at DESC LIMIT 1
"""
NOTE = """
    INSERT INTO personal_read (id, individual_id, at, operation, reader_id, reader_name, application, purpose)
    VALUES (:id, :individual, :at, 'record.verify', 'by hand', '', '', '')
"""
REVISIONS = (
    "id", "schema_name", "object_id", "number", "snapshot", "serialized_hash", "strong_hash", "at",
    "signed_without_object_id", "predecessor_hash", "predecessor_signature", "successor_id", "kid", "signature",
)  # fmt: skip
INDIVIDUALS = ("id", "revision_id", "reference", "person", "notices", "created_at")
RECORDS = (
    "id", "revision_id", "agreement_id", "agreement_revision_id", "individual_id", "opt_in", "state", "forgotten",
    "created_at",
)  # fmt: skip
Agreeing = tuple[list[Any], Any, Any]
Ask = Callable[[int], Awaitable[None]]


@asynccontextmanager
async def block(dialect: str, folder: str) -> AsyncIterator[compose.Running]:
    """The block on a database of its own, which is removed again; nobody signs in."""
    async with databases_of(dialect, Path(folder)) as databases:
        database = databases.open(MANIFEST.name, synchronous="FULL", pool_size=POOL_SIZE)
        await databases.migrated(MANIFEST.name, MANIFEST.root / "migrations")
        settings = load({}, extra=MANIFEST.settings, packages=[MANIFEST.name])
        wiring = compose.Wiring(
            settings=settings.changed(PROFILE="conformance", RATE_PER_SECOND="0"),
            network=Network(),
            secret=SECRET,
            base_url="http://127.0.0.1",
            credentials=lambda application: Credentials(application, "secret"),
        )
        yield compose.assemble(MANIFEST, wiring, database)


def identifier(number: int) -> str:
    """Return the identifier of one of many people."""
    return f"NATIONAL-{number:010}"


async def fill(context: Context, agreement: agreements.Known, records: int) -> None:
    """Let so many people agree, each with two signed revisions, written in large parts."""
    key = context.keys.signing_key(evidence_service.SIGNING)
    for start in range(0, records, BATCH):
        rows = list(agreeing(context, agreement, range(start, min(start + BATCH, records)), key))
        await enter(context, rows)


async def enter(context: Context, rows: list[Agreeing]) -> None:
    """Write people who agreed."""
    async with context.database.transaction() as tx:
        await tx.copy("revision", REVISIONS, [row for one in rows for row in one[0]])
        await tx.copy("individual", INDIVIDUALS, [one[1] for one in rows])
        await tx.copy("consent_record", RECORDS, [one[2] for one in rows])


def agreeing(
    context: Context, agreement: agreements.Known, numbers: range, key: crypto.SigningKey
) -> Iterator[Agreeing]:
    """Return the rows of people who agreed: two revisions, the person, the record."""
    for number in numbers:
        person, record, at = ids.new_id(), ids.new_id(), clock.timestamp()
        told = Individual(id=person, external_id=identifier(number), external_id_type=KIND)
        data = RecordData(
            id=record, data_agreement=agreement.agreement.id, data_agreement_revision=agreement.revision.id,
            data_agreement_revision_hash=agreement.revision.serialized_hash, individual=person, opt_in=True,
        )  # fmt: skip
        first = _revision(context, "Individual", person, msgspec.to_builtins(told), at, key)
        second = _revision(context, "ConsentRecord", record, msgspec.to_builtins(data), at, key)
        print_ = individuals.person_prints(context, identifier(number), KIND)[0]
        yield (
            [first, second],
            (person, first[0], print_, print_, True, at),
            (
                record,
                second[0],
                agreement.agreement.id,
                agreement.revision.id,
                person,
                True,
                data.state.value,
                False,
                at,
            ),
        )


def _revision(
    context: Context, schema_name: str, object_id: str, data: dict[str, Any], at: str, key: crypto.SigningKey
) -> tuple[Any, ...]:
    text = evidence.snapshot_of(schema_name=schema_name, object_id=object_id, data=data, at=at)
    one = evidence.made(
        revision_id=ids.new_id(), schema_name=schema_name, object_id=object_id, snapshot=text, at=at,
        without_object_id=False, previous=None, predecessor_signature="", key=key,
    )  # fmt: skip
    sealed = context.keys.seal(evidence_service.PURPOSE, text.encode(), bound_to=one.id)
    return tuple(sealed if name == "snapshot" else getattr(one, name) for name in REVISIONS)


def of_block(running: compose.Running, agreement_id: str, records: int) -> Ask:
    """Return what asks the block about one person."""

    async def ask(turn: int) -> None:
        headers = [(b"x-consentbb-externalid", identifier(turn * STRIDE % records).encode())]
        query = f"dataAgreementId={agreement_id}"
        status, answer = await called(running.application, "GET", PATH, query=query, headers=headers)
        if status != 200 or b'"optIn":true' not in answer:
            raise SystemExit(f"{status}: {answer[:300]!r}")

    return ask


def by_hand(context: Context, agreement_id: str, records: int) -> Ask:
    """Return what finds the same row and writes the same line by hand."""

    async def ask(turn: int) -> None:
        person = individuals.person_prints(context, identifier(turn * STRIDE % records), KIND)[0]
        async with context.database.reading() as tx:
            (who,) = await tx.fetch(WHO, person=person)
            (row,) = await tx.fetch(FIND, individual=who["id"], agreement=agreement_id)
        async with context.database.transaction() as tx:
            await tx.execute(NOTE, id=ids.new_id(), individual=row["individual_id"], at=clock.timestamp())
        msgspec.json.encode(row)

    return ask


async def rate(ask: Ask, at_once: int, seconds: float) -> float:
    """Return how many answers come in a second."""
    turns, until = count(), time.perf_counter() + seconds
    done = 0

    async def one() -> None:
        nonlocal done
        while time.perf_counter() < until:
            await ask(next(turns))
            done += 1

    started = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(at_once)))
    return done / (time.perf_counter() - started)


async def measure(dialect: str, sizes: list[int], seconds: float) -> None:
    """Print the figures of one database."""
    first: dict[int, float] = {}
    for records in sizes:
        with tempfile.TemporaryDirectory() as folder:
            async with block(dialect, folder) as running:
                draft = agreements.Draft("1.0", "Check the income", LawfulBasis.CONSENT, "Low risk", active=True)
                known = await agreements.create(running.context, by=LOADER, draft=draft)
                await fill(running.context, known, records)
                await settled(running.context.database)
                sides = {
                    "govstack": of_block(running, known.agreement.id, records),
                    "by hand": by_hand(running.context, known.agreement.id, records),
                }
                for at_once in AT_ONCE:
                    rates: dict[str, list[float]] = {name: [] for name in sides}
                    for _ in range(2):
                        for name, ask in sides.items():
                            rates[name].append(await rate(ask, at_once, seconds / 2))
                    ours, theirs = (max(rates[name]) for name in sides)
                    base = first.setdefault(at_once, ours)
                    print(
                        f"{dialect:9}{records:>9,} records, {at_once:>2} at once: {ours:>7,.0f}/s, "
                        f"by hand {theirs:>7,.0f}/s, ratio {ours / theirs:.2f}, "
                        f"{ours / base:.2f} of the smallest size",
                        flush=True,
                    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--database", choices=("sqlite", "postgres"))
    parser.add_argument("--sizes", default=SIZES)
    chosen = parser.parse_args()
    log.configure("ERROR")
    sizes = [int(text) for text in chosen.sizes.split(",")]
    for dialect in [chosen.database] if chosen.database else ["sqlite", *(["postgres"] if POSTGRES else [])]:
        uvloop.run(measure(dialect, sizes, chosen.seconds))


if __name__ == "__main__":
    main()

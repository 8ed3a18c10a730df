"""Claim: an assessment of a hundred thousand people is scored and drawn within five seconds, with nothing kept ready.

Run `python -m benchmarks.campaigns [--database sqlite] [--people 100000] [--rows 50000]`. Each person answers sixty
questions. Findings are counted anew from the stored answers and the frozen instrument, small cells hidden, and drawn
as charts; the ratio is to reading the same rows without counting them. Then a spreadsheet of answers, one row in a
hundred with a fault, is taken in; the ratio is to reading its cells with openpyxl and nothing else. Memory is what the
process peaks at.
"""

from __future__ import annotations

import argparse
import io
import random
import resource
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvloop
from benchmarks.people import POSTGRES, SECRET, settled
from openpyxl import Workbook, load_workbook
from tests.databases import databases_of

from govstack.host import compose
from govstack.kernel import clock, log
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.mediation import Credentials, Network
from govstack.kernel.settings import load
from govstack.kernel.sheets import Format
from govstack.pillars.learn.frame.presenters import Words
from govstack.pillars.learn.intake import service as intake
from govstack.pillars.learn.manifest import MANIFEST
from govstack.pillars.learn.needs.campaigns import service as campaigns
from govstack.pillars.learn.needs.campaigns.model import Campaign, Given
from govstack.pillars.learn.needs.findings import presenters, service
from govstack.pillars.learn.needs.instruments import service as instruments
from govstack.pillars.learn.needs.uploads import service as uploads
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.model import Organisation
from govstack.web import charts

OFFICER = Actor("person", "officer", "Officer", scopes=frozenset({"learn:plan", "learn:lead"}))
SECTIONS, ITEMS_A_SECTION, ORGANISATIONS, PLACES = 12, 5, 40, 10
CHOICES = ("basic", "moderate", "high", "not-in-place", "not-assessed")
GENDERS = ("female", "male", "unstated")
FAULTY_EVERY = 100
CHUNK_BYTES = 1 << 20
REPEATS = 3


def document() -> dict[str, Any]:
    """Return an instrument of sixty questions on three levels."""
    kinds = {"not-in-place": "absent", "not-assessed": "unassessed"}
    choices = [{"id": name, "titles": {"en": name}, "kind": kinds.get(name, "level")} for name in CHOICES]
    return {
        "id": "sixty", "titles": {"en": "Sixty questions"}, "source": "A benchmark", "licence": "Apache-2.0",
        "languages": ["en"], "scales": [{"id": "level", "choices": choices}], "scoring": {"family": "ordinal"},
        "sections": [{"id": f"s{n}", "titles": {"en": f"Section {n}"}} for n in range(SECTIONS)],
        "items": [
            {"id": f"i{n}-{m}", "section": f"s{n}", "scale": "level", "texts": {"en": f"Question {n}.{m}"}}
            for n in range(SECTIONS)
            for m in range(ITEMS_A_SECTION)
        ],
    }  # fmt: skip


@asynccontextmanager
async def pillar(dialect: str, folder: str) -> AsyncIterator[Context]:
    """The pillar on a database of its own, which is removed again."""
    async with databases_of(dialect, Path(folder)) as databases:
        database = await databases.migrated(MANIFEST.name, MANIFEST.root / "migrations", synchronous="NORMAL")
        wiring = compose.Wiring(
            settings=load({}, extra=MANIFEST.settings, packages=[MANIFEST.name]).changed(LOG_LEVEL="WARNING"),
            network=Network(), secret=SECRET, base_url="http://127.0.0.1",
            credentials=lambda application: Credentials(application, "secret"),
        )  # fmt: skip
        yield compose.assemble(MANIFEST, wiring, database).context


async def populated(context: Context, count: int) -> Campaign:
    """Enter people and organisations, and start a campaign of all."""
    for number in range(ORGANISATIONS):
        one = Organisation(id=f"o{number}", names={"en": f"Organisation {number}"})
        await people.put_organisation(context, by=OFFICER, organisation=one)
    now = clock.timestamp()
    columns = ("id", "number", "gender", "organisation_id", "place", "language", "created_at")
    rows = (
        (f"p{n:07}", f"N{n:07}", GENDERS[n % 3], f"o{n % ORGANISATIONS}", f"place {n % PLACES}", "en", now)
        for n in range(count)
    )
    async with context.database.transaction() as tx:
        await tx.copy("person", columns, rows)
    made = instruments.checked(document())
    await instruments.write(context, by=OFFICER, instrument_id=made.id, instrument=made)
    given = Given(titles={"en": "All"}, instrument_id=made.id, opens_on=now[:10], closes_on=now[:10])
    await campaigns.plan(context, by=OFFICER, campaign_id="all", given=given)
    started = time.perf_counter()
    campaign = await campaigns.start(context, by=OFFICER, campaign_id="all")
    print(f"  start with {count:,} people frozen {time.perf_counter() - started:8.2f} s", flush=True)
    return campaign


async def answered(context: Context, campaign: Campaign) -> None:
    """Store a response of each, as if they had come in one by one."""
    async with context.database.reading() as tx:
        found = await tx.fetch("SELECT id FROM member WHERE campaign_id = :id ORDER BY id", id=campaign.id)
    now, chance = clock.timestamp(), random.Random(7)
    names = [one.id for one in campaign.frozen.choosing]
    columns = (
        "id", "campaign_id", "member_id", "rater", "meeting", "answered_at", "received_at", "language", "confidence",
        "answers", "pack", "digest",
    )  # fmt: skip

    def responses() -> Iterator[tuple[object, ...]]:
        for row in found:
            codes = bytes(chance.choices((1, 2, 3, 4, 5), weights=(30, 40, 20, 5, 5), k=len(names)))
            said = ",".join(
                f'"{name}":{{"choice":"{CHOICES[code - 1]}"}}' for name, code in zip(names, codes, strict=True)
            )
            yield (
                f"response-{row['id']}",
                campaign.id,
                row["id"],
                "self",
                "",
                now,
                now,
                "en",
                "",
                f"{{{said}}}",
                codes,
                "",
            )

    async with context.database.transaction() as tx:
        await tx.copy("response", columns, responses())
        standing = ((row["id"], "self", "", campaign.id, f"response-{row['id']}", now) for row in found)
        await tx.copy(
            "standing", ("member_id", "rater", "meeting", "campaign_id", "response_id", "answered_at"), standing
        )
    await settled(context.database)


async def drawn(context: Context) -> int:
    """Count findings anew and draw them, also by each dimension; return how many characters were drawn."""
    report = await service.report(context, by=OFFICER, campaign_id="all")
    words, labels = Words("en"), presenters.Labels(await people.tree(context))
    figures = list(presenters.shown(report, words)["charts"])
    figures += [presenters.by_dimension(report, name, "s0", labels, words)["figure"] for name in report.findings.reach]
    return sum(len(charts.draw(one, language="en")) for one in figures if one is not None)


async def bare(context: Context) -> None:
    """Read the same rows and do nothing with them."""
    async with context.database.reading(apart=True) as tx:
        await tx.fetch(
            "SELECT member.organisation_id, member.profile, member.gender, member.place, response.pack FROM standing"
            " JOIN response ON response.id = standing.response_id JOIN member ON member.id = standing.member_id"
            " WHERE standing.campaign_id = 'all' AND standing.rater = 'self'"
        )


def spreadsheet(count: int, names: list[str]) -> bytes:
    """Return a workbook of answers in which every hundredth row has a fault."""
    chance = random.Random(11)
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["about", "id", *names])
    for number in range(count):
        given = chance.choices(CHOICES, k=len(names))
        if not number % FAULTY_EVERY:
            given[0] = "superb"
        sheet.append([f"N{number:07}", f"sheet-{number:07}", *given])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def cells(content: bytes) -> int:
    """Read every cell with openpyxl."""
    sheet: Any = load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
    return sum(len(row) for row in sheet.iter_rows(values_only=True))


async def taken_in(context: Context, content: bytes) -> None:
    """Send a workbook of answers through the whole import and print how long it took."""

    async def parts() -> AsyncIterator[bytes]:
        for at in range(0, len(content), CHUNK_BYTES):
            yield content[at : at + CHUNK_BYTES]

    begun = time.perf_counter()
    made = await uploads.start(context, by=OFFICER, campaign_id="all", kind=Format.XLSX, content=parts())
    await intake.read(context, rooms={uploads.ROOM: uploads.FILES}, intake_id=made.id)
    whole = time.perf_counter() - begun
    told = await intake.found(context, by=OFFICER, intake_id=made.id)
    begun = time.perf_counter()
    cells(content)
    alone = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {told.rows_read:,} rows taken in: {told.added:,} new, {told.refused:,} refused with their faults")
    print(f"  import {whole:8.2f} s   openpyxl alone {alone:6.2f} s   ratio {whole / alone:5.2f}   peak {peak:,.0f} MB")


async def measured(dialect: str, count: int, rows: int) -> None:
    """Measure findings and an import on one database."""
    print(f"{dialect}: {count:,} people, {SECTIONS * ITEMS_A_SECTION} questions", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        async with pillar(dialect, folder) as context:
            campaign = await populated(context, count)
            content = spreadsheet(rows, [one.id for one in campaign.frozen.choosing])
            await taken_in(context, content)
            async with context.database.transaction() as tx:
                for table in ("standing", "intake_refusal", "response"):
                    await tx.execute(f"DELETE FROM {table}")
            await answered(context, campaign)
            await campaigns.close(context, by=OFFICER, campaign_id="all")
            best, plain, size = 1e9, 1e9, 0
            for number in range(REPEATS):
                begun = time.perf_counter()
                size = await drawn(context)
                taken = time.perf_counter() - begun
                if not number:
                    print(f"  scored and drawn the first time {taken:6.2f} s ({size:,} characters of charts)")
                best = min(best, taken)
                begun = time.perf_counter()
                await bare(context)
                plain = min(plain, time.perf_counter() - begun)
            print(f"  best {best:6.2f} s   reading the rows {plain:6.2f} s   ratio {best / plain:5.2f}", flush=True)


async def everything(databases: list[str], count: int, rows: int) -> None:
    """Measure on every database that was asked for."""
    log.configure("WARNING")
    for dialect in databases:
        await measured(dialect, count, rows)


def main() -> None:
    """Read what was asked for and do it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", default="", choices=["", "sqlite", "postgres"], help="both, unless one is named")
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=50_000, help="of the spreadsheet; not more than people")
    given = parser.parse_args()
    databases = [given.database] if given.database else ["sqlite", *(["postgres"] if POSTGRES else [])]
    uvloop.run(everything(databases, given.people, given.rows))


if __name__ == "__main__":
    main()

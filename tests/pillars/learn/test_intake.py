"""Large files of records and ratings: kept, taken in by a job, followed, cancelled, and never taken in twice."""

from __future__ import annotations

import asyncio
import io
import zipfile
from datetime import timedelta
from typing import Any

import httpx
import openpyxl
import pytest

from govstack.kernel import clock
from govstack.kernel.job_runner import JobRunner
from govstack.kernel.jobs import Job
from govstack.kernel.sheets import MEDIA_TYPES, FileUnreadable, Format
from govstack.pillars.learn.intake import service as intake
from govstack.pillars.learn.intake.model import AT_ONCE_ROWS_MAX, MERGED, OPEN_FILES_MAX, TOO_LONG
from govstack.pillars.learn.manifest import FILES, MANIFEST
from govstack.pillars.learn.needs.entering import service as entering
from govstack.pillars.learn.transfer import service as transfer
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn, page, send
from tests.builders.skills import competency, enter
from tests.databases import Databases

COLUMNS = ("name", "type", "owner", "licence", "language", "format", "reviewed")
REST = ("course", "College", "cc-by-4.0", "en", "document", "2026-01-01")
LARGE = AT_ONCE_ROWS_MAX + 100
CSV = {"content-type": "text/csv"}
IMPORT = f"{API}/assets/import"


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


@pytest.fixture
async def small(sqlite_databases: Databases) -> Learn:
    return await learn(sqlite_databases)


def assets(count: int, *more: tuple[str, ...], columns: tuple[str, ...] = COLUMNS) -> bytes:
    """Return a file of assets with distinct names, then some further rows."""
    rows = [columns, *((f"Course {number}", *REST) for number in range(count)), *more]
    return "\r\n".join(map(",".join, rows)).encode()


def sheet(count: int, *, merge: str = "", formula: bool = False) -> bytes:
    """Return assets as a spreadsheet, the last one with a formula."""
    book = openpyxl.Workbook()
    page_ = book.worksheets[0]
    page_.append(COLUMNS)
    for number in range(count):
        page_.append((f"Course {number}", *REST))
    if formula:
        page_.append(("Sum", *REST[:-1], "=TODAY()"))
    if merge:
        page_.merge_cells(merge)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


async def sent(pillar: Learn, content: bytes, media: str = "text/csv", path: str = IMPORT) -> httpx.Response:
    async with pillar.officer() as client:
        return await client.post(path, content=content, headers={"content-type": media})


async def worked(pillar: Learn) -> None:
    """Let the jobs run that read files."""

    async def read(job: Job) -> None:
        await MANIFEST.tasks[job.kind].handler(pillar.context, job)

    await JobRunner(pillar.context.database, {intake.READ: read}).run_due()


async def told(pillar: Learn, answer: httpx.Response) -> dict[str, Any]:
    async with pillar.officer() as client:
        found: dict[str, Any] = (await client.get(answer.headers["location"])).json()
        return found


async def revisions(pillar: Learn) -> tuple[int, int]:
    """Return how many assets there are, and how many revisions of them."""
    async with pillar.context.database.reading() as tx:
        counted = await tx.fetch(
            "SELECT COUNT(*) AS records, COALESCE(SUM(number), 0) AS revisions FROM record WHERE kind = 'asset'"
        )
    return int(counted[0]["records"]), int(counted[0]["revisions"])


async def test_a_large_file_is_kept_and_taken_in_by_a_job_and_the_same_file_changes_nothing(pillar: Learn) -> None:
    content = assets(LARGE, ("Course 1", *REST), ("Bad", "course", "College", "unheard-of", "en", "document", "never"))

    first = await sent(pillar, content)
    waiting = await told(pillar, first)
    await worked(pillar)
    done = await told(pillar, first)
    second = await sent(pillar, content)
    await worked(pillar)
    again = await told(pillar, second)
    async with pillar.officer() as client:
        refused = (await client.get(first.headers["location"] + "/refusals")).json()["refusals"]

    assert (first.status_code, first.headers["retry-after"], waiting["state"]) == (202, "5", "reading")
    assert (done["state"], done["rowsRead"], done["added"], done["known"]) == ("done", LARGE + 2, LARGE, 1)
    assert (again["state"], again["added"], again["known"], again["refused"]) == ("done", 0, LARGE + 1, 1)
    assert [(one["row"], sorted(one["fields"])) for one in refused] == [(LARGE + 3, ["licence", "reviewed"])]
    assert await revisions(pillar) == (LARGE, LARGE)


async def test_a_file_of_few_rows_is_answered_at_once(small: Learn) -> None:
    answer = await sent(small, assets(AT_ONCE_ROWS_MAX))

    assert (answer.status_code, answer.json()["written"]) == (200, AT_ONCE_ROWS_MAX)


async def test_a_large_file_that_is_only_checked_writes_nothing(small: Learn) -> None:
    answer = await sent(small, assets(LARGE), path=f"{IMPORT}?checkOnly=true")
    await worked(small)
    done = await told(small, answer)

    assert (done["state"], done["checkOnly"], done["added"]) == ("done", True, LARGE)
    assert (await revisions(small))[0] == 0


async def test_a_run_that_was_killed_is_gone_on_with_and_nothing_is_taken_in_twice(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = await sent(pillar, assets(LARGE))
    kept, parts = intake._part, []

    async def killed(*given: Any, **named: Any) -> bool:
        parts.append(named["rows_read"])
        if len(parts) == 3:
            raise ConnectionError("The process was stopped.")
        return await kept(*given, **named)

    monkeypatch.setattr(intake, "_part", killed)
    with pytest.raises(ConnectionError):
        await intake.read(pillar.context, rooms=FILES, intake_id=(await told(pillar, answer))["id"])
    halfway = await told(pillar, answer)
    await worked(pillar)
    done = await told(pillar, answer)

    assert (halfway["state"], halfway["rowsRead"], halfway["added"]) == ("reading", 200, 200)
    assert 0 < halfway["bytesRead"] <= halfway["bytes"]
    assert parts[3] == 300
    assert (done["state"], done["added"], done["known"]) == ("done", LARGE, 0)
    assert await revisions(pillar) == (LARGE, LARGE)


async def test_of_two_runs_at_once_one_takes_each_part_in(pillar: Learn) -> None:
    answer = await sent(pillar, assets(LARGE))
    intake_id = (await told(pillar, answer))["id"]

    await asyncio.gather(*(intake.read(pillar.context, rooms=FILES, intake_id=intake_id) for _ in range(2)))
    await worked(pillar)
    done = await told(pillar, answer)

    assert (done["state"], done["rowsRead"], done["added"], done["known"]) == ("done", LARGE, LARGE, 0)


async def test_a_file_is_cancelled_in_the_middle_and_what_was_taken_in_stays(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = await sent(pillar, assets(LARGE))
    one, kept, codes = await told(pillar, answer), intake._part, []

    async def cancelled(*given: Any, **named: Any) -> bool:
        if named["rows_read"] == 300:
            async with pillar.officer() as client:
                codes.append((await client.post(f"{answer.headers['location']}/cancel")).status_code)
        return await kept(*given, **named)

    monkeypatch.setattr(intake, "_part", cancelled)
    await worked(pillar)
    done = await told(pillar, answer)
    async with pillar.officer() as client:
        again = await client.post(f"{answer.headers['location']}/cancel")
    async with pillar.context.database.reading() as tx:
        pieces = await tx.fetch("SELECT number FROM intake_piece WHERE intake_id = :id", id=one["id"])

    assert (codes, again.status_code, again.json()["code"]) == ([200], 409, "not-being-read")
    assert (done["state"], done["rowsRead"], done["added"], pieces) == ("cancelled", 200, 200, [])
    assert await revisions(pillar) == (200, 200)


async def test_a_large_file_with_wrong_columns_is_refused_before_it_is_kept(small: Learn) -> None:
    answer = await sent(small, assets(LARGE, columns=("title", *COLUMNS[1:])))
    async with small.context.database.reading() as tx:
        kept = await tx.fetch("SELECT id FROM intake")

    assert (answer.status_code, answer.json()["code"], sorted(answer.json()["fields"])) == (
        400, "columns-missing", ["name"]
    )  # fmt: skip
    assert kept == []


@pytest.mark.parametrize("count", [3, LARGE])
async def test_merged_cells_are_refused_with_what_to_do(small: Learn, count: int) -> None:
    answer = await sent(small, sheet(count, merge="B2:B3"), MEDIA_TYPES[Format.XLSX])
    await worked(small)
    said = answer.json()["detail"] if count == 3 else (await told(small, answer))["fault"]

    assert (said, (await revisions(small))[0] if count > 3 else 0) == (MERGED.format(cells="B2:B3"), 0)


async def test_formulas_in_a_large_sheet_are_refused_row_by_row(small: Learn) -> None:
    answer = await sent(small, sheet(LARGE, formula=True), MEDIA_TYPES[Format.XLSX])
    await worked(small)
    done = await told(small, answer)
    async with small.officer() as client:
        refused = (await client.get(answer.headers["location"] + "/refusals")).json()["refusals"]

    assert (done["state"], done["added"], done["refused"]) == ("done", LARGE, 1)
    assert refused == [{"row": LARGE + 2, "fields": {"": "holds a formula; put its result in its place"}}]


async def test_rows_beyond_the_limit_are_told_and_those_before_stay(
    small: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer._Records, "rows_max", 550)
    answer = await sent(small, assets(LARGE))
    await worked(small)
    done = await told(small, answer)

    assert (done["state"], done["fault"], done["added"]) == ("failed", TOO_LONG, 500)


async def test_only_whoever_may_send_such_files_sees_or_stops_one(small: Learn) -> None:
    address = (await sent(small, assets(LARGE))).headers["location"]
    calls = (("GET", address), ("GET", f"{address}/refusals"), ("POST", f"{address}/cancel"))
    async with small.person() as person, small.officer("learn:teach") as teacher, small.nobody() as nobody:
        found = [
            [(await client.request(*call)).status_code for call in calls] for client in (person, teacher, nobody)
        ]  # fmt: skip

    assert found == [[404] * 3, [404] * 3, [401] * 3]


async def test_so_many_files_of_a_kind_are_read_at_a_time(small: Learn) -> None:
    answers = [await sent(small, assets(LARGE)) for _ in range(OPEN_FILES_MAX + 1)]

    assert [one.status_code for one in answers] == [*[202] * OPEN_FILES_MAX, 409]
    assert answers[-1].json()["code"] == "too-many-files"


async def test_ten_thousand_ratings_are_taken_in_once(small: Learn) -> None:
    await enter(small.context, competency("a"))
    for number in range(10):
        await civil_servant(small.context, f"p-{number}")
    rows = (f"p-{number % 10},a,{number % 5 + 1},manager,2026-01-05,list {number // 50}" for number in range(9_999))
    content = "\n".join(("person,competency,level,kind,day,source", *rows, "p-99,a,1,self,2026-01-05,x")).encode()

    answers = []
    for _ in range(2):
        answers.append(await sent(small, content, path=f"{API}/ratings/import"))
        await worked(small)
    found = [await told(small, one) for one in answers]
    async with small.context.database.reading() as tx:
        kept = int((await tx.fetch("SELECT COUNT(*) AS n FROM competency_rating"))[0]["n"])

    assert [one["state"] for one in found] == ["done", "done"]
    assert [(one["rowsRead"], one["refused"], one["added"] + one["known"]) for one in found] == [(10_000, 1, 9_999)] * 2
    assert (found[0]["added"], found[1]["added"]) == (kept, 0)


async def test_a_large_file_of_ratings_tells_of_each_row(pillar: Learn) -> None:
    await enter(pillar.context, competency("a"))
    await civil_servant(pillar.context, "p-1")
    rows = [f"p-1,a,2,test,2026-01-05,{number}" for number in range(LARGE)]
    rows[7], rows[600 - 1] = "p-1,a,9,test,2026-01-05,x", "p-1,a"
    content = "\n".join(("person,competency,level,kind,day,source", *rows)).encode()

    answer = await sent(pillar, content, path=f"{API}/ratings/import")
    await worked(pillar)
    done = await told(pillar, answer)
    async with pillar.officer() as client:
        refused = (await client.get(answer.headers["location"] + "/refusals")).json()["refusals"]

    assert (answer.status_code, done["added"], done["refused"]) == (202, LARGE - 2, 2)
    assert [one["row"] for one in refused] == [9, 601]
    assert entering.ROOM in FILES


async def test_pages_follow_a_file_until_it_is_done_and_hand_back_what_was_refused(small: Learn) -> None:
    bad = ("=1+1", "course", "College", "unheard-of", "en", "document", "2026-01-01")
    files = {"file": ("assets.csv", assets(LARGE, bad), "text/csv")}
    async with small.browser("learn:plan") as client:
        form = await page(client, "/assets/file")
        answer = await send(client, form, "/assets/file", files=files, act="take")
        address = answer.headers["location"]
        renewed = (await client.get(address)).headers.get("refresh")
        waiting = await page(client, address)
        await worked(small)
        done = await page(client, address)
        rest = (await client.get(address)).headers.get("refresh")
        refused = await client.get(f"{address}/refused")

    assert (answer.status_code, renewed, rest) == (303, "10", None)
    assert "This page renews itself" in waiting
    assert 'action="/assets/file"' not in waiting
    assert "Choose one of the words offered." in done
    assert "Stop reading the file" not in done
    assert refused.text.splitlines()[1].startswith(f"{LARGE + 2},licence: Choose one")
    assert "'=1+1" in refused.text


async def test_a_page_stops_a_file(small: Learn) -> None:
    files = {"file": ("assets.csv", assets(LARGE), "text/csv")}
    async with small.browser("learn:plan") as client:
        answer = await send(client, await page(client, "/assets/file"), "/assets/file", files=files, act="take")
        address = answer.headers["location"]
        shown = await page(client, address)
        stopped = [await send(client, shown, f"{address}/cancel") for _ in range(2)]
        done = await page(client, address)
    await worked(small)

    assert [one.status_code for one in stopped] == [303, 303]
    assert "Cancelled" in done
    assert (await revisions(small))[0] == 0


async def test_a_large_file_of_ratings_leads_from_its_page_to_the_page_of_the_file(small: Learn) -> None:
    await enter(small.context, competency("a"))
    content = "\n".join(["person,competency,level,kind", *["p-1,a,1,self"] * LARGE]).encode()
    async with small.browser("learn:plan") as client:
        form = await page(client, "/enter-ratings")
        answer = await send(client, form, "/enter-ratings", files={"file": ("r.csv", content, "text/csv")})

    assert (answer.status_code, "/files/" in answer.headers["location"]) == (303, True)


async def test_a_file_that_waited_before_the_rooms_were_one_is_read_by_its_old_job(small: Learn) -> None:
    answer = await sent(small, assets(LARGE))
    job = Job("j", "learn.read-answers", {"upload": (await told(small, answer))["id"]}, 1, OFFICER.id)
    await MANIFEST.tasks[job.kind].handler(small.context, job)

    assert (await told(small, answer))["state"] == "done"


async def test_refused_rows_are_forgotten_when_nobody_mends_them_any_more(pillar: Learn) -> None:
    answer = await sent(pillar, assets(LARGE, ("Bad", "course", "College", "unheard-of", "en", "document", "never")))
    await worked(pillar)

    async def refused() -> int:
        async with pillar.officer() as client:
            return len((await client.get(answer.headers["location"] + "/refusals")).json()["refusals"])

    kept = await refused()
    with clock.fixed(clock.now() + timedelta(days=29)):
        early = await intake.forget_refused(pillar.context)
    with clock.fixed(clock.now() + timedelta(days=31)):
        late = await intake.forget_refused(pillar.context)

    assert (kept, early, late, await refused()) == (1, 0, 1, 0)


def bomb(rows: int) -> bytes:
    """Return a workbook with merged cells that unpacks into far more than it is."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(sheet(rows, merge="B2:B3"))) as before,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as after,
    ):
        for name in before.namelist():
            content = before.read(name)
            if name.startswith("xl/worksheets/"):
                content = content.replace(b"</worksheet>", b" " * (64 << 20) + b"</worksheet>")
            after.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize("count", [3, LARGE])
async def test_a_workbook_that_is_a_bomb_is_refused_before_its_cells_are_looked_into(small: Learn, count: int) -> None:
    content = bomb(count)
    answer = await sent(small, content, MEDIA_TYPES[Format.XLSX])
    await worked(small)
    said = answer.json()["detail"] if answer.status_code >= 400 else (await told(small, answer))["fault"]

    assert "unpacks into more than may be read" in said
    with pytest.raises(FileUnreadable, match="unpacks into more"):
        intake.table_of(Format.XLSX, content)


async def test_the_training_unit_finds_and_stops_any_file_and_sees_no_row_of_it(small: Learn) -> None:
    # Results of tests and frameworks are sent under other rights than the training unit's own.
    address = (await sent(small, assets(LARGE))).headers["location"]
    async with small.context.database.transaction() as tx:
        await tx.execute("UPDATE intake SET scope = 'learn:evaluate'")
    shown = address.removeprefix(API)
    async with small.officer("learn:plan") as unit, small.person() as person:
        listed = await unit.get(f"{API}/files")
        nobody = await person.get(f"{API}/files")
        rows = await unit.get(f"{address}/refusals")
    async with small.browser("learn:plan", subject="unit") as browser:
        files = await page(browser, "/files")
        form = await page(browser, shown)
        taken = await browser.get(f"{shown}/refused")
        stopped = await send(browser, form, "/cancel")
    async with small.officer("learn:plan") as unit:
        after = (await unit.get(address)).json()["state"]
        again = await unit.post(f"{address}/cancel")
        none = (await unit.get(f"{API}/files")).json()["files"]

    assert [one["id"] for one in listed.json()["files"]] == [address.rpartition("/")[2]]
    assert (nobody.status_code, rows.status_code, taken.status_code) == (403, 404, 404)
    assert shown in files
    assert (stopped.status_code, after, again.status_code, none) == (303, "cancelled", 409, [])

"""Archives: what is over leaves for a signed file, whole and once; numbers stay; and there is a way back."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from govstack.blocks.messaging.archives import gateways, service, store
from govstack.blocks.messaging.archives.errors import RowsChanged
from govstack.blocks.messaging.archives.model import (
    COLUMNS,
    MESSAGES_MAX,
    REQUESTS_MAX,
    Archive,
    Candidate,
    Soundness,
    portion,
)
from govstack.blocks.messaging.delivery import service as delivery
from govstack.kernel import clock, i18n
from govstack.kernel.actor import SYSTEM
from govstack.kernel.db import CheckViolation, Row
from govstack.kernel.sessions import VISIT_COOKIE
from tests.blocks.messaging.test_pages import ADMINISTRATOR, page, post
from tests.builders import messaging
from tests.builders.messaging import BUILDER, batch, counts, messaging_on, registered, rows, sent, single, work
from tests.builders.running import Bench
from tests.databases import Databases

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=31)


@pytest.fixture
async def archiving(databases: Databases, tmp_path: Path) -> AsyncIterator[Bench]:
    """Messaging that moves what is over into files after thirty days."""
    settings = {"MESSAGING_ARCHIVE_DAYS": "30", "MESSAGING_ARCHIVE_FOLDER": str(tmp_path / "archive")}
    async with messaging_on(databases, **settings) as made:
        yield made


async def move_out(running: Bench, moment: datetime = LATER) -> int:
    """Archive at a moment."""
    with clock.fixed(moment):
        return await service.move_out(running.context, by=SYSTEM)


async def everything(running: Bench) -> dict[str, list[Row]]:
    """Return the rows of all tables that are archived."""
    return {table: await rows(running.context, f"SELECT * FROM {table} ORDER BY 1, 2") for table in COLUMNS}


async def one_archive(running: Bench) -> Archive:
    """Return the only archive."""
    found = await service.archives(running.context, by=BUILDER)
    assert len(found) == 1
    return found[0]


async def a_life(running: Bench) -> str:
    """Send a batch, answer it, and let everything come to its end; return the key of its sender."""
    made = await registered(running.context)
    with clock.fixed(NOON):
        body = batch("ada@p.example", "bo@p.example", "nobody", callback={"URI": "https://clinic.example.org/answers"})
        uid = await sent(running, made.key, body, way="batch")
        async with messaging.client(running, made.key) as client:
            await client.post("/v1/callback/email", json={"content": "eA=="}, headers={"requestUid": uid})
        await work(running.context)
    # Of two messages that end in one moment neither sees the other's end; the letter goes with the next sweep.
    await delivery.sweep(running.context, by=SYSTEM)
    return made.key


@pytest.mark.requirement("MSG-02", "MSG-69")
async def test_what_is_over_leaves_for_a_file_and_its_numbers_stay(archiving: Bench) -> None:
    await a_life(archiving)

    early, moved = await move_out(archiving, NOON + timedelta(days=29)), await move_out(archiving)
    again = await move_out(archiving)

    assert (early, moved, again) == (0, 1, 0)
    assert {table for table, found in (await everything(archiving)).items() if found} == set()
    archive = await one_archive(archiving)
    assert (archive.requests, archive.messages) == (1, 3)
    with clock.fixed(LATER):
        months = await service.months(archiving.context, by=BUILDER)
    assert {(one.month, one.status, one.messages) for one in months} == {
        ("2026-11", "delivered", 2), ("2026-11", "notSent", 1),
    }  # fmt: skip
    assert await rows(archiving.context, "SELECT id FROM archive_release") == []


@pytest.mark.requirement("MSG-02", "MSG-08", "MSG-62")
async def test_a_file_is_signed_holds_nobody_and_is_not_for_others_to_read(archiving: Bench) -> None:
    await a_life(archiving)
    await move_out(archiving)
    archive = await one_archive(archiving)
    path = service.folder(archiving.context) / archive.file_name

    text = path.read_text(encoding="utf-8")
    lines = [msgspec.json.decode(line) for line in text.splitlines()]

    assert (path.stat().st_mode & 0o777, path.stat().st_size) == (0o600, archive.file_bytes)
    assert (lines[0]["format"], lines[-1]["digest"]) == ("govstack-messaging-archive", archive.digest)
    assert {line["table"] for line in lines[1:-1]} == {
        "message_request", "message", "message_event", "reply", "reply_event",
    }  # fmt: skip
    assert [name in text for name in ("ada@", "Your appointment", "clinic.example.org")] == [False] * 3
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.requirement("MSG-03")
async def test_an_archive_comes_back_row_for_row_and_stays_a_while(archiving: Bench) -> None:
    key = await a_life(archiving)
    before = await everything(archiving)
    await move_out(archiving)
    archive = await one_archive(archiving)

    with clock.fixed(LATER):
        await service.restore(archiving.context, by=BUILDER, archive_id=archive.id)
        with pytest.raises(service.ArchiveRestored):
            await service.restore(archiving.context, by=BUILDER, archive_id=archive.id)

    assert await everything(archiving) == before
    uid = before["message_request"][0]["id"]
    assert await counts(archiving, key, uid) == {"delivered": 2, "notSent": 1}
    with clock.fixed(LATER):
        assert await service.months(archiving.context, by=BUILDER) == []
    assert [await move_out(archiving, LATER + timedelta(days=days)) for days in (29, 31)] == [0, 1]
    with clock.fixed(LATER):
        assert len(await service.months(archiving.context, by=BUILDER)) == 2


@pytest.mark.requirement("MSG-02", "MSG-24")
async def test_what_is_under_way_stays(archiving: Bench) -> None:
    made = await registered(archiving.context)
    with clock.fixed(NOON):
        waiting = await sent(archiving, made.key, single())
        await sent(archiving, made.key, single("bo@p.example"))
        await rows(archiving.context, "SELECT 1 AS one")
    async with archiving.context.database.transaction() as tx:
        await tx.execute("DELETE FROM job WHERE payload LIKE :id", id=f"%{await first_message(archiving, waiting)}%")
    with clock.fixed(NOON):
        await work(archiving.context)

    await move_out(archiving)

    assert [row["id"] for row in await rows(archiving.context, "SELECT id FROM message_request")] == [waiting]


async def first_message(running: Bench, uid: str) -> str:
    """Return the id of the first message of a request."""
    return str((await rows(running.context, f"SELECT id FROM message WHERE request_id = '{uid}'"))[0]["id"])


@pytest.mark.requirement("MSG-01", "MSG-02")
async def test_nothing_leaves_that_is_not_in_an_archive(archiving: Bench) -> None:
    await a_life(archiving)
    kept = await everything(archiving)

    for table in COLUMNS:
        if kept[table]:
            with pytest.raises(CheckViolation):
                async with archiving.context.database.transaction() as tx:
                    await tx.execute(f"DELETE FROM {table}")
    async with archiving.context.database.transaction() as tx:
        now = clock.timestamp()
        await tx.execute(
            "INSERT INTO request_extension (request_id, until, reason, at)"
            " SELECT id, :now, 'extended', :now FROM message_request",
            now=now,
        )
    for statement in ("DELETE FROM request_extension", "UPDATE request_extension SET until = ''"):
        with pytest.raises(CheckViolation):
            async with archiving.context.database.transaction() as tx:
                await tx.execute(statement)

    assert {**await everything(archiving), "request_extension": []} == kept


@pytest.mark.requirement("MSG-02")
async def test_what_changed_while_it_was_archived_stays_as_it_is_then(
    archiving: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_life(archiving)
    release = store.release

    async def something_happens(tx: object, archive_id: str, ids: list[str]) -> None:
        await tx.execute(  # type: ignore[attr-defined]
            "INSERT INTO message_event (message_id, sequence, state, reason, provider, response_code, at)"
            " SELECT id, 9, 'failed', 'rejected', '', 0, 'now' FROM message"
        )
        await release(tx, archive_id, ids)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "release", something_happens)
    kept = await everything(archiving)
    with pytest.raises(RowsChanged):
        await move_out(archiving)
    monkeypatch.undo()

    assert await everything(archiving) == kept
    assert await service.archives(archiving.context, by=BUILDER) == []
    assert await move_out(archiving) == 1


@pytest.mark.requirement("MSG-02")
async def test_two_who_archive_at_once_make_one_archive(archiving: Bench) -> None:
    await a_life(archiving)

    found = await asyncio.gather(move_out(archiving), move_out(archiving), return_exceptions=True)

    assert all(isinstance(one, int | RowsChanged) for one in found), found
    assert (await one_archive(archiving)).messages == 3
    assert await everything(archiving) == {table: [] for table in COLUMNS}
    with clock.fixed(LATER):
        assert sum(one.messages for one in await service.months(archiving.context, by=BUILDER)) == 3


@pytest.mark.requirement("MSG-02", "MSG-62")
@pytest.mark.parametrize("what", ["missing", "a byte", "a line", "cut off", "another's signature", "not signed"])
async def test_a_file_that_is_not_the_one_that_was_written_is_told_of_and_not_brought_back(
    archiving: Bench, what: str
) -> None:
    await a_life(archiving)
    await move_out(archiving)
    archive = await one_archive(archiving)
    path = service.folder(archiving.context) / archive.file_name
    text = path.read_bytes()
    lines = text.splitlines(keepends=True)
    foot = msgspec.json.decode(lines[-1])
    if what == "missing":
        path.unlink()
    else:
        path.write_bytes(
            {
                "a byte": text.replace(b'"state":"delivered"', b'"state":"failed"', 1),
                "a line": b"".join([lines[0], *lines[2:]]),
                "cut off": text[:-20],
                "another's signature": b"".join(lines[:-1])
                + msgspec.json.encode({**foot, "signature": foot["signature"][::-1]})
                + b"\n",
                "not signed": b"".join(lines[:-1]),
            }[what]
        )

    _archive, soundness = await service.archive(archiving.context, by=BUILDER, archive_id=archive.id)

    assert soundness is (Soundness.MISSING if what == "missing" else Soundness.CHANGED)
    with pytest.raises(service.ArchiveBroken):
        await service.restore(archiving.context, by=BUILDER, archive_id=archive.id)
    assert await rows(archiving.context, "SELECT id FROM message_request") == []


@pytest.mark.requirement("MSG-02")
async def test_the_file_of_one_archive_is_not_taken_for_that_of_another(archiving: Bench) -> None:
    await a_life(archiving)
    await move_out(archiving)
    first = await one_archive(archiving)
    await a_life(archiving)
    await move_out(archiving)
    second = (await service.archives(archiving.context, by=BUILDER))[0]
    folder = service.folder(archiving.context)

    (folder / first.file_name).write_bytes((folder / second.file_name).read_bytes())

    for archive, soundness in ((first, Soundness.CHANGED), (second, Soundness.SOUND)):
        assert (await service.archive(archiving.context, by=BUILDER, archive_id=archive.id))[1] is soundness


def test_a_file_that_is_not_finished_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), gateways.Writer(tmp_path) as file:
        file.write([])
        raise RuntimeError

    assert list(tmp_path.iterdir()) == []


@pytest.mark.requirement("MSG-02")
async def test_what_a_killed_process_left_unfinished_is_cleared_after_a_day(archiving: Bench) -> None:
    folder = service.folder(archiving.context)
    folder.mkdir(parents=True)
    old, young, other = (folder / name for name in ("unfinished-1", "unfinished-2", "f.jsonl"))
    for path in (old, young, other):
        path.write_bytes(b"x")
    for path, age in ((old, 86_401), (young, 3_600), (other, 86_401)):
        moment = LATER.timestamp() - age
        os.utime(path, (moment, moment))

    await move_out(archiving)

    assert {path.name for path in folder.iterdir()} == {"unfinished-2", "f.jsonl"}


def test_a_file_is_filled_with_the_oldest_and_no_request_is_parted() -> None:
    small = [Candidate(str(number), 1, "") for number in range(REQUESTS_MAX + 5)]
    large = Candidate("large", MESSAGES_MAX, "")

    assert portion([]) == []
    assert portion(small) == small[:REQUESTS_MAX]
    assert portion([large, *small]) == [large]
    assert portion([small[0], large]) == [small[0]]


@pytest.mark.requirement("MSG-02")
async def test_without_a_number_of_days_nothing_is_archived(running: Bench) -> None:
    await a_life(running)

    assert await move_out(running, NOON + timedelta(days=40_000)) == 0
    assert await rows(running.context, "SELECT id FROM message_request")


@pytest.mark.requirement("MSG-02", "MSG-03", "MSG-49")
@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_pages_show_archives_and_bring_one_back(
    sqlite_databases: Databases, tmp_path: Path, language: str
) -> None:
    settings = {"MESSAGING_ARCHIVE_DAYS": "30", "MESSAGING_ARCHIVE_FOLDER": str(tmp_path)}
    async with messaging_on(sqlite_databases, **settings) as archiving:
        await a_life(archiving)
        async with archiving.browser("mila", *ADMINISTRATOR) as browser:
            browser.headers["cookie"] += f"; {VISIT_COOKIE}=visit"
            browser.headers["accept-language"] = language
            await page(browser, "/archives")
            await move_out(archiving)
            base = f"/archives/{(await one_archive(archiving)).id}"
            listed = await page(browser, "/archives")
            for path in (base, f"{base}/restore"):
                await page(browser, path)
            done = [(await post(browser, f"{base}/restore")).status_code for _ in range(2)]
            await page(browser, base)
            await page(browser, "/archives/none", status=404)
        async with archiving.browser("ashok", "messaging:read") as reader:
            read = [(await reader.get(path)).status_code for path in ("/archives", base, f"{base}/restore")]
        async with archiving.browser("somebody") as other:
            refused = [(await other.get(path)).status_code for path in ("/archives", base, f"{base}/restore")]

    assert base in listed
    assert (sorted(set(done)), read, refused) == ([303, 409], [200, 200, 403], [403, 403, 403])

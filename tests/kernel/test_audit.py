"""The audit trail shows who did what, and shows when it was touched."""

from __future__ import annotations

import pytest

from govstack.kernel import audit
from govstack.kernel.actor import Actor
from govstack.kernel.db import Database

OFFICER = Actor("person", "officer-1", "Amina Kone")


async def three_acts(database: Database) -> None:
    for number in range(3):
        async with database.transaction() as tx:
            await audit.record(
                tx, by=OFFICER, action="sample.note.added", subject=f"note/{number}", detail={"n": number}
            )


@pytest.mark.requirement("X067", "X027")
async def test_an_act_is_on_record_with_who_what_and_when(database: Database) -> None:
    await three_acts(database)

    async with database.reading() as tx:
        found = await audit.entries(tx, subject="note/1")

    assert [(entry.actor, entry.action, entry.outcome, entry.detail) for entry in found] == [
        ("officer-1", "sample.note.added", "ok", '{"n":1}')
    ]
    assert found[0].at.endswith("Z")


async def test_an_act_that_is_undone_leaves_no_entry(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with database.transaction() as tx:
            await audit.record(tx, by=OFFICER, action="sample.note.added", subject="note/1")
            raise RuntimeError

    async with database.reading() as tx:
        assert await audit.entries(tx) == []
        assert await audit.first_broken(tx) is None


@pytest.mark.requirement("X067")
async def test_an_untouched_trail_verifies(database: Database) -> None:
    await three_acts(database)

    async with database.reading() as tx:
        assert await audit.first_broken(tx) is None


@pytest.mark.requirement("X067")
@pytest.mark.parametrize(
    ("tampering", "broken"),
    [
        ("UPDATE audit_entry SET actor = 'somebody-else' WHERE number = 2", 2),
        ("UPDATE audit_entry SET detail = '{}' WHERE number = 3", 3),
        ("DELETE FROM audit_entry WHERE number = 2", 2),
        ("DELETE FROM audit_entry WHERE number = 3", 3),
        ("UPDATE audit_entry SET number = 4 WHERE number = 3", 3),
    ],
)
async def test_the_first_touched_entry_is_named(database: Database, tampering: str, broken: int) -> None:
    await three_acts(database)
    async with database.transaction() as tx:
        await tx.execute(tampering)

    async with database.reading() as tx:
        assert await audit.first_broken(tx) == broken


async def test_entries_come_newest_first_and_page_by_number(database: Database) -> None:
    await three_acts(database)

    async with database.reading() as tx:
        newest = await audit.entries(tx, action="sample.", limit=2)
        rest = await audit.entries(tx, action="sample.", before=newest[-1].number)

    assert [entry.subject for entry in (*newest, *rest)] == ["note/2", "note/1", "note/0"]

"""The change log: who did what, before and after, in a chain that shows any tampering (DRS-7)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import pytest

from govstack.blocks.registries.admission.errors import RightMissing
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import Registry, ServiceKind
from govstack.blocks.registries.loading import service as loading
from govstack.blocks.registries.reading import service as reading
from govstack.blocks.registries.reading.errors import NoRecord
from govstack.blocks.registries.reading.model import Search
from govstack.blocks.registries.records import service as records
from govstack.kernel import audit
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from tests.builders.records import analyst, desk, path, plain, stocked
from tests.builders.registries import ANALYST, CLERK, bare_context, closed, field, granted, published
from tests.databases import Databases

AUDITOR = Actor("person", "auditor", "Otto Auditor", scopes=frozenset({"registries:audit"}))
Tampering = Callable[[Context, Registry], Awaitable[None]]


@pytest.fixture
async def context(databases: Databases) -> Context:
    return await bare_context(databases)


async def with_a_past(context: Context) -> tuple[Registry, str]:
    """A registry with loaded, created, changed and deleted records, and the uuid of a record that was changed."""
    registry = await published(context, plain(further=[field("Colour")]))
    await loading.load(
        context, by=ANALYST, registry=registry, rows=({"Code": f"L{number}"} for number in range(12)), batch=5
    )
    made = await records.create(context, by=ANALYST, registry=registry, content={"Code": "A", "Name": "x"})
    await records.update(context, by=CLERK_ALL, registry=registry, query={"Code": "A"}, content={"Name": "y"})
    await records.update(
        context, by=ANALYST, registry=registry, query={"Code": "L3"}, content={"Name": "z", "Colour": "red"}
    )
    await records.update(context, by=ANALYST, registry=registry, query={"Code": "L3"}, content={"Colour": None})
    gone = await records.create(context, by=ANALYST, registry=registry, content={"Code": "B"})
    await records.delete(context, by=ANALYST, registry=registry, address=gone.uuid)
    return registry, made.uuid


CLERK_ALL = Actor(
    "application", "demo/GOV/7001/desk", "Desk", scopes=frozenset({"registries:analyse"}),
    application="demo/GOV/7001/desk", on_behalf_of="officer-7",
)  # fmt: skip


@pytest.mark.requirement("DRS-7", "DRS-21")
async def test_the_history_shows_who_changed_what_from_what_to_what(context: Context) -> None:
    registry, uuid = await with_a_past(context)

    created, updated = await reading.history(context, by=ANALYST, registry=registry, uuid=uuid)

    assert (created.kind, msgspec.json.decode(created.after)) == ("created", {"Code": "A", "Name": "x"})
    assert (updated.before, updated.after) == ('{"Name":"x"}', '{"Name":"y"}')
    assert (updated.actor, updated.on_behalf_of, updated.application) == (
        "demo/GOV/7001/desk", "officer-7", "demo/GOV/7001/desk",
    )  # fmt: skip
    assert updated.revision == 2


@pytest.mark.requirement("DRS-7", "DRS-24")
async def test_the_history_of_a_loaded_record_begins_with_what_was_loaded(context: Context) -> None:
    registry, _ = await with_a_past(context)
    row, _ = await reading.read(context, by=ANALYST, registry=registry, terms=reading_terms(registry, {"Code": "L3"}))

    loaded, changed, cleared = await reading.history(context, by=ANALYST, registry=registry, uuid=row["uuid"])

    assert (loaded.kind, loaded.after) == ("loaded", '{"Code":"L3"}')
    assert msgspec.json.decode(changed.after) == {"Colour": "red", "Name": "z"}
    assert (cleared.before, cleared.after) == ('{"Colour":"red"}', "{}")


def reading_terms(registry: Registry, content: dict[str, object]) -> tuple[object, ...]:
    """The terms of a query."""
    from govstack.blocks.registries.reading.model import query_terms

    return query_terms(registry, content)


@pytest.mark.requirement("DRS-7")
async def test_an_untouched_registry_is_sound(context: Context) -> None:
    registry, _ = await with_a_past(context)

    found = await records.verify(context, by=AUDITOR, registry=registry)

    assert (found.sound, found.entries, found.records) == (True, 9, 14)


async def _sql(context: Context, text: str) -> None:
    async with context.database.transaction() as tx:
        await tx.execute(text)


TAMPERINGS = {
    "a changed entry": "UPDATE registry_change SET actor = 'nobody' WHERE position = 4",
    "a changed entry with a new hash": "UPDATE registry_change SET actor = 'nobody', hash = 'x' WHERE position = 4",
    "a removed entry": "DELETE FROM registry_change WHERE position = 5",
    "a removed last entry": "DELETE FROM registry_change WHERE position = 9",
    "a shortened chain": "UPDATE registry_head SET position = 8",
    "a changed record": 'UPDATE {table} SET content = \'{{"Code": "A", "Name": "forged"}}\' WHERE number = 13',
    "a changed loaded record": 'UPDATE {table} SET content = \'{{"Code": "forged"}}\' WHERE number = 7',
    "a changed loaded and updated record": 'UPDATE {table} SET content = \'{{"Code": "L3"}}\' WHERE number = 4',
    "a removed record": "DELETE FROM {table} WHERE number = 13",
    "a removed last record": "DELETE FROM {table} WHERE number = 14",
    "a removed loaded record": "DELETE FROM {table} WHERE number = 2",
    "a record brought back": "UPDATE {table} SET deleted_at = NULL WHERE number = 14",
    "a record deleted past the log": "UPDATE {table} SET deleted_at = 'now' WHERE number = 13",
    "a record archived past the log": "UPDATE {table} SET archived_at = 'now' WHERE number = 13",
    "an inserted record": "INSERT INTO {table} (uuid, number, content, version, created_at, modified_at, revision,"
    " change_hash) VALUES ('forged', 15, '{{\"Code\": \"X\"}}', '1.0', '', '', 1, '')",
    "a record put in place of another": "UPDATE {table} SET uuid = 'other' WHERE number = 13",
    "a record pointing at another change": "UPDATE {table} SET change_hash = '' WHERE number = 13",
}


@pytest.mark.requirement("DRS-7")
@pytest.mark.parametrize("name", list(TAMPERINGS))
async def test_verification_finds(sqlite_databases: Databases, name: str) -> None:
    context = await bare_context(sqlite_databases)
    registry, _ = await with_a_past(context)
    await _sql(context, TAMPERINGS[name].format(table=registry.record_table))

    found = await records.verify(context, by=AUDITOR, registry=registry)

    assert not found.sound


@pytest.mark.requirement("DRS-7")
async def test_verification_names_each_thing_it_finds_on_postgresql(postgres_databases: Databases) -> None:
    context = await bare_context(postgres_databases)
    registry, _ = await with_a_past(context)
    for name in ("a changed entry", "a changed loaded record", "a record brought back", "a removed record"):
        await _sql(context, TAMPERINGS[name].format(table=registry.record_table))

    found = await records.verify(context, by=AUDITOR, registry=registry)

    assert len(found.findings) >= 4


@pytest.mark.requirement("DRS-7")
async def test_each_verification_is_audited_with_its_outcome(context: Context) -> None:
    registry, _ = await with_a_past(context)
    await records.verify(context, by=AUDITOR, registry=registry)
    await _sql(context, TAMPERINGS["a changed record"].format(table=registry.record_table))
    await records.verify(context, by=AUDITOR, registry=registry)

    async with context.database.reading() as tx:
        entries = await audit.entries(tx, action="registries.changes.verified")
    assert [one.outcome for one in entries] == ["failed", "ok"]


@pytest.mark.requirement("DRS-7", "SD-6")
async def test_writers_at_the_same_time_leave_one_chain_without_gaps(context: Context) -> None:
    registry = await published(context, plain())

    await asyncio.gather(
        *(records.create(context, by=ANALYST, registry=registry, content={"Code": str(n)}) for n in range(30))
    )

    async with context.database.reading() as tx:
        rows = await tx.fetch(f"SELECT number FROM {registry.record_table} ORDER BY number")
    assert [row["number"] for row in rows] == list(range(1, 31))
    assert (await records.verify(context, by=ANALYST, registry=registry)).sound


@pytest.mark.requirement("DRS-7", "DRS-24")
async def test_a_load_leaves_one_entry_for_each_batch(context: Context) -> None:
    registry = await published(context, plain())
    await loading.load(
        context, by=ANALYST, registry=registry, rows=({"Code": str(number)} for number in range(12)), batch=5
    )

    async with context.database.reading() as tx:
        rows = await tx.fetch("SELECT kind, first_number, last_number FROM registry_change ORDER BY position")
    assert [tuple(row.values()) for row in rows] == [("loaded", 1, 5), ("loaded", 6, 10), ("loaded", 11, 12)]


@pytest.mark.requirement("DRS-6", "DRS-7")
async def test_the_history_shows_no_more_than_the_record_does(context: Context) -> None:
    registry, uuid = await with_a_past(context)
    await closed(context, registry)
    await granted(context, registry, "role:clerk", ServiceKind.EVENTS, fields=frozenset({"Code"}))
    registry = await design.published(context, code=registry.code, version=registry.version)

    changes = await reading.history(context, by=CLERK, registry=registry, uuid=uuid)
    audited = await reading.history(context, by=AUDITOR, registry=registry, uuid=uuid)

    assert [(one.before, one.after) for one in changes] == [("{}", '{"Code":"A"}'), ("{}", "{}")]
    assert [(one.kind, one.after) for one in audited] == [("created", "{}"), ("updated", "{}")]


@pytest.mark.requirement("DRS-6", "DRS-7")
async def test_the_history_is_closed_to_who_has_no_right(context: Context) -> None:
    registry, uuid = await with_a_past(context)

    with pytest.raises(RightMissing):
        await reading.history(context, by=CLERK, registry=registry, uuid=uuid)
    with pytest.raises(RightMissing):
        await records.verify(context, by=CLERK, registry=registry)
    with pytest.raises(NoRecord):
        await reading.history(context, by=ANALYST, registry=registry, uuid="unknown")


@pytest.mark.requirement("DRS-7", "DRS-21")
async def test_history_and_verification_are_answered_over_http(sqlite_databases: Databases) -> None:
    running = await desk(sqlite_databases)
    registry = await stocked(running.context, {"Code": "A"}, given=plain())
    (record,) = (await reading.search(running.context, by=ANALYST, registry=registry, search=Search())).records
    async with analyst(running) as client:
        await client.put(
            path(registry, "/update"), json={"query": {"content": {"Code": "A"}}, "write": {"content": {"Name": "x"}}}
        )
        history = (await client.get(path(registry, f"/{record.uuid}/history"))).json()["changes"]
        verified = (await client.post(path(registry, "/verify"))).json()

    assert [(one["kind"], one["before"], one["after"]) for one in history] == [
        ("created", {}, {"Code": "A"}), ("updated", {}, {"Name": "x"}),
    ]  # fmt: skip
    assert verified == {"sound": True, "entries": 2, "records": 1, "findings": []}

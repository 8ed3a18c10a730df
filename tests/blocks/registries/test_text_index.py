"""The index behind free text search: it changes how long a search takes, and never what it finds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import FieldType, Registry, SchemaTag, ServiceKind
from govstack.blocks.registries.indexing import service as indexing
from govstack.blocks.registries.loading import service as loading
from govstack.blocks.registries.narrowing import service as narrowing
from govstack.blocks.registries.narrowing import store as narrowing_store
from govstack.blocks.registries.narrowing.model import FILLED, TextIndex
from govstack.blocks.registries.reading import service as reading
from govstack.blocks.registries.reading import store as reading_store
from govstack.blocks.registries.reading.model import Match, Order, Search, field_term, text_term
from govstack.blocks.registries.records import service as records
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from tests.builders.records import plain, stocked
from tests.builders.registries import ANALYST, bare_context, closed, field, granted, published
from tests.databases import Databases, databases_of

FURTHER = (field("Age", FieldType.NUMBER), field("Alive", FieldType.BOOLEAN), field("Note"))
MANY = 12_000
# What makes trouble: case beyond ASCII and beyond one letter, marks, scripts without case, letters outside the first
# plane, and the signs of JSON, LIKE, FTS5 and regular expressions.
TROUBLE = (
    "aAbBıİiIßſKkÅåéÉe\u0301\u0327σςΣΔδžŽ\u0651محمد١٢हिन्दी字あ😀\U00010400\U00010428"
    "\"'\\/%_*?()[]^$&|:;,.-+# \t\n\r\x01\x7f\ufeff\ufffd"
)
# Half characters and NUL are refused long before.
ANY = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXTS = st.text(alphabet=TROUBLE, max_size=14) | st.text(alphabet=ANY, max_size=10)
CONTENTS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "Name": TEXTS,
            "Note": TEXTS,
            "Age": st.integers(-(10**12), 10**12) | st.floats(-1e12, 1e12, allow_nan=False),
            "Alive": st.booleans(),
        },
    ),
    min_size=1,
    max_size=6,
)


@pytest.fixture
async def context(databases: Databases) -> Context:
    return await bare_context(databases)


async def found(context: Context, registry: Registry, search: Search) -> list[int]:
    """The numbers of the records that a search finds, in order."""
    result = await reading.search(context, by=ANALYST, registry=registry, search=search)
    return [record.number for record in result.records]


async def looked_through(context: Context, registry: Registry, search: Search) -> list[int]:
    """The numbers of the records that the same search finds by looking at every one."""
    sight = await reading.admitted(context, by=ANALYST, registry=registry, kind=ServiceKind.LIST)
    async with context.database.reading() as tx:
        made = reading.statement(tx, sight, search)
        rows = await reading_store.rows(tx, made, order=reading_store.order_by(made, search), limit=1_000)
    return [row["number"] for row in rows]


async def through_index(context: Context, registry: Registry, search: Search) -> list[int]:
    """The numbers of the records that the same search finds by the index, however few records there are."""
    sight = await reading.admitted(context, by=ANALYST, registry=registry, kind=ServiceKind.LIST)
    async with context.database.reading() as tx:
        if tx.dialect == "postgres":
            await tx.execute("SET LOCAL enable_seqscan = off")
            await tx.execute("SET LOCAL enable_indexscan = off")
            await tx.execute("SET LOCAL jit = off")
        made = await reading.narrowed(tx, sight, search)
        rows = await reading_store.rows(tx, made, order=reading_store.order_by(made, search), limit=1_000)
    return [row["number"] for row in rows]


async def index_of(context: Context, registry: Registry) -> TextIndex:
    """What is known of a registry's index."""
    async with context.database.reading() as tx:
        index = await narrowing_store.found(tx, registry.id)
    assert index is not None
    return index


async def plan(context: Context, registry: Registry, search: Search) -> str:
    """How the database goes about a search's first page."""
    sight = await reading.admitted(context, by=ANALYST, registry=registry, kind=ServiceKind.LIST)
    async with context.database.reading(apart=True) as tx:
        made = await reading.narrowed(tx, sight, search)
        order = reading_store.order_by(made, search)
        word = "EXPLAIN" if tx.dialect == "postgres" else "EXPLAIN QUERY PLAN"
        text = f"{word} SELECT {made.columns} FROM {made.source} WHERE {made.where} ORDER BY {order} LIMIT 21"
        rows = await tx.fetch(text, **made.parameters)
    return "\n".join(str(value) for row in rows for value in row.values())


def within(registry: Registry, text: str, **rest: Any) -> Search:
    """A search for text within any field."""
    return Search(text_term(registry, text, field_name="", match=Match.CONTAINS), **rest)


def some(count: int) -> list[dict[str, object]]:
    """Records of which each has a text of its own and a text that all have."""
    return [{"Code": f"c{number}", "Name": f"Everybody and number-{number:05}"} for number in range(count)]


async def full(context: Context, count: int = MANY, contents: Sequence[dict[str, object]] = ()) -> Registry:
    """A registry with many records, which the database has looked at."""
    registry = await published(context, plain(further=FURTHER))
    await loading.load(context, by=ANALYST, registry=registry, rows=iter([*contents, *some(count)]))
    if context.database.dialect == "postgres":
        async with context.database.transaction() as tx:
            await tx.execute(f"ANALYZE {registry.record_table}")
    return registry


@pytest.mark.requirement("DRS-23")
@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
async def test_with_the_index_a_search_finds_exactly_what_it_finds_without(tmp_path: Any, dialect: str) -> None:
    async with databases_of(dialect, tmp_path) as databases:
        context = await bare_context(databases)
        registry = await published(context, plain(further=FURTHER, tags=(*_tags("Name", "Note", "Age", "Alive"),)))
        loop = asyncio.get_running_loop()

        async def check(contents: list[dict[str, Any]], needles: list[str], newest_first: bool) -> None:
            async with context.database.transaction() as tx:
                # Deleted rows would stay in PostgreSQL's index until a VACUUM; those of SQLite leave it by the trigger.
                verb = "DELETE FROM" if tx.dialect == "sqlite" else "TRUNCATE"
                await tx.execute(f"{verb} {registry.record_table}")
            await loading.load(context, by=ANALYST, registry=registry, rows=({"Code": "c", **one} for one in contents))
            for needle in needles:
                for match in (Match.CONTAINS, Match.EXACT):
                    terms = text_term(registry, needle, field_name="", match=match)
                    for search in (Search(terms, newest_first=newest_first), Search(terms, order=(Order(("Name",)),))):
                        expected = await looked_through(context, registry, search)
                        assert await through_index(context, registry, search) == expected
                        assert await found(context, registry, search) == expected

        @settings(max_examples=40, suppress_health_check=list(HealthCheck))
        @given(data=st.data(), contents=CONTENTS, other=TEXTS, newest_first=st.booleans())
        def property_holds(data: Any, contents: list[dict[str, Any]], other: str, newest_first: bool) -> None:
            # A part of what is there, in the case it has and in others: what nobody has is found by nobody anyway.
            text = str(data.draw(st.sampled_from([value for one in contents for value in one.values()] or [other])))
            start = data.draw(st.integers(0, max(0, len(text) - 1)))
            part = text[start : start + data.draw(st.integers(3, 14))]
            needles = [one for one in (part, part.lower(), part.upper(), part.swapcase(), other) if one]
            asyncio.run_coroutine_threadsafe(check(contents, needles, newest_first), loop).result()

        await loop.run_in_executor(None, property_holds)


def _tags(*names: str) -> list[SchemaTag]:
    return [SchemaTag(name, f"/{name}", full_text=True) for name in names]


@pytest.mark.requirement("DRS-23")
async def test_the_index_is_used(context: Context) -> None:
    registry = await full(context)
    name = (await index_of(context, registry)).name
    by_name = (Order(("Name",)),)

    rare = [
        await plan(context, registry, search)
        for search in (
            within(registry, "number-02718"),
            within(registry, "number-02718", newest_first=True),
            within(registry, "number-02718", order=by_name),
            within(registry, "Number-02718", after=1_000),
            Search(text_term(registry, "Everybody and number-02718", field_name="", match=Match.EXACT)),
            Search(text_term(registry, "number-02718", field_name="Name", match=Match.CONTAINS)),
        )
    ]

    mark = "VIRTUAL TABLE" if context.database.dialect == "sqlite" else name
    assert [mark in one for one in rare] == [True] * len(rare)


@pytest.mark.requirement("DRS-23")
async def test_a_text_that_everybody_has_is_met_in_the_order_asked_for(context: Context) -> None:
    registry = await full(context)
    searches = [within(registry, "everybody"), within(registry, "everybody", newest_first=True)]

    plans = [await plan(context, registry, search) for search in searches]

    # Nothing is sorted: the first page is there when the first records were looked at.
    word = "TEMP B-TREE" if context.database.dialect == "sqlite" else "Sort"
    assert [word in one for one in plans] == [False, False]
    assert await found(context, registry, replace(searches[0], size=3)) == [1, 2, 3]
    assert await found(context, registry, replace(searches[1], size=2)) == [MANY, MANY - 1]


@pytest.mark.requirement("DRS-23")
async def test_what_many_have_is_not_gathered_to_be_sorted(context: Context, monkeypatch: Any) -> None:
    monkeypatch.setattr(narrowing, "SORTED_MAX", 100)
    registry = await full(context, 300)
    search = within(registry, "everybody", order=(Order(("Name",), descending=True),), size=2)

    if context.database.dialect == "sqlite":
        assert "VIRTUAL TABLE" not in await plan(context, registry, search)
    assert await found(context, registry, search) == [300, 299]


@pytest.mark.requirement("DRS-23")
async def test_an_index_that_finds_more_directly_comes_first(context: Context, monkeypatch: Any) -> None:
    monkeypatch.setattr(narrowing, "SORTED_MAX", 100)
    registry = await full(context)
    terms = (field_term(registry, "Code", "c77"), *text_term(registry, "everybody", field_name="", match=None))

    made = await plan(context, registry, Search(terms))

    assert "VIRTUAL TABLE" not in made
    assert f"{registry.record_table}_i" in made
    assert await found(context, registry, Search(terms)) == [78]


@pytest.mark.requirement("DRS-23")
async def test_short_and_foreign_texts_are_found_as_before(context: Context) -> None:
    texts = ("ab", "Οδυσσέας ΟΔΥΣΣΕΑΣ", "محمد علي", "50%_off\\", 'say "hi"', "Hauptstrasse", "path\\to\\file")
    contents = [{"Code": "x", "Name": text} for text in texts]
    registry = await stocked(context, *contents, given=plain(further=FURTHER))
    wanted = {
        "ab": [1], "b": [1], "σσέας": [2], "ΕΑΣ": [2], "εας": [2], "محمد": [3], "مد": [3], "%_o": [4], "f\\": [4],
        'y "h': [5], '"': [5], "%%%": [], "___": [], "hauptstraße": [6], "path\\to": [7], "path%to": [], "path_to": [],
    }  # fmt: skip

    assert {text: await found(context, registry, within(registry, text)) for text in wanted} == wanted


@pytest.mark.requirement("DRS-23", "DRS-33")
async def test_every_change_of_a_record_reaches_the_index(context: Context) -> None:
    registry = await full(context, 50)
    await records.create(context, by=ANALYST, registry=registry, content={"Code": "n", "Name": "Newcomer"})

    assert await found(context, registry, within(registry, "newcomer")) == [51]

    await records.update(context, by=ANALYST, registry=registry, query={"Code": "n"}, content={"Name": "Neighbour"})

    assert await found(context, registry, within(registry, "newcomer")) == []
    assert await found(context, registry, within(registry, "neighbour")) == [51]


@pytest.mark.requirement("DRS-6")
async def test_the_index_shows_nobody_what_the_search_would_not(context: Context) -> None:
    registry = await published(context, plain(further=FURTHER))
    await closed(context, registry)
    await granted(context, registry, "role:reader", ServiceKind.LIST, fields=frozenset({"Code", "Name"}))
    registry = await design.latest(context, code=registry.code)
    content = {"Code": "1", "Name": "visible-name", "Note": "hidden-note"}
    await records.create(context, by=ANALYST, registry=registry, content=content)
    reader = Actor("person", "reader", roles=frozenset({"reader"}))

    async def codes(text: str) -> list[int]:
        result = await reading.search(context, by=reader, registry=registry, search=within(registry, text))
        return [record.number for record in result.records]

    assert (await codes("visible"), await codes("hidden")) == ([1], [])


@pytest.mark.requirement("DRS-23")
async def test_a_registry_from_before_gets_its_index_beside_the_traffic(context: Context) -> None:
    registry = await full(context, 700)
    index = await index_of(context, registry)
    async with context.database.transaction() as tx:
        await narrowing.remove_all(tx)
    search = within(registry, "number-00699")
    assert await found(context, registry, search) == [700]

    await indexing.index(context)
    await indexing.index(context)

    assert await index_of(context, registry) == replace(index, filled=FILLED)
    assert ("VIRTUAL TABLE" if context.database.dialect == "sqlite" else index.name) in await plan(
        context, registry, search
    )
    assert await found(context, registry, search) == [700]


@pytest.mark.requirement("DRS-23")
async def test_records_written_while_an_index_is_filled_are_in_it(sqlite_databases: Databases) -> None:
    context = await bare_context(sqlite_databases)
    registry = await full(context, 600)
    async with context.database.transaction() as tx:
        await narrowing.remove_all(tx)
        await narrowing.provide(tx, registry.id, registry.searched_fields)
    assert await narrowing._fill_further(context.database, registry.id)  # between two of its steps

    for number in (10, 590):  # one that is in already, one that is not
        await records.update(
            context, by=ANALYST, registry=registry, query={"Code": f"c{number}"}, content={"Name": f"renamed-{number}"}
        )
    await records.create(context, by=ANALYST, registry=registry, content={"Code": "n", "Name": "renamed-late"})
    await narrowing.fill(context.database, registry.id)

    assert await found(context, registry, within(registry, "renamed")) == [11, 591, 601]
    assert await found(context, registry, within(registry, "number-00010")) == []
    assert await found(context, registry, within(registry, "number-00590")) == []
    async with context.database.reading() as tx:
        name = (await index_of(context, registry)).name
        entered = await tx.fetch(f"SELECT rowid FROM {name} WHERE {name} MATCH '\"ren\"' ORDER BY rowid")
        left = await tx.fetch(f"SELECT rowid FROM {name} WHERE {name} MATCH '\"ybo\"'")
    assert [row["rowid"] for row in entered] == [11, 591, 601]
    assert len(left) == 600 - 2


@pytest.mark.requirement("DRS-2", "DRS-23")
async def test_a_new_field_is_searched_in_old_records_too(context: Context) -> None:
    registry = await full(context, 20)
    before = await index_of(context, registry)
    wider = plain(registry.code, further=(*FURTHER, field("Street")))
    changed = await published(context, wider)
    content = {"Code": "s", "Street": "Harbour Road"}
    await records.create(context, by=ANALYST, registry=changed, content=content)

    assert await found(context, changed, within(changed, "harbour")) == [21]
    await indexing.index(context)
    after = await index_of(context, changed)

    assert (before.name != after.name, after.filled) == (True, FILLED)
    assert await found(context, changed, within(changed, "harbour")) == [21]
    assert await found(context, changed, within(changed, "number-00007")) == [8]
    assert await found(context, registry, within(registry, "number-00007")) == [8]


@pytest.mark.requirement("DRS-23")
async def test_a_field_outside_the_index_is_searched_as_before(context: Context) -> None:
    registry = await published(context, plain(further=FURTHER, tags=tuple(_tags("Name"))))
    content = {"Code": "1", "Name": "Ann", "Note": "a long remark"}
    await records.create(context, by=ANALYST, registry=registry, content=content)

    note = Search(text_term(registry, "remark", field_name="Note", match=Match.CONTAINS))

    assert await found(context, registry, note) == [1]
    assert (await index_of(context, registry)).paths == (("Name",),)


@pytest.mark.requirement("DRS-23")
async def test_without_trigrams_in_the_database_searches_work_and_the_log_says_so_once(
    context: Context, monkeypatch: Any
) -> None:
    async def nothing(_: Transaction) -> Any:
        return ""

    monkeypatch.setattr(narrowing, "trigrams_schema", nothing)
    monkeypatch.setattr(narrowing_store, "has_trigrams", nothing)
    registry = await full(context, 30)

    with capture_logs() as logs:
        await indexing.index(context)
        await indexing.index(context)

    assert [line["event"] for line in logs] == ["registries.text_search_unindexed"]
    assert await found(context, registry, within(registry, "number-00029")) == [30]

    monkeypatch.undo()
    await indexing.index(context)

    assert (await index_of(context, registry)).filled == FILLED
    assert await found(context, registry, within(registry, "number-00029")) == [30]


async def test_publishing_again_leaves_a_good_index_alone(context: Context) -> None:
    registry = await full(context, 5)
    index = await index_of(context, registry)

    again = await published(context, plain(registry.code, further=(*FURTHER, field("Height", FieldType.NUMBER))))

    assert await index_of(context, again) == index
    assert index.filled == FILLED
    assert (await design.latest(context, code=registry.code)).version == again.version

"""Finding records: filters, free text, patterns, order and pages, and nothing hidden to be derived from any of it."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govstack.blocks.registries.access.model import Comparison, Operator
from govstack.blocks.registries.admission.errors import FieldHidden
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import FieldType, Registry, ServiceKind
from govstack.blocks.registries.loading import service as loading
from govstack.blocks.registries.reading import service as reading
from govstack.blocks.registries.reading.errors import BadSearch, NoRecord, SearchTooBroad
from govstack.blocks.registries.reading.model import (
    Match,
    Order,
    Search,
    ascii_lower,
    field_term,
    ordering,
    pattern_of,
    query_terms,
    spellings,
    text_term,
)
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import BadRequest
from tests.builders.records import analyst, desk, path, plain, stocked
from tests.builders.registries import ANALYST, bare_context, closed, field, granted, published
from tests.databases import Databases, databases_of

PEOPLE = (
    {"Code": "1", "Name": "Ana", "Age": 30, "Born": "1996-01-02", "Alive": True},
    {"Code": "2", "Name": "Björn", "Age": 7.5, "Born": "2019-05-06"},
    {"Code": "3", "Name": "ana maria", "Alive": False},
    {"Code": "4", "Name": "50%_off\\", "Age": -1},
)
FURTHER = (field("Age", FieldType.NUMBER), field("Born", FieldType.DATE), field("Alive", FieldType.BOOLEAN))


@pytest.fixture
async def context(databases: Databases) -> Context:
    return await bare_context(databases)


@pytest.fixture
async def people(context: Context) -> Registry:
    return await stocked(context, *PEOPLE, given=plain(further=FURTHER))


async def codes(context: Context, registry: Registry, search: Search, by: Actor = ANALYST) -> str:
    """The codes of what a search finds, in order."""
    found = await reading.search(context, by=by, registry=registry, search=search)
    return "".join(record.content["Code"] for record in found.records)


@pytest.mark.requirement("DRS-23")
async def test_a_field_is_filtered_by_its_value(context: Context, people: Registry) -> None:
    wanted = {
        ("Name", "Ana"): "1", ("Name", "ana"): "", ("Age", "30"): "1", ("Age", "7.5"): "2", ("Age", "-1"): "4",
        ("Alive", "true"): "1", ("Alive", "false"): "3", ("Born", "1996-01-02"): "1", ("Age[from]", "7.5"): "12",
        ("Age[below]", "7.5"): "4", ("Born[to]", "2000-01-01"): "1", ("Name[starts]", "ana"): "3",
        ("Name[not]", "Ana"): "234",
    }  # fmt: skip

    found = {case: await codes(context, people, Search((field_term(people, *case),))) for case in wanted}

    assert found == wanted


@pytest.mark.requirement("DRS-23")
async def test_free_search_looks_for_text_in_any_field(context: Context, people: Registry) -> None:
    wanted = {
        ("ana", None): "13", ("ANA", None): "13", ("BJÖRN", None): "2", ("björn", None): "2", ("%", None): "4",
        ("_", None): "4", ("\\", None): "4", ("50%_off\\", Match.EXACT): "4", ("Ana", Match.EXACT): "1",
        ("zz", None): "",
    }  # fmt: skip

    found = {
        (text, match): await codes(context, people, Search(text_term(people, text, field_name="", match=match)))
        for text, match in wanted
    }

    assert found == wanted


@pytest.mark.requirement("DRS-23", "DR-D8")
async def test_a_search_in_a_named_field_is_exact_unless_asked_otherwise(context: Context, people: Registry) -> None:
    exact = Search(text_term(people, "Ana", field_name="Name", match=None))
    within = Search(text_term(people, "ana", field_name="Name", match=Match.CONTAINS))

    assert (await codes(context, people, exact), await codes(context, people, within)) == ("1", "13")


@pytest.mark.requirement("DRS-23")
async def test_a_pattern_finds_records(context: Context, people: Registry) -> None:
    wanted = {
        ("^[Aa]na", ""): "13", ("rn$", "Name"): "2", ("^(Ana|Björn)$", "Name"): "12", ("[0-9]%", ""): "4",
        ("^1", ""): "1",
    }  # fmt: skip

    found = {
        (pattern, name): await codes(context, people, Search(pattern=pattern_of(people, pattern, field_name=name)))
        for pattern, name in wanted
    }

    assert found == wanted


@pytest.mark.requirement("DRS-23", "X025")
async def test_a_pattern_that_bombs_other_engines_takes_no_time(context: Context) -> None:
    registry = await stocked(context, {"Code": "a" * 39 + "!"}, given=plain())

    async with asyncio.timeout(5):
        assert await codes(context, registry, Search(pattern=pattern_of(registry, "^(a+)+$", field_name="Code"))) == ""


@pytest.mark.requirement("DRS-23")
async def test_what_is_no_safe_pattern_is_refused(sqlite_databases: Databases) -> None:
    registry = await published(await bare_context(sqlite_databases), plain())
    for pattern in ("(", "a{1,100000}", "(?=x)", "x" * 501, "(((a{100}){100}){100})"):
        with pytest.raises(BadSearch):
            pattern_of(registry, pattern, field_name="Name")


@pytest.mark.requirement("DRS-23")
async def test_a_pattern_over_too_many_records_is_refused(
    sqlite_databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = await bare_context(sqlite_databases)
    registry = await stocked(context, *PEOPLE, given=plain(further=FURTHER))
    monkeypatch.setattr(reading, "PATTERN_RECORDS_MAX", 3)

    with pytest.raises(SearchTooBroad):
        await codes(context, registry, Search(pattern=pattern_of(registry, "a", field_name="")))
    narrowed = Search((field_term(registry, "Code", "1"),), pattern=pattern_of(registry, "a", field_name=""))
    assert await codes(context, registry, narrowed) == "1"


@pytest.mark.requirement("DRS-23", "DR-D9")
async def test_results_are_ordered_by_any_field(context: Context, people: Registry) -> None:
    # Text is ordered by its code points; what has no value stands last, in descending order first.
    wanted = {
        "Name": "4123", "-Name": "3214", "Age": "4213", "-Age": "3124", "-Alive,Code": "2413", "ascending": "1234",
        "descending": "4321", "": "1234",
    }  # fmt: skip

    found = {}
    for text in wanted:
        order, newest_first = ordering(people, text, field_name="")
        found[text] = await codes(context, people, Search(order=order, newest_first=newest_first))

    assert found == wanted


@pytest.mark.requirement("DRS-23")
@pytest.mark.parametrize(
    "search",
    [
        lambda registry: field_term(registry, "Nothing", "1"),
        lambda registry: field_term(registry, "Age", "old"),
        lambda registry: ordering(registry, "Nothing", field_name=""),
        lambda registry: text_term(registry, "x", field_name="Nothing", match=None),
        lambda registry: pattern_of(registry, "x", field_name="Nothing"),
        lambda registry: query_terms(registry, {"Age": "thirty"}),
    ],
)
async def test_a_search_that_does_not_fit_the_schema_is_refused(sqlite_databases: Databases, search: Any) -> None:
    registry = await published(await bare_context(sqlite_databases), plain(further=FURTHER))

    with pytest.raises(BadSearch):
        search(registry)


@pytest.mark.requirement("DRS-33", "SD-17")
async def test_a_query_that_names_an_unknown_field_matches_nothing(context: Context, people: Registry) -> None:
    terms = query_terms(people, {"Code": "1", "Colour": "red"})

    assert await reading.exists(context, by=ANALYST, registry=people, terms=terms) is False


@pytest.mark.requirement("DRS-33")
async def test_a_query_finds_lists_groups_and_missing_values(context: Context) -> None:
    further = (
        field("Tags", multiple=True), field("Child", FieldType.GROUP, fields=(field("Name"), field("Age"))),
        field("Any", FieldType.JSON),
    )  # fmt: skip
    registry = await stocked(
        context,
        {"Code": "1", "Tags": ["x", "y"], "Child": {"Name": "Usha", "Age": "3"}, "Any": {"b": 1, "a": [True]}},
        {"Code": "2", "Tags": ["y", "x"], "Child": {"Name": "Usha"}},
        given=plain(further=further),
    )

    async def found(query: dict[str, object]) -> str:
        return await codes(context, registry, Search(query_terms(registry, query)))

    assert await found({"Tags": ["x", "y"]}) == "1"
    assert await found({"Child": {"Name": "Usha"}}) == "12"
    assert await found({"Child": {"Name": "Usha", "Age": None}}) == "2"
    assert await found({"Any": {"a": [True], "b": 1}}) == "1"
    assert await found({"Any": None}) == "2"


@pytest.mark.requirement("DRS-23")
async def test_names_with_quotes_and_dots_are_data_and_never_sql(context: Context) -> None:
    names = ("it's", "a.b.c", "x ) OR 1=1 --", "名前", "$1", ":name", "a'||'b")
    names = tuple(name for name in names if not name.startswith("$"))
    registry = await stocked(
        context, {"Code": "1", **dict.fromkeys(names, "v")}, {"Code": "2"}, given=plain(further=[*map(field, names)])
    )

    for name in names:
        assert await codes(context, registry, Search((field_term(registry, name, "v"),))) == "1"
        assert await codes(context, registry, Search((field_term(registry, name, "' OR '1'='1"),))) == ""
        assert await codes(context, registry, Search(order=(Order((name,)),))) == "12"
        assert await codes(context, registry, Search(pattern=pattern_of(registry, "^v$", field_name=name))) == "1"


@pytest.mark.requirement("DRS-23", "DR-D7")
async def test_pages_lead_through_all_records_once(context: Context) -> None:
    registry = await published(context, plain())
    await loading.load(context, by=ANALYST, registry=registry, rows=({"Code": f"{number}"} for number in range(25)))

    async def pages(**how: Any) -> list[str]:
        seen, page = [], 1
        while True:
            found = await reading.search(
                context, by=ANALYST, registry=registry, search=Search(page=page, size=10, **how)
            )
            assert found.count == 25
            seen += [one.content["Code"] for one in found.records]
            if not found.more:
                return seen
            page += 1

    assert await pages() == [f"{number}" for number in range(25)]
    assert await pages(order=(Order(("Code",), descending=True),)) == sorted(map(str, range(25)), reverse=True)


@pytest.mark.requirement("DRS-23")
async def test_counting_stops_at_a_limit_and_says_so(
    context: Context, people: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "COUNT_MAX", 2)
    narrowed = Search((field_term(people, "Code[not]", "9"),), page=1, size=1)

    counted = await reading.search(context, by=ANALYST, registry=people, search=narrowed)
    everything = await reading.search(context, by=ANALYST, registry=people, search=Search(page=1, size=1))

    assert (counted.count, counted.count_is_minimum) == (2, True)
    assert (everything.count, everything.count_is_minimum) == (4, False)


@pytest.mark.requirement("DRS-25")
async def test_a_stream_gives_every_record_in_bounded_parts(context: Context) -> None:
    registry = await published(context, plain())
    await loading.load(context, by=ANALYST, registry=registry, rows=({"Code": f"{number}"} for number in range(25)))

    parts = [
        [record.content["Code"] for record in part]
        async for part in reading.stream(context, by=ANALYST, registry=registry, search=Search(), size=10)
    ]

    assert ([len(part) for part in parts], [code for part in parts for code in part]) == (
        [10, 10, 5],
        [f"{number}" for number in range(25)],
    )


@pytest.mark.requirement("DRS-23", "DR-D7", "SD-20")
async def test_links_lead_to_the_next_and_the_previous_page(sqlite_databases: Databases) -> None:
    running = await desk(sqlite_databases)
    registry = await stocked(running.context, *PEOPLE, given=plain(further=FURTHER))
    async with analyst(running) as client:
        seen, address, parameters = "", path(registry), {"pageSize": "3", "ordering": "-Code"}
        while address:
            body = (await client.get(address, params=parameters or None)).json()
            seen += "".join(one["Code"] for one in body["results"])
            last, address, parameters = body, body.get("next", "").replace("/registries/", "/", 1), {}

    assert seen == "4321"
    assert "page=1" in last["previous"]
    assert "next" not in last


@pytest.mark.requirement("DRS-23")
async def test_links_of_a_mediated_list_lead_through_the_mediator(sqlite_databases: Databases) -> None:
    running = await desk(sqlite_databases)
    registry = await stocked(running.context, *PEOPLE, given=plain(further=FURTHER))
    asked = "https://mediator.example/r1/demo/GOV/7001/population/people/people/1.0"
    async with analyst(running) as client:
        answer = await client.get(
            path(registry), params={"pageSize": "1", "page": "2"}, headers={"information-mediator-address": asked}
        )

    assert answer.json()["next"] == f"{asked}?page=3&pageSize=1"
    assert answer.json()["previous"] == f"{asked}?page=1&pageSize=1"


@pytest.mark.requirement("DRS-23")
async def test_the_next_link_of_a_plain_list_costs_the_same_on_every_page(sqlite_databases: Databases) -> None:
    running = await desk(sqlite_databases)
    registry = await stocked(running.context, *PEOPLE, given=plain(further=FURTHER))
    async with analyst(running) as client:
        first = (await client.get(path(registry), params={"pageSize": "3"})).json()
        second = (await client.get(first["next"].replace("/registries/", "/", 1))).json()
        forged = await client.get(path(registry), params={"after": "AAAA"})

    assert "after=" in first["next"]
    assert ([one["Code"] for one in second["results"]], second["count"]) == (["4"], 4)
    assert forged.status_code == 400


@pytest.mark.requirement("DRS-23", "SD-19")
async def test_a_malformed_query_is_refused(sqlite_databases: Databases) -> None:
    running = await desk(sqlite_databases)
    registry = await stocked(running.context, *PEOPLE[:1], given=plain(further=FURTHER))
    queries = (
        "page=0", "page=x", "pageSize=0", "pageSize=-1", "page=99999999", "match=fuzzy&search=x", "search=%00",
        "query.Nothing=1", "query.=1", "ordering=Name;drop", "filter=Nothing&search=x", "search=%ff", "after=x&page=1",
    )  # fmt: skip
    async with analyst(running) as client:
        answers = {query: await client.get(f"{path(registry)}?{query}") for query in queries}

    assert {query: one.status_code for query, one in answers.items()} == dict.fromkeys(queries, 400)
    assert all("detail" in one.json() for one in answers.values())


# What a caller may not see: nothing about it follows from any answer. The registry has a hidden field and records that
# are out of reach; a second world differs only there, and every answer must be the same in both.

READER = Actor("person", "reader", roles=frozenset({"reader"}))
HIDDEN_WORLDS = (
    [{"Code": "1", "Name": "x", "Secret": "s1"}, {"Code": "2", "Name": "y", "Secret": "s2"}],
    [
        {"Code": "1", "Name": "x", "Secret": "s2"},
        {"Code": "2", "Name": "y"},
        {"Code": "9", "Name": "x", "Secret": "s1"},
    ],
)


async def world(context: Context, contents: list[dict[str, object]]) -> Registry:
    """A registry of which the reader sees code and name, of the records with codes 1 and 2."""
    registry = await stocked(context, *contents, given=plain(further=[field("Secret")]))
    await closed(context, registry)
    within = Comparison(("Code",), Operator.IN, ("1", "2"))
    await granted(context, registry, "role:reader", *ServiceKind, fields=frozenset({"Code", "Name"}), condition=within)
    return await design.published(context, code=registry.code, version=registry.version)


LINKS = re.compile(r'"(?:next|previous)":"[^"]*",?')
"""The links of a page say the caller's own words again, and a cursor."""


async def answers(client: httpx.AsyncClient, registry: Registry, query: dict[str, str], body: dict[str, Any]) -> Any:
    """What every read path answers, without what differs by nature."""
    listed = await client.get(path(registry), params=query)
    there = await client.post(path(registry, "/exists"), json=body)
    read = await client.post(path(registry, "/read"), json={"query": {"content": body}})
    value = await client.get(path(registry, "/9/readValue/Secret.json"))
    shown = [(one.status_code, one.text.replace(registry.code, "R")) for one in (listed, there, read, value)]
    return [(status, LINKS.sub("", text)) for status, text in shown]


NAMES = st.sampled_from(["Code", "Name", "Secret", "Nothing"])
VALUES = st.sampled_from(["1", "2", "9", "x", "y", "s1", "s2", "s"])
QUERIES = st.fixed_dictionaries(
    {},
    optional={
        "search": VALUES, "filter": NAMES, "match": st.sampled_from(["exact", "contains", "regex"]),
        "ordering": st.sampled_from(["ascending", "descending", "Secret", "-Secret", "Name", "-Code,Secret"]),
        "pageSize": st.sampled_from(["1", "2"]), "page": st.sampled_from(["1", "2"]),
        "query.Secret": VALUES, "query.Name": VALUES, "query.Secret[from]": VALUES, "details": st.just("false"),
    },
)  # fmt: skip
BODIES = st.dictionaries(NAMES, VALUES, min_size=1, max_size=3)


@pytest.mark.requirement("DRS-6", "DRS-X-4", "X055")
async def test_nothing_hidden_follows_from_any_answer(tmp_path: Any) -> None:
    async with databases_of("sqlite", tmp_path) as databases:
        running = await desk(databases)
        first, second = [await world(running.context, list(contents)) for contents in HIDDEN_WORLDS]
        loop = asyncio.get_running_loop()

        async def check(query: dict[str, str], body: dict[str, Any]) -> None:
            async with running.person("reader", roles=("reader",)) as client:
                one, other = [await answers(client, registry, query, body) for registry in (first, second)]
            assert one == other
            assert all("s1" not in text and "s2" not in text for _, text in one)

        @settings(max_examples=60, suppress_health_check=list(HealthCheck))
        @given(query=QUERIES, body=BODIES)
        def property_holds(query: dict[str, str], body: dict[str, Any]) -> None:
            asyncio.run_coroutine_threadsafe(check(query, body), loop).result()

        await loop.run_in_executor(None, property_holds)


@pytest.mark.requirement("DRS-6")
async def test_a_hidden_field_can_neither_be_filtered_nor_ordered_by(context: Context) -> None:
    registry = await world(context, list(HIDDEN_WORLDS[0]))
    for search in (
        Search((field_term(registry, "Secret", "s1"),)),
        Search(order=(Order(("Secret",)),)),
        Search(text_term(registry, "s", field_name="Secret", match=Match.CONTAINS)),
        Search(pattern=pattern_of(registry, "s", field_name="Secret")),
    ):
        with pytest.raises(FieldHidden):
            await reading.search(context, by=READER, registry=registry, search=search)


@pytest.mark.requirement("DRS-6")
async def test_records_out_of_reach_are_as_if_they_did_not_exist(context: Context) -> None:
    registry = await world(context, list(HIDDEN_WORLDS[1]))
    (hidden,) = [
        record
        for record in (await reading.search(context, by=ANALYST, registry=registry, search=Search())).records
        if record.content["Code"] == "9"
    ]

    assert await codes(context, registry, Search(), by=READER) == "12"
    assert not await reading.exists(context, by=READER, registry=registry, terms=query_terms(registry, {"Code": "9"}))
    with pytest.raises(NoRecord):
        await reading.read_record(context, by=READER, registry=registry, uuid=hidden.uuid)


TEXTS = st.text(alphabet="abAB %_\\'\"é", max_size=4)
RECORDS = st.lists(
    st.fixed_dictionaries({}, optional={"Name": TEXTS.filter(bool), "Age": st.integers(-3, 3)}), min_size=1, max_size=8
)


@pytest.mark.requirement("DRS-23")
@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
async def test_a_search_finds_what_python_would_filter(tmp_path: Any, dialect: str) -> None:
    async with databases_of(dialect, tmp_path) as databases:
        context = await bare_context(databases)
        registry = await published(context, plain(further=FURTHER))
        loop = asyncio.get_running_loop()

        async def check(contents: list[dict[str, Any]], needle: str, low: int) -> None:
            async with context.database.transaction() as tx:
                await tx.execute(f"DELETE FROM {registry.record_table}")
            await loading.load(context, by=ANALYST, registry=registry, rows=({"Code": "c", **one} for one in contents))
            term = text_term(registry, needle, field_name="", match=Match.CONTAINS)
            from_ = field_term(registry, "Age[from]", str(low))
            found = await reading.search(context, by=ANALYST, registry=registry, search=Search((*term, from_)))
            expected = [
                {"Code": "c", **one}
                for one in contents
                if one.get("Age", -9) >= low and any(_has(text, needle) for text in ("c", one.get("Name", "")))
            ]
            assert [record.content for record in found.records] == expected

        def _has(text: str, needle: str) -> bool:
            return any(one in ascii_lower(text) for one in spellings(needle))

        @settings(max_examples=40, suppress_health_check=list(HealthCheck))
        @given(contents=RECORDS, needle=TEXTS, low=st.integers(-3, 3))
        def property_holds(contents: list[dict[str, Any]], needle: str, low: int) -> None:
            asyncio.run_coroutine_threadsafe(check(contents, needle, low), loop).result()

        await loop.run_in_executor(None, property_holds)


@pytest.mark.requirement("DRS-23")
async def test_a_page_beyond_the_limit_is_refused() -> None:
    from govstack.blocks.registries.reading.model import window

    with pytest.raises(BadRequest):
        window(1_001, 100)

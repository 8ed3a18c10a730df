"""The bank of items: what is whole, what an answer is worth, and files of items."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import msgspec
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govstack.kernel.sheets import Format
from govstack.pillars.learn.downloads.schemas import at_once, table_answer
from govstack.pillars.learn.needs.items import schemas, service, store
from govstack.pillars.learn.needs.items.errors import BadItem, ItemChanged, ItemRetired
from govstack.pillars.learn.needs.items.model import (
    Item,
    Kind,
    Option,
    Scoring,
    State,
    accepts,
    fault,
    score,
    tidied,
)
from tests.builders.learning import API, Learn, learn, page, send
from tests.builders.testing import TEACHER, bank, item, options
from tests.databases import Databases

CSV = {"content-type": "text/csv"}


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


texts = st.text(st.characters(codec="utf-8"), max_size=40).map(lambda text: f"a{text}z")
kinds = st.sampled_from(Kind)


@st.composite
def items(draw: Any) -> Item:
    """Any item that is whole, in one or two languages."""
    kind = draw(kinds)
    languages = draw(st.sampled_from([("en",), ("en", "fr"), ("ar", "es")]))
    said = st.fixed_dictionaries(dict.fromkeys(languages, texts))
    ids = draw(st.lists(st.from_regex(r"[A-Z][a-z0-9]{0,3}", fullmatch=True), min_size=2, max_size=5, unique=True))
    shape: dict[str, Any] = {"options": tuple(Option(one, draw(said)) for one in ids)}
    if kind is Kind.CHOICE:
        shape["right"] = (draw(st.sampled_from(ids)),)
    elif kind is Kind.MULTIPLE:
        shape["right"] = tuple(sorted(draw(st.sets(st.sampled_from(ids), min_size=1))))
    elif kind is Kind.ORDER:
        shape["right"] = tuple(draw(st.permutations(ids)))
    elif kind is Kind.MATCH:
        shape["targets"] = tuple(Option(f"T{one}", draw(said)) for one in ids)
        shape["right"] = tuple(sorted(f"{one} T{draw(st.sampled_from(ids))}" for one in ids))
    else:
        shape = {
            "right": tuple(draw(st.lists(texts, min_size=1, max_size=3, unique_by=lambda one: " ".join(one.split()))))
        }
    whole = Item(
        id=draw(st.from_regex(r"[A-Za-z][a-z0-9-]{0,8}", fullmatch=True)), kind=kind, competency_id="A.1",
        bloom=draw(st.sampled_from(["knowledge", "comprehension", "application"])), prompts=draw(said),
        feedback=draw(st.one_of(st.just({}), said)), difficulty=draw(st.sampled_from(["easy", "medium", "hard"])),
        scoring=draw(st.sampled_from(["whole", "part"])), points=draw(st.integers(1, 100)),
        anchor=draw(st.booleans()), case_matters=kind is Kind.TEXT and draw(st.booleans()),
        state=draw(st.sampled_from(["draft", "ready"])), **shape,
    )  # fmt: skip
    made = tidied(msgspec.convert(msgspec.to_builtins(whole), Item))
    return msgspec.structs.replace(made, right=tuple(dict.fromkeys(made.right)))


@given(items())
def test_the_right_answer_is_worth_all_and_none_is_worth_nothing(one: Item) -> None:
    answer = one.right[:1] if one.kind is Kind.TEXT else one.right

    assert fault(one) == ""
    assert (accepts(one, answer), score(one, answer), score(one, ())) == (True, 1.0, 0.0)


@given(items(), st.data())
def test_any_answer_that_fits_is_worth_between_nothing_and_all(one: Item, data: st.DataObject) -> None:
    ids = [option.id for option in one.options]
    pairs = [f"{source} {target.id}" for source in ids for target in one.targets]
    pool = st.sampled_from(pairs or ids) if ids else texts
    answer = tuple(data.draw(st.lists(pool, max_size=6, unique=True)))

    if accepts(one, answer):
        worth = score(one, answer)

        assert 0.0 <= worth <= 1.0
        if one.kind is not Kind.TEXT and worth == 1.0:
            assert set(answer) == set(one.right)
        if one.scoring is Scoring.WHOLE:
            assert worth in {0.0, 1.0}


@given(st.lists(items(), max_size=4, unique_by=lambda one: one.id), st.sampled_from(Format))
def test_items_come_back_from_a_file_as_they_went(given_items: list[Item], kind: Format) -> None:
    async def written() -> bytes:
        answer = table_answer("items", kind, schemas.COLUMNS, at_once(schemas.rows_of(given_items)))
        assert answer.stream is not None
        return b"".join([piece async for piece in answer.stream])

    if kind is Format.JSON and not given_items:
        return  # an empty list of objects names no columns

    found = schemas.read(asyncio.run(written()), kind)

    assert found.faults == []
    assert sorted(found.items, key=lambda one: one.id) == sorted(given_items, key=lambda one: one.id)


@pytest.mark.parametrize(
    ("kind", "scoring", "answer", "worth"),
    [
        (Kind.MULTIPLE, "part", ("A",), 0.5), (Kind.MULTIPLE, "part", ("A", "B"), 0.0),
        (Kind.MULTIPLE, "whole", ("A",), 0.0), (Kind.MULTIPLE, "part", ("A", "B", "C"), 0.5),
        (Kind.TEXT, "whole", ("  x-ROAD ",), 1.0), (Kind.TEXT, "whole", ("y",), 0.0),
        (Kind.MATCH, "part", ("A X", "B Z"), 0.5), (Kind.MATCH, "whole", ("A X", "B Z"), 0.0),
        (Kind.ORDER, "part", ("C", "B", "A"), 1 / 3), (Kind.ORDER, "whole", ("C", "B", "A"), 0.0),
    ],
)  # fmt: skip
def test_an_answer_that_is_right_in_part(kind: Kind, scoring: str, answer: tuple[str, ...], worth: float) -> None:
    assert score(item(kind=kind, scoring=Scoring(scoring)), answer) == pytest.approx(worth)


def test_case_counts_only_where_an_item_says_so() -> None:
    assert score(item(kind=Kind.TEXT, case_matters=True), ("x-road",)) == 0.0


@pytest.mark.parametrize(
    ("kind", "changed", "words"),
    [
        (Kind.CHOICE, {"right": ("Z",)}, "not there"), (Kind.CHOICE, {"right": ("A", "B")}, "one right answer"),
        (Kind.CHOICE, {"options": options("A")}, "two options"),
        (Kind.CHOICE, {"options": options("A", "A")}, "same id"),
        (Kind.CHOICE, {"targets": options("X")}, "no other item"), (Kind.TEXT, {"options": options("A")}, "no options"),
        (Kind.CHOICE, {"prompts": {"en": "?"}}, "each language"), (Kind.CHOICE, {"feedback": {"ar": "x"}}, "feedback"),
        (Kind.MATCH, {"right": ("A X", "A Y")}, "at most once"), (Kind.ORDER, {"right": ("A", "B")}, "every option"),
        (Kind.CHOICE, {"right": ("B", "B")}, "stands twice"), (Kind.TEXT, {"prompts": {"en": " "}}, "empty"),
    ],
)  # fmt: skip
def test_an_item_that_is_not_whole_is_refused_with_what_it_lacks(kind: Kind, changed: Any, words: str) -> None:
    assert words in fault(tidied(item(kind=kind, **changed)))


async def test_an_item_has_versions_and_the_same_content_makes_none(pillar: Learn) -> None:
    first = await service.put(pillar.context, by=TEACHER, item=item())
    same = await service.put(pillar.context, by=TEACHER, item=item())
    second = await service.put(pillar.context, by=TEACHER, item=item(points=3))

    both = await service.versions(pillar.context, wanted=[("i-1", 1), ("i-1", 2)])

    assert (first.version, same.version, second.version) == (1, 1, 2)
    assert {version: one.points for (_id, version), one in both.items()} == {1: 1, 2: 3}


async def test_a_retired_item_does_not_change_any_more(pillar: Learn) -> None:
    await bank(pillar.context, item())
    await service.set_state(pillar.context, by=TEACHER, item_id="i-1", state=State.RETIRED)

    with pytest.raises(ItemRetired):
        await service.put(pillar.context, by=TEACHER, item=item(points=2))
    with pytest.raises(ItemRetired):
        await service.set_state(pillar.context, by=TEACHER, item_id="i-1", state=State.READY)
    with pytest.raises(BadItem):
        await service.put(pillar.context, by=TEACHER, item=item("i-2", right=("Z",)))


async def test_items_are_for_those_who_teach(pillar: Learn) -> None:
    body = msgspec.to_builtins(item())
    async with pillar.officer("learn:teach") as client:
        put = await client.put(f"{API}/items/i-1", json=body)
        odd = await client.put(f"{API}/items/a%20b", json=body)
        state = await client.put(f"{API}/items/i-1/state", json={"state": "draft"})
        read = await client.get(f"{API}/items/i-1")
        listed = await client.get(f"{API}/items", params={"competency": "A.1", "bloom": "knowledge", "state": "draft"})
        none = await client.get(f"{API}/items", params={"bloom": "application"})
    async with pillar.person() as client:
        refused = [await client.get(f"{API}{path}") for path in ("/items", "/items/i-1", "/items-file")]

    assert (put.status_code, odd.status_code, state.status_code) == (200, 400, 200)
    assert (read.json()["right"], [one["id"] for one in listed.json()["items"]]) == (["B"], ["i-1"])
    assert none.json()["items"] == []
    assert [answer.status_code for answer in refused] == [403, 403, 403]


async def test_a_file_of_items_is_taken_in_row_by_row(pillar: Learn) -> None:
    rows = (
        "id,kind,competency,bloom,language,prompt,options,right\r\n"
        'good,choice,A.1,knowledge,en,Which?,"A: one\nB: two",A\r\n'
        'bad-key,choice,A.1,knowledge,en,Which?,"A: one\nB: two",Z\r\n'
        ",choice,A.1,knowledge,en,Which?,,A\r\n"
        "bad-level,choice,A.1,synthesis,en,Which?,,A\r\n"
        "text,text,A.1,application,en,Name it,,X-Road\r\n"
        "text,text,A.2,application,fr,Nommez-le,,X-Road\r\n"
    )

    async with pillar.officer("learn:teach") as client:
        first = await client.post(f"{API}/items-file", content=rows, headers=CSV)
        second = await client.post(f"{API}/items-file", content=rows, headers=CSV)
        lacking = await client.post(f"{API}/items-file", content="id,kind\r\n1,choice\r\n", headers=CSV)
        unknown = await client.post(f"{API}/items-file", content="x", headers={"content-type": "image/png"})

    assert (first.json()["new"], second.json()["new"], second.json()["same"]) == (1, 0, 1)
    assert [(one["row"], one["item"]) for one in first.json()["refused"]] == [
        (3, "bad-key"), (4, ""), (5, "bad-level"), (6, "text"),
    ]  # fmt: skip
    assert "competency: row 7" in first.json()["refused"][3]["fault"]
    assert (lacking.status_code, unknown.status_code) == (400, 415)
    assert "competency, bloom, language, prompt, right" in lacking.json()["detail"]


async def test_a_spreadsheet_of_items_with_a_formula_names_the_row(pillar: Learn) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["id", "kind", "competency", "bloom", "language", "prompt", "right"])
    sheet.append(["t-1", "text", "A.1", "knowledge", "en", "=1+1", "2"])
    sheet.append(["t-2", "text", "A.1", "knowledge", "en", "How many?", 2])
    target = io.BytesIO()
    book.save(target)

    async with pillar.officer("learn:teach") as client:
        answer = await client.post(
            f"{API}/items-file", content=target.getvalue(), headers={"content-type": Format.XLSX.media_type}
        )
        out = await client.get(f"{API}/items-file", params={"format": "json"})

    assert answer.json()["new"] == 1
    assert [(one["row"], "formula" in one["fault"]) for one in answer.json()["refused"]] == [(2, True)]
    assert [(one["id"], one["right"]) for one in out.json()] == [("t-2", "2")]


@pytest.mark.parametrize("known", [True, False])
async def test_an_item_that_is_saved_in_two_windows_at_once_has_both_versions(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    if known:
        await bank(pillar.context, item())
    put = store.put
    begun: list[asyncio.Future[Item]] = []

    async def slow(*given: Any, **more: Any) -> Any:
        if not begun:
            begun.append(asyncio.ensure_future(service.put(pillar.context, by=TEACHER, item=item(points=3))))
            await asyncio.wait(begun, timeout=0.3)
        return await put(*given, **more)

    monkeypatch.setattr(store, "put", slow)
    first = await service.put(pillar.context, by=TEACHER, item=item(points=2))
    second = await begun[0]

    assert {first.version, second.version} == ({2, 3} if known else {1, 2})


async def test_an_item_that_is_retired_in_that_moment_is_not_made_ready_again(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bank(pillar.context, item())
    change = store.set_state
    begun: list[asyncio.Future[Item]] = []

    async def slow(*given: Any, **more: Any) -> Any:
        if not begun:
            begun.append(
                asyncio.ensure_future(service.set_state(pillar.context, by=TEACHER, item_id="i-1", state=State.RETIRED))
            )
            await asyncio.wait(begun, timeout=0.3)
        return await change(*given, **more)

    monkeypatch.setattr(store, "set_state", slow)
    await service.set_state(pillar.context, by=TEACHER, item_id="i-1", state=State.DRAFT)
    await begun[0]

    assert (await service.item(pillar.context, item_id="i-1")).state is State.RETIRED


async def test_whoever_changes_an_item_takes_nothing_away_that_somebody_else_changed_meanwhile(pillar: Learn) -> None:
    await bank(pillar.context, item())
    async with pillar.browser("learn:teach") as browser:
        shown = await page(browser, "/items/i-1/change")
        await service.put(pillar.context, by=TEACHER, item=item(points=9))
        fields: dict[str, Any] = {
            "language": "en",
            "competency": "A.1",
            "bloom": "knowledge",
            "prompt": "Mine?",
            "right": "A",
        }
        told = await send(
            browser, shown, "/change", options="A: a\nB: b\nC: c", points="2", difficulty="easy", **fields
        )
        after = await service.item(pillar.context, item_id="i-1")
        again = await send(
            browser, await page(browser, "/items/i-1/change"), "/change",
            options="A: a\nB: b\nC: c", points="2", difficulty="easy", **fields,
        )  # fmt: skip
    with pytest.raises(ItemChanged):
        await service.put(pillar.context, by=TEACHER, item=item(points=5), seen=after)

    assert (told.status_code, "Somebody else changed this meanwhile" in told.text, "Mine?" in told.text) == (
        400, True, True,
    )  # fmt: skip
    assert (after.points, after.prompts["en"], again.status_code) == (9, "Question i-1?", 303)

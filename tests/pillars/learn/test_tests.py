"""Blueprints, forms, attempts and what they come to."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govstack.kernel import audit, clock
from govstack.kernel.db import Transaction
from govstack.kernel.sheets import Format
from govstack.pillars.learn.needs.items import service as items
from govstack.pillars.learn.needs.items.model import Bloom, Item, Kind
from govstack.pillars.learn.needs.psychometrics import service as figures
from govstack.pillars.learn.needs.tests import model, schemas, service, store
from govstack.pillars.learn.needs.tests.errors import AttemptOver, BadAnswer, NoAttemptLeft, TestChanged, TestNotOpen
from govstack.pillars.learn.needs.tests.model import Cell, Part, State, Test
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.errors import UnknownPerson
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn
from tests.builders.testing import TEACHER, bank, delivered, group, item, open_test, taken
from tests.databases import Databases

CSV = {"content-type": "text/csv"}


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


def planned(*cells: Cell, paired: bool = False) -> Test:
    return Test(id="t", titles={"en": "T"}, blueprint=cells, paired=paired)


def many(count: int, *, anchors: int = 0, bloom: Bloom = Bloom.KNOWLEDGE, competency: str = "A.1") -> list[Item]:
    """Return items, the first of them meant as anchors."""
    return [
        item(f"{competency}-{bloom}-{number}", anchor=number < anchors, bloom=bloom, competency_id=competency)
        for number in range(count)
    ]


cells = st.lists(
    st.builds(
        lambda competency, bloom, anchors, more: Cell(competency, bloom, anchors + more, anchors),
        st.sampled_from(["A.1", "B.2"]), st.sampled_from(Bloom), st.integers(1, 3), st.integers(0, 3),
    ),
    min_size=1, max_size=4, unique_by=lambda one: (one.competency_id, one.bloom),
)  # fmt: skip


@pytest.mark.requirement("F6.1", "F6.3")
@given(cells, st.integers(0, 14), st.integers(0, 5), st.text(max_size=5))
def test_forms_meet_their_blueprint_or_what_lacks_is_named(
    blueprint: list[Cell], size: int, anchors: int, seed: str
) -> None:
    test = planned(*blueprint, paired=True)
    bank_of_items = [
        one for cell in blueprint
        for one in many(size, anchors=anchors, bloom=cell.bloom, competency=cell.competency_id)
    ]  # fmt: skip
    known = {one.id: one for one in bank_of_items}

    lacking = model.lacks(test, bank_of_items)

    short = {
        (cell.competency_id, cell.bloom) for cell in blueprint
        if min(anchors, size) < cell.anchors or size < cell.anchors + 2 * (cell.items - cell.anchors)
    }  # fmt: skip
    assert {(one.cell.competency_id, one.cell.bloom) for one in lacking} == short
    if lacking:
        return
    pre, post = model.assembled(test, bank_of_items, seed)
    wanted = {(cell.competency_id, cell.bloom): cell.items for cell in blueprint}
    for form in (pre, post):
        found = Counter((known[one.item_id].competency_id, known[one.item_id].bloom) for one in form.places)
        assert found == wanted
        assert len({one.item_id for one in form.places}) == len(form.places)
    shared = {one.item_id for one in pre.places} & {one.item_id for one in post.places}
    assert (
        shared
        == {one.item_id for one in pre.places if one.anchor}
        == {one.item_id for one in post.places if one.anchor}
    )
    assert len(shared) == sum(cell.anchors for cell in blueprint)


@pytest.mark.requirement("F6.1")
def test_the_same_seed_draws_the_same_form_and_another_one_another() -> None:
    test = planned(Cell("A.1", Bloom.KNOWLEDGE, 5))

    drawn = [model.assembled(test, many(40), seed)[0].places for seed in ("one", "one", "two")]

    assert drawn[0] == drawn[1] != drawn[2]


@pytest.mark.parametrize(
    ("test", "words"),
    [
        (planned(Cell("A", Bloom.KNOWLEDGE, 1), Cell("A", Bloom.KNOWLEDGE, 2)), "twice"),
        (planned(Cell("A", Bloom.KNOWLEDGE, 1, 2), paired=True), "more anchors"),
        (planned(Cell("A", Bloom.KNOWLEDGE, 2), paired=True), "shared items"),
        (planned(Cell("A", Bloom.KNOWLEDGE, 2, 1)), "single form"),
        (planned(*(Cell(str(one), Bloom.KNOWLEDGE, 70) for one in range(3))), "200"),
        (msgspec.structs.replace(planned(Cell("A", Bloom.KNOWLEDGE, 2)), state=State.AFTER), "paired"),
    ],
)
def test_a_test_that_contradicts_itself_is_refused(test: Test, words: str) -> None:
    assert words in model.fault(test)


@given(st.permutations("ABC"), st.text(min_size=1, max_size=8))
def test_the_right_order_is_never_what_is_shown_first(right: list[str], attempt_id: str) -> None:
    one = item(kind=Kind.ORDER, right=tuple(right))

    shown = [option.id for option in model.shown(attempt_id, one).options]

    assert shown != right
    assert sorted(shown) == sorted(right)


@pytest.mark.requirement("F6.1")
async def test_what_the_bank_lacks_is_named_cell_by_cell(pillar: Learn) -> None:
    await bank(pillar.context, *many(3))
    body = {
        "titles": {"en": "T"},
        "blueprint": [
            {"competencyId": "A.1", "bloom": "knowledge", "items": 3},
            {"competencyId": "A.1", "bloom": "application", "items": 2},
        ],
    }

    async with pillar.officer("learn:teach") as client:
        entered = await client.put(f"{API}/tests/t-1", json=body)
        too_early = await client.put(f"{API}/tests/t-1/state", json={"state": "open"})
        answer = await client.post(f"{API}/tests/t-1/forms", json={})
        forms = await client.get(f"{API}/tests/t-1/forms")

    assert (entered.status_code, too_early.status_code, answer.status_code) == (200, 409, 422)
    assert answer.json()["lacking"] == [
        {"competencyId": "A.1", "bloom": "application", "anchors": False, "needed": 2, "found": 0}
    ]
    assert forms.json()["forms"] == []


async def test_forms_stay_as_they_were_assembled(pillar: Learn) -> None:
    await bank(pillar.context, *many(4))
    test = await open_test(pillar.context)
    before = await service.forms(pillar.context, test_id="t-1")
    await bank(pillar.context, *(msgspec.structs.replace(one, points=9) for one in many(4)))

    again = await service.assemble(pillar.context, by=TEACHER, test_id="t-1", seed="another")
    after = await service.forms(pillar.context, test_id="t-1")
    async with pillar.officer("learn:teach") as client:
        other = msgspec.to_builtins(test)
        other["blueprint"][0]["items"] = 1
        refused = await client.put(f"{API}/tests/t-1", json=other)

    assert after == before
    assert again[0].places == before[0][0].places
    assert {one.points for one in after[0][1]} == {1}
    assert (refused.status_code, refused.json()["code"]) == (409, "form-assembled")


async def test_a_learner_takes_a_test_and_sees_what_it_came_to(pillar: Learn) -> None:
    await bank(pillar.context, *many(2))
    await open_test(pillar.context, shows_answers=True)

    async with pillar.person("amina") as client:
        begun = await client.post(f"{API}/tests/t-1/attempts")
        address = f"{API}/attempts/{begun.json()['attempt']['id']}"
        early = await client.get(f"{address}/result")
        wrong = await client.put(f"{address}/answers/1", json={"answer": ["Z"]})
        beyond = await client.put(f"{address}/answers/9", json={"answer": ["A"]})
        await client.put(f"{address}/answers/1", json={"answer": ["A"]})
        await client.put(f"{address}/answers/1", json={"answer": ["B"]})
        again = await client.post(f"{API}/tests/t-1/attempts")
        done = [await client.post(f"{address}/submission") for _ in range(2)]
        late = await client.put(f"{address}/answers/2", json={"answer": ["B"]})
        third = await client.post(f"{API}/tests/t-1/attempts")
        mine = await client.get(f"{API}/my-attempts")
    async with pillar.person("somebody-else") as client:
        others = [
            await client.get(address),
            await client.get(f"{address}/result"),
            await client.get(f"{API}/my-attempts"),
        ]

    assert "right" not in begun.text
    assert (early.status_code, wrong.status_code, beyond.status_code) == (409, 400, 400)
    assert again.json()["attempt"]["id"] == begun.json()["attempt"]["id"]
    assert again.json()["questions"][0]["answer"] == ["B"]
    assert done[0].json() == done[1].json()
    assert done[0].json()["attempt"]["percent"] == 50.0
    assert [one["right"] for one in done[0].json()["outcomes"]] == [["B"], ["B"]]
    assert (late.status_code, third.status_code, len(mine.json())) == (409, 409, 1)
    assert [one.status_code for one in others] == [404, 404, 200]
    assert others[2].json() == []


async def test_every_answer_stays_written_down(pillar: Learn) -> None:
    await bank(pillar.context, *many(2))
    await open_test(pillar.context)
    await civil_servant(pillar.context, "p-1")
    attempt = await service.take(pillar.context, by=TEACHER, person_id="p-1", test_id="t-1")

    for given_ in (("A",), ("A",), ("B",), ()):
        await service.answer(pillar.context, person_id="p-1", attempt_id=attempt.id, position=1, given=given_)
    async with pillar.context.database.reading() as tx:
        rows = await tx.fetch("SELECT turn, answer FROM test_answer ORDER BY turn")

    assert [(row["turn"], row["answer"]) for row in rows] == [(1, '["A"]'), (2, '["B"]'), (3, "[]")]


async def test_handing_in_twice_at_once_is_done_once(pillar: Learn) -> None:
    await bank(pillar.context, *many(2))
    await open_test(pillar.context)
    await civil_servant(pillar.context, "p-1")

    begun = await asyncio.gather(
        *(service.take(pillar.context, by=TEACHER, person_id="p-1", test_id="t-1") for _ in range(3))
    )
    await asyncio.gather(
        *(service.submit(pillar.context, by=TEACHER, person_id="p-1", attempt_id=begun[0].id) for _ in range(3))
    )
    async with pillar.context.database.reading() as tx:
        entries = [one.action for one in await audit.entries(tx, limit=100)]
        told = await tx.fetch("SELECT payload FROM job WHERE kind = 'event'")

    assert len({one.id for one in begun}) == 1
    assert entries.count("learn.test.submitted") == 1
    assert len([row for row in told if service.SCORED in str(row["payload"])]) == 1


async def test_a_result_is_told_by_competency_without_personal_data(pillar: Learn) -> None:
    await bank(pillar.context, item("a", points=3), item("b", competency_id="B.2"))
    await open_test(pillar.context, blueprint=(Cell("A.1", Bloom.KNOWLEDGE, 1), Cell("B.2", Bloom.KNOWLEDGE, 1)))
    await civil_servant(pillar.context, "p-1", name="Amina Kone")
    order = [one.id for one in (await service.forms(pillar.context, test_id="t-1"))[0][1]]

    done = await taken(pillar.context, "p-1", "t-1", [("B",) if one == "a" else ("A",) for one in order])
    async with pillar.context.database.reading() as tx:
        rows = await tx.fetch("SELECT payload FROM job WHERE kind = 'event'")
    told = [str(row["payload"]) for row in rows if service.SCORED in str(row["payload"])]

    assert done.percent == 75.0
    assert len(told) == 2
    assert any('"competencyId":"A.1","percent":100.0' in one for one in told)
    assert any('"competencyId":"B.2","percent":0.0' in one for one in told)
    assert not any("Amina" in one for one in told)


async def test_time_runs_out_and_what_was_answered_counts(pillar: Learn) -> None:
    await bank(pillar.context, *many(2))
    await open_test(pillar.context, minutes=10)
    await civil_servant(pillar.context, "p-1")
    await civil_servant(pillar.context, "p-2")
    begun_at = clock.now()
    attempts = [await service.take(pillar.context, by=TEACHER, person_id=one, test_id="t-1") for one in ("p-1", "p-2")]
    for one in attempts:
        await service.answer(pillar.context, person_id=one.person_id, attempt_id=one.id, position=1, given=("B",))

    with clock.fixed(begun_at + timedelta(minutes=11)):
        with pytest.raises(AttemptOver):
            await service.answer(pillar.context, person_id="p-1", attempt_id=attempts[0].id, position=2, given=("B",))
        handed_in = [await service.submit_overdue(pillar.context) for _ in range(2)]
        second = await service.result(pillar.context, person_id="p-2", attempt_id=attempts[1].id)

    assert handed_in == [1, 0]
    assert (second.attempt.percent, second.attempt.submitted_at) == (50.0, attempts[1].deadline_at)


async def test_whoever_needs_longer_has_longer(pillar: Learn) -> None:
    await bank(pillar.context, *many(2))
    await open_test(pillar.context, minutes=60)
    await civil_servant(pillar.context, "p-1")

    async with pillar.officer("learn:plan") as client:
        put = await client.put(f"{API}/people/p-1/test-time", json={"extraPercent": 50})
        nobody = await client.put(f"{API}/people/p-9/test-time", json={"extraPercent": 50})
    async with pillar.officer("learn:teach") as client:
        refused = await client.put(f"{API}/people/p-1/test-time", json={"extraPercent": 50})
    attempt = await service.take(pillar.context, by=TEACHER, person_id="p-1", test_id="t-1")

    assert (put.status_code, nobody.status_code, refused.status_code) == (200, 404, 403)
    assert attempt.deadline_at is not None
    assert clock.parse(attempt.deadline_at) - clock.parse(attempt.started_at) == timedelta(minutes=90)


async def test_a_test_is_taken_as_often_as_it_allows_and_only_while_it_is_open(pillar: Learn) -> None:
    await bank(pillar.context, *many(2))
    await open_test(pillar.context, attempts=2)
    await civil_servant(pillar.context, "p-1")

    await taken(pillar.context, "p-1", "t-1", [("B",)])
    await taken(pillar.context, "p-1", "t-1", [("B",), ("B",)])
    with pytest.raises(NoAttemptLeft):
        await service.take(pillar.context, by=TEACHER, person_id="p-1", test_id="t-1")
    await service.set_state(pillar.context, by=TEACHER, test_id="t-1", state=State.CLOSED)
    with pytest.raises(TestNotOpen):
        await service.take(pillar.context, by=TEACHER, person_id="p-1", test_id="t-1")

    assert await service.best_percent(pillar.context, person_id="p-1", test_id="t-1") == 100.0
    assert await service.best_percent(pillar.context, person_id="p-2", test_id="t-1") is None


async def test_an_answer_of_another_shape_is_refused(pillar: Learn) -> None:
    await bank(pillar.context, item("a", Kind.MATCH), item("b", Kind.ORDER))
    await open_test(pillar.context)
    await civil_servant(pillar.context, "p-1")
    order = [one.kind for one in (await service.forms(pillar.context, test_id="t-1"))[0][1]]
    attempt = await service.take(pillar.context, by=TEACHER, person_id="p-1", test_id="t-1")

    for kind, wrong in ((Kind.MATCH, ("A X", "A Y")), (Kind.MATCH, ("A",)), (Kind.ORDER, ("A", "B"))):
        with pytest.raises(BadAnswer):
            await service.answer(
                pillar.context, person_id="p-1", attempt_id=attempt.id, position=1 + order.index(kind), given=wrong
            )


async def test_an_erased_person_leaves_figures_and_nothing_they_wrote(pillar: Learn) -> None:
    await bank(pillar.context, item("a", Kind.TEXT), item("b"))
    await open_test(pillar.context, attempts=2)
    await civil_servant(pillar.context, "p-1")
    await service.give_time(pillar.context, by=OFFICER, person_id="p-1", extra_percent=25)
    order = [one.kind for one in (await service.forms(pillar.context, test_id="t-1"))[0][1]]
    await taken(pillar.context, "p-1", "t-1", [("my secret",) if one is Kind.TEXT else ("B",) for one in order])
    await service.take(pillar.context, by=TEACHER, person_id="p-1", test_id="t-1")

    await people.erase(pillar.context, by=OFFICER, person_id="p-1")
    await delivered(pillar.context)
    async with pillar.context.database.reading() as tx:
        answers = await tx.fetch("SELECT answer FROM test_answer")
        chosen = await tx.fetch("SELECT chosen FROM test_result")
    found = await service.responses(pillar.context, test_id="t-1", part=Part.SINGLE)

    assert answers == []
    assert not any("secret" in row["chosen"] for row in chosen)
    assert len(found.attempts) == 1
    assert await service.extra_time(pillar.context, person_id="p-1") == 0
    assert [one.submitted_at is None for one in await service.attempts(pillar.context, person_id="p-1")] == [False]


@pytest.mark.requirement("F6.2")
async def test_items_are_judged_once_enough_people_answered(databases: Databases) -> None:
    pillar = await learn(databases, LEARN_ITEM_RESPONSES_MIN="4")
    await bank(pillar.context, *many(2))
    await open_test(pillar.context)
    people_ = await group(pillar.context, 4)
    for number, person in enumerate(people_[:3]):
        await taken(pillar.context, person, "t-1", [("B",), ("B" if number else "A",)])

    async with pillar.officer("learn:plan") as client:
        early = await client.get(f"{API}/tests/t-1/statistics")
        await taken(pillar.context, people_[3], "t-1", [("C",), ("A",)])
        enough = await client.get(f"{API}/tests/t-1/statistics")
        rows = await client.get(f"{API}/tests/t-1/statistics-file", params={"format": "json"})
    async with pillar.person() as client:
        refused = await client.get(f"{API}/tests/t-1/statistics")

    assert (early.json()["people"], early.json()["needed"], early.json()["items"]) == (3, 4, [])
    told = enough.json()
    assert [one["p"] for one in told["items"]] == [0.75, 0.5]
    assert [(one["option"], one["people"]) for one in told["items"][0]["options"]] == [("A", 0), ("B", 3), ("C", 1)]
    # p q: 0.1875 and 0.25; the totals 1, 2, 2, 0 have variance 0.6875.
    assert (told["coefficient"], told["reliability"]) == ("kr-20", pytest.approx(2 * (1 - 0.4375 / 0.6875)))
    assert (len(rows.json()), refused.status_code) == (6, 403)


def test_thirty_answers_are_asked_for_unless_a_country_sets_another_number() -> None:
    assert ("LEARN_ITEM_RESPONSES_MIN", "30") in [(one.name, one.default) for one in figures.SETTINGS]


@pytest.mark.requirement("F6.3")
async def test_the_gain_between_two_forms_is_told_by_shared_items_with_its_interval(pillar: Learn) -> None:
    await bank(pillar.context, *many(4, anchors=2))
    await open_test(pillar.context, paired=True, blueprint=(Cell("A.1", Bloom.KNOWLEDGE, 3, 2),))
    shared = {
        form.part: [one.anchor for one in form.places]
        for form, _items in await service.forms(pillar.context, test_id="t-1")
    }
    people_ = await group(pillar.context, 6)

    def answers(part: Part, right: int) -> list[tuple[str, ...]]:
        """Give that many shared items right, and none of the others."""
        left = iter([("B",)] * right + [("A",)] * 9)
        return [next(left) if anchor else ("A",) for anchor in shared[part]]

    for number, person in enumerate(people_):
        await taken(pillar.context, person, "t-1", answers(Part.PRE, number % 2))
    await service.set_state(pillar.context, by=TEACHER, test_id="t-1", state=State.AFTER)
    async with pillar.officer("learn:evaluate") as client:
        for person in people_[:4]:
            await taken(pillar.context, person, "t-1", answers(Part.POST, 2))
        few = await client.get(f"{API}/tests/t-1/gain")
        for person in people_[4:]:
            await taken(pillar.context, person, "t-1", answers(Part.POST, 2))
        enough = (await client.get(f"{API}/tests/t-1/gain")).json()
        rows = await client.get(f"{API}/tests/t-1/gain-file", params={"format": "json"})

    assert (few.json()["people"], few.json()["shared"]) == (4, None)
    # Gains of 100 and 50 points, three times each: mean 75, deviation 27.386, t(0.975; 5) = 2.571.
    assert (enough["people"], enough["indicative"]) == (6, True)
    assert (enough["shared"]["before"], enough["shared"]["after"], enough["shared"]["mean"]) == (25.0, 100.0, 75.0)
    assert enough["shared"]["low"] == pytest.approx(75 - 2.5706 * 27.386 / 6**0.5, abs=0.01)
    assert enough["shared"]["high"] == pytest.approx(75 + 2.5706 * 27.386 / 6**0.5, abs=0.01)
    assert [one["items"] for one in rows.json()] == ["shared", "all"]


async def test_a_test_with_one_form_has_no_gain(pillar: Learn) -> None:
    await bank(pillar.context, *many(2))
    await open_test(pillar.context)

    async with pillar.officer("learn:plan") as client:
        answer = await client.get(f"{API}/tests/t-1/gain")

    assert (answer.status_code, answer.json()["code"]) == (400, "test-not-paired")


@pytest.mark.requirement("F6.5")
async def test_raters_learn_how_far_they_agree(pillar: Learn) -> None:
    values = {"ana": [1, 2, 3, 3], "ben": [1, 2, 3, 2]}
    ratings = [
        {"rater": rater, "unit": f"u-{unit}", "value": value}
        for rater, row in values.items() for unit, value in enumerate(row)
    ]  # fmt: skip

    async with pillar.officer("learn:evaluate") as client:
        two = await client.post(f"{API}/agreement", json={"ratings": ratings, "scale": "nominal"})
        one = await client.post(f"{API}/agreement", json={"ratings": ratings[:4]})

    # Seen 3 of 4; by chance 1/16 + 2 * 1 * 2/16 + 1 * 2/16 = 5/16 of agreement: (12 - 5) / (16 - 5).
    assert two.json()["kappa"] == pytest.approx(7 / 11)
    assert (two.json()["raters"], two.json()["units"]) == (2, 4)
    assert (one.status_code, one.json()["code"]) == (400, "too-few-raters")


async def test_a_file_of_more_papers_than_are_taken_at_once_is_refused(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bank(pillar.context, item("a"), item("b"))
    await open_test(pillar.context)
    monkeypatch.setattr("govstack.pillars.learn.needs.tests.schemas.PAPERS_MAX", 1)
    rows = b"person,part,taken\np-1,single,2026-03-01\np-2,single,2026-03-01\n"
    async with pillar.officer("learn:evaluate") as client:
        told = await client.post(f"{API}/tests/t-1/results-file", content=rows, headers=CSV)

    assert (told.status_code, "more than 2,000 rows" in told.json()["detail"]) == (400, True)


async def test_results_go_out_and_papers_come_in_by_the_same_file(pillar: Learn) -> None:
    await bank(pillar.context, item("a", Kind.MULTIPLE), item("b", Kind.TEXT))
    await open_test(pillar.context)
    for person in ("p-1", "p-2"):
        await civil_servant(pillar.context, person)
    kinds = [one.kind for one in (await service.forms(pillar.context, test_id="t-1"))[0][1]]
    await taken(pillar.context, "p-1", "t-1", [("A", "C") if one is Kind.MULTIPLE else ("=x",) for one in kinds])
    good = ["A; C" if one is Kind.MULTIPLE else "x road" for one in kinds]
    bad = ["A; Z" if one is Kind.MULTIPLE else "y" for one in kinds]
    place = 1 + kinds.index(Kind.MULTIPLE)

    async with pillar.officer("learn:evaluate") as client:
        out = await client.get(f"{API}/tests/t-1/results-file")
        rows = out.text + (
            f"p-2,,single,2026-03-01,,,{good[0]},{good[1]}\r\n"
            f"p-2,,single,2026-03-02,,,{bad[0]},{bad[1]}\r\n"
            "p-9,,single,2026-03-01,,,,\r\np-2,,pre,2026-03-01,,,,\r\np-2,,single,yesterday,,,,\r\n"
        )
        first = await client.post(f"{API}/tests/t-1/results-file", content=rows.encode(), headers=CSV)
        second = await client.post(f"{API}/tests/t-1/results-file", content=rows.encode(), headers=CSV)
        listed = await client.get(f"{API}/tests/t-1/attempts")
    async with pillar.officer("learn:teach") as client:
        refused = await client.get(f"{API}/tests/t-1/results-file")

    assert "'=x" in out.text
    assert (first.json()["entered"], first.json()["same"]) == (1, 1)
    assert [(one["row"], one["fault"].partition(":")[0]) for one in first.json()["refused"]] == [
        (4, str(place)), (5, "person"), (6, "part"), (7, "taken"),
    ]  # fmt: skip
    assert (second.json()["entered"], second.json()["same"]) == (0, 2)
    assert sorted(one["percent"] for one in listed.json()["attempts"]) == [50.0, 100.0]
    assert refused.status_code == 403


@pytest.mark.parametrize("kind", [Format.XLSX, Format.JSON])
async def test_results_go_out_in_every_format(pillar: Learn, kind: Format) -> None:
    await bank(pillar.context, *many(2))
    await open_test(pillar.context)
    await civil_servant(pillar.context, "p-1")
    await taken(pillar.context, "p-1", "t-1", [("B",), ("B",)])

    async with pillar.officer("learn:evaluate") as client:
        out = await client.get(f"{API}/tests/t-1/results-file", params={"format": kind})
        again = await client.post(
            f"{API}/tests/t-1/results-file", content=out.content, headers={"content-type": kind.media_type}
        )

    assert out.headers["content-type"].startswith(kind.media_type)
    assert (again.json()["same"], again.json()["refused"]) == (1, [])


async def test_items_that_are_asked_are_those_of_the_version_that_was_assembled(pillar: Learn) -> None:
    await bank(pillar.context, *many(2))
    await open_test(pillar.context)
    await civil_servant(pillar.context, "p-1")
    attempt = await service.take(pillar.context, by=TEACHER, person_id="p-1", test_id="t-1")
    await items.put(pillar.context, by=TEACHER, item=msgspec.structs.replace(many(1)[0], right=("A",)))

    sheet = await service.sheet(pillar.context, person_id="p-1", attempt_id=attempt.id)

    assert {one.right for one in sheet.items} == {("B",)}


async def test_whoever_opens_a_test_undoes_nothing_that_a_colleague_changed_meanwhile(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bank(pillar.context, *many(2))
    test = await open_test(pillar.context)
    read = service.read

    async def overtaken(*given: Any, **more: Any) -> Any:
        found = await read(*given, **more)
        monkeypatch.setattr(service, "read", read)
        changed = msgspec.structs.replace(test, minutes=45)
        await service.put(pillar.context, by=TEACHER, test=changed)
        return found

    monkeypatch.setattr(service, "read", overtaken)
    await service.set_state(pillar.context, by=TEACHER, test_id="t-1", state=State.CLOSED)
    await service.read(pillar.context, test_id="t-1")
    await service.set_state(pillar.context, by=TEACHER, test_id="t-1", state=State.CLOSED)

    after = await service.read(pillar.context, test_id="t-1")
    assert (after.minutes, after.state) == (45, State.CLOSED)


async def test_a_state_is_not_changed_by_whoever_saw_another_one(pillar: Learn) -> None:
    await bank(pillar.context, *many(2))
    await open_test(pillar.context)
    async with pillar.officer("learn:teach") as client:
        answers = [
            await client.put(f"{API}/tests/t-1/state", json=body)
            for body in (
                {"state": "closed", "seen": "open"},
                {"state": "closed", "seen": "open"},
                {"state": "open", "seen": "draft"},
                {"state": "open"},
            )
        ]

    assert [one.status_code for one in answers] == [200, 200, 409, 200]
    assert answers[2].json()["code"] == "test-changed"


async def test_whoever_changes_a_test_takes_nothing_away_that_a_colleague_changed_meanwhile(pillar: Learn) -> None:
    test = planned(Cell("A.1", Bloom.KNOWLEDGE, 2))
    await service.put(pillar.context, by=TEACHER, test=test)
    await service.put(pillar.context, by=TEACHER, test=msgspec.structs.replace(test, minutes=45))

    with pytest.raises(TestChanged):
        await service.put(pillar.context, by=TEACHER, test=msgspec.structs.replace(test, attempts=2), seen=test)
    assert (await service.read(pillar.context, test_id="t")).minutes == 45


@pytest.mark.requirement("F6.1")
async def test_forms_are_assembled_from_the_blueprint_that_a_colleague_changed_meanwhile(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bank(pillar.context, *many(5))
    test = planned(Cell("A.1", Bloom.KNOWLEDGE, 2))
    await service.put(pillar.context, by=TEACHER, test=test)
    larger = msgspec.structs.replace(test, blueprint=(Cell("A.1", Bloom.KNOWLEDGE, 4),))
    forms = store.forms
    begun: list[asyncio.Future[Test]] = []

    async def slow(*given: Any, **more: Any) -> Any:
        if not begun:
            begun.append(asyncio.ensure_future(service.put(pillar.context, by=TEACHER, test=larger)))
            await asyncio.wait(begun, timeout=0.3)
        return await forms(*given, **more)

    monkeypatch.setattr(store, "forms", slow)
    (form,) = await service.assemble(pillar.context, by=TEACHER, test_id="t")
    await asyncio.gather(*begun, return_exceptions=True)

    blueprint = (await service.read(pillar.context, test_id="t")).blueprint
    assert len(form.places) == blueprint[0].items


@pytest.mark.requirement("F6.1")
async def test_forms_are_assembled_from_what_stands_when_they_are(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bank(pillar.context, *many(5))
    test = planned(Cell("A.1", Bloom.KNOWLEDGE, 2))
    await service.put(pillar.context, by=TEACHER, test=test)
    read, larger = service.read, msgspec.structs.replace(test, blueprint=(Cell("A.1", Bloom.KNOWLEDGE, 4),))

    async def overtaken(*given: Any, **more: Any) -> Any:
        found = await read(*given, **more)
        monkeypatch.setattr(service, "read", read)
        await service.put(pillar.context, by=TEACHER, test=larger)
        return found

    monkeypatch.setattr(service, "read", overtaken)
    (form,) = await service.assemble(pillar.context, by=TEACHER, test_id="t")

    assert len(form.places) == (await read(pillar.context, test_id="t")).blueprint[0].items


@pytest.mark.requirement("F6.2")
async def test_figures_say_how_many_people_they_leave_out_and_the_file_leaves_out_none(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    pillar = await learn(databases, LEARN_ITEM_RESPONSES_MIN="2")
    await bank(pillar.context, *many(2))
    await open_test(pillar.context, attempts=2)
    for number, person in enumerate(await group(pillar.context, 5)):
        with clock.fixed(clock.now() + timedelta(minutes=number)):
            await taken(pillar.context, person, "t-1", [("B",), ("A",)])
    with clock.fixed(clock.now() + timedelta(hours=1)):
        await taken(pillar.context, "p-000", "t-1", [("B",), ("B",)])
    monkeypatch.setattr(service, "ATTEMPTS_MAX", 3)
    monkeypatch.setattr(schemas, "PAGE_TESTS_MAX", 2)

    few = await service.responses(pillar.context, test_id="t-1", part=Part.SINGLE)
    async with pillar.officer("learn:plan") as client:
        told = (await client.get(f"{API}/tests/t-1/statistics")).json()
    async with pillar.officer("learn:evaluate") as client:
        file = await client.get(f"{API}/tests/t-1/results-file", params={"format": "json"})
    monkeypatch.setattr(service, "ATTEMPTS_MAX", 20_000)
    every = await service.responses(pillar.context, test_id="t-1", part=Part.SINGLE)

    assert [one.person_id for one in few.attempts] == ["p-000", "p-001", "p-002"]
    assert (told["people"], told["leftOut"]) == (3, 2)
    assert len(file.json()) == 6
    assert (few.left_out, every.left_out, {sum(row) for row in every.worth}) == (2, 0, {1.0})


@pytest.mark.parametrize("act", ["take", "time", "paper"])
async def test_nothing_is_kept_of_somebody_who_is_erased_in_that_moment(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    await bank(pillar.context, *many(2))
    await open_test(pillar.context)
    await civil_servant(pillar.context, "p-1")
    begin = pillar.context.database.transaction
    paper = service.Paper("p-1", Part.SINGLE, clock.timestamp(), {1: ("A",)})
    acts: dict[str, Callable[[], Awaitable[object]]] = {
        "take": lambda: service.take(pillar.context, by=TEACHER, person_id="p-1", test_id="t-1"),
        "time": lambda: service.give_time(pillar.context, by=OFFICER, person_id="p-1", extra_percent=50),
        "paper": lambda: service.enter_paper(pillar.context, by=OFFICER, test_id="t-1", papers=[paper]),
    }

    @asynccontextmanager
    async def overtaken() -> AsyncIterator[Transaction]:
        monkeypatch.setattr(pillar.context.database, "transaction", begin)
        await people.erase(pillar.context, by=OFFICER, person_id="p-1")
        async with begin() as tx:
            await service.forget(tx, "p-1")
        async with begin() as tx:
            yield tx

    monkeypatch.setattr(pillar.context.database, "transaction", overtaken)
    with contextlib.suppress(UnknownPerson):
        assert await acts[act]() == ["person"]
    async with pillar.context.database.reading() as tx:
        kept = [await tx.fetch(f"SELECT person_id FROM {table}") for table in ("test_attempt", "test_time")]

    assert kept == [[], []]

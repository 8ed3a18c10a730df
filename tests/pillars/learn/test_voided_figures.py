"""Figures count what holds: what a voided statement told is taken away, once."""

from __future__ import annotations

from typing import Any

import pytest

from govstack.kernel import ids
from govstack.pillars.learn.learning.analytics import service
from govstack.pillars.learn.learning.analytics.model import Left, Tally
from govstack.pillars.learn.learning.xapi.model import VOIDED
from tests.builders.learning import Learn, learn
from tests.databases import Databases
from tests.pillars.learn.test_statements import ATTEMPTED, statement, stored, system

pytestmark = pytest.mark.requirement("F31.3")


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


def void(id_: str) -> dict[str, Any]:
    """Return a statement that voids another."""
    return statement("boss", verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": id_})


async def counted(pillar: Learn) -> list[tuple[int, bool]]:
    """Return what is counted: of each person and activity, how many statements, and whether one completes it."""
    await service.count_on(pillar.context)
    async with pillar.context.database.reading() as tx:
        rows = await tx.fetch("SELECT statements, completed_position FROM learning_tally ORDER BY first_position")
    return [(int(row["statements"]), row["completed_position"] is not None) for row in rows]


async def test_what_was_counted_is_taken_back_when_it_is_voided(pillar: Learn) -> None:
    async with system(pillar) as client:
        tried, done, other = await stored(
            client, statement(verb={"id": ATTEMPTED}), statement(), statement("bo", activity="course-2")
        )
        before = await counted(pillar)
        await stored(client, void(done), void(other))
        after = await counted(pillar)
        figures = await service.refresh(pillar.context)
        await stored(client, void(tried))
        nothing = await counted(pillar)

    assert (before, after, nothing) == ([(2, True), (1, True)], [(1, False)], [])
    assert (figures.reached, figures.started, figures.completed) == (1, 1, 0)


async def test_what_is_voided_twice_or_before_it_was_counted_is_taken_back_once(pillar: Learn) -> None:
    late = ids.new_id()
    async with system(pillar) as client:
        first, second = await stored(client, statement(), statement())
        await stored(client, void(first), void(late))
        early = await counted(pillar)
        await stored(client, void(first), void(first), statement(id=late))
        again = await counted(pillar)
        await stored(client, void(second))
        await stored(client, void(second))
        ended = await counted(pillar)
        await stored(client, statement())
        anew = await counted(pillar)

    assert (early, again, ended, anew) == ([(1, True)], [(1, True)], [], [(1, True)])


async def test_the_next_completion_counts_when_the_first_is_voided(pillar: Learn) -> None:
    async with system(pillar) as client:
        first, second, third = await stored(client, statement(), statement(), statement(verb={"id": ATTEMPTED}))
        await counted(pillar)
        await stored(client, void(first))
        one = await counted(pillar)
        await stored(client, void(second), statement())
        two = await counted(pillar)
        await stored(client, void(third))
        three = await counted(pillar)

    assert (one, two, three) == ([(2, True)], [(2, True)], [(1, True)])


async def test_counting_again_changes_nothing(pillar: Learn) -> None:
    async with system(pillar) as client:
        first, _second = await stored(client, statement(), statement())
        await counted(pillar)
        await stored(client, void(first))

        assert [await counted(pillar) for _ in range(3)] == [[(1, True)]] * 3


@pytest.mark.parametrize(
    ("gone", "left", "kept"),
    [
        ({5}, Left(3, 9, 9), Tally("a", "x", 3, 9, 2, 9)),
        ({3}, Left(5, 9, 5), Tally("a", "x", 5, 9, 2, 5)),
        # The oldest are no longer in the store: what they told stays counted.
        ({5, 9}, Left(None, None, None), Tally("a", "x", 3, 3, 1, None)),
        ({3, 5, 9}, Left(None, None, None), None),
    ],
)
def test_a_tally_without_some_statements(gone: set[int], left: Left, kept: Tally | None) -> None:
    assert Tally("a", "x", 3, 9, 3, 5).without(gone, left) == kept

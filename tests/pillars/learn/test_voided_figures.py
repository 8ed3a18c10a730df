"""Figures count what holds: what a voided statement told is taken away, once."""

from __future__ import annotations

from typing import Any

import pytest

from govstack.kernel import clock, ids
from govstack.kernel.actor import SYSTEM
from govstack.kernel.events import Event
from govstack.kernel.jobs import Job
from govstack.pillars.learn.learning.analytics import service
from govstack.pillars.learn.learning.analytics.model import Left, Tally
from govstack.pillars.learn.learning.statements import service as statements
from govstack.pillars.learn.learning.xapi.model import VOIDED
from govstack.pillars.learn.manifest import MANIFEST
from govstack.pillars.learn.people.service import ERASED
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


def said_by(pillar: Learn, learner_id: str) -> dict[str, Any]:
    """Return somebody of this country as a statement names who acted."""
    return {"actor": {"account": {"homePage": pillar.context.public_url, "name": learner_id}}}


async def erased(pillar: Learn, learner_id: str) -> None:
    """Do all that is done when it is heard that somebody was erased."""
    told = Event(ids.new_id(), ERASED, f"person/{learner_id}", clock.timestamp(), "/learn", {"personId": learner_id})
    payload = {name: getattr(told, name) for name in Event.__slots__}
    await MANIFEST.subscriptions[ERASED](pillar.context, Job("1", "", payload, 1, clock.timestamp()))


@pytest.mark.parametrize("more", [False, True])
async def test_what_was_voided_by_somebody_who_is_erased_before_the_count_is_taken_back(
    pillar: Learn, *, more: bool
) -> None:
    async with system(pillar) as client:
        first, second = await stored(client, statement(), statement(verb={"id": ATTEMPTED}))
        await counted(pillar)
        await stored(client, void(first) | said_by(pillar, "p-1"))
        await statements.forget(pillar.context, by=SYSTEM, learner_id="p-1")
        if more:
            await stored(client, statement("bo"))
        one = await counted(pillar)
        await stored(client, void(second))
        await counted(pillar)

    assert one == [(1, False), (1, True)][: 1 + more]
    assert len(await counted(pillar)) == int(more)


async def test_what_was_taken_back_is_not_taken_back_again_when_who_voided_it_is_erased(pillar: Learn) -> None:
    async with system(pillar) as client:
        first, _second = await stored(client, statement(), statement())
        await counted(pillar)
        await stored(client, void(first) | said_by(pillar, "p-1"))
        before = await counted(pillar)
        await statements.forget(pillar.context, by=SYSTEM, learner_id="p-1")
        await stored(client, void(first))
        after = await counted(pillar)

    assert (before, after) == ([(1, True)], [(1, True)])


async def test_what_was_voided_of_somebody_who_is_erased_before_the_count_is_taken_back(pillar: Learn) -> None:
    async with system(pillar) as client:
        first, _second, third = await stored(
            client,
            *(statement(**said_by(pillar, "p-1")) for _ in range(3)),
        )
        await counted(pillar)
        await stored(client, void(first), void(third), statement("other") | said_by(pillar, "p-1"))
        await erased(pillar, "p-1")

    assert await counted(pillar) == [(2, True)]


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

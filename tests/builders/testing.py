"""Items, tests and people who take them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from govstack.kernel import events
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.events import InProcessBus
from govstack.kernel.job_runner import JobRunner
from govstack.pillars.learn.manifest import MANIFEST
from govstack.pillars.learn.needs.items import service as items
from govstack.pillars.learn.needs.items.model import Bloom, Item, Kind, Option, Scoring, State
from govstack.pillars.learn.needs.tests import service as tests
from govstack.pillars.learn.needs.tests.model import Attempt, Cell, Test
from govstack.pillars.learn.needs.tests.model import State as Stage
from tests.builders.learning import civil_servant

TEACHER = Actor("person", "teacher", "Teacher", scopes=frozenset({"learn:teach"}))


def options(*ids: str) -> tuple[Option, ...]:
    """Return options with texts in English and French."""
    return tuple(Option(one, {"en": f"Option {one}", "fr": f"Réponse {one}"}) for one in ids)


def item(item_id: str = "i-1", kind: Kind = Kind.CHOICE, **more: Any) -> Item:
    """Return an item of a kind that is whole and ready."""
    shapes: Mapping[Kind, dict[str, Any]] = {
        Kind.CHOICE: {"options": options("A", "B", "C"), "right": ("B",)},
        Kind.MULTIPLE: {"options": options("A", "B", "C", "D"), "right": ("A", "C"), "scoring": Scoring.PART},
        Kind.TEXT: {"right": ("X-Road", "x road")},
        Kind.MATCH: {"options": options("A", "B"), "targets": options("X", "Y", "Z"), "right": ("A X", "B Y")},
        Kind.ORDER: {"options": options("A", "B", "C"), "right": ("C", "A", "B")},
    }
    prompts = {"en": f"Question {item_id}?", "fr": f"Question {item_id} ?"}
    given = {
        "id": item_id, "kind": kind, "competency_id": "A.1", "bloom": Bloom.KNOWLEDGE, "prompts": prompts,
        "state": State.READY, **shapes[kind],
    }  # fmt: skip
    return Item(**{**given, **more})


async def bank(context: Context, *given: Item) -> None:
    """Enter items."""
    taken = await items.take_in(context, by=TEACHER, items=given)
    assert taken.refused == ()


async def open_test(context: Context, test_id: str = "t-1", *, seed: str = "seed", **more: Any) -> Test:
    """Assemble a test of the items of one competency, and open it."""
    cells = more.pop("blueprint", (Cell("A.1", Bloom.KNOWLEDGE, 2),))
    test = Test(id=test_id, titles={"en": "Basics", "fr": "Bases"}, blueprint=cells, **more)
    await tests.put(context, by=TEACHER, test=test)
    await tests.assemble(context, by=TEACHER, test_id=test_id, seed=seed)
    return await tests.set_state(context, by=TEACHER, test_id=test_id, state=Stage.OPEN)


async def taken(context: Context, person_id: str, test_id: str, answers: Sequence[Sequence[str]]) -> Attempt:
    """Take a test as a person who is known, with an answer to each question in its order."""
    attempt = await tests.take(context, by=TEACHER, person_id=person_id, test_id=test_id)
    for position, given in enumerate(answers, start=1):
        await tests.answer(context, person_id=person_id, attempt_id=attempt.id, position=position, given=tuple(given))
    done = await tests.submit(context, by=TEACHER, person_id=person_id, attempt_id=attempt.id)
    return done.attempt


async def group(context: Context, size: int) -> list[str]:
    """Enter so many people."""
    return [(await civil_servant(context, f"p-{number:03}")).id for number in range(size)]


async def delivered(context: Context) -> None:
    """Let events reach whom they are for, over a real bus, and let what they ask for be done."""
    bus = InProcessBus()
    await bus.subscribe(context.database, MANIFEST.subscriptions)
    handlers: dict[str, Any] = {
        events.subscription(type_): partial(handler, context) for type_, handler in MANIFEST.subscriptions.items()
    }
    await JobRunner(context.database, {**handlers, events.OUTBOX: events.relay(bus)}, {}).run_due()

"""Learning with the real messaging block behind a mediator: what people are told lies in the inbox of the sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from govstack.blocks.messaging.inbox import service as inbox
from govstack.kernel import events
from govstack.kernel.actor import SYSTEM
from govstack.kernel.context import Context
from govstack.kernel.events import InProcessBus
from govstack.kernel.job_runner import JobRunner
from govstack.pillars.learn.manifest import MANIFEST
from tests.blocks.consent.test_requests import Mediator
from tests.builders import messaging as post
from tests.builders.learning import Learn, learn
from tests.builders.running import ORIGIN
from tests.databases import Databases

MESSAGING = {"LEARN_MESSAGING_SERVICE": "GOV/7010/mail/post", "LEARN_MESSAGING_APPLICATION": "GOV/7003/learn"}


async def work(context: Context) -> None:
    """Run what is due: messages, and what events tell."""
    bus = InProcessBus()
    await bus.subscribe(context.database, MANIFEST.subscriptions)
    handlers: dict[str, Any] = {kind: partial(task.handler, context) for kind, task in MANIFEST.tasks.items()}
    handlers |= {events.subscription(name): partial(heard, context) for name, heard in MANIFEST.subscriptions.items()}
    await JobRunner(context.database, {**handlers, events.OUTBOX: events.relay(bus)}, {}).run_due()


@dataclass(slots=True)
class Posted:
    """The pillar with the real messaging block behind a mediator."""

    pillar: Learn
    mediator: Mediator

    async def mails(self) -> list[Any]:
        """Return what lies in the inbox of the sandbox, after all that is due was done."""
        await work(self.pillar.context)
        context = self.mediator.messaging.context
        await post.work(context)
        return list(await inbox.mails(context, by=SYSTEM))


@asynccontextmanager
async def posted_on(databases: Databases) -> AsyncIterator[Posted]:
    """Run both on databases of their own."""
    async with post.messaging_on(databases) as messaging:
        await post.registered(messaging.context, application="demo/GOV/7003/learn")
        pillar = await learn(databases, **MESSAGING)
        mediator = Mediator(messaging)
        pillar.bench.network.serve_locally(f"{ORIGIN}/mediator", mediator)
        yield Posted(pillar, mediator)

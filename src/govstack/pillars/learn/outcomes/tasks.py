"""What was proven is taken in as it is told."""

from __future__ import annotations

from govstack.kernel import events
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import TaskHandler
from govstack.pillars.learn.learning.badges.service import ISSUED
from govstack.pillars.learn.needs.answers.service import ANSWERED
from govstack.pillars.learn.needs.tests.service import SCORED
from govstack.pillars.learn.outcomes import service


async def take_test(context: Context, job: Job) -> None:
    """Take in that a test was scored; told twice, the rating is the same."""
    await service.take_test(context, event=dict(events.received(job).data))


async def take_badge(context: Context, job: Job) -> None:
    """Take in that a badge was issued."""
    await service.take_badge(context, event=dict(events.received(job).data))


async def take_answers(context: Context, job: Job) -> None:
    """Take in that responses to a campaign came; told twice, the ratings are the same."""
    await service.take_answers(context, event=dict(events.received(job).data))


SUBSCRIPTIONS: dict[str, TaskHandler] = {SCORED: take_test, ISSUED: take_badge, ANSWERED: take_answers}

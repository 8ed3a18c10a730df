"""What other rooms tell that does a page of a course."""

from __future__ import annotations

from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.pillars.learn.learning.grades.service import SCORED
from govstack.pillars.learn.learning.packages.service import DONE
from govstack.pillars.learn.learning.studying import service

# Published where tests are scored.
TEST_SCORED = "learn.test.scored"


async def package_done(context: Context, job: Job) -> None:
    """Do the pages that lead to a package."""
    told = job.payload["data"]
    await service.package_done(context, learner_id=str(told["learnerId"]), package_id=str(told["packageId"]))


async def test_taken(context: Context, job: Job) -> None:
    """Do the pages that lead to a test."""
    told = job.payload["data"]
    await service.test_taken(context, learner_id=str(told["personId"]), test_id=str(told["testId"]))


async def tool_scored(context: Context, job: Job) -> None:
    """Do the pages that lead to what a tool graded."""
    told = job.payload["data"]
    await service.tool_scored(context, learner_id=str(told["learnerId"]), link_id=str(told["linkId"]))


SUBSCRIPTIONS = {DONE: package_done, TEST_SCORED: test_taken, SCORED: tool_scored}

"""What other rooms tell that earns a badge."""

from __future__ import annotations

from govstack.kernel import events
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import TaskHandler
from govstack.pillars.learn.earning import service
from govstack.pillars.learn.knowing.opportunities.service import DONE
from govstack.pillars.learn.learning.studying.service import COMPLETED
from govstack.pillars.learn.needs.tests.service import SCORED
from govstack.pillars.learn.response.attendance.service import CERTIFIED, CORRECTED


async def course_completed(context: Context, job: Job) -> None:
    """Award what a course earns."""
    told = events.received(job).data
    await service.completed(
        context, learner_id=str(told["learnerId"]), course_id=str(told["courseId"]), version=int(told["version"])
    )


async def test_scored(context: Context, job: Job) -> None:
    """Look again at courses that were completed with a lower result."""
    told = events.received(job).data
    await service.tested(context, learner_id=str(told["personId"]), test_id=str(told["testId"]))


async def certified(context: Context, job: Job) -> None:
    """Award what the certificate of an offering earns, also after what it rests on was put right."""
    told = events.received(job).data
    await service.certified(
        context, person_id=str(told["personId"]), offering_id=str(told["offeringId"]),
        enrolment_id=str(told["enrolmentId"]),
    )  # fmt: skip


async def contributed(context: Context, job: Job) -> None:
    """Award what contributions to a community earn."""
    told = events.received(job).data
    await service.confirmed(context, person_id=str(told["personId"]), community_id=str(told["communityId"]))


SUBSCRIPTIONS: dict[str, TaskHandler] = {
    COMPLETED: course_completed, SCORED: test_scored, CERTIFIED: certified, CORRECTED: certified, DONE: contributed
}  # fmt: skip

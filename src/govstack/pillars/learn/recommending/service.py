"""Use cases of recommending: what somebody should take for the gaps they have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from govstack.kernel.context import Context
from govstack.pillars.learn.enrolment import service as enrolment
from govstack.pillars.learn.offerings import service as offerings
from govstack.pillars.learn.offerings.model import Offering
from govstack.pillars.learn.recommending.model import Advice, Course, Limits, Offer, Wish, advise


def course_of(one: Offering) -> Course:
    """Return an offering as choosing needs it."""
    return Course(
        id=one.id,
        raises=tuple((raised.competency_id, raised.from_level, raised.to_level) for raised in one.raises),
        hours=one.hours,
        languages=frozenset(one.languages),
        form=one.delivery,
        accessibility=frozenset(one.accessibility),
        offline=one.offline,
        before=one.prerequisites,
    )


async def offer(context: Context) -> Offer:
    """Return everything that can be taken, sorted for choosing."""
    return Offer.of(course_of(one) for one in await offerings.open_offerings(context))


async def advice(
    context: Context, *, wishes: Sequence[Wish], limits: Limits, completed: Iterable[str] = ()
) -> tuple[Advice, dict[str, Offering]]:
    """Return what closes gaps, and the offerings it names."""
    found = {one.id: one for one in await offerings.open_offerings(context)}
    advised = advise(wishes, Offer.of(map(course_of, found.values())), limits=limits, completed=completed)
    return advised, found


async def completed_by(context: Context, *, person_id: str) -> set[str]:
    """Return which offerings somebody has completed."""
    return (await enrolment.completed(context, person_ids=[person_id])).get(person_id, set())

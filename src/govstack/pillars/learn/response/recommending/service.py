"""Use cases of recommending: what somebody should take for the gaps they have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.pillars.learn.needs.gaps import service as gaps
from govstack.pillars.learn.needs.gaps.model import Gap
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.offerings.model import Offering
from govstack.pillars.learn.response.recommending.model import Advice, Course, Limits, Offer, Wish, advise

PEOPLE_AT_ONCE = 500


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


async def for_me(context: Context, *, by: Actor, limits: Limits) -> tuple[Advice, dict[str, Offering]]:
    """Return what closes the gaps of whoever signed in, and the offerings it names."""
    me = (await people.me(context, by=by)).id
    found = (await gaps.gaps_of(context, person_ids=[me])).get(me, [])
    completed = (await enrolment.completed(context, person_ids=[me])).get(me, set())
    return await advice(context, wishes=wishes_of(found), limits=limits, completed=completed)


async def for_many(context: Context, *, person_ids: Sequence[str], limits: Limits) -> dict[str, Advice]:
    """Return what closes the gaps of many people; whoever calls decides who may see it."""
    known = await offer(context)
    found: dict[str, Advice] = {}
    for start in range(0, len(person_ids), PEOPLE_AT_ONCE):
        part = person_ids[start : start + PEOPLE_AT_ONCE]
        lacking = await gaps.gaps_of(context, person_ids=part)
        completed = await enrolment.completed(context, person_ids=part)
        for one in part:
            found[one] = advise(
                wishes_of(lacking.get(one, [])), known, limits=limits, completed=completed.get(one, set())
            )
    return found


def wishes_of(found: Iterable[Gap]) -> list[Wish]:
    """Return gaps as choosing needs them: what matters more and lacks more comes first.

    Nobody knows how much is missing where nobody rated it: such a gap counts as one level, and begins at none.
    """
    wishes: dict[str, Wish] = {}
    for gap in found:
        missing = 1 if gap.size is None else gap.size
        wish = Wish(gap.competency_id, gap.existing, gap.desired, float(gap.criticality * missing))
        kept = wishes.get(gap.competency_id)
        if kept is None or (wish.desired, wish.weight) > (kept.desired, kept.weight):
            wishes[gap.competency_id] = wish
    return list(wishes.values())

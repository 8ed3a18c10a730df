"""Courses, sessions and people who take part in them, with honest defaults."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from govstack.kernel import clock
from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.context import Context
from govstack.pillars.learn.change.evaluation.model import EVALUATION_PLAN, ORDER, PARTS
from govstack.pillars.learn.people.model import Person
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.service import Draft
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.offerings.model import Channel, CoursePart, Offering, Session, State
from tests.builders.learning import OFFICER, civil_servant

HELP = (Channel("Phone", "555 0100"), Channel("Mail", "desk@learn.test"))


async def planned(context: Context, offering_id: str) -> None:
    """Plan the evaluation of a course at all four levels, so that it can open."""
    content = {f"l{level}{part.title()}": "Planned" for level in ORDER for part in PARTS}
    draft = Draft({"name": offering_id, "offering": offering_id, **content})
    await records.put(context, by=SYSTEM, kind=EVALUATION_PLAN, draft=draft, record_id=offering_id)


async def course(context: Context, offering_id: str = "law", **more: Any) -> Offering:
    """Enter a course of one part that is open."""
    delivery = more.get("delivery", "ilt")
    given = {
        "titles": {"en": offering_id.title(), "fr": f"{offering_id.title()} (fr)"},
        "types": ("metp-2",),
        "track": "civil-servants",
        "delivery": delivery,
        "parts": (CoursePart(title="All of it", delivery=delivery, hours=4),),
        "languages": ("en",),
        "channels": HELP,
        "state": State.OPEN,
        **more,
    }
    await planned(context, offering_id)
    return await offerings.put_offering(context, by=OFFICER, offering=Offering(id=offering_id, **given))


def held(session_id: str = "s-1", offering_id: str = "law", **more: Any) -> Session:
    """Return a session of two days that begins in three days, with registration open."""
    now = clock.now().replace(hour=9, minute=0, second=0, microsecond=0)
    given = {
        "registration_starts": now - timedelta(days=2),
        "registration_ends": now + timedelta(days=2),
        "starts": now + timedelta(days=3),
        "ends": now + timedelta(days=4, hours=6),
        "seats": 2,
        "place": "Room 1",
        **more,
    }
    return Session(id=session_id, offering_id=offering_id, **given)


async def session(context: Context, session_id: str = "s-1", offering_id: str = "law", **more: Any) -> Session:
    """Enter a session."""
    return await offerings.put_session(context, by=OFFICER, session=held(session_id, offering_id, **more))


async def staff(context: Context, count: int, **more: Any) -> list[Person]:
    """Enter people without a manager."""
    return [await civil_servant(context, f"p-{number:02}", **more) for number in range(1, count + 1)]


def signed_in(person: Person) -> Actor:
    """Return somebody as they sign in."""
    return Actor("person", f"subject-{person.id}", person.name, attributes={"person_id": person.number or ""})

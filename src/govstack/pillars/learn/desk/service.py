"""What a training unit looks at: sessions with what waits in them, and figures by type."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from govstack.kernel import clock
from govstack.kernel.context import Context
from govstack.pillars.learn.desk.model import Figures, by_type
from govstack.pillars.learn.enrolment import service as enrolment
from govstack.pillars.learn.enrolment.model import State
from govstack.pillars.learn.offerings import service as offerings
from govstack.pillars.learn.offerings.model import SESSIONS_MAX, Offering, Session, Wanted
from govstack.pillars.learn.typologies import service as typologies

COMPLETIONS_MAX = 100_000
OFFERINGS_SHOWN = 5_000


@dataclass(frozen=True, slots=True)
class Line:
    """A session at the desk, and how many wait in it or for a decision."""

    session: Session
    offering: Offering
    waiting: int
    endorsed: int


async def lines(context: Context, *, after: str = "", limit: int = 50) -> list[Line]:
    """Return the sessions that have not ended."""
    found = await offerings.sessions(context, since=clock.timestamp(), after=after, limit=limit)
    known = await _offerings(context, found)
    counts: dict[tuple[str, State], int] = {}
    for one in await enrolment.figures(context, session_ids=[held.id for held in found]):
        key = (one.session_id, one.state)
        counts[key] = counts.get(key, 0) + one.people
    return [
        Line(
            one, known[one.offering_id], counts.get((one.id, State.WAITING), 0), counts.get((one.id, State.ENDORSED), 0)
        )
        for one in found
    ]  # fmt: skip


async def _offerings(context: Context, found: list[Session]) -> dict[str, Offering]:
    async with context.database.reading() as tx:
        return await offerings.by_ids(tx, [one.offering_id for one in found])


async def all_offerings(context: Context) -> list[Offering]:
    """Return every offering, drafts and closed ones too."""
    listed = await offerings.catalogue(context, wanted=Wanted(state=""), limit=OFFERINGS_SHOWN)
    return [one.offering for one in listed]


async def report(context: Context, *, since: date, until: date) -> list[Figures]:
    """Return seats, spend, completions and gap closure by type, of sessions that lie between two days."""
    last = clock.timestamp(clock.parse(f"{until + timedelta(days=1)}T00:00:00Z"))
    found: list[Session] = []
    while part := await offerings.sessions(
        context, since=f"{since}", until=last, after=found[-1].id if found else "", limit=SESSIONS_MAX
    ):
        found += part
    known = await _offerings(context, found)
    completed: dict[str, int] = {}
    for one in await enrolment.figures(context, session_ids=[held.id for held in found]):
        if one.state is State.COMPLETED:
            completed[one.session_id] = completed.get(one.session_id, 0) + one.people
    closed = await _closed(context, found, known)
    types = [one.id for one in typologies.active_types(context, await typologies.vocabulary(context))]
    return by_type(types, [(one, known[one.offering_id]) for one in found], completed, closed)


async def _closed(context: Context, found: list[Session], known: dict[str, Offering]) -> dict[str, tuple[int, int]]:
    """Return by offering how many levels its completions aimed at and how many people reached them."""
    aimed: dict[str, tuple[int, int]] = {}
    done = await enrolment.completions(context, session_ids=[one.id for one in found], limit=COMPLETIONS_MAX)
    for _person_id, offering_id in done:
        wanted, reached = aimed.get(offering_id, (0, 0))
        aimed[offering_id] = (wanted + len(known[offering_id].raises), reached)
    return aimed

"""Use cases of attendance: show the code of a day, check in, take paper lists in, note results, and end a course."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from govstack.kernel import audit, clock, crypto, events, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.crypto import SealBroken
from govstack.kernel.db import Transaction
from govstack.kernel.i18n import _
from govstack.kernel.rules import whole
from govstack.kernel.settings import Setting
from govstack.kernel.sheets import Format
from govstack.pillars.learn.frame.model import TEACH
from govstack.pillars.learn.intake import service as intake
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.response.attendance import store
from govstack.pillars.learn.response.attendance.errors import (
    CodeExpired,
    ColumnsMissing,
    NoSeat,
    NoSuchPart,
    NotADay,
    NotBegunYet,
    NotHeld,
    OwnAttendance,
    TooManyRows,
)
from govstack.pillars.learn.response.attendance.model import (
    COLUMNS,
    ROWS_MAX,
    Change,
    Code,
    Fault,
    Line,
    Mark,
    Outcome,
    Result,
    Sheet,
    Taken,
    day_of,
    day_shown,
    entered,
    missing,
    outcome,
    people_a_page,
    said_present,
)
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.response.enrolment.errors import UnknownEnrolment
from govstack.pillars.learn.response.enrolment.model import SEATED, Shown, State
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.offerings.errors import UnknownSession
from govstack.pillars.learn.response.offerings.model import Offering, Session
from govstack.pillars.learn.response.trainers import service as trainers
from govstack.pillars.learn.response.typologies import service as typologies
from govstack.pillars.learn.response.typologies.model import WordKind

CERTIFIED = "learn.course.certified"
CORRECTED = "learn.result.corrected"
CODE = "attendance-code"
CERTIFICATES_OF_PERSON_MAX = 100
CODE_SECONDS = "LEARN_ATTENDANCE_CODE_SECONDS"
SETTINGS = (
    Setting(
        CODE_SECONDS,
        "600",
        "For how many seconds the code holds that is shown in a room to check in; ours",
        whole(60, 86_400),
    ),
)
NO_DAY = _("The day is missing, or not one of the session. Write it as 2026-11-21.")
NO_PERSON = _("Nobody with this number has a confirmed place.")
NO_ANSWER = _("The column present holds neither yes nor no.")


async def keeper(context: Context, *, by: Actor, session_id: str) -> str:
    """Return the id of the person who keeps a session, "" for a program.

    A session is kept by the training unit and by the trainers whom it assigned; for everybody else there is none.
    Whoever has, had, waits or asks for a place in it keeps nothing of it, whatever their office.
    Raises UnknownSession, OwnAttendance.
    """
    await enrolment.refuse_others(context, by=by, session_id=session_id)
    if by.kind != "person":
        return ""
    me = (await people.me(context, by=by)).id
    async with context.database.reading(one_statement=True) as tx:
        if await enrolment.takes_part(tx, session_id=session_id, person_id=me):
            raise OwnAttendance
    return me


async def taught(context: Context, *, by: Actor) -> list[tuple[Session, Offering]]:
    """Return the sessions that whoever signed in teaches, with their courses, the latest first."""
    me = await people.me(context, by=by)
    numbers = await trainers.taught_by(context, person_id=me.id)
    async with context.database.reading() as tx:
        found = (await offerings.sessions_in(tx, numbers)).values()
        known = await offerings.by_ids(tx, [one.offering_id for one in found])
    latest = sorted(found, key=lambda one: (one.starts, one.id), reverse=True)
    return [(one, known[one.offering_id]) for one in latest]


async def joined(context: Context, *, by: Actor) -> list[tuple[Offering, Session]]:
    """Return the sessions that whoever signed in has a place in or teaches, by their start."""
    found = {
        one.session.id: (one.offering, one.session)
        for one in await enrolment.mine(context, by=by)
        if one.enrolment.state in SEATED
    }
    if by.may(TEACH):
        found |= {session.id: (offering, session) for session, offering in await taught(context, by=by)}
    return sorted(found.values(), key=lambda one: (one[1].starts, one[1].id))


async def code(context: Context, *, by: Actor, session_id: str, day: date) -> str:
    """Return the sealed, short-lived code of one day of a session.

    It names who showed it, so that they cannot check in with it themselves.
    Raises UnknownSession, OwnAttendance, NotADay.
    """
    me = await keeper(context, by=by, session_id=session_id)
    session = await offerings.session(context, session_id=session_id)
    _refuse_other(session, day)
    until = clock.timestamp(clock.now() + timedelta(seconds=context.settings.number(CODE_SECONDS)))
    content = msgspec.json.encode(Code(session_id, day, until, me))
    return crypto.to_base64url(context.keys.seal(CODE, content))


def read_code(context: Context, text: str) -> Code:
    """Return what a code says; raises CodeExpired for one that is old, changed, or no code at all."""
    try:
        found = msgspec.json.decode(context.keys.open(CODE, crypto.from_base64url(text)), type=Code)
    except (SealBroken, ValueError) as error:
        raise CodeExpired from error
    if found.until < clock.timestamp():
        raise CodeExpired
    return found


async def check_in(context: Context, *, by: Actor, text: str) -> Code:
    """Note that whoever signed in is there, by the code that is shown in the room.

    Raises CodeExpired, NoSeat, and OwnAttendance for whoever showed the code.
    """
    found = read_code(context, text)
    me = await people.me(context, by=by)
    if found.shown_by == me.id:
        raise OwnAttendance
    async with context.database.transaction() as tx:
        try:
            kept = await enrolment.in_session(tx, session_id=found.session_id, person_id=me.id)
        except UnknownEnrolment as error:
            raise NoSeat from error
        if kept.state not in SEATED:
            raise NoSeat
        if await store.note(tx, enrolment_id=kept.id, day=found.day, how="code"):
            await _told(tx, by, kept.id, found.day, Mark.PRESENT, how="code")
    return found


async def note(context: Context, *, by: Actor, enrolment_id: str, day: date, mark: Mark = Mark.PRESENT) -> None:
    """Note how somebody was there, as whoever keeps the session.

    Raises UnknownEnrolment, OwnAttendance, NoSeat, NotADay.
    """
    await _keeper_of(context, by, enrolment_id)
    async with context.database.transaction() as tx:
        kept = await enrolment.one_in(tx, enrolment_id)
        session = await offerings.session_in(tx, kept.session_id)
        await _mark(tx, by, enrolment_id, session=session, day=day, mark=mark)


async def sheet(context: Context, *, by: Actor, session_id: str, day: date | None, page: int = 1) -> Sheet:
    """Return who has a seat in a session, how they were there on a day and their results, as whoever keeps it.

    Without a day it is that of today, else the last one held. Raises UnknownSession, OwnAttendance, NotADay.
    """
    await keeper(context, by=by, session_id=session_id)
    session = await offerings.session(context, session_id=session_id)
    shown_day = day or day_shown(session, clock.today())
    if day is not None:
        _refuse_other(session, day)
    seated = [
        one for one in await enrolment.everybody(context, by=by, session_id=session_id)
        if one.enrolment.state in SEATED
    ]  # fmt: skip
    seated.sort(key=lambda one: ((one.person.name if one.person else "").casefold(), one.enrolment.id))
    async with context.database.reading() as tx:
        offering = (await offerings.by_ids(tx, [session.offering_id]))[session.offering_id]
        parts = entered(offering, await _attended(tx))
        size = people_a_page(len(parts))
        pages = max(1, -(-len(seated) // size))
        page = min(max(page, 1), pages)
        here = seated[(page - 1) * size : page * size]
        numbers = [one.enrolment.id for one in here]
        marks, results = await store.marks(tx, numbers), await store.results(tx, numbers)
    lines = tuple(
        Line(
            shown=one,
            mark=marks.get(one.enrolment.id, {}).get(shown_day) if shown_day else None,
            results={result.part: result for result in results.get(one.enrolment.id, ())},
        )
        for one in here
    )
    return Sheet(session, offering, shown_day, parts, lines, page, pages)


async def keep_sheet(
    context: Context, *, by: Actor, session_id: str, day: date | None, changes: Sequence[Change]
) -> None:
    """Note what a keeper changed on a sheet, all of it or nothing.

    Raises UnknownSession, OwnAttendance, UnknownEnrolment, NoSeat, NotADay, NoSuchPart.
    """
    await keeper(context, by=by, session_id=session_id)
    async with context.database.transaction() as tx:
        session = await offerings.session_in(tx, session_id)
        for change in changes:
            kept = await enrolment.one_in(tx, change.enrolment_id)
            if kept.session_id != session_id:
                raise UnknownEnrolment
            if change.mark is not None:
                if day is None:
                    raise NotADay
                await _mark(tx, by, kept.id, session=session, day=day, mark=change.mark)
            for result in change.results:
                await _put_result(tx, by, kept.id, session, result)


async def take_list(context: Context, *, by: Actor, session_id: str, kind: Format, content: bytes) -> Taken:
    """Take a paper list in: the rows that are right are noted, the others come back with what is wrong.

    The same list twice changes nothing.
    Raises UnknownSession, OwnAttendance, FileUnreadable, ColumnsMissing, TooManyRows.
    """
    await keeper(context, by=by, session_id=session_id)
    rows = await asyncio.to_thread(_rows, kind, content)
    members = await _members(context, by, session_id)
    session = await offerings.session(context, session_id=session_id)
    faults: list[Fault] = []
    noted = known = 0
    async with context.database.transaction() as tx:
        for number, cells, fault in rows:
            day, present = day_of(cells["day"]), said_present(cells["present"])
            enrolled = members.get(cells["number"].strip())
            why = fault or (
                NO_DAY if day is None or day not in session.held_on
                else NO_ANSWER if present is None
                else NO_PERSON if enrolled is None
                else ""
            )  # fmt: skip
            if why or day is None or enrolled is None:
                faults.append(Fault(number, why))
            elif present and await store.note(tx, enrolment_id=enrolled, day=day, how="paper"):
                noted += 1
                who = (await enrolment.one_in(tx, enrolled)).person_id
                await _tell_corrected(tx, enrolled, who, session.offering_id)
            else:
                known += 1
        subject = f"session/{session_id}"
        detail = {"noted": noted, "faults": len(faults)}
        await audit.record(tx, by=by, action="learn.attendance.list-taken", subject=subject, detail=detail)
    return Taken(noted, known, tuple(faults))


def _rows(kind: Format, content: bytes) -> list[tuple[int, dict[str, str], str]]:
    table = intake.table_of(kind, content)
    found: list[tuple[int, dict[str, str], str]] = []
    lines = table.take(ROWS_MAX + 1, 10_000_000)
    if len(lines) > ROWS_MAX:
        raise TooManyRows
    if missing(table.columns):
        raise ColumnsMissing(fields=dict.fromkeys(missing(table.columns), "is missing"))
    places = {name.strip().lower(): at for at, name in enumerate(table.columns)}
    for line in lines:
        cells = {name: _text(line.cells, places[name]) for name in COLUMNS}
        found.append((line.number, cells, line.fault))
    return found


def _text(cells: Sequence[object], place: int) -> str:
    value = cells[place] if place < len(cells) else ""
    # A spreadsheet turns a number such as 1985 into 1985.0.
    plain = int(value) if isinstance(value, float) and value.is_integer() else value
    return "" if plain is None else str(plain)


async def _members(context: Context, by: Actor, session_id: str) -> dict[str, str]:
    """Return the enrolments of those who have a seat, by the number that the country knows them by and by their id."""
    found: dict[str, str] = {}
    for one in await enrolment.everybody(context, by=by, session_id=session_id):
        if one.enrolment.state in SEATED:
            found[one.enrolment.person_id] = one.enrolment.id
            if one.person is not None and one.person.number:
                found[one.person.number] = one.enrolment.id
    return found


async def put_result(context: Context, *, by: Actor, enrolment_id: str, result: Result) -> Result:
    """Keep what came of a part, as whoever keeps the session.

    Raises UnknownEnrolment, OwnAttendance, NoSuchPart, NoSeat.
    """
    await _keeper_of(context, by, enrolment_id)
    async with context.database.transaction() as tx:
        kept = await enrolment.one_in(tx, enrolment_id)
        await _put_result(tx, by, enrolment_id, await offerings.session_in(tx, kept.session_id), result)
    return result


async def outcomes(context: Context, found: Sequence[Shown]) -> dict[str, Outcome]:
    """Return what people have reached, by enrolment."""
    async with context.database.reading() as tx:
        return await _outcomes(tx, found)


async def certificates(context: Context, found: Sequence[Shown]) -> dict[str, tuple[str, str]]:
    """Return number and moment of the certificates of enrolments."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.certificates(tx, [one.enrolment.id for one in found])


async def unattended(context: Context, *, sessions: Sequence[Session]) -> frozenset[str]:
    """Return the sessions to which nobody came: whoever has a place was marked absent, on every day that was kept."""
    async with context.database.reading(one_statement=True) as tx:
        absent = await store.absent(tx, [one.id for one in sessions])
    return frozenset(one.id for one in sessions if absent.get(one.id, 0) >= max(one.taken, 1))


async def reached(context: Context, *, enrolment_id: str) -> list[tuple[int, int | None]]:
    """Return attendance and tests in per cent that count for who has a certificate; nothing without one.

    First what the certificate says, then what was corrected since, where it still deserves a certificate. Tests are
    None where the offering has none.
    """
    async with context.database.reading() as tx:
        said = await store.reached(tx, enrolment_id)
        if said is None:
            return []
        kept = await enrolment.one_in(tx, enrolment_id)
        session = await offerings.session_in(tx, kept.session_id)
        offering = (await offerings.by_ids(tx, [session.offering_id]))[session.offering_id]
        now = (await _reached(tx, [(enrolment_id, offering, session)]))[enrolment_id]
    corrected = now.attendance_percent, now.assessment_percent
    return [said, corrected] if now.certified and corrected != said else [said]


async def certified_in(context: Context, *, offering_id: str, after: str = "", limit: int = 100) -> list[str]:
    """Return people with a certificate of an offering, by their ids."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.certified_in(tx, offering_id, after=after, limit=limit)


async def certificates_of(context: Context, *, offering_id: str, person_id: str) -> list[str]:
    """Return the enrolments of somebody in an offering that have a certificate, those issued first first."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.certificates_of(tx, offering_id, person_id, limit=CERTIFICATES_OF_PERSON_MAX)


async def count_certified(context: Context, *, offering_id: str) -> int:
    """Return how many people have a certificate of an offering."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.count_certified(tx, offering_id)


async def close(context: Context, *, by: Actor, session_id: str) -> dict[str, int]:
    """End a session: say who completed it and issue certificates under its rule; can be repeated after corrections.

    Returns how many completed and how many certificates were issued now.
    Raises UnknownSession, OwnAttendance, NotBegunYet, NotHeld.
    """
    await keeper(context, by=by, session_id=session_id)
    session = await offerings.session(context, session_id=session_id)
    if session.cancelled:
        raise NotHeld
    if session.starts > clock.now():
        raise NotBegunYet
    found = [
        one for one in await enrolment.everybody(context, by=by, session_id=session_id)
        if one.enrolment.state in SEATED
    ]  # fmt: skip
    completed = issued = 0
    async with context.database.transaction() as tx:
        reached = await _outcomes(tx, found)
        for one in found:
            result = reached[one.enrolment.id]
            ended = await enrolment.finish(tx, by=by, enrolment_id=one.enrolment.id, completed=result.completed)
            if not ended and one.enrolment.state is not State.COMPLETED:
                # The place was given back, or somebody else ended the session, since the list was read.
                continue
            completed += result.completed
            if result.certified:
                issued += await _certify(tx, by, one, result)
        await audit.record(
            tx, by=by, action="learn.session.closed", subject=f"session/{session_id}",
            detail={"completed": completed, "certificates": issued},
        )  # fmt: skip
    return {"completed": completed, "certificates": issued}


async def _certify(tx: Transaction, by: Actor, one: Shown, reached: Outcome) -> bool:
    certificate_id = ids.new_id()
    if not await store.certify(tx, certificate_id=certificate_id, enrolment_id=one.enrolment.id, reached=reached):
        return False
    subject = f"certificate/{certificate_id}"
    await audit.record(tx, by=by, action="learn.course.certified", subject=subject)
    data = {
        "certificateId": certificate_id, "personId": one.enrolment.person_id, "offeringId": one.offering.id,
        "enrolmentId": one.enrolment.id,
    }  # fmt: skip
    await events.publish(tx, type=CERTIFIED, subject=subject, data=data)
    return True


async def _outcomes(tx: Transaction, found: Sequence[Shown]) -> dict[str, Outcome]:
    return await _reached(tx, [(one.enrolment.id, one.offering, one.session) for one in found])


async def _reached(tx: Transaction, found: Sequence[tuple[str, Offering, Session]]) -> dict[str, Outcome]:
    """Return what enrolments, given by their ids with offering and session, have come to."""
    attended = await _attended(tx)
    numbers = [enrolment_id for enrolment_id, _offering, _session in found]
    marks, results = await store.marks(tx, numbers), await store.results(tx, numbers)
    return {
        enrolment_id: outcome(
            offering, session, marks=marks.get(enrolment_id, {}), results=results.get(enrolment_id, ()),
            attended=attended,
        )
        for enrolment_id, offering, session in found
    }  # fmt: skip


async def _attended(tx: Transaction) -> frozenset[str]:
    known = await typologies.vocabulary_in(tx)
    return frozenset(one.id for one in known.terms.values() if one.kind is WordKind.DELIVERY and one.attended)


async def _mark(tx: Transaction, by: Actor, enrolment_id: str, *, session: Session, day: date, mark: Mark) -> None:
    if (await enrolment.one_in(tx, enrolment_id)).state not in SEATED:
        raise NoSeat
    _refuse_other(session, day)
    if await store.mark(tx, enrolment_id=enrolment_id, day=day, mark=mark):
        await _told(tx, by, enrolment_id, day, mark, how="trainer")


async def _put_result(tx: Transaction, by: Actor, enrolment_id: str, session: Session, result: Result) -> None:
    parts = (await offerings.by_ids(tx, [session.offering_id]))[session.offering_id].parts
    if result.part > len(parts) or (result.percent is not None and not parts[result.part - 1].tested):
        raise NoSuchPart
    kept = await enrolment.one_in(tx, enrolment_id)
    if kept.state not in SEATED:
        raise NoSeat
    await store.put_result(tx, enrolment_id, result)
    subject = f"enrolment/{enrolment_id}"
    await audit.record(tx, by=by, action="learn.result.put", subject=subject, detail={"part": result.part})
    await _tell_corrected(tx, enrolment_id, kept.person_id, session.offering_id)


async def _told(tx: Transaction, by: Actor, enrolment_id: str, day: date, mark: Mark, *, how: str) -> None:
    detail = {"day": day.isoformat(), "mark": mark.value, "how": how}
    subject = f"enrolment/{enrolment_id}"
    await audit.record(tx, by=by, action="learn.attendance.noted", subject=subject, detail=detail)
    kept = await enrolment.one_in(tx, enrolment_id)
    offering_id = (await offerings.session_in(tx, kept.session_id)).offering_id
    await _tell_corrected(tx, kept.id, kept.person_id, offering_id)


async def _tell_corrected(tx: Transaction, enrolment_id: str, person_id: str, offering_id: str) -> None:
    """Tell that what somebody has a certificate for was put right; without one it tells of itself when it is issued."""
    if await store.reached(tx, enrolment_id) is not None:
        data = {"personId": person_id, "offeringId": offering_id, "enrolmentId": enrolment_id}
        await events.publish(tx, type=CORRECTED, subject=f"enrolment/{enrolment_id}", data=data)


async def _keeper_of(context: Context, by: Actor, enrolment_id: str) -> None:
    """Let on whoever keeps the session of an enrolment; for everybody else there is no such enrolment."""
    async with context.database.reading(one_statement=True) as tx:
        kept = await enrolment.one_in(tx, enrolment_id)
    try:
        await keeper(context, by=by, session_id=kept.session_id)
    except UnknownSession as error:
        raise UnknownEnrolment from error


def _refuse_other(session: Session, day: date) -> None:
    if day not in session.held_on:
        raise NotADay

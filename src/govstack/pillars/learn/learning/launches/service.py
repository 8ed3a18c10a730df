"""Use cases of launches: enter a course, register a learner, open a unit, hand out its credential, and follow it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

import msgspec

from govstack.kernel import audit, clock, crypto, events, ids, rules
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.settings import Setting
from govstack.pillars.learn.learning.callers import service as callers
from govstack.pillars.learn.learning.callers.model import Caller, Grant
from govstack.pillars.learn.learning.documents import service as documents
from govstack.pillars.learn.learning.documents.model import LAUNCH_DATA, Place
from govstack.pillars.learn.learning.launches import model, store
from govstack.pillars.learn.learning.launches.errors import UnitsKept, UnknownCourse, UnknownRegistration
from govstack.pillars.learn.learning.launches.model import (
    Block,
    Course,
    Heard,
    Mode,
    Progress,
    Registration,
    Session,
    Unit,
    WaivedFor,
    activity_of,
)
from govstack.pillars.learn.learning.packages import service as packages
from govstack.pillars.learn.learning.statements import service as statements
from govstack.pillars.learn.learning.statements.model import read_many
from govstack.pillars.learn.people import service as people

SATISFIED = "learn.launch.satisfied"
HOURS_SETTING = "LEARN_LAUNCH_HOURS"
SETTINGS = (
    Setting(
        HOURS_SETTING,
        "8",
        "For how many hours a launched course may store what a learner does in it; 8 is our default",
        rules.whole(1, 168),
    ),
)
PLATFORM = Actor.system("learn")
REGISTRATIONS_SHOWN_MAX = 200
ABANDONED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Standing:
    """A course, and how far a learner is in it; without a registration they have not begun."""

    course: Course
    registration: Registration | None
    progress: Mapping[str, Progress]


async def put_course(context: Context, *, by: Actor, course_id: str, structure: Block, open: bool) -> Course:  # noqa: A002
    """Enter a course or change it; raises NotACourse, UnknownPackage for one that is named and not there, and UnitsKept
    when a unit is missing that somebody worked on."""
    model.check(structure)
    for package_id in sorted({unit.package_id for unit in structure.every_unit()} - {""}):
        await packages.read(context, by=by, package_id=package_id)
    course = Course(course_id, structure, open)
    async with context.database.transaction() as tx:
        if await store.units_worked_on(tx, course_id) - {unit.id for unit in structure.every_unit()}:
            raise UnitsKept
        await store.put_course(tx, course, created_at=clock.timestamp())
        await audit.record(tx, by=by, action="learn.launch.course-put", subject=f"launch-course/{course_id}")
    return course


async def course(context: Context, *, course_id: str) -> Course:
    """Return a course; raises UnknownCourse."""
    async with context.database.reading(one_statement=True) as tx:
        return await _course(tx, course_id)


async def courses(
    context: Context, *, after: str = "", limit: int = 100, open_only: bool = False
) -> list[Course]:  # fmt: skip
    """Return courses in the order of their ids, those that are open to everybody when asked for."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.courses(tx, after=after, limit=limit, open_only=open_only)


async def _course(tx: Transaction, course_id: str) -> Course:
    found = await store.course(tx, course_id)
    if found is None:
        raise UnknownCourse
    return found


async def register(context: Context, *, by: Actor, course_id: str, learner_id: str) -> Registration:
    """Register a learner in a course; the same again changes nothing. Raises UnknownCourse and UnknownPerson."""
    async with context.database.transaction() as tx:
        await people.hold(tx, learner_id)
        return await _registered(context, tx, by, await _course(tx, course_id), learner_id)


async def _registered(context: Context, tx: Transaction, by: Actor, course: Course, learner_id: str) -> Registration:
    now = clock.timestamp()
    fresh = await store.register(tx, id=ids.new_id(), course_id=course.id, learner_id=learner_id, created_at=now)
    found = await store.registration_of(tx, course_id=course.id, learner_id=learner_id)
    if found is None:
        raise UnknownRegistration
    if fresh:
        subject = f"launch-registration/{found.id}"
        await audit.record(tx, by=by, action="learn.launch.registered", subject=subject)
        # Units of which nothing is asked are satisfied from the start.
        await _move_on(context, tx, course, found, known={}, changed={})
    return found


async def standing(context: Context, *, by: Actor, course_id: str) -> Standing:
    """Return a course and how far whoever signed in is; raises UnknownCourse, also where one must be
    registered and is not."""
    learner = await people.me(context, by=by)
    async with context.database.reading() as tx:
        found = await _course(tx, course_id)
        registration = await store.registration_of(tx, course_id=course_id, learner_id=learner.id)
        if registration is None and not found.open:
            raise UnknownCourse
        progress = {} if registration is None else await store.progress(tx, registration.id)
    return Standing(found, registration, progress)


async def mine(context: Context, *, by: Actor) -> list[Standing]:
    """Return the courses that whoever signed in is registered in, the newest first."""
    learner = await people.me(context, by=by)
    async with context.database.reading() as tx:
        registered = await store.registrations_of(tx, learner_id=learner.id, limit=REGISTRATIONS_SHOWN_MAX)
        return [Standing(await _course(tx, one.course_id), one, await store.progress(tx, one.id)) for one in registered]


async def launch(
    context: Context, *, by: Actor, course_id: str, unit_id: str, mode: Mode = Mode.NORMAL, back: str = ""
) -> str:
    """Open a unit for whoever signed in, and return the address that their browser goes to.

    A session that was left open is given up first. Raises UnknownCourse, also where one must be registered
    and is not, and UnknownPerson for whoever was erased meanwhile.
    """
    learner = await people.me(context, by=by)
    async with context.database.transaction() as tx:
        # Whoever presses twice opens one session: the second gives the first one up.
        await people.hold(tx, learner.id)
        course = await _course(tx, course_id)
        unit = course.unit(unit_id)
        if unit is None:
            raise UnknownCourse
        registration = await store.registration_of(tx, course_id=course_id, learner_id=learner.id)
        if registration is None and not course.open:
            raise UnknownCourse
        registration = registration or await _registered(context, tx, by, course, learner.id)
        for left in await store.open_sessions(tx, registration.id):
            await _give_up(context, tx, course, registration, left)
        secret, now = ids.new_secret(), clock.now()
        ends = now + timedelta(hours=context.settings.number(HOURS_SETTING))
        session = Session(
            id=ids.new_id(), registration_id=registration.id, unit_id=unit.id, mode=mode, mastery_score=unit.mastery,
            created_at=clock.timestamp(now), expires_at=clock.timestamp(ends), fetched_at=None, initialized_at=None,
            ended_at=None,
        )  # fmt: skip
        await store.add_session(tx, session, fetch_hash=crypto.digest(secret.encode()))
        await _put_launch_data(context, tx, course, unit, registration=registration, session=session, back=back)
        address = await _address(context, tx, course, unit, registration, session, secret)
        await _say(context, tx, _launched(context, course, unit, registration, session))
        subject = f"launch-session/{session.id}"
        await audit.record(tx, by=by, action="learn.launch.opened", subject=subject, detail={"mode": mode.value})
    return address


def endpoint(context: Context) -> str:
    """Return the address of the record store as courses are told it."""
    return f"{context.public_url}/api/v1/xapi/"


async def _address(  # noqa: PLR0917
    context: Context, tx: Transaction, course: Course, unit: Unit, registration: Registration, session: Session,
    secret: str,
) -> str:  # fmt: skip
    told = {
        "endpoint": endpoint(context),
        "fetch": f"{context.public_url}/api/v1/cmi5/fetch/{secret}",
        "actor": msgspec.json.encode(statements.learner(context, registration.learner_id)).decode(),
        "registration": registration.id,
        "activityId": activity_of(context.public_url, course.id, unit.id),
    }
    parts = urlsplit(unit.url)
    query = "&".join(part for part in (parts.query, urlencode(told)) if part)
    if unit.inside:
        return await packages.open_for(
            context, tx, package_id=unit.package_id, item_id=unit.publisher_id, path=f"{quote(parts.path)}?{query}",
            learner_id=registration.learner_id, until=session.expires_at,
        )  # fmt: skip
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def origins(context: Context, course: Course) -> list[str]:
    """Return the origins to which opening the units of a course leads a browser."""
    of_packages = packages.content_origin(context)
    parts = [urlsplit(of_packages if unit.inside else unit.url) for unit in course.structure.every_unit()]
    return sorted({f"{one.scheme}://{one.netloc}" for one in parts})


async def _put_launch_data(
    context: Context, tx: Transaction, course: Course, unit: Unit, *, registration: Registration, session: Session,
    back: str,
) -> None:  # fmt: skip
    template = {
        "contextActivities": {"grouping": [{"objectType": "Activity", "id": unit.publisher_id}]},
        "extensions": {model.SESSION: session.id},
    }
    data: dict[str, object] = {
        "contextTemplate": template,
        "launchMode": session.mode,
        "launchMethod": unit.launch_method,
    }
    data["moveOn"] = unit.move_on
    if unit.mastery is not None:
        data["masteryScore"] = unit.mastery
    if unit.launch_parameters:
        data["launchParameters"] = unit.launch_parameters
    if unit.entitlement_key:
        data["entitlementKey"] = {"courseStructure": unit.entitlement_key}
    if back:
        data["returnURL"] = back
    agents = statements.prints(context, statements.learner(context, registration.learner_id).key)
    at = Place("state", activity_of(context.public_url, course.id, unit.id), agents, registration.id)
    await documents.keep(
        context, tx, by=PLATFORM, at=at, name=LAUNCH_DATA, content=msgspec.json.encode(data),
        media_type="application/json",
    )  # fmt: skip


def _launched(
    context: Context, course: Course, unit: Unit, registration: Registration, session: Session
) -> dict[str, Any]:
    # The address of a part of a package is good for one learner and one session, and is told to nobody else.
    place = f"{context.public_url}/packages/{unit.package_id}/{unit.url}" if unit.inside else unit.url
    told: dict[str, object] = {
        model.LAUNCH_MODE: session.mode, model.LAUNCH_URL: place, model.MOVE_ON: unit.move_on,
    }  # fmt: skip
    if unit.launch_parameters:
        told[model.PARAMETERS] = unit.launch_parameters
    if unit.mastery is not None:
        told[model.MASTERY] = unit.mastery
    return _statement(context, course, unit, registration, "launched", session=session.id, told=told)


def _statement(
    context: Context, course: Course, part: Unit | Block, registration: Registration, verb: str, *, session: str,
    told: Mapping[str, object] | None = None, result: Mapping[str, object] | None = None, moving: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Return a statement that the platform makes about a learner and a part of a course."""
    definition: dict[str, object] = {"name": part.titles}
    if isinstance(part, Block):
        definition["type"] = model.TYPES["course" if part.id == course.structure.id else "block"]
    categories = [model.CATEGORY, *([model.MOVE_ON_CATEGORY] if moving else [])]
    statement = {
        "actor": statements.learner(context, registration.learner_id),
        "verb": {"id": model.VERBS[verb], "display": {"en": verb}},
        "object": {"id": activity_of(context.public_url, course.id, part.id), "definition": definition},
        "context": {
            "registration": registration.id,
            "contextActivities": {
                "grouping": [{"id": part.publisher_id}],
                "category": [{"id": one} for one in categories],
            },
            "extensions": {model.SESSION: session, **(told or {})},
        },
        "timestamp": clock.timestamp(),
    }
    return {**statement, **({"result": result} if result else {})}


async def _say(context: Context, tx: Transaction, *told: dict[str, Any]) -> None:
    await statements.keep_given(context, tx, by=Caller(PLATFORM), given=read_many(msgspec.json.encode(list(told))))


async def _give_up(
    context: Context, tx: Transaction, course: Course, registration: Registration, session: Session
) -> None:
    """End a session; one in which the unit had begun was abandoned, and a statement says so (cmi5 section 9.3.6)."""
    begun = session.initialized_at is not None
    if not await store.end(tx, session.id, at=clock.timestamp(), abandoned=begun):
        return
    await callers.end_grant(tx, session_id=session.id)
    unit = course.unit(session.unit_id)
    if begun and unit is not None:
        lasted = (clock.now() - clock.parse(session.initialized_at or session.created_at)).total_seconds()
        result = {"duration": f"PT{max(lasted, 0):.0f}S"}
        await _say(
            context, tx, _statement(context, course, unit, registration, "abandoned", session=session.id, result=result)
        )


async def fetch(context: Context, *, secret: str) -> str | None:
    """Return the credential of a session, once; None when it was fetched before, or the session is over or unknown."""
    async with context.database.transaction() as tx:
        session = await store.by_fetch(tx, crypto.digest(secret.encode()))
        if session is None or not await store.fetch(tx, session.id, at=clock.timestamp()):
            return None
        registration = await store.registration(tx, session.registration_id)
        if registration is None:
            return None
        activity = activity_of(context.public_url, registration.course_id, session.unit_id)
        granted = Grant(registration.learner_id, activity, registration.id, session.id, session.expires_at)
        token = await callers.grant(tx, granted=granted)
        subject = f"launch-session/{session.id}"
        await audit.record(tx, by=PLATFORM, action="learn.launch.fetched", subject=subject)
    return token


async def follow(context: Context, *, registration_id: str) -> None:
    """Look at the new statements of a registration, and note what they say of units, blocks and the course."""
    while True:
        async with context.database.transaction() as tx:
            registration = await store.hold_registration(tx, registration_id)
            if registration is None:
                return
            new = await statements.since(context, tx, registration=registration_id, after=registration.position)
            if not new:
                return
            await store.looked_at(tx, registration_id, position=new[-1][0])
            told = [one for _, body in new if (one := model.heard(msgspec.json.decode(body))) is not None]
            course = await _course(tx, registration.course_id)
            await _hear(context, tx, course, registration, told)


async def _hear(
    context: Context, tx: Transaction, course: Course, registration: Registration, told: Sequence[Heard]
) -> None:
    sessions = await store.sessions(tx, registration.id, sorted({one.session_id for one in told}))
    known = await store.progress(tx, registration.id)
    changed: dict[str, Progress] = {}
    for one in told:
        session = sessions.get(one.session_id)
        if session is None:
            continue
        if one.verb == "initialized":
            await store.initialize(tx, session.id, at=one.at)
        elif one.verb == "terminated" and await store.end(tx, session.id, at=one.at, abandoned=False):
            await callers.end_grant(tx, session_id=session.id)
        elif one.verb in {"completed", "passed", "failed"} and model.counts(one, session):
            before = changed.get(session.unit_id) or known.get(session.unit_id) or Progress(session.unit_id)
            field = f"{one.verb}_at"
            if getattr(before, field) is None:
                changed[session.unit_id] = replace(before, **{field: one.at})
    await _move_on(context, tx, course, registration, known=known, changed=changed)


async def _move_on(
    context: Context, tx: Transaction, course: Course, registration: Registration, *,
    known: Mapping[str, Progress], changed: Mapping[str, Progress],
) -> None:  # fmt: skip
    """Note which units, blocks and courses are satisfied now; statements tell of blocks and courses (section 9.3.9)."""
    now, parts, fresh = clock.timestamp(), {**known, **changed}, []
    for unit in course.structure.every_unit():
        before = parts.get(unit.id) or Progress(unit.id)
        if before.satisfied_at is None and model.satisfies(unit.move_on, before):
            parts[unit.id] = replace(before, satisfied_at=now)
            if unit.package_id:
                await packages.done_elsewhere(
                    tx, package_id=unit.package_id, item_id=unit.publisher_id, learner_id=registration.learner_id
                )
    for block in course.structure.every_block():
        before = parts.get(block.id) or Progress(block.id)
        within = [parts.get(one) for one in block.parts]
        if before.satisfied_at is None and all(one is not None and one.satisfied_at for one in within):
            parts[block.id] = replace(before, satisfied_at=now)
            fresh.append(block)
    await store.put_progress(tx, registration.id, [one for id_, one in parts.items() if one != known.get(id_)])
    if fresh:
        session = ids.new_id()
        await _say(
            context, tx,
            *(_statement(context, course, block, registration, "satisfied", session=session) for block in fresh),
        )  # fmt: skip
    if any(block.id == course.structure.id for block in fresh) and await store.satisfied(tx, registration.id, at=now):
        data = {"courseId": course.id, "registrationId": registration.id, "learnerId": registration.learner_id}
        await events.publish(tx, type=SATISFIED, subject=f"launch-registration/{registration.id}", data=data)


async def waive(context: Context, *, by: Actor, registration_id: str, unit_id: str, reason: WaivedFor) -> None:
    """Let a unit count as satisfied without work; raises UnknownRegistration and UnknownCourse."""
    async with context.database.transaction() as tx:
        registration = await store.hold_registration(tx, registration_id)
        if registration is None:
            raise UnknownRegistration
        course = await _course(tx, registration.course_id)
        unit = course.unit(unit_id)
        if unit is None:
            raise UnknownCourse
        known = await store.progress(tx, registration.id)
        before = known.get(unit.id) or Progress(unit.id)
        if before.waived_at is not None or before.satisfied_at is not None:
            return
        result = {"success": True, "completion": True, "extensions": {model.REASON: reason.value}}
        told = _statement(
            context, course, unit, registration, "waived", session=ids.new_id(), result=result, moving=True
        )
        await _say(context, tx, told)
        changed = {unit.id: replace(before, waived_at=clock.timestamp())}
        await _move_on(context, tx, course, registration, known=known, changed=changed)
        subject = f"launch-registration/{registration.id}"
        await audit.record(tx, by=by, action="learn.launch.waived", subject=subject, detail={"unit": unit.id})


async def progress(context: Context, *, registration_id: str) -> tuple[Registration, list[Progress]]:
    """Return a registration and what came of each part; raises UnknownRegistration."""
    async with context.database.reading() as tx:
        found = await store.registration(tx, registration_id)
        if found is None:
            raise UnknownRegistration
        return found, sorted((await store.progress(tx, found.id)).values(), key=lambda one: one.part_id)


async def give_up_expired(context: Context) -> int:
    """End the sessions whose time is over; return how many."""
    ended = 0
    while True:
        async with context.database.transaction() as tx:
            late = await store.expired_sessions(tx, now=clock.timestamp(), limit=ABANDONED_AT_ONCE)
            for session in late:
                registration = await store.registration(tx, session.registration_id)
                if registration is not None:
                    await _give_up(context, tx, await _course(tx, registration.course_id), registration, session)
        ended += len(late)
        if len(late) < ABANDONED_AT_ONCE:
            return ended


async def forget(context: Context, *, by: Actor, learner_id: str) -> None:
    """Remove the registrations of somebody who was erased."""
    async with context.database.transaction() as tx:
        removed = await store.forget(tx, learner_id=learner_id)
        if removed:
            detail = {"registrations": removed}
            await audit.record(tx, by=by, action="learn.launch.forgotten", subject="launch-registration", detail=detail)

"""Equips the academy of the demo country: certifications, material, centres, and pairs who work on a goal."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from govstack.kernel import clock
from govstack.pillars.learn.country.equipping.model import Certified, Coached, Equipped
from govstack.pillars.learn.country.filling.service import Filling, member
from govstack.pillars.learn.country.model import dated, moment
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.response.centres import service as centres
from govstack.pillars.learn.response.centres.model import Centre
from govstack.pillars.learn.response.coaching import service as coaching
from govstack.pillars.learn.response.coaching.model import CoachingGiven, NoteGiven
from govstack.pillars.learn.response.materials import service as materials
from govstack.pillars.learn.response.materials.model import Content
from govstack.pillars.learn.response.trainers import service as trainers
from govstack.pillars.learn.response.trainers.model import CertificationGiven


async def training_of(filling: Filling) -> None:
    """Enter who may teach what, what is taught with, where, and who coaches whom."""
    told = msgspec.convert(filling.read("training.yaml"), Equipped)
    context, by = filling.context, filling.officer
    held = await trainers.of_people(context, person_ids=[one.who for one in told.certifications])
    known = {(one.learner_id, one.offering_id) for one in held}
    for one in told.certifications:
        if (one.who, one.offering) not in known:
            # Nobody enters their own.
            enters = filling.reviewer if one.who == filling.country.author.id else by
            await trainers.certify(context, by=enters, given=_certification(filling, one))
    for taught in told.teach:
        await trainers.assign(context, by=by, session_id=taught.session, person_id=taught.who)
    rows = [dated(one, filling.first_day) for one in told.materials]
    await materials.take_in(
        context, by=by,
        rows=[(row["id"], msgspec.convert({k: v for k, v in row.items() if k != "id"}, Content)) for row in rows],
    )  # fmt: skip
    for row in rows:
        await materials.publish(context, by=by, material_id=row["id"])
        await centres.take_version(context, material_id=row["id"])
    for given in told.centres:
        await centres.put(context, by=by, centre=msgspec.convert(dated(given, filling.first_day), Centre))
    pairs = {(one.coach_id, one.coachee_id): one.id for one in await coaching.listed(context)}
    for coached in told.coachings:
        await _coached(filling, coached, pairs.get((coached.coach, coached.coachee), ""))


def _certification(filling: Filling, one: Certified) -> CertificationGiven:
    since, until = (filling.first_day + timedelta(days=day) for day in (one.since, one.until))
    return CertificationGiven(
        learner_id=one.who, offering_id=one.offering, certified_by=one.by, authority=one.authority, since=since,
        until=until,
    )  # fmt: skip


async def _coached(filling: Filling, one: Coached, begun_id: str) -> None:
    context = filling.context
    known = await people.people(context, person_ids=[one.coach, one.coachee])
    given = CoachingGiven(coach_id=one.coach, coachee_id=one.coachee, supervisor_id=one.supervisor)
    with clock.fixed(moment(filling.begun_at, one.begun)):
        if not begun_id:
            begun_id = (await coaching.begin(context, by=filling.officer, given=given, goals=one.goals)).id
    pair = {"coach": member(known[one.coach]), "coachee": member(known[one.coachee])}
    written = len((await coaching.read(context, by=pair["coach"], coaching_id=begun_id)).notes)
    for note in one.notes[written:]:
        at = moment(filling.begun_at, note.day)
        with clock.fixed(at):
            said = NoteGiven(day=clock.day(at), words=note.words)
            await coaching.add_note(context, by=pair[note.who], coaching_id=begun_id, given=said)

"""Certified trainers, their chain, coaching between two people, and training centres."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from govstack.kernel import audit, clock
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.response.centres import service as centres
from govstack.pillars.learn.response.centres.errors import GateClosed, NoCohort, NoTrainer
from govstack.pillars.learn.response.centres.model import Centre, Gate, Material, MaterialGiven, Passed, Room
from govstack.pillars.learn.response.centres.tasks import SUBSCRIPTIONS
from govstack.pillars.learn.response.coaching import service as coaching
from govstack.pillars.learn.response.coaching.errors import BadGoal, BadPair, CoachingEnded, UnknownCoaching
from govstack.pillars.learn.response.coaching.model import CoachingGiven, GoalGiven, NoteGiven
from govstack.pillars.learn.response.materials import service as library
from govstack.pillars.learn.response.materials.model import Choice, Content, Decision
from govstack.pillars.learn.response.materials.service import PUBLISHED
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.offerings.model import State as OfferingState
from govstack.pillars.learn.response.trainers import service
from govstack.pillars.learn.response.trainers.errors import BadCertification, NotCertified
from govstack.pillars.learn.response.trainers.model import Certification, CertificationGiven, Standing
from tests.builders.courses import course, session, signed_in, staff
from tests.builders.learning import API, OFFICER, Learn, civil_servant, heard, learn, page, send
from tests.builders.posted_learning import work
from tests.databases import Databases

TODAY = clock.now().date()


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


async def certified(pillar: Learn, person_id: str, **more: Any) -> Certification:
    """Certify somebody for the course on law for a year, by an authority unless somebody is named."""
    given = {
        "learner_id": person_id, "offering_id": "law", "since": TODAY - timedelta(days=10),
        "until": TODAY + timedelta(days=365), "authority": "" if "certified_by" in more else "Academy", **more,
    }  # fmt: skip
    return await service.certify(pillar.context, by=OFFICER, given=CertificationGiven(**given))


@pytest.mark.requirement("F8.3")
async def test_the_chain_of_trainers_leads_up_to_the_authority(pillar: Learn) -> None:
    await course(pillar.context)
    await staff(pillar.context, 3)
    await certified(pillar, "p-01", since=TODAY - timedelta(days=300))
    await certified(pillar, "p-02", certified_by="p-01", since=TODAY - timedelta(days=100))
    last = await certified(pillar, "p-03", certified_by="p-02")

    async with pillar.officer() as client:
        answer = await client.get(f"{API}/certifications/{last.id}/chain")
    async with pillar.browser("learn:plan") as client:
        shown = await page(client, f"/desk/trainers/{last.id}")
        listed = await page(client, "/desk/trainers")

    assert [one["learnerId"] for one in answer.json()["certifications"]] == ["p-03", "p-02", "p-01"]
    assert "Academy" in shown
    assert listed.count("Holds") == 3


@pytest.mark.requirement("F8.3")
async def test_an_expired_or_ended_trainer_is_not_assigned(pillar: Learn) -> None:
    await course(pillar.context)
    await session(pillar.context)
    await staff(pillar.context, 3)
    await certified(pillar, "p-01", until=TODAY + timedelta(days=3))
    ended = await certified(pillar, "p-02")
    good = await certified(pillar, "p-03")

    await service.finish(pillar.context, by=OFFICER, certification_id=ended.id)
    await service.finish(pillar.context, by=OFFICER, certification_id=ended.id)
    for person_id in ("p-01", "p-02"):
        with pytest.raises(NotCertified):
            await service.assign(pillar.context, by=OFFICER, session_id="s-1", person_id=person_id)
    async with pillar.browser("learn:plan") as client:
        desk = await page(client, "/desk/sessions/s-1")
        sent = await send(client, desk, "/trainers", trainer=good.learner_id)
        wrong = await send(client, desk, "/trainers", trainer="p-01")

    assert (sent.status_code, wrong.status_code) == (303, 409)
    assert await service.of_sessions(pillar.context, session_ids=["s-1"]) == {"s-1": ["p-03"]}


async def test_only_a_certified_trainer_hands_a_certification_on(pillar: Learn) -> None:
    await course(pillar.context)
    await staff(pillar.context, 2)

    with pytest.raises(NotCertified):
        await certified(pillar, "p-02", certified_by="p-01")
    with pytest.raises(BadCertification):
        await certified(pillar, "p-01", certified_by="p-01")
    with pytest.raises(BadCertification):
        await certified(pillar, "p-01", until=TODAY - timedelta(days=11))


@pytest.fixture
async def pair(pillar: Learn) -> str:
    """Return a coaching of p-01 and p-02 under the eyes of p-03."""
    await staff(pillar.context, 4)
    given = CoachingGiven(coach_id="p-01", coachee_id="p-02", supervisor_id="p-03")
    return (await coaching.begin(pillar.context, by=OFFICER, given=given)).id


async def who(pillar: Learn, person_id: str) -> Any:
    """Return somebody as they sign in."""
    return signed_in(await people.person(pillar.context, person_id=person_id))


@pytest.mark.requirement("F8.4")
async def test_only_the_pair_and_their_supervisor_see_notes_and_the_unit_does_not(pillar: Learn, pair: str) -> None:
    coach, coachee, boss, other = [await who(pillar, f"p-0{n}") for n in range(1, 5)]
    note = NoteGiven(day=date(2026, 11, 21), words="Talked about the tender")
    goal = GoalGiven(competency_id="E.7", from_level=2, to_level=3, words="Lead a change")
    await coaching.add_note(pillar.context, by=coach, coaching_id=pair, given=note)
    set_goal = await coaching.add_goal(pillar.context, by=coachee, coaching_id=pair, given=goal)
    await coaching.reach_goal(pillar.context, by=coach, coaching_id=pair, goal_id=set_goal.id, reached=True)

    seen = [await coaching.read(pillar.context, by=one, coaching_id=pair) for one in (coach, coachee, boss)]
    for stranger in (other, OFFICER):
        with pytest.raises(UnknownCoaching):
            await coaching.read(pillar.context, by=stranger, coaching_id=pair)
    with pytest.raises(UnknownCoaching):
        await coaching.add_note(pillar.context, by=boss, coaching_id=pair, given=note)
    async with pillar.context.database.reading() as tx:
        kept = await tx.fetch("SELECT words_sealed FROM coaching_note UNION ALL SELECT words_sealed FROM coaching_goal")
        entries = [one.action for one in await audit.entries(tx, limit=100)]

    assert [(one.notes[0].words, one.goals[0].reached) for one in seen] == [("Talked about the tender", True)] * 3
    assert (seen[0].goals[0].competency_id, seen[0].notes[0].day) == ("E.7", date(2026, 11, 21))
    assert all(b"tender" not in row["words_sealed"] and b"Lead" not in row["words_sealed"] for row in kept)
    assert entries.count("learn.coaching.looked-in") == 1


async def test_a_coaching_that_ended_is_read_and_not_written(pillar: Learn, pair: str) -> None:
    coach = await who(pillar, "p-01")
    await coaching.finish(pillar.context, by=coach, coaching_id=pair)

    with pytest.raises(CoachingEnded):
        await coaching.add_note(
            pillar.context, by=coach, coaching_id=pair, given=NoteGiven(day=TODAY, words="Too late")
        )
    assert (await coaching.read(pillar.context, by=coach, coaching_id=pair)).coaching.ended_at is not None


async def test_a_coaching_needs_different_people(pillar: Learn) -> None:
    await staff(pillar.context, 1)

    for coachee in ("p-01", "nobody"):
        with pytest.raises(BadPair):
            await coaching.begin(pillar.context, by=OFFICER, given=CoachingGiven(coach_id="p-01", coachee_id=coachee))


async def test_what_was_written_goes_with_the_person(pillar: Learn, pair: str) -> None:
    coach = await who(pillar, "p-01")
    await coaching.add_note(pillar.context, by=coach, coaching_id=pair, given=NoteGiven(day=TODAY, words="Something"))

    await people.erase(pillar.context, by=OFFICER, person_id="p-02")
    await work(pillar.context)
    left = await coaching.read(pillar.context, by=coach, coaching_id=pair)

    assert (left.notes, left.goals, left.coaching.ended_at is None) == ([], [], False)


async def test_the_pair_writes_on_pages(pillar: Learn, pair: str) -> None:
    async with pillar.browser(subject="subject-p-01", person_id="N-p-01") as client:
        listed = await page(client, "/my/coaching")
        shown = await page(client, f"/my/coaching/{pair}")
        empty = await send(client, shown, "/notes", words="", **{"day-day": "", "day-month": "", "day-year": ""})
        day = {"day-day": "21", "day-month": "11", "day-year": "2026"}
        noted = await send(client, shown, "/notes", words="First talk", **day)
        wrong = await send(client, shown, "/goals", goal="Lead", competency="E.7", **{"from": "3", "to": "2"})
        goal = await send(client, shown, "/goals", goal="Lead", competency="E.7", **{"from": "2", "to": "3"})
        after = await page(client, f"/my/coaching/{pair}")
    async with pillar.browser("learn:plan", subject="unit") as client:
        refused = await client.get(f"/my/coaching/{pair}")

    assert "Person p-02" in listed
    assert (empty.status_code, "Enter a day" in empty.text) == (400, True)
    assert "A goal leads from one level to a higher one." in wrong.text
    assert (noted.status_code, goal.status_code, refused.status_code) == (303, 303, 404)
    assert "First talk" in after
    assert "21 November 2026" in after


@pytest.mark.requirement("F8.4")
async def test_a_goal_that_the_other_one_judged_meanwhile_stays_as_they_said(pillar: Learn, pair: str) -> None:
    coach, coachee = [await who(pillar, f"p-0{n}") for n in (1, 2)]
    goal = GoalGiven(competency_id="E.7", from_level=2, to_level=3, words="Lead a change")
    first, second, third = [
        (await coaching.add_goal(pillar.context, by=coach, coaching_id=pair, given=goal)).id for _time in range(3)
    ]
    await coaching.reach_goal(pillar.context, by=coach, coaching_id=pair, goal_id=third, reached=True)
    async with pillar.browser(subject="subject-p-01", person_id="N-p-01") as client:
        shown = await page(client, f"/my/coaching/{pair}")
        await coaching.reach_goal(pillar.context, by=coachee, coaching_id=pair, goal_id=second, reached=True)
        await send(client, shown, "/reached", reached=first)
    goals = (await coaching.read(pillar.context, by=coach, coaching_id=pair)).goals

    assert {one.id: one.reached for one in goals} == {first: True, second: True, third: False}


def centre(**more: Any) -> Centre:
    """Return a training centre."""
    given = {
        "titles": {"en": "Coast centre"}, "institution": "Academy", "mandate": "Train the coast", "country": "KE",
        "rooms": (Room(name="Hall", capacity=40),), "yearly_capacity": 8,
    }  # fmt: skip
    return Centre(id="coast", **{**given, **more})


@pytest.mark.requirement("F19.1")
async def test_a_centre_tells_how_far_it_is_used(pillar: Learn) -> None:
    await course(pillar.context)
    accreditation = {"body": "Council", "until": "2030-01-01"}
    body = {
        "titles": {"en": "Coast centre"}, "institution": "Academy", "mandate": "Train", "country": "KE",
        "accreditation": accreditation, "trainers": ["p-01"], "rooms": [{"name": "Hall", "capacity": 40}],
        "yearlyCapacity": 8,
    }  # fmt: skip
    async with pillar.officer() as client:
        put = await client.put(f"{API}/centres/coast", json=body)
        begin = clock.now().replace(month=6, day=1)
        dates = dict.fromkeys(("registration_starts", "registration_ends", "starts", "ends"), begin)
        await session(pillar.context, "s-1", seats=20, centre_id="coast", **dates)
        await session(pillar.context, "s-2", seats=20)
        async with pillar.context.database.transaction() as tx:
            await offerings.set_taken(tx, session_id="s-1", taken=6)
            await offerings.set_taken(tx, session_id="s-2", taken=9)
        read = (await client.get(f"{API}/centres/coast")).json()
        file = await client.get(f"{API}/centre-list", params={"format": "csv"})
        catalogue = (await client.get(f"{API}/sessions", params={"centre": "coast"})).json()["sessions"]
    async with pillar.browser("learn:plan") as client:
        shown = await page(client, "/desk/centres/coast")
        listed = await page(client, "/desk/centres")

    assert put.status_code == 200
    assert read["use"] == {"year": begin.year, "sessions": 1, "people": 6, "capacity": 8, "percent": 75}
    assert read["centre"]["accreditation"] == accreditation
    assert [one["id"] for one in catalogue] == ["s-1"]
    assert "75%" in shown
    assert "Mandate" in listed
    assert "Coast centre" in file.text


@pytest.mark.requirement("F19.2")
async def test_a_centre_is_told_once_of_a_newer_version_of_its_material(pillar: Learn) -> None:
    materials = (Material(material_id="kit", version="1.0"),)
    await centres.put(pillar.context, by=OFFICER, centre=centre(materials=materials))
    given = MaterialGiven(title="Kit", version="1.1")

    first = await centres.publish_material(pillar.context, by=OFFICER, material_id="kit", given=given)
    again = await centres.publish_material(pillar.context, by=OFFICER, material_id="kit", given=given)
    other = await centres.publish_material(pillar.context, by=OFFICER, material_id="other", given=given)
    told = await centres.notices(pillar.context, centre_id="coast")

    assert (first, again, other) == (1, 0, 0)
    assert [(one.material_id, one.version) for one in told] == [("kit", "1.1")]


@pytest.mark.requirement("F19.2")
async def test_a_centre_is_told_when_a_version_of_its_material_is_published(pillar: Learn) -> None:
    given = Content(title="Kit", licence_id="CC-BY-4.0", version="1.1", source="Ours")
    decision = Decision(choice=Choice.CREATE, reason="Nothing fits")
    kit = await library.create(pillar.context, by=OFFICER, content=given, decision=decision)
    held = (Material(material_id=kit.id, version="1.0"),)
    await centres.put(pillar.context, by=OFFICER, centre=centre(materials=held))

    async def told() -> list[str]:
        await heard(pillar.context, PUBLISHED, SUBSCRIPTIONS[PUBLISHED])
        return sorted(one.version for one in await centres.notices(pillar.context, centre_id="coast"))

    found = [await told()]
    await library.publish(pillar.context, by=OFFICER, material_id=kit.id)
    found.append(await told())
    for changed in ({"summary": "Shorter"}, {"summary": "Shorter", "version": "2.0"}):
        content = msgspec.structs.replace(given, **changed)
        await library.change(pillar.context, by=OFFICER, material_id=kit.id, content=content)
        found.append(await told())
    async with pillar.browser("learn:plan") as client:
        shown = await page(client, "/desk/centres/coast")

    assert found == [[], ["1.1"], ["1.1"], ["1.1", "2.0"]]
    assert f"/materials/{kit.id}" in shown


async def test_centres_hear_of_no_version_that_was_taken_out_of_the_catalogue_before(pillar: Learn) -> None:
    given = Content(title="Kit", licence_id="CC-BY-4.0", version="1.1", source="Another country")
    decision = Decision(choice=Choice.CREATE, reason="Nothing fits")
    kit = await library.create(pillar.context, by=OFFICER, content=given, decision=decision)
    held = (Material(material_id=kit.id, version="1.0"),)
    await centres.put(pillar.context, by=OFFICER, centre=centre(materials=held))
    await library.publish(pillar.context, by=OFFICER, material_id=kit.id)
    await library.retire(pillar.context, by=OFFICER, material_id=kit.id)

    assert await heard(pillar.context, PUBLISHED, SUBSCRIPTIONS[PUBLISHED]) == 1
    assert await centres.notices(pillar.context, centre_id="coast") == []


def passed(*gates: Gate) -> tuple[Passed, ...]:
    """Return gates that were passed, one a day."""
    return tuple(
        Passed(gate=gate, on=date(2026, 1, 1) + timedelta(days=n), evidence="Letter") for n, gate in enumerate(gates)
    )


@pytest.mark.requirement("F19.3")
async def test_the_gates_of_a_set_up_are_passed_in_their_order_and_not_on_paper_only(pillar: Learn) -> None:
    await course(pillar.context)
    await civil_servant(pillar.context, "p-01")
    first, second, third, fourth, _fifth = list(Gate)

    async def put(*gates: Gate) -> None:
        await centres.put(pillar.context, by=OFFICER, centre=centre(gates=passed(*gates), trainers=("p-01",)))

    await put(first, second)
    for wrong in ((second,), (second, first), (first, third)):
        with pytest.raises(GateClosed):
            await put(*wrong)
    with pytest.raises(NoTrainer):
        await put(first, second, third)
    await certified(pillar, "p-01")
    await put(first, second, third)
    with pytest.raises(NoCohort):
        await put(first, second, third, fourth)
    ended = clock.now() - timedelta(days=2)
    await session(
        pillar.context, centre_id="coast", registration_starts=ended, registration_ends=ended, starts=ended, ends=ended
    )
    async with pillar.context.database.transaction() as tx:
        await offerings.set_taken(tx, session_id="s-1", taken=1)
    await put(*Gate)

    assert (await centres.centre(pillar.context, centre_id="coast")).next_gate is None


@pytest.mark.requirement("F19.4")
async def test_centres_give_each_other_their_catalogues_and_name_who_signs(pillar: Learn) -> None:
    await course(pillar.context)
    await session(pillar.context)
    await centres.put(
        pillar.context, by=OFFICER, centre=centre(issuer="did:web:coast.example", site="https://c.example")
    )
    async with pillar.nobody() as client:
        feed = await client.get(f"{API}/catalogue")
    async with pillar.officer() as client:
        taken = await client.put(f"{API}/centres/coast/catalogue", json=feed.json())
        again = await client.put(f"{API}/centres/coast/catalogue", json=feed.json())
        issuer = (await client.get(f"{API}/centres/coast")).json()["centre"]["issuer"]
    async with pillar.nobody() as client:
        shown = await page(client, "/catalogue")

    assert [one["id"] for one in feed.json()["offerings"]] == ["law"]
    assert (taken.json(), again.json(), issuer) == ({"count": 1}, {"count": 1}, "did:web:coast.example")
    assert "On the sites of training centres" in shown


def days(name: str, day: date) -> dict[str, str]:
    """Return a day as the three fields of a form send it."""
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


@pytest.mark.requirement("F8.3")
async def test_a_training_unit_certifies_trainers_by_a_form_and_sees_who_expires(pillar: Learn) -> None:
    await course(pillar.context)
    await staff(pillar.context, 3)
    new = "/desk/trainers/new"
    year = {**days("since", TODAY), **days("until", TODAY + timedelta(days=365))}
    soon = {**days("since", TODAY), **days("until", TODAY + timedelta(days=30))}
    async with pillar.browser("learn:plan") as client:
        form = await page(client, new)
        empty = await send(client, form, new, number="N-nobody")
        early = await send(client, form, new, number="N-p-02", offering="law", certified_by="N-p-01", **year)
        first = await send(client, form, new, number="N-p-01", offering="law", authority="Academy", **year)
        second = await send(client, form, new, number="N-p-02", offering="law", certified_by="N-p-01", **soon)
        chain = await page(client, second.headers["location"])
        listed = await page(client, "/desk/trainers")
        ended = await send(client, chain, f"{second.headers['location']}/end")
        after = await page(client, second.headers["location"])
    async with pillar.browser("learn:teach") as client:
        refused = await client.get(new)

    assert "Nobody has this number." in empty.text
    assert "Choose a course." in empty.text
    assert "Name the trainer or the authority that certifies." in empty.text
    assert (empty.status_code, early.status_code, refused.status_code) == (400, 400, 403)
    assert "no certification for the course that holds on the first day" in early.text
    assert (first.status_code, second.status_code, ended.status_code) == (303, 303, 303)
    assert "Academy" in chain
    assert "Ends in 30 days" in listed
    assert "Ends in 30 days" not in after


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (-1, 61, Standing.HOLDS), (-1, 60, Standing.ENDING), (-1, 0, Standing.ENDING), (-9, -1, Standing.EXPIRED),
        (1, 9, Standing.LATER),
    ],
)  # fmt: skip
@pytest.mark.requirement("F8.3")
def test_a_certification_warns_before_it_ends(since: int, until: int, expected: Standing) -> None:
    one = Certification(
        id="1", learner_id="p", offering_id="law", since=TODAY + timedelta(days=since),
        until=TODAY + timedelta(days=until),
    )  # fmt: skip

    assert one.standing(TODAY) is expected


@pytest.mark.requirement("F8.4")
async def test_a_training_unit_begins_a_coaching_with_goals_and_does_not_read_it(pillar: Learn) -> None:
    await staff(pillar.context, 2)
    new = "/desk/coaching/new"
    async with pillar.browser("learn:plan", subject="unit") as client:
        form = await page(client, new)
        wrong = await send(
            client, form, new, coach="N-p-01", coachee="N-p-01", goal_2="Lead", competency_2="no such", from_2="3",
            to_2="2",
        )  # fmt: skip
        begun = await send(
            client, form, new, coach="N-p-01", coachee="N-p-02", goal_1="Lead a change", competency_1="E.7",
            from_1="2", to_1="3",
        )  # fmt: skip
        register = await page(client, "/desk/coaching")
        pair = (await coaching.listed(pillar.context))[0].id
        refused = await client.get(f"/my/coaching/{pair}")
    async with pillar.browser(subject="subject-p-02", person_id="N-p-02") as client:
        shown = await page(client, f"/my/coaching/{pair}")
        goal = (await coaching.read(pillar.context, by=await who(pillar, "p-02"), coaching_id=pair)).goals[0]
        await send(client, shown, "/reached", reached=goal.id)
        reached = await page(client, f"/my/coaching/{pair}")
        await send(client, reached, "/reached")
        undone = await page(client, f"/my/coaching/{pair}")
        await send(client, undone, f"{pair}/end")
        ended = await page(client, f"/my/coaching/{pair}")

    assert "must be different people" in wrong.text
    assert "Enter the code of a competency" in wrong.text
    assert "A goal leads from one level to a higher one." in wrong.text
    assert (wrong.status_code, begun.status_code, refused.status_code) == (400, 303, 404)
    assert "Person p-02" in register
    assert "Lead a change" not in register
    assert (goal.competency_id, goal.from_level, goal.to_level) == ("e-cf:E.7", 2, 3)
    assert "E.7 Business change management" in shown
    assert ("Not yet" in shown, "Not yet" in reached, "Not yet" in undone) == (True, False, True)
    assert "Write a note" not in ended


async def test_a_coaching_begins_whole_or_not_at_all(pillar: Learn) -> None:
    await staff(pillar.context, 2)
    goal = GoalGiven(competency_id="e-cf:E.7", from_level=3, to_level=3, words="Nowhere")

    with pytest.raises(BadGoal):
        await coaching.begin(
            pillar.context, by=OFFICER, given=CoachingGiven(coach_id="p-01", coachee_id="p-02"), goals=[goal]
        )

    assert await coaching.listed(pillar.context) == []


@pytest.mark.requirement("F19.1")
async def test_a_public_centre_shows_its_open_courses_and_the_trainers_who_agreed(pillar: Learn) -> None:
    await course(pillar.context)
    for number, state in (("art", OfferingState.DRAFT), ("tax", OfferingState.OPEN)):
        await course(pillar.context, number, state=state)
    await staff(pillar.context, 3)
    for person_id in ("p-01", "p-02"):
        await certified(pillar, person_id)
    await session(pillar.context, "s-1", centre_id="coast", place="Hall 7")
    await session(pillar.context, "s-2", "art", centre_id="coast")
    await session(pillar.context, "s-3", "tax", centre_id="coast", cancelled=True)
    trained = ("p-01", "p-02", "p-03")
    await centres.put(pillar.context, by=OFFICER, centre=centre(trainers=trained, mandate="Train the coast"))
    async with pillar.nobody() as client:
        hidden = [(await client.get(one)).status_code for one in ("/centres/coast", "/centres/nowhere")]
        none = await page(client, "/centres")
    await centres.put(pillar.context, by=OFFICER, centre=centre(trainers=trained, public=True))
    async with pillar.nobody() as client:
        before = await page(client, "/centres/coast")
        listed = await page(client, "/centres")
    for person_id in ("p-01", "p-03"):
        async with pillar.browser(subject=person_id, person_id=f"N-{person_id}") as trainer:
            mine = await page(trainer, "/my/learning")
            if person_id == "p-01":
                await send(trainer, mine, "/my/learning/trainer-name")
    async with pillar.nobody() as client:
        after = await page(client, "/centres/coast")
        refused = await client.post("/my/learning/trainer-name", data={"named": "yes"})
    async with pillar.context.database.transaction() as tx:
        await service.forget(tx, "p-01")

    assert hidden == [404, 404]
    assert "Coast centre" not in none
    assert "Coast centre" in listed
    assert ("Hall 7" in before, "/catalogue/law" in before) == (True, True)
    assert not [one for one in ("/catalogue/art", "/catalogue/tax", "Person p-0", "N-p-0") if one in before]
    assert ("Person p-01" in after, "Person p-02" in after, "Person p-03" in after) == (True, False, False)
    assert "My name as a trainer" not in mine
    assert refused.status_code >= 300
    assert await service.named(pillar.context, person_ids=trained) == []


@pytest.mark.requirement("F19.1")
@pytest.mark.requirement("F19.3")
async def test_a_centre_with_rooms_and_gates_is_entered_by_forms(pillar: Learn) -> None:
    await staff(pillar.context, 1)
    new = "/desk/centres/new"
    async with pillar.browser("learn:plan") as client:
        form = await page(client, new)
        wrong = await send(
            client, form, new, title="", country="Kenya", trainers="N-p-01 N-nobody", yearly_capacity="many",
            site="centre", **{"accredited_until-day": "31", "accredited_until-month": "2"},
        )  # fmt: skip
        made = await send(
            client, form, new, title="Coast centre", institution="Academy", country="KE", trainers="N-p-01",
            yearly_capacity="80", accreditor="Council", **days("accredited_until", date(2030, 1, 1)),
        )  # fmt: skip
        here = made.headers["location"]
        shown = await page(client, here)
        room = await send(client, shown, "/rooms", room="Hall", seats="40", accessible="yes")
        no_room = await send(client, shown, "/rooms", room="", seats="0")
        early = await send(client, shown, "/gates", gate="mandate", evidence="", **days("on", TODAY))
        ahead = await send(
            client, shown, "/gates", gate="mandate", evidence="Decree 7", **days("on", TODAY + timedelta(days=1))
        )  # fmt: skip
        gate = await send(client, shown, "/gates", gate="mandate", evidence="Decree 7", **days("on", TODAY))
        again = await send(client, shown, "/gates", gate="mandate", evidence="Decree 8", **days("on", TODAY))
        change = await page(client, f"{here}/change")
        await send(client, change, "/change", title="Coast academy", institution="Academy", country="KE")
        after = await page(client, here)
        await send(client, after, "/rooms/remove", gone="Hall")
        kept = await centres.centre(pillar.context, centre_id=here.rsplit("/", 1)[1])

    for text in ("Enter a title", "two capital letters", "Nobody has the number N-nobody.", "Enter how many people",
                 "begins with https://", "Enter a day", "Name who accredited"):  # fmt: skip
        assert text in wrong.text, text
    assert (wrong.status_code, made.status_code, room.status_code, gate.status_code) == (400, 303, 303, 303)
    assert "Enter how many seats there are." in no_room.text
    assert "Say what shows it" in early.text
    assert "This day has not come yet." in ahead.text
    assert "This gate was passed meanwhile." in again.text
    assert "N-p-01" in change
    assert "Council" in shown
    assert "Decree 7" in after
    assert "Hall" in after
    assert "Pass the next gate: Budget" in after
    assert (kept.titles["en"], kept.accreditation, kept.rooms, len(kept.gates)) == ("Coast academy", None, (), 1)


@pytest.mark.requirement("F19.3")
async def test_a_gate_that_was_passed_stays_passed_when_the_trainer_expires(pillar: Learn) -> None:
    await course(pillar.context)
    await civil_servant(pillar.context, "p-01")
    given = await certified(pillar, "p-01")
    gates = passed(*list(Gate)[:3])
    await centres.put(pillar.context, by=OFFICER, centre=centre(gates=gates, trainers=("p-01",)))
    await service.finish(pillar.context, by=OFFICER, certification_id=given.id)

    changed = centre(gates=gates, trainers=("p-01",), institution="School")
    await centres.put(pillar.context, by=OFFICER, centre=changed)

    assert (await centres.centre(pillar.context, centre_id="coast")).institution == "School"


@pytest.mark.requirement("F8.3")
async def test_nobody_enters_their_own_certification_nor_one_that_is_there_already(pillar: Learn) -> None:
    await course(pillar.context)
    officer = await civil_servant(pillar.context, "officer", number="N-7")
    await civil_servant(pillar.context, "trainer", number="N-8")
    today = clock.today()
    given = {
        "offeringId": "law", "authority": "Academy", "since": today.isoformat(),
        "until": (today + timedelta(days=300)).isoformat(),
    }  # fmt: skip
    far = {**given, "since": (today + timedelta(days=800)).isoformat(), "until": "2999-01-01"}
    async with pillar.bench.person("officer", "learn:plan", attributes={"person_id": "N-7"}) as client:
        own = await client.post(f"{API}/certifications", json={**given, "learnerId": officer.id})
        told = [
            await client.post(f"{API}/certifications", json={**one, "learnerId": "trainer"})
            for one in (given, given, {**given, "until": (today + timedelta(days=400)).isoformat()}, far)
        ]

    assert (own.status_code, own.json()["code"]) == (403, "own-certification")
    assert [one.status_code for one in told] == [201, 409, 201, 400]

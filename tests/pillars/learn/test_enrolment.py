"""Asking, nominating, agreeing, waiting, moving up, cancelling, and being told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from govstack.kernel import clock
from govstack.kernel.context import Context
from govstack.pillars.learn.notices import service as notices
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.model import Gender, Person
from govstack.pillars.learn.response.enrolment import service
from govstack.pillars.learn.response.enrolment.errors import (
    DecidedAlready,
    EnrolledAlready,
    NotOpen,
    NotTheirManager,
    OwnPlace,
)
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.offerings.model import Session
from govstack.pillars.learn.seating.model import Quota, QuotaKind, Taken, has_seat_for
from tests.builders.courses import course, held, session, signed_in, staff
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn, ministry, page, send
from tests.builders.posted_learning import Posted, posted_on, work
from tests.databases import Databases


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


async def states(context: Context, session_id: str = "s-1") -> dict[str, str]:
    """Return where each person stands in a session."""
    found = await service.of_session(context, by=OFFICER, session_id=session_id)
    return {one.enrolment.person_id: str(one.enrolment.state) for one in found}


async def seated(context: Context, person: Person, session_id: str = "s-1") -> str:
    """Put somebody forward and agree; return the id of the enrolment."""
    one = await service.nominate(context, by=OFFICER, session_id=session_id, person_id=person.id)
    return (await service.decide(context, by=OFFICER, enrolment_id=one.id, accept=True)).id


@pytest.mark.requirement("F12.1")
async def test_nobody_of_the_training_unit_gives_themselves_a_place(pillar: Learn) -> None:
    await course(pillar.context)
    await session(pillar.context)
    me = await people.me(pillar.context, by=OFFICER)
    one = await service.nominate(pillar.context, by=OFFICER, session_id="s-1", person_id=me.id)

    with pytest.raises(OwnPlace):
        await service.decide(pillar.context, by=OFFICER, enrolment_id=one.id, accept=True)
    async with pillar.browser("learn:plan", subject="training-officer") as client:
        shown = await page(client, "/desk/sessions/s-1")
        answer = await send(client, shown, "/desk/sessions/s-1/decide", chosen=one.id, answer="accept")

    assert (answer.status_code, "your own place" in answer.text) == (403, True)
    assert await states(pillar.context) == {me.id: "endorsed"}


@pytest.mark.requirement("F12.1")
async def test_a_place_goes_from_learner_to_manager_to_training_unit_to_confirmed(pillar: Learn) -> None:
    await course(pillar.context)
    await session(pillar.context)
    boss = await civil_servant(pillar.context, "boss")
    person = await civil_servant(pillar.context, "p-1", manager_id="boss")
    other = await civil_servant(pillar.context, "p-2", manager_id="boss")

    asked = await service.enrol(pillar.context, by=signed_in(person), session_id="s-1")
    with pytest.raises(NotTheirManager):
        await service.decide(pillar.context, by=OFFICER, enrolment_id=asked.id, accept=True)
    await people.me(pillar.context, by=signed_in(boss))
    endorsed = await service.decide(pillar.context, by=signed_in(boss), enrolment_id=asked.id, accept=True)
    with pytest.raises(DecidedAlready):
        await service.decide(pillar.context, by=signed_in(boss), enrolment_id=asked.id, accept=True)
    confirmed = await service.decide(pillar.context, by=OFFICER, enrolment_id=asked.id, accept=True)
    nominated = await service.nominate(pillar.context, by=signed_in(boss), session_id="s-1", person_id=other.id)
    declined = await service.decide(pillar.context, by=OFFICER, enrolment_id=nominated.id, accept=False)

    assert [asked.state, endorsed.state, confirmed.state] == ["asked", "endorsed", "confirmed"]
    assert [nominated.state, declined.state] == ["endorsed", "declined"]


@pytest.mark.requirement("F12.1", "F32.3")
async def test_seats_kept_for_women_stay_free_and_a_ministry_gets_no_more_than_its_quota(pillar: Learn) -> None:
    await ministry(pillar.context, "finance")
    await ministry(pillar.context, "tax", parent_id="finance")
    await course(pillar.context)
    quotas = (
        Quota(kind=QuotaKind.GENDER, id="female", least=2), Quota(kind=QuotaKind.MINISTRY, id="finance", most=1)
    )  # fmt: skip
    await session(pillar.context, seats=3, quotas=quotas)
    men = [await civil_servant(pillar.context, f"m-{n}", gender=Gender.MALE) for n in range(2)]
    women = [
        await civil_servant(pillar.context, f"w-{n}", gender=Gender.FEMALE, organisation_id="tax") for n in range(2)
    ]

    for person in (*men, *women):
        await seated(pillar.context, person)

    assert await states(pillar.context) == {
        "m-0": "confirmed", "m-1": "waiting", "w-0": "confirmed", "w-1": "waiting"
    }  # fmt: skip


def test_a_seat_for_a_ministry_and_a_gender_can_be_the_same_seat() -> None:
    one = held(
        seats=2,
        quotas=(
            Quota(kind=QuotaKind.GENDER, id="female", least=1), Quota(kind=QuotaKind.MINISTRY, id="tax", least=1)
        ),
    )  # fmt: skip

    assert has_seat_for(one, Taken(), ministry_id="health", gender="male")
    assert not has_seat_for(one, Taken(1, {"health": 1}, {"male": 1}), ministry_id="health", gender="male")
    assert has_seat_for(one, Taken(1, {"health": 1}, {"male": 1}), ministry_id="tax", gender="female")


@pytest.mark.requirement("F8.2")
async def test_many_at_once_never_take_more_seats_than_there_are(pillar: Learn) -> None:
    await course(pillar.context, "open", track="citizens")
    await session(pillar.context, "s-1", "open", seats=5)
    everybody = await staff(pillar.context, 16)

    await asyncio.gather(
        *(service.enrol(pillar.context, by=signed_in(person), session_id="s-1") for person in everybody)
    )
    found = list((await states(pillar.context)).values())
    taken = (await offerings.session(pillar.context, session_id="s-1")).taken

    assert (found.count("confirmed"), found.count("waiting"), taken) == (5, 11, 5)


@pytest.mark.requirement("F8.2")
async def test_when_seats_are_given_back_at_once_the_queue_moves_up_in_its_order(pillar: Learn) -> None:
    await course(pillar.context, "open", track="citizens")
    await session(pillar.context, "s-1", "open", seats=4)
    everybody = await staff(pillar.context, 9)
    ids = [(await service.enrol(pillar.context, by=signed_in(person), session_id="s-1")).id for person in everybody]

    await asyncio.gather(
        *(service.cancel(pillar.context, by=signed_in(everybody[n]), enrolment_id=ids[n]) for n in (0, 1, 2))
    )
    again = await service.cancel(pillar.context, by=signed_in(everybody[0]), enrolment_id=ids[0])
    found = await states(pillar.context)

    assert [found[person.id] for person in everybody] == [
        *["cancelled"] * 3, *["confirmed"] * 4, "waiting", "waiting"
    ]  # fmt: skip
    assert again.state == "cancelled"
    assert (await offerings.session(pillar.context, session_id="s-1")).taken == 4


async def test_more_seats_let_the_queue_move_up_and_who_came_back_waits_at_the_end(pillar: Learn) -> None:
    await course(pillar.context, "open", track="citizens")
    await session(pillar.context, "s-1", "open", seats=1)
    one, two, three = await staff(pillar.context, 3)
    first = await service.enrol(pillar.context, by=signed_in(one), session_id="s-1")
    for person in (two, three):
        await service.enrol(pillar.context, by=signed_in(person), session_id="s-1")
    await service.cancel(pillar.context, by=signed_in(one), enrolment_id=first.id)
    await service.enrol(pillar.context, by=signed_in(one), session_id="s-1")

    await session(pillar.context, "s-1", "open", seats=2)
    await work(pillar.context)

    assert await states(pillar.context) == {"p-01": "waiting", "p-02": "confirmed", "p-03": "confirmed"}


async def test_who_is_enrolled_or_late_or_lacks_a_course_is_refused(pillar: Learn) -> None:
    await course(pillar.context, "first", track="citizens")
    await course(pillar.context, "open", track="citizens")
    await course(pillar.context, "second", track="citizens", prerequisites=("first",))
    now = clock.now()
    await session(pillar.context, "s-1", "open")
    await session(pillar.context, "s-2", "second")
    await session(pillar.context, "s-3", "open", registration_ends=now - timedelta(hours=1))
    (person,) = await staff(pillar.context, 1)
    await service.enrol(pillar.context, by=signed_in(person), session_id="s-1")

    with pytest.raises(EnrolledAlready):
        await service.enrol(pillar.context, by=signed_in(person), session_id="s-1")
    with pytest.raises(NotOpen):
        await service.enrol(pillar.context, by=signed_in(person), session_id="s-3")
    async with pillar.person(f"subject-{person.id}") as client:
        early = await client.post(f"{API}/sessions/s-2/enrolments", json={})

    assert (early.status_code, early.json()["code"]) == (422, "prerequisite-missing")


@pytest.mark.requirement("F10.4")
async def test_one_person_in_two_audiences_has_one_record(pillar: Learn) -> None:
    await course(pillar.context, "excel", track="citizens")
    await course(pillar.context, "law")
    await session(pillar.context, "s-1", "excel")
    await session(pillar.context, "s-2", "law")
    (person,) = await staff(pillar.context, 1)
    await service.enrol(pillar.context, by=signed_in(person), session_id="s-1")
    await seated(pillar.context, person, "s-2")

    async with pillar.person(f"subject-{person.id}") as client:
        answer = await client.get(f"{API}/me/enrolments")
    async with pillar.browser(subject=f"subject-{person.id}") as browser:
        file = await browser.get("/my/learning/file", params={"format": "csv"})

    assert {one["track"] for one in answer.json()["enrolments"]} == {"citizens", "civil-servants"}
    assert {one["enrolment"]["personId"] for one in answer.json()["enrolments"]} == {person.id}
    assert file.text.count("\r\n") == 3


@pytest.mark.requirement("F32.3")
async def test_what_somebody_needs_is_for_the_training_unit_and_goes_with_the_person(pillar: Learn) -> None:
    await course(pillar.context)
    await session(pillar.context)
    boss = await civil_servant(pillar.context, "boss")
    person = await civil_servant(pillar.context, "p-1", manager_id="boss", contact="a@b.example")
    mine = await service.enrol(pillar.context, by=signed_in(person), session_id="s-1", needs="Sign language")

    unit = await service.of_session(pillar.context, by=OFFICER, session_id="s-1")
    team = await service.of_team(pillar.context, by=signed_in(boss))
    async with pillar.context.database.reading() as tx:
        rows = await tx.fetch("SELECT needs_sealed FROM course_enrolment")
    await people.erase(pillar.context, by=OFFICER, person_id="p-1")
    await work(pillar.context)
    after = await service.of_session(pillar.context, by=OFFICER, session_id="s-1")

    assert (mine.needs, unit[0].enrolment.needs, team[0].enrolment.needs) == ("Sign language", "Sign language", "")
    assert b"Sign" not in rows[0]["needs_sealed"]
    assert (after[0].enrolment.needs, after[0].enrolment.gender, after[0].enrolment.state) == (
        "", "unstated", "cancelled"
    )  # fmt: skip


async def test_somebody_elses_enrolment_is_not_there(pillar: Learn) -> None:
    await course(pillar.context)
    await session(pillar.context)
    one, _two = await staff(pillar.context, 2)
    enrolment_id = await seated(pillar.context, one)

    async with pillar.person("stranger") as client:
        cancelled = await client.post(f"{API}/enrolments/{enrolment_id}/cancellation")
        decided = await client.post(f"{API}/enrolments/{enrolment_id}/decision", json={"accept": True})
        listed = await client.get(f"{API}/sessions/s-1/enrolments")
        named = await client.post(f"{API}/sessions/s-1/nominations", json={"learnerId": "p-02"})

    assert [one.status_code for one in (cancelled, decided, listed, named)] == [404, 404, 404, 403]


async def test_learner_manager_and_unit_do_it_on_pages(pillar: Learn) -> None:
    await course(pillar.context, titles={"en": "Law"})
    await session(pillar.context)
    await civil_servant(pillar.context, "boss", number="N-boss", name="Bo Boss")
    await civil_servant(pillar.context, "p-1", manager_id="boss", number="N-1", name="Amina Kone")
    await civil_servant(pillar.context, "p-2", manager_id="boss", number="N-2", name="Ben Two")

    async with pillar.browser(subject="amina", person_id="N-1") as learner:
        form = await page(learner, "/sessions/s-1/enrol")
        long = await send(learner, form, "/enrol", needs="x" * 501)
        sent = await send(learner, form, "/enrol", needs="Step-free room")
        mine = await page(learner, "/my/learning")
    async with pillar.browser(subject="boss", person_id="N-boss") as boss:
        team = await page(boss, "/my/team-courses")
        enrolment_id = (await service.of_session(pillar.context, by=OFFICER, session_id="s-1"))[0].enrolment.id
        none = await send(boss, team, "/my/team-courses/decide", answer="accept")
        agreed = await send(boss, team, "/my/team-courses/decide", chosen=enrolment_id, answer="accept")
        put = await send(boss, team, "/my/team-courses/nominate", person="p-2", session="s-1")
        twice = await send(
            boss, await page(boss, "/my/team-courses"), "/my/team-courses/nominate", person="p-2", session="s-1"
        )
    async with pillar.browser("learn:plan", "learn:teach", subject="unit") as unit:
        desk = await page(unit, "/desk/sessions/s-1")
        given = await send(unit, desk, "/decide", chosen=enrolment_id, answer="accept")
        needs = await send(unit, await page(unit, "/desk/sessions/s-1"), "/needs", arranged=enrolment_id)
        after = await page(unit, "/desk/sessions/s-1")
    async with pillar.browser(subject="amina", person_id="N-1") as learner:
        asked = await page(learner, f"/my/learning/{enrolment_id}/cancel")
        back = await send(learner, asked, "/cancel")
        quiet = await send(learner, await page(learner, "/my/learning"), "/messages")

    assert "Write at most 500 characters." in long.text
    assert "With the manager" in mine
    assert "Amina Kone" in team
    assert "Choose at least one person." in none.text
    assert "enrolled in this session already" in twice.text
    assert {one.status_code for one in (sent, agreed, put, given, needs, back, quiet)} == {303}
    assert "Step-free room (arranged)" in after
    assert "Ben Two" in after
    assert await states(pillar.context) == {"p-1": "cancelled", "p-2": "endorsed"}


@pytest.fixture
async def posted(databases: Databases) -> AsyncIterator[Posted]:
    async with posted_on(databases) as made:
        yield made


async def soon(context: Context) -> Session:
    """Enter a session of which people are reminded in two hours: an inbox of the sandbox keeps a mail for a day."""
    starts = clock.now() + timedelta(hours=50)
    return await session(
        context, registration_ends=starts - timedelta(days=1), starts=starts, ends=starts + timedelta(hours=6)
    )  # fmt: skip


@pytest.mark.requirement("F12.4")
async def test_who_has_a_place_is_told_and_reminded_in_their_language_through_messaging(posted: Posted) -> None:
    context = posted.pillar.context
    await course(context)
    kept = await soon(context)
    person = await civil_servant(context, "p-1", contact="amina@people.example.org", language="fr")
    await seated(context, person)

    first = await posted.mails()
    with clock.fixed(kept.starts - timedelta(hours=47)):
        second = await posted.mails()

    assert len(first) == 1
    assert "Law (fr)" in str(first[0])
    assert len(second) == 2
    assert "amina@people.example.org" in str(second[0])


@pytest.mark.requirement("F12.4")
async def test_who_wants_no_messages_gets_none_and_who_cancelled_is_not_reminded(posted: Posted) -> None:
    context = posted.pillar.context
    await course(context)
    kept = await soon(context)
    quiet = await civil_servant(context, "p-1", contact="quiet@people.example.org")
    gone = await civil_servant(context, "p-2", contact="gone@people.example.org")
    await notices.choose(context, by=signed_in(quiet), wanted=False)
    await seated(context, quiet)
    enrolment_id = await seated(context, gone)
    before = await posted.mails()
    await service.cancel(context, by=signed_in(gone), enrolment_id=enrolment_id)

    with clock.fixed(kept.starts - timedelta(hours=47)):
        after = await posted.mails()

    assert [len(before), len(after)] == [1, 1]
    assert "gone@people.example.org" in str(before[0])


@pytest.mark.requirement("F12.4")
async def test_whoever_has_or_wants_a_place_is_told_once_that_a_session_was_cancelled(posted: Posted) -> None:
    context = posted.pillar.context
    await course(context)
    kept = await soon(context)
    person = await civil_servant(context, "p-1", contact="amina@people.example.org")
    await seated(context, person)
    before = await posted.mails()
    times = {"registration_ends": kept.registration_ends, "starts": kept.starts, "ends": kept.ends}
    for _ in range(2):
        await session(context, **times, cancelled=True)
        after = await posted.mails()
    async with posted.pillar.browser(subject="amina", person_id="N-p-1") as client:
        shown = await page(client, "/my/learning")
    with clock.fixed(kept.starts - timedelta(hours=47)):
        late = await posted.mails()

    assert (len(before), len(after), len(late)) == (1, 2, 2)
    assert "was cancelled" in str(after)
    assert "The session was cancelled" in shown


@pytest.mark.requirement("F12.4")
async def test_two_answers_of_the_same_words_are_two_messages(posted: Posted) -> None:
    context = posted.pillar.context
    await course(context)
    await soon(context)
    person = await civil_servant(context, "p-1", contact="amina@people.example.org")
    first = await seated(context, person)
    one = await posted.mails()
    await service.cancel(context, by=signed_in(person), enrolment_id=first)
    with clock.fixed(clock.now() + timedelta(minutes=5)):
        await seated(context, person)
        two = await posted.mails()

    assert (len(one), len(two)) == (1, 2)


@pytest.mark.requirement("F12.4")
async def test_a_session_that_moved_is_reminded_of_at_its_new_time(posted: Posted) -> None:
    context = posted.pillar.context
    await course(context)
    kept = await soon(context)
    await seated(context, await civil_servant(context, "p-1", contact="amina@people.example.org"))
    await session(context, starts=kept.starts + timedelta(days=5), ends=kept.ends + timedelta(days=5))

    with clock.fixed(kept.starts - timedelta(hours=47)):
        early = await posted.mails()
    with clock.fixed(kept.starts + timedelta(days=5) - timedelta(hours=47)):
        late = await posted.mails()

    assert ["Soon" in str(early), "Soon" in str(late)] == [False, True]


@pytest.mark.requirement("F10.2")
@pytest.mark.parametrize("erased", [False, True])
async def test_nobody_who_asks_later_passes_those_who_wait(pillar: Learn, erased: bool) -> None:
    await course(pillar.context, "open", track="citizens")
    await session(pillar.context, "s-1", "open", seats=1)
    first, second, third = await staff(pillar.context, 3)
    for person in (first, second):
        await service.enrol(pillar.context, by=signed_in(person), session_id="s-1")
    # The seat is free, and whoever gives free seats to those who wait has not come by yet.
    if erased:
        await people.erase(pillar.context, by=OFFICER, person_id=first.id)
        async with pillar.context.database.transaction() as tx:
            await service.forget(tx, first.id)
    else:
        await session(pillar.context, "s-1", "open", seats=2)
    await service.enrol(pillar.context, by=signed_in(third), session_id="s-1")
    await work(pillar.context)
    after = await states(pillar.context)

    assert (after["p-02"], after["p-03"]) == ("confirmed", "waiting")


@pytest.mark.requirement("F10.2")
async def test_places_of_a_course_that_is_over_stay_as_they_were(pillar: Learn) -> None:
    await course(pillar.context)
    await session(pillar.context)
    first, second = await staff(pillar.context, 2)
    has = await seated(pillar.context, first)
    wants = await service.nominate(pillar.context, by=OFFICER, session_id="s-1", person_id=second.id)
    with clock.fixed(clock.now() + timedelta(days=30)):
        with pytest.raises(NotOpen):
            await service.decide(pillar.context, by=OFFICER, enrolment_id=wants.id, accept=True)
        with pytest.raises(DecidedAlready):
            await service.cancel(pillar.context, by=signed_in(first), enrolment_id=has)
        freed = await service.cancel(pillar.context, by=OFFICER, enrolment_id=has)

    # The training unit may still put right what was wrong.
    assert freed.state == "cancelled"


@pytest.mark.requirement("F12.4")
async def test_everybody_hears_that_a_session_is_off_however_many(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await course(pillar.context, "open", track="citizens")
    await session(pillar.context, "s-1", "open", seats=10)
    for person in await staff(pillar.context, 4):
        await service.enrol(pillar.context, by=signed_in(person), session_id="s-1")
    monkeypatch.setattr(service, "ENROLMENTS_MAX", 3)
    await session(pillar.context, "s-1", "open", seats=10, cancelled=True)
    await service.tell_cancelled(pillar.context, session_id="s-1")
    async with pillar.context.database.reading() as tx:
        told = await tx.fetch("SELECT payload FROM job WHERE kind = :kind", kind=service.TELL)

    assert sum('"off"' in one["payload"] for one in told) == 4

"""Erasing somebody reaches also what others wrote of them, and what they did in that very moment."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest

from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import Forbidden
from govstack.pillars.learn.knowing.communities import service as communities
from govstack.pillars.learn.knowing.communities import store as communities_store
from govstack.pillars.learn.knowing.discussions import service as discussions
from govstack.pillars.learn.knowing.discussions import store as discussions_store
from govstack.pillars.learn.knowing.leading import service as leading
from govstack.pillars.learn.knowing.leading.model import BEGUN
from govstack.pillars.learn.knowing.onboarding import store as onboarding_store
from govstack.pillars.learn.knowing.opportunities import store as opportunities_store
from govstack.pillars.learn.knowing.reviews import service as reviews
from govstack.pillars.learn.knowing.reviews import store as reviews_store
from govstack.pillars.learn.knowing.reviews.model import Decision
from govstack.pillars.learn.knowing.talent import store as talent_store
from govstack.pillars.learn.learning.callers.model import Caller
from govstack.pillars.learn.learning.launches import service as launches
from govstack.pillars.learn.learning.statements import service as statements
from govstack.pillars.learn.learning.xapi.errors import NotAStatement
from govstack.pillars.learn.manifest import FORGETTING
from govstack.pillars.learn.needs.answers import service as answers
from govstack.pillars.learn.needs.campaigns.errors import UnknownCampaign
from govstack.pillars.learn.needs.campaigns.model import Rater
from govstack.pillars.learn.needs.stakeholders.model import STAKEHOLDER
from govstack.pillars.learn.needs.tests import service as tests
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.errors import UnknownPerson
from govstack.pillars.learn.people.model import Tree
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records import store as records_store
from govstack.pillars.learn.records.errors import ChangedMeanwhile
from govstack.pillars.learn.records.service import Draft
from govstack.pillars.learn.response.centres import service as centres
from govstack.pillars.learn.response.centres.model import Centre
from govstack.pillars.learn.response.coaching import service as coaching
from govstack.pillars.learn.response.coaching import store as coaching_store
from govstack.pillars.learn.response.coaching.errors import BadPair
from govstack.pillars.learn.response.coaching.model import CoachingGiven, GoalGiven, NoteGiven
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.response.enrolment.errors import NoSuchPerson
from govstack.pillars.learn.splits import service as splits
from govstack.pillars.learn.splits import store as splits_store
from govstack.pillars.learn.splits.model import Dimension
from tests.builders.campaigns import campaign
from tests.builders.courses import course, session, signed_in, staff
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn
from tests.builders.posted_learning import work
from tests.databases import Databases
from tests.pillars.learn.test_academia import TOPIC
from tests.pillars.learn.test_communities import community, joined
from tests.pillars.learn.test_leading import ITEM, post, promoted


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


async def erase(context: Context, person_id: str) -> None:
    """Erase somebody, and let every room forget them."""
    await people.erase(context, by=OFFICER, person_id=person_id)
    async with context.database.transaction() as tx:
        for forget in FORGETTING:
            await forget(tx, person_id)


async def known(pillar: Learn, subject: str) -> str:
    """Return the id of somebody who signed in."""
    async with pillar.person(subject) as client:
        return str((await client.get(f"{API}/me")).json()["id"])


@pytest.mark.requirement("F25.1")
async def test_the_name_of_who_took_a_topic_goes_with_them(pillar: Learn) -> None:
    async with pillar.officer("learn:advise") as keeper, pillar.person() as amina, pillar.nobody() as nobody:
        await keeper.put(f"{API}/topics/trust", json={"content": TOPIC, "audience": "public"})
        claim = await amina.post(f"{API}/topics/trust/claims", json={"supervisor": "University", "text": "I ask"})
        await keeper.post(f"{API}/proposals/{claim.json()['id']}/grant")
        before = (await nobody.get(f"{API}/topics/trust")).text
        await erase(pillar.context, await known(pillar, "amina"))
        after = (await nobody.get(f"{API}/topics/trust")).text

    assert ("Amina" in before, "Amina" in after) == (True, False)


@pytest.mark.requirement("F19.1")
async def test_a_facilitator_takes_over_what_somebody_owned_who_was_erased_and_no_program_owns_any(
    pillar: Learn,
) -> None:
    await community(pillar)
    for one in ("fatou", "eve"):
        await joined(pillar, one)
        await promoted(pillar, one)
    async with pillar.person("fatou") as client:
        made = (await post(client, "knowledge-items", ITEM)).json()["id"]
    await erase(pillar.context, await known(pillar, "fatou"))
    async with pillar.person("eve") as client:
        changed = await client.put(
            f"{API}/communities/open-data/knowledge-items/{made}", json={"content": {**ITEM, "summary": "New"}}
        )
    program = Actor("application", "program-1", "Program", scopes=frozenset({"learn:facilitate"}))
    with pytest.raises(Forbidden):
        await leading.write(pillar.context, by=program, led=BEGUN, community_id="open-data", draft=Draft(dict(ITEM)))

    assert changed.json()["content"]["owner"] == await known(pillar, "eve")


@pytest.mark.requirement("F11.1")
async def test_an_erased_trainer_is_no_trainer_of_a_centre(pillar: Learn) -> None:
    await civil_servant(pillar.context)
    one = Centre(id="coast", titles={"en": "Coast"}, institution="A", trainers=("p-1",))
    await centres.put(pillar.context, by=OFFICER, centre=one)
    await erase(pillar.context, "p-1")

    assert (await centres.centre(pillar.context, centre_id="coast")).trainers == ()


@pytest.mark.requirement("F1.2")
async def test_nothing_is_entered_about_somebody_who_was_erased(pillar: Learn) -> None:
    await civil_servant(pillar.context)
    await campaign(pillar.context, raters=(Rater.SELF, Rater.EVIDENCE))
    async with pillar.context.database.reading() as tx:
        (member,) = await tx.fetch("SELECT id FROM member WHERE person_id = 'p-1'")
    await erase(pillar.context, "p-1")

    with pytest.raises(UnknownCampaign):
        await answers.asked(pillar.context, by=OFFICER, member_id=member["id"], rater=Rater.EVIDENCE)


@pytest.mark.requirement("F10.1")
async def test_nobody_is_put_forward_who_is_erased_in_that_moment(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await course(pillar.context)
    await session(pillar.context)
    (person,) = await staff(pillar.context, 1)
    tree = people.tree

    async def overtaken(context: Context) -> Tree:
        await erase(context, person.id)
        return await tree(context)

    monkeypatch.setattr(people, "tree", overtaken)
    with pytest.raises(NoSuchPerson):
        await enrolment.nominate(
            pillar.context, by=OFFICER, session_id="s-1", person_id=person.id, needs="Sign language"
        )
    async with pillar.context.database.reading() as tx:
        assert await tx.fetch("SELECT id FROM course_enrolment") == []


async def test_what_was_under_way_when_somebody_was_erased_goes_with_the_second_time(pillar: Learn) -> None:
    await civil_servant(pillar.context, "p-1", number="N-1")
    await tests.give_time(pillar.context, by=OFFICER, person_id="p-1", extra_percent=25)
    await people.erase(pillar.context, by=OFFICER, person_id="p-1")
    await work(pillar.context)
    first = await tests.extra_time(pillar.context, person_id="p-1")
    async with pillar.context.database.transaction() as tx:
        await tests.store.set_time(tx, person_id="p-1", extra_percent=50)
    with clock.fixed(clock.now() + people.UNDER_WAY_MAX + timedelta(minutes=1)):
        await work(pillar.context)
        await work(pillar.context)
        after = await tests.extra_time(pillar.context, person_id="p-1")

    assert (first, after) == (0, 0)


async def test_nothing_begins_about_somebody_who_was_erased(pillar: Learn) -> None:
    await civil_servant(pillar.context, "p-1", number="N-1")
    await erase(pillar.context, "p-1")
    said = {
        "actor": {"account": {"homePage": pillar.context.public_url, "name": "p-1"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/passed"}, "object": {"id": "https://a.test/course"},
    }  # fmt: skip
    async with pillar.officer("learn:plan", "learn:administer") as officer:
        time = await officer.put(f"{API}/people/p-1/test-time", json={"extraPercent": 50})
    with pytest.raises(UnknownPerson):
        await launches.register(pillar.context, by=OFFICER, course_id="any", learner_id="p-1")
    with pytest.raises(NotAStatement):
        await statements.keep(pillar.context, by=Caller(OFFICER), body=json.dumps([said]).encode())

    assert time.status_code == 404


class Meanwhile:
    """Does something else at the moment in which a function of a module is called, and lets it go first if it can."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, act: Awaitable[Any]) -> None:
        self._before, self._act = getattr(module, name), act
        self._task: asyncio.Future[Any] | None = None
        monkeypatch.setattr(module, name, self._called)

    async def _called(self, *given: Any, **more: Any) -> Any:
        if self._task is None:
            self._task = asyncio.ensure_future(self._act)
            await asyncio.wait({self._task}, timeout=0.5)
        return await self._before(*given, **more)

    async def ended(self) -> None:
        """Wait until it is done."""
        assert self._task is not None
        await self._task


async def signed(pillar: Learn, number: int) -> Actor:
    """Return one of the staff as they sign in."""
    return signed_in(await people.person(pillar.context, person_id=f"p-0{number}"))


@pytest.mark.requirement("F8.4")
async def test_nothing_is_noted_of_somebody_who_is_erased_in_that_moment(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await staff(pillar.context, 2)
    coach = await signed(pillar, 1)
    one = await coaching.begin(pillar.context, by=OFFICER, given=CoachingGiven(coach_id="p-01", coachee_id="p-02"))
    meanwhile = Meanwhile(monkeypatch, coaching_store, "add_note", erase(pillar.context, "p-02"))
    note = NoteGiven(day=clock.now().date(), words="Struggles with the tender")
    await coaching.add_note(pillar.context, by=coach, coaching_id=one.id, given=note)
    await meanwhile.ended()
    left = await coaching.read(pillar.context, by=coach, coaching_id=one.id)

    assert (left.notes, left.coaching.ended_at is None) == ([], False)


@pytest.mark.requirement("F8.4")
async def test_no_goal_stays_of_somebody_who_is_erased_while_their_coaching_begins(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await staff(pillar.context, 3)
    meanwhile = Meanwhile(monkeypatch, coaching_store, "add", erase(pillar.context, "p-02"))
    goal = GoalGiven(competency_id="E.7", from_level=1, to_level=2, words="Speak up")
    given = CoachingGiven(coach_id="p-01", coachee_id="p-02", supervisor_id="p-03")
    await coaching.begin(pillar.context, by=OFFICER, given=given, goals=[goal])
    await meanwhile.ended()
    with pytest.raises(BadPair):
        await coaching.begin(pillar.context, by=OFFICER, given=given)
    async with pillar.context.database.reading() as tx:
        assert await tx.fetch("SELECT id FROM coaching_goal") == []


@pytest.mark.requirement("F23.2")
async def test_no_letter_stays_of_somebody_who_is_erased_while_they_write_it(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await community(pillar, kind="working-group")
    amina = await known(pillar, "amina")
    meanwhile = Meanwhile(monkeypatch, onboarding_store, "add", erase(pillar.context, amina))
    letter = {"why": "We build payments", "brings": "Two engineers", "contact": "amina@example.org", "country": "KE"}
    async with pillar.person("amina") as client:
        await client.post(f"{API}/communities/open-data/applications", json=letter)
    await meanwhile.ended()
    async with pillar.context.database.reading() as tx:
        assert await tx.fetch("SELECT id FROM group_application") == []


@pytest.mark.requirement("F20.1")
async def test_nobody_belongs_to_a_community_who_is_erased_while_they_join(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await community(pillar)
    amina = await known(pillar, "amina")
    meanwhile = Meanwhile(monkeypatch, communities_store, "put_member", erase(pillar.context, amina))
    async with pillar.person("amina") as client:
        await client.put(f"{API}/communities/open-data/membership", json={"country": "KE"})
    await meanwhile.ended()

    assert await communities.size(pillar.context, community_id="open-data") == 0


@pytest.mark.requirement("F20.2")
async def test_no_question_and_no_answer_names_somebody_who_is_erased_while_they_write(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await community(pillar)
    ids = {}
    for one in ("amina", "badu"):
        await joined(pillar, one)
        ids[one] = await known(pillar, one)
    asked = Meanwhile(monkeypatch, discussions_store, "ask", erase(pillar.context, ids["amina"]))
    async with pillar.person("amina") as client:
        await client.post(f"{API}/communities/open-data/discussions", json={"title": "Where?", "body": "Where is it?"})
    await asked.ended()
    monkeypatch.undo()
    office = Actor("person", "badu", "Badu")
    (question,) = (await discussions.listed(pillar.context, by=office, community_id="open-data"))[1]
    answered = Meanwhile(monkeypatch, discussions_store, "answer", erase(pillar.context, ids["badu"]))
    async with pillar.person("badu") as client:
        await client.post(f"{API}/discussions/{question.id}/answers", json={"body": "Here"})
    await answered.ended()
    async with pillar.context.database.reading() as tx:
        found = await tx.fetch(
            "SELECT person_id FROM discussion UNION ALL SELECT person_id FROM discussion_answer"
            " UNION ALL SELECT person_id FROM community_act"
        )

    assert {row["person_id"] for row in found} == {None}


@pytest.mark.requirement("F21.1")
async def test_no_words_stay_of_a_reviewer_who_is_erased_while_they_decide(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await civil_servant(pillar.context, "author")
    today = clock.now().date()
    deliverable = {"name": "P", "version": "2.0", "group": "P", "authors": ["author"], "milestone": "M2"}
    content = {
        "deliverable": "payments", "name": "One", "opens": today.isoformat(),
        "closes": (today + timedelta(days=7)).isoformat(),
    }  # fmt: skip
    async with pillar.officer("learn:advise") as client:
        await client.put(f"{API}/deliverables/payments", json={"content": deliverable})
        await client.put(f"{API}/review-rounds/one", json={"content": content})
    amina = Actor("person", "amina", "Amina", scopes=frozenset({"learn:advise"}))
    await reviews.declare(pillar.context, by=amina, round_id="one", conflict="My brother sells it")
    (voice,) = (await reviews.standing(pillar.context, by=amina, round_id="one")).voices
    meanwhile = Meanwhile(monkeypatch, reviews_store, "decide", erase(pillar.context, voice.person_id))
    await reviews.decide(pillar.context, by=amina, round_id="one", decision=Decision.REJECT, comment="I, Amina")
    await meanwhile.ended()
    async with pillar.context.database.reading() as tx:
        left = await tx.fetch("SELECT conflict, comment FROM review_voice")

    assert [(row["conflict"], row["comment"]) for row in left] == [("declared", "")]


@pytest.mark.requirement("F2.4")
async def test_what_was_erased_of_a_stakeholder_is_not_written_back_by_who_archives_or_read_it_before(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    amina = {
        "name": "Amina Kone", "institution": "Ministry", "role": "Director", "group": "sponsors", "interest": "low",
        "influence": "high",
    }  # fmt: skip
    for one in ("one", "two"):
        await records.put(pillar.context, by=OFFICER, kind=STAKEHOLDER, draft=Draft(dict(amina)), record_id=one)
    read = await records.read(pillar.context, by=OFFICER, kind=STAKEHOLDER, record_id="one")
    await records.erase(pillar.context, by=OFFICER, kind=STAKEHOLDER, record_id="one")
    with pytest.raises(ChangedMeanwhile):
        await records.put(
            pillar.context, by=OFFICER, kind=STAKEHOLDER, record_id="one",
            draft=Draft({**read.content, "influence": "low"}, number=read.number),
        )  # fmt: skip
    erased = records.erase(pillar.context, by=OFFICER, kind=STAKEHOLDER, record_id="two")
    meanwhile = Meanwhile(monkeypatch, records_store, "change", erased)
    await records.archive(pillar.context, by=OFFICER, kind=STAKEHOLDER, record_id="two")
    await meanwhile.ended()
    async with pillar.context.database.reading() as tx:
        kept = await tx.fetch(
            "SELECT personal_sealed FROM record WHERE kind = 'stakeholder' UNION ALL"
            " SELECT personal_sealed FROM record_revision WHERE record_id IN ('one', 'two')"
        )

    assert {row["personal_sealed"] for row in kept} == {None}


@pytest.mark.requirement("F22.2")
async def test_nobody_enters_the_talent_archive_who_is_erased_in_that_moment(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile = Meanwhile(monkeypatch, talent_store, "put", erase(pillar.context, await known(pillar, "amina")))
    async with pillar.person("amina") as client:
        await client.put(f"{API}/my/talent-card", json={"languages": []})
    await meanwhile.ended()
    async with pillar.context.database.reading() as tx:
        assert await tx.fetch("SELECT person_id FROM talent_card") == []


@pytest.mark.requirement("F32.2")
async def test_nothing_stays_of_what_somebody_said_of_themselves_who_is_erased_in_that_moment(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    amina = await known(pillar, "amina")
    monkeypatch.setattr(splits, "asked", lambda _context: (Dimension.DISABILITY,))
    meanwhile = Meanwhile(monkeypatch, splits_store, "put", erase(pillar.context, amina))
    await splits.tell(pillar.context, by=OFFICER, said={amina: {Dimension.DISABILITY: "yes"}})
    await meanwhile.ended()
    await splits.tell(pillar.context, by=OFFICER, said={amina: {Dimension.DISABILITY: "yes"}})
    async with pillar.context.database.reading() as tx:
        assert await tx.fetch("SELECT person_id FROM self_description") == []


@pytest.mark.requirement("F20.3")
async def test_no_task_stays_of_somebody_who_is_erased_while_they_take_it_on(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await community(pillar)
    await joined(pillar, "amina")
    meanwhile = Meanwhile(monkeypatch, opportunities_store, "add", erase(pillar.context, await known(pillar, "amina")))
    task = {"number": 1, "role": "Speaker", "effortHours": 2, "dueOn": clock.now().date().isoformat()}
    async with pillar.person("amina") as client:
        await client.post(f"{API}/communities/open-data/contributions", json=task)
    await meanwhile.ended()
    async with pillar.context.database.reading() as tx:
        tasks = await tx.fetch("SELECT person_id FROM contribution")
        acts = await tx.fetch("SELECT person_id FROM community_act WHERE person_id IS NOT NULL")

    assert (tasks, acts) == ([], [])

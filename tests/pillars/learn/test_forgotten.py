"""Erasing somebody reaches also what others wrote of them, and what they did in that very moment."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import Forbidden
from govstack.pillars.learn.knowing.leading import service as leading
from govstack.pillars.learn.knowing.leading.model import BEGUN
from govstack.pillars.learn.learning.callers.model import Caller
from govstack.pillars.learn.learning.launches import service as launches
from govstack.pillars.learn.learning.statements import service as statements
from govstack.pillars.learn.learning.xapi.errors import NotAStatement
from govstack.pillars.learn.manifest import FORGETTING
from govstack.pillars.learn.needs.answers import service as answers
from govstack.pillars.learn.needs.campaigns.errors import UnknownCampaign
from govstack.pillars.learn.needs.campaigns.model import Rater
from govstack.pillars.learn.needs.tests import service as tests
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.errors import UnknownPerson
from govstack.pillars.learn.people.model import Tree
from govstack.pillars.learn.records.service import Draft
from govstack.pillars.learn.response.centres import service as centres
from govstack.pillars.learn.response.centres.model import Centre
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.response.enrolment.errors import NoSuchPerson
from tests.builders.campaigns import campaign
from tests.builders.courses import course, session, staff
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

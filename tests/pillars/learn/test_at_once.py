"""What several people do at the same moment, or one person in two windows: nothing is lost, and nobody gets past."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.pillars.learn.change.evaluation.model import MEL_CHECK
from govstack.pillars.learn.knowing.communities import service as communities
from govstack.pillars.learn.knowing.communities.model import COMMUNITY, MemberRole
from govstack.pillars.learn.knowing.discussions import service as discussions
from govstack.pillars.learn.knowing.discussions.errors import DiscussionClosed
from govstack.pillars.learn.knowing.discussions.model import ASKED_A_DAY_MAX
from govstack.pillars.learn.knowing.gatherings.model import GATHERING
from govstack.pillars.learn.knowing.leading import service as leading
from govstack.pillars.learn.knowing.leading.model import EVENT
from govstack.pillars.learn.knowing.onboarding import service as onboarding
from govstack.pillars.learn.knowing.onboarding.errors import ApplicationStep
from govstack.pillars.learn.knowing.proposals.model import PROPOSED_A_DAY_MAX
from govstack.pillars.learn.needs.answers import service as answers
from govstack.pillars.learn.needs.answers.model import Answer
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records import store as records_store
from govstack.pillars.learn.records.errors import ChangedMeanwhile, Unfit
from govstack.pillars.learn.records.service import Draft
from govstack.pillars.learn.response.centres import service as centres
from govstack.pillars.learn.response.centres.model import Centre
from govstack.pillars.learn.response.paths import service as paths
from tests.builders.campaigns import campaign
from tests.builders.learning import API, OFFICER, Learn, learn, page, send
from tests.databases import Databases
from tests.pillars.learn.test_communities import charter, community, decided, joined
from tests.pillars.learn.test_forgotten import Meanwhile
from tests.pillars.learn.test_leading import event
from tests.pillars.learn.test_onboarding import LETTER
from tests.pillars.learn.test_programmes import PROGRAMME

AMINA = Actor("person", "amina", "Amina")
FACILITATOR = Actor("person", "office", "Office", scopes=frozenset({"learn:facilitate"}))


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


@pytest.mark.requirement("F1.2")
async def test_an_assessment_that_is_begun_in_two_windows_goes_on(pillar: Learn) -> None:
    async with pillar.person("amina") as client:
        await client.get(f"{API}/me")
    await campaign(pillar.context)
    (ask,) = await answers.mine(pillar.context, by=AMINA)
    begun = [await answers.begun(pillar.context, by=AMINA, ask=ask) for _window in range(2)]
    for one, choice in zip(begun, ("basic", "high"), strict=True):
        said = msgspec.structs.replace(one, answers=(Answer(item="plan", choice=choice),))
        await answers.keep_begun(pillar.context, by=AMINA, ask=ask, response=said)
    kept = await answers.begun(pillar.context, by=AMINA, ask=ask)
    async with pillar.browser(subject="amina") as browser:
        shown = await browser.get(f"/assessments/{ask.member.id}/self/1")

    assert [(one.item, one.choice) for one in kept.answers] == [("plan", "high")]
    assert shown.status_code == 200


async def coast(pillar: Learn) -> None:
    """Enter a training centre."""
    await centres.put(pillar.context, by=OFFICER, centre=Centre(id="coast", titles={"en": "Coast"}, institution="A"))


@pytest.mark.requirement("F11.1")
async def test_rooms_that_are_added_to_a_centre_at_once_are_all_there(pillar: Learn) -> None:
    await coast(pillar)
    async with pillar.browser("learn:plan") as browser:
        shown = await page(browser, "/desk/centres/coast")
        sent = await asyncio.gather(
            *(send(browser, shown, "/rooms", room=f"Room {number}", seats="5") for number in range(6))
        )
    kept = await centres.centre(pillar.context, centre_id="coast")

    assert [one.status_code for one in sent] == [303] * 6
    assert sorted(one.name for one in kept.rooms) == [f"Room {number}" for number in range(6)]


@pytest.mark.requirement("F11.3")
async def test_a_catalogue_that_a_centre_sends_several_times_at_once_is_there_once(pillar: Learn) -> None:
    await coast(pillar)
    offered = [{"id": f"o-{number}", "titles": {"en": "Course"}} for number in range(20)]
    async with pillar.officer() as client:
        sent = await asyncio.gather(
            *(client.put(f"{API}/centres/coast/catalogue", json={"offerings": offered}) for _time in range(6))
        )

    assert [one.status_code for one in sent] == [200] * 6
    assert len(await centres.federated(pillar.context)) == 20


@pytest.mark.requirement("F25.1")
async def test_nobody_proposes_more_than_a_day_allows_by_sending_at_once(pillar: Learn) -> None:
    async with pillar.person() as client:
        await client.get(f"{API}/me")
        sent = await asyncio.gather(
            *(
                client.post(f"{API}/proposals", json={"subject": "definition", "name": f"n{number}", "text": "t"})
                for number in range(PROPOSED_A_DAY_MAX + 5)
            )
        )

    assert sum(one.status_code == 201 for one in sent) == PROPOSED_A_DAY_MAX


@pytest.mark.requirement("F18.1")
async def test_whoever_changes_an_event_takes_nothing_away_that_its_closing_wrote_meanwhile(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await community(pillar)
    made = await leading.write(
        pillar.context, by=FACILITATOR, led=EVENT, community_id="open-data", draft=Draft(event())
    )
    put = records.put

    async def overtaken(*given: Any, **more: Any) -> Any:
        now = await records.read(pillar.context, by=FACILITATOR, kind=GATHERING, record_id=made.id)
        draft = Draft({**now.content, "summary": "What was said"}, number=now.number)
        await put(pillar.context, by=FACILITATOR, kind=GATHERING, draft=draft, record_id=made.id)
        return await put(*given, **more)

    monkeypatch.setattr(records, "put", overtaken)
    with pytest.raises(ChangedMeanwhile):
        await leading.write(
            pillar.context, by=FACILITATOR, led=EVENT, community_id="open-data",
            draft=Draft({**event(), "name": "Changed"}), record_id=made.id,
        )  # fmt: skip
    after = await records.read(pillar.context, by=FACILITATOR, kind=GATHERING, record_id=made.id)

    assert after.content["summary"] == "What was said"


@pytest.mark.requirement("F11.5")
async def test_steps_that_are_added_to_a_path_at_once_are_all_there(pillar: Learn) -> None:
    (shipped,) = [one for one in paths.shipped() if one.slots or one.steps][:1]
    async with pillar.browser("learn:plan") as browser:
        form = await page(browser, f"/paths/{shipped.id}/steps/new")
        sent = await asyncio.gather(
            *(
                send(browser, form, "/steps/new", title=f"Step {number}", place=str(len(shipped.steps) + 1))
                for number in range(4)
            )
        )
    kept = await paths.path(pillar.context, path_id=shipped.id)
    titles = [one.titles["en"] for one in kept.steps]

    assert [one.status_code for one in sent] == [303] * 4
    assert sorted(one for one in titles if one.startswith("Step ")) == [f"Step {number}" for number in range(4)]
    assert len(titles) == len(shipped.steps) + 4


@pytest.mark.requirement("F20.1")
async def test_a_community_that_is_full_still_changes_what_its_members_are(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await community(pillar)
    await joined(pillar, "amina")
    monkeypatch.setattr(communities, "MEMBERS_MAX", 1)
    me = (await people.me(pillar.context, by=AMINA)).id
    await communities.appoint(
        pillar.context, by=FACILITATOR, community_id="open-data", person_id=me, role=MemberRole.FACILITATOR
    )
    async with pillar.person("eve") as eve:
        late = await eve.put(f"{API}/communities/open-data/membership", json={})
    kept = await communities.membership(pillar.context, community_id="open-data", person_id=me)

    assert kept is not None
    assert kept.role is MemberRole.FACILITATOR
    assert (late.status_code, late.json()["code"]) == (409, "community-full")


@pytest.mark.requirement("F20.1")
async def test_a_facilitator_who_is_taken_out_while_changing_their_country_leads_no_more(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await community(pillar)
    await joined(pillar, "amina")
    me, there = (await people.me(pillar.context, by=AMINA)).id, {"community_id": "open-data", "person_id": ""}
    there["person_id"] = me
    await communities.appoint(pillar.context, by=FACILITATOR, role=MemberRole.FACILITATOR, **there)
    is_for = communities.is_for

    async def overtaken(context: Context, **more: Any) -> bool:
        await communities.leave(context, by=FACILITATOR, **there)
        return await is_for(context, **more)

    monkeypatch.setattr(communities, "is_for", overtaken)
    await communities.join(pillar.context, by=AMINA, community_id="open-data", country="KE")
    kept = await communities.membership(pillar.context, **there)

    assert kept is not None
    assert kept.role is MemberRole.MEMBER


@pytest.mark.requirement("F23.2")
async def test_whoever_wants_to_join_no_more_is_not_let_in_by_who_invites_in_that_moment(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await community(pillar, kind="working-group")
    async with pillar.person("amina") as client:
        made = (await client.post(f"{API}/communities/open-data/applications", json=LETTER)).json()["id"]
    soon = clock.now() + timedelta(hours=1)
    await onboarding.call(pillar.context, by=FACILITATOR, application_id=made, at=soon, link="https://call.example/1")
    membership = communities.membership

    async def overtaken(context: Context, **more: Any) -> Any:
        await onboarding.withdraw(context, by=AMINA, application_id=made)
        return await membership(context, **more)

    monkeypatch.setattr(communities, "membership", overtaken)
    with clock.fixed(soon + timedelta(hours=1)), pytest.raises(ApplicationStep):
        await onboarding.decide(pillar.context, by=FACILITATOR, application_id=made, invited=True)

    assert await communities.size(pillar.context, community_id="open-data") == 0


@pytest.mark.requirement("F20.2")
async def test_nobody_asks_more_than_a_day_allows_by_sending_at_once(pillar: Learn) -> None:
    await community(pillar)
    await joined(pillar, "amina")
    async with pillar.person("amina") as client:
        question = {"title": "Where?", "body": "Where is it?"}
        sent = await asyncio.gather(
            *(
                client.post(f"{API}/communities/open-data/discussions", json=question)
                for _time in range(ASKED_A_DAY_MAX + 5)
            )
        )

    assert sum(one.status_code == 201 for one in sent) == ASKED_A_DAY_MAX


@pytest.mark.requirement("F20.2")
async def test_a_discussion_that_is_closed_in_that_moment_is_not_answered(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await community(pillar)
    await joined(pillar, "amina")
    asked = await discussions.ask(pillar.context, by=AMINA, community_id="open-data", title="Where?", body="Where?")
    working = communities.working

    async def overtaken(context: Context, **more: Any) -> Any:
        await discussions.close(context, by=FACILITATOR, discussion_id=asked.id, closed=True)
        return await working(context, **more)

    monkeypatch.setattr(communities, "working", overtaken)
    with pytest.raises(DiscussionClosed):
        await discussions.answer(pillar.context, by=AMINA, discussion_id=asked.id, body="Here")


@pytest.mark.requirement("F29.5")
async def test_what_is_said_once_of_a_programme_is_said_once_by_who_send_it_at_once(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pillar.officer("learn:plan") as client:
        made = await client.put(f"{API}/programmes/payments", json={"content": PROGRAMME})
        codes = (await client.get(f"{API}/vocabularies/mel-check")).json()["terms"]
    check = Draft({"programme": "payments", "check": codes[0]["code"], "met": True, "evidence": "A plan"})
    keeper = Actor("person", "keeper", "Keeper", scopes=frozenset({"learn:evaluate"}))
    other = records.put(pillar.context, by=keeper, kind=MEL_CHECK, draft=check)
    meanwhile = Meanwhile(monkeypatch, records_store, "add", other)
    await records.put(pillar.context, by=keeper, kind=MEL_CHECK, draft=check)
    with pytest.raises(Unfit):
        await meanwhile.ended()
    kept = await records.listed(pillar.context, by=keeper, kind=MEL_CHECK)

    assert (made.status_code, len(kept)) == (200, 1)


@pytest.mark.requirement("F20.4")
async def test_a_community_that_somebody_changes_in_that_moment_keeps_no_other_from_its_review(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in ("open-data", "payments"):
        await community(pillar, one)
        await decided(pillar, await charter(pillar, community=one))
    put, first = records.put, []

    async def overtaken(context: Context, **more: Any) -> Any:
        if more.get("tx") is not None and not first:
            first.append(more["record_id"])
            raise ChangedMeanwhile
        return await put(context, **more)

    monkeypatch.setattr(records, "put", overtaken)
    with clock.fixed(clock.now() + timedelta(days=365 + 190)):
        await communities.sweep(pillar.context)
    monkeypatch.undo()
    states = {
        one: (await records.read(pillar.context, by=FACILITATOR, kind=COMMUNITY, record_id=one)).content.get("state")
        for one in ("open-data", "payments")
    }

    assert {state for one, state in states.items() if one not in first} == {"review"}

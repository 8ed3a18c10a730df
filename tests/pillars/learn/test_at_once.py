"""What several people do at the same moment, or one person in two windows: nothing is lost, and nobody gets past."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from govstack.kernel.actor import Actor
from govstack.pillars.learn.knowing.gatherings.model import GATHERING
from govstack.pillars.learn.knowing.leading import service as leading
from govstack.pillars.learn.knowing.leading.model import EVENT
from govstack.pillars.learn.knowing.proposals.model import PROPOSED_A_DAY_MAX
from govstack.pillars.learn.needs.answers import service as answers
from govstack.pillars.learn.needs.answers.model import Answer
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import ChangedMeanwhile
from govstack.pillars.learn.records.service import Draft
from govstack.pillars.learn.response.centres import service as centres
from govstack.pillars.learn.response.centres.model import Centre
from tests.builders.campaigns import campaign
from tests.builders.learning import API, OFFICER, Learn, learn, page, send
from tests.databases import Databases
from tests.pillars.learn.test_communities import community
from tests.pillars.learn.test_leading import event

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

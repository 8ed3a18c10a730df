"""Looking back at who reached what a badge asks for before it was named, and results that are corrected later."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from govstack.kernel import clock
from govstack.kernel.job_runner import JobRunner
from govstack.kernel.jobs import Job
from govstack.pillars.learn.earning import service as earning
from govstack.pillars.learn.earning.model import Link, Place, Source
from govstack.pillars.learn.earning.tasks import SUBSCRIPTIONS
from govstack.pillars.learn.knowing.opportunities import service as opportunities
from govstack.pillars.learn.learning.badges import service as badges
from govstack.pillars.learn.learning.badges.model import State
from govstack.pillars.learn.lookback import model, service, store
from govstack.pillars.learn.manifest import MANIFEST
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.response.attendance import service as attendance
from govstack.pillars.learn.response.attendance.model import Mark, Result
from govstack.pillars.learn.response.enrolment import service as enrolment
from tests.builders import courses
from tests.builders.learning import API, OFFICER, Learn, heard, learn, learn_in_demo, page, send
from tests.databases import Databases
from tests.pillars.learn import test_earning as before

LAW = Place(Source.OFFERING, "law")
ALL = f"{API}/badge-look-backs"


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


async def worked(pillar: Learn) -> None:
    """Let the jobs run that look back."""

    async def look(job: Job) -> None:
        await MANIFEST.tasks[job.kind].handler(pillar.context, job)

    await JobRunner(pillar.context.database, {service.LOOK: look}).run_due()


async def certified(pillar: Learn, *, percent: int, people_count: int, badge: int = 0) -> list[Any]:
    """Hold a session that so many people end with a certificate; a badge that asks for so much is named before it."""
    staff = await before.attended(pillar, percent=percent, people_count=people_count)
    if badge:
        await named(pillar, score_percent=badge)
    await attendance.close(pillar.context, by=OFFICER, session_id="s-1")
    await heard(pillar.context, attendance.CERTIFIED, SUBSCRIPTIONS[attendance.CERTIFIED])
    return staff


async def named(pillar: Learn, place: Place = LAW, badge_id: str = "other", **given: Any) -> None:
    """Name a badge at a place."""
    await before.a_badge(pillar, badge_id, **(given or {"score_percent": 60}))
    await earning.link(pillar.context, by=OFFICER, place=place, one=Link(badge_id))


async def begun(client: httpx.AsyncClient, place: Place = LAW, badge_id: str = "other") -> dict[str, Any]:
    """Begin to look back."""
    answer = await client.post(
        ALL, json={"source": place.kind.value, "sourceId": place.id, "achievementId": badge_id}
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def looked(client: httpx.AsyncClient, look: dict[str, Any]) -> tuple[str, int, int, int, int]:
    """Return how far a look back is."""
    told = (await client.get(f"{ALL}/{look['id']}")).json()
    return told["state"], told["whole"], told["looked"], told["reached"], told["awarded"]


async def decided(client: httpx.AsyncClient, look: dict[str, Any], *, award: bool) -> httpx.Response:
    return await client.put(f"{ALL}/{look['id']}/decision", json={"award": award})


async def had(pillar: Learn) -> list[str]:
    """Return the people who have a badge."""
    return sorted(one.badge.person_id for one in await badges.register(pillar.context) if one.standing is State.ISSUED)


@pytest.mark.requirement("F30.1")
async def test_an_author_learns_how_many_a_badge_would_reach_before_it_is_awarded_to_them(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "LOOKED_AT_ONCE", 2)
    staff = await certified(pillar, percent=80, people_count=5)
    await named(pillar)
    await people.erase(pillar.context, by=OFFICER, person_id=staff[0].id)
    async with pillar.officer() as client:
        look = await begun(client)
        early = await decided(client, look, award=True)
        again = await begun(client)
        await worked(pillar)
        counted, nobody = await looked(client, look), await had(pillar)
        told = [await decided(client, look, award=True) for _time in range(2)]
        await worked(pillar)
        done = await looked(client, look)
        later = await decided(client, look, award=False)

    assert look["state"] == "counting"
    assert again["id"] == look["id"]
    assert (early.status_code, early.json()["code"]) == (409, "look-back-not-so-far")
    assert (counted, nobody) == (("counted", 5, 5, 4, 0), [])
    assert [one.json()["state"] for one in told] == ["awarding", "awarding"]
    assert done == ("done", 5, 5, 4, 4)
    assert await had(pillar) == sorted(one.id for one in staff[1:])
    assert later.json()["code"] == "look-back-not-so-far"


async def test_a_look_back_that_was_killed_goes_on_and_awards_nobody_twice(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "LOOKED_AT_ONCE", 2)
    await certified(pillar, percent=80, people_count=5)
    await named(pillar)
    async with pillar.officer() as client:
        look = await begun(client)
        await worked(pillar)
        await decided(client, look, award=True)
        kept = store.go_on

        async def killed(*given: Any, **more: Any) -> bool:
            if more["before"]:
                raise RuntimeError
            return await kept(*given, **more)

        with monkeypatch.context() as once:
            once.setattr(store, "go_on", killed)
            with pytest.raises(RuntimeError):
                await service.work(pillar.context, look_back_id=look["id"])
        halfway = await looked(client, look)
        await service.work(pillar.context, look_back_id=look["id"])

        assert halfway == ("awarding", 5, 2, 5, 2)
        assert await looked(client, look) == ("done", 5, 5, 5, 5)
    assert len(await badges.register(pillar.context)) == 5


async def test_a_look_back_that_was_stopped_awards_nobody_and_another_can_begin(pillar: Learn) -> None:
    await certified(pillar, percent=80, people_count=2)
    await named(pillar)
    async with pillar.officer() as client:
        look = await begun(client)
        stopped = await decided(client, look, award=False)
        await worked(pillar)
        other = await begun(client)

    assert stopped.json()["state"] == "stopped"
    assert other["id"] != look["id"]
    assert await had(pillar) == []


async def test_a_badge_that_somebody_revoked_does_not_come_back(pillar: Learn) -> None:
    await certified(pillar, percent=80, people_count=2, badge=60)
    one = (await badges.register(pillar.context))[0]
    await badges.change(pillar.context, by=OFFICER, badge_id=one.badge.id, state=State.REVOKED, reason="By mistake")
    async with pillar.officer() as client:
        look = await begun(client)
        await worked(pillar)

        assert await looked(client, look) == ("counted", 2, 2, 0, 0)


async def test_whoever_completed_a_course_before_its_badge_was_named_is_found(databases: Databases) -> None:
    pillar = await learn_in_demo(databases)
    place = Place(Source.COURSE, before.COURSE)
    async with pillar.officer("learn:teach") as client:
        await client.delete(f"{API}/courses/{before.COURSE}/badges/leads-change")
        await before.studied(pillar)
        await before.taken(pillar, right=3)
        await before.complete(pillar)
        nothing = await badges.mine(pillar.context, by=before.LEARNER)
        await client.put(f"{API}/courses/{before.COURSE}/badges/leads-change")
        look = await begun(client, place, "leads-change")
        await worked(pillar)
        counted = await looked(client, look)
        await decided(client, look, award=True)
        await worked(pillar)

    assert nothing == []
    assert counted[0] == "counted"
    assert counted[3] >= 1
    mine = await badges.mine(pillar.context, by=before.LEARNER)
    assert [(one.achievement.id, one.badge.content.score_percent) for one in mine] == [("leads-change", 75)]


async def test_contributions_that_were_confirmed_before_count_when_facilitators_look_back(pillar: Learn) -> None:
    await before.community(pillar)
    await before.contributed(pillar, 1)
    await heard(pillar.context, opportunities.DONE, SUBSCRIPTIONS[opportunities.DONE])
    async with pillar.officer("learn:facilitate") as facilitator, pillar.person() as member:
        await facilitator.put(f"{before.OPEN_DATA}/badges/helper", json={})
        place = Place(Source.COMMUNITY, "open-data")
        refused = await member.post(
            ALL, json={"source": "community", "sourceId": "open-data", "achievementId": "helper"}
        )
        look = await begun(facilitator, place, "helper")
        await worked(pillar)
        counted, nothing = await looked(facilitator, look), await before.mine(pillar)
        await decided(facilitator, look, award=True)
        await worked(pillar)

    assert refused.status_code == 403
    assert (counted, nothing) == (("counted", 1, 1, 1, 0), [])
    assert await before.mine(pillar) == ["helper"]


async def test_only_those_who_look_after_a_place_look_back_and_only_at_what_is_named(pillar: Learn) -> None:
    await certified(pillar, percent=80, people_count=1)
    await named(pillar)
    async with pillar.officer() as unit, pillar.officer("learn:teach") as teacher, pillar.person() as learner:
        look = await begun(unit)
        asked = {"source": "offering", "sourceId": "law", "achievementId": "other"}
        refused = [await one.post(ALL, json=asked) for one in (teacher, learner)]
        refused += [await one.get(f"{ALL}/{look['id']}") for one in (teacher, learner)]
        refused.append(await decided(learner, look, award=True))
        course = await unit.post(ALL, json={**asked, "source": "course"})
        unnamed = await unit.post(ALL, json={**asked, "achievementId": "none"})
        unknown = await unit.get(f"{ALL}/none")

    assert [one.status_code for one in refused] == [403] * 5
    assert (course.status_code, unnamed.json()["code"], unknown.status_code) == (403, "badge-not-named", 404)


async def test_a_page_tells_how_many_it_reaches_and_asks_before_anything_is_awarded(pillar: Learn) -> None:
    await certified(pillar, percent=80, people_count=3)
    await named(pillar)
    async with pillar.browser("learn:plan") as client:
        shown = await page(client, "/desk/offerings/law/badges")
        nothing = await send(client, shown, "/badge-look-backs", named="")
        begun_ = await send(client, shown, "/badge-look-backs", named="other")
        here = "/badge-look-backs/" + begun_.headers["location"].rsplit("/", 1)[1]
        renews = await client.get(here)
        await worked(pillar)
        counted = await page(client, here)
        await send(client, counted, here, act="award")
        await worked(pillar)
        done = await page(client, here + "?lang=ar")

    assert nothing.headers["location"].endswith("/desk/offerings/law/badges")
    assert "refresh" in renews.headers
    assert "It reaches 3 people." in counted
    assert "<form" not in done[done.index("<main") :]
    assert len(await had(pillar)) == 3


@pytest.mark.requirement("F30.1")
async def test_a_result_that_is_corrected_after_the_certificate_earns_what_it_reaches(pillar: Learn) -> None:
    person = (await certified(pillar, percent=70, people_count=1, badge=75))[0]
    seat = (await enrolment.mine(pillar.context, by=courses.signed_in(person)))[0].enrolment.id
    low = await had(pillar)

    await attendance.put_result(pillar.context, by=OFFICER, enrolment_id=seat, result=Result(part=1, percent=80))
    told = await heard(pillar.context, attendance.CORRECTED, SUBSCRIPTIONS[attendance.CORRECTED])

    assert (low, told) == ([], 1)
    assert await before.of(pillar, person) == [("other", 80, 100)]

    await attendance.put_result(pillar.context, by=OFFICER, enrolment_id=seat, result=Result(part=1, percent=10))
    await heard(pillar.context, attendance.CORRECTED, SUBSCRIPTIONS[attendance.CORRECTED])

    assert await had(pillar) == [person.id]


async def test_attendance_that_is_put_right_after_the_certificate_is_told_and_before_it_is_not(pillar: Learn) -> None:
    person = (await certified(pillar, percent=70, people_count=1, badge=60))[0]
    seat = (await enrolment.mine(pillar.context, by=courses.signed_in(person)))[0]
    day = clock.now().date()

    for mark in (Mark.ABSENT, Mark.PRESENT):
        await attendance.note(pillar.context, by=OFFICER, enrolment_id=seat.enrolment.id, day=day, mark=mark)

    assert await heard(pillar.context, attendance.CORRECTED, SUBSCRIPTIONS[attendance.CORRECTED]) == 2


def test_a_state_tells_whether_people_are_looked_at() -> None:
    assert [one for one in model.State if one.works] == [model.State.COUNTING, model.State.AWARDING]
    assert [one for one in model.State if one.over] == [model.State.DONE, model.State.STOPPED]

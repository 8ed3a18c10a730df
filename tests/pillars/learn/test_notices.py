"""What people are told by the messaging block beside their places: answers of helpdesks, and their applications."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from govstack.kernel import clock
from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.notices import service as notices
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.response.materials import service as materials
from tests.builders.learning import API, OFFICER, Learn, civil_servant, page, send
from tests.builders.posted_learning import Posted, posted_on, work
from tests.builders.written_courses import author, published
from tests.databases import Databases
from tests.pillars.learn.test_communities import FACILITATOR, community

AMINA = "amina@people.example.org"
GROUP = "/communities/open-data"
LETTER = {"why": "We build payments", "brings": "Two engineers", "contact": "amina@example.org", "country": "KE"}


@pytest.fixture
async def posted(databases: Databases) -> AsyncIterator[Posted]:
    async with posted_on(databases) as made:
        await materials.install(made.pillar.context)
        await courses.install(made.pillar.context)
        await civil_servant(made.pillar.context, "p-1", number="CS-1", contact=AMINA, language="fr")
        yield made


def amina(pillar: Learn) -> Any:
    """Return the browser of the person who is told."""
    return pillar.browser(subject="amina", person_id="CS-1")


async def asked(posted: Posted) -> str:
    """Ask the helpdesk of a course as the person who is told; return the question."""
    course_id = await published(posted.pillar)
    async with posted.pillar.person("amina", person_id="CS-1") as learner:
        answer = await learner.post(f"{API}/courses/{course_id}/questions", json={"words": "May a colleague sign?"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def answered(posted: Posted, question_id: str) -> None:
    """Answer it as somebody who teaches."""
    async with author(posted.pillar) as client:
        path = f"{API}/course-questions/{question_id}/answer"
        answer = await client.put(path, json={"words": "Whoever led the meeting."})
    assert answer.status_code == 200, answer.text


@pytest.mark.requirement("F33.2", "F12.4")
async def test_whoever_asked_a_helpdesk_is_told_once_that_there_is_an_answer_and_where(posted: Posted) -> None:
    question_id = await asked(posted)
    before = await posted.mails()
    await answered(posted, question_id)
    await answered(posted, question_id)
    (mail,) = await posted.mails()

    assert before == []
    assert AMINA in str(mail)
    assert "Votre question" in str(mail)
    assert "/help" in str(mail)
    assert "colleague" not in str(mail)
    assert "led the meeting" not in str(mail)
    assert "/my/learning" in str(mail)


@pytest.mark.requirement("F33.2", "F12.4")
@pytest.mark.parametrize("why", ["refused", "erased", "no address"])
async def test_nobody_is_told_who_wants_no_messages_was_erased_or_has_no_address(posted: Posted, why: str) -> None:
    context = posted.pillar.context
    question_id = await asked(posted)
    async with amina(posted.pillar) as client:
        if why == "refused":
            await send(client, await page(client, "/my/learning"), "/my/learning/messages", wanted="no")
        elif why == "no address":
            await send(client, await page(client, "/my/details"), "/my/details", contact="", language="en")
    await answered(posted, question_id)
    if why == "erased":
        await people.erase(context, by=OFFICER, person_id="p-1")

    assert await posted.mails() == []


@pytest.mark.requirement("F33.2")
async def test_while_messaging_fails_an_answer_is_told_later(posted: Posted) -> None:
    question_id = await asked(posted)
    await answered(posted, question_id)
    posted.mediator.broken = True
    during = await posted.mails()
    posted.mediator.broken = False
    with clock.fixed(clock.now() + timedelta(minutes=10)):
        after = await posted.mails()

    assert (during, len(after)) == ([], 1)


@pytest.mark.requirement("F23.2", "F12.4")
async def test_whoever_wants_to_join_a_group_is_told_of_the_call_and_of_what_was_decided(posted: Posted) -> None:
    await community(posted.pillar, kind="working-group", name="Payments")
    call = (clock.now() + timedelta(minutes=5)).strftime("%Y-%m-%d %H:%M")
    later = (clock.now() + timedelta(minutes=7)).strftime("%Y-%m-%d %H:%M")
    async with amina(posted.pillar) as client, posted.pillar.browser(*FACILITATOR, subject="office") as office:
        sent = await send(client, await page(client, f"{GROUP}/apply"), "/apply", **LETTER)
        here = sent.headers["location"]
        nothing = await posted.mails()
        for at in (call, later):
            await send(office, await page(office, here), "/call", at=at, link="https://call.example/1")
        called = await posted.mails()
        with clock.fixed(clock.now() + timedelta(minutes=8)):
            await send(office, await page(office, here), "/decision", invited="yes")
            invited = await posted.mails()

    assert nothing == []
    # The call was moved before anybody was told: only the day that holds is told.
    assert len(called) == 1
    assert AMINA in str(called[0])
    assert "Payments" in str(called[0])
    assert "call.example" not in str(called[0])
    assert len(invited) == 2
    assert "group-applications" in str(invited)


@pytest.mark.requirement("F23.2")
async def test_whoever_took_an_application_back_is_told_nothing_and_a_reason_is_read_here_alone(posted: Posted) -> None:
    await community(posted.pillar, kind="working-group", name="Payments")
    call = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%d %H:%M")
    async with amina(posted.pillar) as client, posted.pillar.browser(*FACILITATOR, subject="office") as office:
        here = (await send(client, await page(client, f"{GROUP}/apply"), "/apply", **LETTER)).headers["location"]
        await send(office, await page(office, here), "/call", at=call, link="https://call.example/1")
        await send(client, await page(client, here), "/withdraw")
        withdrawn = await posted.mails()
        again = (await send(client, await page(client, f"{GROUP}/apply"), "/apply", **LETTER)).headers["location"]
        await send(office, await page(office, again), "/decision", invited="no", answer="Too many engineers")
        declined = await posted.mails()

    assert withdrawn == []
    assert len(declined) == 1
    assert "engineers" not in str(declined[0])


@pytest.mark.requirement("F24.1", "F12.4")
@pytest.mark.parametrize("declined", [True, False])
async def test_whoever_proposed_something_is_told_once_that_it_was_decided_on_and_reads_the_rest_here(
    posted: Posted, declined: bool
) -> None:
    given = {"subject": "definition", "name": "Wallet", "text": "Holds credentials", "sources": ["Law 3"]}
    async with posted.pillar.person("amina", person_id="CS-1") as client:
        proposal_id = (await client.post(f"{API}/proposals", json=given)).json()["id"]
    here = f"/proposals/{proposal_id}"
    before = await posted.mails()
    async with posted.pillar.browser("learn:facilitate", subject="office") as office:
        if declined:
            await send(office, await page(office, here), f"{here}/refusal", reason="Too narrow")
        else:
            form = {"term": "Wallet", "text": "Holds credentials", "sources": "Law 3", "audience": "internal"}
            await send(office, await page(office, f"{here}/definitions"), f"{here}/definitions", **form)
    mails = await posted.mails()

    assert before == []
    assert len(mails) == 1
    assert AMINA in str(mails[0])
    assert here in str(mails[0])
    assert "Wallet" not in str(mails[0])
    assert "narrow" not in str(mails[0])


@pytest.mark.requirement("F24.1")
async def test_whoever_was_erased_is_not_told_of_a_proposal(posted: Posted) -> None:
    given = {"subject": "definition", "name": "Wallet", "text": "Holds credentials", "sources": ["Law 3"]}
    async with posted.pillar.person("amina", person_id="CS-1") as client:
        proposal_id = (await client.post(f"{API}/proposals", json=given)).json()["id"]
    async with posted.pillar.browser("learn:facilitate", subject="office") as office:
        path = f"/proposals/{proposal_id}"
        await send(office, await page(office, path), f"{path}/refusal", reason="Too narrow")
    await people.erase(posted.pillar.context, by=OFFICER, person_id="p-1")

    assert await posted.mails() == []


@pytest.mark.requirement("F12.4")
async def test_what_somebody_chose_about_messages_goes_when_they_are_erased(posted: Posted) -> None:
    context = posted.pillar.context
    async with amina(posted.pillar) as client:
        await send(client, await page(client, "/my/learning"), "/my/learning/messages", wanted="no")
    await people.erase(context, by=OFFICER, person_id="p-1")
    await work(context)
    async with context.database.reading() as tx:
        rows = await tx.fetch("SELECT COUNT(*) AS n FROM reminder_refusal")

    assert rows[0]["n"] == 0
    assert await notices.reader(context, person_id="p-1") is None

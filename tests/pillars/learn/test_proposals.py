"""Everybody who signed in proposes; those who keep the records take a proposal up or decline it, and say why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from govstack.kernel import clock
from govstack.pillars.learn.knowing.proposals import service
from govstack.pillars.learn.knowing.proposals.model import PROPOSED_A_DAY_MAX, Said, Subject, filled
from govstack.pillars.learn.manifest import FORGETTING
from tests.builders.learning import API, Learn, learn, page, send
from tests.databases import Databases
from tests.pillars.learn.test_academia import TOPIC

KEEPERS = {
    "insight": "learn:facilitate", "topic": "learn:advise", "nomination": "learn:facilitate",
    "definition": "learn:facilitate",
}  # fmt: skip
PLURALS = {
    "insight": "policy-insights", "topic": "topics", "nomination": "good-nominations", "definition": "definitions",
}  # fmt: skip
WRITTEN: dict[str, dict[str, Any]] = {
    "insight": {
        "name": "Clerks wait", "insight": "They wait a day", "origin": "community", "source": "Forum",
        "themes": ["useful-services"], "document": "strategy", "proposal": "Answer in an hour", "due": "2030-01-01",
    },
    "topic": TOPIC,
    "nomination": {
        "name": "Registry", "block": "Registration", "url": "https://registry.example", "evidence": ["Used in two"],
    },
    "definition": {"term": "Wallet", "text": "Holds credentials", "sources": ["Law 3"]},
}  # fmt: skip


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    pillar = await learn(databases)
    async with pillar.officer("learn:facilitate") as client:
        given = {"name": "Strategy", "body": "Cabinet"}
        assert (await client.put(f"{API}/policy-documents/strategy", json={"content": given})).status_code == 200
    async with pillar.officer("learn:advise") as client:
        given = {"content": TOPIC, "audience": "public"}
        assert (await client.put(f"{API}/topics/trust", json=given)).status_code == 200
    return pillar


async def proposed(client: httpx.AsyncClient, subject: str = "definition", **more: Any) -> str:
    """Propose something; return its id."""
    given = {"subject": subject, "name": "Wallet", "text": "Holds credentials", "sources": ["Law 3"], **more}
    made = await client.post(f"{API}/proposals", json=given)
    assert made.status_code == 201, made.text
    proposal_id: str = made.json()["id"]
    return proposal_id


async def claimed(client: httpx.AsyncClient) -> httpx.Response:
    """Claim the topic."""
    return await client.post(f"{API}/topics/trust/claims", json={"supervisor": "University, Dr Diallo", "text": "Ask"})


@pytest.mark.requirement("F24.1", "F25.1", "F26.1", "F26.2")
@pytest.mark.parametrize("subject", list(KEEPERS))
async def test_whoever_signed_in_proposes_and_sees_that_it_was_taken_up(pillar: Learn, subject: str) -> None:
    async with pillar.person() as amina:
        proposal_id = await proposed(amina, subject)
        path = f"{API}/proposals/{proposal_id}"
        early = await amina.post(f"{path}/{PLURALS[subject]}", json={"content": WRITTEN[subject]})
        me = (await amina.get(f"{API}/me")).json()["id"]
    async with pillar.officer(KEEPERS[subject]) as keeper:
        waiting = (await keeper.get(f"{API}/proposals")).json()["proposals"]
        seen = (await keeper.get(path)).json()
        made = await keeper.post(f"{path}/{PLURALS[subject]}", json={"content": WRITTEN[subject]})
        again = await keeper.post(f"{path}/{PLURALS[subject]}", json={"content": WRITTEN[subject]})
        left = (await keeper.get(f"{API}/proposals")).json()["proposals"]
    async with pillar.person() as amina:
        mine = (await amina.get(f"{API}/me/proposals")).json()["proposals"]

    assert early.status_code == 403
    assert [one["id"] for one in waiting] == [proposal_id]
    assert seen["proposer"] == "Amina"
    assert made.status_code == 201, made.text
    assert made.json()["content"].get("nominator", me) == me
    assert (again.status_code, left) == (409, [])
    assert [(one["state"], one["recordId"]) for one in mine] == [("taken", made.json()["id"])]


@pytest.mark.requirement("F26.2")
async def test_a_proposal_is_declined_with_a_reason_that_whoever_made_it_reads(pillar: Learn) -> None:
    async with pillar.person() as amina, pillar.officer("learn:facilitate") as keeper:
        path = f"{API}/proposals/{await proposed(amina)}"
        silent = await keeper.post(f"{path}/refusal", json={"reason": ""})
        declined = await keeper.post(f"{path}/refusal", json={"reason": "It is in the law"})
        told = (await amina.get(path)).json()

    assert (silent.status_code, declined.status_code) == (400, 204)
    assert (told["state"], told["reason"]) == ("declined", "It is in the law")


@pytest.mark.requirement("F25.1", "F26.1")
async def test_proposals_are_seen_and_decided_on_by_those_who_keep_such_records_alone(pillar: Learn) -> None:
    async with pillar.person() as amina:
        path = f"{API}/proposals/{await proposed(amina)}"
        own_list = await amina.get(f"{API}/proposals")
    async with pillar.person("eve") as eve, pillar.nobody() as nobody, pillar.officer("learn:advise") as adviser:
        refused = [
            (await eve.get(path)).status_code,
            (await eve.post(f"{path}/refusal", json={"reason": "No"})).status_code,
            (await nobody.get(path)).status_code,
            (await nobody.post(f"{API}/proposals", json={"subject": "topic", "name": "a", "text": "b"})).status_code,
            (await adviser.get(path)).status_code,
            (await adviser.post(f"{path}/topics", json={"content": TOPIC})).status_code,
        ]
        theirs = (await adviser.get(f"{API}/proposals")).json()["proposals"]
    async with pillar.bench.person("amina", "learn:facilitate") as herself:
        own = await herself.post(f"{path}/definitions", json={"content": WRITTEN["definition"]})
    async with pillar.officer("learn:facilitate") as keeper:
        other = await keeper.post(f"{path}/policy-insights", json={"content": WRITTEN["insight"]})

    assert own_list.status_code == 403
    assert refused == [404, 404, 401, 401, 404, 404]
    assert theirs == []
    assert (own.status_code, own.json()["code"]) == (403, "own-proposal")
    assert other.status_code == 404


@pytest.mark.requirement("F26.2")
async def test_what_does_not_fit_leaves_the_proposal_waiting(pillar: Learn) -> None:
    async with pillar.person() as amina, pillar.officer("learn:facilitate") as keeper:
        path = f"{API}/proposals/{await proposed(amina)}"
        poor = await keeper.post(f"{path}/definitions", json={"content": {"term": "Wallet"}})
        state = (await amina.get(path)).json()["state"]
        many = (await keeper.get(f"{API}/definitions")).json()["records"]

    assert (poor.status_code, state, many) == (400, "waiting", [])


@pytest.mark.requirement("F24.1")
async def test_a_student_claims_a_topic_once_and_gets_it_from_those_who_keep_it(pillar: Learn) -> None:
    async with pillar.person() as amina, pillar.person("eve") as eve, pillar.officer("learn:advise") as keeper:
        made = await claimed(amina)
        twice = await claimed(amina)
        rival = await claimed(eve)
        seen = (await keeper.get(f"{API}/proposals")).json()["proposals"]
        alone = await eve.post(f"{API}/proposals/{made.json()['id']}/grant")
        given = await keeper.post(f"{API}/proposals/{made.json()['id']}/grant")
        late = await keeper.post(f"{API}/proposals/{rival.json()['id']}/grant")
        later = await claimed(eve)
        topic = (await keeper.get(f"{API}/topics/trust")).json()["content"]
        mine = (await amina.get(f"{API}/me/proposals")).json()["proposals"]

    assert [made.status_code, twice.status_code, rival.status_code] == [201, 409, 201]
    assert [one["aboutId"] for one in seen] == ["trust", "trust"]
    assert [alone.status_code, given.status_code, late.status_code, later.status_code] == [404, 204, 409, 409]
    assert (topic["state"], topic["claimedBy"], topic["supervisor"]) == ("claimed", "Amina", "University, Dr Diallo")
    assert (mine[0]["state"], mine[0]["recordId"]) == ("taken", "trust")


@pytest.mark.requirement("F24.1")
async def test_a_topic_that_is_not_open_to_somebody_cannot_be_claimed_by_them(pillar: Learn) -> None:
    async with pillar.officer("learn:advise") as keeper:
        await keeper.put(f"{API}/topics/trust", json={"content": TOPIC, "audience": "private"})
    async with pillar.person() as amina:
        refused = await claimed(amina)
        odd = await amina.post(f"{API}/proposals", json={"subject": "claim", "name": "a", "text": "b"})

    assert (refused.status_code, odd.status_code) == (404, 400)


@pytest.mark.requirement("F25.1")
async def test_there_is_a_limit_of_proposals_a_day(pillar: Learn) -> None:
    async with pillar.person() as amina:
        for _number in range(PROPOSED_A_DAY_MAX):
            await proposed(amina)
        beyond = await amina.post(f"{API}/proposals", json={"subject": "topic", "name": "a", "text": "b"})

    assert (beyond.status_code, beyond.json()["code"]) == (409, "proposed-enough")


@pytest.mark.requirement("F25.1")
async def test_an_erased_person_leaves_nothing_that_waits_and_no_name_behind(pillar: Learn) -> None:
    async with pillar.person() as amina, pillar.officer("learn:facilitate") as keeper:
        waits, decided = await proposed(amina), await proposed(amina, "insight")
        await keeper.post(f"{API}/proposals/{decided}/refusal", json={"reason": "Known"})
        me = (await amina.get(f"{API}/me")).json()["id"]
        async with pillar.context.database.transaction() as tx:
            for forget in FORGETTING:
                await forget(tx, me)
        gone, stays = await keeper.get(f"{API}/proposals/{waits}"), await keeper.get(f"{API}/proposals/{decided}")
        with clock.fixed(clock.now() + timedelta(days=10)):
            let_go = await service.KEEPING.let_go(pillar.context, clock.now())

    assert gone.status_code == 404
    assert "proposer" not in stays.json()
    assert let_go == 1


def test_a_proposal_fills_the_form_of_the_record_that_it_becomes() -> None:
    said = Said(Subject.NOMINATION, "Registry", "It registers", ["Used in two", "https://registry.example"])

    assert filled(said) == {
        "name": "Registry", "url": "https://registry.example", "evidence": ["It registers", *said.sources],
    }  # fmt: skip
    # Nobody is named in it, so that nobody has to be forgotten there.
    assert "proposedBy" not in filled(Said(Subject.TOPIC, "Trust", "Why?"))


@pytest.mark.requirement("F25.1", "F26.2")
async def test_pages_lead_from_a_proposal_to_what_became_of_it(pillar: Learn) -> None:
    async with pillar.browser() as amina, pillar.browser("learn:facilitate", subject="keeper") as keeper:
        assert "/proposals" in await page(amina, "/community")
        mine = await page(amina, "/proposals")
        assert "You proposed nothing yet." in mine
        assert "/waiting-proposals" not in mine
        form = await page(amina, "/propose/definition")
        poor = await send(amina, form, "/propose/definition", name="", text="x")
        made = await send(amina, form, "/propose/definition", name="Wallet", text="Holds\nall", sources="Law 3\nLaw 4")
        shown = await page(amina, made.headers["location"])
        await page(amina, "/waiting-proposals", status=403)
        await page(amina, "/propose/claim", status=404)
        assert "Decline it" not in shown

        assert "Wallet" in await page(keeper, "/waiting-proposals")
        shown = await page(keeper, made.headers["location"])
        silent = await send(keeper, shown, "/refusal", reason="")
        taking = await page(keeper, f"{made.headers['location']}/definitions")
        empty = await send(keeper, taking, "/definitions", term="Wallet")
        taken = await send(keeper, taking, "/definitions", term="Wallet", text="Holds all", sources="Law 3")
        assert "Wallet" in await page(keeper, taken.headers["location"])
        assert "Nothing waits." in await page(keeper, "/waiting-proposals")
        told = await page(amina, made.headers["location"])

    assert (poor.status_code, silent.status_code, empty.status_code) == (400, 400, 400)
    assert "govuk-error-summary" in empty.text
    assert "Law 4" in taking
    assert "Taken up" in told
    assert "/definitions/" not in told


@pytest.mark.requirement("F24.1")
async def test_pages_let_a_student_take_a_topic(pillar: Learn) -> None:
    async with pillar.browser() as amina, pillar.browser("learn:advise", subject="keeper") as keeper:
        assert "/topics/trust/claim" in await page(amina, "/topics/trust")
        form = await page(amina, "/topics/trust/claim")
        poor = await send(amina, form, "/claim", name="University", text="")
        made = await send(amina, form, "/claim", name="University", text="Until May")
        twice = await send(amina, form, "/claim", name="University", text="Again")
        asked = await page(amina, "/topics/trust/claim")
        shown = await page(keeper, made.headers["location"])
        granted = await send(keeper, shown, "/grant")
        told = await page(amina, made.headers["location"])
        await page(amina, "/topics/trust/claim", status=409)
        assert "/topics/trust/claim" not in await page(amina, "/topics/trust")
        topic = await page(amina, "/topics/trust")

    assert (poor.status_code, twice.status_code, granted.status_code) == (400, 400, 303)
    assert "everybody can read them" in form
    assert "You asked for this topic already" in asked
    assert made.headers["location"] in asked
    assert "Trust in digital payments" in shown
    assert "/topics/trust" in told
    assert "Amina" in topic


@pytest.mark.requirement("F25.1")
async def test_blanks_are_neither_a_proposal_nor_a_reason(pillar: Learn) -> None:
    async with pillar.person() as amina, pillar.officer("learn:facilitate", "learn:advise") as keeper:
        blank = await amina.post(f"{API}/proposals", json={"subject": "definition", "name": "  ", "text": " "})
        said = {"subject": "definition", "name": "Wallet", "text": "Holds"}
        made = (await amina.post(f"{API}/proposals", json=said)).json()["id"]
        refused = await keeper.post(f"{API}/proposals/{made}/refusal", json={"reason": " "})

    assert [blank.status_code, refused.status_code] == [400, 400]


@pytest.mark.requirement("F24.1")
async def test_whoever_asked_for_a_topic_that_somebody_else_gets_is_told_so(pillar: Learn) -> None:
    async with pillar.person() as amina, pillar.person("eve") as eve, pillar.officer("learn:advise") as keeper:
        first, rival = await claimed(amina), await claimed(eve)
        await keeper.post(f"{API}/proposals/{first.json()['id']}/grant")
        left = (await keeper.get(f"{API}/proposals")).json()["proposals"]
        told = (await eve.get(f"{API}/proposals/{rival.json()['id']}")).json()
    async with pillar.context.database.reading() as tx:
        jobs = await tx.fetch("SELECT payload FROM job WHERE kind = 'tell-proposer'")

    assert left == []
    assert (told["state"], told["reason"]) == ("declined", "The topic was given to somebody else.")
    assert len(jobs) == 2


@pytest.mark.requirement("F26.2")
async def test_a_proposal_is_taken_back_while_it_waits_by_whoever_made_it(pillar: Learn) -> None:
    async with pillar.person() as amina, pillar.person("eve") as eve, pillar.officer("learn:facilitate") as keeper:
        one, two = await proposed(amina), await proposed(amina)
        foreign = [await client.delete(f"{API}/proposals/{one}") for client in (eve, keeper)]
        gone = await amina.delete(f"{API}/proposals/{one}")
        await keeper.post(f"{API}/proposals/{two}/refusal", json={"reason": "Known"})
        late = await amina.delete(f"{API}/proposals/{two}")
        async with pillar.browser() as browser:
            three = await proposed(amina)
            shown = await page(browser, f"/proposals/{three}")
            taken = await send(browser, shown, "/withdrawal")
            listed = await page(browser, "/proposals")

    assert [one.status_code for one in foreign] == [404, 404]
    assert (gone.status_code, late.status_code, taken.status_code) == (204, 409, 303)
    assert three not in listed


@pytest.mark.requirement("F26.2", "F24.1")
async def test_those_who_decide_see_how_many_wait_who_proposed_them_and_what_was_said(pillar: Learn) -> None:
    async with pillar.person() as amina:
        nominated = await proposed(amina, "nomination", name="Registry", text="It registers births")
        await claimed(amina)
    async with pillar.browser("learn:facilitate", "learn:advise", subject="keeper") as keeper:
        start = await page(keeper, "/")
        listed = await page(keeper, "/waiting-proposals")
        taking = await page(keeper, f"/proposals/{nominated}/good-nominations")
        shown = await page(keeper, f"/proposals/{nominated}")
        silent = await send(keeper, shown, "/refusal", reason="")
        long = await send(keeper, shown, "/refusal", reason="x" * 2_001)
        await send(keeper, shown, "/refusal", reason="Known")
        twice = await send(keeper, shown, "/refusal", reason="Known here")
    async with pillar.browser() as amina:
        plain = await page(amina, "/")
        form = await page(amina, "/propose/definition")
        poor = await send(amina, form, "/propose/definition", name="x" * 301, text=" ")

    assert "2 proposals wait for you" in start
    assert "wait for you" not in plain
    assert "Amina" in listed
    assert "Trust in digital payments" in listed
    assert "University, Dr Diallo" not in listed
    assert taking.count("It registers births") == 2
    assert "Say why" in silent.text
    assert "Write at most 2000 characters." in long.text.replace(",", "")
    assert (twice.status_code, "It was decided on this proposal already." in twice.text) == (400, True)
    assert "This is too long: write at most 300 characters." in poor.text
    assert "Write something." in poor.text

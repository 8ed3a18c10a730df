"""The playbook: versions and languages, tasks and responsibilities, checklists, feedback that senders follow."""

from __future__ import annotations

import io
import re
from typing import Any

import docx
import pytest

from govstack.kernel.errors import Forbidden
from govstack.pillars.learn.knowing.playbook import service
from govstack.pillars.learn.knowing.playbook.model import book, order
from govstack.pillars.learn.records.model import Record
from tests.builders.learning import API, OFFICER, Learn, learn, page, send
from tests.databases import Databases

FIRST = f"{API}/playbook/0.9.0/digital-strategy"
SAID: dict[str, Any] = {"name": "Amina", "email": "amina@example.org", "text": "The link to the dashboard is broken."}
CHECKLIST = {"name": "Country X", "engagement": "engagement-7", "version": "0.9.0", "language": "en"}


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


def some_page(page: str, version: str, language: str, position: int = 1) -> Record:
    content = {"page": page, "version": version, "language": language, "position": position, "name": page}
    return Record(id=f"{version}.{page}.{language}", kind="playbook-page", number=1, content=content)


@pytest.mark.requirement("F17.1")
async def test_the_playbook_is_read_in_versions_and_languages_without_an_account(pillar: Learn) -> None:
    async with pillar.nobody() as client:
        newest = (await client.get(f"{API}/playbook")).json()
        older = (await client.get(f"{API}/playbook?version=0.9.0&written=fr")).json()
        read = (await client.get(f"{FIRST}?written=fr")).json()
        fallen_back = (await client.get(f"{FIRST}?written=ar")).json()
        unknown = await client.get(f"{API}/playbook/0.9.0/procurement")

    assert (newest["version"], newest["versions"]) == ("1.0.1", ["1.0.1", "0.9.0"])
    assert {one["language"] for one in older["pages"]} == {"fr"}
    assert (read["name"], read["languages"]) == ("Stratégie numérique", ["en", "fr"])
    assert (fallen_back["language"], unknown.json()["code"]) == ("en", "unknown-page")


@pytest.mark.requirement("F1.6")
@pytest.mark.parametrize("language", ["en", "fr"])
async def test_a_page_tells_which_maturity_models_come_along_and_which_are_only_named(
    pillar: Learn, language: str
) -> None:
    async with pillar.nobody() as client:
        read = (await client.get(f"{API}/playbook/0.9.0/maturity-models?written={language}")).json()

    come, named = read["body"].split("\n## ")[1:3]
    assert [
        one for one in ("GovTech", "IMAPS", "Gartner", "CMMI", "COBIT", "ITIL", "Almuftah") if one not in come
    ] == []
    assert [one for one in ("NHS", "UN DESA") if one not in named] == []


@pytest.mark.requirement("F17.1")
async def test_a_page_leads_to_the_page_before_and_after_and_to_other_versions(pillar: Learn) -> None:
    async with pillar.nobody() as client:
        found = (await client.get(f"{API}/playbook/0.9.0/service-prioritisation")).json()
        first = (await client.get(FIRST)).json()

    assert (found["previous"], found["next"]) == ("reference-architecture", "design-and-delivery")
    assert (found["versions"], first["previous"]) == (["1.0.1", "0.9.0"], "")
    assert found["changedAt"]
    assert found["sources"]


@pytest.mark.requirement("F17.4")
async def test_activities_become_tasks_and_a_table_of_responsibilities(pillar: Learn) -> None:
    async with pillar.nobody() as client:
        found = (await client.get(FIRST)).json()

    assert found["tasks"][0]["deliverable"] == "Draft strategy with indicators"
    assert found["raci"][0] == {
        "activity": "Design lines, objectives and indicators",
        "letters": {
            "Digital authority": "R", "Chief information officer": "A", "Ministries": "C", "Users of services": "C",
            "Government": "I",
        },
    }  # fmt: skip
    assert set(found["raci"][0]["letters"]) <= set(found["roles"])


@pytest.mark.requirement("F17.1", "F17.4")
async def test_the_pages_show_contents_page_tasks_and_file(pillar: Learn) -> None:
    async with pillar.nobody() as client:
        contents = await page(client, "/playbook?version=0.9.0")
        shown = await page(client, "/playbook/0.9.0/design-and-delivery")
        french = await page(client, "/playbook/0.9.0/design-and-delivery?written=fr")
        arabic = await page(client, "/playbook/0.9.0/design-and-delivery?written=ar")
        paper = await client.get("/playbook/0.9.0/design-and-delivery/file?format=docx&written=fr")
        pdf = await client.get("/playbook/0.9.0/design-and-delivery/file")
        missing = await client.get("/playbook/9.9/none")
        translated = await page(client, "/playbook/0.9.0/design-and-delivery?lang=es")

    assert "/playbook/0.9.0/capacity-building" in contents
    assert "Prototype with findings of tests" in shown
    assert 'rel="next"' in shown
    assert "Conception et mise en service" in french
    assert "not there in the language" in arabic
    assert "Last change" in shown
    assert "Último cambio" in translated
    assert docx.Document(io.BytesIO(paper.content)).core_properties.language == "fr"
    assert pdf.content.startswith(b"%PDF")
    assert missing.status_code == 404


async def test_a_page_that_is_not_for_everybody_is_read_by_those_who_keep_it(pillar: Learn) -> None:
    content = {
        "name": "Draft", "page": "draft", "version": "2.0", "language": "en", "chapter": "C", "position": 1,
        "body": "Text", "sources": ["Ours"],
    }  # fmt: skip
    async with pillar.officer("learn:teach") as keeper, pillar.nobody() as nobody:
        await keeper.put(f"{API}/playbook-pages/draft", json={"content": content})
        bad = await keeper.put(
            f"{API}/playbook-pages/bad", json={"content": {**content, "page": "A b", "version": "!"}}
        )
        seen = (await keeper.get(f"{API}/playbook/2.0/draft")).status_code
        hidden = (await nobody.get(f"{API}/playbook/2.0/draft")).status_code
        versions = (await nobody.get(f"{API}/playbook")).json()["versions"]

    assert (seen, hidden, set(bad.json()["fields"])) == (200, 404, {"page", "version"})
    assert "2.0" not in versions


async def test_what_a_country_changed_stays_at_the_next_start(pillar: Learn) -> None:
    address = f"{API}/playbook-pages/playbook.0.9.0.digital-strategy.en"
    async with pillar.officer("learn:teach") as keeper:
        before = (await keeper.get(address)).json()["content"]
        await keeper.put(address, json={"content": {**before, "body": "Ours"}, "audience": "public"})
        await service.install(pillar.context)
        after = (await keeper.get(address)).json()

    assert (after["content"]["body"], after["number"]) == ("Ours", 2)


def test_versions_are_in_the_order_of_their_numbers() -> None:
    assert sorted(["0.9.0", "0.10.0", "1.0", "0.9"], key=order) == ["0.9", "0.9.0", "0.10.0", "1.0"]


def test_each_page_stands_once_in_the_language_asked_for_else_in_english_else_in_any() -> None:
    pages = [
        some_page("a", "1", "en"), some_page("a", "1", "fr"), some_page("b", "1", "es", 2),
        some_page("b", "1", "en", 2),
        some_page("c", "1", "ar", 3), some_page("c", "2", "fr", 3),
    ]  # fmt: skip

    found = book(pages, version="1", language="fr")

    assert [(one.content["page"], one.content["language"]) for one in found.pages] == [
        ("a", "fr"), ("b", "en"), ("c", "ar")
    ]  # fmt: skip


@pytest.mark.requirement("F17.2")
async def test_a_sender_follows_their_feedback_by_a_secret_link_and_has_it_erased(pillar: Learn) -> None:
    async with pillar.nobody() as client, pillar.officer("learn:teach") as keeper:
        secret = (await client.post(f"{FIRST}/tickets", json=SAID)).json()["secret"]
        (ticket,) = (await keeper.get(f"{API}/playbook-tickets")).json()["tickets"]
        before = (await client.get(f"{API}/playbook-feedback/{secret}")).json()
        answer = {"state": "done", "answer": "It works again."}
        await keeper.put(f"{API}/playbook-tickets/{ticket['id']}/answer", json=answer)
        after = (await client.get(f"{API}/playbook-feedback/{secret}")).json()
        wrong = await client.get(f"{API}/playbook-feedback/{ticket['id']}")
        erased = await client.delete(f"{API}/playbook-feedback/{secret}")
        (left,) = (await keeper.get(f"{API}/playbook-tickets")).json()["tickets"]
        late = await keeper.put(f"{API}/playbook-tickets/{ticket['id']}/answer", json=answer)

    assert (ticket["page"], ticket["version"], ticket["email"]) == ("digital-strategy", "0.9.0", "amina@example.org")
    assert len(secret) >= 32
    assert (before["state"], after["state"], after["answer"]) == ("new", "done", "It works again.")
    assert wrong.status_code == 404
    assert (erased.status_code, left["state"], left["name"], left["text"]) == (204, "erased", "", "")
    assert late.status_code == 404


@pytest.mark.requirement("F17.2")
async def test_feedback_asks_name_email_and_text_and_notes_the_page_by_itself(pillar: Learn) -> None:
    async with pillar.nobody() as client:
        form = await page(client, "/playbook/0.9.0/digital-strategy/feedback")
        short = await send(client, form, "/feedback", name="", email="nobody", text=" ")
        sent = await send(client, form, "/feedback", **SAID)
        followed = await page(client, sent.headers["location"])
    async with pillar.browser("learn:teach") as keeper:
        listed = await page(keeper, "/playbook-tickets")
        (ticket,) = re.findall(r'/playbook-tickets/([^"]+)"', listed)
        shown = await page(keeper, f"/playbook-tickets/{ticket}")
        silent = await send(keeper, shown, f"/playbook-tickets/{ticket}", state="declined", answer="")
        await send(keeper, shown, f"/playbook-tickets/{ticket}", state="taken", answer="We look at it.")
    async with pillar.nobody() as client:
        answered = await page(client, sent.headers["location"])
        await send(client, answered, "/erase")
        gone = await page(client, sent.headers["location"])

    assert all(text in short.text for text in ("Write your name.", "Write an e-mail", "Write what you want"))
    assert SAID["text"] in followed
    assert "amina@example.org" in shown
    assert "Tell the sender why" in silent.text
    assert "We look at it." in answered
    assert SAID["text"] not in gone


async def test_what_a_sender_said_is_sealed_and_the_secret_is_not_kept(pillar: Learn) -> None:
    async with pillar.nobody() as client:
        secret = (await client.post(f"{FIRST}/tickets", json=SAID)).json()["secret"]
        short = await client.post(f"{FIRST}/tickets", json={**SAID, "email": "nobody"})
    async with pillar.context.database.reading() as tx:
        (row,) = await tx.fetch("SELECT said_sealed, secret_digest FROM playbook_ticket")
        audits = await tx.fetch("SELECT subject, detail FROM audit_entry")

    assert b"Amina" not in bytes(row["said_sealed"])
    assert row["secret_digest"] != secret
    assert short.status_code == 400
    assert not any("amina" in str(one).lower() for one in audits)


async def test_only_those_who_keep_the_playbook_see_and_answer_feedback(pillar: Learn) -> None:
    async with pillar.person() as client:
        listed = await client.get(f"{API}/playbook-tickets")

    assert listed.status_code == 403
    with pytest.raises(Forbidden):
        await service.tickets(pillar.context, by=OFFICER)


@pytest.mark.requirement("F17.3")
async def test_a_checklist_of_an_engagement_holds_what_is_done_and_what_shows_it(pillar: Learn) -> None:
    steps = f"{API}/playbook-checklists/x/steps"
    async with pillar.officer() as client, pillar.nobody() as nobody:
        await client.put(f"{API}/playbook-checklists/x", json={"content": CHECKLIST})
        start = (await client.get(steps)).json()
        step = start["steps"][0]["activityId"]
        done = (await client.put(f"{steps}/{step}", json={"done": True, "evidence": "Minutes of 3 May"})).json()
        again = (await client.put(f"{steps}/{step}", json={"done": False})).json()
        unknown = await client.put(f"{steps}/none", json={"done": True})
        closed = await nobody.get(steps)

    assert (start["engagement"], start["done"], len(start["steps"])) == ("engagement-7", 0, 17)
    assert (done["done"], done["steps"][0]["evidence"], again["done"]) == (1, "Minutes of 3 May", 0)
    assert (unknown.json()["code"], closed.status_code) == ("unknown-step", 401)


@pytest.mark.requirement("F17.3")
async def test_the_page_of_a_checklist_goes_step_by_step(pillar: Learn) -> None:
    async with pillar.officer() as client:
        await client.put(f"{API}/playbook-checklists/x", json={"content": CHECKLIST})
    step = "playbook.0.9.0.digital-strategy.en.1"
    async with pillar.browser("learn:plan") as browser:
        start = await page(browser, "/playbook-checklists/x/steps")
        await send(browser, start, "/steps", activity=step, done="yes", evidence="Minutes")
        after = await page(browser, "/playbook-checklists/x/steps")
        wrong = await send(browser, start, "/steps", activity="none", done="yes")
        missing = await browser.get("/playbook-checklists/none/steps")

    assert "0 of 17 steps are done" in start
    assert "1 of 17 steps are done" in after
    assert "What shows it: Minutes" in after
    assert "no such step" in wrong.text
    assert missing.status_code == 404

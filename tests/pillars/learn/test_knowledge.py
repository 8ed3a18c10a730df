"""Knowledge: the cycle as data, the gate of a second person, editions that stay, and measured use."""

from __future__ import annotations

import io
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import docx
import msgspec
import pytest

from govstack.kernel import clock, events
from govstack.kernel.actor import Actor
from govstack.kernel.jobs import Job
from govstack.kernel.sheets import MEDIA_TYPES, Format
from govstack.pillars.learn.knowing.knowledge import presenters, service
from govstack.pillars.learn.knowing.knowledge.errors import SecondPersonNeeded
from govstack.pillars.learn.knowing.knowledge.model import in_other_cycle, median_days
from govstack.pillars.learn.manifest import SUBSCRIPTIONS
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.model import Gender, Person
from tests.builders import written_courses
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn, ministry, page, send
from tests.databases import Databases

WRITE = "learn:facilitate"
PROGRAM = Actor("application", "system", "System", scopes=frozenset({WRITE}))
CONTENT = {
    "name": "Payments in a day",
    "type": "lesson",
    "summary": "Three weeks became one day.",
    "body": "# What we did\n\nWe *dropped* two checks.\n\n<script>alert(1)</script> [more](https://gov.test/more)",
    "facets": ["process"],
    "stage": "identify",
    "owner": "p-1",
    "review": "2030-01-01",
    "audience": "public",
    "language": "en",
    "sources": ["Treasury, annual report"],
}
JOURNAL = {
    "type": "experience", "results": "1,200 paid", "timeSaved": "20 days", "satisfaction": "92 %",
    "costBenefit": "3 to 1", "roadmap": "All ministries by June",
}  # fmt: skip


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    made = await learn(databases)
    await ministry(made.context)
    await civil_servant(made.context)
    return made


async def told(pillar: Learn) -> None:
    """Do what the changes that were told so far ask for."""
    done = pillar.context.memory.setdefault("test.told", 0)
    async with pillar.context.database.reading() as tx:
        rows = await tx.fetch(
            "SELECT number, payload FROM job WHERE kind = :kind AND number > :done ORDER BY number",
            kind=events.OUTBOX, done=done,
        )  # fmt: skip
    pillar.context.memory["test.told"] = max([done, *(row["number"] for row in rows)])
    for row in rows:
        event = events.Event(**msgspec.json.decode(row["payload"]))
        if event.type in SUBSCRIPTIONS:
            job = Job(event.id, events.subscription(event.type), asdict(event), 1, clock.timestamp())
            await SUBSCRIPTIONS[event.type](pillar.context, job)


async def written(pillar: Learn, item_id: str = "one", subject: str = "author", **changed: Any) -> None:
    """Write an item, or change it."""
    async with pillar.bench.person(subject, WRITE) as client:
        answer = await client.put(f"{API}/knowledge-items/{item_id}", json={"content": {**CONTENT, **changed}})
        assert answer.status_code == 200, answer.text


async def published(pillar: Learn, item_id: str = "one", **changed: Any) -> None:
    """Write an item and publish it."""
    await written(pillar, item_id, **changed)
    async with pillar.bench.person("author", WRITE) as author, pillar.bench.person("editor", WRITE) as editor:
        await author.post(f"{API}/knowledge-items/{item_id}/publishing/proposal")
        answer = await editor.post(f"{API}/knowledge-items/{item_id}/publishing/edition")
        assert answer.status_code == 201, answer.text


@pytest.mark.requirement("F16.1")
@pytest.mark.parametrize("field", ["stage", "owner", "review", "audience", "facets"])
async def test_an_item_without_stage_owner_review_audience_or_facet_is_refused(pillar: Learn, field: str) -> None:
    content = {name: value for name, value in CONTENT.items() if name != field}
    async with pillar.officer(WRITE) as client:
        answer = await client.put(f"{API}/knowledge-items/one", json={"content": content})

    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])


@pytest.mark.requirement("F16.5")
async def test_an_experience_journal_says_results_time_satisfaction_costs_and_roadmap(pillar: Learn) -> None:
    async with pillar.officer(WRITE) as client:
        short = await client.put(f"{API}/knowledge-items/one", json={"content": {**CONTENT, "type": "experience"}})
        whole = await client.put(f"{API}/knowledge-items/one", json={"content": {**CONTENT, **JOURNAL}})

    assert set(short.json()["fields"]) == {"results", "timeSaved", "satisfaction", "costBenefit", "roadmap"}
    assert whole.status_code == 200


@pytest.mark.requirement("F16.4")
async def test_nobody_publishes_what_they_wrote_or_proposed(pillar: Learn) -> None:
    await written(pillar)
    await written(pillar, subject="helper", summary="One day.")
    gate = f"{API}/knowledge-items/one/publishing"
    async with (
        pillar.bench.person("author", WRITE) as author, pillar.bench.person("helper", WRITE) as helper,
        pillar.bench.person("proposer", WRITE) as proposer, pillar.bench.person("editor", WRITE) as editor,
    ):  # fmt: skip
        early = await editor.post(f"{gate}/edition")
        await proposer.post(f"{gate}/proposal")
        refused = [await one.post(f"{gate}/edition") for one in (author, helper, proposer)]
        with pytest.raises(SecondPersonNeeded):
            await service.publish(pillar.context, by=PROGRAM, item_id="one")
        done = await editor.post(f"{gate}/edition")
        again = await editor.post(f"{gate}/edition")

    assert early.json()["code"] == "not-proposed"
    assert {one.json()["code"] for one in refused} == {"second-person-needed"}
    assert (done.status_code, done.json()["edition"]) == (201, 1)
    assert again.status_code == 409


@pytest.mark.requirement("F16.4")
async def test_work_after_publishing_stays_inside_until_it_passes_the_gate_too(pillar: Learn) -> None:
    await published(pillar)
    await written(pillar, summary="Half a day, perhaps.")
    async with pillar.nobody() as client, pillar.bench.person("editor", WRITE) as editor:
        read = (await client.get(f"{API}/library/one")).json()
        inside = await client.get(f"{API}/knowledge-items/one")
        unproposed = await editor.post(f"{API}/knowledge-items/one/publishing/edition")

    assert read["content"]["summary"] == "Three weeks became one day."
    assert (inside.status_code, unproposed.status_code) == (401, 409)


@pytest.mark.requirement("F16.4")
async def test_what_was_changed_after_it_was_proposed_is_not_published(pillar: Learn) -> None:
    await written(pillar)
    async with pillar.bench.person("author", WRITE) as author, pillar.bench.person("editor", WRITE) as editor:
        await author.post(f"{API}/knowledge-items/one/publishing/proposal")
        await written(pillar, summary="Something else.")
        answer = await editor.post(f"{API}/knowledge-items/one/publishing/edition")

    assert answer.json()["code"] == "not-proposed"


@pytest.mark.requirement("F16.1", "F16.4")
async def test_an_edition_is_read_by_its_audience_and_by_nobody_else(pillar: Learn) -> None:
    for audience in ("internal", "partner", "public"):
        await published(pillar, audience, audience=audience)
    inside = Person(id="p-2", name="Bo", number="N-2", gender=Gender.FEMALE, organisation_id="finance")
    await people.put(pillar.context, by=OFFICER, people=[inside])
    seen = {}
    async with pillar.nobody() as nobody, pillar.person("guest") as guest, pillar.person("bo", person_id="N-2") as bo:
        for name, client in (("nobody", nobody), ("guest", guest), ("colleague", bo)):
            listed = (await client.get(f"{API}/library")).json()["editions"]
            read = [(await client.get(f"{API}/library/{one}")).status_code for one in ("internal", "partner", "public")]
            seen[name] = ([one["itemId"] for one in listed], read)

    assert seen["nobody"] == (["public"], [404, 404, 200])
    assert seen["guest"] == (["partner", "public"], [404, 200, 200])
    assert seen["colleague"] == (["internal", "partner", "public"], [200, 200, 200])


@pytest.mark.requirement("F16.2")
async def test_editions_are_kept_under_an_address_that_stays(pillar: Learn) -> None:
    await published(pillar)
    await published(pillar, summary="Now half a day.")
    async with pillar.nobody() as client:
        newest = (await client.get(f"{API}/library/one")).json()
        first = (await client.get(f"{API}/library/one?edition=1")).json()
        missing = await client.get(f"{API}/library/one?edition=3")
        all_of_them = (await client.get(f"{API}/library/one/editions")).json()["editions"]

    assert (newest["edition"], newest["content"]["summary"]) == (2, "Now half a day.")
    assert first["content"]["summary"] == "Three weeks became one day."
    assert missing.status_code == 404
    assert [one["edition"] for one in all_of_them] == [2, 1]


@pytest.mark.requirement("F16.4")
async def test_what_was_withdrawn_is_read_by_nobody_and_can_be_published_again(pillar: Learn) -> None:
    await published(pillar)
    async with pillar.officer(WRITE) as client, pillar.nobody() as nobody:
        done = await client.post(f"{API}/knowledge-items/one/publishing/withdrawal", json={"reason": "Out of date"})
        gone = [(await nobody.get(f"{API}/library/one{end}")).status_code for end in ("", "?edition=1", "/editions")]
        listed = (await nobody.get(f"{API}/library")).json()["editions"]
        await published(pillar, summary="Corrected.")
        back = (await nobody.get(f"{API}/library/one")).json()
        old = await nobody.get(f"{API}/library/one?edition=1")

    assert (done.status_code, gone, listed) == (204, [404, 404, 404], [])
    assert (back["edition"], old.status_code) == (2, 404)


@pytest.mark.requirement("F16.2")
async def test_use_is_counted_once_a_day_and_reader_without_saying_who(pillar: Learn) -> None:
    await published(pillar)
    async with pillar.person("guest") as guest, pillar.person("other") as other, pillar.officer(WRITE) as keeper:
        for client in (guest, guest, other, keeper):
            await client.get(f"{API}/library/one")
        await guest.get("/library/one/file?format=md")
        await guest.get("/library/one/file?format=pdf")
        standing = (await keeper.get(f"{API}/knowledge-items/one/publishing")).json()
    with clock.fixed(clock.now() + timedelta(days=1)):
        async with pillar.person("guest") as guest, pillar.officer(WRITE) as keeper:
            await guest.get(f"{API}/library/one")
            later = (await keeper.get(f"{API}/knowledge-items/one/publishing")).json()
    async with pillar.context.database.reading() as tx:
        salts = await tx.fetch("SELECT day FROM knowledge_salt")
        marks = await tx.fetch("SELECT mark FROM knowledge_use")

    assert (standing["views"], standing["downloads"], later["views"]) == (2, 1, 3)
    assert len(salts) == 1
    assert not any("guest" in row["mark"] or "other" in row["mark"] for row in marks)


@pytest.mark.requirement("F16.2")
async def test_a_citation_counts_while_it_stands(pillar: Learn) -> None:
    await published(pillar)
    cited = {"item": "one", "source": "plan", "cited": "Plan of 2027"}
    async with pillar.officer("learn:plan", WRITE) as client:
        await client.put(f"{API}/knowledge-citations/c", json={"content": cited})
        await told(pillar)
        pillar.context.memory["test.told"] = 0
        await told(pillar)
        during = (await client.get(f"{API}/knowledge-items/one/publishing")).json()["citations"]
        await client.delete(f"{API}/knowledge-citations/c")
        await told(pillar)
        after = (await client.get(f"{API}/knowledge-items/one/publishing")).json()["citations"]

    assert (during, after) == (1, 0)


@pytest.mark.requirement("F16.2")
async def test_whatever_names_the_address_of_an_item_cites_it_while_it_does(pillar: Learn) -> None:
    await published(pillar)

    async def cited() -> int:
        await told(pillar)
        async with pillar.officer(WRITE) as keeper:
            standing = (await keeper.get(f"{API}/knowledge-items/one/publishing")).json()
        return int(standing["citations"])

    plan = {"name": "P", "challenge": "After https://learn.test/library/one and /library/none.", "currency": "usd"}
    decision = {"decision": "D", "context": "As /library/one says.", "reason": "R", "decided": "2026-01-01"}
    async with pillar.officer("learn:plan", "learn:advise") as client:
        none = await cited()
        await client.put(f"{API}/programmes/p", json={"content": plan})
        by_plan = await cited()
        await client.put(f"{API}/decision-records/d", json={"content": decision})
        by_both = await cited()
        await client.put(f"{API}/programmes/p", json={"content": {**plan, "challenge": "Slow"}})
        after = await cited()
        await client.delete(f"{API}/decision-records/d")
        gone = await cited()
    pages = [{"id": "p1", "title": "Why", "body": "Read [how](/library/one) it was done."}]
    await written_courses.published(pillar, pages=pages)

    assert (none, by_plan, by_both, after, gone, await cited()) == (0, 1, 2, 1, 0, 1)


@pytest.mark.requirement("F16.3")
async def test_figures_show_stock_flow_days_to_use_and_what_nobody_used(pillar: Learn) -> None:
    start = clock.now() - timedelta(days=400)
    with clock.fixed(start):
        await published(pillar, "used")
        await written(pillar, "left")
        await written(pillar, "gone")
    with clock.fixed(start + timedelta(days=390)):
        await written(pillar, "used", stage="use")
        async with pillar.person("guest") as guest:
            await guest.get(f"{API}/library/used")
        async with pillar.officer(WRITE) as client:
            await client.delete(f"{API}/knowledge-items/gone")
    await told(pillar)
    async with pillar.officer(WRITE) as client:
        found = (await client.get(f"{API}/knowledge-figures")).json()

    assert found["stock"] == {"identify": 1, "use": 1}
    assert found["figureStock"] == {"acquire": 1, "use": 1}
    assert [(one["stage"], one["items"]) for one in found["flow"]] == [("use", 1)]
    assert (found["daysToUse"], found["usedItems"]) == (390.0, 1)
    assert ([one["itemId"] for one in found["unused"]], found["unusedMonths"]) == (["left"], 12)


@pytest.mark.requirement("F16.3")
async def test_a_country_sets_after_how_many_months_unused_items_are_reviewed(databases: Databases) -> None:
    pillar = await learn(databases, LEARN_KNOWLEDGE_UNUSED_MONTHS="24")
    await civil_servant(pillar.context)
    with clock.fixed(clock.now() - timedelta(days=400)):
        await written(pillar)
    await told(pillar)
    async with pillar.officer(WRITE) as client:
        found = (await client.get(f"{API}/knowledge-figures")).json()

    assert (found["unused"], found["unusedMonths"]) == ([], 24)


def test_a_stage_that_means_two_stages_counts_at_both() -> None:
    assert in_other_cycle({"store": 2, "use": 1, "ours": 4}, {"store": ["capture", "retrieve"], "use": ["use"]}) == {
        "capture": 2, "retrieve": 2, "use": 1
    }  # fmt: skip


def test_without_use_there_is_no_median() -> None:
    assert median_days([]) is None
    assert median_days([("2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z")]) == 2.0


def test_markdown_of_authors_runs_nothing_and_stands_below_the_heading_of_the_page() -> None:
    drawn = presenters.markdown(
        "# One\n\n#### Two\n\n<img src=x onerror=alert(1)> [a](javascript:alert(1)) ![b](https://x.test/p.png)"
    )

    assert "<h2" in drawn
    assert "<h3" in drawn
    assert "<img" not in drawn
    assert 'href="javascript' not in drawn


@pytest.mark.requirement("F16.2", "F16.4")
async def test_the_pages_lead_from_the_gate_to_the_reader(pillar: Learn) -> None:
    await written(pillar, **JOURNAL)
    async with pillar.browser(WRITE, subject="author") as author, pillar.browser(WRITE, subject="editor") as editor:
        start = await page(author, "/knowledge-items/one")
        await send(author, await page(author, "/knowledge-items/one/publishing"), "/propose")
        own = await page(author, "/knowledge-items/one/publishing")
        refused = await editor.get("/knowledge-items/none/publishing")
        await send(editor, await page(editor, "/knowledge-items/one/publishing"), "/publish")
        gate = await page(editor, "/knowledge-items/one/publishing")
        unsaid = await send(editor, gate, "/withdraw", reason=" ")
    async with pillar.nobody() as reader:
        library = await page(reader, "/library")
        shown = await page(reader, "/library/one")
        raw = (await reader.get("/library/one")).text
        paper = await reader.get("/library/one/file?format=docx")
        plain = (await reader.get("/library/one/file?format=md")).text
    async with pillar.browser(WRITE, subject="editor") as editor:
        await send(editor, gate, "/withdraw", reason="Wrong figures")
        gone = await editor.get("/library/one")

    assert "/knowledge-items/one/publishing" in start
    assert "somebody else has to publish it" in own
    assert refused.status_code == 404
    assert "Edition 1 is published" in gate
    assert "Say in a few words why" in unsaid.text
    assert "Payments in a day" in library
    assert "<em>dropped</em>" in shown
    assert "<script>alert" not in raw
    assert "All ministries by June" in shown
    assert "1,200 paid" in "\n".join(one.text for one in docx.Document(io.BytesIO(paper.content)).paragraphs)
    assert plain.startswith("# Payments in a day\n\nThree weeks")
    assert gone.status_code == 404


@pytest.mark.requirement("F16.3")
async def test_the_page_of_figures_draws_both_cycles_in_every_language(pillar: Learn) -> None:
    await written(pillar)
    await told(pillar)
    async with pillar.browser(WRITE) as client:
        shown = await page(client, "/knowledge-figures")
        figure = await page(client, "/knowledge-figures?cycle=figure")
        arabic = await page(client, "/knowledge-figures?cycle=figure&lang=ar")

    assert "Items at each stage" in shown
    assert "Retrieve" in figure
    assert ('lang="ar"' in arabic, "Items at each stage" in arabic) == (True, False)


async def test_the_match_of_the_cycles_is_data_that_a_country_changes(pillar: Learn) -> None:
    async with pillar.officer(WRITE) as client:
        match = {"name": "Store", "stage": "store", "matches": ["capture"]}
        await client.put(f"{API}/knowledge-matches/match-store", json={"content": match})
    await service.install(pillar.context)

    assert (await service.matches(pillar.context))["store"] == ["capture"]


async def test_whoever_does_not_keep_knowledge_sees_neither_gate_nor_figures(pillar: Learn) -> None:
    await written(pillar)
    async with pillar.person() as client, pillar.browser() as browser:
        answers = [
            await client.get(f"{API}/knowledge-figures"), await client.get(f"{API}/knowledge-items/one/publishing"),
            await client.post(f"{API}/knowledge-items/one/publishing/proposal"),
            await browser.get("/knowledge-figures"),
        ]  # fmt: skip

    assert [one.status_code for one in answers] == [403, 403, 403, 403]


async def test_what_is_known_goes_out_as_a_spreadsheet_and_comes_back_unchanged(pillar: Learn) -> None:
    await written(pillar)
    async with pillar.officer("learn:facilitate") as client:
        handed_out = await client.get(f"{API}/knowledge-items/export?format=xlsx")
        taken = await client.post(
            f"{API}/knowledge-items/import",
            content=handed_out.content,
            headers={"content-type": MEDIA_TYPES[Format.XLSX]},
        )

    assert (taken.status_code, taken.json()["written"], taken.json()["rows"]) == (200, 0, []), taken.text
    assert taken.json()["unchanged"] == 1

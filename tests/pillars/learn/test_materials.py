"""Learning material: found before it is made, with its licence, its origin, its links and where it is lacking."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from openpyxl import Workbook

from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.response.materials import service
from govstack.pillars.learn.response.materials.errors import LicenceMissing, NoSelling
from govstack.pillars.learn.response.materials.model import Content
from tests.builders import skills
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn, page, send
from tests.databases import Databases

AUTHOR = Actor("person", "author", "Author", scopes=frozenset({"learn:teach"}))


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    made = await learn(databases)
    await service.install(made.context)
    return made


async def enter(client: httpx.AsyncClient, title: str, *, seen: list[str] | None = None, **more: Any) -> httpx.Response:
    """Enter material that is new here, and comes from elsewhere unless `source` is empty."""
    decision = {"choice": "create", "reason": "Nothing fits", "seen": seen or []}
    content = {"title": title, "licenceId": "CC-BY-4.0", "source": "Another country", **more}
    return await client.post(f"{API}/materials", json={"content": content, "decision": decision})


@pytest.mark.requirement("F13.1")
async def test_an_author_looks_at_what_is_similar_before_creating(pillar: Learn) -> None:
    async with pillar.officer("learn:teach") as client:
        blind = await enter(client, "Choosing the services that come first!")
        seeing = await enter(client, "Choosing the services that come first!", seen=["module-08"])
        history = await client.get(f"{API}/materials/{seeing.json()['id']}/history")

    assert (blind.status_code, blind.json()["code"]) == (409, "similar-material")
    assert blind.json()["similar"][0]["id"] == "module-08"
    assert seeing.status_code == 200
    assert history.json()["decisions"][0]["choice"] == "create"
    assert [one["id"] for one in history.json()["decisions"][0]["found"]] == ["module-08"]


@pytest.mark.requirement("F13.1")
@pytest.mark.parametrize(("title", "found"), [("Procurement", True), ("Public procurement", True), ("To be", False)])
async def test_a_short_title_finds_the_longer_one_that_has_its_words(pillar: Learn, title: str, found: bool) -> None:
    async with pillar.officer("learn:teach") as author:
        await enter(author, "To be or not: an introduction to public procurement")
        told = (await author.post(f"{API}/material-search", json={"title": title})).json()["similar"]

    assert any("public procurement" in one["title"] for one in told) is found


@pytest.mark.requirement("F13.1")
async def test_what_is_not_published_is_found_by_those_who_write_alone(pillar: Learn) -> None:
    async with pillar.officer("learn:teach") as author, pillar.person() as learner:
        await enter(author, "Secret plans of the ministry")
        asked = [
            await one.post(f"{API}/material-search", json={"title": "Secret plans of the ministry"})
            for one in (author, learner)
        ]

    assert [[one["title"] for one in answer.json()["similar"]] for answer in asked] == [
        ["Secret plans of the ministry"], [],
    ]  # fmt: skip


async def test_material_is_looked_after_by_somebody_who_is_there(pillar: Learn) -> None:
    async with pillar.officer("learn:teach") as author:
        refused = await enter(author, "Minutes", ownerId="nobody")
        made = (await enter(author, "Minutes")).json()
        changed = await author.put(f"{API}/materials/{made['id']}", json={"title": "Minutes", "ownerId": "nobody"})

    assert [(one.status_code, one.json()["code"]) for one in (refused, changed)] == [(400, "unknown-owner")] * 2


@pytest.mark.requirement("F13.1")
async def test_a_decision_without_a_reason_is_refused_and_reuse_enters_nothing(pillar: Learn) -> None:
    wanted = {"title": "The first meeting in the country"}
    async with pillar.officer("learn:teach") as client:
        before = (await client.get(f"{API}/materials")).json()["materials"]
        blank = await client.post(
            f"{API}/materials",
            json={
                "content": wanted,
                "decision": {"choice": "reuse", "reason": " ", "of": "module-04", "seen": ["module-04"]},
            },
        )
        reused = await client.post(
            f"{API}/materials",
            json={
                "content": wanted,
                "decision": {"choice": "reuse", "reason": "It fits", "of": "module-04", "seen": ["module-04"]},
            },
        )
        after = (await client.get(f"{API}/materials")).json()["materials"]

    assert blank.json()["code"] == "reason-missing"
    assert reused.json()["id"] == "module-04"
    assert len(before) == len(after)


@pytest.mark.requirement("F13.2")
async def test_material_under_a_non_commercial_licence_stays_out_of_paid_offerings(pillar: Learn) -> None:
    async with pillar.officer("learn:teach") as client:
        paid = await enter(client, "Budgeting for beginners", licenceId="CC-BY-NC-4.0", paid=True)
        free = await enter(client, "Budgeting for beginners", licenceId="CC-BY-NC-4.0")

    assert paid.json()["code"] == "licence-forbids-selling"
    assert await service.usable(pillar.context, material_ids=[free.json()["id"]], paid=False)
    with pytest.raises(NoSelling):
        await service.usable(pillar.context, material_ids=[free.json()["id"]], paid=True)


@pytest.mark.requirement("F13.2")
async def test_material_without_a_licence_is_not_published(pillar: Learn) -> None:
    async with pillar.officer("learn:teach") as client:
        made = await enter(client, "Notes of an unknown author", licenceId=None)
        refused = await client.post(f"{API}/materials/{made.json()['id']}/publish")
        await client.put(f"{API}/materials/{made.json()['id']}", json={"title": "Notes", "licenceId": "MIT"})
        published = await client.post(f"{API}/materials/{made.json()['id']}/publish")
    async with pillar.person() as client:
        seen = await client.get(f"{API}/materials/{made.json()['id']}")

    assert (refused.status_code, refused.json()["code"]) == (409, "licence-missing")
    assert (published.json()["state"], seen.status_code) == ("published", 200)
    with pytest.raises(LicenceMissing):
        await service.change(pillar.context, by=AUTHOR, material_id=made.json()["id"], content=Content(title="Notes"))


@pytest.mark.requirement("F13.2")
@pytest.mark.parametrize(("licence", "status"), [("CC-BY-ND-4.0", 409), ("CC-BY-SA-4.0", 200)])
async def test_only_what_its_licence_lets_change_is_adapted(pillar: Learn, licence: str, status: int) -> None:
    async with pillar.officer("learn:teach") as client:
        made = (await enter(client, "Interviews with citizens", licenceId=licence)).json()["id"]
        decision = {
            "choice": "improve",
            "reason": "French is missing",
            "of": made,
            "seen": [made],
            "changeNotes": "Translated",
        }
        content = {"title": "Interviews with citizens", "language": "fr", "licenceId": "MIT"}
        improved = await client.post(f"{API}/materials", json={"content": content, "decision": decision})

    assert improved.status_code == status
    if status == 200:
        assert improved.json()["licenceId"] == "CC-BY-SA-4.0"
        assert (improved.json()["parentId"], improved.json()["changeNotes"]) == (made, "Translated")
        assert improved.json()["adapterId"]


@pytest.mark.requirement("F13.2")
@pytest.mark.parametrize(
    ("parent", "child", "status"),
    [
        ("CC-BY-NC-4.0", "CC-BY-4.0", 409), ("CC-BY-NC-4.0", "CC-BY-NC-4.0", 200), ("CC-BY-4.0", "CC-BY-NC-4.0", 200),
        ("CC-BY-4.0", "CC0-1.0", 409), ("CC0-1.0", "CC-BY-4.0", 200),
    ],
)  # fmt: skip
async def test_what_is_made_of_material_allows_no_more_than_that_does(
    pillar: Learn, parent: str, child: str, status: int
) -> None:
    async with pillar.officer("learn:teach") as client:
        made = (await enter(client, "Interviews with citizens", licenceId=parent)).json()["id"]
        decision = {
            "choice": "improve", "reason": "French is missing", "of": made, "seen": [made], "changeNotes": "Translated",
        }  # fmt: skip
        content = {"title": "Interviews with citizens", "language": "fr"}
        given = {"content": {**content, "licenceId": child}, "decision": decision}
        improved = await client.post(f"{API}/materials", json=given)
        seen = [made, *([improved.json()["id"]] if improved.status_code == 200 else [])]
        kept = {"content": {**content, "licenceId": parent}, "decision": {**decision, "seen": seen}}
        own = (await client.post(f"{API}/materials", json=kept)).json()["id"]
        changed = await client.put(f"{API}/materials/{own}", json={**content, "licenceId": child})

    assert {improved.status_code, changed.status_code} == {status}
    if status != 200:
        assert {one.json()["code"] for one in (improved, changed)} == {"licence-too-wide"}


@pytest.mark.requirement("F13.2")
async def test_what_shares_alike_keeps_its_licence_when_it_is_changed(pillar: Learn) -> None:
    async with pillar.officer("learn:teach") as client:
        made = (await enter(client, "Interviews with citizens", licenceId="CC-BY-SA-4.0")).json()["id"]
        decision = {
            "choice": "improve", "reason": "French is missing", "of": made, "seen": [made], "changeNotes": "Translated",
        }  # fmt: skip
        given = {"content": {"title": "Entretiens", "licenceId": "CC-BY-SA-4.0"}, "decision": decision}
        own = (await client.post(f"{API}/materials", json=given)).json()["id"]
        changed = await client.put(f"{API}/materials/{own}", json={"title": "Entretiens", "licenceId": "CC-BY-4.0"})

    assert (changed.status_code, changed.json()["code"]) == (409, "licence-too-wide")


@pytest.mark.requirement("F13.3")
async def test_whoever_looks_after_the_original_is_told_and_alone_answers(pillar: Learn) -> None:
    async with pillar.bench.person("owner", "learn:teach") as owner, pillar.officer("learn:teach") as adapter:
        made = (await enter(owner, "Reading a budget")).json()["id"]
        decision = {
            "choice": "improve",
            "reason": "Figures are old",
            "of": made,
            "seen": [made],
            "changeNotes": "New figures",
        }
        child = await adapter.post(
            f"{API}/materials", json={"content": {"title": "Reading a budget"}, "decision": decision}
        )
        told = await adapter.post(
            f"{API}/materials/{child.json()['id']}/notices", json={"words": "Page 3: 12, not 21", "kind": "patch"}
        )
        other = await adapter.post(f"{API}/material-notices/{told.json()['id']}/answer", json={"accepted": True})
        answered = await owner.post(f"{API}/material-notices/{told.json()['id']}/answer", json={"accepted": True})
        nobody = await owner.post(f"{API}/materials/{made}/notices", json={"words": "Hello"})
        history = await owner.get(f"{API}/materials/{made}/history")

    assert (other.status_code, answered.status_code, nobody.json()["code"]) == (404, 204, "nothing-adapted")
    notice = history.json()["notices"][0]
    assert (notice["words"], notice["kind"], notice["state"]) == ("Page 3: 12, not 21", "patch", "accepted")
    assert [one["id"] for one in history.json()["derived"]] == [child.json()["id"]]


async def site(scope: Mapping[str, Any], _receive: Any, send_: Any) -> None:
    """A web site of which one page is gone."""
    status = {"/gone": 404, "/moved": 302}.get(scope["path"], 200)
    headers = [(b"location", b"/gone")] if status == 302 else []
    await send_({"type": "http.response.start", "status": status, "headers": headers})
    await send_({"type": "http.response.body", "body": b"x"})


@pytest.mark.requirement("F13.4")
async def test_links_are_looked_at_and_those_that_lead_nowhere_are_flagged_and_kept(databases: Databases) -> None:
    pillar = await learn(databases, LEARN_LINK_HOSTS="site.test")
    await service.install(pillar.context)
    pillar.bench.network.serve_locally("https://site.test", site)
    async with pillar.officer("learn:teach") as client:
        for title, path in (("Alpha", "there"), ("Bravo", "gone"), ("Charlie", "moved")):
            assert (await enter(client, title, address=f"https://site.test/{path}")).status_code == 200
        await enter(client, "Delta", address="https://elsewhere.test/")

        looked = await service.check_links(pillar.context)
        again = await service.check_links(pillar.context)
        states = {one["title"]: one["linkState"] for one in (await client.get(f"{API}/materials")).json()["materials"]}
        broken = (await client.get(f"{API}/materials", params={"broken": "true"})).json()["materials"]
        with clock.fixed(clock.now() + service.CHECKED_EVERY * 2):
            later = await service.check_links(pillar.context)

    assert (looked, again, later) == (4, 0, 4)
    assert [states[name] for name in ("Alpha", "Bravo", "Charlie", "Delta")] == [
        "works",
        "broken",
        "broken",
        "unchecked",
    ]
    assert {one["title"] for one in broken} == {"Bravo", "Charlie"}


@pytest.mark.requirement("F13.4")
async def test_no_link_is_looked_at_unless_hosts_are_named(pillar: Learn) -> None:
    async with pillar.officer("learn:teach") as client:
        await enter(client, "Alpha", address="https://site.test/there")

    assert await service.check_links(pillar.context) == 0


@pytest.mark.requirement("F13.5")
async def test_the_report_of_gaps_names_topics_without_material_in_a_language(pillar: Learn) -> None:
    async with pillar.officer("learn:plan", "learn:teach") as client:
        made = await enter(
            client, "One government", language="fr", topics=["whole-of-government"], competencies=["E.7"]
        )
        await client.post(f"{API}/materials/{made.json()['id']}/publish")
        await client.put(f"{API}/material-wishes", json={"kind": "competency", "subject": "A.1"})
        found = (await client.get(f"{API}/material-gaps", params={"languages": "en,fr"})).json()["gaps"]
        shown = await client.get(f"{API}/material-gaps", params={"languages": "ar"})

    counts = {(one["subject"], one["language"]): one["count"] for one in found}
    assert (counts["whole-of-government", "fr"], counts["whole-of-government", "en"]) == (1, 0)
    assert (counts["digital infrastructure", "fr"], counts["A.1", "en"], counts["E.7", "fr"]) == (0, 0, 1)
    assert {one["language"] for one in shown.json()["gaps"]} == {"ar", "en", "fr"}


@pytest.mark.requirement("F13.5")
async def test_pages_say_topics_and_competencies_by_their_names(pillar: Learn) -> None:
    async with pillar.officer("learn:plan", "learn:teach") as client:
        named = {"topics": ["contract-management", "Ports"], "competencies": ["E.7", "No code"]}
        made = await enter(client, "Contracts", **named)
        await client.post(f"{API}/materials/{made.json()['id']}/publish")
    async with pillar.browser("learn:plan") as browser:
        shown = [await page(browser, path) for path in (f"/materials/{made.json()['id']}", "/material-gaps")]

    for text in ("Contract management", "Ports", "E.7 Business change management", "No code"):
        assert [text in one for one in shown] == [True, True], text
    assert [">contract-management<" in one for one in shown] == [False, False]


@pytest.mark.requirement("F13.5")
async def test_competencies_that_people_lack_and_wishes_stand_in_the_report(pillar: Learn) -> None:
    await skills.enter(pillar.context, skills.competency("law", titles={"en": "Law of procurement"}))
    await skills.profile(pillar.context, law=3)
    person = await civil_servant(pillar.context, roles=("clerk",))
    await skills.rate(pillar.context, person.id, "law", 1)
    async with pillar.browser("learn:plan") as browser:
        asked = await page(browser, "/material-gaps")
        empty = await send(browser, asked, "/material-gaps", kind="topic", subject=" ")
        await send(browser, await page(browser, "/material-gaps"), "/material-gaps", kind="topic", subject="Water")
        wished = await page(browser, "/material-gaps")
        gone = await send(browser, wished, "/material-gaps/drop", drop="topic/Water")
        after = await page(browser, "/material-gaps")

    assert "Law of procurement" in asked
    assert "Say what material is wanted on" in empty.text
    assert ["topic/Water" in text for text in (asked, wished, after)] == [False, True, False]
    assert gone.status_code == 303


def book(rows: list[list[Any]]) -> bytes:
    """Return a spreadsheet."""
    made, file = Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)  # type: ignore[union-attr]
    made.save(file)
    return file.getvalue()


async def test_a_list_goes_out_and_in_again_and_twice_changes_nothing(pillar: Learn) -> None:
    async with pillar.officer("learn:teach") as client:
        await enter(client, "=1+1 looks like a formula", topics=["a", "b"])
        files = {
            kind: (await client.get(f"{API}/material-list", params={"format": kind})).content
            for kind in ("csv", "xlsx")
        }
        kinds = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
        back = [
            (
                await client.post(f"{API}/material-list", content=files[kind], headers={"content-type": kinds[kind]})
            ).json()
            for kind in files
        ]
        new = book([["title", "language", "topics"], ["Minutes that are read", "en", "writing; meetings"]])
        twice = [
            (await client.post(f"{API}/material-list", content=new, headers={"content-type": kinds["xlsx"]})).json()
            for _ in range(2)
        ]

    assert back == [{"changed": 0, "unchanged": 12}] * 2
    assert twice == [{"changed": 1, "unchanged": 0}, {"changed": 0, "unchanged": 1}]


async def test_rows_that_do_not_fit_are_named_and_nothing_is_taken_in(pillar: Learn) -> None:
    content = b"title,language\r\nFine,en\r\n,en\r\nOdd,not a language\r\n"
    async with pillar.officer("learn:teach") as client:
        refused = await client.post(f"{API}/material-list", content=content, headers={"content-type": "text/csv"})
        unknown = await client.post(
            f"{API}/material-list", content=b"title,colour\r\na,b\r\n", headers={"content-type": "text/csv"}
        )
        titles = {one["title"] for one in (await client.get(f"{API}/materials")).json()["materials"]}

    assert set(refused.json()["fields"]) == {"row 3", "row 4"}
    assert "colour" in unknown.json()["detail"]
    assert "Fine" not in titles


async def test_an_erased_owner_is_taken_away(pillar: Learn) -> None:
    async with pillar.officer("learn:teach", "learn:administer") as client:
        made = (await enter(client, "Alpha")).json()
        await people.erase(pillar.context, by=OFFICER, person_id=made["ownerId"])
        async with pillar.context.database.transaction() as tx:
            await service.forget(tx, made["ownerId"])
        left = await client.get(f"{API}/materials/{made['id']}")

    assert left.json()["ownerId"] is None


@pytest.mark.requirement("F13.1", "F13.3")
async def test_pages_lead_from_the_search_to_material_and_to_its_owner(pillar: Learn) -> None:
    async with pillar.browser("learn:teach", "learn:plan") as client:
        ask = await page(client, "/materials/new")
        shown = await send(
            client, ask, "/materials/new", title="Handing over, and writing down what was learned", language="fr"
        )
        empty = await send(client, shown.text, "/materials/new", choice="improve", reason="")
        details = await send(
            client, shown.text, "/materials/new", choice="improve", reason="French is missing", of="module-10"
        )
        odd = await send(
            client, details.text, "/materials/new", holder="Ministry", reviewed_on="2026-02-31", format="x" * 500
        )
        made = await send(
            client,
            details.text,
            "/materials/new",
            change_notes="Translated",
            licence="Apache-2.0",
            topics="scale, handover",
        )
        one = await page(client, made.headers["location"])
        making = await page(client, made.headers["location"] + "/making")
        words = {"words": "Two colleagues read it in French", "act": "advance", "to": "implementation"}
        await send(client, making, "/stage", **words)
        published = await send(client, one, "/state")
        told = await send(client, one, "/notices", words="I translated it", kind="notice")
        original = await page(client, "/materials/module-10")
        answered = await send(
            client, original, re.findall(r"/materials/module-10/notices/[^\"]+", original)[0], act="accept"
        )
        after = await page(client, "/materials/module-10")
        changed = await page(client, made.headers["location"] + "/change")
        faulty = await send(client, changed, "/change", title="", language="French", address="example.org")
        saved = await send(
            client, changed, "/change", title="Transmettre", language="fr", licence="Apache-2.0",
            reviewed_on="2026-11-21",
        )  # fmt: skip
        fact = await page(client, made.headers["location"])
        lists = [
            await page(client, path) for path in ("/materials", "/material-gaps?languages=fr", "/material-list/new")
        ]
        wrong = await client.get("/materials/none")

    assert (empty.status_code, shown.status_code) == (400, 200)
    assert "module-10" in shown.text
    assert [one.status_code for one in (made, published, told, answered, saved)] == [303] * 5
    assert "I translated it" in after
    # What was typed in the details stays there, and each fault stands at its field.
    assert (odd.status_code, 'value="Ministry"' in odd.text) == (400, True)
    assert re.findall(r'<a href="#([a-z_]+)">', odd.text) == ["format", "reviewed_on"]
    assert faulty.status_code == 400
    assert re.findall(r'<a href="#([a-z_]+)">', faulty.text) == ["title", "address", "language"]
    assert "21 November 2026" in fact
    assert re.search(r'<h1[^>]* lang="fr" dir="auto">', fact)
    assert '<span lang="fr" dir="auto">Transmettre</span>' in lists[0]
    assert "Transmettre" in lists[0]
    assert wrong.status_code == 404

"""Courses that move to another learning site: what goes along, how it is judged there, and what the site is told."""

from __future__ import annotations

import asyncio
import io
import json
import random
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from playwright.sync_api import Page, Request, Route

from govstack.kernel.actor import Actor
from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.learning.launches import service as launches
from govstack.pillars.learn.learning.packages import service as packages
from govstack.pillars.learn.learning.packages.model import Status
from govstack.pillars.learn.needs.items.model import Item, Kind
from govstack.pillars.learn.needs.tests import service as tests
from govstack.pillars.learn.needs.tests.model import Cell, State, scored
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.response.materials import service as materials
from tests.browser import axe, chromium, tab
from tests.builders import testing
from tests.builders.learning import API, Learn, learn, page
from tests.builders.testing import Bloom
from tests.builders.written_courses import QUIZ, published
from tests.databases import Databases
from tests.pillars.learn.serving import served
from tests.pillars.learn.test_structures import entered, taken

LEARNER = Actor("person", "amina", "Amina")
TEST = {"id": "last", "title": "Show it", "kind": "test", "reference": "t-1"}
PAGES = [
    {"id": "one", "title": "Why", "body": "# Why\n\nPeople forget."},
    {"id": "two", "title": "Check", "kind": "quiz", "body": QUIZ},
    TEST,
]
SITE = "https://site.example"
RUNS = 60
# Sets an answer in the form of a question, as somebody who fills it does.
FILL = """([at, kind, given]) => {
  const field = document.querySelectorAll("fieldset")[at];
  if (kind === "text") { field.querySelector("input").value = given[0] || ""; return; }
  field.querySelectorAll("input").forEach(box => { box.checked = given.includes(box.value); });
  field.querySelectorAll("select").forEach(list => {
    const place = given.findIndex(one => one.split(" ")[0] === list.dataset.option);
    list.value = place < 0 ? "" : kind === "order" ? String(place + 1) : given[place].split(" ")[1];
  });
}"""
SEND = "() => document.querySelector('form').dispatchEvent(new Event('submit', {cancelable: true}))"


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await prepared(await learn(databases))


async def prepared(pillar: Learn, **more: Any) -> Learn:
    """Bring what courses need, and a test with a question of each kind."""
    await materials.install(pillar.context)
    await courses.install(pillar.context)
    await testing.bank(
        pillar.context, *(testing.item(f"i-{kind}", kind, feedback={"en": f"On {kind}"}) for kind in Kind)
    )
    await testing.open_test(pillar.context, blueprint=(Cell("A.1", Bloom.KNOWLEDGE, len(Kind)),), **more)
    return pillar


async def items_of(pillar: Learn) -> tuple[Item, ...]:
    """Return the items of the test in their order."""
    return (await tests.forms(pillar.context, test_id="t-1"))[0][1]


async def handed(pillar: Learn, standard: str, pages: Sequence[Mapping[str, Any]] = PAGES) -> bytes:
    """Return a published course as a package."""
    course_id = await published(pillar, pages=list(pages))
    async with pillar.officer("learn:teach") as client:
        return (await client.get(f"{API}/courses/{course_id}/package", params={"standard": standard})).content


def files_of(whole: bytes) -> dict[str, str]:
    """Return the files of a package."""
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.mark.requirement("F14.1")
async def test_a_test_goes_along_with_what_passes_it_and_the_manifest_says_what_the_course_is(pillar: Learn) -> None:
    scorm, cmi5 = files_of(await handed(pillar, "scorm2004")), files_of(await handed(pillar, "cmi5"))
    manifest, structure = Xml.fromstring(scorm["imsmanifest.xml"]), Xml.fromstring(cmi5["cmi5.xml"])
    measures = [one.text for one in manifest.iter("{http://www.imsglobal.org/xsd/imsss}minNormalizedMeasure")]
    titles = [one.text for one in manifest.iter("{http://ltsc.ieee.org/xsd/LOM}string")]
    units = [
        dict(one.attrib) for one in structure.iter("{https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd}au")
    ]

    assert measures == ["0.6"]
    assert titles == ["Writing minutes", "How minutes are written that people read."]
    assert [(one["moveOn"], one.get("masteryScore")) for one in units] == [
        ("Completed", None), ("Completed", None), ("CompletedAndPassed", "0.6"),
    ]  # fmt: skip
    assert all(f"Question i-{kind}?" in scorm["page-003.html"] for kind in Kind)


@pytest.mark.requirement("F14.1")
@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"shows_answers": False}, "does not show what is right"),
        ({"minutes": 10}, "has a time limit"),
        ({"paired": True, "blueprint": (Cell("A.1", Bloom.KNOWLEDGE, 2, 2),)}, "taken before and after learning"),
    ],
)
async def test_a_test_whose_answers_or_time_must_be_kept_stays_a_link_and_its_answers_here(
    databases: Databases, more: dict[str, Any], why: str
) -> None:
    pillar = await learn(databases)
    await materials.install(pillar.context)
    await courses.install(pillar.context)
    await testing.bank(pillar.context, *(testing.item(f"i-{number}", anchor=True) for number in range(4)))
    await testing.open_test(pillar.context, **more)
    work = {"id": "work", "title": "Do it", "kind": "assignment", "body": "Write minutes."}
    course_id = await published(pillar, pages=[*PAGES[:2], work, TEST])
    async with pillar.browser("learn:teach", subject="author") as client:
        shown = await page(client, f"/workshop/{course_id}/handover")
        whole = (await client.get(f"/workshop/{course_id}/package?standard=scorm2004")).content
    async with pillar.browser(subject="learner") as client:
        refused = [await client.get(f"/workshop/{course_id}/{one}") for one in ("handover", "package")]
    files = files_of(whole)

    assert why in shown
    assert "tells the learning site its result" in shown
    assert "The task goes along" in shown
    assert f'href="{pillar.context.public_url}/courses/{course_id}"' in files["page-004.html"]
    assert "Question" not in files["page-004.html"]
    assert "Hand your work in where you take this course" in files["page-003.html"]
    assert "imsss:sequencing" not in files["imsmanifest.xml"]
    assert [one.status_code for one in refused] == [403, 403]


@pytest.mark.requirement("F14.1")
async def test_a_test_that_is_not_open_does_not_leave(pillar: Learn) -> None:
    course_id = await published(pillar, pages=PAGES)
    async with pillar.browser("learn:teach", subject="author") as client:
        before = await page(client, f"/workshop/{course_id}/handover")
        await tests.set_state(pillar.context, by=testing.TEACHER, test_id="t-1", state=State.CLOSED)
        shown = await page(client, f"/workshop/{course_id}/handover")
        whole = (await client.get(f"/workshop/{course_id}/package?standard=scorm2004")).content

    assert "That site says how often the test is taken" in before
    assert "this test is not open" in shown
    assert "Question" not in files_of(whole)["page-003.html"]


@pytest.mark.requirement("F14.1", "F32.1")
async def test_buttons_of_a_package_speak_the_language_of_the_course(pillar: Learn) -> None:
    course_id = await published(pillar, pages=PAGES, language="fr")
    async with pillar.officer("learn:teach") as client:
        whole = (await client.get(f"{API}/courses/{course_id}/package", params={"standard": "cmi5"})).content
    test = files_of(whole)["page-003.html"]

    assert 'lang="fr"' in test
    assert "Vérifier mes réponses" in test
    assert "Réponse A" in test


def answer_to(item: Item, chance: random.Random) -> tuple[str, ...]:
    """Return some answer to an item, right, wrong, in part, or none."""
    ids = [one.id for one in item.options]
    if chance.random() < 0.1:
        return ()
    if item.kind is Kind.TEXT:
        return (chance.choice(["X-Road", " x   ROAD ", "nothing"]),)
    if item.kind is Kind.CHOICE:
        return (chance.choice(ids),)
    if item.kind is Kind.ORDER:
        return tuple(chance.sample(ids, len(ids)))
    if item.kind is Kind.MATCH:
        return tuple(f"{one} {chance.choice(item.targets).id}" for one in ids if chance.random() < 0.8)
    return tuple(one for one in ids if chance.random() < 0.5)


def judged(whole: bytes, runs: Iterable[Sequence[tuple[Kind, tuple[str, ...]]]]) -> tuple[list[float], list[str]]:
    """Answer a test of a package again and again in a browser; return each share, and what axe says of the page."""
    files = files_of(whole)

    def serve(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        kind = {"js": "text/javascript", "css": "text/css"}.get(name.rpartition(".")[2], "text/html")
        route.fulfill(body=files.get(name, ""), content_type=f"{kind}; charset=utf-8")

    shares = []
    with chromium() as browser, tab(browser, size=(360, 740)) as opened:
        opened.route(f"{SITE}/**", serve)
        opened.goto(f"{SITE}/page-003.html")
        opened.evaluate("() => { window.told.judged = result => { window.heard = result.scaled; }; }")
        for run in runs:
            for at, (kind, given) in enumerate(run):
                opened.evaluate(FILL, [at, kind.value, list(given)])
            opened.evaluate(SEND)
            shares.append(float(opened.evaluate("window.heard")))
        return shares, axe(opened)


@pytest.mark.browser
@pytest.mark.requirement("F14.1", "F32.1")
async def test_a_package_judges_answers_as_this_site_does(sqlite_databases: Databases) -> None:
    pillar = await prepared(await learn(sqlite_databases))
    items, whole = await items_of(pillar), await handed(pillar, "scorm2004")
    chance = random.Random(14)
    runs = [tuple((one.kind, answer_to(one, chance)) for one in items) for _run in range(RUNS)]
    wanted = [scored(items, {at: given for at, (_kind, given) in enumerate(run, start=1)}).percent for run in runs]

    shares, found = await asyncio.to_thread(judged, whole, runs)

    assert [round(100 * one, 2) for one in shares] == pytest.approx(wanted, abs=0.01)
    assert len(set(wanted)) > 5
    assert found == []


# Right answers, and what is typed: as long as both sides agree, whatever they make of it.
TYPED = (
    ("Straße", "STRASSE"), ("Straße", "straẞe"), ("5 \u00b5m", "5 \u03bcm"), ("ΟΔΟΣ", "οδοσ"), ("ΟΔΟΣ", "οδος"),
    ("ﬁle", "FILE"), ("two words", "two\u0085words"), ("two words", "two\u001cwords"), ("two words", "two\u00a0words"),
    ("word", "word\ufeff"), ("dili", "dılı"), ("İzmir", "i̇zmir"), ("İzmir", "izmir"), ("ᾳ", "αι"), ("ǅ", "ǆ"),
    ("K", "k"), ("two words", "twowords"),
)  # fmt: skip


@pytest.mark.browser
@pytest.mark.requirement("F14.1")
async def test_a_package_folds_texts_as_this_site_does(sqlite_databases: Databases) -> None:
    pillar = await learn(sqlite_databases)
    await materials.install(pillar.context)
    await courses.install(pillar.context)
    texts = [testing.item(f"i-{at:02}", Kind.TEXT, right=(right,)) for at, (right, _given) in enumerate(TYPED)]
    await testing.bank(pillar.context, *texts)
    await testing.open_test(pillar.context, blueprint=(Cell("A.1", Bloom.KNOWLEDGE, len(TYPED)),))
    items, whole = await items_of(pillar), await handed(pillar, "scorm2004")
    given = {f"i-{at:02}": typed for at, (_right, typed) in enumerate(TYPED)}
    # One answer at a time, so that no two faults make up for each other.
    runs = [[(Kind.TEXT, (given[item.id],) if item is one else ()) for item in items] for one in items]
    wanted = [
        scored(items, {at: answer for at, (_kind, answer) in enumerate(run, start=1)}).percent > 0 for run in runs
    ]

    shares, _found = await asyncio.to_thread(judged, whole, runs)

    assert {one.id: share > 0 for one, share in zip(items, shares, strict=True)} == {
        one.id: right for one, right in zip(items, wanted, strict=True)
    }
    assert {True, False} == set(wanted)


SITE_BEFORE = """() => {
  window.kept = {"cmi.success_status": "passed", "cmi.score.scaled": "1"};
  window.API_1484_11 = {
    Initialize: () => "true", Commit: () => "true", Terminate: () => "true",
    GetValue: name => window.kept[name] || "", SetValue: (name, value) => { window.kept[name] = value; return "true"; },
  };
}"""


def tried_again(whole: bytes) -> dict[str, str]:
    """Send a test without answers where it was passed before; return what the learning site knows after it is left."""
    files = files_of(whole)
    with chromium() as browser, tab(browser) as opened:
        opened.route(f"{SITE}/**", lambda route: route.fulfill(
            body=files.get(route.request.url.rpartition("/")[2], ""),
            content_type=f"text/{'javascript' if route.request.url.endswith('js') else 'html'}; charset=utf-8",
        ))  # fmt: skip
        opened.add_init_script(f"({SITE_BEFORE})()")
        opened.goto(f"{SITE}/page-003.html")
        opened.evaluate(SEND)
        opened.evaluate("() => window.dispatchEvent(new Event('pagehide'))")
        return dict(opened.evaluate("window.kept"))


@pytest.mark.browser
@pytest.mark.requirement("F14.1")
async def test_whoever_passed_by_scorm_has_passed_whatever_they_try_after_that(sqlite_databases: Databases) -> None:
    pillar = await prepared(await learn(sqlite_databases))
    whole = await handed(pillar, "scorm2004")

    kept = await asyncio.to_thread(tried_again, whole)

    assert (kept["cmi.success_status"], kept["cmi.score.scaled"], kept["cmi.exit"]) == ("passed", "1", "normal")
    assert kept["cmi.interactions.0.result"] == "incorrect"


def fill(opened: Page, run: Sequence[tuple[Kind, Sequence[str]]]) -> None:
    """Answer a test and send it."""
    for at, (kind, given) in enumerate(run):
        opened.evaluate(FILL, [at, kind.value, list(given)])
    opened.evaluate(SEND)


def played(address: str, run: Sequence[tuple[Kind, Sequence[str]]]) -> str:
    """Answer a test by SCORM; return what the page says."""
    with chromium() as browser, tab(browser) as opened:
        opened.goto(address)
        with opened.expect_response(lambda answer: "/package-values/" in answer.url):
            fill(opened, run)
        opened.wait_for_timeout(500)
        return str(opened.inner_text("[data-result]"))


@pytest.mark.browser
@pytest.mark.requirement("F14.1")
@pytest.mark.parametrize("right", [True, False])
async def test_the_result_of_a_test_reaches_a_learning_site_by_scorm(
    sqlite_databases: Databases, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int, right: bool
) -> None:
    async with served(sqlite_databases, monkeypatch, unused_tcp_port) as (pillar, origin):
        await prepared(pillar)
        items = await items_of(pillar)
        one = await taken(pillar, await handed(pillar, "scorm2004"))
        place = one.items[2].id
        part = await packages.open_item(pillar.context, by=LEARNER, package_id=one.id, item_id=place)
        run = [(item.kind, item.right if right or item.kind is Kind.CHOICE else ()) for item in items]
        said = await asyncio.to_thread(played, f"{origin}/content/{part.ticket}/page-003.html", run)
        me = await people.me(pillar.context, by=LEARNER)
        (attempt,) = await packages.attempts(pillar.context, package_id=one.id, learner_id=me.id)
        kept = await packages.log(pillar.context, attempt_id=attempt.id)

    values = {one.element: one.value for one, _at in kept}
    answers = [name for name in values if name.endswith(".learner_response")]
    assert said == ("Passed – 100 %" if right else "Not passed – 20 %")
    assert attempt.status is (Status.PASSED if right else Status.FAILED)
    assert attempt.score == pytest.approx(100 if right else 20)
    assert len(answers) == len(items)
    if right:
        assert {values[f"cmi.interactions.{at}.type"] for at in range(5)} == {
            "choice", "fill-in", "matching", "sequencing",
        }  # fmt: skip
        assert {"A[.]X", "B[.]Y"} in [set(values[one].split("[,]")) for one in answers]
        assert "C[,]A[,]B" in {values[one] for one in answers}


def told_by_cmi5(address: str, run: Sequence[tuple[Kind, Sequence[str]]]) -> list[dict[str, Any]]:
    """Answer a test by cmi5; return the statements that were sent, all of which were taken."""
    asked: list[Request] = []
    with chromium() as browser, tab(browser) as opened:
        opened.on("request", lambda one: asked.append(one))  # noqa: PLW0108 (a builtin cannot be listened with)
        opened.goto(address)
        with opened.expect_response(
            lambda one: one.url.endswith("/statements") and "verbs/terminated" in (one.request.post_data or "")
        ):
            fill(opened, run)
        sent = [one for one in asked if one.url.endswith("/statements") and one.method == "POST"]
        refused = [answer.text() for one in sent if (answer := one.response()) is not None and answer.status != 200]
    assert refused == []
    return [json.loads(one.post_data or "{}") for one in sent]


@pytest.mark.browser
@pytest.mark.requirement("F14.1", "F31.1")
@pytest.mark.parametrize("right", [True, False])
async def test_the_result_of_a_test_reaches_a_learning_site_by_cmi5(
    sqlite_databases: Databases, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int, right: bool
) -> None:
    async with served(sqlite_databases, monkeypatch, unused_tcp_port) as (pillar, origin):
        await prepared(pillar)
        items = await items_of(pillar)
        one = await taken(pillar, await handed(pillar, "cmi5"))
        async with pillar.person() as client:
            await entered(client, one.id)
        address = await launches.launch(
            pillar.context, by=LEARNER, course_id=one.id, unit_id="unit-3", back=f"{origin}/back"
        )
        run = [(item.kind, item.right if right else ()) for item in items]
        said = await asyncio.to_thread(told_by_cmi5, address, run)
        registration = (await launches.mine(pillar.context, by=LEARNER))[0].registration
        assert registration is not None
        await launches.follow(pillar.context, registration_id=registration.id)
        _after, parts = await launches.progress(pillar.context, registration_id=registration.id)

    verbs = [one["verb"]["display"]["en"] for one in said]
    result = next(one for one in said if one["verb"]["display"]["en"] in {"passed", "failed"})
    ends = ["passed", "completed", "terminated"] if right else ["failed", "terminated"]
    assert verbs == ["initialized", *(["answered"] * len(items)), *ends]
    assert result["result"]["score"] == {"scaled": 1 if right else 0, "raw": 5 if right else 0, "min": 0, "max": 5}
    assert [(bool(one.passed_at), bool(one.failed_at)) for one in parts if one.part_id == "unit-3"] == [
        (right, not right)
    ]

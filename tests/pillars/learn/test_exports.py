"""Every list goes out whole as CSV, spreadsheet and JSON, to those who may read it and to nobody else."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any, NamedTuple

import openpyxl
import pytest

from govstack.kernel import clock
from govstack.pillars.learn.exports import service
from govstack.pillars.learn.exports.schemas import LISTINGS
from govstack.pillars.learn.learning.achievements import service as achievements
from govstack.pillars.learn.learning.achievements.model import Achievement
from govstack.pillars.learn.needs.campaigns import service as campaigns
from govstack.pillars.learn.needs.campaigns.model import Given
from govstack.pillars.learn.needs.items.model import Bloom
from govstack.pillars.learn.needs.tests import service as tests
from govstack.pillars.learn.needs.tests.model import Cell, Test
from govstack.pillars.learn.response.coaching import service as coaching
from govstack.pillars.learn.response.coaching.model import CoachingGiven
from govstack.pillars.learn.response.materials import service as materials
from govstack.pillars.learn.response.materials.model import Licence
from govstack.pillars.learn.response.trainers import service as trainers
from govstack.pillars.learn.response.trainers.model import CertificationGiven
from govstack.pillars.learn.response.typologies import service as typologies
from govstack.pillars.learn.response.typologies.model import Term as OfferingWord
from govstack.pillars.learn.response.typologies.model import WordKind
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.pillars.learn.vocabularies.model import Term
from tests.builders.campaigns import campaign, today
from tests.builders.courses import course
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn, ministry, page
from tests.builders.skills import competency, enter, profile, rate
from tests.builders.testing import TEACHER
from tests.builders.tools import CARD, LINK, entered
from tests.builders.written_courses import author, published
from tests.databases import Databases

EVIL = "=1+1"
NAMED = {"en": EVIL, "fr": "Un"}
TODAY = clock.now().date()
PLAN, TEACH, ADMINISTER = "learn:plan", "learn:teach", "learn:administer"
ALL = (PLAN, TEACH, ADMINISTER)


class Case(NamedTuple):
    """A list: its file, where it is read and under which name, whose it is ("" whoever signed in), and columns."""

    file: str
    listed: str
    key: str
    scope: str
    columns: tuple[str, ...]
    page: str = ""


SIGNED_IN, PUBLIC, BY_POLICY = "signed in", "public", "by policy"
CASES = (
    Case("organisations", "organisations", "organisations", SIGNED_IN, ("id", "names.en", "names.fr", "kind")),
    Case("people", "people?limit=500", "people", PLAN, ("id", "name", "number", "organisationId", "roles"), "/people"),
    Case("profiles", "profiles?limit=500", "profiles", SIGNED_IN,
         ("id", "names.en", "criticality", "requirements.competencyId", "requirements.level"), "/profiles"),
    Case("gaps/p-1", "people/p-1/gaps", "gaps", BY_POLICY, ("competencyId", "titles.en", "desired", "existing", "gap")),
    Case("campaigns", "campaigns?limit=200", "campaigns", PLAN, ("id", "state", "given.titles.en", "given.opensOn"),
         "/campaigns"),
    Case("tests", "tests", "tests", TEACH, ("id", "titles.en", "blueprint.competencyId", "blueprint.items"), "/tests"),
    Case("paths", "paths", "paths", PUBLIC, ("id", "titles.en", "steps.id", "steps.titles.en"), "/paths"),
    Case("certifications", "certifications", "certifications", PLAN, ("id", "learnerId", "authority", "until"),
         "/desk/trainers"),
    Case("coachings", "coaching-register", "coachings", PLAN, ("id", "coachId", "coacheeId", "createdAt"),
         "/desk/coaching"),
    Case("course-questions", "course-questions", "questions", TEACH, ("id", "courseId", "words", "dueAt", "state"),
         "/helpdesk"),
    Case("licences", "licences", "licences", SIGNED_IN, ("id", "name", "url", "adapting"), "/materials"),
    Case("offering-words", "offering-words", "terms", PUBLIC, ("kind", "id", "titles.en", "retired"), "/desk/types"),
    Case("vocabularies", "vocabularies/of-ours", "terms", PUBLIC, ("vocabulary", "code", "labels.en"), "/desk/types"),
    Case("achievements", "achievements?limit=500", "achievements", SIGNED_IN, ("id", "names.en", "kind", "active"),
         "/achievements"),
    Case("tools", "lti/tools", "tools", ADMINISTER, ("id", "clientId", "card.titles.en", "issuer"), "/tool-register"),
    Case("tool-links", "lti/links", "links", SIGNED_IN, ("id", "card.toolId", "card.titles.en", "card.custom.unit"),
         "/tools"),
    Case("playbook-tickets", "playbook-tickets", "tickets", TEACH, ("id", "page", "text", "state"),
         "/playbook-tickets"),
)  # fmt: skip
CASE = pytest.mark.parametrize("case", CASES, ids=[one.file for one in CASES])


@pytest.fixture
async def pillar(sqlite_databases: Databases) -> Learn:
    """Run the pillar with one thing in each list, with a formula in its words."""
    pillar = await learn(sqlite_databases)
    context = pillar.context
    await ministry(context, "finance")
    await enter(context, competency("a", titles={"en": EVIL}))
    await profile(context, "clerk", a=3)
    await civil_servant(context, "boss", number="N-boss")
    await civil_servant(context, "p-1", name=EVIL, number="N-1", manager_id="boss", roles=("clerk",))
    await rate(context, "p-1", "a", 1)
    spring = await campaign(context)
    plan = Given(titles=NAMED, instrument_id=spring.instrument_id, opens_on=today(0), closes_on=today(9))
    await campaigns.plan(context, by=OFFICER, campaign_id="own", given=plan)
    await course(context)
    given = Test(id="t-1", titles=NAMED, blueprint=(Cell("A.1", Bloom.KNOWLEDGE, 2), Cell("A.2", Bloom.KNOWLEDGE, 1)))
    await tests.put(context, by=TEACHER, test=given)
    certification = CertificationGiven(
        learner_id="p-1", offering_id="law", authority=EVIL, since=TODAY, until=TODAY + timedelta(days=9)
    )
    await trainers.certify(context, by=OFFICER, given=certification)
    await coaching.begin(context, by=OFFICER, given=CoachingGiven(coach_id="boss", coachee_id="p-1"))
    await materials.put_licence(context, by=OFFICER, licence=Licence(id="own", name=EVIL))
    await typologies.put(context, by=OFFICER, term=OfferingWord(kind=WordKind.TRACK, id="own", titles=NAMED))
    await vocabularies.put(context, by=OFFICER, term=Term(vocabulary="of-ours", code="one", labels=NAMED))
    badge = Achievement(id="own", names=NAMED, descriptions=NAMED, criteria=NAMED)
    await achievements.put(context, by=OFFICER, achievement=badge)
    await entered(pillar, {**LINK, "titles": NAMED}, **{**CARD, "titles": NAMED})
    body: dict[str, Any] = {"titles": NAMED, "steps": [{"id": one, "titles": NAMED} for one in ("s-1", "s-2")]}
    course_id = await published(pillar)
    async with pillar.officer() as client, author(pillar) as learner, pillar.nobody() as reader:
        answers = [
            await learner.post(f"{API}/courses/{course_id}/questions", json={"words": EVIL}),
            await client.put(f"{API}/organisations/finance", json={"names": NAMED}),
            await client.put(f"{API}/profiles/writer", json={"names": NAMED}),
            await client.put(f"{API}/paths/own", json=body),
            await reader.post(f"{API}/playbook/0.9.0/digital-strategy/tickets", json={
                "name": "Amina", "email": "amina@example.org", "text": EVIL,
            }),
        ]  # fmt: skip
    assert [one.status_code < 300 for one in answers] == [True] * 5, [one.text for one in answers]
    return pillar


async def table(pillar: Learn, case: Case, kind: str, *, paged: bool = False) -> Any:
    """Return what a file says, from the API or from beside the page: the rows of a table, or what JSON holds."""
    address = f"/exports/{case.file}"
    client = pillar.browser(*ALL) if paged else pillar.officer(*ALL)
    async with client:
        answer = await client.get(address if paged else f"{API}{address}", params={"format": kind})
    assert answer.status_code == 200, answer.text
    assert f'.{kind}"' in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    if kind == "json":
        return answer.json()
    if kind == "csv":
        return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    return [["" if cell is None else cell for cell in row] for row in sheet.iter_rows(values_only=True)]


def test_every_list_that_goes_out_is_in_the_table_of_these_tests() -> None:
    assert [one.name for one in LISTINGS] == [one.file.split("/")[0] for one in CASES]


@CASE
@pytest.mark.requirement("F34.2")
async def test_a_list_goes_out_as_csv_spreadsheet_and_json(pillar: Learn, case: Case) -> None:
    async with pillar.officer(*ALL) as client:
        listed = (await client.get(f"{API}/{case.listed}")).json()[case.key]
    read, sheet, told = [await table(pillar, case, kind) for kind in ("csv", "xlsx", "json")]

    assert listed
    assert [one for one in told if one in listed] == listed
    assert case.file == "vocabularies" or len(told) == len(listed)
    assert set(case.columns) <= set(read[0])
    assert read[0] == list(sheet[0])
    assert len(read) == len(sheet) > len(told) - 1
    assert {len(row) for row in read} == {len(read[0])}
    for rows in (read, sheet):
        cells = [cell for row in rows for cell in row if isinstance(cell, str)]
        assert not [cell for cell in cells if cell.startswith("=")]
        assert (f"'{EVIL}" in cells) == (case.file != "coachings")


@CASE
@pytest.mark.requirement("F34.2")
async def test_the_file_beside_a_page_is_the_one_of_the_api_and_the_page_leads_there(pillar: Learn, case: Case) -> None:
    assert await table(pillar, case, "csv", paged=True) == await table(pillar, case, "csv")
    if case.page:
        async with pillar.browser(*ALL) as client:
            shown = await page(client, case.page)
        for kind in ("csv", "xlsx", "json"):
            assert f'/exports/{case.file}?format={kind}"' in shown


@CASE
@pytest.mark.requirement("F34.2")
async def test_whoever_may_not_read_a_list_is_refused_its_file_alike(pillar: Learn, case: Case) -> None:
    addresses = (case.listed, f"exports/{case.file}?format=xlsx")
    async with pillar.person("stranger") as stranger, pillar.nobody() as nobody:
        answers = [await client.get(f"{API}/{address}") for client in (stranger, nobody) for address in addresses]

    statuses = [one.status_code for one in answers]
    expected = {PUBLIC: [200] * 4, SIGNED_IN: [200, 200, 401, 401]}
    assert statuses[0::2] == statuses[1::2]
    assert statuses == expected.get(case.scope, statuses)
    if case.scope not in expected:
        assert not {200} & set(statuses)
        assert [one.json()["code"] for one in answers[0::2]] == [one.json()["code"] for one in answers[1::2]]


async def test_a_scope_of_another_work_does_not_open_a_list(pillar: Learn) -> None:
    for case in CASES:
        if case.scope in ALL:
            others = [one for one in ALL if one != case.scope]
            async with pillar.officer(*others) as client:
                answer = await client.get(f"{API}/exports/{case.file}")
            assert answer.status_code == 403, case.file


async def test_a_person_and_their_manager_take_gaps_out_and_a_colleague_does_not(pillar: Learn) -> None:
    await civil_servant(pillar.context, "p-2", number="N-2", manager_id="boss")
    statuses = []
    for number in ("N-1", "N-boss", "N-2"):
        async with pillar.person(number, person_id=number) as client:
            await client.get(f"{API}/me")
            statuses.append((await client.get(f"{API}/exports/gaps/p-1")).status_code)
    async with pillar.browser(subject="N-boss", person_id="N-boss") as client:
        shown = await page(client, "/my-team/p-1")

    assert statuses[:2] == [200, 200]
    assert statuses[2] in {403, 404}
    assert '/exports/gaps/p-1?format=xlsx"' in shown


async def test_a_profile_has_a_row_for_each_requirement_and_one_without_any_has_one(pillar: Learn) -> None:
    head, *rows = await table(pillar, CASES[2], "csv")
    found = [dict(zip(head, row, strict=True)) for row in rows]

    clerk, writer = ([one for one in found if one["id"] == name] for name in ("clerk", "writer"))
    assert [(one["requirements.competencyId"], one["requirements.level"]) for one in clerk] == [("a", "3")]
    assert [(one["requirements.competencyId"], one["names.fr"]) for one in writer] == [("", "Un")]


async def test_a_test_has_a_row_for_each_cell_of_its_blueprint(pillar: Learn) -> None:
    head, *rows = await table(pillar, CASES[5], "csv")

    at = head.index("blueprint.competencyId")
    assert [(row[0], row[at]) for row in rows] == [("t-1", "A.1"), ("t-1", "A.2")]


async def test_a_long_list_is_read_part_by_part_to_its_end(pillar: Learn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "PART", 2)
    for number in range(3, 8):
        await civil_servant(pillar.context, f"p-{number}")

    rows = await table(pillar, CASES[1], "csv")

    # The two who wrote a course came by themselves: their ids are numbers, which come first.
    assert [row[0] for row in rows[3:]] == ["boss", "p-1", "p-3", "p-4", "p-5", "p-6", "p-7"]

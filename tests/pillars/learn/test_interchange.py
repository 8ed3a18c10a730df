"""Frameworks in and out: CASE packages and tables keep every id, text, order and relation."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.frameworks.model import Competency, Framework, Kind, Relation, RelationKind, settled
from govstack.pillars.learn.needs.interchange import service
from govstack.pillars.learn.needs.interchange.errors import NoPackage
from govstack.pillars.learn.needs.interchange.model import framework_of, package_of
from tests.builders.learning import API, OFFICER, Learn, learn
from tests.builders.skills import competency, enter, scale
from tests.databases import Databases

DOCUMENT = "0b7f8a4c-0000-4000-8000-000000000001"


def node(identifier: str) -> dict[str, str]:
    return {"title": identifier, "identifier": identifier, "uri": f"https://skills.example/{identifier}"}


def identifier(number: int) -> str:
    return f"0b7f8a4c-0000-4000-8000-{number:012}"


def foreign() -> dict[str, Any]:
    """Return a package as another system sends it: nested, with words of its own, its order told by numbers alone."""
    items = [
        {"identifier": identifier(number), "uri": f"https://skills.example/{identifier(number)}",
         "fullStatement": f"Statement {number}", "humanCodingScheme": f"S{number}",
         "lastChangeDateTime": "2025-05-05T00:00:00+00:00", "notes": "Kept", "conceptKeywords": ["a", "b"]}
        for number in (14, 11, 12, 13)
    ]  # fmt: skip

    def association(number: int, kind: str, origin: int, destination: str, **more: Any) -> dict[str, Any]:
        return {
            "identifier": identifier(900 + number), "uri": f"https://skills.example/{identifier(900 + number)}",
            "associationType": kind, "originNodeURI": node(identifier(origin)), "destinationNodeURI": node(destination),
            "lastChangeDateTime": "2025-05-05T00:00:00+00:00", **more,
        }  # fmt: skip

    return {
        "CFDocument": {
            "identifier": DOCUMENT, "uri": "https://skills.example/doc", "creator": "Ministry", "title": "Skills",
            "version": "3", "language": "fr", "lastChangeDateTime": "2025-05-05T00:00:00+00:00", "notes": "Draft",
        },
        "CFItems": items,
        "CFAssociations": [
            association(1, "isChildOf", 11, DOCUMENT, sequenceNumber=1),
            association(2, "isChildOf", 13, identifier(11), sequenceNumber=2),
            association(3, "isChildOf", 12, identifier(11), sequenceNumber=1),
            association(4, "isChildOf", 14, identifier(12), sequenceNumber=1),
            association(5, "exactMatchOf", 14, identifier(500)),
            association(6, "isPartOf", 13, identifier(14)),
            association(7, "precedes", 77, identifier(14)),
        ],
        "CFDefinitions": {"CFSubjects": [{"identifier": identifier(600), "title": "Law"}]},
    }  # fmt: skip


def own() -> Framework:
    """Return a framework that uses all that ours can say."""
    return Framework(
        id="own", family="own", version="2", titles={"en": "Own", "ar": "إطار"}, descriptions={"en": "What we need"},
        source="Ministry of Skills", licence="CC BY 4.0",
        competencies=(
            competency(
                "z", code="=1+1", levels=(2, 4), descriptors={"2": {"en": "does, with help", "fr": "fait"}},
                parent_id="h",
            ),
            Competency(id="h", titles={"fr": "Titre"}, kind=Kind.HEADING),
            competency(
                "a", kind=Kind.BEHAVIOUR, groups=("it", "trainers"), descriptions={"en": 'Two\nlines; and "more"'},
            ),
        ),
        relations=(
            Relation(from_id="z", to_id="a", kind=RelationKind.NARROWER),
            Relation(from_id="a", to_id="z", kind=RelationKind.RELATED),
            Relation(from_id="a", to_id="http://data.europa.eu/esco/skill/1", kind=RelationKind.BROADER),
        ),
    )  # fmt: skip


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


@pytest.mark.requirement("F4.4")
async def test_what_comes_with_the_product_goes_round_without_loss(pillar: Learn) -> None:
    scales = await frameworks.scales(pillar.context)

    for one in await frameworks.frameworks(pillar.context):
        before = settled(await frameworks.framework(pillar.context, framework_id=one.id))
        after, told = framework_of(package_of(before, scales), scale_id="")

        assert settled(after) == before
        assert all(scales[there.id] == there for there in told)


@pytest.mark.requirement("F4.4")
async def test_a_framework_of_our_own_goes_round_by_case_and_by_every_kind_of_table(pillar: Learn) -> None:
    await frameworks.put_scale(pillar.context, by=OFFICER, scale=scale())
    await frameworks.put(pillar.context, by=OFFICER, framework=own())

    async with pillar.officer() as client:
        case = await client.get(f"{API}/frameworks/own/case")
        files = {
            one: await client.get(f"{API}/frameworks/own/table", params={"format": one})
            for one in ("csv", "xlsx", "json")
        }
        answers = [await client.post(f"{API}/case-packages", json=case.json())]
        for answer in files.values():
            kind = answer.headers["content-type"].partition(";")[0]
            answers.append(
                await client.put(f"{API}/frameworks/own/table", content=answer.content, headers={"content-type": kind})
            )
    kept = await frameworks.framework(pillar.context, framework_id="own")

    assert [answer.json() for answer in answers] == [
        {"frameworkId": "own", "revision": 1, "competencies": 3, "relations": 3}
    ] * 4
    assert settled(kept) == own()
    assert b"'=1+1" in files["csv"].content


@pytest.mark.requirement("F4.4")
async def test_a_package_of_another_system_keeps_what_we_have_no_place_for(pillar: Learn) -> None:
    given = foreign()

    async with pillar.officer() as client:
        taken = await client.post(f"{API}/case-packages", params={"scale": "bloom"}, json=given)
        again = await client.post(f"{API}/case-packages", params={"scale": "bloom"}, json=given)
        given_back = (await client.get(f"{API}/frameworks/{DOCUMENT}/case")).json()
        third = await client.post(f"{API}/case-packages", json=given_back)
    kept = await frameworks.framework(pillar.context, framework_id=DOCUMENT)

    assert (taken.status_code, again.json(), third.json()) == (200, taken.json(), taken.json())
    assert [(one.code, str(one.kind), one.scale_id) for one in kept.competencies] == [
        ("S11", "heading", ""), ("S12", "heading", ""), ("S14", "skill", "bloom"), ("S13", "skill", "bloom"),
    ]  # fmt: skip
    assert {(one.from_id[-2:], str(one.kind), one.to_id[-3:]) for one in kept.relations} == {
        ("14", "exact", "500"), ("13", "broader", "014")
    }  # fmt: skip

    def without_ours(told: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in told.items() if name != "extensions"}

    items = {one["identifier"]: without_ours(one) for one in given_back["CFItems"]}
    associations = {one["identifier"]: without_ours(one) for one in given_back["CFAssociations"]}
    assert items == {one["identifier"]: one for one in given["CFItems"]}
    assert without_ours(given_back["CFDocument"]) == given["CFDocument"]
    assert given_back["CFDefinitions"] == given["CFDefinitions"]
    assert {one["identifier"] for one in given["CFAssociations"]} == set(associations)
    assert {key: one["associationType"] for key, one in associations.items()} == {
        one["identifier"]: one["associationType"] for one in given["CFAssociations"]
    }


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"id": ""}, "id of its own"), ({"title:en": ""}, "title"), ({"kind": "gift"}, "kind must be"),
        ({"levels": "two"}, "whole numbers"), ({"relations": "likes a"}, "one a line"),
        ({"id": "a b"}, "id of its own"),
    ],
)  # fmt: skip
async def test_rows_that_do_not_fit_are_told_and_nothing_changes(
    sqlite_databases: Databases, row: dict[str, str], said: str
) -> None:
    pillar = await learn(sqlite_databases)
    await enter(pillar.context, competency("a"))
    good = {"id": "b", "title:en": "B", "scale": "five"}
    columns = list({**good, **row})
    text = "\n".join(
        [",".join(columns), *(",".join(one.get(name, "") for name in columns) for one in (good, good | row))]
    )

    async with pillar.officer() as client:
        answer = await client.put(
            f"{API}/frameworks/own/table", content=text.encode(), headers={"content-type": "text/csv"}
        )
    kept = await frameworks.framework(pillar.context, framework_id="own")

    assert answer.status_code == 400, answer.text
    assert said in answer.json()["fields"]["3"]
    assert [one.id for one in kept.competencies] == ["a"]


async def test_files_that_are_something_else_are_refused_in_clear_words(sqlite_databases: Databases) -> None:
    pillar = await learn(sqlite_databases)
    book = openpyxl.Workbook(write_only=True)
    sheet_of_book = book.create_sheet()
    sheet_of_book.append(["id", "title:en", "scale"])
    sheet_of_book.append(["a", "=HYPERLINK(1)", "awareness"])
    formula = io.BytesIO()
    book.save(formula)
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    async with pillar.officer() as client:
        answers = {
            "package": await client.post(f"{API}/case-packages", json={"CFItems": []}),
            "list": await client.post(f"{API}/case-packages", json=[1]),
            "columns": await client.put(
                f"{API}/frameworks/x/table", content=b"name\nA\n", headers={"content-type": "text/csv"}
            ),
            "formula": await client.put(
                f"{API}/frameworks/x/table", content=formula.getvalue(), headers={"content-type": sheet}
            ),
            "unknown": await client.put(
                f"{API}/frameworks/x/table",
                content=b"id,title:en,scale\na,A,z\n",
                headers={"content-type": "text/csv"},
            ),
        }
    async with pillar.person() as client:
        refused = await client.post(f"{API}/case-packages", json=foreign())

    assert {name: answer.json()["code"] for name, answer in answers.items()} == {
        "package": "no-case-package", "list": "no-case-package", "columns": "columns-absent",
        "formula": "rows-refused", "unknown": "unknown-scale",
    }  # fmt: skip
    assert "formula" in answers["formula"].json()["fields"]["2"]
    assert refused.status_code == 403


async def test_a_table_makes_a_new_framework(pillar: Learn) -> None:
    async with pillar.officer() as client:
        answer = await client.put(
            f"{API}/frameworks/new/table", params={"title": "New"}, content=b"id;title:en;scale\na;A;bloom\nb;B;met\n",
            headers={"content-type": "text/csv"},
        )  # fmt: skip
    kept = await frameworks.framework(pillar.context, framework_id="new")

    assert answer.status_code == 200, answer.text
    assert (kept.titles, [one.id for one in kept.competencies]) == ({"en": "New"}, ["a", "b"])
    assert (await service.package(pillar.context, framework_id="new"))["CFDocument"]["title"] == "New"


async def test_a_package_that_is_nested_too_deeply_is_refused(sqlite_databases: Databases) -> None:
    pillar = await learn(sqlite_databases)

    with pytest.raises(NoPackage):
        await service.take_package(pillar.context, by=OFFICER, content=b'{"CFItems":' + b"[" * 100_000)

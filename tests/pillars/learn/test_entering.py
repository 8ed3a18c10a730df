"""Ratings from a file."""

from __future__ import annotations

import pytest

from govstack.pillars.learn.needs.ratings import service as ratings
from tests.builders.learning import API, Learn, civil_servant, learn, page, send
from tests.builders.skills import competency, enter
from tests.databases import Databases

GOOD = b"person;competency;level;kind;day\np-1;a;l2;manager;2026-01-05\nN-p-2;a;3;test;2026-01-05\n"
MIXED = (
    GOOD
    + b"p-9;a;2;self;\np-1;zzz;2;self;\np-1;a;nine;self;\np-1;a;9;self;\n"
    + b"p-1;a;\xc2\xb2;self;\np-1;a;1;rumour;\np-1;a;1;self;2999-01-01\n"
)
CSV = {"content-type": "text/csv"}


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    found = await learn(databases)
    await enter(found.context, competency("a"))
    await civil_servant(found.context, "p-1")
    await civil_servant(found.context, "p-2")
    return found


async def test_rows_that_fit_are_kept_and_the_others_are_told_and_the_same_file_changes_nothing(pillar: Learn) -> None:
    async with pillar.officer() as client:
        first = (await client.post(f"{API}/ratings/import", content=MIXED, headers=CSV)).json()
        again = (await client.post(f"{API}/ratings/import", content=MIXED, headers=CSV)).json()
        columns = await client.post(f"{API}/ratings/import", content=b"name\nA\n", headers=CSV)
    async with pillar.person() as client:
        refused = await client.post(f"{API}/ratings/import", content=GOOD, headers=CSV)
    kept = await ratings.counting(pillar.context, person_ids=["p-1", "p-2"])

    assert (first["added"], first["unchanged"], first["refused"]) == (2, 0, 7)
    assert [one["row"] for one in first["rows"]] == [4, 5, 6, 7, 8, 9, 10]
    assert (again["added"], again["unchanged"], again["refused"]) == (0, 2, 7)
    assert {(one.person_id, one.level, str(one.rater_type)) for one in kept} == {
        ("p-1", 2, "manager"), ("p-2", 3, "test")
    }  # fmt: skip
    assert (columns.json()["code"], refused.status_code) == ("columns-of-ratings", 403)


async def test_the_training_unit_sends_a_file_on_a_page(pillar: Learn) -> None:
    async with pillar.browser("learn:plan") as client:
        form = await page(client, "/enter-ratings")
        empty = await send(client, form, "/enter-ratings")
        sent = await send(client, form, "/enter-ratings", files={"file": ("r.csv", MIXED, "text/csv")})

    assert (empty.status_code, sent.status_code) == (400, 200)
    assert "Ratings added" in sent.text
    assert "There is nobody with this id." in sent.text

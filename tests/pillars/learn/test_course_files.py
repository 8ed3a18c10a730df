"""Courses and sessions go out as files and come back the same; what is wrong is told row by row."""

from __future__ import annotations

import csv
import io

import httpx
import msgspec
import pytest

from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.offerings.model import (
    Certificate,
    CoursePart,
    Item,
    Need,
    Price,
    Raise,
    Rule,
    State,
)
from govstack.pillars.learn.seating.model import Quota, QuotaKind
from tests.builders.courses import course, planned, session
from tests.builders.learning import API, OFFICER, Learn, learn, page, send
from tests.databases import Databases

TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
         "json": "application/json"}  # fmt: skip


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    """Return the pillar with courses that use every kind of value."""
    made = await learn(databases)
    await course(made.context, "law")
    parts = (
        CoursePart(title='=Read, "then" ask', delivery="e-learning", hours=1.5, link="https://learn.test/a"),
        CoursePart(title="No", delivery="ilt", hours=6, required=False, tested=True),
    )
    await course(
        made.context, "audit", delivery="blended", parts=parts, titles={"en": "true", "ar": "التدقيق"},
        summaries={"en": " Two lines\nof words "}, completion=Rule.COUNT, completion_count=1, languages=("en", "ar"),
        price=Price(amount="20.50", currency="USD"), prerequisites=("law",), offline=True,
        raises=(Raise(competency_id="e-cf:E.7", from_level=1, to_level=2),),
        certificate=Certificate(attendance_percent=70), state=State.DRAFT,
    )  # fmt: skip
    quotas = (Quota(kind=QuotaKind.GENDER, id="female", least=1), Quota(kind=QuotaKind.MINISTRY, id="m", most=1))
    logistics = (Item(need=Need.VENUE, note="Hall -1", cost="12.5", done=True), Item(need=Need.TRAVEL))
    await session(made.context, quotas=quotas, logistics=logistics)
    return made


async def out(client: httpx.AsyncClient, what: str, kind: str) -> bytes:
    """Take a file out."""
    answer = await client.get(f"{API}/{what}-list", params={"format": kind})
    assert answer.status_code == 200, answer.text
    return answer.content


async def back(client: httpx.AsyncClient, what: str, kind: str, content: bytes) -> httpx.Response:
    """Put a file back."""
    return await client.post(f"{API}/{what}-list", content=content, headers={"content-type": TYPES[kind]})


@pytest.mark.requirement("F8.1", "F12.3")
@pytest.mark.parametrize("kind", sorted(TYPES))
async def test_what_is_taken_out_and_put_back_is_the_same(pillar: Learn, kind: str) -> None:
    async with pillar.officer() as client:
        files = {what: await out(client, what, kind) for what in ("offering", "session")}
        same = {what: (await back(client, what, kind, content)).json() for what, content in files.items()}
        for offering_id in ("law", "audit"):
            one = await offerings.offering(pillar.context, by=OFFICER, offering_id=offering_id)
            other = msgspec.structs.replace(one, titles={"en": "Other"}, languages=("fr",))
            await offerings.put_offering(pillar.context, by=OFFICER, offering=other)
        restored = {what: (await back(client, what, kind, content)).json() for what, content in files.items()}
        again = {what: await out(client, what, kind) for what in files}

    assert same == {
        "offering": {"changed": 0, "known": 2, "refused": []}, "session": {"changed": 0, "known": 1, "refused": []},
    }  # fmt: skip
    assert restored["offering"] == {"changed": 2, "known": 0, "refused": []}
    assert kind == "xlsx" or again == files
    audit = await offerings.offering(pillar.context, by=OFFICER, offering_id="audit")
    assert (audit.titles, audit.parts[0].title, audit.parts[1].required) == (
        {"en": "true", "ar": "التدقيق"}, '=Read, "then" ask', False,
    )  # fmt: skip
    assert audit.summaries == {"en": " Two lines\nof words "}


@pytest.mark.requirement("F8.1")
async def test_a_country_starts_from_the_file_of_another_in_any_order(pillar: Learn) -> None:
    async with pillar.officer() as client:
        rows = list(csv.DictReader(io.StringIO((await out(client, "offering", "csv")).decode("utf-8-sig"))))
        for number, row in enumerate(rows):
            row["id"] = f"{row['id']}-2"
            row["prerequisites"] = "law-2" if row["prerequisites"] else ""
            row["state"] = "draft"
            await planned(pillar.context, row["id"])
            rows[number] = row
        rows.sort(key=lambda row: not row["prerequisites"])
        target = io.StringIO()
        writer = csv.DictWriter(target, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        taken = (await back(client, "offering", "csv", target.getvalue().encode())).json()

    assert [row["id"] for row in rows] == ["audit-2", "law-2"]
    assert taken == {"changed": 2, "known": 0, "refused": []}


async def test_rows_that_are_wrong_are_told_and_the_others_taken(pillar: Learn) -> None:
    head = "id,titles.en,types,track,delivery,languages,parts.1.title,parts.1.delivery,parts.1.hours\n"
    fine = "good,Good,metp-2,civil-servants,ilt,en,All,ilt,3\n"
    content = (
        head + fine
        + "good,Twice,metp-2,civil-servants,ilt,en,All,ilt,3\n"
        + "new,Reserved,metp-2,civil-servants,ilt,en,All,ilt,3\n"
        + "much,Much,metp-2,civil-servants,ilt,en,All,ilt,many\n"
        + "odd,Odd,no-such-type,civil-servants,ilt,en,All,ilt,3\n"
        + "bare,Bare,metp-2,civil-servants,ilt,en,All,,3\n"
    )  # fmt: skip
    async with pillar.officer() as client:
        taken = (await back(client, "offering", "csv", content.encode())).json()
        strange = await back(client, "offering", "csv", b"id,titles.en,parts.1.colour\nx,X,red\n")
        nameless = await back(client, "session", "csv", b"offeringId,seats\nlaw,3\n")
    async with pillar.person() as client:
        refused = await back(client, "offering", "csv", (head + fine).encode())

    assert (taken["changed"], taken["known"]) == (1, 0)
    assert [(one["row"], one["column"]) for one in taken["refused"]] == [
        (3, "id"), (4, "id"), (5, "parts.1.hours"), (6, "types"), (7, "parts.1.delivery"),
    ]  # fmt: skip
    assert all(one["why"] for one in taken["refused"])
    assert (strange.status_code, strange.json()["columns"]) == (400, ["parts.1.colour"])
    assert (nameless.status_code, refused.status_code) == (400, 403)


async def test_a_session_with_people_in_it_keeps_their_seats(pillar: Learn) -> None:
    async with pillar.officer() as client:
        rows = list(csv.DictReader(io.StringIO((await out(client, "session", "csv")).decode("utf-8-sig"))))
        one = rows[0]
        target = io.StringIO()
        writer = csv.DictWriter(target, list(one))
        writer.writeheader()
        writer.writerow(one | {"ends": one["registrationStarts"]})
        taken = (await back(client, "session", "csv", target.getvalue().encode())).json()
    kept = await offerings.session(pillar.context, session_id="s-1")

    assert [(row["row"], row["column"]) for row in taken["refused"]] == [(2, "ends")]
    assert kept.ends.isoformat().startswith(one["ends"][:16])


async def test_the_training_unit_takes_files_out_and_puts_them_back_on_a_page(pillar: Learn) -> None:
    here = "/desk/course-files"
    async with pillar.browser("learn:plan") as client:
        desk = await page(client, "/desk")
        shown = await page(client, here)
        file = await client.get(f"{here}/offerings", params={"format": "csv"})
        empty = await send(client, shown, here)
        sent = await send(client, shown, here, files={"file": ("c.csv", file.content, "text/csv")}, what="offerings")
        wrong = await send(
            client, shown, here, files={"file": ("c.csv", b"id,colour\na,b\n", "text/csv")}, what="sessions"
        )
    async with pillar.browser() as client:
        refused = await client.get(here)

    assert here in desk
    assert (empty.status_code, sent.status_code, wrong.status_code, refused.status_code) == (400, 200, 400, 403)
    assert "Choose one." in empty.text
    assert "Changed nothing" in sent.text
    assert "colour" in wrong.text

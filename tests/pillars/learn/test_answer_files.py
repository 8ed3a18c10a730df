"""Files of answers: taken in row by row, once, and put right where something is wrong."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from govstack.kernel.sheets import MEDIA_TYPES, Format
from govstack.pillars.learn.intake import service as intake
from govstack.pillars.learn.intake.model import MERGED
from govstack.pillars.learn.needs.answers import service as answers
from govstack.pillars.learn.needs.campaigns import service as campaigns
from govstack.pillars.learn.needs.campaigns.model import Rater
from govstack.pillars.learn.needs.fieldwork.model import columns
from govstack.pillars.learn.needs.uploads import service as uploads
from govstack.pillars.learn.people import service as people
from tests.builders.campaigns import campaign, document, written
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn, ministry, page, send
from tests.databases import Databases

FIRST = "about,plan,talk,rules,notes"


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


@pytest.fixture
async def opened(pillar: Learn) -> Learn:
    for number in range(1, 4):
        await civil_servant(pillar.context, f"p-{number}", number=f"N-{number}")
    await campaign(pillar.context, raters=(Rater.SELF, Rater.MANAGER))
    return pillar


def csv(*rows: str, first: str = FIRST) -> bytes:
    return "\r\n".join((first, *rows)).encode()


def xlsx(*rows: list[Any], merge: str = "", first: str = FIRST) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(first.split(","))
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


async def uploaded(pillar: Learn, content: bytes, kind: Format = Format.CSV) -> dict[str, Any]:
    async with pillar.officer() as client:
        sent = await client.post(
            f"{API}/campaigns/spring/uploads", content=content, headers={"content-type": MEDIA_TYPES[kind]}
        )
        assert sent.status_code == 201, sent.text
        found = await client.get(f"{API}/campaigns/spring/uploads/{sent.json()['id']}/refusals")
    rows = {one["row"]: one["fields"] for one in found.json()["refusals"]}
    told = sent.json()
    return {**{name: told[name] for name in ("state", "fault", "added", "known", "refused")}, "rows": rows}


async def responses(pillar: Learn) -> int:
    async with pillar.context.database.reading() as tx:
        return int((await tx.fetch("SELECT COUNT(*) AS n FROM response"))[0]["n"])


@pytest.mark.requirement("F1.5")
@pytest.mark.parametrize("kind", [Format.CSV, Format.XLSX])
async def test_the_same_file_sent_twice_changes_nothing(opened: Learn, kind: Format) -> None:
    content = (
        csv("N-1,basic,high,moderate,fine", "p-2,High,,not-in-place,")
        if kind is Format.CSV
        else xlsx(["N-1", "basic", "high", "moderate", "fine"], ["p-2", "High", None, "not-in-place", None])
    )

    told = [await uploaded(opened, content, kind) for _ in range(2)]

    assert [(one["state"], one["added"], one["known"], one["refused"]) for one in told] == [
        ("done", 2, 0, 0), ("done", 0, 2, 0)
    ]  # fmt: skip
    assert await responses(opened) == 2


async def test_rows_with_faults_are_told_one_by_one_and_hold_up_no_other(opened: Learn) -> None:
    content = csv(
        "N-1,basic,high,moderate,",
        "N-9,basic,high,moderate,",
        "N-2,superb,high,moderate,",
        ",basic,high,moderate,",
        "N-3,,,,",
        "N-3,basic",
        "N-1,basic,high,moderate,",
    )

    told = await uploaded(opened, content)

    assert (told["state"], told["added"], told["known"], told["refused"]) == ("done", 1, 1, 5)
    assert {row: sorted(fields) for row, fields in told["rows"].items()} == {
        3: ["about"], 4: ["plan"], 5: ["about"], 6: ["answers"], 7: [""],
    }  # fmt: skip


async def test_formulas_are_refused_row_by_row(opened: Learn) -> None:
    told = await uploaded(opened, xlsx(["N-1", '="ba"&"sic"', "high", "moderate"], ["N-2", "basic"]), Format.XLSX)

    assert (told["added"], told["rows"]) == (1, {2: {"": "holds a formula; put its result in its place"}})


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml"])
async def test_a_workbook_that_is_broken_inside_is_refused_in_plain_words(opened: Learn, part: str) -> None:
    content = bytearray(xlsx(["p-1", "starting", "", "", ""]))
    content[content.index(part.encode()) + len(part)] |= 0b110  # a kind of block that deflate does not have

    failed = await uploaded(opened, bytes(content), Format.XLSX)

    assert (failed["state"], "spreadsheet" in failed["fault"]) == ("failed", True)


async def test_merged_cells_are_refused_with_what_to_do(opened: Learn) -> None:
    content = xlsx(["N-1", "basic"], ["N-2", "basic"], merge="B2:B3")

    told = await uploaded(opened, content, Format.XLSX)

    assert (told["state"], told["fault"], told["added"]) == ("failed", MERGED.format(cells="B2:B3"), 0)


@pytest.mark.parametrize(
    ("first", "said"),
    [
        ("about,plan,planning", "These columns are no questions of this campaign: planning. Rename them"),
        ("about,name of officer", "These columns are no questions of this campaign: name of officer."),
        ("about,notes", "No column of the file is a question of this campaign."),
        ("plan,talk", "The file needs a column named about"),
        ("about,plan,plan", "Two columns are called plan."),
        ("about,number,plan", "Several columns hold the same: about, number."),
        ("about,plan,work/plan", "Several columns hold the same: plan, work/plan."),
    ],
)
async def test_wrong_columns_are_named_and_nothing_is_taken(opened: Learn, first: str, said: str) -> None:
    told = await uploaded(opened, csv("N-1,basic,basic", first=first))

    assert (told["state"], told["added"]) == ("failed", 0)
    assert told["fault"].startswith(said)


async def test_a_value_below_a_column_without_a_name_is_told(opened: Learn) -> None:
    told = await uploaded(opened, csv("N-1,basic,lost,high", "N-2,basic,,high", first="about,plan,,talk"))

    assert (told["added"], list(told["rows"])) == (1, [2])


@pytest.mark.requirement("F1.5")
async def test_what_other_programs_collected_is_taken_in_with_their_ids(opened: Learn) -> None:
    first = "start,end,about,rater,section_work/plan,section_work/talk,section_law-rules,_uuid,__version__"
    row = "2026,{},N-1,self,basic,high,moderate,0f8c7d1a-1111-4222-8333-444455556666,v1"
    content = csv(row.format((await campaigns.campaign(opened.context, campaign_id="spring")).created_at), first=first)

    told = [await uploaded(opened, content) for _ in range(2)]

    assert [(one["added"], one["known"], one["rows"]) for one in told] == [(1, 0, {}), (0, 1, {})]
    async with opened.context.database.reading() as tx:
        assert [row["id"] for row in await tx.fetch("SELECT id FROM response")] == [
            "0f8c7d1a-1111-4222-8333-444455556666"
        ]


async def test_a_new_version_of_the_instrument_does_not_disturb_files_of_a_campaign(opened: Learn) -> None:
    changed = document()
    changed["items"] = [{**changed["items"][0], "id": "forecast"}, *changed["items"][1:]]
    await written(opened.context, **changed)

    told = await uploaded(opened, csv("N-1,basic,high,moderate,"))

    assert (told["added"], told["rows"]) == (1, {})


async def test_what_is_taken_out_can_be_sent_again_and_changes_nothing(opened: Learn) -> None:
    await uploaded(opened, csv("N-1,basic,high,moderate,fine", "N-2,high,,,"))

    async with opened.officer("learn:evaluate") as client:
        files = {
            kind: (await client.get(f"{API}/campaigns/spring/responses/file", params={"format": kind.value})).content
            for kind in (Format.CSV, Format.XLSX)
        }
    async with opened.officer() as client:
        refused = await client.get(f"{API}/campaigns/spring/responses/file")
    told = [await uploaded(opened, content, kind) for kind, content in files.items()]

    assert refused.status_code == 403
    assert b"fine" in files[Format.CSV]
    assert [one["added"] for one in told] == [0, 0]
    assert await responses(opened) == 2


@pytest.mark.requirement("F1.6")
async def test_evidence_and_how_sure_somebody_is_go_out_and_come_in_again_answer_by_answer(pillar: Learn) -> None:
    await ministry(pillar.context, "finance")
    await campaign(pillar.context, unit="organisation")
    first = "about,plan,plan_evidence,plan_confidence,talk,talk_confidence"
    told = await uploaded(pillar, csv("finance,basic,Plan of 2026,High,high,perhaps", first=first))
    await uploaded(pillar, csv("finance,basic,Plan of 2026,High,high,", first=first))

    async with pillar.officer("learn:evaluate") as client:
        content = (await client.get(f"{API}/campaigns/spring/responses/file", params={"format": "csv"})).content
    lines = [line.split(",") for line in content.decode("utf-8-sig").splitlines()]
    taken = dict(zip(lines[0], lines[1], strict=True))

    assert list(told["rows"][2]) == ["talk_confidence"]
    assert (taken["plan_evidence"], taken["plan_confidence"], taken["talk_confidence"]) == ("Plan of 2026", "high", "")
    assert (await uploaded(pillar, content))["added"] == 0
    assert await responses(pillar) == 1


async def test_a_response_about_somebody_who_was_erased_is_refused_and_the_earlier_one_stays(opened: Learn) -> None:
    await uploaded(opened, csv("N-1,basic,high,moderate,"))
    await people.erase(opened.context, by=OFFICER, person_id="p-1")
    async with opened.context.database.transaction() as tx:
        await answers.forget(tx, "p-1")

    told = await uploaded(opened, csv("p-1,high,high,high,"))

    assert (told["added"], sorted(told["rows"][2])) == (0, ["about"])
    assert await responses(opened) == 1


async def test_the_empty_table_has_the_columns_that_a_file_may_have(opened: Learn) -> None:
    async with opened.browser("learn:plan") as client:
        sent = await client.get("/campaigns/spring/forms/table")
    sheet = load_workbook(io.BytesIO(sent.content)).worksheets[0]
    found = await campaigns.campaign(opened.context, campaign_id="spring")

    assert [cell.value for cell in next(sheet.iter_rows())] == columns(found)
    filled = ",N-1,,,,,basic,high,moderate,"
    assert (await uploaded(opened, csv(filled, first=",".join(columns(found)))))["added"] == 1


@pytest.mark.requirement("F1.5")
async def test_the_xlsform_asks_the_frozen_questions_in_their_groups(opened: Learn) -> None:
    async with opened.officer() as client:
        sent = await client.get(f"{API}/campaigns/spring/xlsform")
    book = load_workbook(io.BytesIO(sent.content))
    survey = [[cell or "" for cell in row] for row in book["survey"].iter_rows(values_only=True)]
    choices = [row[:2] for row in book["choices"].iter_rows(values_only=True)]

    assert [row[:2] for row in survey] == [
        ["type", "name"], ["end", "end"], ["text", "about"], ["select_one raters", "rater"],
        ["begin_group", "section_work"], ["select_one level", "plan"], ["select_one level", "talk"],
        ["end_group", ""], ["begin_group", "section_law"], ["select_one level", "rules"], ["end_group", ""],
        ["text", "notes"],
    ]  # fmt: skip
    assert survey[5][2] == "How well do you plan?"
    assert ("level", "not-in-place") in choices
    assert ("raters", "manager") in choices
    assert book["settings"]["B2"].value == "govstack_spring"


async def test_a_reading_that_was_stopped_goes_on_where_it_was(opened: Learn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads._Answers, "rows_at_once", 1)
    kept = intake._part
    seen: list[int] = []

    async def stopping(*given: Any, **named: Any) -> bool:
        if len(seen) == 1:
            seen.append(0)
            raise ConnectionError("The process was stopped.")
        seen.append(1)
        return await kept(*given, **named)

    monkeypatch.setattr(intake, "_part", stopping)

    async def content() -> Any:
        yield csv("N-1,basic,,,", "N-2,basic,,,", "N-9,basic,,,")

    with pytest.raises(ConnectionError):
        await uploads.start(opened.context, by=OFFICER, campaign_id="spring", kind=Format.CSV, content=content())
    left = (await uploads.listed(opened.context, campaign_id="spring"))[0]
    await intake.read(opened.context, rooms={uploads.ROOM: uploads.FILES}, intake_id=left.id)

    told = await intake.found(opened.context, by=OFFICER, intake_id=left.id)
    assert (left.state, left.rows_read) == ("reading", 1)
    assert (told.state, told.rows_read, told.added, told.refused) == ("done", 3, 2, 1)


async def test_pages_send_a_file_and_hand_back_what_was_refused(opened: Learn) -> None:
    async with opened.browser("learn:plan") as client:
        asked = await page(client, "/campaigns/spring/uploads")
        files = {"file": ("answers.csv", csv("N-1,basic,,,", "N-2,superb,,,=1+1"), "text/csv")}
        sent = await send(client, asked, "/campaigns/spring/uploads", files=files)
        shown = await page(client, sent.headers["location"])
        refused = await client.get(f"{sent.headers['location']}/refused")
        wrong = await send(client, asked, "/campaigns/spring/uploads", files={"file": ("a.pdf", b"%PDF", "")})

    assert sent.status_code == 303
    assert "is answered with something that is not one of its choices" in shown
    assert refused.text.splitlines()[1].startswith("3,plan: is answered with something")
    assert "'=1+1" in refused.text
    assert "Send a CSV file" in wrong.text

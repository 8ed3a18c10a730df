"""Records of every kind: one way to write, read, list, take out, put in, and show them."""

from __future__ import annotations

import html
import io
import re

import msgspec
import openpyxl
import pytest

from govstack.kernel import audit, i18n
from govstack.pillars.learn.manifest import KINDS
from govstack.pillars.learn.needs.assets.model import ASSET
from govstack.pillars.learn.records import service
from govstack.pillars.learn.records.service import Draft
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn, ministry, page, send
from tests.databases import Databases

COURSE = {
    "name": "Open data for managers",
    "type": "course",
    "owner": "Civil service college",
    "licence": "cc-by-4.0",
    "language": "en",
    "format": "document",
    "reviewed": "2026-03-01",
}
CSV = "text/csv"


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


async def test_a_record_is_written_once_and_changed_with_its_history_kept(pillar: Learn) -> None:
    async with pillar.officer() as client:
        first = await client.put(f"{API}/assets/open-data", json={"content": COURSE})
        again = await client.put(f"{API}/assets/open-data", json={"content": COURSE})
        changed = await client.put(
            f"{API}/assets/open-data", json={"content": {**COURSE, "reviewed": "2026-09-01"}, "number": 1}
        )
        late = await client.put(
            f"{API}/assets/open-data", json={"content": {**COURSE, "reviewed": "2026-10-01"}, "number": 1}
        )
        history = await client.get(f"{API}/assets/open-data/history")

    assert [one.json()["number"] for one in (first, again, changed)] == [1, 1, 2]
    assert (late.status_code, late.json()["code"]) == (409, "changed-meanwhile")
    assert [one["content"]["reviewed"] for one in history.json()["revisions"]] == ["2026-09-01", "2026-03-01"]


@pytest.mark.requirement("F3.3")
@pytest.mark.parametrize("field", ["licence", "language", "format", "owner", "reviewed"])
async def test_an_asset_without_what_reuse_needs_is_refused(pillar: Learn, field: str) -> None:
    async with pillar.officer() as client:
        answer = await client.post(
            f"{API}/assets", json={"content": {name: value for name, value in COURSE.items() if name != field}}
        )

    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("licence", "no-such-licence"), ("reviewed", "2026-13-01"), ("organisation", "nowhere"),
        ("address", "javascript:alert(1)"), ("level", 21), ("name", "x" * 301),
    ],
)  # fmt: skip
async def test_a_value_that_does_not_fit_is_named(pillar: Learn, field: str, value: object) -> None:
    async with pillar.officer() as client:
        answer = await client.post(f"{API}/assets", json={"content": {**COURSE, field: value}})

    assert answer.status_code == 400
    assert field in str(answer.json())


async def test_a_record_that_is_out_of_use_leaves_lists_and_keeps_its_history(pillar: Learn) -> None:
    async with pillar.officer() as client:
        await client.put(f"{API}/assets/open-data", json={"content": COURSE})
        gone = [await client.delete(f"{API}/assets/open-data") for _ in range(2)]
        listed = await client.get(f"{API}/assets")
        archived = await client.get(f"{API}/assets", params={"archived": "true"})

    assert [one.status_code for one in gone] == [204, 204]
    assert listed.json()["records"] == []
    assert [one["id"] for one in archived.json()["records"]] == ["open-data"]


async def test_an_id_belongs_to_one_kind(pillar: Learn) -> None:
    await ministry(pillar.context)
    entry = {"organisation": "finance", "quadrant": "strength", "statement": "Good data", "risk": "None"}
    async with pillar.officer() as client:
        await client.put(f"{API}/assets/one", json={"content": COURSE})
        other = await client.put(f"{API}/swot-entries/one", json={"content": entry})

    assert (other.status_code, other.json()["code"]) == (409, "id-taken")


@pytest.mark.requirement("F3.2", "F7.5")
async def test_a_competency_is_named_by_its_id_or_a_code_that_no_other_has_and_kept_by_its_id(pillar: Learn) -> None:
    async with pillar.officer() as client, pillar.browser("learn:plan") as browser:
        named = {**COURSE, "competencies": ["E.7", "e-cf:E.7", "D.3"]}
        kept = await client.put(f"{API}/assets/open-data", json={"content": named})
        wrong = await client.put(
            f"{API}/assets/other", json={"content": {**COURSE, "competencies": ["E.7", "nothing"]}}
        )
        twice = await client.put(f"{API}/assets/other", json={"content": {**COURSE, "competencies": ["1.1"]}})
        shown = await page(browser, "/assets/open-data")

    assert kept.json()["content"]["competencies"] == ["e-cf:E.7", "e-cf:D.3"]
    assert [(one.status_code, list(one.json()["fields"])) for one in (wrong, twice)] == [(400, ["competencies"])] * 2
    assert "E.7 Business change management" in shown


@pytest.mark.requirement("F3.2")
async def test_an_entry_of_a_swot_names_what_it_is_about(pillar: Learn) -> None:
    await ministry(pillar.context)
    entry = {"organisation": "finance", "quadrant": "weakness", "statement": "Few data analysts"}
    async with pillar.officer() as client:
        loose = await client.post(f"{API}/swot-entries", json={"content": entry})
        tied = await client.post(f"{API}/swot-entries", json={"content": {**entry, "competency": "D.7"}})

    assert (loose.status_code, list(loose.json()["fields"])) == (400, ["competency"])
    assert tied.status_code == 201


async def test_records_are_for_those_who_work_with_them(pillar: Learn) -> None:
    async with pillar.officer() as officer, pillar.person() as person, pillar.nobody() as nobody:
        await officer.put(f"{API}/assets/open-data", json={"content": COURSE})
        answers = [
            (await person.get(f"{API}/assets")).status_code,
            (await person.get(f"{API}/assets/open-data")).status_code,
            (await person.post(f"{API}/assets", json={"content": COURSE})).status_code,
            (await person.get(f"{API}/assets/export")).status_code,
            (await nobody.get(f"{API}/assets")).status_code,
        ]

    assert answers == [403, 403, 403, 403, 401]


@pytest.mark.parametrize("media", [CSV, "application/json", "xlsx"])
async def test_what_is_taken_out_can_be_put_back_and_changes_nothing(pillar: Learn, media: str) -> None:
    form = {CSV: "csv", "application/json": "json", "xlsx": "xlsx"}[media]
    async with pillar.officer() as client:
        hostile = {
            **COURSE,
            "name": "=1+1",
            "about": "one; two\nthree",
            "competencies": ["e-cf:E.7", "e-cf:D.3"],
            "level": 3,
        }
        await client.put(f"{API}/assets/hostile", json={"content": hostile})
        await client.put(f"{API}/assets/open-data", json={"content": COURSE})
        out = await client.get(f"{API}/assets/export", params={"format": form})
        back = await client.post(
            f"{API}/assets/import", content=out.content, headers={"content-type": out.headers["content-type"]}
        )
        again = await client.get(f"{API}/assets/export", params={"format": "csv"})
        kept = await client.get(f"{API}/assets/hostile")

    assert back.json() == {"written": 0, "unchanged": 2, "refused": 0, "rows": []}
    assert kept.json()["content"] == hostile
    assert "'=1+1" in again.text


async def test_rows_that_do_not_fit_are_told_and_the_others_taken(pillar: Learn) -> None:
    head = "name,type,owner,licence,language,format,reviewed\r\n"
    good = "Good,course,College,cc-by-4.0,en,document,2026-01-01\r\n"
    bad = "Bad,course,College,unheard-of,en,document,yesterday\r\n"
    async with pillar.officer() as client:
        send_it = {"content": (head + good + bad + good).encode(), "headers": {"content-type": CSV}}
        checked = await client.post(f"{API}/assets/import?checkOnly=true", **send_it)
        nothing = await client.get(f"{API}/assets")
        first = await client.post(f"{API}/assets/import", **send_it)
        second = await client.post(f"{API}/assets/import", **send_it)

    assert checked.json()["refused"] == 1
    assert nothing.json()["records"] == []
    assert (first.json()["written"], first.json()["unchanged"]) == (1, 1)
    assert [(one["row"], sorted(one["faults"])) for one in first.json()["rows"]] == [(3, ["licence", "reviewed"])]
    assert (second.json()["written"], second.json()["unchanged"]) == (0, 2)


async def test_a_sheet_with_wrong_headers_or_formulas_is_refused_in_plain_words(pillar: Learn) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([*COURSE])
    sheet.append([*list(COURSE.values())[:-1], "=TODAY()"])
    content = io.BytesIO()
    book.save(content)
    media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    async with pillar.officer() as client:
        formula = await client.post(f"{API}/assets/import", content=content.getvalue(), headers={"content-type": media})
        headers = await client.post(
            f"{API}/assets/import", content=b"title,kind\r\na,b\r\n", headers={"content-type": CSV}
        )
        picture = await client.post(f"{API}/assets/import", content=b"x", headers={"content-type": "image/png"})

    assert "formula" in formula.json()["rows"][0]["faults"][""]
    assert (headers.status_code, headers.json()["code"]) == (400, "columns-missing")
    assert sorted(headers.json()["fields"]) == sorted(COURSE)
    assert (picture.status_code, picture.json()["code"]) == (400, "unknown-format")


async def test_a_country_changes_words_and_keeps_its_change_at_the_next_start(pillar: Learn) -> None:
    async with pillar.officer() as client:
        await client.put(f"{API}/vocabularies/asset-type/course", json={"labels": {"en": "Training"}})
        await client.put(f"{API}/vocabularies/asset-type/mentor", json={"labels": {"en": "Mentor"}, "position": 9})
        from govstack.pillars.learn.seeding.service import install

        await install(pillar.context)
        terms = (await client.get(f"{API}/vocabularies/asset-type")).json()["terms"]
        used = await client.post(f"{API}/assets", json={"content": {**COURSE, "type": "mentor"}})

    labels = {one["code"]: one["labels"] for one in terms}
    assert labels["course"] == {"en": "Training"}
    assert used.status_code == 201


async def test_records_are_kept_on_pages(pillar: Learn) -> None:
    await ministry(pillar.context)
    async with pillar.browser("learn:plan") as client:
        empty = await page(client, "/assets")
        form = await page(client, "/assets/new")
        wrong = await send(client, form, "/assets/new", name="Open data")
        sent = {name: value for name, value in COURSE.items() if name != "reviewed"}
        # The keyboard of somebody who writes Arabic has digits of its own.
        day = {"reviewed-day": "١", "reviewed-month": "3", "reviewed-year": "2026"}
        endless = await send(client, form, "/assets/new", **sent, **{**day, "reviewed-year": "2" * 5_000})
        saved = await send(client, form, "/assets/new", **sent, **day, organisation="finance")
        shown = await page(client, saved.headers["location"])
        change = await page(client, f"{saved.headers['location']}/change")
        await send(client, change, "/change", **{**sent, "name": "Open data 2"}, **day)
        listed = await page(client, "/assets?q=data")
        after = await page(client, saved.headers["location"])

    assert "Nothing was written down yet." in empty
    assert (wrong.status_code, endless.status_code) == (400, 400)
    assert '<a href="#owner">Owner: Fill this in.</a>' in wrong.text
    assert "Last reviewed on: Give a date, such as 27 3 2027." in html.unescape(endless.text)
    assert "1 March 2026" in shown
    assert "Open data 2" in listed
    assert "Changed:" in after


async def test_the_form_of_a_new_record_makes_one_however_often_it_is_sent(pillar: Learn) -> None:
    sent = {name: value for name, value in COURSE.items() if name != "reviewed"}
    day = {"reviewed-day": "1", "reviewed-month": "3", "reviewed-year": "2026"}
    async with pillar.officer() as api, pillar.browser("learn:plan") as client:
        form = await page(client, "/assets/new")
        first = await send(client, form, "/assets/new", **sent, **day)
        mended = await send(client, form, "/assets/new", **{**sent, "name": "Open data 2"}, **day)
        told = await page(client, mended.headers["location"])
        late = await send(client, form, "/assets/new", **{**sent, "name": "Open data 3"}, **day)
        odd = await send(client, form, "/assets/new", **sent, **day, made="../x")
        other = await send(client, await page(client, "/assets/new"), "/assets/new", **sent, **day)
        listed = (await api.get(f"{API}/assets")).json()["records"]

    assert [one.status_code for one in (first, mended, odd, other)] == [303] * 4
    assert mended.headers["location"] == first.headers["location"]
    assert "This form had made this before" in told
    assert len({one.headers["location"] for one in (first, odd, other)}) == len(listed) == 3
    assert late.status_code == 400
    assert f'href="{first.headers["location"]}"' in late.text


async def test_the_title_of_a_form_says_what_is_added(pillar: Learn) -> None:
    async with pillar.browser("learn:plan") as client:
        form = await page(client, "/assets/new")

    assert "<title>Add: Asset" in form


async def test_a_history_that_is_cut_says_so(pillar: Learn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "REVISIONS_MAX", 2)
    async with pillar.officer() as api, pillar.browser("learn:plan") as client:
        shown = []
        for name in ("One", "Two", "Three"):
            await api.put(f"{API}/assets/open-data", json={"content": {**COURSE, "name": name}})
            shown.append("Earlier ones are kept" in await page(client, "/assets/open-data"))

    assert shown == [False, False, True]


@pytest.mark.requirement("F3.3")
async def test_what_was_taken_out_of_use_is_found_again_and_taken_into_use_again(pillar: Learn) -> None:
    async with pillar.officer() as api, pillar.browser("learn:plan") as client:
        await api.put(f"{API}/assets/open-data", json={"content": COURSE})
        shown = await page(client, "/assets/open-data")
        await send(client, shown, "/assets/open-data/archive")
        listed = await page(client, "/assets")
        gone = await page(client, "/assets?archived=true")
        out = await page(client, "/assets/open-data")
        answer = await send(client, out, "/assets/open-data/restore")
        back = await page(client, "/assets")
        told = await page(client, "/assets/open-data")

    assert "Open data for managers" not in listed
    assert '/assets?archived=true"' in listed
    assert "Open data for managers" in gone
    assert answer.status_code == 303
    assert "Open data for managers" in back
    assert "Taken into use again" in told


async def test_lists_stand_in_the_order_in_which_people_look_for_them(pillar: Learn) -> None:
    async with pillar.officer() as api, pillar.browser("learn:plan") as client:
        for place, name in enumerate(("beta", "Gamma", "Alpha")):
            await api.put(f"{API}/assets/asset-{place}", json={"content": {**COURSE, "name": name}})
            person = {"name": name, "institution": "Ministry", "role": "Head", "group": "end-users"}
            await api.put(
                f"{API}/stakeholders/person-{place}",
                json={"content": {**person, "interest": "high", "influence": "low"}},
            )
        orders = [
            re.findall(r'href="[^"]*/(?:asset|person)-(\d)"', await page(client, path))
            for path in ("/assets", "/stakeholders")
        ]

    assert orders == [["2", "0", "1"], ["2", "0", "1"]]


async def test_a_file_is_taken_in_on_a_page(pillar: Learn) -> None:
    async with pillar.browser("learn:plan") as client:
        ask = await page(client, "/assets/file")
        head = "name,type,owner,licence,language,format,reviewed\r\n"
        rows = f"{head}A,course,C,mit,en,web,2026-01-01\r\nB,x,C,mit,en,web,2026-01-01\r\n"
        told = await send(client, ask, "/assets/file", files={"file": ("a.csv", rows.encode(), CSV)}, act="take")
        none = await send(
            client, ask, "/assets/file", files={"file": ("a.pdf", b"%PDF", "application/pdf")}, act="take"
        )
        out = await client.get("/assets/out?format=csv")

    assert "Rows left out, and why" in told.text
    assert "Choose one of the words offered." in told.text
    assert "Send a CSV file" in none.text
    assert "A,course" in out.text


@pytest.mark.parametrize(
    ("kind", "language"),
    [(kind, i18n.LANGUAGES[place % len(i18n.LANGUAGES)]) for place, kind in enumerate(KINDS)],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
async def test_every_kind_has_its_pages(sqlite_databases: Databases, kind: object, language: str) -> None:
    pillar = await learn(sqlite_databases)
    async with pillar.browser("learn:*") as client:
        client.headers["accept-language"] = language
        listed = await page(client, f"/{kind.plural}")  # type: ignore[attr-defined]
        form = await page(client, f"/{kind.plural}/new")  # type: ignore[attr-defined]
        file = await page(client, f"/{kind.plural}/file")  # type: ignore[attr-defined]

    assert "<form" in form
    assert "<h1" in listed
    assert "enctype" in file


async def test_an_open_record_tells_no_title_of_a_private_one_and_no_name_to_nobody(pillar: Learn) -> None:
    await civil_servant(pillar.context, "p-1", name="Amina Kone")
    private = {"decision": "Buy from one maker", "context": "c", "reason": "r", "decided": "2026-01-02"}
    public = {"decision": "Buy from several", "context": "c", "reason": "r", "decided": "2026-03-02", "replaces": "old"}
    await civil_servant(pillar.context, "p-2", name="Omar Diallo")
    good = {
        "name": "Register", "block": "registries", "specification": "1", "url": "https://goods.test/r",
        "licence": "apache-2.0", "evidence": ["https://goods.test/e"], "nominator": "p-1",
    }  # fmt: skip
    async with pillar.officer("learn:advise", "learn:facilitate") as client:
        written = [
            await client.put(f"{API}/decision-records/old", json={"content": private}),
            await client.put(f"{API}/decision-records/later", json={"content": public, "audience": "partner"}),
            await client.put(f"{API}/good-nominations/r", json={"content": good}),
        ]
    async with pillar.bench.person("omar", "learn:advise", attributes={"person_id": "N-p-2"}) as client:
        found = {"decision": "fits", "reason": "It was tried.", "noInterest": True}
        written.append(await client.put(f"{API}/good-nominations/r/decision", json=found))
    async with pillar.officer("learn:advise", "learn:facilitate") as client:
        written.append(await client.put(f"{API}/good-nominations/r", json={"content": good, "audience": "public"}))
    async with pillar.browser() as reader, pillar.browser("learn:advise") as expert:
        shown = await page(reader, "/decision-records/later")
        whole = await page(expert, "/decision-records/later")
        named = await page(reader, "/good-nominations/r")
    async with pillar.nobody() as nobody:
        open_page = await page(nobody, "/good-nominations/r")

    assert [answer.status_code for answer in written] == [200, 200, 200, 204, 200], [answer.text for answer in written]
    assert "Buy from several" in shown
    assert "Buy from one maker" not in shown
    assert "Buy from one maker" in whole
    assert ("Amina Kone" in named, "Amina Kone" in open_page, "It was tried." in open_page) == (True, False, True)


async def test_a_change_is_audited_without_what_it_says(pillar: Learn) -> None:
    await service.put(pillar.context, by=OFFICER, kind=ASSET, draft=Draft(dict(COURSE)), record_id="open-data")
    async with pillar.context.database.reading() as tx:
        entry = (await audit.entries(tx, action="learn.record"))[0]

    assert (entry.action, entry.subject) == ("learn.record.written", "asset/open-data")
    assert set(msgspec.json.decode(entry.detail)) == {"number", "digest"}


async def test_what_is_ticked_is_not_said_to_be_written_one_a_line(pillar: Learn) -> None:
    async with pillar.browser("learn:plan") as browser:
        shown = await page(browser, "/programmes/new")

    goals = shown[shown.index('name="goals"') - 2_000 : shown.index('name="goals"')]
    gaps = shown[shown.index('name="priorityGaps"') - 2_000 : shown.index('name="priorityGaps"')]
    assert "One a line." not in goals[goals.rindex("<fieldset") :]
    assert "One a line." in gaps[gaps.rindex("<label") :]

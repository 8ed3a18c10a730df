"""Statistics and links on pages: asked in plain words, answered whole, opened by whom they are meant for."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import segno

from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import Classification, Registry, ServiceKind, ServiceState
from govstack.blocks.registries.offering import service as offering
from govstack.blocks.registries.records import service as records
from govstack.kernel.context import Context
from tests.builders.registries import ADMINISTRATOR, ANALYST, field, granted, uses
from tests.builders.registry_pages import (
    ADMINISTER,
    ANALYSE,
    AUDIT,
    desk,
    housed,
    peopled,
    visitor,
)
from tests.builders.running import Bench
from tests.builders.sharing import shareable
from tests.databases import Databases
from tests.page_lint import lint

S = "/registry/people/statistics"
H = "/registry/houses"
PLAIN = {"measure": "count", "group-0": "", "group-1": "", "period": "", "moment": "", "words": ""}
LINK = {
    "title": "Houses of the hill", "which": "all", "audience": "signed-in", "role": "", "mode": "view", "days": "7",
    "openings": "", "consent": "", "view": "", "record": "", "fields": ["/Floors", "/Use"],
}  # fmt: skip


class Place:
    """The block running with people and houses, and an analyst at its pages."""

    def __init__(self, running: Bench, people: Registry, houses: Registry, house: str) -> None:
        self.running, self.people, self.houses, self.house = running, people, houses, house
        self.analyst = visitor(running, "ann-analyst", ADMINISTER, ANALYSE, AUDIT)

    async def link(self, **wish: object) -> str:
        """The path of a link that the analyst made on the pages."""
        await self.analyst.open(f"{H}/share")
        await self.analyst.send(f"{H}/share", {**LINK, **wish, "step": "check"})
        await self.analyst.send(f"{H}/share", {**LINK, **wish, "step": "send"})
        found = re.search(r"/registries(/shared/[\w-]{43})|(/shared/[\w-]{43})", self.analyst.page)
        assert found, self.analyst.page
        return found[1] or found[2]


@pytest.fixture
async def place(sqlite_databases: Databases) -> AsyncIterator[Place]:
    async with desk(sqlite_databases) as running:
        people, _uuids = await peopled(running.context)
        houses, house = await housed(running.context, people)
        await shareable(running.context, people)
        await shareable(running.context, houses)
        yield Place(running, people, houses, house)


async def redefined(context: Context, registry: Registry, **parts: Any) -> None:
    """Change parts of a registry's definition, as a draft where they are versioned."""
    wanted = replace(design.as_definition(registry), **parts)
    await design.upsert_definition(context, by=ADMINISTRATOR, definition=wanted)


async def switched(context: Context, registry: Registry, kind: ServiceKind, state: ServiceState) -> None:
    """Switch a service of the first version."""
    await offering.set_state(context, by=ADMINISTRATOR, code=registry.code, version="1.0", name=kind.value, state=state)


async def more_people(place: Place, number: int) -> None:
    """Enter people of the north with an income."""
    for count in range(number):
        content = {"ID": f"X{count}", "Region": "north", "Income": 100, "BirthDate": f"19{80 + count}-01-01"}
        await records.create(place.running.context, by=ANALYST, registry=place.people, content=content)


@pytest.mark.requirement("DRS-26", "X010")
async def test_a_question_is_answered_with_a_table_a_chart_and_a_file(place: Place) -> None:
    await place.analyst.open(f"{H}/statistics")
    for floors, use in ((3, "res"), (1, "com"), (4, "com")):
        content = {"Floors": floors, "Use": use}
        await records.create(place.running.context, by=ANALYST, registry=place.houses, content=content)
    form = {**PLAIN, "measure": "sum", "field": "/Floors", "group-0": "/Use"}

    page = await place.analyst.send(f"{H}/statistics", form, step="show")
    file = await place.analyst.send(f"{H}/statistics", form, step="csv")

    assert (page.status_code, lint(page.text)) == (200, [])
    assert "Residential" in page.text
    assert "<svg" in page.text
    assert "res,5,2," in file.text
    assert "attachment" in file.headers["content-disposition"]


@pytest.mark.requirement("DRS-26")
async def test_figures_about_few_people_are_withheld_on_the_page(place: Place) -> None:
    await more_people(place, 6)
    await place.analyst.open(S)

    page = await place.analyst.send(S, {**PLAIN, "group-0": "/Region"}, step="show")

    assert "withheld" in page.text
    assert page.text.count("Some figures are withheld. To protect people, figures about fewer than 5 records") == 1
    assert lint(page.text) == []


@pytest.mark.requirement("DRS-26")
@pytest.mark.parametrize("language", ["en", "ar"])
async def test_where_only_the_total_is_left_the_page_says_whom_that_protects(place: Place, language: str) -> None:
    await more_people(place, 6)
    await place.analyst.open(f"{S}?lang={language}")

    page = await place.analyst.send(S, {**PLAIN, "group-0": "/LastName"}, step="show")
    few = await place.analyst.send(S, {**PLAIN, "group-0": "/LastName", "words": "Anderson"}, step="show")

    total, none, row = ("Only the total is shown.", "Nothing is shown:", "Groups left out to protect people")
    if language == "ar":
        total, none, row = ("لا يُعرض سوى المجموع.", "لا يُعرض شيء:", "مجموعات حُذفت لحماية الأشخاص")
    assert (page.text.count(total), page.text.count(row), page.text.count(none)) == (1, 1, 0)
    assert (few.text.count(total), few.text.count(row), few.text.count(none)) == (0, 0, 1)
    assert (lint(page.text), lint(few.text)) == ([], [])


@pytest.mark.requirement("DRS-26")
async def test_a_report_is_kept_opened_and_deleted(place: Place) -> None:
    await more_people(place, 6)
    await place.analyst.open(S)

    kept = await place.analyst.send(S, {**PLAIN, "period": "year"}, step="keep", name="People by year")
    address = kept.headers["location"].removeprefix("/registries")
    page = await place.analyst.open(address)
    file = await place.analyst.send(address, step="csv")
    await place.analyst.open(address)
    gone = await place.analyst.send(address, step="delete")

    assert ("People by year" in page.text, lint(page.text), "time,count" in file.text) == (True, [], True)
    assert gone.status_code == 303
    assert (await place.analyst.open(address)).status_code == 404


@pytest.mark.requirement("DRS-26", "X050")
@pytest.mark.parametrize("path", ["", "/changes", "/changes?period=day", "/services", "/readers", "?lang=ar"])
async def test_the_pages_of_statistics_are_whole(place: Place, path: str) -> None:
    answer = await place.analyst.open(S + path)

    assert (answer.status_code, lint(answer.text)) == (200, [])


@pytest.mark.requirement("DRS-26")
@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"measure": ""}, "Choose what to work out"),
        ({"measure": "sum"}, "Choose the number"),
        ({"group-0": "/Region", "group-1": "/Region"}, "Choose another field than the first"),
        ({"since-day": "31", "since-month": "2", "since-year": "2026"}, "Enter a real date"),
        ({"field-0": "/Income", "comparing-0": "from", "value-0": "much"}, "must be a number"),
        ({"field-0": "/Income", "comparing-0": "from"}, "Enter what to compare with"),
        ({"group-0": "/Note"}, "This part"),
    ],
)
async def test_a_form_says_what_is_wrong(place: Place, form: dict[str, str], said: str) -> None:
    await place.analyst.open(S)

    page = await place.analyst.send(S, {**PLAIN, **form}, step="show")

    assert (page.status_code, said in page.text, lint(page.text)) == (400, True, [])


@pytest.mark.requirement("DRS-26", "DRS-6")
async def test_a_stranger_finds_no_figures(place: Place) -> None:
    stranger = visitor(place.running, "somebody")

    answers = [(await stranger.open(f"{S}{path}")).status_code for path in ("", "/changes", "/services", "/readers")]

    assert answers == [403, 403, 403, 403]


@pytest.mark.requirement("DRS-26")
async def test_the_limit_is_set_on_the_page(place: Place) -> None:
    await place.analyst.open(S)
    wrong = await place.analyst.send(f"{S}/smallest", smallest="1")
    right = await place.analyst.send(f"{S}/smallest", smallest="10")

    page = await place.analyst.open(S)

    assert (wrong.status_code, right.status_code) == (400, 303)
    assert "fewer than 10 records" in page.text


@pytest.mark.requirement("DRS-27", "X043")
async def test_a_link_is_made_with_its_qr_code_and_letter_and_opened(place: Place) -> None:
    path = await place.link()
    made = place.analyst.page
    receiver = visitor(place.running, "dora-doctor")

    cover = await receiver.open(path)
    shown = await receiver.send(path, step="look")

    assert (lint(made), lint(cover.text), lint(shown.text)) == ([], [], [])
    address = html.unescape(re.findall(r"https?://[^\s\"<]*/shared/[A-Za-z0-9_-]{43}", made)[0])
    modules = re.findall(r' d="([^"]+)"', segno.make(address, error="m", micro=False).svg_inline())
    assert 'aria-label="QR code of the link"' in made
    assert modules
    assert modules[0] in made
    assert "mailto:?subject=" in html.unescape(made)
    assert ("Residential" in cover.text, "Residential" in shown.text) == (False, True)
    assert "Dora Doctor · Link 1 ·" in shown.text
    assert "This link is for looking only." in shown.text


@pytest.mark.requirement("DRS-27", "SD-1")
async def test_a_form_that_is_sent_twice_makes_one_link(place: Place) -> None:
    await place.analyst.open(f"{H}/share")
    await place.analyst.send(f"{H}/share", {**LINK, "step": "check"})
    mark = place.analyst.hidden("form_mark")

    first = await place.analyst.send(f"{H}/share", {**LINK, "step": "send", "form_mark": mark})
    again = await place.analyst.send(f"{H}/share", {**LINK, "step": "send", "form_mark": mark})

    links = [re.findall(r"/shared/[\w-]{43}", answer.text)[0] for answer in (first, again)]
    listed = await place.analyst.open("/shares")
    assert links[0] == links[1]
    assert listed.text.count("Houses of the hill") == 1


@pytest.mark.requirement("DRS-27")
async def test_pages_behind_a_link_stay_private(place: Place) -> None:
    path = await place.link()
    receiver = visitor(place.running, "dora-doctor")

    answers = [
        await receiver.open(path), await receiver.send(path, step="look"), await receiver.open("/shared/" + "A" * 43),
    ]  # fmt: skip

    for answer in answers:
        assert answer.headers.get_list("cache-control") == ["no-store"]
        assert answer.headers.get_list("referrer-policy") == ["no-referrer"]
        assert answer.headers["x-robots-tag"] == "noindex, nofollow"


@pytest.mark.requirement("DRS-27")
async def test_nobody_tells_a_wrong_link_from_one_that_is_not_for_them(place: Place) -> None:
    path = await place.link()
    nobody = visitor(place.running)

    meant_for_others, wrong = await nobody.open(path), await nobody.open("/shared/" + "A" * 43)

    def same(answer: httpx.Response, token: str) -> str:
        return re.sub(r'value="[^"]*"|[0-9a-f-]{36}', "", answer.text.replace(token, ""))

    assert (meant_for_others.status_code, wrong.status_code, lint(wrong.text)) == (404, 404, [])
    assert same(meant_for_others, path.rpartition("/")[2]) == same(wrong, "A" * 43)


@pytest.mark.requirement("DRS-27")
async def test_what_anyone_may_see_must_be_confirmed(place: Place) -> None:
    wish = {**LINK, "audience": "anyone"}
    await place.analyst.open(f"{H}/share")
    asked = await place.analyst.send(f"{H}/share", wish, step="check")
    refused = await place.analyst.send(f"{H}/share", wish, step="send")
    made = await place.analyst.send(f"{H}/share", wish, step="send", open="yes")

    assert "That makes them open data." in asked.text
    assert (refused.status_code, "Confirm that anyone may see it" in refused.text) == (400, True)
    assert [lint(one.text) for one in (asked, refused, made)] == [[], [], []]
    path = re.search(r"/shared/[\w-]{43}", made.text)
    assert path
    nobody = visitor(place.running)
    await nobody.open(path[0])
    assert "Open data" in (await nobody.send(path[0], step="look")).text


@pytest.mark.requirement("DRS-27")
async def test_a_copy_carries_the_watermark(place: Place) -> None:
    path = await place.link(mode="download")
    receiver = visitor(place.running, "dora-doctor")
    await receiver.open(path)

    file = await receiver.send(path, step="copy")

    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert file.text.startswith('Floors,Use,shared\r\n2,res,"Dora Doctor · Link 1 ·')


@pytest.mark.requirement("DRS-27")
async def test_a_link_is_listed_with_its_openings_and_withdrawn(place: Place) -> None:
    path = await place.link()
    receiver = visitor(place.running, "dora-doctor")
    await receiver.open(path)
    await receiver.send(path, step="look")
    listed = await place.analyst.open("/shares")
    one = re.search(r"/shares/[0-9a-f-]{36}", listed.text)
    assert one

    page = await place.analyst.open(one[0])
    await place.analyst.send(one[0])

    assert (lint(listed.text), lint(page.text), "Dora Doctor" in page.text) == ([], [], True)
    assert (await receiver.open(path)).status_code == 404
    assert (await receiver.open(one[0])).status_code == 404


@pytest.mark.requirement("DRS-27")
@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"title": ""}, "Enter what is shared"),
        ({"fields": []}, "Choose at least one field"),
        ({"audience": "role:"}, "Enter the name of the role"),
        ({"days": "400"}, "Enter a number from 1 to 30"),
        ({"openings": "0"}, "Enter a number from 1 to"),
        ({"which": "some"}, "Choose at least one record"),
    ],
)
async def test_a_link_that_lacks_something_is_not_made(place: Place, wish: dict[str, object], said: str) -> None:
    await place.analyst.open(f"{H}/share")

    page = await place.analyst.send(f"{H}/share", {**LINK, **wish}, step="check")

    assert (page.status_code, said in page.text, lint(page.text)) == (400, True, [])


@pytest.mark.requirement("DRS-27", "DRS-6")
async def test_only_who_may_share_is_offered_it(place: Place) -> None:
    reader, sharer = visitor(place.running, "somebody"), visitor(place.running, "sam", roles=("clerk",))
    await granted(place.running.context, place.houses, "role:clerk", ServiceKind.SHARE)

    offered = [
        "Share these records" in (await one.open(f"{H}/records")).text
        and "Share the record" in (await one.open(f"{H}/records/{place.house}")).text
        for one in (reader, sharer)
    ]

    assert offered == [False, True]
    assert (await reader.open(f"{H}/share")).status_code == 403
    one = await sharer.open(f"{H}/share?record={place.house}")
    assert (one.status_code, lint(one.text)) == (200, [])


@pytest.mark.requirement("DRS-27", "DRS-5")
async def test_where_sharing_is_off_the_pages_say_so_and_lead_to_the_switch(place: Place) -> None:
    context = place.running.context
    await switched(context, place.houses, ServiceKind.SHARE, ServiceState.DISABLED)
    await granted(context, place.houses, "role:clerk", ServiceKind.SHARE, ServiceKind.LIST, ServiceKind.READ)
    clerk, switch = visitor(place.running, "sam", roles=("clerk",)), f"{H}/services/1.0/data-share"

    off = await place.analyst.open(f"{H}/share?record={place.house}")
    sent = await place.analyst.send(f"{H}/share", {**LINK, "step": "send"})
    pages = [(await place.analyst.open(f"{H}{path}")).text for path in ("/records", f"/records/{place.house}")]
    told = await clerk.open(f"{H}/share")
    seen = (await clerk.open(f"{H}/records")).text

    assert (off.status_code, sent.status_code, told.status_code) == (404, 404, 404)
    assert "The service “Share” is switched off in version 1.0 of this registry." in off.text
    assert all(switch in page for page in (off.text, *pages))
    assert ("Whoever manages the registry can switch it on." in told.text, switch in told.text + seen) == (True, False)
    assert [lint(page) for page in (off.text, told.text, *pages)] == [[], [], [], []]


@pytest.mark.requirement("DRS-5", "DRS-26")
async def test_where_statistics_or_lists_are_off_the_pages_say_so(place: Place) -> None:
    for kind in (ServiceKind.STATISTICS, ServiceKind.LIST):
        await switched(place.running.context, place.houses, kind, ServiceState.DISABLED)

    figures, grid = await place.analyst.open(f"{H}/statistics"), await place.analyst.open(f"{H}/records")

    assert (figures.status_code, lint(figures.text), lint(grid.text)) == (404, [], [])
    assert "The service “Statistics” is switched off" in figures.text
    assert f"{H}/services/1.0/data-list" in grid.text


@pytest.mark.requirement("DRS-5", "DRS-27")
async def test_a_new_version_offers_what_the_one_before_did(place: Place) -> None:
    context = place.running.context
    await redefined(context, place.houses, fields=(*place.houses.fields, field("Roof")))
    made, _changes = await design.publish(context, by=ADMINISTRATOR, code="houses")

    assert (made.version, made.works(ServiceKind.SHARE)) == ("1.1", True)


@pytest.mark.requirement("DRS-27", "X050")
@pytest.mark.parametrize(
    ("wish", "place_of_it", "said"),
    [
        ({"title": "x" * 121}, "title", "Use at most 120 characters"),
        ({"consent": "x" * 201}, "consent", "Use at most 200 characters"),
        ({"audience": "role:", "role": "two words"}, "role", "Enter the name of the role, without blanks"),
        (
            {"audience": "anyone", "fields": ["/Region", "/FirstName"]},
            "audience",
            "Anyone may see only what is not personal. Choose people who are signed in, or leave out these",
        ),
    ],
)
async def test_an_answer_is_checked_before_the_link_is_shown_for_confirmation(
    place: Place, wish: dict[str, object], place_of_it: str, said: str
) -> None:
    await place.analyst.open("/registry/people/share")

    page = await place.analyst.send("/registry/people/share", {**LINK, "fields": ["/Region"], **wish}, step="check")

    assert (page.status_code, lint(page.text)) == (400, [])
    assert f'<a href="#{place_of_it}">{said}' in page.text


@pytest.mark.requirement("DRS-27")
async def test_a_confidential_registry_is_shared_with_people_who_are_signed_in(place: Place) -> None:
    await redefined(place.running.context, place.houses, classification=Classification.CONFIDENTIAL)
    await place.analyst.open(f"{H}/share")

    page = await place.analyst.send(f"{H}/share", {**LINK, "audience": "anyone"}, step="check")

    assert page.status_code == 400
    assert "This registry is confidential, so a link cannot be for anyone." in page.text


@pytest.mark.requirement("DRS-12", "DRS-26")
async def test_asking_is_no_use_of_a_service_and_making_a_link_is_one(place: Place) -> None:
    await place.link()
    await place.analyst.open(f"{H}/statistics")
    await place.analyst.send(f"{H}/statistics", PLAIN, step="show")
    used = await uses(place.running.context, "houses")

    assert (used["data-share"], used["data-statistics"]) == (1, 1)


@pytest.mark.requirement("DRS-27")
async def test_a_long_name_leaves_the_watermark_its_link_and_moment(place: Place) -> None:
    path = await place.link()
    receiver = visitor(place.running, "dora", name="Dora Josephine Wilhelmina van der Westhuizen-Oyelaran")
    await receiver.open(path)

    shown = await receiver.send(path, step="look")

    drawn = re.findall(r"<text [^>]*>([^<]*)</text>", shown.text)
    assert len(drawn) == 6
    assert all(re.fullmatch(r"Dora Jos[\w -]*… · Link 1 · .*\d:\d\d:\d\d.*", text) for text in drawn), drawn

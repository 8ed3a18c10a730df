"""What somebody typed or pasted that no document can hold does not spoil the files that go out."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from icalendar import Calendar

from govstack.pillars.learn.needs.qti import model as qti
from govstack.pillars.learn.papers.model import Content, Facts, Grid, Paper
from govstack.pillars.learn.papers.presenters import drawn
from tests.builders.courses import course, session
from tests.builders.learning import learn
from tests.builders.testing import item
from tests.databases import Databases

STRAY = "\x01\x07\x08\x0b\x0c\x0e\x1f\ufffe\uffff"
EVENT = "Law\r\nX-EVIL:1"


@pytest.mark.requirement("F12.3")
async def test_one_title_does_not_spoil_the_feed_and_the_calendar_of_all_courses(sqlite_databases: Databases) -> None:
    pillar = await learn(sqlite_databases)
    await course(pillar.context, "law", titles={"en": f"Law & <b>{STRAY}", "fr": STRAY + EVENT}, track="citizens")
    await session(pillar.context, "s-1", "law", place=f"Room; 1, {STRAY}{EVENT}")

    async with pillar.browser() as client:
        news = await client.get("/catalogue/news")
        days = await client.get("/catalogue/calendar", params={"lang": "fr"})

    told = ET.fromstring(news.content).findall(".//{http://www.w3.org/2005/Atom}title")
    (event,) = Calendar.from_ical(days.content).walk("VEVENT")
    assert "Law & <b>" in [one.text for one in told]
    assert (str(event["summary"]), "X-EVIL" in event) == ("Law\nX-EVIL:1", False)
    assert str(event["location"]) == "Room; 1, Law\nX-EVIL:1"
    assert not set(STRAY) & set(news.text + days.text)


@pytest.mark.requirement("F6.4")
def test_an_item_that_goes_out_is_xml_whatever_its_question_holds() -> None:
    one = item(prompts={"en": f"What <i>{STRAY} is & was]]>?"})

    root = ET.fromstring(qti.written(one, "en"))

    assert root.get("title") == "What <i> is & was]]>?"


@pytest.mark.requirement("F9.1")
@pytest.mark.parametrize("paper", list(Paper))
def test_a_paper_is_drawn_whatever_was_written(paper: Paper) -> None:
    rows = [("أمينة" + STRAY, "\u202eevil" + STRAY)]
    content = Content(f"A{STRAY}", "ar", STRAY, [Facts(STRAY, rows), Grid(STRAY, ["a" + STRAY, "b"], rows)])

    assert len(drawn(content, paper)) > 1_000

"""Charts are valid drawings with a name, a description and a table of the same numbers, in either direction."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from govstack.web import charts, sequence
from govstack.web.charts import Bars, Figure, HeatMap, Lines, Sparkline, StackedBars
from govstack.web.heatmap import level
from govstack.web.sequence import Arrow, Diagram, Participant
from govstack.web.svg import round_up, shortened, two_lines

BARS = Bars("bars", "Payments <by> district", [("North & coast", 1_234), ("South", 0)])
STACKED = StackedBars("stacked", "Requirements", ["Met", "Missing"], [("Identity", (42, 3)), ("Consent", (0, 0))])
LINES = Lines(
    "lines", "Messages", ["Accepted", "Refused"], [("1 May", (10, 1)), ("2 May", (20, None)), ("3 May", (5, 2))]
)
HEAT = HeatMap("heat", "Calls", ["Identity", "Consent and access"], [("Identity", (None, 12)), ("Consent", (3, 0))])
FIGURES = [BARS, STACKED, LINES, HEAT]
PARTIES = [Participant("portal", "Citizen portal"), Participant("bank", "Savannah Bank")]


def drawing(figure: Figure, language: str = "en") -> Element:
    """Return the drawn figure, parsed strictly."""
    return ElementTree.fromstring(charts.draw(figure, language=language))


def diagram(*messages: Arrow, language: str = "en") -> Element:
    """Return the drawn messages, parsed strictly."""
    return ElementTree.fromstring(sequence.draw(Diagram("talk", "Talk", PARTIES, messages), language=language))


def words(root: Element) -> str:
    """Return everything that can be read in a drawing and around it."""
    return " ".join(text.strip() for text in root.itertext())


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: type(figure).__name__)
def test_a_chart_has_a_named_drawing_and_a_table(figure: Figure, language: str) -> None:
    root = drawing(figure, language)

    picture = next(svg for svg in root.iter("svg") if svg.get("role") == "img")
    assert picture.get("aria-labelledby") == f"{figure.name}-title {figure.name}-desc"
    assert [picture.findtext("title"), bool(picture.findtext("desc"))] == [figure.title, True]
    assert root.find(".//details//table/caption") is not None


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: type(figure).__name__)
def test_the_table_holds_every_row(figure: Bars | StackedBars | Lines | HeatMap) -> None:
    rows = drawing(figure).findall(".//table/tbody/tr")

    assert [row.findtext("th") for row in rows] == [row[0] for row in figure.rows]


def test_money_in_a_chart_is_written_as_on_the_page_around_it() -> None:
    told = words(drawing(Bars("costs", "Costs", [("Rooms", 1_250.5)], unit="KES"), "en"))

    assert told.count("KES\u00a01,250.50") == 3
    assert "5\u00a0days" in words(drawing(Bars("time", "Time", [("Law", 5)], unit="days")))


def test_a_sparkline_says_its_numbers() -> None:
    root = drawing(Sparkline("hours", "Messages by hour", [3, 1_200, 5]))

    assert [root.findtext("title"), root.findtext("desc")] == ["Messages by hour", "3, 1,200 and 5"]


@pytest.mark.parametrize(
    "figure",
    [
        Bars("none", "Payments", []),
        StackedBars("none", "Payments", ["a"], []),
        Lines("none", "Payments", ["a"], [("1 May", (None,))]),
        HeatMap("none", "Payments", [], []),
    ],
    ids=lambda figure: type(figure).__name__,
)
def test_a_chart_without_numbers_says_so(figure: Figure) -> None:
    assert "There are no numbers to show yet." in words(drawing(figure))


def test_a_gap_in_a_line_stays_a_gap() -> None:
    lines = [line for line in drawing(LINES).iter("polyline") if line.get("class") == "gs-line gs-line-2"]

    assert [len(line.get("points", "").split()) for line in lines] == [1, 1]


def test_bars_grow_from_the_right_in_arabic() -> None:
    bar = next(rect for rect in drawing(BARS, "ar").iter("rect"))

    assert (bar.get("x"), bar.get("width")) == ("22%", "78%")


@pytest.mark.parametrize(("number", "expected"), [(0, 0), (1, 1), (25, 1), (26, 2), (75, 3), (76, 4), (100, 4)])
def test_the_level_of_a_cell_counts_quarters(number: int, expected: int) -> None:
    assert level(number, 100) == expected


def test_a_cell_can_be_read_without_colour() -> None:
    root = drawing(HEAT)
    dots = [circle for circle in root.iter("circle") if "gs-heat__dot--4" in circle.get("class", "")]

    assert len(dots) == 4
    assert "12" in words(root)


@pytest.mark.parametrize(("number", "end"), [(0, 1), (7, 10), (10, 10), (11, 20), (230, 250), (0.3, 0.5)])
def test_a_scale_ends_at_a_readable_number(number: float, end: float) -> None:
    assert round_up(number) == pytest.approx(end)


def test_what_is_counted_in_whole_numbers_has_whole_numbers_beside_every_line() -> None:
    root = drawing(Lines("cases", "Cases", ["Cases"], [("1 May", (1,)), ("2 May", (41,))]))

    ticks = [one.text for one in root.iter("text") if "gs-chart__tick" in one.get("class", "")]
    assert ticks[:4] == ["20", "40", "60", "80"]


def test_labels_are_cut_or_broken_where_there_is_no_room() -> None:
    assert [shortened("Information mediator", 8), two_lines("Information mediator", 12)] == [
        "Informa…",
        ["Information", "mediator"],
    ]


def test_a_message_is_an_arrow_from_its_source_to_its_target() -> None:
    root = diagram(Arrow("portal", "bank", "POST /payments", "accepted", 201, 12.4, datetime(2026, 11, 21, tzinfo=UTC)))

    line = next(
        line for line in root.iter("line") if line.get("class") == "gs-sequence__line gs-sequence__line--accepted"
    )
    assert float(line.get("x1", "").rstrip("%")) < float(line.get("x2", "").rstrip("%"))
    assert "Answered 201 · 12 ms" in words(root)


def test_what_was_answered_can_be_said_in_words_and_stands_as_a_number_in_the_table() -> None:
    root = diagram(Arrow("portal", "bank", "GET /accounts/7", "accepted", 404, outcome="Has no such account"))

    assert "Has no such account" in words(root)
    assert "Answered" not in words(root)
    assert "404" in words(root)


def test_a_message_runs_the_other_way_in_arabic() -> None:
    root = diagram(Arrow("portal", "bank", "POST /payments"), language="ar")

    line = next(
        line for line in root.iter("line") if line.get("class") == "gs-sequence__line gs-sequence__line--accepted"
    )
    assert float(line.get("x1", "").rstrip("%")) > float(line.get("x2", "").rstrip("%"))


@pytest.mark.parametrize(
    ("verdict", "word", "shape"),
    [("refused", "Refused", "gs-sequence__stop"), ("failed", "Failed", "gs-sequence__warn")],
)
def test_a_call_that_did_not_pass_has_a_word_and_a_shape_of_its_own(
    verdict: sequence.Verdict, word: str, shape: str
) -> None:
    root = diagram(Arrow("portal", "bank", "POST /payments", verdict, 403))

    assert f"{word} 403" in words(root)
    assert any(path.get("class") == shape for path in root.iter("path"))


def test_an_arrow_leads_to_its_details_and_says_what_it_is() -> None:
    root = diagram(Arrow("portal", "bank", "POST /payments", "accepted", 200, href="/messages/1"))

    link = next(link for link in root.iter("a") if link.get("class") == "gs-sequence__link")
    assert link.get("href") == "/messages/1"
    assert link.get("aria-label") == "POST /payments Answered 200, Citizen portal → Savannah Bank"


def test_the_table_of_messages_also_holds_parties_that_are_not_drawn() -> None:
    root = diagram(Arrow("portal", "bank", "GET /a"), Arrow("portal", "elsewhere", "GET /b"))

    assert len(root.findall(".//tbody/tr")) == 2


def test_no_messages_are_said_to_be_none() -> None:
    assert "No messages yet." in words(diagram())

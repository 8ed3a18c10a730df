"""Draws messages between systems as a sequence diagram, with a table of the same facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from markupsafe import Markup

from govstack.kernel import i18n
from govstack.web.chart_frame import FOLDER, details
from govstack.web.svg import Canvas, shortened, tag, two_lines

PARTICIPANTS_MAX = 12
MESSAGES_MAX = 500
ROW_PIXELS = 64
HEAD_PIXELS = 64
FOOT_PIXELS = 16
# The share of the width kept for the time of each message.
TIME_PERCENT = 11.0
CHARACTER_PIXELS = 8.6
COLUMN_PIXELS_MIN = 150
LABEL_CHARACTERS_MAX = 60

Verdict = Literal["accepted", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class Participant:
    """One lifeline: a building block, a member or an application."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """One message: who called whom, for what, and how it ended.

    `status` is what was answered, such as 200; `outcome` says it in words of the reader instead, where there are any;
    `at` is a moment or its timestamp; `href` leads to the details.
    """

    source: str
    target: str
    label: str
    verdict: Verdict = "accepted"
    status: int | str = ""
    milliseconds: float | None = None
    at: datetime | str = ""
    href: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Diagram:
    """A sequence diagram; `name` is unique on the page."""

    name: str
    title: str
    participants: Sequence[Participant]
    messages: Sequence[Arrow]
    description: str = ""


def draw(diagram: Diagram, *, language: str) -> Markup:
    """Return the figure: lifelines that stay in sight, arrows in the given order, and the table."""
    i18n.register(FOLDER)
    drawing = _Drawing(diagram, language)
    caption = tag("figcaption", diagram.title, class_="gs-chart__title", id=f"{diagram.name}-caption")
    told = tag("p", diagram.description, class_="gs-chart__description") if diagram.description else ""
    if not drawing.messages:
        empty = i18n.translate(language, "No messages yet. They appear here as soon as systems talk.", folder=FOLDER)
        return tag("figure", caption, told, tag("p", empty, class_="gs-empty"), class_="gs-chart", id=diagram.name)
    scroll = tag(
        "div",
        drawing.head(),
        drawing.body(),
        class_="gs-scroll gs-sequence",
        role="region",
        tabindex="0",
        aria_labelledby=f"{diagram.name}-caption",
    )
    show = i18n.translate(language, "Show the messages as a table", folder=FOLDER)
    return tag("figure", caption, told, scroll, details(show, drawing.table()), class_="gs-chart", id=diagram.name)


def verdict_text(verdict: Verdict, language: str) -> str:
    """Name a verdict in the reader's language."""
    match verdict:
        case "accepted":
            # Let through and answered; what was answered, be it a refusal, stands behind it.
            return i18n.translate(language, "Answered", folder=FOLDER)
        case "refused":
            return i18n.translate(language, "Refused", folder=FOLDER)
        case "failed":
            return i18n.translate(language, "Failed", folder=FOLDER)


class _Drawing:
    """The measures and parts of one diagram."""

    def __init__(self, diagram: Diagram, language: str) -> None:
        self._diagram, self._language = diagram, language
        self._participants = diagram.participants[:PARTICIPANTS_MAX]
        known = {participant.id for participant in self._participants}
        # A message of a party that is not drawn still stands in the table.
        self.messages = [
            arrow for arrow in diagram.messages[:MESSAGES_MAX] if arrow.source in known and arrow.target in known
        ]
        self._canvas = Canvas(language)
        self._order: Mapping[str, int] = {participant.id: index for index, participant in enumerate(self._participants)}
        self._labels: Mapping[str, str] = {participant.id: participant.label for participant in diagram.participants}

    @property
    def _column(self) -> float:
        return (100 - TIME_PERCENT) / len(self._participants)

    def _middle(self, identifier: str) -> float:
        return TIME_PERCENT + (self._order[identifier] + 0.5) * self._column

    def _class(self, kind: str) -> str:
        return f"gs-sequence__{kind} gs-sequence__{kind}--{len(self._participants)}"

    def head(self) -> Markup:
        """Draw the names of the lifelines; they stay in sight while the messages scroll."""
        boxes: list[Markup] = []
        for participant in self._participants:
            middle = self._middle(participant.id)
            rows = two_lines(participant.label, 15)
            place = self._canvas.span(middle - self._column * 0.44, self._column * 0.88)
            boxes.append(tag("rect", **place, y=8, height=HEAD_PIXELS - 16, rx=4, class_="gs-sequence__box"))
            top = HEAD_PIXELS / 2 + 6 - (len(rows) - 1) * 9
            boxes += [
                self._canvas.text(row, middle, top + index * 18, "gs-sequence__name", anchor="middle")
                for index, row in enumerate(rows)
            ]
        return tag(
            "svg",
            *boxes,
            class_=self._class("head"),
            width="100%",
            height=HEAD_PIXELS,
            aria_hidden="true",
            focusable="false",
        )

    def body(self) -> Markup:
        """Draw the lifelines and every arrow between them."""
        height = len(self.messages) * ROW_PIXELS + FOOT_PIXELS
        lifelines = [
            tag("line", x1=x, x2=x, y1=0, y2=height, class_="gs-sequence__life")
            for x in (self._canvas.x(self._middle(participant.id)) for participant in self._participants)
        ]
        title = f"{self._diagram.name}-title"
        return tag(
            "svg",
            tag("title", self._diagram.title, id=title),
            tag("g", *lifelines, aria_hidden="true"),
            *(self._row(arrow, index * ROW_PIXELS) for index, arrow in enumerate(self.messages)),
            class_=self._class("body"),
            width="100%",
            height=height,
            role="group",
            aria_labelledby=title,
        )

    def _row(self, arrow: Arrow, top: float) -> Markup:
        parts = tag(
            "g",
            tag("rect", x=0, y=top + 2, width="100%", height=ROW_PIXELS - 4, rx=4, class_="gs-sequence__row"),
            self._canvas.text(self._time(arrow), 0, top + ROW_PIXELS / 2 + 8, "gs-sequence__time", dx=10),
            " ",
            self._shape(arrow, top + ROW_PIXELS / 2 + 2),
            self._words(arrow, top + ROW_PIXELS / 2 + 2),
            class_=f"gs-sequence__message gs-sequence__message--{arrow.verdict}",
        )
        if not arrow.href:
            return parts
        # The name begins with the words in sight, in their order, so that people who speak commands can say them.
        seen = f"{self._time(arrow)} {arrow.label} {self._outcome(arrow)}".strip()
        said = f"{seen}, {self._labels[arrow.source]} → {self._labels[arrow.target]}"
        return tag("a", parts, href=arrow.href, class_="gs-sequence__link", aria_label=said)

    def _shape(self, arrow: Arrow, y: float) -> Markup:
        """Draw the arrow: a refused one ends in a stop sign, a failed one in a warning triangle, both interrupted."""
        start, end = self._middle(arrow.source), self._middle(arrow.target)
        line_class = f"gs-sequence__line gs-sequence__line--{arrow.verdict}"
        if arrow.source == arrow.target:
            loop = tag("path", d="M0 -10H34V10H12", class_=line_class)
            return self._canvas.at(
                start, y, loop, tag("g", _END[arrow.verdict], transform="translate(4 10) scale(-1 1)")
            )
        forward = end > start
        line = tag("line", x1=self._canvas.x(start), x2=self._canvas.x(end), y1=y, y2=y, class_=line_class)
        head = tag("g", _END[arrow.verdict], transform=None if forward else "scale(-1 1)")
        return Markup("").join((line, self._canvas.at(end, y, head)))

    def _words(self, arrow: Arrow, y: float) -> Markup:
        """Write the operation above the arrow and its outcome below, leaning inwards where they are long."""
        start, end = sorted((self._middle(arrow.source), self._middle(arrow.target)))
        label = shortened(arrow.label, LABEL_CHARACTERS_MAX)
        room = (end - start) / self._column * COLUMN_PIXELS_MIN - 30
        place, anchor, dx = (start + end) / 2, "middle", 0.0
        if arrow.source == arrow.target or len(label) * CHARACTER_PIXELS > room:
            inwards = start + end < 100 + TIME_PERCENT
            place, anchor, dx = (start, "start", 12.0) if inwards else (end, "end", -12.0)
            if arrow.source == arrow.target:
                dx = 44.0 if inwards else -12.0
        outcome = f"gs-sequence__outcome gs-sequence__outcome--{arrow.verdict}"
        return Markup("").join(
            (
                self._canvas.code(label, place, y - 9, "gs-sequence__label", anchor=anchor, dx=dx),
                " ",
                self._canvas.text(self._outcome(arrow), place, y + 21, outcome, anchor=anchor, dx=dx),
            )
        )

    def _outcome(self, arrow: Arrow) -> str:
        verdict = self._verdict(arrow)
        said = f"{verdict} {arrow.status}" if arrow.status != "" and not arrow.outcome else verdict
        return f"{said} · {self._duration(arrow)}" if arrow.milliseconds is not None else said

    def _verdict(self, arrow: Arrow) -> str:
        return arrow.outcome or verdict_text(arrow.verdict, self._language)

    def _duration(self, arrow: Arrow) -> str:
        if arrow.milliseconds is None:
            return "–"
        digits = 1 if arrow.milliseconds < 10 else 0
        number = i18n.format_number(self._language, round(arrow.milliseconds, digits))
        return i18n.translate(self._language, "{number} ms", folder=FOLDER, number=number)

    def _time(self, arrow: Arrow) -> str:
        return i18n.format_time(self._language, arrow.at) if arrow.at else ""

    def table(self) -> Markup:
        """Return every message as a row."""
        language = self._language
        headers = (
            i18n.translate(language, "Time", folder=FOLDER),
            i18n.translate(language, "From", folder=FOLDER),
            i18n.translate(language, "To", folder=FOLDER),
            i18n.translate(language, "Operation", folder=FOLDER),
            i18n.translate(language, "Verdict", folder=FOLDER),
            i18n.translate(language, "Status", folder=FOLDER),
            i18n.translate(language, "Duration", folder=FOLDER),
        )
        head = [tag("th", header, scope="col", class_="govuk-table__header") for header in headers]
        rows = [
            tag("tr", *(_cell(value) for value in self._facts(arrow)), class_="govuk-table__row")
            for arrow in self._diagram.messages[:MESSAGES_MAX]
        ]
        table = tag(
            "table",
            tag("caption", self._diagram.title, class_="govuk-table__caption"),
            tag("thead", tag("tr", *head, class_="govuk-table__row"), class_="govuk-table__head"),
            tag("tbody", *rows, class_="govuk-table__body"),
            class_="govuk-table gs-table--compact",
        )
        return tag(
            "div",
            table,
            class_="gs-scroll",
            role="region",
            tabindex="0",
            aria_labelledby=f"{self._diagram.name}-caption",
        )

    def _facts(self, arrow: Arrow) -> tuple[object, ...]:
        label = tag("bdi", arrow.label, dir="ltr")
        operation = tag("a", label, href=arrow.href, class_="govuk-link") if arrow.href else label
        return (
            self._time(arrow),
            self._labels.get(arrow.source, arrow.source),
            self._labels.get(arrow.target, arrow.target),
            operation,
            self._verdict(arrow),
            arrow.status,
            self._duration(arrow),
        )


def _cell(value: object) -> Markup:
    return tag("td", value, class_="govuk-table__cell")


# Each ends at the lifeline (0, 0) and points forwards.
_END: Mapping[Verdict, Markup] = {
    "accepted": tag("path", d="M0 0L-12 -6V6z", class_="gs-sequence__end"),
    "refused": tag(
        "g",
        tag("path", d="M-20 -9.5h8l6 5.5v8l-6 5.5h-8l-6 -5.5v-8z", class_="gs-sequence__stop"),
        tag("path", d="M-20 -4l8 8M-12 -4l-8 8", class_="gs-sequence__cross"),
    ),
    "failed": tag(
        "g",
        tag("path", d="M-16 -11L-5 9H-27z", class_="gs-sequence__warn"),
        tag("path", d="M-16 -4.5v7M-16 4.5v2", class_="gs-sequence__cross"),
    ),
}

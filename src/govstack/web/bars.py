"""Draws horizontal bars, whole or made of parts."""

from __future__ import annotations

from markupsafe import Markup

from govstack.kernel import i18n
from govstack.web.chart_frame import (
    FOLDER,
    frame,
    legend,
    nothing,
    numbers_table,
    patterns,
    picture,
    written,
)
from govstack.web.figures import BARS_MAX, SERIES_MAX, Bars, StackedBars
from govstack.web.sentences import listed, set_apart
from govstack.web.svg import Canvas, shortened, tag

ROW_PIXELS = 56
BAR_PIXELS = 22
BAR_TOP_PIXELS = 26
# The longest bar leaves room for its number, also on a narrow screen: 9 pixels a sign and 12 around it.
LONGEST_PERCENT, LONGEST_PERCENT_MIN = 78.0, 40.0
NARROWEST_PIXELS, SIGN_PIXELS, AROUND_PIXELS = 320, 9, 12
LABEL_CHARACTERS_MAX = 42
PART_LABEL_PERCENT_MIN = 10.0


def _longest_percent(values: list[str]) -> float:
    pixels = max(map(len, values)) * SIGN_PIXELS + AROUND_PIXELS
    return max(LONGEST_PERCENT_MIN, min(LONGEST_PERCENT, 100 - pixels / NARROWEST_PIXELS * 100))


def draw(figure: Bars, language: str) -> Markup:
    """Draw one bar a row, with its number at its end."""
    if not figure.rows:
        return nothing(figure.title, figure.name, language)
    canvas, rows = Canvas(language), figure.rows[:BARS_MAX]
    largest = max(float(number) for _label, number in rows) or 1.0
    longest = _longest_percent([written(number, figure.unit, language) for _label, number in rows])
    shapes: list[Markup] = []
    for index, (label, number) in enumerate(rows):
        top, width = index * ROW_PIXELS, max(float(number), 0) / largest * longest
        value = written(number, figure.unit, language)
        shapes += [
            canvas.text(shortened(label, LABEL_CHARACTERS_MAX), 0, top + 18, "gs-chart__label"),
            tag("rect", **canvas.span(0, width), y=top + BAR_TOP_PIXELS, height=BAR_PIXELS, class_="gs-fill-1"),
            canvas.text(value, width, top + BAR_TOP_PIXELS + 16, "gs-chart__value", dx=8),
        ]
    table = [(label, written(number, figure.unit, language)) for label, number in figure.rows]
    told = set_apart(language, (f"{label}: {value}" for label, value in table[:BARS_MAX]))
    drawing = picture(
        figure.name, figure.title, told, *shapes, height=len(rows) * ROW_PIXELS, class_="gs-chart__picture"
    )
    headers = (
        figure.label_header or i18n.translate(language, "Name", folder=FOLDER),
        figure.value_header or i18n.translate(language, "Number", folder=FOLDER),
    )
    return frame(
        figure.name,
        figure.title,
        figure.description,
        drawing,
        numbers_table(figure.title, headers, table),
        language=language,
    )


def draw_stacked(figure: StackedBars, language: str) -> Markup:
    """Draw rows made of parts, each part with its own pattern, and its number where there is room."""
    if not figure.rows:
        return nothing(figure.title, figure.name, language)
    canvas, rows, series = Canvas(language), figure.rows[:BARS_MAX], figure.series[:SERIES_MAX]
    largest = max(sum(float(part) for part in parts) for _label, parts in rows) or 1.0
    shapes: list[Markup] = [patterns(figure.name)]
    for index, (label, parts) in enumerate(rows):
        top, start = index * ROW_PIXELS, 0.0
        shapes.append(canvas.text(shortened(label, LABEL_CHARACTERS_MAX), 0, top + 18, "gs-chart__label"))
        for number, part in enumerate(parts[:SERIES_MAX], start=1):
            width = max(float(part), 0) / largest * 100
            if not width:
                continue
            place = canvas.span(start, width)
            fill = f"url(#{figure.name}-fill-{number})"
            shapes.append(
                tag("rect", **place, y=top + BAR_TOP_PIXELS, height=BAR_PIXELS, fill=fill, class_="gs-chart__part")
            )
            if width >= PART_LABEL_PERCENT_MIN:
                value = written(part, "", language)
                shapes.append(_plate(canvas, value, start + width / 2, top + BAR_TOP_PIXELS))
            start += width
    headers = [figure.label_header or i18n.translate(language, "Name", folder=FOLDER), *figure.series]
    table = [(label, *(written(part, figure.unit, language) for part in parts)) for label, parts in figure.rows]
    rows_told = (
        f"{row[0]}: " + listed(language, (f"{name} {value}" for name, value in zip(series, row[1:], strict=False)))
        for row in table[:BARS_MAX]
    )
    told = set_apart(language, rows_told)
    drawing = picture(
        figure.name, figure.title, told, *shapes, height=len(rows) * ROW_PIXELS, class_="gs-chart__picture"
    )
    return frame(
        figure.name,
        figure.title,
        figure.description,
        drawing,
        numbers_table(figure.title, headers, table),
        language=language,
        above=legend((_sample(figure.name, number), name) for number, name in enumerate(series, start=1)),
    )


def _plate(canvas: Canvas, value: str, middle: float, top: int) -> Markup:
    """A number on a light plate, so that no pattern runs through its digits."""
    width = 9 * len(value) + 10
    plate = tag("rect", x=-width / 2, y=0, width=width, height=BAR_PIXELS - 6, rx=2, class_="gs-chart__plate")
    return Markup("").join(
        (canvas.at(middle, top + 3, plate), canvas.text(value, middle, top + 16, "gs-chart__value", anchor="middle"))
    )


def _sample(name: str, number: int) -> Markup:
    square = tag("rect", width=20, height=16, fill=f"url(#{name}-fill-{number})")
    return tag("svg", square, class_="gs-legend__sample", width=20, height=16, aria_hidden="true", focusable="false")

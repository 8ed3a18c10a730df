"""Draws lines over time, and word-sized sparklines."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from govstack.kernel import i18n
from govstack.web.chart_frame import FOLDER, frame, legend, nothing, numbers_table, picture, written
from govstack.web.figures import POINTS_MAX, SERIES_MAX, Lines, Number, Sparkline
from govstack.web.sentences import listed, set_apart
from govstack.web.svg import Canvas, round_up, tag, text_of

PLOT_PIXELS = 220
TOP_PIXELS = 24
FOOT_PIXELS = 34
GRID_LINES = 4
# The ends leave room for half a marker.
EDGE_PERCENT = 1.5
MARKED_POINTS_MAX = 31
SPARK_WIDTH_PIXELS = 120
SPARK_HEIGHT_PIXELS = 28

Points = Sequence[tuple[float, float]]


def draw(figure: Lines, language: str) -> Markup:
    """Draw up to five lines; each has its own stroke and marker, so that none depends on colour."""
    rows, series = figure.rows[-POINTS_MAX:], figure.series[:SERIES_MAX]
    known = [float(number) for _label, row in rows for number in row if number is not None]
    if not known:
        return nothing(figure.title, figure.name, language)
    canvas, top = Canvas(language), _top(known)
    shapes = _grid(canvas, top, figure.unit, language)
    for number in range(len(series)):
        shapes += _line(canvas, [row[number] for _label, row in rows], top, number + 1)
    shapes += _across(canvas, [label for label, _row in rows])
    headers = [figure.label_header or i18n.translate(language, "When", folder=FOLDER), *figure.series]
    table = [(label, *(written(number, figure.unit, language) for number in row)) for label, row in figure.rows]
    told = set_apart(
        language,
        (_told(name, [row[index] for _label, row in rows], figure.unit, language) for index, name in enumerate(series)),
    )
    height = TOP_PIXELS + PLOT_PIXELS + FOOT_PIXELS
    drawing = picture(figure.name, figure.title, told, *shapes, height=height, class_="gs-chart__picture")
    samples = (
        legend((_sample(number), name) for number, name in enumerate(series, start=1)) if len(series) > 1 else None
    )
    return frame(
        figure.name,
        figure.title,
        figure.description,
        drawing,
        numbers_table(figure.title, headers, table),
        language=language,
        above=samples,
    )


def spark(figure: Sparkline, language: str) -> Markup:
    """Draw a line as wide as a word; its description holds every number."""
    numbers = [float(value) for value in figure.values[-POINTS_MAX:]] or [0.0]
    low, high = min(numbers), max(numbers)
    step = (SPARK_WIDTH_PIXELS - 8) / max(len(numbers) - 1, 1)
    room = SPARK_HEIGHT_PIXELS - 8
    points = [
        (4 + index * step, 4 + room - (value - low) / ((high - low) or 1.0) * room)
        for index, value in enumerate(numbers)
    ]
    if Canvas(language).mirrored:
        points = [(SPARK_WIDTH_PIXELS - x, y) for x, y in points]
    told = listed(language, (written(value, "", language) for value in figure.values[-POINTS_MAX:]))
    last = points[-1]
    return picture(
        figure.name,
        figure.title,
        told,
        tag("polyline", points=_written(points), class_="gs-spark__line"),
        tag("circle", cx=text_of(last[0]), cy=text_of(last[1]), r=3, class_="gs-fill-1"),
        height=SPARK_HEIGHT_PIXELS,
        width=str(SPARK_WIDTH_PIXELS),
        class_="gs-spark",
    )


def _top(known: Sequence[float]) -> float:
    """Return the end of the scale; what is counted in whole numbers has whole numbers at every line."""
    if any(number != int(number) for number in known):
        return round_up(max(known))
    return GRID_LINES * max(1.0, float(math.ceil(round_up(max(known) / GRID_LINES))))


def _grid(canvas: Canvas, top: float, unit: str, language: str) -> list[Markup]:
    shapes: list[Markup] = []
    for index in range(GRID_LINES + 1):
        y = TOP_PIXELS + PLOT_PIXELS * (1 - index / GRID_LINES)
        kind = "gs-chart__axis" if index == 0 else "gs-chart__grid"
        shapes.append(tag("line", x1="0%", x2="100%", y1=text_of(y), y2=text_of(y), class_=kind))
        value = top * index / GRID_LINES
        shown = written(int(value) if value == int(value) else value, unit, language)
        if index:
            shapes.append(canvas.text(shown, 0, y - 5, "gs-chart__tick"))
    return shapes


def _line(canvas: Canvas, numbers: Sequence[Number | None], top: float, series: int) -> list[Markup]:
    count = max(len(numbers) - 1, 1)
    room = 100 - 2 * EDGE_PERCENT
    points = [
        None if value is None else (EDGE_PERCENT + index / count * room, float(value) / top)
        for index, value in enumerate(numbers)
    ]
    shapes: list[Markup] = []
    for run in _runs(points):
        drawn = [(100 - x if canvas.mirrored else x, 100 - share * 100) for x, share in run]
        line = tag("polyline", points=_written(drawn), class_=f"gs-line gs-line-{series}")
        shapes.append(
            tag(
                "svg",
                line,
                x=0,
                y=TOP_PIXELS,
                width="100%",
                height=PLOT_PIXELS,
                viewBox="0 0 100 100",
                preserveAspectRatio="none",
                overflow="visible",
            )
        )
    if len(numbers) <= MARKED_POINTS_MAX:
        shapes += [
            canvas.at(point[0], TOP_PIXELS + PLOT_PIXELS * (1 - point[1]), _marker(series)) for point in points if point
        ]
    return shapes


def _runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """Split a line where a number is missing: a gap is not a zero."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is not None:
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _marker(series: int) -> Markup:
    shape = {
        1: "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z",
        2: "M-4 -4h8v8h-8z",
        3: "M0 -5.5L5.5 4.5H-5.5z",
        4: "M0 -6L6 0L0 6L-6 0z",
        5: "M-4.5 -4.5L4.5 4.5M-4.5 4.5L4.5 -4.5",
    }[series]
    return tag("path", d=shape, class_=f"gs-marker gs-marker-{series}")


def _across(canvas: Canvas, labels: Sequence[str]) -> list[Markup]:
    y, last = TOP_PIXELS + PLOT_PIXELS + 24, len(labels) - 1
    if last < 1:
        return [canvas.text(label, 50, y, "gs-chart__tick", anchor="middle") for label in labels]
    ends = [
        canvas.text(labels[0], 0, y, "gs-chart__tick"),
        canvas.text(labels[last], 100, y, "gs-chart__tick", anchor="end"),
    ]
    middle = last // 2
    if last >= 4 and last % 2 == 0:
        ends.append(canvas.text(labels[middle], 50, y, "gs-chart__tick", anchor="middle"))
    return ends


def _told(name: str, numbers: Sequence[Number | None], unit: str, language: str) -> str:
    known = [number for number in numbers if number is not None]
    if not known:
        return ""
    return i18n.translate(
        language,
        "{name}: from {first} to {last}, lowest {lowest}, highest {highest}",
        folder=FOLDER,
        name=name,
        first=written(known[0], unit, language),
        last=written(known[-1], unit, language),
        lowest=written(min(known), unit, language),
        highest=written(max(known), unit, language),
    )


def _sample(series: int) -> Markup:
    line = tag("line", x1=0, x2=32, y1=8, y2=8, class_=f"gs-line gs-line-{series}")
    marker = tag("g", _marker(series), transform="translate(16 8)")
    return tag(
        "svg", line, marker, class_="gs-legend__sample", width=32, height=16, aria_hidden="true", focusable="false"
    )


def _written(points: Points) -> str:
    return " ".join(f"{text_of(x)},{text_of(y)}" for x, y in points)

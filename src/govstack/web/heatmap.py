"""Draws a grid of numbers that can be read without colour: the number is printed and dots count its level."""

from __future__ import annotations

from markupsafe import Markup

from govstack.kernel import i18n
from govstack.web.chart_frame import FOLDER, frame, nothing, numbers_table, picture, written
from govstack.web.figures import HEAT_CELLS_MAX, HeatMap, Number
from govstack.web.sentences import listed, set_apart
from govstack.web.svg import Canvas, shortened, tag, two_lines

LEVELS = 4
ROW_PIXELS = 48
HEAD_PIXELS = 46
LABEL_PIXELS_MIN = 70
LABEL_PIXELS_MAX = 190
LABEL_CHARACTERS_MAX = 22
COLUMN_PIXELS_MIN = 76
COLUMN_PIXELS_MAX = 116
CHARACTER_PIXELS = 8.4


def draw(figure: HeatMap, language: str) -> Markup:
    """Draw the grid; on a narrow screen it scrolls sideways inside its own region."""
    cells = len(figure.rows) * len(figure.columns)
    if not cells or cells > HEAT_CELLS_MAX:
        return nothing(figure.title, figure.name, language)
    canvas = Canvas(language)
    longest = max((len(word) for column in figure.columns for word in column.split()), default=1)
    column = round(min(max(longest * CHARACTER_PIXELS + 12, COLUMN_PIXELS_MIN), COLUMN_PIXELS_MAX))
    label = _label_pixels(figure)
    width = label + column * len(figure.columns)
    grid = _Grid(canvas, width, label, column, _largest(figure))
    shapes = [grid.head(index, label) for index, label in enumerate(figure.columns)]
    for row, (name, numbers) in enumerate(figure.rows):
        y = HEAD_PIXELS + row * ROW_PIXELS
        shapes.append(canvas.text(shortened(name, LABEL_CHARACTERS_MAX), 0, y + 28, "gs-chart__label"))
        shapes += [
            grid.cell(index, y, number, written(number, figure.unit, language)) for index, number in enumerate(numbers)
        ]
    table = [(label, *(written(number, figure.unit, language) for number in row)) for label, row in figure.rows]
    written_rows = ((row[0], zip(figure.columns, row[1:], strict=False)) for row in table)
    lines = (f"{label}: " + listed(language, (f"{name} {value}" for name, value in row)) for label, row in written_rows)
    told = set_apart(language, lines)
    drawing = picture(
        figure.name,
        figure.title,
        told,
        *shapes,
        height=HEAD_PIXELS + ROW_PIXELS * len(figure.rows),
        width=str(width),
        class_="gs-heat",
    )
    scroll = tag(
        "div", drawing, class_="gs-scroll", role="region", tabindex="0", aria_labelledby=f"{figure.name}-caption"
    )
    headers = [figure.label_header or i18n.translate(language, "Name", folder=FOLDER), *figure.columns]
    return frame(
        figure.name,
        figure.title,
        figure.description,
        scroll,
        tag(
            "div",
            numbers_table(figure.title, headers, table),
            class_="gs-scroll",
            role="region",
            tabindex="0",
            aria_labelledby=f"{figure.name}-caption",
        ),
        language=language,
    )


def level(number: Number, largest: float) -> int:
    """Return 0 for nothing, else 1 to 4 by quarters of the largest number."""
    share = float(number) / largest if largest else 0.0
    return 0 if share <= 0 else min(int(share * LEVELS - 1e-9) + 1, LEVELS)


class _Grid:
    """The measures of one heat map."""

    def __init__(self, canvas: Canvas, width: int, label: int, column: int, largest: float) -> None:
        self._canvas, self._width, self._label, self._column, self._largest = canvas, width, label, column, largest

    def _percent(self, pixels: float) -> float:
        return pixels / self._width * 100

    def _middle(self, index: int) -> float:
        return self._percent(self._label + (index + 0.5) * self._column)

    def head(self, index: int, label: str) -> Markup:
        """Write the name of a column, on two lines where one is too short."""
        rows = two_lines(label, int((self._column - 6) / CHARACTER_PIXELS) + 1)
        top = 36 - (len(rows) - 1) * 18
        return Markup("").join(
            self._canvas.text(row, self._middle(index), top + number * 18, "gs-chart__tick", anchor="middle")
            for number, row in enumerate(rows)
        )

    def cell(self, index: int, y: int, number: Number | None, value: str) -> Markup:
        """Draw one cell: colour, number, and as many dots as its level."""
        place = self._canvas.span(self._percent(self._label + index * self._column), self._percent(self._column))
        depth = 0 if number is None else level(number, self._largest)
        kind = "gs-heat__cell gs-heat__cell--none" if number is None else f"gs-heat__cell gs-heat__cell--{depth}"
        text = f"gs-heat__value gs-heat__value--{depth}"
        dots = [
            tag("circle", cx=(dot - (depth - 1) / 2) * 8, cy=0, r=2.2, class_=f"gs-heat__dot gs-heat__dot--{depth}")
            for dot in range(depth)
        ]
        return Markup("").join(
            (
                tag("rect", **place, y=y, height=ROW_PIXELS, class_=kind),
                self._canvas.text(value, self._middle(index), y + 24, text, anchor="middle"),
                self._canvas.at(self._middle(index), y + 37, *dots),
            )
        )


def _label_pixels(figure: HeatMap) -> int:
    longest = max(len(name) for name, _numbers in figure.rows)
    return round(min(max(longest * CHARACTER_PIXELS + 16, LABEL_PIXELS_MIN), LABEL_PIXELS_MAX))


def _largest(figure: HeatMap) -> float:
    if figure.largest is not None:
        return float(figure.largest)
    return max((float(number) for _label, row in figure.rows for number in row if number is not None), default=0.0)

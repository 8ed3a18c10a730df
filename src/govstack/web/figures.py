"""What can be drawn as a chart: plain shapes that presenters fill and templates hand to `chart(…)`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

Number = int | float | Decimal

BARS_MAX = 60
SERIES_MAX = 5
POINTS_MAX = 400
HEAT_CELLS_MAX = 3_000


@dataclass(frozen=True, slots=True)
class Bars:
    """Horizontal bars, one a label. `name` is unique on the page; `unit` follows each number."""

    name: str
    title: str
    rows: Sequence[tuple[str, Number]]
    description: str = ""
    unit: str = ""
    label_header: str = ""
    value_header: str = ""


@dataclass(frozen=True, slots=True)
class StackedBars:
    """Horizontal bars made of parts; each row holds one number for each series."""

    name: str
    title: str
    series: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Number]]]
    description: str = ""
    unit: str = ""
    label_header: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines over time or another order; each row holds a label across and one number (or None) for each series."""

    name: str
    title: str
    series: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Number | None]]]
    description: str = ""
    unit: str = ""
    label_header: str = ""


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A word-sized line inside a sentence or a table cell; its numbers are in its description."""

    name: str
    title: str
    values: Sequence[Number]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """A grid of numbers, darker and with more dots the larger they are; None is a cell without a value."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Number | None]]]
    description: str = ""
    unit: str = ""
    label_header: str = ""
    largest: Number | None = None


Figure = Bars | StackedBars | Lines | Sparkline | HeatMap

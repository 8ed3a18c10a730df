"""Draws figures as SVG on the server, each with a title, a description and a table of the same numbers."""

from __future__ import annotations

from typing import assert_never

from markupsafe import Markup

from govstack.kernel import i18n
from govstack.web import bars, heatmap, lines
from govstack.web.chart_frame import FOLDER
from govstack.web.figures import Bars, Figure, HeatMap, Lines, Sparkline, StackedBars

__all__ = ["Bars", "Figure", "HeatMap", "Lines", "Sparkline", "StackedBars", "draw"]


def draw(figure: Figure, *, language: str) -> Markup:
    """Return a figure element with the drawing and its table; a sparkline is the drawing alone."""
    i18n.register(FOLDER)
    match figure:
        case Bars():
            return bars.draw(figure, language)
        case StackedBars():
            return bars.draw_stacked(figure, language)
        case Lines():
            return lines.draw(figure, language)
        case Sparkline():
            return lines.spark(figure, language)
        case HeatMap():
            return heatmap.draw(figure, language)
        case _:
            assert_never(figure)

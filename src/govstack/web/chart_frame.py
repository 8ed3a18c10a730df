"""What every chart shares: its figure element, its table of the same numbers, its patterns and legend."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from markupsafe import Markup

from govstack.kernel import i18n
from govstack.web.figures import SERIES_MAX, Number
from govstack.web.svg import tag

FOLDER = Path(__file__).parent
TILE_PIXELS = 8
# Drawn over the colour of each series, so that a print in grey still tells them apart; the first is plain.
_HATCHES = ("", "M0 8 8 0", "M4 3.9v.2", "M0 0 8 8M0 8 8 0", "M0 4h8")


def written(number: Number | None, unit: str, language: str) -> str:
    """Write a number with its unit, which can be the code of a currency, or a dash where there is none."""
    if number is None:
        return "–"
    text = i18n.format_number(language, number)
    if i18n.is_currency(unit):
        return i18n.format_money(language, number, unit)
    if unit == "%":
        return i18n.format_percent(language, float(number) / 100, decimals=1)
    return f"{text}\u00a0{unit}" if unit else text


def frame(
    name: str,
    title: str,
    description: str,
    drawing: Markup,
    table: Markup,
    *,
    language: str,
    above: Markup | None = None,
) -> Markup:
    """Put a drawing under its title and description, with the table that anybody can open below it."""
    show = i18n.translate(language, "Show the numbers as a table", folder=FOLDER)
    return tag(
        "figure",
        tag("figcaption", title, class_="gs-chart__title", id=f"{name}-caption"),
        tag("p", description, class_="gs-chart__description") if description else "",
        above or "",
        drawing,
        details(show, table),
        class_="gs-chart",
        id=name,
    )


def details(summary: str, content: Markup) -> Markup:
    """Fold content away under a summary."""
    text = tag("span", summary, class_="govuk-details__summary-text")
    return tag(
        "details",
        tag("summary", text, class_="govuk-details__summary"),
        tag("div", content, class_="govuk-details__text gs-chart__table"),
        class_="govuk-details",
    )


def picture(
    name: str, title: str, description: str, *shapes: object, height: int, class_: str, width: str = "100%"
) -> Markup:
    """Return the drawing itself, named and described for people who do not see it."""
    return tag(
        "svg",
        tag("title", title, id=f"{name}-title"),
        tag("desc", description, id=f"{name}-desc"),
        *shapes,
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
        class_=class_,
        width=width,
        height=str(height),
    )


def numbers_table(caption: str, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> Markup:
    """Return the table: the first column names the row, the others hold numbers."""
    head = [
        tag(
            "th", header, scope="col", class_="govuk-table__header" + (" govuk-table__header--numeric" if index else "")
        )
        for index, header in enumerate(headers)
    ]
    body = [
        tag(
            "tr",
            tag("th", row[0], scope="row", class_="govuk-table__header"),
            *(tag("td", cell, class_="govuk-table__cell govuk-table__cell--numeric") for cell in row[1:]),
            class_="govuk-table__row",
        )
        for row in rows
    ]
    return tag(
        "table",
        tag("caption", caption, class_="govuk-table__caption"),
        tag("thead", tag("tr", *head, class_="govuk-table__row"), class_="govuk-table__head"),
        tag("tbody", *body, class_="govuk-table__body"),
        class_="govuk-table gs-table--compact",
    )


def patterns(name: str) -> Markup:
    """Return the fills of the series, to be used as url(#name-fill-1) and so on."""
    tiles = [
        tag(
            "pattern",
            tag("rect", width=TILE_PIXELS, height=TILE_PIXELS, class_=f"gs-fill-{index}"),
            tag("path", d=hatch, class_=f"gs-hatch gs-hatch-{index}") if hatch else "",
            id=f"{name}-fill-{index}",
            width=TILE_PIXELS,
            height=TILE_PIXELS,
            patternUnits="userSpaceOnUse",
        )
        for index, hatch in enumerate(_HATCHES[:SERIES_MAX], start=1)
    ]
    return tag("defs", *tiles)


def legend(entries: Iterable[tuple[Markup, str]]) -> Markup:
    """Return the list that says which drawing stands for which series."""
    items = [tag("li", sample, label, class_="gs-legend__item") for sample, label in entries]
    return tag("ul", *items, class_="gs-legend")


def nothing(title: str, name: str, language: str) -> Markup:
    """Say that there are no numbers yet."""
    empty = i18n.translate(language, "There are no numbers to show yet.", folder=FOLDER)
    return tag(
        "figure",
        tag("figcaption", title, class_="gs-chart__title"),
        tag("p", empty, class_="gs-empty"),
        class_="gs-chart",
        id=name,
    )

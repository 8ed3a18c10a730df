"""Wire shapes of figures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from govstack.pillars.learn.needs.items.schemas import FormatName
from govstack.pillars.learn.needs.psychometrics import model, service
from govstack.pillars.learn.needs.psychometrics.model import RATINGS_MAX, Scale
from govstack.pillars.learn.needs.tests.model import Part
from govstack.pillars.learn.needs.tests.schemas import PartName

ITEM_COLUMNS = (
    "position",
    "item",
    "competency",
    "bloom",
    "p",
    "point_biserial",
    "option",
    "right",
    "people",
    "share",
    "rest",
)
GAIN_COLUMNS = ("items", "people", "before", "after", "gain", "low", "high", "deviation", "effect", "indicative")


class PartQuery(msgspec.Struct, frozen=True):
    """Which form."""

    part: PartName | None = None
    lang: Annotated[str, Meta(max_length=12)] = ""


class FileQuery(msgspec.Struct, frozen=True):
    """Which form, as what file."""

    part: PartName | None = None
    format: FormatName = "csv"
    lang: Annotated[str, Meta(max_length=12)] = ""


class OptionFigures(msgspec.Struct, frozen=True):
    """How often an option was chosen, and what those who chose it got elsewhere, from 0 to 1."""

    option: str
    right: bool
    people: int
    share: float
    rest: float | None


class ItemShown(msgspec.Struct, frozen=True, rename="camel"):
    """Figures of an item."""

    item_id: str
    p: float
    point_biserial: float | None
    options: list[OptionFigures]


class StatisticsShown(msgspec.Struct, frozen=True, rename="camel"):
    """Figures of a form; `needed` people must have taken it before items are judged.

    `leftOut` counts people who took it later than as many as are counted at once.
    """

    test_id: str
    part: Part
    people: int
    needed: int
    items: list[ItemShown]
    coefficient: str = ""
    reliability: float | None = None
    left_out: int = 0


class GainFigures(msgspec.Struct, frozen=True):
    """A mean gain in percentage points with its 95 per cent confidence interval."""

    before: float
    after: float
    mean: float
    low: float
    high: float
    deviation: float
    effect: float | None


class GainShown(msgspec.Struct, frozen=True, rename="camel"):
    """What people gained; nothing but their number while there are too few of them to be shown.

    `leftOut` counts people who took a form later than as many as are counted at once.
    """

    test_id: str
    people: int
    indicative: bool
    shared: GainFigures | None
    whole: GainFigures | None
    left_out: int = 0


class Rating(msgspec.Struct, frozen=True):
    """A value that a rater gave to a unit."""

    rater: Annotated[str, Meta(min_length=1, max_length=100)]
    unit: Annotated[str, Meta(min_length=1, max_length=100)]
    value: Annotated[int, Meta(ge=-1_000, le=1_000)]


class RatingsGiven(msgspec.Struct, frozen=True):
    """Ratings to be compared; nothing of them is kept."""

    ratings: Annotated[list[Rating], Meta(min_length=2, max_length=RATINGS_MAX)]
    scale: Scale = Scale.ORDINAL


class AgreementShown(msgspec.Struct, frozen=True):
    """Krippendorff's alpha, and Cohen's weighted kappa where two raters rated."""

    units: int
    raters: int
    alpha: float | None
    kappa: float | None


def part_of(named: PartName | None) -> Part | None:
    """Return the form that a query names."""
    return Part(named) if named else None


def statistics_shown(found: service.Statistics) -> StatisticsShown:
    """Return the figures of a form."""
    items = [
        ItemShown(item.id, one.p, one.point_biserial, [_use(use) for use in one.options]) for item, one in found.items
    ]
    kind, value = found.reliability or ("", None)
    return StatisticsShown(
        found.test.id, found.part, found.people, found.needed, items, str(kind), value, found.left_out
    )


def _use(use: model.OptionUse) -> OptionFigures:
    return OptionFigures(use.option, use.right, use.people, use.share, use.rest)


def gain_shown(found: service.GainReport) -> GainShown:
    """Return what people gained."""
    return GainShown(
        found.test.id, found.people, found.indicative, _gain(found.shared), _gain(found.whole), found.left_out
    )


def _gain(found: model.Gain | None) -> GainFigures | None:
    if found is None:
        return None
    return GainFigures(found.before, found.after, found.mean, found.low, found.high, found.deviation, found.effect)


def item_rows(found: service.Statistics) -> Iterable[tuple[Any, ...]]:
    """Yield the figures of items as rows, one for each option."""
    for position, (item, one) in enumerate(found.items, start=1):
        head = (position, item.id, item.competency_id, str(item.bloom), one.p, one.point_biserial)
        if not one.options:
            yield (*head, "", "", "", "", "")
        for use in one.options:
            yield (*head, use.option, use.right, use.people, use.share, use.rest)


def gain_rows(found: service.GainReport) -> Iterable[tuple[Any, ...]]:
    """Yield the gain as rows: by shared items, and in all."""
    for name, one in (("shared", found.shared), ("all", found.whole)):
        if one is not None:
            yield (
                name, one.people, one.before, one.after, one.mean, one.low, one.high, one.deviation, one.effect,
                found.indicative,
            )  # fmt: skip

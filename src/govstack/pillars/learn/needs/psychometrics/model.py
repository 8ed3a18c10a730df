"""Classical test theory, paired gains, and agreement between raters; nothing here knows a person."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean, pvariance, stdev

CONFIDENCE = 0.95
# A spread needs two.
GAIN_PEOPLE_MIN = 2
RATINGS_MAX = 20_000
_STEPS_MAX = 500
_PRECISION = 1e-15
_TINY = 1e-300


@dataclass(frozen=True, slots=True)
class OptionUse:
    """How many chose an option, which share of all, and what they got in the other questions, from 0 to 1."""

    option: str
    right: bool
    people: int
    share: float
    rest: float | None


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """What answers tell of an item.

    `p` is the share of points that people got; `point_biserial` how the item goes with the rest of the test, None
    where all answered alike.
    """

    p: float
    point_biserial: float | None
    options: tuple[OptionUse, ...]


class Kind(StrEnum):
    """Which coefficient a reliability is."""

    KR20 = "kr-20"
    ALPHA = "alpha"


@dataclass(frozen=True, slots=True)
class Gain:
    """What people gained between two tests, in percentage points, with the bounds of its confidence interval."""

    people: int
    before: float
    after: float
    mean: float
    low: float
    high: float
    deviation: float
    effect: float | None


def correlation(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Return Pearson's correlation, None where one side does not vary."""
    if len(first) < 2:
        return None
    a, b = fmean(first), fmean(second)
    square = math.fsum((x - a) ** 2 for x in first) * math.fsum((y - b) ** 2 for y in second)
    if square <= _PRECISION:
        return None
    return math.fsum((x - a) * (y - b) for x, y in zip(first, second, strict=True)) / math.sqrt(square)


def item_figures(
    worth: Sequence[Sequence[float]], chosen: Sequence[Sequence[Sequence[str]]], position: int, *,
    options: Sequence[str] = (), right: Sequence[str] = (),
) -> ItemFigures:  # fmt: skip
    """Return the figures of the item at a position, from 0, of a table with a row for each person.

    The item itself is left out of what it is compared with, else it would go with itself.
    """
    column = [row[position] for row in worth]
    rest = [math.fsum(row) - row[position] for row in worth]
    others = max((len(row) - 1 for row in worth), default=0)
    uses = []
    for option in options:
        takers = [at for at, row in enumerate(chosen) if option in row[position]]
        mean = fmean(rest[at] for at in takers) / others if takers and others else None
        uses.append(OptionUse(option, option in right, len(takers), len(takers) / len(column), mean))
    return ItemFigures(fmean(column), correlation(column, rest), tuple(uses))


def reliability(worth: Sequence[Sequence[float]]) -> tuple[Kind, float] | None:
    """Return Cronbach's alpha, which is KR-20 where answers are right or wrong; None where it is not defined."""
    if len(worth) < 2 or len(worth[0]) < 2:
        return None
    count = len(worth[0])
    whole = pvariance([math.fsum(row) for row in worth])
    if whole <= _PRECISION:
        return None
    parts = math.fsum(pvariance([row[position] for row in worth]) for position in range(count))
    kind = Kind.KR20 if all(one in {0.0, 1.0} for row in worth for one in row) else Kind.ALPHA
    return kind, count / (count - 1) * (1 - parts / whole)


def gain(pairs: Sequence[tuple[float, float]], confidence: float = CONFIDENCE) -> Gain | None:
    """Return the mean gain of pairs (before, after) with its confidence interval by Student's t; None below two.

    The effect is the mean gain in standard deviations of the gains, None where all gained alike.
    """
    if len(pairs) < GAIN_PEOPLE_MIN:
        return None
    gains = [after - before for before, after in pairs]
    mean, deviation = fmean(gains), stdev(gains)
    half = t_quantile((1 + confidence) / 2, len(gains) - 1) * deviation / math.sqrt(len(gains))
    return Gain(
        len(gains), fmean(one for one, _ in pairs), fmean(one for _, one in pairs), mean, mean - half, mean + half,
        deviation, mean / deviation if deviation > _PRECISION else None,
    )  # fmt: skip


def t_quantile(probability: float, freedom: float) -> float:
    """Return the value below which Student's t with so many degrees of freedom lies with a probability."""
    if not 0 < probability < 1 or freedom <= 0:
        raise ValueError("A quantile needs a probability between 0 and 1 and some degrees of freedom.")
    if probability == 0.5:
        return 0.0
    if probability < 0.5:
        return -t_quantile(1 - probability, freedom)
    low, high = 0.0, 1.0
    while t_distribution(high, freedom) < probability:
        low, high = high, high * 2
    for _step in range(200):
        middle = (low + high) / 2
        if middle in {low, high}:
            break
        low, high = (middle, high) if t_distribution(middle, freedom) < probability else (low, middle)
    return (low + high) / 2


def t_distribution(value: float, freedom: float) -> float:
    """Return with which probability Student's t lies below a value."""
    tail = incomplete_beta(freedom / 2, 0.5, freedom / (freedom + value * value)) / 2
    return 1 - tail if value > 0 else tail


def incomplete_beta(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function, by its continued fraction (DLMF 8.17.22)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    # The fraction converges fast on this side of the mean; the other side is its mirror image.
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(b, a, 1 - x)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    return front / (a * _fraction(lambda step: _beta_term(a, b, x, step)))


def _beta_term(a: float, b: float, x: float, step: int) -> float:
    half = step // 2
    if step % 2:
        return -(a + half) * (a + b + half) * x / ((a + 2 * half) * (a + 2 * half + 1))
    return half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half))


def _fraction(term: Callable[[int], float]) -> float:
    """Return 1 + t(1)/(1 + t(2)/(1 + …)) by Lentz's method."""
    value = upper = 1.0
    lower = 0.0
    for step in range(1, _STEPS_MAX):
        upper = 1 + term(step) / upper
        lower = 1 / ((1 + term(step) * lower) or _TINY)
        upper = upper or _TINY
        value *= upper * lower
        if abs(upper * lower - 1) < _PRECISION:
            break
    return value


def linear(first: int, second: int) -> float:
    """Weigh a disagreement by how many steps two ratings are apart."""
    return float(abs(first - second))


def quadratic(first: int, second: int) -> float:
    """Weigh a disagreement by the square of its steps."""
    return float((first - second) ** 2)


def nominal(first: int, second: int) -> float:
    """Weigh every disagreement alike."""
    return float(first != second)


def weighted_kappa(
    pairs: Sequence[tuple[int, int]], weight: Callable[[int, int], float] = quadratic
) -> float | None:  # fmt: skip
    """Return Cohen's weighted kappa of two raters (Cohen 1968); None where chance alone would agree wholly."""
    count = len(pairs)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    seen = math.fsum(weight(a, b) for a, b in pairs) / count if count else 0.0
    chance = math.fsum(weight(a, b) * first[a] * second[b] for a in first for b in second) / (count * count or 1)
    return None if chance <= _PRECISION else 1 - seen / chance


class Scale(StrEnum):
    """What can be said of two ratings: whether they differ, which is more, or by how much."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


def krippendorff_alpha(units: Sequence[Sequence[float]], scale: Scale) -> float | None:
    """Return Krippendorff's alpha (2011) of the ratings of each unit, by however many raters.

    Units with a single rating say nothing of agreement. None where nothing can be paired or nothing varies.
    """
    pairable = [unit for unit in units if len(unit) > 1]
    weights: dict[tuple[float, float], float] = {}
    for unit in pairable:
        counted = Counter(unit)
        for a, many in counted.items():
            for b, others in counted.items():
                pairs = many * (others - (a == b))
                weights[a, b] = weights.get((a, b), 0.0) + pairs / (len(unit) - 1)
    totals: dict[float, float] = {}
    for (a, _b), many_pairs in weights.items():
        totals[a] = totals.get(a, 0.0) + many_pairs
    whole = math.fsum(totals.values())
    apart = _distance(scale, totals)
    seen = math.fsum(weights[a, b] * apart(a, b) for a, b in weights)
    chance = math.fsum(totals[a] * totals[b] * apart(a, b) for a in totals for b in totals)
    return None if chance <= _PRECISION else 1 - (whole - 1) * seen / chance


def _distance(scale: Scale, totals: Mapping[float, float]) -> Callable[[float, float], float]:
    if scale is Scale.NOMINAL:
        return lambda a, b: float(a != b)
    if scale is Scale.INTERVAL:
        return lambda a, b: (a - b) ** 2
    values = sorted(totals)
    below, sums = 0.0, {}
    for value in values:
        # Where a value stands in the order: all ratings below it and half of those equal to it.
        sums[value] = below + totals[value] / 2
        below += totals[value]
    return lambda a, b: (sums[a] - sums[b]) ** 2

"""What the answers to a test tell: of its items, of what was learned, and how far raters agree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from govstack.kernel import rules
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import Forbidden
from govstack.kernel.settings import Setting
from govstack.pillars.learn.frame.model import EVALUATE, PLAN, TEACH
from govstack.pillars.learn.needs.items.model import Item
from govstack.pillars.learn.needs.psychometrics.errors import NotPaired, TooFewRaters
from govstack.pillars.learn.needs.psychometrics.model import (
    GAIN_PEOPLE_MIN,
    Gain,
    ItemFigures,
    Kind,
    Scale,
    gain,
    item_figures,
    krippendorff_alpha,
    linear,
    nominal,
    quadratic,
    reliability,
    weighted_kappa,
)
from govstack.pillars.learn.needs.tests import service as tests
from govstack.pillars.learn.needs.tests.model import Part, Test
from govstack.pillars.learn.needs.tests.service import Responses
from govstack.pillars.learn.splits.model import SMALL_CELL_SETTING

RESPONSES_MIN = "LEARN_ITEM_RESPONSES_MIN"
FIRM_SETTING = "LEARN_FIRM_PEOPLE"
SETTINGS = (
    Setting(
        FIRM_SETTING, "30", "With fewer people than this a gain is called indicative; ours", rules.whole(2, 10_000)
    ),
    Setting(
        RESPONSES_MIN, "30",
        "Answers to an item before its statistics are shown; a default of ours, no published figure",
        rules.whole(2, 10_000),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures of a form; none of items and reliability while fewer than `needed` people took it.

    `left_out` counts people who took it later than as many as are counted at once.
    """

    test: Test
    part: Part
    people: int
    needed: int
    items: tuple[tuple[Item, ItemFigures], ...]
    reliability: tuple[Kind, float] | None
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class GainReport:
    """What people gained between the two forms: by shared items, and in all. None for fewer than `needed` people.

    With fewer than `firm` people the figures point a way and prove little. `left_out` counts people who took a form
    later than as many as are counted at once.
    """

    test: Test
    people: int
    needed: int
    firm: int
    shared: Gain | None
    whole: Gain | None
    left_out: int = 0

    @property
    def indicative(self) -> bool:
        """Tell whether so few people took part that the figures point a way and prove little."""
        return self.people < self.firm


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far raters agree: alpha of all, and kappa where there are two; None where it is not defined."""

    units: int
    raters: int
    alpha: float | None
    kappa: float | None


def require_reader(by: Actor) -> None:
    """Refuse whoever neither teaches, plans nor evaluates."""
    if not (by.may(TEACH) or by.may(PLAN) or by.may(EVALUATE)):
        raise Forbidden


async def statistics(context: Context, *, by: Actor, test_id: str, part: Part | None = None) -> Statistics:
    """Return the figures of a form, the first one unless another is named; raises UnknownTest, Forbidden."""
    require_reader(by)
    test = await tests.read(context, test_id=test_id)
    part = part if part in test.parts else test.parts[0]
    found = await tests.responses(context, test_id=test_id, part=part)
    needed = context.settings.number(RESPONSES_MIN)
    if len(found.attempts) < needed:
        return Statistics(test, part, len(found.attempts), needed, (), None)
    figures = tuple(
        (
            item,
            item_figures(found.worth, found.chosen, position, options=_counted(item), right=item.right),
        )
        for position, item in enumerate(found.items)
    )
    return Statistics(test, part, len(found.attempts), needed, figures, reliability(found.worth), found.left_out)


def _counted(item: Item) -> tuple[str, ...]:
    """Return what may be chosen: options, or pairs where options are matched."""
    if item.targets:
        return tuple(f"{one.id} {target.id}" for one in item.options for target in item.targets)
    return tuple(one.id for one in item.options)


async def gained(context: Context, *, by: Actor, test_id: str) -> GainReport:
    """Return what people gained who took both forms; raises NotPaired, UnknownTest, Forbidden."""
    test, before, after = await _both(context, by=by, test_id=test_id)
    shared = list(_paired(_percents(before, anchors=True), _percents(after, anchors=True)).values())
    whole = list(_paired(_percents(before, anchors=False), _percents(after, anchors=False)).values())
    needed = max(GAIN_PEOPLE_MIN, context.settings.number(SMALL_CELL_SETTING))
    firm = context.settings.number(FIRM_SETTING)
    if len(shared) < needed:
        # A mean of so few tells what each of them got.
        return GainReport(test, len(shared), needed, firm, None, None)
    left_out = max(before.left_out, after.left_out)
    return GainReport(test, len(shared), needed, firm, gain(shared), gain(whole), left_out)


async def gains(context: Context, *, by: Actor, test_id: str) -> dict[str, float]:
    """Return by person what they gained by the items that both forms have, in percentage points; none of too few.

    For figures of groups: nothing of one person may be told. Raises NotPaired, UnknownTest, Forbidden.
    """
    _test, before, after = await _both(context, by=by, test_id=test_id)
    shared = _paired(_percents(before, anchors=True), _percents(after, anchors=True))
    if len(shared) < max(GAIN_PEOPLE_MIN, context.settings.number(SMALL_CELL_SETTING)):
        return {}
    return {person_id: last - first for person_id, (first, last) in shared.items()}


async def _both(context: Context, *, by: Actor, test_id: str) -> tuple[Test, Responses, Responses]:
    require_reader(by)
    test = await tests.read(context, test_id=test_id)
    if not test.paired:
        raise NotPaired
    before = await tests.responses(context, test_id=test_id, part=Part.PRE)
    return test, before, await tests.responses(context, test_id=test_id, part=Part.POST)


def _percents(found: Responses, *, anchors: bool) -> dict[str, float]:
    """Return per cent of points by person, of the shared items or of all."""
    counted = [(at, item.points) for at, item in enumerate(found.items) if found.anchors[at] or not anchors]
    most = sum(points for _at, points in counted)
    return {
        attempt.person_id: 100 * sum(row[at] * points for at, points in counted) / most
        for attempt, row in zip(found.attempts, found.worth, strict=True)
        if most
    }


def _paired(before: dict[str, float], after: dict[str, float]) -> dict[str, tuple[float, float]]:
    return {person: (before[person], after[person]) for person in sorted(before.keys() & after.keys())}


def agreement(ratings: Iterable[tuple[str, str, int]], *, scale: Scale) -> Agreement:
    """Return how far raters agree; ratings are rater, unit and value, one of each pair. Raises TooFewRaters."""
    by_unit: dict[str, dict[str, int]] = {}
    for rater, unit, value in ratings:
        by_unit.setdefault(unit, {})[rater] = value
    raters = sorted({rater for one in by_unit.values() for rater in one})
    if len(raters) < 2:
        raise TooFewRaters
    alpha = krippendorff_alpha([list(one.values()) for one in by_unit.values()], scale)
    kappa = None
    if len(raters) == 2:
        pairs = [(one[raters[0]], one[raters[1]]) for one in by_unit.values() if len(one) == 2]
        weigh = {Scale.NOMINAL: nominal, Scale.ORDINAL: linear, Scale.INTERVAL: quadratic}[scale]
        kappa = weighted_kappa(pairs, weigh)
    return Agreement(len(by_unit), len(raters), alpha, kappa)

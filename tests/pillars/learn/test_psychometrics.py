"""Figures of tests against values that others published."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govstack.pillars.learn.needs.psychometrics.model import (
    Kind,
    Scale,
    correlation,
    gain,
    item_figures,
    krippendorff_alpha,
    linear,
    nominal,
    quadratic,
    reliability,
    t_distribution,
    t_quantile,
    weighted_kappa,
)

# Tables of Student's t as every textbook has them: probability, degrees of freedom, value.
T_TABLE = (
    (0.975, 1, 12.706), (0.975, 2, 4.303), (0.975, 5, 2.571), (0.975, 10, 2.228), (0.975, 29, 2.045),
    (0.975, 30, 2.042), (0.975, 120, 1.980), (0.95, 5, 2.015), (0.995, 3, 5.841), (0.9995, 4, 8.610), (0.9, 15, 1.341),
)  # fmt: skip
# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), four observers, twelve units; 0 is no rating.
OBSERVERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0), (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3),
    (0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0), (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0),
)  # fmt: skip
# Cohen, Weighted kappa (1968): two hundred cases, three diagnoses, and what each disagreement weighs.
DIAGNOSES = ((88, 14, 18), (10, 40, 10), (2, 6, 12))
WEIGHTS = ((0, 1, 3), (1, 0, 6), (3, 6, 0))


def pairs_of(table: tuple[tuple[int, ...], ...]) -> list[tuple[int, int]]:
    return [
        (row, column) for row, counts in enumerate(table) for column, count in enumerate(counts) for _ in range(count)
    ]


@pytest.mark.requirement("F6.3")
@pytest.mark.parametrize(("probability", "freedom", "value"), T_TABLE)
def test_quantiles_of_student_are_those_of_the_tables(probability: float, freedom: int, value: float) -> None:
    assert t_quantile(probability, freedom) == pytest.approx(value, abs=0.0006)


@given(st.floats(0.001, 0.999), st.integers(1, 10_000))
def test_a_quantile_is_where_the_distribution_has_its_probability(probability: float, freedom: int) -> None:
    assert t_distribution(t_quantile(probability, freedom), freedom) == pytest.approx(probability, abs=1e-9)


def test_with_one_degree_of_freedom_student_is_cauchy() -> None:
    assert t_quantile(0.9, 1) == pytest.approx(math.tan(math.pi * 0.4), rel=1e-9)


@pytest.mark.parametrize("wrong", [(0.0, 3), (1.0, 3), (0.5, 0)])
def test_a_quantile_that_is_none_is_refused(wrong: tuple[float, int]) -> None:
    with pytest.raises(ValueError, match="quantile"):
        t_quantile(*wrong)


@pytest.mark.requirement("F6.3")
def test_a_gain_has_the_confidence_interval_of_a_paired_t_test() -> None:
    # "Student" (1908): hours of sleep gained by ten patients under each of two drugs; mean 1.58, from 0.70 to 2.46.
    first = (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0)
    second = (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4)

    found = gain(list(zip(first, second, strict=True)))

    assert found is not None
    assert (round(found.mean, 2), round(found.low, 4), round(found.high, 4)) == (1.58, 0.7001, 2.4599)
    assert found.people == 10


def test_a_gain_of_one_person_has_no_interval() -> None:
    assert gain([(10.0, 20.0)]) is None


def test_alike_gains_have_no_effect_size_and_no_width() -> None:
    found = gain([(10.0, 20.0)] * 30)

    assert found is not None
    assert (found.low, found.high, found.effect) == (10.0, 10.0, None)


@pytest.mark.requirement("F6.2")
def test_reliability_of_right_and_wrong_is_kr20() -> None:
    # By hand: p q sums to 0.8, the totals 4, 3, 2, 1, 0 have variance 2: 4/3 (1 - 0.8/2) = 0.8.
    rows = [(1, 1, 1, 1), (1, 1, 1, 0), (1, 1, 0, 0), (1, 0, 0, 0), (0, 0, 0, 0)]

    kind, value = reliability(rows) or (None, 0.0)

    assert (kind, round(value, 9)) == (Kind.KR20, 0.8)


@pytest.mark.requirement("F6.2")
def test_reliability_with_points_in_part_is_alpha() -> None:
    # Three items that always agree measure without error, one of them in part.
    rows = [(1.0, 1.0), (0.5, 0.5), (0.0, 0.0)]

    kind, value = reliability(rows) or (None, 0.0)

    assert (kind, round(value, 9)) == (Kind.ALPHA, 1.0)


def test_reliability_needs_people_and_items_that_differ() -> None:
    assert reliability([(1, 0)]) is None
    assert reliability([(1,), (0,)]) is None
    assert reliability([(1, 0), (1, 0)]) is None


@pytest.mark.requirement("F6.2")
def test_an_item_is_compared_with_the_rest_of_its_test() -> None:
    worth = [(1.0, 1.0, 1.0), (1.0, 1.0, 0.0), (0.0, 0.0, 1.0), (0.0, 0.0, 0.0)]
    chosen = [(("A",), (), ()), (("A",), (), ()), (("B",), (), ()), (("C",), (), ())]

    found = item_figures(worth, chosen, 0, options=("A", "B", "C"), right=("A",))

    assert found.p == 0.5
    # The rest is 2, 1, 1, 0 against 1, 1, 0, 0.
    assert found.point_biserial == pytest.approx(1 / math.sqrt(2))
    assert [(one.option, one.right, one.people, one.share, one.rest) for one in found.options] == [
        ("A", True, 2, 0.5, 0.75), ("B", False, 1, 0.25, 0.5), ("C", False, 1, 0.25, 0.0),
    ]  # fmt: skip


def test_an_item_that_all_answer_alike_goes_with_nothing() -> None:
    assert correlation([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]) is None
    assert correlation([1.0], [1.0]) is None


@pytest.mark.requirement("F6.5")
@pytest.mark.parametrize(("scale", "alpha"), [(Scale.NOMINAL, 0.743), (Scale.ORDINAL, 0.815), (Scale.INTERVAL, 0.849)])
def test_alpha_of_krippendorff_is_as_he_published_it(scale: Scale, alpha: float) -> None:
    units = [[rating for rating in unit if rating] for unit in zip(*OBSERVERS, strict=True)]

    assert krippendorff_alpha(units, scale) == pytest.approx(alpha, abs=0.0005)


@pytest.mark.requirement("F6.5")
def test_weighted_kappa_is_as_cohen_published_it() -> None:
    pairs = pairs_of(DIAGNOSES)

    assert weighted_kappa(pairs, nominal) == pytest.approx(0.492, abs=0.0005)
    assert weighted_kappa(pairs, lambda a, b: WEIGHTS[a][b]) == pytest.approx(0.348, abs=0.0005)


def test_with_two_values_every_weight_gives_the_same_kappa() -> None:
    pairs = pairs_of(((20, 5), (10, 15)))

    assert [weighted_kappa(pairs, one) for one in (nominal, linear, quadratic)] == [pytest.approx(0.4)] * 3


def test_agreement_where_nothing_varies_is_not_defined() -> None:
    assert weighted_kappa([(1, 1), (1, 1)]) is None
    assert krippendorff_alpha([[1, 1], [1, 1]], Scale.NOMINAL) is None
    assert krippendorff_alpha([[1], [2]], Scale.NOMINAL) is None


@given(st.lists(st.lists(st.integers(1, 5), min_size=2, max_size=4), min_size=2, max_size=20))
def test_agreement_of_raters_who_always_agree_is_one(ratings: list[list[int]]) -> None:
    units = [[unit[0]] * len(unit) for unit in ratings]
    pairs = [(unit[0], unit[0]) for unit in ratings]
    vary = len({unit[0] for unit in ratings}) > 1

    assert krippendorff_alpha(units, Scale.ORDINAL) == (pytest.approx(1.0) if vary else None)
    assert weighted_kappa(pairs) == (pytest.approx(1.0) if vary else None)

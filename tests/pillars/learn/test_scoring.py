"""Results from answers: each family by an example worked out by hand, and both ways of scoring agree."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govstack.kernel.i18n import LANGUAGES
from govstack.pillars.learn.needs.campaigns.model import Rater
from govstack.pillars.learn.needs.findings.model import Dimension, Row, Sheet, findings, hidden, reach
from govstack.pillars.learn.needs.instruments import service as instruments
from govstack.pillars.learn.needs.instruments.model import Instrument
from govstack.pillars.learn.needs.scoring.model import Mark, Outcome, level_of, pack, result, rules
from tests.builders.campaigns import instrument

CHOICES = ("", "basic", "moderate", "high", "not-in-place", "not-assessed", "not-applicable")


def marks(**given: str | float) -> dict[str, Mark]:
    return {name: Mark(choice=value) if isinstance(value, str) else Mark(number=value) for name, value in given.items()}


def valued(**scoring: Any) -> Instrument:
    levels = [
        {"id": "no", "titles": {"en": "No"}, "value": 0},
        {"id": "partly", "titles": {"en": "Partly"}, "value": 1},
        {"id": "yes", "titles": {"en": "Yes"}, "value": 2, "met": True},
        {"id": "not-applicable", "kind": "inapplicable", "titles": {"en": "Does not apply"}},
    ]
    items = [
        {"id": name, "section": section, "scale": "level", "texts": {"en": name}, "weight": weight, "stage": stage}
        for name, section, weight, stage in (
            ("a", "work", 1, 1), ("b", "work", 3, 1), ("c", "work", 1, 2), ("d", "law", 1, 1), ("e", "law", 1, 3),
        )
    ]  # fmt: skip
    return instrument(
        scales=[{"id": "level", "choices": levels}], items=items,
        sections=[{"id": "work", "titles": {"en": "W"}, "weight": 2}, {"id": "law", "titles": {"en": "L"}}],
        scoring=scoring,
    )  # fmt: skip


def staged() -> Instrument:
    return valued(family="staged", stages=[{"en": "One"}, {"en": "Two"}, {"en": "Three"}])


@pytest.mark.requirement("F1.6")
def test_an_ordinal_section_comes_to_the_lower_middle_level_and_never_to_a_mean() -> None:
    one = instrument()

    found = result(one, marks(plan="basic", talk="high", rules="not-in-place")).sections

    assert [level_of(rule, section.outcome) for rule, section in zip(rules(one), found, strict=True)] == [1, 0]


@pytest.mark.requirement("F1.6")
def test_what_was_not_assessed_or_does_not_apply_is_no_level_and_is_told_apart() -> None:
    found = result(instrument(), marks(plan="not-assessed", talk="not-applicable")).sections

    assert found[0].outcome == Outcome()
    assert (found[0].answered, found[0].applicable, found[0].items) == (0, 1, 2)


@pytest.mark.requirement("F1.6")
def test_the_gap_is_what_lacks_to_the_target_and_never_below_nothing() -> None:
    one = instrument(scoring={"family": "ordinal", "target": 2})

    found = result(one, marks(plan="basic", talk="basic", rules="high")).sections

    assert [section.gap for section in found] == [1, 0]


@pytest.mark.requirement("F1.6")
def test_a_weighted_mean_leaves_out_what_does_not_apply() -> None:
    bands = [{"id": "low", "titles": {"en": "Low"}, "least": 0}, {"id": "good", "titles": {"en": "G"}, "least": 0.6}]
    one = valued(family="weighted-mean", bands=bands, target=0.8)

    # work: (1 * 0.5 + 3 * 1.0) / 4 = 0.875; law: 0.0; whole: (2 * 0.875 + 1 * 0.0) / 3
    found = result(one, marks(a="partly", b="yes", c="not-applicable", d="no"))

    assert [section.outcome.share for section in found.sections] == [0.875, 0.0]
    assert [section.outcome.category for section in found.sections] == [1, 0]
    assert [section.gap for section in found.sections] == [0.0, pytest.approx(0.8)]
    assert found.whole == Outcome(category=0, share=pytest.approx(0.5833333))


@pytest.mark.requirement("F1.6")
@pytest.mark.parametrize(
    ("given_", "stages", "whole"),
    [
        ({"a": "yes", "b": "yes", "c": "yes", "d": "yes", "e": "yes"}, [2, 3], 2),
        ({"a": "yes", "b": "partly", "c": "yes", "d": "yes", "e": "no"}, [0, 1], 0),
        ({"a": "yes", "b": "not-applicable", "c": "yes", "d": "yes"}, [2, 1], 1),
        ({"a": "yes"}, [0, None], 0),
    ],
)
def test_a_stage_counts_when_everything_up_to_it_is_met(
    given_: dict[str, str | float], stages: list[int | None], whole: int
) -> None:
    found = result(staged(), marks(**given_))

    assert [section.outcome.category for section in found.sections] == stages
    assert found.whole.category == whole


def test_a_z_score_compares_with_peers_and_without_them_there_is_none() -> None:
    items = [{"id": "x", "section": "work", "kind": "number", "texts": {"en": "x"}}]
    peers = [{"name": name, "values": {"x": value}} for name, value in (("A", 2.0), ("B", 4.0), ("C", 6.0))]
    shape: dict[str, Any] = {"items": items, "sections": [{"id": "work", "titles": {"en": "W"}}], "scales": []}
    compared = instrument(**shape, scoring={"family": "z-score", "peers": peers})
    alone = instrument(**shape, scoring={"family": "z-score"})

    found, nothing = result(compared, marks(x=5.0)), result(alone, marks(x=5.0))

    # mean 4, standard deviation of the population sqrt(8/3)
    assert found.whole.spread == pytest.approx(1 / (8 / 3) ** 0.5)
    assert found.whole.share == pytest.approx(0.75)
    assert nothing.whole == Outcome()


def shipped(instrument_id: str, **scoring: Any) -> Instrument:
    """Return an instrument that comes along, scored as a country changed it."""
    one = next(one for one in instruments.seeds() if one.id == instrument_id)
    plain = msgspec.to_builtins(one)
    return instruments.checked({**plain, "scoring": {**plain["scoring"], **scoring}})


PEERS = [
    {"name": name, "values": {"osi": osi, "tii": tii, "hci": hci}}
    for name, osi, tii, hci in (("A", 0.2, 0.1, 0.3), ("B", 0.4, 0.5, 0.5), ("C", 0.6, 0.9, 0.7))
]


@pytest.mark.requirement("F1.6")
def test_each_index_counts_a_third_after_it_is_placed_among_the_peers_and_the_mean_falls_into_a_band() -> None:
    one = shipped("egdi", peers=PEERS, target=0.9)

    # osi 0.5 lies at (0.5 - 0.2) / 0.4, tii 0.9 is the highest, hci 0.2 lies below the lowest
    found = result(one, marks(osi=0.5, tii=0.9, hci=0.2))

    assert [section.outcome.share for section in found.sections] == [pytest.approx(0.75), pytest.approx(1.0), 0.0]
    assert [section.gap for section in found.sections] == [pytest.approx(0.15), 0.0, pytest.approx(0.9)]
    assert found.whole.share == pytest.approx(1.75 / 3)
    assert found.categories[found.whole.category or 0].titles["en"] == "High"
    assert found.gap == pytest.approx(0.9 - 1.75 / 3)
    assert found.whole.spread == pytest.approx((0.1 + 0.4 / 2 - 0.3) / (0.08 / 3) ** 0.5 / 3)


@pytest.mark.parametrize("given_", [{"osi": 0.5, "tii": 0.9}, {}])
def test_whoever_lacks_an_index_is_not_compared(given_: dict[str, str | float]) -> None:
    found = result(shipped("egdi", peers=PEERS), marks(**given_))

    assert (found.whole, found.gap) == (Outcome(), None)


def test_findings_count_the_bands_of_those_who_are_compared_with_peers() -> None:
    one = shipped("egdi", peers=PEERS)
    rows = [Row("", "", "unstated", "", b"", marks(osi=value, tii=value, hci=value)) for value in (0.1, 0.5, 0.5, 0.9)]
    counted = {name: {"": 4} for name in Dimension}

    found = findings(one, rater=Rater.SELF, rows=rows, asked=counted, answered=counted, fewest=0)

    assert found.whole is not None
    assert found.whole.counts == (1, 0, 2, 1)
    assert found.sections[0].middle == pytest.approx(0.75)


@pytest.mark.requirement("F1.6")
def test_a_country_adds_groups_with_the_cut_lines_of_a_dataset() -> None:
    bands = [
        {"id": name, "titles": dict.fromkeys(LANGUAGES, name), "least": least}
        for name, least in (("D", 0.0), ("C", 0.3), ("B", 0.6), ("A", 0.8))
    ]
    four: dict[str, str | float] = {"cgsi": 0.9, "psdi": 0.7, "dcei": 0.5, "gtei": 0.7}

    assert result(shipped("gtmi"), marks(**four)).whole == Outcome(category=None, share=pytest.approx(0.7))
    assert result(shipped("gtmi", bands=bands), marks(**four)).whole.category == 2


@pytest.mark.requirement("F1.6")
def test_a_level_of_the_data_centric_path_counts_when_everything_up_to_it_is_met() -> None:
    given_: dict[str, str | float] = {f"path-{n}": "yes" for n in range(1, 11)}

    def reached(**changed: str) -> int | None:
        return result(shipped("data-centric-government"), marks(**given_) | marks(**changed)).whole.category

    assert reached() == 5
    assert reached(**{"path-7": "partly"}) == 3
    assert reached(**{"path-7": "not-applicable"}) == 5
    assert reached(**{"path-1": "not-assessed"}) == 0


@pytest.mark.requirement("F1.6")
def test_processes_are_at_the_highest_level_that_is_met_and_together_at_the_lowest_of_these() -> None:
    met = {"projects": 5, "design": 2, "software": 4, "operation": 3}
    given_: dict[str, str | float] = {
        f"{process}-{level}": "yes" if level <= highest else "no" for process, highest in met.items()
        for level in range(1, 6)
    }  # fmt: skip

    found = result(shipped("process-cmmi", target=3), marks(**given_))

    assert [section.outcome.category for section in found.sections] == [5, 2, 4, 3]
    assert [section.gap for section in found.sections] == [0, 1, 0, 0]
    assert (found.whole.category, found.gap) == (2, 1)


@pytest.mark.requirement("F1.6")
def test_level_zero_of_cobit_is_a_level_and_does_not_pass_for_no_answer() -> None:
    one = shipped("process-cobit", target=3)
    found = result(one, marks(**{"direction-1": "l0", "direction-2": "l4", "planning-1": "not-assessed"}))
    levels = [level_of(rule, section.outcome) for rule, section in zip(rules(one), found.sections, strict=True)]

    assert levels == [0, None, None, None, None]
    assert [section.gap for section in found.sections][:2] == [3, None]
    assert (found.whole, found.gap) == (Outcome(), None)


@pytest.mark.requirement("F1.6")
def test_parts_of_service_management_come_to_their_lower_middle_level() -> None:
    one = shipped("process-itil")
    found = result(
        one, marks(**{"incidents-1": "l4", "incidents-2": "l2", "changes-1": "l5", "changes-2": "not-applicable"})
    )
    levels = [level_of(rule, section.outcome) for rule, section in zip(rules(one), found.sections, strict=True)]

    assert levels == [2, None, 5, None, None]


@given(st.lists(st.tuples(*[st.sampled_from(CHOICES)] * 3), min_size=1, max_size=40))
def test_counting_packed_responses_gives_what_scoring_each_gives(picked: list[tuple[str, ...]]) -> None:
    one = instrument()
    given_ = [
        marks(**{name: choice for name, choice in zip(("plan", "talk", "rules"), row, strict=True) if choice})
        for row in picked
    ]

    sheet = Sheet(one, [Row("", "", "", "", pack(one.choosing, one, row)) for row in given_])

    scored = [result(one, row).sections for row in given_]
    for place, counts in enumerate(sheet.sections()):
        outcomes = [sections[place].outcome.category for sections in scored]
        assert counts == [outcomes.count(code) for code in range(4)]
    chosen = [[row[name].choice if name in row else "" for row in given_] for name in ("plan", "talk", "rules")]
    assert sheet.items() == [[column.count(choice) for choice in CHOICES[1:]] for column in chosen]


@pytest.mark.requirement("F1.3")
@given(st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.integers(0, 40), max_size=12), st.integers(3, 9))
def test_hidden_cells_cannot_be_worked_out_from_the_total(counts: dict[str, int], fewest: int) -> None:
    out = hidden(counts, fewest)

    inside = [counts[name] for name in out]
    assert all(counts[name] >= fewest for name in counts.keys() - out)
    if any(inside) and counts.keys() - out:
        assert sum(inside) >= fewest
        assert sum(count > 0 for count in inside) >= 2


@pytest.mark.requirement("F1.3")
def test_response_rates_are_told_and_small_cells_hidden_with_one_more() -> None:
    asked = {"north": 20, "south": 10, "west": 8}

    found = {one.cell: (one.asked, one.answered) for one in reach(asked, {"north": 12, "south": 6, "west": 2}, 5)}

    assert found == {"north": (20, 12), "south": (10, None), "west": (8, None)}


@pytest.mark.requirement("F1.3")
def test_results_of_a_cell_that_is_hidden_cannot_be_taken_from_the_others() -> None:
    one = instrument()
    people = [("north", 12), ("south", 6), ("west", 2)]
    packed = pack(one.choosing, one, marks(plan="basic", talk="basic", rules="high"))
    rows = [Row("", "", "unstated", place, packed) for place, count in people for _ in range(count)]
    counted = {name: {"": 20} for name in Dimension} | {Dimension.PLACE: dict(people)}

    found = findings(one, rater=Rater.SELF, rows=rows, asked=counted, answered=counted, fewest=5)

    cells = {cell.cell: [section.counts for section in cell.sections] for cell in found.cells[Dimension.PLACE]}
    assert found.sections[0].counts == (0, 20, 0, 0)
    assert cells == {"north": [(0, 12, 0, 0), (0, 0, 0, 12)], "south": [None, None], "west": [None, None]}


@pytest.mark.requirement("F1.3")
def test_so_few_answers_that_nothing_may_be_shown_show_nothing() -> None:
    one = instrument()
    rows = [Row("", "", "unstated", "", pack(one.choosing, one, marks(plan="basic")))] * 4
    counted = {name: {"": 4} for name in Dimension}

    found = findings(one, rater=Rater.SELF, rows=rows, asked=counted, answered=counted, fewest=5)

    assert found.hidden
    assert [section.counts for section in found.sections] == [None, None]
    assert [item.counts for item in found.items] == [None, None, None]
    assert (found.cells, found.whole) == ({}, None)

"""Evaluation at four levels (F29): the plan, what came out, and what may be said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.model import EVALUATE, PLAN
from govstack.pillars.learn.records.model import Field, FieldKind, Journey, Kind

SECTION = "evaluation"
PARTS = ("question", "indicator", "baseline", "target", "source", "timing", "owner")
# Levels in the order in which they are planned: the result first, then what people must do, know and think for it.
ORDER = (4, 3, 2, 1)
WHOLE_LEVEL = _("Fill in all seven parts of a level, or none of them.")
UPPER_FIRST = _("Plan from the result backwards: levels 4 and 3 come before levels 2 and 1.")
LEARNER, MANAGER, TEST, SERVICE = "learner", "manager", "test", "service"
WHOLE_COMPARISON = _("To compare, write all four figures and which way is better.")
UNTRAINED = ("comparedBefore", "comparedAfter")
COMPARED = ("aim", *UNTRAINED)
ORGANISATION = "organisation"
GROUPS = ("gender", ORGANISATION, "place")
ONE_GROUP = _("A result is told of one group alone. Write one result for each.")
OF_GROUP = _(
    "Empty where it is of everybody who was trained. A result of a group counts when groups are compared alone."
)
HIGHER = "higher"
RESULTS_LEVEL = 4
CHECK_EVIDENCE = _("Say what shows that this is so.")


ENDED = _("Leave this empty where there are sessions: each is followed up from its own end.")
OF_SESSION = _("The id of the session that it tells of. Empty: the one whose follow-up opened last before that day.")


def _level(number: int, labels: Sequence[str], further: tuple[Field, ...]) -> tuple[Field, ...]:
    named = zip(PARTS, labels, strict=True)
    return (*(Field(f"l{number}{part.title()}", label, FieldKind.LONG) for part, label in named), *further)


LEVEL_4 = _level(
    4,
    (
        _("Level 4, results: question"), _("Level 4, results: indicator of the service"),
        _("Level 4, results: baseline"), _("Level 4, results: target"), _("Level 4, results: source of the figure"),
        _("Level 4, results: when"), _("Level 4, results: owner"),
    ),
    (Field("l4Leading", _("Level 4: what shows early that results will come"), FieldKind.LONG),),
)  # fmt: skip
LEVEL_3 = _level(
    3,
    (
        _("Level 3, behaviour: question"), _("Level 3, behaviour: indicator"), _("Level 3, behaviour: baseline"),
        _("Level 3, behaviour: target"), _("Level 3, behaviour: source of the figure"), _("Level 3, behaviour: when"),
        _("Level 3, behaviour: owner"),
    ),
    (Field("l3Drivers", _("Level 3: what must be there so that people do it"), FieldKind.LONG),),
)  # fmt: skip
LEVEL_2 = _level(
    2,
    (
        _("Level 2, learning: question"), _("Level 2, learning: indicator"), _("Level 2, learning: baseline"),
        _("Level 2, learning: target"), _("Level 2, learning: source of the figure"), _("Level 2, learning: when"),
        _("Level 2, learning: owner"),
    ),
    (
        Field("l2Confidence", _("Level 2: how confident people are"), FieldKind.LONG),
        Field("l2Commitment", _("Level 2: how committed people are"), FieldKind.LONG),
    ),
)  # fmt: skip
LEVEL_1 = _level(
    1,
    (
        _("Level 1, reaction: question"), _("Level 1, reaction: indicator"), _("Level 1, reaction: baseline"),
        _("Level 1, reaction: target"), _("Level 1, reaction: source of the figure"), _("Level 1, reaction: when"),
        _("Level 1, reaction: owner"),
    ),
    (
        Field("l1Engagement", _("Level 1: how engaged people are"), FieldKind.LONG),
        Field("l1Relevance", _("Level 1: how relevant it is to their work"), FieldKind.LONG),
    ),
)  # fmt: skip


def planned(content: Mapping[str, Any], level: int) -> bool:
    """Tell whether all seven parts of a level are there."""
    return all(content.get(f"l{level}{part.title()}") for part in PARTS)


def _begun(content: Mapping[str, Any], level: int) -> bool:
    return any(content.get(f"l{level}{part.title()}") for part in PARTS)


def is_complete(content: Mapping[str, Any]) -> bool:
    """Tell whether an offering can open: all four levels are planned."""
    return all(planned(content, level) for level in ORDER)


def _backwards(content: Mapping[str, Any]) -> Mapping[str, str]:
    for level in ORDER:
        if _begun(content, level) and not planned(content, level):
            missing = next(part for part in PARTS if not content.get(f"l{level}{part.title()}"))
            return {f"l{level}{missing.title()}": WHOLE_LEVEL}
    upper = planned(content, 4) and planned(content, 3)
    early = next((level for level in (2, 1) if planned(content, level)), 0)
    return {f"l{early}Question": UPPER_FIRST} if early and not upper else {}


EVALUATION_PLAN = Kind(
    name="evaluation-plan",
    plural="evaluation-plans",
    label=_("Evaluation plan"),
    labels=_("Evaluation plans"),
    lead=_("How we shall know whether an offering worked, planned from the result backwards before it opens."),
    section=SECTION,
    write=EVALUATE,
    read=PLAN,
    title="name",
    judge=_backwards,
    journey=Journey("results", _("Results and follow-up")),
    fields=(
        Field("name", _("Offering"), required=True),
        Field("offering", _("Id of the offering")),
        Field("programme", _("Programme"), FieldKind.RECORD, of="programme"),
        Field("ended", _("The offering ended on"), FieldKind.DATE, listed=True, hint=ENDED),
        Field("comparison", _("Is there a group to compare with that was not trained?"), FieldKind.YES),
        *LEVEL_4, *LEVEL_3, *LEVEL_2, *LEVEL_1,
    ),
)  # fmt: skip


def _result(content: Mapping[str, Any]) -> Mapping[str, str]:
    groups = [name for name in GROUPS if content.get(name)]
    wrong = dict.fromkeys(groups[1:], ONE_GROUP)
    if any(name in content for name in UNTRAINED):
        wrong |= {name: WHOLE_COMPARISON for name in ("before", *COMPARED) if name not in content}
    return wrong


def group_of(content: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the group that a result is told of: by what, and which; None for everybody who was trained."""
    return next(((name, str(content[name])) for name in GROUPS if content.get(name)), None)


RESULT = Kind(
    name="evaluation-result",
    plural="evaluation-results",
    label=_("Result"),
    labels=_("Results"),
    lead=_("What came out at a level, on a day, seen by whom."),
    section=SECTION,
    write=EVALUATE,
    read=PLAN,
    title="indicator",
    judge=_result,
    fields=(
        Field("plan", _("Evaluation plan"), FieldKind.RECORD, of="evaluation-plan", required=True),
        Field("level", _("Level, 1 to 4"), FieldKind.WHOLE, least=1, most=4, required=True, listed=True),
        Field("seenBy", _("Seen by"), FieldKind.TERM, of="result-source", required=True, listed=True),
        Field("indicator", _("Indicator"), required=True),
        Field("on", _("Day"), FieldKind.DATE, required=True, listed=True),
        Field("before", _("Before"), FieldKind.NUMBER, listed=True),
        Field("after", _("After"), FieldKind.NUMBER, required=True, listed=True),
        Field("unit", _("Unit"), listed=True),
        Field("people", _("Number of people or cases"), FieldKind.WHOLE, least=1),
        Field("gender", _("Only of people of this gender"), FieldKind.TERM, of="gender", hint=OF_GROUP),
        Field("organisation", _("Only of people of this organisation"), FieldKind.ORGANISATION, hint=OF_GROUP),
        Field("place", _("Only of people of this place"), hint=OF_GROUP),
        Field("aim", _("Which way is better?"), FieldKind.TERM, of="result-aim"),
        Field("comparedBefore", _("Before, in the group that was not trained"), FieldKind.NUMBER),
        Field("comparedAfter", _("After, in the group that was not trained"), FieldKind.NUMBER),
        Field("session", _("Id of the session"), FieldKind.SESSION, of="plan", hint=OF_SESSION),
        Field("note", _("Note"), FieldKind.LONG),
    ),
)
MEL_CHECK = Kind(
    name="mel-check",
    plural="mel-checks",
    label=_("Check of monitoring and evaluation"),
    labels=_("Checks of monitoring and evaluation"),
    lead=_("Five checks before a programme is evaluated, each with what shows that it is so."),
    section=SECTION,
    write=EVALUATE,
    read=PLAN,
    title="check",
    once=("programme", "check"),
    judge=lambda content: {"evidence": CHECK_EVIDENCE} if content["met"] and not content.get("evidence") else {},
    fields=(
        Field("programme", _("Programme"), FieldKind.RECORD, of="programme", required=True),
        Field("check", _("Check"), FieldKind.TERM, of="mel-check", required=True),
        Field("met", _("Is it met?"), FieldKind.YES, required=True, listed=True),
        Field("evidence", _("Evidence"), FieldKind.LONG, listed=True),
    ),
)
KINDS = (EVALUATION_PLAN, RESULT, MEL_CHECK)


class Said(StrEnum):
    """What may be said of a change in a service after a training."""

    NOTHING = "nothing"
    CONTRIBUTION = "contribution"
    CAUSE = "cause"


class Reason(StrEnum):
    """Why no more, or no less, may be said."""

    AHEAD = "ahead"
    NOT_AHEAD = "not-ahead"
    NO_FIGURES = "no-figures"
    NOT_COMPARED = "not-compared"
    NOT_MEASURED = "not-measured"
    NOT_TOLD = "not-told"
    NOT_BETTER = "not-better"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Compared:
    """How a figure moved with the trained and with the group that was not; the difference is that of the two changes.

    `ahead` says that those who were trained went further the way that is wanted.
    """

    trained: float
    untrained: float
    difference: float
    ahead: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """What may be said of the results of a training, why, and of which indicators."""

    said: Said
    reason: Reason
    indicators: tuple[str, ...] = ()


def compared(result: Mapping[str, Any]) -> Compared | None:
    """Return how a result stands beside the group that was not trained, None without figures of that group."""
    if not all(name in result for name in ("before", *COMPARED)):
        return None
    trained = _less(result["after"], result["before"])
    untrained = _less(result["comparedAfter"], result["comparedBefore"])
    difference = _less(trained, untrained)
    return Compared(trained, untrained, difference, difference > 0 if result["aim"] == HIGHER else difference < 0)


def _less(one: float, other: float) -> float:
    # 0.3 less 0.1 is 0.19999999999999998: what is left of that must not count as a difference.
    return float(Decimal(str(one)) - Decimal(str(other)))


def claim(plan: Mapping[str, Any], results: Sequence[Mapping[str, Any]]) -> Claim:
    """Return what may be said: contribution, unless figures of a group that was not trained show more (F29 AC4).

    Figures of the service (level 4) for everybody count, of each indicator and session the newest. Where none went the
    wanted way, or nobody knows how it was before, nothing may be said. One indicator that moved no further than without
    training, or the other way, is enough to speak of contribution.
    """
    newest = {
        (one["indicator"], one.get("session", "")): one
        for one in sorted(results, key=lambda one: str(one["on"]))
        if one["level"] == RESULTS_LEVEL and one["seenBy"] == SERVICE and group_of(one) is None
    }
    if not newest:
        return Claim(Said.NOTHING, Reason.NOT_MEASURED)
    moved = [(indicator, _wanted(one)) for (indicator, _session), one in newest.items()]
    better = tuple(dict.fromkeys(indicator for indicator, change in moved if change is not None and change > 0))
    worse = tuple(dict.fromkeys(indicator for indicator, change in moved if change is not None and change <= 0))
    if not better:
        return Claim(Said.NOTHING, Reason.NOT_BETTER, worse) if worse else Claim(Said.NOTHING, Reason.NOT_TOLD)
    if worse:
        return Claim(Said.CONTRIBUTION, Reason.MIXED, better)
    figures = [(indicator, compared(one)) for (indicator, _session), one in newest.items()]
    behind = tuple(dict.fromkeys(indicator for indicator, found in figures if found and not found.ahead))
    ahead = tuple(dict.fromkeys(indicator for indicator, found in figures if found and found.ahead))
    if behind:
        return Claim(Said.CONTRIBUTION, Reason.NOT_AHEAD, behind)
    if ahead:
        return Claim(Said.CAUSE, Reason.AHEAD, ahead)
    return Claim(Said.CONTRIBUTION, Reason.NO_FIGURES if plan.get("comparison") else Reason.NOT_COMPARED)


def _wanted(result: Mapping[str, Any]) -> float | None:
    """Return how far a figure went the wanted way, less than 0 for the other; None where nobody knows how it was.

    Where nobody said which way is wanted, any change counts as wanted.
    """
    if "before" not in result or "after" not in result:
        return None
    change = _less(result["after"], result["before"])
    if "aim" not in result:
        return abs(change)
    return change if result["aim"] == HIGHER else -change

"""The records of a programme of capacity development (F7), and what is missing before one is approved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.model import LEAD, PLAN
from govstack.pillars.learn.records.model import Content, Field, FieldKind, Journey, Kind, Record, written_by_hand
from govstack.pillars.learn.vocabularies.model import Role, Term

SECTION = "programmes"
STEP_VOCABULARY, OPEN, DONE = "journey-step", "open", "done"
CURRENCIES = "currency"
DRAFT, APPROVED = "draft", "approved"
VOCABULARIES = ("programme-goal", "funding-source", "step-state")
END_BEFORE_START = _("The end lies before the start.")


def _reapproved(before: Mapping[str, Any], content: Mapping[str, Any]) -> Content:
    """Return what a programme says, whose approval falls when somebody writes something else than was approved."""
    own = written_by_hand(PROGRAMME, content)
    return dict(content) if own == written_by_hand(PROGRAMME, before) else dict(own)


PROGRAMME = Kind(
    name="programme",
    plural="programmes",
    label=_("Programme"),
    labels=_("Programmes"),
    lead=_("A response to needs: steps that end in a plan with costs, and with a way to see whether it worked."),
    section=SECTION,
    write=PLAN,
    read=LEAD,
    title="name",
    journey=Journey("journey", _("Where the programme stands")),
    fields=(
        Field("name", _("Name"), required=True),
        Field("organisation", _("Organisation"), FieldKind.ORGANISATION, listed=True),
        Field("challenge", _("Background and challenge"), FieldKind.LONG, required=True),
        Field("goals", _("Goals"), FieldKind.TERM, of="programme-goal", many=True),
        Field(
            "priorityGaps", _("Priority gaps"), FieldKind.COMPETENCY, many=True,
            hint=_("Codes of competencies whose gaps this programme is for, such as E.7."),
        ),
        Field("team", _("Digital team that it builds"), FieldKind.RECORD, of="team-plan"),
        Field("currency", _("Currency"), FieldKind.TERM, of=CURRENCIES, required=True),
        Field("pathway", _("Way of the money"), FieldKind.TERM, of="funding-pathway"),
        Field("starts", _("Starts on"), FieldKind.DATE, listed=True),
        Field("ends", _("Ends on"), FieldKind.DATE, listed=True),
        Field("state", _("State"), FieldKind.TERM, of="programme-state", fixed=True, listed=True),
        Field("approvedBy", _("Approved by"), fixed=True),
        Field("approvedOn", _("Approved on"), FieldKind.DATE, fixed=True),
        Field("openPoints", _("Open points at approval"), FieldKind.LINES, fixed=True),
    ),
    judge=lambda content: {"ends": END_BEFORE_START} if content.get("ends", "9") < content.get("starts", "") else {},
    settle=_reapproved,
)  # fmt: skip
STEP = Kind(
    name="programme-step",
    plural="programme-steps",
    label=_("Step"),
    labels=_("Steps"),
    lead=_("The steps of each programme: who leads one, what goes in, what comes out. A step can be opened again."),
    section=SECTION,
    write=PLAN,
    read=LEAD,
    title="step",
    fields=(
        Field("programme", _("Programme"), FieldKind.RECORD, of="programme", required=True),
        Field("step", _("Step"), FieldKind.TERM, of=STEP_VOCABULARY, required=True),
        Field("state", _("State"), FieldKind.TERM, of="step-state", required=True, listed=True),
        Field("owner", _("Led by"), listed=True),
        Field("inputs", _("What goes in"), FieldKind.LONG),
        Field("outputs", _("What comes out"), FieldKind.LONG),
        Field("learnt", _("What was learnt"), FieldKind.LONG),
    ),
    judge=lambda content: (
        {"outputs": _("Say what came out before the step is done.")}
        if content.get("state") == DONE and not content.get("outputs")
        else {}
    ),
)
MEASURE = Kind(
    name="measure",
    plural="measures",
    label=_("Measure"),
    labels=_("Action plan"),
    lead=_("What will be done, by whom, until when, and what it costs."),
    section=SECTION,
    write=PLAN,
    read=LEAD,
    title="description",
    fields=(
        Field("programme", _("Programme"), FieldKind.RECORD, of="programme", required=True),
        Field("description", _("Detailed description of the measure"), FieldKind.LONG, required=True),
        Field("responsibility", _("Responsibility"), required=True, listed=True),
        Field("timeline", _("Timeline"), required=True, listed=True),
        Field(
            "funding",
            _("Total funding"),
            FieldKind.NUMBER,
            required=True,
            listed=True,
            hint=_("In the currency of the programme."),
        ),
        Field("source", _("Funding source"), FieldKind.TERM, of="funding-source", required=True, listed=True),
        Field("assistance", _("Technical assistance"), listed=True),
        Field(
            "gaps",
            _("Gaps that it closes"),
            FieldKind.COMPETENCY,
            many=True,
            hint=_("Codes of competencies, such as E.7."),
        ),
        Field("asset", _("Asset that is reused or improved"), FieldKind.RECORD, of="asset"),
        Field("posts", _("Vacancies that it fills"), FieldKind.RECORD, of="team-post", many=True),
    ),
)
COURSE_SHEET = Kind(
    name="course-sheet",
    plural="course-sheets",
    label=_("Course sheet"),
    labels=_("Course sheets"),
    lead=_("What a course is for and how it works, in eight parts, before anybody builds it."),
    section=SECTION,
    write=PLAN,
    read=LEAD,
    title="name",
    fields=(
        Field("programme", _("Programme"), FieldKind.RECORD, of="programme", required=True),
        Field("name", _("Course"), required=True),
        Field("background", _("Background"), FieldKind.LONG, required=True),
        Field("persona", _("Learner persona"), FieldKind.LONG, required=True),
        Field("objectives", _("Objectives"), FieldKind.LONG, required=True),
        Field("focus", _("Thematic focus"), FieldKind.LONG, required=True),
        Field("methodology", _("Methodology"), FieldKind.LONG, required=True),
        Field("design", _("Instructional design"), FieldKind.LONG, required=True),
        Field("evaluation", _("Evaluation: survey before and after"), FieldKind.LONG, required=True),
        Field("agenda", _("Agenda"), FieldKind.LONG, required=True),
    ),
)
IMPLEMENTATION = Kind(
    name="implementation-plan",
    plural="implementation-plans",
    label=_("Implementation plan"),
    labels=_("Implementation plans"),
    lead=_("How the programme becomes real, in seven parts."),
    section=SECTION,
    write=PLAN,
    read=LEAD,
    title="name",
    fields=(
        Field("programme", _("Programme"), FieldKind.RECORD, of="programme", required=True),
        Field("name", _("Name"), required=True),
        Field("what", _("What, how and who"), FieldKind.LONG, required=True),
        Field("timeline", _("Timeline and target dates"), FieldKind.LONG, required=True),
        Field("accountability", _("Accountability"), FieldKind.LONG, required=True),
        Field("assumptions", _("Assumptions"), FieldKind.LONG, required=True),
        Field("budget", _("Budget"), FieldKind.LONG, required=True),
        Field("mel", _("Monitoring, evaluation and learning"), FieldKind.LONG, required=True),
        Field("risks", _("Risks"), FieldKind.LONG, required=True),
    ),
)
INDICATOR = Kind(
    name="indicator",
    plural="indicators",
    label=_("Indicator"),
    labels=_("Indicators"),
    lead=_("How the programme sees whether it works: where it starts, and where it wants to be."),
    section=SECTION,
    write=PLAN,
    read=LEAD,
    title="name",
    fields=(
        Field("programme", _("Programme"), FieldKind.RECORD, of="programme", required=True),
        Field("name", _("Indicator"), required=True),
        Field("goal", _("Goal"), FieldKind.TERM, of="programme-goal"),
        Field("definition", _("Definition"), FieldKind.LONG, required=True),
        Field("source", _("Source of the figure"), required=True),
        Field("unit", _("Unit"), hint=_("What the figures count, such as days or per cent.")),
        Field("baseline", _("Baseline"), FieldKind.NUMBER, required=True, listed=True),
        Field("target", _("Target"), FieldKind.NUMBER, required=True, listed=True),
        Field("due", _("Due on"), FieldKind.DATE, required=True, listed=True),
    ),
)
READING = Kind(
    name="reading",
    plural="readings",
    label=_("Reading"),
    labels=_("Readings"),
    lead=_("What an indicator showed on a day."),
    section=SECTION,
    write=PLAN,
    read=LEAD,
    title="on",
    fields=(
        Field("indicator", _("Indicator"), FieldKind.RECORD, of="indicator", required=True),
        Field("on", _("Day"), FieldKind.DATE, required=True),
        Field("value", _("Value"), FieldKind.NUMBER, required=True, listed=True),
        Field("note", _("Note"), FieldKind.LONG),
    ),
)
KINDS = (PROGRAMME, STEP, MEASURE, COURSE_SHEET, IMPLEMENTATION, INDICATOR, READING)
# The six columns of the action plan, in their order.
ACTION_PLAN = tuple(
    MEASURE.by_name[name] for name in ("description", "responsibility", "timeline", "funding", "source", "assistance")
)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a journey: its word, and its record once somebody wrote one."""

    term: Term
    record: Record | None

    @property
    def done(self) -> bool:
        """Tell whether it is done."""
        return self.record is not None and self.record.content["state"] == DONE

    @property
    def waits(self) -> bool:
        """Tell whether it is still to be done; nobody has to finish a step that the country retired."""
        return not self.done and not self.term.retired


def journey(terms: Sequence[Term], known: Mapping[str, Record]) -> list[Step]:
    """Return the steps of a programme: those of the country now, and retired ones that it began before."""
    return [Step(one, known.get(one.code)) for one in terms if not one.retired or one.code in known]


def waiting(terms: Sequence[Term], steps: Sequence[Step]) -> list[str]:
    """Return the codes of the steps that wait before the plan is complete.

    It is complete at the last step with the role for it. Where the country retired that step, its place still counts;
    where no step has the role, none is asked for before approval.
    """
    marked = [one for one in terms if one.role is Role.PLAN]
    ends = [one for one in marked if not one.retired] or marked
    if not ends:
        return []
    codes = [one.code for one in terms]
    before = set(codes[: codes.index(ends[-1].code) + 1])
    return [one.term.code for one in steps if one.waits and one.term.code in before]


def stood(terms: Sequence[Term], programmes: Iterable[str], steps: Iterable[Record]) -> tuple[int, int]:
    """Return how many steps of programmes are done, and how many there are with the retired ones that were done."""
    kept = set(programmes)
    done = [one for one in steps if one.content["state"] == DONE and one.content["programme"] in kept]
    retired = {one.code for one in terms if one.retired}
    past = sum(one.content["step"] in retired for one in done)
    return len(done), (len(terms) - len(retired)) * len(kept) + past


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """What a plan lacks: a sentence to translate, and what it is about.

    That is a step by its code, a gap by competency, or a role of a digital team by its record.
    """

    text: str
    about: str = ""
    step: str = ""
    gap: str = ""
    post: str = ""


UNLINKED = _("A measure closes no gap: {about}")
UNCOVERED = _("No measure closes the priority gap {about}")
VACANT = _("No measure fills the vacancy {about}")
NO_MEASURES = _("There is no measure yet")
NO_INDICATORS = _("There is no indicator yet")
STEP_OPEN = _("A step before the plan is not done: {about}")


def open_points(
    programme: Mapping[str, Any],
    *,
    measures: Sequence[Mapping[str, Any]],
    indicators: int,
    steps_open: Sequence[str],
    vacant: Sequence[str] = (),
) -> list[OpenPoint]:
    """Return what a plan lacks before its approval; each is a warning, and approval keeps them."""
    points = [OpenPoint(STEP_OPEN, step=code) for code in steps_open]
    if not measures:
        points.append(OpenPoint(NO_MEASURES))
    points += [
        OpenPoint(UNLINKED, str(one["description"])[:100])
        for one in measures
        if not (one.get("gaps") or one.get("posts"))
    ]
    covered = {gap for one in measures for gap in one.get("gaps", ())}
    points += [OpenPoint(UNCOVERED, gap=one) for one in programme.get("priorityGaps", ()) if one not in covered]
    filled = {post for one in measures for post in one.get("posts", ())}
    points += [OpenPoint(VACANT, post=one) for one in vacant if one not in filled]
    if not indicators:
        points.append(OpenPoint(NO_INDICATORS))
    return points


def cost(measures: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return the funding that measures need, by source."""
    total: dict[str, float] = {}
    for one in measures:
        total[one["source"]] = total.get(one["source"], 0) + one["funding"]
    return total

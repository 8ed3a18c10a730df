"""What the pages and papers of programmes show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Words, in_language, labelled_with
from govstack.pillars.learn.needs.frameworks.presenters import called_by_id
from govstack.pillars.learn.needs.teams.presenters import role_name
from govstack.pillars.learn.papers.model import Content, Facts, Grid
from govstack.pillars.learn.records.model import FieldKind, Kind, Record
from govstack.pillars.learn.response.programmes.model import (
    ACTION_PLAN,
    COURSE_SHEET,
    IMPLEMENTATION,
    KINDS,
    Step,
    cost,
)
from govstack.pillars.learn.response.programmes.service import Plan, step_id
from govstack.pillars.learn.vocabularies.model import Term
from govstack.pillars.learn.vocabularies.presenters import labelled
from govstack.web.figures import Bars


def steps(plan: Plan, words: Words, *, writes: bool) -> list[tuple[str, str, str]]:
    """Return the steps: what each is called, where it stands, and where to go ("" is nowhere)."""
    shown, current = [], next((one for one in plan.steps if one.waits), None)
    for one in plan.steps:
        state = "done" if one.done else "current" if one is current else "todo"
        shown.append(
            (in_language(one.term.labels, words.language), state, _step_path(plan, one) if writes or one.record else "")
        )
    return shown


def _step_path(plan: Plan, step: Step) -> str:
    known = step_id(plan.programme.id, step.term.code)
    return f"/programme-steps/{known}" if step.record else f"/programmes/{plan.programme.id}/journey/{step.term.code}"


def changed(plan: Plan, words: Words) -> list[tuple[str, str]]:
    """Return what was changed after an approval, as label and path; "" for what not everybody can read any more."""
    kinds = {one.name: one for one in KINDS}
    return [
        (
            labelled_with(words, words(kinds[one.kind].label), str(one.content.get(kinds[one.kind].title, one.id))),
            "" if one.archived else f"/{kinds[one.kind].plural}/{one.id}",
        )
        for one in plan.changed_since
    ]


def points(plan: Plan, words: Words) -> list[str]:
    """Return what a plan lacks, as sentences."""
    named = {one.term.code: in_language(one.term.labels, words.language) for one in plan.steps}
    gaps = _gaps(plan, words)
    posts = {one.record.id: role_name(one, words.language) for one in plan.vacant}
    return [
        words(one.text, about=named.get(one.step) or gaps.get(one.gap) or posts.get(one.post) or one.about or one.gap)
        for one in plan.points
    ]


def _gaps(plan: Plan, words: Words) -> Mapping[str, str]:
    return called_by_id(plan.gaps, words.language)


def costs(plan: Plan, sources: Sequence[Term], words: Words) -> Bars:
    """Return what the measures cost, by source of funding."""
    labels = labelled(sources, words.language)
    by_source = cost([one.content for one in plan.measures])
    return Bars(
        name="costs",
        title=words(_("Funding by source")),
        unit=plan.programme.content["currency"].upper(),
        label_header=words(_("Funding source")),
        value_header=words(_("Funding")),
        rows=[(labels.get(code, code), amount) for code, amount in sorted(by_source.items())],
    )


def total(plan: Plan, language: str) -> str:
    """Return what the whole plan costs."""
    amount = sum(cost([one.content for one in plan.measures]).values())
    return i18n.format_money(language, amount, plan.programme.content["currency"].upper())


def _indicator(one: Record, words: Words) -> str:
    name, unit = one.content["name"], one.content.get("unit", "")
    return words(_("{label} ({unit})"), label=name, unit=unit) if unit else name


def progress(plan: Plan, words: Words) -> list[list[object]]:
    """Return each indicator with where it started, where it stands and where it wants to be."""
    shown: list[list[object]] = []
    for one in plan.indicators:
        readings = sorted(plan.readings.get(one.id, ()), key=lambda reading: str(reading.content["on"]))
        newest = readings[-1].content if readings else {}
        shown.append(
            [
                {"text": _indicator(one, words), "href": f"/indicators/{one.id}"}, {"number": one.content["baseline"]},
                {"number": newest["value"]} if newest else "",
                i18n.format_date(words.language, newest["on"]) if newest else "",
                {"number": one.content["target"]}, i18n.format_date(words.language, one.content["due"]),
            ]
        )  # fmt: skip
    return shown


def paper(plan: Plan, terms: dict[str, list[Term]], words: Words) -> Content:
    """Return the whole plan as a paper in the reader's language."""
    programme, gaps = plan.programme.content, _gaps(plan, words)
    labels = {name: labelled(found, words.language) for name, found in terms.items()}

    def said(kind_field: object, content: dict[str, object]) -> str | float:
        name, of, kind = kind_field.name, kind_field.of, kind_field.kind  # type: ignore[attr-defined]
        value = content.get(name, "")
        if kind is FieldKind.TERM:
            return labels.get(of, {}).get(str(value), str(value))
        return value if isinstance(value, int | float) else str(value)

    goals = [labels["programme-goal"].get(code, code) for code in programme.get("goals", ())]
    parts: list[Facts | Grid] = [
        Facts(
            words(_("Programme")),
            [
                (words(_("Background and challenge")), programme["challenge"]),
                (words(_("Goals")), "\n".join(goals)),
                (
                    words(_("Priority gaps")),
                    words.listed(gaps.get(one, one) for one in programme.get("priorityGaps", ())),
                ),
                (words(_("Total funding")), total(plan, words.language)),
            ],
        ),
        Grid(
            words(_("Action plan")),
            [
                f"{words(one.label)} ({programme['currency'].upper()})"
                if one.kind is FieldKind.NUMBER
                else words(one.label)
                for one in ACTION_PLAN
            ],
            [[said(one, measure.content) for one in ACTION_PLAN] for measure in plan.measures],
        ),
    ]
    parts += [_whole(COURSE_SHEET, one, words(_("Course sheet")), words) for one in plan.sheets]
    parts += [_whole(IMPLEMENTATION, one, words(_("Implementation plan")), words) for one in plan.implementation]
    parts.append(
        Grid(
            words(_("Monitoring, evaluation and learning")),
            [words(text) for text in (_("Indicator"), _("Baseline"), _("Target"), _("Due on"))],
            [
                [
                    _indicator(one, words),
                    *(one.content[name] for name in ("baseline", "target")),
                    i18n.format_date(words.language, one.content["due"]),
                ]
                for one in plan.indicators
            ],
        )
    )
    lead = words(_("Plan of capacity development"))
    return Content(programme["name"], words.language, lead, parts)


def _whole(kind: Kind, record: Record, heading: str, words: Words) -> Facts:
    """Return every part of a sheet, in the order of its kind."""
    parts = [one for one in kind.fields if one.name not in {"programme", "name"}]
    shown = [(words(one.label), str(record.content.get(one.name, ""))) for one in parts]
    return Facts(f"{heading}: {record.content['name']}", shown)

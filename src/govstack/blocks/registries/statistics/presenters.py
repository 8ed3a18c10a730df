"""Figures in plain words: the form that asks, the table and the chart that answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.blocks.registries.browsing.model import Comparing, Filter, suits
from govstack.blocks.registries.browsing.presenters import filter_text
from govstack.blocks.registries.browsing.service import Insight
from govstack.blocks.registries.contents.model import Unfit, from_text
from govstack.blocks.registries.design.model import Registry, Service, path_of, pointer
from govstack.blocks.registries.fields.model import NUMERIC
from govstack.blocks.registries.frame.presenters import SERVICES, Cell, Words, name_label, path_label
from govstack.blocks.registries.statistics.model import (
    MOMENTS,
    Figures,
    Label,
    Measure,
    Period,
    Question,
    Report,
    Series,
    day_of,
)
from govstack.blocks.registries.statistics.model import (
    Cell as Figure,
)
from govstack.kernel.i18n import _
from govstack.web import charts
from govstack.web.figures import BARS_MAX, POINTS_MAX, SERIES_MAX

Form = Mapping[str, str]
Choice = tuple[str, str]
ROWS = 3
MEASURES: Mapping[Measure, str] = {
    Measure.COUNT: _("How many records"),
    Measure.SUM: _("The sum of a number"),
    Measure.AVERAGE: _("The average of a number"),
    Measure.MINIMUM: _("The smallest number"),
    Measure.MAXIMUM: _("The largest number"),
}
PERIODS: Mapping[Period, str] = {
    Period.DAY: _("By day"),
    Period.WEEK: _("By week"),
    Period.MONTH: _("By month"),
    Period.YEAR: _("By year"),
}
CHANGES: Mapping[str, str] = {
    "created": _("Entered"), "loaded": _("Loaded with a batch"), "updated": _("Changed"), "archived": _("Archived"),
    "restored": _("Taken back into use"), "deleted": _("Deleted"),
}  # fmt: skip

FEW = _(
    "Nothing is shown: fewer than {number} records fit the question, and figures about so few could tell whom they "
    "are about."
)
ALL_LEFT_OUT = _(
    "Only the total is shown. To protect people, groups of fewer than {number} records are left out, and with them "
    "others from which those could be worked out."
)
SOME_LEFT_OUT = _(
    "Some groups are not listed. To protect people, groups of fewer than {number} records are left out, and with them "
    "others from which those could be worked out."
)
SOME_WITHHELD = _(
    "Some figures are withheld. To protect people, figures about fewer than {number} records are not given, nor "
    "others from which those could be worked out."
)


def measures(words: Words) -> list[Choice]:
    """Return what can be worked out as choices."""
    return [(one.value, words(label)) for one, label in MEASURES.items()]


def periods(words: Words) -> list[Choice]:
    """Return periods as choices."""
    return [(one.value, words(label)) for one, label in PERIODS.items()]


def choices(registry: Registry, insight: Insight, language: str) -> dict[str, list[Choice]]:
    """Return the fields that questions may name, by what they are good for; none that is hidden or masked."""
    closed = insight.masked | insight.sealed
    seen = [
        (path, one) for path in insight.visible if path not in closed and (one := registry.by_path[path]).comparable
    ]
    named = [(pointer(path), path_label(registry, path, language), one) for path, one in seen]
    return {
        "numbers": [(name, label) for name, label, one in named if one.type in NUMERIC],
        "fields": [(name, label) for name, label, _one in named],
        "moments": [(name, label) for name, label, one in named if one.type in MOMENTS],
    }


def form_of(question: Question) -> dict[str, str]:
    """Return a question as the texts of its form."""
    shown = {
        "measure": question.measure.value,
        "field": question.field,
        "group-0": question.groups[0] if question.groups else "",
        "group-1": question.groups[1] if len(question.groups) > 1 else "",
        "period": question.period.value if question.period else "",
        "moment": question.moment,
        "words": question.words,
        "name": "",
        **_days("since", question.since),
        **_days("until", question.until),
    }
    for row in range(ROWS):
        one = question.filters[row] if row < len(question.filters) else None
        shown[f"field-{row}"] = one.field if one else ""
        shown[f"comparing-{row}"] = one.comparing.value if one else Comparing.IS.value
        shown[f"value-{row}"] = one.value if one else ""
    return shown


def _days(name: str, text: str) -> dict[str, str]:
    parts = text.split("-") if text else ["", "", ""]
    return {f"{name}-year": parts[0], f"{name}-month": parts[1], f"{name}-day": parts[2]}


def read(words: Words, form: Form, registry: Registry) -> tuple[Question, dict[str, str]]:
    """Return the question that a form asks, and what is wrong with it."""
    errors: dict[str, str] = {}
    measure = form.get("measure", "")
    if measure not in tuple(Measure):
        errors["measure"] = words(_("Choose what to work out"))
    chosen = Measure(measure) if not errors else Measure.COUNT
    field = form.get("field", "") if chosen is not Measure.COUNT else ""
    if chosen is not Measure.COUNT and not field:
        errors["field"] = words(_("Choose the number"))
    period = form.get("period", "")
    days: dict[str, str] = {}
    for name in ("since", "until"):
        days[name] = _day(form, name)
        if days[name] and day_of(days[name]) is None:
            errors[name] = words(_("Enter a real date, such as 27 3 2027"))
    filters = [one for row in range(ROWS) if (one := _filter(words, form, registry, row, errors)) is not None]
    groups = [name for name in (form.get("group-0", ""), form.get("group-1", "")) if name]
    if len(set(groups)) < len(groups):
        errors["group-1"] = words(_("Choose another field than the first"))
    asked = Question(
        chosen, field, tuple(groups), Period(period) if period in tuple(Period) else None, form.get("moment", ""),
        tuple(filters), form.get("words", "").strip(), days["since"], days["until"],
    )  # fmt: skip
    return asked, errors


def _day(form: Form, name: str) -> str:
    parts = [form.get(f"{name}-{part}", "").strip() for part in ("year", "month", "day")]
    if not any(parts):
        return ""
    year, month, day = parts
    return f"{year.zfill(4)}-{month.zfill(2)}-{day.zfill(2)}"[:12]


def _filter(words: Words, form: Form, registry: Registry, row: int, errors: dict[str, str]) -> Filter | None:
    name, asked = form.get(f"field-{row}", ""), form.get(f"comparing-{row}", "")
    one = registry.field(name) if name else None
    if one is None:
        return None
    if asked not in tuple(Comparing) or Comparing(asked) not in suits(one):
        errors[f"comparing-{row}"] = words(_("This comparison does not fit the field"))
        return None
    comparing, value = Comparing(asked), form.get(f"value-{row}", "").strip()
    if comparing.needs_value and not value:
        errors[f"value-{row}"] = words(_("Enter what to compare with"))
    elif comparing.needs_value and comparing is not Comparing.CONTAINS:
        try:
            from_text(one, value)
        except Unfit as fault:
            errors[f"value-{row}"] = words.fault(words(_("The value")), str(fault))
    return Filter(name, comparing, value if comparing.needs_value else "")


def measured(words: Words, question: Question, registry: Registry) -> str:
    """Return what a question works out, in words."""
    said = words(MEASURES[question.measure])
    if not question.field:
        return said
    label = name_label(registry, question.field, words.language)
    return words(_("{measure}: {field}"), measure=said, field=label)


def told(words: Words, question: Question, registry: Registry) -> list[tuple[str, str]]:
    """Return a question in words, part by part."""
    rows = [(words(_("Worked out")), measured(words, question, registry))]
    divided = [name_label(registry, name, words.language) for name in question.groups]
    if question.period:
        divided.append(
            words(
                _("{period} of {moment}"),
                period=words(PERIODS[question.period]),
                moment=_moment(words, question, registry),
            )
        )
    if divided:
        rows.append((words(_("Divided by")), words.named(divided)))
    narrowed = [filter_text(words, registry, one.field, one.comparing, one.value) for one in question.filters]
    narrowed += [f"“{question.words}”"] if question.words else []
    if question.since:
        narrowed.append(words(_("{moment} from {day}"), moment=_moment(words, question, registry), day=question.since))
    if question.until:
        narrowed.append(words(_("{moment} until {day}"), moment=_moment(words, question, registry), day=question.until))
    rows.append((words(_("Of the records where")), words.named(narrowed) or words(_("nothing is left out"))))
    return rows


def _moment(words: Words, question: Question, registry: Registry) -> str:
    if question.moment:
        return name_label(registry, question.moment, words.language)
    return words(_("time of entry"))


def headers(words: Words, found: Figures, registry: Registry) -> list[object]:
    """Return the headers of the table of figures."""
    asked = found.question
    names: list[object] = [name_label(registry, name, words.language) for name in asked.groups]
    if asked.period:
        names.append(words(_("Time")))
    numbers: list[object] = [{"label": measured(words, asked, registry), "numeric": True}]
    if asked.measure is not Measure.COUNT:
        numbers.append({"label": words(_("Records")), "numeric": True})
    return [*(names or [words(_("Records"))]), *numbers]


def rows(words: Words, found: Figures, registry: Registry) -> list[Sequence[Cell]]:
    """Return figures as rows of a table, the total last."""
    made: list[Sequence[Cell]] = [
        [
            *(_label(words, found.question, registry, place, label) for place, label in enumerate(one.labels)),
            *_numbers(words, found, one),
        ]
        for one in found.cells
    ]
    width = max(found.question.dimensions, 1)
    if found.unlisted and not found.total.withheld:
        left_out: list[Cell] = [words(_("withheld"))] * (1 if found.question.measure is Measure.COUNT else 2)
        made.append([words(_("Groups left out to protect people")), *[""] * (width - 1), *left_out])
    made.append([words(_("All together")), *[""] * (width - 1), *_numbers(words, found, found.total)])
    return made


def _numbers(words: Words, found: Figures, one: Figure) -> list[Cell]:
    few = (
        words(_("fewer than {number}"), number=words.number(found.smallest))
        if not found.cells
        else words(_("withheld"))
    )
    counted = found.question.measure is Measure.COUNT
    if one.withheld:
        return [few] if counted else [few, few]
    value: Cell = words.number(one.value) if one.value is not None else "–"
    return [value] if counted else [value, words.number(one.records or 0)]


def protection(words: Words, found: Figures) -> str:
    """Return in plain words why figures are missing from an answer; nothing where none is."""
    if found.total.withheld:
        why = FEW
    elif found.unlisted:
        why = SOME_LEFT_OUT if found.cells else ALL_LEFT_OUT
    else:
        why = SOME_WITHHELD if any(one.withheld for one in found.cells) else ""
    return words(why, number=words.number(found.smallest)) if why else ""


def series_protection(words: Words, found: Series) -> str:
    """Return in plain words why numbers over time are missing; nothing where none is."""
    if all(number is not None for _period, _what, number in found.rows):
        return ""
    return words(SOME_WITHHELD, number=words.number(found.smallest))


def _label(words: Words, asked: Question, registry: Registry, place: int, label: Label) -> str:
    if label is None or label == "":
        return words(_("No value"))
    if isinstance(label, bool):
        return words(_("Yes")) if label else words(_("No"))
    if isinstance(label, int | float):
        return words.number(label)
    one = registry.by_path.get(path_of(asked.groups[place])) if place < len(asked.groups) else None
    return str(one.catalogue.get(label, label)) if one is not None else label


def chart(words: Words, found: Figures, registry: Registry) -> charts.Figure | None:
    """Return the picture of an answer: lines over time, bars by group; None where no picture would help."""
    asked, open_ = found.question, [one for one in found.cells if not one.withheld and one.value is not None]
    if not asked.dimensions or len(open_) < 2:
        return None
    title = measured(words, asked, registry)
    labels = [[_label(words, asked, registry, place, part) for place, part in enumerate(one.labels)] for one in open_]
    values = [one.value or 0 for one in open_]
    if not asked.period:
        bars = [(" · ".join(names), value) for names, value in zip(labels, values, strict=True)]
        return charts.Bars("figures", title, bars[:BARS_MAX], value_header=title) if min(values) >= 0 else None
    names = list(dict.fromkeys(" · ".join(one[:-1]) or title for one in labels))
    if len(names) > SERIES_MAX:
        return None
    spread: dict[str, dict[str, float | int]] = {}
    for one, value in zip(labels, values, strict=True):
        spread.setdefault(one[-1], {})[" · ".join(one[:-1]) or title] = value
    points = [(time, [by_name.get(name) for name in names]) for time, by_name in sorted(spread.items())]
    return charts.Lines("figures", title, names, points[:POINTS_MAX], label_header=words(_("Time")))


def series_rows(words: Words, found: Series, named: Mapping[str, str]) -> list[Sequence[Cell]]:
    """Return numbers over time as rows; `named` says what things are called, as far as they have a name of ours."""
    return [
        (period, _called(words, what, named), words.number(number) if number is not None else words(_("withheld")))
        for period, what, number in found.rows
    ]


def series_chart(words: Words, found: Series, title: str, named: Mapping[str, str]) -> charts.Figure | None:
    """Return numbers over time as lines, one for each of the most frequent things."""
    sums: dict[str, int] = {}
    for _period, what, number in found.rows:
        sums[what] = sums.get(what, 0) + (number or 0)
    shown = sorted(sums, key=lambda what: (-sums[what], what))[:SERIES_MAX]
    spread: dict[str, dict[str, int | None]] = {}
    for period, what, number in found.rows:
        spread.setdefault(period, {})[what] = number
    if len(spread) < 2:
        return None
    points = [(period, [by_what.get(what) for what in shown]) for period, by_what in sorted(spread.items())]
    return charts.Lines(
        "series", title, [_called(words, what, named) for what in shown], points[-POINTS_MAX:],
        label_header=words(_("Time")),
    )  # fmt: skip


def _called(words: Words, what: str, named: Mapping[str, str]) -> str:
    return words(named[what]) if what in named else what or words(_("Not stated"))


def use_rows(words: Words, found: Sequence[tuple[str, Service]]) -> list[Sequence[Cell]]:
    """Return how often services were used as rows."""
    return [
        (
            one.title or (words(SERVICES[one.kind][0]) if not one.custom else one.name),
            version,
            words.number(one.used_count),
        )
        for version, one in found
    ]


def report_rows(words: Words, found: Sequence[Report], base: str) -> list[Sequence[Cell]]:
    """Return reports as rows that lead to them."""
    return [
        ({"text": one.name, "href": f"{base}/{one.id}"}, one.owner_name or one.owner, {"moment": one.created_at})
        for one in found
    ]

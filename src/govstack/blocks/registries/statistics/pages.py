"""Pages of statistics: a form in plain words, its answer as table and chart, reports, and what happened over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from govstack.blocks.registries.access import service as access
from govstack.blocks.registries.admission import service as admission
from govstack.blocks.registries.admission.errors import FieldHidden
from govstack.blocks.registries.browsing import presenters as grid
from govstack.blocks.registries.browsing import service as browsing
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import ANALYSE, AUDIT, LATEST, Registry, ServiceKind, may_see_definition
from govstack.blocks.registries.frame.presenters import Words, in_registry, service_off
from govstack.blocks.registries.reading.errors import BadSearch
from govstack.blocks.registries.statistics import presenters, schemas, service
from govstack.blocks.registries.statistics.errors import BadQuestion, TooManyGroups
from govstack.blocks.registries.statistics.model import SMALLEST_LEAST, SMALLEST_MOST, Figures, Period, Question
from govstack.kernel.errors import Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, by_policy
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("statistics pages",))
RIGHTS = by_policy("the right to the statistics of the registry")
BASE = "/registry/{code}/statistics"
REPORT = BASE + "/reports/{report}"
# The parts of a question as refusals name them, and the inputs of the form.
INPUTS: Mapping[str, str] = {"groupBy": "group-0", "filters": "words", "smallest": "smallest"}


class AskQuery(msgspec.Struct, frozen=True):
    """The view of the grid whose records are meant; it is sealed."""

    view: str = ""
    lang: str = ""


class TimeQuery(msgspec.Struct, frozen=True):
    """How time is put together."""

    period: str = Period.MONTH.value
    format: str = ""
    lang: str = ""


@routes.page(BASE, access=RIGHTS, query=AskQuery, operation_id="statisticsPage")
async def ask(call: Call) -> Page:
    """Ask what to work out."""
    registry = await _registry(call)
    if not registry.works(ServiceKind.STATISTICS):
        return service_off(call, registry, "statistics", ServiceKind.STATISTICS, _("Statistics"))
    view = browsing.unseal(call.context, by=call.actor, code=call.path["code"], token=call.query.view)
    question = Question(filters=view.filters[: presenters.ROWS], words=view.words)
    return await _form_page(call, registry, presenters.form_of(question), {})


@routes.form(BASE, access=RIGHTS, operation_id="statisticsForm")
async def answer(call: Call) -> Page | Redirect | Answer:
    """Work it out; as a page, as a file, or kept as a report."""
    words, registry = Words(call.language), await _registry(call)
    question, errors = presenters.read(words, call.form, registry)
    if errors or call.form.get("step") == "edit":
        return await _form_page(call, registry, call.form, errors)
    try:
        if call.form.get("step") == "keep":
            kept = await service.keep(
                call.context, by=call.actor, code=registry.code, name=call.form.get("name", ""), question=question
            )
            return Redirect(
                f"/registry/{registry.code}/statistics/reports/{kept.id}", notice=words(_("The report is kept."))
            )
        found = await service.ask(call.context, by=call.actor, registry=registry, question=question)
    except (BadQuestion, BadSearch, FieldHidden, TooManyGroups) as problem:
        return await _form_page(call, registry, call.form, _wrong(words, problem))
    if call.form.get("step") == "csv":
        return schemas.figures_csv(registry.code, found)
    return _figures_page(call, registry, found, title=words(_("Figures")), carried=presenters.form_of(question))


@routes.page(REPORT, access=RIGHTS, operation_id="reportPage")
async def report(call: Call) -> Page:
    """Ask the question of a report again."""
    registry = await _registry(call)
    kept = await service.report(call.context, by=call.actor, code=registry.code, report_id=call.path["report"])
    found = await service.ask(call.context, by=call.actor, registry=registry, question=kept.question)
    return _figures_page(
        call, registry, found, title=kept.name, report=kept.id, carried=presenters.form_of(kept.question)
    )


@routes.form(REPORT, access=RIGHTS, operation_id="reportForm")
async def use_report(call: Call) -> Answer | Redirect:
    """Take a report's figures as a file, or delete the report."""
    registry = await _registry(call)
    kept = await service.report(call.context, by=call.actor, code=registry.code, report_id=call.path["report"])
    if call.form.get("step") == "delete":
        await service.forget(call.context, by=call.actor, code=registry.code, report_id=kept.id)
        notice = Words(call.language)(_("The report was deleted."))
        return Redirect(f"/registry/{registry.code}/statistics", notice=notice)
    found = await service.ask(call.context, by=call.actor, registry=registry, question=kept.question)
    return schemas.figures_csv(registry.code, found)


@routes.form(BASE + "/smallest", access=RIGHTS, operation_id="smallestForm")
async def set_smallest(call: Call) -> Page | Redirect:
    """Set from how many records on figures are given."""
    words, registry, text = Words(call.language), await _registry(call), call.form.get("smallest", "").strip()
    try:
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1
        await service.set_smallest(call.context, by=call.actor, code=registry.code, number=number)
    except BadQuestion:
        error = words(
            _("Enter a number from {least} to {most}"),
            least=words.number(SMALLEST_LEAST),
            most=words.number(SMALLEST_MOST),
        )
        return await _form_page(call, registry, presenters.form_of(Question()), {"smallest": error})
    return Redirect(f"/registry/{registry.code}/statistics", notice=words(_("The limit was changed.")))


@routes.page(BASE + "/changes", access=RIGHTS, query=TimeQuery, operation_id="changesPage")
async def changes(call: Call) -> Page | Answer:
    """Show registrations and other changes over time."""
    words, registry, period = Words(call.language), await _registry(call), _period(call)
    found = await service.changes(call.context, by=call.actor, registry=registry, period=period)
    if call.query.format == "csv":
        return schemas.series_csv(f"{registry.code}-changes", found)
    title = words(_("Changes over time"))
    return _time_page(
        call, registry, title, "changes",
        intro=words(_("Records entered, changed and ended in the last year, as the log of changes has them.")),
        headers=[words(_("Time")), words(_("What happened")), {"label": words(_("Records")), "numeric": True}],
        rows=presenters.series_rows(words, found, presenters.CHANGES),
        protection=presenters.series_protection(words, found),
        chart=presenters.series_chart(words, found, title, presenters.CHANGES),
    )  # fmt: skip


@routes.page(BASE + "/readers", access=RIGHTS, query=TimeQuery, operation_id="readersPage")
async def readers(call: Call) -> Page | Answer:
    """Show which offices were shown personal data over time."""
    words, registry, period = Words(call.language), await _registry(call), _period(call)
    found = await service.readings(call.context, by=call.actor, registry=registry, period=period)
    if call.query.format == "csv":
        return schemas.series_csv(f"{registry.code}-readers", found)
    title, names = words(_("Readers over time")), await access.system_names(call.context, language=call.language)
    return _time_page(
        call, registry, title, "readers",
        intro=words(_("Answers that showed personal data in the last year, by the office that asked.")),
        headers=[words(_("Time")), words(_("Office")), {"label": words(_("Answers")), "numeric": True}],
        rows=presenters.series_rows(words, found, names),
        protection=presenters.series_protection(words, found),
        chart=presenters.series_chart(words, found, title, names),
    )  # fmt: skip


@routes.page(BASE + "/services", access=RIGHTS, query=TimeQuery, operation_id="usesPage")
async def uses(call: Call) -> Page | Answer:
    """Show how often each service was used."""
    words, registry = Words(call.language), await _registry(call)
    found = await service.uses(call.context, by=call.actor, code=registry.code)
    if call.query.format == "csv":
        return schemas.uses_csv(registry.code, found)
    return _time_page(
        call, registry, words(_("Use of services")), "services",
        intro=words(
            _(
                "How often each service was used since its version was published. A use is one call, whoever makes it."
                " An import is one use, however many records it brings, and so is a run of an automation."
            )
        ),
        headers=[words(_("Service")), words(_("Version")), {"label": words(_("Uses")), "numeric": True}],
        rows=presenters.use_rows(words, found), chart=None,
    )  # fmt: skip


async def _registry(call: Call) -> Registry:
    return await design.published(call.context, code=call.path["code"], version=LATEST)


def _period(call: Call) -> Period:
    return Period(call.query.period) if call.query.period in tuple(Period) else Period.MONTH


def _wrong(words: Words, problem: Problem) -> dict[str, str]:
    errors = {INPUTS.get(name, name): words.fault(words(_("This part")), why) for name, why in problem.fields.items()}
    return errors or {"measure": words.said(problem.detail)}


def _above(call: Call, registry: Registry) -> list[tuple[str, str]]:
    return [(Words(call.language)(_("Statistics")), f"/registry/{registry.code}/statistics")]


async def _form_page(call: Call, registry: Registry, form: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    words, by = Words(call.language), call.actor
    # Whoever may not ask at all is refused here, as by every other path.
    sight = await admission.admitted(call.context, by=by, registry=registry, kind=ServiceKind.STATISTICS, counted=False)
    insight = await browsing.insight(call.context, by=by, registry=registry, kind=ServiceKind.STATISTICS)
    base = f"/registry/{registry.code}/statistics"
    found = await service.reports(call.context, by=by, code=registry.code)
    values = {
        "form": {**presenters.form_of(Question()), **form},
        "errors": dict(errors),
        "measures": presenters.measures(words),
        "periods": presenters.periods(words),
        **presenters.choices(registry, insight, call.language),
        "comparisons": grid.comparisons(words),
        "filter_rows": presenters.ROWS,
        "reports": presenters.report_rows(words, found, f"{base}/reports"),
        "personal": sight.logged,
        "smallest": form.get("smallest") or await service.smallest(call.context, registry),
        "sets": sight.logged and service.may_set_smallest(by, registry),
        "sees_changes": sight.decision.sees_all(sight.kind),
        "sees_uses": may_see_definition(by, registry.stewards),
        "sees_readers": by.may(AUDIT) or by.may(ANALYSE),
    }
    return in_registry(call, registry, "statistics", "statistics.html", values, status=400 if errors else 200)


def _figures_page(
    call: Call, registry: Registry, found: Figures, *, title: str, carried: Mapping[str, str], report: str = ""
) -> Page:
    words = Words(call.language)
    values = {
        "heading": title,
        "told": presenters.told(words, found.question, registry),
        "headers": presenters.headers(words, found, registry),
        "rows": presenters.rows(words, found, registry),
        "figure": presenters.chart(words, found, registry),
        "protection": presenters.protection(words, found),
        "at": found.at,
        "carried": {name: value for name, value in carried.items() if name != "name"},
        "report": report,
        "above": _above(call, registry),
    }
    return in_registry(call, registry, "statistics", "statistics_figures.html", values)


def _time_page(
    call: Call,
    registry: Registry,
    title: str,
    place: str,
    *,
    intro: str,
    headers: Sequence[object],
    rows: Sequence[object],
    chart: object,
    protection: str = "",
) -> Page:
    words, base = Words(call.language), f"/registry/{registry.code}/statistics/{place}"
    values = {
        "heading": title,
        "intro": intro,
        "headers": headers,
        "rows": rows,
        "figure": chart,
        "protection": protection,
        "periods": []
        if place == "services"
        else [
            (label, f"{base}?period={value}", value == _period(call).value)
            for value, label in presenters.periods(words)
        ],
        "download": f"{base}?period={_period(call).value}&format=csv",
        "above": _above(call, registry),
    }
    return in_registry(call, registry, "statistics", "statistics_time.html", values)

"""Use cases of statistics: ask, keep a question, and look at changes, uses and readings over time (DRS-26, DRS-36)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import msgspec

from govstack.blocks.registries.access.model import Comparison, Operator
from govstack.blocks.registries.admission.service import Sight, admitted
from govstack.blocks.registries.browsing.model import term
from govstack.blocks.registries.contents.model import Unfit
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import (
    ANALYSE,
    AUDIT,
    FieldType,
    Path,
    Registry,
    Service,
    ServiceKind,
    expression,
    may_manage,
    may_see_definition,
    path_of,
)
from govstack.blocks.registries.reading import service as reading
from govstack.blocks.registries.reading.errors import BadSearch
from govstack.blocks.registries.reading.model import Holds, Order, Search, Term, Text, paths_of, text_term
from govstack.blocks.registries.statistics import store
from govstack.blocks.registries.statistics.errors import BadQuestion, PartlyVisible, TooManyGroups, UnknownReport
from govstack.blocks.registries.statistics.model import (
    CELLS_MAX,
    NAME_CHARACTERS_MAX,
    SMALLEST_LEAST,
    SMALLEST_MOST,
    Figures,
    Labels,
    Measure,
    Period,
    Question,
    Report,
    Series,
    Sums,
    day_after,
    day_of,
    figures,
    in_weeks,
    is_personal,
    refuse_unfit,
    series,
)
from govstack.blocks.registries.statistics.store import SQL
from govstack.kernel import audit, clock, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Dialect
from govstack.kernel.errors import Forbidden
from govstack.kernel.rules import whole
from govstack.kernel.settings import Setting

SMALLEST = "REGISTRIES_STATISTICS_SMALLEST"
SETTINGS = (
    Setting(
        SMALLEST,
        "5",
        "From how many records on a figure about a registry with personal data is given, unless its analyst chose",
        whole(SMALLEST_LEAST, SMALLEST_MOST),
    ),
)
PURPOSE = "statistics/report"
REPORTS_OF_ONE_MAX = 100
DAYS_SHOWN = 365


async def ask(context: Context, *, by: Actor, registry: Registry, question: Question, key: str = "") -> Figures:
    """Return figures over the records that the caller may see, through the decision that every reading uses.

    Where a registry holds personal data, small figures are withheld and the question is audited: it shows no record,
    so no person's log of readings grows by it. Raises RightMissing, FieldHidden, BadQuestion and TooManyGroups.
    """
    sight = await admitted(context, by=by, registry=registry, kind=ServiceKind.STATISTICS, key=key)
    refuse_unfit(question, registry, personal=sight.logged)
    search = Search(_terms(registry, question), order=tuple(Order(path) for path in question.used))
    sight.refuse_hidden(_named(search))
    sums = await _sums(context, sight, question, search)
    if question.period is Period.WEEK:
        sums = in_weeks(sums)
    if len(sums) > CELLS_MAX:
        raise TooManyGroups
    if sight.logged:
        await _tell(context, by, registry, question)
    return figures(
        question,
        sums,
        smallest=await smallest(context, registry) if sight.logged else 0,
        personal_labels=any(is_personal(registry, path) for path in _labelling(question)),
        version=registry.version,
        at=clock.timestamp(),
    )


def _labelling(question: Question) -> list[Path]:
    names = [*question.groups, *([question.moment] if question.period and question.moment else [])]
    return [path_of(name) for name in names]


def _terms(registry: Registry, question: Question) -> tuple[Term, ...]:
    """Return what narrows the records, in the same terms as the list of records has."""
    try:
        found = [part for one in question.filters for part in term(registry, one)]
    except Unfit as fault:
        raise BadSearch(f"A value {fault}.", fields={"filters": str(fault)}) from fault
    if question.words:
        found += text_term(registry, question.words, field_name="", match=None)
    if question.moment:
        path = path_of(question.moment)
        if question.since:
            found.append(Holds(Comparison(path, Operator.GE, question.since[:10]), (path,)))
        if question.until:
            found.append(Holds(Comparison(path, Operator.LT, day_after(question.until)), (path,)))
    return tuple(found)


def _named(search: Search) -> list[Path]:
    named = [path for one in search.terms if isinstance(one, Text) and one.named for path in one.paths]
    return [*named, *(path for one in search.terms for path in paths_of(one)), *(one.path for one in search.order)]


async def _sums(context: Context, sight: Sight, question: Question, search: Search) -> dict[Labels, Sums]:
    registry = sight.registry
    async with context.database.reading(one_statement=not search.texts, apart=True) as tx:
        # Ordered by the question's fields, so that only records in which all of them may be seen are counted.
        made = await reading.narrowed(tx, sight, search)
        where, parameters = made.where, dict(made.parameters)
        if not question.moment:
            for name, sign, moment in (
                ("since", ">=", question.since[:10]),
                ("until", "<", day_after(question.until) if question.until else ""),
            ):
                if moment:
                    where += f" AND created_at {sign} :{name}"
                    parameters[name] = moment
        found = await store.cells(
            tx,
            source=made.source,
            where=where,
            parameters=parameters,
            labels=_label_places(registry, tx.dialect, question),
            value=registry.expression(question.field, tx.dialect) if question.measure is not Measure.COUNT else "",
        )
    if found is None:
        raise TooManyGroups
    truths = [registry.by_path[path_of(name)].type is FieldType.BOOLEAN for name in question.groups]
    return {_truths(labels, truths): one for labels, one in found.items() if one.number or not labels}


def _label_places(registry: Registry, dialect: Dialect, question: Question) -> list[str]:
    places = []
    for name in question.groups:
        path = path_of(name)
        kind, place = registry.by_path[path].type, registry.expression(path, dialect)
        places.append(f"CAST({place} AS DOUBLE PRECISION)" if kind in {FieldType.NUMBER, FieldType.INTEGER} else place)
    if question.period is not None:
        moment = expression(path_of(question.moment), FieldType.TEXT, dialect) if question.moment else "created_at"
        places.append(f"substr({moment}, 1, {question.period.characters:d})")
    return places


def _truths(labels: Labels, truths: list[bool]) -> Labels:
    """Return labels with truth values as such: SQLite has them as numbers."""
    found = [
        bool(label) if place < len(truths) and truths[place] and label is not None else label
        for place, label in enumerate(labels)
    ]
    return tuple(found)


async def smallest(context: Context, registry: Registry) -> int:
    """Return from how many records on figures of a registry are given: what its analyst chose, else the setting."""
    async with context.database.reading(one_statement=True) as tx:
        chosen = await SQL.threshold(tx, registry_id=registry.id)
    return max(SMALLEST_LEAST, int(chosen) if chosen is not None else context.settings.number(SMALLEST))


async def set_smallest(context: Context, *, by: Actor, code: str, number: int) -> int:
    """Set from how many records on figures are given; never fewer than three, or one could be told from the other."""
    registry = await design.latest(context, code=code)
    if not may_set_smallest(by, registry):
        raise Forbidden
    if not SMALLEST_LEAST <= number <= SMALLEST_MOST:
        why = f"is a number from {SMALLEST_LEAST} to {SMALLEST_MOST}"
        raise BadQuestion(f"smallest {why}.", fields={"smallest": why})
    async with context.database.transaction() as tx:
        await SQL.set_threshold(tx, registry_id=registry.id, smallest=number, set_at=clock.timestamp(), set_by=by.id)
        await audit.record(
            tx, by=by, action="registries.statistics.smallest", subject=f"registry:{registry.code}",
            detail={"smallest": number},
        )  # fmt: skip
    return number


def may_set_smallest(by: Actor, registry: Registry) -> bool:
    """Tell whether somebody may choose from how many records on figures are given."""
    return may_manage(by, registry.stewards) or by.may(ANALYSE)


async def reports(context: Context, *, by: Actor, code: str) -> tuple[Report, ...]:
    """Return the caller's own reports on a registry, and everybody's for analysts."""
    registry = await design.latest(context, code=code)
    await admitted(context, by=by, registry=registry, kind=ServiceKind.STATISTICS, counted=False)
    async with context.database.reading(one_statement=True) as tx:
        rows = await SQL.reports(
            tx, registry_id=registry.id, owner=by.id, everybody=int(by.may(ANALYSE)), limit=store.REPORTS_MAX
        )
    return tuple(
        Report(
            row["id"], row["name"], _opened(context, row["id"], row["definition"]), row["owner"], row["owner_name"],
            row["created_at"],
        )
        for row in rows
    )  # fmt: skip


def _opened(context: Context, report_id: str, sealed: bytes) -> Question:
    return msgspec.json.decode(context.keys.open(PURPOSE, bytes(sealed), bound_to=report_id), type=Question)


async def report(context: Context, *, by: Actor, code: str, report_id: str) -> Report:
    """Return one report that the caller may ask; raises UnknownReport."""
    found = next((one for one in await reports(context, by=by, code=code) if one.id == report_id), None)
    if found is None:
        raise UnknownReport
    return found


async def keep(context: Context, *, by: Actor, code: str, name: str, question: Question) -> Report:
    """Keep a question under a name, to be asked again with the rights its asker has then; raises BadQuestion."""
    if not by.signed_in:
        raise Forbidden
    registry = await design.latest(context, code=code)
    sight = await admitted(context, by=by, registry=registry, kind=ServiceKind.STATISTICS, counted=False)
    name = name.strip()
    if not 0 < len(name) <= NAME_CHARACTERS_MAX:
        why = f"has 1 to {NAME_CHARACTERS_MAX} characters"
        raise BadQuestion(f"name {why}.", fields={"name": why})
    refuse_unfit(question, registry, personal=sight.logged)
    known = next(
        (one for one in await reports(context, by=by, code=code) if (one.owner, one.name) == (by.id, name)), None
    )
    if known is not None and known.question == question:
        return known
    made = Report(ids.new_id(), name, question, by.id, by.name, clock.timestamp())
    async with context.database.transaction() as tx:
        if await SQL.count_reports(tx, registry_id=registry.id, owner=by.id) >= REPORTS_OF_ONE_MAX:
            why = f"is one too many: you have {REPORTS_OF_ONE_MAX} reports"
            raise BadQuestion(f"name {why}.", fields={"name": why})
        sealed = context.keys.seal(PURPOSE, msgspec.json.encode(question), bound_to=made.id)
        await SQL.add_report(
            tx, id=made.id, registry_id=registry.id, name=name, definition=sealed, owner=by.id, owner_name=by.name,
            created_at=made.created_at,
        )  # fmt: skip
        await audit.record(tx, by=by, action="registries.report.kept", subject=f"registry:{registry.code}",
                           detail={"report": made.id})  # fmt: skip
    return made


async def forget(context: Context, *, by: Actor, code: str, report_id: str) -> None:
    """Delete a report; one that is gone already is no error."""
    registry = await design.latest(context, code=code)
    if report_id not in {one.id for one in await reports(context, by=by, code=code)}:
        return
    async with context.database.transaction() as tx:
        if await SQL.drop_report(tx, id=report_id, registry_id=registry.id):
            await audit.record(tx, by=by, action="registries.report.deleted", subject=f"registry:{registry.code}",
                               detail={"report": report_id})  # fmt: skip


def narrowed(question: Question, *, since: str = "", until: str = "") -> Question:
    """Return a question for other days."""
    return replace(question, since=since or question.since, until=until or question.until)


async def changes(
    context: Context, *, by: Actor, registry: Registry, period: Period, since: str = "", until: str = ""
) -> Series:
    """Return registrations and other changes over time; only for those who see every record (DRS-26)."""
    sight = await admitted(context, by=by, registry=registry, kind=ServiceKind.STATISTICS)
    if not sight.decision.sees_all(sight.kind):
        raise PartlyVisible
    first, last = _days(since, until)
    async with context.database.reading(one_statement=True, apart=True) as tx:
        found = await store.changes(tx, registry.id, length=period.characters, since=first, until=day_after(last))
    if found is None:
        raise TooManyGroups
    least = await smallest(context, registry) if sight.logged else 0
    return _bounded(series(found, period, since=first, until=last, smallest=least))


async def readings(
    context: Context, *, by: Actor, registry: Registry, period: Period, since: str = "", until: str = ""
) -> Series:
    """Return how often each office was shown personal data over time, for auditors; looking is itself audited."""
    if not (by.kind == "system" or by.may(AUDIT) or by.may(ANALYSE)):
        raise Forbidden
    first, last = _days(since, until)
    async with context.database.reading(one_statement=True, apart=True) as tx:
        found = await store.readings(tx, registry.id, length=period.characters, since=first, until=day_after(last))
    if found is None:
        raise TooManyGroups
    async with context.database.transaction() as tx:
        await audit.record(tx, by=by, action="registries.usage.counted", subject=f"registry:{registry.code}")
    return _bounded(series(found, period, since=first, until=last))


async def uses(context: Context, *, by: Actor, code: str) -> tuple[tuple[str, Service], ...]:
    """Return how often each service of each version was used, for those who see the definition (DRS-12)."""
    found = await design.versions(context, code=code)
    if not may_see_definition(by, found[0].stewards):
        raise Forbidden
    return tuple((one.version, service) for one in found for service in one.service_list)


def _days(since: str, until: str) -> tuple[str, str]:
    """Return the first and last day that are meant; without them, the last year."""
    for name, text in (("since", since), ("until", until)):
        if text and day_of(text) is None:
            raise BadQuestion(f"{name} must be a date such as 2026-11-21.", fields={name: "must be a date"})
    last = until[:10] or clock.timestamp()[:10]
    first = since[:10] or ((day_of(last) or clock.today()) - timedelta(days=DAYS_SHOWN)).isoformat()
    return first, last


def _bounded(found: Series) -> Series:
    if len(found.rows) > CELLS_MAX:
        raise TooManyGroups
    return found


async def _tell(context: Context, by: Actor, registry: Registry, question: Question) -> None:
    """Write down what was asked of personal data: the fields, never the values that were looked for."""
    detail: dict[str, object] = {
        "measure": question.measure.value,
        "field": question.field,
        "groups": list(question.groups),
        "period": question.period.value if question.period else "",
        "filtered": sorted({one.field for one in question.filters}),
        "words": bool(question.words),
    }
    async with context.database.transaction() as tx:
        await audit.record(
            tx,
            by=by,
            action="registries.statistics.asked",
            subject=f"{registry.code}/{registry.version}",
            detail=detail,
        )

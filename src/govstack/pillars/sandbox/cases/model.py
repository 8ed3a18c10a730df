"""A digital service as data, and what follows from the records of one case: pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from govstack.kernel.errors import NotFound
from govstack.pillars.sandbox.country.model import ServiceSettings, Text, Value
from govstack.pillars.sandbox.decisions.model import Fact

CENT = Decimal("0.01")

Record = Mapping[str, Value]
Source = Literal["applicant", "household", "incomes", "own-incomes", "lookalikes"]
State = Literal["VERIFIED", "MISMATCH"]


class UnknownService(NotFound):
    """There is no digital service of this id."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts in a step."""

    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class Transition:
    """A change of a candidate's state, and the step that makes it."""

    before: str
    after: str
    step: str


@dataclass(frozen=True, slots=True)
class Package:
    """What somebody may be enrolled for; `amount` is a decimal number of the country's currency."""

    code: str
    amount: str
    published_ids: Mapping[str, int]
    name: Text
    summary: Text


@dataclass(frozen=True, slots=True)
class Call:
    """One published operation on a registry: found `by` these fields, reading or writing no more than `fields`."""

    registry: str
    operation: str
    by: tuple[str, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the published script; `delivered` is false where other blocks will carry it."""

    id: str
    actor: str
    delivered: bool
    blocks: tuple[str, ...]
    title: Text
    summary: Text
    form: str | None = None
    message: str | None = None
    leads_to: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()


@dataclass(frozen=True, slots=True)
class CitizenPage:
    """What a person may see at any time."""

    code: str
    delivered: bool
    title: Text
    summary: Text
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class FactRule:
    """How a fact follows from records; ages, lists and `per` name parameters, lists and facts before this one."""

    name: str
    take: Literal["equals", "listed", "years", "count", "any", "sum"]
    of: Source
    field: str = ""
    value: Value | None = None
    listed_in: str = ""
    where: Mapping[str, Value] = dataclasses.field(default_factory=dict)
    others: bool = False
    younger_than: str | None = None
    from_age: str | None = None
    divided_by: int = 1
    per: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """What records must agree on: a field equals a value, or fields of the applicant in a row, or never
    repeats; or there is no such record at all.
    """

    code: str
    of: Source
    text: Text
    field: str = ""
    value: Value | None = None
    equals_fields: tuple[str, ...] = ()
    unique: bool = False
    none: bool = False


@dataclass(frozen=True, slots=True)
class DecisionFiles:
    """The files a decision needs: the rule table, and the words of its reasons."""

    rules: str
    reasons: str


@dataclass(frozen=True, slots=True)
class DigitalService:
    """Everything `services/<id>/service.yaml` says."""

    id: str
    use_case: str
    version: str
    title: Text
    summary: Text
    person_field: str
    actors: tuple[Actor, ...]
    registries: tuple[str, ...]
    states: Mapping[str, tuple[str, ...]]
    transitions: tuple[Transition, ...]
    packages: tuple[Package, ...]
    facts: tuple[FactRule, ...]
    checks: tuple[Check, ...]
    decision: DecisionFiles
    messages: str
    forms: tuple[str, ...]
    steps: tuple[Step, ...]
    citizen_page: CitizenPage

    def package(self, code: str) -> Package:
        """The package of this code; raises UnknownService where the service has none."""
        for package in self.packages:
            if package.code == code:
                return package
        raise UnknownService(f"{self.id} has no package {code!r}.")


@dataclass(frozen=True, slots=True)
class CaseRecords:
    """What the registries answered: the applicant, everybody in the household, and all their income records.

    `lookalikes` are the people of the same names and day of birth, with or without the applicant; `without_consent`
    those of the household of whom a register shows nothing, since they do not agree.
    """

    applicant: Record
    household: Sequence[Record]
    incomes: Sequence[Record]
    lookalikes: Sequence[Record] = ()
    without_consent: Sequence[Record] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether one check held; `text` says what was checked."""

    code: str
    held: bool
    text: Text


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether the records of a case agree, check by check."""

    state: State
    findings: tuple[Finding, ...]


def verify(service: DigitalService, case: CaseRecords) -> Verification:
    """Holds the records of one case against each other."""
    findings = tuple(Finding(check.code, _holds(check, service, case), check.text) for check in service.checks)
    return Verification("VERIFIED" if all(finding.held for finding in findings) else "MISMATCH", findings)


def facts_of(service: DigitalService, case: CaseRecords, settings: ServiceSettings, on: date) -> dict[str, Fact | None]:
    """The facts and the country's parameters a decision needs, on the day `on`; None where the records do not tell."""
    facts: dict[str, Fact | None] = dict(settings.parameters)
    for rule in service.facts:
        facts[rule.name] = _fact(
            rule, _taken(rule.of, service.person_field, case, others=rule.others), facts, settings, on
        )
    return facts


def functional_id(person_id: str, settings: ServiceSettings, package: str) -> str:
    """The published id of a payee: person, programme and package in a row."""
    return f"{person_id}{settings.programme}{package}"


def age_years(born: str, on: date) -> int | None:
    """Whole years from an ISO 8601 day of birth to a day; None if the text is no day."""
    try:
        day = date.fromisoformat(born)
    except ValueError:
        return None
    return on.year - day.year - ((on.month, on.day) < (day.month, day.day))


def _holds(check: Check, service: DigitalService, case: CaseRecords) -> bool:
    records = _taken(check.of, service.person_field, case, others=check.none)
    if check.none:
        return not records
    values = [record.get(check.field) for record in records]
    if check.unique:
        return len(set(values)) == len(values)
    expected = check.value
    if check.equals_fields:
        expected = " ".join(str(case.applicant.get(name, "")) for name in check.equals_fields)
    return all(value == expected for value in values)


def _taken(source: Source, person_field: str, case: CaseRecords, *, others: bool) -> list[Record]:
    own = case.applicant.get(person_field)
    if source == "applicant":
        return [case.applicant]
    if source in {"household", "lookalikes"}:
        found = case.household if source == "household" else case.lookalikes
        return [record for record in found if not (others and record.get(person_field) == own)]
    if source == "own-incomes":
        return [record for record in case.incomes if record.get(person_field) == own]
    return list(case.incomes)


def _fact(
    rule: FactRule, records: list[Record], known: Mapping[str, Fact | None], settings: ServiceSettings, on: date
) -> Fact | None:
    chosen = [record for record in records if all(record.get(name) == value for name, value in rule.where.items())]
    if rule.take in {"count", "any"}:
        counted = _counted(rule, chosen, settings, on)
        return counted if rule.take == "count" or counted is None else counted > 0
    values = [record.get(rule.field) for record in chosen]
    if any(value is None for value in values):
        return None
    if rule.take == "sum":
        return _sum(rule, values, known)
    value = values[0]
    if rule.take == "years":
        return age_years(str(value), on)
    return value in settings.lists.get(rule.listed_in, ()) if rule.take == "listed" else value == rule.value


def _counted(rule: FactRule, records: list[Record], settings: ServiceSettings, on: date) -> int | None:
    if not rule.field:
        return len(records)
    ages = [age_years(str(record.get(rule.field)), on) for record in records]
    oldest = settings.parameters[rule.younger_than] if rule.younger_than else float("inf")
    youngest = settings.parameters[rule.from_age] if rule.from_age else 0
    return None if None in ages else sum(age is not None and youngest <= age < oldest for age in ages)


def _sum(rule: FactRule, values: Sequence[Value | None], known: Mapping[str, Fact | None]) -> Decimal | None:
    parts = known.get(rule.per) if rule.per else 1
    if not isinstance(parts, int | float) or parts <= 0:
        return None
    total = sum((Decimal(str(value)) for value in values), Decimal(0))
    return (total / rule.divided_by / Decimal(parts)).quantize(CENT, ROUND_HALF_UP)

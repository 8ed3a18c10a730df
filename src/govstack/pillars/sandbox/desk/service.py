"""The officer's part of a digital service: find a candidate, verify, decide by the rules, enrol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import msgspec

from govstack.kernel import audit, clock, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import BadRequest, Conflict
from govstack.kernel.i18n import _
from govstack.pillars.sandbox.cases import service as cases
from govstack.pillars.sandbox.cases.model import CaseRecords, DigitalService, Record, functional_id, verify
from govstack.pillars.sandbox.country import service as countries
from govstack.pillars.sandbox.country.model import Country
from govstack.pillars.sandbox.decisions.model import FactsMissing
from govstack.pillars.sandbox.desk import model, store
from govstack.pillars.sandbox.desk.errors import AlreadyEnrolled, NoSuchCase, NoSuchPerson, WrongState
from govstack.pillars.sandbox.desk.gateways import Registers, household_ids
from govstack.pillars.sandbox.desk.model import Case, Examined


async def find(context: Context, *, by: Actor, service_id: str, wanted: Mapping[str, str]) -> list[Record]:
    """Return the people of the population register that an officer looks for; raises BadRequest for an empty search."""
    service = cases.load(service_id)
    given = {name: value.strip() for name, value in wanted.items() if value.strip()}
    if not given:
        raise BadRequest(_("Say whom you are looking for."))
    registers = _registers(context, service, by)
    if service.person_field in given:
        person = await registers.person(service.person_field, given[service.person_field])
        return [] if person is None else [person]
    return (await registers.people(**given))[: model.SEARCH_RESULTS_MAX]


async def open_case(context: Context, *, by: Actor, service_id: str, person_id: str) -> Case:
    """Begin to look at a candidate; the same person is never opened twice in one service."""
    service = cases.load(service_id)
    if await _registers(context, service, by).person(service.person_field, person_id) is None:
        raise NoSuchPerson
    async with context.database.transaction() as tx:
        case = await store.open_case(
            tx, context, case_id=ids.new_id(), service_id=service_id, person_id=person_id, opened_by=by.id
        )
        await audit.record(tx, by=by, action="sandbox.case.opened", subject=case.id)
    return case


async def examine(context: Context, *, by: Actor, case_id: str) -> Examined:
    """Read what the registers say now, compare it, apply the rules, and move the case to where that puts it."""
    case = await _case(context, case_id)
    service, country = cases.load(case.service_id), countries.load()
    registers = _registers(context, service, by)
    records = await _records(registers, service, country, case.person_id)
    verification = verify(service, records)
    decision = None
    if not records.without_consent and (verification.state == "VERIFIED" or case.cleared_by):
        try:
            decision = cases.assess(country, service.id, records, clock.today())
        except FactsMissing:
            decision = None
    # What registers may not show cannot be compared: such a case waits where it is.
    waits = bool(records.without_consent)
    state = case.state if waits else model.state_after(service, case, verification, decision)
    household = str(records.applicant.get("householdId", ""))
    enrolments = await registers.enrolments(household) if household else []
    if state != case.state:
        async with context.database.transaction() as tx:
            await store.move(tx, case, state=state)
            detail = {"from": case.state, "to": state}
            await audit.record(tx, by=by, action="sandbox.case.moved", subject=case.id, detail=detail)
        case = replace(case, state=state, revision=case.revision + 1)
    return Examined(case, records, verification, decision, enrolments)


async def clear_mismatch(context: Context, *, by: Actor, case_id: str, same_person: bool, note: str) -> None:
    """Note what an officer found out about records that disagree; only a proof of identity lets the case go on."""
    if len(note) > model.NOTE_CHARACTERS_MAX:
        raise BadRequest(_("The note is too long."), fields={"note": f"at most {model.NOTE_CHARACTERS_MAX} characters"})
    case = await _case(context, case_id)
    if case.state != "MISMATCH":
        raise WrongState
    async with context.database.transaction() as tx:
        if same_person:
            await store.clear(tx, context, case, cleared_by=by.id, note=note)
        detail = {"same_person": same_person}
        await audit.record(tx, by=by, action="sandbox.case.mismatch-examined", subject=case.id, detail=detail)


async def enrol(context: Context, *, by: Actor, case_id: str, package_code: str) -> Examined:
    """Enrol the candidate in a package, after the rules have granted it once more; a repetition is a success.

    Raises NotEligible, AlreadyEnrolled (by another case), WrongState.
    """
    examined = await examine(context, by=by, case_id=case_id)
    if examined.case.state == "ENROLLED" and examined.case.package_code == package_code:
        return examined
    model.check_enrolment(examined, package_code)
    service, country = cases.load(examined.case.service_id), countries.load()
    registers = _registers(context, service, by)
    record = _enrolment(service, country, examined, package_code, by)
    try:
        await registers.enrol(record)
    except Conflict as conflict:
        # Written by an attempt whose answer was lost, or by another desk: the register is the truth.
        if not await registers.is_enrolled(str(record["functionalId"])):
            raise AlreadyEnrolled from conflict
    async with context.database.transaction() as tx:
        await store.move(tx, examined.case, state="ENROLLED", package_code=package_code)
        detail = {"package": package_code}
        await audit.record(tx, by=by, action="sandbox.case.enrolled", subject=case_id, detail=detail)
    moved = replace(examined.case, state="ENROLLED", package_code=package_code, revision=examined.case.revision + 1)
    return replace(examined, case=moved)


async def my_cases(context: Context, *, by: Actor, service_id: str) -> list[Case]:
    """Return the cases an officer has opened, the last one touched first."""
    async with context.database.reading() as tx:
        return await store.recent_cases(tx, context, service_id=service_id, opened_by=by.id)


async def _case(context: Context, case_id: str) -> Case:
    async with context.database.reading() as tx:
        case = await store.case_by_id(tx, context, case_id)
    if case is None:
        raise NoSuchCase
    return case


def _registers(context: Context, service: DigitalService, by: Actor) -> Registers:
    country = countries.load()
    settings = cases.settings_of(country, service.id)
    return Registers(context, country, settings, officer=by, purpose=service.title.get("en", service.id))


async def _records(registers: Registers, service: DigitalService, country: Country, person_id: str) -> CaseRecords:
    """Ask the registers one after the other, as the script of the service has it."""
    applicant = await registers.person(service.person_field, person_id)
    if applicant is None:
        raise NoSuchPerson
    household_id = str(applicant.get("householdId", ""))
    household = await registers.people(householdId=household_id) if household_id else [applicant]
    incomes: list[Record] = []
    silent: list[str] = []
    for member in household_ids(household, service.person_field)[: model.HOUSEHOLD_MAX]:
        found = await registers.incomes(service.person_field, member, year=country.incomes.year)
        incomes += found or []
        silent += [member] if found is None else []
    lookalikes = await registers.people(
        **{name: str(applicant[name]) for name in ("firstName", "lastName", "dateOfBirth") if name in applicant}
    )
    without_consent = [member for member in household if member.get(service.person_field) in silent]
    return CaseRecords(applicant, household, incomes, lookalikes, without_consent)


def _enrolment(
    service: DigitalService, country: Country, examined: Examined, package_code: str, by: Actor
) -> Mapping[str, object]:
    package = service.package(package_code)
    settings = cases.settings_of(country, service.id)
    decision = examined.decision
    reasons: Sequence[object] = [
        {"rule": reason.rule, "text": reason.text}
        for reason in (decision.reasons if decision else ())
        if reason.package in {package_code, "*"}
    ]
    return {
        "functionalId": functional_id(examined.case.person_id, settings, package_code),
        service.person_field: examined.case.person_id,
        "householdId": str(examined.person.get("householdId", "")),
        "packageCode": package_code,
        "amount": msgspec.json.decode(package.amount),
        "currency": country.currency.code,
        "state": "ENROLLED",
        "paymentOnboardingStatus": "NONE",
        "paymentStatus": "INITIATE",
        "decisionRules": f"{service.id} {service.version}",
        "reasons": reasons,
        "enrolledOn": clock.today().isoformat(),
        "enrolledBy": by.id,
    }

"""What the desk's pages show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from govstack.kernel.i18n import _, format_date, format_number, translate
from govstack.pillars.sandbox.cases import service as cases
from govstack.pillars.sandbox.cases.model import DigitalService, Record, age_years
from govstack.pillars.sandbox.country.model import Country, Text
from govstack.pillars.sandbox.desk.model import Case, Examined

STATES: Mapping[str, tuple[str, str]] = {
    "REGISTERED": (_("Opened"), "new"),
    "VERIFIED": (_("Verified"), "good"),
    "MISMATCH": (_("Records disagree"), "warn"),
    "ELIGIBLE": (_("Eligible"), "good"),
    "NOT_ELIGIBLE": (_("Not eligible"), "bad"),
    "ENROLLED": (_("Enrolled"), "good"),
    "EXITED": (_("Ended"), "off"),
}
ROLES: Mapping[str, str] = {
    "head": _("Head of the household"),
    "partner": _("Partner"),
    "child": _("Child"),
    "parent": _("Parent of the head"),
}


@dataclass(frozen=True, slots=True)
class PackageView:
    """One package, whether the rules grant it, and why or why not."""

    code: str
    name: str
    summary: str
    amount: str
    granted: bool
    enrolled: bool
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as its page shows it."""

    id: str
    name: str
    latin_name: str
    person_id: str
    state: str
    state_sign: str
    facts: Sequence[tuple[str, str]]
    household: Sequence[Sequence[object]]
    findings: Sequence[tuple[str, bool]]
    packages: Sequence[PackageView]
    mismatch: bool
    can_enrol: bool
    decided: bool
    bars: Sequence[str]
    steps: Sequence[tuple[str, str]]
    without_consent: Sequence[str] = ()


def in_language(text: Text, language: str) -> str:
    """Return a text of the pack in a language, or in the first it has."""
    return text.get(language) or next(iter(text.values()), "")


def full_name(record: Record, *, latin: bool = False) -> str:
    """Return a person's name in their own script, or in Latin letters."""
    names = ("firstNameLatin", "lastNameLatin") if latin else ("firstName", "lastName")
    return " ".join(str(record.get(name, "")) for name in names).strip()


def state_words(state: str) -> tuple[str, str]:
    """Return the words and the sign of a case's state."""
    return STATES.get(state, (state, "off"))


def found_people(records: Sequence[Record], country: Country, language: str) -> list[Mapping[str, str]]:
    """Return search results: enough to tell people apart, and no more."""
    places = municipalities(country, language)
    return [
        {
            "id": str(record.get("personalIdCode", "")),
            "name": full_name(record),
            "latin": full_name(record, latin=True),
            "born": str(record.get("dateOfBirth", "")),
            "place": places.get(str(record.get("municipality", "")), ""),
        }
        for record in records
    ]


def municipalities(country: Country, language: str) -> dict[str, str]:
    """Return the names of the municipalities by code."""
    return {
        municipality.code: in_language(municipality.name, language)
        for region in country.regions
        for municipality in region.municipalities
    }


def case_view(examined: Examined, service: DigitalService, country: Country, language: str, today: str) -> CaseView:
    """Return everything the page of a case shows."""
    words, sign = state_words(examined.case.state)
    person, waiting = examined.person, examined.records.without_consent
    return CaseView(
        id=examined.case.id,
        name=full_name(person),
        latin_name=full_name(person, latin=True),
        person_id=examined.case.person_id,
        state=words,
        state_sign=sign,
        facts=_facts(examined, country, language),
        household=_household(examined, today),
        findings=[(in_language(found.text, language), found.held) for found in examined.verification.findings],
        without_consent=[full_name(one) or str(one.get("personalIdCode", "")) for one in waiting],
        packages=_packages(examined, service, country, language),
        mismatch=examined.case.state == "MISMATCH" and not waiting,
        can_enrol=not waiting and examined.case.state in {"ELIGIBLE", "ENROLLED"} and bool(_grantable(examined)),
        decided=examined.decision is not None,
        bars=_bars(examined, service, country, language),
        steps=_steps(examined.case),
    )


def grantable(examined: Examined, service: DigitalService, language: str) -> list[tuple[str, str]]:
    """Return the packages that can be chosen, with their names."""
    return [(code, in_language(service.package(code).name, language)) for code in _grantable(examined)]


def case_rows(found: Sequence[Case], language: str) -> list[Sequence[object]]:
    """Return an officer's cases as rows: no names, since reading them would be a reading of the registers."""
    return [
        (
            {"text": case.id[-8:], "href": f"/cases/{case.id}"},
            {"status": translate(language, state_words(case.state)[0]), "state": state_words(case.state)[1]},
            {"moment": case.modified_at},
        )
        for case in found
    ]


def _grantable(examined: Examined) -> list[str]:
    enrolled = {found.package_code for found in examined.enrolments if found.person_id == examined.case.person_id}
    packages = examined.decision.packages if examined.decision else ()
    return [code for code in packages if code not in enrolled]


def _facts(examined: Examined, country: Country, language: str) -> list[tuple[str, str]]:
    person = examined.person
    places = municipalities(country, language)
    return [
        (_("Personal id code"), examined.case.person_id),
        (_("Date of birth"), format_date(language, str(person["dateOfBirth"])) if person.get("dateOfBirth") else ""),
        (_("Municipality"), places.get(str(person.get("municipality", "")), "")),
        (_("People in the household"), format_number(language, len(examined.records.household))),
    ]


def _household(examined: Examined, today: str) -> list[Sequence[object]]:
    incomes: dict[str, float] = {}
    for record in examined.records.incomes:
        owner = str(record.get("personalIdCode", ""))
        incomes[owner] = incomes.get(owner, 0.0) + float(str(record.get("annualIncome", 0)))
    rows: list[Sequence[object]] = []
    for member in examined.records.household:
        person_id = str(member.get("personalIdCode", ""))
        age = age_years(str(member.get("dateOfBirth", "")), date.fromisoformat(today))
        role = str(member.get("householdRole", ""))
        rows.append((full_name(member) or person_id, ROLES.get(role, role), age, incomes.get(person_id)))
    return rows


def _packages(examined: Examined, service: DigitalService, country: Country, language: str) -> list[PackageView]:
    enrolled = {found.package_code for found in examined.enrolments if found.person_id == examined.case.person_id}
    decision = examined.decision
    return [
        PackageView(
            code=package.code,
            name=in_language(package.name, language),
            summary=in_language(package.summary, language),
            amount=package.amount,
            granted=decision is not None and package.code in decision.packages,
            enrolled=package.code in enrolled,
            reasons=[
                cases.words(reason, service.id, country, language)
                for reason in (decision.reasons if decision else ())
                if reason.package == package.code
            ],
        )
        for package in service.packages
    ]


def _bars(examined: Examined, service: DigitalService, country: Country, language: str) -> list[str]:
    reasons = examined.decision.reasons if examined.decision else ()
    return [
        cases.words(reason, service.id, country, language)
        for reason in reasons
        if reason.package == "*" and reason.effect == "refuse"
    ]


def _steps(case: Case) -> list[tuple[str, str]]:
    reached = {
        "REGISTERED": 0, "MISMATCH": 1, "VERIFIED": 2, "ELIGIBLE": 2, "NOT_ELIGIBLE": 2, "ENROLLED": 4, "EXITED": 4,
    }[case.state]  # fmt: skip
    labels = (_("Find"), _("Verify"), _("Decide"), _("Enrol"))
    return [
        (label, "done" if place < reached else "current" if place == reached else "todo")
        for place, label in enumerate(labels)
    ]

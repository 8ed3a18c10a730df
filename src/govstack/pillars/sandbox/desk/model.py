"""One case at the officers' desk, and when it may go on: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from govstack.pillars.sandbox.cases.model import CaseRecords, DigitalService, Record, Verification
from govstack.pillars.sandbox.decisions.model import Decision
from govstack.pillars.sandbox.desk.errors import NoConsent, NotEligible, WrongState

CASES_SHOWN_MAX = 20
SEARCH_RESULTS_MAX = 25
HOUSEHOLD_MAX = 30
NOTE_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True)
class Case:
    """A candidate under way; `cleared_by` is the officer who saw a proof of identity after a mismatch."""

    id: str
    service_id: str
    person_id: str
    state: str
    cleared_by: str
    package_code: str
    opened_by: str
    opened_at: str
    modified_at: str
    revision: int


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the beneficiary register holds of a household."""

    functional_id: str
    person_id: str
    package_code: str
    state: str


@dataclass(frozen=True, slots=True)
class Examined:
    """A case with what the registers say and the rules decide at this moment."""

    case: Case
    records: CaseRecords
    verification: Verification
    decision: Decision | None
    enrolments: Sequence[Enrolment]

    @property
    def person(self) -> Record:
        """Return the applicant's record."""
        return self.records.applicant


def may_move(service: DigitalService, before: str, after: str) -> bool:
    """Tell whether the service lets a candidate go from one state to another."""
    return before == after or any(
        transition.before == before and transition.after == after for transition in service.transitions
    )


def state_after(service: DigitalService, case: Case, verification: Verification, decision: Decision | None) -> str:
    """Return where a case stands once its records were compared and the rules asked; enrolled stays enrolled."""
    state = case.state
    if state in {"ENROLLED", "EXITED"}:
        return state
    agreed = verification.state == "VERIFIED" or bool(case.cleared_by)
    for wanted in ("VERIFIED" if agreed else "MISMATCH", decision.outcome if decision and agreed else ""):
        if wanted and may_move(service, state, wanted):
            state = wanted
    return state


def check_enrolment(examined: Examined, package_code: str) -> None:
    """Refuse to enrol in anything the rules do not grant now, or where records disagree or may not be read."""
    if examined.records.without_consent:
        raise NoConsent
    if examined.case.state not in {"ELIGIBLE", "ENROLLED"}:
        raise WrongState
    if examined.decision is None or package_code not in examined.decision.packages:
        raise NotEligible

"""SQL of the desk: cases, with the person's id sealed."""

from __future__ import annotations

from govstack.kernel import clock
from govstack.kernel.context import Context
from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.sandbox.desk.errors import WrongState
from govstack.pillars.sandbox.desk.model import CASES_SHOWN_MAX, Case

SQL = queries(__file__)
PERSON = "case-person"


async def open_case(
    tx: Transaction, context: Context, *, case_id: str, service_id: str, person_id: str, opened_by: str
) -> Case:
    """Open a case, or return the one that is open for this person."""
    # A case that was opened before the master secret was rotated stands under an earlier hash.
    keys = context.keys.fingerprints(PERSON, person_id)
    found = await SQL.case_of_person(tx, service_id=service_id, person_keys=keys)
    if found is not None:
        return _case(context, found)
    await SQL.open_case(
        tx,
        id=case_id,
        service_id=service_id,
        person_key=keys[0],
        person_sealed=context.keys.seal(PERSON, person_id.encode()),
        opened_by=opened_by,
        now=clock.timestamp(),
    )
    return _case(context, await SQL.case_of_person(tx, service_id=service_id, person_keys=keys))


async def case_by_id(tx: Transaction, context: Context, case_id: str) -> Case | None:
    """Return a case, or nothing."""
    row = await SQL.case_by_id(tx, id=case_id)
    return None if row is None else _case(context, row)


async def recent_cases(tx: Transaction, context: Context, *, service_id: str, opened_by: str) -> list[Case]:
    """Return an officer's cases, the last one touched first."""
    rows = await SQL.recent_cases(tx, service_id=service_id, opened_by=opened_by, limit=CASES_SHOWN_MAX)
    return [_case(context, row) for row in rows]


async def move(tx: Transaction, case: Case, *, state: str, package_code: str = "") -> None:
    """Move a case; raises WrongState when somebody else has moved it meanwhile."""
    package = package_code or case.package_code
    moved = await SQL.move_case(
        tx, id=case.id, revision=case.revision, state=state, package_code=package, now=clock.timestamp()
    )
    if not moved:
        raise WrongState


async def clear(tx: Transaction, context: Context, case: Case, *, cleared_by: str, note: str) -> None:
    """Note that an officer saw a proof of identity."""
    sealed = context.keys.seal("case-note", note.encode()) if note else None
    done = await SQL.clear_case(
        tx, id=case.id, revision=case.revision, cleared_by=cleared_by, note_sealed=sealed, now=clock.timestamp()
    )
    if not done:
        raise WrongState


def _case(context: Context, row: Row) -> Case:
    person_id = context.keys.open(PERSON, bytes(row["person_sealed"])).decode()
    return Case(
        id=row["id"],
        service_id=row["service_id"],
        person_id=person_id,
        state=row["state"],
        cleared_by=row["cleared_by"],
        package_code=row["package_code"],
        opened_by=row["opened_by"],
        opened_at=row["opened_at"],
        modified_at=row["modified_at"],
        revision=row["revision"],
    )

"""Rows of credentials and of the steps of their life."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from govstack.blocks.identity.credentials.model import Credential, Form, State, Step
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A credential with its sealed content."""

    credential: Credential
    sealed: bytes


async def add(tx: Transaction, kept: Kept) -> None:
    """Add a credential; raises UniqueViolation when the person has one of its kind that has not ended."""
    one = kept.credential
    await SQL.add(
        tx, id=one.id, number=one.number, person_id=one.person_id, kind=one.kind, form=one.form.value,
        state=one.state.value, reference=one.reference, language=one.language, replaces=one.replaces,
        requested_at=one.requested_at, issued_at=one.issued_at, expires_at=one.expires_at, content=kept.sealed,
    )  # fmt: skip


async def by_id(tx: Transaction, credential_id: str) -> Kept | None:
    """Return a credential."""
    return _or_nothing(await SQL.by_id(tx, id=credential_id))


async def by_number(tx: Transaction, number: str) -> Kept | None:
    """Return a credential by its document number."""
    return _or_nothing(await SQL.by_number(tx, number=number))


async def by_reference(tx: Transaction, reference: str) -> Kept | None:
    """Return a credential by what stands in its code."""
    return _or_nothing(await SQL.by_reference(tx, reference=reference))


async def current(tx: Transaction, *, person_id: str, kind: str) -> Kept | None:
    """Return a person's credential of a kind that has not ended."""
    return _or_nothing(await SQL.current(tx, person_id=person_id, kind=kind))


async def last_said(tx: Transaction, *, person_id: str, kind: str) -> State | None:
    """Return the last step that officials, or the block for them, took with a person's credentials of a kind."""
    said = await SQL.last_said(tx, person_id=person_id, kind=kind)
    return None if said is None else State(said)


async def of_person(tx: Transaction, person_id: str, *, limit: int) -> list[Kept]:
    """Return a person's credentials, the newest first."""
    return [_kept(row) for row in await SQL.of_person(tx, person_id=person_id, limit=limit)]


async def of_people(tx: Transaction, people: Sequence[str], *, limit: int) -> list[Kept]:
    """Return some people's credentials, the newest first."""
    return [_kept(row) for row in await SQL.of_people(tx, people=list(people), limit=limit)]


async def in_state(tx: Transaction, state: State, *, limit: int, offset: int) -> list[Kept]:
    """Return what officials see of a state: cards, and digital credentials that wait for them; the oldest first."""
    return [_kept(row) for row in await SQL.in_state(tx, state=state.value, limit=limit, offset=offset)]


async def past(tx: Transaction, *, now: str, limit: int) -> list[Kept]:
    """Return credentials whose validity has ended without being written down."""
    return [_kept(row) for row in await SQL.past(tx, now=now, limit=limit)]


async def move(tx: Transaction, kept: Kept, *, before: State) -> bool:
    """Write where a credential stands now; false when it stands elsewhere than before."""
    one = kept.credential
    return bool(
        await SQL.move(
            tx, id=one.id, before=before.value, state=one.state.value, issued_at=one.issued_at,
            expires_at=one.expires_at, content=kept.sealed,
        )
    )  # fmt: skip


async def add_step(
    tx: Transaction, credential_id: str, *, state: State, at: str, by: str, own: bool, reason: str
) -> None:
    """Add a step."""
    await SQL.add_step(
        tx, credential_id=credential_id, state=state.value, at=at, taken_by=by, own=own, reason=reason
    )  # fmt: skip


async def steps(tx: Transaction, credential_id: str) -> tuple[Step, ...]:
    """Return the steps of a credential, the first first."""
    rows = await SQL.steps(tx, credential_id=credential_id)
    return tuple(
        Step(row["number"], State(row["state"]), row["at"], row["taken_by"], bool(row["own"]), row["reason"])
        for row in rows
    )


def _or_nothing(row: Row | None) -> Kept | None:
    return None if row is None else _kept(row)


def _kept(row: Row) -> Kept:
    made = Credential(
        id=row["id"], number=row["number"], person_id=row["person_id"], kind=row["kind"], form=Form(row["form"]),
        state=State(row["state"]), reference=row["reference"], language=row["language"],
        requested_at=row["requested_at"], replaces=row["replaces"], issued_at=row["issued_at"],
        expires_at=row["expires_at"],
    )  # fmt: skip
    return Kept(made, bytes(row["content"]))

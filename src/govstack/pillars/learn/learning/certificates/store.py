"""Rows of certificates from elsewhere; what they say and their copies are sealed before they get here."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.learning.certificates.model import Scheme, State

SQL = queries(__file__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A certificate as a row holds it, without its copy."""

    id: str
    person_id: str
    state: State
    content_sealed: bytes
    evidence_type: str
    reviewed_at: str | None
    reason: str


async def add(
    tx: Transaction, kept: Kept, *, scheme: Scheme, copy_sealed: bytes | None, dates: tuple[str, str], created_at: str
) -> None:
    """Add a certificate as its holder declares it; `dates` are its first and its last day."""
    await SQL.add(
        tx, id=kept.id, person_id=kept.person_id, scheme=scheme.value, content_sealed=kept.content_sealed,
        evidence_sealed=copy_sealed, evidence_type=kept.evidence_type, issued_on=dates[0], expires_on=dates[1],
        created_at=created_at,
    )  # fmt: skip


async def by_id(tx: Transaction, certificate_id: str) -> Kept | None:
    """Return a certificate."""
    row = await SQL.by_id(tx, id=certificate_id)
    return None if row is None else msgspec.convert(row, Kept, strict=False)


async def copy_of(tx: Transaction, certificate_id: str) -> tuple[bytes | None, str]:
    """Return the sealed copy of a certificate and its media type."""
    row = await SQL.copy_of(tx, id=certificate_id)
    return (row["evidence_sealed"], row["evidence_type"]) if row is not None else (None, "")


async def of_person(tx: Transaction, *, person_id: str, limit: int) -> list[Kept]:
    """Return the certificates of a person, the newest first."""
    return msgspec.convert(await SQL.of_person(tx, person_id=person_id, limit=limit), list[Kept], strict=False)


async def waiting(tx: Transaction, *, after: str, limit: int) -> list[Kept]:
    """Return certificates that nobody has reviewed, the oldest first."""
    return msgspec.convert(await SQL.waiting(tx, after=after, limit=limit), list[Kept], strict=False)


async def review(tx: Transaction, *, certificate_id: str, state: State, reason: str, by: str, at: str) -> bool:
    """Write what a reviewer found; false when somebody did before."""
    return bool(
        await SQL.review(tx, id=certificate_id, state=state.value, reason=reason, reviewed_by=by, reviewed_at=at)
    )


async def remove(tx: Transaction, *, certificate_id: str) -> None:
    """Remove a certificate."""
    await SQL.remove(tx, id=certificate_id)


async def forget(tx: Transaction, *, person_id: str) -> None:
    """Remove all certificates of a person."""
    await SQL.forget(tx, person_id=person_id)

"""Rows of certificates."""

from __future__ import annotations

import msgspec

from govstack.blocks.identity.certificates.model import Certificate, Reason
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def put(tx: Transaction, made: Certificate) -> None:
    """Enter a certificate."""
    await SQL.put(
        tx, serial=made.serial, kind=made.kind.value, subject=made.subject, pem=made.pem, issued_at=made.issued_at,
        expires_at=made.expires_at,
    )  # fmt: skip


async def certificate(tx: Transaction, *, serial: str) -> Certificate | None:
    """Return a certificate, or nothing."""
    row = await SQL.by_serial(tx, serial=serial)
    return None if row is None else msgspec.convert(row, Certificate)


async def revoke(tx: Transaction, *, serial: str, reason: Reason, now: str) -> bool:
    """Revoke a certificate; false when it was revoked before."""
    return bool(await SQL.revoke(tx, serial=serial, reason=reason.value, revoked_at=now))


async def revoked(tx: Transaction, *, now: str, limit: int) -> list[Certificate]:
    """Return the revoked certificates that have not expired, the first revoked first."""
    return msgspec.convert(await SQL.revoked(tx, now=now, limit=limit), list[Certificate])


async def listed(tx: Transaction, *, after: str, limit: int) -> list[Certificate]:
    """Return certificates of organisations and services after a serial number."""
    return msgspec.convert(await SQL.listed(tx, after=after, limit=limit), list[Certificate])

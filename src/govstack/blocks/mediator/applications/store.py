"""Rows of applications as registration writes them."""

from __future__ import annotations

from dataclasses import asdict

import msgspec

from govstack.blocks.mediator.directory.model import Application
from govstack.kernel import clock
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)
_JOINED = ("instance", "member_class", "member_code", "member_name", "member_state")


async def insert_application(tx: Transaction, application: Application) -> None:
    """Add an application."""
    await SQL.insert_application(tx, **_own(application))


async def update_application(tx: Transaction, application: Application) -> None:
    """Write everything about an application but its identity."""
    columns = _own(application)
    await SQL.update_application(tx, **{name: columns[name] for name in columns if name not in {"member_id", "code"}})


async def applications(
    tx: Transaction, *, member_id: str, state: str, everything: bool, after: str, limit: int
) -> list[Application]:
    """Return a member's applications in order of their codes."""
    rows = await SQL.applications(tx, member_id=member_id, state=state, everything=everything, after=after, limit=limit)
    return msgspec.convert(rows, list[Application], strict=False)


async def disconnect(tx: Transaction, application_id: str) -> None:
    """Remove what an application offers, may call, asks for, and is proven by."""
    await SQL.delete_services(tx, application_id=application_id)
    await SQL.delete_rights(tx, application_id=application_id)
    await SQL.delete_requests(tx, application_id=application_id)
    await SQL.delete_certificates(tx, application_id=application_id)


async def certificate_holder(tx: Transaction, fingerprint: str) -> str | None:
    """Return the id of the application that a certificate proves."""
    holder = await SQL.certificate_holder(tx, fingerprint=fingerprint)
    return None if holder is None else str(holder)


async def add_certificate(tx: Transaction, *, application_id: str, fingerprint: str, added_by: str) -> None:
    """Let a certificate prove an application."""
    await SQL.insert_certificate(
        tx,
        fingerprint=fingerprint,
        application_id=application_id,
        added_by=added_by,
        added_at=clock.timestamp(),
    )


async def remove_certificate(tx: Transaction, *, application_id: str, fingerprint: str) -> bool:
    """Let a certificate prove nothing any more; false when it proved nothing before."""
    return bool(await SQL.delete_certificate(tx, application_id=application_id, fingerprint=fingerprint))


def _own(application: Application) -> dict[str, object]:
    return {name: value for name, value in asdict(application).items() if name not in _JOINED}

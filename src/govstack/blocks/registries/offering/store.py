"""Rows of services, changed one at a time."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.blocks.registries.design.model import Service, ServiceState
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def set_state(tx: Transaction, registry_id: int, version: str, name: str, state: ServiceState) -> None:
    """Set how a service stands."""
    await SQL.set_service_state(tx, registry_id=registry_id, version=version, name=name, state=state.value)


async def put_custom(tx: Transaction, registry_id: int, version: str, service: Service, definition: str) -> None:
    """Add a custom service or change it; what is special about it comes as text."""
    await SQL.put_custom_service(
        tx, registry_id=registry_id, version=version, name=service.name, kind=service.kind.value,
        definition=definition,
    )  # fmt: skip


async def drop_custom(tx: Transaction, registry_id: int, version: str, name: str) -> None:
    """Remove a custom service."""
    await SQL.drop_service(tx, registry_id=registry_id, version=version, name=name)


async def add_uses(tx: Transaction, counts: Mapping[tuple[int, str, str], int]) -> None:
    """Add to the counts of uses."""
    await SQL.add_uses(tx, [
        {"registry_id": registry_id, "version": version, "name": name, "times": times}
        for (registry_id, version, name), times in sorted(counts.items())
    ])  # fmt: skip

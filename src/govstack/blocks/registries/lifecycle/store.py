"""Rows of registries and versions as their life cycle changes."""

from __future__ import annotations

from govstack.blocks.registries.design.model import Lifecycle
from govstack.kernel import clock
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def set_registry(tx: Transaction, registry_id: int, lifecycle: Lifecycle) -> None:
    """Set where a registry as a whole stands."""
    await SQL.set_lifecycle(tx, id=registry_id, lifecycle=lifecycle.value, modified_at=clock.timestamp())


async def set_version(tx: Transaction, registry_id: int, version: str, lifecycle: Lifecycle) -> None:
    """Set where a version stands."""
    await SQL.set_version_lifecycle(tx, registry_id=registry_id, version=version, lifecycle=lifecycle.value)


async def set_default_grant(tx: Transaction, registry_id: int, granted: bool) -> None:
    """Set whether whoever is signed in may read."""
    await SQL.set_default_grant(tx, id=registry_id, default_grant=granted, modified_at=clock.timestamp())


async def drop_services(tx: Transaction, registry_id: int, version: str = "") -> None:
    """Remove the services of a version, or of all."""
    await SQL.drop_services(tx, registry_id=registry_id, version=version)


async def set_back_to_draft(tx: Transaction, registry_id: int, draft: str) -> None:
    """Make a registry without versions a draft again."""
    await SQL.set_back_to_draft(tx, id=registry_id, draft=draft, modified_at=clock.timestamp())

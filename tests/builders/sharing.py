"""Builders for sharing: switch it on for a registry, as an analyst does on the page of services."""

from __future__ import annotations

from govstack.blocks.registries.design.model import Registry, ServiceKind, ServiceState
from govstack.blocks.registries.offering import service as offering
from govstack.kernel.context import Context
from tests.builders.registries import ADMINISTRATOR


async def shareable(context: Context, registry: Registry) -> None:
    """Offer sharing for a registry; it is off at first."""
    await offering.set_state(
        context, by=ADMINISTRATOR, code=registry.code, version="1.0", name=ServiceKind.SHARE.value,
        state=ServiceState.VISIBLE,
    )  # fmt: skip

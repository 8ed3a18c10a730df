"""Rows of the first page."""

from __future__ import annotations

import msgspec

from govstack.blocks.mediator.overview.model import Depths
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def depths(tx: Transaction) -> Depths:
    """Count what waits and what was given up, in all rooms."""
    return msgspec.convert(await SQL.depths(tx), Depths, strict=False)

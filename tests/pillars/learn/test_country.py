"""The demo country: the same on every machine, filled once, filled on after a kill, and good to learn with."""

from __future__ import annotations

import pytest

from govstack.pillars.learn.manifest import fill_sandbox
from tests.builders.learning import Learn, learn
from tests.databases import Databases


@pytest.fixture
async def pillar(sqlite_databases: Databases) -> Learn:
    return await learn(sqlite_databases)


async def test_filling(pillar: Learn) -> None:
    seeded = await fill_sandbox(pillar.context)
    assert seeded.holds == {"civil servants": 400}

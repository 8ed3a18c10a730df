"""Starts one package with every other package masked, asks for its health, and stops (PACKAGE FOLDER)."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

PREFIXES = ("govstack.blocks.", "govstack.pillars.")


class Mask(MetaPathFinder):
    """Refuses the import of every block and pillar but one, as if they were not installed."""

    def __init__(self, package: str) -> None:
        self._package = package

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Raise for a masked package, and leave the rest to others."""
        for prefix in PREFIXES:
            if name.startswith(prefix) and name.removeprefix(prefix).split(".")[0] != self._package:
                raise ModuleNotFoundError(f"{name} is masked: {self._package} must run without it.")
        return None


async def healthy(package: str, folder: str) -> bool:
    """Start a package on its own SQLite file and tell whether it says that it is healthy."""
    from govstack.host import compose
    from govstack.kernel.databases import open_database
    from govstack.kernel.migrations import migrate
    from tests.builders.running import bench

    (manifest,) = compose.packages([package])
    database = open_database(f"sqlite:///{folder}", package)
    try:
        await migrate(database, manifest.root / "migrations")
        running = bench(manifest, database)
        if manifest.start is not None:
            await manifest.start(running.context)
        async with running.client() as client:
            answer = await client.get("/healthcheck")
        return answer.status_code == 200
    finally:
        await database.close()


if __name__ == "__main__":
    sys.meta_path.insert(0, Mask(sys.argv[1]))
    sys.exit(0 if asyncio.run(healthy(sys.argv[1], sys.argv[2])) else 1)

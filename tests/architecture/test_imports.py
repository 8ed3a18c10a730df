"""Directions between packages: what .importlinter says holds, and no back way around it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .tree import ROOT, SOURCE, Package, imports, modules, named, packages, syntax

LINTER_SECONDS_MAX = 60
DYNAMIC = frozenset({"importlib", "runpy", "pkgutil", "zipimport"})
DATA_ACCESS = ("importlib.resources", "importlib.metadata")
LEVELS = (
    {"errors"},
    {"model"},
    {"store", "gateways"},
    {"service"},
    {"schemas", "presenters"},
    {"api", "dialect", "pages", "tasks"},
    {"manifest"},
)
RANK = {name: rank for rank, names in enumerate(LEVELS) for name in names}
PRIVATE = frozenset({"store", "gateways"})


def back_ways(path: Path) -> Iterator[str]:
    """Yield what a module uses to import in a way the linter cannot see, with the line."""
    found = {name for name in imports(path) if name.split(".")[0] in DYNAMIC and not name.startswith(DATA_ACCESS)}
    yield from (f"{named(path)} imports {name}" for name in sorted(found))
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Name) and node.id in {"__import__", "exec", "eval"}:
            yield f"{named(path)}:{node.lineno} calls {node.id}"


@pytest.mark.requirement("X007", "X021", "CFR-architecture-8", "CFR-architecture-10")
def test_the_directions_of_the_house_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")

    answer = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=LINTER_SECONDS_MAX
    )

    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.requirement("X007")
def test_no_package_imports_by_a_back_way() -> None:
    found = [
        way for folder in ("blocks", "pillars", "web") for path in modules(SOURCE / folder) for way in back_ways(path)
    ]

    assert found == []


def test_imports_between_packages_are_absolute() -> None:
    relative = [
        f"{named(path)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.ImportFrom) and node.level
    ]

    assert relative == []


def floor_and_module(package: Package, name: str) -> tuple[str, str]:
    """Return the room (empty for the package's own floor) and the module that an imported name lies in."""
    parts = name.removeprefix(f"{package.module}.").split(".")
    depth = next((depth for depth in (2, 1) if "/".join(parts[:depth]) in package.room_names), 0)
    return "/".join(parts[:depth]), "".join(parts[depth : depth + 1])


def through_the_wall(package: Package, path: Path) -> Iterator[str]:
    """Yield what a module takes from another floor of its package by going up, or from behind its service."""
    own = path.parent.relative_to(package.folder).as_posix() if path.parent != package.folder else ""
    for name in imports(path):
        if name.startswith(f"{package.module}."):
            floor, module = floor_and_module(package, name)
            upwards = RANK.get(module, 0) > RANK.get(path.stem, 0)
            if floor != own and (upwards or (floor and module in PRIVATE)):
                yield f"{named(path)} imports {name}"


def test_between_the_rooms_of_a_package_calls_go_down_and_through_the_door() -> None:
    found = [
        wall for package in packages() for path in modules(package.folder) for wall in through_the_wall(package, path)
    ]

    assert found == []

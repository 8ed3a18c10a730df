"""The tree under test, read once: its packages, its modules, their syntax, and the files that Git keeps."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "govstack"
DATA_FOLDERS = frozenset({"locale", "migrations", "seeds", "templates"})
UNTRACKED_FOLDERS = frozenset({".git", ".venv", "node_modules", "__pycache__", "build", "data", "dist", "vendor"})


@dataclass(frozen=True)
class Package:
    """A building block, a pillar, or the kernel: a folder with its own tables."""

    name: str
    folder: Path
    module: str

    @cached_property
    def families(self) -> list[Path]:
        """The folders that gather rooms: each has a card of its own, and nothing else beside its rooms."""
        return sorted(path.parent for path in self.folder.glob("*/manifest.py"))

    @cached_property
    def rooms(self) -> list[Path]:
        """The folders that repeat the package's anatomy, within a family or beside the families."""
        found = [*self.folder.glob("*/__init__.py"), *self.folder.glob("*/*/__init__.py")]
        return sorted({path.parent for path in found} - set(self.families))

    @cached_property
    def room_names(self) -> frozenset[str]:
        """The rooms as paths below the package, such as `needs/gaps`."""
        return frozenset(room.relative_to(self.folder).as_posix() for room in self.rooms)

    @property
    def floors(self) -> list[Path]:
        """Return the package's own folder and its rooms: every folder that holds code."""
        return [self.folder, *self.rooms]


KERNEL = Package("kernel", SOURCE / "kernel", "govstack.kernel")


@cache
def packages() -> tuple[Package, ...]:
    """Return every block and pillar, in order of name; a folder without code is not a package yet."""
    return tuple(
        Package(folder.name, folder, f"govstack.{kind}.{folder.name}")
        for kind in ("blocks", "pillars")
        for folder in sorted((SOURCE / kind).iterdir())
        if (folder / "__init__.py").exists()
    )


@cache
def modules(folder: Path = SOURCE) -> tuple[Path, ...]:
    """Return every Python module below a folder."""
    return tuple(sorted(path for path in folder.rglob("*.py") if UNTRACKED_FOLDERS.isdisjoint(path.parts)))


@cache
def syntax(path: Path) -> ast.Module:
    """Return a module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def tracked() -> tuple[Path, ...]:
    """Return the files that Git keeps or would keep; without Git, the files that are not built or fetched."""
    answer = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if answer.returncode == 0:
        names = answer.stdout.decode().split("\0")
        return tuple(path for name in sorted(set(names)) if name and (path := ROOT / name).is_file())
    return tuple(sorted(path for path in ROOT.rglob("*") if path.is_file() and _kept(path)))


def _kept(path: Path) -> bool:
    folders = path.relative_to(ROOT).parts[:-1]
    return UNTRACKED_FOLDERS.isdisjoint(folders) and not any(part.endswith((".egg-info", "_cache")) for part in folders)


def imports(path: Path) -> Iterator[str]:
    """Yield the full names that a module imports, `from x import y` as x.y."""
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def named(path: Path) -> str:
    """Return a path as messages show it."""
    return path.relative_to(ROOT).as_posix()

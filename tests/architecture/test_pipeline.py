"""The way from a commit to a running product: one door for each need, the same for people and for CI."""

from __future__ import annotations

import re
import tomllib

import pytest

from .tree import ROOT

LOCKS = sorted(path.name for path in ROOT.glob("requirements*.lock"))
DOORS = ("run", "test", "check", "bench", "journeys", "postgres", "docs")
_TARGET = re.compile(r"^([a-z-]+):(?!=).*", re.MULTILINE)


def targets() -> dict[str, bool]:
    """Return the targets of the Makefile, and whether each says what it does."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return {found[1]: "## " in found[0] for found in _TARGET.finditer(text)}


@pytest.mark.requirement("X208", "CFR-development-5", "CFR-deployment-8")
def test_ci_runs_what_the_readme_tells_people_to_run() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")

    assert "make test" in script
    assert "make test" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_there_is_one_door_for_each_need() -> None:
    assert [door for door in DOORS if door not in targets()] == []


def test_the_makefile_explains_itself() -> None:
    assert [name for name, explained in targets().items() if not explained] == []


@pytest.mark.requirement("X153")
def test_each_commit_is_searched_for_the_common_weaknesses() -> None:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]

    assert "S" in rules["select"]
    assert "ruff check src" in (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.requirement("CFR-deployment-7")
@pytest.mark.parametrize("name", LOCKS)
def test_every_library_is_pinned_with_its_hashes(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    pins = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]

    assert pins
    assert [line[:60] for line in pins if "==" not in line or "--hash=sha256:" not in line] == []

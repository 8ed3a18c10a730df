"""Blocks are strangers: each starts, on a store of its own, where no other block is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .tree import ROOT, Package, packages

START_SECONDS_MAX = 60


@pytest.mark.requirement("X006", "X033")
@pytest.mark.parametrize("package", packages(), ids=lambda package: str(package.name))
def test_a_package_starts_with_all_others_masked(package: Package, tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "tests.architecture.standalone", package.name, str(tmp_path)]

    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=START_SECONDS_MAX)

    assert answer.returncode == 0, answer.stderr
    assert {path.name.split(".")[0] for path in tmp_path.iterdir()} <= {package.name}

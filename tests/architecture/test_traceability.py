"""The tools that tie requirements to tests: what they find, and what they refuse."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .tree import ROOT

RUN_SECONDS_MAX = 60
SPEC = """
name: sample
title: Sample
specification_version: "1"
source: this test
operations: []
requirements:
  - {id: S1, level: REQUIRED, line: It works}
  - {id: S2, level: OPTIONAL, line: It sings}
"""
MARKED = """
import pytest

class TestIt:
    @pytest.mark.requirement("%s")
    def test_it_works(self): ...
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a tree with one package that owes S1 and may do S2."""
    folder = tmp_path / "src" / "govstack" / "sample"
    folder.mkdir(parents=True)
    (folder / "spec.yaml").write_text(SPEC, encoding="utf-8")
    (tmp_path / "tests").mkdir()
    return tmp_path


def check(tree: Path) -> subprocess.CompletedProcess[str]:
    """Write the coverage page of a tree, then check it."""
    for arguments in ([], ["--check"]):
        answer = subprocess.run(
            [sys.executable, ROOT / "tools" / "coverage.py", "--root", tree, *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=RUN_SECONDS_MAX,
        )
    return answer


def collect(file: Path) -> subprocess.CompletedProcess[str]:
    """Collect a test file with the plugin, away from this run's settings."""
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "pytest",
        "-c",
        "/dev/null",
        "--rootdir",
        file.parent,
        "--collect-only",
    ]
    return subprocess.run(
        [*command, "-p", "tests.traceability", "-p", "no:cacheprovider", file],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=RUN_SECONDS_MAX,
    )


def test_a_required_line_without_a_test_is_named(tree: Path) -> None:
    answer = check(tree)

    assert answer.returncode == 1
    assert answer.stderr == "S1 (sample) has neither a test nor a line under Left out.\n"


def test_a_marked_test_verifies_a_line(tree: Path) -> None:
    (tree / "tests" / "test_sample.py").write_text(MARKED % "S1", encoding="utf-8")

    assert check(tree).returncode == 0
    assert "[it works](../../tests/test_sample.py)" in (tree / "docs/reference/coverage.md").read_text(encoding="utf-8")


def test_a_written_reason_excuses_a_line(tree: Path) -> None:
    reason = "# Sample\n\n## Left out\n\n- **S1**: needs a machine\n  that nobody has.\n\n## Limits\n\n- **S9**: none\n"
    (tree / "src/govstack/sample/README.md").write_text(reason, encoding="utf-8")

    assert check(tree).returncode == 0
    assert "Left out: needs a machine that nobody has." in (tree / "docs/reference/coverage.md").read_text("utf-8")


def test_an_id_that_no_package_declares_is_named(tree: Path) -> None:
    (tree / "tests" / "test_sample.py").write_text(MARKED % 'S1", "S3', encoding="utf-8")

    answer = check(tree)

    assert answer.returncode == 1
    assert answer.stderr == "S3 in tests/test_sample.py is in no spec.yaml.\n"


def test_a_page_that_is_out_of_date_is_named(tree: Path) -> None:
    (tree / "tests" / "test_sample.py").write_text(MARKED % "S1", encoding="utf-8")
    check(tree)
    (tree / "tests" / "test_sample.py").write_text(MARKED % 'S1", "S2', encoding="utf-8")

    answer = subprocess.run(
        [sys.executable, ROOT / "tools" / "coverage.py", "--root", tree, "--check"],
        capture_output=True,
        text=True,
        check=False,
        timeout=RUN_SECONDS_MAX,
    )

    assert answer.stderr == "docs/reference/coverage.md is out of date. Run `make docs`.\n"


def test_the_plugin_stops_a_run_with_an_unknown_id(tmp_path: Path) -> None:
    file = tmp_path / "test_sample.py"
    file.write_text(MARKED % "NO-SUCH-ID", encoding="utf-8")

    answer = collect(file)

    assert answer.returncode == pytest.ExitCode.USAGE_ERROR
    assert "No spec.yaml declares these requirements: NO-SUCH-ID in" in answer.stderr


def test_the_plugin_counts_the_requirements_of_a_run(tmp_path: Path) -> None:
    file = tmp_path / "test_sample.py"
    file.write_text(MARKED % 'I10", "DRS-1', encoding="utf-8")

    assert "These tests verify 2 of " in collect(file).stdout

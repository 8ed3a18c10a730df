"""A pytest plugin: tests name the requirements they verify, and an id that no spec.yaml knows stops the run.

Loaded by `pytest_plugins` in tests/conftest.py. `tools/coverage.py` writes the whole picture to docs/reference.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
import yaml

SOURCE = Path(__file__).resolve().parents[1] / "src" / "govstack"
VERIFIED = pytest.StashKey[dict[str, list[str]]]()


def known_requirements() -> frozenset[str]:
    """Return every requirement id that a package declares."""
    return frozenset(
        requirement["id"]
        for path in SOURCE.glob("**/spec.yaml")
        for requirement in yaml.safe_load(path.read_text(encoding="utf-8"))["requirements"]
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Collect the tests of each requirement, and refuse an id that nobody declares."""
    verified: dict[str, list[str]] = defaultdict(list)
    for item in items:
        for mark in item.iter_markers("requirement"):
            for identifier in mark.args:
                verified[identifier].append(item.nodeid)
    config.stash[VERIFIED] = dict(verified)
    unknown = sorted(set(verified) - known_requirements())
    if unknown:
        where = "; ".join(f"{identifier} in {verified[identifier][0]}" for identifier in unknown)
        raise pytest.UsageError(f"No spec.yaml declares these requirements: {where}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many requirements the collected tests verify."""
    verified = config.stash.get(VERIFIED, {})
    if verified:
        terminalreporter.write_line(f"These tests verify {len(verified)} of {len(known_requirements())} requirements.")

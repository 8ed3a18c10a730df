"""What a how-to tells to type is typed, in its order, in one shell; below each command stands what it answers."""

from __future__ import annotations

import re
import shlex
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.host.commands import ROOT, environment, free_port, serving

HOWTO = ROOT / "docs" / "howto"
RUN_SECONDS_MAX = 120
MARK = "@@ next @@"
START = "make run"
SANDBOX = "127.0.0.1:8000"
# Ports of what a page starts beside the sandbox.
OTHERS = ("8010", "8020")
PAGES = (
    "ask-for-consent.md", "assess-your-staff.md", "call-the-apis.md", "enrol-people.md", "replace-a-block.md",
    "send-texts.md", "sign-people-in.md",
)  # fmt: skip
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def steps(page: str) -> list[tuple[str, str]]:
    """Return each command block of a page but the start of the sandbox, with the answer that stands below it."""
    found: list[tuple[str, str]] = []
    for language, text in _BLOCK.findall((HOWTO / page).read_text(encoding="utf-8")):
        if language == "sh":
            found.append((text, ""))
        else:
            found[-1] = (found[-1][0], text)
    return [one for one in found if one[0].strip() != START]


def at(port: int, text: str) -> str:
    """Return a part of a page as it reads where the sandbox has another port."""
    return text.replace(SANDBOX, f"127.0.0.1:{port}")


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """A sandbox as `make run` starts it, seen from a folder that has what the repository has after it."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    folder = tmp_path_factory.mktemp("repository")
    command = folder / ".venv" / "bin" / "govstack"
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m govstack "$@"\n', encoding="utf-8")
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    settings = {"DATA_DIR": str(folder / "data"), "PEOPLE": "30", "LOG_FILE": str(folder / "log")}
    with serving("up", settings=settings) as running:
        running.await_ready("/sandbox/health/ready")
        running.await_said("GovStack is ready")
        yield folder, running.port


@pytest.mark.requirement("X005", "X009")
@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_how_to_answers_what_the_page_says(page: str, sandbox: tuple[Path, int]) -> None:
    folder, port = sandbox
    wanted = steps(page)
    script = f"\necho {shlex.quote(MARK)}\n".join(commands for commands, _ in wanted)
    script = at(port, script)
    for other in OTHERS:
        script = script.replace(other, str(free_port()))

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder, env=environment(), capture_output=True, text=True, check=False, timeout=RUN_SECONDS_MAX,
    )  # fmt: skip
    answers = done.stdout.split(f"{MARK}\n")

    assert done.returncode == 0, done.stderr
    assert len(answers) == len(wanted) > 3
    for (commands, told), answer in zip(wanted, answers, strict=True):
        pattern = re.escape(at(port, told).strip()).replace(r"\.\.\.", ".*")
        assert re.fullmatch(pattern, answer.strip()), f"{commands}\nanswered\n{answer}"

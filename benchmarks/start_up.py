"""Claim: everything starts in under three seconds, and rests in under 300 MB.

Run `python -m benchmarks.start_up [--rounds 3] [--people 10000]`. A folder is seeded once; then `govstack up` starts on
it again and again, from exec until /health/ready answers that all is well. Beside it stand the interpreter alone and
the imports alone, in turns. Memory is what the process keeps resident: at rest, and after the pages of a first visit.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from benchmarks.load import HOST, free_port

SECONDS_MAX = 120.0
POLL_SECONDS = 0.01
REST_SECONDS = 2.0
IMPORTS = "import govstack.cli; from govstack.host import compose; compose.packages()"
COMMAND = "import sys; sys.argv[1:] = ['{name}', '--people', '{people}']; from govstack.cli import main; main()"
# What somebody sees who looks around for the first time, without signing in.
VISIT = (
    "/", "/patterns", "/mediator/", "/mediator/docs", "/mediator/openapi.json", "/messaging/", "/registries/",
    "/registries/docs", "/registries/openapi.json", "/identity/.well-known/openid-configuration", "/sandbox/",
    "/sandbox/docs", "/?lang=fr", "/?lang=es", "/?lang=ar",
)  # fmt: skip
MEGABYTE = 1_048_576
RESIDENT = "\nprint(open('/proc/self/statm').read().split()[1])"


def environment(folder: str, port: int) -> dict[str, str]:
    """Return the environment of a sandbox of its own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("GOVSTACK_")}  # noqa: TID251
    own |= {"GOVSTACK_DATA_DIR": f"{folder}/data", "GOVSTACK_LOG_FILE": f"{folder}/log", "GOVSTACK_PORT": str(port)}
    # A second start finds compiled modules, wherever this script may be run.
    own.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**own, "PYTHONPYCACHEPREFIX": f"{folder}/compiled"}


def run(code: str, folder: str) -> tuple[float, float]:
    """Return the seconds that a piece of Python takes, and the megabytes it has resident at its end."""
    own = environment(folder, free_port())
    started = time.perf_counter()
    command = [sys.executable, "-c", code + RESIDENT]
    ended = subprocess.run(command, env=own, stdout=subprocess.PIPE, check=True)
    seconds = time.perf_counter() - started
    return seconds, int(ended.stdout.split()[-1]) * os.sysconf("SC_PAGE_SIZE") / MEGABYTE


@contextmanager
def up(folder: str, people: int) -> Iterator[tuple[float, int, psutil.Process]]:
    """Run everything; gives the seconds until it was ready, its port and its process."""
    port = free_port()
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND.format(name="up", people=people)],
        env=environment(folder, port),
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            while not ready(port):
                if process.poll() is not None or time.perf_counter() - started > SECONDS_MAX:
                    raise SystemExit("It did not start: see what `govstack up` says.")
                time.sleep(POLL_SECONDS)
            yield time.perf_counter() - started, port, psutil.Process(process.pid)
        finally:
            process.terminate()


def ready(port: int) -> bool:
    """Tell whether a process answers that it is ready."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/health/ready", timeout=SECONDS_MAX) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def visit(port: int) -> int:
    """Fetch the pages of a first visit; return how many there were."""
    for path in VISIT:
        asked = urllib.request.Request(f"http://{HOST}:{port}{path}", headers={"Accept": "text/html"})
        try:
            with urllib.request.urlopen(asked, timeout=SECONDS_MAX) as answer:
                answer.read()
        except urllib.error.HTTPError as error:
            print(f"  {path} answers {error.code}")
    return len(VISIT)


def measure(rounds: int, people: int) -> None:
    """Measure all sides in turns and print the best of each: what disturbs only ever adds."""
    found: dict[str, list[float]] = {}
    memory: dict[str, list[float]] = {}

    def note(name: str, seconds: float, megabytes: float) -> None:
        found.setdefault(name, []).append(seconds)
        memory.setdefault(name, []).append(megabytes)

    with tempfile.TemporaryDirectory() as folder:
        seeding = time.perf_counter()
        command = [sys.executable, "-c", COMMAND.format(name="seed", people=people)]
        subprocess.run(command, env=environment(folder, free_port()), stdout=subprocess.DEVNULL, check=True)
        seeding = time.perf_counter() - seeding
        kept = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file()) / MEGABYTE
        print(f"seeded {people:,} people in {seeding:.1f} s, {kept:.0f} MB on disk")
        for _ in range(rounds):
            note("python -c pass", *run("pass", folder))
            note("imports alone", *run(IMPORTS, folder))
            with up(folder, people) as (seconds, port, process):
                used = process.cpu_times()
                time.sleep(REST_SECONDS)
                note("govstack up", seconds, process.memory_info().rss / MEGABYTE)
                pages = visit(port)
                note("after the first pages", 0, process.memory_info().rss / MEGABYTE)
    for name, seconds in found.items():
        taken = f"{min(seconds):6.2f} s" if any(seconds) else " " * 8
        print(f"  {name:24} {taken}  {min(memory[name]):6.0f} MB")
    start, imports = min(found["govstack up"]), min(found["imports alone"])
    print(f"  {pages} pages; processor time of a start {used.user + used.system:.2f} s")
    print(f"  govstack up : imports alone {start / imports:5.2f}; aim 3 s: {start / 3:.2f} of it")
    print(f"  aim 300 MB: {max(memory['after the first pages']) / 300:.2f} of it")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--people", type=int, default=10_000, help="how many live in the seeded country")
    given = parser.parse_args()
    measure(given.rounds, given.people)


if __name__ == "__main__":
    main()

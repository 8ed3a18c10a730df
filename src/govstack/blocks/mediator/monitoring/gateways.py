"""Asking the machine this process runs on."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path

import psutil

from govstack.blocks.mediator.monitoring.model import Disk, Memory, Process, Processor, Sample, System, Traffic
from govstack.kernel import clock

PROCESSES_MAX = 20
PACKAGES_MAX = 20_000
DEBIAN_STATUS = Path("/var/lib/dpkg/status")


def node() -> str:
    """Return the name of this machine."""
    return platform.node() or "unnamed"


def sample(folder: Path) -> Sample:
    """Look at the machine; `folder` lies on the disk to measure. Takes tens of milliseconds: call it in a thread."""
    memory, swap = psutil.virtual_memory(), psutil.swap_memory()
    disk = psutil.disk_usage(str(folder if folder.exists() else Path.cwd()))
    traffic = psutil.net_io_counters()
    booted_at = clock.timestamp(datetime.fromtimestamp(psutil.boot_time(), UTC))
    return Sample(
        System(platform.system(), platform.release(), platform.machine(), platform.python_version(), booted_at),
        Processor(psutil.cpu_count() or 1, psutil.cpu_percent(interval=None), list(psutil.getloadavg())),
        Memory(memory.total, memory.available, swap.total, swap.used),
        Disk(disk.total, disk.used, disk.free),
        Traffic(
            traffic.bytes_sent,
            traffic.bytes_recv,
            traffic.packets_sent,
            traffic.packets_recv,
            traffic.errin + traffic.errout,
        ),
        _processes(),
    )


def packages() -> dict[str, str]:
    """Return installed software by name with its version: the runtime's, and the system's where it is Debian's."""
    found = {f"python:{one.metadata['Name']}": one.version for one in distributions()}
    if DEBIAN_STATUS.exists():
        name = ""
        for line in DEBIAN_STATUS.read_text(encoding="utf-8", errors="replace").splitlines():
            field, _, value = line.partition(": ")
            if field == "Package":
                name = value
            elif field == "Version" and name:
                found[f"debian:{name}"] = value
    return dict(sorted(found.items())[:PACKAGES_MAX])


def usage() -> tuple[float, int]:
    """Return the processor seconds and the resident bytes of this process."""
    process = psutil.Process()
    times = process.cpu_times()
    return times.user + times.system, process.memory_info().rss


def _processes() -> list[Process]:
    found = []
    for process in psutil.process_iter(["name", "memory_info", "cpu_times"]):
        memory, times = process.info["memory_info"], process.info["cpu_times"]
        if memory is not None and times is not None:
            found.append(Process(process.info["name"] or "", memory.rss, round(times.user + times.system, 2)))
    return sorted(found, key=lambda process: -process.memory_bytes)[:PROCESSES_MAX]

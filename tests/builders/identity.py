"""The identity block with people in it, called as they, officials and partners call it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from govstack.blocks.identity.manifest import MANIFEST
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Attribute, Person
from govstack.kernel import jobs
from govstack.kernel.actor import SYSTEM
from govstack.kernel.job_runner import JobRunner
from tests.builders.running import Bench, bench
from tests.databases import Databases

AMINA = (
    Attribute("name", "Amina Kone"),
    Attribute("name", "أمينة كوني", "ar"),
    Attribute("given_name", "Amina"),
    Attribute("family_name", "Kone"),
    Attribute("birthdate", "1985-03-27"),
    Attribute("gender", "female"),
    Attribute("email", "amina.kone@example.org"),
    Attribute("phone_number", "+22507070707"),
)
BORIS = (Attribute("name", "Boris Traore"), Attribute("birthdate", "1990-01-01"), Attribute("email", "b@example.org"))
OFFICER, PRODUCE = "officer-1", "identity:produce"


@dataclass
class Identity:
    """The running block, two people in it, and how to call it."""

    bench: Bench
    amina: Person
    boris: Person

    def person(self, subject: str = "amina", *scopes: str) -> httpx.AsyncClient:
        """Return a client with a person's token."""
        return self.bench.person(subject, *scopes)

    def officer(self, *scopes: str) -> httpx.AsyncClient:
        """Return a client of an official, who produces credentials unless other rights are named."""
        return self.bench.person(OFFICER, *(scopes or (PRODUCE,)))

    async def run_due(self) -> None:
        """Carry out the durable work that was asked for."""
        context = self.bench.context
        handlers: dict[str, jobs.Handler] = {}
        for kind, task in MANIFEST.tasks.items():
            handlers[kind] = lambda job, task=task: task.handler(context, job)  # type: ignore[misc]
        for _ in range(3):
            await JobRunner(context.database, handlers).run_due()

    async def stored(self, table: str) -> str:
        """Return everything that stands in a table, as text."""
        async with self.bench.context.database.reading() as tx:
            return str([{**row} for row in await tx.fetch(f"SELECT * FROM {table}")])


async def identity(databases: Databases, **settings: str) -> Identity:
    """Run the block with Amina and Boris in it."""
    database = await databases.migrated("identity", MANIFEST.root / "migrations")
    running = bench(MANIFEST, database, **settings)
    amina = await people.register(running.context, by=SYSTEM, attributes=AMINA, subject="amina")
    boris = await people.register(running.context, by=SYSTEM, attributes=BORIS, subject="boris")
    return Identity(running, amina, boris)


async def asked(client: httpx.AsyncClient, kind: str = "digital-id", **changes: Any) -> dict[str, Any]:
    """Ask for a credential and return it."""
    answer = await client.post("/api/v1/credentials", json={"kind": kind, **changes})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found

"""GovLearn on a database of its own, the people who use it, and organisations and people to work with."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from govstack.host.compose import SESSION_KEYS
from govstack.kernel import clock, crypto, events
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Database
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import TaskHandler
from govstack.kernel.sessions import VISIT_COOKIE, Sessions
from govstack.pillars.learn.manifest import MANIFEST, fill_sandbox
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.model import Gender, Organisation, Person
from tests.builders.running import SECRET, Bench, bench
from tests.databases import Databases
from tests.page_lint import lint

API = "/api/v1"
PAGES = ""
MIGRATIONS = Path(MANIFEST.root) / "migrations"
OFFICER = Actor("person", "training-officer", "Training officer", scopes=frozenset({"learn:plan", "learn:administer"}))


@dataclass(slots=True)
class Learn:
    """The running pillar."""

    bench: Bench

    @property
    def context(self) -> Context:
        """Return its context."""
        return self.bench.context

    def officer(self, *scopes: str) -> httpx.AsyncClient:
        """Return a client of the API that holds scopes, those of a training unit unless others are named."""
        return self.bench.person("training-officer", *(scopes or ("learn:plan", "learn:administer")))

    def person(self, subject: str = "amina", **attributes: str) -> httpx.AsyncClient:
        """Return a client of the API of somebody who signed in without any scope."""
        return self.bench.person(subject, attributes=attributes, name=subject.title())

    def nobody(self) -> httpx.AsyncClient:
        """Return a client that nobody signed in with."""
        return self.bench.client()

    def browser(self, *scopes: str, subject: str = "amina", **attributes: str) -> httpx.AsyncClient:
        """Return the browser of somebody who signed in."""
        client = self.bench.client()
        actor = Actor("person", subject, subject.title(), scopes=frozenset(scopes), attributes=attributes)
        sessions = Sessions(crypto.Keyring(SECRET, package=SESSION_KEYS), secure=False)
        name, _, value = sessions.start(actor).partition(";")[0].partition("=")
        client.cookies.set(name, value, domain="govstack.test")
        client.cookies.set(VISIT_COOKIE, "visit-of-a-test", domain="govstack.test")
        return client


async def installed(database: Database) -> None:
    """Bring what every start of the pillar brings."""
    assert MANIFEST.start is not None
    await MANIFEST.start(bench(MANIFEST, database).context)


async def learn(databases: Databases, **settings: str) -> Learn:
    """Run the pillar alone on a fresh database that has what every start brings."""
    database = await databases.migrated("learn", MIGRATIONS, filled=installed)
    return Learn(bench(MANIFEST, database, **settings))


async def demo_country(database: Database) -> None:
    """Bring what every start brings, and the country of the sandbox."""
    await installed(database)
    await fill_sandbox(bench(MANIFEST, database).context)


async def learn_in_demo(databases: Databases, **settings: str) -> Learn:
    """Run the pillar alone on a fresh database that has the demo country."""
    database = await databases.migrated("learn", MIGRATIONS, filled=demo_country)
    return Learn(bench(MANIFEST, database, **settings))


async def page(client: httpx.AsyncClient, path: str, status: int = 200) -> str:
    """Return a page of the pillar, which must be a good one."""
    answer = await client.get(f"{PAGES}{path}")
    assert (answer.status_code, lint(answer.text)) == (status, []), answer.text
    return html.unescape(answer.text)


async def send(
    client: httpx.AsyncClient, shown: str, action: str, files: dict[str, Any] | None = None, **changed: Any
) -> httpx.Response:
    """Send the form of a page that leads to an address, hidden fields as they stand."""
    form = re.search(rf'<form[^>]*method="post"[^>]*action="[^"]*{re.escape(action)}".*?</form>', shown, re.DOTALL)
    assert form is not None, action
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0]))
    target = re.search(r'action="([^"]+)"', form[0])
    assert target is not None
    return await client.post(target[1], data={**fields, **changed}, files=files)


async def heard(context: Context, type_: str, handler: TaskHandler) -> int:
    """Let a handler hear everything that was told of a type, twice as it may come; return how often it was told."""
    async with context.database.reading() as tx:
        rows = await tx.fetch("SELECT payload FROM job WHERE kind = :kind ORDER BY number", kind=events.OUTBOX)
    told = [one for one in (json.loads(row["payload"]) for row in rows) if one["type"] == type_]
    for payload in told * 2:
        await handler(context, Job("1", type_, payload, 1, clock.timestamp()))
    return len(told)


async def ministry(context: Context, organisation_id: str = "finance", **more: Any) -> Organisation:
    """Enter an organisation."""
    told = {"names": {"en": organisation_id.title()}, "kind": "ministry", **more}
    given = Organisation(id=organisation_id, **told)
    return await people.put_organisation(context, by=OFFICER, organisation=given)


async def civil_servant(context: Context, person_id: str = "p-1", **more: Any) -> Person:
    """Enter a person."""
    given = Person(
        id=person_id, **{"name": f"Person {person_id}", "number": f"N-{person_id}", "gender": Gender.FEMALE, **more}
    )
    await people.put(context, by=OFFICER, people=[given])
    return given

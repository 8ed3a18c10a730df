"""Registries as people meet them on pages: a register of people with records, rights, readings, and a site to walk."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from govstack.blocks.registries.design.model import (
    DeleteRule,
    Field,
    FieldType,
    Link,
    LinkKind,
    Registry,
    ServiceKind,
)
from govstack.blocks.registries.manifest import MANIFEST
from govstack.blocks.registries.reading import service as reading
from govstack.blocks.registries.reading.model import Search
from govstack.blocks.registries.records import service as records
from govstack.blocks.registries.usage.model import Reason
from govstack.host import compose
from govstack.host.home import Home
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from tests.builders.registries import ANALYST, DESK, field, granted, published
from tests.builders.running import ORIGIN, Bench, bench
from tests.databases import Databases, databases_of

ADMINISTER, ANALYSE, AUDIT = "registries:administer", "registries:analyse", "registries:audit"
PERSON = "48201937655"
LABELS = {
    "en": "First name", "fr": "Prénom", "es": "Nombre", "ar": "الاسم الأول",
}  # fmt: skip
PEOPLE = (
    {
        "ID": PERSON,
        "FirstName": "አስቴር",
        "LastName": "ከተማ",
        "BirthDate": "1987-05-16",
        "Region": "north",
        "Note": "quiet",
    },
    {"ID": "17350264982", "FirstName": "Liam", "LastName": "Anderson", "BirthDate": "1990-01-30", "Region": "south"},
    {"ID": "90172845362", "FirstName": "ليلى", "LastName": "حداد", "Region": "north", "Income": 1250.5},
)
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def people_fields() -> tuple[Field, ...]:
    """Fields of a register of people with everything that protects them."""
    return (
        field("ID", person_identifier=True, personal=True, required=True, unique=True, length_max=40, example="EE1"),
        field("FirstName", personal=True, length_max=100, example="Ada", labels=LABELS, description="As in the papers"),
        field("LastName", personal=True, indexed=True, length_max=100),
        field("BirthDate", FieldType.DATE, personal=True),
        field("Income", FieldType.NUMBER, minimum=0),
        field("Region", choices=("north", "south", "east")),
        field("Note", secret=True),
    )


def house_fields(people: Registry) -> tuple[Field, ...]:
    """Fields of every other type, and a link to the people."""
    owner = Link(people.id, people.by_path["ID",].number, LinkKind.STRICT, DeleteRule.RESTRICT)
    return (
        field("Parcel", primary_key=True, read_only=True, length_max=40),
        field("Owner", links=(owner,), indexed=True, length_max=40),
        field("Floors", FieldType.INTEGER, minimum=0, maximum=200, required=True),
        field("Inhabited", FieldType.BOOLEAN),
        field("Built", FieldType.DATE),
        field("Opens", FieldType.TIME),
        field("Inspected", FieldType.DATETIME),
        field("Use", FieldType.CATALOGUE, catalogue={"res": "Residential", "com": "Commercial"}),
        field("Colours", multiple=True, choices=("white", "red", "blue")),
        field("Plan", FieldType.FILE),
        field("Address", FieldType.GROUP, fields=(field("Street", required=True), field("Town"))),
        field("Rooms", FieldType.LIST, fields=(field("Name"), field("Area", FieldType.NUMBER))),
        field("Place", FieldType.GEOPOINT),
        field("Border", FieldType.GEOSHAPE),
        field("More", FieldType.JSON),
        field("Words", multiple=True),
    )


async def peopled(context: Context) -> tuple[Registry, list[str]]:
    """Publish a register of people with records that a system read; returns it and the records' ids."""
    registry = await published(
        context, code="people", fields=people_fields(), name="Register of people", domain="population",
        institution="Ministry of Home Affairs", description="One record for each person who lives here.",
    )  # fmt: skip
    made = [await records.create(context, by=ANALYST, registry=registry, content=one) for one in PEOPLE]
    await granted(context, registry, f"application:{DESK.application}", ServiceKind.LIST, ServiceKind.READ)
    reason = Reason("Verify a candidate", "Social Protection Act, section 4")
    await reading.search(context, by=DESK, registry=registry, search=Search(), reason=reason)
    return registry, [one.uuid for one in made]


async def housed(context: Context, people: Registry) -> tuple[Registry, str]:
    """Publish a register of houses that links to people, with one record; returns it and the record's id."""
    registry = await published(context, code="houses", fields=house_fields(people), name="Register of houses")
    content: dict[str, Any] = {
        "Owner": PERSON, "Floors": 2, "Inhabited": True, "Built": "1990-02-01", "Opens": "08:30",
        "Inspected": "2026-01-30T10:15:00Z", "Use": "res", "Colours": ["white", "red"],
        "Plan": {"originalName": "plan.pdf", "url": "https://files.example/plan.pdf", "type": "application/pdf"},
        "Address": {"Street": "14 Saffron Street", "Town": "Hill"},
        "Rooms": [{"Name": "Kitchen", "Area": 12.5}, {"Name": "Hall"}],
        "Place": {"type": "Point", "coordinates": [36.8, -1.3]}, "More": {"heated": False}, "Words": ["old", "solid"],
    }  # fmt: skip
    made = await records.create(context, by=ANALYST, registry=registry, content=content)
    return registry, made.uuid


@asynccontextmanager
async def desk(databases: Databases, **settings: str) -> AsyncIterator[Bench]:
    """The block running on a fresh database."""
    yield bench(MANIFEST, await databases.migrated("registries", MANIFEST.root / "migrations"), **settings)


class Visitor:
    """Somebody at a browser without scripts: opens pages and sends the forms that stand on them."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.page = ""

    async def open(self, path: str) -> httpx.Response:
        """Open a page, and keep what it says."""
        answer = await self.client.get(ORIGIN + path)
        self.page = answer.text
        return answer

    async def send(self, path: str, form: dict[str, Any] | None = None, **values: Any) -> httpx.Response:
        """Send a form with the token of the page that was opened last."""
        found = _TOKEN.search(self.page)
        token = {"csrf_token": found[1]} if found else {}
        answer = await self.client.post(ORIGIN + path, data={**token, **(form or {}), **values})
        if answer.status_code in {200, 400, 409}:
            self.page = answer.text
        return answer

    def hidden(self, name: str) -> str:
        """Return what a hidden input of the page carries."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        assert found, f"The page has no input {name}."
        return found[1]


def visitor(running: Bench, subject: str = "", *scopes: str, roles: tuple[str, ...] = (), **claims: str) -> Visitor:
    """A visitor, signed in when there is a subject; further words are what the identity provider proves of them."""
    client = running.client()
    client.cookies.set("govstack_visit", "visit-of-a-test", domain="govstack.test")
    if subject:
        client.cookies.set("govstack_session", session(subject, *scopes, roles=roles, **claims), domain="govstack.test")
    return Visitor(client)


def session(subject: str, *scopes: str, roles: tuple[str, ...] = (), **claims: str) -> str:
    """The sealed session of somebody who is signed in."""
    from govstack.kernel import crypto
    from govstack.kernel.sessions import Sessions
    from tests.builders.running import SECRET

    sessions = Sessions(crypto.Keyring(SECRET, package=compose.SESSION_KEYS), secure=False)
    name = claims.pop("name", subject.replace("-", " ").title())
    actor = Actor("person", subject, name, frozenset(roles), frozenset(scopes), attributes=claims)
    return sessions.start(actor).partition(";")[0].partition("=")[2]


@contextmanager
def site(folder: Path) -> Iterator[tuple[str, Bench]]:
    """Serve the block on loopback in a thread of its own: its address, and what runs there."""
    ready, done = threading.Event(), threading.Event()
    found: dict[str, Any] = {}

    async def serve() -> None:
        async with databases_of("sqlite", folder) as databases, desk(databases, PROFILE="sandbox") as running:
            root = compose.Root(
                {MANIFEST.name: running.running.application}, Home([running.running], profile="sandbox")
            )
            server = uvicorn.Server(uvicorn.Config(root, port=0, log_level="error", lifespan="off"))
            task = asyncio.create_task(server.serve())
            while not server.started:
                await asyncio.sleep(0.02)
            port = server.servers[0].sockets[0].getsockname()[1]
            people, _uuids = await peopled(running.context)
            await housed(running.context, people)
            found["origin"], found["bench"] = f"http://127.0.0.1:{port}/{MANIFEST.name}", running
            ready.set()
            await asyncio.to_thread(done.wait)
            server.should_exit = True
            await task

    def work() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            found["error"] = error
            raise
        finally:
            ready.set()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    ready.wait(60)
    if "error" in found:
        raise found["error"]
    try:
        yield found["origin"], found["bench"]
    finally:
        done.set()
        thread.join(20)

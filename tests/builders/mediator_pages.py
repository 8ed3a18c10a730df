"""A mediator as administrators meet it: ministries, applications, services, rights, requests, recorded traffic."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
import pytest

from govstack.blocks.mediator.applications import service as applications
from govstack.blocks.mediator.delivery.tasks import Dispatcher
from govstack.blocks.mediator.directory.model import EndpointKey, Service
from govstack.blocks.mediator.evidence import service as evidence
from govstack.blocks.mediator.exchange import service as exchange
from govstack.blocks.mediator.manifest import MANIFEST
from govstack.blocks.mediator.membership import service as membership
from govstack.blocks.mediator.monitoring import service as monitoring
from govstack.blocks.mediator.rights import service as rights
from govstack.blocks.mediator.rooms import service as rooms
from govstack.blocks.mediator.rooms.model import Act, RoomRight
from govstack.blocks.mediator.services import service as services
from govstack.blocks.mediator.subscriptions import service as subscriptions
from govstack.blocks.mediator.subscriptions.model import Mode, Wish
from govstack.host import compose
from govstack.host.home import Home
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from tests.builders import exchange as forwarding
from tests.builders.mediator import ALLOWED_HOSTS, BUILDER, connected, granted, offered
from tests.builders.pubsub import RECEIVER, Receiver
from tests.builders.running import Bench, bench
from tests.databases import Databases, databases_of
from tests.page_lint import lint

ADMINISTRATOR = ("mediator:administer",)
APPLICANT = Actor("person", "applicant", "Amal Bustani")
PEOPLE, INCOME, PARCELS = "GOV/7001/population/people", "GOV/7002/income/income", "GOV/7004/parcels/parcels"
ROOM, TYPE = "GOV/7001/population", "newBirth"
SCHEMA = '{"type": "object", "properties": {"number": {"type": "string"}}, "required": ["number"]}'
DESK, PORTAL, SHOP = "GOV/7003/officerdesk", "GOV/7000/portal", "COM/9104/shop"
REGISTER = """\
openapi: 3.0.3
info:
  title: "{title}"
  version: "1.2"
  description: "{description}"
paths:
  /records:
    get:
      operationId: list
      summary: Find records
      parameters:
        - {{name: lastName, in: query, description: Whole last name, schema: {{type: string}}}}
        - {{name: limit, in: query, schema: {{type: integer}}}}
      responses:
        "200":
          description: The records found
          content: {{application/json: {{schema: {{type: array, items: {{$ref: "#/components/schemas/Record"}}}}}}}}
        "403": {{description: No right to search}}
    post:
      operationId: create
      summary: Enter a record
      requestBody: {{content: {{application/json: {{schema: {{$ref: "#/components/schemas/Record"}}}}}}}}
      responses: {{"201": {{description: The record was entered}}}}
  /records/{{id}}:
    parameters:
      - {{name: id, in: path, required: true, description: Number of the record, schema: {{type: string}}}}
    get:
      operationId: read
      summary: Read a record
      responses: {{"200": {{description: The record}}, "404": {{description: There is no such record}}}}
    delete:
      operationId: remove
      summary: Take a record out
      responses: {{"204": {{description: The record is gone}}}}
components:
  schemas:
    Record:
      type: object
      required: [id, lastName]
      properties:
        id: {{type: string, description: Number of the record}}
        lastName: {{type: string, description: Last name in the person's own script}}
        dateOfBirth: {{type: string, format: date}}
        state: {{type: string, enum: [valid, closed]}}
"""
MEMBERS = {
    "GOV/7000": "Digital Government Agency",
    "GOV/7001": "Ministry of Home Affairs",
    "GOV/7002": "Ministry of Finance and Revenue",
    "GOV/7003": "Ministry of Social Affairs",
    "GOV/7004": "Ministry of Lands and Housing",
    "COM/9104": "Savannah Bank",
}
NAMES = {
    "GOV/7001/population": "Population register",
    "GOV/7002/income": "Income register",
    "GOV/7004/parcels": "Land register",
    DESK: "Officers' desk",
    PORTAL: "Citizens' portal",
    SHOP: "Loan office",
}
READ: tuple[EndpointKey, ...] = (("GET", "/records"), ("GET", "/records/{id}"))


def register_document(title: str, description: str = "One entry for each.") -> str:
    """Return the OpenAPI document of a register."""
    return REGISTER.format(title=title, description=description)


async def named(context: Context, application: str) -> None:
    """Connect an application under its own name and its member's."""
    member = application.rpartition("/")[0]
    await connected(context, application, member_name=MEMBERS[member])
    member_class, member_code, code = application.split("/")
    await applications.change_application(
        context, by=BUILDER, member_class=member_class, member_code=member_code, code=code, name=NAMES[application]
    )


async def populated(context: Context) -> None:
    """Enter the ministries, what they offer, who may use it, and what waits for a decision."""
    for service, title in ((PEOPLE, "Population"), (INCOME, "Income"), (PARCELS, "Parcels")):
        document = register_document(title, f"The register of {title.lower()}: one entry for each.")
        await offered(context, service, service_url="http://provider.test/v1", document=document)
    await granted(context, PEOPLE, DESK, *READ)
    await granted(context, PEOPLE, PORTAL)
    await granted(context, INCOME, DESK, ("GET", "/records"))
    for application in NAMES:
        await named(context, application)
    await switched(context, PARCELS, {("DELETE", "/records/{id}"): False})
    await apply(context)
    await asked(context)


async def switched(context: Context, service: str, endpoints: dict[EndpointKey, bool]) -> Service:
    """Switch endpoints of a service."""
    member_class, member_code, application, code = service.split("/")
    return await services.switch_endpoints(
        context,
        by=BUILDER,
        member_class=member_class,
        member_code=member_code,
        application_code=application,
        code=code,
        endpoints=endpoints,
    )


async def apply(context: Context, code: str = "7009", name: str = "Ministry of Tourism") -> None:
    """Apply for membership, as somebody without any role."""
    await membership.apply_member(
        context,
        by=APPLICANT,
        member_class="GOV",
        code=code,
        name=name,
        contact_name="Amal Bustani",
        contact_email="amal@tourism.example",
        agreement="Agreement 12 of 2026",
    )


async def asked(context: Context, client: str = SHOP, service: str = INCOME) -> str:
    """Ask for access; return the request's id."""
    wish = rights.Wish(service, client, READ, purpose="Check the income of applicants for a loan, with their consent")
    found = await rights.request_access(context, by=BUILDER, wish=wish, agreement="Contract 44 of 2026")
    return found.id


@dataclass(frozen=True)
class Site:
    """Where the pages are served, the messages that were recorded (the last was refused), and a published event."""

    origin: str
    bench: Bench
    messages: list[str]
    event: str


def exchanging(databases_folder: Path, database: Any, **settings: str) -> Bench:
    """Run the mediator with a provider behind it, and everything it records."""
    hosts = f"{ALLOWED_HOSTS},127.0.0.1"
    values = {"MEDIATOR_ALLOWED_HOSTS": hosts, "DATA_DIR": str(databases_folder), **settings}
    made = bench(MANIFEST, database, **values)
    made.network.serve_locally(forwarding.ORIGIN, forwarding.Provider())
    return made


async def traffic(running: Bench, *, correlation_id: str = "visit-1") -> list[str]:
    """Let applications call: three answers and one refusal; return the message ids."""
    calls = (
        (DESK, "GET", f"/r1/demo/{PEOPLE}/records?lastName=Otieno"),
        (DESK, "GET", f"/r1/demo/{PEOPLE}/records/42"),
        (DESK, "GET", f"/r1/demo/{INCOME}/records"),
        (SHOP, "GET", f"/r1/demo/{INCOME}/records"),
    )
    found = []
    for client, method, path in calls:
        async with running.application(f"demo/{client}") as caller:
            headers = {"x-correlation-id": correlation_id, "Information-Mediator-Purpose": "Verify a candidate"}
            answer = await caller.request(method, path, headers=headers)
            found.append(answer.headers["information-mediator-message-id"])
    return found


async def announced(running: Bench) -> str:
    """Let the population register distribute events: one subscriber gets them, one fails, one pulls; return an id."""
    context, address = running.context, ("demo", *ROOM.split("/"))
    await rooms.register(context, by=BUILDER, address=address, title="Civil registry", description="Births and deaths")
    await rooms.add_event_type(context, by=BUILDER, address=address, name=TYPE, schema_text=SCHEMA)
    for subscriber, status in ((DESK, 204), (SHOP, 503)):
        receiver = f"http://{subscriber.rpartition('/')[2]}.gov.test"
        running.network.serve_locally(receiver, Receiver(status=status))
        await offered(context, f"{subscriber}/events", service_url=receiver, document=RECEIVER)
        await granted(context, f"{subscriber}/events", ROOM)
    for subscriber, wish in ((DESK, Wish()), (SHOP, Wish(retry_attempts=1)), (PORTAL, Wish(mode=Mode.PULL))):
        right = RoomRight(subscriber, Act.SUBSCRIBE, "")
        await rooms.change_rights(context, by=BUILDER, address=address, allow=[right])
        await subscriptions.subscribe(
            context, by=BUILDER, address=address, event_type=TYPE, wish=wish, subscriber=f"demo/{subscriber}"
        )
    for application in NAMES:
        await named(context, application)
    async with running.application(f"demo/{ROOM}") as publisher:
        body = {"eventType": TYPE, "event": {"number": "child-17"}}
        answer = await publisher.post(f"/r1/demo/{ROOM}/pub/v1/{TYPE}", json=body)
    await Dispatcher(context).run_due()
    return str(answer.json()["id"])


async def closed(running: Bench) -> None:
    """Stop what forwarding and recording keep open."""
    await exchange.stop(running.context)
    await evidence.stop(running.context)


@contextmanager
def site(folder: Path) -> Iterator[Site]:
    """Serve a populated mediator on loopback in a thread of its own."""
    ready, done = threading.Event(), threading.Event()
    found: dict[str, Any] = {}

    async def serve() -> None:
        async with databases_of("sqlite", folder) as databases:
            database = await databases.migrated(MANIFEST.name, MANIFEST.root / "migrations")
            running = exchanging(folder, database)
            await populated(running.context)
            found["messages"] = await traffic(running)
            found["event"] = await announced(running)
            await monitoring.sample(running.context)
            root = compose.Root(
                {MANIFEST.name: running.running.application}, Home([running.running], profile="sandbox")
            )
            async with forwarding.served(root) as origin:
                found["origin"], found["bench"] = f"{origin}/{MANIFEST.name}", running
                ready.set()
                await asyncio.to_thread(done.wait)
            await closed(running)

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
        yield Site(found["origin"], found["bench"], found["messages"], found["event"])
    finally:
        done.set()
        thread.join(20)


def cookies_of(client: httpx.AsyncClient) -> dict[str, str]:
    """Return the cookies that a browser client of the bench carries, by name."""
    pairs = client.headers.get("cookie", "").split("; ")
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)


@dataclass
class Visitor:
    """Somebody at a browser: reads pages, fills in the form of the last one, and follows where it leads."""

    client: httpx.AsyncClient
    answer: httpx.Response = field(init=False)

    async def read(self, path: str, *, status: int = 200) -> str:
        """Fetch a page, which must be a good page, and return it."""
        self.answer = await self.client.get(path)
        self._remember()
        assert self.answer.status_code == status, (
            self.answer.status_code,
            self.answer.headers,
            self.answer.text[:2_000],
        )
        assert lint(self.answer.text) == []
        return self.answer.text

    async def send(self, path: str, fields: Mapping[str, object] = MappingProxyType({}), **options: Any) -> str:
        """Send a form with the token of the last page; return the page that comes, after a redirect the next one."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.answer.text)
        data = {"csrf_token": token[1] if token else "", **fields}
        self.answer = await self.client.post(path, data=data, **options)
        self._remember()
        if self.answer.status_code == 303:
            return await self.read(self.answer.headers["location"])
        assert lint(self.answer.text) == []
        return self.answer.text

    def _remember(self) -> None:
        """Carry the cookies that were set, as a browser does; httpx does not beside a header of one's own."""
        kept = cookies_of(self.client)
        for cookie in self.answer.headers.get_list("set-cookie"):
            name, _, rest = cookie.partition("=")
            kept[name] = rest.partition(";")[0]
        self.client.headers["cookie"] = "; ".join(f"{name}={value}" for name, value in kept.items())


@asynccontextmanager
async def visitor(
    running: Bench, *scopes: str, roles: tuple[str, ...] = (), person: str = "mila"
) -> AsyncIterator[Visitor]:
    """Open a browser for somebody with scopes and roles; for nobody when the person is empty."""
    async with running.browser(person, *scopes, roles=roles, name="Mila Sadovnik") as client:
        yield Visitor(client)


@asynccontextmanager
async def mediator_with_pages(databases: Databases, folder: Path) -> AsyncIterator[Bench]:
    """Run a populated mediator on a database of its own."""
    database = await databases.migrated(MANIFEST.name, MANIFEST.root / "migrations")
    running = exchanging(folder, database)
    await populated(running.context)
    try:
        yield running
    finally:
        await closed(running)


@pytest.fixture
async def pages(sqlite_databases: Databases, tmp_path: Path) -> AsyncIterator[Bench]:
    """A populated mediator on SQLite: pages do not reach the database by themselves."""
    async with mediator_with_pages(sqlite_databases, tmp_path) as running:
        yield running

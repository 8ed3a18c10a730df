"""An information mediator with members, applications and services, and the jobs it runs, for tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest

from govstack.blocks.mediator.applications import service as applications
from govstack.blocks.mediator.directory import service as directory
from govstack.blocks.mediator.directory.model import Application, EndpointKey, Service
from govstack.blocks.mediator.manifest import MANIFEST
from govstack.blocks.mediator.membership import service as membership
from govstack.blocks.mediator.rights import service as rights
from govstack.blocks.mediator.services import service as services
from govstack.blocks.mediator.services.model import Offer, read_document
from govstack.kernel import audit
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.job_runner import JobRunner
from tests.builders.running import Bench, bench
from tests.databases import Databases

BUILDER = Actor.system("test builder")
INSTANCE = "demo"
ALLOWED_HOSTS = "provider.test,*.gov.test,10.0.0.0/8"
SERVICE_URL = "http://provider.test/people"
DOCUMENT = """\
openapi: 3.0.3
info: {title: Register of people, version: "1.2", description: Who lives here.}
paths:
  /people:
    get: {operationId: list, summary: List people, responses: {"200": {description: People}}}
    post: {operationId: create, responses: {"201": {description: Added}}}
  /people/{id}:
    get: {operationId: read, responses: {"200": {description: A person}}}
  /people/count:
    get: {operationId: count, responses: {"200": {description: How many}}}
"""


def mediator(database: object, **settings: str) -> Bench:
    """Run the mediator on a migrated database."""
    return bench(MANIFEST, database, **{"MEDIATOR_ALLOWED_HOSTS": ALLOWED_HOSTS, **settings})  # type: ignore[arg-type]


@asynccontextmanager
async def mediator_on(databases: Databases, **settings: str) -> AsyncIterator[Bench]:
    """Run the mediator on a database of its own."""
    yield mediator(await databases.migrated(MANIFEST.name, MANIFEST.root / "migrations"), **settings)


@pytest.fixture
async def running(databases: Databases) -> AsyncIterator[Bench]:
    """A mediator on SQLite, and once more on PostgreSQL."""
    async with mediator_on(databases) as made:
        yield made


@pytest.fixture
async def on_sqlite(sqlite_databases: Databases) -> AsyncIterator[Bench]:
    """A mediator on SQLite alone, for what does not reach the database."""
    async with mediator_on(sqlite_databases) as made:
        yield made


@pytest.fixture
async def conforming(sqlite_databases: Databases) -> AsyncIterator[Bench]:
    """A mediator in the conformance profile with the published records."""
    async with mediator_on(sqlite_databases, PROFILE="conformance") as made:
        assert MANIFEST.conformance_seed is not None
        await MANIFEST.conformance_seed(made.context)
        yield made


async def connected(context: Context, subject: str, *, member_name: str = "") -> Application:
    """Connect an application such as GOV/7001/register, and its member."""
    member_class, member_code, code = subject.split("/")
    async with directory.writing(context) as tx:
        member = await membership.enter_member(
            context,
            tx,
            by=BUILDER,
            member_class=member_class,
            code=member_code,
            name=member_name or f"Ministry {member_code}",
        )
        return await applications.enter_application(
            context, tx, by=BUILDER, member=member, code=code, name=code, connection="https"
        )


async def offered(
    context: Context, subject: str, *, service_url: str = SERVICE_URL, document: str = DOCUMENT, **properties: object
) -> Service:
    """Connect the application and register its service, such as GOV/7001/register/people."""
    application, _, code = subject.rpartition("/")
    provider = await connected(context, application)
    offer = Offer(code=code, service_url=service_url, **properties)  # type: ignore[arg-type]
    async with directory.writing(context) as tx:
        found, _ = await services.enter_service(
            context, tx, by=BUILDER, provider=provider, offer=offer, described=read_document(document)
        )
    return found


async def granted(context: Context, service: str, client: str, *endpoints: EndpointKey) -> None:
    """Connect the client and let it use a service, or some endpoints of it."""
    await connected(context, client)
    await rights.allow(context, by=BUILDER, wishes=[rights.Wish(service, client, endpoints)])


async def work(context: Context) -> None:
    """Run the mediator's jobs that are due."""
    handlers = {kind: partial(task.handler, context) for kind, task in MANIFEST.tasks.items()}
    policies = {kind: task.policy for kind, task in MANIFEST.tasks.items()}
    await JobRunner(context.database, handlers, policies).run_due()


async def trail(context: Context, action: str = "") -> list[audit.Entry]:
    """Return the audit trail, newest first."""
    async with context.database.reading() as tx:
        return await audit.entries(tx, action=action, limit=500)

"""The information mediator's card to the host; each room adds its own routes, tasks, events and settings here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from govstack.blocks.mediator.applications import api as applications
from govstack.blocks.mediator.applications import pages as applications_pages
from govstack.blocks.mediator.configuration import api as configuration
from govstack.blocks.mediator.configuration import pages as configuration_pages
from govstack.blocks.mediator.configuration import tasks as configuration_tasks
from govstack.blocks.mediator.delivery import api as delivery
from govstack.blocks.mediator.delivery import service as delivery_service
from govstack.blocks.mediator.delivery import tasks as delivery_tasks
from govstack.blocks.mediator.directory import api as directory
from govstack.blocks.mediator.directory import dialect
from govstack.blocks.mediator.evidence import api as evidence
from govstack.blocks.mediator.evidence import pages as evidence_pages
from govstack.blocks.mediator.evidence import service as evidence_service
from govstack.blocks.mediator.evidence import tasks as evidence_tasks
from govstack.blocks.mediator.exchange import api as exchange
from govstack.blocks.mediator.exchange import service as exchange_service
from govstack.blocks.mediator.explorer import pages as explorer_pages
from govstack.blocks.mediator.membership import api as membership
from govstack.blocks.mediator.membership import pages as membership_pages
from govstack.blocks.mediator.monitoring import api as monitoring
from govstack.blocks.mediator.monitoring import pages as monitoring_pages
from govstack.blocks.mediator.monitoring import service as monitoring_service
from govstack.blocks.mediator.monitoring import tasks as monitoring_tasks
from govstack.blocks.mediator.overview import pages as overview_pages
from govstack.blocks.mediator.publishing import api as publishing
from govstack.blocks.mediator.publishing import service as publishing_service
from govstack.blocks.mediator.rights import api as rights
from govstack.blocks.mediator.rights import pages as rights_pages
from govstack.blocks.mediator.rooms import api as rooms
from govstack.blocks.mediator.rooms import pages as rooms_pages
from govstack.blocks.mediator.rooms import tasks as rooms_tasks
from govstack.blocks.mediator.services import api as services
from govstack.blocks.mediator.services import pages as services_pages
from govstack.blocks.mediator.subscriptions import api as subscriptions
from govstack.blocks.mediator.subscriptions import pages as subscriptions_pages
from govstack.blocks.mediator.tracking import api as tracking
from govstack.blocks.mediator.tracking import pages as tracking_pages
from govstack.blocks.mediator.tracking import service as tracking_service
from govstack.blocks.mediator.tracking import tasks as tracking_tasks
from govstack.blocks.mediator.trail import pages as trail_pages
from govstack.kernel.context import Context
from govstack.kernel.jobs import RetryPolicy
from govstack.kernel.manifest import Manifest, Task
from govstack.kernel.routing import Routes
from govstack.kernel.rules import ALLOWED_HOSTS
from govstack.kernel.settings import Setting

# The order of the rooms decides between addresses of one shape; fixed parts always win over fields.
ROOMS = (
    directory, membership, applications, services, rights, configuration, rooms, subscriptions, publishing, delivery,
    tracking, exchange, evidence, monitoring,
)  # fmt: skip
# The pages of each room; the first page first.
PAGES = (
    overview_pages, explorer_pages, membership_pages, applications_pages, services_pages, rights_pages,
    monitoring_pages, evidence_pages, rooms_pages, subscriptions_pages, tracking_pages, trail_pages,
    configuration_pages,
)  # fmt: skip
# What refusals show; pages show what fits the person, by roles too (directory.presenters.navigation).
NAVIGATION = (
    ("Overview", "/", ""),
    ("Members", "/members", "mediator:read"),
    ("Services", "/services", "mediator:read"),
    ("Rights", "/rights", "mediator:read-rights"),
    ("Traffic", "/live", "mediator:read"),
    ("Events", "/events", "mediator:read"),
    ("Environment", "/environment", "mediator:read"),
    ("Audit", "/audit", "mediator:audit"),
    ("Configuration", "/configuration", "mediator:read-configuration"),
    ("Directory", "/directory", ""),
)
TASKS = {
    **evidence_tasks.TASKS,
    **tracking_tasks.TASKS,
    **monitoring_tasks.TASKS,
    configuration_tasks.JOB: Task(
        configuration_tasks.carry_out_change,
        RetryPolicy(attempts_max=configuration_tasks.ATTEMPTS_MAX, first_seconds=2.0),
    ),
}
EVENTS_OUT = {
    "mediator.member.accepted": "A member was accepted or reinstated",
    "mediator.member.suspended": "A member was suspended: nothing of it can be called or may call",
    "mediator.member.removed": "A member left, with its applications, services and rights",
    "mediator.application.accepted": "An application was connected or reinstated",
    "mediator.application.suspended": "An application was suspended",
    "mediator.application.removed": "An application left, with its services and rights",
    "mediator.service.registered": "A service was registered",
    "mediator.service.changed": "A service, its document or one of its endpoints has changed",
    "mediator.service.removed": "A service was taken out",
    "mediator.rights.changed": "What an application may use of a service has changed",
    "mediator.access.requested": "An application asks for access to a service",
    "mediator.access.decided": "A request for access was approved, rejected or withdrawn",
    "mediator.configuration.changed": "A change of the configuration is complete",
}
SCOPES = {
    "mediator:administer": "Everything about members, applications, services and rights of the whole instance",
    "mediator:register": "Accept, reject, suspend and remove members and applications",
    "mediator:services": "Register and change the services of any application",
    "mediator:rights": "Allow and deny access to any service (published as write:rights)",
    "mediator:read": "Read what is not public about any member, application or service",
    "mediator:read-rights": "Read who may use which service (published as read:rights)",
    "mediator:read-configuration": "Read the configuration and its changes (published as read:conf)",
    "mediator:write-configuration": "Create and change the configuration (published as write:conf)",
    "mediator:create-configuration": "Replace the configuration (published as create:conf)",
    "mediator:audit": "Read the audit trail of all administrators, and check it",
}
SETTINGS = (
    Setting(
        "MEDIATOR_ALLOWED_HOSTS",
        "",
        "Hosts of services, such as 10.0.0.0/8 or *.gov.example; empty means this machine, and in production none",
        ALLOWED_HOSTS,
    ),
    Setting(
        "MEDIATOR_SPEC_HOSTS",
        "",
        "Hosts that OpenAPI documents may be fetched from, written like MEDIATOR_ALLOWED_HOSTS",
        ALLOWED_HOSTS,
    ),
    *exchange_service.SETTINGS,
    *evidence_service.SETTINGS,
    *monitoring_service.SETTINGS,
    *publishing_service.SETTINGS,
    *delivery_service.SETTINGS,
    *tracking_service.SETTINGS,
)


def joined(*parts: Routes) -> Routes:
    """Return the routes of all rooms as one."""
    routes = Routes()
    routes.operations = [operation for part in parts for operation in part.operations]
    return routes


async def start(context: Context) -> None:
    """Begin what runs beside the requests."""
    await evidence_service.start(context)
    await delivery_tasks.start(context)


async def stop(context: Context) -> None:
    """Let what is under way finish: exchanges first, since they write evidence."""
    await delivery_tasks.stop(context)
    await exchange_service.stop(context)
    await evidence_service.stop(context)


def commands() -> typer.Typer:
    """Return the commands of the mediator: to verify an exported log on a machine that has nothing else."""
    app = typer.Typer(help="The information mediator's message log.", no_args_is_help=True)

    @app.callback()
    def mediator() -> None:
        """The information mediator's message log."""

    @app.command()
    def verify(
        file: Annotated[Path, typer.Argument(help="Log that /api/v1/messages/export wrote.")],
        authority: Annotated[
            list[str] | None, typer.Option(help="Fingerprint of an authority you trust, from a source of your own.")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print one JSON value for scripts.")] = False,
    ) -> None:
        """Prove an exported log offline; names the first entry that was changed, removed, added or moved."""
        try:
            result = evidence_service.verify_file(file, authorities=authority or ())
        except OSError as error:
            raise LookupError(f"{file} cannot be read as an exported log ({error.strerror}).") from error
        counted = "1 entry" if result.entries == 1 else f"{result.entries} entries"
        plain = f"Sound: {counted}." if result.ok else f"Not sound at {result.first_bad}: {result.reason}"
        facts = {
            "sound": result.ok,
            "entries": result.entries,
            "first_bad": result.first_bad,
            "reason": result.reason,
        }
        typer.echo(json.dumps(facts, ensure_ascii=False) if as_json else plain)
        raise typer.Exit(0 if result.ok else 1)

    return app


MANIFEST = Manifest(
    name="mediator",
    kind="block",
    title="Information Mediator",
    spec_version="1.1.1",
    root=Path(__file__).parent,
    api=joined(*(room.routes for room in ROOMS)),
    api_prefix="",
    dialect=joined(dialect.routes),
    pages=joined(*(room.routes for room in PAGES)),
    navigation=NAVIGATION,
    tasks=TASKS,
    subscriptions=rooms_tasks.SUBSCRIPTIONS,
    events_out=EVENTS_OUT,
    scopes=SCOPES,
    settings=SETTINGS,
    start=start,
    stop=stop,
    conformance_seed=configuration_tasks.seed_published_records,
    cli=commands,
)

"""The card of Digital Registries to the host: the rooms' routes, tasks and seeds joined under one name."""

from __future__ import annotations

from pathlib import Path

from govstack.blocks.registries.access import api as access
from govstack.blocks.registries.access import pages as access_pages
from govstack.blocks.registries.automations import api as automations
from govstack.blocks.registries.automations.model import RUN as AUTOMATION_RUN
from govstack.blocks.registries.automations.service import APPLICATIONS, HOSTS, PRIVATE
from govstack.blocks.registries.blueprints import api as blueprints
from govstack.blocks.registries.blueprints import pages as blueprints_pages
from govstack.blocks.registries.browsing import pages as browsing_pages
from govstack.blocks.registries.consents import service as consents_service
from govstack.blocks.registries.databases import api as databases
from govstack.blocks.registries.databases import dialect as databases_dialect
from govstack.blocks.registries.design import api as design
from govstack.blocks.registries.design.schemas import error_body
from govstack.blocks.registries.discovery import api as discovery
from govstack.blocks.registries.drafting import pages as drafting_pages
from govstack.blocks.registries.editing import pages as editing_pages
from govstack.blocks.registries.exporting import api as exporting
from govstack.blocks.registries.exporting import pages as exporting_pages
from govstack.blocks.registries.giving import pages as giving_pages
from govstack.blocks.registries.handbook import pages as handbook_pages
from govstack.blocks.registries.importing import api as importing
from govstack.blocks.registries.importing import pages as importing_pages
from govstack.blocks.registries.indexing import tasks as indexing_tasks
from govstack.blocks.registries.intake import tasks as intake_tasks
from govstack.blocks.registries.lifecycle import api as lifecycle
from govstack.blocks.registries.lifecycle import pages as lifecycle_pages
from govstack.blocks.registries.narrowing.model import INDEX as TEXT_INDEX
from govstack.blocks.registries.offering import api as offering
from govstack.blocks.registries.offering import pages as offering_pages
from govstack.blocks.registries.offering import tasks as offering_tasks
from govstack.blocks.registries.overview import pages as overview_pages
from govstack.blocks.registries.performing import api as performing
from govstack.blocks.registries.performing import tasks as performing_tasks
from govstack.blocks.registries.policies import pages as policies_pages
from govstack.blocks.registries.records import api as records
from govstack.blocks.registries.records import dialect as records_dialect
from govstack.blocks.registries.records import service as records_service
from govstack.blocks.registries.seeding import service as seeding
from govstack.blocks.registries.sharing import api as sharing
from govstack.blocks.registries.sharing import pages as sharing_pages
from govstack.blocks.registries.sharing import service as sharing_service
from govstack.blocks.registries.statistics import api as statistics
from govstack.blocks.registries.statistics import pages as statistics_pages
from govstack.blocks.registries.statistics import service as statistics_service
from govstack.blocks.registries.steering import pages as steering_pages
from govstack.blocks.registries.usage import api as usage
from govstack.blocks.registries.usage import dialect as usage_dialect
from govstack.blocks.registries.usage import pages as usage_pages
from govstack.blocks.registries.wiring import pages as wiring_pages
from govstack.kernel.context import Context
from govstack.kernel.i18n import _
from govstack.kernel.manifest import Manifest, Task
from govstack.kernel.routing import Routes
from govstack.kernel.rules import SWITCH, listed, matching
from govstack.kernel.settings import Setting

# A room joins by a line in these lists. Among addresses of the same shape the first declared is tried first.
API = (
    usage.routes,
    records.routes,
    databases.routes,
    discovery.routes,
    design.routes,
    lifecycle.routes,
    offering.routes,
    importing.routes,
    exporting.routes,
    blueprints.routes,
    access.routes,
    automations.routes,
    performing.routes,
    statistics.routes,
    sharing.routes,
)
DIALECT = (usage_dialect.routes, records_dialect.routes, databases_dialect.routes)
PAGES = (
    overview_pages.routes,
    blueprints_pages.routes,
    drafting_pages.routes,
    wiring_pages.routes,
    lifecycle_pages.routes,
    offering_pages.routes,
    access_pages.routes,
    giving_pages.routes,
    policies_pages.routes,
    steering_pages.routes,
    handbook_pages.routes,
    browsing_pages.routes,
    importing_pages.routes,
    exporting_pages.routes,
    editing_pages.routes,
    usage_pages.routes,
    statistics_pages.routes,
    sharing_pages.routes,
)
NAVIGATION = (
    ("Registries", "/", ""),
    ("APIs", "/apis", ""),
    ("Who read whose data", "/usage", "registries:audit"),
    ("Who read my data", "/my-data", ""),
)
CONFORMANCE_SEEDS = (seeding.reset_databases, records_service.conformance_rows)
EVENTS = {
    "registries.registry.created": "A registry was created; code and databaseId",
    "registries.registry.published": "A version was published; code, databaseId and version",
    "registries.registry.archived": "A registry or a version was archived; code, databaseId and version",
    "registries.registry.restored": "A registry or a version came back from the archive; code, databaseId and version",
    "registries.registry.version-deleted": "A version and its services were deleted; code, databaseId and version",
    "registries.registry.deleted": "A registry was deleted; code and databaseId",
}
SETTINGS = (
    Setting(
        HOSTS,
        "",
        "Hosts that automations may send messages to; *.example.org means all below it",
        listed(matching(r"(\*\.)?[A-Za-z0-9][A-Za-z0-9.:-]*", ""), "be hosts with commas between: name or *.suffix"),
    ),
    Setting(
        APPLICATIONS,
        "",
        "Applications that automations may call as",
        listed(matching(r"[^/\s]+/[^/\s]+/[^/\s]+", ""), "be CLASS/MEMBER/APPLICATION with commas between"),
    ),
    Setting(PRIVATE, "no", "Whether automations may send to private addresses and over plain HTTP", SWITCH),
    *consents_service.SETTINGS,
    *statistics_service.SETTINGS,
    *sharing_service.SETTINGS,
)
TASKS = {
    offering_tasks.WRITE_USES: Task(offering_tasks.write_uses, every_seconds=offering_tasks.WRITE_USES_SECONDS),
    performing_tasks.LOOK: Task(performing_tasks.look, every_seconds=performing_tasks.LOOK_SECONDS),
    AUTOMATION_RUN: Task(performing_tasks.run),
    intake_tasks.READ: Task(intake_tasks.read, intake_tasks.POLICY),
    intake_tasks.LOAD: Task(intake_tasks.load, intake_tasks.POLICY),
    TEXT_INDEX: Task(indexing_tasks.index, every_seconds=indexing_tasks.INDEX_SECONDS),
    intake_tasks.SWEEP: Task(intake_tasks.sweep, every_seconds=intake_tasks.SWEEP_SECONDS),
}
SCOPES = {
    "registries:administer": "Define and publish registries, manage services and rights",
    "registries:analyse": "See and work with the records of all registries, their history and statistics",
    "registries:audit": "Read definitions, the audit trail and the log of who read personal data",
}


def _joined(rooms: tuple[Routes, ...], face: Routes) -> Routes:
    for room in rooms:
        face.operations.extend(room.operations)
    return face


async def _seed_conformance(context: Context) -> None:
    for seed in CONFORMANCE_SEEDS:
        await seed(context)


MANIFEST = Manifest(
    name="registries",
    kind="block",
    title=_("Digital Registries"),
    spec_version="3.0.0-alpha",
    root=Path(__file__).parent,
    api=_joined(API, Routes()),
    dialect=_joined(DIALECT, Routes(face="dialect")),
    pages=_joined(PAGES, Routes()),
    navigation=NAVIGATION,
    tasks=TASKS,
    settings=SETTINGS,
    events_out=EVENTS,
    scopes=SCOPES,
    error_body=error_body,
    conformance_seed=_seed_conformance,
)

"""The card of messaging to the host; each room adds its own routes, tasks and settings here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from govstack.blocks.messaging.archives import pages as archives_pages
from govstack.blocks.messaging.archives import service as archives_service
from govstack.blocks.messaging.archives import tasks as archives_tasks
from govstack.blocks.messaging.delivery import service as delivery
from govstack.blocks.messaging.delivery import tasks as delivery_tasks
from govstack.blocks.messaging.inbox import pages as inbox_pages
from govstack.blocks.messaging.inbox import tasks as inbox_tasks
from govstack.blocks.messaging.incoming import tasks as incoming_tasks
from govstack.blocks.messaging.intake import api as intake
from govstack.blocks.messaging.intake import dialect
from govstack.blocks.messaging.intake import service as intake_service
from govstack.blocks.messaging.intake import tasks as intake_tasks
from govstack.blocks.messaging.intake.schemas import key_of
from govstack.blocks.messaging.notices import api as notices
from govstack.blocks.messaging.notices import pages as notices_pages
from govstack.blocks.messaging.notices import service as notices_service
from govstack.blocks.messaging.notices import tasks as notices_tasks
from govstack.blocks.messaging.oversight import pages as oversight_pages
from govstack.blocks.messaging.providers import service as providers_service
from govstack.blocks.messaging.recovery import api as recovery_api
from govstack.blocks.messaging.recovery import pages as recovery_pages
from govstack.blocks.messaging.replies import api as replies
from govstack.blocks.messaging.replies import dialect as replies_dialect
from govstack.blocks.messaging.replies import service as replies_service
from govstack.blocks.messaging.replies import tasks as replies_tasks
from govstack.blocks.messaging.reports import api as reports_api
from govstack.blocks.messaging.schedules import api as schedules_api
from govstack.blocks.messaging.schedules import pages as schedules_pages
from govstack.blocks.messaging.schedules import tasks as schedules_tasks
from govstack.blocks.messaging.senders import api as senders_api
from govstack.blocks.messaging.senders import pages as senders_pages
from govstack.blocks.messaging.senders import service as senders
from govstack.blocks.messaging.wording import api as wording_api
from govstack.blocks.messaging.wording import pages as wording_pages
from govstack.kernel.context import Context
from govstack.kernel.i18n import _
from govstack.kernel.manifest import Manifest
from govstack.kernel.routing import Routes

TASKS = {
    **intake_tasks.TASKS,
    **delivery_tasks.TASKS,
    **inbox_tasks.TASKS,
    **replies_tasks.TASKS,
    **schedules_tasks.TASKS,
    **archives_tasks.TASKS,
    **incoming_tasks.TASKS,
    **notices_tasks.TASKS,
}
SETTINGS = (
    *intake_service.SETTINGS,
    *delivery.SETTINGS,
    *providers_service.SETTINGS,
    *notices_service.SETTINGS,
    *replies_service.SETTINGS,
    *archives_service.SETTINGS,
)
# What refusals show; pages show what fits the person and the profile (senders.presenters.navigation).
NAVIGATION = (
    (_("Overview"), "/", ""),
    (_("Senders"), "/senders", "messaging:read"),
    (_("Requests"), "/requests", "messaging:read"),
    (_("Schedules"), "/schedules", "messaging:read"),
    (_("Wordings"), "/wordings", "messaging:read"),
    (_("Archives"), "/archives", "messaging:read"),
)
EVENTS_OUT = {
    "messaging.request.accepted": "A request to send messages was taken in",
    "messaging.request.resent": "Messages of a request that had failed for good are sent again",
    "messaging.message.finished": "A message was delivered, or will not be",
    "messaging.schedule.changed": "A request was scheduled, was cancelled, or was sent for the last time",
    "messaging.archive.made": "Requests that had come to their end were moved into an archive file",
    "messaging.reply.finished": "An answer was passed on to the sender, or dropped",
}
SCOPES = {
    "messaging:administer": "Register senders, give and revoke their keys, and look at requests",
    "messaging:write": "Write the wordings of the sender of one's own office and application",
    "messaging:read": "Look at senders and requests, without keys and contents",
}


def joined(*parts: Routes) -> Routes:
    """Return the routes of all rooms as one."""
    routes = Routes()
    routes.operations = [operation for part in parts for operation in part.operations]
    return routes


def caller(context: Context, headers: Mapping[str, str]) -> str:
    """Return whose share of calls the key of a call uses."""
    return senders.caller(context, key_of(headers))


async def start(context: Context) -> None:
    """Look at the addresses of providers before anything is sent to them, and bind to centres of short messages."""
    await delivery.start(context)


async def stop(context: Context) -> None:
    """Let go of all providers."""
    await delivery.close(context)


MANIFEST = Manifest(
    name="messaging",
    kind="block",
    title=_("Messaging"),
    spec_version="1.0",
    root=Path(__file__).parent,
    api=joined(
        intake.routes,
        replies.routes,
        recovery_api.routes,
        reports_api.routes,
        senders_api.routes,
        schedules_api.routes,
        wording_api.routes,
        notices.routes,
    ),
    api_prefix="/v1",
    dialect=joined(dialect.routes, replies_dialect.routes),
    pages=joined(
        oversight_pages.routes,
        recovery_pages.routes,
        senders_pages.routes,
        schedules_pages.routes,
        wording_pages.routes,
        archives_pages.routes,
        inbox_pages.routes,
        notices_pages.routes,
    ),
    navigation=NAVIGATION,
    tasks=TASKS,
    events_out=EVENTS_OUT,
    scopes=SCOPES,
    settings=SETTINGS,
    start=start,
    stop=stop,
    conformance_seed=intake_tasks.seed_published_records,
    check=delivery.check,
    caller=caller,
)

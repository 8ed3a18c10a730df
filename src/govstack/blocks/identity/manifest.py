"""The card of the identity block to the host: the rooms' routes, settings and tasks joined under one name."""

from __future__ import annotations

from pathlib import Path

from govstack.blocks.identity import api, pages, service
from govstack.blocks.identity.clients import api as clients
from govstack.blocks.identity.keys import service as keys
from govstack.blocks.identity.keys.tasks import TASKS as KEY_TASKS
from govstack.kernel.i18n import _
from govstack.kernel.manifest import Manifest, Task, TaskHandler
from govstack.kernel.routing import Routes
from govstack.kernel.rules import json_of
from govstack.kernel.settings import Setting

# A room joins by a line in these lists.
API = (api.routes, clients.routes)
DIALECT: tuple[Routes, ...] = ()
PAGES = (pages.routes,)
NAVIGATION: tuple[tuple[str, str, str], ...] = ()
TASKS: dict[str, Task] = {**KEY_TASKS}
SUBSCRIPTIONS: dict[str, TaskHandler] = {}
EVENTS: dict[str, str] = {}
SCOPES = {
    "identity:administer": "Register clients and people",
    "add_oidc_client": "Register relying parties",
    "update_oidc_client": "Change relying parties",
}
SETTINGS = (
    Setting(
        service.BOOTSTRAP_SETTING,
        "",
        "Clients to enter at start: JSON of client id to secret, application, scopes and redirect_uris",
        json_of(
            dict[str, service.BootstrapClient],
            "be JSON: an object of client ids, each with an object that has a secret",
        ),
        secret=True,
    ),
    *keys.SETTINGS,
)


def _joined(rooms: tuple[Routes, ...], face: Routes) -> Routes:
    for room in rooms:
        face.operations.extend(room.operations)
    return face


MANIFEST = Manifest(
    name="identity",
    kind="block",
    title=_("Identity"),
    spec_version="1.0.2",
    root=Path(__file__).parent,
    api=_joined(API, Routes()),
    api_prefix="",
    dialect=_joined(DIALECT, Routes(face="dialect")),
    pages=_joined(PAGES, Routes()),
    navigation=NAVIGATION,
    tasks=TASKS,
    subscriptions=SUBSCRIPTIONS,
    settings=SETTINGS,
    events_out=EVENTS,
    scopes=SCOPES,
    start=service.start,
)

"""The card of GovLearn to the host; each room adds its own routes, tasks and settings here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from govstack.kernel.i18n import _
from govstack.kernel.manifest import Manifest, Task, TaskHandler
from govstack.kernel.routing import Routes
from govstack.kernel.settings import Setting
from govstack.pillars.learn.frame.model import SCOPES
from govstack.pillars.learn.frame.presenters import SECTIONS
from govstack.pillars.learn.front import pages as front_pages
from govstack.pillars.learn.people import api as people
from govstack.pillars.learn.people import pages as people_pages
from govstack.pillars.learn.people.service import ERASED

# A room joins by a line in these lists.
API = (people.routes,)
PAGES = (
    front_pages.routes,
    people_pages.routes,
)
TASKS: Mapping[str, Task] = {}
SUBSCRIPTIONS: Mapping[str, TaskHandler] = {}
SETTINGS: tuple[Setting, ...] = ()
EVENTS = {
    ERASED: "A person was erased; the id only",
}


def _joined(rooms: tuple[Routes, ...], face: Routes) -> Routes:
    for room in rooms:
        face.operations.extend(room.operations)
    return face


MANIFEST = Manifest(
    name="learn",
    kind="pillar",
    title=_("Learning"),
    spec_version="0.9.0",
    root=Path(__file__).parent,
    api=_joined(API, Routes()),
    pages=_joined(PAGES, Routes()),
    navigation=tuple((label, path, scope) for _name, label, path, scope in SECTIONS),
    tasks=TASKS,
    subscriptions=SUBSCRIPTIONS,
    settings=SETTINGS,
    events_out=EVENTS,
    scopes=SCOPES,
)

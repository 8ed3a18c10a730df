"""The card of the sandbox to the host."""

from __future__ import annotations

from pathlib import Path

from govstack.kernel.i18n import _
from govstack.kernel.manifest import Manifest
from govstack.kernel.routing import Routes
from govstack.kernel.rules import WEB, whole
from govstack.kernel.settings import Setting
from govstack.pillars.sandbox.citizens import pages as citizens
from govstack.pillars.sandbox.desk import pages as desk
from govstack.pillars.sandbox.front import pages as front
from govstack.pillars.sandbox.people.model import PEOPLE_MAX, PEOPLE_MIN
from govstack.pillars.sandbox.seeding import service as seeding

PAGES = Routes()
PAGES.operations = [*front.routes.operations, *desk.routes.operations, *citizens.routes.operations]

MANIFEST = Manifest(
    name="sandbox",
    kind="pillar",
    title=_("Sandbox"),
    spec_version="0.1.0",
    root=Path(__file__).parent,
    api=Routes(),
    pages=PAGES,
    navigation=(
        (_("Start"), "/", ""),
        (_("Cash support"), "/services/usct", "sandbox:enrol"),
        (_("Who read my data"), "/me", "sandbox:citizen"),
        (_("Live view"), "/live", ""),
    ),
    scopes={
        "sandbox:enrol": "Work at the enrolment officers' desk",
        "sandbox:pay": "Work at the payment officers' desk",
        "sandbox:registry": "Work at the registry officers' desk",
        "sandbox:audit": "See what happened at every desk",
        "sandbox:citizen": "See one's own data",
        "sandbox:begin-again": "Bring the sandbox back to its first state",
    },
    settings=(
        Setting("PEOPLE", "10000", "How many invented people a new sandbox gets", whole(PEOPLE_MIN, PEOPLE_MAX)),
        Setting("REGISTRIES_URL", "", "Where the sandbox finds the registries block; empty means this process", WEB),
        Setting("MESSAGING_URL", "", "Where the sandbox finds the messaging block; empty means this process", WEB),
        Setting("CONSENT_URL", "", "Where the sandbox finds the consent block; empty means this process", WEB),
    ),
    seed=seeding.seed,
    sandbox_settings=front.settings_of_the_country,
)

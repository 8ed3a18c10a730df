"""The card of Consent to the host: the rooms' routes, settings and seeds joined under one name."""

from __future__ import annotations

from pathlib import Path

from govstack.blocks.consent.asking import api as asking
from govstack.blocks.consent.asking import pages as asking_pages
from govstack.blocks.consent.asking.service import APPLICATION, SERVICE
from govstack.blocks.consent.asking.tasks import TASKS as ASKING_TASKS
from govstack.blocks.consent.attesting import pages as attesting_pages
from govstack.blocks.consent.auditing import api as auditing
from govstack.blocks.consent.auditing import pages as auditing_pages
from govstack.blocks.consent.configuration import api as configuration
from govstack.blocks.consent.configuration import pages as configuration_pages
from govstack.blocks.consent.drafting import pages as drafting_pages
from govstack.blocks.consent.giving import api as giving
from govstack.blocks.consent.giving import pages as giving_pages
from govstack.blocks.consent.giving.service import ENFORCED
from govstack.blocks.consent.individuals import api as individuals
from govstack.blocks.consent.individuals.service import APPLICATIONS, PERSON_TYPE
from govstack.blocks.consent.notices import api as notices
from govstack.blocks.consent.notices.service import HOSTS, PRIVATE
from govstack.blocks.consent.notices.tasks import SUBSCRIPTIONS, TASKS
from govstack.blocks.consent.seeding import service as seeding
from govstack.blocks.consent.verification import api as verification
from govstack.kernel.i18n import _
from govstack.kernel.manifest import Manifest
from govstack.kernel.routing import Routes
from govstack.kernel.rules import SWITCH, json_of, listed, matching
from govstack.kernel.settings import Setting

# A room joins by a line in these lists.
API = (
    configuration.routes,
    individuals.routes,
    giving.routes,
    asking.routes,
    verification.routes,
    auditing.routes,
    notices.routes,
)
PAGES = (
    giving_pages.routes,
    attesting_pages.routes,
    asking_pages.routes,
    configuration_pages.routes,
    drafting_pages.routes,
    auditing_pages.routes,
)
NAVIGATION = (
    ("My consent", "/", ""),
    ("Who saw my consent", "/readers", ""),
    ("Requests for consent", "/requests", "consent:ask"),
    ("Agreements", "/agreements", "consent:configure"),
    ("Data policies", "/policies", "consent:configure"),
    ("History and proof", "/history", "consent:audit"),
)
SETTINGS = (
    Setting(
        APPLICATIONS,
        "",
        "Applications that call through the mediator, and the scopes each has here: JSON of address to scopes",
        json_of(
            dict[str, str], "be JSON: an object of INSTANCE/CLASS/MEMBER/APPLICATION to scopes with spaces between"
        ),
    ),
    Setting(
        HOSTS,
        "",
        "Hosts that notices may be sent to; *.example.org means all below it",
        listed(matching(r"(\*\.)?[A-Za-z0-9][A-Za-z0-9.:-]*", ""), "be hosts with commas between: name or *.suffix"),
    ),
    Setting(PRIVATE, "no", "Whether notices may be sent to private addresses and over plain HTTP", SWITCH),
    Setting(
        SERVICE,
        "",
        "The messaging service that tells people of requests, as CLASS/MEMBER/APPLICATION/SERVICE; empty tells nobody",
        matching(r"([^/\s,]+(/[^/\s,]+){3})?", "be CLASS/MEMBER/APPLICATION/SERVICE, or empty"),
    ),
    Setting(
        APPLICATION,
        "",
        "The application as which this block calls that service, as CLASS/MEMBER/APPLICATION",
        matching(r"([^/\s,]+(/[^/\s,]+){2})?", "be CLASS/MEMBER/APPLICATION, or empty"),
    ),
    Setting(
        ENFORCED,
        "",
        "Data agreements that registers ask about at each reading; people are told so where they withdraw",
        matching(r"([A-Za-z0-9._-]+( +[A-Za-z0-9._-]+)*)?", "be ids of data agreements with spaces between"),
    ),
    Setting(
        PERSON_TYPE,
        "foundational id",
        "The externalIdType of the identifiers that people sign in with",
        matching(r"\S.{0,299}", "be the name of a kind of identifier"),
    ),
)
EVENTS = {
    "consent.record.changed": "Somebody agreed, signed, withdrew or was forgotten; ids only",
    "consent.agreement.changed": "An agreement was written, changed or terminated; ids only",
    "consent.request.changed": "Somebody was asked for consent or a signature, answered, or did not in time; ids only",
    "consent.policy.changed": "A policy was written, changed or deleted; ids only",
}
SCOPES = {
    "consent:configure": "Define policies, agreements and individuals for an organisation",
    "consent:administer": "List policies and manage webhooks and notices",
    "consent:record": "Act for people who cannot do so themselves: read, give and withdraw their consent",
    "consent:ask": "Ask people for their consent, and see where each request stands",
    "consent:verify": "Ask whether there is consent, as a data user",
    "consent:audit": "See every record with its history, and check that nothing was altered",
}


def _joined(rooms: tuple[Routes, ...], face: Routes) -> Routes:
    for room in rooms:
        face.operations.extend(room.operations)
    return face


MANIFEST = Manifest(
    name="consent",
    kind="block",
    title=_("Consent"),
    spec_version="1.1.0",
    root=Path(__file__).parent,
    api=_joined(API, Routes()),
    # Published clients ask under no prefix or under this one.
    api_prefix="/api",
    pages=_joined(PAGES, Routes()),
    navigation=NAVIGATION,
    tasks={**TASKS, **ASKING_TASKS},
    subscriptions=SUBSCRIPTIONS,
    settings=SETTINGS,
    events_out=EVENTS,
    scopes=SCOPES,
    seed=seeding.fill_sandbox,
    conformance_seed=seeding.reset,
)

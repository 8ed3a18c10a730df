"""The card of the identity block to the host: the rooms' routes, settings and tasks joined under one name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from govstack.blocks.identity.announcing import api as announcing
from govstack.blocks.identity.announcing import tasks as announcing_tasks
from govstack.blocks.identity.authorising import api as authorising
from govstack.blocks.identity.authorising import pages as authorising_pages
from govstack.blocks.identity.authorising import service as authorising_service
from govstack.blocks.identity.authorising import tasks as authorising_tasks
from govstack.blocks.identity.binding import api as binding
from govstack.blocks.identity.binding import dialect as binding_dialect
from govstack.blocks.identity.binding import pages as binding_pages
from govstack.blocks.identity.binding import service as binding_service
from govstack.blocks.identity.binding import tasks as binding_tasks
from govstack.blocks.identity.blocking import api as blocking
from govstack.blocks.identity.capturing import pages as capturing_pages
from govstack.blocks.identity.capturing import service as capturing_service
from govstack.blocks.identity.cards import api as cards
from govstack.blocks.identity.cards import pages as cards_pages
from govstack.blocks.identity.certificates import api as certificates
from govstack.blocks.identity.certificates import service as certificates_service
from govstack.blocks.identity.changes import api as changes
from govstack.blocks.identity.changes import pages as changes_pages
from govstack.blocks.identity.changes import tasks as changes_tasks
from govstack.blocks.identity.clients import api as clients
from govstack.blocks.identity.clients import pages as clients_pages
from govstack.blocks.identity.clients import service as clients_service
from govstack.blocks.identity.codes import service as codes_service
from govstack.blocks.identity.committing import api as committing
from govstack.blocks.identity.committing import tasks as committing_tasks
from govstack.blocks.identity.credentials import api as credentials
from govstack.blocks.identity.credentials import pages as credentials_pages
from govstack.blocks.identity.credentials import service as credentials_service
from govstack.blocks.identity.credentials import tasks as credentials_tasks
from govstack.blocks.identity.deduplication import service as deduplication_service
from govstack.blocks.identity.enrolment import api as enrolment
from govstack.blocks.identity.enrolment import service as enrolment_service
from govstack.blocks.identity.frame import presenters as frame
from govstack.blocks.identity.history import api as history
from govstack.blocks.identity.history import pages as history_pages
from govstack.blocks.identity.history import service as history_service
from govstack.blocks.identity.identifiers import service as identifiers_service
from govstack.blocks.identity.importing import api as importing
from govstack.blocks.identity.importing import service as importing_service
from govstack.blocks.identity.issuing import api as issuing
from govstack.blocks.identity.issuing import tasks as issuing_tasks
from govstack.blocks.identity.keys import api as keys
from govstack.blocks.identity.keys import service as keys_service
from govstack.blocks.identity.keys import tasks as keys_tasks
from govstack.blocks.identity.levels import service as levels_service
from govstack.blocks.identity.linking import api as linking
from govstack.blocks.identity.linking import pages as linking_pages
from govstack.blocks.identity.myself import pages as myself_pages
from govstack.blocks.identity.packets import service as packets_service
from govstack.blocks.identity.partners import api as partners
from govstack.blocks.identity.partners import service as partners_service
from govstack.blocks.identity.partners import tasks as partners_tasks
from govstack.blocks.identity.passkeys import service as passkeys_service
from govstack.blocks.identity.people import api as people
from govstack.blocks.identity.people import service as people_service
from govstack.blocks.identity.permissions import pages as permissions_pages
from govstack.blocks.identity.permissions import service as permissions_service
from govstack.blocks.identity.phone import pages as phone_pages
from govstack.blocks.identity.registrar import api as registrar
from govstack.blocks.identity.registrar import pages as registrar_pages
from govstack.blocks.identity.roles import service as roles_service
from govstack.blocks.identity.seeding import service as seeding
from govstack.blocks.identity.sessions import service as sessions_service
from govstack.blocks.identity.sessions import tasks as sessions_tasks
from govstack.blocks.identity.sharing import api as sharing
from govstack.blocks.identity.sharing import pages as sharing_pages
from govstack.blocks.identity.sharing import tasks as sharing_tasks
from govstack.blocks.identity.signing import api as signing
from govstack.blocks.identity.stations import api as stations
from govstack.blocks.identity.stations import pages as stations_pages
from govstack.blocks.identity.stations import service as stations_service
from govstack.blocks.identity.tokens import api as tokens
from govstack.blocks.identity.wallets import api as wallets
from govstack.blocks.identity.wallets import pages as wallets_pages
from govstack.blocks.identity.wallets import service as wallets_service
from govstack.kernel.context import Context
from govstack.kernel.i18n import _
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import Manifest, Task, TaskHandler
from govstack.kernel.routing import Routes
from govstack.kernel.rules import listed, matching, whole
from govstack.kernel.settings import Setting


def _each(*rooms: Mapping[str, TaskHandler]) -> dict[str, TaskHandler]:
    """Return what is done at each event: all that rooms do, in their order; each can be repeated."""

    def all_of(handlers: list[TaskHandler]) -> TaskHandler:
        async def handle(context: Context, job: Job) -> None:
            for handler in handlers:
                await handler(context, job)

        return handle

    types = dict.fromkeys(type_ for room in rooms for type_ in room)
    return {type_: all_of([room[type_] for room in rooms if type_ in room]) for type_ in types}


# A room joins by a line in these lists.
API = (
    tokens.routes,
    announcing.routes,
    authorising.routes,
    clients.routes,
    keys.routes,
    linking.routes,
    binding.routes,
    certificates.routes,
    wallets.routes,
    people.routes,
    registrar.routes,
    stations.routes,
    enrolment.routes,
    committing.routes,
    importing.routes,
    credentials.routes,
    cards.routes,
    signing.routes,
    history.routes,
    partners.routes,
    sharing.routes,
    issuing.routes,
    changes.routes,
    blocking.routes,
)
DIALECT = (binding_dialect.routes,)
PAGES = (
    myself_pages.routes,
    authorising_pages.routes,
    permissions_pages.routes,
    registrar_pages.routes,
    linking_pages.routes,
    phone_pages.routes,
    binding_pages.routes,
    wallets_pages.routes,
    capturing_pages.routes,
    stations_pages.routes,
    cards_pages.routes,
    credentials_pages.routes,
    sharing_pages.routes,
    history_pages.routes,
    changes_pages.routes,
    clients_pages.routes,
)
NAVIGATION = tuple((label, path, scope) for _name, label, path, scope in frame.SECTIONS)
TASKS: dict[str, Task] = {
    **keys_tasks.TASKS,
    **authorising_tasks.TASKS,
    **sessions_tasks.TASKS,
    **committing_tasks.TASKS,
    **credentials_tasks.TASKS,
    **partners_tasks.TASKS,
    **sharing_tasks.TASKS,
    **issuing_tasks.TASKS,
    **changes_tasks.TASKS,
}
SUBSCRIPTIONS = _each(announcing_tasks.SUBSCRIPTIONS, binding_tasks.SUBSCRIPTIONS)
EVENTS = {
    people_service.CREATED: "Somebody was entered; the subject only",
    people_service.CHANGED: "What is known of somebody changed, or they were blocked or unblocked; the subject only",
    people_service.DISABLED: "An identity ended for ever (death, disappearance); the subject only",
    credentials_service.CHANGED: "A credential took a step of its life; its id and state only",
    binding_service.CHANGED: "A key of a wallet was bound or revoked; the id of the binding only",
    stations_service.CHANGED: "A service of enrolment was registered, approved or revoked; ids only",
    enrolment_service.CHANGED: "An enrolment was begun, changed, held, committed, refused or given up; ids only",
}
SCOPES = {
    "add_oidc_client": "Register relying parties",
    "update_oidc_client": "Change relying parties",
    binding_service.SCOPE: "Bind keys of wallets to people, as a partner that runs wallets",
    people_service.ADMINISTER: "Register clients and people",
    people_service.ENROL: "Enter people, change what is known of them, and manage their identifiers",
    enrolment_service.ADJUDICATE: "See every enrolment, and decide whether two people are one",
    credentials_service.PRODUCE: "Produce, deliver and manage credentials",
    credentials_service.FIND: "Find document numbers by attributes of people",
    history_service.AUDIT: "Read the history of somebody's identity for a stated purpose",
}
SETTINGS = (
    *clients_service.SETTINGS,
    *keys_service.SETTINGS,
    *authorising_service.SETTINGS,
    *permissions_service.SETTINGS,
    *levels_service.SETTINGS,
    *wallets_service.SETTINGS,
    *sessions_service.SETTINGS,
    Setting(
        codes_service.MESSAGING,
        "",
        "The service of messaging in the mediator that sends codes and notices, CLASS/MEMBER/APPLICATION/SERVICE",
        matching(r"[^/\s]+(/[^/\s]+){3}", "be CLASS/MEMBER/APPLICATION/SERVICE"),
    ),
    Setting(
        codes_service.APPLICATION,
        "",
        "The application that identity calls as in the mediator, CLASS/MEMBER/APPLICATION",
        matching(r"[^/\s]+(/[^/\s]+){2}", "be CLASS/MEMBER/APPLICATION"),
    ),
    Setting(
        codes_service.CHANNELS,
        "email",
        "How one-time codes are sent, the preferred way first: email, sms, with commas between",
        matching(r"(email|sms)( *, *(email|sms))*", "be email and sms with commas between"),
    ),
    Setting(
        codes_service.SENDINGS,
        "5",
        "How many one-time codes go to one person in a quarter of an hour",
        whole(1, 10_000),
    ),
    Setting(
        passkeys_service.SITE,
        "GovStack",
        "What sign-in is called on devices that keep passkeys and in authenticator apps",
        matching(r"(?! )[^\x00-\x1f\x7f:]{1,60}", "be 1 to 60 characters without a colon"),
    ),
    Setting(identifiers_service.UIN_DIGITS, "10", "How many digits the secret number of a person has", whole(8, 14)),
    Setting(
        people_service.ATTRIBUTES,
        "",
        "Names of attributes that the country keeps of people beside the published claims, with commas between",
        listed(matching(r"[a-z][a-z0-9_]{0,39}", ""), "be names of small letters, digits and _ with commas between"),
    ),
    *packets_service.SETTINGS,
    *enrolment_service.SETTINGS,
    *capturing_service.SETTINGS,
    *roles_service.SETTINGS,
    *deduplication_service.SETTINGS,
    *importing_service.SETTINGS,
    *credentials_service.SETTINGS,
    *partners_service.SETTINGS,
    Setting(
        certificates_service.DAYS,
        "365",
        "Days for which a certificate over a key of a wallet or a service holds",
        whole(1, 3_650),
    ),
)


def _joined(rooms: tuple[Routes, ...], face: Routes) -> Routes:
    for room in rooms:
        face.operations.extend(room.operations)
    return face


def sandbox_settings() -> Mapping[str, str]:
    """Return what the sandbox needs: whoever tries it is now one invented person, now another."""
    return {codes_service.SENDINGS: "1000"}


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
    start=clients_service.start,
    conformance_seed=seeding.reset,
    sandbox_settings=sandbox_settings,
)

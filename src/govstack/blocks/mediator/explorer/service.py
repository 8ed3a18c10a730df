"""Looking through the directory: the public sees what is connected, administrators what is theirs (I12)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from govstack.blocks.mediator.directory import service as directory
from govstack.blocks.mediator.directory.errors import UnknownApplication, UnknownMember, UnknownService
from govstack.blocks.mediator.directory.model import Application, Document, Member, Power, Service, State
from govstack.blocks.mediator.explorer import store
from govstack.blocks.mediator.explorer.model import (
    COLUMNS_MAX,
    EVERYTHING,
    PAGE_ROWS,
    ApplicationRow,
    ClientRow,
    Counts,
    EndpointRow,
    Held,
    Listing,
    Matrix,
    MemberRow,
    Names,
    Reach,
    Search,
    ServiceRow,
    UseRow,
    reach,
)
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import Forbidden, Unauthenticated
from govstack.kernel.i18n import _

READ_RIGHTS = "mediator:read-rights"
CHOICES_MAX = 300
NAMES_MAX = 1_000


async def counts(context: Context, *, by: Actor) -> Counts:
    """Count what is connected, which everybody may know, and what waits for this person's decision."""
    within = reach(by, Power.REGISTER, Power.GRANT)
    async with context.database.reading() as tx:
        return await store.counts(tx, instance=_instance(context), within=within)


async def classes(context: Context) -> list[str]:
    """Return the classes of members."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.classes(tx, instance=_instance(context))


async def members(context: Context, *, by: Actor, search: Search) -> Listing[MemberRow]:
    """Return the members that somebody administers or has applied for, in any state."""
    if not by.signed_in:
        raise Unauthenticated
    return await _members(context, reach(by, Power.READ, Power.REGISTER), search)


async def applications(
    context: Context, *, by: Actor, search: Search, limit: int = PAGE_ROWS
) -> Listing[ApplicationRow]:
    """Return the applications that somebody administers, in any state."""
    return await _applications(context, _within(by, *Power), search, connected=False, limit=limit)


async def own_applications(context: Context, *, by: Actor, power: Power) -> list[ApplicationRow]:
    """Return the connected applications that somebody may act for, as far as a list to choose from holds them."""
    found = await _applications(context, _within(by, power), Search(), connected=True, limit=CHOICES_MAX)
    return found.rows


async def services(context: Context, *, by: Actor, search: Search) -> Listing[ServiceRow]:
    """Return the services that somebody administers, switched on or off."""
    within = _within(by, Power.READ, Power.OFFER, Power.GRANT)
    return await _services(context, within, search, connected=False)


async def connected_members(context: Context, *, search: Search) -> Listing[MemberRow]:
    """Return the connected members, for everybody."""
    narrowed = Search(search.words, search.member_class, state="accepted", page=search.page)
    return await _members(context, EVERYTHING, narrowed)


async def connected_applications(
    context: Context, *, search: Search, limit: int = PAGE_ROWS
) -> Listing[ApplicationRow]:
    """Return the connected applications, for everybody."""
    return await _applications(context, EVERYTHING, search, connected=True, limit=limit)


async def offered_services(context: Context, *, search: Search, limit: int = PAGE_ROWS) -> Listing[ServiceRow]:
    """Return the services that can be called, for everybody."""
    return await _services(context, EVERYTHING, search, connected=True, limit=limit)


async def connected_member(context: Context, *, member_class: str, code: str) -> Member:
    """Return a connected member, for everybody; raises UnknownMember."""
    async with context.database.reading(one_statement=True) as tx:
        found = await directory.member(context, tx, member_class=member_class, code=code)
    if found.state is not State.ACCEPTED:
        raise UnknownMember
    return found


async def connected_application(context: Context, *, member_class: str, member_code: str, code: str) -> Application:
    """Return a connected application, for everybody; raises UnknownMember or UnknownApplication."""
    async with context.database.reading() as tx:
        found = await directory.application(context, tx, member_class=member_class, member_code=member_code, code=code)
    if not found.connected:
        raise UnknownApplication
    return found


async def application(context: Context, *, member_class: str, member_code: str, code: str) -> Application:
    """Return an application in any state, for pages that have asked who may see it."""
    async with context.database.reading() as tx:
        return await directory.application(context, tx, member_class=member_class, member_code=member_code, code=code)


async def offered_service(
    context: Context, *, member_class: str, member_code: str, application_code: str, code: str
) -> Service:
    """Return a service that can be called, with the endpoints that answer; raises UnknownService."""
    found = await directory.offered(
        context,
        instance=_instance(context),
        member_class=member_class,
        member_code=member_code,
        application_code=application_code,
        service_code=code,
    )
    if not found or not code:
        raise UnknownService
    return found[0]


async def document(
    context: Context, *, member_class: str, member_code: str, application_code: str, code: str
) -> Document:
    """Return the OpenAPI document of a service that is offered now; raises UnknownService."""
    found = await directory.document(
        context,
        instance=_instance(context),
        member_class=member_class,
        member_code=member_code,
        application_code=application_code,
        service_code=code,
    )
    if found is None:
        raise UnknownService
    return found


async def clients(context: Context, *, by: Actor, service: Service, page: int = 1) -> Listing[ClientRow]:
    """Return a page of the applications that may use a service."""
    require_rights(by, service.application)
    async with context.database.reading(one_statement=True) as tx:
        return await store.clients(tx, service.id, page=page, limit=PAGE_ROWS)


async def uses(context: Context, *, by: Actor, application: Application, page: int = 1) -> Listing[UseRow]:
    """Return a page of the services that an application may use."""
    require_rights(by, application.subject)
    async with context.database.reading(one_statement=True) as tx:
        return await store.uses(tx, application.id, page=page, limit=PAGE_ROWS)


async def held(context: Context, *, by: Actor, service: Service, application: Application) -> Held:
    """Return what an application may use of a service, for either side of it."""
    if not _sees_rights(by, application.subject):
        require_rights(by, service.application)
    async with context.database.reading(one_statement=True) as tx:
        return await store.held(tx, service_id=service.id, application_id=application.id)


async def pair(
    context: Context, *, by: Actor, service: tuple[str, ...], application: tuple[str, ...]
) -> tuple[Service, Application]:
    """Return a service and an application by the parts of their names, for either side of the right between them."""
    if not (_sees_rights(by, "/".join(application)) or _sees_rights(by, "/".join(service[:3]))):
        raise Forbidden if by.signed_in else Unauthenticated
    async with context.database.reading() as tx:
        found = await directory.service(
            context, tx, member_class=service[0], member_code=service[1], application_code=service[2], code=service[3]
        )
        client = await directory.application(
            context, tx, member_class=application[0], member_code=application[1], code=application[2]
        )
    return found, client


async def matrix(
    context: Context, *, by: Actor, search: Search, consumer: str = "", column: int = 1, opened: Collection[str] = ()
) -> Matrix:
    """Return who may use which of the services somebody administers; `opened` are services to show by endpoint."""
    within = _within(by, Power.READ, Power.GRANT, scope=READ_RIGHTS)
    async with context.database.reading() as tx:
        rows = await store.services(
            tx, search, instance=_instance(context), within=within, connected=False, limit=PAGE_ROWS
        )
        columns = await store.consumers(
            tx, instance=_instance(context), member=consumer, page=column, limit=COLUMNS_MAX
        )
        held_rights = await store.rights_between(
            tx, [row.id for row in rows.rows], [found.id for found in columns.rows]
        )
        shown: dict[str, list[EndpointRow]] = {}
        for row in rows.rows:
            if row.subject in opened:
                shown[row.id] = await store.endpoints(tx, row.id)
    return Matrix(rows, columns, held_rights, shown)


async def names(context: Context, identifiers: Iterable[str]) -> dict[str, Names]:
    """Return what applications are called, by INSTANCE/CLASS/MEMBER/APPLICATION; what has left is not among them."""
    wanted = sorted(set(identifiers))[:NAMES_MAX]
    async with context.database.reading(one_statement=True) as tx:
        return await store.names(tx, wanted)


def administers_nothing(by: Actor, *powers: Power) -> bool:
    """Tell whether somebody has none of these powers anywhere."""
    return reach(by, *powers).nothing


def require_rights(by: Actor, application: str) -> None:
    """Refuse whoever may not see the rights of an application (CLASS/MEMBER/APPLICATION)."""
    if not _sees_rights(by, application):
        directory.require(by, Power.READ, application=application)


def _sees_rights(by: Actor, application: str) -> bool:
    within = reach(by, Power.READ, Power.GRANT, scope=READ_RIGHTS)
    member = application.rpartition("/")[0]
    return within.everything or member in within.members or application in within.applications


def _within(by: Actor, *powers: Power, scope: str = "") -> Reach:
    if not by.signed_in:
        raise Unauthenticated
    found = reach(by, *powers, scope=scope)
    if found.nothing:
        raise Forbidden(_("You administer nothing here. Ask the administrator of this instance for a role."))
    return found


async def _members(context: Context, within: Reach, search: Search) -> Listing[MemberRow]:
    async with context.database.reading(one_statement=True) as tx:
        return await store.members(tx, search, instance=_instance(context), within=within, limit=PAGE_ROWS)


async def _applications(
    context: Context, within: Reach, search: Search, *, connected: bool, limit: int
) -> Listing[ApplicationRow]:
    async with context.database.reading(one_statement=True) as tx:
        return await store.applications(
            tx, search, instance=_instance(context), within=within, connected=connected, limit=limit
        )


async def _services(
    context: Context, within: Reach, search: Search, *, connected: bool, limit: int = PAGE_ROWS
) -> Listing[ServiceRow]:
    async with context.database.reading(one_statement=True) as tx:
        return await store.services(
            tx, search, instance=_instance(context), within=within, connected=connected, limit=limit
        )


def _instance(context: Context) -> str:
    return context.settings.text("INSTANCE")

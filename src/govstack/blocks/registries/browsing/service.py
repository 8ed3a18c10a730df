"""Use cases of looking at records: a page of the grid, one record, and views sealed for addresses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from govstack.blocks.registries.admission import service as admission
from govstack.blocks.registries.admission.model import Record
from govstack.blocks.registries.browsing.model import Comparing, Filter, Grid, View, known_as, search
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import LATEST, Link, Path, Registry, ServiceKind, reachable
from govstack.blocks.registries.reading import service as reading
from govstack.blocks.registries.reading.errors import NoRecord
from govstack.blocks.registries.reading.model import Search
from govstack.blocks.registries.writing.model import Incoming, incoming_links, linked_field
from govstack.kernel import crypto
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context

PURPOSE = "view"
TOKEN_CHARACTERS_MAX = 8_000
SHOWING = (ServiceKind.LIST, ServiceKind.READ)


@dataclass(frozen=True, slots=True)
class Insight:
    """What somebody may see and do with the records of a registry, so that pages offer nothing that is refused."""

    visible: tuple[Path, ...]
    masked: frozenset[Path]
    sealed: frozenset[Path]
    may: frozenset[ServiceKind]


def seal(context: Context, *, by: Actor, code: str, view: View) -> str:
    """Return a view as a token for an address: nobody can read it there, and it works for nobody else."""
    if view == View():
        return ""
    plain = msgspec.json.encode(view)
    return crypto.to_base64url(context.keys.seal(PURPOSE, plain, bound_to=f"{code}/{by.id}"))


def unseal(context: Context, *, by: Actor, code: str, token: str) -> View:
    """Return the view of a token; one that is broken, old or somebody else's gives the plain view."""
    if not token or len(token) > TOKEN_CHARACTERS_MAX:
        return View()
    try:
        plain = context.keys.open(PURPOSE, crypto.from_base64url(token), bound_to=f"{code}/{by.id}")
        return msgspec.json.decode(plain, type=View)
    except (crypto.SealBroken, msgspec.DecodeError, ValueError):
        return View()


async def registry(context: Context, *, code: str, view: View) -> Registry:
    """Return the version of a registry that a view looks through; raises UnknownRegistry."""
    return await design.published(context, code=code, version=view.version or LATEST)


async def insight(context: Context, *, by: Actor, registry: Registry, kind: ServiceKind) -> Insight:
    """Return what somebody may see with a service, and what else they may do."""
    may = frozenset(
        [
            one
            for one in ServiceKind
            if registry.works(one) and await admission.permitted(context, by=by, registry=registry, kind=one)
        ]
    )
    sight = await admission.permitted(context, by=by, registry=registry, kind=kind)
    if sight is None:
        return Insight((), frozenset(), frozenset(), may)
    visible = tuple(path for path, _ in reachable(registry.fields) if sight.decision.may_see(kind, path))
    hidden = () if sight.unblinds else visible
    closed = () if sight.opens else visible
    return Insight(
        visible,
        frozenset(path for path in hidden if registry.by_path[path].blinded),
        frozenset(path for path in closed if registry.by_path[path].secret),
        may,
    )


async def grid(context: Context, *, by: Actor, registry: Registry, view: View, sort: str, page: int) -> Grid:
    """Return one page of records; who is in it is logged before it is shown. Raises RightMissing, BadSearch."""
    wanted = search(registry, view, sort=sort, page=max(page, 1))
    found = await reading.search(context, by=by, registry=registry, search=wanted)
    return Grid(found.records, found.count, found.count_is_minimum, max(page, 1), found.more)


async def record(context: Context, *, by: Actor, registry: Registry, uuid: str) -> Record:
    """Return a record in use or archived, and log that it was looked at; raises NoRecord."""
    for archived in (False, True):
        found = await reading.search(
            context,
            by=by,
            registry=registry,
            search=Search(uuid=uuid, archived=archived, size=1),
            kind=ServiceKind.READ,
        )
        if found.records:
            return found.records[0]
    raise NoRecord


async def names(context: Context, *, by: Actor, registry: Registry, uuids: Sequence[str]) -> dict[str, str]:
    """Return what people know records by: a key that gives nobody away where somebody may see it, else the number.

    Nothing personal is in it, so nothing is logged. Records that were deleted are left out.
    """
    sight = await admission.permitted(context, by=by, registry=registry, kind=ServiceKind.LIST)
    rows = await reading.of_uuids(context, registry=registry, uuids=uuids)
    return {
        str(row["uuid"]): known_as(registry, row["number"], sight.shown(row) if sight is not None else {})
        for row in rows
        if not row["deleted_at"]
    }


async def only(context: Context, *, by: Actor, registry: Registry, view: View) -> str:
    """Return the uuid of the one record that a view finds, nothing for none or several.

    Nothing is shown and so nothing logged: whoever goes on to the record is logged there.
    """
    kind = ServiceKind.LIST
    sight = await admission.admitted(context, by=by, registry=registry, kind=kind)
    rows, _count, _minimum, more = await reading.found(
        context, sight, Search(search(registry, view, sort="", page=1).terms, size=1)
    )
    return str(rows[0]["uuid"]) if len(rows) == 1 and not more else ""


async def targets(context: Context, *, by: Actor, links: Iterable[Link]) -> dict[int, Registry]:
    """Return the registries that links lead to and that somebody may list, by database id."""
    known = {one.id: one for one in await design.everything(context)}
    wanted = {link.registry_id for link in links} & known.keys()
    return {number: known[number] for number in sorted(wanted) if await _may_list(context, by, known[number])}


async def sources(context: Context, *, by: Actor, registry: Registry) -> list[Incoming]:
    """Return the links of other registries that lead to this one, as far as somebody may list those."""
    incoming = incoming_links(registry, await design.everything(context))
    return [one for one in incoming if await _may_list(context, by, one.source)]


async def _may_list(context: Context, by: Actor, registry: Registry) -> bool:
    kind = ServiceKind.LIST
    return registry.works(kind) and await admission.permitted(context, by=by, registry=registry, kind=kind) is not None


def place_of(registry: Registry, link: Link) -> Path | None:
    """Return the field that a link points at, the empty path for the record's own id."""
    return linked_field(registry, link)


def looking_for(field: str, value: object) -> View:
    """Return the view that finds the records with a value, or nothing that could not be asked for."""
    return View(filters=(Filter(field, Comparing.IS, str(value)),))

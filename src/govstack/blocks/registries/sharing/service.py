"""Use cases of sharing: make a link, open it through its creator's rights of this moment, withdraw it (DRS-27)."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import msgspec

from govstack.blocks.registries.admission import service as admission
from govstack.blocks.registries.admission.service import Sight
from govstack.blocks.registries.browsing.model import View
from govstack.blocks.registries.browsing.model import search as search_of_view
from govstack.blocks.registries.consents import service as consents
from govstack.blocks.registries.contents.model import Unfit
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.errors import UnknownRegistry
from govstack.blocks.registries.design.model import (
    ANALYSE,
    Path,
    Registry,
    ServiceKind,
    may_manage,
    path_of,
    pointer,
    value_at,
)
from govstack.blocks.registries.reading import service as reading
from govstack.blocks.registries.reading.errors import BadSearch, NoRecord
from govstack.blocks.registries.reading.model import Search
from govstack.blocks.registries.sharing import store
from govstack.blocks.registries.sharing.errors import BadShare, NoShare, ViewOnly
from govstack.blocks.registries.sharing.model import (
    ANYONE,
    RECORDS_MAX,
    TOKEN_PATTERN,
    Mode,
    Opening,
    Scope,
    Share,
    Wish,
    may_be_open,
    refuse_unfit,
    shareable,
)
from govstack.blocks.registries.sharing.store import SQL
from govstack.blocks.registries.usage import service as usage
from govstack.blocks.registries.usage.model import Reason
from govstack.kernel import audit, clock, crypto, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Row, Transaction
from govstack.kernel.errors import BadRequest, Forbidden, NotFound, TooMany
from govstack.kernel.rules import whole
from govstack.kernel.settings import Setting

DAYS_MAX = "REGISTRIES_SHARE_DAYS_MAX"
SETTINGS = (
    Setting(DAYS_MAX, "30", "Days after which a link to shared records expires at the latest", whole(1, 3_650)),
)
PURPOSE = "sharing"
SHARES_OPEN_MAX = 100
TRIES = "sharing.tries"
TRIES_MAX = 30
TRIES_SECONDS = 10
ADDRESSES_REMEMBERED_MAX = 10_000
KINDS = (ServiceKind.SHARE, ServiceKind.LIST)
NO_CONSENT = "is no consent that the person concerned holds to now"
NOT_CONFIRMED = "must be true: what anyone may see is open data"


@dataclass(frozen=True, slots=True)
class Shown:
    """What an opened link shows: fields of records, each in the order of `fields`, and to whom."""

    share: Share
    registry: Registry
    fields: tuple[Path, ...]
    rows: tuple[tuple[Any, ...], ...]
    receiver: Actor
    at: str
    more: bool


@dataclass(frozen=True, slots=True)
class Made:
    """A link that was just made. The token is told this once and not kept."""

    share: Share
    token: str


async def offered(context: Context, *, by: Actor, registry: Registry) -> tuple[Path, ...]:
    """Return the fields that somebody may share; raises ServiceOff and RightMissing. Asking is no use."""
    sight, reader = [
        await admission.admitted(context, by=by, registry=registry, kind=kind, counted=False) for kind in KINDS
    ]
    return tuple(
        path
        for path in shareable(registry)
        if sight.decision.may_see(sight.kind, path) and reader.decision.may_see(reader.kind, path)
    )


async def make(context: Context, *, by: Actor, registry: Registry, wish: Wish) -> Made:
    """Make a link to fields of records; its token is told once. Raises BadShare, RightMissing and NoRecord."""
    await check(context, by=by, registry=registry, wish=wish)
    if wish.audience == ANYONE and not wish.open_data:
        raise BadShare(f"openData {NOT_CONFIRMED}.", fields={"openData": NOT_CONFIRMED})
    token, moment = ids.new_secret(), clock.now()
    share = Share(
        0, ids.new_id(), registry.id, wish.title, wish.scope, by, wish.audience, wish.mode, wish.consent_reference,
        wish.openings_max, 0, clock.timestamp(moment), clock.timestamp(moment + timedelta(days=wish.days)),
    )  # fmt: skip
    async with context.database.transaction() as tx:
        if await SQL.count_open(tx, creator=by.id, now=share.created_at) >= SHARES_OPEN_MAX:
            raise BadShare(f"You have {SHARES_OPEN_MAX} links that work. Withdraw one first.")
        await _add(context, tx, share, token)
        detail = {
            "registry": registry.code, "fields": list(wish.scope.fields), "records": len(wish.scope.records),
            "audience": wish.audience, "mode": wish.mode.value, "until": share.expires_at,
        }  # fmt: skip
        design.count_use(context, registry, ServiceKind.SHARE)
        await audit.record(tx, by=by, action="registries.share.made", subject=f"share:{share.id}", detail=detail)
        kept = await store.by_id(tx, share.id, _unsealed(context))
    return Made(kept or share, token)


async def check(context: Context, *, by: Actor, registry: Registry, wish: Wish) -> None:
    """Refuse a link that could not be made, before anybody is asked to confirm it; raises as `make` does."""
    may = {pointer(path) for path in await offered(context, by=by, registry=registry)}
    if not by.signed_in:
        raise Forbidden
    refuse_unfit(wish, registry, days_max=context.settings.number(DAYS_MAX))
    if not set(wish.scope.fields) <= may:
        why = "holds one that you may not share"
        raise BadShare(f"fields {why}.", fields={"fields": why})
    rows = await _known(context, by, registry, wish.scope)
    if wish.consent_reference and not await _agreed(context, by, wish.consent_reference, rows):
        raise BadShare(f"consentReference {NO_CONSENT}.", fields={"consentReference": NO_CONSENT})


async def _add(context: Context, tx: Transaction, share: Share, token: str) -> None:
    await SQL.add(
        tx, id=share.id, token_digest=_digest(token), registry_id=share.registry_id, title=share.title,
        scope=context.keys.seal(PURPOSE, msgspec.json.encode(share.scope), bound_to=share.id),
        creator=share.creator.id, creator_name=share.creator.name,
        sealed_creator=_sealed_creator(context, share.creator, share.id), audience=share.audience,
        mode=share.mode.value, consent_reference=share.consent_reference, openings_max=share.openings_max,
        created_at=share.created_at, expires_at=share.expires_at,
    )  # fmt: skip


def _digest(token: str) -> str:
    # The token is 256 random bits, so that a plain digest cannot be turned back.
    return crypto.digest(token.encode())


def _sealed_creator(context: Context, creator: Actor, share_id: str) -> bytes:
    return context.keys.seal(PURPOSE, creator.to_bytes(), bound_to=share_id)


def _unsealed(context: Context) -> store.Open:
    return lambda share_id, sealed: context.keys.open(PURPOSE, sealed, bound_to=share_id)


async def _agreed(context: Context, by: Actor, reference: str, rows: Sequence[Row]) -> bool:
    """Tell whether a reference is consent that holds now, of the one person whom all records are about."""
    people = {str(row["person"] or "") for row in rows}
    return bool(people) and people == {await consents.person_of(context, by=by, reference=reference)} - {""}


async def _known(context: Context, by: Actor, registry: Registry, scope: Scope) -> list[Row]:
    """Return the records to share: raises NoRecord unless the creator sees every chosen one now, and BadShare for a
    filter that does not fit."""
    try:
        rows, _sight, _reader, _more = await _rows(context, by, registry, scope)
    except (Unfit, BadSearch) as fault:
        raise BadShare("filters do not fit the registry.", fields={"filters": "do not fit the registry"}) from fault
    if scope.records and {str(row["uuid"]) for row in rows} != set(scope.records):
        raise NoRecord
    return rows


async def _rows(
    context: Context, creator: Actor, registry: Registry, scope: Scope
) -> tuple[list[Row], Sight, Sight, bool]:
    """Return the records that somebody may both share and list at this moment, and the two sights they pass."""
    sight, reader = [
        await admission.permitted(context, by=creator, registry=registry, kind=kind) if registry.works(kind) else None
        for kind in KINDS
    ]
    if sight is None or reader is None:
        raise NoShare
    view = View(filters=scope.filters, words=scope.words)
    terms = search_of_view(registry, view, sort="", page=1).terms
    wanted = Search(terms, uuids=scope.records, size=RECORDS_MAX)
    rows, _count, _minimum, more = await reading.found(context, sight, wanted)
    if not rows:
        return [], sight, reader, False
    # The filter is the reader's too, and so is the right to see the records.
    seen, *_rest = await reading.found(context, reader, replace(wanted, uuids=tuple(str(row["uuid"]) for row in rows)))
    known = {row["uuid"] for row in seen}
    return [row for row in rows if row["uuid"] in known], sight, reader, more


async def look(context: Context, *, by: Actor, token: str, address: str) -> tuple[Share, Registry]:
    """Return a link that would open for somebody, without opening it; raises NoShare for every other."""
    _slow_down(context, address)
    return await _found(context, by, token)


async def open_share(
    context: Context, *, by: Actor, token: str, address: str, copy: bool = False, through_api: bool = False
) -> Shown:
    """Open a link: count it, log the reading as the receiver's, and return what its creator may see of it now.

    Raises NoShare for whatever does not work, and ViewOnly for a copy of what is only to be looked at.
    """
    _slow_down(context, address)
    share, registry = await _found(context, by, token)
    if copy and share.mode is not Mode.DOWNLOAD:
        raise ViewOnly
    try:
        rows, sight, reader, more = await _rows(context, share.creator, registry, share.scope)
    except (Forbidden, BadRequest, NotFound, Unfit) as fault:
        raise NoShare from fault
    fields = _fields(registry, share, sight, reader)
    if not fields or (share.consent_reference and not await _agreed(context, by, share.consent_reference, rows)):
        raise NoShare
    receiver = by if by.signed_in else replace(by, name=f"Link {share.number}")
    moment = clock.timestamp()
    manner = "api" if through_api else (Mode.DOWNLOAD.value if copy else Mode.VIEW.value)
    async with context.database.transaction() as tx:
        if not await SQL.open(tx, id=share.id, now=moment):
            raise NoShare
        await SQL.add_opening(
            tx, id=ids.new_id(), share_id=share.id, at=moment, receiver=receiver.id, receiver_name=receiver.name,
            mode=manner, records=len(rows),
        )  # fmt: skip
        await audit.record(
            tx, by=by, action="registries.share.opened", subject=f"share:{share.id}",
            detail={"records": len(rows), "mode": manner},
        )  # fmt: skip
    purpose = f"Shared by {share.creator.name or share.creator.id}, link {share.number}"
    reason = Reason(purpose, consent_reference=share.consent_reference)
    await usage.log(context, replace(sight, by=receiver), rows, reason, shown=_personal(registry, fields))
    values = tuple(_values(row, fields, sight, reader) for row in rows)
    return Shown(share, registry, fields, values, receiver, moment, more)


def _fields(registry: Registry, share: Share, sight: Sight, reader: Sight) -> tuple[Path, ...]:
    can = set(shareable(registry))
    return tuple(
        path
        for name in share.scope.fields
        if (path := path_of(name)) in can
        and sight.decision.may_see(sight.kind, path)
        and reader.decision.may_see(reader.kind, path)
    )


def _personal(registry: Registry, fields: tuple[Path, ...]) -> list[Path]:
    return [
        path
        for path in fields
        if any(path[: len(one)] == one or one[: len(path)] == path for one in registry.personal_fields)
    ]


def _values(row: Mapping[str, Any], fields: tuple[Path, ...], sight: Sight, reader: Sight) -> tuple[Any, ...]:
    """Return a record's values that both rights show alike; secrets and blinded values stay closed for receivers."""
    shared, read = (replace(one, opens=False, unblinds=False).shown(row) for one in (sight, reader))
    return tuple(value if (value := value_at(shared, path)) == value_at(read, path) else None for path in fields)


async def _found(context: Context, by: Actor, token: str) -> tuple[Share, Registry]:
    if not TOKEN_PATTERN.fullmatch(token):
        raise NoShare
    async with context.database.reading(one_statement=True) as tx:
        share = await store.by_digest(tx, _digest(token), _unsealed(context))
    if share is None or not share.opens(clock.timestamp()) or not share.is_for(by):
        raise NoShare
    try:
        registry = await design.by_id(context, registry_id=share.registry_id)
    except UnknownRegistry as fault:
        raise NoShare from fault
    if share.audience == ANYONE and not may_be_open(registry, share.scope.fields):
        raise NoShare
    return share, registry


def _slow_down(context: Context, address: str) -> None:
    """Let nobody try token after token; raises TooMany, for good and bad tokens alike."""
    tries: OrderedDict[str, deque[float]] = context.memory.setdefault(TRIES, OrderedDict())
    now = clock.monotonic()
    own = tries.setdefault(address, deque(maxlen=TRIES_MAX))
    tries.move_to_end(address)
    if len(tries) > ADDRESSES_REMEMBERED_MAX:
        tries.popitem(last=False)
    if len(own) == TRIES_MAX and now - own[0] < TRIES_SECONDS:
        raise TooMany(headers={"Retry-After": str(TRIES_SECONDS)})
    own.append(now)


async def mine(context: Context, *, by: Actor) -> list[tuple[Share, list[Opening]]]:
    """Return the links somebody made with their openings; what rights they bring is renewed by the way."""
    if not by.signed_in:
        raise Forbidden
    async with context.database.transaction() as tx:
        found = await store.of_creator(tx, by.id, _unsealed(context))
        for share in found:
            if share.creator.to_bytes() != by.to_bytes() and share.opens(clock.timestamp()):
                await SQL.refresh(tx, id=share.id, sealed_creator=_sealed_creator(context, by, share.id))
        return [(share, await store.openings(tx, share.id)) for share in found]


async def of_id(context: Context, *, by: Actor, share_id: str) -> tuple[Share, list[Opening]]:
    """Return one link with its openings to its creator, or to who manages the registry; raises NoShare."""
    async with context.database.reading() as tx:
        share = await store.by_id(tx, share_id, _unsealed(context))
        if share is None or not await _may_withdraw(context, by, share):
            raise NoShare
        return share, await store.openings(tx, share.id)


async def revoke(context: Context, *, by: Actor, share_id: str) -> Share:
    """Withdraw a link at once; one that is withdrawn stays so. Raises NoShare."""
    share, _openings = await of_id(context, by=by, share_id=share_id)
    moment = clock.timestamp()
    async with context.database.transaction() as tx:
        if await SQL.revoke(tx, id=share.id, now=moment):
            await audit.record(tx, by=by, action="registries.share.revoked", subject=f"share:{share.id}")
    return replace(share, revoked_at=share.revoked_at or moment)


async def _may_withdraw(context: Context, by: Actor, share: Share) -> bool:
    if by.signed_in and by.id == share.creator.id:
        return True
    try:
        registry = await design.by_id(context, registry_id=share.registry_id)
    except UnknownRegistry:
        return False
    return may_manage(by, registry.stewards) or by.may(ANALYSE)


async def codes(context: Context, *, shares: list[Share]) -> dict[int, str]:
    """Return the codes of the registries that links lead to; those that are gone are left out."""
    found: dict[int, str] = {}
    for registry_id in {share.registry_id for share in shares}:
        try:
            found[registry_id] = (await design.by_id(context, registry_id=registry_id)).code
        except UnknownRegistry:
            continue
    return found

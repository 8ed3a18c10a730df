"""Use cases of senders: register, change, give and revoke keys, close; and who it is that sends."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace

from govstack.blocks.messaging.senders import store
from govstack.blocks.messaging.senders.errors import (
    ApplicationTaken,
    KeyTaken,
    NotAdministrator,
    SenderClosed,
    SenderInvalid,
    UnknownKey,
    UnknownSender,
)
from govstack.blocks.messaging.senders.model import KEYS_MAX, Key, Sender, State, Wish, faults, id_fault
from govstack.kernel import audit, clock, ids, log
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction, UniqueViolation
from govstack.kernel.errors import Unauthenticated
from govstack.kernel.i18n import _

ADMINISTER = "messaging:administer"
READ = "messaging:read"
KEY_PURPOSE = "api-key"
SHARE_PURPOSE = "api-key-share"
KEY_CHARACTERS_MAX = 200
LISTED_MAX = 100
# Keys that were proven in this process a moment ago, by a keyed hash; what is not among them counts for its address.
PROVEN = "messaging proven keys"
PROVEN_SECONDS = 300.0
PROVEN_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Made:
    """A sender with a key that was just made: it is shown once and never again."""

    sender: Sender
    key: str


def require(by: Actor, *scopes: str) -> None:
    """Refuse whoever holds none of these scopes, or that of an administrator."""
    if by.kind == "system" or any(by.may(scope) for scope in (ADMINISTER, *scopes)):
        return
    raise NotAdministrator if by.signed_in else Unauthenticated


async def prove(context: Context, *, by: Actor, key: str) -> Sender:
    """Return who sends: by key, or by the mediator's token of the sender's application; raises UnknownKey."""
    async with context.database.reading(one_statement=True) as tx:
        found = None
        if key and len(key) <= KEY_CHARACTERS_MAX:
            found = await store.by_key(tx, context.keys.fingerprints(KEY_PURPOSE, key))
            _remember(context, key, proven=found is not None)
        elif by.application and context.settings.profile != "conformance":
            found = await store.by_application(tx, by.application)
    if found is None:
        log.security(
            context.package, "sender.refused", actor=by.id, outcome="refused", reason="unknown" if key else "missing"
        )
        raise UnknownKey
    return found


def caller(context: Context, key: str) -> str:
    """Return whose share of calls a key uses: its own, when it was proven a moment ago; else nobody's."""
    proven: OrderedDict[str, float] = context.memory.get(PROVEN) or OrderedDict()
    if not proven or not 0 < len(key) <= KEY_CHARACTERS_MAX:
        return ""
    name = context.keys.fingerprint(SHARE_PURPOSE, key)
    return f"key/{name}" if proven.get(name, 0.0) > clock.monotonic() else ""


def _remember(context: Context, key: str, *, proven: bool) -> None:
    """Note for a while that a key was proven, or at once that it no longer is."""
    known: OrderedDict[str, float] = context.memory.setdefault(PROVEN, OrderedDict())
    name = context.keys.fingerprint(SHARE_PURPOSE, key)
    known.pop(name, None)
    if proven:
        known[name] = clock.monotonic() + PROVEN_SECONDS
        if len(known) > PROVEN_MAX:
            known.popitem(last=False)


def actor_id(sender_id: str) -> str:
    """Return as whom a sender acts."""
    return f"sender/{sender_id}"


def as_actor(sender: Sender) -> Actor:
    """Return a sender as who acts."""
    return Actor("application", actor_id(sender.id), sender.organisation_name, application=sender.application)


async def register(context: Context, *, by: Actor, wish: Wish) -> Made:
    """Register a sender and give it its first key."""
    require(by)
    _refuse_faulty(wish)
    now = clock.timestamp()
    sender = Sender(**asdict(wish), id=ids.new_id(), created_by=by.id, created_at=now, changed_at=now)
    try:
        async with context.database.transaction() as tx:
            await store.add(tx, sender)
            await audit.record(tx, by=by, action="messaging.sender.registered", subject=sender.id)
            key = await _give_key(context, tx, by=by, sender=sender)
    except UniqueViolation as error:
        raise ApplicationTaken(fields={"application": ApplicationTaken.title}) from error
    return Made(sender, key)


async def put(context: Context, *, by: Actor, sender_id: str, wish: Wish) -> tuple[Sender, bool]:
    """Register a sender without a key under an id, or change it; return it, and whether it is new.

    The same again changes nothing and is not put on record.
    """
    require(by)
    _refuse_faulty(wish, sender_id=sender_id)
    now = clock.timestamp()
    made = Sender(**asdict(wish), id=sender_id, created_by=by.id, created_at=now, changed_at=now)
    try:
        async with context.database.transaction() as tx:
            if is_new := await store.add(tx, made):
                await audit.record(tx, by=by, action="messaging.sender.registered", subject=sender_id)
                return made, is_new
            found = _open(await store.hold(tx, sender_id))
            changed = replace(found, **asdict(wish))
            if changed != found:
                changed = replace(changed, changed_at=now)
                await store.update(tx, changed)
                await audit.record(tx, by=by, action="messaging.sender.changed", subject=sender_id)
    except UniqueViolation as error:
        raise ApplicationTaken(fields={"application": ApplicationTaken.title}) from error
    return changed, False


async def change(context: Context, *, by: Actor, sender_id: str, wish: Wish) -> Sender:
    """Change what is registered about a sender; what it sent before keeps what was said then."""
    require(by)
    _refuse_faulty(wish)
    try:
        async with context.database.transaction() as tx:
            found = _open(await store.hold(tx, sender_id))
            changed = replace(found, **asdict(wish), changed_at=clock.timestamp())
            await store.update(tx, changed)
            await audit.record(tx, by=by, action="messaging.sender.changed", subject=sender_id)
    except UniqueViolation as error:
        raise ApplicationTaken(fields={"application": ApplicationTaken.title}) from error
    return changed


async def new_key(context: Context, *, by: Actor, sender_id: str) -> Made:
    """Give a sender another key; the earlier ones go on until they are revoked, so that nothing stands still."""
    require(by)
    async with context.database.transaction() as tx:
        found = _open(await store.hold(tx, sender_id))
        _refuse_another(await store.keys(tx, sender_id))
        key = await _give_key(context, tx, by=by, sender=found)
    return Made(found, key)


async def put_key(context: Context, *, by: Actor, sender_id: str, key_id: str) -> str:
    """Give a sender a key under an id and return the key; nothing when it has this key already.

    Raises KeyTaken where the id names another key or one that was revoked.
    """
    require(by)
    if fault := id_fault(key_id):
        raise SenderInvalid(fields={"keyId": fault})
    try:
        async with context.database.transaction() as tx:
            found = _open(await store.hold(tx, sender_id))
            keys = await store.keys(tx, sender_id)
            known = next((key for key in keys if key.id == key_id), None)
            if known is not None and known.revoked_at is None:
                return ""
            if known is not None:
                raise KeyTaken
            _refuse_another(keys)
            return await _give_key(context, tx, by=by, sender=found, key_id=key_id)
    except UniqueViolation as error:
        raise KeyTaken from error


async def revoke_key(context: Context, *, by: Actor, sender_id: str, key_id: str) -> None:
    """Revoke a key at once; repeating it changes nothing."""
    require(by)
    async with context.database.transaction() as tx:
        if await store.by_id(tx, sender_id) is None:
            raise UnknownSender
        if await store.revoke_key(tx, key_id=key_id, sender_id=sender_id):
            await audit.record(tx, by=by, action="messaging.key.revoked", subject=sender_id, detail={"key": key_id})


async def close(context: Context, *, by: Actor, sender_id: str) -> None:
    """Let a sender send no more; what it sent before is still brought to its end."""
    require(by)
    async with context.database.transaction() as tx:
        found = await store.hold(tx, sender_id)
        if found is None:
            raise UnknownSender
        if found.state is State.CLOSED:
            return
        await store.update(tx, replace(found, state=State.CLOSED, changed_at=clock.timestamp()))
        await audit.record(tx, by=by, action="messaging.sender.closed", subject=sender_id)


async def senders(context: Context, *, by: Actor, after: str = "", limit: int = LISTED_MAX) -> list[Sender]:
    """Return senders in the order of their ids, those after one."""
    require(by, READ)
    async with context.database.reading(one_statement=True) as tx:
        return await store.senders(tx, after=after, limit=limit)


async def sender(context: Context, *, by: Actor, sender_id: str) -> tuple[Sender, list[Key]]:
    """Return a sender and its keys; raises UnknownSender."""
    require(by, READ)
    async with context.database.reading() as tx:
        found = await store.by_id(tx, sender_id)
        if found is None:
            raise UnknownSender
        return found, await store.keys(tx, sender_id)


async def of_application(context: Context, *, by: Actor, application: str) -> Sender:
    """Return the active sender of an application of the mediator; raises NotAdministrator without one."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.by_application(tx, application)
    if found is None:
        raise NotAdministrator
    return found


async def names(context: Context, *, sender_ids: Collection[str]) -> dict[str, str]:
    """Return what senders are called, by id, for pages of those who may see them."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.names(tx, sender_ids)


async def install(context: Context, *, by: Actor, sender_id: str, wish: Wish, keys: list[str]) -> Sender:
    """Enter a published sender with its published keys; repeating it leaves the same state."""
    now = clock.timestamp()
    made = Sender(**asdict(wish), id=sender_id, created_by=by.id, created_at=now, changed_at=now)
    async with context.database.transaction() as tx:
        await store.add(tx, made)
        await store.update(tx, made)
        for key in keys:
            hashed = context.keys.fingerprint(KEY_PURPOSE, key)
            await store.add_key(tx, key_id=ids.new_id(), sender_id=sender_id, hashed=hashed, by=by.id)
    return made


def _refuse_faulty(wish: Wish, *, sender_id: str = "") -> None:
    found = faults(wish)
    if sender_id and (fault := id_fault(sender_id)):
        found["senderId"] = fault
    if found:
        raise SenderInvalid(fields=found)


def _refuse_another(keys: list[Key]) -> None:
    if sum(key.revoked_at is None for key in keys) >= KEYS_MAX:
        raise SenderInvalid(_("This sender has as many keys as it can have. Revoke those that are not used."))


def _open(found: Sender | None) -> Sender:
    if found is None:
        raise UnknownSender
    if found.state is State.CLOSED:
        raise SenderClosed
    return found


async def _give_key(context: Context, tx: Transaction, *, by: Actor, sender: Sender, key_id: str = "") -> str:
    key, key_id = ids.new_secret(), key_id or ids.new_id()
    hashed = context.keys.fingerprint(KEY_PURPOSE, key)
    await store.add_key(tx, key_id=key_id, sender_id=sender.id, hashed=hashed, by=by.id)
    await audit.record(tx, by=by, action="messaging.key.made", subject=sender.id, detail={"key": key_id})
    return key


async def patience(context: Context, *, sender_id: str) -> Sender:
    """Return a sender for how long to wait between attempts; raises UnknownSender."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.by_id(tx, sender_id)
    if found is None:
        raise UnknownSender
    return found

"""Gives, ends and uses up identifiers, in the transactions of people's use cases."""

from __future__ import annotations

from dataclasses import replace

from govstack.blocks.identity.identifiers import model, store
from govstack.blocks.identity.identifiers.errors import (
    AliasTaken,
    TooManyIdentifiers,
    UnknownIdentifier,
    WrongAlias,
)
from govstack.blocks.identity.identifiers.model import Identifier, IdentifierKind, IdentifierStatus
from govstack.kernel import clock, ids
from govstack.kernel.context import Context
from govstack.kernel.db import Contention, Transaction

UIN_DIGITS = "IDENTITY_UIN_DIGITS"
PURPOSE = "identity/identifier"
NUMBER_DRAWS_MAX = 10
ENDED_FROM = (IdentifierStatus.ACTIVE, IdentifierStatus.BLOCKED, IdentifierStatus.SPENT)


def prints(context: Context, identifier: str) -> list[str]:
    """Return the keyed hashes that a text is looked for by."""
    return context.keys.fingerprints(PURPOSE, model.folded(identifier[: model.ALIAS_CHARACTERS_MAX]))


async def draw(
    context: Context, tx: Transaction, *, person_id: str, kind: IdentifierKind, form: str = "", expires_at: str = ""
) -> Identifier:
    """Give a person a number that nobody has, without any order; raises TooManyIdentifiers."""
    if kind is not IdentifierKind.UIN:
        await _make_room(tx, person_id=person_id, kind=kind)
    digits = context.settings.number(UIN_DIGITS) if kind == IdentifierKind.UIN else model.VID_DIGITS
    for _ in range(NUMBER_DRAWS_MAX):
        drawn = ids.new_digits(digits - 1)
        value = drawn + model.check_digit(drawn)
        if drawn[0] != "0" and await store.taken(tx, prints(context, value)) is None:
            return await _add(
                context, tx, person_id=person_id, kind=kind, form=form, value=value, expires_at=expires_at
            )
    raise Contention


async def attach(
    context: Context, tx: Transaction, *, person_id: str, form: str, value: str
) -> tuple[Identifier, bool]:
    """Return the alias with a text, and whether it is new; raises WrongAlias, AliasTaken and TooManyIdentifiers."""
    if not model.is_alias(form, value):
        raise WrongAlias
    taken = await store.taken(tx, prints(context, value))
    if taken is not None:
        if (taken.person_id, taken.kind, taken.form) != (person_id, IdentifierKind.ALIAS, form):
            raise AliasTaken
        return _opened(context, taken), False
    kind = IdentifierKind.ALIAS
    await _make_room(tx, person_id=person_id, kind=kind)
    return await _add(context, tx, person_id=person_id, kind=kind, form=form, value=value, expires_at=""), True


async def end(
    context: Context, tx: Transaction, *, person_id: str, identifier_id: str, kind: IdentifierKind
) -> tuple[Identifier, bool]:
    """Revoke an identifier; tells whether it was not revoked before. Raises UnknownIdentifier."""
    row = await store.by_id(tx, identifier_id)
    if row is None or row.person_id != person_id or row.kind != kind:
        raise UnknownIdentifier
    if row.status == IdentifierStatus.REVOKED:
        return _opened(context, row), False
    now, ended = clock.timestamp(), IdentifierStatus.REVOKED
    if not await store.set_status(tx, identifier_id=row.id, status=ended, were=ENDED_FROM, ended_at=now):
        raise Contention
    return _opened(context, replace(row, status=ended, ended_at=now)), True


async def spend(tx: Transaction, *, identifier_id: str) -> bool:
    """Use a one-time identifier up; false when somebody did before. Any other identifier goes on working."""
    row = await store.by_id(tx, identifier_id)
    if row is None or row.form != "one-time":
        return row is not None
    return await store.set_status(
        tx, identifier_id=identifier_id, status=IdentifierStatus.SPENT, were=(IdentifierStatus.ACTIVE,),
        ended_at=clock.timestamp(),
    )  # fmt: skip


async def of_person(context: Context, *, person_id: str) -> list[Identifier]:
    """Return the virtual identifiers and aliases of a person, the oldest first; the secret number is not among them."""
    async with context.database.reading(one_statement=True) as tx:
        return await known(context, tx, person_id=person_id)


async def known(context: Context, tx: Transaction, *, person_id: str) -> list[Identifier]:
    """Do as `of_person` does, as a transaction sees it."""
    return [_opened(context, row) for row in await store.of_person(tx, person_id)]


async def located(context: Context, *, identifier: str) -> Identifier | None:
    """Return the identifier with a text, however it stands unless it was revoked."""
    async with context.database.reading(one_statement=True) as tx:
        row = await store.taken(tx, prints(context, identifier))
    return None if row is None else _opened(context, row)


async def block(tx: Transaction, *, identifier_id: str, until: str = "") -> bool:
    """Let an identifier lead nowhere, for good or until a moment; false when it has ended."""
    were, blocked = (IdentifierStatus.ACTIVE, IdentifierStatus.BLOCKED), IdentifierStatus.BLOCKED
    return await store.set_status(tx, identifier_id=identifier_id, status=blocked, were=were, blocked_until=until)


async def unblock(tx: Transaction, *, identifier_id: str) -> bool:
    """Let a blocked identifier work again; false when it was not blocked."""
    were, active = (IdentifierStatus.BLOCKED,), IdentifierStatus.ACTIVE
    return await store.set_status(tx, identifier_id=identifier_id, status=active, were=were)


async def _make_room(tx: Transaction, *, person_id: str, kind: IdentifierKind) -> None:
    active = await store.count_active(tx, person_id=person_id, kind=kind, now=clock.timestamp())
    if active >= model.IDENTIFIERS_MAX:
        raise TooManyIdentifiers


async def _add(
    context: Context, tx: Transaction, *, person_id: str, kind: IdentifierKind, form: str, value: str, expires_at: str
) -> Identifier:
    identifier_id = ids.new_id()
    sealed = context.keys.seal(PURPOSE, value.encode(), bound_to=identifier_id)
    row = store.Row(
        identifier_id, person_id, kind, form, sealed, IdentifierStatus.ACTIVE, "", clock.timestamp(), expires_at, ""
    )
    await store.add(tx, row, print_=prints(context, value)[0])
    return _opened(context, row)


def _opened(context: Context, row: store.Row) -> Identifier:
    value = context.keys.open(PURPOSE, bytes(row.content), bound_to=row.id).decode()
    now = clock.timestamp()
    status = model.standing(row.status, blocked_until=row.blocked_until, expires_at=row.expires_at, now=now)
    return Identifier(
        row.id, row.person_id, row.kind, row.form, value, status, row.made_at, row.expires_at, row.ended_at
    )

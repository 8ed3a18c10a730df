"""Use cases of blocking: find what an identifier names, in whatever state, and block or unblock it (IDN-03)."""

from __future__ import annotations

from govstack.blocks.identity.blocking import model
from govstack.blocks.identity.blocking.errors import UnknownToBlock
from govstack.blocks.identity.blocking.model import Blocked
from govstack.blocks.identity.history import service as history
from govstack.blocks.identity.history.model import Kind
from govstack.blocks.identity.identifiers import service as identifiers
from govstack.blocks.identity.identifiers.model import Identifier, IdentifierKind, IdentifierStatus
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Person, Status
from govstack.kernel import audit, log
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.i18n import _

REASON = "block"
HAS_BEEN_BLOCKED = _("Your identity was blocked")
HAS_BEEN_UNBLOCKED = _("Your identity was unblocked")
IDENTIFIER_BLOCKED = _("One of your identifiers was blocked")
IDENTIFIER_UNBLOCKED = _("One of your identifiers was unblocked")


async def located(context: Context, *, identifier: str, kind: IdentifierKind) -> tuple[Person, Identifier]:
    """Return whom an identifier of a kind belongs to, in whatever state both are; raises UnknownToBlock."""
    found = await identifiers.located(context, identifier=identifier)
    person = await people.person(context, person_id=found.person_id) if found is not None else None
    if found is None or person is None or found.kind != kind or person.status == Status.DEACTIVATED:
        raise UnknownToBlock
    return person, found


async def block(context: Context, *, by: Actor, identifier: str, id_type: str, until: str = "") -> Blocked:
    """Block an identity by its number, or one identifier of it; raises UnknownToBlock, WrongMoment."""
    kind, end = model.kind_of(id_type), model.moment_of(until)
    person, found = await located(context, identifier=identifier, kind=kind)
    if kind is IdentifierKind.UIN:
        async with context.database.transaction() as tx:
            blocked = await people.stand(
                context, tx, by=by, person_id=person.id, status=Status.BLOCKED, reason=REASON, until=end
            )
            if blocked.version != person.version:
                await history.record_in(
                    context, tx, person_id=person.id, kind=Kind.ID_MANAGEMENT, summary=HAS_BEEN_BLOCKED
                )
    else:
        async with context.database.transaction() as tx:
            if not await identifiers.block(tx, identifier_id=found.id, until=end):
                raise UnknownToBlock
            await _note(context, tx, found, by=by, summary=IDENTIFIER_BLOCKED, act="blocked")
    log.security(context.package, "identity.blocked", actor=by.id, outcome="ok", kind=kind.value)
    return Blocked(model.shown(identifier, kind), kind, model.BLOCKED, end)


async def unblock(context: Context, *, by: Actor, identifier: str, id_type: str) -> Blocked:
    """Let a blocked identity or identifier work again; one that works already stays as it is. Raises UnknownToBlock."""
    kind = model.kind_of(id_type)
    person, found = await located(context, identifier=identifier, kind=kind)
    if kind is IdentifierKind.UIN and person.status == Status.BLOCKED:
        async with context.database.transaction() as tx:
            await people.stand(context, tx, by=by, person_id=person.id, status=Status.ACTIVE, reason=REASON)
            await history.record_in(
                context, tx, person_id=person.id, kind=Kind.ID_MANAGEMENT, summary=HAS_BEEN_UNBLOCKED
            )
    elif kind is not IdentifierKind.UIN and found.status == IdentifierStatus.BLOCKED:
        async with context.database.transaction() as tx:
            if await identifiers.unblock(tx, identifier_id=found.id):
                await _note(context, tx, found, by=by, summary=IDENTIFIER_UNBLOCKED, act="unblocked")
    elif kind is not IdentifierKind.UIN and found.status != IdentifierStatus.ACTIVE:
        raise UnknownToBlock
    log.security(context.package, "identity.unblocked", actor=by.id, outcome="ok", kind=kind.value)
    return Blocked(model.shown(identifier, kind), kind, model.UNBLOCKED)


async def _note(context: Context, tx: Transaction, found: Identifier, *, by: Actor, summary: str, act: str) -> None:
    detail = {"identifier": found.id}
    subject = f"person/{found.person_id}"
    await audit.record(tx, by=by, action=f"identity.identifier.{act}", subject=subject, detail=detail)
    await history.record_in(
        context, tx, person_id=found.person_id, kind=Kind.ID_MANAGEMENT, summary=summary
    )  # fmt: skip

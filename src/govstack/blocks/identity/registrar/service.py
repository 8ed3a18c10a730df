"""Use cases of administrators and officers: look somebody up, read them, and act by their subject."""

from __future__ import annotations

from enum import StrEnum

from govstack.blocks.identity.binding import service as binding
from govstack.blocks.identity.factors import service as factors
from govstack.blocks.identity.identifiers.model import IdentifierKind
from govstack.blocks.identity.lockouts import service as lockouts
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.errors import UnknownPerson
from govstack.blocks.identity.people.model import Person
from govstack.blocks.identity.sessions import service as sessions
from govstack.kernel import audit
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context


class Ground(StrEnum):
    """Why somebody is looked up."""

    REQUEST = "request"
    CORRECTION = "correction"
    MISUSE = "misuse"
    LAW = "law"


async def find(context: Context, *, by: Actor, identifier: str, ground: Ground) -> Person:
    """Return whom an identifier that works leads to; who looked and on which ground is on record.

    Administrators, who unblock people and end identities, also find those who are blocked or have ended, and by what
    is blocked, used or expired; what was revoked leads nowhere for them too. Raises UnknownPerson.
    """
    met = await people.find(context, identifier=identifier)
    found = met.person if met is not None else None
    if found is None and by.may(people.ADMINISTER):
        found = await people.located(context, identifier=identifier)
    subject = f"person/{found.id}" if found else "person/unknown"
    detail = {"ground": ground.value}
    async with context.database.transaction() as tx:
        await audit.record(
            tx, by=by, action="identity.person.looked-up", subject=subject, outcome="ok" if found else "failed",
            detail=detail,
        )  # fmt: skip
    if found is None:
        raise UnknownPerson
    return found


async def read(context: Context, *, by: Actor, subject: str) -> Person:
    """Return a person with all that is known of them; who reads is on record."""
    person = await known(context, subject=subject)
    async with context.database.transaction() as tx:
        await audit.record(tx, by=by, action="identity.person.read", subject=f"person/{person.id}")
    return person


async def take_factors_away(context: Context, *, by: Actor, person: Person, reason: str) -> None:
    """Take all ways to sign in of a person away, their wallets and sessions too; raises Ended."""
    async with context.database.transaction() as tx:
        await factors.reset(context, tx, by=by, person_id=person.id, reason=reason)
        await binding.revoke_all(context, tx, by=by, person_id=person.id)
        await sessions.end_of_person(tx, person_id=person.id)


async def end_pauses(context: Context, *, by: Actor, person: Person, reason: str) -> None:
    """End the pauses that wrong tries have begun, which the person can read; there may be none. Raises Ended."""
    async with context.database.transaction() as tx:
        if await lockouts.unlock(tx, by=by, person_id=person.id):
            await people.note(context, tx, by=by, person_id=person.id, kind="pauses-ended", reason=reason)


async def end_identifier(context: Context, *, by: Actor, person: Person, identifier_id: str, reason: str) -> None:
    """Let nothing accept a virtual identifier or an alias of a person; raises UnknownIdentifier and Ended."""
    found = {one.id: one.kind for one in await people.identifiers(context, person_id=person.id)}
    if found.get(identifier_id) == IdentifierKind.ALIAS:
        await people.detach_alias(context, by=by, person_id=person.id, alias_id=identifier_id, reason=reason)
    else:
        await people.revoke_vid(context, by=by, person_id=person.id, vid_id=identifier_id, reason=reason)


async def known(context: Context, *, subject: str) -> Person:
    """Return a person to act upon; raises UnknownPerson."""
    person = await people.by_subject(context, subject=subject)
    if person is None:
        raise UnknownPerson
    return person

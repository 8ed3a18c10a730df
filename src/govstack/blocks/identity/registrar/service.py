"""Use cases of administrators and officers: look somebody up, read them, and act by their subject."""

from __future__ import annotations

from enum import StrEnum

from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.errors import UnknownPerson
from govstack.blocks.identity.people.model import Person
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
    """Return whom an identifier that works leads to; who looked and on which ground is on record."""
    found = await people.find(context, identifier=identifier)
    subject = f"person/{found.person.id}" if found else "person/unknown"
    detail = {"ground": ground.value}
    async with context.database.transaction() as tx:
        await audit.record(
            tx, by=by, action="identity.person.looked-up", subject=subject, outcome="ok" if found else "failed",
            detail=detail,
        )  # fmt: skip
    if found is None:
        raise UnknownPerson
    return found.person


async def read(context: Context, *, by: Actor, subject: str) -> Person:
    """Return a person with all that is known of them; who reads is on record."""
    person = await known(context, subject=subject)
    async with context.database.transaction() as tx:
        await audit.record(tx, by=by, action="identity.person.read", subject=f"person/{person.id}")
    return person


async def known(context: Context, *, subject: str) -> Person:
    """Return a person to act upon; raises UnknownPerson."""
    person = await people.by_subject(context, subject=subject)
    if person is None:
        raise UnknownPerson
    return person

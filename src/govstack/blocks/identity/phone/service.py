"""What the phone of the sandbox does; it exists in no other profile."""

from __future__ import annotations

from collections.abc import Sequence

from govstack.blocks.identity.factors import service as factors
from govstack.blocks.identity.factors.model import Challenge
from govstack.blocks.identity.linking import service as linking
from govstack.blocks.identity.linking.errors import NoSandboxWallet
from govstack.blocks.identity.linking.model import Permission
from govstack.blocks.identity.linking.service import Asked
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Person
from govstack.kernel.context import Context


async def personas(context: Context) -> list[Person]:
    """Return the invented people who can hold the phone; raises NoSandboxWallet outside the sandbox."""
    if context.settings.profile != "sandbox":
        raise NoSandboxWallet
    return await people.choices(context)


async def link(context: Context, *, code: str) -> Asked:
    """Read a link code."""
    await personas(context)
    return await linking.link_wallet(context, code=code)


async def asked(context: Context, *, linked_id: str) -> Asked:
    """Return who asks for what."""
    await personas(context)
    return await linking.asked(context, linked_id=linked_id)


async def send_code(context: Context, *, linked_id: str, subject: str) -> tuple[Asked, str]:
    """Send the person who holds the phone a one-time code; returns who asks, and the code to show."""
    person = await _persona(context, subject)
    found = await linking.asked(context, linked_id=linked_id)
    sent = await factors.send_code(context, person_id=person.id, purpose=linking.PURPOSE)
    return found, sent.shown


async def confirm(context: Context, *, linked_id: str, subject: str, one_time_code: str, claims: Sequence[str]) -> None:
    """Prove who holds the phone, and allow; what a service needs is allowed by going on at all. Raises Refused."""
    person = await _persona(context, subject)
    found = await linking.asked(context, linked_id=linked_id)
    challenge = Challenge("OTP", one_time_code)
    await linking.authenticate_person(context, linked_id=linked_id, person_id=person.id, challenges=[challenge])
    request = found.transaction.request
    chosen = tuple(claim for claim in request.voluntary_claims if claim in claims)
    permission = Permission(request.scopes, (*request.essential_claims, *chosen))
    await linking.permit(context, linked_id=linked_id, permission=permission)


async def refuse(context: Context, *, linked_id: str) -> None:
    """Refuse on the phone."""
    await personas(context)
    await linking.refuse(context, linked_id=linked_id)


async def _persona(context: Context, subject: str) -> Person:
    found = next((one for one in await personas(context) if one.subject == subject), None)
    if found is None:
        raise NoSandboxWallet
    return found

"""Use cases of cards: what stands on one, that one was made, and whether one can be trusted."""

from __future__ import annotations

from govstack.blocks.identity.credentials import service as credentials
from govstack.blocks.identity.credentials.errors import NotInForce
from govstack.blocks.identity.credentials.model import ENDED, Form, Shown, Standing, State
from govstack.blocks.identity.history import service as history
from govstack.blocks.identity.history.model import Kind
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.service import recorded
from govstack.blocks.identity.signing import service as signing
from govstack.kernel import audit, clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.i18n import _

MADE = _("A card was made as PDF")
DOWNLOADED = _("A card was downloaded")


async def printed(context: Context, *, by: Actor, credential_id: str) -> tuple[Shown, str]:
    """Return a credential and the address in its code, to be drawn as a card.

    Its person gets it while it is active; officials get a physical one until it has ended, to produce it. Raises
    UnknownCredential, NotInForce.
    """
    shown = await credentials.read(context, by=by, credential_id=credential_id)
    one = shown.credential
    person = await people.person(context, person_id=one.person_id)
    state = one.standing(clock.timestamp())
    producing = by.may(credentials.PRODUCE) and one.form is Form.PHYSICAL and state not in ENDED
    if person is None or person.status != "active" or not (producing or state is State.ACTIVE):
        raise NotInForce
    async with context.database.transaction() as tx:
        await audit.record(tx, by=recorded(by), action="identity.card.downloaded", subject=one.id)
        await history.record_in(context, tx, person_id=one.person_id, kind=Kind.SERVICE, summary=DOWNLOADED)
    return shown, f"{context.public_url}/check/{signing.code(context, one.reference)}"


async def note_made(context: Context, *, by: Actor) -> str:
    """Put on a person's record that a card was made of their HTML; return the number of the event."""
    person = await history.person_of(context, by=by)
    return await history.record(context, person_id=person.id, kind=Kind.SERVICE, summary=MADE)


async def check(context: Context, *, code: str) -> Standing:
    """Tell how the card with a code stands; raises NotSignedHere, UnknownCredential."""
    return await credentials.standing(context, reference=signing.reference(context, code))

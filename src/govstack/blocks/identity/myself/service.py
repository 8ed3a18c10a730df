"""Use cases of people about themselves: each begins with who is signed in, and changes ask for a fresh proof."""

from __future__ import annotations

from govstack.blocks.identity.authenticators import service as authenticators
from govstack.blocks.identity.authenticators.model import Begun
from govstack.blocks.identity.browsers.model import SIGNED_IN
from govstack.blocks.identity.factors import service as factors
from govstack.blocks.identity.factors.model import Challenge, FactorKind, Sent
from govstack.blocks.identity.identifiers.errors import UnknownIdentifier
from govstack.blocks.identity.identifiers.model import Identifier, IdentifierKind, VidKind
from govstack.blocks.identity.knowledge import service as knowledge
from govstack.blocks.identity.knowledge.model import Kind
from govstack.blocks.identity.myself.errors import Different, Nobody, NotProved
from govstack.blocks.identity.passkeys import service as passkeys
from govstack.blocks.identity.passkeys.model import Question
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.errors import IsBlocked
from govstack.blocks.identity.people.model import Person, Status
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context


async def me(context: Context, *, by: Actor) -> Person:
    """Return whoever is signed in as the state has them; raises Nobody."""
    found = await people.by_subject(context, subject=by.id) if by.kind == "person" else None
    if found is None:
        raise Nobody
    return found


async def acting(context: Context, *, by: Actor) -> Person:
    """Return whoever is signed in and may act; raises Nobody and IsBlocked."""
    person = await me(context, by=by)
    if person.status != Status.ACTIVE:
        raise IsBlocked
    return person


async def new_vid(context: Context, *, by: Actor, kind: VidKind) -> Identifier:
    """Make a virtual identifier of one's own; raises IsBlocked."""
    person = await acting(context, by=by)
    return await people.new_vid(context, by=by, person_id=person.id, kind=kind)


async def vid(context: Context, *, by: Actor, vid_id: str) -> Identifier:
    """Return a virtual identifier of one's own; raises UnknownIdentifier."""
    person = await me(context, by=by)
    for one in await people.identifiers(context, person_id=person.id):
        if one.id == vid_id and one.kind == IdentifierKind.VID:
            return one
    raise UnknownIdentifier


async def revoke_vid(context: Context, *, by: Actor, vid_id: str) -> Identifier:
    """Revoke a virtual identifier of one's own."""
    person = await me(context, by=by)
    return await people.revoke_vid(context, by=by, person_id=person.id, vid_id=vid_id)


async def send_code(context: Context, *, by: Actor, session: str) -> Sent:
    """Send the code by which the signed-in person proves that it is still them; raises IsBlocked."""
    person = await acting(context, by=by)
    return await factors.send_code(context, person_id=person.id, purpose=_purpose(session), origin=SIGNED_IN)


async def prove(context: Context, *, by: Actor, session: str, way: str, value: str) -> None:
    """Take a proof that it is still the signed-in person; raises NotProved and IsBlocked."""
    person = await acting(context, by=by)
    challenge = Challenge(way, value)
    found = await factors.prove(
        context, person_id=person.id, challenge=challenge, purpose=_purpose(session), origin=SIGNED_IN
    )
    if found is None or not session:
        raise NotProved
    await factors.note_fresh(context, person_id=person.id, session=session)


async def ask_passkey(context: Context, *, by: Actor, session: str) -> Question:
    """Return what the person's device is asked in order to prove that it is still them."""
    person = await me(context, by=by)
    return await factors.begin_passkey(context, purpose=_purpose(session), person_id=person.id)


async def prove_by_passkey(context: Context, *, by: Actor, session: str, asked_id: str, answer: str) -> None:
    """Take a device's proof that it is still the signed-in person; raises NotProved and IsBlocked."""
    person = await acting(context, by=by)
    proven = await factors.prove_by_passkey(context, purpose=_purpose(session), asked_id=asked_id, answer=answer)
    if proven is None or proven[0].id != person.id or not session:
        raise NotProved
    await factors.note_fresh(context, person_id=person.id, session=session)


async def set_secret(context: Context, *, by: Actor, session: str, kind: Kind, secret: str, again: str) -> None:
    """Set one's PIN or password; raises NotFresh, Different and WeakSecret."""
    person = await fresh(context, by=by, session=session)
    if secret != again:
        raise Different
    if kind is Kind.PIN:
        await knowledge.set_pin(context, by=by, person=person, pin=secret)
    else:
        await knowledge.set_password(context, by=by, person=person, password=secret)


async def begin_app(context: Context, *, by: Actor, session: str, name: str) -> Begun:
    """Begin to add an authenticator app; raises NotFresh."""
    person = await fresh(context, by=by, session=session)
    return await authenticators.begin(context, person=person, name=name, issuer=context.settings.text(passkeys.SITE))


async def begun_app(context: Context, *, by: Actor, session: str) -> Begun | None:
    """Return the app that is being added; raises NotFresh."""
    person = await fresh(context, by=by, session=session)
    return await authenticators.begun(context, person=person, issuer=context.settings.text(passkeys.SITE))


async def confirm_app(context: Context, *, by: Actor, session: str, app_id: str, code: str) -> None:
    """Let a new app count, by its first code; raises NotFresh and WrongCode."""
    person = await fresh(context, by=by, session=session)
    await authenticators.confirm(context, by=by, person_id=person.id, authenticator_id=app_id, code=code)


async def begin_passkey(context: Context, *, by: Actor, session: str) -> Question:
    """Return what the device is asked in order to make a passkey; raises NotFresh."""
    person = await fresh(context, by=by, session=session)
    return await passkeys.begin_registration(context, person=person)


async def add_passkey(context: Context, *, by: Actor, session: str, asked_id: str, answer: str, name: str) -> None:
    """Keep the passkey that the device made; raises NotFresh and PasskeyRefused."""
    person = await fresh(context, by=by, session=session)
    await passkeys.finish_registration(context, by=by, person_id=person.id, asked_id=asked_id, answer=answer, name=name)


async def remove(context: Context, *, by: Actor, session: str, kind: FactorKind, factor_id: str) -> None:
    """Remove a way to sign in; raises NotFresh, NotRemovable and LastStrong."""
    person = await fresh(context, by=by, session=session)
    await factors.remove(context, by=by, person_id=person.id, kind=kind, factor_id=factor_id)


async def is_fresh(context: Context, *, by: Actor, session: str) -> bool:
    """Tell whether the signed-in person has just proven that it is them."""
    person = await me(context, by=by)
    return bool(session) and await factors.is_fresh(context, person_id=person.id, session=session)


async def fresh(context: Context, *, by: Actor, session: str) -> Person:
    """Return the signed-in person, who must have proven themselves just now; raises NotFresh and IsBlocked."""
    person = await acting(context, by=by)
    await factors.require_fresh(context, person_id=person.id, session=session)
    return person


def _purpose(session: str) -> str:
    return f"my-sign-in/{session}"

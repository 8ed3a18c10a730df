"""What a person can prove themselves with, and whether they have; the rooms below know how."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from govstack.blocks.identity.authenticators import service as authenticators
from govstack.blocks.identity.browsers import service as browsers
from govstack.blocks.identity.browsers.model import ANYWHERE, Origin
from govstack.blocks.identity.codes import service as codes
from govstack.blocks.identity.codes.model import CODE_DIGITS, Channel
from govstack.blocks.identity.factors import model, store
from govstack.blocks.identity.factors.errors import LastStrong, NotFresh, NotRemovable
from govstack.blocks.identity.factors.model import Challenge, FactorKind, Offer, Proof, Sent
from govstack.blocks.identity.identifiers.model import folded
from govstack.blocks.identity.knowledge import service as knowledge
from govstack.blocks.identity.knowledge.model import METHODS, Kind
from govstack.blocks.identity.lockouts import service as lockouts
from govstack.blocks.identity.lockouts.model import Family
from govstack.blocks.identity.passkeys import model as passkey_model
from govstack.blocks.identity.passkeys import service as passkeys
from govstack.blocks.identity.passkeys.errors import PasskeyRefused
from govstack.blocks.identity.passkeys.model import Question
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.errors import UnknownPerson
from govstack.blocks.identity.people.model import Person, Status
from govstack.kernel import clock, ids, log
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import Forbidden

PURPOSE = "identity/proof"
ADMINISTER = people.ADMINISTER
# As the published operations call them, and by our own names.
FAMILIES = {
    "OTP": Family.CODE,
    "PIN": Family.KNOWN,
    FactorKind.OTP.value: Family.CODE,
    FactorKind.TOTP.value: Family.CODE,
    FactorKind.PIN.value: Family.KNOWN,
    FactorKind.PASSWORD.value: Family.KNOWN,
}


async def offered(context: Context, *, person_id: str) -> tuple[Offer, ...]:
    """Return the ways in which somebody can prove themselves now, the strongest first.

    For nobody (an empty id) it is a one-time code, as most people have, so that guessing identifiers teaches nothing.
    """
    if not person_id:
        return (Offer(FactorKind.OTP),)
    person = await people.person(context, person_id=person_id)
    if person is None or person.status != Status.ACTIVE:
        return ()
    paused = await lockouts.locked(context, person_id=person_id)
    known, code = paused.get(Family.KNOWN, ""), paused.get(Family.CODE, "")
    keys = await passkeys.passkeys(context, person_id=person_id)
    apps = await authenticators.authenticators(context, person_id=person_id)
    secrets = await knowledge.known(context, person_id=person_id)
    ways = codes.channels(context, person=person)
    return (
        *(Offer(FactorKind.PASSKEY, one.name, one.id, "", one.made_at, one.used_at) for one in keys),
        *(Offer(FactorKind.TOTP, one.name, one.id, "", one.made_at, one.used_at, code) for one in apps),
        *(Offer(FactorKind.OTP, hint, way.value, way.value, locked_until=code) for way, hint in ways.items()),
        *(
            Offer(FactorKind(one.kind.value), "", one.kind.value, "", one.made_at, one.used_at, known)
            for one in sorted(secrets, key=lambda secret: secret.kind.value)
        ),
    )


async def send_code(
    context: Context, *, person_id: str, purpose: str, channel: str = "", origin: Origin = ANYWHERE
) -> Sent:
    """Send a one-time code for a purpose, to nobody for an empty id; raises NoChannel, CodesTooMany and Unavailable."""
    if not person_id:
        return Sent("", ids.new_digits(CODE_DIGITS) if context.settings.profile == "sandbox" else "")
    person = await people.person(context, person_id=person_id)
    if person is None or person.status != Status.ACTIVE:
        raise UnknownPerson
    sent = await codes.send(context, person=person, purpose=purpose, channel=channel, origin=origin)
    return Sent(sent.masked, sent.shown, sent.channel.value)


async def prove(
    context: Context, *, person_id: str, challenge: Challenge, purpose: str, origin: Origin = ANYWHERE
) -> tuple[Person, Proof] | None:
    """Return whom a challenge proves, and how; nothing when it proves nobody or the person has to pause.

    Each try is counted before it is made; a wallet's and a body's proofs (WLA, BIO) are not known here.
    """
    if len(challenge.value) > model.VALUE_CHARACTERS_MAX:
        return None
    person = await people.person(context, person_id=person_id)
    if person is None or person.status != Status.ACTIVE:
        return None
    family = FAMILIES.get(challenge.type)
    if family is None:
        return None
    async with context.database.transaction() as tx:
        if not await lockouts.admit(context, tx, person_id=person_id, family=family, origin=origin):
            return None
        methods: tuple[str, ...] = ()
        if family is Family.CODE:
            methods = await _by_code(context, tx, person_id=person_id, code=challenge.value, purpose=purpose)
        if methods:
            await lockouts.succeeded(tx, person_id=person_id, family=family, origin=origin)
    if not methods:
        methods = await _by_the_rest(context, person_id=person_id, challenge=challenge, family=family, origin=origin)
    if not methods:
        log.security(
            context.package, "factor.wrong", actor=f"person/{person_id}", outcome="refused", family=family.value
        )
        return None
    return person, Proof(methods, clock.timestamp())


@asynccontextmanager
async def evenly(*refusals: type[Exception]) -> AsyncIterator[None]:
    """Hold refusals back until a check of somebody who is known would be over as well."""
    until = clock.monotonic() + model.REFUSED_SECONDS_MIN
    try:
        yield
    except refusals:
        await asyncio.sleep(max(0.0, until - clock.monotonic()))
        raise


async def begin_passkey(context: Context, *, purpose: str, person_id: str = "") -> Question:
    """Return what a device is asked; without a person it is the device that says whose passkey it has."""
    return await passkeys.begin(context, purpose=purpose, person_id=person_id)


async def prove_by_passkey(
    context: Context, *, purpose: str, asked_id: str, answer: str
) -> tuple[Person, Proof] | None:
    """Return whom a device has proven; nothing when it proves nobody who is active."""
    try:
        passkey = await passkeys.finish(context, purpose=purpose, asked_id=asked_id, answer=answer)
    except PasskeyRefused:
        return None
    person = await people.person(context, person_id=passkey.person_id)
    if person is None or person.status != Status.ACTIVE:
        return None
    return person, Proof(passkey_model.METHODS, clock.timestamp())


async def note_fresh(context: Context, *, person_id: str, session: str) -> None:
    """Remember for some minutes that a person in a session has just proven themselves."""
    now = clock.now()
    async with context.database.transaction() as tx:
        await store.note_proof(
            tx, person_id=person_id, session=_session(context, session), at=clock.timestamp(now),
            before=clock.timestamp(now - model.FRESH),
        )  # fmt: skip


async def is_fresh(context: Context, *, person_id: str, session: str) -> bool:
    """Tell whether a person in a session has proven themselves just now."""
    now = clock.now()
    since, until = clock.timestamp(now - model.FRESH), clock.timestamp(now + clock.SKEW)
    async with context.database.reading(one_statement=True) as tx:
        return await store.is_fresh(
            tx, person_id=person_id, session=_session(context, session), since=since, until=until
        )


async def require_fresh(context: Context, *, person_id: str, session: str) -> None:
    """Refuse who has not; raises NotFresh."""
    if not session or not await is_fresh(context, person_id=person_id, session=session):
        raise NotFresh


async def remove(context: Context, *, by: Actor, person_id: str, kind: FactorKind, factor_id: str) -> None:
    """Remove a factor; raises LastStrong for the last passkey or app, also where the last two go at once.

    Raises NotRemovable for what nobody removes, such as codes to an address.
    """
    if kind not in model.REMOVABLE:
        raise NotRemovable
    async with context.database.transaction() as tx:
        await people.hold(tx, person_id=person_id)
        if kind in model.STRONG and await _strong(tx, person_id=person_id) == [factor_id]:
            raise LastStrong
        if kind is FactorKind.PASSKEY:
            await passkeys.remove(tx, by=by, person_id=person_id, passkey_id=factor_id)
        elif kind is FactorKind.TOTP:
            await authenticators.remove(tx, by=by, person_id=person_id, authenticator_id=factor_id)
        else:
            await knowledge.remove(tx, by=by, person_id=person_id, kind=Kind(kind.value))


async def reset(context: Context, tx: Transaction, *, by: Actor, person_id: str, reason: str) -> None:
    """Take every factor of a person away and end their pauses, as an administrator does who has seen their papers.

    Whoever had just proven themselves has to do so again. Raises Forbidden and Ended.
    """
    if not by.may(ADMINISTER) and by.kind != "system":
        raise Forbidden
    await people.note(context, tx, by=by, person_id=person_id, kind="factors-reset", reason=reason)
    await passkeys.remove_all(tx, by=by, person_id=person_id)
    await authenticators.remove_all(tx, by=by, person_id=person_id)
    await knowledge.remove_all(tx, by=by, person_id=person_id)
    await lockouts.unlock(tx, by=by, person_id=person_id)
    await browsers.forget(tx, person_id=person_id)
    await store.forget_proofs(tx, person_id=person_id)
    log.security(context.package, "factors.reset", actor=by.id, outcome="ok", subject=f"person/{person_id}")


async def keep_published(context: Context, *, person_id: str, challenge: Challenge, method: str) -> None:
    """Keep a proof of the published records; raises Forbidden outside the conformance profile (IDN-N4)."""
    if context.settings.profile != "conformance":
        raise Forbidden
    async with context.database.transaction() as tx:
        await store.publish(tx, person_id=person_id, print_=_published(context, challenge)[0], method=method)


async def _strong(tx: Transaction, *, person_id: str) -> list[str]:
    keys = await passkeys.kept(tx, person_id=person_id)
    apps = await authenticators.kept(tx, person_id=person_id)
    return [*(one.id for one in keys), *(one.id for one in apps)]


async def _by_code(context: Context, tx: Transaction, *, person_id: str, code: str, purpose: str) -> tuple[str, ...]:
    typed = folded(code)
    channel = await codes.check(context, tx, person_id=person_id, purpose=purpose, code=typed)
    if channel is not None:
        return ("otp", "sms") if channel is Channel.SMS else ("otp",)
    return ("otp",) if await authenticators.check(context, tx, person_id=person_id, code=typed) else ()


async def _by_the_rest(
    context: Context, *, person_id: str, challenge: Challenge, family: Family, origin: Origin
) -> tuple[str, ...]:
    """Compare what is known, which is slow on purpose: nothing is held meanwhile."""
    methods: tuple[str, ...] = ()
    if family is Family.KNOWN:
        kind = await knowledge.check(context, person_id=person_id, secret=challenge.value)
        methods = () if kind is None else (METHODS[kind],)
    methods = methods or await _by_published(context, person_id=person_id, challenge=challenge)
    if methods:
        async with context.database.transaction() as tx:
            await lockouts.succeeded(tx, person_id=person_id, family=family, origin=origin)
    return methods


async def _by_published(context: Context, *, person_id: str, challenge: Challenge) -> tuple[str, ...]:
    if context.settings.profile != "conformance":
        return ()
    async with context.database.reading(one_statement=True) as tx:
        method = await store.published(tx, person_id=person_id, prints=_published(context, challenge))
    return (method,) if method else ()


def _published(context: Context, challenge: Challenge) -> list[str]:
    return context.keys.fingerprints(PURPOSE, f"{challenge.type}|{challenge.format}|{challenge.value}")


def _session(context: Context, session: str) -> str:
    return context.keys.fingerprint("identity/session", session)

"""Use cases of bindings: bind a key, prove by one, see and revoke one's own, end them with the person's access."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from govstack.blocks.identity.authorising import service as authorising
from govstack.blocks.identity.binding import model, store
from govstack.blocks.identity.binding.errors import UnknownBinding
from govstack.blocks.identity.binding.model import Bound, WalletKey, Wanted
from govstack.blocks.identity.certificates import service as certificates
from govstack.blocks.identity.certificates.errors import UnfitKey
from govstack.blocks.identity.certificates.model import Certificate, Kind, PublicKey, Reason
from govstack.blocks.identity.factors import service as factors
from govstack.blocks.identity.factors.model import Challenge
from govstack.blocks.identity.frame.errors import Refused
from govstack.blocks.identity.history import service as history
from govstack.blocks.identity.history.model import Info
from govstack.blocks.identity.history.model import Kind as HistoryKind
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Status
from govstack.blocks.identity.wallets import service as wallets
from govstack.blocks.identity.wallets.model import Partner
from govstack.kernel import audit, clock, events, ids, log
from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction, UniqueViolation
from govstack.kernel.i18n import _

SCOPE = "wallet_binding"
PURPOSE = "wallet-binding"
CHANGED = "identity.wallet.changed"
WAS_BOUND = _("A wallet of {partnerName} was bound to you")
WAS_REVOKED = _("A wallet of {partnerName} was revoked")
# Proof of possession of a key in software (RFC 8176).
WALLET_METHODS = ("swk",)


@dataclass(frozen=True, slots=True)
class Made:
    """A binding and the certificate over its key."""

    bound: Bound
    certificate: str


async def bind(context: Context, *, partner_id: str, api_key: str, wanted: Wanted) -> Made:
    """Bind a key of a wallet to a person who proves to be there; refusals come in the published order (IDN-D28)."""
    partner = await wallets.proven(context, partner_id=partner_id, key=api_key)
    model.check_format(wanted)
    key = model.read_key(wanted.public_key, strict=context.settings.profile != "conformance")
    over = key.public_key()
    model.check_limits(wanted)
    person_id = await _person(context, wanted)
    try:
        async with context.database.transaction() as tx:
            await _refuse_repeated(tx, person_id, key, wanted)
            certificate = await _certified(context, tx, person_id, partner, over)
            bound = Bound(
                ids.new_id(), certificate.subject, partner.name, wanted.factor_type, key.print, key.jwk, key.usable,
                certificate.serial, certificate.issued_at, certificate.expires_at,
            )  # fmt: skip
            await store.bind(tx, bound, person_id=person_id, key=key)
            actor = Actor("application", f"wallet-partner/{partner.id}", partner.name)
            await _tell(context, tx, by=actor, bound=bound, person_id=person_id, act="bound")
    except UniqueViolation as error:
        raise _repeated() from error
    return Made(bound, certificate.pem)


async def send_code(context: Context, *, partner_id: str, api_key: str, individual_id: str) -> None:
    """Send a person the code that a binding is proven with; the caller learns nothing about who there is."""
    await wallets.proven(context, partner_id=partner_id, key=api_key)
    found = await people.find(context, identifier=individual_id)
    await authorising.queue_code(
        context, person_id=found.person.id if found is not None else "", purpose=PURPOSE,
        key=context.keys.fingerprint("identity/binding-code", individual_id),
    )  # fmt: skip


async def prove_all(
    context: Context, *, person_id: str, challenges: Sequence[Challenge], purpose: str, about: str = ""
) -> tuple[str, ...] | None:
    """Return the methods by which a person has proven to be there, or nothing unless every challenge holds.

    `about` is the linked transaction that a wallet's proof may name.
    """
    methods: dict[str, None] = {}
    for one in challenges:
        if one.type == model.WALLET_FACTOR:
            found = await _prove_by_wallet(context, person_id=person_id, token=one.value, about=about)
        else:
            proven = await factors.prove(context, person_id=person_id, challenge=one, purpose=purpose)
            found = None if proven is None else proven[1].methods
        if not found:
            return None
        methods.update(dict.fromkeys(found))
    return tuple(methods) or None


async def mine(context: Context, *, by: Actor) -> list[Bound]:
    """Return the wallets of the person who asks, revoked and expired ones too."""
    person = await people.by_subject(context, subject=by.id)
    if person is None:
        return []
    async with context.database.reading(one_statement=True) as tx:
        return await store.of_person(tx, person_id=person.id)


async def revoke(context: Context, *, by: Actor, binding_id: str) -> None:
    """Revoke a wallet of one's own, and its certificate; doing it again changes nothing."""
    person = await people.by_subject(context, subject=by.id)
    if person is None:
        raise UnknownBinding
    async with context.database.transaction() as tx:
        own = await store.one_of_person(tx, person_id=person.id, binding_id=binding_id)
        if own is None:
            raise UnknownBinding
        await _revoke(context, tx, by=by, bound=own, person_id=person.id, reason=Reason.CESSATION_OF_OPERATION)


async def follow(context: Context, *, subject: str) -> int:
    """Revoke the wallets of somebody whose identity has ended or is blocked for good; returns how many there were."""
    person = await people.by_subject(context, subject=subject)
    if person is None or person.status is Status.ACTIVE or person.blocked_until:
        return 0
    async with context.database.transaction() as tx:
        return await revoke_all(context, tx, by=SYSTEM, person_id=person.id)


async def revoke_all(context: Context, tx: Transaction, *, by: Actor, person_id: str) -> int:
    """Revoke every wallet of a person in the transaction of another act; returns how many there were."""
    revoked = 0
    while holding := await store.of_person(tx, person_id=person_id, revoked_too=False):
        for one in holding:
            await _revoke(context, tx, by=by, bound=one, person_id=person_id, reason=Reason.PRIVILEGE_WITHDRAWN)
        revoked += len(holding)
    return revoked


async def _person(context: Context, wanted: Wanted) -> str:
    """Return whom a key is bound to; that nobody is known is refused as a wrong challenge is, and as late."""
    async with factors.evenly(Refused):
        return await _proven(context, wanted)


async def _proven(context: Context, wanted: Wanted) -> str:
    found = await people.find(context, identifier=wanted.individual_id)
    named = all(one.value.strip() for one in wanted.challenges) and bool(wanted.challenges)
    methods = None
    if found is not None and named:
        methods = await prove_all(context, person_id=found.person.id, challenges=wanted.challenges, purpose=PURPOSE)
    if methods and found is not None and found.one_time:
        async with context.database.transaction() as tx:
            methods = methods if await people.spend(tx, identifier_id=found.identifier_id) else None
    if found is None or methods is None:
        log.security(context.package, "wallet-binding.refused", actor="anonymous", outcome="refused")
        raise Refused(model.INVALID_CHALLENGE, "The challenge does not prove that the person is there.")
    return found.person.id


async def _prove_by_wallet(context: Context, *, person_id: str, token: str, about: str) -> tuple[str, ...] | None:
    now = clock.now()
    stamp = clock.timestamp(now)
    async with context.database.transaction() as tx:
        bindings = await store.holding(tx, person_id=person_id, factor_type=model.WALLET_FACTOR, now=stamp)
        proven = model.proven(token, bindings, audience=context.public_url, about=about, now=now, stamp=stamp)
        if proven is None:
            return None
        expires_at = clock.timestamp(proven.expires_at)
        spent = await store.spend_proof(tx, digest=proven.digest, expires_at=expires_at, now=stamp)
    if not spent:
        log.security(context.package, "wallet-proof.replayed", actor="anonymous", outcome="refused")
        return None
    return WALLET_METHODS


async def _certified(
    context: Context, tx: Transaction, person_id: str, partner: Partner, over: PublicKey
) -> Certificate:
    user_id = await store.user_id(tx, person_id=person_id, partner_id=partner.id, fresh=ids.new_secret(24))
    try:
        return await certificates.certify(context, tx, over=over, kind=Kind.WALLET, subject=user_id)
    except UnfitKey as error:
        raise Refused(model.BINDING_FAILED, error.detail) from error


async def _refuse_repeated(tx: Transaction, person_id: str, key: WalletKey, wanted: Wanted) -> None:
    if await store.is_bound(tx, person_id=person_id, key_print=key.print, factor_type=wanted.factor_type):
        raise _repeated()
    if await store.count(tx, person_id=person_id, now=clock.timestamp()) >= model.BINDINGS_MAX:
        raise Refused(model.BINDING_FAILED, "The person has as many wallets as anybody may have. Revoke one first.")


def _repeated() -> Refused:
    return Refused(model.DUPLICATE_KEY, "This key was bound to this person for this factor before. Make another key.")


async def _revoke(
    context: Context, tx: Transaction, *, by: Actor, bound: Bound, person_id: str, reason: Reason
) -> None:
    by = people.recorded(by)
    if await store.revoke(tx, binding_id=bound.id, now=clock.timestamp()):
        await certificates.withdraw(context, tx, by=by, serial=bound.serial, reason=reason)
        await _tell(context, tx, by=by, bound=bound, person_id=person_id, act="revoked")


async def _tell(
    context: Context, tx: Transaction, *, by: Actor, bound: Bound, person_id: str, act: Literal["bound", "revoked"]
) -> None:
    """Put an act on record: for auditors, for whoever listens, and for the person."""
    subject, detail = f"wallet/{bound.id}", {"factor": bound.factor_type}
    await audit.record(tx, by=by, action=f"identity.wallet.{act}", subject=subject, detail=detail)
    await events.publish(tx, type=CHANGED, subject=subject, data={"wallet": bound.id, "act": act})
    await history.record_in(
        context, tx, person_id=person_id, kind=HistoryKind.ID_MANAGEMENT,
        summary=WAS_BOUND if act == "bound" else WAS_REVOKED, info=Info(partner_name=bound.partner_name),
    )  # fmt: skip

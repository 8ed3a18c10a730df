"""Use cases of the authority: certify a key, revoke, tell how a certificate stands."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric import ec

from govstack.blocks.identity.certificates import model, store
from govstack.blocks.identity.certificates.errors import TooManyRevoked, UnknownCertificate
from govstack.blocks.identity.certificates.model import Certificate, Kind, PublicKey, Reason
from govstack.kernel import audit, clock, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.crypto import digest
from govstack.kernel.db import Transaction

PURPOSE = "certificate-authority"
DAYS = "IDENTITY_CERTIFICATE_DAYS"
LIST_PATH = "/api/v1/certificates/revoked"
REVOKED_MAX = 100_000
REVOKED_KEPT_SECONDS = 60.0
REVOKED = "identity.certificates.revoked"


def authority(context: Context) -> str:
    """Return the authority's own certificate; it is derived from the master secret, so nothing is stored."""
    return model.pem(model.authority(_key(context), name=_name(context)))


async def certify(context: Context, tx: Transaction, *, over: PublicKey, kind: Kind, subject: str) -> Certificate:
    """Issue a certificate over a key, inside the transaction of the act that it belongs to."""
    # A certificate counts in whole seconds; so does what is said of it.
    since = clock.now().replace(microsecond=0)
    until = since + timedelta(days=context.settings.number(DAYS))
    serial = model.serial_of(digest(ids.new_secret(32).encode()))
    made = model.issued(
        _key(context), authority_name=_name(context), over=over, subject=subject, serial=serial, since=since,
        until=until, list_address=f"{context.public_url}{LIST_PATH}",
    )  # fmt: skip
    kept = Certificate(f"{serial:040x}", kind, subject, model.pem(made), clock.timestamp(since), clock.timestamp(until))
    await store.put(tx, kept)
    return kept


async def certify_request(context: Context, *, by: Actor, kind: Kind, subject: str, request: str) -> Certificate:
    """Issue a certificate to an organisation or a service of the state, from its signing request (PKCS #10)."""
    over = model.requested(request)
    async with context.database.transaction() as tx:
        made = await certify(context, tx, over=over, kind=kind, subject=subject)
        await audit.record(
            tx, by=by, action="identity.certificate.issued", subject=f"certificate/{made.serial}",
            detail={"kind": kind.value, "name": subject},
        )  # fmt: skip
    return made


async def read(context: Context, *, serial: str) -> Certificate:
    """Return a certificate; raises UnknownCertificate."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.certificate(tx, serial=serial.lower())
    if found is None:
        raise UnknownCertificate
    return found


async def listed(context: Context, *, after: str, limit: int) -> list[Certificate]:
    """Return the certificates of organisations and services, in the order of their serial numbers."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.listed(tx, after=after, limit=limit)


async def revoke(context: Context, *, by: Actor, serial: str, reason: Reason) -> Certificate:
    """Revoke a certificate; doing it again changes nothing."""
    async with context.database.transaction() as tx:
        if await store.certificate(tx, serial=serial.lower()) is None:
            raise UnknownCertificate
        await withdraw(context, tx, by=by, serial=serial.lower(), reason=reason)
    return await read(context, serial=serial)


async def withdraw(context: Context, tx: Transaction, *, by: Actor, serial: str, reason: Reason) -> None:
    """Revoke a certificate inside the transaction of the act that it belongs to."""
    if await store.revoke(tx, serial=serial, reason=reason, now=clock.timestamp()):
        await audit.record(
            tx, by=by, action="identity.certificate.revoked", subject=f"certificate/{serial}",
            detail={"reason": reason.value},
        )  # fmt: skip
        tx.after_commit(lambda: context.memory.pop(REVOKED, None) and None)


async def revoked_list(context: Context) -> bytes:
    """Return the signed list of revoked certificates; one that is a minute old at most."""
    known = context.memory.get(REVOKED)
    if known is not None and known[0] > clock.monotonic():
        return bytes(known[1])
    now = clock.now()
    async with context.database.reading(one_statement=True, apart=True) as tx:
        found = await store.revoked(tx, now=clock.timestamp(now), limit=REVOKED_MAX + 1)
    if len(found) > REVOKED_MAX:
        raise TooManyRevoked
    number = int(now.timestamp() * 1000)
    # Very many take seconds to list, in which others have to be answered.
    made = await asyncio.to_thread(
        model.revoked_list, _key(context), found, authority_name=_name(context), number=number, now=now
    )
    context.memory[REVOKED] = (clock.monotonic() + REVOKED_KEPT_SECONDS, made)
    return made


def _key(context: Context) -> ec.EllipticCurvePrivateKey:
    return context.keys.signing_key(PURPOSE).private


def _name(context: Context) -> str:
    return f"Identity of {context.settings.text('INSTANCE')}"

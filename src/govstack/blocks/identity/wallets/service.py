"""Use cases of partners: register, change, give another key, prove."""

from __future__ import annotations

from collections.abc import Sequence

from govstack.blocks.identity.wallets import store
from govstack.blocks.identity.wallets.errors import PartnerExists, PartnerUnproven, UnknownPartner
from govstack.blocks.identity.wallets.model import KEY_CHARACTERS_MAX, Keyed, Partner
from govstack.kernel import audit, clock, ids, log
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.crypto import equal
from govstack.kernel.db import UniqueViolation
from govstack.kernel.errors import NotFound
from govstack.kernel.rules import matching
from govstack.kernel.settings import Setting

PURPOSE = "wallet-partner-key"
LINK = "IDENTITY_WALLET_LINK"
SETTINGS = (
    Setting(
        LINK,
        "",
        "Address that opens a wallet, {code} where the link code goes; empty offers no phone outside the sandbox",
        matching(
            r"(?!(?i:javascript|data|vbscript):)[a-z][a-z0-9+.-]*:[^\s\"'<>]*\{code\}[^\s\"'<>]*",
            "be an address with {code} in it",
        ),
    ),
)


def offered(context: Context, *, levels: Sequence[str]) -> bool:
    """Tell whether somebody can sign in by a phone here: where a wallet is known, and can reach a wanted level."""
    known = context.settings.profile == "sandbox" or bool(context.settings.text(LINK))
    return known and (not levels or any(not level.startswith("idbb:acr:biometrics") for level in levels))


def address(context: Context, *, code: str) -> str:
    """Return the address that opens a wallet with a link code; the sandbox has a wallet of its own."""
    known = context.settings.text(LINK)
    if not known and context.settings.profile == "sandbox":
        known = f"{context.public_url}/wallet?code={{code}}"
    if not known:
        raise NotFound
    return known.replace("{code}", code)


async def register(context: Context, *, by: Actor, partner_id: str, name: str, key: str = "") -> Keyed:
    """Register a partner and make its key; the key is returned here and nowhere else. Raises PartnerExists."""
    key, now = key or ids.new_secret(32), clock.timestamp()
    try:
        async with context.database.transaction() as tx:
            key_print = _print(context, partner_id, key)
            await store.add(tx, partner_id=partner_id, name=name, key_print=key_print, now=now)
            await audit.record(
                tx, by=by, action="identity.wallet-partner.registered", subject=f"wallet-partner/{partner_id}"
            )
    except UniqueViolation as error:
        raise PartnerExists from error
    return Keyed(Partner(partner_id, name, active=True, registered_at=now), key)


async def change(context: Context, *, by: Actor, partner_id: str, name: str, active: bool) -> Partner:
    """Change a partner; one that is not active binds nothing more, and what it bound stays."""
    async with context.database.transaction() as tx:
        known = await store.partner(tx, partner_id=partner_id)
        if known is None:
            raise UnknownPartner
        before = known[0]
        if (before.name, before.active) != (name, active):
            await store.change(tx, partner_id=partner_id, name=name, active=active, now=clock.timestamp())
            await audit.record(
                tx, by=by, action="identity.wallet-partner.changed", subject=f"wallet-partner/{partner_id}",
                detail={"active": active},
            )  # fmt: skip
    return Partner(partner_id, name, active, before.registered_at)


async def renew_key(context: Context, *, by: Actor, partner_id: str) -> Keyed:
    """Give a partner another key; the one before stops at once."""
    key = ids.new_secret(32)
    async with context.database.transaction() as tx:
        key_print = _print(context, partner_id, key)
        if not await store.set_key(tx, partner_id=partner_id, key_print=key_print, now=clock.timestamp()):
            raise UnknownPartner
        await audit.record(
            tx, by=by, action="identity.wallet-partner.key-renewed", subject=f"wallet-partner/{partner_id}"
        )
    return Keyed(await read(context, partner_id=partner_id), key)


async def read(context: Context, *, partner_id: str) -> Partner:
    """Return a partner; raises UnknownPartner."""
    async with context.database.reading(one_statement=True) as tx:
        known = await store.partner(tx, partner_id=partner_id)
    if known is None:
        raise UnknownPartner
    return known[0]


async def listed(context: Context, *, after: str, limit: int) -> list[Partner]:
    """Return partners in the order of their ids."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.listed(tx, after=after, limit=limit)


async def proven(context: Context, *, partner_id: str, key: str) -> Partner:
    """Return the partner that an id and a key prove; raises PartnerUnproven, and puts that on record."""
    known = None
    if key and len(key) <= KEY_CHARACTERS_MAX:
        async with context.database.reading(one_statement=True) as tx:
            known = await store.partner(tx, partner_id=partner_id)
    prints = context.keys.fingerprints(PURPOSE, f"{partner_id}|{key}")
    fits = [equal(one, known[1] if known else "") for one in prints]
    if known is None or not any(fits) or not known[0].active:
        # What was sent as an id may be anything, a person's number by mistake too: only a known one is named.
        actor = f"wallet-partner/{partner_id}" if known else "anonymous"
        log.security(context.package, "wallet-partner.refused", actor=actor, outcome="refused")
        refusal = PartnerUnproven()
        refusal.logged = True
        raise refusal
    return known[0]


def _print(context: Context, partner_id: str, key: str) -> str:
    return context.keys.fingerprint(PURPOSE, f"{partner_id}|{key}")

"""Use cases of partners: register them, and tell them that something waits."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.blocks.identity.codes.service import APPLICATION
from govstack.blocks.identity.partners import gateways, store
from govstack.blocks.identity.partners.errors import UnknownPartner, WrongAddress
from govstack.blocks.identity.partners.model import (
    PARTNERS_MAX,
    SECRET_CHARACTERS_MIN,
    Notice,
    Partner,
    Role,
    address_fault,
)
from govstack.blocks.identity.partners.store import Kept
from govstack.kernel import audit, clock, jobs
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.destinations import Rules
from govstack.kernel.errors import BadRequest
from govstack.kernel.rules import SWITCH, listed, matching
from govstack.kernel.settings import Setting

HOSTS, PRIVATE = "IDENTITY_PARTNER_HOSTS", "IDENTITY_PARTNER_PRIVATE"
SETTINGS = (
    Setting(
        HOSTS,
        "",
        "Hosts that notices to partners may be sent to; *.example.org means all below it",
        listed(matching(r"(\*\.)?[A-Za-z0-9][A-Za-z0-9.:-]*", ""), "be hosts with commas between: name or *.suffix"),
    ),
    Setting(PRIVATE, "no", "Whether notices to partners may go to private addresses and over plain HTTP", SWITCH),
)
DELIVER = "identity.partner-notice"
PURPOSE = "identity/partner"
GONE, REDIRECT_FIRST = 410, 300


async def put(context: Context, *, by: Actor, partner: Partner, secret: str) -> Partner:
    """Register or replace a partner; without a secret it keeps its own. Raises BadRequest, WrongAddress."""
    _check(context, partner)
    async with context.database.transaction() as tx:
        there = await store.by_id(tx, partner.id)
        if there is None and await store.count(tx, beside=partner.id) >= PARTNERS_MAX:
            raise BadRequest(f"There are {PARTNERS_MAX} partners already.")
        kept = secret or (_secret(context, there) if there is not None else "")
        if not kept and partner.address and not partner.mediated:
            raise BadRequest(f"A partner with a web address needs a secret of {SECRET_CHARACTERS_MIN} characters.")
        sealed = there.sealed if there is not None and not secret else _sealed(context, partner.id, secret)
        if there is None or there.partner != partner or secret:
            await store.put(tx, Kept(partner, sealed), now=clock.timestamp())
            detail = {"roles": list(partner.roles), "active": partner.active}
            await audit.record(tx, by=by, action="identity.partner.put", subject=f"partner/{partner.id}", detail=detail)
    return partner


async def partner(context: Context, *, partner_id: str, role: Role) -> Partner:
    """Return a partner that is active in a role; raises UnknownPartner."""
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.by_id(tx, partner_id)
    if kept is None or not kept.partner.active or role not in kept.partner.roles:
        raise UnknownPartner
    return kept.partner


async def partners(context: Context, *, role: Role | None = None) -> list[Partner]:
    """Return partners by name: all, or those that are active in a role."""
    async with context.database.reading(one_statement=True) as tx:
        found = [kept.partner for kept in await store.listed(tx)]
    return [one for one in found if role is None or (one.active and role in one.roles)]


async def tell(tx: Transaction, *, partner_id: str, type_: str, notice_id: str, data: Mapping[str, str]) -> None:
    """Ask in the caller's transaction that a partner be told; the same notice is told once."""
    told = {"partner": partner_id, "id": notice_id, "type": type_, "at": clock.timestamp(), "data": dict(data)}
    await jobs.enqueue(tx, DELIVER, told, key=f"{partner_id}/{notice_id}")


async def deliver(context: Context, *, partner_id: str, notice: Notice) -> bool:
    """Tell a partner; false when it was switched off meanwhile or looks by itself. Raises Retry and GiveUp."""
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.by_id(tx, partner_id)
    if kept is None or not kept.partner.active or not kept.partner.address:
        return False
    one = kept.partner
    try:
        if one.mediated:
            status = await gateways.send_mediated(
                context, partner=one, notice=notice, application=context.settings.text(APPLICATION)
            )
        else:
            status = await gateways.send(
                context, partner=one, secret=_secret(context, kept), notice=notice, rules=rules_of(context)
            )
    except WrongAddress as error:
        raise jobs.GiveUp("The address is not allowed any more.") from error
    if status == GONE:
        raise jobs.GiveUp("The partner is gone.")
    if status >= REDIRECT_FIRST:
        raise jobs.Retry(reason=f"The partner answered {status}.")
    return True


def rules_of(context: Context) -> Rules:
    """Return where notices may go, as the settings say."""
    hosts = tuple(one.strip().lower() for one in context.settings.text(HOSTS).split(",") if one.strip())
    private = context.settings.switch(PRIVATE)
    return Rules(hosts, plain=private, reach="machine" if private else "public")


def _check(context: Context, one: Partner) -> None:
    if one.address and not one.mediated and (fault := address_fault(one.address, rules_of(context))):
        raise WrongAddress(f"The address {fault}.", fields={"address": fault})


def _secret(context: Context, kept: Kept) -> str:
    return context.keys.open(PURPOSE, kept.sealed, bound_to=kept.partner.id).decode()


def _sealed(context: Context, partner_id: str, secret: str) -> bytes:
    return context.keys.seal(PURPOSE, secret.encode(), bound_to=partner_id)

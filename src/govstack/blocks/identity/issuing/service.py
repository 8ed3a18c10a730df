"""Use cases of issuers elsewhere: ask one, give it the data once, and hear how far it has come (IDN-33, IDN-34)."""

from __future__ import annotations

from dataclasses import replace

from govstack.blocks.identity.credentials import service as credentials
from govstack.blocks.identity.credentials.errors import UnknownCredential
from govstack.blocks.identity.credentials.model import Form, Shown, State
from govstack.blocks.identity.issuing import model, store
from govstack.blocks.identity.issuing.errors import LinkSpent, NotToIssue
from govstack.blocks.identity.issuing.model import Issuance, Way
from govstack.blocks.identity.partners import service as partners
from govstack.blocks.identity.partners.errors import UnknownPartner
from govstack.blocks.identity.partners.model import Notice, Role
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.signing import service as signing
from govstack.blocks.identity.signing.model import Document
from govstack.kernel import audit, clock, ids, jobs
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import BadRequest

TELL = "identity.tell-issuer"
NOTICE = "identity.issuance.requested"
# What this block does in the name of an issuer that it asked.
ISSUER_SCOPES = frozenset({credentials.PRODUCE})
REPORTED = frozenset({State.PRODUCED, State.DELIVERED})


async def request(context: Context, *, by: Actor, credential_id: str, partner_id: str, way: Way) -> Issuance:
    """Ask an issuer elsewhere to produce a credential that waits; asked again before the data is fetched,
    it is the same request, and the issuer is told again.

    Raises UnknownCredential, UnknownPartner and NotToIssue.
    """
    shown = await credentials.read(context, by=by, credential_id=credential_id)
    partner = await partners.partner(context, partner_id=partner_id, role=Role.ISSUER)
    if not partner.address:
        raise BadRequest("The issuer has no address to be told at. Register one first.")
    if shown.credential.form is not Form.PHYSICAL or shown.credential.state is not State.REQUESTED:
        raise NotToIssue
    now = clock.now()
    made = Issuance(
        ids.new_id(), credential_id, partner.id, way, clock.timestamp(now), clock.timestamp(now + model.LINK_LASTS)
    )
    async with context.database.transaction() as tx:
        # Two orders at once follow each other.
        await people.hold(tx, person_id=shown.credential.person_id)
        there = await store.lasting(tx, made, now=made.created_at)
        if there is not None:
            await jobs.enqueue(tx, TELL, {"issuance": there.id})
            return there
        await store.add(tx, made)
        detail = {"partner": partner.id, "way": way.value}
        await audit.record(tx, by=by, action="identity.issuance.requested", subject=credential_id, detail=detail)
        await jobs.enqueue(tx, TELL, {"issuance": made.id}, key=made.id)
    return made


async def tell(context: Context, *, issuance_id: str) -> None:
    """Tell the issuer, with the data or with a link that works once; repeated, a new link ends the one before.

    Neither data nor link is kept: both are made anew each time.
    """
    async with context.database.reading(one_statement=True) as tx:
        one = await store.by_id(tx, issuance_id)
    if one is None or one.fetched_at:
        return
    try:
        document = await _document(context, one)
    except NotToIssue as error:
        raise jobs.GiveUp("The credential does not wait to be produced any more.") from error
    data = {"issuanceId": one.id, "credentialId": one.credential_id}
    if one.way is Way.PUSH:
        data["document"] = document
    else:
        link = ids.new_secret()
        async with context.database.transaction() as tx:
            if not await store.renew(tx, one.id, link_hash=model.hashed(link)):
                return
        data["link"] = f"{context.public_url}/issuance/{link}"
    told = await partners.deliver(
        context, partner_id=one.partner_id, notice=Notice(one.id, NOTICE, one.created_at, data)
    )  # fmt: skip
    if not told:
        raise jobs.GiveUp("The issuer was switched off, or has no address any more.")
    if one.way is Way.PUSH:
        async with context.database.transaction() as tx:
            if await store.fetch(tx, one.id, now=clock.timestamp()):
                await _log_given(tx, one)


async def fetch(context: Context, *, link: str) -> str:
    """Return the data of a credential, once, to whoever holds its link; raises LinkSpent."""
    if len(link) > model.LINK_CHARACTERS_MAX:
        raise LinkSpent
    async with context.database.reading(one_statement=True) as tx:
        one = await store.by_link(tx, model.hashed(link))
    if one is None:
        raise LinkSpent
    try:
        document = await _document(context, one)
    except NotToIssue as error:
        raise LinkSpent from error
    async with context.database.transaction() as tx:
        if not await store.fetch(tx, one.id, now=clock.timestamp()):
            raise LinkSpent
        await _log_given(tx, one)
    return document


async def report(context: Context, *, by: Actor, issuance_id: str, state: State, tracking_id: str = "") -> Shown:
    """Let the issuer that was asked say that a credential was produced or delivered; raises UnknownCredential."""
    async with context.database.reading(one_statement=True) as tx:
        one = await store.by_id(tx, issuance_id)
    try:
        partner = await partners.partner(context, partner_id=one.partner_id if one else "", role=Role.ISSUER)
    except UnknownPartner as error:
        raise UnknownCredential from error
    calls = by.kind == "application" and bool(partner.application) and by.application == partner.application
    if one is None or not calls or state not in REPORTED:
        raise UnknownCredential
    acting = replace(by, scopes=ISSUER_SCOPES)
    return await credentials.step(
        context, by=acting, credential_id=one.credential_id, state=state, tracking_id=tracking_id
    )  # fmt: skip


async def _log_given(tx: Transaction, one: Issuance) -> None:
    by, detail = Actor("application", one.partner_id), {"way": one.way.value}
    await audit.record(tx, by=by, action="identity.issuance.fetched", subject=one.credential_id, detail=detail)


async def _document(context: Context, one: Issuance) -> str:
    reader = replace(Actor.system("identity"), scopes=ISSUER_SCOPES)
    shown = await credentials.read(context, by=reader, credential_id=one.credential_id)
    person = await people.person(context, person_id=shown.credential.person_id)
    if shown.credential.state is not State.REQUESTED or person is None or person.status != "active":
        raise NotToIssue
    now = clock.now()
    document = Document(
        id=one.id,
        types=("IssuanceData",),
        claims={
            **shown.content.claims, "documentNumber": shown.credential.number, "kind": shown.credential.kind,
            "deliveryAddress": shown.content.delivery_address,
        },
        since=clock.timestamp(now),
        until=clock.timestamp(now + model.DATA_LASTS),
    )  # fmt: skip
    return signing.packed(context, document)

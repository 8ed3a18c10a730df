"""The pages of sharing: what was shared, share more in two questions, and take it back."""

from __future__ import annotations

import msgspec

from govstack.blocks.identity.frame.presenters import Words, framed
from govstack.blocks.identity.history import service as history
from govstack.blocks.identity.history.errors import NotAPerson
from govstack.blocks.identity.partners import service as partners
from govstack.blocks.identity.partners.errors import UnknownPartner
from govstack.blocks.identity.partners.model import Partner, Role
from govstack.blocks.identity.sharing import presenters, service
from govstack.blocks.identity.sharing.errors import (
    NO_ATTRIBUTES,
    NO_CONSENT,
    NO_PARTNER,
    WRONG_FORMAT,
    WRONG_PURPOSE,
    WrongShare,
)
from govstack.blocks.identity.sharing.model import State, Wanted
from govstack.kernel import clock
from govstack.kernel.errors import Conflict, NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, signed_in
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("sharing pages",))
HERE = "/me/shares"
ALL, PARTLY = "all", "partly"
FIELDS = {
    NO_ATTRIBUTES[0]: "attributes", WRONG_FORMAT[0]: "attributes", WRONG_PURPOSE[0]: "purpose",
    NO_CONSENT[0]: "consent", NO_PARTNER[0]: "",
}  # fmt: skip


class NewQuery(msgspec.Struct, frozen=True):
    """With whom to share."""

    partner: str = ""
    lang: str = ""


@routes.page(HERE, access=signed_in(), operation_id="mySharesPage")
async def mine(call: Call) -> Page:
    """Show what a person shared, with whom, and what became of it."""
    words = Words(call.language)
    try:
        found = await service.own(call.context, by=call.actor)
    except NotAPerson:
        return framed(call, "shares", "me_nobody.html", {})
    values = {"rows": presenters.rows(words, found, now=clock.timestamp())}
    return framed(call, "shares", "my_shares.html", values)


@routes.page(f"{HERE}/new", access=signed_in(), query=NewQuery, operation_id="newSharePage")
async def begin(call: Call) -> Page:
    """Ask with whom, then what and what for."""
    if call.query.partner:
        return await _new(call, call.query.partner)
    found = await partners.partners(call.context, role=Role.RECEIVER)
    return framed(call, "shares", "share_partner.html", {"partners": [(one.id, one.name) for one in found]})


@routes.form(f"{HERE}/new", access=signed_in(), operation_id="shareForm")
async def share(call: Call) -> Page | Redirect:
    """Share."""
    masked = call.form.get("shown", PARTLY) != ALL
    wanted = [Wanted(name, masked=masked) for name in call.form_lists.get("attributes", [])]
    try:
        event_id = await service.share(
            call.context, by=call.actor, partner_id=call.form.get("partner", ""), wanted=wanted,
            purpose=call.form.get("purpose", "").strip(),
            consent="Accepted" if call.form.get("consent") == "yes" else "denied",
        )  # fmt: skip
    except WrongShare as error:
        errors = {FIELDS.get(error.error_code, ""): error.detail}
        return await _new(call, call.form.get("partner", ""), errors=errors)
    return Redirect(f"{HERE}/{event_id}", notice=_("Your data is being prepared for the partner."))


@routes.page(f"{HERE}/{{eventId}}", access=signed_in(), operation_id="mySharePage")
async def show(call: Call) -> Page:
    """Show one share."""
    return await _one(call)


@routes.form(f"{HERE}/{{eventId}}/withdraw", access=signed_in(), operation_id="withdrawShareForm")
async def withdraw(call: Call) -> Page | Redirect:
    """Take back what the partner has not fetched."""
    try:
        await service.withdraw(call.context, by=call.actor, event_id=call.path["eventId"])
    except Conflict as error:
        return await _one(call, wrong=error.detail)
    return Redirect(f"{HERE}/{call.path['eventId']}", notice=_("You withdrew it. The partner cannot fetch it."))


async def _new(call: Call, partner_id: str, *, errors: dict[str, str] | None = None) -> Page:
    words = Words(call.language)
    person = await history.person_of(call.context, by=call.actor)
    partner = await _partner(call, partner_id)
    values = {
        "partner": partner,
        "attributes": presenters.attributes(words, person, partner),
        "chosen": call.form_lists.get("attributes", []),
        "ways": [(PARTLY, words(_("Partly hidden"))), (ALL, words(_("In full")))],
        "typed": call.form,
        "errors": errors or {},
    }
    return framed(call, "shares", "share_new.html", values, status=400 if errors else 200)


async def _partner(call: Call, partner_id: str) -> Partner:
    try:
        return await partners.partner(call.context, partner_id=partner_id, role=Role.RECEIVER)
    except UnknownPartner as error:
        raise NotFound from error


async def _one(call: Call, *, wrong: str = "") -> Page:
    words, now = Words(call.language), clock.timestamp()
    share, name = await service.one(call.context, by=call.actor, event_id=call.path["eventId"])
    values = {
        "id": share.event_id,
        "partner": name,
        "status": presenters.status(words, share, now=now),
        "summary": presenters.summary(words, share, name),
        "open": share.state in {State.WAITING, State.READY} and share.expires_at > now,
        "errors": {"": wrong} if wrong else {},
    }
    return framed(call, "shares", "my_share.html", values, status=409 if wrong else 200)

"""The pages of people about themselves: my identity, my virtual identifiers, and how I sign in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from govstack.blocks.identity.authenticators.errors import WrongCode
from govstack.blocks.identity.codes.errors import CodesTooMany, NoChannel
from govstack.blocks.identity.factors import service as factors
from govstack.blocks.identity.factors.errors import LastStrong, NotFresh, NotRemovable
from govstack.blocks.identity.factors.model import FactorKind
from govstack.blocks.identity.frame.presenters import Words, drawn, framed
from govstack.blocks.identity.identifiers.errors import TooManyIdentifiers
from govstack.blocks.identity.identifiers.model import IdentifierKind, VidKind
from govstack.blocks.identity.knowledge.errors import WeakSecret
from govstack.blocks.identity.knowledge.model import Kind
from govstack.blocks.identity.myself import presenters, service
from govstack.blocks.identity.myself.errors import Different, Nobody, NotProved
from govstack.blocks.identity.passkeys.errors import PasskeyRefused
from govstack.blocks.identity.people import service as people
from govstack.kernel.errors import BadRequest, Unavailable
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, signed_in
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("my identity",))
CHANGES_SHOWN = 50
FACTORS = "/me/factors"
PROOF = f"{FACTORS}/proof"
KINDS: Mapping[str, VidKind] = {"perpetual": "perpetual", "one-time": "one-time", "temporary": "temporary"}
CHOOSE_KIND = _("Choose how long it is to work")
REVOKE_FOLLOWS = _("This cannot be undone. Those whom you gave it to reach you by it no more. You can make another.")
SAY_PROOF = _("Enter what proves that it is you")


class WayQuery(msgspec.Struct, frozen=True):
    """By which way somebody wants to prove that it is them."""

    way: Literal["", "otp", "totp", "pin", "password", "passkey"] = ""
    lang: str = ""


@routes.page("/", access=signed_in(), operation_id="identityStartPage")
async def start(call: Call) -> Redirect:
    """Lead to what the state knows of whoever is there."""
    return Redirect("/me")


@routes.page("/me", access=signed_in(), operation_id="myIdentityPage")
async def mine(call: Call) -> Page:
    """Show somebody who they are as the state has it."""
    return await _mine(call)


@routes.form("/me/vids", access=signed_in(), operation_id="myVidForm", secret=True)
async def make_vid(call: Call) -> Page | Redirect:
    """Make a virtual identifier."""
    kind = KINDS.get(call.form.get("kind", ""))
    if kind is None:
        return await _mine(call, {"kind": CHOOSE_KIND})
    try:
        await service.new_vid(call.context, by=call.actor, kind=kind)
    except TooManyIdentifiers as refused:
        return await _mine(call, {"kind": refused.detail})
    return Redirect("/me", notice=_("The virtual identifier was made. Give it to whoever asks for your number."))


@routes.form("/me/vids/{vidId}/revoke", access=signed_in(), operation_id="myVidRevokeForm")
async def revoke_vid(call: Call) -> Page | Redirect:
    """Revoke a virtual identifier, after asking once more."""
    step = call.form.get("step", "")
    if step == "edit":
        return await _mine(call)
    if step != "send":
        return await _check_revoke(call)
    await service.revoke_vid(call.context, by=call.actor, vid_id=call.path["vidId"])
    return Redirect("/me", notice=_("The virtual identifier was revoked. Nothing accepts it any more."))


@routes.page(FACTORS, access=signed_in(), operation_id="mySignInPage")
async def my_factors(call: Call) -> Page:
    """Show somebody the ways they can sign in."""
    return await _factors(call)


@routes.page(PROOF, access=signed_in(), query=WayQuery, operation_id="myProofPage")
async def ask_proof(call: Call) -> Page:
    """Ask for a proof that it is still the same person, before they change how they sign in."""
    return await _proof(call, call.query.way)


@routes.form(f"{PROOF}/code", access=signed_in(), operation_id="myProofCodeForm", secret=True)
async def send_code(call: Call) -> Page:
    """Send a one-time code and ask for it."""
    try:
        sent = await service.send_code(call.context, by=call.actor, session=_session(call))
    except (CodesTooMany, NoChannel, Unavailable) as refused:
        return await _proof(call, "otp", errors={"": refused.detail})
    return await _proof(call, "otp", sent={"masked": sent.masked, "shown": sent.shown})


@routes.form(PROOF, access=signed_in(), operation_id="myProofForm", secret=True)
async def give_proof(call: Call) -> Page | Redirect:
    """Take the proof."""
    way = call.form.get("way", "")
    try:
        if way == FactorKind.PASSKEY:
            await service.prove_by_passkey(
                call.context, by=call.actor, session=_session(call), asked_id=call.form.get("asked", ""),
                answer=call.form.get("answer", ""),
            )  # fmt: skip
        else:
            await service.prove(
                call.context, by=call.actor, session=_session(call), way=way, value=call.form.get("proof", "")
            )
    except NotProved as refused:
        detail = refused.detail if call.form.get("proof") or call.form.get("answer") else SAY_PROOF
        return await _proof(call, way, sent={"masked": "", "shown": ""}, errors={"proof": detail})
    return Redirect(FACTORS, notice=_("Thank you. For ten minutes you can change how you sign in."))


@routes.page(f"{FACTORS}/pin", access=signed_in(), operation_id="myPinPage")
async def ask_pin(call: Call) -> Page | Redirect:
    """Ask for a new PIN."""
    return await _when_fresh(call, "my_pin.html", {})


@routes.form(f"{FACTORS}/pin", access=signed_in(), operation_id="myPinForm", secret=True)
async def set_pin(call: Call) -> Page | Redirect:
    """Set the PIN."""
    return await _set(call, Kind.PIN, "my_pin.html", _("Your PIN was set."))


@routes.page(f"{FACTORS}/password", access=signed_in(), operation_id="myPasswordPage")
async def ask_password(call: Call) -> Page | Redirect:
    """Ask for a new password."""
    return await _when_fresh(call, "my_password.html", {})


@routes.form(f"{FACTORS}/password", access=signed_in(), operation_id="myPasswordForm", secret=True)
async def set_password(call: Call) -> Page | Redirect:
    """Set the password."""
    return await _set(call, Kind.PASSWORD, "my_password.html", _("Your password was set."))


@routes.form(f"{FACTORS}/app/begin", access=signed_in(), operation_id="myAppBeginForm", secret=True)
async def begin_app(call: Call) -> Redirect:
    """Begin to add an authenticator app."""
    try:
        await service.begin_app(call.context, by=call.actor, session=_session(call), name=call.form.get("name", ""))
    except NotFresh:
        return Redirect(PROOF)
    return Redirect(f"{FACTORS}/app")


@routes.page(f"{FACTORS}/app", access=signed_in(), operation_id="myAppPage")
async def show_app(call: Call) -> Page | Redirect:
    """Show what the app has to read, and ask for its first code."""
    return await _app(call)


@routes.form(f"{FACTORS}/app", access=signed_in(), operation_id="myAppForm", secret=True)
async def confirm_app(call: Call) -> Page | Redirect:
    """Take the first code of an app."""
    try:
        await service.confirm_app(
            call.context, by=call.actor, session=_session(call), app_id=call.form.get("app", ""),
            code=call.form.get("code", ""),
        )  # fmt: skip
    except WrongCode as refused:
        return await _app(call, {"code": refused.detail})
    except NotFresh:
        return Redirect(PROOF)
    return Redirect(FACTORS, notice=_("The app was added. From now on its codes prove that it is you."))


@routes.page(f"{FACTORS}/passkey", access=signed_in(), operation_id="myPasskeyPage")
async def ask_passkey(call: Call) -> Page | Redirect:
    """Ask the person's device for a passkey."""
    return await _passkey(call)


@routes.form(f"{FACTORS}/passkey", access=signed_in(), operation_id="myPasskeyForm", secret=True)
async def add_passkey(call: Call) -> Page | Redirect:
    """Keep the passkey that the device made."""
    try:
        await service.add_passkey(
            call.context, by=call.actor, session=_session(call), asked_id=call.form.get("asked", ""),
            answer=call.form.get("answer", ""), name=call.form.get("name", ""),
        )  # fmt: skip
    except PasskeyRefused as refused:
        return await _passkey(call, {"name": refused.detail})
    except NotFresh:
        return Redirect(PROOF)
    return Redirect(FACTORS, notice=_("The passkey was added. From now on it proves that it is you."))


@routes.form(f"{FACTORS}/remove", access=signed_in(), operation_id="myFactorRemoveForm")
async def remove(call: Call) -> Page | Redirect:
    """Remove a way to sign in."""
    try:
        kind = FactorKind(call.form.get("kind", ""))
    except ValueError as error:
        raise BadRequest from error
    try:
        await service.remove(
            call.context, by=call.actor, session=_session(call), kind=kind, factor_id=call.form.get("factor", "")
        )
    except NotFresh:
        return Redirect(PROOF)
    except (LastStrong, NotRemovable) as refused:
        return await _factors(call, {"": refused.detail})
    return Redirect(FACTORS, notice=_("It was removed. It proves nothing any more."))


async def _mine(call: Call, errors: Mapping[str, str] | None = None) -> Page:
    words = Words(call.language)
    try:
        person = await service.me(call.context, by=call.actor)
    except Nobody:
        return framed(call, "me", "me_nobody.html", {})
    identifiers = await people.identifiers(call.context, person_id=person.id)
    changes = await people.history(call.context, person_id=person.id, limit=CHANGES_SHOWN)
    values = {
        "person": person,
        "status": presenters.status(words, person),
        "attributes": presenters.attributes(words, person.attributes),
        "vids": presenters.identifiers(words, identifiers, IdentifierKind.VID),
        "aliases": presenters.identifiers(words, identifiers, IdentifierKind.ALIAS),
        "kinds": [(kind, words(presenters.FORM_WORDS[kind])) for kind in KINDS],
        "history": presenters.history(words, changes),
        "errors": errors or {},
    }
    return framed(call, "me", "me.html", values, status=400 if errors else 200)


async def _check_revoke(call: Call) -> Page:
    words = Words(call.language)
    vid = await service.vid(call.context, by=call.actor, vid_id=call.path["vidId"])
    values = {
        "question": _("Revoke this virtual identifier?"), "follows": REVOKE_FOLLOWS, "button": _("Revoke"),
        "rows": [(words(_("Virtual identifier")), vid.value)], "action": f"/me/vids/{vid.id}/revoke", "kept": {},
        "back": "/me",
    }  # fmt: skip
    return framed(call, "me", "for_good_check.html", values)


async def _factors(call: Call, errors: Mapping[str, str] | None = None) -> Page:
    words = Words(call.language)
    try:
        person = await service.me(call.context, by=call.actor)
    except Nobody:
        return framed(call, "factors", "me_nobody.html", {})
    offers = await factors.offered(call.context, person_id=person.id)
    values = {
        "factors": presenters.factors(words, offers),
        "fresh": await service.is_fresh(call.context, by=call.actor, session=_session(call)),
        "has": {one.kind.value for one in offers},
        "errors": errors or {},
    }
    return framed(call, "factors", "my_factors.html", values, status=409 if errors else 200)


async def _proof(
    call: Call, way: str, *, sent: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None
) -> Page:
    words = Words(call.language)
    person = await service.acting(call.context, by=call.actor)
    ways = presenters.ways(words, await factors.offered(call.context, person_id=person.id))
    known = [kind for kind, _words in ways]
    chosen = way if way in known else next(iter(known), "")
    question = None
    if chosen == FactorKind.PASSKEY:
        question = await service.ask_passkey(call.context, by=call.actor, session=_session(call))
    values = {
        "way": chosen, "others": [one for one in ways if one[0] != chosen], "sent": sent, "question": question,
        "errors": errors or {},
    }  # fmt: skip
    return framed(call, "factors", "my_proof.html", values, status=400 if errors else 200)


async def _set(call: Call, kind: Kind, template: str, done: str) -> Page | Redirect:
    try:
        await service.set_secret(
            call.context, by=call.actor, session=_session(call), kind=kind, secret=call.form.get("secret", ""),
            again=call.form.get("again", ""),
        )  # fmt: skip
    except (WeakSecret, Different) as refused:
        field = "again" if isinstance(refused, Different) else "secret"
        return await _when_fresh(call, template, {field: refused.detail})
    except NotFresh:
        return Redirect(PROOF)
    return Redirect(FACTORS, notice=done)


async def _app(call: Call, errors: Mapping[str, str] | None = None) -> Page | Redirect:
    try:
        begun = await service.begun_app(call.context, by=call.actor, session=_session(call))
    except NotFresh:
        return Redirect(PROOF)
    if begun is None:
        return Redirect(FACTORS)
    return await _when_fresh(call, "my_app.html", errors or {}, {"app": begun, "picture": drawn(begun.address)})


async def _passkey(call: Call, errors: Mapping[str, str] | None = None) -> Page | Redirect:
    try:
        question = await service.begin_passkey(call.context, by=call.actor, session=_session(call))
    except NotFresh:
        return Redirect(PROOF)
    return await _when_fresh(call, "my_passkey.html", errors or {}, {"question": question})


async def _when_fresh(
    call: Call, template: str, errors: Mapping[str, str], values: Mapping[str, object] | None = None
) -> Page | Redirect:
    try:
        await service.fresh(call.context, by=call.actor, session=_session(call))
    except NotFresh:
        return Redirect(PROOF)
    shown = {**(values or {}), "errors": errors}
    return framed(call, "factors", template, shown, status=400 if errors else 200)


def _session(call: Call) -> str:
    return str(call.session.get("sid", ""))

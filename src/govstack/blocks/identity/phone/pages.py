"""The pages of the phone to try: read a code, choose who holds the phone, confirm or refuse. Sandbox only."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from govstack.blocks.identity.authorising import presenters as sign_in
from govstack.blocks.identity.frame.errors import Refused
from govstack.blocks.identity.frame.presenters import Words
from govstack.blocks.identity.linking.errors import AUTH_FAILED, INVALID_LINK_CODE
from govstack.blocks.identity.linking.service import Asked
from govstack.blocks.identity.phone import presenters, service
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, public
from govstack.web.answers import Page

routes = Routes(tags=("wallet to try",))
NO_CODE = _("This code is unknown or has ended. Copy the one that the other page shows now")
NOBODY = _("Choose who holds the phone")
WRONG = _("The code is not right. A new one was sent")
OVER = _("This sign-in was finished or has ended. Begin again in the browser.")


class CodeQuery(msgspec.Struct, frozen=True):
    """The link code that was scanned."""

    code: str = ""
    lang: str = ""


@routes.page("/wallet", access=public(), query=CodeQuery, operation_id="walletToTry")
async def read_code(call: Call) -> Page:
    """Ask for a link code, or show the one that was scanned."""
    await service.personas(call.context)
    return _shown("wallet.html", {"code": call.query.code, "errors": {}})


@routes.form("/wallet", access=public(), operation_id="walletToTryLink")
async def link(call: Call) -> Page:
    """Link the phone and show who asks for what."""
    code = call.form.get("code", "").strip()
    try:
        asked = await service.link(call.context, code=code)
    except Refused as refusal:
        if refusal.error_code != INVALID_LINK_CODE:
            return _over()
        return _shown("wallet.html", {"code": code, "errors": {"code": NO_CODE}}, status=400)
    return await _ask(call, asked, errors={})


@routes.form("/wallet/person", access=public(), operation_id="walletToTryPerson")
async def choose(call: Call) -> Page:
    """Take who holds the phone and show the one-time code."""
    linked_id, subject = call.form.get("linked", ""), call.form.get("person", "")
    try:
        if call.form.get("answer") == "refuse":
            return await _refused(call, linked_id)
        if not subject:
            asked = await service.asked(call.context, linked_id=linked_id)
            return await _ask(call, asked, errors={"person": NOBODY})
        return await _confirm(call, linked_id=linked_id, subject=subject, errors={})
    except Refused:
        return _over()


@routes.form("/wallet/confirm", access=public(), operation_id="walletToTryConfirm", secret=True)
async def confirm(call: Call) -> Page:
    """Take the one-time code and what may be passed on."""
    linked_id, subject = call.form.get("linked", ""), call.form.get("person", "")
    try:
        if call.form.get("answer") == "refuse":
            return await _refused(call, linked_id)
        await service.confirm(
            call.context, linked_id=linked_id, subject=subject, one_time_code=call.form.get("one_time_code", ""),
            claims=call.form_lists.get("claims", ()),
        )  # fmt: skip
    except Refused as refusal:
        if refusal.error_code != AUTH_FAILED:
            return _over()
        return await _again(call, linked_id=linked_id, subject=subject)
    return _shown("wallet_done.html", {"allowed": True})


async def _refused(call: Call, linked_id: str) -> Page:
    await service.refuse(call.context, linked_id=linked_id)
    return _shown("wallet_done.html", {"allowed": False})


async def _again(call: Call, *, linked_id: str, subject: str) -> Page:
    try:
        return await _confirm(call, linked_id=linked_id, subject=subject, errors={"one_time_code": WRONG})
    except Refused:
        return _over()


async def _ask(call: Call, asked: Asked, *, errors: dict[str, str]) -> Page:
    values = {
        **sign_in.asked(Words(call.language), asked.transaction),
        "service": presenters.who_asks(Words(call.language), asked),
        "own": asked.client.own,
        "holders": presenters.holders(await service.personas(call.context)),
        "linked": asked.linked_id,
        "errors": errors,
    }
    return _shown("wallet_ask.html", values, status=400 if errors else 200)


async def _confirm(call: Call, *, linked_id: str, subject: str, errors: dict[str, str]) -> Page:
    asked, shown = await service.send_code(call.context, linked_id=linked_id, subject=subject)
    values = {
        **sign_in.asked(Words(call.language), asked.transaction),
        "service": presenters.who_asks(Words(call.language), asked),
        "own": asked.client.own,
        "shown_code": shown,
        "linked": linked_id,
        "person": subject,
        "errors": errors,
    }
    return _shown("wallet_confirm.html", values, status=400 if errors else 200)


def _over() -> Page:
    return _shown("wallet.html", {"code": "", "errors": {"": OVER}}, status=400)


def _shown(template: str, values: Mapping[str, object], *, status: int = 200) -> Page:
    # A phone has no pages of the block beside it.
    return Page(template, {"navigation": (), **values}, status=status)

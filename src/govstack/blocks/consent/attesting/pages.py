"""Pages on which people sign: their own consent, and somebody else's when they are asked to."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.blocks.consent.agreements import presenters as about
from govstack.blocks.consent.agreements.errors import NotActive
from govstack.blocks.consent.agreements.model import worded
from govstack.blocks.consent.asking import service as asking
from govstack.blocks.consent.asking.errors import AnsweredAlready, AskedAlready, NothingToSign, TooManyAsked
from govstack.blocks.consent.asking.model import EMAIL_CHARACTERS_MAX, PHONE_CHARACTERS_MAX, Asked
from govstack.blocks.consent.asking.presenters import NOTICES, asker, until
from govstack.blocks.consent.attesting import service
from govstack.blocks.consent.attesting.presenters import signatures
from govstack.blocks.consent.editing.schemas import Reader
from govstack.blocks.consent.evidence.errors import Unknown
from govstack.blocks.consent.frame.presenters import Words, framed
from govstack.blocks.consent.individuals.errors import NotIdentified
from govstack.blocks.consent.individuals.model import IDENTIFIER_CHARACTERS_MAX
from govstack.blocks.consent.records.service import Shown
from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, signed_in
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("signature pages",))


@routes.form("/agreement/{agreementId}/sign", access=signed_in(), operation_id="signConsentForm")
async def sign(call: Call) -> Redirect:
    """Sign one's own consent that waits for signatures."""
    record = await _own(call)
    await service.confirm(call.context, by=call.actor, record_id=record.data.id)
    return Redirect(f"/agreement/{call.path['agreementId']}", notice=_("You signed."))


@routes.page("/agreement/{agreementId}/ask", access=signed_in(), operation_id="askToSignPage")
async def ask_whom(call: Call) -> Page:
    """Ask who is to sign with somebody."""
    return _form(call, await _own(call), {}, {})


@routes.form("/agreement/{agreementId}/ask", access=signed_in(), operation_id="askToSignForm")
async def ask(call: Call) -> Page | Redirect:
    """Ask somebody to sign with oneself."""
    record, reader = await _own(call), Reader(Words(call.language), call.form)
    asked = Asked(
        external_id=reader.text("person", IDENTIFIER_CHARACTERS_MAX, _("Enter the person’s number")),
        signs=record.data.id,
        email=reader.email("email", EMAIL_CHARACTERS_MAX),
        phone=reader.phone("phone", PHONE_CHARACTERS_MAX),
        language=call.language,
    )
    if reader.errors:
        return _form(call, record, call.form, reader.errors)
    try:
        told = await asking.ask_to_sign(call.context, by=call.actor, asked=asked)
    except (AskedAlready, TooManyAsked) as error:
        return _form(call, record, call.form, {"person": error.title})
    except NotActive:
        return _form(call, record, call.form, {"": _("Nobody can agree to this at present.")})
    except NothingToSign:
        wrong = _("This person cannot sign with you: it is yourself, or they have signed already")
        return _form(call, record, call.form, {"person": wrong})
    return Redirect(f"/agreement/{call.path['agreementId']}", notice=NOTICES[told.notice])


@routes.page("/sign/{requestId}", access=signed_in(), operation_id="signTooPage")
async def show(call: Call) -> Page:
    """Show what somebody is asked to sign with another person."""
    words = Words(call.language)
    found = next((one for one in await _asked(call) if one.request.id == call.path["requestId"]), None)
    if found is None or not found.request.signs:
        return framed(call, "mine", "over.html", {}, status=410)
    wording = worded(found.agreement, call.language)
    values = {
        "here": f"/sign/{found.request.id}",
        "name": wording.purpose,
        "said": wording,
        "foreign": about.foreign(words, wording),
        "terms": about.terms(words, found.agreement),
        "asker": asker(words, found),
        "until": until(words, found.request),
        "reason": found.request.said.reason,
    }
    return framed(call, "mine", "sign_too.html", values)


@routes.form("/sign/{requestId}/agree", access=signed_in(), operation_id="signTooForm")
async def sign_too(call: Call) -> Page | Redirect:
    """Sign with another person."""
    try:
        await service.sign_too(call.context, by=call.actor, request_id=call.path["requestId"])
    except (Unknown, AnsweredAlready, NotIdentified):
        return framed(call, "mine", "over.html", {}, status=410)
    return Redirect("/", notice=_("You signed."))


@routes.form("/sign/{requestId}/refuse", access=signed_in(), operation_id="refuseToSignForm")
async def refuse(call: Call) -> Page | Redirect:
    """Do not sign with another person."""
    try:
        await asking.refuse_to_sign(call.context, by=call.actor, request_id=call.path["requestId"])
    except (Unknown, AnsweredAlready, NotIdentified):
        return framed(call, "mine", "over.html", {}, status=410)
    return Redirect("/", notice=_("You did not sign. Whoever asked you is told so."))


async def _asked(call: Call) -> list[asking.Shown]:
    return await asking.asked_of(call.context, by=call.actor)


async def _own(call: Call) -> Shown:
    """Return one's own record for an agreement that waits for signatures."""
    try:
        return await service.waiting(call.context, by=call.actor, agreement_id=call.path["agreementId"])
    except (Unknown, NotIdentified) as error:
        raise NotFound from error


def _form(call: Call, record: Shown, values: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    words = Words(call.language)
    shown = {
        "here": f"/agreement/{call.path['agreementId']}/ask",
        "up": f"/agreement/{call.path['agreementId']}",
        "purpose": worded(record.agreement, call.language).purpose,
        "stand": signatures(words, record.data)["stand"],
        "values": {"person": "", "email": "", "phone": "", **values},
        "errors": errors,
    }
    return framed(call, "mine", "ask_to_sign.html", shown, status=400 if errors else 200)

"""A person's own pages: what did I agree to, agree and withdraw, who saw it, and be forgotten (C9 to C13)."""

from __future__ import annotations

import msgspec

from govstack.blocks.consent.agreements import presenters as about
from govstack.blocks.consent.agreements import service as agreements
from govstack.blocks.consent.agreements.errors import NotActive
from govstack.blocks.consent.agreements.model import differences, worded
from govstack.blocks.consent.asking import service as asking
from govstack.blocks.consent.attesting import service as attesting
from govstack.blocks.consent.attesting.presenters import signatures
from govstack.blocks.consent.evidence.errors import OutdatedRevision, Unknown
from govstack.blocks.consent.evidence.service import Part
from govstack.blocks.consent.frame.presenters import Words, framed
from govstack.blocks.consent.giving import presenters, service
from govstack.blocks.consent.individuals import service as individuals
from govstack.blocks.consent.individuals.errors import NotIdentified
from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, signed_in
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("consent pages",))
AGREEMENTS_SHOWN_MAX = 200
READERS_SHOWN = 50
EVERYTHING = Part(0, AGREEMENTS_SHOWN_MAX)
CHANGED = _("The agreement has changed since this page was shown. Read it again before you agree.")
ENDED = _("Nobody can agree to this at present.")


class ReadersQuery(msgspec.Struct, frozen=True):
    """Which part of the list of readers."""

    start: int = 0
    lang: str = ""


@routes.page("/", access=signed_in(), operation_id="myConsentPage")
async def mine(call: Call) -> Page:
    """Show a person what they agreed to, and what waits for their answer."""
    words = Words(call.language)
    try:
        found = await service.listed(call.context, by=call.actor, part=EVERYTHING)
        notices = await individuals.own_notices(call.context, by=call.actor)
    except NotIdentified:
        return framed(call, "mine", "nobody.html", {})
    answered = {one.agreement.id for one in found}
    in_force = await agreements.listed(call.context, part=EVERYTHING, active_only=True)
    unanswered = [one for one in in_force if one.id not in answered]
    waiting = await asking.asked_of(call.context, by=call.actor)
    values = {
        "rows": presenters.rows(words, found),
        "open": presenters.open_rows(words, unanswered),
        "asked": presenters.asked(words, waiting),
        "notices": notices,
        "records": len(found),
    }
    return framed(call, "mine", "my_consent.html", values)


@routes.page("/agreement/{agreementId}", access=signed_in(), operation_id="agreementPage")
async def agreement(call: Call) -> Page:
    """Show one agreement and a person's answer to it."""
    return await _agreement(call)


@routes.form("/agreement/{agreementId}/agree", access=signed_in(), operation_id="agreeForm")
async def agree(call: Call) -> Page | Redirect:
    """Agree to the version that the page showed."""
    here = f"/agreement/{call.path['agreementId']}"
    try:
        shown = await service.agree(
            call.context, by=call.actor, agreement_id=call.path["agreementId"],
            revision_id=call.form.get("revision", "") or "none", language=call.form.get("language", ""),
        )  # fmt: skip
    except Unknown as error:
        raise NotFound from error
    except OutdatedRevision:
        return await _agreement(call, wrong=CHANGED)
    except NotActive:
        return await _agreement(call, wrong=ENDED)
    if shown.data.waits:
        await attesting.confirm(call.context, by=call.actor, record_id=shown.data.id)
        return Redirect(here, notice=_("You agreed and signed. You can withdraw at any time."))
    return Redirect(here, notice=_("You agreed. You can withdraw at any time."))


@routes.form("/agreement/{agreementId}/refuse", access=signed_in(), operation_id="refuseForm")
async def refuse(call: Call) -> Page | Redirect:
    """Refuse the version that the page showed, so that the refusal is on record."""
    try:
        await service.refuse(
            call.context, by=call.actor, agreement_id=call.path["agreementId"],
            revision_id=call.form.get("revision", "") or "none", language=call.form.get("language", ""),
        )  # fmt: skip
    except Unknown as error:
        raise NotFound from error
    except OutdatedRevision:
        return await _agreement(call, wrong=CHANGED)
    except NotActive:
        return await _agreement(call, wrong=ENDED)
    here = f"/agreement/{call.path['agreementId']}"
    return Redirect(here, notice=_("You said no, and that is on record. You can change your mind at any time."))


@routes.form("/agreement/{agreementId}/withdraw", access=signed_in(), operation_id="withdrawForm")
async def withdraw(call: Call) -> Page | Redirect:
    """Withdraw what was agreed to."""
    agreement_id = call.path["agreementId"]
    found = await service.listed(call.context, by=call.actor, agreement_id=agreement_id, part=Part(0, 1))
    if not found:
        raise NotFound
    await service.change(call.context, by=call.actor, record_id=found[0].data.id, opt_in=False, same={})
    told = _("You withdrew. Whoever asks whether you agree is told so from now on.")
    stopped = _("You withdrew. Registers that rest on this agreement show nothing about you any more.")
    enforced = service.is_enforced(call.context, agreement_id)
    return Redirect(f"/agreement/{agreement_id}", notice=stopped if enforced else told)


@routes.page("/readers", access=signed_in(), query=ReadersQuery, operation_id="consentReadersPage")
async def readers(call: Call) -> Page:
    """Show a person who was shown their consent."""
    start = max(call.query.start, 0)
    found = await service.readers(call.context, by=call.actor, limit=READERS_SHOWN + 1, offset=start)
    more = f"/readers?start={start + READERS_SHOWN}" if len(found) > READERS_SHOWN else ""
    rows = presenters.readers(Words(call.language), found[:READERS_SHOWN])
    return framed(call, "readers", "readers.html", {"rows": rows, "next": more, "first": "/readers" if start else ""})


@routes.page("/forget", access=signed_in(), operation_id="forgetConsentPage")
async def ask_to_forget(call: Call) -> Page:
    """Say what being forgotten means, and what stays."""
    try:
        found = await service.listed(call.context, by=call.actor, part=EVERYTHING, every=True)
    except NotIdentified:
        return framed(call, "mine", "nobody.html", {})
    going, staying = presenters.forgetting(Words(call.language), found)
    values = {"going": going, "staying": staying}
    return framed(call, "mine", "forget.html", values)


@routes.form("/forget", access=signed_in(), operation_id="forgetConsentForm")
async def forget(call: Call) -> Redirect:
    """Forget what a person agreed to, where the agreements allow it."""
    await service.forget(call.context, by=call.actor)
    return Redirect("/", notice=_("What could be forgotten was forgotten."))


@routes.form("/notices", access=signed_in(), operation_id="noticesForm")
async def switch_notices(call: Call) -> Redirect:
    """Switch notices about changes on or off."""
    wanted = call.form.get("enabled") == "yes"
    await individuals.switch_notices(call.context, by=call.actor, wanted=wanted)
    on, off = _("You will be told when an agreement changes."), _("You will not be told of changes any more.")
    return Redirect("/", notice=on if wanted else off)


async def _agreement(call: Call, *, wrong: str = "") -> Page:
    words, agreement_id = Words(call.language), call.path["agreementId"]
    try:
        known = await agreements.read(call.context, agreement_id=agreement_id)
    except Unknown as error:
        raise NotFound from error
    try:
        every = await service.listed(
            call.context, by=call.actor, agreement_id=agreement_id, every=True, part=EVERYTHING
        )
        said = await service.answers(call.context, by=call.actor, agreement_id=agreement_id)
    except NotIdentified:
        every, said = [], []
    waiting = await asking.asked_of(call.context, by=call.actor)
    present = every[0] if every else None
    newest = present is not None and present.agreement_revision.id == known.revision.id
    agrees = present is not None and bool(present.data.opt_in)
    policy, wording = known.agreement.policy, worded(known.agreement, call.language)
    values = {
        "here": f"/agreement/{agreement_id}",
        "name": wording.purpose,
        "said": wording,
        "foreign": about.foreign(words, wording),
        "answer": presenters.answer(words, present),
        "terms": about.terms(words, known.agreement),
        "policy_url": policy.url if policy and policy.url.startswith(("https://", "http://")) else "",
        "revision": known.revision.id,
        "open": bool(known.agreement.active),
        "agrees": agrees,
        "refused": present is not None and present.data.opt_in is False and newest,
        "request": presenters.asking(words, waiting, agreement_id),
        "signing": signatures(words, present.data) if present is not None and present.data.waits and newest else None,
        "older": agrees and not newest,
        "changes": about.difference_rows(words, differences(present.agreement, known.agreement, call.language))
        if present is not None and agrees and not newest
        else [],
        "enforced": service.is_enforced(call.context, agreement_id),
        "history": presenters.history(words, said),
        "errors": {"": wrong} if wrong else {},
    }
    return framed(call, "mine", "agreement.html", values, status=400 if wrong else 200)

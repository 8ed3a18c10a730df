"""The pages on which anybody checks a badge: sent as text or file, or by the code on a certificate."""

from __future__ import annotations

from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, by_policy, public
from govstack.pillars.learn.frame.presenters import Words, framed, in_language
from govstack.pillars.learn.learning.badges.errors import UnknownBadge
from govstack.pillars.learn.learning.verifying import presenters, service
from govstack.pillars.learn.learning.verifying.model import CREDENTIAL_BYTES_MAX, Finding
from govstack.pillars.learn.response.centres import service as centres
from govstack.web.answers import Page

routes = Routes(tags=("pages of checking",))
ANYBODY = by_policy("everybody; nothing is kept")


@routes.page("/verify", access=public(), operation_id="checkPage")
async def ask(call: Call) -> Page:
    """Ask for a badge to check."""
    return framed(call, "verify", "verify.html", {})


@routes.form("/verify", access=ANYBODY, operation_id="checkForm", body_bytes_max=2 * CREDENTIAL_BYTES_MAX)
async def check(call: Call) -> Page:
    """Tell what a badge is worth that was sent as a file or as text."""
    upload = call.files.get("file")
    content = upload.content if upload and upload.content else call.form.get("credential", "").encode()
    if not content.strip():
        errors = {"file": _("Choose a file, or paste the text of a badge.")}
        return framed(call, "verify", "verify.html", {"errors": errors}, status=400)
    finding = await service.check(call.context, content=content)
    values = {
        **presenters.shown(Words(call.language), finding, await _centre(call, finding)),
        "named": [],
        "picture": "",
        "code": "",
        "belongs": None,
    }
    return framed(call, "verify", "verify_found.html", values)


@routes.page("/verify/{code}", access=public(), operation_id="checkBadgePage")
async def check_code(call: Call) -> Page:
    """Tell what the badge is worth whose certificate leads here."""
    return await _found(call, None)


@routes.form("/verify/{code}", access=ANYBODY, operation_id="checkHolderForm")
async def check_holder(call: Call) -> Page:
    """Tell whether a badge is of the person whose number and proof were handed over."""
    _shown, finding = await service.by_code(call.context, code=call.path["code"])
    return await _found(
        call, finding.belongs_to(call.form.get("number", "").strip(), call.form.get("proof", "").strip())
    )


async def _found(call: Call, belongs: bool | None) -> Page:
    words = Words(call.language)
    try:
        shown, finding = await service.by_code(call.context, code=call.path["code"])
    except UnknownBadge:
        return framed(call, "verify", "verify_unknown.html", {}, status=404)
    values = {
        **presenters.shown(words, finding, await _centre(call, finding)),
        "named": presenters.named(words, shown),
        "picture": f"/api/v1/achievements/{shown.achievement.id}/picture?lang={call.language}",
        "code": call.path["code"],
        "belongs": belongs,
    }
    return framed(call, "verify", "verify_found.html", values)


async def _centre(call: Call, finding: Finding) -> str:
    found = await centres.of_issuer(call.context, issuer=finding.issuer)
    return in_language(found.titles, call.language) if found else ""

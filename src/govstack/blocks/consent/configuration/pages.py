"""An organisation's pages: which agreements there are, what one says, and terminating it (C2, C4)."""

from __future__ import annotations

import msgspec

from govstack.blocks.consent.agreements import service as agreements
from govstack.blocks.consent.configuration import presenters
from govstack.blocks.consent.evidence.errors import Unknown
from govstack.blocks.consent.evidence.service import Part
from govstack.blocks.consent.frame.presenters import Words, framed
from govstack.blocks.consent.giving.presenters import terms
from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("agreement pages",))
ORGANISATION = needs("consent:configure")
AGREEMENTS_SHOWN = 50


class AgreementsQuery(msgspec.Struct, frozen=True):
    """Which part of the list."""

    start: int = 0
    lang: str = ""


@routes.page("/agreements", access=ORGANISATION, query=AgreementsQuery, operation_id="agreementsPage")
async def list_agreements(call: Call) -> Page:
    """List the agreements of this platform, terminated ones too."""
    start = max(call.query.start, 0)
    found = await agreements.all_known(call.context, part=Part(start, AGREEMENTS_SHOWN + 1), terminated_too=True)
    values = {
        "rows": presenters.rows(Words(call.language), found[:AGREEMENTS_SHOWN]),
        "first": "/agreements" if start else "",
        "next": f"/agreements?start={start + AGREEMENTS_SHOWN}" if len(found) > AGREEMENTS_SHOWN else "",
    }
    return framed(call, "agreements", "agreements.html", values)


@routes.page("/agreements/{agreementId}", access=ORGANISATION, operation_id="agreementAdministrationPage")
async def show_agreement(call: Call) -> Page:
    """Show one agreement with what an organisation may do to it."""
    try:
        known = await agreements.read(call.context, agreement_id=call.path["agreementId"])
    except Unknown as error:
        raise NotFound from error
    words = Words(call.language)
    values = {
        "here": f"/agreements/{known.agreement.id}",
        "name": known.agreement.purpose,
        "state": presenters.state(words, known),
        "terms": terms(words, known.agreement),
        "text": known.revision.snapshot or "",
        "terminated": known.terminated,
    }
    return framed(call, "agreements", "agreement_state.html", values)


@routes.form("/agreements/{agreementId}/terminate", access=ORGANISATION, operation_id="terminateAgreementForm")
async def terminate(call: Call) -> Redirect:
    """Terminate an agreement."""
    try:
        await agreements.terminate(call.context, by=call.actor, agreement_id=call.path["agreementId"])
    except Unknown as error:
        raise NotFound from error
    return Redirect(f"/agreements/{call.path['agreementId']}", notice=_("The agreement was terminated."))

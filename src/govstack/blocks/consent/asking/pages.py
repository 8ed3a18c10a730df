"""Pages of those who ask people for their consent: ask, see where each request stands, take one back."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from govstack.blocks.consent.agreements import service as agreements
from govstack.blocks.consent.agreements.errors import NotActive
from govstack.blocks.consent.agreements.model import DataAgreement, worded
from govstack.blocks.consent.asking import presenters, service
from govstack.blocks.consent.asking.errors import AnsweredAlready, AskedAlready
from govstack.blocks.consent.asking.model import (
    DAYS,
    DAYS_MAX,
    EMAIL_CHARACTERS_MAX,
    PHONE_CHARACTERS_MAX,
    REASON_CHARACTERS_MAX,
    REFERENCE_CHARACTERS_MAX,
    Asked,
    State,
)
from govstack.blocks.consent.editing.schemas import Reader
from govstack.blocks.consent.evidence.errors import Unknown
from govstack.blocks.consent.evidence.service import Part
from govstack.blocks.consent.frame.presenters import Words, framed
from govstack.blocks.consent.individuals.model import IDENTIFIER_CHARACTERS_MAX
from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("consent requests",))
ASKER = needs("consent:ask")
REQUESTS_SHOWN = 50
AGREEMENTS_SHOWN = Part(0, 200)
FIELDS = ("agreement", "person", "reason", "reference", "days", "email", "phone")


class RequestsQuery(msgspec.Struct, frozen=True):
    """Which part of the list."""

    start: int = 0
    lang: str = ""


@routes.page("/requests", access=ASKER, query=RequestsQuery, operation_id="consentRequestsPage")
async def list_requests(call: Call) -> Page:
    """List one's own requests."""
    start = max(call.query.start, 0)
    found = await service.listed(call.context, by=call.actor, part=Part(start, REQUESTS_SHOWN + 1))
    values = {
        "rows": presenters.rows(Words(call.language), found[:REQUESTS_SHOWN]),
        "first": "/requests" if start else "",
        "next": f"/requests?start={start + REQUESTS_SHOWN}" if len(found) > REQUESTS_SHOWN else "",
    }
    return framed(call, "requests", "requests.html", values)


@routes.page("/requests/new", access=ASKER, operation_id="newConsentRequestPage")
async def ask_whom(call: Call) -> Page:
    """Ask who is to be asked for what."""
    return await _form(call, {"days": str(DAYS)}, {})


@routes.form("/requests/new", access=ASKER, operation_id="newConsentRequestForm")
async def ask(call: Call) -> Page | Redirect:
    """Check a request, show it, and ask the person."""
    asked, errors = read(Words(call.language), call.form)
    open_ones = {one.id: one for one in await _open(call)}
    if asked.agreement_id not in open_ones and "agreement" not in errors:
        errors["agreement"] = Words(call.language)(_("Choose an agreement"))
    if errors or call.form.get("step") == "edit":
        return await _form(call, call.form, errors)
    if call.form.get("step") != "send":
        purpose = worded(open_ones[asked.agreement_id], call.language).purpose
        return await _form(call, call.form, {}, template="request_check.html", purpose=purpose)
    try:
        told = await service.ask(call.context, by=call.actor, asked=asked)
    except AskedAlready as error:
        return await _form(call, call.form, {"person": error.title})
    except (NotActive, Unknown):
        return await _form(call, call.form, {"agreement": _("Nobody can agree to this at present.")})
    return Redirect(f"/requests/{told.request.id}", notice=presenters.NOTICES[told.notice])


@routes.page("/requests/{requestId}", access=ASKER, operation_id="consentRequestPage")
async def show(call: Call) -> Page:
    """Show where a request stands."""
    return await _request(call, {})


@routes.form("/requests/{requestId}/take-back", access=ASKER, operation_id="takeBackConsentRequestForm")
async def take_back(call: Call) -> Page | Redirect:
    """Take a request back."""
    try:
        await service.take_back(call.context, by=call.actor, request_id=call.path["requestId"])
    except Unknown as error:
        raise NotFound from error
    except AnsweredAlready as error:
        return await _request(call, {"": error.title}, status=409)
    return Redirect(f"/requests/{call.path['requestId']}", notice=_("The request was taken back."))


def read(words: Words, form: Mapping[str, str]) -> tuple[Asked, dict[str, str]]:
    """Return what a form asks, and what is wrong with it by the names of the fields."""
    reader = Reader(words, form)
    asked = Asked(
        agreement_id=form.get("agreement", ""),
        external_id=reader.text("person", IDENTIFIER_CHARACTERS_MAX, _("Enter the person’s number")),
        reason=reader.text("reason", REASON_CHARACTERS_MAX),
        reference=reader.text("reference", REFERENCE_CHARACTERS_MAX),
        days=reader.number("days", 1, DAYS_MAX) or DAYS,
        email=reader.email("email", EMAIL_CHARACTERS_MAX),
        phone=reader.phone("phone", PHONE_CHARACTERS_MAX),
        language=words.language,
    )
    return asked, reader.errors


async def _open(call: Call) -> list[DataAgreement]:
    return await agreements.listed(call.context, part=AGREEMENTS_SHOWN, active_only=True)


async def _form(
    call: Call,
    values: Mapping[str, str],
    errors: Mapping[str, str],
    *,
    template: str = "request_form.html",
    purpose: str = "",
) -> Page:
    words = Words(call.language)
    shown = {
        "agreements": presenters.choices(words, await _open(call)),
        "values": dict.fromkeys(FIELDS, "") | dict(values),
        "kept": {name: values.get(name, "") for name in FIELDS if values.get(name)},
        "purpose": purpose,
        "errors": errors,
    }
    return framed(call, "requests", template, shown, status=400 if errors else 200)


async def _request(call: Call, errors: Mapping[str, str], *, status: int = 200) -> Page:
    words = Words(call.language)
    try:
        found = await service.read(call.context, by=call.actor, request_id=call.path["requestId"])
        agreement = (await agreements.read(call.context, agreement_id=found.agreement_id)).agreement
    except Unknown as error:
        raise NotFound from error
    values = {
        "here": f"/requests/{found.id}",
        "purpose": worded(agreement, call.language).purpose,
        "found": found,
        "state": presenters.state(words, found.state),
        "open": found.state in {State.OPEN, State.WAITING},
        "errors": errors,
    }
    return framed(call, "requests", "request.html", values, status=status)

"""The pages of changes: ask for one, see how it stands, and the officials' decisions."""

from __future__ import annotations

import base64
import binascii

from govstack.blocks.identity.changes import model, presenters, service
from govstack.blocks.identity.changes.errors import (
    NO_DOCUMENTS,
    NOT_PROVEN,
    DecidedAlready,
    OwnRequest,
    WrongChange,
)
from govstack.blocks.identity.changes.model import State
from govstack.blocks.identity.codes.errors import CodesTooMany, NoChannel
from govstack.blocks.identity.frame.presenters import Words, framed
from govstack.blocks.identity.history import service as history
from govstack.blocks.identity.history.errors import NotAPerson
from govstack.blocks.identity.people.model import Attribute
from govstack.blocks.identity.people.service import ENROL
from govstack.kernel.errors import BadRequest, NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, needs, signed_in
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("change pages",))
OFFICE = needs(ENROL)
MINE, DESK = "/me/changes", "/change-requests"
# One-time codes for requests that begin on this page.
TRANSACTION = "page"
CHOOSE = _("Choose what is to change, and enter how it is right")
FIELDS = {NOT_PROVEN[0]: "otp", NO_DOCUMENTS[0]: "document"}


@routes.page(MINE, access=signed_in(), operation_id="myChangesPage")
async def mine(call: Call) -> Page:
    """Show a person's requests for changes."""
    words = Words(call.language)
    try:
        found = await service.own(call.context, by=call.actor)
    except NotAPerson:
        return framed(call, "changes", "me_nobody.html", {})
    return framed(call, "changes", "my_changes.html", {"rows": presenters.own(words, found)})


@routes.page(f"{MINE}/new", access=signed_in(), operation_id="newChangePage")
async def begin(call: Call) -> Page:
    """Ask what is to change."""
    return await _new(call)


@routes.form(f"{MINE}/code", access=signed_in(), operation_id="changeCodeForm")
async def code(call: Call) -> Page:
    """Send a one-time code, which is then asked for with the change."""
    try:
        sent = await service.send_code(call.context, by=call.actor, transaction_id=TRANSACTION)
    except (NoChannel, CodesTooMany) as error:
        return await _new(call, errors={"": error.detail})
    return await _new(call, sent=sent.masked, shown=sent.shown)


@routes.form(f"{MINE}/new", access=signed_in(), operation_id="changeForm")
async def ask(call: Call) -> Page | Redirect:
    """Ask for a change."""
    (name, _hash, language), wanted = call.form.get("attribute", "").partition("#"), call.form.get("value", "").strip()
    if not name or not wanted:
        return await _new(call, errors={"attribute" if not name else "value": CHOOSE})
    file = call.files.get("document")
    given = [(file.name[:200] or "document", base64.b64encode(file.content).decode())] if file and file.content else []
    try:
        await service.ask_as(
            call.context, by=call.actor, transaction_id=TRANSACTION, otp=call.form.get("otp", "").strip(),
            attributes=(Attribute(name, wanted, language),), evidence=model.evidence_of(given),
        )  # fmt: skip
    except WrongChange as error:
        return await _new(call, errors={FIELDS.get(error.error_code, "value"): error.detail})
    return Redirect(MINE, notice=_("Your request was taken. You are told when it is decided."))


@routes.page(DESK, access=OFFICE, operation_id="changeRequestsPage")
async def waiting(call: Call) -> Page:
    """Show requests that wait for a decision, the oldest first."""
    found = await service.waiting(call.context)
    rows = presenters.waiting(Words(call.language), found)
    return framed(call, "change-requests", "change_requests.html", {"rows": rows})


@routes.page(f"{DESK}/{{requestId}}", access=OFFICE, operation_id="changeRequestPage")
async def one(call: Call) -> Page:
    """Show one request to whoever decides it."""
    return await _one(call)


@routes.form(f"{DESK}/{{requestId}}", access=OFFICE, operation_id="decideChangeForm")
async def decide(call: Call) -> Page | Redirect:
    """Decide a request."""
    decision = call.form.get("decision", "")
    if decision not in {"accept", "reject"}:
        return await _one(call, errors={"decision": _("Choose what you decide")})
    try:
        await service.decide(
            call.context, by=call.actor, request_id=call.path["requestId"], accept=decision == "accept",
            reason=call.form.get("reason", "").strip(),
        )  # fmt: skip
    except BadRequest as error:
        return await _one(call, errors={"reason": error.detail})
    except (DecidedAlready, OwnRequest) as error:
        return await _one(call, errors={"": error.detail})
    return Redirect(DESK, notice=_("Your decision is on record, and the person is told."))


@routes.page(f"{DESK}/{{requestId}}/documents/{{number}}", access=OFFICE, operation_id="changeDocument")
async def document(call: Call) -> Answer:
    """Download a document of a request, as a file that no browser opens by itself."""
    _request, content, _person = await service.opened(call.context, by=call.actor, request_id=call.path["requestId"])
    number = call.path["number"]
    known = number.isascii() and number.isdecimal() and len(number) <= 2 and int(number) < len(content.evidence)
    if not known:
        raise NotFound
    try:
        plain = base64.b64decode(content.evidence[int(number)].document, validate=True)
    except binascii.Error as error:
        raise NotFound from error
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="document-{number}"'}
    return Answer(body=plain, media_type="application/octet-stream", headers=headers)


async def _new(call: Call, *, errors: dict[str, str] | None = None, sent: str = "", shown: str = "") -> Page:
    person = await history.person_of(call.context, by=call.actor)
    values = {
        "choices": presenters.choices(Words(call.language), person),
        "typed": call.form,
        "sent": sent,
        "shown": shown,
        "errors": errors or {},
    }
    return framed(call, "changes", "change_new.html", values, status=400 if errors else 200)


async def _one(call: Call, *, errors: dict[str, str] | None = None) -> Page:
    words = Words(call.language)
    request, content, person = await service.opened(call.context, by=call.actor, request_id=call.path["requestId"])
    values = {
        "id": request.id,
        "status": presenters.status(words, request),
        "rows": presenters.differences(words, content, person),
        "documents": presenters.documents(content, request.id),
        "open": request.state is State.OPEN,
        "decisions": [("accept", words(_("Accept, and change the data"))), ("reject", words(_("Do not accept")))],
        "typed": call.form,
        "errors": errors or {},
    }
    return framed(call, "change-requests", "change_request.html", values, status=400 if errors else 200)

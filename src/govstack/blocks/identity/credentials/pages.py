"""The pages of credentials: a person's own, and the officials' queue of production and delivery."""

from __future__ import annotations

import msgspec

from govstack.blocks.identity.credentials import presenters, service
from govstack.blocks.identity.credentials.errors import OwnCredential, UnknownKind, WrongStep
from govstack.blocks.identity.credentials.model import REASON_CHARACTERS_MAX, TRACKING_CHARACTERS_MAX, State
from govstack.blocks.identity.frame.presenters import Words, framed
from govstack.blocks.identity.history.errors import NotAPerson
from govstack.blocks.identity.signing.model import MEDIA_TYPE
from govstack.kernel import clock
from govstack.kernel.errors import BadRequest, NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, needs, signed_in
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("credential pages",))
OFFICE = needs(service.PRODUCE)
MINE, DESK = "/me/credentials", "/credentials"
QUEUES = (State.REQUESTED, State.PRODUCED, State.DELIVERED, State.ACTIVE, State.SUSPENDED)
TAKEN = _("Done. The step is on record.")
CHOOSE_KIND = _("Choose what you want to have")


class QueueQuery(msgspec.Struct, frozen=True):
    """Which queue, and which part of it."""

    state: str = State.REQUESTED.value
    start: int = 0
    lang: str = ""


@routes.page(MINE, access=signed_in(), operation_id="myCredentialsPage")
async def mine(call: Call) -> Page:
    """Show a person's credentials, and what they can ask for."""
    return await _mine(call)


@routes.form(MINE, access=signed_in(), operation_id="askCredentialForm")
async def ask(call: Call) -> Page | Redirect:
    """Ask for a credential."""
    kind, address = call.form.get("kind", ""), call.form.get("delivery_address", "").strip()
    if not kind:
        return await _mine(call, errors={"kind": CHOOSE_KIND})
    try:
        made = await service.request(
            call.context, by=call.actor, kind=kind, language=call.language, delivery_address=address
        )
    except UnknownKind as error:
        return await _mine(call, errors={"kind": error.detail})
    except BadRequest as error:
        return await _mine(call, errors={"delivery_address": error.detail})
    return Redirect(f"{MINE}/{made.credential.id}", notice=_("Your credential was asked for."))


@routes.page(f"{MINE}/{{credentialId}}", access=signed_in(), operation_id="myCredentialPage")
async def one(call: Call) -> Page:
    """Show one credential of a person, and what they can do with it."""
    return await _one(call)


@routes.form(f"{MINE}/{{credentialId}}/steps", access=signed_in(), operation_id="stepMyCredentialForm")
async def step(call: Call) -> Page | Redirect:
    """Take a step as the person."""
    return await _step(call, MINE)


@routes.form(f"{MINE}/{{credentialId}}/again", access=signed_in(), operation_id="reissueCredentialForm")
async def again(call: Call) -> Page | Redirect:
    """Ask for a credential again: it was lost, or has expired."""
    shown = await service.read(call.context, by=call.actor, credential_id=call.path["credentialId"])
    try:
        made = await service.reissue(call.context, by=call.actor, number=shown.credential.number)
    except WrongStep as error:
        return await _one(call, wrong=error.detail)
    return Redirect(f"{MINE}/{made.credential.id}", notice=_("Your credential was asked for."))


@routes.page(f"{MINE}/{{credentialId}}/document", access=signed_in(), operation_id="myCredentialDocument")
async def document(call: Call) -> Answer:
    """Download a credential as it is signed."""
    made = await service.document(call.context, by=call.actor, credential_id=call.path["credentialId"])
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="credential.jwt"'}
    return Answer(body=made.encode(), media_type=MEDIA_TYPE, headers=headers)


@routes.page(DESK, access=OFFICE, query=QueueQuery, operation_id="credentialQueuePage")
async def queue(call: Call) -> Page:
    """Show what stands somewhere: cards, and digital credentials that wait for a decision; the oldest first."""
    words, now, start = Words(call.language), clock.timestamp(), max(call.query.start, 0)
    state = State(call.query.state) if call.query.state in tuple(State) else State.REQUESTED
    found = await service.queue(call.context, state=state, start=start)
    shown, most = found[: service.QUEUE_SHOWN_MAX], service.QUEUE_SHOWN_MAX
    values = {
        "rows": presenters.rows(words, shown, service.kinds(call.context), now=now, folder=DESK),
        "tabs": [(words(presenters.STATES[one][0]), f"{DESK}?state={one.value}", one is state) for one in QUEUES],
        "next": f"{DESK}?state={state.value}&start={start + most}" if len(found) > most else "",
        "first": f"{DESK}?state={state.value}" if start else "",
    }
    return framed(call, "desk", "credential_queue.html", values)


@routes.page(f"{DESK}/{{credentialId}}", access=OFFICE, operation_id="credentialDeskPage")
async def desk(call: Call) -> Page:
    """Show one credential to an official."""
    return await _desk(call)


@routes.form(f"{DESK}/{{credentialId}}/steps", access=OFFICE, operation_id="stepCredentialForm")
async def desk_step(call: Call) -> Page | Redirect:
    """Take a step as an official."""
    return await _step(call, DESK)


async def _step(call: Call, folder: str) -> Page | Redirect:
    state, here = call.form.get("state", ""), f"{folder}/{call.path['credentialId']}"
    if state not in tuple(State):
        raise NotFound
    reason = call.form.get("reason", "").strip()
    tracking_id = call.form.get("tracking_id", "").strip()
    if len(reason) > REASON_CHARACTERS_MAX or len(tracking_id) > TRACKING_CHARACTERS_MAX:
        raise BadRequest(_("What you wrote is too long. Shorten it."))
    try:
        await service.step(
            call.context, by=call.actor, credential_id=call.path["credentialId"], state=State(state), reason=reason,
            tracking_id=tracking_id,
        )  # fmt: skip
    except (OwnCredential, WrongStep) as error:
        show = _desk if folder == DESK else _one
        return await show(call, wrong=error.detail)
    return Redirect(here, notice=TAKEN)


async def _mine(call: Call, *, errors: dict[str, str] | None = None) -> Page:
    words, now, kinds = Words(call.language), clock.timestamp(), service.kinds(call.context)
    try:
        found = await service.own(call.context, by=call.actor)
    except NotAPerson:
        return framed(call, "credentials", "me_nobody.html", {})
    values = {
        "rows": presenters.rows(words, found, kinds, now=now, folder=MINE),
        "kinds": presenters.offered(words, kinds, found, now=now),
        "typed": call.form,
        "errors": errors or {},
    }
    return framed(call, "credentials", "my_credentials.html", values, status=400 if errors else 200)


async def _one(call: Call, *, wrong: str = "") -> Page:
    return await _shown(call, "credentials", "my_credential.html", own=True, wrong=wrong)


async def _desk(call: Call, *, wrong: str = "") -> Page:
    return await _shown(call, "desk", "credential_desk.html", own=False, wrong=wrong)


async def _shown(call: Call, section: str, template: str, *, own: bool, wrong: str) -> Page:
    words, now = Words(call.language), clock.timestamp()
    shown = await service.read(call.context, by=call.actor, credential_id=call.path["credentialId"])
    card, signed, anew = presenters.downloads(shown, now=now)
    values = {
        "id": shown.credential.id,
        "name": presenters.title(service.kinds(call.context), shown.credential, call.language),
        "status": presenters.status(words, shown.credential.standing(now)),
        "summary": presenters.summary(words, shown),
        "steps": presenters.steps(words, shown.steps),
        "acts": presenters.acts(words, shown, now=now, own=own),
        "card": card,
        "signed": signed,
        "anew": anew,
        "waits": shown.credential.waits_for_decision,
        "errors": {"": wrong} if wrong else {},
    }
    return framed(call, section, template, values, status=409 if wrong else 200)

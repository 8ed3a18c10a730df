"""Use cases of changes: ask for one with a one-time code, decide it, tell the person; and those of administrators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import msgspec

from govstack.blocks.identity.blocking import service as blocking
from govstack.blocks.identity.browsers.model import SIGNED_IN
from govstack.blocks.identity.changes import model, store
from govstack.blocks.identity.changes.errors import (
    NO_IDENTITY,
    NO_STATUS,
    NOT_PROVEN,
    NOT_YOU,
    DecidedAlready,
    OwnRequest,
    UnknownRequest,
    WrongChange,
)
from govstack.blocks.identity.changes.model import Content, Request, State
from govstack.blocks.identity.changes.store import Kept
from govstack.blocks.identity.codes import service as codes
from govstack.blocks.identity.factors import service as factors
from govstack.blocks.identity.factors.model import Challenge, Sent
from govstack.blocks.identity.history import service as history
from govstack.blocks.identity.history.model import Kind
from govstack.blocks.identity.history.model import Status as EventStatus
from govstack.blocks.identity.identifiers.model import IdentifierKind
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.errors import WrongAttribute
from govstack.blocks.identity.people.model import CLAIMS, Attribute, Evidence, Person, Status
from govstack.blocks.identity.people.model import check_attributes as check_known
from govstack.blocks.identity.people.service import recorded
from govstack.kernel import audit, clock, ids, jobs
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.crypto import canonical
from govstack.kernel.db import Contention, Transaction, UniqueViolation
from govstack.kernel.errors import BadRequest, TooMany
from govstack.kernel.i18n import _

NOTIFY = "identity.change-notice"
NOTICE = "Notice of a change of identity"
PURPOSE, PRINT = "identity/change-request", "identity/change-print"
ASKED = _("You asked for a change of your data")
CHANGED = _("Your data was changed")
ACTIVATED, DEACTIVATED = "ACTIVATED", "DEACTIVATED"
TITLE = _("Your request for a change")
TEXTS: Mapping[State, str] = {
    State.OPEN: _("We have your request for a change of your data. Its number is {number}."),
    State.ACCEPTED: _("Your request {number} was accepted, and your data was changed."),
    State.REJECTED: _("Your request {number} was not accepted. Sign in to read why."),
}


async def send_code(context: Context, *, by: Actor, transaction_id: str) -> Sent:
    """Send the caller the one-time code for a request; raises NotAPerson, NoChannel, CodesTooMany."""
    person = await history.person_of(context, by=by)
    purpose = model.purpose(transaction_id)
    return await factors.send_code(context, person_id=person.id, purpose=purpose, origin=SIGNED_IN)


async def ask(
    context: Context,
    *,
    by: Actor,
    transaction_id: str,
    individual_id: str,
    id_type: str,
    otp: str,
    attributes: Sequence[Attribute],
    evidence: Sequence[Evidence],
) -> Request:
    """Ask for a change of the caller's own data; the same request again is the same. Raises WrongChange, NotAPerson."""
    person = await history.person_of(context, by=by)
    await _check_own(context, person, individual_id, id_type)
    return await ask_as(
        context, by=by, transaction_id=transaction_id, otp=otp, attributes=attributes, evidence=evidence
    )  # fmt: skip


async def ask_as(
    context: Context,
    *,
    by: Actor,
    transaction_id: str,
    otp: str,
    attributes: Sequence[Attribute],
    evidence: Sequence[Evidence],
) -> Request:
    """Ask for a change as somebody whom a session or a token names already."""
    person = await history.person_of(context, by=by)
    purpose = model.purpose(transaction_id)
    _check(context, attributes)
    asked = canonical([person.id, transaction_id, otp, list(attributes), list(evidence)]).decode()
    async with context.database.reading() as tx:
        for print_ in context.keys.fingerprints(PRINT, asked):
            if (there := await store.by_print(tx, print_)) is not None:
                return there.request
        if await store.count_open(tx, person.id) >= model.OPEN_MAX:
            raise TooMany(f"{model.OPEN_MAX} requests wait for a decision already.")
    challenge = Challenge("OTP", otp)
    proven = await factors.prove(context, person_id=person.id, challenge=challenge, purpose=purpose, origin=SIGNED_IN)
    if proven is None:
        raise WrongChange(*NOT_PROVEN)
    async with context.database.transaction() as tx:
        event_id = await history.record_in(
            context, tx, person_id=person.id, kind=Kind.DATA_UPDATE, summary=ASKED, status=EventStatus.IN_PROGRESS
        )
        made = Request(ids.new_id(), person.id, event_id, State.OPEN, clock.timestamp())
        sealed = _sealed(context, made.id, Content(tuple(attributes), tuple(evidence)))
        try:
            await store.add(tx, Kept(made, sealed), print_=context.keys.fingerprint(PRINT, asked))
        except UniqueViolation as error:
            raise Contention from error
        await _log(tx, by, "asked", made)
        await jobs.enqueue(tx, NOTIFY, {"request": made.id, "state": made.state.value}, key=f"{made.id}/open")
    return made


async def own(context: Context, *, by: Actor) -> list[tuple[Request, Content]]:
    """Return the caller's requests, the newest first."""
    person = await history.person_of(context, by=by)
    async with context.database.reading(one_statement=True) as tx:
        found = await store.of_person(tx, person.id)
    return [(one.request, _content(context, one)) for one in found]


async def waiting(context: Context) -> list[Request]:
    """Return requests that wait for a decision, the oldest first."""
    async with context.database.reading(one_statement=True) as tx:
        return [one.request for one in await store.open_ones(tx)]


async def opened(context: Context, *, by: Actor, request_id: str) -> tuple[Request, Content, Person]:
    """Return a request to an official who decides, which is on record; raises UnknownRequest."""
    async with context.database.transaction() as tx:
        kept = await store.by_id(tx, request_id)
        if kept is None:
            raise UnknownRequest
        await _log(tx, by, "opened", kept.request)
    person = await people.person(context, person_id=kept.request.person_id)
    if person is None:
        raise UnknownRequest
    return kept.request, _content(context, kept), person


async def decide(context: Context, *, by: Actor, request_id: str, accept: bool, reason: str = "") -> Request:
    """Accept a request, which makes the change, or reject it with a reason; raises OwnRequest, DecidedAlready."""
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.by_id(tx, request_id)
    person = await people.person(context, person_id=kept.request.person_id) if kept is not None else None
    if kept is None or person is None:
        raise UnknownRequest
    if person.subject == by.id:
        raise OwnRequest
    wanted = State.ACCEPTED if accept else State.REJECTED
    if kept.request.state is not State.OPEN:
        if kept.request.state is wanted:
            return kept.request
        raise DecidedAlready
    if not accept and not reason.strip():
        raise BadRequest(_("Say why, so that the person can send what is missing."), fields={"reason": "is missing"})
    content = _content(context, kept)
    decided = replace(kept.request, state=wanted, decided_at=clock.timestamp(), decided_by=by.id)
    said = replace(content, reason=reason[: model.REASON_CHARACTERS_MAX])
    async with context.database.transaction() as tx:
        if not await store.decide(tx, Kept(decided, _sealed(context, decided.id, said))):
            raise DecidedAlready
        if accept:
            await people.amend(
                context, tx, by=by, person_id=person.id, attributes=content.attributes, evidence=content.evidence
            )
        ended = EventStatus.SUCCESS if accept else EventStatus.FAILED
        await history.settle(context, tx, event_id=decided.event_id, status=ended)
        await _log(tx, by, wanted.value, decided)
        await jobs.enqueue(tx, NOTIFY, {"request": decided.id, "state": wanted.value}, key=f"{decided.id}/decided")
    return decided


async def administer(
    context: Context,
    *,
    by: Actor,
    uin: str,
    status: str,
    identity: Mapping[str, object],
    evidence: Sequence[Evidence],
) -> bool:
    """Change an identity by its number as an administrator; false when nothing differed. Raises WrongChange."""
    if status.upper() not in {"", ACTIVATED, DEACTIVATED}:
        raise WrongChange(*NO_STATUS)
    attributes = model.attributes_of(identity) if identity else ()
    _check(context, attributes)
    person, _row = await blocking.located(context, identifier=uin, kind=IdentifierKind.UIN)
    before, wanted = person.version, status.upper()
    async with context.database.transaction() as tx:
        if attributes:
            person = await people.amend(
                context, tx, by=by, person_id=person.id, attributes=attributes, evidence=tuple(evidence)
            )
        if wanted == DEACTIVATED or (wanted == ACTIVATED and person.status == Status.BLOCKED):
            standing = Status.DEACTIVATED if wanted == DEACTIVATED else Status.ACTIVE
            person = await people.stand(
                context, tx, by=by, person_id=person.id, status=standing, reason=status
            )  # fmt: skip
        if person.version != before:
            await history.record_in(context, tx, person_id=person.id, kind=Kind.ID_MANAGEMENT, summary=CHANGED)
    return person.version != before


async def notify(context: Context, *, request_id: str, state: State) -> None:
    """Tell a person how their request stands; raises a Problem when messaging does not take it."""
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.by_id(tx, request_id)
    person = await people.person(context, person_id=kept.request.person_id) if kept is not None else None
    if person is None or person.status != Status.ACTIVE:
        return
    await codes.notify(
        context, person=person, title=TITLE, text=TEXTS[state], purpose=NOTICE,
        key=context.keys.fingerprint(PRINT, f"{request_id}/{state.value}"), number=request_id,
    )  # fmt: skip


def _check(context: Context, attributes: Sequence[Attribute]) -> None:
    own_names = (name.strip() for name in context.settings.text(people.ATTRIBUTES).split(","))
    try:
        check_known([one for one in attributes if one.value], known=(*CLAIMS, *own_names))
    except WrongAttribute as error:
        raise WrongChange(
            NO_IDENTITY[0], "; ".join(f"{name} {fault}" for name, fault in error.fields.items())
        ) from error


async def _check_own(context: Context, person: Person, individual_id: str, id_type: str) -> None:
    found = await people.find(context, identifier=individual_id)
    fits = found is not None and found.person.id == person.id and id_type.strip().lower() in {"", found.kind.value}
    if not fits:
        raise WrongChange(*NOT_YOU)


def _content(context: Context, kept: Kept) -> Content:
    plain = context.keys.open(PURPOSE, kept.sealed, bound_to=kept.request.id)
    return msgspec.json.decode(plain, type=Content)


def _sealed(context: Context, request_id: str, content: Content) -> bytes:
    return context.keys.seal(PURPOSE, msgspec.json.encode(content), bound_to=request_id)


async def _log(tx: Transaction, by: Actor, act: str, one: Request) -> None:
    subject = f"change-request/{one.id}"
    await audit.record(tx, by=recorded(by), action=f"identity.change-request.{act}", subject=subject)

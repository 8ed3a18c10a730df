"""Use cases of requests: ask a person, tell them, settle what they answered, let it expire, take it back.

Who asks learns where their request stands, and nothing else of the person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import msgspec

from govstack.blocks.consent.agreements import service as agreements
from govstack.blocks.consent.agreements.model import DataAgreement
from govstack.blocks.consent.asking import gateways, store
from govstack.blocks.consent.asking.errors import AnsweredAlready, AskedAlready, NothingToSign, TooManyAsked
from govstack.blocks.consent.asking.model import Asked, Notice, Request, Said, State, asker_of
from govstack.blocks.consent.evidence import service as evidence
from govstack.blocks.consent.evidence.errors import Damaged, Unknown
from govstack.blocks.consent.evidence.service import Part
from govstack.blocks.consent.individuals import service as individuals
from govstack.blocks.consent.individuals.errors import NotIdentified
from govstack.blocks.consent.reading import service as reading
from govstack.blocks.consent.records import service as records
from govstack.blocks.consent.records.model import RecordData
from govstack.kernel import audit, clock, crypto, events, i18n, ids, jobs, log
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import Problem
from govstack.kernel.i18n import _

ASK = "consent:ask"
CHANGED = "consent.request.changed"
EXPIRE = "consent.request.expire"
SERVICE, APPLICATION = "CONSENT_MESSAGING_SERVICE", "CONSENT_MESSAGING_APPLICATION"
PURPOSE = "consent/request"
OPEN_SHOWN_MAX = 100
# Longer than handing a message over can take.
TELLING = timedelta(seconds=60)
SIGNERS_ASKED_MAX = 10
FOLDER = Path(__file__).parents[1]
ACTS = {State.TAKEN_BACK: "taken-back", State.NOT_NEEDED: "not-needed"}
# A message is read by more people than the one it is for: it names neither who asks nor for what.
TITLE = _("A question about your data waits for you")
TO_AGREE = _("A public service asks whether you agree to the use of your data. You are free to say no.")
TO_SIGN = _("Somebody asks you to sign an agreement about data together with them. You are free to say no.")
UNTIL = _("You can answer until {day}.")
WHERE = _("Sign in here and look under My consent: {address}")


@dataclass(frozen=True, slots=True)
class Told:
    """A request, and what became of the message about it; nothing when no address was given."""

    request: Request
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A request with the agreement that it is about, as it is now."""

    request: Request
    agreement: DataAgreement


async def ask(context: Context, *, by: Actor, asked: Asked) -> Told:
    """Ask a person to agree, or to sign somebody's record too; who asks the same again gets the same request.

    Raises Forbidden, Unknown, NotActive, AskedAlready and NothingToSign.
    """
    individuals.require(context, by, ASK)
    return await _asked(context, by, asked, logged=by)


async def ask_to_sign(context: Context, *, by: Actor, asked: Asked) -> Told:
    """Let a person ask somebody else to sign their own record with them; raises Unknown and NothingToSign."""
    async with context.database.reading() as tx:
        own = await individuals.concerned(context, tx, by=by)
        row = await records.row_by_id(tx, asked.signs)
        if row is None or row.individual_id not in own:
            raise Unknown
    asked = replace(asked, agreement_id=row.agreement_id)
    return await _asked(context, by, asked, logged=individuals.unnamed(context, by))


async def read(context: Context, *, by: Actor, request_id: str) -> Request:
    """Return a request of one's own; raises Forbidden and Unknown."""
    individuals.require(context, by, ASK)
    async with context.database.reading(one_statement=True) as tx:
        return _seen(await _of_asker(context, tx, by, request_id))


async def listed(context: Context, *, by: Actor, part: Part) -> list[Shown]:
    """Return one's own requests, the newest first; raises Forbidden."""
    individuals.require(context, by, ASK)
    async with context.database.reading() as tx:
        stored = await store.of_asker(tx, asker_of(by), limit=part.limit, offset=part.offset)
        return await _shown(context, tx, [_seen(_opened(context, one)) for one in stored])


async def take_back(context: Context, *, by: Actor, request_id: str) -> Request:
    """Take a request back that nobody answered; raises Forbidden, Unknown and AnsweredAlready."""
    individuals.require(context, by, ASK)

    async def act(tx: Transaction) -> Request:
        request = await _of_asker(context, tx, by, request_id)
        if request.state is State.TAKEN_BACK:
            return request
        if request.at(clock.timestamp()) is State.EXPIRED or not await _end(tx, by, request, State.TAKEN_BACK):
            raise AnsweredAlready
        return replace(request, state=State.TAKEN_BACK, answered_at=clock.timestamp())

    return await evidence.repeated(context, act)


async def asked_of(context: Context, *, by: Actor, stated: str = "") -> list[Shown]:
    """Return what a person is asked and has not answered, the oldest first; nothing, for somebody who is not known."""
    async with context.database.reading() as tx:
        try:
            own = await individuals.concerned(context, tx, by=by, stated=stated)
        except NotIdentified:
            own = ()
        stored = await store.open_for(tx, own, now=clock.timestamp(), limit=OPEN_SHOWN_MAX) if own else []
        found = await _shown(context, tx, [_opened(context, one) for one in stored])
    if by.kind != "person":
        await reading.note(context, by=by, operation="record.read", individual_ids=own)
    return found


async def to_sign(context: Context, tx: Transaction, *, by: Actor, request_id: str) -> Request:
    """Return a request for a signature of whoever calls, in the transaction of signing.

    Raises Unknown and AnsweredAlready.
    """
    stored = await store.by_id(tx, request_id)
    own = await individuals.concerned(context, tx, by=by)
    if stored is None or stored[0].individual_id not in own or not stored[0].signs:
        raise Unknown
    request = _opened(context, stored)
    if request.at(clock.timestamp()) not in {State.OPEN, State.WAITING}:
        raise AnsweredAlready
    return request


async def refuse_to_sign(context: Context, *, by: Actor, request_id: str) -> None:
    """Say no to a request for a signature; the record goes on waiting. Raises Unknown and AnsweredAlready."""

    async def act(tx: Transaction) -> None:
        request = await to_sign(context, tx, by=by, request_id=request_id)
        if not await _end(tx, individuals.unnamed(context, by), request, State.REFUSED):
            raise AnsweredAlready

    await evidence.repeated(context, act)


async def signed(context: Context, tx: Transaction, *, by: Actor, request: Request) -> None:
    """Note that a request for a signature was answered by signing, in the transaction of signing."""
    await _end(tx, individuals.unnamed(context, by), request, State.AGREED)


async def settle(context: Context, tx: Transaction, *, by: Actor, data: RecordData) -> None:
    """Bring requests to where a record now stands, in the transaction of the act that changed it."""
    unnamed, now = individuals.unnamed(context, by), clock.timestamp()
    # Somebody whom two services entered stands here twice, and answers what both ask.
    for one in await individuals.same_person(tx, data.individual):
        stored = await store.open_one(tx, agreement_id=data.data_agreement, individuals=(one,), signs="")
        if stored is not None and stored[0].expires_at > now:
            state = State.WAITING if data.waits else State.AGREED if data.counts else State.REFUSED
            await _end(tx, unnamed, stored[0], state)
    if not data.waits:
        for request, _sealed in await store.signing_of(tx, data.id):
            await _end(tx, unnamed, request, State.NOT_NEEDED)


async def forget(tx: Transaction, *, agreement_id: str, individual_id: str, record_id: str) -> None:
    """Take a person away from what they were asked, in the transaction that forgets their record."""
    await store.forget(tx, agreement_id=agreement_id, individual_id=individual_id, record_id=record_id)


async def expire(context: Context, *, request_id: str) -> None:
    """Let a request expire that nobody answered in time."""
    async with context.database.transaction() as tx:
        stored = await store.by_id(tx, request_id)
        if stored is not None and stored[0].at(clock.timestamp()) is State.EXPIRED:
            await _end(tx, Actor.system("consent"), stored[0], State.EXPIRED)


async def _asked(context: Context, by: Actor, asked: Asked, *, logged: Actor) -> Told:
    """Ask; `logged` is the asker as requests and logs keep them: an official by name, a person by a keyed hash."""

    async def act(tx: Transaction) -> Request:
        terms = await agreements.open_for_consent(context, tx, asked.agreement_id)
        individual_id = await individuals.named_or_new(
            context, tx, by=by, individual_id=asked.individual_id, external_id=asked.external_id
        )
        if asked.signs:
            await _check_signs(context, tx, asked, individual_id)
        found = await _present(context, tx, logged, asked, individual_id)
        return found or await _added(context, tx, by, asked, terms=terms, individual_id=individual_id, logged=logged)

    request = await evidence.repeated(context, act)
    if not (asked.email or asked.phone) or request.state is not State.OPEN:
        return Told(request)
    return Told(request, await _tell(context, request, asked))


async def _check_signs(context: Context, tx: Transaction, asked: Asked, individual_id: str) -> None:
    row = await records.row_by_id(tx, asked.signs)
    if row is None or row.forgotten or row.agreement_id != asked.agreement_id:
        raise NothingToSign
    data = (await records.shown(context, tx, [row]))[0].data
    if not data.waits or individual_id in {data.individual, *data.signers}:
        raise NothingToSign
    others = [one for one, _sealed in await store.signing_of(tx, asked.signs) if one.individual_id != individual_id]
    if len(others) >= SIGNERS_ASKED_MAX:
        raise TooManyAsked


async def _present(context: Context, tx: Transaction, by: Actor, asked: Asked, individual_id: str) -> Request | None:
    """Return the request that this asker made already; one that has expired comes to its end. Raises AskedAlready."""
    stored = await store.open_one(tx, agreement_id=asked.agreement_id, individuals=(individual_id,), signs=asked.signs)
    if stored is None:
        return None
    request = _opened(context, stored)
    if request.at(clock.timestamp()) is State.EXPIRED:
        await _end(tx, Actor.system("consent"), request, State.EXPIRED)
        return None
    if request.asker != asker_of(by):
        raise AskedAlready
    return request


async def _added(
    context: Context,
    tx: Transaction,
    by: Actor,
    asked: Asked,
    *,
    terms: agreements.Known,
    individual_id: str,
    logged: Actor,
) -> Request:
    """Add a request; where the person agrees to the present version already, it is answered as it is made."""
    now, state = clock.now(), State.OPEN
    if not asked.signs:
        row = await records.row_of_pair(tx, agreement_revision_id=terms.revision.id, individuals=(individual_id,))
        data = (await records.shown(context, tx, [row]))[0].data if row is not None else None
        if data is not None and data.counts:
            state = State.AGREED
            await reading.note_in(tx, by=by, operation="record.verify", individual_ids=(individual_id,))
    request = Request(
        id=ids.new_id(), agreement_id=asked.agreement_id, individual_id=individual_id, signs=asked.signs,
        asker=asker_of(logged), state=state, asked_at=clock.timestamp(now),
        expires_at=clock.timestamp(now + timedelta(days=asked.days)),
        answered_at=clock.timestamp(now) if state is State.AGREED else "",
        said=Said(by.name or asker_of(by), asked.reason, asked.reference),
    )  # fmt: skip
    sealed = context.keys.seal(PURPOSE, msgspec.json.encode(request.said), bound_to=request.id)
    await store.add(tx, request, sealed)
    await _note(tx, logged, request, "asked")
    if state is State.OPEN:
        due = now + timedelta(days=asked.days)
        await jobs.enqueue(tx, EXPIRE, {"request": request.id}, due=due, key=request.id)
    return request


async def _tell(context: Context, request: Request, asked: Asked) -> Notice:
    """Hand one message to the messaging block, outside of any transaction; the address is kept nowhere."""
    service, application = context.settings.text(SERVICE), context.settings.text(APPLICATION)
    if not service or not application:
        return Notice.OFF
    until = clock.now() + TELLING
    times = {"now": clock.timestamp(), "until": clock.timestamp(until), "latest": clock.latest_end(TELLING)}
    async with context.database.transaction() as tx:
        if not await store.claim_telling(tx, request.id, **times):
            return Notice.SENT
    language = asked.language if asked.language in i18n.LANGUAGES else i18n.DEFAULT
    i18n.register(FOLDER)

    def said(text: str, **values: object) -> str:
        return i18n.translate(language, text, folder=FOLDER, **values)

    day = i18n.format_date(language, request.expires_at)
    first = said(TO_SIGN if request.signs else TO_AGREE)
    lines = (first, said(UNTIL, day=day), said(WHERE, address=f"{context.public_url}/"))
    try:
        await gateways.send(
            context, service=service, application=application, email=asked.email, phone=asked.phone,
            title=said(TITLE), text="\n\n".join(lines),
        )  # fmt: skip
    except Problem as problem:
        async with context.database.transaction() as tx:
            await store.let_telling_go(tx, request.id)
        log.logger(context.package).warning("consent.request.not_told", request=request.id, code=problem.code)
        return Notice.FAILED
    # Killed before this is kept, the same message is handed over again, and messaging takes the same in once.
    async with context.database.transaction() as tx:
        await store.note_told(tx, request.id)
    return Notice.SENT


async def _of_asker(context: Context, tx: Transaction, by: Actor, request_id: str) -> Request:
    stored = await store.by_id(tx, request_id)
    if stored is None or stored[0].asker != asker_of(by):
        raise Unknown
    return _opened(context, stored)


async def _shown(context: Context, tx: Transaction, requests: list[Request]) -> list[Shown]:
    known = {
        one: (await agreements.known(context, tx, one)).agreement for one in {one.agreement_id for one in requests}
    }
    return [Shown(one, known[one.agreement_id]) for one in requests]


def _opened(context: Context, stored: store.Stored) -> Request:
    request, sealed = stored
    if sealed is None:
        return request
    try:
        text = context.keys.open(PURPOSE, sealed, bound_to=request.id)
    except crypto.SealBroken as error:
        raise Damaged from error
    return replace(request, said=msgspec.json.decode(text, type=Said))


def _seen(request: Request) -> Request:
    return replace(request, state=request.at(clock.timestamp()))


async def _end(tx: Transaction, by: Actor, request: Request, state: State) -> bool:
    """Give a request another state, and tell; false when it stands there already or has come to its end."""
    at = "" if state is State.WAITING else clock.timestamp()
    if not await store.settle(tx, request.id, state, answered_at=at):
        return False
    await _note(tx, by, request, ACTS.get(state, state.value))
    return True


async def _note(tx: Transaction, by: Actor, request: Request, act: str) -> None:
    told = {"consentRequestId": request.id, "dataAgreementId": request.agreement_id, "act": act}
    subject = f"consent-request/{request.id}"
    await audit.record(tx, by=by, action=f"consent.request.{act}", subject=subject, detail=told)
    whom = {"individualId": request.individual_id}
    await events.publish(tx, type=CHANGED, subject=subject, data={**told, **whom})

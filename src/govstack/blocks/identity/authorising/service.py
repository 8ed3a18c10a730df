"""Use cases of signing in: take a request, find out who is there, ask what they allow, and lead back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from govstack.blocks.identity.authorising import model, store
from govstack.blocks.identity.authorising.errors import Elsewhere, NotProved, Reported
from govstack.blocks.identity.authorising.model import PASSKEY, TYPES, Asked, Named, Wish
from govstack.blocks.identity.browsers import service as browsers
from govstack.blocks.identity.clients import service as clients
from govstack.blocks.identity.clients.model import GENERATED_CODE, Client
from govstack.blocks.identity.codes.errors import CodesTooMany, NoChannel
from govstack.blocks.identity.factors import service as factors
from govstack.blocks.identity.factors.model import Challenge
from govstack.blocks.identity.history import service as history
from govstack.blocks.identity.history.model import Info, Kind
from govstack.blocks.identity.history.model import Status as Outcome
from govstack.blocks.identity.levels import service as levels
from govstack.blocks.identity.levels.model import joined
from govstack.blocks.identity.lockouts import service as lockouts
from govstack.blocks.identity.passkeys.model import Question
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.errors import UnknownPerson
from govstack.blocks.identity.people.model import Person, Status
from govstack.blocks.identity.permissions import service as permissions
from govstack.blocks.identity.sessions import service as sessions
from govstack.blocks.identity.sessions.model import Session
from govstack.blocks.identity.tokens import service as tokens
from govstack.blocks.identity.transactions import service as transactions
from govstack.blocks.identity.transactions.errors import TransactionOver
from govstack.blocks.identity.transactions.model import Stage, Transaction
from govstack.kernel import audit, clock, ids, jobs, log
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.crypto import equal
from govstack.kernel.db import Transaction as Work
from govstack.kernel.errors import Forbidden
from govstack.kernel.i18n import _
from govstack.kernel.rules import whole
from govstack.kernel.settings import Setting

SESSION_HOURS = "IDENTITY_SESSION_HOURS"
SETTINGS = (Setting(SESSION_HOURS, "4", "How long a person who has signed in need not prove it again", whole(0, 24)),)
SEND_CODE = "identity.send-code"
PUSHED_SECONDS = 60
SIGNED_IN = _("Sign-in at {partnerName}")
NOT_SIGNED_IN = _("Somebody tried to sign in as you at {partnerName}, and gave a wrong proof")
PUSHED_PREFIX = "urn:ietf:params:oauth:request_uri:"


@dataclass(frozen=True, slots=True)
class Step:
    """Where a sign-in goes on: the sign-in itself, or the address that leads back when it has come to its end.

    One that `lacks` something wants a second proof of the same person.
    """

    transaction: Transaction
    back: str = ""
    session_secret: str = ""
    lacks: bool = False


@dataclass(frozen=True, slots=True)
class WayOut:
    """Where signing out leads, for which client, and whether it has shown that the person here is the one it means."""

    client_id: str = ""
    target: str = ""
    proved: bool = False


async def push(context: Context, *, client: Client, asked: Asked) -> str:
    """Keep a request that a proved client pushes; returns the reference it is begun with (RFC 9126 section 2.2).

    Raises CannotReturn and Reported for what would be refused at the authorisation endpoint too.
    """
    model.wish(asked, model.check_way_back(asked, client), browser="", own_levels=levels.own(context))
    reference = f"{PUSHED_PREFIX}{ids.new_secret()}"
    now = clock.now()
    async with context.database.transaction() as tx:
        await store.SQL.forget_pushed(tx, before=clock.timestamp(now))
        expires_at = clock.timestamp(now + timedelta(seconds=PUSHED_SECONDS))
        await store.push(tx, reference=reference, client_id=client.id, asked=asked, expires_at=expires_at)
    return reference


async def begin(context: Context, *, asked: Asked, browser: str, session_secret: str) -> Step:
    """Take a request for sign-in; an earlier sign-in with this browser may answer it at once.

    Raises CannotReturn when there is no safe way back. All other refusals lead back to the client.
    """
    client = await clients.active(context, client_id=asked.client_id)
    if asked.request_uri.startswith(PUSHED_PREFIX):
        asked = await _pushed(context, asked)
    client = model.check_way_back(asked, client)
    try:
        wish = model.wish(asked, client, browser=_browser(context, browser), own_levels=levels.own(context))
    except Reported as refusal:
        return _reported(context, asked, refusal)
    session = await _session(context, session_secret, wish)
    if session is not None and asked.id_token_hint and not await _is_hinted(context, asked.id_token_hint, session):
        session = None
    if "none" in wish.prompts and session is None:
        return _reported(context, asked, Reported("login_required", "Nobody is signed in with this browser."))
    begun = await transactions.begin(context, request=wish.request)
    if session is None:
        return Step(begun)
    partner = await partner_name(context, transaction=begun)
    async with context.database.transaction() as tx:
        known = await transactions.authenticate(
            tx,
            transaction_id=begun.id,
            person_id=session.person_id,
            acr=session.acr,
            methods=session.methods,
            at=session.authenticated_at,
            session_id=session.id,
        )
        step = await _after_proof(context, tx, known, partner)
    if "none" in wish.prompts and not step.back:
        return _reported(context, asked, Reported("consent_required", "The person has to be asked first."))
    return step


async def under_way(context: Context, *, transaction_id: str, browser: str) -> Transaction:
    """Return a sign-in of this browser; raises TransactionOver when it has ended, Elsewhere for another browser."""
    found = await transactions.current(context, transaction_id=transaction_id)
    if found is None or found.stage is Stage.CODE_ISSUED:
        raise TransactionOver
    if not _is_browser(context, found.request.browser, browser):
        raise Elsewhere
    return found


async def people_to_choose(context: Context) -> list[Person]:
    """Return the invented people the sandbox offers; no other profile offers anybody."""
    return await people.choices(context)


async def name_person(context: Context, *, transaction: Transaction, identifier: str, subject: str = "") -> Named:
    """Note who says to be there: by an identifier, or in the sandbox by the subject of somebody who is offered.

    Nobody learns from it whether an identifier is known.
    """
    if subject and context.settings.profile != "sandbox":
        raise Forbidden(_("People are offered in the sandbox alone."))
    once = ""
    if subject:
        chosen = await people.by_subject(context, subject=subject)
        person = chosen if chosen is not None and chosen.status == Status.ACTIVE else None
    else:
        found = await people.find(context, identifier=identifier)
        person = found.person if found is not None else None
        once = found.identifier_id if found is not None and found.one_time else ""
    named = Named(person.id if person is not None else "", once)
    async with context.database.transaction() as tx:
        await store.name_person(tx, named, transaction_id=transaction.id)
    return named


async def named(context: Context, *, transaction: Transaction) -> Named | None:
    """Return who says to be there, or nothing."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.named(tx, transaction_id=transaction.id)


def ways(transaction: Transaction, who: Named | None = None) -> tuple[str, ...]:
    """Return the kinds of factor that reach a wanted level, or that go with a first proof.

    Not which of them the person has: who types the identifier of somebody else must not learn that, nor whether it is
    known at all.
    """
    if who is not None and who.methods:
        return model.kinds_beside(who.methods)
    return model.kinds_for(transaction.request.acr_values)


async def send_code(context: Context, *, transaction: Transaction, who: Named) -> str:
    """Have a one-time code sent to the person; returns the code in the sandbox alone, which shows it.

    Elsewhere it is sent as durable work, for nobody too, so that the time it takes tells nothing.
    """
    if context.settings.profile == "sandbox":
        browser = transaction.request.browser
        return await deliver_code(context, person_id=who.person_id, purpose=transaction.id, browser=browser)
    await queue_code(
        context, person_id=who.person_id, purpose=transaction.id, key=f"{transaction.id}|{who.person_id}",
        browser=transaction.request.browser,
    )  # fmt: skip
    return ""


async def queue_code(context: Context, *, person_id: str, purpose: str, key: str, browser: str = "") -> None:
    """Have a one-time code sent to somebody, or to nobody, as durable work; the same `key` waits once."""
    async with context.database.transaction() as tx:
        await jobs.enqueue(tx, SEND_CODE, {"person": person_id, "purpose": purpose, "browser": browser}, key=key)


async def deliver_code(context: Context, *, person_id: str, purpose: str, browser: str = "") -> str:
    """Send a one-time code to somebody, and to nobody when nobody is known or no address is."""
    origin = await browsers.origin(context, person_id=person_id, browser=browser)
    try:
        return (await factors.send_code(context, person_id=person_id, purpose=purpose, origin=origin)).shown
    except (UnknownPerson, NoChannel, CodesTooMany) as refusal:
        log.logger(context.package).info("code.not-sent", reason=refusal.code)
        return ""


async def prove(context: Context, *, transaction: Transaction, kind: str, value: str) -> Step:
    """Check what proves who is there and go on; raises NotProved when it does not, never sooner for nobody."""
    async with factors.evenly(NotProved):
        return await _prove(context, transaction=transaction, kind=kind, value=value)


async def _prove(context: Context, *, transaction: Transaction, kind: str, value: str) -> Step:
    who = await named(context, transaction=transaction)
    if who is None or kind not in TYPES or kind not in ways(transaction, who):
        raise TransactionOver
    challenge = Challenge(TYPES[kind], value)
    origin = await browsers.origin(context, person_id=who.person_id, browser=transaction.request.browser)
    found = await factors.prove(
        context, person_id=who.person_id, challenge=challenge, purpose=transaction.id, origin=origin
    )
    if found is None:
        log.security(context.package, "sign-in.not-proved", actor="anonymous", outcome="refused")
        if who.person_id:
            await note_failure(context, transaction=transaction, person_id=who.person_id)
        raise NotProved
    person, proof = found
    methods = joined(who.methods, proof.methods)
    if await levels.falls_short(context, client_id=transaction.request.client_id, person=person, methods=methods):
        async with context.database.transaction() as tx:
            await store.note_methods(tx, transaction_id=transaction.id, person_id=person.id, methods=methods)
        return Step(transaction, lacks=True)
    level = GENERATED_CODE if who.methods else model.level_of(kind, transaction.request.acr_values)
    return await proved(
        context, transaction=transaction, person=person, level=level, methods=methods, spent=who.one_time_id
    )


async def ask_passkey(context: Context, *, transaction: Transaction) -> Question:
    """Return what the device of whoever is there is asked; the device says whose passkey it has."""
    return await factors.begin_passkey(context, purpose=transaction.id)


async def prove_by_passkey(context: Context, *, transaction: Transaction, asked_id: str, answer: str) -> Step:
    """Check the answer of a device and go on; raises NotProved when it proves nobody."""
    level = model.level_of(PASSKEY, transaction.request.acr_values)
    if not level:
        raise TransactionOver
    found = await factors.prove_by_passkey(context, purpose=transaction.id, asked_id=asked_id, answer=answer)
    if found is None:
        log.security(context.package, "sign-in.not-proved", actor="anonymous", outcome="refused")
        raise NotProved
    person, proof = found
    return await proved(context, transaction=transaction, person=person, level=level, methods=proof.methods)


async def proved(
    context: Context,
    *,
    transaction: Transaction,
    person: Person,
    level: str,
    methods: tuple[str, ...],
    spent: str = "",
) -> Step:
    """Note who has proved to be there, begin a session at the provider, and go on: all of it, or nothing.

    `spent` is the identifier for one use by which the person was named; raises NotProved when it was used before.
    """
    partner = await partner_name(context, transaction=transaction)
    async with context.database.transaction() as tx:
        if spent and not await people.spend(tx, identifier_id=spent):
            raise NotProved
        known = await transactions.authenticate(
            tx, transaction_id=transaction.id, person_id=person.id, acr=level, methods=methods
        )
        by = Actor("person", person.subject)
        client_id = transaction.request.client_id
        await audit.record(tx, by=by, action="identity.person.signed-in", subject=client_id, detail={"acr": level})
        secret = await begin_session(context, tx, transaction=known)
        step = await _after_proof(context, tx, known, partner)
    return Step(step.transaction, step.back, secret)


async def begin_session(context: Context, tx: Work, *, transaction: Transaction) -> str:
    """Begin the session at the provider that a proof belongs to; returns the secret for its browser, which is known
    from then on.

    In the sandbox, which asks each time who one wants to be, it serves to sign out alone.
    """
    hours = 0 if context.settings.profile == "sandbox" else context.settings.number(SESSION_HOURS)
    made = Session(
        transaction.session_id,
        transaction.person_id,
        transaction.acr,
        transaction.methods,
        transaction.authenticated_at,
        clock.timestamp(clock.now() + timedelta(hours=hours)),
    )
    await browsers.remember(tx, person_id=transaction.person_id, browser=transaction.request.browser)
    return await sessions.begin(tx, session=made)


async def permit(context: Context, *, transaction: Transaction, claims: Sequence[str]) -> Step:
    """Note what the person allows, keep it for them to read, and lead back with a code.

    Raises TransactionOver unless the person is known. What a service needs is allowed by going on at all.
    """
    chosen = (claim for claim in transaction.request.voluntary_claims if claim in claims)
    allowed = (*transaction.request.essential_claims, *chosen)
    partner = await partner_name(context, transaction=transaction)
    person = await people.person(context, person_id=transaction.person_id)
    if person is None:
        raise TransactionOver
    async with context.database.transaction() as tx:
        scopes = transaction.request.scopes
        made = await allow(tx, transaction=transaction, person=person, scopes=scopes, claims=allowed)
        return await _with_code(context, tx, made, partner)


async def allow(
    tx: Work, *, transaction: Transaction, person: Person, scopes: tuple[str, ...], claims: tuple[str, ...]
) -> Transaction:
    """Note exactly what the person allows, for them to read later; raises TransactionOver before they are known."""
    if transaction.stage is not Stage.AUTHENTICATED:
        raise TransactionOver
    made = await transactions.permit(tx, transaction_id=transaction.id, scopes=scopes, claims=claims)
    await permissions.keep(tx, made, person=person)
    return made


async def issue_code(context: Context, tx: Work, *, transaction: Transaction, partner: str) -> str:
    """Return the authorisation code, with the sign-in on the record that its person reads; raises TransactionOver."""
    code = await transactions.issue_code(tx, transaction_id=transaction.id)
    await _note(context, tx, transaction, person_id=transaction.person_id, partner=partner, outcome=Outcome.SUCCESS)
    return code


async def note_failure(context: Context, *, transaction: Transaction, person_id: str) -> None:
    """Put on the record that a person reads that somebody gave a wrong proof for them; a pause ends that too."""
    if await lockouts.locked(context, person_id=person_id):
        return
    partner = await partner_name(context, transaction=transaction)
    async with context.database.transaction() as tx:
        await _note(context, tx, transaction, person_id=person_id, partner=partner, outcome=Outcome.FAILED)


async def refuse(context: Context, *, transaction: Transaction) -> str:
    """Return the way back for a person who does not go on; the client learns no more than that."""
    await transactions.end(context, transaction_id=transaction.id)
    return model.way_back(
        transaction.request,
        error="access_denied",
        error_description="The person did not go on.",
        iss=context.public_url,
    )


async def has_session(context: Context, *, secret: str) -> bool:
    """Tell whether somebody has signed in with this browser and not signed out."""
    found = await sessions.session(context, secret=secret)
    return found is not None and found.expires_at > clock.timestamp()


async def way_out(
    context: Context, *, id_token: str, client_id: str, target: str, state: str, session_secret: str
) -> WayOut:
    """Return where signing out leads (RP-Initiated Logout 1.0); nowhere else for a request that is wrong.

    Without a target that is registered for the client there is none: the provider says by itself that it is done.
    The session that an ID token was given in ends by showing it.
    """
    hint = await tokens.hint(context, id_token=id_token) if id_token else None
    session = await sessions.session(context, secret=session_secret)
    client = await clients.active(context, client_id=hint.client_id if hint is not None else client_id)
    if client is None or (id_token and hint is None) or (hint and client_id and hint.client_id != client_id):
        return WayOut()
    if hint is not None and hint.session:
        await sessions.end_at_client(context, client_id=hint.client_id, sid=hint.session)
    theirs = hint is not None and session is not None and await _is_about(context, hint, session)
    return WayOut(client.id, model.way_out(client, target, state), theirs)


async def _after_proof(context: Context, tx: Work, known: Transaction, partner: str) -> Step:
    """Go on once the person is known: lead back when there is nothing to ask, or when it was allowed lately."""
    claims: tuple[str, ...] = ()
    if known.asks_permission:
        kept = await permissions.enough(context, tx, known)
        if kept is None:
            return Step(known)
        claims = kept.claims
    made = await transactions.permit(tx, transaction_id=known.id, scopes=known.request.scopes, claims=claims)
    return await _with_code(context, tx, made, partner)


async def _with_code(context: Context, tx: Work, made: Transaction, partner: str) -> Step:
    code = await issue_code(context, tx, transaction=made, partner=partner)
    return Step(made, model.way_back(made.request, code=code, iss=context.public_url))


async def partner_name(context: Context, *, transaction: Transaction) -> str:
    """Return what the client of a sign-in is called."""
    client = await clients.client(context, client_id=transaction.request.client_id)
    return client.name if client is not None else transaction.request.client_id


async def _note(
    context: Context, tx: Work, made: Transaction, *, person_id: str, partner: str, outcome: Outcome
) -> None:
    """Put a sign-in, or what was tried, on the record that its person reads."""
    told = Info(
        partner_id=made.request.client_id, partner_name=partner, authentication_mode=" ".join(made.methods)
    )  # fmt: skip
    summary = SIGNED_IN if outcome is Outcome.SUCCESS else NOT_SIGNED_IN
    await history.record_in(
        context, tx, person_id=person_id, kind=Kind.AUTHENTICATION, summary=summary, status=outcome, info=told
    )


async def _pushed(context: Context, asked: Asked) -> Asked:
    async with context.database.transaction() as tx:
        found = await store.take_pushed(
            tx, reference=asked.request_uri, client_id=asked.client_id, now=clock.timestamp()
        )
    return found if found is not None else Asked()


async def _session(context: Context, secret: str, wish: Wish) -> Session | None:
    """Return an earlier sign-in that is enough."""
    found = await sessions.session(context, secret=secret)
    if found is None or not model.session_counts(found, wish, now=clock.now()):
        return None
    person = await people.person(context, person_id=found.person_id)
    if person is None or person.status != Status.ACTIVE:
        return None
    short = await levels.falls_short(context, client_id=wish.request.client_id, person=person, methods=found.methods)
    return None if short else found


async def _is_hinted(context: Context, id_token: str, session: Session) -> bool:
    """Tell whether an earlier sign-in is that of the person whom the client expects (OpenID Connect Core 3.1.2.1)."""
    hint = await tokens.hint(context, id_token=id_token)
    return hint is not None and await _is_about(context, hint, session)


async def _is_about(context: Context, hint: tokens.Hint, session: Session) -> bool:
    person = await people.person(context, person_id=session.person_id)
    return person is not None and await tokens.is_about(context, hint=hint, person=person)


def _reported(context: Context, asked: Asked, refusal: Reported) -> Step:
    request = model.only_way_back(asked)
    back = model.way_back(request, error=refusal.error, error_description=refusal.description, iss=context.public_url)
    return Step(Transaction("", request, Stage.CREATED, ""), back)


def _browser(context: Context, browser: str) -> str:
    return context.keys.fingerprint("sign-in-browser", browser)


def _is_browser(context: Context, kept: str, browser: str) -> bool:
    return any(equal(kept, one) for one in context.keys.fingerprints("sign-in-browser", browser))

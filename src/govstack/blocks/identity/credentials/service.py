"""Use cases of credentials: ask, produce, deliver, activate, suspend, revoke, have again, check (IDN-29 to IDN-42)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache

import msgspec

from govstack.blocks.identity.credentials import model, store
from govstack.blocks.identity.credentials.errors import (
    NotInForce,
    OwnCredential,
    UnknownCredential,
    UnknownKind,
    WrongStep,
)
from govstack.blocks.identity.credentials.model import Content, Credential, Form, Kind, Shown, Standing, State
from govstack.blocks.identity.credentials.store import Kept
from govstack.blocks.identity.history import service as history
from govstack.blocks.identity.history.model import Info
from govstack.blocks.identity.history.model import Kind as EventKind
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Attribute, Person, comparable
from govstack.blocks.identity.people.service import recorded
from govstack.blocks.identity.signing import service as signing
from govstack.blocks.identity.signing.model import Document
from govstack.kernel import audit, clock, events, ids
from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Contention, Transaction, UniqueViolation
from govstack.kernel.errors import BadRequest, Forbidden
from govstack.kernel.i18n import _
from govstack.kernel.rules import json_of
from govstack.kernel.settings import Setting

KINDS = "IDENTITY_CREDENTIAL_KINDS"
PURPOSE = "identity/credential"
CHANGED = "identity.credential.changed"
PRODUCE, FIND = "identity:produce", "identity:find-credentials"
SETTINGS = (
    Setting(
        KINDS,
        "",
        "Kinds of credential: JSON of name to titles by language, form (digital or physical), days and attributes",
        json_of(
            dict[str, Kind], "be JSON: an object of names, each with titles, form, days and attributes of a credential"
        ),
    ),
)
QUEUE_SHOWN_MAX = 100
EXPIRED_AT_ONCE_MAX = 500
ASKED, AGAIN = _("A credential was asked for"), _("A credential was asked for again")
SUMMARIES: Mapping[State, str] = {
    State.REQUESTED: ASKED,
    State.PRODUCED: _("A credential was produced"),
    State.DELIVERED: _("A credential was delivered"),
    State.ACTIVE: _("A credential was activated"),
    State.SUSPENDED: _("A credential was suspended"),
    State.REVOKED: _("A credential was revoked"),
    State.EXPIRED: _("A credential expired"),
}


def kinds(context: Context) -> Mapping[str, Kind]:
    """Return the kinds of credential that this country issues."""
    return _kinds(context.settings.text(KINDS))


async def request(
    context: Context, *, by: Actor, kind: str, individual_id: str = "", language: str = "en", delivery_address: str = ""
) -> Shown:
    """Ask for a credential, for oneself or as an official for somebody; one that has not ended is answered again.

    Where an official suspended or revoked the last one, a person's own request waits until an official has decided.
    Raises UnknownKind, NotAPerson, Forbidden, BadRequest.
    """
    person = await _person(context, by, individual_id)
    wanted = kinds(context).get(kind)
    if wanted is None:
        raise UnknownKind
    if len(delivery_address) > model.ADDRESS_CHARACTERS_MAX:
        raise BadRequest(_("The address is too long. Shorten it."))
    content = Content(model.claims_of(person, wanted, language), delivery_address)
    async with context.database.transaction() as tx:
        there = await store.current(tx, person_id=person.id, kind=kind)
        if there is None:
            there = await _made(context, tx, by=by, kind=kind, person=person, language=language, content=content)
        return await _shown(context, tx, there)


async def reissue(context: Context, *, by: Actor, number: str, reason: str = "") -> Shown:
    """Issue a credential like an earlier one, which ends by it; asked twice, the same new one is answered.

    What an official suspended stays so until an official says otherwise. Raises UnknownCredential, UnknownKind and
    WrongStep.
    """
    old = await _found(context, by, number=number)
    person = await people.person(context, person_id=old.credential.person_id)
    one = old.credential
    if person is None or person.status != "active":
        raise UnknownCredential
    if one.kind not in kinds(context):
        raise UnknownKind
    claims = model.claims_of(person, kinds(context)[one.kind], one.language)
    content = Content(claims, _content(context, old).delivery_address)
    async with context.database.transaction() as tx:
        there = await store.current(tx, person_id=one.person_id, kind=one.kind)
        if there is not None and there.credential.id != one.id:
            return await _shown(context, tx, there)
        if there is not None:
            (*_earlier, last) = await store.steps(tx, one.id)
            if there.credential.state is State.SUSPENDED and not (last.own or by.may(PRODUCE)):
                raise WrongStep
            expired = one.standing(clock.timestamp()) is State.EXPIRED
            await _move(
                context, tx, there, State.EXPIRED if expired else State.REVOKED, by=by, own=by.id == person.subject,
                reason=reason or "replaced",
            )  # fmt: skip
        made = await _made(
            context, tx, by=by, kind=one.kind, person=person, language=one.language, content=content, replaces=one.id
        )
        return await _shown(context, tx, made)


async def step(
    context: Context, *, by: Actor, credential_id: str, state: State, reason: str = "", tracking_id: str = ""
) -> Shown:
    """Take a step in a credential's life; taken twice it is one step.

    Raises WrongStep, UnknownCredential and OwnCredential.
    """
    found = await _found(context, by, credential_id=credential_id)
    own = not by.may(PRODUCE)
    if not own and found.credential.waits_for_decision and state is State.ACTIVE:
        await _check_other(context, by, person_id=found.credential.person_id)
    async with context.database.transaction() as tx:
        present = await store.by_id(tx, found.credential.id)
        if present is None:
            raise UnknownCredential
        if present.credential.state is not state:
            steps = await store.steps(tx, present.credential.id)
            if not model.may_step(present.credential, state, now=clock.timestamp(), own=own, last=steps[-1]):
                raise WrongStep
            if state is State.ACTIVE and present.credential.waits_for_decision:
                present = await _all_at_once(context, tx, present, by=by, reason=reason)
            else:
                present = await _move(
                    context, tx, present, state, by=by, own=own, reason=reason, tracking_id=tracking_id
                )  # fmt: skip
        return await _shown(context, tx, present)


async def own(context: Context, *, by: Actor) -> list[Credential]:
    """Return the caller's credentials, the newest first; raises NotAPerson."""
    person = await history.person_of(context, by=by)
    async with context.database.reading(one_statement=True) as tx:
        found = await store.of_person(tx, person.id, limit=model.OWN_CREDENTIALS_MAX)
    return [kept.credential for kept in found]


async def read(context: Context, *, by: Actor, credential_id: str = "", number: str = "") -> Shown:
    """Return a credential to its person or to officials who produce, who are on record; raises UnknownCredential."""
    found = await _found(context, by, credential_id=credential_id, number=number)
    if not by.may(PRODUCE) or by.kind == "system":
        async with context.database.reading() as tx:
            return await _shown(context, tx, found)
    async with context.database.transaction() as tx:
        await audit.record(tx, by=recorded(by), action="identity.credential.read", subject=found.credential.id)
        return await _shown(context, tx, found)


async def queue(context: Context, *, state: State, start: int = 0) -> list[Credential]:
    """Return what officials see of a state: cards, and digital credentials that wait for them; the oldest first."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.in_state(tx, state, limit=QUEUE_SHOWN_MAX + 1, offset=max(start, 0))
    return [kept.credential for kept in found]


async def search(context: Context, *, by: Actor, attributes: Sequence[Attribute], purpose: str) -> list[str]:
    """Return the document numbers of people who have all these attributes, and nothing else; it is on record."""
    if not comparable(attributes):
        raise BadRequest("Give two names, or a name and the date of birth: people are looked for by them together.")
    alike = await people.resembling(context, attributes=tuple(attributes), limit=model.SEARCHED_MAX)
    known = await people.several(context, person_ids=[one.person_id for one in alike])
    fitting = [person.id for person in known.values() if model.matches(person, attributes)]
    async with context.database.transaction() as tx:
        found = await store.of_people(tx, fitting, limit=model.SEARCHED_MAX)
        names = sorted({one.name for one in attributes})
        detail = {"attributes": names, "purpose": purpose, "found": len(found)}
        await audit.record(tx, by=by, action="identity.credential.searched", subject="credentials", detail=detail)
    return [kept.credential.number for kept in found]


async def document(context: Context, *, by: Actor, credential_id: str) -> str:
    """Return a digital credential that is active as a signed verifiable credential; raises NotInForce."""
    shown = await read(context, by=by, credential_id=credential_id)
    person = await people.person(context, person_id=shown.credential.person_id)
    in_use = person is not None and person.status == "active"
    if shown.credential.standing(clock.timestamp()) is not State.ACTIVE or not in_use:
        raise NotInForce
    async with context.database.transaction() as tx:
        await audit.record(tx, by=recorded(by), action="identity.credential.downloaded", subject=shown.credential.id)
    return packed(context, shown)


def packed(context: Context, shown: Shown) -> str:
    """Return a credential as it is signed, with the address where anybody can ask how it stands."""
    one = shown.credential
    document = Document(
        id=one.id, types=("IdentityCredential",), claims={**shown.content.claims, "documentNumber": one.number},
        since=one.issued_at or one.requested_at, until=one.expires_at,
        status_url=f"{context.public_url}/credential-status/{one.reference}",
    )  # fmt: skip
    return signing.packed(context, document)


async def standing(context: Context, *, reference: str) -> Standing:
    """Tell whoever holds a reference how its credential stands; raises UnknownCredential."""
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.by_reference(tx, reference)
    if kept is None:
        raise UnknownCredential
    one = kept.credential
    state = one.standing(clock.timestamp())
    person = await people.person(context, person_id=one.person_id)
    if person is None or person.status == "deactivated":
        state = State.REVOKED
    elif person.status == "blocked" and state not in model.ENDED:
        state = State.SUSPENDED
    return Standing(state, one.kind, one.number_tail, one.issued_at, one.expires_at)


async def verify(context: Context, *, document: str) -> Standing:
    """Check a signed credential and tell how it stands; raises NotSignedHere, UnknownCredential."""
    claims = signing.verified(context, document)
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.by_id(tx, str(claims["jti"]).removeprefix("urn:uuid:"))
    if kept is None:
        raise UnknownCredential
    return await standing(context, reference=kept.credential.reference)


async def expire(context: Context) -> int:
    """Write down which credentials have ended by their date; return how many were found."""
    now = clock.timestamp()
    async with context.database.transaction() as tx:
        ended = await store.past(tx, now=now, limit=EXPIRED_AT_ONCE_MAX)
        for kept in ended:
            await _move(context, tx, kept, State.EXPIRED, by=SYSTEM, reason="")
    return len(ended)


async def _made(
    context: Context,
    tx: Transaction,
    *,
    by: Actor,
    kind: str,
    person: Person,
    language: str,
    content: Content,
    replaces: str = "",
) -> Kept:
    """Add a credential; a digital one is produced, delivered and active at once, unless officials withhold it."""
    own = by.id == person.subject
    said = await store.last_said(tx, person_id=person.id, kind=kind) if own or not by.may(PRODUCE) else None
    made = Credential(
        id=ids.new_id(), number=await _new_number(tx), person_id=person.id, kind=kind,
        form=Form(kinds(context)[kind].form), state=State.REQUESTED, reference=ids.new_secret(16), language=language,
        requested_at=clock.timestamp(), replaces=replaces,
    )  # fmt: skip
    kept = Kept(made, _sealed(context, made.id, content))
    try:
        await store.add(tx, kept)
    except UniqueViolation as error:
        raise Contention from error
    await _note(context, tx, kept, by=by, own=own, reason="", summary=AGAIN if replaces else ASKED)
    if made.form is Form.DIGITAL and said not in model.WITHHELD:
        kept = await _all_at_once(context, tx, kept, by=SYSTEM, reason="")
    return kept


async def _all_at_once(context: Context, tx: Transaction, kept: Kept, *, by: Actor, reason: str) -> Kept:
    """Let a digital credential be active: it is produced and delivered by that."""
    for state in model.DIGITAL_STEPS:
        last = state is State.ACTIVE
        kept = await _move(context, tx, kept, state, by=by, reason=reason if last else "", quiet=not last)
    return kept


async def _check_other(context: Context, by: Actor, *, person_id: str) -> None:
    person = await people.person(context, person_id=person_id)
    if person is None or person.subject == by.id:
        raise OwnCredential


async def _move(
    context: Context,
    tx: Transaction,
    kept: Kept,
    state: State,
    *,
    by: Actor,
    reason: str,
    own: bool = False,
    tracking_id: str = "",
    quiet: bool = False,
) -> Kept:
    one, content = kept.credential, _content(context, kept)
    if state is State.PRODUCED:
        now, days = clock.now(), kinds(context)[one.kind].days if one.kind in kinds(context) else 1
        one = replace(
            one, issued_at=clock.timestamp(now), expires_at=clock.timestamp(now + timedelta(days=days))
        )  # fmt: skip
    if tracking_id:
        content = replace(content, tracking_id=tracking_id)
    moved = Kept(replace(one, state=state), _sealed(context, one.id, content))
    if not await store.move(tx, moved, before=kept.credential.state):
        raise WrongStep
    await _note(context, tx, moved, by=by, own=own, reason=reason, summary="" if quiet else SUMMARIES[state])
    return moved


async def _note(
    context: Context, tx: Transaction, kept: Kept, *, by: Actor, own: bool, reason: str, summary: str
) -> None:
    """Put a step on record: among the credential's steps, in the audit trail, for its person, and for subscribers."""
    one, content = kept.credential, _content(context, kept)
    at = clock.timestamp()
    await store.add_step(
        tx, one.id, state=one.state, at=at, by="" if own else by.id, own=own,
        reason=reason[: model.REASON_CHARACTERS_MAX],
    )  # fmt: skip
    detail = {"kind": one.kind}
    action = f"identity.credential.{one.state.value}"
    await audit.record(tx, by=recorded(by), action=action, subject=one.id, detail=detail)
    await events.publish(
        tx, type=CHANGED, subject=f"credential/{one.id}", data={"credentialId": one.id, "state": one.state.value}
    )
    if summary:
        details = Info(delivery_address=content.delivery_address, tracking_id=content.tracking_id)
        await history.record_in(
            context, tx, person_id=one.person_id, kind=EventKind.SERVICE, summary=summary, info=details
        )


async def _found(context: Context, by: Actor, *, credential_id: str = "", number: str = "") -> Kept:
    plain = model.plain_number(number)
    officer = by.may(PRODUCE)
    person = None if officer else await history.person_of(context, by=by)
    async with context.database.reading(one_statement=True) as tx:
        if credential_id:
            kept = await store.by_id(tx, credential_id)
        else:
            kept = await store.by_number(tx, plain) if model.is_document_number(plain) else None
    if kept is None or (person is not None and kept.credential.person_id != person.id):
        raise UnknownCredential
    return kept


async def _person(context: Context, by: Actor, individual_id: str) -> Person:
    if not individual_id:
        return await history.person_of(context, by=by)
    if not by.may(PRODUCE):
        raise Forbidden
    found = await people.find(context, identifier=individual_id)
    if found is None:
        raise UnknownCredential(_("Nobody whose identity is in use has this identifier."))
    return found.person


async def _new_number(tx: Transaction) -> str:
    while True:
        first = str(1 + int(ids.new_digits(1)) % 9)
        number = model.numbered(first + ids.new_digits(model.NUMBER_DIGITS - 2))
        if await store.by_number(tx, number) is None:
            return number


async def _shown(context: Context, tx: Transaction, kept: Kept) -> Shown:
    return Shown(kept.credential, _content(context, kept), await store.steps(tx, kept.credential.id))


def _content(context: Context, kept: Kept) -> Content:
    plain = context.keys.open(PURPOSE, kept.sealed, bound_to=kept.credential.id)
    return msgspec.json.decode(plain, type=Content)


def _sealed(context: Context, credential_id: str, content: Content) -> bytes:
    return context.keys.seal(PURPOSE, msgspec.json.encode(content), bound_to=credential_id)


@lru_cache(maxsize=8)
def _kinds(text: str) -> Mapping[str, Kind]:
    return msgspec.json.decode(text, type=dict[str, Kind]) if text else model.DEFAULT_KINDS

"""Use cases of people: enter, find and change them, their status, their identifiers, and the history of it all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import msgspec

from govstack.blocks.identity.identifiers import service as numbers
from govstack.blocks.identity.identifiers.model import (
    TEMPORARY_DAYS,
    Identifier,
    IdentifierKind,
    IdentifierStatus,
    VidKind,
)
from govstack.blocks.identity.people import model, store
from govstack.blocks.identity.people.errors import ChangedMeanwhile, Ended, UnknownPerson
from govstack.blocks.identity.people.model import (
    Attribute,
    Change,
    ChangeContent,
    Content,
    Evidence,
    Found,
    Person,
    Resemblance,
    Status,
    likeness,
)
from govstack.blocks.identity.resemblance import service as resemblance
from govstack.blocks.identity.resemblance.model import score
from govstack.blocks.identity.sessions import service as sessions
from govstack.kernel import audit, clock, events, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.crypto import canonical
from govstack.kernel.db import Contention, Transaction
from govstack.kernel.errors import BadRequest

ENROL = "identity:enrol"
ADMINISTER = "identity:administer"
ATTRIBUTES = "IDENTITY_ATTRIBUTES"
PURPOSE = "identity/person"
HISTORY_PURPOSE = "identity/history"
RESEMBLING_MAX = 50
SUBJECT_CHARACTERS_MAX = 200
ENDINGS = {IdentifierKind.VID: "vid-revoked", IdentifierKind.ALIAS: "alias-detached"}
STANDINGS = {Status.BLOCKED: "blocked", Status.ACTIVE: "unblocked", Status.DEACTIVATED: "deactivated"}
CREATED, CHANGED, DISABLED = "identity.person.created", "identity.person.changed", "identity.person.disabled"


async def register(
    context: Context,
    *,
    by: Actor,
    attributes: Sequence[Attribute],
    subject: str = "",
    roles: str = "",
    scopes: str = "",
    facts: Mapping[str, str] | None = None,
    listed: bool = False,
    position: int = 0,
    evidence: Sequence[Evidence] = (),
) -> Person:
    """Enter somebody and give them a secret number; under a subject that is known, put all of this in place instead."""
    async with context.database.transaction() as tx:
        return await enter(
            context, tx, by=by, attributes=attributes, subject=subject, roles=roles, scopes=scopes, facts=facts,
            listed=listed, position=position, evidence=evidence,
        )  # fmt: skip


async def enter(
    context: Context,
    tx: Transaction,
    *,
    by: Actor,
    attributes: Sequence[Attribute],
    subject: str = "",
    roles: str = "",
    scopes: str = "",
    facts: Mapping[str, str] | None = None,
    listed: bool = False,
    position: int = 0,
    evidence: Sequence[Evidence] = (),
) -> Person:
    """Do as `register` does, in the transaction of another act."""
    _check(context, attributes, evidence)
    if len(subject) > SUBJECT_CHARACTERS_MAX:
        raise BadRequest("A subject has 200 characters at most.")
    now = clock.timestamp()
    made = Person(
        ids.new_id(), subject or ids.new_id(), Status.ACTIVE, tuple(attributes), roles, scopes, dict(facts or {}),
        listed, position, now, now,
    )  # fmt: skip
    known = await store.by_subject(tx, subject) if subject else None
    if known is not None:
        before = _person(context, known)
        wanted = replace(
            before, attributes=made.attributes, roles=roles, scopes=scopes, facts=made.facts, listed=listed,
            position=position,
        )  # fmt: skip
        return await _revise(context, tx, by=by, before=before, after=wanted, kind="changed", evidence=evidence)
    await store.add(tx, _row(context, made))
    await numbers.draw(context, tx, person_id=made.id, kind=IdentifierKind.UIN)
    await resemblance.index(context, tx, person_id=made.id, likeness=likeness(made.attributes))
    await _note(context, tx, by=by, person=made, kind="registered", evidence=evidence, after=made.attributes)
    await events.publish(tx, type=CREATED, subject=made.subject, data={"subject": made.subject})
    return made


async def find(context: Context, *, identifier: str) -> Found | None:
    """Return whom a UIN, VID or alias leads to; nothing unless both it and the person are active.

    An unknown identifier takes the same one statement as a known one.
    """
    prints = numbers.prints(context, identifier)
    async with context.database.reading(one_statement=True) as tx:
        met = await store.by_prints(tx, prints, now=clock.timestamp())
    if met is None:
        return None
    return Found(_person(context, met), met.identifier_kind, met.identifier_id, met.identifier_form == "one-time")


async def located(context: Context, *, identifier: str) -> Person | None:
    """Return whose identifier a text is, however it and its person stand; nothing for one that was revoked."""
    known = await numbers.located(context, identifier=identifier)
    return None if known is None else await person(context, person_id=known.person_id)


async def person(context: Context, *, person_id: str) -> Person | None:
    """Return somebody by the block's own id, whatever their status."""
    async with context.database.reading(one_statement=True) as tx:
        row = await store.by_id(tx, person_id)
    return None if row is None else _person(context, row)


async def several(context: Context, *, person_ids: Sequence[str]) -> dict[str, Person]:
    """Return some people by the block's own ids, whatever their status."""
    async with context.database.reading(one_statement=True) as tx:
        return {row.id: _person(context, row) for row in await store.by_ids(tx, person_ids)}


async def held(context: Context, tx: Transaction, *, person_id: str) -> Person | None:
    """Return somebody as `person` does, and let nobody change them before the transaction ends."""
    await store.SQL.hold(tx, id=person_id)
    row = await store.by_id(tx, person_id)
    return None if row is None else _person(context, row)


async def by_subject(context: Context, *, subject: str) -> Person | None:
    """Return somebody by the subject that the country's own packages know, whatever their status."""
    async with context.database.reading(one_statement=True) as tx:
        row = await store.by_subject(tx, subject)
    return None if row is None else _person(context, row)


async def choices(context: Context) -> list[Person]:
    """Return the invented people that the sandbox offers to sign in as; no other profile offers anybody."""
    if context.settings.profile != "sandbox":
        return []
    async with context.database.reading(one_statement=True) as tx:
        return [_person(context, row) for row in await store.listed(tx)]


async def people(context: Context, *, after: tuple[str, str] = ("", ""), limit: int) -> list[Person]:
    """Return people from a place in the order of their registration on, whatever their status."""
    async with context.database.reading(one_statement=True) as tx:
        return [_person(context, row) for row in await store.page(tx, after=after, limit=limit)]


async def change(
    context: Context,
    *,
    by: Actor,
    person_id: str,
    attributes: Sequence[Attribute],
    evidence: Sequence[Evidence],
    expected_version: int | None = None,
) -> Person:
    """Change attributes on evidence: what is not named stays, an empty value takes one away."""
    async with context.database.transaction() as tx:
        return await amend(
            context, tx, by=by, person_id=person_id, attributes=attributes, evidence=evidence,
            expected_version=expected_version,
        )  # fmt: skip


async def amend(
    context: Context,
    tx: Transaction,
    *,
    by: Actor,
    person_id: str,
    attributes: Sequence[Attribute],
    evidence: Sequence[Evidence],
    expected_version: int | None = None,
) -> Person:
    """Do as `change` does, in the transaction of another act."""
    before = await _known(context, tx, person_id)
    if expected_version is not None and before.version != expected_version:
        raise ChangedMeanwhile
    merged = model.merged(before.attributes, attributes)
    _check(context, merged, evidence)
    after = replace(before, attributes=merged)
    return await _revise(context, tx, by=by, before=before, after=after, kind="changed", evidence=evidence)


async def give_rights(context: Context, *, by: Actor, person_id: str, roles: str, scopes: str, reason: str) -> Person:
    """Put roles and scopes of work in the place of what somebody had, which ends their sessions; raises Ended."""
    async with context.database.transaction() as tx:
        before = await _known(context, tx, person_id)
        after = replace(before, roles=roles, scopes=scopes)
        return await _revise(context, tx, by=by, before=before, after=after, kind="roles-changed", reason=reason)


async def block(context: Context, *, by: Actor, person_id: str, reason: str, until: str = "") -> Person:
    """Let nothing of a person work any more, for good or until a moment."""
    async with context.database.transaction() as tx:
        return await stand(
            context, tx, by=by, person_id=person_id, status=Status.BLOCKED, reason=reason, until=until
        )  # fmt: skip


async def unblock(context: Context, *, by: Actor, person_id: str, reason: str) -> Person:
    """Let a blocked person act again."""
    async with context.database.transaction() as tx:
        return await stand(context, tx, by=by, person_id=person_id, status=Status.ACTIVE, reason=reason)


async def deactivate(context: Context, *, by: Actor, person_id: str, reason: str) -> Person:
    """End an identity for ever (death, disappearance); subscribers are told."""
    async with context.database.transaction() as tx:
        return await stand(context, tx, by=by, person_id=person_id, status=Status.DEACTIVATED, reason=reason)


async def stand(
    context: Context, tx: Transaction, *, by: Actor, person_id: str, status: Status, reason: str, until: str = ""
) -> Person:
    """Do as `block`, `unblock` and `deactivate` do, in the transaction of another act; ending again changes nothing."""
    _check_until(until)
    row = await store.by_id(tx, person_id)
    if row is not None and row.status == status == Status.DEACTIVATED:
        return _person(context, row)
    before = await _known(context, tx, person_id)
    listed = before.listed and status is not Status.DEACTIVATED
    after = replace(before, status=status, blocked_until=until, listed=listed)
    return await _revise(context, tx, by=by, before=before, after=after, kind=STANDINGS[status], reason=reason)


async def new_vid(context: Context, *, by: Actor, person_id: str, kind: VidKind, expires_at: str = "") -> Identifier:
    """Give a person another number to be known by: perpetual, for one use, or until a moment (else for 30 days)."""
    now = clock.now()
    if kind == "temporary" and not expires_at:
        expires_at = clock.timestamp(now + timedelta(days=TEMPORARY_DAYS))
    _check_until(expires_at)
    async with context.database.transaction() as tx:
        return await _give(context, tx, by=by, person_id=person_id, form=kind, expires_at=expires_at)


async def revoke_vid(context: Context, *, by: Actor, person_id: str, vid_id: str, reason: str = "") -> Identifier:
    """Let nothing accept a virtual identifier any more; doing it again changes nothing."""
    kind = IdentifierKind.VID
    async with context.database.transaction() as tx:
        return await _end(context, tx, by=by, person_id=person_id, identifier_id=vid_id, kind=kind, reason=reason)


async def number(
    context: Context, tx: Transaction, *, by: Actor, person_id: str, anew: bool, reason: str = ""
) -> Identifier:
    """Return a number that works, made where there is none, in another act's transaction; `anew` ends all others."""
    await store.hold(tx, person_id)
    vid, active = IdentifierKind.VID, IdentifierStatus.ACTIVE
    known = await numbers.known(context, tx, person_id=person_id)
    present = [one for one in known if one.kind == vid and one.status == active]
    if present and not anew:
        return present[0]
    for one in present:
        await _end(context, tx, by=by, person_id=person_id, identifier_id=one.id, kind=vid, reason=reason)
    return await _give(context, tx, by=by, person_id=person_id, form="perpetual")


async def attach_alias(context: Context, *, by: Actor, person_id: str, kind: str, value: str) -> Identifier:
    """Let a telephone, a document or the like lead to a person; raises AliasTaken where it leads to somebody else."""
    async with context.database.transaction() as tx:
        before = await _known(context, tx, person_id)
        alias, new = await numbers.attach(context, tx, person_id=person_id, form=kind, value=value)
        if new:
            await _touch(context, tx, by=by, person=before, kind="alias-attached", identifier_id=alias.id)
    return alias


async def detach_alias(context: Context, *, by: Actor, person_id: str, alias_id: str, reason: str = "") -> Identifier:
    """Let an alias lead nowhere any more; doing it again changes nothing."""
    kind = IdentifierKind.ALIAS
    async with context.database.transaction() as tx:
        return await _end(context, tx, by=by, person_id=person_id, identifier_id=alias_id, kind=kind, reason=reason)


async def spend(tx: Transaction, *, identifier_id: str) -> bool:
    """Use a one-time identifier up, when its person has proven themselves; false when somebody did before."""
    return await numbers.spend(tx, identifier_id=identifier_id)


async def identifiers(context: Context, *, person_id: str) -> list[Identifier]:
    """Return the virtual identifiers and aliases of a person, the oldest first; the secret number is not among them."""
    return await numbers.of_person(context, person_id=person_id)


async def hold(tx: Transaction, *, person_id: str) -> None:
    """Make whoever else holds this person wait until the transaction ends: what was counted of them stays true."""
    await store.hold(tx, person_id)


async def note(context: Context, tx: Transaction, *, by: Actor, person_id: str, kind: str, reason: str = "") -> None:
    """Put an act on a person's record, in its transaction, that changed nothing of what is known; raises Ended."""
    before = await _known(context, tx, person_id)
    await _touch(context, tx, by=by, person=before, kind=kind, reason=reason)


async def history(
    context: Context, *, person_id: str, before: int = 0, until: str = "", limit: int = 50
) -> list[Change]:
    """Return the changes of an identity, the newest first: those before a number, made up to a moment."""
    async with context.database.reading(one_statement=True) as tx:
        rows = await store.changes(tx, person_id, before=before or 2**62, until=until, limit=limit)
    return [_change(context, person_id, row) for row in rows]


async def resembling(context: Context, *, attributes: Sequence[Attribute], limit: int) -> tuple[Resemblance, ...]:
    """Return who may be the person with these attributes, the likeliest first."""
    wanted = likeness(attributes)
    async with context.database.reading(apart=True) as tx:
        rows = await store.by_ids(tx, await resemblance.candidates(context, tx, likeness=wanted))
    found = [Resemblance(row.id, score(wanted, likeness(_person(context, row).attributes))) for row in rows]
    return tuple(sorted(found, key=lambda one: (-one.score, one.person_id))[: min(limit, RESEMBLING_MAX)])


def recorded(by: Actor) -> Actor:
    """Return who acts as the audit trail may name them: staff by name, people by their subject alone."""
    staff = by.kind != "person" or by.may(ENROL) or by.may(ADMINISTER)
    return by if staff else replace(by, name="", attributes={})


async def _known(context: Context, tx: Transaction, person_id: str) -> Person:
    """Return somebody whose identity has not ended."""
    row = await store.by_id(tx, person_id)
    if row is None:
        raise UnknownPerson
    if row.status == Status.DEACTIVATED:
        raise Ended
    return _person(context, row)


async def _give(
    context: Context, tx: Transaction, *, by: Actor, person_id: str, form: VidKind, expires_at: str = ""
) -> Identifier:
    before = await _known(context, tx, person_id)
    made = await numbers.draw(
        context, tx, person_id=person_id, kind=IdentifierKind.VID, form=form, expires_at=expires_at
    )
    await _touch(context, tx, by=by, person=before, kind="vid-made", identifier_id=made.id)
    return made


async def _end(
    context: Context, tx: Transaction, *, by: Actor, person_id: str, identifier_id: str, kind: IdentifierKind,
    reason: str,
) -> Identifier:  # fmt: skip
    ended, new = await numbers.end(context, tx, person_id=person_id, identifier_id=identifier_id, kind=kind)
    if new:
        who = await _known(context, tx, person_id)
        await _touch(context, tx, by=by, person=who, kind=ENDINGS[kind], identifier_id=identifier_id, reason=reason)
    return ended


async def _revise(
    context: Context,
    tx: Transaction,
    *,
    by: Actor,
    before: Person,
    after: Person,
    kind: str,
    evidence: Sequence[Evidence] = (),
    reason: str = "",
) -> Person:
    """Put a changed person in place, with its history, audit and event; nothing happens where nothing differs."""
    if after == before:
        return before
    if before.status == Status.DEACTIVATED:
        raise Ended
    now = clock.timestamp()
    if not await store.revise(tx, _row(context, after), now=now):
        raise Contention
    if model.ends_sessions(before, after):
        await sessions.end_of_person(tx, person_id=before.id)
    made = replace(after, modified_at=now, version=before.version + 1)
    gone, new = model.differences(before.attributes, after.attributes)
    if gone or new:
        await resemblance.index(context, tx, person_id=made.id, likeness=likeness(made.attributes))
    await _note(context, tx, by=by, person=made, kind=kind, evidence=evidence, reason=reason, before=gone, after=new)
    told = DISABLED if made.status == Status.DEACTIVATED else CHANGED
    await events.publish(tx, type=told, subject=made.subject, data={"subject": made.subject})
    return made


async def _touch(
    context: Context,
    tx: Transaction,
    *,
    by: Actor,
    person: Person,
    kind: str,
    identifier_id: str = "",
    reason: str = "",
) -> None:
    """Put something on record that is no change of attributes; subscribers need not know."""
    now = clock.timestamp()
    if not await store.revise(tx, _row(context, person), now=now):
        raise Contention
    made = replace(person, modified_at=now, version=person.version + 1)
    facts = {"identifier": identifier_id} if identifier_id else {}
    await _note(context, tx, by=by, person=made, kind=kind, reason=reason, facts=facts)


async def _note(
    context: Context,
    tx: Transaction,
    *,
    by: Actor,
    person: Person,
    kind: str,
    evidence: Sequence[Evidence] = (),
    reason: str = "",
    before: Sequence[Attribute] = (),
    after: Sequence[Attribute] = (),
    facts: Mapping[str, str] | None = None,
) -> None:
    """Keep a change in the history, sealed, and enter it into the audit trail, without what changed."""
    if len(reason) > model.REASON_CHARACTERS_MAX:
        raise BadRequest("A reason has 500 characters at most.")
    shown = recorded(by)
    content = ChangeContent(
        shown.id, shown.name, reason, tuple(evidence), tuple(before), tuple(after), dict(facts or {})
    )
    sealed = context.keys.seal(HISTORY_PURPOSE, canonical(content), bound_to=f"{person.id}/{person.version}")
    row = store.ChangeRow(person.version, clock.timestamp(), kind, sealed)
    await store.note_change(tx, row, person_id=person.id)
    subject = f"person/{person.id}"
    detail = {"number": person.version}
    await audit.record(tx, by=shown, action=f"identity.person.{kind}", subject=subject, detail=detail)


def _check(context: Context, attributes: Sequence[Attribute], evidence: Sequence[Evidence]) -> None:
    own = (name.strip() for name in context.settings.text(ATTRIBUTES).split(","))
    model.check_attributes(attributes, known=(*model.CLAIMS, *own))
    model.check_evidence(evidence)


def _check_until(moment: str) -> None:
    try:
        sound = not moment or clock.timestamp(clock.parse(moment)) == moment > clock.timestamp()
    except ValueError:
        sound = False
    if not sound:
        raise BadRequest("The moment must lie in the future and look like 2026-11-22T10:00:00.000000Z.")


def _row(context: Context, person: Person) -> store.Row:
    content = canonical(Content(person.attributes, dict(person.facts)))
    return store.Row(
        person.id, person.subject, person.status, person.blocked_until, person.roles, person.scopes,
        context.keys.seal(PURPOSE, content, bound_to=person.id), person.listed, person.position, person.registered_at,
        person.modified_at, person.version,
    )  # fmt: skip


def _person(context: Context, row: store.Row) -> Person:
    content = msgspec.json.decode(context.keys.open(PURPOSE, bytes(row.content), bound_to=row.id), type=Content)
    over = row.status == Status.BLOCKED and "" < row.blocked_until <= clock.timestamp()
    return Person(
        row.id, row.subject, Status.ACTIVE if over else row.status, content.attributes, row.roles, row.scopes,
        content.facts, row.listed, row.position, row.registered_at, row.modified_at, row.version,
        "" if over else row.blocked_until,
    )  # fmt: skip


def _change(context: Context, person_id: str, row: store.ChangeRow) -> Change:
    opened = context.keys.open(HISTORY_PURPOSE, bytes(row.content), bound_to=f"{person_id}/{row.number}")
    return Change(row.number, row.at, row.kind, msgspec.json.decode(opened, type=ChangeContent))

"""Use cases of applications: apply, verify, accept, suspend, take out, and the certificates that prove them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from govstack.blocks.mediator.applications import store
from govstack.blocks.mediator.applications.errors import (
    CertificateTaken,
    MalformedFingerprint,
    MalformedIdentifier,
    MemberNotConnected,
)
from govstack.blocks.mediator.applications.model import MAY_APPLY_AGAIN, Decision, decide
from govstack.blocks.mediator.directory import service as directory
from govstack.blocks.mediator.directory.errors import UnknownApplication, UnknownMember
from govstack.blocks.mediator.directory.model import (
    CODE_PATTERN,
    FINGERPRINT_PATTERN,
    Application,
    Connection,
    Member,
    Power,
    State,
    may,
)
from govstack.kernel import clock, events, ids, pagination
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction

REMOVED_AT_ONCE_MAX = 100_000
EVENTS = {
    State.ACCEPTED: "mediator.application.accepted",
    State.SUSPENDED: "mediator.application.suspended",
    State.REMOVED: "mediator.application.removed",
}


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    """Applications of a member, and the token of the next page ("" at the end)."""

    applications: list[Application]
    next_page_token: str


@dataclass(frozen=True, slots=True)
class ApplicationCard:
    """An application with the fingerprints of its client certificates."""

    application: Application
    certificates: tuple[str, ...]


async def apply_application(
    context: Context,
    *,
    by: Actor,
    member_class: str,
    member_code: str,
    code: str,
    name: str = "",
    connection: Connection = "https",
) -> Application:
    """Apply for an application of a member, as the member's administrator (I7); repeating it changes nothing."""
    subject, member = f"{member_class}/{member_code}/{code}", f"{member_class}/{member_code}"
    async with directory.acting(context, by=by, action="mediator.application.apply", subject=subject) as tx:
        directory.require(by, Power.REGISTER, member=member)
        owner = await directory.member(context, tx, member_class=member_class, code=member_code)
        if owner.state is not State.ACCEPTED:
            raise MemberNotConnected
        return await _apply(context, tx, by=by, member=owner, code=code, name=name, connection=connection)


async def decide_application(
    context: Context,
    *,
    by: Actor,
    member_class: str,
    member_code: str,
    code: str,
    decision: Decision,
    reason: str = "",
) -> Application:
    """Decide about an application; its member's administrators may only take it out."""
    subject, action = f"{member_class}/{member_code}/{code}", f"mediator.application.{decision}"
    async with directory.acting(context, by=by, action=action, subject=subject) as tx:
        own = f"{member_class}/{member_code}" if decision is Decision.REMOVE else ""
        directory.require(by, Power.REGISTER, member=own)
        application = await directory.application(
            context, tx, member_class=member_class, member_code=member_code, code=code
        )
        if decision is Decision.ACCEPT and application.member_state is not State.ACCEPTED:
            raise MemberNotConnected
        return await move_application(context, tx, by=by, application=application, decision=decision, reason=reason)


async def move_application(
    context: Context, tx: Transaction, *, by: Actor, application: Application, decision: Decision, reason: str = ""
) -> Application:
    """Carry out a decision about an application inside the caller's transaction."""
    after = decide(application.state, decision, reason=reason)
    if after is application.state:
        return application
    moved = replace(application, state=after, reason=reason, decided_by=by.id, decided_at=clock.timestamp())
    await store.update_application(tx, moved)
    if after is State.REMOVED:
        await store.disconnect(tx, application.id)
    detail = {"before": application.state, "reason": reason}
    action = f"mediator.application.{decision}"
    await directory.changed(context, tx, by=by, action=action, subject=application.subject, detail=detail)
    if after in EVENTS:
        data = {"application": application.identifier}
        await events.publish(tx, type=EVENTS[after], subject=application.subject, data=data)
    return moved


async def change_application(
    context: Context,
    *,
    by: Actor,
    member_class: str,
    member_code: str,
    code: str,
    name: str | None = None,
    connection: Connection | None = None,
) -> Application:
    """Change an application's details; what is None stays."""
    subject = f"{member_class}/{member_code}/{code}"
    async with directory.acting(context, by=by, action="mediator.application.change", subject=subject) as tx:
        directory.require(by, Power.REGISTER, application=subject)
        found = await directory.application(context, tx, member_class=member_class, member_code=member_code, code=code)
        after = replace(
            found,
            name=found.name if name is None else name,
            connection=found.connection if connection is None else connection,
        )
        return await rewrite_application(context, tx, by=by, before=found, after=after)


async def rewrite_application(
    context: Context, tx: Transaction, *, by: Actor, before: Application, after: Application
) -> Application:
    """Write an application's changed details inside the caller's transaction."""
    if after != before:
        await store.update_application(tx, after)
        await directory.changed(context, tx, by=by, action="mediator.application.change", subject=after.subject)
    return after


async def enter_application(
    context: Context, tx: Transaction, *, by: Actor, member: Member, code: str, name: str, connection: Connection
) -> Application:
    """Connect an application at once, inside the caller's transaction: a configuration carries its own approval."""
    found = await _apply(context, tx, by=by, member=member, code=code, name=name, connection=connection)
    if found.state is State.APPLIED:
        found = await move_application(context, tx, by=by, application=found, decision=Decision.ACCEPT)
    after = replace(found, name=name, connection=connection)
    return await rewrite_application(context, tx, by=by, before=found, after=after)


async def remove_all(context: Context, tx: Transaction, *, by: Actor, member_id: str) -> None:
    """Take out every application of a member that leaves, inside the caller's transaction."""
    found = await store.applications(
        tx, member_id=member_id, state="", everything=True, after="", limit=REMOVED_AT_ONCE_MAX
    )
    for application in found:
        if application.state not in MAY_APPLY_AGAIN:
            await move_application(context, tx, by=by, application=application, decision=Decision.REMOVE)


async def applications(
    context: Context,
    *,
    by: Actor,
    member_class: str,
    member_code: str,
    state: str = "",
    page_size: int | None = None,
    page_token: str = "",
) -> ApplicationPage:
    """Return a member's applications: all for its administrators, else those that are connected."""
    limit, subject = pagination.page_size(page_size), f"{member_class}/{member_code}"
    purpose = f"applications/{subject}"
    after = pagination.position(context.keys, purpose, page_token) if page_token else ""
    everything = _administers(by, member=subject)
    async with context.database.reading() as tx:
        member = await directory.member(context, tx, member_class=member_class, code=member_code)
        if member.state is not State.ACCEPTED and not everything:
            raise UnknownMember
        found = await store.applications(
            tx, member_id=member.id, state=state, everything=everything, after=str(after), limit=limit + 1
        )
    more = len(found) > limit
    token = pagination.token(context.keys, purpose, found[limit - 1].code) if more else ""
    return ApplicationPage(found[:limit], token)


async def application(
    context: Context, *, by: Actor, member_class: str, member_code: str, code: str
) -> ApplicationCard:
    """Return an application; one that is not connected exists only for its administrators, as do certificates."""
    async with context.database.reading() as tx:
        found = await directory.application(context, tx, member_class=member_class, member_code=member_code, code=code)
        own = _administers(by, application=found.subject) or by.application == found.identifier
        if not found.connected and not own:
            raise UnknownApplication
        fingerprints = await directory.certificates(tx, application_id=found.id) if own else []
    return ApplicationCard(found, tuple(fingerprints))


async def add_certificate(
    context: Context, *, by: Actor, member_class: str, member_code: str, code: str, fingerprint: str
) -> ApplicationCard:
    """Let a client certificate (SHA-256 fingerprint, hexadecimal) prove an application over mutual TLS."""
    subject = f"{member_class}/{member_code}/{code}"
    async with directory.acting(context, by=by, action="mediator.application.certificate.add", subject=subject) as tx:
        directory.require(by, Power.REGISTER, application=subject)
        plain = _plain(fingerprint)
        found = await directory.application(context, tx, member_class=member_class, member_code=member_code, code=code)
        holder = await store.certificate_holder(tx, plain)
        if holder not in {None, found.id}:
            raise CertificateTaken
        if holder is None:
            await store.add_certificate(tx, application_id=found.id, fingerprint=plain, added_by=by.id)
            action = "mediator.application.certificate.add"
            await directory.changed(context, tx, by=by, action=action, subject=subject, detail={"fingerprint": plain})
        return ApplicationCard(found, tuple(await directory.certificates(tx, application_id=found.id)))


async def remove_certificate(
    context: Context, *, by: Actor, member_class: str, member_code: str, code: str, fingerprint: str
) -> ApplicationCard:
    """Let a client certificate prove nothing any more; removing it twice is a success."""
    subject, action = f"{member_class}/{member_code}/{code}", "mediator.application.certificate.remove"
    async with directory.acting(context, by=by, action=action, subject=subject) as tx:
        directory.require(by, Power.REGISTER, application=subject)
        plain = _plain(fingerprint)
        found = await directory.application(context, tx, member_class=member_class, member_code=member_code, code=code)
        if await store.remove_certificate(tx, application_id=found.id, fingerprint=plain):
            await directory.changed(context, tx, by=by, action=action, subject=subject, detail={"fingerprint": plain})
        return ApplicationCard(found, tuple(await directory.certificates(tx, application_id=found.id)))


async def _apply(
    context: Context, tx: Transaction, *, by: Actor, member: Member, code: str, name: str, connection: Connection
) -> Application:
    if not CODE_PATTERN.fullmatch(code):
        raise MalformedIdentifier
    try:
        known = await directory.application(
            context, tx, member_class=member.member_class, member_code=member.code, code=code
        )
    except UnknownApplication:
        known = None
    if known is not None and known.state not in MAY_APPLY_AGAIN:
        return known
    applied = Application(
        id=known.id if known else ids.new_id(),
        member_id=member.id,
        instance=member.instance,
        member_class=member.member_class,
        member_code=member.code,
        member_name=member.name,
        member_state=member.state,
        code=code,
        name=name or code,
        connection=connection,
        state=State.APPLIED,
        applied_by=by.id,
        applied_at=clock.timestamp(),
    )
    await (store.update_application if known else store.insert_application)(tx, applied)
    await directory.changed(context, tx, by=by, action="mediator.application.apply", subject=applied.subject)
    return applied


def _administers(by: Actor, *, member: str = "", application: str = "") -> bool:
    return any(may(by, power, member=member, application=application) for power in (Power.READ, Power.REGISTER))


def _plain(fingerprint: str) -> str:
    plain = fingerprint.replace(":", "").lower()
    if not FINGERPRINT_PATTERN.fullmatch(plain):
        raise MalformedFingerprint
    return plain

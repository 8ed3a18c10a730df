"""Use cases of membership: apply, verify, accept, reject, suspend, change and leave."""

from __future__ import annotations

from dataclasses import dataclass, replace

from govstack.blocks.mediator.applications import service as applications
from govstack.blocks.mediator.applications.errors import MalformedIdentifier, Taken
from govstack.blocks.mediator.applications.model import MAY_APPLY_AGAIN, Decision, decide
from govstack.blocks.mediator.directory import service as directory
from govstack.blocks.mediator.directory.errors import UnknownMember
from govstack.blocks.mediator.directory.model import Member, Power, State, is_address, may
from govstack.blocks.mediator.membership import store
from govstack.kernel import clock, events, ids, pagination
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction

EVENTS = {
    State.ACCEPTED: "mediator.member.accepted",
    State.SUSPENDED: "mediator.member.suspended",
    State.REMOVED: "mediator.member.removed",
}


@dataclass(frozen=True, slots=True)
class MemberPage:
    """Members, and the token of the next page ("" at the end)."""

    members: list[Member]
    next_page_token: str


async def apply_member(
    context: Context,
    *,
    by: Actor,
    member_class: str,
    code: str,
    name: str,
    contact_name: str = "",
    contact_email: str = "",
    agreement: str = "",
) -> Member:
    """Apply for membership (I6). Repeating one's own application changes nothing; another's raises Taken."""
    subject = f"{member_class}/{code}"
    async with directory.acting(context, by=by, action="mediator.member.apply", subject=subject) as tx:
        known = await _member(context, tx, member_class, code)
        if known is not None and known.state not in MAY_APPLY_AGAIN:
            if known.applied_by != by.id:
                raise Taken
            return known
        applied = Member(
            id=known.id if known else ids.new_id(),
            instance=context.settings.text("INSTANCE"),
            member_class=member_class,
            code=code,
            name=name,
            state=State.APPLIED,
            contact_name=contact_name,
            contact_email=contact_email,
            agreement=agreement,
            applied_by=by.id,
            applied_at=clock.timestamp(),
        )
        await (store.update_member if known else store.insert_member)(tx, applied)
        await directory.changed(context, tx, by=by, action="mediator.member.apply", subject=subject)
        return applied


async def decide_member(
    context: Context, *, by: Actor, member_class: str, code: str, decision: Decision, reason: str = ""
) -> Member:
    """Accept, reject, suspend, reinstate or remove a member, as the ecosystem's administrator (I3, I6)."""
    subject, action = f"{member_class}/{code}", f"mediator.member.{decision}"
    async with directory.acting(context, by=by, action=action, subject=subject) as tx:
        directory.require(by, Power.REGISTER)
        member = await directory.member(context, tx, member_class=member_class, code=code)
        return await move_member(context, tx, by=by, member=member, decision=decision, reason=reason)


async def move_member(
    context: Context, tx: Transaction, *, by: Actor, member: Member, decision: Decision, reason: str = ""
) -> Member:
    """Carry out a decision about a member inside the caller's transaction."""
    after = decide(member.state, decision, reason=reason)
    if after is member.state:
        return member
    moved = replace(member, state=after, reason=reason, decided_by=by.id, decided_at=clock.timestamp())
    await store.update_member(tx, moved)
    if after is State.REMOVED:
        await applications.remove_all(context, tx, by=by, member_id=member.id)
    detail = {"before": member.state, "reason": reason}
    action = f"mediator.member.{decision}"
    await directory.changed(context, tx, by=by, action=action, subject=member.subject, detail=detail)
    if after in EVENTS:
        data = {"member": f"{member.instance}/{member.subject}", "name": member.name}
        await events.publish(tx, type=EVENTS[after], subject=member.subject, data=data)
    return moved


async def change_member(
    context: Context,
    *,
    by: Actor,
    member_class: str,
    code: str,
    name: str | None = None,
    contact_name: str | None = None,
    contact_email: str | None = None,
    agreement: str | None = None,
) -> Member:
    """Change a member's details; what is None stays."""
    subject = f"{member_class}/{code}"
    async with directory.acting(context, by=by, action="mediator.member.change", subject=subject) as tx:
        directory.require(by, Power.REGISTER, member=subject)
        member = await directory.member(context, tx, member_class=member_class, code=code)
        return await rewrite_member(
            context,
            tx,
            by=by,
            before=member,
            after=replace(
                member,
                name=member.name if name is None else name,
                contact_name=member.contact_name if contact_name is None else contact_name,
                contact_email=member.contact_email if contact_email is None else contact_email,
                agreement=member.agreement if agreement is None else agreement,
            ),
        )


async def rewrite_member(context: Context, tx: Transaction, *, by: Actor, before: Member, after: Member) -> Member:
    """Write a member's changed details inside the caller's transaction."""
    if after != before:
        await store.update_member(tx, after)
        await directory.changed(context, tx, by=by, action="mediator.member.change", subject=after.subject)
    return after


async def enter_member(
    context: Context, tx: Transaction, *, by: Actor, member_class: str, code: str, name: str
) -> Member:
    """Connect a member at once, inside the caller's transaction: a configuration carries its own approval."""
    known = await _member(context, tx, member_class, code)
    if known is None or known.state in MAY_APPLY_AGAIN:
        applied = Member(
            id=known.id if known else ids.new_id(),
            instance=context.settings.text("INSTANCE"),
            member_class=member_class,
            code=code,
            name=name,
            state=State.APPLIED,
            applied_by=by.id,
            applied_at=clock.timestamp(),
        )
        await (store.update_member if known else store.insert_member)(tx, applied)
        known = applied
    if known.state is State.APPLIED:
        known = await move_member(context, tx, by=by, member=known, decision=Decision.ACCEPT)
    return await rewrite_member(context, tx, by=by, before=known, after=replace(known, name=name))


async def clear(tx: Transaction) -> None:
    """Empty the directory inside the caller's transaction: for seeds, never for traffic."""
    await store.clear(tx)


async def members(
    context: Context, *, by: Actor, state: str = "", page_size: int | None = None, page_token: str = ""
) -> MemberPage:
    """Return members: all for administrators, else those that are accepted and one's own."""
    limit = pagination.page_size(page_size)
    after = pagination.position(context.keys, "members", page_token) if page_token else ("", "")
    async with context.database.reading(one_statement=True) as tx:
        found = await store.members(
            tx,
            instance=context.settings.text("INSTANCE"),
            state=state,
            everything=may(by, Power.READ) or may(by, Power.REGISTER),
            viewer=by.id,
            after=(str(after[0]), str(after[1])),
            limit=limit + 1,
        )
    token = ""
    if len(found) > limit:
        found = found[:limit]
        token = pagination.token(context.keys, "members", (found[-1].member_class, found[-1].code))
    return MemberPage(found, token)


async def member(context: Context, *, by: Actor, member_class: str, code: str) -> Member:
    """Return a member; one that is not accepted exists only for its administrators and its applicant."""
    async with context.database.reading(one_statement=True) as tx:
        found = await directory.member(context, tx, member_class=member_class, code=code)
    if found.state is not State.ACCEPTED and not sees_member(by, found):
        raise UnknownMember
    return found


def sees_member(by: Actor, member: Member) -> bool:
    """Tell whether somebody may see what is not public about a member, such as its contact."""
    powers = (Power.READ, Power.REGISTER)
    return member.applied_by == by.id or any(may(by, power, member=member.subject) for power in powers)


async def _member(context: Context, tx: Transaction, member_class: str, code: str) -> Member | None:
    if not is_address(context.settings.text("INSTANCE"), member_class, code):
        raise MalformedIdentifier
    try:
        return await directory.member(context, tx, member_class=member_class, code=code)
    except UnknownMember:
        return None
